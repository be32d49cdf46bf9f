//! One element, from slots to pixels: choose boxes, fit texts, fold what is empty, find the place,
//! draw. Positions are worked out left-to-right and mirrored at the end.

mod paint;
mod placing;

use std::collections::{BTreeMap, BTreeSet};

use resvg::tiny_skia::Pixmap;
use vitrine_media::{Picture, Size};

pub(crate) use self::placing::box_names;
use self::placing::{Content, Placed, Placing, There, aligned_span};
use crate::error::GraphicsError;
use crate::folding::{Folds, folded};
use crate::manifest::{Align, Axis, Drawing, Fold, VerticalAlign};
use crate::resample::Fit;
use crate::slots::{Area, Direction, Drawn, Slots};
use crate::template::{Rect, Template};
use crate::text::{Fitted, is_right_to_left};
use crate::theme::{GroundKey, Theme};

const LANDSCAPE: Size = Size::new(1280, 720);
const PORTRAIT: Size = Size::new(720, 1280);
/// Height of capitals and digits, relative to the size, in the bundled fonts.
const CAPITALS: f32 = 0.72;

/// Draws; without `ink`, everything but the letters, to see what they stand on.
pub(crate) fn draw(
    theme: &Theme,
    drawing: &Drawing,
    canvas: Size,
    slots: &Slots,
    ink: bool,
) -> Result<Drawn, GraphicsError> {
    let template = theme.template(&drawing.template)?;
    let reference = if canvas.is_portrait() { PORTRAIT } else { LANDSCAPE };
    let (sx, sy) = (
        canvas.width as f32 / reference.width as f32,
        canvas.height as f32 / reference.height as f32,
    );
    let is_page =
        template.size[0] >= reference.width as f32 && template.size[1] >= reference.height as f32;
    let scale = sx.min(sy);
    let mirrored = is_mirrored(drawing, slots);
    let placing = Placing { theme, template: &template, scale, mirrored };
    let (placed, left_out) = placing.place_all(drawing, slots)?;

    let mut there = There::default();
    for p in &placed {
        there.names.insert(p.slot.name.clone());
        there.names.insert(format!("box:{}", p.box_name));
    }
    let hidden = hidden_groups(drawing, &template, &there);
    let key = GroundKey { file: drawing.template.clone(), hidden, scale };
    let ground = theme.ground(&key)?;
    let (mut fold_x, mut fold_y) = (Folds::default(), Folds::default());
    for fold in &drawing.fold {
        if let Some((from, to)) = placing.band(fold, &placed, &there) {
            let folds = if fold.axis == Axis::X { &mut fold_x } else { &mut fold_y };
            folds.remove(from, to);
        }
    }
    let too_large = || GraphicsError::Template {
        file: drawing.template.clone(),
        reason: "nothing is left of it once its empty parts are folded away".to_owned(),
    };
    let mut pixmap = folded(&ground, &fold_x, &fold_y, mirrored).ok_or_else(too_large)?;
    let mut skipped = [0.0, 0.0];
    if is_page {
        // A canvas of another shape: the full picture's edges go on to the sides.
        skipped = [
            canvas.width as f32 - pixmap.width() as f32,
            canvas.height as f32 - pixmap.height() as f32,
        ]
        .map(|v| (v / 2.0).floor());
        pixmap = continued(&pixmap, canvas, skipped).ok_or_else(too_large)?;
    }

    let width = pixmap.width() as f32;
    let twice = drawing.mirror.map_or(width, |x| 2.0 * (fold_x.map(x * scale) + skipped[0]));
    let moved = |rect: Rect, twice: f32| {
        let [dx, dy] = skipped;
        let [x0, x1] = [rect[0], rect[2]].map(|v| fold_x.map(v) + dx);
        let [y0, y1] = [rect[1], rect[3]].map(|v| fold_y.map(v) + dy);
        if mirrored { [twice - x1, y0, twice - x0, y1] } else { [x0, y0, x1, y1] }
    };
    let panel = template.boxes.get("panel").copied();
    let panel = panel.unwrap_or([0.0, 0.0, template.size[0], template.size[1]]).map(|v| v * scale);
    // The panel turns with the drawing, the boxes about the theme's own axis.
    let panel = moved(panel, width);
    let at = if is_page {
        [0.0, 0.0]
    } else {
        [
            drawing.at[0] * sx - (panel[0] + drawing.hold[0] * (panel[2] - panel[0])),
            drawing.at[1] * sy - (panel[1] + drawing.hold[1] * (panel[3] - panel[1])),
        ]
    };
    let even = |v: f32| (v / 2.0).round() as i32 * 2;
    let origin = [even(at[0]), even(at[1])];

    let mut report = Report { overflow: left_out, sizes: BTreeMap::new(), slots: BTreeMap::new() };
    let mut baselines: BTreeMap<&str, f32> = BTreeMap::new();
    for p in &placed {
        let rect = moved(p.rect, twice);
        let shown = match &p.content {
            Content::Image(picture) => {
                let rect = if p.slot.fit == Fit::Contain {
                    let align = p.slot.set.align.unwrap_or(Align::Centre);
                    let vertical = p.slot.set.vertical.unwrap_or(VerticalAlign::Middle);
                    aligned(rect, contained(picture.size(), rect), (align, vertical), mirrored)
                } else {
                    rect
                };
                paint::image(&mut pixmap, theme, picture, rect, p.slot.fit, p.slot.radius * scale)
            }
            Content::Qr(code, module) => {
                let side = (code.modules() * module) as f32;
                let rect = aligned(rect, [side, side], placing.align_of(p.slot), mirrored);
                paint::qr(&mut pixmap, code, *module, rect, p.slot.radius * scale)
            }
            Content::Text(fitted, style) => {
                let y = match p.beside.and_then(|name| baselines.get(name)) {
                    Some(baseline) => baseline - fitted.first_baseline,
                    None => text_top(fitted, style.vertical, rect),
                };
                baselines.insert(&p.slot.name, y + fitted.last_baseline);
                if fitted.cut {
                    report.overflow.push(p.slot.name.clone());
                }
                report.sizes.insert(p.slot.name.clone(), fitted.size);
                let spot = paint::Spot {
                    side: placing.side(style.align),
                    rect,
                    narrowed: (p.rect[2] - p.rect[0]) - (rect[2] - rect[0]),
                    top: y,
                    scale,
                };
                let tilt = if mirrored { -p.slot.tilt } else { p.slot.tilt };
                paint::tilted(&mut pixmap, tilt, rect, |pixmap| {
                    paint::text(pixmap, fitted, style, &spot, ink)
                })
            }
            Content::Bar(value, colour) => {
                paint::bar(&mut pixmap, *value, *colour, rect, p.slot.radius * scale, mirrored)
            }
        };
        report.slots.insert(p.slot.name.clone(), shown);
    }
    place_on(canvas, &pixmap, origin, report).ok_or_else(too_large)
}

impl Placing<'_> {
    /// The pixels a fold takes out.
    fn band(&self, fold: &Fold, placed: &[Placed<'_>], there: &There) -> Option<(u32, u32)> {
        let [from, to] = fold.band.map(|v| v * self.scale);
        if there.any(&fold.unless) {
            return None;
        }
        let whole = !fold.empty.is_empty() && !there.any(&fold.empty);
        let mut remove = if whole { to - from } else { 0.0 };
        if !whole && !fold.fit.is_empty() {
            remove = to - from;
            for p in placed.iter().filter(|p| fold.fit.contains(&p.slot.name)) {
                let (axis, length) = match (fold.axis, &p.content) {
                    (Axis::X, Content::Text(f, s)) => {
                        (0, f.width + s.plate.map_or(0.0, |(_, pad, _)| 2.0 * pad * self.scale))
                    }
                    (Axis::Y, Content::Text(f, _)) => (1, f.height),
                    (axis, Content::Qr(code, module)) => {
                        (usize::from(axis == Axis::Y), (code.modules() * module) as f32)
                    }
                    (axis, Content::Image(picture)) if p.slot.fit == Fit::Contain => {
                        let axis = usize::from(axis == Axis::Y);
                        (axis, contained(picture.size(), p.rect)[axis])
                    }
                    (axis, Content::Image(_) | Content::Bar(..)) => {
                        (usize::from(axis == Axis::Y), f32::MAX)
                    }
                };
                // A slot in a box that does not reach into the band has no say in it.
                if p.rect[axis + 2] > from {
                    remove = remove.min(p.rect[axis + 2] - p.rect[axis] - length).max(0.0);
                }
            }
        }
        let end = to.round() as u32;
        let removed = remove.floor().clamp(0.0, end as f32) as u32;
        (removed > 0).then(|| (end - removed.min(end), end))
    }
}

/// Width and height of a picture that is shown whole in a box.
fn contained(picture: Size, rect: Rect) -> [f32; 2] {
    let (width, height) = (picture.width as f32, picture.height as f32);
    let zoom = ((rect[2] - rect[0]) / width).min((rect[3] - rect[1]) / height);
    [width * zoom, height * zoom]
}

/// A rectangle of this width and height in a box.
fn aligned(
    rect: Rect,
    [width, height]: [f32; 2],
    (align, vertical): (Align, VerticalAlign),
    mirrored: bool,
) -> Rect {
    let align = match (align, mirrored) {
        (Align::Start, true) => Align::End,
        (Align::End, true) => Align::Start,
        (align, _) => align,
    };
    let [left, _, right, _] = aligned_span(rect, width, align);
    let top = match vertical {
        VerticalAlign::Top => rect[1],
        VerticalAlign::Middle => (rect[1] + rect[3] - height) / 2.0,
        VerticalAlign::Bottom => rect[3] - height,
    };
    [left, top, right, top + height]
}

fn text_top(fitted: &Fitted, vertical: VerticalAlign, rect: Rect) -> f32 {
    match vertical {
        VerticalAlign::Top => rect[1],
        VerticalAlign::Bottom => rect[3] - fitted.height,
        VerticalAlign::Middle => {
            let capitals = fitted.first_baseline - CAPITALS * fitted.size;
            let foot = fitted.last_baseline + fitted.below * fitted.size;
            (rect[1] + rect[3]) / 2.0 - (capitals + foot) / 2.0
        }
    }
}

fn is_mirrored(drawing: &Drawing, slots: &Slots) -> bool {
    if !drawing.turn {
        return false;
    }
    match slots.direction {
        Some(direction) => direction == Direction::RightToLeft,
        None => {
            // Numbers have no direction: the first text with a letter decides.
            let title = slots.text.get("title").into_iter();
            let others = drawing.slot.iter().filter_map(|s| slots.text.get(&s.name));
            let lead = title.chain(others).find(|text| text.chars().any(char::is_alphabetic));
            lead.is_some_and(|text| is_right_to_left(text))
        }
    }
}

fn hidden_groups(drawing: &Drawing, template: &Template, there: &There) -> BTreeSet<String> {
    let mut hidden = BTreeSet::new();
    for id in &template.groups {
        let shown = match (id.strip_prefix("if-"), id.strip_prefix("unless-")) {
            (Some(slot), _) => there.names.contains(slot),
            (_, Some(slot)) => !there.names.contains(slot),
            _ => true,
        };
        if !shown {
            hidden.insert(id.clone());
        }
    }
    for part in &drawing.part {
        if !there.allows(&part.when, &part.unless) {
            hidden.insert(part.id.clone());
        }
    }
    hidden
}

/// The drawing on a canvas of its own, moved by `by`, its edge pixels repeated outwards.
fn continued(pixmap: &Pixmap, canvas: Size, by: [f32; 2]) -> Option<Pixmap> {
    if (pixmap.width(), pixmap.height()) == (canvas.width, canvas.height) {
        return Some(pixmap.clone());
    }
    let mut out = Pixmap::new(canvas.width, canvas.height)?;
    let [dx, dy] = by.map(|v| v as i32);
    let (last_x, last_y) = (pixmap.width() as i32 - 1, pixmap.height() as i32 - 1);
    let stride = pixmap.width() as usize * 4;
    for (y, row) in out.data_mut().chunks_exact_mut(canvas.width as usize * 4).enumerate() {
        let source = &pixmap.data()[(y as i32 - dy).clamp(0, last_y) as usize * stride..][..stride];
        for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
            let at = (x as i32 - dx).clamp(0, last_x) as usize * 4;
            pixel.copy_from_slice(&source[at..at + 4]);
        }
    }
    Some(out)
}

/// What is known of the slots once they are drawn.
struct Report {
    overflow: Vec<String>,
    sizes: BTreeMap<String, f32>,
    slots: BTreeMap<String, Rect>,
}

/// Cuts the drawing to the canvas, on even pixels.
fn place_on(canvas: Size, pixmap: &Pixmap, origin: [i32; 2], report: Report) -> Option<Drawn> {
    let span = |start: i32, length: u32, limit: u32| {
        let end = (start + length as i32 + 1) / 2 * 2;
        (start.clamp(0, limit as i32), end.clamp(0, limit as i32))
    };
    let (x0, x1) = span(origin[0], pixmap.width(), canvas.width);
    let (y0, y1) = span(origin[1], pixmap.height(), canvas.height);
    if x1 <= x0 || y1 <= y0 {
        return None;
    }
    let place =
        Area { x: x0 as u32, y: y0 as u32, width: (x1 - x0) as u32, height: (y1 - y0) as u32 };
    let mut picture = Picture::transparent(Size::new(place.width, place.height));
    let (skip_x, skip_y) = ((x0 - origin[0]) as usize, (y0 - origin[1]) as usize);
    let stride = pixmap.width() as usize * 4;
    let rows = pixmap.data().chunks_exact(stride).skip(skip_y);
    for (out, row) in picture.rgba_mut().chunks_exact_mut(place.width as usize * 4).zip(rows) {
        let source = &row[skip_x * 4..];
        let bytes = out.len().min(source.len());
        out[..bytes].copy_from_slice(&source[..bytes]);
    }
    let Report { overflow, sizes, mut slots } = report;
    for rect in slots.values_mut() {
        let (dx, dy) = (skip_x as f32, skip_y as f32);
        *rect = [rect[0] - dx, rect[1] - dy, rect[2] - dx, rect[3] - dy];
    }
    Some(Drawn { picture, place, overflow, sizes, slots })
}
