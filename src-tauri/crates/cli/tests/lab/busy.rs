//! Devices that somebody else has.

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::lab::{Lab, VIDEO, sentence};
use crate::support::{Running, run, text, wait_for};

/// The machine refused.
const REFUSED: i32 = 3;

fn assert_refused(what: &str, out: &Output) {
    assert_eq!(out.status.code(), Some(REFUSED), "{what}: {}", text(out));
    let said = sentence(out);
    println!("{what}: {said}");
    assert!(said.lines().count() == 1 && said.len() < 250, "one sentence: {said}");
    assert!(
        ["busy", "in use", "using", "another program"].iter().any(|w| said.contains(w)),
        "{said}"
    );
}

/// A show of a few seconds that is recorded.
fn live(lab: &Lab, video: &str, audio: &str) -> Output {
    let dir = tempfile::tempdir().expect("a folder");
    let mut command = lab.cli();
    command
        .args(["live", "--json", "--video", video, "--audio", audio, "--size", "320x180"])
        .args(["--fps", "10", "--seconds", "3", "--record"])
        .arg(dir.path().join("show.mp4"));
    run(&mut command, "", Duration::from_secs(30))
}

#[test]
fn a_camera_in_use_is_named() {
    let Some(lab) = Lab::open() else { return };
    let camera = lab.camera_spec();
    let child = Command::new("v4l2-ctl")
        .args(["-d", VIDEO, "--set-fmt-video=width=320,height=180,pixelformat=YUYV"])
        .args(["--stream-mmap", "--stream-count=0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("v4l2-ctl runs");
    let mut holder = Running(child);
    // It prints a sign for each picture that it has got, and ends when nobody could read them.
    let mut signs = holder.0.stderr.take().expect("piped");
    signs.read_exact(&mut [0]).expect("pictures");
    let listed = &lab.devices()["cameras"][0];
    assert!(listed["formats"].as_array().is_some_and(|f| !f.is_empty()), "still listed: {listed}");
    assert_refused("devices test", &lab.test_devices(&[&camera, "--seconds", "2"]));
    assert_refused("live", &live(&lab, &camera, "test-tone"));
}

#[test]
fn a_sound_card_in_use_is_named() {
    let Some(lab) = Lab::open() else { return };
    let microphone = lab.microphone_spec();
    let child = Command::new("arecord")
        .args(["--quiet", "-D", "hw:CARD=Loopback,DEV=1,SUBDEV=0", "-f", "S16_LE", "-r", "48000"])
        .args(["-c", "2", "/dev/null"])
        .stdout(Stdio::null())
        .spawn()
        .expect("arecord runs");
    let _holder = Running(child);
    wait_for("a recording card", Duration::from_secs(10), || {
        std::fs::read_to_string("/proc/asound/Loopback/pcm1c/sub0/status")
            .ok()
            .filter(|s| s.contains("RUNNING"))
    });
    assert_refused("devices test", &lab.test_devices(&[&microphone, "--seconds", "2"]));
    assert_refused("live", &live(&lab, "test-card", &microphone));
}
