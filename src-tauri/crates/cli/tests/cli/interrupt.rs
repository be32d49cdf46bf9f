//! Ctrl-C in the middle of a show ends every output properly.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::media::probe;
use crate::support::{cli, endpoint, wait_for};

#[test]
fn ctrl_c_finishes_the_recording_and_says_goodbye() {
    let endpoint = endpoint();
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("show.mp4");
    let child = cli()
        .args(["live", "--json", "--size", "320x180", "--to", &format!("{}/show", endpoint.url)])
        .arg("--record")
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    // The first fragment is on disk after two seconds of show.
    wait_for("the recording", Duration::from_secs(30), || {
        std::fs::metadata(&file).ok().filter(|m| m.len() > 20_000)
    });
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let out = child.wait_with_output().expect("ends");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
    let last = String::from_utf8_lossy(&out.stdout).lines().last().unwrap_or_default().to_owned();
    let report: Value = serde_json::from_str(&last).expect("a report");
    let destination = &report["destinations"]["destination 1"];
    assert_eq!((&destination["clean"], &destination["ended"]), (&true.into(), &true.into()));
    let recording = &report["recordings"]["recording 16:9"];
    assert_eq!(recording["ordinary"], true, "{report}");
    let media = probe(&file);
    assert_eq!(media.video.len() as u64, recording["video"].as_u64().expect("a count"));
    let left = std::fs::read_dir(dir.path()).expect("listed").count();
    assert_eq!(left, 1, "nothing half-written beside the recording");
}
