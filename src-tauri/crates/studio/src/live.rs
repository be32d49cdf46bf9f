//! A show on air: engine and graphics worker together, from settings to the closing report.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vitrine_capture::{AudioSpec, VideoSpec};
use vitrine_codec::{Latency, VideoSettings};
use vitrine_delivery::DestinationSettings;
use vitrine_engine::{
    AudioSourceSettings, CanvasSettings, Engine, EngineSettings, Event, RenditionId,
    RenditionSettings, SourceKind, VideoSourceSettings,
};
use vitrine_flow::Clock;
use vitrine_media::{Frame, FrameRate, MediaTime, Size};
use vitrine_mixer::{InputId, InputSettings};
use vitrine_pixel::Turn;
use vitrine_scene::Crop;

use crate::canvas::Canvas;
use crate::chosen;
use crate::error::{ErrorKind, StudioError};
use crate::on_air::OnAir;
use crate::overlay::Overlay;
use crate::report::{LiveReport, state_word};
use crate::scenes::{CLOSE_UP, HOST};
use crate::stage::Stage;

/// Each output's time to close.
const CLOSE: Duration = Duration::from_secs(8);
/// How long sound waits for its picture behind an encoder that looks ahead.
const SORTED_WITHIN: MediaTime = MediaTime::from_millis(400);
/// How late a microphone may deliver before its sound is cut. ALSA gives 31 ms at a time, PulseAudio 20,
/// and on a busy machine both come late; behind an encoder that looks ahead 0.2 s this costs nothing.
const DEVICE_HOLD: MediaTime = MediaTime::from_millis(100);
/// The same where every millisecond counts.
const DEVICE_HOLD_LOW: MediaTime = MediaTime::from_millis(60);
/// The microphone's name in the mixer.
const VOICE: &str = "voice";

/// Everything a show needs before it starts.
#[derive(Clone, Debug)]
pub struct LiveSettings {
    /// Real, or simulated. Its reading is the show time of the engine.
    pub clock: Clock,
    /// Picture source.
    pub video: VideoSpec,
    /// A second camera, for close-ups.
    pub close_up: Option<VideoSpec>,
    /// How the picture is turned and mirrored.
    pub turn: Turn,
    /// What of the turned picture is cut off; what is left fills the canvas.
    pub crop: Crop,
    /// Sound source.
    pub audio: AudioSpec,
    /// Lip sync: so much later (or earlier) than it was heard the sound is played.
    pub lip_sync: MediaTime,
    /// Canvases, each encoded once.
    pub canvases: Vec<Canvas>,
    /// Size of the 16:9 canvas.
    pub size: Size,
    /// Ticks a second.
    pub rate: FrameRate,
    /// Encoder settings; size and rate are set per canvas.
    pub encoder: VideoSettings,
    /// AAC bits a second.
    pub audio_bitrate: u32,
    /// Where each canvas goes.
    pub destinations: Vec<(Canvas, DestinationSettings)>,
    /// Recording of the first canvas; another goes beside it with its canvas in the name.
    pub record: Option<PathBuf>,
    /// Replace existing recordings.
    pub overwrite: bool,
}

/// A running show.
pub struct Live {
    engine: Arc<Engine>,
    stage: Stage,
    canvases: Vec<Canvas>,
    started: Instant,
    /// From the caller's start to the clock's zero.
    before_clock: Duration,
    events: Vec<Event>,
}

/// The rendition of a canvas; there is one of each.
fn rendition(canvas: Canvas) -> RenditionId {
    RenditionId::from(canvas.id().0.as_ref())
}

/// `show.mp4` for the first canvas, `show-9x16.mp4` for another.
fn recording_path(path: &std::path::Path, canvas: Canvas, first: bool) -> PathBuf {
    if first {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = canvas.to_string().replace(':', "x");
    path.with_file_name(format!("{stem}-{name}.mp4"))
}

/// The host's camera, and the one for close-ups.
fn cameras(settings: &LiveSettings) -> Vec<VideoSourceSettings> {
    let host =
        VideoSourceSettings { id: HOST.into(), spec: settings.video.clone(), turn: settings.turn };
    let near = settings.close_up.iter().map(|spec| VideoSourceSettings {
        id: CLOSE_UP.into(),
        spec: spec.clone(),
        turn: Turn::NONE,
    });
    std::iter::once(host).chain(near).collect()
}

impl Live {
    /// Opens everything and goes on air with `on_air`. `started` is when the caller's program
    /// began, for the report.
    ///
    /// # Errors
    /// If a source, encoder, picture or recording cannot be opened; nothing is left running and
    /// no file half-made. A destination that does not answer is no error: see its status.
    pub fn start(
        settings: LiveSettings,
        overlay: Overlay,
        on_air: OnAir,
        started: Instant,
    ) -> Result<Self, StudioError> {
        let mut settings = settings;
        chosen::resolve(&mut settings.video, &mut settings.audio);
        let clock = settings.clock.clone();
        let before_clock = started.elapsed();
        let engine_settings = EngineSettings {
            clock,
            rate: settings.rate,
            canvases: settings
                .canvases
                .iter()
                .map(|c| CanvasSettings { id: c.id(), size: c.size(settings.size) })
                .collect(),
            renditions: settings
                .canvases
                .iter()
                .map(|c| RenditionSettings {
                    id: rendition(*c),
                    canvas: c.id(),
                    video: VideoSettings {
                        size: c.size(settings.size),
                        rate: settings.rate,
                        ..settings.encoder.clone()
                    },
                })
                .collect(),
            audio_bitrate: settings.audio_bitrate,
            audio_hold: match (settings.audio.is_free_running(), settings.encoder.latency) {
                (false, _) => MediaTime::ZERO,
                (true, Latency::Quality) => DEVICE_HOLD,
                (true, Latency::Low) => DEVICE_HOLD_LOW,
            },
            video: cameras(&settings),
            audio: vec![AudioSourceSettings {
                id: InputId::from(VOICE),
                spec: settings.audio.clone(),
                input: InputSettings { offset: settings.lip_sync, ..InputSettings::default() },
            }],
            watch_devices: !settings.clock.is_simulated(),
        };
        // Pictures are drawn while encoders and sources open: what cannot be drawn is refused
        // before anything goes out, and the first picture sent already has the card.
        let mut overlay = overlay.crop_host(settings.crop);
        overlay.set_close_up(settings.close_up.is_some());
        let (engine, drawn) = std::thread::scope(|scope| {
            let drawing =
                scope.spawn(|| overlay.program(&on_air, MediaTime::ZERO, false).map(drop));
            (Engine::start(engine_settings), drawing.join())
        });
        let engine = Arc::new(engine?);
        drawn.map_err(|_| {
            StudioError::new(ErrorKind::Internal, "graphics", "drawing failed inside the program")
        })??;
        let stage = Stage::start(Arc::clone(&engine), overlay)?;
        let live = Self {
            engine,
            stage,
            canvases: settings.canvases.clone(),
            started,
            before_clock,
            events: Vec::new(),
        };
        for (canvas, mut destination) in settings.destinations {
            // An encoder that looks ahead gives pictures later than their sound: services get them
            // sorted. Without look-ahead nothing is held back.
            if settings.encoder.latency == Latency::Quality {
                destination.hold = SORTED_WITHIN;
            }
            live.engine.add_destination(&rendition(canvas), destination)?;
        }
        live.stage.show(on_air)?;
        if let Some(path) = &settings.record {
            for (i, canvas) in settings.canvases.iter().enumerate() {
                let file = recording_path(path, *canvas, i == 0);
                let (id, r) = (format!("recording {canvas}"), rendition(*canvas));
                live.engine
                    .add_recording(&id, &r, file, settings.overwrite)
                    .map_err(|e| StudioError::machine("recording", e))?;
            }
        }
        Ok(live)
    }

    /// The engine, for its counters and controls.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Show time.
    pub fn now(&self) -> MediaTime {
        self.engine.clock().now()
    }

    /// Draws and puts on air.
    ///
    /// # Errors
    /// If a picture cannot be drawn; what is on air stays.
    pub fn show(&self, on_air: OnAir) -> Result<(), StudioError> {
        self.stage.show(on_air)
    }

    /// The graphics worker.
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Draws ahead what comes next.
    pub fn prepare(&self, on_air: OnAir) {
        self.stage.prepare(on_air);
    }

    /// Waits up to `timeout` for something to happen and keeps it for the report.
    pub fn event(&mut self, timeout: Duration) -> Option<Event> {
        let event = self.engine.events().next(timeout)?;
        match &event {
            Event::SourceLost { id, kind: SourceKind::Video, .. } if id == HOST => {
                self.stage.source_lost(true);
            }
            Event::SourceReturned { id, kind: SourceKind::Video, .. } if id == HOST => {
                self.stage.source_lost(false);
            }
            _ => {}
        }
        self.events.push(event.clone());
        // A twelve-hour show on a bad line must not grow a list for ever.
        if self.events.len() > 10_000 {
            self.events.remove(0);
        }
        Some(event)
    }

    /// The next picture of a canvas as it is on air.
    ///
    /// # Errors
    /// If there is none within a second.
    pub fn picture(&self, canvas: Canvas) -> Result<Arc<Frame>, StudioError> {
        let preview = self.engine.preview(&canvas.id())?;
        let newest = if self.engine.clock().is_simulated() {
            // Its time stands still while somebody waits: the last picture is the newest there will be.
            preview.wait_newest(Duration::ZERO)
        } else {
            preview.clear();
            preview.wait_newest(Duration::from_secs(1))
        };
        newest.map(|(_, frame)| frame).ok_or_else(|| {
            StudioError::new(ErrorKind::Internal, "picture", "the show gives no pictures")
        })
    }

    /// Destinations in a few words, for a progress line.
    pub fn summary(&self) -> String {
        let stats = self.engine.destinations();
        let words = stats.iter().map(|d| format!("{} {}", d.id, state_word(d.state)));
        words.collect::<Vec<_>>().join(", ")
    }

    /// Ends the show and says how every output ended.
    ///
    /// # Errors
    /// Only if the engine is still in use elsewhere, which would be a fault of the program.
    pub fn stop(mut self) -> Result<LiveReport, StudioError> {
        while self.event(Duration::ZERO).is_some() {}
        self.stage.stop();
        let engine = Arc::try_unwrap(self.engine).map_err(|_| {
            StudioError::new(ErrorKind::Internal, "engine", "the show is still in use")
        })?;
        let ended = engine.stop(CLOSE);
        let ran = self.started.elapsed();
        Ok(LiveReport::new(&self.canvases, ran, self.before_clock, ended, self.events))
    }
}
