//! When a microphone's beeps are heard in the file.

use std::f64::consts::{PI, TAU};

use vitrine_capture::FLASH_LENGTH;
use vitrine_capture::test_tone::PEAK;
use vitrine_codec::AudioReader;
use vitrine_media::MediaTime;
use vitrine_mixer::RATE;

use crate::pairs::Late;
use crate::show::{FADER_DB, Recorded};

/// Samples looked at together: 20 ms.
const WINDOW: usize = 960;
/// Distance of two looks: 1 ms.
const HOP: i64 = 48;
/// Looks before a second, and in all.
const BEFORE: i64 = 50;
const LOOKS: i64 = 200;

/// Each microphone's beeps between two moments of the file, and how late they are.
pub fn beeps(show: &Recorded, from: MediaTime, to: MediaTime) -> Vec<Late> {
    let (first, samples) = samples(show, from, to);
    let seconds = from.as_nanos() / 1_000_000_000 + 1..to.as_nanos() / 1_000_000_000;
    let of = |microphone: &vitrine_capture::Unsteady| {
        let pitch = Pitch::new(f64::from(microphone.pitch.expect("a pitch")));
        let late = |second: i64| {
            let zero = second * i64::from(RATE) - first;
            Some((second, pitch.begins(&samples, zero)? * 1e3))
        };
        Late {
            name: format!("test-mic:{microphone}"),
            own: 0.0,
            seen: seconds.clone().filter_map(late).collect(),
        }
    };
    show.devices.microphones.iter().map(of).collect()
}

/// The left channel between two moments, and the index of its first sample.
fn samples(show: &Recorded, from: MediaTime, to: MediaTime) -> (i64, Vec<f32>) {
    let mut reader = AudioReader::open(&show.path).expect("sound");
    assert_eq!(reader.rate(), RATE);
    let channels = usize::from(reader.channels());
    // The first packet after a jump is decoded without the one before.
    reader.seek(from - MediaTime::from_millis(500)).expect("seeks");
    let mut first = None;
    let mut samples: Vec<f32> = Vec::new();
    while let Some(block) = reader.next().expect("a block") {
        if block.at >= to {
            break;
        }
        let at = block.at.sample(RATE);
        let first = *first.get_or_insert(at);
        assert_eq!(at, first + samples.len() as i64, "blocks follow one another");
        samples.extend(block.samples.chunks_exact(channels).map(|c| c[0]));
    }
    (first.expect("sound"), samples)
}

/// What tells one pitch from others: a short stretch of it, faded at both ends.
struct Pitch(Vec<(f64, f64)>);

impl Pitch {
    fn new(hertz: f64) -> Self {
        let part = |i: usize| {
            let faded = 0.5 - 0.5 * ((i as f64 + 0.5) / WINDOW as f64 * TAU).cos();
            let (sin, cos) = (i as f64 * hertz / f64::from(RATE) * 2.0 * PI).sin_cos();
            (faded * cos, faded * sin)
        };
        Self((0..WINDOW).map(part).collect())
    }

    /// How loud the pitch is about a sample, 1 for a beep as the test microphone hears it.
    fn loudness(&self, samples: &[f32], about: i64) -> f64 {
        let begin = about - WINDOW as i64 / 2;
        let Some(part) = usize::try_from(begin).ok().and_then(|b| samples.get(b..b + WINDOW))
        else {
            return 0.0;
        };
        let sums = part.iter().zip(&self.0).fold((0.0, 0.0), |(re, im), (s, (c, d))| {
            (re + f64::from(*s) * c, im + f64::from(*s) * d)
        });
        let beep = f64::from(PEAK) * 10f64.powf(f64::from(FADER_DB) / 20.0);
        sums.0.hypot(sums.1) / (beep * WINDOW as f64 / 4.0)
    }

    /// Seconds from `zero` to the begin of the beep there: half its length before the middle between
    /// its rise and its fall, which what a codec smears in both directions does not move. `None`
    /// if there is no whole beep.
    fn begins(&self, samples: &[f32], zero: i64) -> Option<f64> {
        let looks: Vec<f64> =
            (0..LOOKS).map(|i| self.loudness(samples, zero + (i - BEFORE) * HOP)).collect();
        let top = looks.iter().copied().fold(0.0, f64::max);
        if top < 0.5 {
            return None;
        }
        let half = top / 2.0;
        let rise = looks.windows(2).position(|w| w[0] < half && w[1] >= half)?;
        let fall = looks.windows(2).rposition(|w| w[0] >= half && w[1] < half)?;
        let between = |i: usize| i as f64 + (half - looks[i]) / (looks[i + 1] - looks[i]);
        let middle = (between(rise) + between(fall)) / 2.0 - BEFORE as f64;
        let length = (between(fall) - between(rise)) * HOP as f64 / f64::from(RATE);
        let whole = (length - FLASH_LENGTH.as_secs_f64()).abs() < 0.01;
        whole.then(|| middle * HOP as f64 / f64::from(RATE) - FLASH_LENGTH.as_secs_f64() / 2.0)
    }
}

#[test]
fn a_beep_is_found_among_others_to_a_tenth_of_a_millisecond() {
    let hertz = [400.0, 680.0, 960.0];
    let late = [-0.010, 0.0, 0.0123];
    let peak = PEAK * 10f32.powf(FADER_DB / 20.0);
    let sample = |n: i64| {
        let beep = |(hertz, late): (&f64, &f64)| {
            let within = n as f64 / f64::from(RATE) - 1.0 - late;
            let edge = within.min(0.1 - within).clamp(0.0, 0.002) / 0.002;
            peak * (edge * (within * hertz * TAU).sin()) as f32
        };
        hertz.iter().zip(&late).map(beep).sum()
    };
    let samples: Vec<f32> = (0..2 * i64::from(RATE)).map(sample).collect();
    for (hertz, late) in hertz.into_iter().zip(late) {
        let found = Pitch::new(hertz).begins(&samples, RATE.into()).expect("a beep");
        assert!((found - late).abs() < 0.0001, "{hertz} Hz: {found} instead of {late}");
    }
    assert_eq!(Pitch::new(1240.0).begins(&samples, RATE.into()), None);
    assert_eq!(Pitch::new(400.0).begins(&samples[..51_000], RATE.into()), None, "half a beep");
}
