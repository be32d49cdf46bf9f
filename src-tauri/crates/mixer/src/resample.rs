//! Any rate to 48 kHz, with a ratio that can be nudged while running.
//!
//! Rubato's sinc interpolator, fed exactly what arrived: its chunk size follows each piece, so nothing
//! waits for a chunk to fill. What the filter holds back (half its length, about 1 ms) is accounted
//! for: [`Resampler::restart`] and [`Resampler::pending`] tell where samples belong to a fraction.

use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{
    Adjustable as _, Async, FixedAsync, Resampler as _, Resizable as _,
    SincInterpolationParameters, SincInterpolationType, WindowFunction,
};

use crate::drift::MAX_CORRECTION;
use crate::{Pair, RATE};

/// Largest piece taken at once, frames.
pub(crate) const PIECE: usize = 1024;
/// Filter length when the rate goes up, input frames; longer in proportion when it goes down.
/// With this window: flat to 19.9 kHz at 44.1 kHz, images 90 dB down.
const TAPS: usize = 96;
/// Points between two input frames where the filter is tabulated, for a ratio that moves. Linear
/// interpolation between them is 110 dB accurate.
const POINTS: usize = 256;
/// A fixed ratio p/q hits p points exactly; up to this many are worth a table.
const MAX_EXACT_POINTS: u32 = 640;

pub(crate) struct Resampler {
    inner: Async<f32>,
    channels: usize,
    half: f64,
    /// Parts of an input frame its tables lie late.
    late: f64,
    nominal: f64,
    /// Input frames from one output frame to the next.
    step: f64,
    /// Where the next output frame lies, in input frames after the last one taken.
    next: f64,
    /// Output frames from before the run began, still to be thrown away.
    before: usize,
    input: Pair,
    output: Pair,
}

impl Resampler {
    /// From `rate` to 48 kHz. A `fixed` ratio is cheaper, and exact for the common rates. `None` if the
    /// library refuses the parameters, which it does for no rate the mixer lets in.
    pub(crate) fn new(rate: u32, channels: usize, fixed: bool) -> Option<Self> {
        let nominal = f64::from(RATE) / f64::from(rate);
        let points = RATE / gcd(RATE, rate);
        let exact = fixed && points <= MAX_EXACT_POINTS;
        let taps = (TAPS as f64 / nominal.min(1.0)).ceil() as usize;
        let parameters = SincInterpolationParameters::new(taps, WindowFunction::Blackman2)
            .oversampling_factor(if exact { points as usize } else { POINTS })
            .interpolation(if exact {
                SincInterpolationType::Nearest
            } else {
                SincInterpolationType::Linear
            });
        let late = 1.0 / parameters.oversampling_factor as f64;
        let room = 1.0 + 2.0 * MAX_CORRECTION;
        let inner =
            Async::new_sinc(nominal, room, &parameters, PIECE, channels, FixedAsync::Input).ok()?;
        let most = inner.output_frames_max();
        let mut resampler = Self {
            inner,
            channels,
            half: (taps.next_multiple_of(8) / 2) as f64,
            late,
            nominal,
            step: 1.0 / nominal,
            next: 0.0,
            before: 0,
            input: crate::pair(PIECE),
            output: crate::pair(most),
        };
        resampler.restart();
        Some(resampler)
    }

    /// Forgets everything. Returns how far the first output frame lies after the first input frame to
    /// come, in output frames, 0 to 1.
    pub(crate) fn restart(&mut self) -> f64 {
        self.inner.reset();
        self.step = 1.0 / self.nominal;
        // The filter begins with half of it reaching before the run.
        self.next = self.step - self.half + self.late;
        self.before = (-self.next / self.step).ceil().max(0.0) as usize;
        (self.next + self.before as f64 * self.step) / self.step
    }

    /// Makes `1 + correction` times the nominal number of frames from now on.
    pub(crate) fn correct(&mut self, correction: f64) {
        let ratio = self.nominal * (1.0 + correction.clamp(-MAX_CORRECTION, MAX_CORRECTION));
        // During the start the frames to throw away are counted at the nominal ratio.
        if self.before == 0 && self.inner.set_resample_ratio(ratio, false).is_ok() {
            self.next += 1.0 / ratio - self.step;
            self.step = 1.0 / ratio;
        }
    }

    /// How far the next input frame lies after the next output frame, in output frames.
    pub(crate) fn pending(&self) -> f64 {
        -(self.next + self.before as f64 * self.step) / self.step
    }

    /// Takes a piece of up to [`PIECE`] frames written by `fill` into one vector a channel, and returns
    /// what comes out of it.
    pub(crate) fn process(
        &mut self,
        frames: usize,
        fill: impl FnOnce(&mut [Vec<f32>]),
    ) -> [&[f32]; 2] {
        debug_assert!(frames <= PIECE);
        fill(&mut self.input[..self.channels]);
        let made = if frames == 0 { 0 } else { self.run(frames).unwrap_or(0) };
        let skip = self.before.min(made);
        self.before -= skip;
        let left = &self.output[0][skip..made];
        let right = if self.channels == 2 { &self.output[1][skip..made] } else { left };
        [left, right]
    }

    /// Gives out what the filter holds back, as if silence followed. Only [`restart`](Self::restart)
    /// makes sense afterwards.
    pub(crate) fn flush(&mut self) -> [&[f32]; 2] {
        // Two more, for the steps the interpolation stays behind.
        let frames = (self.half as usize + 2).min(PIECE);
        self.process(frames, |input| {
            input.iter_mut().for_each(|channel| channel[..frames].fill(0.0))
        })
    }

    fn run(&mut self, frames: usize) -> Option<usize> {
        self.inner.set_chunk_size(frames).ok()?;
        let input =
            SequentialSliceOfVecs::new(&self.input[..self.channels], self.channels, frames).ok()?;
        let room = self.output[0].len();
        let output = &mut self.output[..self.channels];
        let mut output = SequentialSliceOfVecs::new_mut(output, self.channels, room).ok()?;
        let (taken, made) = self.inner.process_into_buffer(&input, &mut output, None).ok()?;
        self.next += made as f64 * self.step - taken as f64;
        Some(made)
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Resamples a sine in uneven pieces and returns the output with the place of its first frame.
    fn sine(rate: u32, hertz: f64, fixed: bool, correction: f64) -> (f64, Vec<f32>, f64) {
        let mut resampler = Resampler::new(rate, 1, fixed).expect("a resampler");
        let lead = resampler.restart();
        let step = hertz * std::f64::consts::TAU / f64::from(rate);
        let (mut taken, mut out) = (0usize, Vec::new());
        for piece in [1usize, 7, 480, 1024, 3, 441, 960].into_iter().cycle() {
            if taken > rate as usize {
                break;
            }
            resampler.correct(correction);
            let [made, _] = resampler.process(piece, |input| {
                for (i, s) in input[0][..piece].iter_mut().enumerate() {
                    *s = (step * (taken + i) as f64).sin() as f32;
                }
            });
            out.extend_from_slice(made);
            taken += piece;
        }
        let counted = out.len() as f64 + lead + resampler.pending();
        (lead, out, counted - taken as f64 * 48_000.0 / f64::from(rate) * (1.0 + correction))
    }

    /// Signal to everything else, dB, against the true sine at the true place.
    fn quality(rate: u32, hertz: f64, fixed: bool) -> f64 {
        let (lead, out, error) = sine(rate, hertz, fixed, 0.0);
        assert!(error.abs() < 1e-6, "place off by {error} at {rate} Hz");
        let step = hertz * std::f64::consts::TAU / 48_000.0;
        let (mut signal, mut noise) = (0.0, 0.0);
        for (i, &s) in out.iter().enumerate().skip(500).take(40_000) {
            let ideal = (step * (i as f64 + lead)).sin();
            signal += ideal * ideal;
            noise += (f64::from(s) - ideal).powi(2);
        }
        10.0 * (signal / noise).log10()
    }

    #[test]
    fn a_sine_stays_that_sine_in_its_place() {
        for rate in
            [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000, 44_056]
        {
            for fixed in [true, false] {
                for hertz in [100.0, 997.0, 3_000.0] {
                    let snr = quality(rate, hertz, fixed);
                    assert!(snr > 75.0, "{rate} Hz, fixed {fixed}, {hertz} Hz: {snr:.1} dB");
                }
            }
        }
        for hertz in [10_000.0, 15_000.0] {
            for rate in [44_100, 48_000, 96_000] {
                let snr = quality(rate, hertz, false);
                assert!(snr > 70.0, "{rate} Hz, {hertz} Hz: {snr:.1} dB");
            }
        }
    }

    #[test]
    fn counts_its_place_while_corrected() {
        for correction in [500e-6, -500e-6] {
            let (_, _, error) = sine(44_100, 1000.0, false, correction);
            // The first 488 frames run at the nominal ratio.
            assert!(error.abs() < 0.3, "{error}");
        }
    }

    #[test]
    fn flush_gives_the_rest() {
        let mut resampler = Resampler::new(44_100, 2, true).expect("a resampler");
        let made = resampler
            .process(441, |input| input.iter_mut().for_each(|c| c[..441].fill(0.5)))[0]
            .len();
        let rest = resampler.flush();
        assert!((479..=481).contains(&(made + rest[0].len())), "{made}");
    }
}
