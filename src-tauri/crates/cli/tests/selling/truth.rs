//! The catalogue is changed by another program while the show runs: it is on air within a second.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{LIMIT, Program, all, report};
use crate::script::SMALL;
use crate::shop::{Shop, shop};

const SECOND: Duration = Duration::from_secs(1);

/// Starts a rehearsal with the mug on air.
fn mug_on_air(shop: &Shop) -> Program {
    let mut command = shop.program(&["show", "live", "1", "--rehearsal"]);
    command.args(["--canvas", "16:9", "--canvas", "9:16"]).args(SMALL);
    let mut program = Program::start(command);
    program.event("went-live");
    program.type_in("cue 1");
    program.event("cued");
    let (state, _) = program.state_with("the mug", |s| s["items"][0]["on_air"] == true);
    let mug = &state["items"][0];
    assert_eq!((&mug["price"], &mug["free"]), (&"€18.90".into(), &5.into()), "{state}");
    program
}

/// Changes the catalogue from outside and waits for the state that follows; how long after the change.
fn change(
    shop: &Shop,
    program: &mut Program,
    args: &[&str],
    is: impl Fn(&Value) -> bool,
) -> Duration {
    program.state();
    shop.done(args);
    let changed = Instant::now();
    program.wait("catalogue-changed", LIMIT, |s| s.json["event"] == "catalogue-changed");
    let (_, seen) = program.state_with(&format!("{args:?}"), is);
    let took = seen - changed;
    println!("{args:?} is on air {} ms after it was made", took.as_millis());
    assert!(took < SECOND, "{args:?} took {took:?}");
    took
}

#[test]
fn a_price_or_stock_changed_elsewhere_is_on_air_within_a_second() {
    let shop = shop();
    let mut program = mug_on_air(&shop);
    let set = ["show", "set", "1", "1", "--price", "15.50"];
    change(&shop, &mut program, &set, |s| s["items"][0]["price"] == "€15.50");
    // No piece left: that is said at once, too.
    let none = ["catalog", "set", "MUG", "--stock", "0"];
    change(&shop, &mut program, &none, |s| s["items"][0]["free"] == 0);
    let sold_out = |p: &Program| p.said.iter().filter(|s| s.json["event"] == "sold-out").count();
    assert_eq!(sold_out(&program), 1, "{}", all(&program.said));
    let some = ["catalog", "set", "MUG", "--stock", "4"];
    change(&shop, &mut program, &some, |s| s["items"][0]["free"] == 4);
    let undo = ["catalog", "undo"];
    change(&shop, &mut program, &undo, |s| s["items"][0]["free"] == 0);
    assert_eq!(sold_out(&program), 2, "{}", all(&program.said));
    program.type_in("end");
    program.event("ended");
    let (code, said) = program.end(LIMIT);
    assert_eq!(code, Some(0), "{}", all(&said));
    assert_eq!(report(&said)["lost"]["dropped"], 0);
    let Some(log) = shop.rows("SELECT count(*) FROM run_log WHERE kind = 'catalogue-changed'")
    else {
        return;
    };
    assert_eq!(log, ["4"], "each change is logged");
}
