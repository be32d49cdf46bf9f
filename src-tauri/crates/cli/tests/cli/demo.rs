//! The sample show from one command.

use std::time::Duration;

use crate::media::{gray_picture, probe};
use crate::support::{cli, last_json, run, text};

#[test]
fn the_demo_leaves_a_recording_a_poster_and_a_report() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("demo");
    let mut command = cli();
    command.args(["demo", "--json", "--seconds", "12", "--out"]).arg(&out);
    let result = run(&mut command, "", Duration::from_secs(90));
    assert!(result.status.success(), "{}", text(&result));
    let report = last_json(&result);
    for destination in ["main", "backup"] {
        let received = &report["received"][destination];
        assert!(received["video"]["frames"].as_u64() > Some(270), "{destination}: {received}");
        assert_eq!(received["video"]["missing_frames"], 0, "{destination}: {received}");
    }
    let on_disk = std::fs::read_to_string(out.join("report.json")).expect("a report");
    serde_json::from_str::<serde_json::Value>(&on_disk).expect("JSON");

    let recording = out.join("recording.mp4");
    let media = probe(&recording);
    assert_eq!((media.video_codec.as_str(), media.audio_codec.as_str()), ("h264", "aac"));
    assert!(media.video.len() >= 340, "{} pictures", media.video.len());
    for pair in media.video.windows(2) {
        assert!((pair[1].dts - pair[0].dts - 1.0 / 30.0).abs() < 0.002);
    }
    let (w, h, gray) = gray_picture(&recording, 3.6);
    assert_eq!((w, h), (1280, 720));
    // The card is a large light area on the right that the test card alone does not have.
    let light = |x0: usize| {
        let rows = gray.chunks_exact(w).skip(h / 4).take(h / 4);
        rows.flat_map(|row| &row[x0..x0 + w / 8]).filter(|v| **v > 200).count()
    };
    assert!(light(w * 3 / 4) > light(w / 8) + w * h / 200, "no card in the recording");
    let poster = std::fs::metadata(out.join("poster.png")).expect("a poster");
    assert!(poster.len() > 50_000, "{} bytes", poster.len());
}
