//! FFmpeg behind plain values: pictures and samples in, packets out, and back again.
//!
//! | file | what |
//! |---|---|
//! | [`settings`] | [`VideoSettings`], [`EncoderChoice`], [`Latency`], [`Preset`], and what is refused |
//! | [`video_encoder`] | [`VideoEncoder`]: H.264, constant bitrate, keyframes on a time grid |
//! | [`options`] | the options each encoder is opened with |
//! | [`audio_encoder`] | [`AudioEncoder`]: AAC-LC, 48 kHz stereo |
//! | [`h264`] | Annex B to length-prefixed, and the avcC record |
//! | [`decoded`] | [`Decoded`]: a decoded picture whose planes are borrowed |
//! | [`input`] | opening a media file, and the packets of one of its streams |
//! | [`video_reader`], [`audio_reader`] | [`VideoReader`], [`AudioReader`]: decode a file |
//! | [`device_reader`] | [`DeviceReader`]: pictures of a capture device, by libavdevice |
//! | [`mjpeg`] | [`MjpegDecoder`]: one JPEG picture at a time, for cameras |
//! | [`probe`] | [`About`](probe::About) FFmpeg, and which encoders really open here |
//! | [`measure`] | which preset holds a frame rate on this machine |
//! | [`log`] | FFmpeg's log, redacted, into `tracing` |
//! | [`error`] | [`CodecError`] |
//! | `ffi` | every unsafe line but those of `mjpeg` |
//!
//! Encoders and readers are `Send` values without threads, clocks or queues of their own (FFmpeg
//! starts its worker threads inside them): open one on the thread that uses it.

pub mod audio_encoder;
pub mod audio_reader;
pub mod decoded;
pub mod device_reader;
pub mod error;
mod ffi;
pub mod h264;
pub mod input;
pub mod log;
pub mod measure;
pub mod mjpeg;
pub mod options;
pub mod probe;
pub mod settings;
pub mod video_encoder;
pub mod video_reader;

pub use audio_encoder::AudioEncoder;
pub use audio_reader::AudioReader;
pub use decoded::{Decoded, Layout, Matrix};
pub use device_reader::DeviceReader;
pub use error::CodecError;
pub use mjpeg::MjpegDecoder;
pub use settings::{EncoderChoice, Latency, Preset, VideoSettings};
pub use video_encoder::VideoEncoder;
pub use video_reader::VideoReader;
