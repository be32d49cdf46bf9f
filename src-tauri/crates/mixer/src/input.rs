//! One input: where its blocks belong on the timeline, and how it sounds.

use vitrine_media::{AudioBlock, MediaTime};

use crate::denoise::{Denoiser, REACH};
use crate::drift::{Drift, Verdict};
use crate::gain::Glide;
use crate::levels::{InputLevels, Meter, from_db};
use crate::resample::{PIECE, Resampler};
use crate::settings::{InputId, InputSettings, MixerError};
use crate::timeline::Timeline;
use crate::{Pair, RATE, SPAN, pair};

/// Frames a fader takes to its new place: 20 ms.
const FADER: usize = 960;
/// Frames of a mute fade: 5 ms.
const MUTE: usize = 240;
/// Frames of the change to and from noise suppression: 20 ms.
const CHANGE: usize = 960;
/// Samples are kept within this (+48 dBFS), so that sums and filters stay finite.
const LOUDEST: f32 = 256.0;
/// This many interruptions by lateness within [`LATE_WINDOW`] mean that a device always comes late.
const LATE_TIMES: u64 = 3;
const LATE_WINDOW: i64 = RATE as i64;
/// Room left when a late device is moved back, frames (5 ms), and how far it may be moved in all (250 ms).
const LATE_ROOM: i64 = 240;
const LATE_MOST: i64 = 12_000;

/// Blocks that follow one another without a break.
struct Run {
    /// Stamp of its first frame, offset included.
    anchor: MediaTime,
    /// Input frames taken since.
    frames: i64,
}

/// How late a free running input has been lately.
struct Lateness {
    /// Positions the mix had reached when counting began, and when a whole block was last in time.
    since: i64,
    whole_since: i64,
    /// Interruptions when counting began.
    gaps: u64,
    /// Most frames lost of a block since.
    worst: i64,
}

impl Lateness {
    fn new(mixed: i64, gaps: u64) -> Self {
        Self { since: mixed, whole_since: mixed, gaps, worst: 0 }
    }
}

pub(crate) struct Input {
    pub(crate) id: InputId,
    pub(crate) settings: InputSettings,
    timeline: Timeline,
    format: Option<(u32, u16)>,
    resampler: Option<Resampler>,
    run: Option<Run>,
    /// Where the next output frame goes.
    next: i64,
    drift: Drift,
    /// Frames a free running input is placed later because it kept coming late.
    delay: i64,
    late: Lateness,
    invalid: u64,
    piece: Pair,
    gain: Glide,
    mute: Glide,
    denoiser: Option<Denoiser>,
    /// Share of the denoised sound, 0 or 1 at rest.
    clean: Glide,
    raw: Pair,
    meter: Meter,
}

impl Input {
    pub(crate) fn new(id: InputId, settings: InputSettings) -> Self {
        let clean = settings.noise_suppression;
        Self {
            id,
            timeline: Timeline::new(),
            format: None,
            resampler: None,
            run: None,
            next: 0,
            drift: Drift::new(),
            delay: 0,
            late: Lateness::new(0, 0),
            invalid: 0,
            piece: pair(PIECE),
            gain: Glide::at(from_db(settings.gain_db)),
            mute: Glide::at(if settings.muted { 0.0 } else { 1.0 }),
            denoiser: clean.then(Denoiser::new),
            clean: Glide::at(if clean { 1.0 } else { 0.0 }),
            raw: pair(SPAN),
            meter: Meter::default(),
            settings,
        }
    }

    pub(crate) fn set(&mut self, settings: InputSettings) {
        self.gain.to(from_db(settings.gain_db), FADER);
        self.mute.to(if settings.muted { 0.0 } else { 1.0 }, MUTE);
        if settings.noise_suppression && self.clean.rests_at(0.0) {
            self.denoiser = Some(Denoiser::new());
        }
        self.clean.to(if settings.noise_suppression { 1.0 } else { 0.0 }, CHANGE);
        if settings.free_running != self.settings.free_running {
            self.format = None;
        }
        if settings.free_running != self.settings.free_running
            || settings.offset != self.settings.offset
        {
            self.end_run();
            self.delay = 0;
        }
        self.settings = settings;
    }

    /// Frames it must see beyond what it gives.
    pub(crate) fn reach(&self) -> usize {
        if self.clean.leaves(0.0) { REACH } else { 0 }
    }

    pub(crate) fn seek(&mut self, position: i64) {
        self.timeline.seek(position);
    }

    /// Takes a block and places it.
    pub(crate) fn push(&mut self, block: &AudioBlock) -> Result<(), MixerError> {
        let channels = usize::from(block.channels);
        if !(1..=2).contains(&channels) {
            return Err(MixerError::Channels { input: self.id.clone(), channels: block.channels });
        }
        if !(8_000..=192_000).contains(&block.rate) {
            return Err(MixerError::Rate { input: self.id.clone(), rate: block.rate });
        }
        if !block.samples.len().is_multiple_of(channels) {
            let samples = block.samples.len();
            return Err(MixerError::Torn {
                input: self.id.clone(),
                samples,
                channels: block.channels,
            });
        }
        if block.samples.is_empty() {
            return Ok(());
        }
        if self.format != Some((block.rate, block.channels)) {
            self.reformat(block.rate, block.channels);
        }
        let frames = block.frames() as i64;
        if !self.place(block.at + self.settings.offset, block.rate, frames) {
            self.timeline.dropped += frames as u64;
            self.run = None;
            return Ok(());
        }
        if let Some(run) = &mut self.run {
            run.frames += frames;
        }
        for piece in block.samples.chunks(PIECE * channels) {
            self.append(piece, channels);
        }
        Ok(())
    }

    /// A new rate or channel count: another resampler, another run.
    fn reformat(&mut self, rate: u32, channels: u16) {
        self.end_run();
        self.format = Some((rate, channels));
        let direct = rate == RATE && !self.settings.free_running;
        let fixed = !self.settings.free_running;
        self.resampler =
            if direct { None } else { Resampler::new(rate, usize::from(channels), fixed) };
    }

    /// Decides where the block stamped `at` goes; starts a new run where it does not continue the last.
    /// `false` if the stamp is not to be believed.
    fn place(&mut self, at: MediaTime, rate: u32, frames: i64) -> bool {
        if self.settings.free_running {
            return self.place_free(at, rate, frames);
        }
        let continues = self.run.as_ref().is_some_and(|run| {
            let expected = run.anchor + MediaTime::of_sample(run.frames, rate);
            // Stamps are exact to the nanosecond, so less than a sample is rounding.
            let off = at.saturating_sub(expected).as_nanos().unsigned_abs();
            off <= 750_000_000 / u64::from(rate)
        });
        continues || self.begin(at, 0.0)
    }

    fn place_free(&mut self, at: MediaTime, rate: u32, frames: i64) -> bool {
        let delay = self.delay as f64;
        if self.run.is_none() {
            return self.begin(at, delay);
        }
        let pending = self.resampler.as_ref().map_or(0.0, Resampler::pending);
        let counted = self.next as f64 + pending;
        let skew = (position(at) + delay - counted) / f64::from(RATE);
        match self.drift.observe(skew, frames as f64 / f64::from(rate)) {
            Verdict::Steady => {
                if let Some(resampler) = &mut self.resampler {
                    resampler.correct(self.drift.correction());
                }
                self.catch_up(at, counted)
            }
            Verdict::Jump(by) => {
                let jitter = (by - skew) * f64::from(RATE);
                self.begin(at, delay + jitter)
            }
        }
    }

    /// Moves a device that keeps coming late to where it is in time: late sound is better than none.
    fn catch_up(&mut self, at: MediaTime, counted: f64) -> bool {
        let lateness = self.timeline.end() - self.next;
        let mixed = self.timeline.mixed().unwrap_or(self.next);
        if lateness <= 0 {
            // In time; but a device that keeps falling behind is now and then.
            self.late.whole_since = mixed;
            if mixed - self.late.since > LATE_WINDOW {
                self.late = Lateness::new(mixed, self.timeline.gaps);
            }
            return true;
        }
        self.late.worst = self.late.worst.max(lateness);
        let often = self.timeline.gaps >= self.late.gaps + LATE_TIMES;
        // A backlog after a stall comes all at once, while the mix hardly moves.
        let always = mixed - self.late.whole_since > LATE_WINDOW / 2;
        if !(often || always) || self.delay >= LATE_MOST {
            return true;
        }
        let more = (self.late.worst + LATE_ROOM).min(LATE_MOST - self.delay);
        self.delay += more;
        self.begin(at, counted + more as f64 - position(at))
    }

    /// Starts a run with the block stamped `at`, `shift` frames off its stamp.
    fn begin(&mut self, at: MediaTime, shift: f64) -> bool {
        self.end_run();
        let lead = self.resampler.as_mut().map_or(0.0, Resampler::restart);
        let next = (position(at) + shift + lead).round() as i64;
        if self.timeline.too_far(next) {
            return false;
        }
        self.timeline.splice(next, self.settings.free_running);
        self.next = next;
        self.run = Some(Run { anchor: at, frames: 0 });
        self.drift.restart();
        self.late = Lateness::new(self.timeline.mixed().unwrap_or(next), self.timeline.gaps);
        if let Some(resampler) = &mut self.resampler {
            resampler.correct(self.drift.correction());
        }
        true
    }

    /// Ends the run, with what its resampler still holds.
    fn end_run(&mut self) {
        if self.run.take().is_some()
            && let Some(resampler) = &mut self.resampler
        {
            let [left, right] = resampler.flush();
            self.timeline.append(self.next, left, right);
        }
    }

    fn append(&mut self, samples: &[f32], channels: usize) {
        let frames = samples.len() / channels;
        let mut invalid = 0;
        let [left, right] = match &mut self.resampler {
            Some(resampler) => resampler.process(frames, |pair| invalid = split(samples, pair)),
            None => {
                invalid = split(samples, &mut self.piece[..channels]);
                let left = &self.piece[0][..frames];
                [left, if channels == 2 { &self.piece[1][..frames] } else { left }]
            }
        };
        self.timeline.append(self.next, left, right);
        self.next += left.len() as i64;
        self.invalid += invalid;
    }

    /// Gives the frames at `position`, denoised, through fader and mute.
    pub(crate) fn render(&mut self, position: i64, left: &mut [f32], right: &mut [f32]) {
        let mono = self.format.is_some_and(|(_, channels)| channels == 1);
        match &mut self.denoiser {
            Some(denoiser) if self.clean.leaves(0.0) => {
                denoiser.read(&mut self.timeline, position, mono, [&mut *left, &mut *right]);
                if !self.clean.rests_at(1.0) {
                    let [raw_left, raw_right] = &mut self.raw;
                    let (raw_left, raw_right) =
                        (&mut raw_left[..left.len()], &mut raw_right[..right.len()]);
                    self.timeline.read(position, raw_left, raw_right);
                    for i in 0..left.len() {
                        let share = self.clean.next();
                        left[i] = raw_left[i] + (left[i] - raw_left[i]) * share;
                        right[i] = raw_right[i] + (right[i] - raw_right[i]) * share;
                    }
                }
            }
            _ => self.timeline.read(position, left, right),
        }
        self.gain.apply(left, right);
        self.meter.add(left, right);
        self.mute.apply(left, right);
    }

    /// What its meter shows; `ducked_db` is the mixer's to fill in.
    pub(crate) fn levels(&self, ducked_db: f32) -> InputLevels {
        InputLevels {
            id: self.id.clone(),
            peak_dbfs: self.meter.peak_dbfs(),
            rms_dbfs: self.meter.rms_dbfs(),
            ducked_db,
            gaps: self.timeline.gaps,
            late: self.timeline.late,
            dropped: self.timeline.dropped,
            invalid: self.invalid,
            drift_ppm: (self.drift.correction() * 1e6) as f32,
            skew_ms: (self.drift.skew() * 1e3) as f32,
            delayed_ms: self.delay as f32 / 48.0,
        }
    }
}

/// The place of a time on the timeline, in frames and parts of one.
fn position(at: MediaTime) -> f64 {
    at.as_nanos() as f64 * (f64::from(RATE) / 1e9)
}

/// Interleaved samples into one vector a channel, without what is no number. Returns how many were none.
fn split(samples: &[f32], into: &mut [Vec<f32>]) -> u64 {
    let mut invalid = 0;
    let mut sound = |sample: f32| {
        let number = sample.is_finite();
        invalid += u64::from(!number);
        if number { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 }
    };
    match into {
        [left, right] => {
            let (frames, _) = samples.as_chunks::<2>();
            for ((left, right), frame) in left.iter_mut().zip(right).zip(frames) {
                *left = sound(frame[0]);
                *right = sound(frame[1]);
            }
        }
        [mono] => mono.iter_mut().zip(samples).for_each(|(to, from)| *to = sound(*from)),
        _ => {}
    }
    invalid
}
