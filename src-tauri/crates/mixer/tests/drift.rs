//! Devices with clocks of their own, through the whole mixer.

mod common;

use common::*;
use vitrine_media::{AudioBlock, MediaTime};
use vitrine_mixer::{InputSettings, Mixer, MixerSettings, RATE};

struct Device {
    rate: u32,
    /// How much faster than its rate it really runs, parts in a million.
    ppm: f64,
    /// Stamps are off by up to this, seconds.
    jitter: f64,
    noise: Noise,
    /// Frames delivered.
    frames: i64,
    block: usize,
}

impl Device {
    fn new(rate: u32, ppm: f64, jitter: f64) -> Self {
        Self { rate, ppm, jitter, noise: Noise(3), frames: 0, block: rate as usize / 100 }
    }

    /// Show time at which its frame `n` sounds, seconds.
    fn time(&self, n: i64) -> f64 {
        n as f64 / (f64::from(self.rate) * (1.0 + self.ppm * 1e-6))
    }

    /// The next block: a click at each whole second of show time.
    fn next(&mut self) -> AudioBlock {
        let stamp = self.time(self.frames) + self.jitter * self.noise.next();
        let mut samples = vec![0.0f32; self.block];
        for (i, sample) in samples.iter_mut().enumerate() {
            let n = self.frames + i as i64;
            let (before, now) = (self.time(n - 1).floor(), self.time(n).floor());
            // Three frames wide, so that resampling keeps it.
            if now > before || self.time(n - 2).floor() < before {
                *sample = 0.8;
            }
        }
        self.frames += self.block as i64;
        AudioBlock { at: MediaTime::from_secs_f64(stamp), rate: self.rate, channels: 1, samples }
    }
}

/// Runs a device through a mixer and returns how far each second's click is from its second, in ms.
fn clicks(device: &mut Device, mixer: &mut Mixer, seconds: i64) -> Vec<(i64, f64)> {
    let (mut mixed, mut found) = (out(), Vec::new());
    let mut loudest = (0.0f32, 0i64);
    let mut position = 0i64;
    while position < seconds * 48_000 {
        // The mix runs 60 ms behind, beyond any jitter.
        let now = (position + 1024) as f64 / 48_000.0 + 0.060;
        while device.time(device.frames + device.block as i64) <= now {
            let block = device.next();
            mixer.push(&id("a"), &block).expect("a block");
        }
        mixer.mix(position, &mut mixed);
        for (i, &s) in mixed.samples.iter().step_by(2).enumerate() {
            let at = position + i as i64;
            if s > loudest.0 {
                loudest = (s, at);
            }
            if at % 48_000 == 24_000 {
                let second = at / 48_000;
                if loudest.0 > 0.3 {
                    found.push((second, (loudest.1 - second * 48_000) as f64 / 48.0));
                }
                loudest = (0.0, 0);
            }
        }
        position += 1024;
    }
    found
}

fn worst_after(clicks: &[(i64, f64)], second: i64) -> f64 {
    clicks.iter().filter(|(s, _)| *s >= second).map(|(_, off)| off.abs()).fold(0.0, f64::max)
}

#[test]
fn drifting_devices_stay_in_place() {
    for (rate, ppm) in [(48_000, 200.0), (44_100, -200.0), (96_000, 200.0)] {
        let mut device = Device::new(rate, ppm, 0.010);
        let mut mixer = one(InputSettings { free_running: true, ..exact() });
        let found = clicks(&mut device, &mut mixer, 300);
        assert!(found.len() >= 298, "{}", found.len());
        let worst = worst_after(&found, 100);
        let levels = &mixer.levels().inputs[0];
        println!("{rate} Hz {ppm} ppm: worst {worst:.2} ms, corrected {:.0} ppm", levels.drift_ppm);
        assert!(worst < 5.0, "{rate} Hz, {ppm} ppm: {worst:.2} ms");
        assert!((f64::from(levels.drift_ppm) + ppm).abs() < 150.0);
        assert_eq!((levels.gaps, levels.late, levels.dropped), (0, 0, 0));
    }
}

#[test]
fn correction_does_not_colour_the_sound() {
    // Clean stamps, 200 ppm slow: the tone must come out as a steady tone.
    let mut mixer = one(free());
    let wave = sine(RATE, 1_000.0, 0.4);
    let (mut mixed, mut got, mut frames) = (out(), Vec::<f32>::new(), 0i64);
    let true_rate = 48_000.0 * (1.0 - 200e-6);
    for n in 0..2_000i64 {
        while (frames as f64) < ((n + 3) * 1024) as f64 {
            let mut b = block(RATE, frames, 480, &wave);
            b.at = MediaTime::from_secs_f64(frames as f64 / true_rate);
            mixer.push(&id("a"), &b).expect("a block");
            frames += 480;
        }
        mixer.mix(n * 1024, &mut mixed);
        got.extend(mixed.samples.iter().step_by(2));
    }
    // Zero crossings of the last seconds are as regular as the correction is steady.
    let tail = &got[got.len() - 240_000..];
    let crossings: Vec<f64> = (1..tail.len())
        .filter(|&i| tail[i - 1] < 0.0 && tail[i] >= 0.0)
        .map(|i| i as f64 - f64::from(tail[i]) / f64::from(tail[i] - tail[i - 1]))
        .collect();
    let periods: Vec<f64> = crossings.windows(2).map(|w| w[1] - w[0]).collect();
    let mean = periods.iter().sum::<f64>() / periods.len() as f64;
    let worst = periods.iter().map(|p| (p - mean).abs()).fold(0.0, f64::max);
    assert!((mean - 48.0 / (1.0 - 200e-6)).abs() < 0.003, "{mean}");
    assert!(worst < 0.01, "{worst}");
    assert_eq!(mixer.levels().inputs[0].gaps, 0);
}

#[test]
fn blocks_lost_by_a_steady_device_are_silence_of_their_length() {
    let mut device = Device::new(48_000, 50.0, 0.0);
    let mut mixer = one(free());
    clicks(&mut device, &mut mixer, 20);
    // Half a second is lost; stamps go on.
    device.frames += 24_000;
    let mut mixed = out();
    let mut clicks_at = Vec::new();
    for n in 20 * 48_000 / 1024 + 1..60 * 48_000 / 1024 {
        let now = ((n + 1) * 1024) as f64 / 48_000.0 + 0.060;
        while device.time(device.frames + device.block as i64) <= now {
            let block = device.next();
            mixer.push(&id("a"), &block).expect("a block");
        }
        mixer.mix(n * 1024, &mut mixed);
        for (i, f) in mixed.samples.chunks(2).enumerate() {
            if f[0] > 0.5 {
                clicks_at.push(n * 1024 + i as i64);
            }
        }
    }
    for at in clicks_at {
        let off = (at + 24_000).rem_euclid(48_000) - 24_000;
        assert!(off.abs() < 96, "click off by {off} frames");
    }
    assert_eq!(mixer.levels().inputs[0].gaps, 1);
}

#[test]
fn a_device_that_is_always_late_is_heard_later() {
    // Delivered 45 ms after it sounded, while the mix waits 20 ms.
    let wave = sine(RATE, 400.0, 0.3);
    let mut mixer = one(free());
    let (mut mixed, mut got, mut frames) = (out(), Vec::<f32>::new(), 0i64);
    for n in 0..470i64 {
        while frames + 480 + 2_160 <= (n + 1) * 1024 + 960 + 72 {
            mixer.push(&id("a"), &block(RATE, frames, 480, &wave)).expect("a block");
            frames += 480;
        }
        mixer.mix(n * 1024, &mut mixed);
        got.extend(mixed.samples.iter().step_by(2));
    }
    let levels = mixer.levels();
    let a = &levels.inputs[0];
    assert!(a.delayed_ms > 20.0 && a.delayed_ms < 60.0, "{}", a.delayed_ms);
    // After the first second it is whole: no silence left in it.
    let tail = &got[got.len() - 300_000..];
    assert!(tail.chunks(240).all(|c| power_db(c) > -20.0), "gaps {} late {}", a.gaps, a.late);
}

#[test]
fn noise_suppression_on_a_tight_mix_keeps_a_device_audible() {
    let mut mixer = Mixer::new(MixerSettings::default());
    mixer.add(id("a"), free());
    let wave = sine(RATE, 400.0, 0.3);
    let (mut mixed, mut frames) = (out(), 0i64);
    for n in 0..400i64 {
        if n == 50 {
            mixer
                .set(&id("a"), InputSettings { noise_suppression: true, ..free() })
                .expect("an input");
        }
        while frames + 480 <= (n + 1) * 1024 + 960 + 72 {
            mixer.push(&id("a"), &block(RATE, frames, 480, &wave)).expect("a block");
            frames += 480;
        }
        mixer.mix(n * 1024, &mut mixed);
    }
    let late = mixer.levels().inputs[0].late;
    for n in 400..500i64 {
        while frames + 480 <= (n + 1) * 1024 + 960 + 72 {
            mixer.push(&id("a"), &block(RATE, frames, 480, &wave)).expect("a block");
            frames += 480;
        }
        mixer.mix(n * 1024, &mut mixed);
    }
    assert_eq!(mixer.levels().inputs[0].late, late, "it goes on coming late");
}
