//! Which box each slot gets: conditions, then what fits, left-to-right and before any folding.

use std::collections::BTreeSet;
use std::sync::Arc;

use resvg::tiny_skia::Color;
use vitrine_media::Picture;

use crate::error::GraphicsError;
use crate::manifest::{Align, BoxRule, Drawing, Kind, Slot, VerticalAlign};
use crate::qr::{QrCode, QrError, room_in};
use crate::slots::Slots;
use crate::template::{Rect, Template};
use crate::text::{Fitted, Side, TextSpec, fit};
use crate::theme::{SlotStyle, Theme};

/// What goes into a slot.
pub(super) enum Content {
    Text(Box<Fitted>, Box<SlotStyle>),
    Image(Arc<Picture>),
    Qr(QrCode, u32),
    /// 0..=1, and its colour.
    Bar(f32, Color),
}

/// A slot with its box chosen; `rect` in unfolded, unmirrored pixels.
pub(super) struct Placed<'a> {
    pub(super) slot: &'a Slot,
    pub(super) box_name: &'a str,
    pub(super) rect: Rect,
    pub(super) content: Content,
    /// Shares the baseline of that slot.
    pub(super) beside: Option<&'a str>,
}

/// The boxes a slot may use, in order.
pub(crate) fn box_names(slot: &Slot) -> Vec<&str> {
    if slot.boxes.is_empty() {
        return vec![&slot.name];
    }
    slot.boxes
        .iter()
        .map(|rule| match rule {
            BoxRule::Plain(name) => name.as_str(),
            BoxRule::When { r#box, .. } => r#box.as_str(),
        })
        .collect()
}

/// Slots that are there, by name; `box:name` asks for a box in use.
#[derive(Default)]
pub(super) struct There {
    pub(super) names: BTreeSet<String>,
}

impl There {
    pub(super) fn allows(&self, when: &[String], unless: &[String]) -> bool {
        (when.is_empty() || self.any(when)) && !self.any(unless)
    }

    pub(super) fn any(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.names.contains(name))
    }
}

/// Chooses a box for every filled slot and fits its content.
pub(super) struct Placing<'a> {
    pub(super) theme: &'a Theme,
    pub(super) template: &'a Template,
    pub(super) scale: f32,
    pub(super) mirrored: bool,
}

impl<'a> Placing<'a> {
    pub(super) fn place_all<'d>(
        &self,
        drawing: &'d Drawing,
        slots: &Slots,
    ) -> Result<(Vec<Placed<'d>>, Vec<String>), GraphicsError> {
        let mut given = There::default();
        let filled = |text: &&String| !text.trim().is_empty();
        for slot in &drawing.slot {
            let here = match slot.kind {
                Kind::Text => slots.text.get(&slot.name).filter(filled).is_some(),
                Kind::Image => slots.images.contains_key(&slot.name),
                Kind::Qr => slots.qr.get(&slot.name).filter(filled).is_some(),
                Kind::Bar => slots.values.get(&slot.name).is_some_and(|v| v.is_finite()),
            };
            if here {
                given.names.insert(slot.name.clone());
            }
        }
        let mut placed: Vec<Placed<'d>> = Vec::new();
        let mut left_out = Vec::new();
        for slot in &drawing.slot {
            let has_default = slot.kind == Kind::Text && slot.default.is_some();
            if !(given.names.contains(&slot.name) || has_default)
                || !given.allows(&slot.when, &slot.unless)
            {
                continue;
            }
            let found = match slot.kind {
                Kind::Text => {
                    let text = slots.text.get(&slot.name).filter(filled).or(slot.default.as_ref());
                    let found =
                        self.place_text(slot, text.map_or("", String::as_str), &placed, &given)?;
                    if found.is_none() {
                        left_out.push(slot.name.clone());
                    }
                    found
                }
                Kind::Image => slots.images.get(&slot.name).and_then(|picture| {
                    let (box_name, rect, _) = self.boxes(slot, &given).next()?;
                    Some(Placed {
                        slot,
                        box_name,
                        rect,
                        content: Content::Image(Arc::clone(picture)),
                        beside: None,
                    })
                }),
                Kind::Qr => {
                    self.place_qr(slot, slots.qr.get(&slot.name).map_or("", |s| s.trim()), &given)?
                }
                Kind::Bar => {
                    let value = slots.values.get(&slot.name).map_or(0.0, |v| v.clamp(0.0, 1.0));
                    let colour = self.style(slot)?.colour;
                    self.boxes(slot, &given).next().map(|(box_name, rect, _)| Placed {
                        slot,
                        box_name,
                        rect,
                        content: Content::Bar(value, colour),
                        beside: None,
                    })
                }
            };
            if let Some(found) = found {
                given.names.insert(slot.name.clone());
                given.names.insert(format!("box:{}", found.box_name));
                placed.push(found);
            }
        }
        Ok((placed, left_out))
    }

    /// Boxes whose conditions hold: name, pixels, whether `after`/`before` apply.
    fn boxes<'d>(
        &self,
        slot: &'d Slot,
        given: &There,
    ) -> impl Iterator<Item = (&'d str, Rect, bool)> {
        let mut found = Vec::new();
        let mut add = |name: &'d str, beside: bool| {
            if let Some(rect) = self.template.boxes.get(name) {
                found.push((name, rect.map(|v| v * self.scale), beside));
            }
        };
        if slot.boxes.is_empty() {
            add(&slot.name, true);
        }
        for rule in &slot.boxes {
            match rule {
                BoxRule::Plain(name) => add(name, true),
                BoxRule::When { r#box, when, unless, beside } if given.allows(when, unless) => {
                    add(r#box, *beside)
                }
                BoxRule::When { .. } => {}
            }
        }
        found.into_iter()
    }

    fn style(&self, slot: &Slot) -> Result<SlotStyle, GraphicsError> {
        self.theme.text_style(slot).map_err(|reason| GraphicsError::Manifest {
            theme: self.theme.name().to_owned(),
            place: format!("the slot {}", slot.name),
            reason,
        })
    }

    fn place_text<'d>(
        &self,
        slot: &'d Slot,
        text: &str,
        before: &[Placed<'d>],
        given: &There,
    ) -> Result<Option<Placed<'d>>, GraphicsError> {
        let style = self.style(slot)?;
        let padding = style.plate.map_or(0.0, |(_, padding, _)| padding * self.scale);
        let spec = TextSpec {
            families: style.families.clone(),
            weight: style.weight,
            size: style.size * self.scale,
            min_size: style.min_size * self.scale,
            lines: style.lines,
            line_height: style.line_height,
            tracking: style.tracking,
            tabular: style.tabular,
            balance: style.balance,
        };
        let mut last = None;
        for (box_name, mut rect, may_be_beside) in self.boxes(slot, given) {
            let mut beside = None;
            if may_be_beside {
                for (name, is_after) in [(&slot.after, true), (&slot.before, false)] {
                    let Some(name) = name.as_deref() else { continue };
                    let Some(ink) =
                        before.iter().find(|p| p.slot.name == name).and_then(|p| self.ink(p))
                    else {
                        continue;
                    };
                    let gap = slot.gap * self.scale;
                    if is_after {
                        rect[0] = rect[0].max(ink[2] + gap);
                    } else {
                        rect[2] = rect[2].min(ink[0] - gap);
                    }
                    beside = slot.level.then_some(name);
                }
            }
            let room = rect[2] - rect[0] - 2.0 * padding;
            let fitted = fit(
                self.theme.fonts(),
                text,
                &spec,
                self.side(style.align),
                room.max(1.0),
                rect[3] - rect[1],
            );
            let inside = fitted.width <= room + 0.5;
            let fits = !fitted.cut && inside;
            // Beside a text that took the whole box not even an ellipsis has room.
            if fits || !slot.optional && (inside || beside.is_none()) {
                last = Some((box_name, rect, beside, fitted));
            }
            if fits {
                break;
            }
        }
        Ok(last.map(|(box_name, rect, beside, fitted)| Placed {
            slot,
            box_name,
            rect,
            content: Content::Text(Box::new(fitted), Box::new(style)),
            beside,
        }))
    }

    fn place_qr<'d>(
        &self,
        slot: &'d Slot,
        link: &str,
        given: &There,
    ) -> Result<Option<Placed<'d>>, GraphicsError> {
        let code = QrCode::new(link)?;
        let least = ((slot.min_module as f32 * self.scale) as u32).max(2);
        let mut room = 0;
        for (box_name, rect, _) in self.boxes(slot, given) {
            let side = (rect[2] - rect[0]).min(rect[3] - rect[1]) + 0.01;
            let module = code.module_size(side as u32);
            if module >= least {
                return Ok(Some(Placed {
                    slot,
                    box_name,
                    rect,
                    content: Content::Qr(code, module),
                    beside: None,
                }));
            }
            room = room.max(room_in(side as u32 / least));
        }
        Err(QrError::TooFine { length: link.len(), room }.into())
    }

    /// Where a placed text is, left-to-right.
    pub(super) fn ink(&self, p: &Placed<'_>) -> Option<Rect> {
        let Content::Text(fitted, style) = &p.content else { return Some(p.rect) };
        let padding = style.plate.map_or(0.0, |(_, padding, _)| padding * self.scale);
        let width = fitted.width + 2.0 * padding;
        Some(aligned_span(p.rect, width, style.align))
    }

    pub(super) fn align_of(&self, slot: &Slot) -> (Align, VerticalAlign) {
        (slot.set.align.unwrap_or_default(), slot.set.vertical.unwrap_or_default())
    }

    pub(super) fn side(&self, align: Align) -> Side {
        match (align, self.mirrored) {
            (Align::Centre, _) => Side::Middle,
            (Align::Start, false) | (Align::End, true) => Side::Left,
            (Align::End, false) | (Align::Start, true) => Side::Right,
        }
    }
}

/// `width` pixels of a box, by alignment.
pub(super) fn aligned_span(rect: Rect, width: f32, align: Align) -> Rect {
    let left = match align {
        Align::Start => rect[0],
        Align::Centre => (rect[0] + rect[2] - width) / 2.0,
        Align::End => rect[2] - width,
    };
    [left, rect[1], left + width, rect[3]]
}
