//! The same loops, compiled for the vector instructions the machine turns out to have.

use crate::oversample::{Taps, raise_peaks_here};

/// See [`raise_peaks`](crate::oversample::raise_peaks).
pub(crate) fn raise_peaks(taps: &Taps, around: &[f32], quiet: f32, peaks: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the machine has what the function is compiled for, as just checked.
        unsafe { raise_peaks_avx2(taps, around, quiet, peaks) };
        return;
    }
    raise_peaks_here(taps, around, quiet, peaks);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn raise_peaks_avx2(taps: &Taps, around: &[f32], quiet: f32, peaks: &mut [f32]) {
    raise_peaks_here(taps, around, quiet, peaks);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversample::{AHEAD, BEHIND, raise_peaks as raise};

    #[test]
    fn both_ways_agree() {
        let around: Vec<f32> = (0..300).map(|i| ((i * i) as f32 * 0.37).sin()).collect();
        for frames in [1, 7, 8, 100, 256] {
            let around = &around[..frames + BEHIND + AHEAD];
            let (mut here, mut there) = (vec![0.0; frames], vec![0.0; frames]);
            raise(around, 0.0, &mut there);
            let taps = crate::oversample::taps();
            raise_peaks_here(taps, around, 0.0, &mut here);
            assert!(here.iter().zip(&there).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }
}
