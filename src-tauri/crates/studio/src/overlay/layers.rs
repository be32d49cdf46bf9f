//! One canvas: the slate beneath, cameras, stage, elements, page, bottom first.

use std::sync::Arc;

use vitrine_engine::Pictures;
use vitrine_graphics::{Area, Element, Slots};
use vitrine_media::{MediaTime, Size};
use vitrine_scene::{
    Color, Content, Crop, Easing, Effect, Layer, LayerId, Motion, PictureId, Place,
};

use super::art::Art;
use super::room::{Room, Span};
use super::shown::{ENTER, LEAVE, Shown, shown};
use super::words::with_image;
use super::{CLOSE_UP, HOST, Overlay, Placed};
use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::on_air::{OnAir, SceneName};
use crate::scenes::{Layout, NEARER, hold, layout, reference, yard};

/// The camera glides from one scene's place to the next.
const GLIDE: Motion = Motion {
    effect: Effect::Fade,
    duration: MediaTime::from_millis(450),
    easing: Easing::EaseInOut,
};
/// What lay behind goes only when the next is there.
const BEHIND: Motion = Motion { duration: MediaTime::from_millis(350), ..LEAVE };
/// Width / height of a camera of which nothing else is known.
const WIDE: f64 = 16.0 / 9.0;

/// A canvas being put together.
pub(super) struct Layers<'a> {
    canvas: Canvas,
    size: Size,
    pub(super) list: Vec<Layer>,
    pictures: &'a mut Pictures,
}

impl<'a> Layers<'a> {
    pub(super) fn new(canvas: Canvas, size: Size, pictures: &'a mut Pictures) -> Self {
        Self { canvas, size, list: Vec::new(), pictures }
    }

    /// A drawn element. Its picture is called like its layer, or, if new content is to fade over the old
    /// one, by what is drawn.
    fn put(&mut self, layer: &str, art: &Art, by: [i32; 2], motions: [Motion; 2], dissolves: bool) {
        let canvas = self.canvas;
        let picture = if dissolves {
            PictureId::from(format!("{layer}/{:016x}/{canvas}", art.key))
        } else {
            PictureId::from(format!("{layer}/{canvas}"))
        };
        let area = art.area.moved(by[0], by[1]);
        let [width, height] = [area.width(), area.height()].map(i32::unsigned_abs);
        let place = Place::of_pixels(area.x0, area.y0, width, height, self.size);
        let mut out = Layer::new(layer, Content::Picture(picture.clone()), place);
        [out.enter, out.leave] = motions;
        self.pictures.insert(picture, Arc::clone(&art.tile));
        self.list.push(out);
    }
}

impl Overlay {
    pub(super) fn draw(
        &mut self,
        on_air: &OnAir,
        at: MediaTime,
        slate_seen: bool,
        out: &mut Layers<'_>,
    ) -> Result<(), StudioError> {
        let (canvas, size) = (out.canvas, out.size);
        // Beneath the host: seen at once when the host's picture is lost.
        let slots = self.words.page(SceneName::Slate, on_air, at, slate_seen);
        match self.gallery.running("slate-beneath", Element::Slate, size, &slots)? {
            Some(art) => out.put("slate-beneath", &art, [0, 0], [Motion::CUT; 2], false),
            None => {
                let black = Content::Fill(Color::BLACK);
                out.list.push(still(Layer::new("slate-beneath", black, Place::FULL)));
            }
        }
        let lot = on_air.lot.is_some();
        let mut scene = on_air.scene;
        let mut stage = None;
        if let Some(element) = layout(scene, canvas, lot).stage {
            let product = on_air.product.as_deref().filter(|_| !lot);
            let slots = product.map_or_else(Slots::new, |p| with_image(Slots::new(), p));
            stage = self.gallery.art(element, size, &slots)?;
            if stage.is_none() {
                // A theme without this ground shows the host, and the product in its card.
                scene = SceneName::Host;
            }
        }
        // The whole camera, so that nothing but it is seen behind what fades and glides above.
        let whole = layout(SceneName::Host, canvas, false);
        out.list.push(still(self.camera("host-behind", HOST, SceneName::Host, whole, out)));
        if let Some(art) = stage {
            let layer = format!("stage/{:016x}", art.key);
            out.put(&layer, &art, [0, 0], [ENTER, BEHIND], false);
        }
        let laid_out = layout(scene, canvas, lot);
        let mut host = self.camera(HOST, HOST, scene, laid_out, out);
        host.enter = GLIDE;
        out.list.push(host);
        if scene == SceneName::CloseUp && self.has_close_up {
            out.list.push(self.camera(CLOSE_UP, CLOSE_UP, scene, laid_out, out));
        }
        let list = shown(on_air, scene, at, canvas, &self.words);
        self.elements(list, scene, laid_out, out)?;
        if scene.is_page() {
            self.page(on_air, at, out)?;
        }
        Ok(())
    }

    /// A camera's layer as a scene wants it.
    fn camera(
        &self,
        layer: &str,
        source: &str,
        scene: SceneName,
        laid_out: Layout,
        on: &Layers<'_>,
    ) -> Layer {
        let seat = laid_out.camera;
        let mut out = Layer::new(layer, Content::Source(source.into()), seat.place(on.canvas));
        let (across, down) = (
            f64::from(out.place.width) * f64::from(on.size.width),
            f64::from(out.place.height) * f64::from(on.size.height),
        );
        let mut view = self.views.get(source, scene);
        if scene == SceneName::CloseUp && source == HOST {
            view.zoom = view.zoom.max(NEARER);
        }
        let base = if source == HOST { self.host_crop } else { Crop::NONE };
        let picture = self.shapes.get(source).copied().unwrap_or(WIDE);
        out.crop = view.crop(picture, across / down, base);
        out.radius = seat.radius_share(on.canvas);
        out
    }

    /// Draws the elements and finds room for each, the first first.
    fn elements(
        &mut self,
        list: Vec<Shown>,
        scene: SceneName,
        laid_out: Layout,
        out: &mut Layers<'_>,
    ) -> Result<(), StudioError> {
        let (canvas, size) = (out.canvas, out.size);
        let zones = self.zones.get(&canvas).cloned().unwrap_or_default();
        let covered: Vec<Span> =
            zones.iter().map(|z| Span::of_shares([z.x, z.y, z.width, z.height], size)).collect();
        let yard = yard(canvas).place(canvas);
        let yard = Span::of_shares([yard.x, yard.y, yard.width, yard.height], size);
        let mut taken: Vec<Span> = Vec::new();
        if laid_out.is_inset() {
            let p = laid_out.camera.place(canvas);
            taken.push(Span::of_shares([p.x, p.y, p.width, p.height], size));
        }
        for shown in list {
            let art = if shown.runs {
                self.gallery.running(&shown.layer, shown.element, size, &shown.slots)?
            } else {
                self.gallery.art(shown.element, size, &shown.slots)?
            };
            let Some(art) = art else { continue };
            let wanted = wanted(scene, canvas, size, &shown, &art);
            let (solid, content) =
                (art.solid.moved(wanted[0], wanted[1]), art.content.moved(wanted[0], wanted[1]));
            let none: &[Span] = &[];
            let room = Room {
                canvas: size,
                yard,
                zones: &covered,
                taken: if shown.on_top { none } else { &taken },
            };
            let found = room.find(solid, content);
            let seen = room.read(solid, content).moved(found.dx, found.dy);
            let meets = zones.iter().zip(&covered).filter(|(_, span)| span.meets(seen));
            let touches: Vec<String> = meets.map(|(zone, _)| zone.what.clone()).collect();
            self.tell(canvas, shown.element, &touches, found.covers);
            self.placed.push(Placed {
                canvas,
                element: shown.element.name(),
                layer: LayerId::from(shown.layer.as_str()),
                area: seen.area(size),
                moved: [found.dx, found.dy],
                touches,
                left_out: found.covers,
            });
            if found.covers {
                continue;
            }
            if !shown.on_top {
                taken.push(solid.moved(found.dx, found.dy));
            }
            let by = [wanted[0] + found.dx, wanted[1] + found.dy];
            out.put(&shown.layer, &art, by, [shown.enter, shown.leave], shown.dissolves);
        }
        Ok(())
    }

    fn page(
        &mut self,
        on_air: &OnAir,
        at: MediaTime,
        out: &mut Layers<'_>,
    ) -> Result<(), StudioError> {
        let scene = on_air.scene;
        let element = match scene {
            SceneName::StartingSoon => Element::StartingSoon,
            SceneName::Break => Element::Break,
            SceneName::Ending => Element::Ending,
            _ => Element::Slate,
        };
        // Privacy is wanted at once; the other pages may take their time.
        let enter = if scene == SceneName::Slate { Motion::CUT } else { ENTER };
        let slots = self.words.page(scene, on_air, at, true);
        match self.gallery.running(scene.name(), element, out.size, &slots)? {
            Some(art) => out.put(scene.name(), &art, [0, 0], [enter, LEAVE], false),
            None => {
                // Even a theme without this page must not show the room.
                let black = Content::Fill(Color::BLACK);
                let mut fill = Layer::new(scene.name(), black, Place::FULL);
                (fill.enter, fill.leave) = (enter, LEAVE);
                out.list.push(fill);
            }
        }
        Ok(())
    }

    /// Says once what could not be helped.
    fn tell(&mut self, canvas: Canvas, element: Element, touches: &[String], left_out: bool) {
        let name = element.name();
        if left_out && self.told.insert((canvas, name, true)) {
            tracing::warn!("the {name} has no room on the {canvas} canvas and is not shown");
        }
        if !touches.is_empty() && !left_out && self.told.insert((canvas, name, false)) {
            let what = touches.join(", ");
            tracing::warn!("the {name} on the {canvas} canvas lies under {what} of the platform");
        }
    }
}

/// How far a scene wants an element from where the theme puts it.
fn wanted(scene: SceneName, canvas: Canvas, size: Size, shown: &Shown, art: &Art) -> [i32; 2] {
    let Some(hold) = hold(scene, canvas, shown.element, shown.alone) else { return [0, 0] };
    let reference = reference(canvas);
    let solid = art.solid;
    let to_even = |v: f32| (v / 2.0).round() as i32 * 2;
    let across = hold.at[0] * size.width as f32 / reference.width as f32;
    let down = hold.at[1] * size.height as f32 / reference.height as f32;
    [
        to_even(across - (solid.x0 as f32 + hold.hold[0] * solid.width() as f32)),
        to_even(down - (solid.y0 as f32 + hold.hold[1] * solid.height() as f32)),
    ]
}

/// A layer that is there and does not move of itself.
fn still(mut layer: Layer) -> Layer {
    (layer.enter, layer.leave) = (Motion::CUT, Motion::CUT);
    layer
}

impl Span {
    /// A rectangle in fractions of the canvas.
    fn of_shares(shares: [f32; 4], size: Size) -> Self {
        let [x, y, width, height] = shares;
        let (w, h) = (size.width as f32, size.height as f32);
        let [x0, x1] = [x * w, (x + width) * w].map(|v| v.round() as i32);
        let [y0, y1] = [y * h, (y + height) * h].map(|v| v.round() as i32);
        Self { x0, y0, x1, y1 }
    }

    /// The part inside the canvas.
    fn area(self, size: Size) -> Area {
        let x = self.x0.clamp(0, size.width as i32);
        let y = self.y0.clamp(0, size.height as i32);
        let x1 = self.x1.clamp(x, size.width as i32);
        let y1 = self.y1.clamp(y, size.height as i32);
        let [x, y, width, height] = [x, y, x1 - x, y1 - y].map(i32::unsigned_abs);
        Area { x, y, width, height }
    }
}
