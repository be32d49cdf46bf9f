//! What changes by itself, and what a long show leaves behind.

use std::sync::Arc;

use vitrine_media::MediaTime;
use vitrine_scene::PictureId;
use vitrine_studio::on_air::{FlashSale, OnAir, PriceDrop, SceneName};
use vitrine_studio::overlay::next_change;
use vitrine_studio::render::sample_on_air;
use vitrine_studio::{Canvas, SampleElement};

use crate::{classic, draw, overlay, product, seen};

fn ms(ms: i64) -> MediaTime {
    MediaTime::from_millis(ms)
}

#[test]
fn the_same_is_drawn_once_and_a_change_draws_what_changed() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let mut on_air = OnAir::product(Arc::new(product()));
    on_air.countdown_to = Some(MediaTime::from_secs(90));
    let first = overlay.program(&on_air, ms(0), false).expect("drawn");
    let kept = overlay.kept();
    let again = overlay.program(&on_air, ms(0), false).expect("drawn");
    assert_eq!(overlay.kept(), kept);
    assert_eq!(first.scenes, again.scenes);
    // A second later only the digits are new, under the same layer and picture names.
    let later = overlay.program(&on_air, ms(500), false).expect("drawn");
    assert_eq!(first.scenes, later.scenes);
    let turned = overlay.program(&on_air, ms(1000), false).expect("drawn");
    assert_eq!(first.scenes, turned.scenes);
    let digits = PictureId::from("countdown/16:9");
    for (id, tile) in first.pictures.iter() {
        assert_eq!(Arc::ptr_eq(tile, &turned.pictures[id]), !id.as_str().starts_with("countdown"));
    }
    assert!(first.pictures.contains_key(&digits));
    assert_eq!(overlay.kept(), kept, "digits that were are forgotten");
    let nothing = overlay.program(&OnAir::default(), ms(0), false).expect("drawn");
    assert!(nothing.scenes.values().all(|s| s.layers.len() == 3));
}

#[test]
fn nothing_changes_between_two_announced_changes() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let product = product();
    use SampleElement as E;
    let sets: [&[E]; 4] = [
        &[E::Countdown, E::Ticker, E::PriceDrop, E::Goal],
        &[E::FlashSale, E::Bids],
        &[E::Lot],
        &[E::Giveaway],
    ];
    for set in sets {
        let mut on_air = sample_on_air(SceneName::Host, set, &product, 3);
        on_air.ticker.push("Another message".to_owned());
        if let Some(drop) = &mut on_air.price_drop {
            drop.at = ms(700);
        }
        let mut at = ms(0);
        let mut turns = 0;
        while let Some(next) = next_change(&on_air, at).filter(|t| *t < ms(13_000)) {
            assert!(next > at);
            let now = overlay.program(&on_air, at, false).expect("drawn");
            let just_before = MediaTime::from_nanos(next.as_nanos() - 1);
            let still = overlay.program(&on_air, just_before, false).expect("drawn");
            assert_eq!(now.scenes, still.scenes, "{set:?} {at:?} {just_before:?}");
            for (id, tile) in now.pictures.iter() {
                assert!(Arc::ptr_eq(tile, &still.pictures[id]), "{set:?}: {id} at {at:?}");
            }
            at = next;
            turns += 1;
        }
        assert!(turns >= 4, "{set:?}: {turns}");
    }
}

#[test]
fn what_is_over_leaves_by_itself() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let product = Arc::new(product());
    let wide = Canvas::Landscape;
    let sale = FlashSale { price: product.price, compare_at: None, ends: ms(5000), left: Some(3) };
    let on_air = OnAir {
        product: Some(Arc::clone(&product)),
        flash_sale: Some(sale),
        countdown_to: Some(ms(5500)),
        ..OnAir::default()
    };
    for (at, wanted) in [
        (4999, vec!["flash-sale"]),
        (5000, vec!["countdown"]),
        (6499, vec!["countdown"]),
        (6500, vec![]),
    ] {
        draw(&mut overlay, &on_air, ms(at));
        assert_eq!(seen(overlay.placed(), wide), wanted, "at {at} ms");
    }
    // Banner and card say the sale's price for as long as it holds, to the frame.
    let sells = OnAir { banner: true, ..on_air };
    let banner = PictureId::from(format!("{}/16:9", {
        draw(&mut overlay, &sells, ms(0));
        overlay.placed()[0].layer.clone()
    }));
    let mut tile = |on_air: &OnAir, at| {
        Arc::clone(&overlay.program(on_air, ms(at), false).expect("drawn").pictures[&banner])
    };
    let usual = OnAir { flash_sale: None, ..sells.clone() };
    let (first, last, after) = (tile(&sells, 0), tile(&sells, 4999), tile(&sells, 5000));
    assert!(Arc::ptr_eq(&first, &last) && !Arc::ptr_eq(&last, &after));
    assert!(Arc::ptr_eq(&after, &tile(&usual, 5000)));
    // The old price alone, then the new one: another layer, so that it arrives.
    let mut now = product.price;
    now.minor /= 2;
    let drop = PriceDrop { before: product.price, now, at: ms(1000) };
    let dropping = OnAir { price_drop: Some(drop), ..OnAir::default() };
    let layer = |o: &vitrine_studio::Overlay| o.placed()[0].layer.to_string();
    draw(&mut overlay, &dropping, ms(1499));
    assert_eq!(layer(&overlay), "price-drop/before");
    draw(&mut overlay, &dropping, ms(1500));
    assert_eq!(layer(&overlay), "price-drop/now");
}

#[test]
fn a_long_show_keeps_no_more_than_a_short_one() {
    let theme = classic();
    let mut overlay = overlay(&theme, "en");
    let mut on_air = sample_on_air(SceneName::Host, &[SampleElement::Lot], &product(), 0);
    for number in 1..=120 {
        let lot = on_air.lot.as_mut().expect("a lot");
        (lot.number, lot.of) = (number, 120);
        draw(&mut overlay, &on_air, ms(i64::from(number) * 700));
        assert!(overlay.kept() <= 72, "{}", overlay.kept());
    }
}
