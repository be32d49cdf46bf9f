//! What an engine is started with.

use std::fmt;
use std::sync::Arc;

use vitrine_capture::{AudioSpec, VideoSpec};
use vitrine_codec::VideoSettings;
use vitrine_flow::Clock;
use vitrine_media::{FrameRate, MediaTime, Size};
use vitrine_mixer::{InputId, InputSettings};
use vitrine_pixel::Turn;
use vitrine_scene::SourceId;

use crate::program::CanvasId;

/// Names a rendition: a canvas encoded with given settings.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RenditionId(pub Arc<str>);

impl From<&str> for RenditionId {
    fn from(s: &str) -> Self {
        Self(s.into())
    }
}

impl fmt::Display for RenditionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One picture that is drawn each tick.
#[derive(Clone, Debug)]
pub struct CanvasSettings {
    /// Its name.
    pub id: CanvasId,
    /// Its size; [`Size::is_video`].
    pub size: Size,
}

/// One encoder.
#[derive(Clone, Debug)]
pub struct RenditionSettings {
    /// Its name.
    pub id: RenditionId,
    /// The canvas it encodes.
    pub canvas: CanvasId,
    /// How. `size` and `rate` must be the canvas's and the engine's.
    pub video: VideoSettings,
}

/// A camera, file or test card.
#[derive(Clone, Debug)]
pub struct VideoSourceSettings {
    /// The name scenes use.
    pub id: SourceId,
    /// Where pictures come from.
    pub spec: VideoSpec,
    /// How its pictures are turned and mirrored.
    pub turn: Turn,
}

/// A microphone, file or test tone.
#[derive(Clone, Debug)]
pub struct AudioSourceSettings {
    /// Its name in the mixer.
    pub id: InputId,
    /// Where sound comes from.
    pub spec: AudioSpec,
    /// Gain, mute, ducking, lip sync and so on. Whether its device has a clock of its own is the
    /// source's to say.
    pub input: InputSettings,
}

/// Everything an engine needs to start.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Real, or simulated for tests. Its reading is the show time.
    pub clock: Clock,
    /// Ticks a second of every canvas.
    pub rate: FrameRate,
    /// Pictures drawn each tick, at least one.
    pub canvases: Vec<CanvasSettings>,
    /// Encoders; a canvas without one is drawn for the preview only.
    pub renditions: Vec<RenditionSettings>,
    /// AAC bits a second.
    pub audio_bitrate: u32,
    /// How long after a block of sound has ended it is mixed, so that what devices deliver late
    /// still gets in. Zero for sources that write ahead (files, the test tone).
    pub audio_hold: MediaTime,
    /// Pictures in.
    pub video: Vec<VideoSourceSettings>,
    /// Sound in.
    pub audio: Vec<AudioSourceSettings>,
    /// Look about once a second which devices came and went, and tell ([`Event::Device`](crate::Event::Device)).
    pub watch_devices: bool,
}
