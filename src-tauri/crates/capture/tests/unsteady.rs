//! `test-camera` and `test-mic`: devices with a clock and habits of their own, under the simulated clock.

use vitrine_capture::test_card::{FLASH_LUMA, flash_luma};
use vitrine_capture::{
    AudioSpec, Camera, CaptureError, Microphone, Unsteady, VideoSpec, VideoWish, is_flash,
    open_camera, open_microphone,
};
use vitrine_flow::{Clock, Participant, Stop};
use vitrine_media::{AudioBlock, FrameRate, MediaTime, Size};

const fn ms(n: i64) -> MediaTime {
    MediaTime::from_millis(n)
}

/// A camera on a clock that stands at `start`.
fn camera(habits: &str, start: MediaTime) -> (Box<dyn Camera>, Clock, Participant) {
    let clock = Clock::simulated();
    let inside = clock.participate();
    clock.sleep_until(start, &Stop::new());
    let spec: VideoSpec = format!("test-camera:{habits}").parse().expect(habits);
    let wish = VideoWish::new(Size::new(64, 36), FrameRate::whole(30));
    let camera = open_camera(&spec, &wish, &clock).expect("opens");
    assert!(camera.describe().free_running);
    (camera, clock, inside)
}

fn microphone(habits: &str) -> (Box<dyn Microphone>, Clock, Participant) {
    let clock = Clock::simulated();
    let inside = clock.participate();
    let spec: AudioSpec = format!("test-mic:{habits}").parse().expect(habits);
    let microphone = open_microphone(&spec, &clock).expect("opens");
    assert!(microphone.describe().free_running);
    (microphone, clock, inside)
}

/// When the pictures of a camera arrive, with whether they are white; a stall is `None`.
fn arrivals(habits: &str, count: usize) -> Vec<Option<(MediaTime, bool)>> {
    let (mut camera, clock, _in) = camera(habits, MediaTime::ZERO);
    let stop = Stop::new();
    let mut next = || match camera.next(&stop) {
        Ok(got) => {
            assert_eq!(got.at, clock.now(), "never ahead, never behind");
            Some((got.at, flash_luma(&got.value) > FLASH_LUMA))
        }
        Err(e) => {
            assert!(e.is_stalled(), "{e}");
            None
        }
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn a_camera_takes_pictures_by_its_own_clock() {
    let rate = FrameRate::new(30_000, 1001).expect("a rate");
    let drifting = |n: i64, ppm: f64| {
        MediaTime::from_secs_f64(n as f64 / rate.as_f64() / (1.0 + ppm * 1e-6) + 0.007)
    };
    for ppm in [0, 200, -200] {
        let seen = arrivals(&format!("rate=29.97,ppm={ppm},phase=7"), 300);
        for (n, got) in seen.into_iter().enumerate() {
            let (at, white) = got.expect("a picture");
            let off = at - drifting(n as i64, f64::from(ppm));
            assert!(off.as_nanos().abs() <= 1, "picture {n} at {ppm} ppm: {off:?}");
            assert_eq!(white, is_flash(at), "picture {n} shows its moment");
        }
    }
}

#[test]
fn jitter_moves_arrival_and_not_what_is_seen() {
    let habits = Unsteady::camera("rate=30,jitter=20").expect("habits");
    let seen = arrivals("rate=30,jitter=20", 1000);
    assert_eq!(seen, arrivals("rate=30,jitter=20", 1000), "the same in every run");
    let mut late = Vec::new();
    for (n, got) in seen.into_iter().enumerate() {
        let (at, white) = got.expect("a picture");
        let taken = habits.taken(n as i64);
        assert_eq!(white, is_flash(taken), "picture {n}");
        late.push((at - taken).as_secs_f64() * 1e3);
    }
    let mean = late.iter().sum::<f64>() / late.len() as f64;
    assert!(late.iter().all(|l| (0.0..=40.0).contains(l)), "{late:?}");
    assert!((mean - 20.0).abs() < 2.0, "{mean}");
    assert!(late.iter().any(|l| *l < 4.0) && late.iter().any(|l| *l > 36.0));
}

#[test]
fn bursts_arrive_at_once() {
    let seen = arrivals("rate=30,burst=3", 30);
    for (n, got) in seen.into_iter().enumerate() {
        let last = n / 3 * 3 + 2;
        assert_eq!(got.expect("a picture").0, FrameRate::whole(30).time_of(last as u64));
    }
}

#[test]
fn a_gap_stalls_and_goes_on_with_the_present() {
    let seen = arrivals("rate=25,gap=1+2", 50);
    let before = seen.iter().take_while(|s| s.is_some()).count();
    assert_eq!(before, 25, "pictures of the first second");
    assert_eq!(seen[25..27], [None, None], "a stall each 700 ms");
    let back = seen[27].expect("a picture");
    assert_eq!(back, (MediaTime::from_secs(3), true));
    assert!(seen[28..].iter().all(Option::is_some));
}

#[test]
fn a_camera_opened_late_and_one_read_late_give_the_present() {
    let start = MediaTime::from_nanos(3_600_012_345_678);
    let (mut camera, clock, _in) = camera("rate=30,ppm=-200", start);
    let stop = Stop::new();
    let interval = FrameRate::whole(30).interval();
    let first = camera.next(&stop).expect("a picture").at;
    assert!(first >= start && first - start <= interval + ms(1), "{first:?}");
    // Four pictures wait in its buffers; those before are lost.
    clock.sleep_until(first + MediaTime::from_secs(10), &stop);
    let waiting = (0..100).map(|_| camera.next(&stop).expect("a picture").at);
    let old = waiting.take_while(|at| *at < clock.now()).collect::<Vec<_>>();
    assert!((3..=4).contains(&old.len()), "{old:?}");
    assert!(clock.now() - old[0] <= ms(140), "{old:?}");
    stop.stop();
    assert!(camera.next(&stop).expect_err("stopped").is_stopped());
}

fn blocks(habits: &str, count: usize) -> Vec<Result<AudioBlock, CaptureError>> {
    let (mut microphone, clock, _in) = microphone(habits);
    let stop = Stop::new();
    let next = || {
        let got = microphone.next(&stop);
        if let Ok(block) = &got {
            assert!(block.end() <= clock.now() + MediaTime::from_nanos(2), "not before it is over");
        }
        got
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[test]
fn a_microphone_samples_by_its_own_clock() {
    for (rate, ppm) in [(44_100, 0), (48_000, 200), (96_000, -200)] {
        let text = format!("rate={rate},ppm={ppm},pitch=1500");
        let habits = Unsteady::microphone(&text).expect("habits");
        let mut heard = Vec::new();
        for block in blocks(&text, 2000) {
            let block = block.expect("a block");
            assert_eq!(
                (block.rate, block.channels, block.frames()),
                (rate, 1, rate as usize / 100)
            );
            let off = block.at - habits.taken(heard.len() as i64);
            assert!(off.as_nanos().abs() < 5000, "stamped by its arrival: {off:?}");
            heard.extend(block.samples);
        }
        let loud = |n: usize| heard[n].abs() > 1e-3;
        for second in 1..19 {
            // The first sample of the beep as the device counts.
            let at = f64::from(second) * f64::from(rate) * (1.0 + f64::from(ppm) * 1e-6);
            let first = (at as usize - 40..).find(|n| loud(*n)).expect("a beep");
            let off = (first as f64 - at) / f64::from(rate);
            assert!((0.0..0.0005).contains(&off), "second {second} of {text}: {off}");
        }
        // Its pitch is that of the show's clock, so the device counts other samples for it.
        let rises = heard[..rate as usize / 10].windows(2).filter(|w| w[0] <= 0.0 && w[1] > 0.0);
        assert!((149..=151).contains(&rises.count()));
    }
}

#[test]
fn jitter_moves_a_microphones_stamps_and_bursts_keep_them() {
    let habits = Unsteady::microphone("jitter=20").expect("habits");
    let late: Vec<_> = blocks("jitter=20", 1000)
        .into_iter()
        .enumerate()
        .map(|(n, b)| (b.expect("a block").at - habits.taken(480 * n as i64)).as_secs_f64() * 1e3)
        .collect();
    assert!(late.iter().all(|l| (0.0..=40.0).contains(l)), "{late:?}");
    let burst: Vec<_> = blocks("burst=4", 40).into_iter().map(|b| b.expect("a block")).collect();
    for (n, block) in burst.iter().enumerate() {
        assert_eq!(block.at, ms(10 * n as i64));
    }
}

#[test]
fn a_microphones_gap_stalls_and_keeps_the_place_of_what_follows() {
    let mut seconds = blocks("gap=0.5+2", 300).into_iter();
    let mut last = MediaTime::ZERO;
    let stalls = loop {
        match seconds.next().expect("more") {
            Ok(block) => last = block.end(),
            Err(e) => {
                assert!(e.is_stalled(), "{e}");
                break 1 + seconds.by_ref().take_while(Result::is_err).count();
            }
        }
    };
    assert_eq!((last, stalls), (ms(500), 4), "a stall each 500 ms until the sound is back");
    // The block that ended the count was the first one after the gap.
    assert_eq!(seconds.next().expect("more").expect("a block").at, ms(2510));
}
