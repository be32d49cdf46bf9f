//! From what is on air to scenes and pictures: the theme draws each element once, the compositor
//! moves it.
//!
//! | file | what |
//! |---|---|
//! | `shown` | which elements are on a canvas, and what gives way to what |
//! | `layers` | one canvas: cameras, stage, elements, page |
//! | `words` | what stands in each |
//! | [`turns`] | [`next_change`]: when the picture changes by itself |
//! | `room` | clear of platforms' buttons and of each other |
//! | `art` | drawn elements, kept while they may be needed again |

mod art;
mod layers;
mod room;
mod shown;
pub mod turns;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use vitrine_engine::{Pictures, Program};
use vitrine_graphics::{Area, Direction, Theme};
use vitrine_media::{MediaTime, Size};
use vitrine_scene::{Crop, LayerId, Scene};

use self::art::Gallery;
use self::layers::Layers;
use self::words::Words;
use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::labels::is_right_to_left;
use crate::on_air::{OnAir, SceneName};
use crate::platforms::Zone;
use crate::scenes::{View, Views};

pub use self::turns::{next_change, next_second};
pub use crate::scenes::{CLOSE_UP, HOST};

/// A built-in theme by its name, in any case; else the theme in a folder; without either Classic. A folder
/// that is called like a built-in theme is written with a slash: `./classic`.
///
/// # Errors
/// If it is no built-in name and the folder holds no usable theme.
pub fn load_theme(wanted: Option<&Path>) -> Result<Arc<Theme>, StudioError> {
    let Some(wanted) = wanted else { return Ok(Arc::new(Theme::classic())) };
    let built_in = wanted.to_str().and_then(|name| Theme::builtin(&name.to_lowercase()));
    if let Some(theme) = built_in {
        return Ok(Arc::new(theme));
    }
    Theme::load(wanted).map(Arc::new).map_err(|e| {
        let what = format!("theme {}: {e}", wanted.display());
        StudioError::input("theme", what).remedy(format!(
            "choose {}, or a folder with theme.toml and its SVG files; see assets/themes",
            Theme::BUILTIN.join(", ")
        ))
    })
}

/// Where an element of the newest program is.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Placed {
    /// On which canvas.
    pub canvas: Canvas,
    /// The element's name in themes.
    pub element: &'static str,
    /// Its layer.
    #[serde(skip)]
    pub layer: LayerId,
    /// What is seen of it, without its shadow; of a strip across the whole canvas, what is written in it.
    pub area: Area,
    /// How far it was moved from where scene and theme put it, pixels right and down.
    pub moved: [i32; 2],
    /// What platforms lay over it; not what comes and goes.
    pub touches: Vec<String>,
    /// It would have covered another element and is not shown.
    pub left_out: bool,
}

/// Draws what is on air for every canvas of a show. Lives on the graphics worker; drawing takes
/// milliseconds to tens of them.
#[derive(Debug)]
pub struct Overlay {
    gallery: Gallery,
    words: Words,
    canvases: Vec<(Canvas, Size)>,
    /// What of the host's picture is not shown.
    host_crop: Crop,
    views: Views,
    /// Width / height of cameras.
    shapes: BTreeMap<String, f64>,
    has_close_up: bool,
    zones: BTreeMap<Canvas, Vec<Zone>>,
    placed: Vec<Placed>,
    /// What was said already.
    told: BTreeSet<(Canvas, &'static str, bool)>,
}

impl Overlay {
    /// For these canvases, with texts and prices in `language`.
    ///
    /// # Errors
    /// If no canvas is given.
    pub fn new(
        theme: Arc<Theme>,
        language: &str,
        canvases: &[Canvas],
        landscape: Size,
    ) -> Result<Self, StudioError> {
        if canvases.is_empty() {
            return Err(StudioError::input("canvas", "a show needs at least one canvas"));
        }
        let direction = if is_right_to_left(language) {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        };
        Ok(Self {
            gallery: Gallery::new(theme, direction),
            words: Words::of(language),
            canvases: canvases.iter().map(|c| (*c, c.size(landscape))).collect(),
            host_crop: Crop::NONE,
            views: Views::default(),
            shapes: BTreeMap::new(),
            has_close_up: false,
            zones: BTreeMap::new(),
            placed: Vec::new(),
            told: BTreeSet::new(),
        })
    }

    /// The same, with only a part of the host's picture shown, as large as the canvas allows.
    #[must_use]
    pub fn crop_host(mut self, crop: Crop) -> Self {
        self.host_crop = crop;
        self
    }

    /// Another theme from the next program on.
    pub fn set_theme(&mut self, theme: Arc<Theme>) {
        self.gallery.set_theme(theme);
        self.told.clear();
    }

    /// Which part of a camera's picture ([`HOST`], [`CLOSE_UP`]) matters in a scene.
    pub fn set_view(&mut self, source: &str, scene: SceneName, view: View) {
        self.views.set(source, scene, view);
    }

    /// Whether there is a second camera, [`CLOSE_UP`].
    pub fn set_close_up(&mut self, there: bool) {
        self.has_close_up = there;
    }

    /// The size of a camera's picture as it arrives, turned; 16:9 is taken for one that is not told.
    pub fn set_shape(&mut self, source: &str, size: Size) {
        let shape = f64::from(size.width.max(1)) / f64::from(size.height.max(1));
        self.shapes.insert(source.to_owned(), shape);
    }

    /// Elements of this canvas keep clear of these zones from the next program on: each is moved as little as
    /// it takes, inwards. One that cannot be kept clear stays where it is, which is logged once and seen in
    /// [`Overlay::placed`]. Soft zones move nothing.
    pub fn keep_clear(&mut self, canvas: Canvas, zones: &[Zone]) {
        self.zones.insert(canvas, zones.iter().filter(|z| !z.soft).cloned().collect());
        self.told.clear();
    }

    /// Where every element of the newest program is.
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// How many drawings are kept: bounded, however long a show is.
    pub fn kept(&self) -> usize {
        self.gallery.len()
    }

    /// Scenes and pictures for `on_air` as it looks at show time `at`, which the clocks show. The
    /// slate beneath the host has a running clock only while `slate_seen`: it would be drawn anew
    /// each second for nobody.
    ///
    /// # Errors
    /// If an element cannot be drawn. One that the theme does not have is left out.
    pub fn program(
        &mut self,
        on_air: &OnAir,
        at: MediaTime,
        slate_seen: bool,
    ) -> Result<Program, StudioError> {
        let mut program = Program::default();
        let mut pictures = Pictures::new();
        self.placed.clear();
        for (canvas, size) in self.canvases.clone() {
            let mut layers = Layers::new(canvas, size, &mut pictures);
            self.draw(on_air, at, slate_seen, &mut layers)?;
            program.scenes.insert(canvas.id(), Arc::new(Scene::new(layers.list)));
        }
        program.pictures = Arc::new(pictures);
        Ok(program)
    }
}
