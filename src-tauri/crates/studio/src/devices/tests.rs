use super::*;
use vitrine_capture::Unsteady;
use vitrine_media::{FrameRate, Size};

#[test]
fn regular_pictures_have_their_rate_and_no_jitter() {
    let ms = MediaTime::from_millis;
    let (rate, jitter) = regularity(&[ms(0), ms(40), ms(80), ms(120)]);
    assert!((rate - 25.0).abs() < 1e-9);
    assert!(jitter.max < 1e-9);
    let (rate, jitter) = regularity(&[ms(0), ms(30), ms(80), ms(120)]);
    assert!((rate - 25.0).abs() < 1e-9);
    assert!((jitter.max - 10.0).abs() < 1e-6, "{jitter:?}");
    assert_eq!(regularity(&[ms(0)]), (0.0, Jitter::default()));
}

#[test]
fn curves_are_drawn_from_silence_to_full() {
    assert_eq!(sparkline(&[-100.0, -60.0, -30.0, 0.0]), "▁▁▅█");
}

#[test]
fn a_trial_measures_what_the_devices_give() {
    let out = tempfile::tempdir().expect("a folder");
    let thirty = FrameRate::whole(25);
    let settings = TrialSettings {
        video: Some(VideoSpec::TestCamera(Unsteady::steady(thirty))),
        wish: VideoWish::new(Size::new(160, 90), FrameRate::whole(25)),
        audio: Some("test-mic:rate=44100".parse().expect("a source")),
        length: MediaTime::from_millis(2200),
        out: out.path().join("trial"),
    };
    let peaks = std::sync::Mutex::new(Vec::new());
    let trial = try_out(&settings, &Stop::new(), |l| {
        peaks.lock().expect("not poisoned").push(l);
    })
    .expect("a trial");
    let camera = trial.camera.expect("a camera");
    assert!(camera.frames >= 40, "{camera:?}");
    assert_eq!((camera.width, camera.height), (160, 90));
    let png = image::open(&camera.picture).expect("a picture");
    assert_eq!((png.width(), png.height()), (160, 90));
    let microphone = trial.microphone.expect("a microphone");
    assert_eq!(microphone.rate, 44_100);
    // The tone's beeps are at −20 dBFS, and there is silence between them.
    assert!((microphone.peak_dbfs + 20.0).abs() < 1.0, "{microphone:?}");
    assert!(microphone.curve.iter().any(|l| *l < -90.0), "{microphone:?}");
    assert!(microphone.curve.len() >= 20, "{microphone:?}");
    assert_eq!(*peaks.lock().expect("not poisoned"), microphone.curve);
}

#[test]
fn nothing_to_try_and_nothing_there_are_said() {
    let out = tempfile::tempdir().expect("a folder");
    let mut settings = TrialSettings {
        video: None,
        wish: VideoWish::new(Size::new(160, 90), FrameRate::whole(25)),
        audio: None,
        length: MediaTime::from_secs(1),
        out: out.path().to_owned(),
    };
    let e = try_out(&settings, &Stop::new(), |_| ()).expect_err("nothing named");
    assert_eq!(e.code, "devices");
    settings.video = Some("camera:no such camera at all".parse().expect("a source"));
    let e = try_out(&settings, &Stop::new(), |_| ()).expect_err("no camera");
    assert!(e.message.contains("camera"), "{e}");
}
