//! What can go wrong, each in one sentence with its remedy.

use std::path::{Path, PathBuf};

use vitrine_media::Size;

/// An encoder or reader that could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// A setting is out of its range.
    #[error("{0}")]
    Settings(String),
    /// No encoder of this name is built into FFmpeg here.
    #[error(
        "FFmpeg on this computer has no encoder called “{name}”; choose “auto”, or one of those that `vitrine-cli doctor` lists"
    )]
    EncoderMissing {
        /// The name asked for.
        name: String,
    },
    /// The encoder exists but would not open.
    #[error(
        "the encoder {name} would not start ({detail}); choose “auto” to use the next one that works"
    )]
    EncoderRefused {
        /// Its name.
        name: String,
        /// What FFmpeg said.
        detail: String,
    },
    /// Nothing that encodes H.264 opened.
    #[error(
        "no H.264 encoder works on this computer (tried {tried}); install an FFmpeg with libx264"
    )]
    NoEncoder {
        /// What was tried.
        tried: String,
    },
    /// A running encoder failed.
    #[error("the encoder {name} failed ({detail}); restart the stream, or choose another encoder")]
    Encode {
        /// Its name.
        name: String,
        /// What FFmpeg said.
        detail: String,
    },
    /// The bitrate of this encoder is fixed once it runs.
    #[error(
        "the encoder {name} cannot change its bitrate while it runs; stop and start again with the new one"
    )]
    FixedBitrate {
        /// Its name.
        name: String,
    },
    /// There is no such file, or it may not be read.
    #[error("{} cannot be opened ({detail}); check the path and that you may read it", path.display())]
    NotReadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        detail: String,
    },
    /// Not a file FFmpeg understands.
    #[error("{} is not a picture, video or sound file that can be read ({detail}); convert it to MP4, PNG or WAV", path.display())]
    NotMedia {
        /// The file.
        path: PathBuf,
        /// What FFmpeg said.
        detail: String,
    },
    /// The file has no picture.
    #[error("{} has no picture in it; choose a video or image file", path.display())]
    NoVideo {
        /// The file.
        path: PathBuf,
    },
    /// The file has no sound.
    #[error("{} has no sound in it; choose a file with an audio track", path.display())]
    NoAudio {
        /// The file.
        path: PathBuf,
    },
    /// The picture is larger than Vitrine works with.
    #[error("{} is {size}, more than {max}x{max}; make it smaller first", path.display(), max = Size::MAX_SIDE)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: Size,
    },
    /// The picture's header could be read, the picture not.
    #[error("the picture in {} cannot be read; it is damaged, or larger than {max}x{max}", path.display(), max = Size::MAX_SIDE)]
    NoSize {
        /// The file.
        path: PathBuf,
    },
    /// Reading went well for a while and then failed.
    #[error("{} is damaged ({detail}); export it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What FFmpeg said.
        detail: String,
    },
    /// A capture device did not open, or gives nothing any more.
    #[error("{name} cannot be read ({detail})")]
    Device {
        /// Its address.
        name: String,
        /// What FFmpeg said.
        detail: String,
        /// The system's number of the error (`errno`), where it is one of the system's.
        code: Option<i32>,
    },
    /// A camera's JPEG picture could not be decoded; the next one may.
    #[error("a picture from the camera is damaged ({detail}); it is skipped")]
    Picture {
        /// What the decoder said.
        detail: String,
    },
}

impl CodecError {
    /// The system's number (`errno`) of what a capture device failed with.
    pub const fn os_error(&self) -> Option<i32> {
        match self {
            Self::Device { code, .. } => *code,
            _ => None,
        }
    }
}

/// FFmpeg's own words for `error`: the last line it logged on this thread, else the error's name.
pub(crate) fn detail(error: ffmpeg_next::Error) -> String {
    let last = crate::log::recent().pop();
    // "[name @ address] text": the address says nothing to anybody.
    let last = last.map(|l| match l.split_once("] ") {
        Some((part, text)) if part.starts_with('[') => text.to_owned(),
        _ => l,
    });
    last.filter(|l| !l.is_empty()).unwrap_or_else(|| error.to_string())
}

/// The file cannot be used as text by FFmpeg, or is no file.
pub(crate) fn not_readable(path: &Path, detail: impl ToString) -> CodecError {
    CodecError::NotReadable { path: path.to_owned(), detail: detail.to_string() }
}
