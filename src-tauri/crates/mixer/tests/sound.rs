//! How it sounds: fader, mute, ducking, noise suppression, limiter, loudness, meters.

mod common;

use common::*;
use vitrine_mixer::{InputSettings, Mixer, MixerSettings, RATE, SILENCE_DB};

#[test]
fn mute_fades_in_five_milliseconds() {
    let mut mixer = one(exact());
    mixer.push(&id("a"), &block(RATE, 0, 60_000, |_| 0.4)).expect("a block");
    mix(&mut mixer, 0, 2);
    mixer.set(&id("a"), InputSettings { muted: true, ..exact() }).expect("an input");
    let got = mix(&mut mixer, 2_048, 4);
    let start = got.iter().position(|&s| s < 0.4).expect("a fade");
    let end = got.iter().position(|&s| s == 0.0).expect("silence");
    assert_eq!(end - start, 239);
    assert!(steepest(&got) < 0.4 / 239.0);
    assert!(got[end..].iter().all(|&s| s == 0.0));
    // A muted presenter is still seen on the meter.
    assert!((mixer.levels().inputs[0].peak_dbfs - -7.96).abs() < 0.1);
    mixer.set(&id("a"), exact()).expect("an input");
    assert_eq!(mix(&mut mixer, 2_048 + 4_096, 2)[1_500], 0.4);
}

#[test]
fn fader_glides_and_arrives() {
    let mut mixer = one(InputSettings { gain_db: -6.0, ..exact() });
    mixer.push(&id("a"), &block(RATE, 0, 60_000, |_| 0.4)).expect("a block");
    assert!((mix(&mut mixer, 0, 1)[500] - 0.4 * 0.501_187).abs() < 1e-6);
    for (n, db) in [6.0, f32::NAN, f32::NEG_INFINITY, 300.0].into_iter().enumerate() {
        mixer.set(&id("a"), InputSettings { gain_db: db, ..exact() }).expect("an input");
        let got = mix(&mut mixer, 1_024 + 4_096 * n as i64, 4);
        assert!(got.iter().all(|s| s.is_finite()));
        assert!(steepest(&got) < 0.007, "{}", steepest(&got));
    }
}

#[test]
fn music_ducks_under_the_voice() {
    let mut mixer = Mixer::new(MixerSettings::default());
    mixer.add(id("a"), InputSettings { ducked_by: Some(id("voice")), ..exact() });
    mixer.add(id("voice"), InputSettings { ducked_by: Some(id("a")), muted: false, ..exact() });
    // Both name each other; the voice is short and the music quiet, so only the music gives way.
    mixer.push(&id("a"), &block(RATE, 0, 120_000, |_| 0.008)).expect("a block");
    mixer
        .push(
            &id("voice"),
            &block(RATE, 0, 120_000, |i| {
                if (48_000..72_000).contains(&i) {
                    if i % 2 == 0 { 0.2 } else { -0.2 }
                } else {
                    0.0
                }
            }),
        )
        .expect("a block");
    let got = mix(&mut mixer, 0, 110);
    let music = |at: usize| f64::from(got[at] + got[at + 1]) / 2.0;
    assert!((music(47_000) - 0.008).abs() < 1e-6);
    assert!((20.0 * (music(70_000) / 0.008).log10() - -12.0).abs() < 0.2);
    assert!(music(110_000) > 0.006);
    mixer.set(&id("a"), exact()).expect("an input");
    assert!(mixer.levels().inputs[0].ducked_db < 0.0);
}

#[test]
fn a_muted_voice_ducks_nothing() {
    let mut mixer = Mixer::new(MixerSettings::default());
    mixer.add(id("a"), InputSettings { ducked_by: Some(id("voice")), ..exact() });
    mixer.add(id("voice"), InputSettings { muted: true, ..exact() });
    mixer.push(&id("a"), &block(RATE, 0, 60_000, |_| 0.1)).expect("a block");
    mixer.push(&id("voice"), &block(RATE, 0, 60_000, |_| 0.5)).expect("a block");
    assert!(mix(&mut mixer, 0, 40).iter().all(|&s| s == 0.1));
}

/// Something with the make-up of a voice: a buzz at a gliding pitch through three resonances, in
/// syllables.
fn voice(seconds: usize) -> Vec<f32> {
    let (mut phase, mut out) = (0.0f64, Vec::new());
    for i in 0..seconds * RATE as usize {
        let t = i as f64 / f64::from(RATE);
        let pitch = 130.0 + 25.0 * (t * 2.1).sin() + 4.0 * (t * 31.0).sin();
        phase += pitch / f64::from(RATE);
        let shift = (t * 3.3).sin();
        let formants =
            [(600.0 + 180.0 * shift, 1.0), (1_300.0 - 350.0 * shift, 0.5), (2_600.0, 0.25)];
        let mut sample = 0.0;
        for harmonic in 1..40 {
            let hertz = pitch * f64::from(harmonic);
            let level: f64 = formants
                .iter()
                .map(|(at, gain)| gain / (1.0 + ((hertz - at) / 120.0).powi(2)))
                .sum();
            sample += level * (std::f64::consts::TAU * phase * f64::from(harmonic)).sin();
        }
        let syllable = (t * std::f64::consts::TAU * 2.0).sin().max(0.0).powf(0.5);
        out.push((sample * syllable * 0.15) as f32);
    }
    out
}

#[test]
fn noise_goes_and_the_voice_stays_in_place() {
    let clean = InputSettings { noise_suppression: true, ..exact() };
    let mut noise = Noise(11);
    let hiss: Vec<f32> = (0..6 * 48_000 + 8_192).map(|_| (noise.next() * 0.02) as f32).collect();
    let mut mixer = one(clean.clone());
    let got = through(&mut mixer, RATE, 5, |i| hiss[i as usize]);
    let taken = power_db(&hiss[96_000..]) - power_db(&got[96_000..]);
    println!("noise down by {taken:.1} dB");
    assert!(taken >= 10.0, "{taken}");

    let speech = voice(6);
    let mut mixer = one(clean);
    let got = through(&mut mixer, RATE, 5, |i| speech[i as usize]);
    let kept = power_db(&got[96_000..]) - power_db(&speech[96_000..got.len()]);
    println!("voice changed by {kept:.1} dB");
    assert!(kept > -4.0, "{kept}");
    // The sound stands where it stood: its likeness with the source is greatest without a shift.
    let likeness = |shift: i64| -> f64 {
        (96_000..200_000usize)
            .map(|i| f64::from(got[i]) * f64::from(speech[(i as i64 + shift) as usize]))
            .sum()
    };
    let best = (-600..=600).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).expect("a shift");
    println!("shift {best}");
    assert!(best.abs() <= 8, "{best}");
    assert_eq!(mixer.levels().inputs[0].gaps, 0);
}

#[test]
fn noise_suppression_comes_and_goes_without_a_click() {
    let speech = voice(6);
    let mut mixer = one(exact());
    mixer.push(&id("a"), &block(RATE, 0, 120_000, |i| speech[i as usize])).expect("a block");
    let mut got = mix(&mut mixer, 0, 30);
    mixer.set(&id("a"), InputSettings { noise_suppression: true, ..exact() }).expect("an input");
    assert_eq!(mixer.reach(), 72 + 960);
    got.extend(mix(&mut mixer, 30 * 1024, 30));
    mixer.set(&id("a"), exact()).expect("an input");
    got.extend(mix(&mut mixer, 60 * 1024, 30));
    assert!(steepest(&got) < steepest(&speech) * 1.3, "{} {}", steepest(&got), steepest(&speech));
    assert_eq!(got[85_000], speech[85_000]);
    assert_eq!(mixer.levels().inputs[0].gaps, 0);
}

#[test]
fn master_stays_below_minus_one_and_says_so() {
    let mut mixer = Mixer::new(MixerSettings::default());
    for name in ["a", "b"] {
        mixer.add(id(name), exact());
        mixer.push(&id(name), &block(RATE, 0, 100_000, sine(RATE, 3_000.0, 1.0))).expect("a block");
    }
    let mut reference = ebur128::EbuR128::new(2, RATE, ebur128::Mode::TRUE_PEAK).expect("a meter");
    let mut mixed = out();
    for n in 0..90 {
        mixer.mix(n * 1024, &mut mixed);
        reference.add_frames_f32(&mixed.samples).expect("frames");
    }
    let peak = 20.0 * reference.true_peak(0).expect("a peak").log10();
    assert!(peak <= -0.9, "{peak}");
    let levels = mixer.levels();
    assert!((f64::from(levels.true_peak_dbtp) - peak).abs() < 0.05);
    assert!((levels.limiter_db - -7.05).abs() < 0.2, "{}", levels.limiter_db);
}

#[test]
fn loudness_of_a_reference_tone() {
    let mut mixer = one(exact());
    let amplitude = 10f64.powf(-23.0 / 20.0);
    through(&mut mixer, RATE, 12, sine(RATE, 1_000.0, amplitude));
    let levels = mixer.levels();
    for lufs in [levels.momentary_lufs, levels.short_term_lufs, levels.integrated_lufs] {
        assert!((lufs - -23.0).abs() < 0.1, "{lufs}");
    }
    assert!((levels.inputs[0].peak_dbfs - -23.0).abs() < 0.1);
    assert!((levels.inputs[0].rms_dbfs - -26.0).abs() < 0.1);
    mixer.reset_loudness();
    assert_eq!(mixer.levels().integrated_lufs, SILENCE_DB);
}
