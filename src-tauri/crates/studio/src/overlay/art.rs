//! Drawn elements: made once, kept while they may be needed again.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use vitrine_compositor::Tile;
use vitrine_graphics::{Direction, Drawn, Element, GraphicsError, Slots, Theme};
use vitrine_media::{Picture, Size};

use super::room::Span;
use crate::error::StudioError;

/// Drawn elements kept: two canvases of what is on air, of what comes next, and some history.
const KEPT: usize = 72;
/// A pixel counts as part of an element from this alpha on; its shadow does not.
const SOLID: u8 = 128;

/// One drawn element, ready for the compositor.
#[derive(Clone, Debug)]
pub(super) struct Art {
    pub(super) tile: Arc<Tile>,
    /// What the tile covers, canvas pixels.
    pub(super) area: Span,
    /// What is seen of it: its area without the shadow.
    pub(super) solid: Span,
    /// Where its texts and images are.
    pub(super) content: Span,
    /// Stands for everything that was drawn.
    pub(super) key: u64,
    used: u64,
    /// Held so that no other image takes its address, which stands for it in the key.
    _images: Vec<Arc<Picture>>,
}

/// Draws and keeps.
#[derive(Debug)]
pub(super) struct Gallery {
    pub(super) theme: Arc<Theme>,
    /// One for the whole show: a card that mirrors with every other title would look broken.
    pub(super) direction: Direction,
    kept: HashMap<u64, Art>,
    /// The newest state of each element whose content runs; earlier ones never come again.
    running: HashMap<(String, Size), u64>,
    /// Elements that the theme does not have, once told.
    missing: BTreeSet<(Element, bool)>,
    uses: u64,
}

impl Gallery {
    pub(super) fn new(theme: Arc<Theme>, direction: Direction) -> Self {
        Self {
            theme,
            direction,
            kept: HashMap::new(),
            running: HashMap::new(),
            missing: BTreeSet::new(),
            uses: 0,
        }
    }

    /// Another theme; nothing drawn before is used again.
    pub(super) fn set_theme(&mut self, theme: Arc<Theme>) {
        *self = Self::new(theme, self.direction);
    }

    /// How many drawings are kept.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The same as [`Gallery::art`] for an element whose content runs, known by `name`: only its newest
    /// state is kept.
    pub(super) fn running(
        &mut self,
        name: &str,
        element: Element,
        size: Size,
        slots: &Slots,
    ) -> Result<Option<Art>, StudioError> {
        let Some(art) = self.art(element, size, slots)? else { return Ok(None) };
        let before = self.running.insert((name.to_owned(), size), art.key);
        if let Some(before) = before.filter(|b| *b != art.key) {
            self.kept.remove(&before);
        }
        // Names of lots and sales pass by; the list of what runs must not grow with a long show.
        if self.running.len() > KEPT {
            let kept = &self.kept;
            self.running.retain(|_, key| kept.contains_key(key));
        }
        Ok(Some(art))
    }

    /// The drawn element, from what was drawn before if it is the same. `None`: the theme has no such
    /// element, which is told once; the show goes on without it.
    pub(super) fn art(
        &mut self,
        element: Element,
        size: Size,
        slots: &Slots,
    ) -> Result<Option<Art>, StudioError> {
        self.uses += 1;
        let key = key_of(element, size, slots);
        if let Some(art) = self.kept.get_mut(&key) {
            art.used = self.uses;
            return Ok(Some(art.clone()));
        }
        let slots = &Slots { direction: Some(self.direction), ..slots.clone() };
        let drawn = match self.theme.draw(element, size, slots) {
            Ok(drawn) => drawn,
            Err(e @ GraphicsError::NoElement { .. }) => {
                if self.missing.insert((element, size.is_portrait())) {
                    tracing::warn!("{e}");
                }
                return Ok(None);
            }
            // A code too fine for this picture is no reason to sell nothing.
            Err(e @ GraphicsError::Qr(_)) if !slots.qr.is_empty() => {
                if self.missing.insert((Element::Qr, size.is_portrait())) {
                    tracing::warn!("a card is shown without its QR code: {e}");
                }
                if element == Element::Qr {
                    return Ok(None);
                }
                let without = Slots { qr: BTreeMap::new(), ..slots.clone() };
                self.theme
                    .draw(element, size, &without)
                    .map_err(|e| StudioError::input("theme", e))?
            }
            Err(e) => return Err(StudioError::input("theme", e)),
        };
        // A logo's plate without a logo says nothing.
        if element == Element::Logo && drawn.slots.is_empty() {
            return Ok(None);
        }
        let area = Span::of(drawn.place);
        let solid = if element.is_full_picture() { area } else { solid(&drawn, area) };
        let art = Art {
            tile: Arc::new(Tile::from_picture(&drawn.picture)),
            area,
            solid,
            content: content(&drawn).map_or(solid, |c| c.moved(area.x0, area.y0)),
            key,
            used: self.uses,
            _images: slots.images.values().map(Arc::clone).collect(),
        };
        if self.kept.len() >= KEPT {
            let oldest = self.kept.iter().min_by_key(|(_, a)| a.used).map(|(k, _)| *k);
            oldest.map(|k| self.kept.remove(&k));
        }
        self.kept.insert(key, art.clone());
        Ok(Some(art))
    }
}

/// The box of the solid pixels of what is drawn on `area`; all of it when there are none.
fn solid(drawn: &Drawn, area: Span) -> Span {
    let size = drawn.picture.size();
    let (width, rgba) = (size.width as usize, drawn.picture.rgba());
    let is_solid = |p: &[u8]| p[3] >= SOLID;
    let mut found: Option<Span> = None;
    for (y, row) in rgba.chunks_exact(width * 4).enumerate() {
        let mut columns = row.chunks_exact(4);
        let Some(first) = columns.position(is_solid) else { continue };
        let last = row.chunks_exact(4).rposition(is_solid).unwrap_or(first);
        let (x0, x1, y) = (first as i32, last as i32 + 1, y as i32);
        found = Some(match found {
            None => Span { x0, y0: y, x1, y1: y + 1 },
            Some(s) => Span { x0: s.x0.min(x0), x1: s.x1.max(x1), y1: y + 1, ..s },
        });
    }
    found.map_or(area, |s| s.moved(area.x0, area.y0))
}

/// The box of everything that was put into slots.
fn content(drawn: &Drawn) -> Option<Span> {
    let rects = drawn.slots.values();
    let spans = rects.map(|[x0, y0, x1, y1]| Span {
        x0: x0.floor() as i32,
        y0: y0.floor() as i32,
        x1: x1.ceil() as i32,
        y1: y1.ceil() as i32,
    });
    spans.reduce(Span::with)
}

fn key_of(element: Element, size: Size, slots: &Slots) -> u64 {
    let mut h = DefaultHasher::new();
    (element, size).hash(&mut h);
    slots.text.hash(&mut h);
    slots.qr.hash(&mut h);
    for (name, value) in &slots.values {
        (name, value.to_bits()).hash(&mut h);
    }
    for (name, image) in &slots.images {
        name.hash(&mut h);
        Arc::as_ptr(image).hash(&mut h);
    }
    h.finish()
}
