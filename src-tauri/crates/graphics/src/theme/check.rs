//! What can be computed about a theme before a show: every element on both canvases, with the
//! shortest, the usual and the longest data.

mod data;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use serde::Serialize;
use vitrine_media::Size;

use self::data::{Data, known_slots};
use super::Theme;
use super::branding::contrast;
use super::style::on_ground;
use crate::fonts::Fonts;
use crate::manifest::Kind;
use crate::slots::{Drawn, Element, Slots};

/// Contrast that text needs on its ground.
const LEAST_CONTRAST: f32 = 4.5;
/// Part of a text's pixels that may have less: edges of ornaments, the end of a gradient.
const FORGIVEN: f32 = 0.08;
/// Smallest sizes at 1280x720 and 720x1280: anything, titles, prices.
const LEAST_TEXT: f32 = 16.5;
const LEAST_TITLE: f32 = 29.0;
const LEAST_PRICE: f32 = 47.0;
/// What a portrait canvas leaves to the platform: to the right of it, below it.
const FREE_RIGHT: f32 = 720.0 * 0.88;
const FREE_BELOW: f32 = 1280.0 * 0.8;

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingLevel {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Looks worse than it should, or an element is left out of shows with this theme.
    Warning,
    /// Cannot be drawn, or viewers miss something.
    Error,
}

/// One thing found out about a theme.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ThemeFinding {
    /// How much it matters.
    pub level: FindingLevel,
    /// Where; none for the whole theme.
    pub element: Option<Element>,
    /// `landscape` or `portrait`; none for both.
    pub canvas: Option<&'static str>,
    /// What, as a sentence.
    pub text: String,
}

impl Theme {
    /// Draws every element on both canvases with the shortest, the usual and the longest data and
    /// says what is missing, cut, hard to read, outside the canvas or in the platform's way, and
    /// how long each took (as notes). Errors first. Takes seconds: never call it during a show.
    pub fn check_all(&self) -> Vec<ThemeFinding> {
        let mut findings = Vec::new();
        self.check_fonts(&mut findings);
        let sets = data::sets();
        for element in Element::ALL {
            for portrait in [false, true] {
                let mut look = Look {
                    theme: self,
                    element,
                    canvas: if portrait { Size::new(720, 1280) } else { Size::new(1280, 720) },
                    findings: &mut findings,
                    said: BTreeSet::new(),
                };
                look.all(&sets);
            }
        }
        findings.sort_by_key(|f| std::cmp::Reverse(f.level));
        findings
    }

    /// Families that are neither bundled nor the theme's own: on most machines they are not there.
    fn check_fonts(&self, findings: &mut Vec<ThemeFinding>) {
        for family in self.manifest.fonts.values().flatten().collect::<BTreeSet<_>>() {
            if !self.fonts().has_family(family) {
                findings.push(ThemeFinding {
                    level: FindingLevel::Warning,
                    element: None,
                    canvas: None,
                    text: format!(
                        "the font \"{family}\" is neither bundled nor in font-files: texts fall back to the next in line"
                    ),
                });
            }
        }
    }
}

impl Fonts {
    fn has_family(&self, name: &str) -> bool {
        self.lock().context.collection.family_by_name(name).is_some()
    }
}

/// One element on one canvas.
struct Look<'a> {
    theme: &'a Theme,
    element: Element,
    canvas: Size,
    findings: &'a mut Vec<ThemeFinding>,
    /// Each sentence once, whatever the data.
    said: BTreeSet<String>,
}

impl Look<'_> {
    fn say(&mut self, level: FindingLevel, text: String) {
        let canvas = if self.canvas.is_portrait() { "portrait" } else { "landscape" };
        if self.said.insert(text.clone()) {
            let element = Some(self.element);
            self.findings.push(ThemeFinding { level, element, canvas: Some(canvas), text });
        }
    }

    fn all(&mut self, sets: &[Data]) {
        let Ok(names) = self.theme.slot_names(self.element, self.canvas.is_portrait()) else {
            self.say(
                FindingLevel::Warning,
                "it is missing: shows with this theme go without it".to_owned(),
            );
            return;
        };
        self.slots(&names.into_iter().map(str::to_owned).collect());
        let mut smallest: BTreeMap<String, f32> = BTreeMap::new();
        for data in sets {
            let slots = data.slots(self.element);
            let begin = Instant::now();
            let drawn = match self.theme.draw(self.element, self.canvas, &slots) {
                Ok(drawn) => drawn,
                Err(error) => {
                    self.say(
                        FindingLevel::Error,
                        format!("it cannot be drawn with {}: {error}", data.name),
                    );
                    continue;
                }
            };
            let took = begin.elapsed().as_secs_f64() * 1e3;
            if data.is_usual {
                self.say(FindingLevel::Note, format!("drawn for the first time in {took:.0} ms"));
                self.sizes(&drawn);
                self.contrast(&drawn, &slots);
            }
            if data.must_fit {
                self.overflow(&drawn, data);
            }
            self.place(&drawn);
            for (slot, size) in &drawn.sizes {
                let smallest = smallest.entry(slot.clone()).or_insert(*size);
                *smallest = smallest.min(*size);
            }
        }
        for (slot, size) in smallest {
            if size < LEAST_TEXT {
                self.say(
                    FindingLevel::Warning,
                    format!("the slot {slot} may shrink to {size:.0} px; phones need 17"),
                );
            }
        }
    }

    /// Texts that ought to fit. A slot that is `optional` is left out by the theme's own will.
    fn overflow(&mut self, drawn: &Drawn, data: &Data) {
        for slot in drawn.overflow.iter().filter(|slot| data.is_about(slot)) {
            let (level, fate) = if drawn.slots.contains_key(slot) {
                (FindingLevel::Warning, "cut")
            } else {
                (FindingLevel::Note, "left out")
            };
            self.say(level, format!("the slot {slot} has no room for {} and is {fate}", data.name));
        }
    }

    /// Slots that are missing, and slots nobody fills.
    fn slots(&mut self, names: &BTreeSet<String>) {
        let known = known_slots(self.element);
        for &slot in known.iter().filter(|slot| !names.contains(**slot)) {
            self.say(FindingLevel::Warning, format!("it has no slot {slot}: it is never shown"));
        }
        for slot in names {
            if !known.contains(&slot.as_str()) && slot != "logo" {
                self.say(FindingLevel::Warning, format!("nothing ever fills its slot {slot}"));
            }
        }
    }

    /// Titles and prices of the usual length.
    fn sizes(&mut self, drawn: &Drawn) {
        // In these the title is a figure, a short link or a heading beside what matters.
        let beside = matches!(self.element, Element::Goal | Element::Qr | Element::Bids);
        for (slot, least, what) in
            [("title", LEAST_TITLE, "titles"), ("price", LEAST_PRICE, "prices")]
        {
            let Some(&size) = drawn.sizes.get(slot) else { continue };
            let least = if self.element == Element::Ticker { 24.0 } else { least };
            if size < least - 0.5 && !beside {
                self.say(
                    FindingLevel::Warning,
                    format!(
                        "the slot {slot} is {size:.0} px with usual data; {what} need {least:.0}"
                    ),
                );
            }
        }
    }

    /// Every text's pixels against what lies beneath them.
    fn contrast(&mut self, drawn: &Drawn, slots: &Slots) {
        let (theme, portrait) = (self.theme, self.canvas.is_portrait());
        let Ok(bare) = theme.draw_with(self.element, self.canvas, slots, false) else { return };
        let Ok(drawing) = theme.drawing(self.element, portrait) else { return };
        let mut worst = BTreeMap::new();
        for slot in drawing.slot.iter().filter(|slot| slot.kind == Kind::Text) {
            let Some(rect) = drawn.slots.get(&slot.name) else { continue };
            let Ok(style) = theme.text_style(slot) else { continue };
            worst.insert(slot.name.clone(), least_contrast(drawn, &bare, *rect, style.colour));
        }
        for (slot, found) in worst {
            match found {
                None => self.say(
                    FindingLevel::Error,
                    format!("the slot {slot} cannot be seen: its colour is that of its ground"),
                ),
                Some(found) if found < LEAST_CONTRAST - 0.05 => self.say(
                    FindingLevel::Warning,
                    format!("the slot {slot} has a contrast of {found:.1}:1 to its ground; texts need 4.5:1"),
                ),
                Some(_) => {}
            }
        }
    }

    /// Of a slot's plate, in reference pixels.
    fn padding(&self, name: &str) -> f32 {
        let drawing = self.theme.drawing(self.element, self.canvas.is_portrait());
        let slot = drawing.ok().and_then(|d| d.slot.iter().find(|slot| slot.name == name));
        let style = slot.and_then(|slot| self.theme.text_style(slot).ok());
        style.and_then(|style| style.plate).map_or(0.0, |(_, padding, _)| padding)
    }

    /// Slots outside the canvas; in portrait, anything where the platform has its buttons.
    fn place(&mut self, drawn: &Drawn) {
        let size = drawn.picture.size();
        let (width, height) = (size.width as f32, size.height as f32);
        for (slot, [x0, y0, x1, y1]) in &drawn.slots {
            // Lines are taller than their letters.
            let air = drawn.sizes.get(slot).map_or(0.0, |size| size * 0.2) + 1.5;
            if *x0 < -1.5 || *y0 < -air || *x1 > width + 1.5 || *y1 > height + air {
                self.say(
                    FindingLevel::Error,
                    format!("the slot {slot} reaches outside the canvas"),
                );
            }
        }
        if !self.canvas.is_portrait() {
            return;
        }
        let (x, y) = (drawn.place.x as f32, drawn.place.y as f32);
        let full = self.element.is_full_picture();
        let strip = matches!(self.element, Element::PriceBanner | Element::Ticker);
        for (slot, [_, _, x1, y1]) in &drawn.slots {
            // A strip's plates may run on beneath the buttons, its letters may not.
            let x1 = if strip { x1 - self.padding(slot) } else { *x1 };
            let ground = full && (slot == "image" || slot == "logo");
            let air = drawn.sizes.get(slot).map_or(0.0, |size| size * 0.2) + 2.0;
            if !ground && (x + x1 > FREE_RIGHT + 2.0 || y + y1 > FREE_BELOW + air) {
                self.say(
                    FindingLevel::Warning,
                    format!("the slot {slot} reaches into the right 12 % or the lower 20 %, where the platform has its buttons"),
                );
            }
        }
        if full || strip {
            return;
        }
        let (right, bottom) = solid_end(drawn);
        if x + right > FREE_RIGHT + 2.5 || y + bottom > FREE_BELOW + 2.5 {
            self.say(
                FindingLevel::Warning,
                "its panel reaches into the right 12 % or the lower 20 %, where the platform has its buttons".to_owned(),
            );
        }
    }
}

/// Right and bottom end of what hides the picture beneath; shadows do not.
fn solid_end(drawn: &Drawn) -> (f32, f32) {
    let width = drawn.picture.size().width as usize;
    let (mut right, mut bottom) = (0, 0);
    for (y, row) in drawn.picture.rgba().chunks_exact(width * 4).enumerate() {
        if let Some(x) = row.chunks_exact(4).rposition(|p| p[3] > 170) {
            right = right.max(x + 1);
            bottom = y + 1;
        }
    }
    (right as f32, bottom as f32)
}

/// The contrast that all but a few of a text's pixels have; none when it changes no pixel. Where the
/// ground lets the video through, the worst video is taken.
fn least_contrast(
    drawn: &Drawn,
    bare: &Drawn,
    rect: [f32; 4],
    colour: resvg::tiny_skia::Color,
) -> Option<f32> {
    let size = drawn.picture.size();
    let clamp = |v: f32, most: u32| (v.max(0.0) as u32).min(most);
    let (x0, x1) = (clamp(rect[0], size.width), clamp(rect[2].ceil(), size.width));
    let (y0, y1) = (clamp(rect[1], size.height), clamp(rect[3].ceil(), size.height));
    let mut found = Vec::new();
    for y in y0..y1 {
        for x in x0..x1 {
            let beneath = bare.picture.pixel(x, y);
            if drawn.picture.pixel(x, y) != beneath {
                let over = |video| contrast(colour, on_ground(beneath, video));
                found.push(over(0.0).min(over(1.0)));
            }
        }
    }
    if found.is_empty() {
        return None;
    }
    found.sort_by(f32::total_cmp);
    found.get((found.len() as f32 * FORGIVEN) as usize).copied()
}
