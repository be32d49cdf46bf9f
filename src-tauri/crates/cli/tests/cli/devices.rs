//! `vitrine-cli devices` where there may be no device at all; real ones are in `tests/lab`.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use crate::support::{cli, last_json, run, text};

const SOON: Duration = Duration::from_secs(60);

#[test]
fn the_list_has_both_kinds_and_ends_by_itself() {
    let out = run(cli().args(["devices", "--json"]), "", SOON);
    assert!(out.status.success(), "{}", text(&out));
    let list = last_json(&out);
    for kind in ["cameras", "microphones"] {
        let devices = list[kind].as_array().expect(kind);
        for device in devices {
            assert!(device["id"].as_str().is_some_and(|id| !id.is_empty()), "{device}");
            assert!(device["name"].as_str().is_some_and(|n| !n.is_empty()), "{device}");
        }
    }
    let out = run(cli().args(["devices", "--watch", "--seconds", "2"]), "", SOON);
    assert!(out.status.success(), "{}", text(&out));
}

#[test]
fn a_trial_leaves_a_picture_and_a_curve() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut command = cli();
    command
        .args(["devices", "test", "test-camera:rate=25,jitter=5", "test-mic:rate=96000", "--json"])
        .args(["--size", "320x180", "--seconds", "2", "--out", "trial"])
        .current_dir(dir.path());
    let out = run(&mut command, "", SOON);
    assert!(out.status.success(), "{}", text(&out));
    let trial = last_json(&out);
    let camera = &trial["camera"];
    assert_eq!((&camera["width"], &camera["height"]), (&320.into(), &180.into()), "{trial}");
    let rate = camera["measured_rate"].as_f64().expect("a rate");
    assert!((rate - 25.0).abs() < 1.0, "{trial}");
    assert!(camera["jitter_ms"]["p95"].as_f64().is_some_and(|j| j > 0.5), "{trial}");
    let png = fs::read(camera["picture"].as_str().expect("a path")).expect("a picture");
    assert!(png.starts_with(b"\x89PNG"));
    let microphone = &trial["microphone"];
    assert_eq!(microphone["rate"], 96_000, "{trial}");
    assert_eq!(microphone["gaps"], 0, "{trial}");
    assert!(microphone["curve"].as_array().is_some_and(|c| c.len() >= 15), "{trial}");
}

#[test]
fn what_is_not_there_is_named_with_a_remedy() {
    let dir = tempfile::tempdir().expect("a folder");
    let refuse = |args: &[&str], code: i32, words: &[&str]| {
        let out = run(cli().args(args).current_dir(dir.path()), "", SOON);
        let all = text(&out);
        assert_eq!(out.status.code(), Some(code), "{args:?}: {all}");
        for word in words {
            assert!(all.contains(word), "{args:?} does not say {word:?}: {all}");
        }
        assert!(!all.contains("panicked") && all.lines().count() <= 3, "{all}");
    };
    let camera = "camera:no such camera at all";
    refuse(&["devices", "test", camera], 3, &["camera", "plug"]);
    refuse(&["live", "--video", camera, "--seconds", "1"], 3, &["camera", "plug"]);
    refuse(&["live", "--audio", "mic:no such one", "--seconds", "1"], 3, &["microphone"]);
    refuse(&["devices", "set", camera, "gain=3"], 3, &["camera", "plug"]);
    refuse(&["devices", "set", "camera:0", "gain"], 2, &["NAME=VALUE"]);
    refuse(&["devices", "test", "screen:0"], 2, &["screen:0", "camera:ID"]);
    refuse(&["devices", "test", "camera:0#fast"], 2, &["camera:0#fast"]);
    refuse(&["live", "--turn", "45", "--seconds", "1"], 2, &["45", "--turn 90"]);
    refuse(&["live", "--zoom", "0", "--seconds", "1"], 2, &["zoom", "1.5@0.5,0.4"]);
    refuse(&["live", "--crop", "60,0,60,0", "--seconds", "1"], 2, &["crop", "per cent"]);
    refuse(&["live", "--lip-sync", "5000", "--seconds", "1"], 2, &["5000", "40 to 120"]);
    assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 0, "nothing half-written");
}

#[test]
fn a_lost_camera_is_told_and_returns() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut command = cli();
    command
        .args(["live", "--json", "--video", "test-camera:gap=1.5+1.5", "--turn", "180"])
        .args(["--audio", "test-mic:gap=1.5+1.5", "--lip-sync", "20", "--zoom", "1.2"])
        .args(["--size", "320x180", "--preset", "ultrafast", "--seconds", "5"])
        .args(["--record", "show.mp4"])
        .current_dir(dir.path());
    let out = run(&mut command, "", SOON);
    assert!(out.status.success(), "{}", text(&out));
    let lines = String::from_utf8_lossy(&out.stdout);
    let events: Vec<Value> = lines.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    for (id, kind) in [("host", "video"), ("voice", "audio")] {
        let at = |name: &str| {
            let told = |e: &&Value| e["event"] == name && e["id"] == id && e["kind"] == kind;
            events.iter().find(told).and_then(|e| e["at"].as_i64())
        };
        let (lost, back) = (at("source-lost"), at("source-returned"));
        assert!(lost.is_some() && back > lost, "{id}: {lines}");
    }
    let report = last_json(&out);
    assert_eq!(report["stats"]["video_sources"][0]["losses"], 1, "{report}");
    assert!(dir.path().join("show.mp4").exists());
}
