//! One composited picture, for designing themes: the same drawing and compositing as a show.

mod samples;
mod zones;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use vitrine_capture::{VideoSpec, VideoWish, open_camera};
use vitrine_compositor::{Compositor, Inputs, Tile};
use vitrine_engine::Program;
use vitrine_flow::{Clock, Stop};
use vitrine_graphics::Theme;
use vitrine_media::{Frame, FrameRate, MediaTime, Size};
use vitrine_scene::{PictureId, Scene, SourceId, interpolate};

use crate::canvas::Canvas;
use crate::error::{ErrorKind, StudioError};
use crate::on_air::{OnAir, SceneName};
use crate::overlay::{HOST, Overlay, Placed};
use crate::pictures::write_png;
use crate::platforms::Zone;
use crate::product::Product;
use crate::scenes::CLOSE_UP;

pub use self::samples::{SampleElement, sample_on_air};
pub use self::zones::Touch;

/// A moment of the test card that is neither flash nor beginning.
const MOMENT: MediaTime = MediaTime::from_millis(1500);

/// What to draw.
#[derive(Clone, Debug)]
pub struct RenderSettings {
    /// The product on air.
    pub product: Product,
    /// The theme.
    pub theme: Arc<Theme>,
    /// Which canvas.
    pub canvas: Canvas,
    /// Size of the 16:9 canvas.
    pub size: Size,
    /// Seconds since the cue; within the first third the card is on its way.
    pub at_seconds: f64,
    /// What lies behind; the test card otherwise.
    pub video: Option<VideoSpec>,
    /// Seconds left on the countdown; 0 leaves it out, unless it is named in `elements`.
    pub countdown: u32,
    /// Language of prices and labels.
    pub language: String,
    /// The scene.
    pub scene: SceneName,
    /// Which elements are on, with values made up where the product has none. None: card, banner and
    /// countdown.
    pub elements: Vec<SampleElement>,
    /// Show what this platform (`all`: every one) lays over the picture, and keep elements clear of it.
    pub safe_zones: Option<String>,
}

/// What was drawn.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Rendered {
    /// Where every element is.
    pub elements: Vec<Placed>,
    /// Elements under something of a platform; empty unless zones were asked for.
    pub touches: Vec<Touch>,
}

struct Still<'a> {
    host: &'a Frame,
    program: &'a Program,
}

impl Inputs for Still<'_> {
    fn source(&self, id: &SourceId) -> Option<&Frame> {
        matches!(id.as_str(), HOST | CLOSE_UP).then_some(self.host)
    }
    fn picture(&self, id: &PictureId) -> Option<&Tile> {
        self.program.pictures.get(id).map(|t| &**t)
    }
}

/// Draws the picture and writes it as a PNG; says where the elements are.
///
/// # Errors
/// If the time is no time, a source or element cannot be drawn, or the file cannot be written.
pub fn render_picture(settings: &RenderSettings, out: &Path) -> Result<Rendered, StudioError> {
    if !settings.at_seconds.is_finite() || !(0.0..=86_400.0).contains(&settings.at_seconds) {
        let what = format!("--at {} is no moment of a show", settings.at_seconds);
        return Err(StudioError::input("at", what).remedy("give seconds, such as 1.5"));
    }
    let canvas = settings.canvas;
    let size = canvas.size(settings.size);
    let clock = Clock::simulated();
    let _in = clock.participate();
    let stop = Stop::new();
    clock.sleep_until(MOMENT, &stop);
    let wish = VideoWish::new(size, FrameRate::whole(30));
    let spec = settings.video.clone().unwrap_or(VideoSpec::TestCard);
    let host = open_camera(&spec, &wish, &clock)
        .and_then(|mut camera| camera.next(&stop))
        .map_err(|e| StudioError::input("video", e))?
        .value;

    let elapsed = MediaTime::from_secs_f64(settings.at_seconds);
    let usual = [SampleElement::Card, SampleElement::Banner, SampleElement::Countdown];
    let usual = &usual[..if settings.countdown > 0 { 3 } else { 2 }];
    let elements = if settings.elements.is_empty() { usual } else { &settings.elements };
    let on_air = sample_on_air(settings.scene, elements, &settings.product, settings.countdown);
    let mut overlay =
        Overlay::new(Arc::clone(&settings.theme), &settings.language, &[canvas], settings.size)?;
    overlay.set_shape(HOST, host.size());
    let platforms = match &settings.safe_zones {
        Some(name) => zones::meant(name, canvas)?,
        None => Vec::new(),
    };
    let all: Vec<Zone> = platforms.iter().flat_map(|p| p.zones.clone()).collect();
    overlay.keep_clear(canvas, &all);
    let nothing = overlay.program(&OnAir::default(), MediaTime::ZERO, false)?;
    let mut program = overlay.program(&on_air, MediaTime::ZERO, false)?;
    let elements = overlay.placed().to_vec();
    let touches = zones::touches(&elements, &platforms, size);
    let scene = |p: &Program| -> Result<Arc<Scene>, StudioError> {
        p.scenes.get(&canvas.id()).cloned().ok_or_else(|| {
            StudioError::new(ErrorKind::Internal, "scene", "the canvas has no scene")
        })
    };
    let mut shown = interpolate(&*scene(&nothing)?, &*scene(&program)?, elapsed);
    if !platforms.is_empty() {
        let mut pictures = (*program.pictures).clone();
        shown.layers.extend(zones::layers(&platforms, canvas, size, &mut pictures)?);
        program.pictures = Arc::new(pictures);
    }
    let mut frame = Frame::black(size);
    Compositor::new(size).draw(&shown, &Still { host: &host, program: &program }, &mut frame);
    write_png(&frame, out)?;
    Ok(Rendered { elements, touches })
}
