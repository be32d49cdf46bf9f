//! Setting a camera's controls.

use std::time::Duration;

use serde_json::Value;

use crate::lab::Lab;
use crate::support::{last_json, run, text};

const SOON: Duration = Duration::from_secs(30);

fn set(lab: &Lab, wishes: &[&str]) -> std::process::Output {
    let mut command = lab.cli();
    command.args(["devices", "set", "--json", &lab.camera_spec()]).args(wishes);
    run(&mut command, "", SOON)
}

fn value(answer: &Value, name: &str) -> Value {
    let controls = answer["controls"].as_array().expect("controls");
    let control = controls.iter().find(|c| c["name"] == name);
    control.unwrap_or_else(|| panic!("no {name} in {answer:#}"))["value"].clone()
}

#[test]
fn controls_are_set_kept_and_refused_with_what_is_possible() {
    let Some(lab) = Lab::open() else { return };
    let out = set(&lab, &["brightness=200", "horizontal_flip=on"]);
    assert!(out.status.success(), "{}", text(&out));
    let answer = last_json(&out);
    assert_eq!(
        (value(&answer, "brightness"), value(&answer, "horizontal_flip")),
        (200.into(), 1.into())
    );
    // Another process sees it: it is the camera's.
    assert_eq!(value(&lab.devices()["cameras"][0], "brightness"), 200);
    let out = set(&lab, &["brightness=default", "horizontal_flip=off"]);
    assert_eq!(value(&last_json(&out), "brightness"), 128, "{}", text(&out));

    let out = set(&lab, &["brightness=999"]);
    let all = text(&out);
    assert_eq!(out.status.code(), Some(2), "{all}");
    assert!(all.contains("0 to 255"), "{all}");
    let out = set(&lab, &["sparkle=1"]);
    let all = text(&out);
    assert_eq!(out.status.code(), Some(2), "{all}");
    assert!(all.contains("sparkle") && all.contains("brightness"), "{all}");
}
