use proptest::prelude::*;

use super::*;
use crate::report::StreamState;

/// avcC of 1280×720, 30 frames a second, High 3.1, BT.709 limited, as libx264 writes it.
const AVCC: [u8; 49] = [
    0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x1c, 0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40, 0x50,
    0x05, 0xbb, 0x01, 0x6a, 0x02, 0x02, 0x02, 0x80, 0x00, 0x00, 0x03, 0x00, 0x80, 0x00, 0x00, 0x1e,
    0x07, 0x8c, 0x18, 0xcb, 0x01, 0x00, 0x06, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8,
    0x00,
];

fn header() -> Bytes {
    [&[0x17, 0, 0, 0, 0][..], &AVCC].concat().into()
}

fn frame(key: bool) -> Bytes {
    let (flags, unit) = if key { (0x17, 0x65) } else { (0x27, 0x41) };
    vec![flags, 1, 0, 0, 0, 0, 0, 0, 2, unit, 9].into()
}

fn sound() -> Bytes {
    vec![0xAF, 1, 0x21].into()
}

/// Thirty frames and about 47 audio packets a second, keyframes each `keys` frames, from `base` on.
fn play(m: &mut Measured, frames: u64, keys: u64, base: u32, skip: impl Fn(u64) -> bool) {
    m.video(base, &header(), 0);
    m.audio(base, &vec![0xAF, 0, 0x11, 0x90].into(), 0);
    let mut sounds = 0;
    for n in 0..frames {
        let at = n * 1000 / 30;
        while sounds * 1024 / 48 <= at {
            m.audio(base.wrapping_add((sounds * 1024 / 48) as u32), &sound(), at);
            sounds += 1;
        }
        if !skip(n) {
            m.video(base.wrapping_add(at as u32), &frame(n % keys == 0), at);
        }
    }
}

#[test]
fn a_good_stream_has_no_problems() {
    let mut m = Measured::new("k");
    assert_eq!(m.begin("rehearsal", 0), 1);
    play(&mut m, 300, 60, 0, |_| false);
    m.end(true, 10_000);
    let r = m.report(60_000);
    assert_eq!(r.problems, Vec::<String>::new());
    assert_eq!((r.state, r.connects, r.disconnects, r.lost), (StreamState::Ended, 1, 1, 0));
    let v = r.video.unwrap();
    assert_eq!((v.frames, v.keyframes, v.missing_frames), (300, 5, Some(0)));
    assert_eq!((v.max_keyframe_interval_s, v.min_keyframe_interval_s), (Some(2.0), Some(2.0)));
    assert_eq!(
        (v.largest_gap_ms, v.monotonic, v.first_is_key, v.b_frames),
        (34, true, true, false)
    );
    let a = r.audio.unwrap();
    assert_eq!((a.codec.as_str(), a.rate, a.channels), ("AAC-LC", Some(48_000), Some(2)));
    assert_eq!((a.missing_packets, a.largest_gap_ms), (Some(0), 22));
    assert!(r.largest_av_offset_ms.unwrap().abs() < 40);
    // 11 bytes × 30 a second.
    assert!(v.bitrate.abs_diff(2640) < 20, "{}", v.bitrate);
    assert_eq!(m.timeline.since(0).0.len() as u64, v.frames + a.packets);
}

#[test]
fn what_is_wrong_is_said() {
    let mut m = Measured::new("k");
    m.begin("rehearsal", 0);
    play(&mut m, 300, 120, 0, |n| (100..110).contains(&n) || n == 0);
    m.video(500, &frame(false), 20_000);
    let r = m.report(20_000);
    for expected in [
        "keyframe interval 4 s: services ask for 2 s",
        "a connection did not begin with a keyframe",
        "about 10 video frames missing",
        "video timestamps went back 1 time",
    ] {
        assert!(r.problems.iter().any(|p| p == expected), "{expected} is not in {:?}", r.problems);
    }
    assert!(r.problems.iter().any(|p| p.starts_with("nothing arrived for 10")), "{:?}", r.problems);

    let mut m = Measured::new("k");
    m.begin("rehearsal", 0);
    m.video(0, &header(), 0);
    m.video(0, &frame(true), 0);
    m.end(false, 10);
    assert_eq!(m.report(10).problems, ["the connection was lost 1 time", "no audio"]);
    let mut m = Measured::new("k");
    m.refuse();
    let r = m.report(0);
    assert_eq!((r.state, r.problems.len()), (StreamState::Refused, 1));
}

#[test]
fn each_connection_begins_anew_and_timestamps_wrap() {
    let mut m = Measured::new("k");
    m.begin("a", 0);
    play(&mut m, 90, 60, u32::MAX - 1000, |_| false);
    m.end(false, 3000);
    m.begin("a", 3500);
    play(&mut m, 90, 60, 0, |_| false);
    let r = m.report(3500);
    let v = r.video.unwrap();
    assert_eq!((v.times_back, v.missing_frames, v.frames, v.header_changes), (0, Some(0), 180, 0));
    assert_eq!(v.max_keyframe_interval_s, Some(2.0));
    assert_eq!(r.connections.len(), 2);
    assert_eq!(r.connections[0].first_video_timestamp_ms, Some(i64::from(u32::MAX) - 1000));
    assert_eq!(r.connections[1].first_is_key, Some(true));
    let (all, _) = m.timeline.since(0);
    assert!(all.iter().any(|e| e.connection == 1 && e.timestamp_ms > i64::from(u32::MAX)));
}

#[test]
fn a_report_is_json() {
    let mut m = Measured::new("k");
    m.begin("rehearsal", 0);
    play(&mut m, 10, 60, 0, |_| false);
    let json = serde_json::to_value(m.report(400)).unwrap();
    assert_eq!(json["state"], "live");
    assert_eq!(json["video"]["width"], 1280);
}

proptest! {
    #[test]
    fn garbage_never_panics(tags in prop::collection::vec((any::<u32>(), any::<bool>(), any::<u64>(), prop::collection::vec(any::<u8>(), 0..40)), 0..60)) {
        let mut m = Measured::new("k");
        m.begin("a", 0);
        m.video(0, &header(), 0);
        for (at, video, now, data) in tags {
            if video { m.video(at, &data.into(), now) } else { m.audio(at, &data.into(), now) }
        }
        m.report(0);
    }
}
