//! Slots onto pixels.

use std::sync::Arc;

use resvg::tiny_skia::{
    Color, FillRule, FilterQuality, Paint, Path, PathBuilder, Pattern, Pixmap, PixmapPaint,
    PixmapRef, Point, Rect as SkiaRect, SpreadMode, Transform,
};
use vitrine_media::{Picture, Size};

use crate::glyphs;
use crate::qr::{QUIET_ZONE, QrCode};
use crate::resample::Fit;
use crate::template::Rect;
use crate::text::{Fitted, Side};
use crate::theme::{SlotStyle, Theme};

/// An image with rounded corners.
pub(super) fn image(
    pixmap: &mut Pixmap,
    theme: &Theme,
    picture: &Arc<Picture>,
    rect: Rect,
    fit: Fit,
    radius: f32,
) -> Rect {
    let [x0, y0, x1, y1] = rect.map(f32::round);
    let size = Size::new(((x1 - x0) as u32).max(1), ((y1 - y0) as u32).max(1));
    let fitted = theme.image(picture, size, fit);
    let source = PixmapRef::from_bytes(fitted.rgba(), size.width, size.height);
    if let (Some(source), Some(path)) = (source, rounded([x0, y0, x1, y1], radius)) {
        let at = Transform::from_translate(x0, y0);
        let shader = Pattern::new(source, SpreadMode::Pad, FilterQuality::Nearest, 1.0, at);
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }
    [x0, y0, x1, y1]
}

/// A code on its own white ground, its modules on even pixels.
pub(super) fn qr(pixmap: &mut Pixmap, code: &QrCode, module: u32, rect: Rect, radius: f32) -> Rect {
    let even = |v: f32| (v / 2.0).round().max(0.0) * 2.0;
    let (x, y) = (even(rect[0]), even(rect[1]));
    let side = (code.modules() * module) as f32;
    // Rounding stays inside the quiet zone.
    let radius = radius.min(module as f32 * 3.0);
    fill(pixmap, rounded([x, y, x + side, y + side], radius), Color::WHITE);
    let picture = code.picture(module);
    let skip = (QUIET_ZONE * module) as usize;
    let stride = picture.size().width as usize * 4;
    let width = pixmap.width() as usize * 4;
    let inner = picture.size().width as usize - 2 * skip;
    for row in skip..skip + inner {
        let to = (y as usize + row) * width + (x as usize + skip) * 4;
        let from = row * stride + skip * 4;
        if let Some(out) = pixmap.data_mut().get_mut(to..to + inner * 4) {
            out.copy_from_slice(&picture.rgba()[from..from + inner * 4]);
        }
    }
    [x, y, x + side, y + side]
}

/// Where a fitted text goes.
pub(super) struct Spot {
    pub(super) side: Side,
    /// The box now, and how much folding has narrowed it since the text was fitted.
    pub(super) rect: Rect,
    pub(super) narrowed: f32,
    /// Top of the first line.
    pub(super) top: f32,
    /// Pixels a reference pixel.
    pub(super) scale: f32,
}

/// A text with its plate and strike; without `ink`, its plate alone.
pub(super) fn text(
    pixmap: &mut Pixmap,
    fitted: &Fitted,
    style: &SlotStyle,
    spot: &Spot,
    ink: bool,
) -> Rect {
    let &Spot { side, rect, narrowed, top, scale } = spot;
    let padding = style.plate.map_or(0.0, |(_, padding, _)| padding * scale);
    let left = rect[0] + padding;
    // The fitted lines already stand in the old room; only the part it lost moves them.
    let (shift, ink_left) = match side {
        Side::Left => (0.0, left),
        Side::Middle => (-narrowed / 2.0, (rect[0] + rect[2] - fitted.width) / 2.0),
        Side::Right => (-narrowed, rect[2] - padding - fitted.width),
    };
    if let Some((colour, _, radius)) = style.plate {
        let plate = [ink_left - padding, rect[1], ink_left + fitted.width + padding, rect[3]];
        fill(pixmap, rounded(plate, radius * scale), colour);
    }
    if ink {
        glyphs::draw(&mut pixmap.as_mut(), fitted, left + shift, top, style.colour);
    }
    if ink && style.strike {
        // Through the middle of the digits, never thinner than two reference pixels.
        let thick = (fitted.size * 0.075).max(2.0 * scale);
        let reach = fitted.size * 0.07;
        let y = top + fitted.last_baseline - fitted.size * 0.35;
        let line =
            [ink_left - reach, y - thick / 2.0, ink_left + fitted.width + reach, y + thick / 2.0];
        fill(pixmap, rounded(line, thick / 2.0), style.colour);
    }
    let top = if style.plate.is_some() { rect[1] } else { top };
    let bottom = if style.plate.is_some() { rect[3] } else { top + fitted.height };
    [ink_left - padding, top, ink_left + fitted.width + padding, bottom]
}

/// Part of a box from its start edge, as round as the box. Reports the whole box.
pub(super) fn bar(
    pixmap: &mut Pixmap,
    value: f32,
    colour: Color,
    rect: Rect,
    radius: f32,
    mirrored: bool,
) -> Rect {
    let [x0, y0, x1, y1] = rect;
    let length = (x1 - x0) * value;
    if length >= 0.5 {
        let part = if mirrored { [x1 - length, y0, x1, y1] } else { [x0, y0, x0 + length, y1] };
        fill(pixmap, rounded(part, radius), colour);
    }
    rect
}

/// Draws turned by `degrees` about the middle of `rect`; reports the upright rectangle around it.
pub(super) fn tilted(
    pixmap: &mut Pixmap,
    degrees: f32,
    rect: Rect,
    draw: impl FnOnce(&mut Pixmap) -> Rect,
) -> Rect {
    if degrees.abs() < 0.05 {
        return draw(pixmap);
    }
    let Some(mut upright) = Pixmap::new(pixmap.width(), pixmap.height()) else {
        return draw(pixmap);
    };
    let ink = draw(&mut upright);
    let middle = [(rect[0] + rect[2]) / 2.0, (rect[1] + rect[3]) / 2.0];
    let turn = Transform::from_rotate_at(degrees, middle[0], middle[1]);
    let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
    pixmap.draw_pixmap(0, 0, upright.as_ref(), &paint, turn, None);
    let mut around = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    for (x, y) in [(0, 1), (2, 1), (0, 3), (2, 3)] {
        let mut corner = [Point::from_xy(ink[x], ink[y])];
        turn.map_points(&mut corner);
        around = [
            around[0].min(corner[0].x),
            around[1].min(corner[0].y),
            around[2].max(corner[0].x),
            around[3].max(corner[0].y),
        ];
    }
    around
}

fn fill(pixmap: &mut Pixmap, path: Option<Path>, colour: Color) {
    let Some(path) = path else { return };
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
}

/// A rectangle with round corners; circles as four Bézier arcs.
fn rounded(rect: Rect, radius: f32) -> Option<Path> {
    let [x0, y0, x1, y1] = rect;
    let r = radius.min((x1 - x0) / 2.0).min((y1 - y0) / 2.0);
    if r < 0.5 {
        return Some(PathBuilder::from_rect(SkiaRect::from_ltrb(x0, y0, x1, y1)?));
    }
    let k = r * 0.447_715;
    let mut b = PathBuilder::new();
    b.move_to(x0 + r, y0);
    b.line_to(x1 - r, y0);
    b.cubic_to(x1 - k, y0, x1, y0 + k, x1, y0 + r);
    b.line_to(x1, y1 - r);
    b.cubic_to(x1, y1 - k, x1 - k, y1, x1 - r, y1);
    b.line_to(x0 + r, y1);
    b.cubic_to(x0 + k, y1, x0, y1 - k, x0, y1 - r);
    b.line_to(x0, y0 + r);
    b.cubic_to(x0, y0 + k, x0 + k, y0, x0 + r, y0);
    b.close();
    b.finish()
}
