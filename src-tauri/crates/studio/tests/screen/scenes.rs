//! Scenes: where the cameras are and how one becomes the next.

use vitrine_media::{MediaTime, Size};
use vitrine_scene::{Layer, Place, Scene, interpolate, transition_length};
use vitrine_studio::on_air::{OnAir, SceneName};
use vitrine_studio::overlay::{CLOSE_UP, HOST};
use vitrine_studio::render::sample_on_air;
use vitrine_studio::scenes::View;
use vitrine_studio::{Canvas, SampleElement};

use crate::{CANVASES, SIZE, classic, draw, overlay, product, seen, themes};

const NOW: MediaTime = MediaTime::ZERO;

fn layer<'a>(scene: &'a Scene, id: &str) -> &'a Layer {
    scene.layers.iter().find(|l| l.id.as_str() == id).unwrap_or_else(|| panic!("no layer {id}"))
}

/// What is left of a picture of this size, width / height.
fn kept(layer: &Layer, picture: Size) -> f64 {
    let crop = layer.crop;
    let w = (1.0 - f64::from(crop.left) - f64::from(crop.right)) * f64::from(picture.width);
    let h = (1.0 - f64::from(crop.top) - f64::from(crop.bottom)) * f64::from(picture.height);
    w / h
}

#[test]
fn the_host_glides_and_only_the_camera_is_seen_behind() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let product = product();
    let all = [SceneName::Host, SceneName::Product, SceneName::Split, SceneName::CloseUp];
    for from in all {
        for to in all.into_iter().filter(|to| *to != from) {
            let before = draw(&mut overlay, &sample_on_air(from, &[], &product, 0), NOW);
            let after = draw(&mut overlay, &sample_on_air(to, &[], &product, 0), NOW);
            for (a, b) in before.iter().zip(&after) {
                let length = transition_length(a, b);
                let (ms, least) = (length.as_millis(), MediaTime::from_millis(300));
                assert!(length >= least && ms <= 500, "{from:?} to {to:?} takes {ms} ms");
                for at in (50..ms).step_by(50) {
                    let between = interpolate(a, b, MediaTime::from_millis(at));
                    let behind = layer(&between, "host-behind");
                    assert_eq!((behind.place, behind.opacity), (Place::FULL, 1.0));
                    between.validate().expect("a scene");
                }
                let half = interpolate(a, b, MediaTime::from_millis(225));
                let (x, y, z) =
                    (layer(a, HOST).place, layer(&half, HOST).place, layer(b, HOST).place);
                let strictly = |x: f32, y: f32, z: f32| (x - z).abs() < 1e-4 || (x < y) == (y < z);
                assert!(strictly(x.width, y.width, z.width) && strictly(x.x, y.x, z.x));
            }
        }
    }
}

#[test]
fn an_inset_is_covered_by_nothing() {
    for (name, theme) in themes() {
        let mut overlay = overlay(&theme, "en");
        let on_air = sample_on_air(SceneName::Product, SampleElement::ALL, &product(), 60);
        let on_air = OnAir { lot: None, ..on_air };
        let scenes = draw(&mut overlay, &on_air, NOW);
        for (canvas, scene) in CANVASES.into_iter().zip(&scenes) {
            let size = canvas.size(SIZE);
            let host = layer(scene, HOST);
            assert!(host.radius > 0.0 && host.place.width < 0.5);
            let [x, y] = [host.place.x * size.width as f32, host.place.y * size.height as f32];
            let host = vitrine_graphics::Area {
                x: x as u32,
                y: y as u32,
                width: (host.place.width * size.width as f32) as u32,
                height: (host.place.height * size.height as f32) as u32,
            };
            for p in overlay.placed().iter().filter(|p| p.canvas == canvas && !p.left_out) {
                assert!(!crate::overlap(p.area, host), "{name} {canvas} {p:?}");
            }
            assert!(seen(overlay.placed(), canvas).contains(&"price-banner"));
        }
    }
}

#[test]
fn views_cut_each_canvas_around_their_point() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let wide = Size::new(1920, 1080);
    overlay.set_shape(HOST, wide);
    overlay.set_view(HOST, SceneName::Host, View::new(0.25, 0.4, 1.0).expect("a view"));
    let [landscape, portrait] = draw(&mut overlay, &OnAir::default(), NOW);
    assert_eq!(layer(&landscape, HOST).crop, vitrine_scene::Crop::NONE);
    let tall = layer(&portrait, HOST);
    assert!((kept(tall, wide) - 0.5625).abs() < 1e-3);
    let middle = (tall.crop.left + 1.0 - tall.crop.right) / 2.0;
    assert!((middle - 0.25).abs() < 1e-3, "{middle}");

    // Without a second camera a close-up is the host's picture brought nearer, about the same point.
    let near = draw(&mut overlay, &OnAir::scene(SceneName::CloseUp), NOW);
    let crop = layer(&near[0], HOST).crop;
    let across = 1.0 - crop.left - crop.right;
    assert!((across - 1.0 / 1.7).abs() < 1e-3, "{crop:?}");
    assert!(near[0].layers.iter().all(|l| l.id.as_str() != CLOSE_UP));
    overlay.set_close_up(true);
    let near = draw(&mut overlay, &OnAir::scene(SceneName::CloseUp), NOW);
    assert_eq!(near[1].layers.last().map(|l| l.id.as_str()), Some(CLOSE_UP));
    assert!((kept(layer(&near[1], CLOSE_UP), wide) - 0.5625).abs() < 1e-3);

    // A camera that hangs upright fills 9:16 as it is.
    let tall = Size::new(1080, 1920);
    overlay.set_shape(HOST, tall);
    let [landscape, portrait] = draw(&mut overlay, &OnAir::default(), NOW);
    assert_eq!(layer(&portrait, HOST).crop, vitrine_scene::Crop::NONE);
    assert!((kept(layer(&landscape, HOST), tall) - 16.0 / 9.0).abs() < 1e-2);
}

#[test]
fn the_stage_shows_the_product_and_a_lot_needs_none() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let stage = |scene: &Scene| {
        scene.layers.iter().map(|l| l.id.to_string()).find(|id| id.starts_with("stage/"))
    };
    let product = product();
    let on = sample_on_air(SceneName::Product, &[], &product, 0);
    let with = draw(&mut overlay, &on, NOW);
    let without = draw(&mut overlay, &OnAir { product: None, ..on.clone() }, NOW);
    assert!(stage(&with[0]).is_some() && stage(&with[0]) != stage(&without[0]));
    let lot = sample_on_air(SceneName::Product, &[SampleElement::Lot], &product, 0);
    let split = sample_on_air(SceneName::Split, &[SampleElement::Lot], &product, 0);
    let (a, b) = (draw(&mut overlay, &lot, NOW), draw(&mut overlay, &split, NOW));
    assert_eq!(a, b);
    assert_eq!(layer(&a[0], HOST).place.width, 0.5);
    assert_eq!(seen(overlay.placed(), Canvas::Portrait), ["lot-card"]);
}
