//! Privacy: nothing of the room leaves any more, at once.

use super::Engine;
use crate::program::{Cued, Program};

impl Engine {
    /// Puts a program on air in place of everything, as at a moment of privacy: at the next tick, without a
    /// transition, and black on a canvas it has no scene for. Once this returns, no picture that was drawn before is
    /// handed to a destination, recording or sink: what waits for an encoder or is inside one is withheld, not sent.
    /// The first picture that leaves shows the program and is a keyframe; pictures keep their times, so viewers see
    /// the last one stand for as long as the encoder had held back. An encoder that looks ahead does not while the
    /// program is on air; it does again from the next [cue](Self::cue) on.
    ///
    /// Destinations let go of what waits in their queues, sound as well. What the operating system was given before
    /// goes out: on a fast connection that is nothing, on one that is too slow up to a second of the show. A recording
    /// keeps what it was given.
    pub fn cover(&self, program: Program) {
        let cut = self.schedule.new_cut();
        for encoder in &self.encoders {
            encoder.rendition.withhold(cut);
            encoder.rendition.fanout.cut();
        }
        let now = self.clock.now();
        self.schedule.put(Cued { cut, covered: true, ..Cued::new(program, now, now) });
    }

    /// Silences every input, whatever its own settings say, or lets all be heard again: from the next block (21 ms)
    /// on, with a fade of 5 ms. Meters go on showing what comes in.
    pub fn hush(&self, hushed: bool) {
        self.audio.state.hush(hushed);
    }
}
