//! Why a source gives nothing.

use std::path::Path;

use vitrine_codec::CodecError;

/// What kind of failure, for programs; the sentence is for people.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The stop flag was set while waiting; not a failure.
    Stopped,
    /// The source's description is not understood, or asks for what does not exist.
    BadSpec,
    /// There is no such file, or it may not be read.
    NotReadable,
    /// The file is no media file.
    NotMedia,
    /// The file has no picture.
    NoVideo,
    /// The file has no sound.
    NoAudio,
    /// The picture is larger or smaller than can be used.
    BadSize,
    /// The source was good and then failed.
    Damaged,
    /// There is no such camera or microphone now.
    NotFound,
    /// Another program holds the device.
    Busy,
    /// The system does not let this program use the device.
    Denied,
    /// The device offers nothing that can be used, or not what was asked for.
    Unsupported,
    /// The device did not answer within its time.
    TimedOut,
    /// An open device gives nothing for the moment; it may go on by itself, so ask again.
    Stalled,
    /// An open device went away or failed: open it again.
    Lost,
}

/// A source that could not be opened or went wrong. Its text is one sentence that names the source
/// and the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct CaptureError {
    kind: ErrorKind,
    text: String,
}

impl CaptureError {
    /// An error of a kind with its sentence.
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }

    /// The stop flag was set.
    pub fn stopped() -> Self {
        Self::new(ErrorKind::Stopped, "stopped")
    }

    /// What kind of failure.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The stop flag was set; nothing failed.
    pub fn is_stopped(&self) -> bool {
        self.kind == ErrorKind::Stopped
    }

    /// Nothing came for too long from a device that is still open: show something else, but keep
    /// asking it.
    pub fn is_stalled(&self) -> bool {
        self.kind == ErrorKind::Stalled
    }

    pub(crate) fn empty(path: &Path, what: &str) -> Self {
        let text = format!("{} holds no readable {what}; export it again", path.display());
        Self::new(ErrorKind::Damaged, text)
    }
}

impl From<CodecError> for CaptureError {
    fn from(e: CodecError) -> Self {
        let kind = match &e {
            CodecError::NotReadable { .. } => ErrorKind::NotReadable,
            CodecError::NotMedia { .. } => ErrorKind::NotMedia,
            CodecError::NoVideo { .. } => ErrorKind::NoVideo,
            CodecError::NoAudio { .. } => ErrorKind::NoAudio,
            CodecError::TooLarge { .. } | CodecError::NoSize { .. } => ErrorKind::BadSize,
            _ => ErrorKind::Damaged,
        };
        Self::new(kind, e.to_string())
    }
}
