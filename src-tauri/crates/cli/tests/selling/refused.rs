//! What `vitrine-cli run` cannot do is answered with a code, and the show goes on.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{Program, all, events, report};
use crate::script::SMALL;
use crate::shop::shop;
use crate::support::endpoint;

const KEY: &str = "canary-3e8f21-key";
/// The answer of a line that is done.
const DONE: &str = "ok";

/// Lines with the code each is to be answered with.
fn lines() -> Vec<(Vec<u8>, &'static str)> {
    let mut lines: Vec<(Vec<u8>, &'static str)> = Vec::new();
    let mut raw = |bytes: &[u8], code| lines.push((bytes.to_vec(), code));
    raw(b"this is no JSON", "command");
    raw(b"{\"id\":\"cut off\",\"do\":\"ne", "command");
    raw(&[0x7b, 0xff, 0xfe, 0x80], "script");
    raw(&b"[".repeat(100_000), "command");
    raw(b"{\"do\":\"next\"}", "command");
    raw(b"[1, 2, 3]", "command");
    let mut n = 0;
    let mut ask = |value: Value, code| {
        n += 1;
        let mut value = value;
        if value.get("id").is_none() {
            value["id"] = format!("line-{n}").into();
        }
        lines.push((value.to_string().into_bytes(), code));
    };
    ask(json!({ "do": "dance" }), "command");
    ask(json!({ "do": KEY }), "command");
    ask(json!({ "do": "cue", "item": "1", "scene": KEY }), "command");
    ask(json!({ "do": "x".repeat(200_000) }), "command");
    ask(json!({ "do": "next", "at": -3 }), "command");
    ask(json!({ "do": "next", "at": 1e300 }), "command");
    ask(json!({ "do": "lock", "on": true, "id": "" }), "command-id");
    ask(json!({ "do": "lock", "on": true, "id": "i".repeat(101) }), "command-id");
    // Nothing of a show can be done before it is on air.
    ask(json!({ "do": "cue", "item": "1" }), "show-off-air");
    ask(json!({ "do": "take" }), "show-off-air");
    ask(json!({ "do": "panic" }), "show-off-air");
    ask(json!({ "do": "end-show" }), "show-off-air");
    ask(json!({ "do": "go-live" }), "not-armed");
    ask(json!({ "do": "resume" }), "resume-none");
    ask(json!({ "do": "load", "show": 99 }), "missing");
    ask(json!({ "do": "view", "scene": "host", "x": 2.0, "y": 0.5 }), "view");
    ask(json!({ "do": "arm", "what": "go-live" }), DONE);
    ask(json!({ "do": "go-live", "at": 1.5 }), DONE);
    ask(json!({ "do": "go-live" }), "show-on-air");
    ask(json!({ "do": "load", "show": 1 }), "show-on-air");
    ask(json!({ "do": "resume" }), "resume-none");
    // An item, a bid, a thing to take back: none there.
    ask(json!({ "do": "set-price", "price": "9.90" }), "item-none");
    ask(json!({ "do": "show", "element": "card" }), "item-none");
    ask(json!({ "do": "bid", "bidder": "zoe", "amount": "5.00" }), "item-none");
    ask(json!({ "do": "take" }), "preview-empty");
    ask(json!({ "do": "undo-cue" }), "undo-none");
    ask(json!({ "do": "cue", "item": "A99" }), "item-missing");
    ask(json!({ "do": "cue", "item": "#0" }), "item-missing");
    ask(json!({ "do": "cue", "item": 123_456 }), "item-missing");
    ask(json!({ "do": "hide", "element": "ticker" }), "element-hidden");
    ask(json!({ "do": "show", "element": "lower-third", "name": " " }), "text-empty");
    ask(json!({ "do": "show", "element": "countdown", "seconds": 0 }), "seconds");
    ask(json!({ "do": "draw" }), "giveaway-none");
    ask(json!({ "do": "end-flash" }), "flash-none");
    ask(json!({ "do": "end-panic" }), "panic-none");
    ask(json!({ "do": "end-show" }), "not-armed");
    ask(json!({ "do": "cue", "item": "1", "id": "mug" }), DONE);
    // Told twice it is done once, and that is no fault.
    ask(json!({ "do": "cue", "item": "2", "id": "mug" }), DONE);
    ask(json!({ "do": "bid", "bidder": "zoe", "amount": "5.00" }), "item-no-auction");
    ask(json!({ "do": "start-lot" }), "item-no-auction");
    ask(json!({ "do": "set-price", "price": "12.345" }), "price");
    ask(json!({ "do": "set-price", "price": "-1" }), "price");
    ask(json!({ "do": "set-price", "price": "cheap" }), "price");
    let compare = json!({ "do": "set-price", "price": "10.00", "compare-at": "9.00" });
    ask(compare, "price-compare");
    ask(json!({ "do": "set-stock", "stock": -1 }), "stock");
    ask(json!({ "do": "set-promo", "code": "C".repeat(41) }), "promo-long");
    ask(json!({ "do": "start-flash", "price": "99.00", "seconds": 60 }), "flash-price");
    ask(json!({ "do": "cue", "item": "#4" }), DONE);
    ask(json!({ "do": "bid", "bidder": "zoe", "amount": "5.00" }), "lot-not-running");
    ask(json!({ "do": "lock", "on": true }), DONE);
    ask(json!({ "do": "cue", "item": "1" }), "locked");
    ask(json!({ "do": "lock", "on": false }), DONE);
    ask(json!({ "do": "next" }), DONE);
    ask(json!({ "do": "next" }), "item-last");
    // Long enough on air for something to have gone out.
    ask(json!({ "do": "arm", "what": "end-show", "at": 4.5 }), DONE);
    ask(json!({ "do": "end-show", "at": 6 }), DONE);
    ask(json!({ "do": "cue", "item": "1" }), "show-over");
    lines
}

#[test]
fn each_wrong_line_has_its_code_and_the_rest_goes_on() {
    let (shop, endpoint) = (shop(), endpoint());
    let lines = lines();
    let mut script = Vec::new();
    for (line, _) in &lines {
        script.extend_from_slice(line);
        script.push(b'\n');
    }
    fs::write(shop.path("script.jsonl"), script).expect("written");
    let args = ["run", "--show", "1", "--script", "script.jsonl", "-vv", "--key-stdin"];
    let mut command = shop.program(&args);
    command.args(["--to", &endpoint.url, "--canvas", "16:9"]).args(SMALL);
    let mut program = Program::start(command);
    program.type_in(KEY);
    let (code, said) = program.end(Duration::from_secs(60));
    let words = all(&said);
    let mut answers = said.iter().filter(|s| s.json.get("ok").is_some());
    assert_eq!(answers.next().map(|s| s.json["id"].clone()), Some("load".into()), "{words}");
    for (line, wanted) in &lines {
        let text = String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
        let answer =
            &answers.next().unwrap_or_else(|| panic!("no answer to {text}:\n{words}")).json;
        if *wanted == DONE {
            assert_eq!(answer["ok"], true, "{text}: {answer}");
            continue;
        }
        assert_eq!(
            (&answer["ok"], &answer["error"]["code"]),
            (&false.into(), &(*wanted).into()),
            "{text}: {answer}"
        );
        let sentence = answer["error"]["message"].as_str().unwrap_or_default();
        assert!((10..400).contains(&sentence.chars().count()), "{text}: {answer}");
        // Whoever sent it finds it again: by its name, or by its place.
        let named = answer["id"].is_string() || answer["line"].is_u64();
        assert!(named, "{text}: {answer}");
    }
    assert_eq!(answers.count(), 0, "one answer to each line");
    assert_eq!(code, Some(2), "something was refused, everything arrived:\n{words}");
    let cued = events(&said).iter().filter(|e| **e == "cued").count();
    assert_eq!(cued, 3, "mug once, and each of the two lots: {words}");
    assert_eq!(report(&said)["destinations"]["destination 1"]["clean"], true, "{words}");
    assert!(!words.contains("panicked"), "{words}");
    assert!(!words.contains(KEY), "a stream key was printed:\n{words}");
    fs::remove_file(shop.path("script.jsonl")).expect("the key in it was ours");
    shop.keeps_no(KEY);
}
