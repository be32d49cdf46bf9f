//! Sources by name, as the command line and the settings write them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use vitrine_flow::Clock;

use crate::file::{FileCamera, FileMicrophone};
use crate::{Camera, CaptureError, ErrorKind, Microphone, Silence, TestCard, TestTone, VideoWish};

/// A source of pictures by name. Its text form is the one it is parsed from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum VideoSpec {
    /// `test-card`: [`TestCard`].
    TestCard,
    /// `file:PATH`: a video or picture, looped.
    File(PathBuf),
}

/// A source of sound by name. Its text form is the one it is parsed from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum AudioSpec {
    /// `test-tone`: [`TestTone`].
    TestTone,
    /// `file:PATH`: the sound of a file, looped.
    File(PathBuf),
    /// `silence`: [`Silence`].
    Silence,
}

fn bad(text: String) -> CaptureError {
    CaptureError::new(ErrorKind::BadSpec, text)
}

fn path(text: &str, rest: &str) -> Result<PathBuf, CaptureError> {
    if rest.is_empty() {
        return Err(bad(format!(
            "“{text}” names no file; write the path behind the colon, like file:clip.mp4"
        )));
    }
    Ok(PathBuf::from(rest))
}

impl FromStr for VideoSpec {
    type Err = CaptureError;

    fn from_str(text: &str) -> Result<Self, CaptureError> {
        match text.split_once(':') {
            None if text == "test-card" => Ok(Self::TestCard),
            Some(("file", rest)) => path(text, rest).map(Self::File),
            Some(("camera", _)) => Err(bad(format!(
                "“{text}” cannot be opened: cameras are not built in yet; use test-card or file:PATH"
            ))),
            _ => Err(bad(format!("“{text}” is no video source; use test-card or file:PATH"))),
        }
    }
}

impl FromStr for AudioSpec {
    type Err = CaptureError;

    fn from_str(text: &str) -> Result<Self, CaptureError> {
        match text.split_once(':') {
            None if text == "test-tone" => Ok(Self::TestTone),
            None if text == "silence" => Ok(Self::Silence),
            Some(("file", rest)) => path(text, rest).map(Self::File),
            Some(("mic", _)) => Err(bad(format!(
                "“{text}” cannot be opened: microphones are not built in yet; use test-tone, file:PATH or silence"
            ))),
            _ => Err(bad(format!(
                "“{text}” is no audio source; use test-tone, file:PATH or silence"
            ))),
        }
    }
}

impl fmt::Display for VideoSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestCard => f.write_str("test-card"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl fmt::Display for AudioSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestTone => f.write_str("test-tone"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Silence => f.write_str("silence"),
        }
    }
}

/// Opens a source of pictures, on the thread that will read it. Blocks for file I/O.
///
/// # Errors
/// One sentence on why not.
pub fn open_camera(
    spec: &VideoSpec,
    wish: &VideoWish,
    clock: &Clock,
) -> Result<Box<dyn Camera>, CaptureError> {
    if !wish.size.is_video() {
        let text = format!(
            "a picture of {} is not possible; both sides must be even and at least 16",
            wish.size
        );
        return Err(CaptureError::new(ErrorKind::BadSize, text));
    }
    Ok(match spec {
        VideoSpec::TestCard => Box::new(TestCard::new(wish, clock.clone())),
        VideoSpec::File(path) => Box::new(FileCamera::open(path, wish, clock.clone())?),
    })
}

/// Opens a source of sound, on the thread that will read it. Blocks for file I/O.
///
/// # Errors
/// One sentence on why not.
pub fn open_microphone(
    spec: &AudioSpec,
    clock: &Clock,
) -> Result<Box<dyn Microphone>, CaptureError> {
    Ok(match spec {
        AudioSpec::TestTone => Box::new(TestTone::new(clock.clone())),
        AudioSpec::File(path) => Box::new(FileMicrophone::open(path, clock.clone())?),
        AudioSpec::Silence => Box::new(Silence::new(clock.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for text in ["test-card", "file:a folder/clip:2.mp4"] {
            assert_eq!(text.parse::<VideoSpec>().expect(text).to_string(), text);
        }
        for text in ["test-tone", "silence", "file:/music/a.wav"] {
            assert_eq!(text.parse::<AudioSpec>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn refusals_list_what_exists() {
        for text in ["", "screen:0", "test-tone", "http://example.com/a.mp4", "file:", "camera:0"] {
            let e = text.parse::<VideoSpec>().expect_err(text);
            assert_eq!(e.kind(), ErrorKind::BadSpec);
            assert!(e.to_string().contains("file:"), "{e}");
        }
        let e = "camera:0".parse::<VideoSpec>().expect_err("no cameras");
        assert!(e.to_string().contains("not built in yet"), "{e}");
        let e = "mic:default".parse::<AudioSpec>().expect_err("no microphones");
        assert!(e.to_string().contains("not built in yet"), "{e}");
    }
}
