//! From fractions to pixels.

use vitrine_media::Size;
use vitrine_pixel::Region;
use vitrine_scene::{Crop, Fit, Layer};

/// A rectangle on the canvas in pixels, all numbers even; may reach outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width, never below 0.
    pub width: i32,
    /// Height, never below 0.
    pub height: i32,
}

/// The part of an area that lies on the canvas, in the area's own pixels; all numbers even.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Visible {
    /// First column.
    pub left: usize,
    /// Past the last column.
    pub right: usize,
    /// First row.
    pub top: usize,
    /// Past the last row.
    pub bottom: usize,
}

/// To the nearest even number; what is no number becomes 0, what is out of all bounds the bound.
fn even(v: f64) -> i32 {
    (v / 2.0).round().clamp(-32_768.0, 32_768.0) as i32 * 2
}

impl Area {
    /// Where a layer lies on a canvas: its place, scaled about its centre.
    pub fn of(layer: &Layer, canvas: Size) -> Self {
        let (cw, ch) = (f64::from(canvas.width), f64::from(canvas.height));
        let place = layer.place;
        let (width, height) = (f64::from(place.width) * cw, f64::from(place.height) * ch);
        let scale = f64::from(layer.scale);
        let shrunk = (1.0 - scale) / 2.0;
        Self {
            x: even(f64::from(place.x) * cw + width * shrunk),
            y: even(f64::from(place.y) * ch + height * shrunk),
            width: even(width * scale).max(0),
            height: even(height * scale).max(0),
        }
    }

    /// The part on the canvas; `None` when there is none.
    pub fn visible(&self, canvas: Size) -> Option<Visible> {
        let span = |at: i32, length: i32, canvas: u32| {
            let first = (-at).max(0);
            let end = length.min(canvas as i32 - at);
            (first < end).then_some((first as usize, end as usize))
        };
        let (left, right) = span(self.x, self.width, canvas.width)?;
        let (top, bottom) = span(self.y, self.height, canvas.height)?;
        Some(Visible { left, right, top, bottom })
    }

    /// Nothing of the canvas is outside of it.
    pub fn covers(&self, canvas: Size) -> bool {
        self.x <= 0
            && self.y <= 0
            && self.x + self.width >= canvas.width as i32
            && self.y + self.height >= canvas.height as i32
    }

    /// Its size.
    pub fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }
}

/// Which region of a content of `size` is drawn, and where, to fit `area` as the layer asks.
///
/// A difference in shape of less than a pixel (an area rounded to even numbers) is stretched away,
/// so that content of the area's own size is copied and not resampled.
pub fn fit(size: Size, crop: Crop, fit: Fit, area: Area) -> (Region, Area) {
    let (w, h) = (f64::from(size.width), f64::from(size.height));
    let side = |v: f32| f64::from(v.clamp(0.0, 1.0));
    let region = Region {
        x: side(crop.left) * w,
        y: side(crop.top) * h,
        width: (w * (1.0 - side(crop.left) - side(crop.right))).max(1e-3),
        height: (h * (1.0 - side(crop.top) - side(crop.bottom))).max(1e-3),
    };
    let (aw, ah) = (f64::from(area.width), f64::from(area.height));
    let (across, down) = (aw / region.width, ah / region.height);
    match fit {
        Fit::Stretch => (region, area),
        Fit::Cover => {
            let scale = across.max(down);
            let (width, height) = (aw / scale, ah / scale);
            let near = |cut: f64| cut * scale < 1.0;
            if near(region.width - width) && near(region.height - height) {
                return (region, area);
            }
            let x = region.x + (region.width - width) / 2.0;
            let y = region.y + (region.height - height) / 2.0;
            (Region { x, y, width, height }, area)
        }
        Fit::Contain => {
            let scale = across.min(down);
            let (width, height) = (region.width * scale, region.height * scale);
            if aw - width < 1.0 && ah - height < 1.0 {
                return (region, area);
            }
            let (width, height) = (even(width), even(height));
            let x = area.x + even(f64::from(area.width - width) / 2.0);
            let y = area.y + even(f64::from(area.height - height) / 2.0);
            (region, Area { x, y, width, height })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_scene::{Content, Place};

    const CANVAS: Size = Size::new(1280, 720);

    #[test]
    fn even_pixels_come_back_exactly() {
        for x in (-1280..2560).step_by(2) {
            let place = Place::of_pixels(x, 80, 420, 560, CANVAS);
            let area = Area::of(&Layer::new("a", Content::Source("s".into()), place), CANVAS);
            assert_eq!(area, Area { x, y: 80, width: 420, height: 560 });
        }
    }

    #[test]
    fn cover_cuts_and_contain_leaves_room() {
        let area = Area { x: 0, y: 0, width: 720, height: 1280 };
        let (region, drawn) = fit(CANVAS, Crop::NONE, Fit::Cover, area);
        assert_eq!((region.x, region.width, region.height, drawn), (437.5, 405.0, 720.0, area));
        let (region, drawn) = fit(CANVAS, Crop::NONE, Fit::Contain, area);
        assert_eq!(region, Region::all(CANVAS));
        assert_eq!(drawn, Area { x: 0, y: 438, width: 720, height: 406 });
        let near = Area { width: 426, height: 240, ..area };
        assert_eq!(fit(CANVAS, Crop::NONE, Fit::Cover, near), (Region::all(CANVAS), near));
    }

    #[test]
    fn wild_places_draw_nothing_bad() {
        for v in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30] {
            let layer = Layer::new("a", Content::Source("s".into()), Place::new(v, v, v, v));
            let area = Area::of(&layer, CANVAS);
            if let Some(v) = area.visible(CANVAS) {
                assert!(v.right - v.left <= 1280 && v.bottom - v.top <= 720);
            }
        }
    }
}
