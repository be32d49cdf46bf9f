//! Glyphs onto pixels: outlines, the emoji fonts' coloured forms, and a box for what is missing.

mod colour;

use parley::fontique::Blob;
use resvg::tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, PixmapMut, Stroke, Transform};
use skrifa::instance::{LocationRef, NormalizedCoord, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use crate::text::{Fitted, Run};

/// Draws a fitted text with its box's top left corner at `x`, `y`.
pub(crate) fn draw(pixmap: &mut PixmapMut<'_>, fitted: &Fitted, x: f32, y: f32, colour: Color) {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour);
    for run in &fitted.runs {
        draw_run(pixmap, run, x, y, &paint, colour);
    }
}

fn draw_run(
    pixmap: &mut PixmapMut<'_>,
    run: &Run,
    x: f32,
    y: f32,
    paint: &Paint<'_>,
    colour: Color,
) {
    let data: &Blob<u8> = &run.font.data;
    let Ok(font) = FontRef::from_index(data.data(), run.font.index) else { return };
    let coords: Vec<NormalizedCoord> =
        run.coords.iter().map(|&c| NormalizedCoord::from_bits(c)).collect();
    let location = LocationRef::new(&coords);
    let outlines = font.outline_glyphs();
    let colours = colour::ColourFont::new(&font, location, run.size);
    let mut pen = PathPen::new(x, y);
    for &(id, gx, gy, advance) in &run.glyphs {
        if id == 0 {
            draw_missing(pixmap, x + gx, y + gy, advance, run.size, paint);
            continue;
        }
        let glyph = GlyphId::new(id);
        if colours.draw(pixmap, glyph, x + gx, y + gy, colour) {
            continue;
        }
        pen.at(x + gx, y + gy);
        if let Some(outline) = outlines.get(glyph) {
            // A damaged glyph of a system font leaves its room empty; there is no better answer.
            let _ = outline.draw(DrawSettings::unhinted(Size::new(run.size), location), &mut pen);
        }
    }
    if let Some(path) = pen.finish() {
        pixmap.fill_path(&path, paint, FillRule::Winding, Transform::identity(), None);
    }
}

/// An upright box in the place of a character no font has, so that nothing vanishes unseen.
fn draw_missing(
    pixmap: &mut PixmapMut<'_>,
    x: f32,
    baseline: f32,
    advance: f32,
    size: f32,
    paint: &Paint<'_>,
) {
    let width = (size * 0.075).max(1.5);
    let room = if advance > size * 0.3 { advance } else { size * 0.6 };
    let left = x + size * 0.06 + width / 2.0;
    let right = (x + room - size * 0.06 - width / 2.0).max(left + 1.0);
    let (top, bottom) = (baseline - size * 0.7 + width / 2.0, baseline - width / 2.0);
    let mut builder = PathBuilder::new();
    builder.move_to(left, top);
    builder.line_to(right, top);
    builder.line_to(right, bottom);
    builder.line_to(left, bottom);
    builder.close();
    if let Some(path) = builder.finish() {
        let stroke = Stroke { width, ..Stroke::default() };
        pixmap.stroke_path(&path, paint, &stroke, Transform::identity(), None);
    }
}

/// Collects outlines, turning font space (y up) into pixels (y down).
pub(super) struct PathPen {
    builder: PathBuilder,
    x: f32,
    y: f32,
}

impl PathPen {
    pub(super) fn new(x: f32, y: f32) -> Self {
        Self { builder: PathBuilder::new(), x, y }
    }

    fn at(&mut self, x: f32, y: f32) {
        (self.x, self.y) = (x, y);
    }

    pub(super) fn finish(self) -> Option<Path> {
        self.builder.finish()
    }
}

impl OutlinePen for PathPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.builder.quad_to(self.x + cx, self.y - cy, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.builder.cubic_to(
            self.x + ax,
            self.y - ay,
            self.x + bx,
            self.y - by,
            self.x + x,
            self.y - y,
        );
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
