//! A show whose program is killed is offered again, and goes on where it was.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::media::probe;
use crate::program::{LIMIT, Program, all, report};
use crate::script::SMALL;
use crate::shop::{Shop, shop};
use crate::support::{endpoint, last_json, run, text, wait_for};

const KEY: &str = "evening-4471ac";
/// Longest way from the start of `show resume` to pictures at the destination.
const BACK: Duration = Duration::from_secs(10);

fn live(url: &str) -> Vec<String> {
    let own = ["show", "live", "1", "--to", url, "--key-stdin", "--record", "x.mp4"];
    own.iter().chain(&SMALL).map(|s| (*s).to_owned()).collect()
}

fn program(shop: &Shop, args: &[String]) -> std::process::Command {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    shop.program(&args)
}

/// What must be the same before and after.
fn shown(state: &Value) -> (&Value, &Value, &Value) {
    (&state["air"]["item"], &state["items"][0]["price"], &state["air"]["elements"])
}

/// Waits until the destination gets pictures.
fn arriving(program: &mut Program) -> (Value, Instant) {
    program.state_with("pictures at the destination", |s| s["destinations"][0]["state"] == "live")
}

#[test]
fn a_killed_show_is_on_air_again_within_ten_seconds() {
    let (shop, endpoint) = (shop(), endpoint());
    let args = live(&endpoint.url);
    let mut before = Program::start(program(&shop, &args));
    before.type_in(KEY);
    before.event("went-live");
    arriving(&mut before);
    before.type_in("cue 1");
    before.event("cued");
    before.type_in("price 17.90");
    before.event("price-changed");
    before.type_in("countdown 120");
    before.event("element");
    // Its beginning is on the disk after some seconds.
    wait_for("the recording", LIMIT, || {
        fs::metadata(shop.path("x.mp4")).ok().filter(|m| m.len() > 100_000)
    });
    let (then, looked) =
        before.state_with("three seconds on air", |s| s["at_ms"].as_i64() > Some(3000));
    let said = before.kill();
    assert!(!all(&said).contains(KEY), "{}", all(&said));

    // It is not started over by mistake.
    let again = run(&mut program(&shop, &args), &format!("{KEY}\n"), LIMIT);
    assert_eq!(again.status.code(), Some(2), "{}", text(&again));
    let error = &last_json(&again)["error"];
    assert_eq!(error["code"], "show-interrupted", "{error}");
    assert!(error["remedy"].as_str().is_some_and(|r| r.contains("show resume")), "{error}");
    assert!(!shop.path("x-2.mp4").exists(), "nothing was begun");

    // Keys are kept nowhere, so without one it cannot go on; the offer stays.
    let out = run(&mut shop.program(&["show", "resume"]), "", LIMIT);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert!(text(&out).contains("no key on standard input"), "{}", text(&out));

    let mut after = Program::start(shop.program(&["show", "resume"]));
    let started = after.started;
    after.type_in(KEY);
    let resumed = after.event("resumed");
    let said_so = resumed.at - started;
    let lost = resumed.json["lost_ms"].as_i64().expect("a length");
    let (now, live) = arriving(&mut after);
    let back = live - started;
    println!(
        "after kill -9: resumed {} ms after the start of the program, at the destination {} ms, {lost} ms of show lost",
        said_so.as_millis(),
        back.as_millis()
    );
    assert!(back < BACK, "on air only after {back:?}");
    assert_eq!(now["phase"], "live", "{now}");
    assert_eq!(shown(&now), shown(&then), "{now}");
    assert_eq!(now["items"][0]["price"], "€17.90", "{now}");
    // The countdown ran on while nothing went out. States are half a second old at most.
    let left = |s: &Value| s["air"]["countdown_ms"].as_i64().expect("a countdown");
    let counted = left(&then) - left(&now);
    let passed = i64::try_from((live - looked).as_millis()).expect("short");
    assert!((counted - passed).abs() < 1000, "{counted} ms counted down in {passed} ms");

    // Everything works on, the way back included.
    after.type_in("next");
    after.event("cued");
    after.type_in("undo");
    after.event("cue-undone");
    let size = |name: &str| fs::metadata(shop.path(name)).map_or(0, |m| m.len());
    wait_for("the new recording", LIMIT, || (size("x-2.mp4") > 20_000).then_some(()));
    after.type_in("end");
    after.event("ended");
    let (code, said) = after.end(LIMIT);
    assert_eq!(code, Some(0), "{}", all(&said));
    assert!(!all(&said).contains(KEY), "{}", all(&said));
    shop.keeps_no(KEY);
    let report = report(&said);
    assert_eq!(report["destinations"]["destination 1"]["clean"], true, "{report}");
    // A destination counts as on air when it has been so for some seconds; its first picture left before.
    let first = report["first_picture_ms"].as_f64().expect("a picture was sent");
    println!("after kill -9: first picture sent {first:.0} ms after the start of the program");
    assert!(first < BACK.as_secs_f64() * 1e3, "first picture only after {first} ms");
    for (name, least) in [("x.mp4", 1.0), ("x-2.mp4", 1.0), ("x-9x16.mp4", 1.0)] {
        let media = probe(&shop.path(name));
        let length = media.video.last().expect("pictures").pts;
        println!("{name} lasts {length:.1} s");
        assert!(length >= least && !media.audio.is_empty(), "{name}: {length} s");
    }
    let out = run(&mut shop.program(&["show", "resume"]), "", LIMIT);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert_eq!(last_json(&out)["error"]["code"], "resume-none", "{}", text(&out));
}

#[test]
fn an_interrupted_show_can_be_given_up() {
    let shop = shop();
    let mut rehearsal = vec!["show", "live", "1", "--rehearsal"];
    rehearsal.extend(SMALL);
    let mut before = Program::start(shop.program(&rehearsal));
    before.event("went-live");
    before.type_in("cue 2");
    before.event("cued");
    before.kill();
    let resume = |args: &[&str]| run(&mut shop.program(args), "", LIMIT);
    let out = resume(&["show", "resume", "--forget"]);
    assert!(out.status.success(), "{}", text(&out));
    let out = resume(&["show", "resume", "--forget"]);
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert_eq!(last_json(&out)["error"]["code"], "resume-none", "{}", text(&out));
    // And the show can be run again from its beginning.
    let mut again = Program::start(shop.program(&rehearsal));
    again.event("went-live");
    assert_eq!(again.state()["air"]["item"], Value::Null);
    again.type_in("end");
    again.event("ended");
    let (code, said) = again.end(LIMIT);
    assert_eq!(code, Some(0), "{}", all(&said));
}

#[test]
fn a_show_on_air_elsewhere_is_left_alone() {
    let shop = shop();
    shop.done(&["show", "new", "Monday table"]);
    shop.done(&["show", "add", "2", "KETTLE"]);
    let mut first =
        Program::start(shop.program(&[&["show", "live", "1", "--rehearsal"], &SMALL[..]].concat()));
    first.event("went-live");
    first.type_in("cue 2");
    first.event("cued");
    let others: [(&[&str], &str); 4] = [
        (&["show", "live", "1", "--rehearsal", "--seconds", "1"], "show-elsewhere"),
        (&["show", "live", "2", "--rehearsal", "--seconds", "1"], "show-elsewhere"),
        // It is on air, not interrupted.
        (&["show", "resume", "--seconds", "1"], "resume-none"),
        (&["show", "resume", "--forget"], "resume-none"),
    ];
    for (args, code) in others {
        let out = run(&mut shop.program(args), "", LIMIT);
        assert_eq!(out.status.code(), Some(2), "{args:?}: {}", text(&out));
        assert_eq!(last_json(&out)["error"]["code"], code, "{args:?}: {}", text(&out));
    }
    first.type_in("cue 1");
    first.event("cued");
    assert_eq!(first.state()["air"]["item"], 1);
    first.type_in("end");
    first.event("ended");
    let (code, said) = first.end(LIMIT);
    assert_eq!(code, Some(0), "{}", all(&said));
    let faults = said.iter().filter(|s| s.json["event"] == "fault").count();
    assert_eq!(faults, 0, "its state was kept to the end:\n{}", all(&said));
}

#[test]
fn ctrl_c_ends_a_show_and_leaves_nothing_to_resume() {
    let shop = shop();
    let args = [&["show", "live", "1", "--record", "c.mp4", "--canvas", "16:9"], &SMALL[..]];
    let mut show = Program::start(shop.program(&args.concat()));
    assert_eq!(show.event("went-live").json["rehearsal"], false);
    show.type_in("cue 1");
    show.event("cued");
    show.interrupt();
    show.event("ended");
    let (code, said) = show.end(LIMIT);
    assert_eq!(code, Some(0), "{}", all(&said));
    let recording = &report(&said)["recordings"]["recording 16:9"];
    assert_eq!(recording["ordinary"], true, "{recording}");
    let pictures = probe(&shop.path("c.mp4")).video.len() as u64;
    assert_eq!(Some(pictures), recording["video"].as_u64(), "{recording}");
    let out = run(&mut shop.program(&["show", "resume"]), "", LIMIT);
    assert_eq!(last_json(&out)["error"]["code"], "resume-none", "{}", text(&out));
}
