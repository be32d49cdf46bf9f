//! Content without alpha of its own: sources and fills.

use vitrine_media::{Frame, Plane, Size};
use vitrine_pixel::FrameScaler;

use crate::blend::{self, OPAQUE};
use crate::compositor::PLANES;
use crate::corner::{Corner, Mask};
use crate::geometry::{Area, Visible};
use crate::simd;

/// Where something is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub area: Area,
    pub visible: Visible,
    pub opacity: u16,
    pub corner: &'a Corner,
}

/// A target on one plane: everything in the plane's own samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaneTarget<'a> {
    pub width: usize,
    pub height: usize,
    pub visible: Visible,
    pub opacity: u16,
    pub mask: &'a Mask,
    /// Index below of the first visible sample.
    pub at: usize,
    /// Bytes between rows below.
    pub stride: usize,
}

impl<'a> Target<'a> {
    pub fn on(&self, plane: Plane, stride: usize) -> PlaneTarget<'a> {
        let by = if plane == Plane::Y { 1 } else { 2 };
        let v = self.visible;
        let (x, y) = (self.area.x + v.left as i32, self.area.y + v.top as i32);
        PlaneTarget {
            width: self.area.width as usize / by,
            height: self.area.height as usize / by,
            visible: Visible {
                left: v.left / by,
                right: v.right / by,
                top: v.top / by,
                bottom: v.bottom / by,
            },
            opacity: self.opacity,
            mask: self.corner.mask(plane),
            // The first visible sample lies on the canvas, so neither is below 0.
            at: (y as usize / by) * stride + x as usize / by,
            stride,
        }
    }
}

impl PlaneTarget<'_> {
    /// The row below that row `y` is drawn over: its visible part.
    fn below<'b>(&self, below: &'b mut [u8], y: usize) -> &'b mut [u8] {
        let start = self.at + (y - self.visible.top) * self.stride;
        &mut below[start..start + self.visible.right - self.visible.left]
    }

    /// Rows simply take the place of what was below.
    fn replaces(&self) -> bool {
        self.opacity == OPAQUE && self.mask.side() == 0
    }

    /// Draws the visible part of row `y`.
    fn paint(&self, below: &mut [u8], y: usize, ink: Ink<'_>) {
        let below = self.below(below, y);
        let Some((left, right)) = self.mask.row(y, self.height) else {
            return ink.plain(below, 0, self.opacity);
        };
        // The parts of the row in its own columns, each cut to what is visible.
        let side = self.mask.side();
        let end = self.width - side;
        let cut = |from: usize, to: usize| {
            let inside =
                |x: usize| x.clamp(self.visible.left, self.visible.right) - self.visible.left;
            inside(from)..inside(to)
        };
        let (a, b, c) = (cut(0, side), cut(side, end), cut(end, self.width));
        let first = |from: usize| self.visible.left.saturating_sub(from);
        if !a.is_empty() {
            ink.masked(&mut below[a.clone()], a.start, &left[first(0)..], self.opacity);
        }
        if !b.is_empty() {
            ink.plain(&mut below[b.clone()], b.start, self.opacity);
        }
        if !c.is_empty() {
            ink.masked(&mut below[c.clone()], c.start, &right[first(end)..], self.opacity);
        }
    }
}

/// What a row is drawn with.
#[derive(Clone, Copy, Debug)]
enum Ink<'a> {
    /// Its visible samples.
    Row(&'a [u8]),
    /// One value: in bytes, and exact, widened by 257.
    Flat(u8, u16),
}

impl Ink<'_> {
    /// Draws a part of the row, which begins at its sample `from`.
    fn plain(self, below: &mut [u8], from: usize, opacity: u16) {
        match (self, opacity) {
            (Self::Row(row), OPAQUE) => below.copy_from_slice(&row[from..from + below.len()]),
            (Self::Row(row), _) => simd::fade(below, &row[from..from + below.len()], opacity),
            (Self::Flat(byte, _), OPAQUE) => below.fill(byte),
            (Self::Flat(_, exact), _) => blend::flat(below, exact, opacity),
        }
    }

    /// The same by a mask.
    fn masked(self, below: &mut [u8], from: usize, mask: &[u8], opacity: u16) {
        match self {
            Self::Row(row) => blend::masked(below, &row[from..], mask, opacity),
            Self::Flat(_, exact) => blend::flat_masked(below, exact, mask, opacity),
        }
    }
}

/// Draws one colour, given exactly.
pub(crate) fn draw_fill(yuv: [f64; 3], target: &Target<'_>, out: &mut Frame) {
    let planes = out.planes_mut();
    let below = [planes.y, planes.u, planes.v];
    for (((plane, below), stride), value) in
        PLANES.into_iter().zip(below).zip(planes.strides).zip(yuv)
    {
        let target = target.on(plane, stride);
        let ink = Ink::Flat(value.round() as u8, (value * 257.0).round() as u16);
        for y in target.visible.top..target.visible.bottom {
            target.paint(below, y, ink);
        }
    }
}

/// Draws a frame by a scaler planned for the target's size. `row` is memory to work in.
pub(crate) fn draw_source(
    frame: &Frame,
    scaler: &mut FrameScaler,
    target: &Target<'_>,
    row: &mut Vec<u8>,
    out: &mut Frame,
) {
    let planes = out.planes_mut();
    let below = [planes.y, planes.u, planes.v];
    for ((plane, below), stride) in PLANES.into_iter().zip(below).zip(planes.strides) {
        let target = target.on(plane, stride);
        let (left, right) = (target.visible.left, target.visible.right);
        let (src, src_stride) = (frame.plane(plane), frame.stride(plane));
        let scaler = scaler.plane(plane);
        if let Some((x, y)) = scaler.copies_from() {
            let Size { width, height } = frame.plane_size(plane);
            let whole = (width as usize, height as usize) == (target.width, target.height)
                && (target.visible.bottom - target.visible.top) == target.height
                && right - left == target.width;
            if whole && target.replaces() && target.at == 0 && src.len() == below.len() {
                // The same geometry throughout: one copy, padding and all.
                below.copy_from_slice(src);
                continue;
            }
            for row in target.visible.top..target.visible.bottom {
                let start = (y + row) * src_stride + x;
                target.paint(below, row, Ink::Row(&src[start + left..start + right]));
            }
        } else if target.replaces() && right - left == target.width {
            for y in target.visible.top..target.visible.bottom {
                scaler.row(src, src_stride, y, target.below(below, y));
            }
        } else {
            row.resize(target.width, 0);
            for y in target.visible.top..target.visible.bottom {
                scaler.row(src, src_stride, y, &mut row[..target.width]);
                target.paint(below, y, Ink::Row(&row[left..right]));
            }
        }
    }
}
