//! What is counted while media arrives. Pure: the arrival time is a parameter.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use vitrine_media::StreamKind;

use crate::aac::AudioConfig;
use crate::h264::{self, Configuration};
use crate::report::{ConnectionReport, Metadata};
use crate::tag::{AudioTag, VideoBody, VideoTag};
use crate::timeline::{Timeline, TimelineEntry};

mod summary;
mod track;

use track::Track;

/// Connections and recordings listed in a report.
const LISTED: usize = 64;
/// Longest decoder configuration that is kept to notice changes.
const MAX_HEADER: usize = 4096;

/// Everything known of one key.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    key: String,
    app: String,
    live: bool,
    connects: u32,
    disconnects: u32,
    lost: u32,
    refused: u32,
    any: Track,
    video: Option<Video>,
    audio: Option<Audio>,
    largest_offset: Option<i64>,
    metadata: Metadata,
    connections: VecDeque<ConnectionReport>,
    recordings: VecDeque<PathBuf>,
    recording_error: Option<String>,
    pub timeline: Timeline,
}

#[derive(Debug, Default)]
struct Video {
    track: Track,
    codec: String,
    header: Bytes,
    configuration: Option<Configuration>,
    header_changes: u32,
    keyframes: u64,
    last_key: Option<i64>,
    max_interval: Option<i64>,
    min_interval: Option<i64>,
    late_start: bool,
    false_keyframes: u64,
    broken: u64,
    first_offset: Option<i32>,
    b_frames: bool,
}

#[derive(Debug, Default)]
struct Audio {
    track: Track,
    codec: String,
    header: Bytes,
    config: Option<AudioConfig>,
    header_changes: u32,
}

impl Measured {
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), ..Self::default() }
    }

    pub fn is_live(&self) -> bool {
        self.live
    }

    /// A publish was refused.
    pub fn refuse(&mut self) {
        self.refused += 1;
    }

    /// A publish was accepted; gives its number, from 1.
    pub fn begin(&mut self, app: &str, now_ms: u64) -> u32 {
        self.app = app.to_owned();
        self.live = true;
        self.connects += 1;
        self.any.restart();
        if let Some(v) = &mut self.video {
            v.track.restart();
            (v.last_key, v.first_offset) = (None, None);
        }
        if let Some(a) = &mut self.audio {
            a.track.restart();
        }
        if self.connections.len() == LISTED {
            self.connections.pop_front();
        }
        let number = self.connects;
        self.connections.push_back(ConnectionReport {
            number,
            began_ms: now_ms,
            ..ConnectionReport::default()
        });
        number
    }

    /// The accepted publish ended.
    pub fn end(&mut self, orderly: bool, now_ms: u64) {
        self.live = false;
        self.disconnects += 1;
        self.lost += u32::from(!orderly);
        if let Some(c) = self.connections.back_mut() {
            (c.ended_ms, c.orderly) = (Some(now_ms), orderly);
        }
    }

    pub fn metadata(&mut self, metadata: Metadata) {
        self.metadata = metadata;
    }

    pub fn recording(&mut self, path: &Path) {
        if self.recordings.len() == LISTED {
            self.recordings.pop_front();
        }
        self.recordings.push_back(path.to_owned());
    }

    pub fn recording_failed(&mut self, why: String) {
        self.recording_error = Some(why);
    }

    /// A video message.
    pub fn video(&mut self, timestamp: u32, data: &Bytes, now_ms: u64) {
        let Some(tag) = VideoTag::parse(data) else { return };
        let rate = self.frame_rate();
        let v = self.video.get_or_insert_default();
        v.codec.clone_from(&tag.codec);
        let (offset_ms, units) = match tag.body {
            VideoBody::Other => return,
            VideoBody::Header(header) => {
                if v.header != header && header.len() <= MAX_HEADER {
                    v.header_changes += u32::from(!v.header.is_empty());
                    v.header = data.slice_ref(header);
                    v.configuration =
                        (tag.codec == "H.264").then(|| Configuration::parse(header)).flatten();
                }
                return;
            }
            VideoBody::Frame { offset_ms, data } => {
                let length = v.configuration.as_ref().map(|c| c.length_size);
                (offset_ms, length.map(|n| h264::units(data, n)))
            }
        };
        let first = v.track.is_fresh();
        let at = v.track.packet(timestamp, data.len(), now_ms, rate.map(|r| 1000.0 / r));
        v.late_start |= first && !tag.key;
        v.broken += u64::from(units.is_some_and(|u| u.broken));
        v.b_frames |= *v.first_offset.get_or_insert(offset_ms) != offset_ms;
        if tag.key {
            v.keyframes += 1;
            v.false_keyframes += u64::from(units.is_some_and(|u| !u.idr));
            if let Some(last) = v.last_key {
                let interval = at - last;
                v.max_interval = v.max_interval.max(Some(interval));
                v.min_interval = Some(v.min_interval.map_or(interval, |m| m.min(interval)));
            }
            v.last_key = Some(at);
        } else if let Some(last) = v.last_key {
            v.max_interval = v.max_interval.max((at - last > 2000).then_some(at - last));
        }
        self.arrived(StreamKind::Video, at, data.len(), tag.key, timestamp, now_ms);
    }

    /// An audio message.
    pub fn audio(&mut self, timestamp: u32, data: &Bytes, now_ms: u64) {
        let Some(tag) = AudioTag::parse(data) else { return };
        let a = self.audio.get_or_insert_default();
        a.codec.clone_from(&tag.codec);
        if tag.header {
            if a.header != tag.data && tag.data.len() <= MAX_HEADER {
                a.header_changes += u32::from(!a.header.is_empty());
                a.header = data.slice_ref(tag.data);
                a.config = (tag.codec == "AAC").then(|| AudioConfig::parse(tag.data)).flatten();
            }
            return;
        }
        let length =
            a.config.as_ref().map(|c| f64::from(c.frame_samples) * 1000.0 / f64::from(c.rate));
        let at = a.track.packet(timestamp, data.len(), now_ms, length);
        self.arrived(StreamKind::Audio, at, data.len(), true, timestamp, now_ms);
    }

    fn arrived(
        &mut self,
        kind: StreamKind,
        at: i64,
        size: usize,
        key: bool,
        raw: u32,
        now_ms: u64,
    ) {
        self.any.packet(raw, size, now_ms, None);
        if let Some(c) = self.connections.back_mut() {
            match kind {
                StreamKind::Video => {
                    c.frames += 1;
                    c.first_is_key.get_or_insert(key);
                    c.first_video_timestamp_ms.get_or_insert(at);
                }
                StreamKind::Audio => {
                    c.packets += 1;
                    c.first_audio_timestamp_ms.get_or_insert(at);
                }
            }
        }
        if let Some(offset) = self.offset()
            && self.largest_offset.is_none_or(|o| offset.abs() > o.abs())
        {
            self.largest_offset = Some(offset);
        }
        self.timeline.push(TimelineEntry {
            kind,
            timestamp_ms: at,
            arrival_ms: now_ms,
            size: u32::try_from(size).unwrap_or(u32::MAX),
            key,
            connection: self.connects,
        });
    }

    fn offset(&self) -> Option<i64> {
        let audio = self.audio.as_ref()?.track.last()?;
        Some(audio - self.video.as_ref()?.track.last()?)
    }

    fn frame_rate(&self) -> Option<f64> {
        let sps = self.video.as_ref().and_then(|v| v.configuration.as_ref()?.sps.as_ref());
        sps.and_then(|s| s.frame_rate)
            .or(self.metadata.frame_rate)
            .filter(|r| (0.1..=1000.0).contains(r))
    }
}

#[cfg(test)]
mod tests;
