//! One composited picture, for designing themes: the same drawing and compositing as a show.

use std::path::Path;
use std::sync::Arc;

use vitrine_capture::{VideoSpec, VideoWish, open_camera};
use vitrine_compositor::{Compositor, Inputs, Tile};
use vitrine_engine::Program;
use vitrine_flow::{Clock, Stop};
use vitrine_graphics::Theme;
use vitrine_media::{Frame, FrameRate, MediaTime, Size};
use vitrine_scene::{PictureId, Scene, SourceId, interpolate};

use crate::canvas::Canvas;
use crate::error::{ErrorKind, StudioError};
use crate::on_air::{OnAir, Page};
use crate::overlay::{HOST, Overlay};
use crate::pictures::write_png;
use crate::product::Product;

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
    /// Seconds left on the countdown; 0 leaves it out.
    pub countdown: u32,
    /// Language of prices and labels.
    pub language: String,
    /// A full picture instead of the product.
    pub page: Option<Page>,
}

struct Still<'a> {
    host: &'a Frame,
    program: &'a Program,
}

impl Inputs for Still<'_> {
    fn source(&self, id: &SourceId) -> Option<&Frame> {
        (id.as_str() == HOST).then_some(self.host)
    }
    fn picture(&self, id: &PictureId) -> Option<&Tile> {
        self.program.pictures.get(id).map(|t| &**t)
    }
}

/// Draws the picture and writes it as a PNG.
///
/// # Errors
/// If the time is no time, a source or element cannot be drawn, or the file cannot be written.
pub fn render_picture(settings: &RenderSettings, out: &Path) -> Result<(), StudioError> {
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
    let mut on_air = OnAir::product(Arc::new(settings.product.clone()));
    on_air.promo_code = false;
    on_air.page = settings.page;
    if settings.countdown > 0 {
        on_air.countdown_to = Some(MediaTime::from_secs(i64::from(settings.countdown)));
    }
    let mut overlay =
        Overlay::new(Arc::clone(&settings.theme), &settings.language, &[canvas], settings.size)?;
    let nothing = overlay.program(&OnAir::default(), MediaTime::ZERO, false)?;
    let program = overlay.program(&on_air, MediaTime::ZERO, false)?;
    let scene = |p: &Program| -> Result<Arc<Scene>, StudioError> {
        p.scenes.get(&canvas.id()).cloned().ok_or_else(|| {
            StudioError::new(ErrorKind::Internal, "scene", "the canvas has no scene")
        })
    };
    let shown = interpolate(&*scene(&nothing)?, &*scene(&program)?, elapsed);
    let mut frame = Frame::black(size);
    Compositor::new(size).draw(&shown, &Still { host: &host, program: &program }, &mut frame);
    write_png(&frame, out)
}
