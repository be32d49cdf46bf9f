//! A running show allocates nothing: not for still scenes, not for slides, fades or scaling.

mod ffi;
#[path = "../support/mod.rs"]
mod support;

use support::{Store, test_frame, test_picture};
use vitrine_compositor::Compositor;
use vitrine_media::{Frame, MediaTime, Size};
use vitrine_scene::{
    Color, Content, Easing, Edge, Effect, Layer, Motion, Place, Scene, interpolate_into,
    transition_length,
};

#[global_allocator]
static ALLOCATOR: ffi::Counting = ffi::Counting;

const CANVAS: Size = Size::new(320, 180);

#[test]
fn nothing_is_allocated_once_warm() {
    let mut store = Store::default();
    store.frames.insert("camera".into(), test_frame(Size::new(640, 360), 1));
    store.frames.insert("guest".into(), test_frame(Size::new(160, 120), 2));
    store.add_picture("card", test_picture(Size::new(105, 140), 8, 3));
    store.add_picture("banner", test_picture(Size::new(320, 24), 4, 4));
    let move_by = |effect| Motion::new(effect, MediaTime::from_secs(1), Easing::EaseInOut);
    let picture = |id: &str, x, y, w, h, effect| Layer {
        enter: move_by(effect),
        leave: move_by(effect),
        ..Layer::new(id, Content::Picture(id.into()), Place::of_pixels(x, y, w, h, CANVAS))
    };
    let camera = Layer::new("camera", Content::Source("camera".into()), Place::FULL);
    let guest = Layer {
        radius: 0.1,
        enter: move_by(Effect::Fade),
        ..Layer::new("guest", Content::Source("guest".into()), Place::new(0.1, 0.1, 0.3, 0.3))
    };
    let shade = Layer::new("shade", Content::Fill(Color::rgba(0, 0, 0, 90)), Place::FULL);
    let before = Scene::new(vec![camera.clone(), guest.clone()]);
    let now = Scene::new(vec![
        camera,
        Layer { place: Place::new(0.5, 0.4, 0.4, 0.5), radius: 0.05, ..guest },
        shade,
        picture("card", 200, 20, 105, 140, Effect::Slide(Edge::Right)),
        picture("banner", 0, 150, 320, 24, Effect::Scale),
    ]);
    let length = transition_length(&before, &now);
    let mut out = Frame::black(CANVAS);
    let mut shown = Scene::default();
    let mut compositor = Compositor::new(CANVAS);
    let mut play = || {
        let started = ffi::count();
        for (from, to) in [(&before, &now), (&now, &before)] {
            for n in 0..=40 {
                let t = MediaTime::from_nanos(length.as_nanos() * n / 30);
                interpolate_into(from, to, t, &mut shown);
                compositor.draw(&shown, &store, &mut out);
            }
        }
        ffi::count() - started
    };
    assert!(play() > 0, "the counter counts");
    // Every slot of the caches has been through the largest sizes after a few rounds.
    for _ in 0..20 {
        play();
    }
    assert_eq!(play(), 0, "allocations in a warm show");
}
