//! What viewers see: every scene and element, both canvases, every theme.

mod elements;
mod hostile;
mod over_time;
mod scenes;
mod zones;

use std::sync::Arc;

use vitrine_graphics::{Area, Theme};
use vitrine_media::{MediaTime, Size};
use vitrine_scene::Scene;
use vitrine_studio::on_air::OnAir;
use vitrine_studio::overlay::Placed;
use vitrine_studio::{Canvas, Overlay, Product, SampleElement, sample};

/// Both.
pub const CANVASES: [Canvas; 2] = [Canvas::Landscape, Canvas::Portrait];
/// Of the 16:9 canvas.
pub const SIZE: Size = Size::new(1280, 720);

/// The themes of the repository, by their folders.
pub fn themes() -> Vec<(String, Arc<Theme>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/themes");
    let mut themes: Vec<_> = std::fs::read_dir(folder)
        .expect("the themes")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("theme.toml").is_file())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let theme = Theme::load(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, Arc::new(theme))
        })
        .collect();
    themes.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(themes.iter().any(|(name, _)| name == "classic"));
    themes
}

/// The built-in theme that everything else is measured by.
pub fn classic() -> Arc<Theme> {
    Arc::new(Theme::classic())
}

/// For both canvases.
pub fn overlay(theme: &Arc<Theme>, language: &str) -> Overlay {
    Overlay::new(Arc::clone(theme), language, &CANVASES, SIZE).expect("an overlay")
}

/// The kettle: long title, crossed-out price, link; with a code added by the samples where one is asked for.
pub fn product() -> Product {
    (*sample::products().expect("the sample show")[1]).clone()
}

/// The names of elements that are seen on a canvas.
pub fn seen(placed: &[Placed], canvas: Canvas) -> Vec<&'static str> {
    placed.iter().filter(|p| p.canvas == canvas && !p.left_out).map(|p| p.element).collect()
}

/// Whether something is seen of it, and nothing lies outside.
pub fn is_inside(area: Area, canvas: Canvas) -> bool {
    let size = canvas.size(SIZE);
    area.width > 0
        && area.height > 0
        && area.x + area.width <= size.width
        && area.y + area.height <= size.height
}

/// Whether two areas share more than an edge.
pub fn overlap(a: Area, b: Area) -> bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/// Draws, checks what has to be so of every program, and gives the scene of a canvas.
pub fn draw(overlay: &mut Overlay, on_air: &OnAir, at: MediaTime) -> [Arc<Scene>; 2] {
    let program = overlay.program(on_air, at, false).expect("drawn");
    for scene in program.scenes.values() {
        scene.validate().expect("a scene that can be shown");
        for layer in &scene.layers {
            if let vitrine_scene::Content::Picture(id) = &layer.content {
                assert!(program.pictures.contains_key(id), "{id} has no picture");
            }
        }
    }
    for p in overlay.placed() {
        assert!(p.left_out || is_inside(p.area, p.canvas), "{p:?}");
    }
    CANVASES.map(|c| Arc::clone(&program.scenes[&c.id()]))
}

/// Sets of elements as they are on together in shows.
pub fn combinations() -> Vec<(&'static str, Vec<SampleElement>)> {
    use SampleElement as E;
    vec![
        (
            "offer",
            vec![E::Card, E::Banner, E::Countdown, E::PromoCode, E::LowerThird, E::Goal, E::Logo],
        ),
        ("asked", vec![E::Card, E::Banner, E::Countdown, E::PromoCode, E::LowerThird, E::Question]),
        ("fallen", vec![E::Card, E::Banner, E::PromoCode, E::PriceDrop, E::Goal]),
        ("flash", vec![E::Card, E::Banner, E::FlashSale, E::PromoCode, E::Logo, E::LowerThird]),
        ("flash, fallen", vec![E::Card, E::Banner, E::FlashSale, E::PriceDrop]),
        ("auction", vec![E::Lot, E::Bids, E::Ticker, E::Goal, E::Logo]),
        ("auction, asked", vec![E::Lot, E::Question, E::Ticker]),
        ("sold", vec![E::Sold, E::Bids, E::Ticker]),
        ("giveaway", vec![E::Giveaway, E::Banner, E::Card, E::Goal, E::Logo]),
        ("winner", vec![E::Winner, E::Ticker]),
        ("code", vec![E::Qr, E::Banner, E::PromoCode, E::Countdown, E::Goal]),
        ("talk", vec![E::LowerThird, E::Ticker, E::Logo, E::Goal, E::Countdown]),
        ("everything", SampleElement::ALL.to_vec()),
    ]
}
