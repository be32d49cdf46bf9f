//! Scenes as values: what they refuse, how they read and write, how one becomes the next.

use proptest::prelude::*;
use vitrine_media::{MediaTime, Size};
use vitrine_scene::{
    Color, Content, Crop, Easing, Edge, Effect, Fit, Layer, MAX_LAYERS, Motion, Place, Scene,
    SceneError, interpolate, interpolate_into, transition_length,
};

fn picture(id: &str) -> Layer {
    Layer::new(id, Content::Picture(id.into()), Place::new(0.1, 0.2, 0.3, 0.4))
}

fn fault(change: impl FnOnce(&mut Layer)) -> SceneError {
    let mut layer = picture("card");
    change(&mut layer);
    Scene::new(vec![layer]).validate().expect_err("must be refused")
}

#[test]
fn faults_are_named() {
    assert!(matches!(fault(|l| l.place.x = f32::NAN), SceneError::Place(_)));
    assert!(matches!(fault(|l| l.place.y = -4.1), SceneError::Place(_)));
    assert!(matches!(fault(|l| l.place.width = 0.0), SceneError::Place(_)));
    assert!(matches!(fault(|l| l.place.height = f32::INFINITY), SceneError::Place(_)));
    assert!(matches!(fault(|l| l.opacity = 1.01), SceneError::Opacity(..)));
    assert!(matches!(fault(|l| l.opacity = f32::NAN), SceneError::Opacity(..)));
    assert!(matches!(fault(|l| l.radius = -0.1), SceneError::Radius(..)));
    assert!(matches!(fault(|l| l.scale = 5.0), SceneError::Scale(..)));
    assert!(matches!(fault(|l| l.crop.left = 1.0), SceneError::Crop(_)));
    assert!(matches!(fault(|l| l.id = "".into()), SceneError::NoId(1)));
    let late = fault(|l| l.leave.duration = MediaTime::from_secs(61));
    assert_eq!(
        late.to_string(),
        "Layer \"card\" moves for 0:01:01.000; give a time from 0 to 60 seconds."
    );
    let twice = Scene::new(vec![picture("a"), picture("b"), picture("a")]);
    assert_eq!(twice.validate(), Err(SceneError::SameId("a".into())));
    let many: Vec<_> = (0..=MAX_LAYERS).map(|i| picture(&i.to_string())).collect();
    assert_eq!(Scene::new(many[1..].to_vec()).validate(), Ok(()));
    assert_eq!(Scene::new(many).validate(), Err(SceneError::TooManyLayers(65)));
}

#[test]
fn json_needs_only_what_differs_from_the_default() {
    let json = r#"{"layers":[
        {"id":"camera","content":{"source":"main"}},
        {"id":"shade","content":{"fill":{"r":0,"g":0,"b":0,"a":128}},"opacity":0.5},
        {"id":"card","content":{"picture":"card-1"},"place":{"x":0.6,"y":0.1,"width":0.3,"height":0.8},
         "enter":{"effect":{"slide":"right"},"duration":350000000,"easing":"ease-out"}}]}"#;
    let scene: Scene = serde_json::from_str(json).expect("reads");
    assert_eq!(scene.validate(), Ok(()));
    assert_eq!(scene.layers[0], Layer::new("camera", Content::Source("main".into()), Place::FULL));
    assert_eq!(scene.layers[1].content, Content::Fill(Color::rgba(0, 0, 0, 128)));
    assert_eq!(scene.layers[2].enter.effect, Effect::Slide(Edge::Right));
    let again: Scene =
        serde_json::from_str(&serde_json::to_string(&scene).expect("writes")).expect("reads");
    assert_eq!(again, scene);
    assert!(serde_json::from_str::<Scene>(r#"{"layers":[{"id":"a"}]}"#).is_err());
}

#[test]
fn pixels_come_back_from_a_place() {
    let canvas = Size::new(1280, 720);
    let place = Place::of_pixels(822, 80, 420, 560, canvas);
    assert_eq!((place.x * 1280.0).round(), 822.0);
    assert_eq!((place.height * 720.0).round(), 560.0);
}

#[test]
fn a_new_layer_fades_in_and_a_removed_one_out() {
    let (none, card) = (Scene::default(), Scene::new(vec![picture("card")]));
    assert_eq!(transition_length(&none, &card), MediaTime::from_millis(350));
    assert_eq!(transition_length(&card, &none), MediaTime::from_millis(200));
    let mid = interpolate(&none, &card, MediaTime::from_millis(175));
    assert!((mid.layers[0].opacity - 0.875).abs() < 1e-4, "ease-out at half its time");
    let mid = interpolate(&card, &none, MediaTime::from_millis(100));
    assert!((mid.layers[0].opacity - 0.875).abs() < 1e-4, "ease-in at half its time");
    assert!(interpolate(&card, &none, MediaTime::from_millis(200)).layers.is_empty());
}

#[test]
fn a_slide_begins_just_outside_and_ends_in_place() {
    for (edge, x, y) in [
        (Edge::Left, Some(-0.3), None),
        (Edge::Right, Some(1.0), None),
        (Edge::Top, None, Some(-0.4)),
        (Edge::Bottom, None, Some(1.0)),
    ] {
        let mut card = picture("card");
        card.enter = Motion::new(Effect::Slide(edge), MediaTime::from_secs(1), Easing::Linear);
        let now = Scene::new(vec![card]);
        let at = |t: MediaTime| interpolate(&Scene::default(), &now, t).layers[0].place;
        let start = at(MediaTime::from_nanos(1));
        assert!((start.x - x.unwrap_or(0.1)).abs() < 1e-5, "{edge:?} {start:?}");
        assert!((start.y - y.unwrap_or(0.2)).abs() < 1e-5, "{edge:?} {start:?}");
        assert_eq!(at(MediaTime::from_secs(1)), now.layers[0].place);
    }
}

#[test]
fn leaving_layers_keep_their_seat_in_the_stack() {
    let ids = |s: &Scene| s.layers.iter().map(|l| l.id.to_string()).collect::<Vec<_>>().join(" ");
    let before = Scene::new(["p", "a", "q", "b", "r"].map(picture).to_vec());
    let now = Scene::new(["a", "new", "b"].map(picture).to_vec());
    assert_eq!(ids(&interpolate(&before, &now, MediaTime::from_millis(50))), "p a q new b r");
}

#[test]
fn new_content_replaces_or_cross_fades() {
    let digits = |n: &str, effect| {
        let mut l = Layer::new("countdown", Content::Picture(n.into()), Place::FULL);
        l.enter.effect = effect;
        Scene::new(vec![l])
    };
    let cut = |n| digits(n, Effect::Slide(Edge::Top));
    assert_eq!(transition_length(&cut("9"), &cut("8")), MediaTime::ZERO);
    assert_eq!(interpolate(&cut("9"), &cut("8"), MediaTime::ZERO), cut("8"));

    let fade = |n| digits(n, Effect::Fade);
    assert_eq!(transition_length(&fade("9"), &fade("8")), MediaTime::from_millis(350));
    let mid = interpolate(&fade("9"), &fade("8"), MediaTime::from_millis(100));
    let shown: Vec<_> = mid.layers.iter().map(|l| l.content.clone()).collect();
    assert_eq!(shown, [Content::Picture("9".into()), Content::Picture("8".into())]);
    assert!(mid.layers[0].opacity > mid.layers[1].opacity * 0.5);
    // Turning midway follows the upper of the two.
    let back = interpolate(&mid, &fade("7"), MediaTime::from_millis(1));
    assert_eq!(back.layers.len(), 2);
    assert_eq!(back.layers[0].content, Content::Picture("8".into()));
}

#[test]
fn hiding_leaves_and_showing_enters() {
    let seen = Scene::new(vec![picture("card")]);
    let mut hidden = seen.clone();
    hidden.layers[0].visible = false;
    assert_eq!(transition_length(&seen, &hidden), MediaTime::from_millis(200));
    assert_eq!(transition_length(&hidden, &seen), MediaTime::from_millis(350));
    let mid = interpolate(&seen, &hidden, MediaTime::from_millis(100));
    assert!(mid.layers[0].visible && mid.layers[0].opacity < 1.0);
    assert_eq!(transition_length(&hidden, &hidden), MediaTime::ZERO);
}

fn motion() -> impl Strategy<Value = Motion> {
    let effect = prop::sample::select(vec![
        Effect::Cut,
        Effect::Fade,
        Effect::Slide(Edge::Left),
        Effect::Slide(Edge::Bottom),
        Effect::Scale,
    ]);
    let easing = prop::sample::select(vec![
        Easing::Linear,
        Easing::EaseIn,
        Easing::EaseOut,
        Easing::EaseInOut,
        Easing::Overshoot,
    ]);
    (effect, 0i64..1000, easing)
        .prop_map(|(e, ms, easing)| Motion::new(e, MediaTime::from_millis(ms), easing))
}

fn layer(id: usize) -> impl Strategy<Value = Layer> {
    let numbers = (-2.0f32..2.0, -2.0f32..2.0, 0.01f32..2.0, 0.0f32..=1.0, 0.0f32..2.0);
    let content = (0u8..3).prop_map(|n| match n {
        0 => Content::Source("camera".into()),
        1 => Content::Picture("card".into()),
        _ => Content::Fill(Color::WHITE),
    });
    (numbers, content, any::<bool>(), motion(), motion(), 0.0f32..0.4).prop_map(
        move |((x, y, size, opacity, scale), content, visible, enter, leave, cut)| Layer {
            opacity,
            visible,
            scale,
            enter,
            leave,
            crop: Crop { left: cut, top: cut / 2.0, ..Crop::NONE },
            radius: cut,
            fit: Fit::Contain,
            ..Layer::new(id.to_string(), content, Place::new(x, y, size, size))
        },
    )
}

fn scene() -> impl Strategy<Value = Scene> {
    let ids: Vec<usize> = (0..8).collect();
    prop::sample::subsequence(ids, 0..=8)
        .prop_shuffle()
        .prop_flat_map(|ids| ids.into_iter().map(layer).collect::<Vec<_>>())
        .prop_map(Scene::new)
}

proptest! {
    #[test]
    fn begins_as_before_ends_as_now(before in scene(), now in scene(), over in 0i64..5_000_000_000) {
        prop_assert_eq!(before.validate(), Ok(()));
        let length = transition_length(&before, &now);
        let over = MediaTime::from_nanos(over);
        prop_assert_eq!(&interpolate(&before, &now, length + over), &now);
        if length > MediaTime::ZERO {
            prop_assert_eq!(&interpolate(&before, &now, MediaTime::ZERO - over), &before);
        }
        prop_assert_eq!(transition_length(&now, &now), MediaTime::ZERO);
    }

    #[test]
    fn stays_in_bounds_on_the_way(before in scene(), now in scene(), share in 0.0f64..1.0) {
        let length = transition_length(&before, &now);
        let t = MediaTime::from_secs_f64(length.as_secs_f64() * share);
        let mid = interpolate(&before, &now, t);
        for l in &mid.layers {
            prop_assert!((0.0..=1.0).contains(&l.opacity), "{}", l.opacity);
            prop_assert!(l.crop.is_sane() && (0.0..=1.0).contains(&l.radius));
            prop_assert!(l.place.x.is_finite() && l.place.y.is_finite());
            prop_assert!(l.place.width > 0.0 && l.place.height > 0.0);
            prop_assert!(l.scale.is_finite() && l.scale >= 0.0);
        }
        let mut again = before.clone();
        interpolate_into(&before, &now, t, &mut again);
        prop_assert_eq!(again, mid);
    }

    /// Nothing jumps but what cuts: a fade or slide that has just begun looks as before.
    #[test]
    fn every_entering_layer_begins_unseen(mut l in layer(0)) {
        l.visible = true;
        l.enter.duration += MediaTime::from_millis(1);
        (l.place.x, l.place.y) = (l.place.x.min(0.9), l.place.y.min(0.9));
        if l.enter.effect == Effect::Cut {
            l.enter.effect = Effect::Fade;
        }
        let first = interpolate(&Scene::default(), &Scene::new(vec![l.clone()]), MediaTime::from_nanos(1));
        let got = &first.layers[0];
        match l.enter.effect {
            Effect::Slide(Edge::Left) => {
                let right = got.place.x + got.place.width / 2.0 * (1.0 + got.scale);
                prop_assert!(right < 1e-3, "{right}");
            }
            Effect::Slide(_) => {
                let top = got.place.y + got.place.height / 2.0 * (1.0 - got.scale);
                prop_assert!(top > 1.0 - 1e-3, "{top}");
            }
            _ => prop_assert!(got.opacity < 1e-3),
        }
    }
}
