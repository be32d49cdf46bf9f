//! Sources by name, as the command line and the settings write them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use vitrine_flow::Clock;

use crate::camera::device::DeviceCamera;
use crate::device_name::{CameraChoice, DeviceName};
use crate::file::{FileCamera, FileMicrophone};
use crate::microphone::device::DeviceMicrophone;
use crate::test_camera::TestCamera;
use crate::test_microphone::TestMicrophone;
use crate::turned::TurnedCamera;
use crate::unsteady::Unsteady;
use crate::{Camera, CaptureError, ErrorKind, Microphone, Silence, TestCard, TestTone, VideoWish};

/// A source of pictures by name. Its text form is the one it is parsed from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum VideoSpec {
    /// `test-card`: [`TestCard`].
    TestCard,
    /// `file:PATH`: a video or picture, looped.
    File(PathBuf),
    /// `camera` or `camera:ID`, with `#LAYOUT,WxH,FPS` behind it where somebody insists: a real one.
    Camera(CameraChoice),
    /// `test-camera` or `test-camera:HABITS`: the test card seen by a device with a clock of its own.
    TestCamera(Unsteady),
}

/// A source of sound by name. Its text form is the one it is parsed from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum AudioSpec {
    /// `test-tone`: [`TestTone`].
    TestTone,
    /// `file:PATH`: the sound of a file, looped.
    File(PathBuf),
    /// `mic` or `mic:ID`: a real microphone.
    Microphone(DeviceName),
    /// `test-mic` or `test-mic:HABITS`: the test tone heard by a device with a clock of its own.
    TestMicrophone(Unsteady),
    /// `silence`: [`Silence`].
    Silence,
}

impl AudioSpec {
    /// Is it a device with a clock of its own, whose sound comes when it comes?
    pub const fn is_free_running(&self) -> bool {
        matches!(self, Self::Microphone(_) | Self::TestMicrophone(_))
    }
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
            None if text == "camera" => Ok(Self::Camera(CameraChoice::default())),
            None if text == "test-camera" => Unsteady::camera("").map(Self::TestCamera),
            Some(("file", rest)) => path(text, rest).map(Self::File),
            Some(("camera", rest)) => rest.parse().map(Self::Camera),
            Some(("test-camera", rest)) => Unsteady::camera(rest).map(Self::TestCamera),
            _ => Err(bad(format!(
                "“{text}” is no video source; use camera, camera:ID, file:PATH, test-card or test-camera:HABITS (`vitrine-cli devices` lists the cameras)"
            ))),
        }
    }
}

impl FromStr for AudioSpec {
    type Err = CaptureError;

    fn from_str(text: &str) -> Result<Self, CaptureError> {
        match text.split_once(':') {
            None if text == "test-tone" => Ok(Self::TestTone),
            None if text == "silence" => Ok(Self::Silence),
            None if text == "mic" => Ok(Self::Microphone(DeviceName::default())),
            None if text == "test-mic" => Unsteady::microphone("").map(Self::TestMicrophone),
            Some(("file", rest)) => path(text, rest).map(Self::File),
            Some(("mic", rest)) => Ok(Self::Microphone(DeviceName::new(rest))),
            Some(("test-mic", rest)) => Unsteady::microphone(rest).map(Self::TestMicrophone),
            _ => Err(bad(format!(
                "“{text}” is no audio source; use mic, mic:ID, file:PATH, test-tone, test-mic:HABITS or silence (`vitrine-cli devices` lists the microphones)"
            ))),
        }
    }
}

impl fmt::Display for VideoSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestCard => f.write_str("test-card"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Camera(choice) => named(f, "camera", choice),
            Self::TestCamera(habits) => write!(f, "test-camera:{habits}"),
        }
    }
}

impl fmt::Display for AudioSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestTone => f.write_str("test-tone"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Microphone(name) => named(f, "mic", name),
            Self::TestMicrophone(habits) => write!(f, "test-mic:{habits}"),
            Self::Silence => f.write_str("silence"),
        }
    }
}

fn named(f: &mut fmt::Formatter<'_>, what: &str, name: &impl fmt::Display) -> fmt::Result {
    let name = name.to_string();
    if name.is_empty() { f.write_str(what) } else { write!(f, "{what}:{name}") }
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
    if !wish.turn.is_none() {
        let upright = VideoWish::new(wish.turn.size(wish.size), wish.rate);
        return Ok(Box::new(TurnedCamera::new(open_camera(spec, &upright, clock)?, wish.turn)));
    }
    Ok(match spec {
        VideoSpec::TestCard => Box::new(TestCard::new(wish, clock.clone())),
        VideoSpec::File(path) => Box::new(FileCamera::open(path, wish, clock.clone())?),
        VideoSpec::Camera(choice) => Box::new(DeviceCamera::open(choice, wish, clock.clone())?),
        VideoSpec::TestCamera(habits) => Box::new(TestCamera::new(*habits, wish, clock.clone())),
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
        AudioSpec::Microphone(name) => Box::new(DeviceMicrophone::open(name, clock.clone())?),
        AudioSpec::TestMicrophone(habits) => Box::new(TestMicrophone::new(*habits, clock.clone())),
        AudioSpec::Silence => Box::new(Silence::new(clock.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for text in [
            "test-card",
            "file:a folder/clip:2.mp4",
            "camera",
            "camera:platform:vivid-000#UYVY,640x360,25",
            "test-camera:rate=30000/1001,jitter=20",
        ] {
            assert_eq!(text.parse::<VideoSpec>().expect(text).to_string(), text);
        }
        for text in [
            "test-tone",
            "silence",
            "file:/music/a.wav",
            "mic",
            "mic:alsa:hw:1",
            "test-mic:rate=44100",
        ] {
            assert_eq!(text.parse::<AudioSpec>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn refusals_list_what_exists() {
        for text in ["", "screen:0", "test-tone", "http://example.com/a.mp4", "file:"] {
            let e = text.parse::<VideoSpec>().expect_err(text);
            assert_eq!(e.kind(), ErrorKind::BadSpec);
            assert!(e.to_string().contains("file:"), "{e}");
        }
        for text in ["camera:0#fast", "test-camera:speed=2"] {
            let e = text.parse::<VideoSpec>().expect_err(text);
            assert_eq!(e.kind(), ErrorKind::BadSpec, "{e}");
        }
    }
}
