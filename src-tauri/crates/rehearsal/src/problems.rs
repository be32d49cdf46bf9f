//! What is wrong with a stream, said so that a seller understands it.

use crate::report::{AudioReport, StreamReport, StreamState, VideoReport};

/// Services ask for 2 s; a little more is a matter of rounding.
const KEYFRAME_LIMIT_S: f64 = 2.1;
/// How long after the first media the other half may still be coming.
const BOTH_WITHIN_MS: u64 = 3000;
/// Timestamps of sound and picture should not stray further; muxers interleave within half a second.
const AV_LIMIT_MS: i64 = 700;
/// Viewers' players run dry about here.
const SILENCE_LIMIT_MS: u64 = 2000;

/// The complaints about a report.
pub(crate) fn problems(r: &StreamReport) -> Vec<String> {
    let mut found = Vec::new();
    if r.refused > 0 {
        found.push(format!(
            "{} refused: the key is in use or not accepted",
            times("publish", r.refused)
        ));
    }
    if r.connects == 0 {
        return found;
    }
    if r.lost > 0 {
        found.push(format!("the connection was lost {}", times("time", r.lost)));
    }
    let both_due = r.state == StreamState::Ended
        || r.first_media_ms
            .zip(r.last_media_ms)
            .is_some_and(|(a, b)| b.saturating_sub(a) >= BOTH_WITHIN_MS);
    match &r.video {
        Some(v) if v.frames > 0 => video(v, &mut found),
        _ if both_due => found.push("no video".to_owned()),
        _ => {}
    }
    match &r.audio {
        Some(a) if a.packets > 0 => audio(a, &mut found),
        _ if both_due => found.push("no audio".to_owned()),
        _ => {}
    }
    if let Some(offset) = r.largest_av_offset_ms.filter(|o| o.abs() > AV_LIMIT_MS) {
        let side = if offset < 0 { "behind" } else { "ahead of" };
        found.push(format!("audio ran up to {} ms {side} video", offset.abs()));
    }
    if r.longest_silence_ms > SILENCE_LIMIT_MS {
        found.push(format!("nothing arrived for {:.1} s", r.longest_silence_ms as f64 / 1000.0));
    }
    if let Some(e) = &r.recording_error {
        found.push(format!("recording failed: {e}"));
    }
    found
}

fn video(v: &VideoReport, found: &mut Vec<String>) {
    if v.codec != "H.264" {
        found.push(format!("video codec {}: most services take only H.264", v.codec));
    } else if v.profile.is_none() {
        found.push("no readable H.264 header before the pictures".to_owned());
    } else if !v.colour.is_some_and(|c| c.is_bt709_limited()) {
        found.push(
            "colour is not flagged as BT.709 limited: players may show it too pale or too dark"
                .to_owned(),
        );
    }
    if let Some(s) = v.max_keyframe_interval_s.filter(|s| *s > KEYFRAME_LIMIT_S) {
        let s = (s * 10.0).round() / 10.0;
        found.push(format!("keyframe interval {s} s: services ask for 2 s"));
    }
    if !v.first_is_key {
        found.push("a connection did not begin with a keyframe".to_owned());
    }
    if v.false_keyframes > 0 {
        found.push(format!("{} no player can start at", times("keyframe", v.false_keyframes)));
    }
    if v.broken_frames > 0 {
        found.push(format!("{} damaged", times("picture", v.broken_frames)));
    }
    if v.header_changes > 0 {
        found.push(
            "video settings changed during the show: some services end the broadcast then"
                .to_owned(),
        );
    }
    if v.times_back > 0 {
        found.push(format!("video timestamps went back {}", times("time", v.times_back)));
    }
    if let Some(n) = v.missing_frames.filter(|n| *n > 0) {
        found.push(format!("about {} missing", times("video frame", n)));
    }
}

fn audio(a: &AudioReport, found: &mut Vec<String>) {
    if !a.codec.contains("AAC") {
        found.push(format!("audio codec {}: services take AAC", a.codec));
    }
    if let Some(rate) = a.rate.filter(|r| ![44_100, 48_000].contains(r)) {
        found.push(format!("audio at {rate} samples a second: services ask for 44100 or 48000"));
    }
    if a.header_changes > 0 {
        found.push(
            "audio settings changed during the show: some services end the broadcast then"
                .to_owned(),
        );
    }
    if a.times_back > 0 {
        found.push(format!("audio timestamps went back {}", times("time", a.times_back)));
    }
    if let Some(n) = a.missing_packets.filter(|n| *n > 0) {
        found.push(format!("about {} missing", times("audio packet", n)));
    }
}

fn times(what: &str, n: impl Into<u64>) -> String {
    match (n.into(), what) {
        (1, _) => format!("1 {what}"),
        (n, "publish") => format!("{n} publishes"),
        (n, _) => format!("{n} {what}s"),
    }
}
