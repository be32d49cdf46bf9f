//! Flash against beep: cameras and microphones with clocks and habits of their own, through the real
//! engine under the simulated clock into a file, which is decoded again.
//!
//! | file | what |
//! |---|---|
//! | `show` | the devices, the show that has them all at once, its recording |
//! | `picture` | when a camera's flashes should be seen in the file, and when they are |
//! | `sound` | when a microphone's beeps are heard in the file |
//! | `pairs` | every camera against every microphone |
//! | `grid` | times in the file's index: the pictures' grid, the sound without gap or overlap |
//!
//! Pictures and sound pass the engine independently, so one show proves every pair: each camera has
//! a cell of the canvas, each microphone a pitch of its own.

mod grid;
mod pairs;
mod picture;
mod show;
mod sound;

use vitrine_media::{FrameRate, MediaTime};

use pairs::{Late, Table};
use show::{Devices, Recorded, record};

/// Offset of flash and beep at the start, and after hours.
const AT_FIRST: f64 = 20.0;
const AFTER_HOURS: f64 = 40.0;

/// Every camera's flashes and every microphone's beeps between two moments of a recorded show.
fn measure(show: &Recorded, from: MediaTime, to: MediaTime) -> (Vec<Late>, Vec<Late>) {
    let flashes = picture::flashes(show, from, to);
    let beeps = sound::beeps(show, from, to);
    (flashes, beeps)
}

fn whole_matrix(rate: FrameRate) {
    let length = MediaTime::from_secs(36);
    let show = record(Devices::all(), rate, length);
    grid::check(&show);
    let (cameras, microphones) = measure(&show, MediaTime::ZERO, length);
    assert_eq!((cameras.len(), microphones.len()), (36, 12));
    for device in cameras.iter().chain(&microphones) {
        // Two or three fall into a gap.
        assert!(device.seen.len() >= 32, "{} only {} times", device.name, device.seen.len());
    }
    for microphone in &microphones {
        // A clock that is right is heard where it is; one that is not until the mixer has learned it,
        // which takes a minute and passes 1.5 ms at 200 ppm.
        let within = if microphone.name.contains("ppm") { 2.0 } else { 0.3 };
        let (second, late) = microphone.furthest();
        assert!(late.abs() < within, "{}: {late:+.2} ms at {second} s", microphone.name);
    }
    let mut table = Table::new(&cameras, &microphones, rate);
    table.check("36 s", AT_FIRST);
    assert_eq!(table.pairs(), 432);
}

#[test]
fn every_camera_meets_every_microphone() {
    whole_matrix(FrameRate::whole(30));
}

#[test]
fn every_camera_meets_every_microphone_on_a_canvas_of_29_97() {
    whole_matrix(FrameRate::new(30_000, 1001).expect("a rate"));
}

/// Twelve pairs on every commit; with `VITRINE_SYNC=all` in the environment every pair, which takes two
/// cores half an hour.
#[test]
fn after_four_hours_they_still_meet() {
    let whole = std::env::var("VITRINE_SYNC").is_ok_and(|which| which == "all");
    let (devices, pairs) = if whole { (Devices::all(), 432) } else { (Devices::some(), 12) };
    let rate = FrameRate::whole(30);
    let (length, minute) = (MediaTime::from_secs(4 * 3600), MediaTime::from_secs(60));
    let show = record(devices, rate, length);
    grid::check(&show);
    for (from, what, tolerance) in
        [(MediaTime::ZERO, "first minute", AT_FIRST), (length - minute, "last minute", AFTER_HOURS)]
    {
        let (cameras, microphones) = measure(&show, from, from + minute);
        for device in cameras.iter().chain(&microphones) {
            assert!(device.seen.len() >= 57, "{} only {} times", device.name, device.seen.len());
        }
        let mut table = Table::new(&cameras, &microphones, rate);
        table.check(what, tolerance);
        assert_eq!(table.pairs(), pairs);
    }
    show.memory_is_flat();
}
