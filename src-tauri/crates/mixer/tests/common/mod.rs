//! What the mixer's tests share.
#![allow(dead_code)]

use std::f64::consts::TAU;

use vitrine_media::{AudioBlock, MediaTime};
use vitrine_mixer::{InputId, InputSettings, LATENCY_SAMPLES, Mixer, MixerSettings, RATE};

pub const FRAMES: usize = 1024;

pub fn id(name: &str) -> InputId {
    InputId::from(name)
}

pub fn exact() -> InputSettings {
    InputSettings::default()
}

pub fn free() -> InputSettings {
    InputSettings { free_running: true, ..InputSettings::default() }
}

/// A mixer with one input "a".
pub fn one(settings: InputSettings) -> Mixer {
    let mut mixer = Mixer::new(MixerSettings::default());
    mixer.add(id("a"), settings);
    mixer
}

/// A mono block of `rate` from frame `first` on, made by `wave` from the frame's number.
pub fn block(rate: u32, first: i64, frames: usize, mut wave: impl FnMut(i64) -> f32) -> AudioBlock {
    AudioBlock {
        at: MediaTime::of_sample(first, rate),
        rate,
        channels: 1,
        samples: (0..frames as i64).map(|i| wave(first + i)).collect(),
    }
}

pub fn sine(rate: u32, hertz: f64, amplitude: f64) -> impl Fn(i64) -> f32 + Clone {
    move |i| ((TAU * hertz * i as f64 / f64::from(rate)).sin() * amplitude) as f32
}

pub fn out() -> AudioBlock {
    AudioBlock::silence(MediaTime::ZERO, RATE, 2, FRAMES)
}

/// Mixes `blocks` blocks from position `first` on and returns the left channel.
pub fn mix(mixer: &mut Mixer, first: i64, blocks: usize) -> Vec<f32> {
    let (mut left, mut block) = (Vec::new(), out());
    for n in 0..blocks {
        mixer.mix(first + (n * FRAMES) as i64, &mut block);
        left.extend(block.samples.iter().step_by(2));
    }
    left
}

/// Pushes `wave` into "a" and mixes it, block by block with enough ahead; returns the left channel of
/// `seconds` from zero on.
pub fn through(
    mixer: &mut Mixer,
    rate: u32,
    seconds: usize,
    wave: impl Fn(i64) -> f32,
) -> Vec<f32> {
    let (mut left, mut mixed, mut pushed) = (Vec::new(), out(), 0i64);
    let mut position = 0i64;
    while position < (seconds * RATE as usize) as i64 {
        let ahead = (mixer.reach() + LATENCY_SAMPLES + 480) as i64;
        let until = MediaTime::of_sample(position + FRAMES as i64 + ahead, RATE).sample(rate);
        while pushed < until {
            mixer.push(&id("a"), &block(rate, pushed, 441, &wave)).expect("a block");
            pushed += 441;
        }
        mixer.mix(position, &mut mixed);
        left.extend(mixed.samples.iter().step_by(2));
        position += FRAMES as i64;
    }
    left
}

/// Signal to everything else against `ideal`, dB.
pub fn snr(samples: &[f32], skip: usize, ideal: impl Fn(i64) -> f32) -> f64 {
    let (mut signal, mut noise) = (0.0, 0.0);
    for (i, &s) in samples.iter().enumerate().skip(skip) {
        let wanted = f64::from(ideal(i as i64));
        signal += wanted * wanted;
        noise += (f64::from(s) - wanted).powi(2);
    }
    10.0 * (signal / noise.max(1e-30)).log10()
}

pub fn power_db(samples: &[f32]) -> f64 {
    let mean = samples.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * mean.max(1e-20).log10()
}

pub fn steepest(samples: &[f32]) -> f32 {
    samples.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
}

/// Even noise in −1…1.
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}
