//! Noise suppression: RNNoise on frames of 480 samples.
//!
//! The network gives each frame back one frame later. It is fed from the timeline by position, ahead of
//! what is read, so its output stands where its input stood.

use nnnoiseless::DenoiseState;

use crate::timeline::Timeline;
use crate::{Pair, SPAN, pair};

const FRAME: usize = DenoiseState::FRAME_SIZE;

/// How far it reads beyond what is asked of it, at most: one frame of delay and one to fill.
pub(crate) const REACH: usize = 2 * FRAME;

/// Frames of the past it hears before its first output, so that it knows the noise already.
const WARM_UP: i64 = 20;

/// The network takes and gives the range of 16-bit samples.
const SCALE: f32 = 32_768.0;

pub(crate) struct Denoiser {
    states: [Box<DenoiseState<'static>>; 2],
    input: Pair,
    output: Pair,
    /// Output that has not been read, its first frame at `ready_from`.
    ready: Pair,
    ready_from: i64,
    ready_len: usize,
    /// Position of the next frame to take.
    fed: i64,
    started: bool,
}

impl Denoiser {
    pub(crate) fn new() -> Self {
        Self {
            states: [DenoiseState::new(), DenoiseState::new()],
            input: pair(FRAME),
            output: pair(FRAME),
            ready: pair(SPAN + FRAME),
            ready_from: 0,
            ready_len: 0,
            fed: 0,
            started: false,
        }
    }

    /// Reads the clean frames at `position`. A `mono` timeline is worked once.
    pub(crate) fn read(
        &mut self,
        timeline: &mut Timeline,
        position: i64,
        mono: bool,
        out: [&mut [f32]; 2],
    ) {
        let frames = out[0].len();
        if !self.started || position != self.ready_from {
            self.started = true;
            self.ready_from = position;
            self.ready_len = 0;
            self.fed = position - WARM_UP * FRAME as i64;
        }
        while self.ready_len < frames {
            self.feed(timeline, mono);
        }
        for (ready, out) in self.ready.iter_mut().zip(out) {
            out.copy_from_slice(&ready[..frames]);
            ready.copy_within(frames..self.ready_len, 0);
        }
        self.ready_len -= frames;
        self.ready_from += frames as i64;
    }

    fn feed(&mut self, timeline: &mut Timeline, mono: bool) {
        let [left, right] = &mut self.input;
        timeline.read(self.fed, left, right);
        let channels = if mono { 1 } else { 2 };
        for c in 0..channels {
            self.input[c].iter_mut().for_each(|s| *s *= SCALE);
            self.states[c].process_frame(&mut self.output[c], &self.input[c]);
        }
        let made_from = self.fed - FRAME as i64;
        self.fed += FRAME as i64;
        if made_from < self.ready_from {
            return;
        }
        for (c, ready) in self.ready.iter_mut().enumerate() {
            let made = &self.output[if mono { 0 } else { c }];
            for (ready, made) in ready[self.ready_len..].iter_mut().zip(made) {
                // A network may diverge on absurd input; its trouble must not reach the mix.
                *ready = if made.is_finite() { made / SCALE } else { 0.0 };
            }
        }
        self.ready_len += FRAME;
    }
}
