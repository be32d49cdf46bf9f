//! A beep on each of the test card's flashes, and silence.

use std::f64::consts::TAU;

use vitrine_flow::{Clock, Stop};
use vitrine_media::AudioBlock;

use crate::pace::BlockPace;
use crate::test_card::FLASH_LENGTH;
use crate::{CaptureError, Microphone, MicrophoneInfo};

/// Samples a second.
pub const RATE: u32 = 48_000;
/// Pitch of the beep, Hz.
pub const PITCH: f64 = 1000.0;
/// Its peak: −20 dBFS.
pub const PEAK: f32 = 0.1;
/// Sample frames in a block.
const BLOCK: u32 = 960;
/// Samples over which the beep rises and falls: 2 ms.
const RAMP: usize = 96;

/// A 1 kHz beep in the samples of `[k s, k s + 100 ms)` for each whole second k, in both channels,
/// silence otherwise. Its first sample above silence is the second one of the second.
#[derive(Debug)]
pub struct TestTone {
    pace: BlockPace,
    beep: Vec<f32>,
}

impl TestTone {
    /// A tone on `clock`.
    pub fn new(clock: Clock) -> Self {
        let length = FLASH_LENGTH.sample(RATE) as usize;
        let beep = (0..length).map(|i| {
            let ramp = (i.min(length - 1 - i) as f32 / RAMP as f32).min(1.0);
            (i as f64 * PITCH * TAU / f64::from(RATE)).sin() as f32 * PEAK * ramp
        });
        Self { pace: BlockPace::new(clock, RATE, BLOCK), beep: beep.collect() }
    }
}

impl Microphone for TestTone {
    fn next(&mut self, stop: &Stop) -> Result<AudioBlock, CaptureError> {
        let first = self.pace.next(stop)?;
        let mut block = AudioBlock::silence(self.pace.time(first), RATE, 2, BLOCK as usize);
        for (i, pair) in block.samples.chunks_exact_mut(2).enumerate() {
            let within = (first + i as i64).rem_euclid(i64::from(RATE)) as usize;
            pair.fill(self.beep.get(within).copied().unwrap_or(0.0));
        }
        Ok(block)
    }

    fn describe(&self) -> MicrophoneInfo {
        MicrophoneInfo {
            name: "Test tone".to_owned(),
            rate: RATE,
            channels: 2,
            free_running: false,
        }
    }
}

/// Silence, in step with the clock: a stream without sound still has an audio track.
#[derive(Debug)]
pub struct Silence {
    pace: BlockPace,
}

impl Silence {
    /// Silence on `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { pace: BlockPace::new(clock, RATE, BLOCK) }
    }
}

impl Microphone for Silence {
    fn next(&mut self, stop: &Stop) -> Result<AudioBlock, CaptureError> {
        let first = self.pace.next(stop)?;
        Ok(AudioBlock::silence(self.pace.time(first), RATE, 2, BLOCK as usize))
    }

    fn describe(&self) -> MicrophoneInfo {
        MicrophoneInfo { name: "Silence".to_owned(), rate: RATE, channels: 2, free_running: false }
    }
}
