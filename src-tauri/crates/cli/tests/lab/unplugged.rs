//! The camera goes away in the middle of a show and comes back.

use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::bars::pictures;
use crate::lab::{Lab, VIDEO};
use crate::media::probe;
use crate::show::{Show, assert_unbroken};
use crate::support::{nginx, wait_for};

const FPS: f64 = 15.0;

#[test]
fn the_slate_comes_in_a_second_and_the_camera_by_itself() {
    let Some(lab) = Lab::open() else { return };
    let Some(nginx) = nginx() else { return };
    let mut command = lab.cli();
    command
        .args(["live", "--json", "--video", &lab.camera_spec(), "--audio", "test-tone"])
        .args(["--size", "320x180", "--fps", "15", "--preset", "ultrafast", "--bitrate", "500k"])
        .args(["--seconds", "16", "--to", &format!("rtmp://127.0.0.1:{}/open/lab", nginx.port)]);
    let mut show = Show::start(&mut command);
    show.on_air(Duration::from_secs(20));

    // The driver lets the camera work again as soon as nobody has it open; so long it is held here.
    let held = File::open(VIDEO).expect("the camera");
    let pulled = Instant::now();
    let done = Command::new("v4l2-ctl").args(["-d", VIDEO, "-c", "disconnect=1"]).status();
    assert!(done.expect("v4l2-ctl runs").success());
    let (noticed, lost) = show.event("source-lost", Duration::from_secs(3));
    println!("lost after {:?}: {}", noticed - pulled, lost["reason"]);
    assert!(noticed - pulled < Duration::from_secs(1), "noticed after {:?}", noticed - pulled);
    assert_eq!((lost["id"].as_str(), lost["kind"].as_str()), (Some("host"), Some("video")));

    wait_for("three seconds of slate", Duration::from_secs(4), || {
        (pulled.elapsed() > Duration::from_secs(3)).then_some(())
    });
    let plugged = Instant::now();
    drop(held);
    let (back, _) = show.event("source-returned", Duration::from_secs(5));
    println!("back after {:?}", back - plugged);
    assert!(back - plugged < Duration::from_millis(2500), "back after {:?}", back - plugged);

    let (code, report) = show.end(Duration::from_secs(40));
    assert_eq!(code, 0, "{report}");
    assert_eq!(report["lost"]["dropped"], 0, "{report}");

    let file = nginx.dir.path().join("rec/lab.flv");
    std::fs::copy(&file, lab.out.join("unplugged.flv")).expect("copied");
    let media = probe(&file);
    assert_unbroken(&media, FPS);
    let seen = pictures(&file, (320, 180), &[]);
    assert_eq!(seen.len(), media.video.len(), "every packet is a picture");
    let pattern: Vec<bool> = seen.iter().map(|p| p.is_pattern()).collect();
    let first = pattern.iter().position(|p| *p).expect("the camera is seen");
    let slate = first + pattern[first..].iter().position(|p| !*p).expect("the slate is seen");
    let again = slate + pattern[slate..].iter().position(|p| *p).expect("the camera is seen again");
    assert!(pattern[again..].iter().all(|p| *p), "it stays");
    let slate_seconds = (again - slate) as f64 / FPS;
    println!("slate for {slate_seconds:.2} s");
    assert!((1.5..6.0).contains(&slate_seconds), "{slate_seconds} s of slate");
    // From the camera's last new picture to the slate nothing moved.
    let last_new = (first + 1..slate).rev().find(|n| seen[*n].clock_differs(&seen[n - 1]));
    let frozen = (slate - last_new.expect("the clock ran")) as f64 / FPS;
    println!("frozen for {frozen:.2} s before the slate");
    assert!(frozen < 1.0, "frozen for {frozen} s");
}
