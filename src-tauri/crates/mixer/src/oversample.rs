//! Four-fold interpolation: how high the waveform between samples goes.
//!
//! A windowed sinc of twelve taps a phase, the estimate ITU-R BS.1770 describes for true peak.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// Taps of a phase.
const TAPS: usize = 12;
/// Frames the estimate at a sample needs after it.
pub(crate) const AHEAD: usize = 6;
/// Frames it needs before.
pub(crate) const BEHIND: usize = TAPS - 1 - AHEAD;

/// Samples looked at together before working on them.
const BLOCK: usize = 32;
/// Maxima kept side by side.
const LANES: usize = 8;

/// A quarter, a half and three quarters of the way to the next sample.
pub(crate) type Taps = [[f32; TAPS]; 3];

struct Phases {
    taps: Taps,
    /// The most a phase can raise a signal above its highest sample.
    most: f32,
}

fn phases() -> &'static Phases {
    static PHASES: OnceLock<Phases> = OnceLock::new();
    PHASES.get_or_init(|| {
        let mut taps = [[0.0; TAPS]; 3];
        for (p, phase) in taps.iter_mut().enumerate() {
            for (k, tap) in phase.iter_mut().enumerate() {
                let t = k as f64 - BEHIND as f64 - (p + 1) as f64 / 4.0;
                let window = 0.5 * (1.0 + (PI * t / AHEAD as f64).cos());
                *tap = (window * (PI * t).sin() / (PI * t)) as f32;
            }
        }
        let most =
            taps.iter().map(|phase| phase.iter().map(|t| t.abs()).sum::<f32>()).fold(1.0, f32::max);
        Phases { taps, most }
    })
}

/// No signal whose samples stay below a level goes above it by more than this factor in between.
pub(crate) fn most_overshoot() -> f32 {
    phases().most
}

/// For each `i` raises `peaks[i]` to the highest magnitude from sample `around[i + BEHIND]` to just
/// before the next one. `around` holds `peaks.len() + BEHIND + AHEAD` samples. Peaks that cannot pass
/// `floor` may be left out: most of a signal is far from its limits, and looking is cheaper than working.
pub(crate) fn raise_peaks(around: &[f32], floor: f32, peaks: &mut [f32]) {
    let phases = phases();
    crate::simd::raise_peaks(&phases.taps, around, floor / phases.most, peaks);
}

/// [`raise_peaks`] for samples above `quiet`, in whatever instructions the caller is compiled for.
#[inline(always)]
pub(crate) fn raise_peaks_here(taps: &Taps, around: &[f32], quiet: f32, peaks: &mut [f32]) {
    for (b, block) in peaks.chunks_mut(BLOCK).enumerate() {
        let around = &around[b * BLOCK..b * BLOCK + block.len() + TAPS - 1];
        if highest(around) <= quiet {
            continue;
        }
        for phase in taps {
            // The inner loop unrolls and the outer one becomes vectors; the other way round neither does.
            for (peak, window) in block.iter_mut().zip(around.windows(TAPS)) {
                let mut sum = 0.0;
                for k in 0..TAPS {
                    sum += phase[k] * window[k];
                }
                *peak = peak.max(sum.abs());
            }
        }
        for (peak, sample) in block.iter_mut().zip(&around[BEHIND..]) {
            *peak = peak.max(sample.abs());
        }
    }
}

/// Highest magnitude of a run of samples.
#[inline(always)]
pub(crate) fn highest(samples: &[f32]) -> f32 {
    let (chunks, rest) = samples.as_chunks::<LANES>();
    let mut lanes = [0.0f32; LANES];
    for (lane, s) in lanes.iter_mut().zip(rest) {
        *lane = s.abs();
    }
    for chunk in chunks {
        for (lane, s) in lanes.iter_mut().zip(chunk) {
            // Not `f32::max`, which looks for what is no number: this is one instruction.
            let magnitude = s.abs();
            *lane = if magnitude > *lane { magnitude } else { *lane };
        }
    }
    lanes.into_iter().fold(0.0, f32::max)
}

/// The coefficients, for comparing.
#[cfg(test)]
pub(crate) fn taps() -> &'static Taps {
    &phases().taps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_peak_between_samples() {
        // A quarter of the rate at 45 degrees: samples at 0.707, the wave at 1.
        let wave: Vec<f32> =
            (0..200).map(|i| (i as f64 * PI / 2.0 + PI / 4.0).sin() as f32).collect();
        let mut peaks = vec![0.0; wave.len() - BEHIND - AHEAD];
        raise_peaks(&wave, 0.0, &mut peaks);
        let peak = highest(&peaks);
        assert!((peak - 1.0).abs() < 0.01, "{peak}");
        assert!((highest(&wave) - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-4);
        assert!(most_overshoot() > 1.5 && most_overshoot() < 2.5, "{}", most_overshoot());
    }
}
