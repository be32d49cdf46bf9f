//! When a source that obeys the clock gives its next tick.

use vitrine_flow::{Clock, Stop};
use vitrine_media::{FrameRate, MediaTime};

use crate::CaptureError;

/// How long before it is due a block of samples is given.
pub const AUDIO_LEAD: MediaTime = MediaTime::from_millis(40);
/// How late a block may be and still be given: a short stall is caught up.
const AUDIO_LATE: MediaTime = MediaTime::from_millis(500);

/// Ticks of a frame rate, each given two intervals early.
#[derive(Debug)]
pub struct FramePace {
    clock: Clock,
    rate: FrameRate,
    next: Option<u64>,
}

impl FramePace {
    /// Begins with the first tick not past at the first call of [`next`](Self::next).
    pub const fn new(clock: Clock, rate: FrameRate) -> Self {
        Self { clock, rate, next: None }
    }

    /// The rate.
    pub const fn rate(&self) -> FrameRate {
        self.rate
    }

    /// Waits until two intervals before the next tick and gives its number and exact time. Ticks that
    /// are past by more than an interval are left out.
    ///
    /// # Errors
    /// [`CaptureError::stopped`].
    pub fn next(&mut self, stop: &Stop) -> Result<(u64, MediaTime), CaptureError> {
        let now = self.clock.now();
        let last = self.rate.tick_at(now);
        let coming = if self.rate.time_of(last) < now { last + 1 } else { last };
        let n = match self.next {
            Some(n) if n + 1 >= last => n,
            _ => coming,
        };
        let at = self.rate.time_of(n);
        let lead = self.rate.time_of(2);
        if !self.clock.sleep_until(at - lead, stop) {
            return Err(CaptureError::stopped());
        }
        self.next = Some(n + 1);
        Ok((n, at))
    }
}

/// Blocks of a fixed number of samples, each given [`AUDIO_LEAD`] early.
#[derive(Debug)]
pub struct BlockPace {
    clock: Clock,
    rate: u32,
    frames: u32,
    next: Option<i64>,
}

impl BlockPace {
    /// Blocks of `frames` sample frames at `rate` a second, on multiples of their length, from the
    /// first one not past at the first call of [`next`](Self::next).
    pub const fn new(clock: Clock, rate: u32, frames: u32) -> Self {
        Self { clock, rate, frames, next: None }
    }

    /// Sample frames in a block.
    pub const fn frames(&self) -> u32 {
        self.frames
    }

    /// Waits until the next block is [`AUDIO_LEAD`] away and gives the index of its first sample.
    ///
    /// # Errors
    /// [`CaptureError::stopped`].
    pub fn next(&mut self, stop: &Stop) -> Result<i64, CaptureError> {
        let now = self.clock.now();
        let frames = i64::from(self.frames);
        let first = match self.next {
            Some(first) if self.time(first) + AUDIO_LATE >= now => first,
            _ => {
                let mut block = now.sample(self.rate).div_euclid(frames);
                while self.time(block * frames) < now {
                    block += 1;
                }
                block * frames
            }
        };
        if !self.clock.sleep_until(self.time(first) - AUDIO_LEAD, stop) {
            return Err(CaptureError::stopped());
        }
        self.next = Some(first + frames);
        Ok(first)
    }

    /// The time of a sample.
    pub fn time(&self, sample: i64) -> MediaTime {
        MediaTime::of_sample(sample, self.rate)
    }
}
