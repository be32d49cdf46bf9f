//! Test card and test tone under the simulated clock.

use vitrine_capture::test_card::{FLASH_LUMA, TestPicture, flash_luma};
use vitrine_capture::{AudioSpec, VideoSpec, VideoWish, is_flash, open_camera, open_microphone};
use vitrine_flow::{Clock, Stop};
use vitrine_media::{Frame, FrameRate, MediaTime, Plane, Size};

#[test]
fn card_is_exact_early_and_flashes() {
    for (size, rate) in [
        (Size::new(320, 180), FrameRate::whole(30)),
        (Size::new(180, 320), FrameRate::new(30_000, 1001).expect("a rate")),
        (Size::new(16, 16), FrameRate::whole(25)),
    ] {
        let clock = Clock::simulated();
        let _in = clock.participate();
        let stop = Stop::new();
        let mut card =
            open_camera(&VideoSpec::TestCard, &VideoWish::new(size, rate), &clock).expect("opens");
        assert_eq!((card.describe().size, card.describe().rate), (size, rate));
        let mut before: Option<Frame> = None;
        for n in 0..100 {
            let got = card.next(&stop).expect("a frame");
            assert_eq!(got.at, rate.time_of(n));
            let early = (got.at - rate.time_of(2)).max(MediaTime::ZERO);
            assert_eq!(clock.now(), early, "two intervals early");
            let luma = flash_luma(&got.value);
            if size.width > 16 {
                assert_eq!(luma > FLASH_LUMA, is_flash(got.at), "{luma} at {}", got.at);
                assert!(!(FLASH_LUMA / 2..=FLASH_LUMA).contains(&luma), "{luma}");
                assert!(before.is_none_or(|b| b != *got.value), "every frame moves");
                before = Some((*got.value).clone());
            }
        }
        // A late caller gets the present, not the past.
        clock.sleep_until(MediaTime::from_secs(60), &stop);
        let got = card.next(&stop).expect("a frame");
        assert!(
            got.at >= MediaTime::from_secs(60)
                && got.at - MediaTime::from_secs(60) < rate.interval()
        );
        stop.stop();
        assert!(card.next(&stop).expect_err("stopped").is_stopped());
    }
}

#[test]
fn beeps_are_exact() {
    let clock = Clock::simulated();
    let _in = clock.participate();
    let stop = Stop::new();
    let mut tone = open_microphone(&AudioSpec::TestTone, &clock).expect("opens");
    let mut samples = Vec::new();
    while samples.len() < 2 * 3 * 48_000 {
        let block = tone.next(&stop).expect("a block");
        assert_eq!(block.at, MediaTime::of_sample(samples.len() as i64 / 2, 48_000));
        assert_eq!(clock.now(), (block.at - MediaTime::from_millis(40)).max(MediaTime::ZERO));
        samples.extend(block.samples);
    }
    for (i, pair) in samples.chunks(2).enumerate() {
        assert_eq!(pair[0], pair[1]);
        assert!(pair[0].abs() <= 0.1001);
        if i % 48_000 >= 4800 {
            assert_eq!(pair[0], 0.0, "silence at {i}");
        }
    }
    for k in 0..3 {
        let beep = &samples[2 * 48_000 * k..][..9600];
        let loud = beep.iter().position(|v| v.abs() > 0.001).expect("a beep") / 2;
        assert!(loud < 24, "begins within half a millisecond: {loud}");
        let peak = beep[400..].iter().fold(0f32, |p, v| p.max(v.abs()));
        assert!((peak - 0.1).abs() < 0.001, "{peak}");
    }
    let mut silence = open_microphone(&AudioSpec::Silence, &clock).expect("opens");
    let block = silence.next(&stop).expect("a block");
    assert!(block.samples.iter().all(|v| *v == 0.0) && block.at >= clock.now());
}

#[test]
fn sources_opened_late_are_on_the_same_grid() {
    let clock = Clock::simulated();
    let _in = clock.participate();
    let stop = Stop::new();
    clock.sleep_until(MediaTime::from_nanos(12_345_678_901), &stop);
    let wish = VideoWish::new(Size::new(64, 36), FrameRate::whole(30));
    let mut card = open_camera(&VideoSpec::TestCard, &wish, &clock).expect("opens");
    assert_eq!(card.next(&stop).expect("a frame").at, wish.rate.time_of(371));
    let mut tone = open_microphone(&AudioSpec::TestTone, &clock).expect("opens");
    let at = tone.next(&stop).expect("a block").at;
    assert!(
        at >= clock.now()
            && at.sample(48_000) % 960 == 0
            && at - clock.now() <= MediaTime::from_millis(20)
    );
}

#[test]
fn the_real_clock_works_too() {
    let clock = Clock::real();
    let stop = Stop::new();
    let wish = VideoWish::new(Size::new(64, 36), FrameRate::whole(60));
    let mut card = open_camera(&VideoSpec::TestCard, &wish, &clock).expect("opens");
    for _ in 0..6 {
        let got = card.next(&stop).expect("a frame");
        assert!(clock.now() >= got.at - wish.rate.time_of(2));
    }
}

#[test]
fn a_size_that_is_none_is_refused() {
    let wish = VideoWish::new(Size::new(63, 36), FrameRate::whole(30));
    assert!(open_camera(&VideoSpec::TestCard, &wish, &Clock::real()).is_err());
}

/// Not a test of speed (machines differ): prints what a card costs. `VITRINE_CARD=FOLDER` also writes cards as raw I420.
#[test]
fn cost_of_a_card() {
    for (w, h) in [(1280, 720), (720, 1280), (1920, 1080)] {
        let start = std::time::Instant::now();
        let picture = TestPicture::new(Size::new(w, h));
        let opened = start.elapsed();
        let mut frame = Frame::black(Size::new(w, h));
        let start = std::time::Instant::now();
        for n in 0..60 {
            picture.draw(FrameRate::whole(30).time_of(n), &mut frame);
        }
        println!("{w}x{h}: {opened:?} to open, {:?} a card", start.elapsed() / 60);
        if let Some(folder) = std::env::var_os("VITRINE_CARD") {
            picture.draw(MediaTime::from_millis(3_725_633), &mut frame);
            let mut out = Vec::new();
            for plane in [Plane::Y, Plane::U, Plane::V] {
                (0..frame.plane_size(plane).height as usize)
                    .for_each(|y| out.extend(frame.row(plane, y)));
            }
            std::fs::write(std::path::Path::new(&folder).join(format!("card-{w}x{h}.yuv")), out)
                .expect("written");
        }
    }
}
