//! Listening to a microphone, and what was heard.

use std::time::{Duration, Instant};

use vitrine_capture::microphone::device::DeviceMicrophone;
use vitrine_capture::{ErrorKind, Microphone, MicrophoneInfo};
use vitrine_flow::Stop;
use vitrine_media::AudioBlock;

/// A microphone and what to do with it.
pub struct Ear {
    pub microphone: DeviceMicrophone,
    stop: Stop,
}

/// Blocks in the order in which they came.
pub struct Heard {
    blocks: Vec<AudioBlock>,
    /// The longest block.
    pub longest: Duration,
}

impl Ear {
    pub fn new(microphone: DeviceMicrophone) -> Self {
        Self { microphone, stop: Stop::new() }
    }

    pub fn info(&self) -> MicrophoneInfo {
        self.microphone.describe()
    }

    pub fn next(&mut self) -> Result<AudioBlock, ErrorKind> {
        self.microphone.next(&self.stop).map_err(|e| e.kind())
    }

    /// What is heard for so long of real time.
    pub fn listen(&mut self, length: Duration) -> Heard {
        let begun = Instant::now();
        let mut blocks = Vec::new();
        while begun.elapsed() < length {
            blocks.push(self.microphone.next(&self.stop).expect("sound"));
        }
        let longest = blocks.iter().map(|b| b.duration().to_duration()).max().unwrap_or_default();
        Heard { blocks, longest }
    }

    /// The kind of the next failure.
    pub fn fails(&mut self, limit: Duration) -> ErrorKind {
        let begun = Instant::now();
        loop {
            if let Err(kind) = self.next() {
                return kind;
            }
            assert!(begun.elapsed() < limit, "no failure within {limit:?}");
        }
    }
}

impl Heard {
    /// The first channel's samples, each with its time in seconds.
    fn samples(&self) -> impl Iterator<Item = (f64, f32)> {
        self.blocks.iter().flat_map(|b| {
            let at = b.at.as_secs_f64();
            let frames = b.samples.chunks_exact(usize::from(b.channels)).enumerate();
            frames.map(move |(i, frame)| (at + i as f64 / f64::from(b.rate), frame[0]))
        })
    }

    /// How much sound it is, seconds.
    pub fn seconds(&self) -> f64 {
        self.blocks.iter().map(|b| b.duration().as_secs_f64()).sum()
    }

    pub fn peak(&self) -> f32 {
        self.samples().map(|(_, s)| s.abs()).fold(0.0, f32::max)
    }

    /// Of a steady tone, Hz: rising zero crossings, by counted samples.
    pub fn pitch(&self) -> f64 {
        let rate = f64::from(self.blocks.first().map_or(1, |b| b.rate));
        let samples: Vec<f32> = self.samples().map(|(_, s)| s).collect();
        let mut crossings = Vec::new();
        for (i, pair) in samples.windows(2).enumerate() {
            if pair[0] < 0.0 && pair[1] >= 0.0 {
                crossings.push(i as f64 + f64::from(pair[0] / (pair[0] - pair[1])));
            }
        }
        let (Some(first), Some(last)) = (crossings.first(), crossings.last()) else { return 0.0 };
        (crossings.len() - 1) as f64 * rate / (last - first)
    }

    /// How far stamps lie before and behind where counting samples puts them, seconds, about their mean.
    pub fn skew(&self) -> (f64, f64) {
        let mut counted = 0.0;
        let mut skews = Vec::new();
        for block in &self.blocks {
            skews.push(block.at.as_secs_f64() - counted);
            counted += block.duration().as_secs_f64();
        }
        let mean = skews.iter().sum::<f64>() / skews.len() as f64;
        let off = skews.iter().map(|s| s - mean);
        (off.clone().fold(0.0, f64::min), off.fold(0.0, f64::max))
    }

    /// When sound set in after a tenth of a second of silence, seconds.
    pub fn onsets(&self) -> Vec<f64> {
        let mut onsets = Vec::new();
        let mut sounded = f64::MAX;
        for (at, sample) in self.samples() {
            if sample.abs() > 0.02 {
                if at - sounded > 0.1 {
                    onsets.push(at);
                }
                sounded = at;
            } else if sounded == f64::MAX {
                sounded = at;
            }
        }
        onsets
    }
}

/// CPU time of this process so far, seconds, all threads.
pub fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|f| f.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Threads of this process.
pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// How long after `zero` an instant is, negative before it.
pub fn seconds_from(zero: Instant, at: Instant) -> f64 {
    let after = at.saturating_duration_since(zero).as_secs_f64();
    after - zero.saturating_duration_since(at).as_secs_f64()
}
