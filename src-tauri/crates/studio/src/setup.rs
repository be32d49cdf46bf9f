//! How a show goes on air: sources, canvases, encoder, destinations. [`SetupRecord`] is what is kept of it
//! for a resume, as a seller would write it and without any key; [`Setup`] is what the engine is started
//! with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vitrine_capture::{AudioSpec, VideoSpec};
use vitrine_codec::{EncoderChoice, Latency, Preset, VideoSettings};
use vitrine_delivery::{DestinationSettings, Target};
use vitrine_flow::Clock;
use vitrine_graphics::Theme;
use vitrine_media::MediaTime;
use vitrine_pixel::Turn;
use vitrine_scene::Crop;
use vitrine_secret::Secret;

use crate::canvas::{Canvas, parse_rate, parse_size};
use crate::error::StudioError;
use crate::live::LiveSettings;
use crate::machine;
use crate::overlay::Overlay;
use crate::platforms::{Platform, Zone, platforms};
use crate::theming::branded_theme;

/// A destination, without its key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DestinationRecord {
    /// The seller's name for it.
    pub name: String,
    /// Which canvas it gets.
    pub canvas: Canvas,
    /// Its server, `rtmp://HOST/APP`.
    pub server: String,
}

/// How a show goes on air, in the words of the command line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SetupRecord {
    /// Picture source.
    pub video: String,
    /// A second camera for close-ups.
    #[serde(default)]
    pub close_up: Option<String>,
    /// How far clockwise the picture is turned: 0, 90, 180 or 270 degrees.
    #[serde(default)]
    pub turn: u32,
    /// Whether it is mirrored.
    #[serde(default)]
    pub mirror: bool,
    /// What is cut off it.
    #[serde(default)]
    pub crop: Crop,
    /// Sound source.
    pub audio: String,
    /// Lip sync, milliseconds.
    #[serde(default)]
    pub lip_sync_ms: i64,
    /// Canvases.
    pub canvases: Vec<Canvas>,
    /// Size of the 16:9 picture.
    pub size: String,
    /// Pictures a second.
    pub fps: String,
    /// Picture bits a second, of each canvas.
    pub bitrate: u32,
    /// Sound bits a second.
    pub audio_bitrate: u32,
    /// Encoder's name in FFmpeg; the best that opens otherwise.
    #[serde(default)]
    pub encoder: Option<String>,
    /// Work for the encoder.
    pub preset: Preset,
    /// Short way to the wire, or more picture for the same bitrate.
    pub latency: Latency,
    /// Where it goes.
    pub destinations: Vec<DestinationRecord>,
    /// Recording of the first canvas.
    #[serde(default)]
    pub record: Option<PathBuf>,
    /// A built-in theme's name or a folder.
    #[serde(default)]
    pub theme: Option<String>,
    /// A brand's file.
    #[serde(default)]
    pub brand: Option<PathBuf>,
    /// Platforms whose buttons elements keep clear of, by name.
    #[serde(default)]
    pub platforms: Vec<String>,
}

impl Default for SetupRecord {
    /// Test card and tone in 720p, to nowhere.
    fn default() -> Self {
        Self {
            video: "test-card".into(),
            close_up: None,
            turn: 0,
            mirror: false,
            crop: Crop::NONE,
            audio: "test-tone".into(),
            lip_sync_ms: 0,
            canvases: vec![Canvas::Landscape],
            size: "1280x720".into(),
            fps: "30".into(),
            bitrate: 4_500_000,
            audio_bitrate: 128_000,
            encoder: None,
            preset: Preset::Auto,
            latency: Latency::Quality,
            destinations: Vec::new(),
            record: None,
            theme: None,
            brand: None,
            platforms: Vec::new(),
        }
    }
}

/// How a show goes on air, ready to be started.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What is kept of it.
    pub record: SetupRecord,
    /// Each destination's key, in the order of the record.
    keys: Vec<Secret>,
    theme: Arc<Theme>,
    /// What platforms lay over each canvas.
    zones: Vec<(Canvas, Vec<Zone>)>,
}

impl Setup {
    /// With a key for each destination, in their order.
    ///
    /// # Errors
    /// If anything of it cannot be used, in a sentence that names it.
    pub fn new(record: SetupRecord, keys: Vec<Secret>) -> Result<Self, StudioError> {
        let (theme, zones) = (theme(&record)?, zones(&record)?);
        let setup = Self { record, keys, theme, zones };
        setup.as_given(Clock::real())?;
        Ok(setup)
    }

    /// The destinations with their keys.
    fn destinations(&self) -> Result<Vec<(Canvas, DestinationSettings)>, StudioError> {
        let r = &self.record;
        let mut names = std::collections::BTreeSet::new();
        let each = r.destinations.iter().enumerate().map(|(n, d)| {
            let key = self.keys.get(n).map_or("", |k| k.expose().trim());
            if key.is_empty() {
                let what = format!("destination {} has no key", d.name);
                return Err(StudioError::input("destination", what)
                    .remedy("give one key a line, in the order of the destinations"));
            }
            if !names.insert(&d.name) {
                let what = format!("two destinations are called {}", d.name);
                return Err(StudioError::input("destination", what));
            }
            if !r.canvases.contains(&d.canvas) {
                let what = format!(
                    "destination {} asks for canvas {}, which is not drawn",
                    d.name, d.canvas
                );
                return Err(
                    StudioError::input("canvas", what).remedy(format!("add --canvas {}", d.canvas))
                );
            }
            let target =
                Target::new(&d.server, key).map_err(|e| StudioError::input("destination", e))?;
            Ok((d.canvas, DestinationSettings::new(d.name.clone(), d.name.clone(), target)))
        });
        each.collect()
    }

    /// What draws the show, in its language.
    ///
    /// # Errors
    /// If the set-up has no canvas.
    pub fn overlay(&self, language: &str) -> Result<Overlay, StudioError> {
        let (theme, size) = (Arc::clone(&self.theme), parse_size(&self.record.size)?);
        let mut overlay = Overlay::new(theme, language, &self.record.canvases, size)?;
        for (canvas, zones) in &self.zones {
            overlay.keep_clear(*canvas, zones);
        }
        Ok(overlay)
    }

    /// What the engine is started with, under a clock.
    ///
    /// # Errors
    /// As for [`Setup::new`].
    pub fn live_settings(&self, clock: Clock) -> Result<LiveSettings, StudioError> {
        let mut settings = self.as_given(clock)?;
        let (size, rate, canvases) = (settings.size, settings.rate, settings.canvases.len());
        let encoder = &mut settings.encoder;
        if settings.clock.is_simulated() {
            // Nobody measures a machine under a clock that is not its own.
            encoder.encoder = EncoderChoice::Auto;
            if encoder.preset == Preset::Auto {
                encoder.preset = Preset::Ultrafast;
            }
        } else {
            let wanted = std::mem::take(&mut encoder.encoder);
            (encoder.encoder, encoder.preset) =
                machine::choose(wanted, encoder.preset, size, rate, canvases);
        }
        Ok(settings)
    }

    /// The same before the encoder is chosen, which measures the machine once.
    fn as_given(&self, clock: Clock) -> Result<LiveSettings, StudioError> {
        let r = &self.record;
        if r.canvases.is_empty() {
            return Err(StudioError::input("canvas", "a show needs at least one canvas"));
        }
        let (size, rate) = (parse_size(&r.size)?, parse_rate(&r.fps)?);
        let encoder = r.encoder.clone().map_or(EncoderChoice::Auto, EncoderChoice::Named);
        let video =
            |text: &str| text.parse::<VideoSpec>().map_err(|e| StudioError::input("video", e));
        Ok(LiveSettings {
            clock,
            video: video(&r.video)?,
            close_up: r.close_up.as_deref().map(video).transpose()?,
            turn: Turn::new(r.turn, r.mirror).ok_or_else(|| {
                StudioError::input("turn", format!("a picture cannot be turned by {}", r.turn))
                    .remedy("turn it by 90, 180 or 270 degrees, as in --turn 90")
            })?,
            crop: r.crop,
            audio: r.audio.parse::<AudioSpec>().map_err(|e| StudioError::input("audio", e))?,
            lip_sync: MediaTime::from_millis(r.lip_sync_ms),
            canvases: r.canvases.clone(),
            size,
            rate,
            encoder: VideoSettings {
                bitrate: r.bitrate,
                encoder,
                preset: r.preset,
                latency: r.latency,
                ..VideoSettings::new(size, rate)
            },
            audio_bitrate: r.audio_bitrate,
            destinations: self.destinations()?,
            record: r.record.clone(),
            overwrite: false,
        })
    }
}

/// What the platforms lay over each canvas. One that only shows the other canvas lays nothing over this.
fn zones(record: &SetupRecord) -> Result<Vec<(Canvas, Vec<Zone>)>, StudioError> {
    let known = platforms()?;
    for name in &record.platforms {
        if !known.iter().any(|p| p.name == *name) {
            let mut names: Vec<&str> = known.iter().map(|p| p.name.as_str()).collect();
            names.dedup();
            return Err(StudioError::input("platform", format!("there is no platform {name:?}"))
                .remedy(format!("choose from {}", names.join(", "))));
        }
    }
    let meant = |p: &Platform, canvas| p.canvas == canvas && record.platforms.contains(&p.name);
    let of = |canvas: Canvas| {
        let all = known.iter().filter(|p| meant(p, canvas)).flat_map(|p| p.zones.clone());
        (canvas, all.collect::<Vec<_>>())
    };
    Ok(record.canvases.iter().map(|c| of(*c)).collect())
}

/// The theme, with the brand's colours, fonts and logo.
fn theme(record: &SetupRecord) -> Result<Arc<Theme>, StudioError> {
    let wanted = record.theme.as_deref().map(Path::new);
    let (theme, warnings) = branded_theme(wanted, record.brand.as_deref())?;
    for warning in warnings {
        tracing::warn!("{}", warning.text);
    }
    Ok(theme)
}
