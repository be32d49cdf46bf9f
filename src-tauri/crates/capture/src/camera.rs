//! What gives pictures.
//!
//! | file | what |
//! |---|---|
//! | [`mod@format`] | layouts, sizes and rates a camera offers, and the ladder in which they are tried |
//! | [`list`] | the cameras that are there now |
//! | [`controls`] | exposure, white balance, focus … of a camera |
//! | [`device`] | [`DeviceCamera`](device::DeviceCamera): a real camera on a thread of its own, watched |
//! | `nokhwa` | the usual back-end |
//! | `raw` | the bytes a back-end hands over, to a frame |
//! | `v4l2`, `ffi` | what Video4Linux says of its devices; setting its controls |
//! | `avdevice` | the back-end for what nokhwa cannot take on Linux |

#[cfg(target_os = "linux")]
mod avdevice;
pub mod controls;
pub mod device;
#[cfg(target_os = "linux")]
mod ffi;
pub mod format;
pub mod list;
mod nokhwa;
mod raw;
#[cfg(target_os = "linux")]
mod v4l2;

use std::sync::Arc;

use vitrine_flow::Stop;
use vitrine_media::{Frame, FrameRate, MediaTime, Size};
use vitrine_pixel::Turn;

use crate::CaptureError;
use crate::camera::format::CameraFormat;

/// A value and the show time it belongs to.
#[derive(Clone, PartialEq, Debug)]
pub struct Stamped<T> {
    /// When it is due.
    pub at: MediaTime,
    /// The value.
    pub value: T,
}

/// What a source that can choose is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VideoWish {
    /// Canvas size; [`Size::is_video`].
    pub size: Size,
    /// Canvas rate.
    pub rate: FrameRate,
    /// How its pictures are turned and mirrored. Not by default: a mirrored label cannot be read.
    pub turn: Turn,
}

impl VideoWish {
    /// Pictures as they are, for a canvas of `size` and `rate`.
    pub const fn new(size: Size, rate: FrameRate) -> Self {
        Self { size, rate, turn: Turn::NONE }
    }
}

/// What an open camera gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceInfo {
    /// What to call it in the interface.
    pub name: String,
    /// Size of its frames.
    pub size: Size,
    /// Frames a second, nominally; 1 for a still picture.
    pub rate: FrameRate,
    /// A device with a clock of its own: its frames arrive when they arrive. False: stamps are exact.
    pub free_running: bool,
    /// What a real camera was opened with.
    pub format: Option<CameraFormat>,
}

/// A source of pictures. Opened and used on one thread.
pub trait Camera: Send {
    /// Blocks until there is a frame. A source that obeys the clock stamps exactly and gives the frame
    /// about two intervals before it is due, so that it is there in time; it leaves frames out
    /// if its caller came too late for them. A device stamps with the time of arrival.
    ///
    /// # Errors
    /// [`CaptureError::is_stopped`] once `stop` is set. After any other error the source is of no more
    /// use: drop it and open it again.
    fn next(&mut self, stop: &Stop) -> Result<Stamped<Arc<Frame>>, CaptureError>;

    /// What it gives; the same as long as it is open.
    fn describe(&self) -> SourceInfo;

    /// Pictures that came since it was opened and could not be given: damaged ones, and those that a
    /// newer one overtook because the caller was late.
    fn lost(&self) -> u64 {
        0
    }
}
