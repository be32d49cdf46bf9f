//! Clear of what platforms lay over the picture.

use vitrine_media::MediaTime;
use vitrine_studio::on_air::SceneName;
use vitrine_studio::platforms::{Zone, platforms};
use vitrine_studio::render::sample_on_air;
use vitrine_studio::{Canvas, SampleElement};

use crate::{
    CANVASES, classic, combinations, draw, is_inside, overlap, overlay, product, seen, themes,
};

const NOW: MediaTime = MediaTime::ZERO;

#[test]
fn every_element_is_clear_of_every_platform() {
    let platforms = platforms().expect("the platforms");
    let product = product();
    for (name, theme) in themes() {
        let mut overlay = overlay(&theme, "en");
        for scene in [SceneName::Host, SceneName::Product, SceneName::Split] {
            for sample in SampleElement::ALL {
                let on_air = sample_on_air(scene, &[*sample], &product, 60);
                for platform in &platforms {
                    for canvas in CANVASES {
                        let here = canvas == platform.canvas;
                        overlay.keep_clear(canvas, if here { &platform.zones } else { &[] });
                    }
                    draw(&mut overlay, &on_air, NOW);
                    for p in overlay.placed() {
                        let label = format!("{name} {} {scene:?} {sample:?}", platform.title);
                        assert!(p.touches.is_empty() && !p.left_out, "{label}: {p:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn together_they_are_clear_too_and_do_not_meet() {
    let platforms = platforms().expect("the platforms");
    let product = product();
    for (name, theme) in themes() {
        let mut overlay = overlay(&theme, "en");
        for (what, elements) in combinations().into_iter().filter(|(w, _)| *w != "everything") {
            let on_air = sample_on_air(SceneName::Host, &elements, &product, 60);
            for platform in platforms.iter().filter(|p| p.canvas == Canvas::Portrait) {
                overlay.keep_clear(Canvas::Portrait, &platform.zones);
                draw(&mut overlay, &on_air, NOW);
                let here: Vec<_> = overlay
                    .placed()
                    .iter()
                    .filter(|p| p.canvas == Canvas::Portrait && !p.left_out)
                    .collect();
                for (i, a) in here.iter().enumerate() {
                    let label = format!("{name} {} {what}", platform.title);
                    assert!(a.touches.is_empty(), "{label}: {a:?}");
                    for b in here[i + 1..].iter().filter(|b| b.element != "sold-stamp") {
                        assert!(!overlap(a.area, b.area), "{label}: {a:?} {b:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_zone_moves_what_lies_in_it_and_no_more() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let on_air = sample_on_air(SceneName::Host, &[SampleElement::Card], &product(), 0);
    let zone =
        |x, y, width, height| Zone { x, y, width, height, what: "buttons".to_owned(), soft: false };
    draw(&mut overlay, &on_air, NOW);
    let before: Vec<_> = overlay.placed().to_vec();
    // A narrow strip at the right edge of 16:9 pushes the card just past it.
    overlay.keep_clear(Canvas::Landscape, &[zone(0.95, 0.0, 0.05, 1.0)]);
    draw(&mut overlay, &on_air, NOW);
    let after = overlay.placed().to_vec();
    assert!(after[0].moved[0] < 0 && after[0].moved[1] == 0, "{:?}", after[0]);
    assert!(after[0].area.x + after[0].area.width <= 1216);
    assert!(is_inside(after[0].area, Canvas::Landscape));
    assert_eq!(after[1], before[1], "the other canvas has no such zone");
    // Nowhere to go: it stays and says so.
    overlay.keep_clear(Canvas::Landscape, &[zone(0.0, 0.0, 1.0, 1.0)]);
    draw(&mut overlay, &on_air, NOW);
    assert_eq!(overlay.placed()[0].moved, [0, 0]);
    assert_eq!(overlay.placed()[0].touches, ["buttons"]);
    assert!(seen(overlay.placed(), Canvas::Landscape).contains(&"product-card"));
    // A soft zone moves nothing.
    let soft = Zone { soft: true, ..zone(0.0, 0.0, 1.0, 1.0) };
    overlay.keep_clear(Canvas::Landscape, &[soft]);
    draw(&mut overlay, &on_air, NOW);
    assert_eq!(overlay.placed(), before);
}
