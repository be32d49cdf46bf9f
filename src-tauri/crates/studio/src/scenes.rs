//! How each scene is laid out on each canvas: where the cameras are, what lies behind them, and which
//! part of a camera's picture is seen. Plain numbers, in pixels of 1280x720 and 720x1280.
//!
//! | scene | 16:9 | 9:16 |
//! |---|---|---|
//! | Host | camera fills | the same, cut around its [`View`] |
//! | Product | product large, camera rounded at the top right | product large, camera round at the lower right |
//! | Split | camera left, product right | camera above, product below |
//! | Close-up | second camera; without one the host's, 1.7 times nearer | the same |
//! | pages | the page covers all | the same |
//!
//! A lot has its picture in its card: with one on air, Product and Split are laid out as Split in 16:9, with the
//! card where the product would be, and as Host in 9:16, where the camera fills the picture behind the card.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vitrine_graphics::Element;
use vitrine_media::Size;
use vitrine_scene::{Crop, Place};

use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::on_air::SceneName;

/// The picture source of the presenter in every scene.
pub const HOST: &str = "host";
/// The picture source of a second camera, for the scene Close-up.
pub const CLOSE_UP: &str = "close-up";
/// How much nearer the host's picture is brought when there is no second camera.
pub const NEARER: f32 = 1.7;

/// Which part of a camera's picture matters in a scene.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ts_rs::TS)]
pub struct View {
    /// What is to be in the middle (a face, hands), from the left: 0 to 1.
    pub x: f32,
    /// The same from the top: 0 to 1.
    pub y: f32,
    /// How much nearer: 1 to 4.
    pub zoom: f32,
}

impl Default for View {
    fn default() -> Self {
        Self::FACE
    }
}

impl View {
    /// Where faces are, as long as nobody has said: the middle, a little above.
    pub const FACE: Self = Self { x: 0.5, y: 0.4, zoom: 1.0 };

    /// A view whose numbers are numbers within their ranges.
    ///
    /// # Errors
    /// One sentence that says which is not.
    pub fn new(x: f32, y: f32, zoom: f32) -> Result<Self, StudioError> {
        let inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        if !inside || !(1.0..=4.0).contains(&zoom) {
            let what = format!("a view of {x}, {y} and zoom {zoom} is no part of a picture");
            return Err(StudioError::input("view", what)
                .remedy("give x and y from 0 to 1 and a zoom from 1 to 4"));
        }
        Ok(Self { x, y, zoom })
    }

    /// What is cut off a picture of shape `picture` (width / height, both above 0) so that the largest
    /// part of shape `place` around this view's point is left that stays inside; `zoom` times nearer.
    /// Within what `base` has left already.
    pub fn crop(self, picture: f64, place: f64, base: Crop) -> Crop {
        let kept_w = 1.0 - f64::from(base.left) - f64::from(base.right);
        let kept_h = 1.0 - f64::from(base.top) - f64::from(base.bottom);
        let shape = picture * kept_w / kept_h.max(1e-3);
        let zoom = f64::from(self.zoom).clamp(1.0, 4.0);
        let (w, h) = if place < shape { (place / shape, 1.0) } else { (1.0, shape / place) };
        let (w, h) = (w / zoom, h / zoom);
        let at = |middle: f32, length: f64| {
            (f64::from(middle) - length / 2.0).clamp(0.0, (1.0 - length).max(0.0))
        };
        let (x, y) = (at(self.x, w), at(self.y, h));
        let cut = |outer: f32, share: f64, kept: f64| {
            (f64::from(outer) + share * kept).clamp(0.0, 1.0) as f32
        };
        Crop {
            left: cut(base.left, x, kept_w),
            top: cut(base.top, y, kept_h),
            right: cut(base.right, 1.0 - x - w, kept_w),
            bottom: cut(base.bottom, 1.0 - y - h, kept_h),
        }
    }
}

/// The view of each camera in each scene. A scene without one of its own takes that of
/// [`SceneName::Host`], and that is [`View::FACE`] until it is set.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Views(BTreeMap<(String, SceneName), View>);

impl Views {
    /// Sets one; the newest counts.
    pub fn set(&mut self, source: &str, scene: SceneName, view: View) {
        self.0.insert((source.to_owned(), scene), view);
    }

    /// The view that counts.
    pub fn get(&self, source: &str, scene: SceneName) -> View {
        let of = |scene| self.0.get(&(source.to_owned(), scene)).copied();
        of(scene).or_else(|| of(SceneName::Host)).unwrap_or_default()
    }
}

/// A rectangle in pixels of the reference canvas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// From the left; even, like the others.
    pub x: i32,
    /// From the top.
    pub y: i32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
    /// Of its rounded corners.
    pub radius: u32,
}

const fn seat(x: i32, y: i32, width: u32, height: u32, radius: u32) -> Seat {
    Seat { x, y, width, height, radius }
}

impl Seat {
    /// In fractions of the canvas.
    pub fn place(self, canvas: Canvas) -> Place {
        Place::of_pixels(self.x, self.y, self.width, self.height, reference(canvas))
    }

    /// The radius in canvas heights.
    pub fn radius_share(self, canvas: Canvas) -> f32 {
        self.radius as f32 / reference(canvas).height as f32
    }

    /// Width / height.
    pub fn shape(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }
}

/// The canvas that the numbers here and in themes are meant for.
pub const fn reference(canvas: Canvas) -> Size {
    match canvas {
        Canvas::Landscape => Size::new(1280, 720),
        Canvas::Portrait => Size::new(720, 1280),
    }
}

/// The cameras of a scene and what lies behind them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Where the camera is.
    pub camera: Seat,
    /// A full picture of the theme behind it; it shows the product unless a lot is on air.
    pub stage: Option<Element>,
}

impl Layout {
    /// Whether the camera is a small picture that no element may cover.
    pub const fn is_inset(&self) -> bool {
        self.camera.radius > 0
    }
}

/// The layout of a scene. `lot`: one is on air.
pub const fn layout(scene: SceneName, canvas: Canvas, lot: bool) -> Layout {
    let camera = match (scene, canvas) {
        (SceneName::Product, Canvas::Landscape) if !lot => seat(920, 32, 320, 180, 20),
        (SceneName::Product, Canvas::Portrait) if !lot => seat(408, 652, 220, 220, 110),
        (SceneName::Product | SceneName::Split, Canvas::Landscape) => seat(0, 0, 640, 720, 0),
        (SceneName::Split, Canvas::Portrait) if !lot => seat(0, 0, 720, 640, 0),
        (_, Canvas::Landscape) => seat(0, 0, 1280, 720, 0),
        (_, Canvas::Portrait) => seat(0, 0, 720, 1280, 0),
    };
    let stage = match (scene, canvas) {
        (SceneName::Product, _) if !lot => Some(Element::ProductStage),
        (SceneName::Split, _) if !lot => Some(Element::SplitStage),
        (SceneName::Product | SceneName::Split, Canvas::Landscape) => Some(Element::SplitStage),
        _ => None,
    };
    Layout { camera, stage }
}

/// Where an element stands that is wanted elsewhere than the theme puts it: a point in pixels, and which
/// point of the element lies there (0 is its left or upper edge, 1 its right or lower one).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hold {
    /// The point on the canvas.
    pub at: [f32; 2],
    /// The point of the element.
    pub hold: [f32; 2],
}

/// The part of the canvas in which elements are moved about: past it they would stand where most platforms
/// have their own things.
pub const fn yard(canvas: Canvas) -> Seat {
    match canvas {
        Canvas::Landscape => seat(24, 24, 1232, 672, 0),
        Canvas::Portrait => seat(24, 130, 610, 894, 0),
    }
}

/// The theme's own place does (`None`), or another. `alone`: for a flash sale, nothing else is at the left
/// middle, in the card's place or behind; for a QR code on 16:9, the product is behind everything.
///
/// In 9:16 a flash sale takes the card's place if it is free, so that the face is; what stands above goes
/// up as far as there is room.
pub const fn hold(scene: SceneName, canvas: Canvas, element: Element, alone: bool) -> Option<Hold> {
    match (canvas, element) {
        (Canvas::Landscape, Element::Qr) if alone => match scene {
            SceneName::Product => Some(Hold { at: [1240.0, 612.0], hold: [1.0, 1.0] }),
            SceneName::Split => Some(Hold { at: [1240.0, 596.0], hold: [1.0, 1.0] }),
            _ => None,
        },
        (Canvas::Portrait, Element::Qr) => Some(Hold { at: [32.0, 872.0], hold: [0.0, 1.0] }),
        (Canvas::Portrait, Element::FlashSale) if alone => {
            Some(Hold { at: [32.0, 868.0], hold: [0.0, 1.0] })
        }
        (Canvas::Portrait, Element::PromoCode | Element::Goal) => {
            Some(Hold { at: [32.0, 140.0], hold: [0.0, 0.0] })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CANVASES: [Canvas; 2] = [Canvas::Landscape, Canvas::Portrait];

    #[test]
    fn seats_are_even_and_inside() {
        for canvas in CANVASES {
            for scene in SceneName::ALL {
                for lot in [false, true] {
                    let Seat { x, y, width, height, .. } = layout(scene, canvas, lot).camera;
                    let size = reference(canvas);
                    assert!([x, y].iter().all(|v| *v >= 0 && v % 2 == 0), "{scene:?}");
                    assert!(width % 2 == 0 && height % 2 == 0, "{scene:?}");
                    assert!(x as u32 + width <= size.width && y as u32 + height <= size.height);
                }
            }
        }
    }

    #[test]
    fn a_scene_without_a_view_takes_the_hosts() {
        let mut views = Views::default();
        assert_eq!(views.get(HOST, SceneName::CloseUp), View::FACE);
        let face = View::new(0.4, 0.3, 1.0).expect("a view");
        views.set(HOST, SceneName::Host, face);
        assert_eq!(views.get(HOST, SceneName::Split), face);
        assert_eq!(views.get(CLOSE_UP, SceneName::CloseUp), View::FACE);
        let hands = View::new(0.5, 0.8, 2.0).expect("a view");
        views.set(HOST, SceneName::Product, hands);
        assert_eq!(views.get(HOST, SceneName::Product), hands);
        for [x, y, zoom] in [[-0.1, 0.5, 1.0], [0.5, f32::NAN, 1.0], [0.5, 0.5, 4.1]] {
            assert!(View::new(x, y, zoom).is_err());
        }
    }

    proptest! {
        #[test]
        fn crops_have_the_places_shape_and_stay_inside(
            x in 0.0f32..=1.0, y in 0.0f32..=1.0, zoom in 1.0f32..=4.0,
            picture in prop::sample::select(vec![(1920, 1080), (1280, 720), (640, 480), (1080, 1920)]),
            scene in prop::sample::select(SceneName::ALL.to_vec()),
            canvas in prop::sample::select(CANVASES.to_vec()),
            base in prop::sample::select(vec![
                Crop::NONE,
                Crop { left: 0.1, top: 0.0, right: 0.25, bottom: 0.2 },
            ]),
        ) {
            let (w, h) = (f64::from(picture.0), f64::from(picture.1));
            let camera = layout(scene, canvas, false).camera;
            let crop = View { x, y, zoom }.crop(w / h, camera.shape(), base);
            prop_assert!(crop.is_sane(), "{crop:?}");
            for (cut, given) in [(crop.left, base.left), (crop.right, base.right),
                                 (crop.top, base.top), (crop.bottom, base.bottom)] {
                prop_assert!(cut >= given - 1e-6);
            }
            // Within a pixel of the camera's picture.
            let (left, right) = (f64::from(crop.left), f64::from(crop.right));
            let (top, bottom) = (f64::from(crop.top), f64::from(crop.bottom));
            let (kw, kh) = ((1.0 - left - right) * w, (1.0 - top - bottom) * h);
            prop_assert!((kw - kh * camera.shape()).abs() < 1.0, "{kw} x {kh}");
            // The point is in the middle, or as near as the picture's edge lets it be.
            let at = |base: [f32; 2], share: f32, length: f64| {
                let kept = 1.0 - f64::from(base[0]) - f64::from(base[1]);
                (f64::from(base[0]) + f64::from(share) * kept) * length
            };
            let wanted = at([base.left, base.right], x, w);
            let middle = left * w + kw / 2.0;
            let touches = crop.left <= base.left + 1e-5 || crop.right <= base.right + 1e-5;
            prop_assert!((wanted - middle).abs() < 1.0 || touches, "{wanted} {middle}");
        }
    }
}
