//! Drawn canvases against the slow float compositor: at most 2 of 255 off in any sample.
//! The reference stays in floats through all layers and is rounded to samples once, at the end;
//! our canvas holds bytes and is rounded by every translucent layer.

mod support;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use support::{Store, difference, reference, test_frame, test_picture};
use vitrine_compositor::Compositor;
use vitrine_media::{Frame, Picture, Plane, Size};
use vitrine_pixel::rgb_to_yuv709;
use vitrine_scene::{Color, Content, Crop, Fit, Layer, Place, Scene};

const CANVAS: Size = Size::new(192, 108);

fn store() -> Store {
    let mut store = Store::default();
    for (id, w, h, seed) in
        [("full", 192, 108, 1), ("small", 96, 64, 2), ("tall", 54, 96, 3), ("large", 320, 180, 4)]
    {
        store.frames.insert(id.to_owned(), test_frame(Size::new(w, h), seed));
    }
    for (id, w, h, edge, seed) in [
        ("card", 70, 84, 6, 5),
        ("banner", 192, 20, 3, 6),
        ("odd", 33, 21, 2, 7),
        ("page", 192, 108, 0, 8),
    ] {
        store.add_picture(id, test_picture(Size::new(w, h), edge, seed));
    }
    store
}

fn check(scene: &Scene, store: &Store) -> Frame {
    let mut out = Frame::black(CANVAS);
    out.fill([77, 33, 222]);
    let mut compositor = Compositor::new(CANVAS);
    compositor.draw(scene, store, &mut out);
    let (worst, place) = difference(&out, &reference(scene, store, CANVAS));
    assert!(worst <= 2.0, "off by {worst:.2} at {place} in {scene:#?}");
    let mut again = Frame::black(CANVAS);
    compositor.draw(scene, store, &mut again);
    assert_eq!(out, again, "what was drawn before must not matter");
    out
}

fn content() -> impl Strategy<Value = (Content, Option<Size>)> {
    let source = |id: &'static str| (Content::Source(id.into()), None);
    let picture = |id: &'static str, w, h| (Content::Picture(id.into()), Some(Size::new(w, h)));
    prop_oneof![
        prop::sample::select(vec![
            source("full"),
            source("small"),
            source("tall"),
            source("large"),
            source("missing"),
            picture("card", 70, 84),
            picture("banner", 192, 20),
            picture("odd", 34, 22),
            picture("page", 192, 108),
            picture("card", 70, 84),
            picture("banner", 192, 20),
        ]),
        any::<[u8; 4]>().prop_map(|[r, g, b, a]| (Content::Fill(Color::rgba(r, g, b, a)), None)),
    ]
}

fn layer() -> impl Strategy<Value = Layer> {
    let place = (-0.6f32..1.0, -0.6f32..1.0, 0.02f32..1.4, 0.02f32..1.4);
    let crop = prop_oneof![
        2 => Just(Crop::NONE),
        1 => (0.0f32..0.4, 0.0f32..0.4, 0.0f32..0.4, 0.0f32..0.4)
            .prop_map(|(left, top, right, bottom)| Crop { left, top, right, bottom }),
    ];
    let opacity = prop_oneof![Just(1.0f32), 0.0f32..=1.0];
    let radius = prop_oneof![Just(0.0f32), 0.0f32..0.3];
    let scale = prop_oneof![Just(1.0f32), 0.5f32..1.3];
    let fit = prop::sample::select(vec![Fit::Cover, Fit::Contain, Fit::Stretch]);
    (content(), place, crop, opacity, radius, scale, fit, 0u8..4).prop_map(
        |((content, own), (x, y, w, h), crop, opacity, radius, scale, fit, kind)| {
            let place = match (kind, own) {
                (0, _) => Place::FULL,
                (1 | 2, Some(size)) => Place::of_pixels(
                    (x * 192.0) as i32 / 2 * 2,
                    (y * 108.0) as i32 / 2 * 2,
                    size.width,
                    size.height,
                    CANVAS,
                ),
                _ => Place::new(x, y, w, h),
            };
            Layer { crop, opacity, radius, scale, fit, ..Layer::new("l", content, place) }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: RngSeed::Fixed(709), ..ProptestConfig::default() })]

    #[test]
    fn random_scenes(mut layers in prop::collection::vec(layer(), 1..4), camera in any::<bool>()) {
        if camera {
            layers.insert(0, Layer::new("camera", Content::Source("full".into()), Place::FULL));
        }
        check(&Scene::new(layers), &store());
    }

    /// The usual show: a camera below, cards at their own size anywhere, faded or not.
    #[test]
    fn usual_scenes(places in prop::collection::vec((0usize..3, -80i32..190, -90i32..110, prop_oneof![Just(1.0f32), 0.0f32..1.0]), 1..5)) {
        let mut layers = vec![Layer::new("camera", Content::Source("full".into()), Place::FULL)];
        for (which, x, y, opacity) in places {
            let (id, w, h) = [("card", 70, 84), ("banner", 192, 20), ("odd", 34, 22)][which];
            let place = Place::of_pixels(x / 2 * 2, y / 2 * 2, w, h, CANVAS);
            layers.push(Layer { opacity, ..Layer::new("card", Content::Picture(id.into()), place) });
        }
        check(&Scene::new(layers), &store());
    }
}

#[test]
fn an_empty_scene_is_black() {
    assert_eq!(check(&Scene::default(), &store()), Frame::black(CANVAS));
    let missing = Layer::new("a", Content::Source("missing".into()), Place::FULL);
    assert_eq!(check(&Scene::new(vec![missing]), &store()), Frame::black(CANVAS));
}

#[test]
fn a_full_source_is_copied_and_hides_what_is_beneath() {
    let store = store();
    let card = Layer::new("card", Content::Picture("card".into()), Place::FULL);
    let camera = Layer::new("camera", Content::Source("full".into()), Place::FULL);
    let out = check(&Scene::new(vec![card, camera]), &store);
    assert_eq!(&out, &store.frames["full"]);
}

#[test]
fn flat_tiles_and_fills_have_their_exact_color() {
    for rgb in [[255, 0, 0], [12, 200, 99], [255, 255, 255], [1, 2, 3], [128, 0, 255]] {
        let [r, g, b] = rgb;
        let want = rgb_to_yuv709(r, g, b);
        let mut store = store();
        let flat = [r, g, b, 255].repeat(64 * 32);
        store.add_picture("flat", Picture::from_rgba(Size::new(64, 32), flat).expect("fits"));
        for content in [Content::Picture("flat".into()), Content::Fill(Color::rgb(r, g, b))] {
            for scale in [1.0, 0.7] {
                let place = Place::of_pixels(20, 10, 64, 32, CANVAS);
                let layer = Layer { scale, ..Layer::new("flat", content.clone(), place) };
                let out = check(&Scene::new(vec![layer]), &store);
                let got = [Plane::Y, Plane::U, Plane::V].map(|p| {
                    let by = if p == Plane::Y { 1 } else { 2 };
                    out.row(p, 26 / by)[52 / by]
                });
                assert!(got.iter().zip(want).all(|(a, b)| a.abs_diff(b) <= 1), "{got:?} {want:?}");
            }
        }
    }
}

/// All kinds of layers at once, to the bit.
#[test]
fn snapshot_of_a_show() {
    let store = store();
    let mut shade = Layer::new(
        "shade",
        Content::Fill(Color::rgba(0, 0, 60, 120)),
        Place::new(0.5, 0.0, 0.5, 1.0),
    );
    shade.radius = 0.08;
    let guest = Layer {
        radius: 0.1,
        fit: Fit::Cover,
        ..Layer::new("guest", Content::Source("tall".into()), Place::new(0.05, 0.1, 0.3, 0.6))
    };
    let layers = vec![
        Layer::new("camera", Content::Source("large".into()), Place::FULL),
        shade,
        guest,
        Layer::new(
            "card",
            Content::Picture("card".into()),
            Place::of_pixels(110, 10, 70, 84, CANVAS),
        ),
        Layer {
            opacity: 0.6,
            ..Layer::new(
                "banner",
                Content::Picture("banner".into()),
                Place::of_pixels(-40, 90, 192, 20, CANVAS),
            )
        },
    ];
    let out = check(&Scene::new(layers), &store);
    // FNV-1a over all rows: the picture must not change by a bit between machines or builds.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for plane in support::PLANES {
        for y in 0..out.plane_size(plane).height as usize {
            for &b in out.row(plane, y) {
                hash = (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    assert_eq!(hash, 4_693_898_416_670_674_516, "the picture of this scene changed");
}
