use std::f64::consts::TAU;

use proptest::prelude::*;

use super::*;

const CEILING: f32 = 0.891_251;

/// Runs both channels through, in spans of `span`, and takes the delay off.
fn limit(left: &[f32], right: &[f32], span: usize) -> [Vec<f32>; 2] {
    let mut limiter = Limiter::new(-1.0);
    let (mut l, mut r) = (left.to_vec(), right.to_vec());
    l.extend([0.0; LATENCY_SAMPLES]);
    r.extend([0.0; LATENCY_SAMPLES]);
    for (l, r) in l.chunks_mut(span).zip(r.chunks_mut(span)) {
        limiter.process(l, r);
    }
    [l.split_off(LATENCY_SAMPLES), r.split_off(LATENCY_SAMPLES)]
}

/// True peak as the reference meter sees it, dBTP.
fn true_peak(channels: &[Vec<f32>; 2]) -> f64 {
    let mut meter = ebur128::EbuR128::new(2, RATE, ebur128::Mode::TRUE_PEAK).expect("a meter");
    // Silence after the end lets the meter see the last samples.
    let padded: Vec<Vec<f32>> =
        channels.iter().map(|c| c.iter().copied().chain([0.0; 64]).collect()).collect();
    meter.add_frames_planar_f32(&[&padded[0], &padded[1]]).expect("frames");
    let peak = meter.true_peak(0).expect("a peak").max(meter.true_peak(1).expect("a peak"));
    20.0 * peak.log10()
}

fn sine(hertz: f64, amplitude: f32, phase: f64, frames: usize) -> Vec<f32> {
    (0..frames)
        .map(|i| (TAU * hertz * i as f64 / 48_000.0 + phase).sin() as f32 * amplitude)
        .collect()
}

fn assert_limited(name: &str, left: &[f32], right: &[f32]) {
    let out = limit(left, right, 256);
    let peak = true_peak(&out);
    assert!(peak <= -0.9, "{name}: {peak:.3} dBTP");
    assert!(out.iter().flatten().all(|s| s.abs() <= CEILING), "{name}: a sample above");
}

#[test]
fn quiet_sound_passes_untouched_in_place() {
    let wave = sine(997.0, 0.85, 0.3, 20_000);
    for span in [256, 100, 1] {
        let [l, r] = limit(&wave, &wave, span);
        assert_eq!(l, wave, "span {span}");
        assert_eq!(r, wave);
    }
}

#[test]
fn bursts_six_db_over_stay_below() {
    for (name, hertz) in [("low", 50.0), ("mid", 1000.0), ("high", 9_000.0), ("top", 17_000.0)] {
        let mut wave = vec![0.0; 10_000];
        wave[3_000..7_000].copy_from_slice(&sine(hertz, 2.0, 0.7, 4_000));
        assert_limited(name, &wave, &vec![0.0; 10_000]);
    }
    let square: Vec<f32> = (0..10_000)
        .map(|i| {
            if !(3_000..7_000).contains(&i) {
                0.0
            } else if i / 37 % 2 == 0 {
                2.0
            } else {
                -2.0
            }
        })
        .collect();
    assert_limited("square", &square, &square);
}

#[test]
fn peaks_between_samples_stay_below() {
    let quarter = sine(12_000.0, 1.0, TAU / 8.0, 10_000);
    assert!((highest(&quarter) - std::f32::consts::FRAC_1_SQRT_2).abs() < 1e-3);
    assert!(true_peak(&[quarter.clone(), quarter.clone()]) > -0.1);
    assert_limited("fs/4 at 45 degrees", &quarter, &quarter);
    for (hertz, phase) in [(8_000.0, 0.5), (16_000.0, 0.26), (11_999.0, 0.0), (6_000.0, 0.39)] {
        let wave = sine(hertz, 1.4, phase, 20_000);
        assert_limited("between", &wave, &wave);
    }
}

#[test]
fn both_channels_share_one_gain() {
    let loud = sine(1000.0, 1.8, 0.0, 20_000);
    let soft: Vec<f32> = loud.iter().map(|s| s * 0.25).collect();
    let [l, r] = limit(&loud, &soft, 256);
    for (l, r) in l.iter().zip(&r) {
        assert!((l * 0.25 - r).abs() < 1e-4);
    }
}

#[test]
fn comes_back_to_exactly_one() {
    let mut wave = sine(440.0, 0.4, 0.0, 200_000);
    wave[1_000] = 3.0;
    let [l, _] = limit(&wave, &wave, 256);
    assert_eq!(l[120_000..], wave[120_000..]);
    // Halfway there it was still below.
    assert!(l[3_000..4_000].iter().zip(&wave[3_000..4_000]).any(|(a, b)| a != b));
}

#[test]
fn gain_moves_smoothly() {
    // A constant shows the gain itself.
    let mut wave = vec![0.3f32; 30_000];
    wave[10_000] = 4.0;
    let [l, _] = limit(&wave, &wave, 256);
    let steepest = l[..9_999].windows(2).map(|w| (w[1] - w[0]).abs() / 0.3).fold(0.0, f32::max);
    assert!(steepest < 1.0 / 32.0, "{steepest}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever comes, in whatever spans: below the ceiling, finite, and the span size does not matter.
    #[test]
    fn anything_stays_below(
        seed in any::<u64>(),
        level in 0.1f32..8.0,
        tone in 20.0f64..20_000.0,
        span in 1usize..=256,
        density in 0.0f32..1.0,
    ) {
        let mut state = seed | 1;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u32 << 23) as f32 - 1.0
        };
        let tone = sine(tone, level, 0.1, 6_000);
        let left: Vec<f32> =
            tone.iter().map(|t| if noise().abs() < density { t + noise() * level } else { *t }).collect();
        let right: Vec<f32> = (0..left.len()).map(|i| if i % 997 == 0 { level } else { noise() * 0.1 }).collect();
        let out = limit(&left, &right, span);
        let peak = true_peak(&out);
        prop_assert!(peak <= -0.9, "{} dBTP", peak);
        prop_assert!(out.iter().flatten().all(|s| s.abs() <= CEILING));
        let same = limit(&left, &right, 256);
        let off = out.iter().flatten().zip(same.iter().flatten()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        prop_assert!(off < 1e-5, "spans differ by {}", off);
    }
}
