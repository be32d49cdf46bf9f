//! What sells on screen: bars, stamps, rows that fold, and how these hold together.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use vitrine_graphics::sheet::Sheet;
use vitrine_graphics::sheet::sample::{Sample, VARIANTS};
use vitrine_graphics::{Direction, Drawn, Element, Fonts, Slots, Theme};
use vitrine_media::{Picture, Size};

const WIDE: Size = Size::new(1280, 720);
const TALL: Size = Size::new(720, 1280);

fn theme() -> Theme {
    Theme::classic().with_fonts(Fonts::bundled_only())
}

fn photo() -> Arc<Picture> {
    let size = Size::new(400, 400);
    Arc::new(Picture::from_rgba(size, [200, 180, 160, 255].repeat(160_000)).unwrap())
}

fn usual(element: Element) -> Slots {
    Sample::named("usual", Some(photo())).unwrap().slots(element)
}

fn without(mut slots: Slots, names: &[&str]) -> Slots {
    for &name in names {
        slots.text.remove(name);
        slots.images.remove(name);
        slots.values.remove(name);
    }
    slots
}

/// Pixels of the theme's accent in the row through the middle of the bar: first, count.
fn filled(drawn: &Drawn) -> (Option<u32>, u32) {
    let [x0, y0, x1, y1] = drawn.slots["value"].map(|v| v as u32);
    let row = (y0 + y1) / 2;
    let accent = |x: &u32| drawn.picture.pixel(*x, row) == [0xb8, 0x36, 0x1f, 255];
    ((x0..x1).find(accent), (x0..x1).filter(accent).count() as u32)
}

#[test]
fn a_bar_is_as_long_as_its_value() {
    let theme = theme();
    for element in [Element::FlashSale, Element::Goal] {
        for canvas in [WIDE, TALL] {
            let at = |value: f32| {
                let mut slots = usual(element).with_value("value", value);
                slots.direction = Some(Direction::LeftToRight);
                theme.draw(element, canvas, &slots).unwrap()
            };
            let [x0, _, x1, _] = at(0.5).slots["value"];
            let length = (x1 - x0).round();
            for (value, share) in
                [(0.0, 0.0), (0.25, 0.25), (0.5, 0.5), (1.0, 1.0), (7.0, 1.0), (-3.0, 0.0)]
            {
                let (_, count) = filled(&at(value));
                assert!(
                    (count as f32 - share * length).abs() <= 3.0,
                    "{element:?} {canvas} {value}: {count} of {length}"
                );
            }
            // Neither a number nor a bar.
            assert!(!at(f32::NAN).slots.contains_key("value"));
        }
    }
}

#[test]
fn a_bar_begins_on_the_right_in_arabic() {
    let mut slots = usual(Element::Goal).with_value("value", 0.3);
    let left = theme().draw(Element::Goal, WIDE, &slots).unwrap();
    slots.direction = Some(Direction::RightToLeft);
    let right = theme().draw(Element::Goal, WIDE, &slots).unwrap();
    let end = |d: &Drawn| filled(d).0.unwrap() + filled(d).1;
    assert!(filled(&left).0.unwrap() as f32 - left.slots["value"][0] < 4.0);
    assert!(right.slots["value"][2] - (end(&right) as f32) < 4.0);
}

#[test]
fn numbers_do_not_decide_the_direction() {
    let slots = Slots::new().with_text("title", "37 / 50").with_text("label", "المفاجأة التالية");
    let drawn = theme().draw(Element::Goal, WIDE, &slots.with_value("value", 0.5)).unwrap();
    let middle = drawn.place.width as f32 / 2.0;
    assert!(drawn.slots["title"][2] < middle, "{:?}", drawn.slots);
}

#[test]
fn every_element_closes_up_over_what_is_missing() {
    let theme = theme();
    for (element, gone) in [
        (Element::FlashSale, &["stock", "value", "compare-at", "price"][..]),
        (Element::LotCard, &["image", "lot", "stage", "label", "bidder", "digits"]),
        (Element::Giveaway, &["subtitle", "digits", "stock", "small"]),
        (Element::Question, &["subtitle"]),
        (Element::Bids, &["name-5", "amount-5"]),
        (Element::Bids, &["name-2", "amount-2", "name-3", "amount-3", "name-4", "amount-4"]),
        (Element::Qr, &["title"]),
    ] {
        for canvas in [WIDE, TALL] {
            let whole = theme.draw(element, canvas, &usual(element)).unwrap();
            let less = theme.draw(element, canvas, &without(usual(element), gone)).unwrap();
            assert!(less.place.height < whole.place.height, "{element:?} {canvas} {gone:?}");
            assert!(gone.iter().all(|slot| !less.slots.contains_key(*slot)));
            assert!(corners_are_round(&less), "{element:?} {canvas}: a fold cut a corner");
        }
    }
}

/// The first and last opaque rows of the panel are shorter than its middle.
fn corners_are_round(drawn: &Drawn) -> bool {
    let width = drawn.picture.size().width as usize * 4;
    let solid: Vec<usize> = drawn
        .picture
        .rgba()
        .chunks_exact(width)
        .map(|row| row.chunks_exact(4).filter(|p| p[3] > 250).count())
        .filter(|&n| n > 0)
        .collect();
    let widest = solid.iter().max().copied().unwrap_or(0);
    let rim = |rows: &[usize]| rows.iter().take(3).all(|&n| n < widest);
    let backwards: Vec<usize> = solid.iter().rev().copied().collect();
    rim(&solid) && (rim(&backwards) || widest == *solid.last().unwrap_or(&0))
}

#[test]
fn the_old_price_stands_alone_before_it_falls() {
    let before = Slots::new().with_text("label", "New price").with_text("before", "39,90 €");
    let after = Slots::new()
        .with_text("label", "New price")
        .with_text("compare-at", "39,90 €")
        .with_text("price", "24,90 €")
        .with_text("badge", "−38 %");
    for canvas in [WIDE, TALL] {
        let first = theme().draw(Element::PriceDrop, canvas, &before).unwrap();
        let second = theme().draw(Element::PriceDrop, canvas, &after).unwrap();
        // The panel stands still in height, and the fallen price is the larger one.
        assert_eq!(first.place.height, second.place.height);
        assert!(first.slots.contains_key("before") && !second.slots.contains_key("before"));
        assert!(second.sizes["price"] > 1.5 * second.sizes["compare-at"]);
        assert!(second.slots["compare-at"][3] <= second.slots["price"][1] + 14.0);
    }
}

#[test]
fn a_stamp_is_turned_and_leaves_the_price_free() {
    let slots = usual(Element::ProductCard)
        .with_text("stamp", "Sold out")
        .with_text("variants", "S · M · L · XL");
    for canvas in [WIDE, TALL] {
        for slots in [slots.clone(), without(slots.clone(), &["image"])] {
            let drawn = theme().draw(Element::ProductCard, canvas, &slots).unwrap();
            let (s, p) = (drawn.slots["stamp"], drawn.slots["price"]);
            let apart = s[3] <= p[1] + 8.0 || s[0] >= p[2] || s[2] <= p[0];
            assert!(apart, "{canvas}: stamp {s:?}, price {p:?}");
            assert!(drawn.slots.contains_key("variants"));
            // Turned: the upright rectangle around it is taller than its line.
            assert!(s[3] - s[1] > drawn.sizes["stamp"] * 1.2, "{s:?}");
        }
    }
}

#[test]
fn codes_to_scan_are_large() {
    for (canvas, least) in [(WIDE, 220.0), (TALL, 255.0)] {
        for link in ["https://shop.example/p/1", "https://shop.example/p/aria-milk-frother-2026"] {
            let slots = Slots::new().with_qr("qr", link);
            let [x0, _, x1, _] = theme().draw(Element::Qr, canvas, &slots).unwrap().slots["qr"];
            assert!(x1 - x0 >= least, "{canvas} {link}: {}", x1 - x0);
        }
    }
}

#[test]
fn what_is_on_air_together_stands_apart() {
    let theme = theme();
    for (a, b) in [
        (Element::Bids, Element::LotCard),
        (Element::LotCard, Element::Ticker),
        (Element::FlashSale, Element::Goal),
        (Element::Goal, Element::LotCard),
        (Element::Giveaway, Element::Ticker),
        (Element::PriceDrop, Element::PriceBanner),
        (Element::Question, Element::PriceBanner),
        (Element::Logo, Element::LotCard),
        (Element::Countdown, Element::Logo),
        (Element::Qr, Element::ProductCard),
    ] {
        let area = |element| {
            let drawn = theme.draw(element, WIDE, &usual(element)).unwrap();
            let slots = drawn.slots.values();
            let (x, y) = (drawn.place.x as f32, drawn.place.y as f32);
            slots.fold([f32::MAX, f32::MAX, 0.0, 0.0], |a: [f32; 4], s| {
                [a[0].min(x + s[0]), a[1].min(y + s[1]), a[2].max(x + s[2]), a[3].max(y + s[3])]
            })
        };
        let (p, q) = (area(a), area(b));
        let over = (p[2].min(q[2]) - p[0].max(q[0])).min(p[3].min(q[3]) - p[1].max(q[1]));
        assert!(over <= 0.0, "{a:?} {p:?} and {b:?} {q:?}");
    }
}

#[test]
fn a_stage_keeps_its_side_in_arabic() {
    for element in [Element::ProductStage, Element::SplitStage] {
        for canvas in [WIDE, TALL] {
            let mut slots = usual(element);
            let left = theme().draw(element, canvas, &slots).unwrap().slots["image"];
            slots.direction = Some(Direction::RightToLeft);
            assert_eq!(theme().draw(element, canvas, &slots).unwrap().slots["image"], left);
        }
    }
}

#[test]
fn a_sheet_shows_everything_and_says_what_is_missing() {
    let sheet = |only: Vec<Element>, variant| Sheet {
        sample: Sample::named(variant, Some(photo())).unwrap(),
        height: 360,
        only,
        shapes: [true, true],
        hosts: [None, None],
    };
    let (picture, shown) = sheet(Vec::new(), "usual").draw(&theme());
    assert!(picture.size().width > 1900 && picture.size().height > 2900);
    for element in Element::ALL {
        assert!(shown.iter().any(|s| s.element == element), "{element:?}");
    }
    assert!(Sample::named("nothing-like-it", None).is_none());
    assert!(VARIANTS.iter().all(|name| Sample::named(name, None).is_some()));

    let folder = tempfile::tempdir().unwrap();
    let toml = "name = \"Bare\"\n[colours]\n[element.goal.landscape]\ntemplate = \"a.svg\"\n";
    std::fs::write(folder.path().join("theme.toml"), toml).unwrap();
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"40\"><rect width=\"80\" height=\"40\"/></svg>";
    std::fs::write(folder.path().join("a.svg"), svg).unwrap();
    let bare = Theme::load(folder.path()).unwrap();
    let (_, shown) = sheet(vec![Element::Goal, Element::Bids], "usual").draw(&bare);
    let remarks: Vec<bool> = shown.iter().map(|s| s.remark.is_some()).collect();
    assert_eq!(remarks, [false, true, true, true], "landscape goal alone is there");
    assert!(shown[1].remark.as_ref().unwrap().contains("no bids for a landscape canvas"));
}
