//! What is reported and recorded is what FFmpeg sent.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

mod peer;

use peer::{LIMIT, Publisher, heavy, poor, probe, short};
use vitrine_media::StreamKind;
use vitrine_rehearsal::{Rehearsal, RehearsalSettings, StreamState};

fn ended(r: &Rehearsal, key: &str) -> bool {
    r.report(key).is_some_and(|r| r.state == StreamState::Ended)
}

#[test]
fn report_recording_and_timeline_agree_with_what_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let settings = RehearsalSettings {
        record_dir: Some(dir.path().join("made/here")),
        ..RehearsalSettings::default()
    };
    let endpoint = Rehearsal::start(settings).unwrap();
    let url = format!("{}/show", endpoint.url());
    let sent = Publisher::send(short(), false, &url).finish(&endpoint);
    assert!(sent.success, "{}", sent.log);
    assert!(endpoint.wait_until(LIMIT, |r| ended(r, "show")));

    let r = endpoint.report("show").unwrap();
    assert_eq!(r.problems, Vec::<String>::new());
    assert_eq!((r.app.as_str(), r.connects, r.disconnects, r.lost), ("rehearsal", 1, 1, 0));
    let v = r.video.as_ref().unwrap();
    assert_eq!((v.codec.as_str(), v.width, v.height), ("H.264", Some(640), Some(360)));
    assert_eq!(v.frame_rate, Some(30.0));
    assert_eq!((v.frames, v.keyframes, v.missing_frames), (150, 3, Some(0)));
    assert_eq!((v.min_keyframe_interval_s, v.max_keyframe_interval_s), (Some(2.0), Some(2.0)));
    assert!(v.first_is_key && v.monotonic && !v.b_frames && v.colour.unwrap().is_bt709_limited());
    assert_eq!((v.largest_gap_ms, v.false_keyframes, v.broken_frames), (34, 0, 0));
    let a = r.audio.as_ref().unwrap();
    assert_eq!((a.codec.as_str(), a.rate, a.channels), ("AAC-LC", Some(48_000), Some(2)));
    assert_eq!((a.missing_packets, a.monotonic), (Some(0), true));
    assert!(a.bitrate > 20_000, "{}", a.bitrate);
    assert!(r.metadata.encoder.as_ref().is_some_and(|e| e.starts_with("Lavf")));
    assert!(r.av_offset_ms.unwrap().abs() < 100, "{:?}", r.av_offset_ms);

    // FFmpeg's own view of what it sent and of what we recorded.
    let (source, copy) = (probe(short()), probe(&r.recordings[0]));
    assert_eq!(r.recordings[0].file_name().unwrap(), "show-1.flv");
    for n in 0..2 {
        assert_eq!(source["streams"][n]["nb_read_packets"], copy["streams"][n]["nb_read_packets"]);
    }
    assert_eq!(copy["streams"][0]["profile"], v.profile.clone().unwrap());
    assert_eq!(copy["streams"][0]["color_space"], "bt709");
    let level: f64 = v.level.clone().unwrap().parse().unwrap();
    assert_eq!(copy["streams"][0]["level"], (level * 10.0).round() as u64);

    let (timeline, next) = endpoint.frames_since("show", 0);
    assert_eq!(timeline.len() as u64, v.frames + a.packets);
    assert_eq!(timeline.iter().filter(|e| e.kind == StreamKind::Video && e.key).count(), 3);
    assert!(endpoint.frames_since("show", next).0.is_empty());
    assert!(endpoint.stop());
    assert!(endpoint.report("show").is_some());
}

#[test]
fn two_publishers_at_once_are_kept_apart() {
    let endpoint = Rehearsal::start(RehearsalSettings::default()).unwrap();
    let publishers = ["one", "two"].map(|key| {
        Publisher::send(short(), true, &format!("rtmp://127.0.0.1:{}/any/{key}", endpoint.port()))
    });
    let both_live = |r: &Rehearsal| {
        let live =
            |s: &vitrine_rehearsal::StreamReport| s.state == StreamState::Live && s.bytes > 0;
        r.reports().iter().filter(|s| live(s)).count() == 2
    };
    assert!(endpoint.wait_until(LIMIT, both_live));
    for p in publishers {
        let sent = p.finish(&endpoint);
        assert!(sent.success, "{}", sent.log);
    }
    assert!(endpoint.wait_until(LIMIT, |r| ended(r, "one") && ended(r, "two")));
    for r in endpoint.reports() {
        assert_eq!(r.video.as_ref().unwrap().frames, 150);
        assert_eq!((r.app.as_str(), r.problems.clone()), ("any", vec![]));
        assert!(r.longest_silence_ms < 2000);
    }
}

#[test]
fn faults_of_a_stream_are_named() {
    let endpoint = Rehearsal::start(RehearsalSettings::default()).unwrap();
    let url = format!("{}/poor", endpoint.url());
    assert!(Publisher::send(poor(), false, &url).finish(&endpoint).success);
    assert!(endpoint.wait_until(LIMIT, |r| ended(r, "poor")));
    let problems = endpoint.report("poor").unwrap().problems;
    assert_eq!(problems, ["keyframe interval 4 s: services ask for 2 s", "no audio"]);
}

#[test]
fn a_fast_publisher_is_taken_as_fast_as_it_sends() {
    let endpoint = Rehearsal::start(RehearsalSettings::default()).unwrap();
    let url = format!("{}/fast", endpoint.url());
    assert!(Publisher::send(heavy(), false, &url).finish(&endpoint).success);
    assert!(endpoint.wait_until(LIMIT, |r| ended(r, "fast")));
    let r = endpoint.report("fast").unwrap();
    let v = r.video.unwrap();
    assert_eq!((v.frames, v.missing_frames), (300, Some(0)));
    let took = r.last_media_ms.unwrap() - r.first_media_ms.unwrap();
    println!("{} bytes in {took} ms", r.bytes);
    assert!(v.bitrate.abs_diff(12_000_000) < 1_000_000, "{}", v.bitrate);
}
