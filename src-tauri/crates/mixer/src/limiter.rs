//! The master's look-ahead limiter at true peak.
//!
//! The gain each sample needs is known 72 samples before it is due. The smallest need of the way
//! there, released slowly and averaged twice over 32 samples, is a gain that comes down in a smooth
//! curve, has arrived when the peak does, stands still around it, and never lies above the need.
//!
//! ```text
//! need r(q) = ceiling / true peak in [q, q+1)           needs samples up to q+6
//! low  m(i) = min r(i−4 … i+66)                          71 samples
//! gain g(n) = mean over 63 samples (two boxes of 32) of m, so g(n) ≤ r(n−4 … n+4)
//! ```

use crate::oversample::{AHEAD, BEHIND, highest, most_overshoot, raise_peaks};
use crate::{Pair, RATE, SPAN, pair};

/// Frames the limiter looks ahead (1.5 ms): to make the mix up to a position, the mixer reads its inputs
/// this much further. The mix itself is in place.
pub const LATENCY_SAMPLES: usize = 72;

/// Length of each of the two averages.
const BOX: usize = 32;
/// The gain stands still this long before and after a peak.
const STILL: usize = 4;
/// Needs looked at for a gain.
const WINDOW: usize = 2 * BOX - 1 + 2 * STILL;
/// Samples kept from the span before.
const HISTORY: usize = LATENCY_SAMPLES + BEHIND + 3;
/// Time constant of the release, seconds: slow enough not to follow the waves of a low note.
const RELEASE: f64 = 0.15;
/// Aim below the ceiling, dB: the gain moves a little within the reach of the estimate.
const MARGIN_DB: f32 = 0.03;

const _: () = assert!(WINDOW - 1 - STILL + AHEAD == LATENCY_SAMPLES);

pub(crate) struct Limiter {
    ceiling: f32,
    samples: Pair,
    peaks: Vec<f32>,
    low: SlidingLow,
    envelope: f64,
    release: f64,
    first: Mean,
    second: Mean,
    /// Needs of one in a row; when it has passed through everything the limiter rests.
    calm: usize,
    gain: f32,
}

impl Limiter {
    pub(crate) fn new(ceiling_dbtp: f32) -> Self {
        let ceiling = if ceiling_dbtp.is_finite() { ceiling_dbtp.clamp(-60.0, 0.0) } else { -1.0 };
        let mut limiter = Self {
            ceiling: 10f32.powf((ceiling - MARGIN_DB) / 20.0),
            samples: pair(HISTORY + SPAN),
            peaks: vec![0.0; SPAN],
            low: SlidingLow::new(),
            envelope: 1.0,
            release: 1.0 - (-1.0 / (RELEASE * f64::from(RATE))).exp(),
            first: Mean::new(),
            second: Mean::new(),
            calm: 0,
            gain: 1.0,
        };
        limiter.reset();
        limiter
    }

    /// Forgets what was heard.
    pub(crate) fn reset(&mut self) {
        self.samples.iter_mut().for_each(|channel| channel.fill(0.0));
        self.rest();
    }

    /// What is taken away now, as a gain of at most one.
    pub(crate) fn gain(&self) -> f32 {
        self.gain
    }

    /// Replaces a span by the limited span of [`LATENCY_SAMPLES`] earlier.
    pub(crate) fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        debug_assert!(frames <= SPAN);
        for (kept, new) in self.samples.iter_mut().zip([&*left, &*right]) {
            kept[HISTORY..HISTORY + frames].copy_from_slice(new);
        }
        // The first need of this span is that of the sample AHEAD before it.
        let around = HISTORY - AHEAD - BEHIND..HISTORY + frames;
        let loudest = self.samples.iter().map(|c| highest(&c[around.clone()])).fold(0.0, f32::max);
        let due = HISTORY - LATENCY_SAMPLES..HISTORY - LATENCY_SAMPLES + frames;
        if self.resting() && loudest * most_overshoot() <= self.ceiling {
            for (out, kept) in [left, right].into_iter().zip(&self.samples) {
                out.copy_from_slice(&kept[due.clone()]);
            }
        } else {
            let peaks = &mut self.peaks[..frames];
            peaks.fill(0.0);
            for channel in &self.samples {
                raise_peaks(&channel[around.clone()], self.ceiling, peaks);
            }
            for i in 0..frames {
                let gain = self.step(self.peaks[i]);
                let at = due.start + i;
                // The clamp only ever meets rounding: the gain is at most what the sample needs.
                left[i] = (self.samples[0][at] * gain).clamp(-self.ceiling, self.ceiling);
                right[i] = (self.samples[1][at] * gain).clamp(-self.ceiling, self.ceiling);
                self.gain = gain;
            }
            if self.resting() {
                self.rest();
            }
        }
        for kept in &mut self.samples {
            kept.copy_within(frames..frames + HISTORY, 0);
        }
    }

    /// Takes the next true peak and gives the gain [`LATENCY_SAMPLES`] behind.
    fn step(&mut self, peak: f32) -> f32 {
        let need = if peak > self.ceiling { f64::from(self.ceiling / peak) } else { 1.0 };
        self.calm = if need < 1.0 { 0 } else { self.calm + 1 };
        let low = self.low.push(need);
        self.envelope += (1.0 - self.envelope) * self.release;
        if self.envelope > 0.999_995 {
            self.envelope = 1.0;
        }
        self.envelope = self.envelope.min(low);
        let gain = self.second.push(self.first.push(self.envelope));
        gain as f32
    }

    fn resting(&self) -> bool {
        self.envelope == 1.0 && self.calm >= WINDOW + 2 * BOX
    }

    fn rest(&mut self) {
        self.low.clear();
        self.first.fill();
        self.second.fill();
        self.envelope = 1.0;
        self.calm = WINDOW + 2 * BOX;
        self.gain = 1.0;
    }
}

/// Smallest of the last [`WINDOW`] values: a queue whose values only rise.
struct SlidingLow {
    queue: [(u64, f64); Self::ROOM],
    head: usize,
    len: usize,
    count: u64,
}

impl SlidingLow {
    const ROOM: usize = 128;

    fn new() -> Self {
        Self { queue: [(0, 1.0); Self::ROOM], head: 0, len: 0, count: 0 }
    }

    fn clear(&mut self) {
        self.len = 0;
    }

    fn push(&mut self, value: f64) -> f64 {
        self.count += 1;
        while self.len > 0 && self.queue[(self.head + self.len - 1) % Self::ROOM].1 >= value {
            self.len -= 1;
        }
        self.queue[(self.head + self.len) % Self::ROOM] = (self.count, value);
        self.len += 1;
        if self.queue[self.head].0 + (WINDOW as u64) <= self.count {
            self.head = (self.head + 1) % Self::ROOM;
            self.len -= 1;
        }
        self.queue[self.head].1
    }
}

/// Mean of the last [`BOX`] values.
struct Mean {
    values: [f64; BOX],
    at: usize,
    sum: f64,
}

impl Mean {
    fn new() -> Self {
        Self { values: [1.0; BOX], at: 0, sum: BOX as f64 }
    }

    fn fill(&mut self) {
        *self = Self::new();
    }

    fn push(&mut self, value: f64) -> f64 {
        self.sum += value - self.values[self.at];
        self.values[self.at] = value;
        self.at = (self.at + 1) % BOX;
        (self.sum / BOX as f64).min(1.0)
    }
}

#[cfg(test)]
mod tests;
