//! Prints what mixing costs, in CPU time a second of audio. Run it with `cargo run --example cost`, or with a
//! word to run only the lines that contain it.
//!
//! Reads the thread's run time where the system tells it and wall time elsewhere.

use std::time::Instant;

use vitrine_media::{AudioBlock, MediaTime};
use vitrine_mixer::{InputId, InputSettings, Mixer, MixerSettings, RATE};

const SECONDS: i64 = 60;

struct Source {
    name: &'static str,
    rate: u32,
    channels: u16,
    settings: InputSettings,
}

fn exact() -> InputSettings {
    InputSettings::default()
}

fn free() -> InputSettings {
    InputSettings { free_running: true, ..InputSettings::default() }
}

fn cpu_seconds(started: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|n| n.parse::<f64>().ok());
    nanos.map_or_else(|| started.elapsed().as_secs_f64(), |n| n / 1e9)
}

fn cost(label: &str, sources: &[Source], level: f32) {
    if std::env::args().nth(1).is_some_and(|word| !label.contains(&word)) {
        return;
    }
    let mut mixer = Mixer::new(MixerSettings::default());
    for s in sources {
        mixer.add(InputId::from(s.name), s.settings.clone());
    }
    // A second of sound to be pushed again and again under later stamps.
    let blocks: Vec<Vec<AudioBlock>> = sources
        .iter()
        .map(|s| {
            let frames = s.rate as usize / 100;
            (0..100)
                .map(|n| {
                    let samples = (0..frames * usize::from(s.channels))
                        .map(|i| ((n * frames) as f32 * 0.1 + i as f32 * 0.05).sin() * level)
                        .collect();
                    AudioBlock { at: MediaTime::ZERO, rate: s.rate, channels: s.channels, samples }
                })
                .collect()
        })
        .collect();
    let mut blocks = blocks;
    let names: Vec<InputId> = sources.iter().map(|s| InputId::from(s.name)).collect();
    let mut out = AudioBlock::silence(MediaTime::ZERO, RATE, 2, 480);
    let started = Instant::now();
    let before = cpu_seconds(started);
    for tick in 0..SECONDS * 100 {
        for (which, name) in names.iter().enumerate() {
            let block = &mut blocks[which][(tick % 100) as usize];
            block.at = MediaTime::from_millis(tick * 10);
            if let Err(error) = mixer.push(name, block) {
                println!("{error}");
            }
        }
        if tick >= 5 {
            mixer.mix((tick - 5) * 480, &mut out);
        }
    }
    let spent = (cpu_seconds(started) - before) / SECONDS as f64;
    println!("{label:<58} {:>8.3} ms/s", spent * 1e3);
}

fn source(name: &'static str, rate: u32, channels: u16, settings: InputSettings) -> Source {
    Source { name, rate, channels, settings }
}

fn main() {
    println!("CPU a second of audio (master limiter, loudness and true peak always on)");
    cost("no input", &[], 0.0);
    cost("1 input, 48 kHz stereo", &[source("a", 48_000, 2, exact())], 0.3);
    cost(
        "2 inputs, 48 kHz stereo",
        &[source("a", 48_000, 2, exact()), source("b", 48_000, 2, exact())],
        0.2,
    );
    cost(
        "2 inputs, 48 kHz stereo, limiting all the time",
        &[source("a", 48_000, 2, exact()), source("b", 48_000, 2, exact())],
        0.9,
    );
    cost("1 input, 44.1 kHz stereo", &[source("a", 44_100, 2, exact())], 0.3);
    cost("1 input, 48 kHz mono, free running", &[source("a", 48_000, 1, free())], 0.3);
    cost("1 input, 44.1 kHz mono, free running", &[source("a", 44_100, 1, free())], 0.3);
    cost("1 input, 44.1 kHz stereo, free running", &[source("a", 44_100, 2, free())], 0.3);
    let ducked = InputSettings { ducked_by: Some("a".into()), ..exact() };
    cost(
        "2 inputs, one ducked",
        &[source("a", 48_000, 2, exact()), source("b", 48_000, 2, ducked)],
        0.2,
    );
    let clean = InputSettings { noise_suppression: true, ..exact() };
    cost("1 input, 48 kHz mono, noise suppression", &[source("a", 48_000, 1, clean.clone())], 0.3);
    cost("1 input, 48 kHz stereo, noise suppression", &[source("a", 48_000, 2, clean)], 0.3);
}
