//! Levels: what a meter shows.

use crate::RATE;
use crate::settings::InputId;

/// What stands for silence wherever a level is in dB.
pub const SILENCE_DB: f32 = -120.0;

/// Fall of a peak meter, dB a second (20 dB in 1.7 s, as broadcast programme meters do).
const PEAK_FALL_DB: f32 = 11.8;
/// Time constant of the RMS reading, seconds.
const RMS_SECONDS: f32 = 0.3;

/// A reading of the whole mix, made by [`Mixer::levels`](crate::Mixer::levels).
#[derive(Clone, PartialEq, Debug)]
pub struct Levels {
    /// One entry an input, in the order they were added.
    pub inputs: Vec<InputLevels>,
    /// Loudness of the last 400 ms, LUFS.
    pub momentary_lufs: f32,
    /// Loudness of the last 3 s, LUFS.
    pub short_term_lufs: f32,
    /// Gated loudness since the start or the last [`reset`](crate::Mixer::reset_loudness), LUFS.
    pub integrated_lufs: f32,
    /// Highest true peak since then, dBTP.
    pub true_peak_dbtp: f32,
    /// What the limiter takes away at this moment, dB, zero or negative.
    pub limiter_db: f32,
}

/// A reading of one input.
#[derive(Clone, PartialEq, Debug)]
pub struct InputLevels {
    /// Which.
    pub id: InputId,
    /// Peak in dBFS, falling 11.8 dB a second; after noise suppression and fader, before mute and ducking,
    /// so that a muted presenter is seen to speak.
    pub peak_dbfs: f32,
    /// RMS over 300 ms in dBFS, same place. A full-scale sine reads −3.
    pub rms_dbfs: f32,
    /// What ducking takes away at this moment, dB, zero or negative.
    pub ducked_db: f32,
    /// Interruptions: runs of missing samples, and stamps that jumped.
    pub gaps: u64,
    /// Frames that came after they had been mixed without them.
    pub late: u64,
    /// Frames lost because the buffer (2.7 s) was full or a stamp lay more than 2 s ahead.
    pub dropped: u64,
    /// Samples that were no number, replaced by silence.
    pub invalid: u64,
    /// Speed correction of a free running input, parts in a million, positive when the device is slow.
    pub drift_ppm: f32,
    /// Smoothed distance between its stamps and its samples, ms. Stays within a few ms.
    pub skew_ms: f32,
    /// Delay given to a free running input that kept coming late, ms.
    pub delayed_ms: f32,
}

/// Peak and mean square of one input with the decay of a meter.
#[derive(Clone, Copy, Default)]
pub(crate) struct Meter {
    peak: f32,
    mean_square: f32,
}

impl Meter {
    /// Takes both channels of a span.
    pub(crate) fn add(&mut self, left: &[f32], right: &[f32]) {
        if left.is_empty() {
            return;
        }
        // Lanes, because a float sum in order cannot be vectorised.
        let mut peaks = [0.0f32; 8];
        let mut sums = [0.0f32; 8];
        for channel in [left, right] {
            let (chunks, rest) = channel.as_chunks::<8>();
            for chunk in chunks {
                for lane in 0..8 {
                    let magnitude = chunk[lane].abs();
                    peaks[lane] = if magnitude > peaks[lane] { magnitude } else { peaks[lane] };
                    sums[lane] += chunk[lane] * chunk[lane];
                }
            }
            for (lane, &s) in rest.iter().enumerate() {
                peaks[lane] = peaks[lane].max(s.abs());
                sums[lane] += s * s;
            }
        }
        let seconds = left.len() as f32 / RATE as f32;
        let peak = peaks.into_iter().fold(0.0, f32::max);
        self.peak = peak.max(self.peak * 10f32.powf(-PEAK_FALL_DB * seconds / 20.0));
        let keep = (-seconds / RMS_SECONDS).exp();
        let square = sums.iter().sum::<f32>() / (2 * left.len()) as f32;
        // The floor keeps a decaying reading out of the slow denormal range.
        self.mean_square = (self.mean_square * keep + square * (1.0 - keep)).max(1e-20);
    }

    pub(crate) fn peak_dbfs(&self) -> f32 {
        to_db(self.peak)
    }

    pub(crate) fn rms_dbfs(&self) -> f32 {
        to_db(self.mean_square.sqrt())
    }
}

/// Amplitude in dB, not below [`SILENCE_DB`].
pub(crate) fn to_db(amplitude: f32) -> f32 {
    if amplitude > 1e-6 { 20.0 * amplitude.log10() } else { SILENCE_DB }
}

/// Amplitude of a fader position: NaN is 0 dB, −90 dB and below silence, +24 dB the end.
pub(crate) fn from_db(db: f32) -> f32 {
    if db.is_nan() {
        1.0
    } else if db <= -90.0 {
        0.0
    } else {
        10f32.powf(db.min(24.0) / 20.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_reads_its_level_and_falls() {
        let mut meter = Meter::default();
        let sine: Vec<f32> = (0..48_000)
            .map(|i| (i as f32 * std::f32::consts::TAU * 1000.0 / 48_000.0).sin() * 0.5)
            .collect();
        for span in sine.chunks(256) {
            meter.add(span, span);
        }
        assert!((meter.peak_dbfs() - -6.02).abs() < 0.05, "{}", meter.peak_dbfs());
        // After 1 s of a 0.3 s time constant 96 % of the power is seen.
        assert!((meter.rms_dbfs() - -9.03).abs() < 0.3, "{}", meter.rms_dbfs());
        let silence = [0.0; 250];
        for _ in 0..192 {
            meter.add(&silence, &silence);
        }
        assert!((meter.peak_dbfs() - (-6.02 - 11.8)).abs() < 0.1, "{}", meter.peak_dbfs());
    }

    #[test]
    fn decibels_at_the_ends() {
        assert_eq!(to_db(0.0), SILENCE_DB);
        assert_eq!(to_db(1.0), 0.0);
        assert_eq!(from_db(f32::NAN), 1.0);
        assert_eq!(from_db(f32::NEG_INFINITY), 0.0);
        assert_eq!(from_db(f32::INFINITY), from_db(24.0));
        assert_eq!(from_db(0.0), 1.0);
    }
}
