//! Which preset holds a frame rate on this machine, found by encoding for a moment.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use vitrine_media::{Frame, FrameRate, MediaTime, Size};

use crate::{CodecError, EncoderChoice, Latency, Preset, VideoEncoder, VideoSettings, probe};

/// A preset is chosen if it encodes this many times faster than the rate asks for. The rest of the show
/// (drawing, sound, sending, the interface, other programs) needs the other half of the machine,
/// and real pictures may be harder than the drawn ones.
pub const HEAD_ROOM: f64 = 2.2;
/// Pictures per preset.
const PICTURES: u64 = 30;
/// Time per preset: past it, the pictures that were encoded until then count.
const LIMIT: Duration = Duration::from_millis(180);
/// From least to most work; the first that fails ends the measurement.
const PRESETS: [Preset; 4] =
    [Preset::Ultrafast, Preset::Superfast, Preset::Veryfast, Preset::Faster];

/// The result for one size and rate, to be kept by the caller and given back by [`restore`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// What it holds for: [`probe::machine_key`].
    pub key: String,
    /// Picture size.
    pub size: Size,
    /// Rate.
    pub rate: FrameRate,
    /// The preset chosen.
    pub preset: Preset,
    /// Every preset measured, and how many times faster than the rate it was.
    pub speeds: Vec<(Preset, f64)>,
}

impl Measured {
    /// The best preset if `at_once` encoders of this kind run side by side.
    pub fn best(&self, at_once: u32) -> Preset {
        let enough = HEAD_ROOM * f64::from(at_once.max(1));
        let best = self.speeds.iter().rev().find(|(_, s)| *s >= enough);
        best.map_or(Preset::Ultrafast, |(p, _)| *p)
    }
}

static KNOWN: Mutex<Vec<Measured>> = Mutex::new(Vec::new());

/// What [`measure`] or [`restore`] left in this process for `size` and `rate`.
pub fn measured(size: Size, rate: FrameRate) -> Option<Measured> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.iter().find(|m| m.size == size && m.rate == rate).cloned()
}

/// Takes a kept result; false if it is another machine's, and is ignored.
pub fn restore(measured: Measured) -> bool {
    let fits = measured.key == probe::machine_key();
    if fits {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|m| m.size != measured.size || m.rate != measured.rate);
        known.push(measured);
    }
    fits
}

/// Encodes moving pictures with each of libx264's presets, from the fastest on, at the usual bitrate,
/// and remembers the best that is [`HEAD_ROOM`] times faster than `rate`. Takes less than a second
/// (720p on two slow cores) and all processors meanwhile: call it before the show, not during it.
///
/// # Errors
/// Those of [`VideoEncoder::open`] for `libx264` at this size and rate.
pub fn measure(size: Size, rate: FrameRate) -> Result<Measured, CodecError> {
    let settings = VideoSettings {
        encoder: EncoderChoice::Named("libx264".to_owned()),
        latency: Latency::Quality,
        ..VideoSettings::new(size, rate)
    };
    settings.validate()?;
    let frames: Vec<_> = (0..4).map(|n| moving_picture(size, n)).collect();
    let mut speeds = Vec::new();
    for preset in PRESETS {
        let speed = speed(&VideoSettings { preset, ..settings.clone() }, &frames)?;
        speeds.push((preset, (speed * 100.0).round() / 100.0));
        if speed < HEAD_ROOM {
            break;
        }
    }
    let mut out =
        Measured { key: probe::machine_key(), size, rate, preset: Preset::Ultrafast, speeds };
    out.preset = out.best(1);
    restore(out.clone());
    Ok(out)
}

/// How many times faster than its rate an encoder of these settings is.
fn speed(settings: &VideoSettings, frames: &[Arc<Frame>]) -> Result<f64, CodecError> {
    let mut encoder = VideoEncoder::open(settings)?;
    let mut out = Vec::new();
    let start = Instant::now();
    let mut n = 0;
    while n < PICTURES && (n < 4 || start.elapsed() < LIMIT) {
        let frame = &frames[n as usize % frames.len()];
        encoder.encode(frame, settings.rate.time_of(n), false, &mut out)?;
        n += 1;
    }
    encoder.flush(&mut out)?;
    let shown = settings.rate.time_of(n) - MediaTime::ZERO;
    Ok(shown.as_secs_f64() / start.elapsed().as_secs_f64().max(1e-6))
}

/// Soft shapes that move, with fine grain over them, about as hard as a person in front of shelves.
fn moving_picture(size: Size, n: u32) -> Arc<Frame> {
    let mut frame = Frame::black(size);
    let (width, height) = (size.width as usize, size.height as usize);
    let planes = frame.planes_mut();
    let mut noise = 0x9e37_79b9_u32.wrapping_mul(n + 1);
    for y in 0..height {
        let row = &mut planes.y[y * planes.strides[0]..][..width];
        for (x, v) in row.iter_mut().enumerate() {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (sx, sy) = (x + 3 * n as usize, y + 2 * n as usize);
            // Two triangle waves of different length, and shelves that stand still.
            let wave = |v: usize, period: usize| (v % period).abs_diff(period / 2) * 160 / period;
            let shelf = if y % 96 < 6 || x % 160 < 4 { 24 } else { 0 };
            *v = (40 + wave(sx, 300) + wave(sy, 170) / 2 + shelf + (noise >> 29) as usize) as u8;
        }
    }
    for (plane, stride, period) in
        [(planes.u, planes.strides[1], 200), (planes.v, planes.strides[2], 260)]
    {
        for (y, row) in plane.chunks_exact_mut(stride).enumerate() {
            for (x, v) in row.iter_mut().enumerate() {
                *v = (108 + ((x + y + n as usize) % period).abs_diff(period / 2) * 40 / period)
                    as u8;
            }
        }
    }
    Arc::new(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_preset_and_remembers_it() {
        let (size, rate) = (Size::new(320, 180), FrameRate::whole(25));
        let m = measure(size, rate).expect("measured");
        assert_eq!(measured(size, rate).as_ref(), Some(&m));
        assert!(m.preset != Preset::Auto && !m.speeds.is_empty());
        assert!(m.best(1000) == Preset::Ultrafast && m.best(1) == m.preset);
        let other = Measured { key: "another machine".into(), size: Size::new(640, 360), ..m };
        assert!(!restore(other));
        assert_eq!(measured(Size::new(640, 360), rate), None);
    }
}
