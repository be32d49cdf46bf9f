//! Counts → report.

use vitrine_media::StreamKind;

use super::{Audio, Measured, Video};
use crate::problems::problems;
use crate::report::{AudioReport, StreamReport, StreamState, VideoReport};

/// What "recent" bitrates look back at.
const RECENT_MS: u64 = 3000;

impl Measured {
    /// The figures as of `now_ms`.
    pub fn report(&self, now_ms: u64) -> StreamReport {
        let state = match (self.live, self.connects) {
            (true, _) => StreamState::Live,
            (false, 0) => StreamState::Refused,
            (false, _) => StreamState::Ended,
        };
        // A silence that lasts counts while somebody should be sending.
        let now = self.live.then_some(now_ms);
        let mut report = StreamReport {
            key: self.key.clone(),
            app: self.app.clone(),
            state,
            connects: self.connects,
            disconnects: self.disconnects,
            lost: self.lost,
            refused: self.refused,
            bytes: self.any.bytes(),
            first_media_ms: self.any.first_arrival(),
            last_media_ms: self.any.last_arrival(),
            longest_silence_ms: self.any.longest_silence(now),
            video: self.video.as_ref().map(|v| self.video_report(v, now, now_ms)),
            audio: self.audio.as_ref().map(|a| self.audio_report(a, now, now_ms)),
            av_offset_ms: self.offset(),
            largest_av_offset_ms: self.largest_offset,
            metadata: self.metadata.clone(),
            connections: self.connections.iter().cloned().collect(),
            recordings: self.recordings.iter().cloned().collect(),
            recording_error: self.recording_error.clone(),
            problems: Vec::new(),
        };
        report.problems = problems(&report);
        report
    }

    fn video_report(&self, v: &Video, now: Option<u64>, now_ms: u64) -> VideoReport {
        let sps = v.configuration.as_ref().and_then(|c| c.sps.as_ref());
        let seconds = |ms: i64| ms as f64 / 1000.0;
        VideoReport {
            codec: v.codec.clone(),
            profile: sps.map(|s| s.profile.clone()),
            level: sps.map(|s| s.level.clone()),
            width: sps.map(|s| s.width),
            height: sps.map(|s| s.height),
            frame_rate: self.frame_rate(),
            colour: sps.and_then(|s| s.colour),
            frames: v.track.count(),
            keyframes: v.keyframes,
            max_keyframe_interval_s: v.max_interval.map(seconds),
            min_keyframe_interval_s: v.min_interval.map(seconds),
            first_is_key: v.keyframes > 0 && !v.late_start,
            false_keyframes: v.false_keyframes,
            broken_frames: v.broken,
            b_frames: v.b_frames,
            header_changes: v.header_changes,
            bitrate: v.track.bitrate(),
            recent_bitrate: self.timeline.recent_bitrate(StreamKind::Video, now_ms, RECENT_MS),
            monotonic: v.track.times_back() == 0,
            times_back: v.track.times_back(),
            largest_gap_ms: v.track.largest_gap(),
            missing_frames: v.track.missing(),
            longest_silence_ms: v.track.longest_silence(now),
            first_timestamp_ms: v.track.first(),
            last_timestamp_ms: v.track.last(),
        }
    }

    fn audio_report(&self, a: &Audio, now: Option<u64>, now_ms: u64) -> AudioReport {
        AudioReport {
            codec: a.config.as_ref().map_or_else(|| a.codec.clone(), |c| c.codec.to_owned()),
            rate: a.config.as_ref().map(|c| c.rate),
            channels: a.config.as_ref().map(|c| c.channels),
            packets: a.track.count(),
            header_changes: a.header_changes,
            bitrate: a.track.bitrate(),
            recent_bitrate: self.timeline.recent_bitrate(StreamKind::Audio, now_ms, RECENT_MS),
            monotonic: a.track.times_back() == 0,
            times_back: a.track.times_back(),
            largest_gap_ms: a.track.largest_gap(),
            missing_packets: a.track.missing(),
            longest_silence_ms: a.track.longest_silence(now),
            first_timestamp_ms: a.track.first(),
            last_timestamp_ms: a.track.last(),
        }
    }
}
