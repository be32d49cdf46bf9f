//! Where samples end up: bypass, rates, gaps, offsets, hostile input.

mod common;

use common::*;
use vitrine_media::{AudioBlock, MediaTime};
use vitrine_mixer::{InputSettings, Mixer, MixerError, MixerSettings, RATE};

#[test]
fn exact_input_at_48k_passes_bit_for_bit() {
    let wave = sine(RATE, 997.0, 0.4);
    let mut mixer = one(exact());
    let got = through(&mut mixer, RATE, 3, wave.clone());
    for (i, &s) in got.iter().enumerate() {
        assert_eq!(s, wave(i as i64), "sample {i}");
    }
    assert!(snr(&got, 0, wave) > 80.0);
    let levels = mixer.levels();
    let a = &levels.inputs[0];
    assert_eq!((a.gaps, a.late, a.dropped, a.invalid), (0, 0, 0, 0));
    assert_eq!(levels.limiter_db, 0.0);
}

#[test]
fn impulse_stands_at_its_stamp() {
    for place in [0, 5, 1023, 1024, 40_000] {
        let mut mixer = one(exact());
        let got = through(&mut mixer, RATE, 1, |i| if i == place { 0.5 } else { 0.0 });
        let loud: Vec<_> = got.iter().enumerate().filter(|(_, s)| **s != 0.0).collect();
        assert_eq!(loud, [(place as usize, &0.5)], "place {place}");
    }
}

#[test]
fn other_rates_keep_pitch_place_and_purity() {
    for (rate, hertz) in
        [(44_100, 997.0), (96_000, 997.0), (44_100, 10_000.0), (8_000, 440.0), (192_000, 5_000.0)]
    {
        for settings in [exact(), free()] {
            let mut mixer = one(settings.clone());
            let got = through(&mut mixer, rate, 2, sine(rate, hertz, 0.4));
            // Placed to a sample, hence to half a sample's phase: find it, then judge the purity.
            // A free running input creeps to its place; over a fiftieth of a second it stands.
            let got = if settings.free_running { &got[..60_000] } else { &got[..] };
            let from = if settings.free_running { 59_040 } else { 4_800 };
            let quality = |shift: f64| {
                snr(got, from, |i| {
                    ((std::f64::consts::TAU * hertz * (i as f64 + shift) / 48_000.0).sin() * 0.4)
                        as f32
                })
            };
            let best = |around: f64, step: f64| {
                let shifts = (-50..=50).map(|n| around + f64::from(n) * step);
                shifts.max_by(|a, b| quality(*a).total_cmp(&quality(*b))).expect("a shift")
            };
            let shift = best(best(best(0.0, 0.01), 0.000_4), 0.000_02);
            let best = quality(shift);
            println!("{rate} Hz, {hertz} Hz: {best:.1} dB at {shift:.4}");
            assert!(shift.abs() <= 0.502, "{shift}");
            let free_running = settings.free_running;
            assert!(best > 70.0, "{rate} Hz, {hertz}, free {free_running}: {best:.1} dB");
            assert_eq!(mixer.levels().inputs[0].gaps, 0);
        }
    }
}

#[test]
fn stereo_keeps_its_sides_and_mono_takes_both() {
    let mut mixer = Mixer::new(MixerSettings::default());
    mixer.add(id("stereo"), exact());
    mixer.add(id("mono"), exact());
    let samples: Vec<f32> = (0..4096).map(|i| if i % 2 == 0 { 0.25 } else { -0.125 }).collect();
    let stereo = AudioBlock { at: MediaTime::ZERO, rate: RATE, channels: 2, samples };
    mixer.push(&id("stereo"), &stereo).expect("a block");
    mixer.push(&id("mono"), &block(RATE, 0, 2048, |_| 0.0625)).expect("a block");
    let mut mixed = out();
    mixer.mix(0, &mut mixed);
    assert_eq!((mixed.rate, mixed.channels, mixed.at), (RATE, 2, MediaTime::ZERO));
    assert!(mixed.samples.chunks(2).all(|f| f == [0.3125, -0.0625]));
}

#[test]
fn stamped_gap_is_exactly_as_long_as_missing() {
    for rate in [48_000u32, 44_100] {
        let mut mixer = one(exact());
        let wave = |_| 0.4f32;
        mixer.push(&id("a"), &block(rate, 0, rate as usize / 10, wave)).expect("a block");
        mixer
            .push(&id("a"), &block(rate, rate as i64 / 5, rate as usize / 5, wave))
            .expect("a block");
        let got = mix(&mut mixer, 0, 22);
        // 96 frames of tail.
        let end = got.iter().rposition(|&s| s != 0.0).expect("sound") - 96;
        // 100 ms of silence but for 2 ms of fade on one side.
        let quiet = |from: usize| got[from..from + 20].iter().all(|s| s.abs() < 1e-3);
        let from = (4_700..9_000).find(|&i| quiet(i)).expect("silence");
        let to = (from..15_000).find(|&i| got[i].abs() > 1e-3).expect("sound again");
        let tolerance = if rate == RATE { 1 } else { 60 };
        assert!(from.abs_diff(4_800 + 96) <= tolerance + 5, "{rate}: from {from}");
        assert!(to.abs_diff(9_600) <= tolerance + 5, "{rate}: to {to}");
        assert!(end.abs_diff(19_200) <= 60, "{rate}: end {end}");
        // The stamped one and the end.
        assert_eq!(mixer.levels().inputs[0].gaps, 2);
        if rate == RATE {
            assert!(steepest(&got[100..18_000]) < 0.4 * 0.02, "{}", steepest(&got));
        }
    }
}

#[test]
fn lost_device_is_silence_without_clicks_and_returns_in_place() {
    let wave = sine(RATE, 500.0, 0.4);
    for settings in [exact(), free()] {
        let mut mixer = one(settings);
        let (mut got, mut mixed) = (Vec::new(), out());
        for n in 0..300i64 {
            let first = n * 1024;
            // Lost from 2 s to 4.5 s; it is fed two blocks ahead.
            let ahead = first + 2048;
            if !(96_000..216_000).contains(&ahead) {
                if n == 0 {
                    mixer.push(&id("a"), &block(RATE, 0, 2048, &wave)).expect("a block");
                }
                mixer.push(&id("a"), &block(RATE, ahead, 1024, &wave)).expect("a block");
            }
            mixer.mix(first, &mut mixed);
            got.extend(mixed.samples.iter().step_by(2));
        }
        assert!(got[100_000..216_000].iter().all(|&s| s == 0.0));
        // A 500 Hz sine of 0.4 climbs 0.026 a sample; fades add little.
        assert!(steepest(&got) < 0.04, "{}", steepest(&got));
        assert!(snr(&got[230_000..], 0, |i| wave(i + 230_000)) > 50.0);
        assert_eq!(mixer.levels().inputs[0].gaps, 1);
    }
}

#[test]
fn offset_moves_sound_later_and_earlier() {
    for millis in [100, 10, -30] {
        let settings = InputSettings { offset: MediaTime::from_millis(millis), ..exact() };
        let mut mixer = one(settings);
        mixer
            .push(&id("a"), &block(RATE, 0, 20_000, |i| if i == 6_000 { 0.5 } else { 0.0 }))
            .expect("a block");
        let got = mix(&mut mixer, 0, 15);
        let place = got.iter().position(|&s| s == 0.5).expect("the impulse");
        assert_eq!(place as i64, 6_000 + millis * 48);
    }
}

#[test]
fn jumps_of_the_mix_are_followed() {
    let wave = sine(RATE, 700.0, 0.3);
    let mut mixer = one(exact());
    mixer.push(&id("a"), &block(RATE, 0, 60_000, &wave)).expect("a block");
    for first in [0i64, 20_480, 10_240, 30_000] {
        let got = mix(&mut mixer, first, 2);
        assert!(got.iter().enumerate().all(|(i, &s)| s == wave(first + i as i64)), "from {first}");
    }
    mixer.mix(i64::MAX, &mut out());
    mixer.mix(i64::MIN, &mut out());
}

#[test]
fn any_block_size_gives_the_same_mix() {
    let wave = sine(RATE, 700.0, 1.3);
    let mut whole: Vec<Vec<f32>> = Vec::new();
    for frames in [1024usize, 480, 77] {
        let mut mixer = one(exact());
        mixer.push(&id("a"), &block(RATE, 0, 60_000, &wave)).expect("a block");
        let mut mixed = AudioBlock::silence(MediaTime::ZERO, RATE, 2, frames);
        let mut got = Vec::new();
        while got.len() < 40_000 {
            mixer.mix(got.len() as i64, &mut mixed);
            got.extend(mixed.samples.iter().step_by(2));
        }
        got.truncate(40_000);
        whole.push(got);
    }
    for other in &whole[1..] {
        assert!(whole[0].iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}

#[test]
fn impossible_blocks_are_refused_in_plain_words() {
    let mut mixer = one(exact());
    let good = block(RATE, 0, 100, |_| 0.0);
    let refused = |mixer: &mut Mixer, block: &AudioBlock| {
        mixer.push(&id("a"), block).expect_err("refused").to_string()
    };
    assert!(
        refused(&mut mixer, &AudioBlock { channels: 6, samples: vec![0.0; 60], ..good.clone() })
            .contains("6 channels")
    );
    assert!(
        refused(&mut mixer, &AudioBlock { channels: 0, ..good.clone() }).contains("0 channels")
    );
    assert!(refused(&mut mixer, &AudioBlock { rate: 7_999, ..good.clone() }).contains("7999 Hz"));
    assert!(refused(&mut mixer, &AudioBlock { rate: 0, ..good.clone() }).contains("0 Hz"));
    assert!(
        refused(&mut mixer, &AudioBlock { channels: 2, samples: vec![0.0; 3], ..good.clone() })
            .contains("torn")
    );
    assert_eq!(mixer.push(&id("b"), &good), Err(MixerError::UnknownInput(id("b"))));
    assert!(mixer.push(&id("a"), &AudioBlock { samples: vec![], ..good }).is_ok());
}

#[test]
fn hostile_values_do_no_harm() {
    for settings in [exact(), free()] {
        let mut mixer = one(settings);
        let poison = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e38, -1e38, 0.1];
        mixer.push(&id("a"), &block(RATE, 0, 6_000, |i| poison[i as usize % 6])).expect("a block");
        for at in [i64::MAX, i64::MIN, i64::MAX / 2, -1, 1_000_000_000_000] {
            let mut hostile = block(44_100, 0, 500, |_| 0.5);
            hostile.at = MediaTime::from_nanos(at);
            mixer.push(&id("a"), &hostile).expect("a block");
            let got = mix(&mut mixer, 0, 3);
            assert!(got.iter().all(|s| s.is_finite() && s.abs() <= 0.8913), "stamp {at}");
            mixer.push(&id("a"), &hostile).expect("a block");
        }
        assert_eq!(mixer.levels().inputs[0].invalid, 3_000);
        // It recovers: ordinary blocks are heard again.
        let wave = sine(RATE, 500.0, 0.2);
        let mut got = Vec::new();
        for n in 20..220i64 {
            mixer.push(&id("a"), &block(RATE, (n + 2) * 1024, 1024, &wave)).expect("a block");
            got = mix(&mut mixer, n * 1024, 1);
        }
        assert!(power_db(&got) > -20.0, "{}", power_db(&got));
        let levels = mixer.levels();
        assert!(levels.integrated_lufs.is_finite() && levels.true_peak_dbtp.is_finite());
    }
}

#[test]
fn full_buffer_drops_the_oldest() {
    let mut mixer = one(exact());
    for n in 0..100 {
        mixer
            .push(&id("a"), &block(RATE, n * 4_800, 4_800, |i| (i / 4_800) as f32 / 256.0))
            .expect("a block");
    }
    let levels = mixer.levels();
    assert_eq!(levels.inputs[0].dropped, 480_000 - (1 << 17));
    let got = mix(&mut mixer, 470_000, 1);
    assert_eq!(got[0], 97.0 / 256.0);
}

#[test]
fn inputs_come_and_go() {
    let mut mixer = one(exact());
    mix(&mut mixer, 0, 10);
    mixer.add(id("b"), exact());
    assert!(mixer.set(&id("c"), exact()).is_err());
    mixer.push(&id("b"), &block(RATE, 0, 40_000, |_| 0.25)).expect("a block");
    let got = mix(&mut mixer, 10_240, 10);
    assert_eq!(got[1_000], 0.25);
    assert!(steepest(&got) < 0.25 * 0.02);
    assert!(mixer.remove(&id("b")) && !mixer.remove(&id("b")));
    assert_eq!(mix(&mut mixer, 20_480, 2)[1_500], 0.0);
    assert_eq!(
        mixer.due(0, 1024),
        MediaTime::of_sample(1024 + 72, RATE) + MediaTime::from_millis(20)
    );
}
