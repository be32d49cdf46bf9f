//! What gives pictures.

use std::sync::Arc;

use vitrine_flow::Stop;
use vitrine_media::{Frame, FrameRate, MediaTime, Size};

use crate::CaptureError;

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
}
