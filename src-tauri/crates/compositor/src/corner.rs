//! Masks of rounded corners.

use vitrine_media::Plane;

/// Coverage of a quarter circle, for luma and (averaged 2×2) for chroma, for the left side and
/// mirrored for the right one. Rows from the outside in.
#[derive(Debug, Default)]
pub(crate) struct Corner {
    radius: f32,
    luma: Mask,
    chroma: Mask,
}

/// A square mask.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    side: usize,
    left: Vec<u8>,
    right: Vec<u8>,
}

impl Corner {
    /// Becomes the corner of a radius in pixels; square below half a pixel.
    pub fn plan(&mut self, radius: f32) {
        if self.radius == radius {
            return;
        }
        self.radius = radius;
        let side = if radius < 0.5 { 0 } else { (radius.ceil() as usize).next_multiple_of(2) };
        self.luma.fill(side, |x, y| {
            // How far the pixel's middle lies inside the arc; half a pixel either way is its edge.
            let (dx, dy) = (radius - x as f32 - 0.5, radius - y as f32 - 0.5);
            // By square root, which is exact on every machine; `hypot` is not.
            let far = (dx * dx + dy * dy).sqrt();
            let inside = if dx <= 0.0 || dy <= 0.0 { 1.0 } else { radius - far + 0.5 };
            (inside.clamp(0.0, 1.0) * 255.0).round() as u8
        });
        let (luma, chroma) = (&self.luma, &mut self.chroma);
        chroma.fill(side / 2, |x, y| {
            let at = |x: usize, y: usize| u16::from(luma.left[y * side + x]);
            let (x, y) = (2 * x, 2 * y);
            ((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) + 2) / 4) as u8
        });
    }

    /// The radius it is planned for.
    pub const fn radius(&self) -> f32 {
        self.radius
    }

    /// The mask of a plane.
    pub fn mask(&self, plane: Plane) -> &Mask {
        if plane == Plane::Y { &self.luma } else { &self.chroma }
    }
}

impl Mask {
    fn fill(&mut self, side: usize, coverage: impl Fn(usize, usize) -> u8) {
        self.side = side;
        self.left.clear();
        self.right.clear();
        for y in 0..side {
            self.left.extend((0..side).map(|x| coverage(x, y)));
            self.right.extend((0..side).rev().map(|x| coverage(x, y)));
        }
    }

    /// Rows and columns the corner takes.
    pub const fn side(&self) -> usize {
        self.side
    }

    /// The masks of row `y` of something `height` tall, at its left and its right end; `None`
    /// between the corners.
    pub fn row(&self, y: usize, height: usize) -> Option<(&[u8], &[u8])> {
        let y = y.min(height - 1 - y);
        (y < self.side).then(|| {
            let at = y * self.side;
            (&self.left[at..at + self.side], &self.right[at..at + self.side])
        })
    }
}
