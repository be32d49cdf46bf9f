//! One composited picture.

use std::time::Duration;

use crate::support::{cli, run, sample, text};

#[test]
fn renders_both_canvases_and_every_page() {
    let dir = tempfile::tempdir().expect("a folder");
    let cases: [(&str, &[&str], (u32, u32)); 5] = [
        ("wide", &[], (1280, 720)),
        ("tall", &["--canvas", "9:16"], (720, 1280)),
        ("full-hd", &["--size", "1920x1080", "--language", "de"], (1920, 1080)),
        ("arriving", &["--at", "0.15"], (1280, 720)),
        ("slate", &["--scene", "slate"], (1280, 720)),
    ];
    let mut pictures = Vec::new();
    for (name, args, size) in cases {
        let path = dir.path().join(name).with_extension("png");
        let mut command = cli();
        command.args(["render", "--product"]).arg(sample("pour-over-kettle.json"));
        command.args(args).arg("--out").arg(&path);
        let out = run(&mut command, "", Duration::from_secs(30));
        assert!(out.status.success(), "{name}: {}", text(&out));
        let bytes = std::fs::read(&path).expect("a picture");
        // PNG: width and height stand in the IHDR chunk.
        let number = |i: usize| u32::from_be_bytes(bytes[i..i + 4].try_into().expect("4 bytes"));
        assert_eq!((number(16), number(20)), size, "{name}");
        pictures.push(bytes);
    }
    assert_ne!(pictures[0], pictures[3], "the card is still on its way in at 0.15 s");
    assert_ne!(pictures[0], pictures[4]);
}

#[test]
fn shows_what_platforms_cover_and_who_lies_under_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("zones.png");
    let mut command = cli();
    command.args(["render", "--canvas", "9:16", "--theme", "Classic", "--safe-zones", "tiktok"]);
    command.args(["--element", "card", "--element", "goal", "--json", "--out"]).arg(&path);
    let out = run(&mut command, "", Duration::from_secs(30));
    assert!(out.status.success(), "{}", text(&out));
    let said: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(said["elements"][0]["element"], "product-card");
    let touches = said["touches"].as_array().expect("a list");
    assert!(touches.iter().all(|t| t["soft"] == true), "{touches:?}");
    assert!(path.is_file());

    for (args, names) in [
        (["--scene", "kitchen"], "close-up"),
        (["--element", "cart"], "lower-third"),
        (["--safe-zones", "tiktok"], "youtube"),
        (["--theme", "nowhere"], "classic"),
    ] {
        let mut command = cli();
        command.arg("render").args(args).arg("--out").arg(&path);
        let out = run(&mut command, "", Duration::from_secs(30));
        assert_eq!(out.status.code(), Some(2), "{args:?}: {}", text(&out));
        assert!(text(&out).contains(names), "{args:?}: {}", text(&out));
    }
}
