//! What a stream looked like to the service that received it.

use std::path::PathBuf;

use serde::Serialize;

/// A stream, from its first publish to now. All times are milliseconds since the endpoint started,
/// all timestamps milliseconds as the publisher sent them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StreamReport {
    /// The key it is published under, in full: it opens nothing but this endpoint. A caller who sends a
    /// service's real key here must mask it before showing the report.
    pub key: String,
    /// The RTMP application it was published to.
    pub app: String,
    /// Is it arriving?
    pub state: StreamState,
    /// Publishes that were accepted.
    pub connects: u32,
    /// Accepted publishes that have ended, in whatever way.
    pub disconnects: u32,
    /// Accepted publishes that ended without a goodbye: connection lost, reset, or closed by us.
    pub lost: u32,
    /// Publishes that were refused.
    pub refused: u32,
    /// Bytes of audio and video messages, all connections.
    pub bytes: u64,
    /// When the first media arrived.
    pub first_media_ms: Option<u64>,
    /// When the newest media arrived.
    pub last_media_ms: Option<u64>,
    /// Longest time without any media since the first, disconnections included, also the one that lasts
    /// while the stream is live.
    pub longest_silence_ms: u64,
    /// The picture, once something of it arrived.
    pub video: Option<VideoReport>,
    /// The sound, once something of it arrived.
    pub audio: Option<AudioReport>,
    /// Newest audio timestamp less newest video timestamp of this connection: negative while sound is behind.
    pub av_offset_ms: Option<i64>,
    /// The largest value `av_offset_ms` had, either way, with its sign.
    pub largest_av_offset_ms: Option<i64>,
    /// What the publisher says of itself.
    pub metadata: Metadata,
    /// The newest 64 accepted publishes.
    pub connections: Vec<ConnectionReport>,
    /// The newest 64 files recorded.
    pub recordings: Vec<PathBuf>,
    /// Why recording failed, if it did.
    pub recording_error: Option<String>,
    /// What a service or a viewer would complain about, in plain language. Empty is good.
    pub problems: Vec<String>,
}

/// Is a stream arriving?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StreamState {
    /// A publisher is connected.
    Live,
    /// It was published and is not any more.
    Ended,
    /// It was never published: every try was refused.
    Refused,
}

/// The picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct VideoReport {
    /// `H.264`, `HEVC`, `AV1`, …
    pub codec: String,
    /// H.264 profile: `High`, `Main`, …
    pub profile: Option<String>,
    /// H.264 level: `3.1`, …
    pub level: Option<String>,
    /// Pixels across.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
    /// Frames a second, from the stream, else from the metadata.
    pub frame_rate: Option<f64>,
    /// The colour description of the stream.
    pub colour: Option<Colour>,
    /// Coded pictures.
    pub frames: u64,
    /// Pictures flagged as keyframes.
    pub keyframes: u64,
    /// Longest time between keyframes, the one that runs included.
    pub max_keyframe_interval_s: Option<f64>,
    /// Shortest time between keyframes.
    pub min_keyframe_interval_s: Option<f64>,
    /// Every connection began with a keyframe.
    pub first_is_key: bool,
    /// Keyframes without an IDR slice: a decoder may not be able to start there.
    pub false_keyframes: u64,
    /// Pictures whose NAL units do not fit together.
    pub broken_frames: u64,
    /// Pictures are shown in another order than sent.
    pub b_frames: bool,
    /// Decoder configurations that differ from the one before.
    pub header_changes: u32,
    /// Bits a second of media time, overall.
    pub bitrate: u64,
    /// Bits a second over the last 3 s, by arrival.
    pub recent_bitrate: u64,
    /// Timestamps never went back within a connection.
    pub monotonic: bool,
    /// How often they did.
    pub times_back: u64,
    /// Largest step between timestamps of a connection.
    pub largest_gap_ms: i64,
    /// Pictures that should lie in the steps between timestamps; `None` while the frame rate is unknown.
    pub missing_frames: Option<u64>,
    /// Longest time without a picture, as for [`StreamReport::longest_silence_ms`].
    pub longest_silence_ms: u64,
    /// First timestamp of this connection.
    pub first_timestamp_ms: Option<i64>,
    /// Newest timestamp of this connection.
    pub last_timestamp_ms: Option<i64>,
}

/// The sound.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AudioReport {
    /// `AAC-LC`, `HE-AAC`, `MP3`, …
    pub codec: String,
    /// Samples a second.
    pub rate: Option<u32>,
    /// Channels.
    pub channels: Option<u16>,
    /// Audio packets.
    pub packets: u64,
    /// Decoder configurations that differ from the one before.
    pub header_changes: u32,
    /// Bits a second of media time, overall.
    pub bitrate: u64,
    /// Bits a second over the last 3 s, by arrival.
    pub recent_bitrate: u64,
    /// Timestamps never went back within a connection.
    pub monotonic: bool,
    /// How often they did.
    pub times_back: u64,
    /// Largest step between timestamps of a connection.
    pub largest_gap_ms: i64,
    /// Packets that should lie in the steps between timestamps; `None` while their length is unknown.
    pub missing_packets: Option<u64>,
    /// Longest time without a packet, as for [`StreamReport::longest_silence_ms`].
    pub longest_silence_ms: u64,
    /// First timestamp of this connection.
    pub first_timestamp_ms: Option<i64>,
    /// Newest timestamp of this connection.
    pub last_timestamp_ms: Option<i64>,
}

/// Colour as the tables of ITU-T H.273 number it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Colour {
    /// Primaries; 1 is BT.709, 2 unspecified.
    pub primaries: u8,
    /// Transfer function; 1 is BT.709.
    pub transfer: u8,
    /// Matrix; 1 is BT.709.
    pub matrix: u8,
    /// Samples use 0–255 instead of 16–235.
    pub full_range: bool,
}

impl Colour {
    /// What services expect of standard dynamic range.
    pub const fn is_bt709_limited(&self) -> bool {
        self.primaries == 1 && self.transfer == 1 && self.matrix == 1 && !self.full_range
    }
}

/// `onMetaData`, as far as it concerns us. The publisher's claims, not measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Metadata {
    /// The encoder's name.
    pub encoder: Option<String>,
    /// Pixels across.
    pub width: Option<f64>,
    /// Pixels down.
    pub height: Option<f64>,
    /// Frames a second.
    pub frame_rate: Option<f64>,
    /// Kilobits a second of the picture.
    pub video_kbps: Option<f64>,
    /// Kilobits a second of the sound.
    pub audio_kbps: Option<f64>,
    /// Samples a second.
    pub audio_rate: Option<f64>,
}

/// One accepted publish.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConnectionReport {
    /// 1 for the key's first.
    pub number: u32,
    /// When it was accepted.
    pub began_ms: u64,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// It ended with a goodbye.
    pub orderly: bool,
    /// Its first picture was a keyframe; `None` before the first.
    pub first_is_key: Option<bool>,
    /// Timestamp of its first picture.
    pub first_video_timestamp_ms: Option<i64>,
    /// Timestamp of its first audio packet.
    pub first_audio_timestamp_ms: Option<i64>,
    /// Pictures.
    pub frames: u64,
    /// Audio packets.
    pub packets: u64,
}
