//! Sound on its way: interleaved 32-bit float samples.

use crate::MediaTime;

/// A run of samples from one source.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioBlock {
    /// When its first sample sounded, in show time as that source counts it.
    pub at: MediaTime,
    /// Samples a second of each channel.
    pub rate: u32,
    /// Interleaved channels, 1 or 2.
    pub channels: u16,
    /// `frames · channels` values, nominally −1…1.
    pub samples: Vec<f32>,
}

impl AudioBlock {
    /// A silent block of `frames` sample frames.
    pub fn silence(at: MediaTime, rate: u32, channels: u16, frames: usize) -> Self {
        Self { at, rate, channels, samples: vec![0.0; frames * usize::from(channels)] }
    }

    /// Sample frames (samples of each channel).
    pub fn frames(&self) -> usize {
        self.samples.len() / usize::from(self.channels.max(1))
    }

    /// How long it sounds.
    pub fn duration(&self) -> MediaTime {
        MediaTime::of_sample(self.frames() as i64, self.rate)
    }

    /// When its last sample has sounded.
    pub fn end(&self) -> MediaTime {
        self.at + self.duration()
    }
}
