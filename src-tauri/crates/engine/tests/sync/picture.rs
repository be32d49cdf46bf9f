//! When a camera's flashes should be seen in the file, and when they are.

use vitrine_capture::{Unsteady, is_flash};
use vitrine_codec::VideoReader;
use vitrine_media::{FrameRate, MediaTime};

use crate::pairs::Late;
use crate::show::{CELL, Recorded};

/// An open camera that gives nothing for so long is hidden.
const PATIENCE: MediaTime = MediaTime::from_millis(700);
/// A cell of this luma is white; see [`vitrine_capture::FLASH_AREA`].
const WHITE: u8 = 180;

/// A flash as it gets into the file.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Flash {
    /// The tick that is the first to show it.
    tick: u64,
    /// When the camera took the picture shown there.
    taken: MediaTime,
}

/// The flashes of a camera that ticks from `ticks` show: at each tick the newest picture that has
/// arrived, nothing if none came for too long.
fn expected(camera: &Unsteady, rate: FrameRate, ticks: std::ops::Range<u64>) -> Vec<Flash> {
    // Early enough that arrivals are in the order they have had since the show began.
    let early = (rate.time_of(ticks.start) - MediaTime::from_secs(2)).max(MediaTime::ZERO);
    let mut deliveries = camera.pictures(early).filter(|d| !d.lost).peekable();
    // What is white in the first tick turned white before.
    let (mut newest, mut white) = (None, true);
    let mut flashes = Vec::new();
    for tick in ticks {
        let now = rate.time_of(tick);
        while let Some(delivery) = deliveries.next_if(|d| d.at <= now) {
            newest = Some((delivery.at, camera.taken(delivery.next - 1)));
        }
        let shown = newest.filter(|(at, _)| now < *at + PATIENCE).map(|(_, taken)| taken);
        let now_white = shown.is_some_and(is_flash);
        if let Some(taken) = shown.filter(|_| now_white && !white) {
            flashes.push(Flash { tick, taken });
        }
        white = now_white;
    }
    flashes
}

/// Each camera's flashes between two moments of the file, and how late they are against the pictures
/// in which they are seen first.
///
/// # Panics
/// If a flash is not first seen exactly at the tick that follows the arrival of its picture.
pub fn flashes(show: &Recorded, from: MediaTime, to: MediaTime) -> Vec<Late> {
    let rate = show.rate;
    let cameras = &show.devices.cameras;
    let (first, seen, end) = seen(show, from, to);
    let of = |(i, camera): (usize, &Unsteady)| {
        let expected = expected(camera, rate, first..end);
        let ticks: Vec<u64> = expected.iter().map(|f| f.tick).collect();
        assert_eq!(seen[i], ticks, "{camera}: ticks at which its flashes are seen");
        let late = |f: &Flash| {
            let second = f.taken.as_nanos().div_euclid(1_000_000_000);
            (second, (rate.time_of(f.tick) - f.taken).as_secs_f64() * 1e3)
        };
        Late {
            name: format!("test-camera:{camera}"),
            own: camera.jitter.as_secs_f64() * 1e3,
            seen: expected.iter().map(late).collect(),
        }
    };
    cameras.iter().enumerate().map(of).collect()
}

/// The first tick looked at, the ticks at which each camera's cell turns white, and the tick after
/// the last.
fn seen(show: &Recorded, from: MediaTime, to: MediaTime) -> (u64, Vec<Vec<u64>>, u64) {
    let mut reader = VideoReader::open(&show.path).expect("a video");
    reader.seek(from).expect("seeks");
    let count = show.devices.cameras.len();
    let (mut first, mut end) = (None, 0);
    let mut white = vec![true; count];
    let mut seen = vec![Vec::new(); count];
    while let Some(picture) = reader.next().expect("a picture") {
        if picture.at < from {
            continue;
        }
        if picture.at >= to {
            break;
        }
        let half = MediaTime::from_nanos(show.rate.interval().as_nanos() / 2);
        let tick = show.rate.tick_at(picture.at + half);
        assert_eq!(
            tick,
            if first.is_some() { end } else { tick },
            "every tick, one after the other"
        );
        end = tick + 1;
        for (i, was) in white.iter_mut().enumerate() {
            let (x, y) = show.devices.cell(i);
            let middle = (y + CELL / 2) as usize * picture.strides[0] + (x + CELL / 2) as usize;
            let now = picture.planes[0][middle] > WHITE;
            if now && !*was {
                seen[i].push(tick);
            }
            *was = now;
        }
        first.get_or_insert(tick);
    }
    let first = first.expect("pictures");
    (first, seen, end)
}
