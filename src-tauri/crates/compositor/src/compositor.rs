//! Draws scenes.

use vitrine_media::{Frame, Plane, Size};
use vitrine_pixel::{Region, rgb_to_yuv709, rgb_to_yuv709_exact};
use vitrine_scene::{Color, Content, Layer, PictureId, Scene, SourceId};

use crate::blend::{self, Cut, OPAQUE};
use crate::cache::{ScaledTiles, SourceScalers};
use crate::corner::Corner;
use crate::geometry::{Area, fit};
use crate::simd;
use crate::solid::{PlaneTarget, Target, draw_fill, draw_source};
use crate::tile::Tile;

pub(crate) const PLANES: [Plane; 3] = [Plane::Y, Plane::U, Plane::V];

/// Corner masks kept from frame to frame; more radii than these in one scene are drawn all the same.
const CORNERS: usize = 4;

/// Where the compositor finds what a scene names.
pub trait Inputs {
    /// The newest frame of a source; `None` while it has none.
    fn source(&self, id: &SourceId) -> Option<&Frame>;
    /// A picture made ready.
    fn picture(&self, id: &PictureId) -> Option<&Tile>;
}

/// Draws scenes on canvases of one size. Not shared between threads: each canvas has its own.
///
/// Allocates only while its scenes grow in kind (a first scaled tile, a longer row); a running
/// show allocates nothing.
#[derive(Debug)]
pub struct Compositor {
    size: Size,
    tiles: ScaledTiles,
    scalers: SourceScalers,
    square: Corner,
    corners: [Corner; CORNERS],
    next_corner: usize,
    row: Vec<u8>,
}

/// What a layer shows, found.
enum Found<'a> {
    Frame(&'a Frame),
    Tile(&'a Tile),
    Color(Color),
}

impl Compositor {
    /// A compositor for canvases of a size, which must be [`Size::is_video`].
    pub fn new(size: Size) -> Self {
        Self {
            size,
            tiles: ScaledTiles::new(),
            scalers: SourceScalers::new(),
            square: Corner::default(),
            corners: Default::default(),
            next_corner: 0,
            row: Vec::with_capacity(size.width as usize),
        }
    }

    /// The size of its canvases.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Draws a scene. Every visible sample of `out` is written, whatever it held. A layer whose
    /// input is missing is left out; where nothing lies the canvas is black.
    ///
    /// # Panics
    /// If `out` is not of the compositor's size.
    pub fn draw(&mut self, scene: &Scene, inputs: &dyn Inputs, out: &mut Frame) {
        assert_eq!(out.size(), self.size, "the canvas has another size than its compositor");
        // What lies under a full opaque layer is not seen and not drawn.
        let base = scene.layers.iter().rposition(|layer| self.hides_all(layer, inputs));
        if base.is_none() {
            out.fill(rgb_to_yuv709(0, 0, 0));
        }
        for layer in &scene.layers[base.unwrap_or(0)..] {
            if let Some(found) = find(layer, inputs) {
                self.draw_layer(layer, found, out);
            }
        }
    }

    fn hides_all(&self, layer: &Layer, inputs: &dyn Inputs) -> bool {
        if layer.opacity < 1.0 || layer.radius > 0.0 {
            return false;
        }
        let area = Area::of(layer, self.size);
        if !area.covers(self.size) {
            return false;
        }
        let fits = |size| fit(size, layer.crop, layer.fit, area).1.covers(self.size);
        match find(layer, inputs) {
            Some(Found::Frame(frame)) => fits(frame.size()),
            Some(Found::Tile(tile)) => tile.is_opaque() && fits(tile.size()),
            Some(Found::Color(color)) => color.a == 255,
            None => false,
        }
    }

    fn draw_layer(&mut self, layer: &Layer, found: Found<'_>, out: &mut Frame) {
        let area = Area::of(layer, self.size);
        let (region, area) = match found {
            Found::Frame(frame) => fit(frame.size(), layer.crop, layer.fit, area),
            Found::Tile(tile) => fit(tile.size(), layer.crop, layer.fit, area),
            Found::Color(_) => (Region::all(self.size), area),
        };
        let Some(visible) = area.visible(self.size) else { return };
        let alpha = if let Found::Color(color) = found { f32::from(color.a) / 255.0 } else { 1.0 };
        // A float to integer cast saturates, and NaN becomes 0: nothing is drawn.
        let opacity = (layer.opacity * alpha * f32::from(OPAQUE)).round() as u16;
        if opacity == 0 {
            return;
        }
        let corner = self.corner_for(layer.radius * self.size.height as f32, area);
        let corner = corner.map_or(&self.square, |i| &self.corners[i]);
        let target = Target { area, visible, opacity, corner };
        match found {
            Found::Color(c) => {
                draw_fill(rgb_to_yuv709_exact(c.r, c.g, c.b), &target, out);
            }
            Found::Frame(frame) => {
                let scaler = self.scalers.get(frame.size(), region, area.size());
                draw_source(frame, scaler, &target, &mut self.row, out);
            }
            Found::Tile(tile) => {
                let whole = region == Region::all(tile.size());
                let as_is = whole && area.size() == tile.size();
                let tile = if as_is { tile } else { self.tiles.get(tile, region, area.size()) };
                draw_tile(tile, &target, out);
            }
        }
    }

    /// The index of the corner of a radius in pixels, at most half of the area's smaller side.
    fn corner_for(&mut self, radius: f32, area: Area) -> Option<usize> {
        let radius = radius.min(area.width.min(area.height) as f32 / 2.0);
        // A mask's side is rounded up to even and two of them must fit.
        let side = (radius.ceil() as u32).next_multiple_of(2) as i32;
        let radius = if 2 * side > area.width.min(area.height) { radius - 1.0 } else { radius };
        if radius.is_nan() || radius < 0.5 {
            return None;
        }
        let index = match self.corners.iter().position(|c| c.radius() == radius) {
            Some(index) => index,
            None => {
                self.next_corner = (self.next_corner + 1) % CORNERS;
                self.next_corner
            }
        };
        self.corners[index].plan(radius);
        Some(index)
    }
}

fn find<'a>(layer: &Layer, inputs: &'a dyn Inputs) -> Option<Found<'a>> {
    if !layer.visible {
        return None;
    }
    match &layer.content {
        Content::Source(id) => inputs.source(id).map(Found::Frame),
        Content::Picture(id) => inputs.picture(id).map(Found::Tile),
        Content::Fill(color) => Some(Found::Color(*color)),
    }
}

fn draw_tile(tile: &Tile, target: &Target<'_>, out: &mut Frame) {
    let planes = out.planes_mut();
    let below = [planes.y, planes.u, planes.v];
    for ((plane, below), stride) in PLANES.into_iter().zip(below).zip(planes.strides) {
        let target = target.on(plane, stride);
        if target.mask.side() == 0 {
            let all = cut(&target, 0..target.width, 0..target.height);
            let (values, alpha) = tile.plane(plane);
            simd::blend_plane(below, values, alpha, all, target.opacity);
        } else {
            draw_rounded(tile, plane, &target, below);
        }
    }
}

/// The visible part of some columns and rows of a tile; empty where there is none.
fn cut(
    target: &PlaneTarget<'_>,
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
) -> Cut {
    let v = target.visible;
    let (left, top) = (columns.start.max(v.left), rows.start.max(v.top));
    let at = target.at + (top.saturating_sub(v.top)) * target.stride + (left - v.left);
    let (right, bottom) = (columns.end.min(v.right), rows.end.min(v.bottom));
    Cut { left, right: right.max(left), top, bottom: bottom.max(top), at, stride: target.stride }
}

/// A tile in five pieces without corners, and its corners sample by sample.
fn draw_rounded(tile: &Tile, plane: Plane, target: &PlaneTarget<'_>, below: &mut [u8]) {
    let (values, alpha) = tile.plane(plane);
    let (w, h, side) = (target.width, target.height, target.mask.side());
    for (columns, rows) in
        [(side..w - side, 0..side), (0..w, side..h - side), (side..w - side, h - side..h)]
    {
        let piece = cut(target, columns, rows);
        simd::blend_plane(below, values, alpha, piece, target.opacity);
    }
    for (columns, rows) in [
        (0..side, 0..side),
        (w - side..w, 0..side),
        (0..side, h - side..h),
        (w - side..w, h - side..h),
    ] {
        let first = columns.start;
        let corner = cut(target, columns, rows);
        let n = corner.right - corner.left;
        if n == 0 {
            continue;
        }
        for y in corner.top..corner.bottom {
            let Some((left, right)) = target.mask.row(y, h) else { continue };
            let mask = if first == 0 { left } else { right };
            let from = y * alpha.stride + corner.left;
            let to = corner.at + (y - corner.top) * corner.stride;
            blend::over_masked(
                &mut below[to..to + n],
                &values[from..from + n],
                &alpha.samples[from..from + n],
                &mask[corner.left - first..][..n],
                target.opacity,
            );
        }
    }
}
