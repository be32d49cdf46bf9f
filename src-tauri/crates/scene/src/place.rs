//! Where a layer lies, in fractions, so that a scene fits a canvas of any resolution.

use serde::{Deserialize, Serialize};
use vitrine_media::Size;

/// A rectangle in fractions of the canvas: (0, 0) is its upper left corner, (1, 1) the lower right.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Left edge, in canvas widths.
    pub x: f32,
    /// Upper edge, in canvas heights.
    pub y: f32,
    /// Width, in canvas widths.
    pub width: f32,
    /// Height, in canvas heights.
    pub height: f32,
}

impl Place {
    /// The whole canvas.
    pub const FULL: Self = Self { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
    /// A place may reach this many canvas sizes past the origin, either way.
    pub const LIMIT: f32 = 4.0;

    /// A place as given.
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    /// The place of a rectangle given in pixels of a canvas. A canvas draws it back on exactly
    /// these pixels, as long as they are even numbers (see the compositor).
    pub fn of_pixels(x: i32, y: i32, width: u32, height: u32, canvas: Size) -> Self {
        let across = |v: f64| (v / f64::from(canvas.width.max(1))) as f32;
        let down = |v: f64| (v / f64::from(canvas.height.max(1))) as f32;
        Self {
            x: across(f64::from(x)),
            y: down(f64::from(y)),
            width: across(f64::from(width)),
            height: down(f64::from(height)),
        }
    }

    /// All four numbers are finite, the edges lie within ±[`Place::LIMIT`], and the size is
    /// above zero and at most [`Place::LIMIT`].
    pub fn is_sane(&self) -> bool {
        let edge = |v: f32| (-Self::LIMIT..=Self::LIMIT).contains(&v);
        let side = |v: f32| v > 0.0 && v <= Self::LIMIT;
        edge(self.x) && edge(self.y) && side(self.width) && side(self.height)
    }

    pub(crate) fn lerp(self, to: Self, t: f32) -> Self {
        Self {
            x: lerp(self.x, to.x, t),
            y: lerp(self.y, to.y, t),
            width: lerp(self.width, to.width, t),
            height: lerp(self.height, to.height, t),
        }
    }
}

/// What is cut off the content before it is fitted, in fractions of the content's own size.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Crop {
    /// Off the left.
    pub left: f32,
    /// Off the top.
    pub top: f32,
    /// Off the right.
    pub right: f32,
    /// Off the bottom.
    pub bottom: f32,
}

impl Crop {
    /// Nothing is cut off.
    pub const NONE: Self = Self { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };

    /// Each side within 0..=1, and at least a hundredth of the content remains both ways.
    pub fn is_sane(&self) -> bool {
        let side = |v: f32| (0.0..=1.0).contains(&v);
        let sides = [self.left, self.top, self.right, self.bottom];
        let remains = |a: f32, b: f32| a + b <= 0.99;
        sides.into_iter().all(side)
            && remains(self.left, self.right)
            && remains(self.top, self.bottom)
    }

    pub(crate) fn lerp(self, to: Self, t: f32) -> Self {
        Self {
            left: lerp(self.left, to.left, t),
            top: lerp(self.top, to.top, t),
            right: lerp(self.right, to.right, t),
            bottom: lerp(self.bottom, to.bottom, t),
        }
    }
}

/// From `a` at 0 to `b` at 1, both met exactly.
pub(crate) fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a * (1.0 - t) + b * t
}
