//! Loudness of the master after EBU R 128, and its highest true peak.

use ebur128::{EbuR128, Mode};

use crate::levels::{SILENCE_DB, to_db};
use crate::oversample::{AHEAD, BEHIND, highest, most_overshoot, raise_peaks};
use crate::{CHANNELS, Pair, RATE, SPAN, pair};

/// Loudness is read out in steps of 100 ms; sums of them make the longer windows, which is what a
/// window moved in steps of 100 ms is.
const STEP: usize = RATE as usize / 10;
const MOMENTARY: usize = 4;
const SHORT_TERM: usize = 30;
const HISTORY: usize = BEHIND + AHEAD;

pub(crate) struct Loudness {
    /// `None` only if the library refuses 48 kHz stereo, which it does not; then nothing is measured.
    meter: Option<EbuR128>,
    filled: usize,
    energies: [f64; SHORT_TERM],
    steps: usize,
    around: Pair,
    peaks: Vec<f32>,
    true_peak: f32,
}

impl Loudness {
    pub(crate) fn new() -> Self {
        Self {
            // The histogram bounds the memory of the gate for shows of any length, at 0.1 LU.
            meter: EbuR128::new(u32::from(CHANNELS), RATE, Mode::M | Mode::I | Mode::HISTOGRAM)
                .ok(),
            filled: 0,
            energies: [0.0; SHORT_TERM],
            steps: 0,
            around: pair(HISTORY + SPAN),
            peaks: vec![0.0; SPAN],
            true_peak: 0.0,
        }
    }

    /// Starts a new measurement.
    pub(crate) fn reset(&mut self) {
        if let Some(meter) = &mut self.meter {
            meter.reset();
        }
        self.filled = 0;
        self.steps = 0;
        self.true_peak = 0.0;
        self.around.iter_mut().for_each(|channel| channel.fill(0.0));
    }

    /// Takes a span of the master.
    pub(crate) fn add(&mut self, mut left: &[f32], mut right: &[f32]) {
        self.raise_true_peak(left, right);
        while !left.is_empty() {
            let take = left.len().min(STEP - self.filled);
            if let Some(meter) = &mut self.meter {
                // Refuses only a wrong number of channels.
                let _ = meter.add_frames_planar_f32(&[&left[..take], &right[..take]]);
            }
            (left, right) = (&left[take..], &right[take..]);
            self.filled += take;
            if self.filled == STEP {
                self.filled = 0;
                let lufs = self.meter.as_ref().and_then(|m| m.loudness_window(100).ok());
                let energy = lufs.map_or(0.0, |lufs| 10f64.powf(lufs / 10.0));
                self.energies[self.steps % SHORT_TERM] =
                    if energy.is_finite() { energy } else { 0.0 };
                self.steps += 1;
            }
        }
    }

    fn raise_true_peak(&mut self, left: &[f32], right: &[f32]) {
        let frames = left.len();
        for (around, new) in self.around.iter_mut().zip([left, right]) {
            around[HISTORY..HISTORY + frames].copy_from_slice(new);
            let around = &mut around[..HISTORY + frames];
            // Only what could be a new record is worth interpolating.
            if highest(around) * most_overshoot() > self.true_peak {
                let peaks = &mut self.peaks[..frames];
                peaks.fill(0.0);
                raise_peaks(around, self.true_peak, peaks);
                self.true_peak = self.true_peak.max(highest(peaks));
            }
            around.copy_within(frames.., 0);
        }
    }

    fn mean(&self, steps: usize) -> f32 {
        let steps = steps.min(self.steps);
        let sum: f64 =
            (0..steps).map(|back| self.energies[(self.steps - 1 - back) % SHORT_TERM]).sum();
        floor(if steps == 0 { f64::NEG_INFINITY } else { 10.0 * (sum / steps as f64).log10() })
    }

    pub(crate) fn momentary(&self) -> f32 {
        self.mean(MOMENTARY)
    }

    pub(crate) fn short_term(&self) -> f32 {
        self.mean(SHORT_TERM)
    }

    pub(crate) fn integrated(&self) -> f32 {
        floor(
            self.meter.as_ref().and_then(|m| m.loudness_global().ok()).unwrap_or(f64::NEG_INFINITY),
        )
    }

    pub(crate) fn true_peak_dbtp(&self) -> f32 {
        to_db(self.true_peak)
    }
}

fn floor(lufs: f64) -> f32 {
    if lufs.is_nan() { SILENCE_DB } else { (lufs as f32).max(SILENCE_DB) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(amplitude: f32, hertz: f64, seconds: usize) -> (Loudness, EbuR128) {
        let wave: Vec<f32> = (0..seconds * 48_000)
            .map(|i| (std::f64::consts::TAU * hertz * i as f64 / 48_000.0).sin() as f32 * amplitude)
            .collect();
        let mut loudness = Loudness::new();
        for span in wave.chunks(250) {
            loudness.add(span, span);
        }
        let mut reference = EbuR128::new(2, RATE, Mode::all() - Mode::HISTOGRAM).expect("a meter");
        reference.add_frames_planar_f32(&[&wave, &wave]).expect("frames");
        (loudness, reference)
    }

    #[test]
    fn reference_sine_reads_minus_23() {
        // EBU Tech 3341 case 1: a stereo sine of 1 kHz at -23 dBFS reads -23 LUFS, ±0.1.
        let (loudness, reference) = run(10f32.powf(-23.0 / 20.0), 1000.0, 20);
        for lufs in [loudness.momentary(), loudness.short_term(), loudness.integrated()] {
            assert!((lufs - -23.0).abs() < 0.1, "{lufs}");
        }
        let short_term = reference.loudness_shortterm().expect("a reading") as f32;
        assert!((loudness.short_term() - short_term).abs() < 0.01);
        assert!((loudness.true_peak_dbtp() - -23.0).abs() < 0.05);
    }

    #[test]
    fn true_peak_agrees_with_the_reference() {
        for hertz in [997.0, 5_999.0, 11_000.0, 12_000.0] {
            let (loudness, reference) = run(0.8, hertz, 1);
            let expected = 20.0 * reference.true_peak(0).expect("a peak").log10() as f32;
            assert!((loudness.true_peak_dbtp() - expected).abs() < 0.02, "{hertz} Hz");
        }
    }

    #[test]
    fn silence_is_gated_and_reset_forgets() {
        let mut loudness = Loudness::new();
        assert_eq!(loudness.integrated(), SILENCE_DB);
        let tone: Vec<f32> = (0..480_000).map(|i| (i as f32 * 0.13).sin() * 0.1).collect();
        let silence = vec![0.0; 480_000];
        for span in tone.chunks(256).chain(silence.chunks(256)) {
            loudness.add(span, span);
        }
        let (gated, momentary) = (loudness.integrated(), loudness.momentary());
        assert!(gated > -24.0, "{gated}");
        assert_eq!(momentary, SILENCE_DB);
        loudness.reset();
        assert_eq!(loudness.integrated(), SILENCE_DB);
        assert_eq!(loudness.true_peak_dbtp(), SILENCE_DB);
    }
}
