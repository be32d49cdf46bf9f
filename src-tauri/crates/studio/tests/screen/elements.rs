//! Every element by itself, and those that are on together.

use vitrine_media::MediaTime;
use vitrine_scene::LayerId;
use vitrine_studio::on_air::{LotStage, SceneName};
use vitrine_studio::render::sample_on_air;
use vitrine_studio::{Canvas, SampleElement};

use crate::{CANVASES, classic, combinations, draw, overlap, overlay, product, seen, themes};

const NOW: MediaTime = MediaTime::ZERO;
const LIVE: [SceneName; 4] =
    [SceneName::Host, SceneName::CloseUp, SceneName::Product, SceneName::Split];

fn element_of(sample: SampleElement) -> &'static str {
    match sample {
        SampleElement::Card => "product-card",
        SampleElement::Banner => "price-banner",
        SampleElement::Lot => "lot-card",
        SampleElement::Sold => "sold-stamp",
        SampleElement::Winner => "giveaway",
        other => other.name(),
    }
}

#[test]
fn every_element_is_on_both_canvases() {
    for (name, theme) in themes() {
        let mut overlay = overlay(&theme, "en");
        for sample in SampleElement::ALL {
            if *sample == SampleElement::Logo {
                // Without a brand there is none.
                continue;
            }
            let on_air = sample_on_air(SceneName::Host, &[*sample], &product(), 60);
            let scenes = draw(&mut overlay, &on_air, NOW);
            for (canvas, scene) in CANVASES.into_iter().zip(&scenes) {
                let placed = overlay.placed();
                let wanted = element_of(*sample);
                assert!(seen(placed, canvas).contains(&wanted), "{name} {canvas} {sample:?}");
                for p in placed.iter().filter(|p| p.canvas == canvas) {
                    assert!(scene.layers.iter().any(|l| l.id == p.layer), "{p:?}");
                    assert_eq!(p.moved, [0, 0], "{name} {canvas}: {} alone has room", p.element);
                    assert!(p.touches.is_empty());
                }
            }
        }
    }
}

#[test]
fn nothing_covers_anything() {
    let product = product();
    for (name, theme) in themes() {
        let languages: &[&str] = if name == "classic" { &["en", "ar"] } else { &["en"] };
        for language in languages.iter().copied() {
            let mut overlay = overlay(&theme, language);
            let scenes = if language == "en" { &LIVE[..] } else { &LIVE[..1] };
            for scene in scenes {
                for (what, elements) in combinations() {
                    let on_air = sample_on_air(*scene, &elements, &product, 60);
                    draw(&mut overlay, &on_air, NOW);
                    for canvas in CANVASES {
                        let here: Vec<_> = overlay
                            .placed()
                            .iter()
                            .filter(|p| p.canvas == canvas && p.element != "sold-stamp")
                            .collect();
                        let label = format!("{name} {language} {scene:?} {canvas} {what}");
                        for (i, a) in here.iter().enumerate() {
                            if what != "everything" {
                                assert!(!a.left_out, "{label}: {} has no room", a.element);
                            }
                            for b in here[i + 1..].iter().filter(|b| !a.left_out && !b.left_out) {
                                let (a, b) = (*a, *b);
                                assert!(!overlap(a.area, b.area), "{label}: {a:?} and {b:?}");
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn what_gives_way() {
    use SampleElement as E;
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let mut on = |scene, elements: &[E], canvas| {
        draw(&mut overlay, &sample_on_air(scene, elements, &product(), 60), NOW);
        seen(overlay.placed(), canvas)
    };
    let (wide, tall) = (Canvas::Landscape, Canvas::Portrait);
    let host = SceneName::Host;
    // A lot takes the card's place, a flash sale the countdown's, the banner the ticker's.
    let list = on(host, &[E::Card, E::Lot, E::FlashSale, E::Countdown, E::Banner, E::Ticker], wide);
    assert_eq!(list, ["price-banner", "lot-card", "flash-sale"]);
    // One thing at the left middle.
    let panels = [E::Bids, E::PriceDrop, E::Question, E::Giveaway];
    for (n, wanted) in [(1, "bids"), (2, "price-drop"), (3, "question"), (4, "giveaway")] {
        assert_eq!(on(host, &panels[..n], wide), [wanted]);
        assert_eq!(on(host, &panels[..n], tall), [wanted]);
    }
    // In 9:16 there is one place for card and panel.
    assert_eq!(on(host, &[E::Card, E::Question], wide), ["product-card", "question"]);
    assert_eq!(on(host, &[E::Card, E::Question], tall), ["question"]);
    assert_eq!(on(host, &[E::Lot, E::Question], tall), ["lot-card"]);
    // Where the product is behind everything, its card is banner, code and QR code.
    let code = ["price-banner", "promo-code", "qr"];
    assert_eq!(on(SceneName::Product, &[E::Card, E::PromoCode], wide), code);
    assert_eq!(on(SceneName::Product, &[E::Card, E::PromoCode], tall), code[..2]);
    assert_eq!(on(SceneName::Split, &[E::Card, E::PromoCode], wide), code[..2]);
    assert_eq!(on(SceneName::Split, &[E::Card, E::PromoCode, E::Qr], wide), code);
    assert_eq!(on(SceneName::Product, &[E::Card, E::Lot], wide), ["lot-card"]);
}

#[test]
fn a_page_hides_everything() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    for page in SceneName::ALL.into_iter().filter(|s| s.is_page()) {
        let on_air = sample_on_air(page, SampleElement::ALL, &product(), 60);
        let program = overlay.program(&on_air, NOW, false).expect("drawn");
        assert!(overlay.placed().is_empty());
        for canvas in CANVASES {
            let scene = &program.scenes[&canvas.id()];
            let ids: Vec<&str> = scene.layers.iter().map(|l| l.id.as_str()).collect();
            assert_eq!(ids, ["slate-beneath", "host-behind", "host", page.name()]);
            let top = &scene.layers[3];
            assert_eq!(top.place, vitrine_scene::Place::FULL);
            let vitrine_scene::Content::Picture(id) = &top.content else { panic!("a picture") };
            assert!(program.pictures[id].is_opaque(), "{page:?}");
            // Privacy does not take its time.
            assert_eq!(top.enter.length() == MediaTime::ZERO, page == SceneName::Slate);
        }
    }
}

#[test]
fn sold_out_and_sold_are_seen() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let mut empty = product();
    empty.stock = Some(12);
    let card = [SampleElement::Card];
    let there = draw(&mut overlay, &sample_on_air(SceneName::Host, &card, &empty, 0), NOW);
    empty.stock = Some(0);
    let on_air = sample_on_air(SceneName::Host, &card, &empty, 0);
    let gone = overlay.program(&on_air, NOW, false).expect("drawn");
    // The same layer with another picture: nothing slides while pieces are sold.
    let id = |s: &vitrine_scene::Scene| s.layers.last().map(|l| l.id.clone());
    assert_eq!(id(&there[0]), id(&gone.scenes[&Canvas::Landscape.id()]));

    let mut sold = sample_on_air(SceneName::Host, &[SampleElement::Sold], &product(), 0);
    let scenes = draw(&mut overlay, &sold, NOW);
    assert_eq!(scenes[1].layers.last().map(|l| l.id.clone()), Some(LayerId::from("sold/12")));
    sold.lot.as_mut().expect("a lot").stage = LotStage::Unsold;
    draw(&mut overlay, &sold, NOW);
    assert_eq!(seen(overlay.placed(), Canvas::Portrait), ["lot-card"]);
}
