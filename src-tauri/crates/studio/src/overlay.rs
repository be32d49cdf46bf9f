//! From what is on air to scenes and pictures: the theme draws each element once, the compositor
//! moves it.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use vitrine_compositor::Tile;
use vitrine_engine::{Pictures, Program};
use vitrine_graphics::{Direction, Drawn, Element, Slots, Theme};
use vitrine_media::{MediaTime, Picture, Size};
use vitrine_scene::{
    Content, Crop, Easing, Edge, Effect, Layer, LayerId, Motion, PictureId, Place, Scene,
};

use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::labels::Labels;
use crate::on_air::{OnAir, Page};
use crate::product::Product;

/// The picture source of the presenter in every scene.
pub const HOST: &str = "host";

/// Drawn elements kept: two canvases of what is on air, of what comes next, and some history.
const KEPT: usize = 48;

/// The built-in theme, or the one in a folder.
///
/// # Errors
/// If the folder holds no usable theme.
pub fn load_theme(folder: Option<&Path>) -> Result<Arc<Theme>, StudioError> {
    let Some(folder) = folder else { return Ok(Arc::new(Theme::classic())) };
    Theme::load(folder).map(Arc::new).map_err(|e| {
        let what = format!("theme {}: {e}", folder.display());
        StudioError::input("theme", what)
            .remedy("a theme is a folder with theme.toml and its SVG files; see assets/themes")
    })
}

/// One drawn element, ready for the compositor.
#[derive(Clone, Debug)]
struct Art {
    tile: Arc<Tile>,
    place: Place,
    key: u64,
    used: u64,
    /// Held so that no other image takes its address, which stands for it in the key.
    _images: Vec<Arc<Picture>>,
}

/// Draws what is on air for every canvas of a show. Lives on the graphics worker; drawing takes
/// milliseconds to tens of them.
#[derive(Debug)]
pub struct Overlay {
    theme: Arc<Theme>,
    language: String,
    labels: Labels,
    /// One for the whole show: a card that mirrors with every other title would look broken.
    direction: Direction,
    canvases: Vec<(Canvas, Size)>,
    /// What of the host's picture is not shown.
    host_crop: Crop,
    kept: HashMap<u64, Art>,
    /// The newest state of each element whose content runs; earlier ones never come again.
    running: HashMap<(&'static str, Size), u64>,
    uses: u64,
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
        Ok(Self {
            theme,
            language: language.to_owned(),
            labels: Labels::of(language),
            direction: match language.split(['-', '_']).next() {
                Some("ar" | "he" | "fa" | "ur") => Direction::RightToLeft,
                _ => Direction::LeftToRight,
            },
            canvases: canvases.iter().map(|c| (*c, c.size(landscape))).collect(),
            host_crop: Crop::NONE,
            kept: HashMap::new(),
            running: HashMap::new(),
            uses: 0,
        })
    }

    /// The same, with only a part of the host's picture shown, as large as the canvas allows.
    #[must_use]
    pub fn crop_host(mut self, crop: Crop) -> Self {
        self.host_crop = crop;
        self
    }

    /// Scenes and pictures for `on_air` as it looks at show time `at`, which the clocks show. The
    /// slate beneath the host has a running clock only while `slate_seen`: it would be drawn anew
    /// each second for nobody.
    ///
    /// # Errors
    /// If an element cannot be drawn.
    pub fn program(
        &mut self,
        on_air: &OnAir,
        at: MediaTime,
        slate_seen: bool,
    ) -> Result<Program, StudioError> {
        let mut program = Program::default();
        let mut pictures = Pictures::new();
        for (canvas, size) in self.canvases.clone() {
            let scene = self.scene(on_air, at, slate_seen, (canvas, size), &mut pictures)?;
            program.scenes.insert(canvas.id(), Arc::new(scene));
        }
        program.pictures = Arc::new(pictures);
        Ok(program)
    }

    fn scene(
        &mut self,
        on_air: &OnAir,
        at: MediaTime,
        slate_seen: bool,
        (canvas, size): (Canvas, Size),
        pictures: &mut Pictures,
    ) -> Result<Scene, StudioError> {
        let portrait = canvas == Canvas::Portrait;
        let clock = clock_text(at);
        let mut layers = Vec::new();

        // Beneath the host: seen at once when the host's picture is lost.
        let slate_clock = if slate_seen { clock.as_str() } else { "" };
        let slots = self.page_slots(Page::Slate, slate_clock, on_air, at);
        let slate = self.running_art("slate-beneath", Element::Slate, size, &slots)?;
        let beneath = running("slate-beneath", canvas, &slate, Motion::CUT, Motion::CUT);
        let mut host = still(Layer::new(HOST, Content::Source(HOST.into()), Place::FULL));
        host.crop = self.host_crop;

        let mut put = |layer: Layer, art: &Art| {
            if let Content::Picture(id) = &layer.content {
                pictures.insert(id.clone(), Arc::clone(&art.tile));
            }
            layers.push(layer);
        };
        put(beneath, &slate);
        put(host, &slate);
        if let Some(product) = &on_air.product {
            if on_air.banner {
                let slots = self.banner_slots(product);
                let art = self.art(Element::PriceBanner, size, &slots)?;
                put(named("banner", canvas, &art, slide(Edge::Bottom)), &art);
            }
            if on_air.card {
                let slots = self.card_slots(product);
                let art = self.art(Element::ProductCard, size, &slots)?;
                let from = if portrait { Edge::Left } else { Edge::Right };
                put(named("card", canvas, &art, slide(from)), &art);
            }
            if let Some(code) = product.promo_code.as_ref().filter(|_| on_air.promo_code) {
                let slots = Slots::new()
                    .with_text("label", self.labels.promo_code)
                    .with_text("promo-code", code.clone());
                let art = self.art(Element::PromoCode, size, &slots)?;
                put(named("promo-code", canvas, &art, Effect::Scale), &art);
            }
        }
        if let Some(who) = &on_air.lower_third {
            let slots = Slots::new()
                .with_text("title", who.name.clone())
                .with_text("subtitle", who.role.clone());
            let art = self.art(Element::LowerThird, size, &slots)?;
            put(named("lower-third", canvas, &art, slide(Edge::Left)), &art);
        }
        if let Some(end) = on_air.countdown_to {
            let slots = Slots::new()
                .with_text("label", self.labels.ends_in)
                .with_text("digits", digits_left(end, at));
            let art = self.running_art("countdown", Element::Countdown, size, &slots)?;
            put(running("countdown", canvas, &art, ENTER, LEAVE), &art);
        }
        if let Some(page) = on_air.page {
            let slots = self.page_slots(page, &clock, on_air, at);
            let element = match page {
                Page::StartingSoon => Element::StartingSoon,
                Page::Break => Element::Break,
                Page::Ending => Element::Ending,
                Page::Slate => Element::Slate,
            };
            let art = self.running_art(page.name(), element, size, &slots)?;
            put(running(page.name(), canvas, &art, ENTER, LEAVE), &art);
        }
        Ok(Scene::new(layers))
    }

    fn card_slots(&self, product: &Product) -> Slots {
        let mut slots = Slots::new()
            .with_text("title", product.title.clone())
            .with_text("price", product.price.format(&self.language));
        if let Some(before) = product.compare_at {
            slots = slots.with_text("compare-at", before.format(&self.language));
        }
        if let Some(badge) = &product.badge {
            slots = slots.with_text("badge", badge.clone());
        }
        if let Some(code) = &product.promo_code {
            slots = slots
                .with_text("promo-label", self.labels.promo_code)
                .with_text("promo-code", code.clone());
        }
        if let Some(stock) = product.stock {
            let [before, after] = self.labels.left;
            let text = match stock {
                0 => self.labels.sold_out.to_owned(),
                n => format!("{before}{n}{after}"),
            };
            slots = slots.with_text("stock", text);
        }
        if let Some(link) = &product.link {
            slots = slots.with_text("scan-label", self.labels.scan).with_qr("qr", link.clone());
        }
        if let Some(image) = &product.image {
            slots = slots.with_image("image", Arc::clone(image));
        }
        slots
    }

    fn banner_slots(&self, product: &Product) -> Slots {
        let mut slots = Slots::new()
            .with_text("title", product.title.clone())
            .with_text("price", product.price.format(&self.language));
        if let Some(before) = product.compare_at {
            slots = slots.with_text("compare-at", before.format(&self.language));
        }
        slots
    }

    fn page_slots(&self, page: Page, clock: &str, on_air: &OnAir, at: MediaTime) -> Slots {
        let l = &self.labels;
        let [title, subtitle] = match page {
            Page::StartingSoon => [l.starting_soon, ""],
            Page::Break => l.pause,
            Page::Ending => l.ending,
            Page::Slate => l.slate,
        };
        let slots = Slots::new().with_text("title", title).with_text("subtitle", subtitle);
        match (page, on_air.countdown_to) {
            (Page::Slate, _) if !clock.is_empty() => {
                slots.with_text("label", l.on_air).with_text("digits", clock)
            }
            (Page::StartingSoon | Page::Break, Some(end)) => {
                slots.with_text("label", l.starts_in).with_text("digits", digits_left(end, at))
            }
            _ => slots,
        }
    }

    /// The same for an element whose content runs: only its newest state is kept.
    fn running_art(
        &mut self,
        name: &'static str,
        element: Element,
        size: Size,
        slots: &Slots,
    ) -> Result<Art, StudioError> {
        let art = self.art(element, size, slots)?;
        let before = self.running.insert((name, size), art.key);
        if let Some(before) = before.filter(|b| *b != art.key) {
            self.kept.remove(&before);
        }
        Ok(art)
    }

    /// The drawn element, from what was drawn before if it is the same.
    fn art(&mut self, element: Element, size: Size, slots: &Slots) -> Result<Art, StudioError> {
        self.uses += 1;
        let key = key_of(element, size, slots);
        if let Some(art) = self.kept.get_mut(&key) {
            art.used = self.uses;
            return Ok(art.clone());
        }
        let slots = &Slots { direction: Some(self.direction), ..slots.clone() };
        let Drawn { picture, place, .. } =
            self.theme.draw(element, size, slots).map_err(|e| StudioError::input("theme", e))?;
        let art = Art {
            tile: Arc::new(Tile::from_picture(&picture)),
            place: Place::of_pixels(
                place.x as i32,
                place.y as i32,
                place.width,
                place.height,
                size,
            ),
            key,
            used: self.uses,
            _images: slots.images.values().map(Arc::clone).collect(),
        };
        if self.kept.len() >= KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, a)| a.used).map(|(k, _)| *k);
            oldest.map(|k| self.kept.remove(&k));
        }
        self.kept.insert(key, art.clone());
        Ok(art)
    }
}

const ENTER: Motion =
    Motion { effect: Effect::Fade, duration: MediaTime::from_millis(350), easing: Easing::EaseOut };
const LEAVE: Motion =
    Motion { effect: Effect::Fade, duration: MediaTime::from_millis(200), easing: Easing::EaseIn };

const fn slide(from: Edge) -> Effect {
    Effect::Slide(from)
}

/// A layer that is there and does not move of itself.
fn still(mut layer: Layer) -> Layer {
    (layer.enter, layer.leave) = (Motion::CUT, Motion::CUT);
    layer
}

/// An element whose content stays while it is on air: another content is another layer, so that the
/// old one leaves while the new one arrives.
fn named(name: &str, canvas: Canvas, art: &Art, effect: Effect) -> Layer {
    let id = format!("{name}/{:016x}", art.key);
    let picture = PictureId::from(format!("{id}/{canvas}"));
    let mut layer = Layer::new(LayerId::from(id), Content::Picture(picture), art.place);
    layer.enter = Motion { effect, ..ENTER };
    layer.leave = Motion { effect, ..LEAVE };
    layer
}

/// An element whose content changes in place, such as digits that count.
fn running(name: &str, canvas: Canvas, art: &Art, enter: Motion, leave: Motion) -> Layer {
    let picture = PictureId::from(format!("{name}/{canvas}"));
    let mut layer = Layer::new(LayerId::from(name), Content::Picture(picture), art.place);
    (layer.enter, layer.leave) = (enter, leave);
    layer
}

fn key_of(element: Element, size: Size, slots: &Slots) -> u64 {
    let mut h = DefaultHasher::new();
    (element, size).hash(&mut h);
    slots.text.hash(&mut h);
    slots.qr.hash(&mut h);
    for (name, image) in &slots.images {
        name.hash(&mut h);
        Arc::as_ptr(image).hash(&mut h);
    }
    h.finish()
}

/// Whole seconds left at `at`, rounded up, as `MM:SS` or `H:MM:SS`.
fn digits_left(end: MediaTime, at: MediaTime) -> String {
    let left = (end - at).as_nanos().max(0) as u64;
    let s = left.div_ceil(1_000_000_000);
    match s / 3600 {
        0 => format!("{:02}:{:02}", s / 60, s % 60),
        h => format!("{h}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}

/// Show time as `H:MM:SS`.
fn clock_text(at: MediaTime) -> String {
    let s = at.as_nanos().max(0) as u64 / 1_000_000_000;
    format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_turn_at_whole_seconds_before_the_end() {
        let end = MediaTime::from_millis(161_500);
        let at = |ms| digits_left(end, MediaTime::from_millis(ms));
        assert_eq!(at(0), "02:42");
        assert_eq!((at(499), at(500), at(501)), ("02:42".into(), "02:41".into(), "02:41".into()));
        assert_eq!(
            (at(161_499), at(161_500), at(170_000)),
            ("00:01".into(), "00:00".into(), "00:00".into())
        );
        assert_eq!(digits_left(MediaTime::from_secs(3700), MediaTime::ZERO), "1:01:40");
    }

    #[test]
    fn the_same_is_drawn_once_and_a_change_draws_what_changed() {
        let canvases = [Canvas::Landscape, Canvas::Portrait];
        let size = Size::new(1280, 720);
        let theme = load_theme(None).expect("the built-in theme");
        let mut overlay = Overlay::new(theme, "en", &canvases, size).expect("an overlay");
        let product = crate::sample::products().expect("the sample show").remove(0);
        let mut on_air = OnAir::product(product);
        on_air.countdown_to = Some(MediaTime::from_secs(90));
        let first = overlay.program(&on_air, MediaTime::ZERO, false).expect("drawn");
        let drawn = overlay.kept.len();
        let again = overlay.program(&on_air, MediaTime::ZERO, false).expect("drawn");
        assert_eq!(overlay.kept.len(), drawn);
        assert_eq!(first.scenes, again.scenes);
        // A second later only the digits are new, under the same layer and picture names.
        let later = overlay.program(&on_air, MediaTime::from_millis(500), false).expect("drawn");
        assert_eq!(first.scenes[&Canvas::Landscape.id()], later.scenes[&Canvas::Landscape.id()]);
        let turned = overlay.program(&on_air, MediaTime::from_secs(1), false).expect("drawn");
        assert_eq!(first.scenes[&Canvas::Portrait.id()], turned.scenes[&Canvas::Portrait.id()]);
        let id = PictureId::from("countdown/16:9");
        assert!(!Arc::ptr_eq(&first.pictures[&id], &turned.pictures[&id]));
        let nothing = overlay.program(&OnAir::default(), MediaTime::ZERO, false).expect("drawn");
        assert!(nothing.scenes.values().all(|s| s.layers.len() == 2));
    }
}
