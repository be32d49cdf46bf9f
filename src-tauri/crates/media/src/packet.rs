//! Encoded packets and what a muxer must know of their streams.

use std::sync::Arc;

use crate::{FrameRate, MediaTime, Size};

/// Which of a program's two streams.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StreamKind {
    /// H.264 pictures.
    Video,
    /// AAC-LC sound.
    Audio,
}

/// One encoded picture or audio frame. Cloning shares the bytes, never copies them.
#[derive(Clone, Debug)]
pub struct Packet {
    /// The stream it belongs to.
    pub kind: StreamKind,
    /// When it is shown, in show time. Derived from a tick or sample count, never summed.
    pub pts: MediaTime,
    /// When it is decoded; never goes back within a stream.
    pub dts: MediaTime,
    /// How long it is shown.
    pub duration: MediaTime,
    /// A decoder can start here. Every audio packet is one.
    pub key: bool,
    /// H.264 in AVCC form (4-byte lengths) or one raw AAC frame (no ADTS header).
    pub data: Arc<[u8]>,
}

/// What a muxer must know of a stream before its first packet.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamInfo {
    /// The video stream.
    Video(VideoInfo),
    /// The audio stream.
    Audio(AudioInfo),
}

impl StreamInfo {
    /// Which stream this describes.
    pub const fn kind(&self) -> StreamKind {
        match self {
            Self::Video(_) => StreamKind::Video,
            Self::Audio(_) => StreamKind::Audio,
        }
    }
}

/// An H.264 stream: BT.709, limited range, 4:2:0, square pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoInfo {
    /// Picture size.
    pub size: Size,
    /// Nominal rate.
    pub rate: FrameRate,
    /// Target bits a second.
    pub bitrate: u32,
    /// AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1).
    pub avcc: Arc<[u8]>,
}

/// An AAC-LC stream.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioInfo {
    /// Samples a second of each channel.
    pub rate: u32,
    /// Channels, 1 or 2.
    pub channels: u16,
    /// Target bits a second.
    pub bitrate: u32,
    /// Sample frames in a packet: 1024 for AAC-LC.
    pub frame_samples: u32,
    /// AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
    pub config: Arc<[u8]>,
}
