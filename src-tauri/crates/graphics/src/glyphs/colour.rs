//! Coloured glyphs of emoji fonts: embedded PNG strikes (Apple, Noto) and layered outlines with
//! palettes and gradients (Microsoft, newer Noto).

use resvg::tiny_skia::{
    Color, FillRule, FilterQuality, GradientStop, LinearGradient, Paint, Path, PixmapMut,
    PixmapPaint, PixmapRef, Point, RadialGradient, Shader, SpreadMode, Transform,
};
use skrifa::bitmap::{BitmapData, BitmapStrikes, Origin};
use skrifa::color::{Brush, ColorPainter, ColorPalettes, ColorStop, CompositeMode, Extend};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::BoundingBox;
use skrifa::outline::DrawSettings;
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::PathPen;
use crate::image::decode_image;

/// One font at one size.
pub(super) struct ColourFont<'a> {
    font: &'a FontRef<'a>,
    location: LocationRef<'a>,
    strikes: BitmapStrikes<'a>,
    size: f32,
}

impl<'a> ColourFont<'a> {
    pub(super) fn new(font: &'a FontRef<'a>, location: LocationRef<'a>, size: f32) -> Self {
        Self { font, location, strikes: font.bitmap_strikes(), size }
    }

    /// Draws the glyph's coloured form at its origin; false when it has none.
    pub(super) fn draw(
        &self,
        pixmap: &mut PixmapMut<'_>,
        glyph: GlyphId,
        x: f32,
        y: f32,
        text: Color,
    ) -> bool {
        if let Some(form) = self.font.color_glyphs().get(glyph) {
            let per_em = f32::from(self.font.head_units()).max(1.0);
            let scale = self.size / per_em;
            let mut painter = Layers {
                font: self,
                pixmap,
                palettes: self.font.color_palettes(),
                text,
                transforms: vec![Transform::from_row(scale, 0.0, 0.0, -scale, x, y)],
                clips: Vec::new(),
            };
            return form.paint(self.location, &mut painter).is_ok();
        }
        !self.strikes.is_empty() && self.draw_strike(pixmap, glyph, x, y).is_some()
    }

    fn draw_strike(
        &self,
        pixmap: &mut PixmapMut<'_>,
        glyph: GlyphId,
        x: f32,
        y: f32,
    ) -> Option<()> {
        let strike = self.strikes.glyph_for_size(Size::new(self.size), glyph)?;
        let BitmapData::Png(bytes) = strike.data else { return None };
        let picture = decode_image(bytes, "emoji").ok()?;
        let size = picture.size();
        let scale = self.size / strike.ppem_y.max(1.0);
        let left = x + strike.inner_bearing_x * scale;
        let top = match strike.placement_origin {
            Origin::TopLeft => y - strike.inner_bearing_y * scale,
            Origin::BottomLeft => y - (strike.inner_bearing_y + size.height as f32) * scale,
        };
        let source = PixmapRef::from_bytes(picture.rgba(), size.width, size.height)?;
        let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
        pixmap.draw_pixmap(
            0,
            0,
            source,
            &paint,
            Transform::from_row(scale, 0.0, 0.0, scale, left, top),
            None,
        );
        Some(())
    }

    fn outline(&self, glyph: GlyphId) -> Option<Path> {
        // Unscaled and with y down; the layers' transform expects y up.
        let mut pen = PathPen::new(0.0, 0.0);
        let outline = self.font.outline_glyphs().get(glyph)?;
        outline.draw(DrawSettings::unhinted(Size::unscaled(), self.location), &mut pen).ok()?;
        pen.finish()?.transform(Transform::from_scale(1.0, -1.0))
    }
}

trait HeadUnits {
    fn head_units(&self) -> u16;
}

impl HeadUnits for FontRef<'_> {
    fn head_units(&self) -> u16 {
        self.metrics(Size::unscaled(), LocationRef::default()).units_per_em
    }
}

/// Paints layers in order. Blend modes other than "over" are drawn as "over": the few emoji that
/// use them stay recognisable.
struct Layers<'a, 'p, 'x> {
    font: &'a ColourFont<'a>,
    pixmap: &'p mut PixmapMut<'x>,
    palettes: ColorPalettes<'a>,
    text: Color,
    transforms: Vec<Transform>,
    clips: Vec<Option<Path>>,
}

impl Layers<'_, '_, '_> {
    fn transform(&self) -> Transform {
        self.transforms.last().copied().unwrap_or_default()
    }

    fn colour(&self, index: u16, alpha: f32) -> Color {
        let mut colour = if index == 0xffff {
            self.text
        } else {
            self.palettes
                .get(0)
                .and_then(|palette| palette.colors().get(usize::from(index)).copied())
                .map_or(self.text, |c| Color::from_rgba8(c.red, c.green, c.blue, c.alpha))
        };
        colour.apply_opacity(alpha.clamp(0.0, 1.0));
        colour
    }

    fn stops(&self, stops: &[ColorStop]) -> Vec<GradientStop> {
        stops
            .iter()
            .map(|s| GradientStop::new(s.offset, self.colour(s.palette_index, s.alpha)))
            .collect()
    }

    fn shader(&self, brush: Brush<'_>) -> Option<Shader<'static>> {
        let point = |p: skrifa::raw::types::Point<f32>| Point::from_xy(p.x, p.y);
        let mode = |extend: Extend| match extend {
            Extend::Repeat => SpreadMode::Repeat,
            Extend::Reflect => SpreadMode::Reflect,
            _ => SpreadMode::Pad,
        };
        match brush {
            Brush::Solid { palette_index, alpha } => {
                Some(Shader::SolidColor(self.colour(palette_index, alpha)))
            }
            Brush::LinearGradient { p0, p1, color_stops, extend } => LinearGradient::new(
                point(p0),
                point(p1),
                self.stops(color_stops),
                mode(extend),
                self.transform(),
            ),
            Brush::RadialGradient { c0, r0, c1, r1, color_stops, extend } => RadialGradient::new(
                point(c0),
                r0.max(0.0),
                point(c1),
                r1.max(0.0),
                self.stops(color_stops),
                mode(extend),
                self.transform(),
            ),
            // No emoji needs a true sweep to be recognised.
            Brush::SweepGradient { color_stops, .. } => color_stops
                .first()
                .map(|s| Shader::SolidColor(self.colour(s.palette_index, s.alpha))),
        }
    }
}

impl ColorPainter for Layers<'_, '_, '_> {
    fn push_transform(&mut self, t: skrifa::color::Transform) {
        let next = Transform::from_row(t.xx, t.yx, t.xy, t.yy, t.dx, t.dy);
        self.transforms.push(self.transform().pre_concat(next));
    }

    fn pop_transform(&mut self) {
        if self.transforms.len() > 1 {
            self.transforms.pop();
        }
    }

    fn push_clip_glyph(&mut self, glyph: GlyphId) {
        let path = self.font.outline(glyph).and_then(|path| path.transform(self.transform()));
        self.clips.push(path);
    }

    fn push_clip_box(&mut self, _: BoundingBox) {
        // The box bounds what is painted anyway; the glyph clip beneath it decides.
        self.clips.push(None);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn fill(&mut self, brush: Brush<'_>) {
        let Some(path) = self.clips.iter().rev().find_map(Option::clone) else { return };
        let Some(shader) = self.shader(brush) else { return };
        let paint = Paint { shader, anti_alias: true, ..Paint::default() };
        self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }

    fn push_layer(&mut self, _: CompositeMode) {}
}
