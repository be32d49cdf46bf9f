//! A small show for tests.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use vitrine_codec::{Preset, VideoSettings};
use vitrine_engine::{
    AudioSourceSettings, CanvasSettings, Engine, EngineSettings, PacketSink, Program,
    RenditionSettings, VideoSourceSettings,
};
use vitrine_flow::Clock;
use vitrine_media::{FrameRate, MediaTime, Packet, Size};
use vitrine_mixer::InputSettings;
use vitrine_pixel::Turn;
use vitrine_scene::{Content, Layer, Place, Scene};

pub const CANVAS: &str = "16:9";

/// Test card and tone, 320×180, one rendition.
pub fn settings(clock: Clock, rate: FrameRate) -> EngineSettings {
    let size = Size::new(320, 180);
    let video = VideoSettings {
        bitrate: 600_000,
        preset: Preset::Ultrafast,
        ..VideoSettings::new(size, rate)
    };
    EngineSettings {
        clock,
        rate,
        canvases: vec![CanvasSettings { id: CANVAS.into(), size }],
        renditions: vec![RenditionSettings { id: CANVAS.into(), canvas: CANVAS.into(), video }],
        audio_bitrate: 96_000,
        audio_hold: MediaTime::ZERO,
        video: vec![VideoSourceSettings {
            id: "host".into(),
            spec: "test-card".parse().expect("a source"),
            turn: Turn::NONE,
        }],
        audio: vec![AudioSourceSettings {
            id: "voice".into(),
            spec: "test-tone".parse().expect("a source"),
            input: InputSettings::default(),
        }],
        watch_devices: false,
    }
}

/// The host over the whole canvas.
pub fn host() -> Program {
    let layer = Layer::new("host", Content::Source("host".into()), Place::FULL);
    let scene = Arc::new(Scene { layers: vec![layer] });
    Program { scenes: [(CANVAS.into(), scene)].into(), ..Program::default() }
}

/// A running show with the host on air.
pub fn start(settings: EngineSettings) -> Engine {
    let engine = Engine::start(settings).expect("the engine starts");
    engine.cue(host());
    engine
}

/// Keeps every packet.
#[derive(Default)]
pub struct Collector(pub Mutex<Vec<Packet>>);

impl PacketSink for Collector {
    fn push(&self, packet: &Packet) {
        self.0.lock().expect("not poisoned").push(packet.clone());
    }
}

/// Waits until `ready` says so.
pub fn wait_for<T>(what: &str, limit: Duration, mut ready: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + limit;
    let (_keep, tick) = mpsc::channel::<()>();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(Instant::now() < until, "{what}: not within {limit:?}");
        let _ = tick.recv_timeout(Duration::from_millis(10));
    }
}
