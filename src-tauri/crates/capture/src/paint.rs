//! Shapes drawn straight into a frame: smooth edges, luma and chroma alike.

use vitrine_media::{Frame, FrameMut, Size};

/// A rectangle in luma pixels; edges may lie between pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// A part of a picture of `size`, given in fractions of it, moved to even pixels.
    pub fn part(size: Size, x: f32, y: f32, width: f32, height: f32) -> Self {
        let even = |v: f32| (v / 2.0).round() * 2.0;
        let (w, h) = (size.width as f32, size.height as f32);
        let (left, top) = (even(x * w), even(y * h));
        Self {
            x: left,
            y: top,
            width: even((x + width) * w) - left,
            height: even((y + height) * h) - top,
        }
    }

    /// Distance from the outline of this rectangle with corners of `radius`; negative inside.
    pub fn distance(&self, radius: f32, x: f32, y: f32) -> f32 {
        let dx = (x - self.x - self.width / 2.0).abs() - self.width / 2.0 + radius;
        let dy = (y - self.y - self.height / 2.0).abs() - self.height / 2.0 + radius;
        dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - radius
    }

    fn grown(&self, by: f32) -> Self {
        Self {
            x: self.x - by,
            y: self.y - by,
            width: self.width + 2.0 * by,
            height: self.height + 2.0 * by,
        }
    }

    /// The samples of a plane `scale` times smaller than luma that it touches.
    fn samples(
        &self,
        scale: f32,
        width: usize,
        height: usize,
    ) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let range = |from: f32, to: f32, most: usize| {
            let from = (from / scale).floor().clamp(0.0, most as f32) as usize;
            from..((to / scale).ceil().clamp(0.0, most as f32) as usize).max(from)
        };
        (range(self.x, self.x + self.width, width), range(self.y, self.y + self.height, height))
    }
}

fn mix(to: &mut u8, color: u8, cover: f32) {
    *to = (f32::from(*to) + (f32::from(color) - f32::from(*to)) * cover + 0.5) as u8;
}

/// Blends `color` (limited-range Y, U, V) over the shape whose outline is `distance` away (negative
/// inside) from each point, in luma pixels, with `opacity` 0 to 1. Nothing outside of `bounds` is touched.
pub fn shape(
    frame: &mut Frame,
    bounds: Rect,
    color: [u8; 3],
    opacity: f32,
    distance: impl Fn(f32, f32) -> f32,
) {
    let (width, height) = (frame.size().width as usize, frame.size().height as usize);
    let FrameMut { y: luma, u, v, strides } = frame.planes_mut();
    let bounds = bounds.grown(1.0);
    let cover = |x: f32, y: f32, soft: f32| (0.5 - distance(x, y) / soft).clamp(0.0, 1.0) * opacity;
    let (columns, rows) = bounds.samples(1.0, width, height);
    for y in rows {
        let row = &mut luma[y * strides[0]..][..width];
        for x in columns.clone() {
            let c = cover(x as f32 + 0.5, y as f32 + 0.5, 1.0);
            if c > 0.0 {
                mix(&mut row[x], color[0], c);
            }
        }
    }
    let (columns, rows) = bounds.samples(2.0, width / 2, height / 2);
    for y in rows {
        for x in columns.clone() {
            let c = cover(2.0 * x as f32 + 1.0, 2.0 * y as f32 + 1.0, 2.0);
            if c > 0.0 {
                mix(&mut u[y * strides[1] + x], color[1], c);
                mix(&mut v[y * strides[2] + x], color[2], c);
            }
        }
    }
}

/// A rectangle with round corners.
pub fn rect(frame: &mut Frame, area: Rect, radius: f32, color: [u8; 3], opacity: f32) {
    let radius = radius.min(area.width / 2.0).min(area.height / 2.0);
    shape(frame, area, color, opacity, |x, y| area.distance(radius, x, y));
}

/// A rectangle without corners or smooth edges, for many pixels at once. Its edges must be even.
pub fn fill(frame: &mut Frame, area: Rect, color: [u8; 3]) {
    let (width, height) = (frame.size().width as usize, frame.size().height as usize);
    let FrameMut { y: luma, u, v, strides } = frame.planes_mut();
    let (columns, rows) = area.samples(1.0, width, height);
    for y in rows {
        luma[y * strides[0]..][columns.clone()].fill(color[0]);
    }
    let (columns, rows) = area.samples(2.0, width / 2, height / 2);
    for y in rows {
        u[y * strides[1]..][columns.clone()].fill(color[1]);
        v[y * strides[2]..][columns.clone()].fill(color[2]);
    }
}

/// A disc.
pub fn disc(frame: &mut Frame, x: f32, y: f32, radius: f32, color: [u8; 3], opacity: f32) {
    let bounds = Rect { x: x - radius, y: y - radius, width: 2.0 * radius, height: 2.0 * radius };
    shape(frame, bounds, color, opacity, |px, py| (px - x).hypot(py - y) - radius);
}

/// A circle's line.
pub fn ring(
    frame: &mut Frame,
    x: f32,
    y: f32,
    radius: f32,
    line: f32,
    color: [u8; 3],
    opacity: f32,
) {
    let outer = radius + line;
    let bounds = Rect { x: x - outer, y: y - outer, width: 2.0 * outer, height: 2.0 * outer };
    shape(frame, bounds, color, opacity, |px, py| {
        ((px - x).hypot(py - y) - radius).abs() - line / 2.0
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_media::Plane;

    #[test]
    fn shapes_stay_within_the_frame() {
        let mut frame = Frame::black(Size::new(64, 48));
        disc(&mut frame, 0.0, 0.0, 500.0, [235, 128, 128], 1.0);
        assert!(frame.row(Plane::Y, 47).iter().all(|v| *v == 235));
        disc(&mut frame, -900.0, 2000.0, 10.0, [16, 128, 128], 1.0);
        ring(&mut frame, 60.0, 40.0, 30.0, 2.0, [16, 100, 100], 0.5);
        fill(&mut frame, Rect { x: 60.0, y: 40.0, width: 100.0, height: 100.0 }, [99, 1, 2]);
        assert_eq!((frame.row(Plane::Y, 47)[63], frame.row(Plane::U, 23)[31]), (99, 1));
    }
}
