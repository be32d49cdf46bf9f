//! The mixer: inputs in, one block of master out.

use vitrine_media::{AudioBlock, MediaTime};

use crate::duck::Duck;
use crate::input::Input;
use crate::levels::{Levels, to_db};
use crate::limiter::{LATENCY_SAMPLES, Limiter};
use crate::loudness::Loudness;
use crate::settings::{InputId, InputSettings, MixerError, MixerSettings};
use crate::{CHANNELS, Pair, RATE, SPAN, pair};

/// Positions are kept within this, so that sums of them cannot overflow. It is 760,000 years.
const FURTHEST: i64 = 1 << 60;

/// Brings any number of inputs onto one timeline.
///
/// Belongs to one thread; every call is quick and none waits. The position of a frame is its show time
/// times 48,000, whatever it took to get it there: resampling, noise suppression and limiter are compensated.
///
/// # When to mix
///
/// A block `[n, n + frames)` is to be mixed when the show clock has reached [`due`](Self::due), which is its
/// end, plus the [hold](MixerSettings::hold) given to late devices, plus what the mixer itself must see ahead:
/// [`LATENCY_SAMPLES`], and 960 samples more while an input has noise suppression. Whatever was pushed by
/// then is in it; what comes later for these samples is dropped and counted as `late`, and the input falls silent
/// without a click. Earlier is no error, it only makes inputs late.
///
/// Blocks are asked for one after another. A call for any other position is a jump: what lies between is
/// not mixed.
pub struct Mixer {
    settings: MixerSettings,
    inputs: Vec<Channel>,
    master: Pair,
    limiter: Limiter,
    loudness: Loudness,
    /// Position the next block is expected at.
    next: Option<i64>,
}

/// An input with its place in the sum.
struct Channel {
    input: Input,
    duck: Duck,
    bus: Pair,
}

impl Mixer {
    /// A mixer without inputs: it mixes silence.
    pub fn new(settings: MixerSettings) -> Self {
        Self {
            limiter: Limiter::new(settings.ceiling_dbtp),
            settings,
            inputs: Vec::new(),
            master: pair(SPAN),
            loudness: Loudness::new(),
            next: None,
        }
    }

    /// Adds an input, or gives one of that name these settings. It is silent until its first block.
    pub fn add(&mut self, id: InputId, settings: InputSettings) {
        if let Some(channel) = self.inputs.iter_mut().find(|c| c.input.id == id) {
            channel.input.set(settings);
            return;
        }
        let mut input = Input::new(id, settings);
        if let Some(next) = self.next {
            // Its first block must not be placed where the mix has been.
            input.seek(next + LATENCY_SAMPLES as i64);
        }
        self.inputs.push(Channel {
            input,
            duck: Duck::new(&self.settings.ducking),
            bus: pair(SPAN),
        });
    }

    /// Changes an input while it plays. A new offset or `free_running` starts it anew at its next block.
    ///
    /// # Errors
    /// [`MixerError::UnknownInput`].
    pub fn set(&mut self, id: &InputId, settings: InputSettings) -> Result<(), MixerError> {
        self.find(id)?.set(settings);
        Ok(())
    }

    /// Takes an input out at once; mute it first to go softly. `false` if there is none of that name.
    pub fn remove(&mut self, id: &InputId) -> bool {
        let before = self.inputs.len();
        self.inputs.retain(|c| c.input.id != *id);
        self.inputs.len() < before
    }

    /// Changes the ducking of all inputs.
    pub fn set_ducking(&mut self, ducking: crate::Ducking) {
        self.settings.ducking = ducking;
        for channel in &mut self.inputs {
            channel.duck.set(&ducking);
        }
    }

    /// Gives an input a block: any rate from 8 to 192 kHz, one channel (heard on both sides) or two, any
    /// length. `block.at` is the show time of its first frame.
    ///
    /// What cannot be used is counted in [`levels`](Self::levels), not refused: late frames, frames more than
    /// 2 s ahead of the mix, samples that are no number. Rate or channels may change from block to block; a
    /// change allocates.
    ///
    /// # Errors
    /// An unknown input, more than two channels, an impossible rate, a torn block; the block is then ignored.
    pub fn push(&mut self, id: &InputId, block: &AudioBlock) -> Result<(), MixerError> {
        self.find(id)?.push(block)
    }

    /// The show time from which the block `[first_sample, first_sample + frames)` may be mixed with everything
    /// that arrives in time. See [Mixer](Self#when-to-mix).
    pub fn due(&self, first_sample: i64, frames: usize) -> MediaTime {
        let end = first_sample.clamp(-FURTHEST, FURTHEST) + frames as i64;
        MediaTime::of_sample(end + self.reach() as i64, RATE) + self.settings.hold
    }

    /// Frames beyond a block's end that must have been pushed for it to be complete.
    pub fn reach(&self) -> usize {
        LATENCY_SAMPLES + self.inputs.iter().map(|c| c.input.reach()).max().unwrap_or(0)
    }

    /// Fills `out.samples`, whatever its length, with the mix from position `first_sample` on, and sets its
    /// stamp, rate and channels. An input with nothing there is silent and counts a gap.
    pub fn mix(&mut self, first_sample: i64, out: &mut AudioBlock) {
        let first = first_sample.clamp(-FURTHEST, FURTHEST);
        out.at = MediaTime::of_sample(first, RATE);
        out.rate = RATE;
        out.channels = CHANNELS;
        if self.next != Some(first) {
            self.jump(first);
        }
        let mut position = first;
        for span in out.samples.chunks_mut(SPAN * usize::from(CHANNELS)) {
            let frames = span.len().div_ceil(2);
            self.render(position + LATENCY_SAMPLES as i64, frames);
            let [left, right] = &self.master;
            self.loudness.add(&left[..frames], &right[..frames]);
            for (frame, (left, right)) in span.chunks_mut(2).zip(left.iter().zip(right)) {
                frame[0] = *left;
                if let Some(second) = frame.get_mut(1) {
                    *second = *right;
                }
            }
            position += frames as i64;
        }
        self.next = Some(position);
    }

    /// What meters show now. Allocates the list; meant for ten to thirty times a second.
    pub fn levels(&self) -> Levels {
        Levels {
            inputs: self.inputs.iter().map(|c| c.input.levels(c.duck.reduction_db())).collect(),
            momentary_lufs: self.loudness.momentary(),
            short_term_lufs: self.loudness.short_term(),
            integrated_lufs: self.loudness.integrated(),
            true_peak_dbtp: self.loudness.true_peak_dbtp(),
            limiter_db: to_db(self.limiter.gain()).min(0.0),
        }
    }

    /// Starts the loudness measurement anew, as at the beginning of a show.
    pub fn reset_loudness(&mut self) {
        self.loudness.reset();
    }

    fn find(&mut self, id: &InputId) -> Result<&mut Input, MixerError> {
        self.inputs
            .iter_mut()
            .map(|c| &mut c.input)
            .find(|input| input.id == *id)
            .ok_or_else(|| MixerError::UnknownInput(id.clone()))
    }

    /// Gets ready to mix from `first`: fills the limiter's look-ahead.
    fn jump(&mut self, first: i64) {
        self.limiter.reset();
        for channel in &mut self.inputs {
            channel.input.seek(first);
        }
        self.render(first, LATENCY_SAMPLES);
    }

    /// Mixes the inputs at `position` into `master` and passes it through the limiter, which leaves there the
    /// frames of [`LATENCY_SAMPLES`] earlier.
    fn render(&mut self, position: i64, frames: usize) {
        for Channel { input, bus: [left, right], .. } in &mut self.inputs {
            input.render(position, &mut left[..frames], &mut right[..frames]);
        }
        let [left, right] = &mut self.master;
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        left.fill(0.0);
        right.fill(0.0);
        for i in 0..self.inputs.len() {
            let (before, rest) = self.inputs.split_at_mut(i);
            let Some((Channel { input, duck, bus: own }, after)) = rest.split_first_mut() else {
                continue;
            };
            let key = input.settings.ducked_by.as_ref();
            let key = key.and_then(|key| before.iter().chain(&*after).find(|c| c.input.id == *key));
            let key = key.map(|c| [&c.bus[0][..frames], &c.bus[1][..frames]]);
            duck.add(key, [&own[0][..frames], &own[1][..frames]], [&mut *left, &mut *right]);
        }
        self.limiter.process(left, right);
    }
}
