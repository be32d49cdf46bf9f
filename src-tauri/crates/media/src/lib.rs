//! Values that move through Vitrine. No I/O, no threads, no clock.
//!
//! | file | what |
//! |---|---|
//! | [`time`] | [`MediaTime`] (nanoseconds of the show), [`FrameRate`] |
//! | [`frame`] | [`Size`], [`Frame`] (planar 4:2:0, BT.709 limited), [`FramePool`] |
//! | [`picture`] | [`Picture`]: premultiplied RGBA, 8 bits, sRGB |
//! | [`audio`] | [`AudioBlock`]: interleaved `f32` |
//! | [`packet`] | [`Packet`] and [`StreamInfo`]: what an encoder makes and a muxer takes |
//!
//! Everything here is `Send + Sync` and may be used from any thread.

pub mod audio;
pub mod frame;
pub mod packet;
pub mod picture;
pub mod time;

pub use audio::AudioBlock;
pub use frame::{Frame, FrameMut, FramePool, Plane, Size};
pub use packet::{AudioInfo, Packet, StreamInfo, StreamKind, VideoInfo};
pub use picture::Picture;
pub use time::{FrameRate, MediaTime};
