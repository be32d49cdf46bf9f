//! Every element of the built-in theme on both canvases, with much, little and strange data.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use vitrine_graphics::sheet::sample::Sample;
use vitrine_graphics::{Direction, Drawn, Element, Fonts, GraphicsError, Slots, Theme};
use vitrine_media::{Picture, Size};

const WIDE: Size = Size::new(1280, 720);
const TALL: Size = Size::new(720, 1280);
const LINK: &str = "https://shop.example/p/aria-milk-frother";

fn theme() -> Theme {
    Theme::classic().with_fonts(Fonts::bundled_only())
}

fn photo() -> Arc<Picture> {
    let size = Size::new(800, 800);
    Arc::new(Picture::from_rgba(size, [200, 180, 160, 255].repeat(640_000)).unwrap())
}

fn full() -> Slots {
    Slots::new()
        .with_text("title", "Aria milk frother")
        .with_text("price", "24,90\u{a0}€")
        .with_text("compare-at", "39,90\u{a0}€")
        .with_text("badge", "−38 %")
        .with_text("promo-code", "LIVE10")
        .with_text("stock", "Only 31 left")
        .with_text("digits", "02:41")
        .with_text("subtitle", "Barista and roaster")
        .with_text("brand", "Sunday kitchen show")
        .with_image("image", photo())
        .with_qr("qr", LINK)
}

/// What an element is usually filled with.
fn usual(element: Element) -> Slots {
    Sample::named("usual", Some(photo())).unwrap().slots(element)
}

fn without(names: &[&str]) -> Slots {
    let mut slots = full();
    for &name in names {
        slots.text.remove(name);
        slots.images.remove(name);
        slots.qr.remove(name);
    }
    slots
}

fn card(slots: &Slots, canvas: Size) -> Drawn {
    theme().draw(Element::ProductCard, canvas, slots).unwrap()
}

/// What holds for every drawing.
fn sound(drawn: &Drawn, canvas: Size, what: &str) {
    let place = drawn.place;
    assert!(
        [place.x, place.y, place.width, place.height].iter().all(|v| v % 2 == 0),
        "{what} {place:?}"
    );
    assert!(
        place.x + place.width <= canvas.width && place.y + place.height <= canvas.height,
        "{what} {place:?}"
    );
    assert_eq!(drawn.picture.size(), Size::new(place.width, place.height), "{what}");
    assert!(
        drawn.picture.rgba().chunks_exact(4).all(|p| p[..3].iter().all(|c| *c <= p[3])),
        "{what}: not premultiplied"
    );
    for (slot, [x0, y0, x1, y1]) in &drawn.slots {
        let inside = *x0 >= -1.0
            && *y0 >= -1.0
            && *x1 <= place.width as f32 + 1.0
            && *y1 <= place.height as f32 + 1.0;
        assert!(inside && x1 > x0 && y1 > y0, "{what} {slot}");
    }
}

#[test]
fn every_element_on_every_canvas() {
    let theme = theme();
    for canvas in [
        WIDE,
        TALL,
        Size::new(1920, 1080),
        Size::new(1080, 1920),
        Size::new(854, 480),
        Size::new(640, 640),
    ] {
        for element in Element::ALL {
            let drawn = theme.draw(element, canvas, &usual(element));
            // Below 720p a card has no room for a readable code, and says so.
            if matches!(drawn, Err(GraphicsError::Qr(_))) && canvas.height.min(canvas.width) < 720 {
                continue;
            }
            let drawn = drawn.unwrap();
            sound(&drawn, canvas, element.name());
            assert!(drawn.overflow.is_empty(), "{} {canvas} {:?}", element.name(), drawn.overflow);
        }
    }
}

#[test]
fn full_pictures_cover_the_canvas() {
    for element in Element::ALL.into_iter().filter(|e| e.is_full_picture()) {
        for canvas in [WIDE, TALL, Size::new(1440, 1080)] {
            let drawn = theme().draw(element, canvas, &Slots::new()).unwrap();
            assert_eq!((drawn.place.width, drawn.place.height), (canvas.width, canvas.height));
            assert!(drawn.picture.rgba().chunks_exact(4).all(|p| p[3] == 255));
        }
    }
}

#[test]
fn a_card_closes_up_over_what_is_missing() {
    for canvas in [WIDE, TALL] {
        let all = card(&full(), canvas).place.height;
        let mut before = all;
        for missing in [
            &["qr"][..],
            &["qr", "promo-code"],
            &["qr", "promo-code", "stock"],
            &["qr", "promo-code", "stock", "image", "badge"],
        ] {
            let drawn = card(&without(missing), canvas);
            sound(&drawn, canvas, "card");
            assert!(drawn.place.height < before, "{missing:?} on {canvas}");
            before = drawn.place.height;
        }
        // What is not there leaves no trace among the slots.
        assert!(!card(&without(&["badge"]), canvas).slots.contains_key("badge"));
    }
}

#[test]
fn a_second_line_of_title_makes_the_card_taller() {
    let one = card(&full(), WIDE);
    let two = card(&full().with_text("title", "Pour-over kettle 0.9 l with thermometer"), WIDE);
    let body = |drawn: &Drawn| drawn.slots["qr"][1] - drawn.slots["title"][1];
    assert!(body(&two) > body(&one) + 24.0);
    // Both end above the banner.
    for drawn in [one, two] {
        assert!(drawn.place.y as f32 + drawn.slots["qr"][3] <= 608.0, "{:?}", drawn.place);
    }
}

#[test]
fn slots_do_not_overlap() {
    let titles = [
        "Cup",
        "Aria milk frother",
        "Pour-over kettle 0.9 l with thermometer and a very long name that goes on",
    ];
    let prices = ["9 €", "24,90 €", "1 234 567,89 €"];
    for canvas in [WIDE, TALL] {
        for title in titles {
            for price in prices {
                let slots = full()
                    .with_text("title", title)
                    .with_text("price", price)
                    .with_text("compare-at", price);
                let drawn = card(&slots, canvas);
                let apart = [
                    "title",
                    "price",
                    "compare-at",
                    "promo-label",
                    "promo-code",
                    "stock",
                    "qr",
                    "image",
                ];
                for (i, a) in apart.iter().enumerate() {
                    for b in &apart[i + 1..] {
                        let (p, q) = (drawn.slots[*a], drawn.slots[*b]);
                        let over =
                            (p[2].min(q[2]) - p[0].max(q[0])).min(p[3].min(q[3]) - p[1].max(q[1]));
                        assert!(
                            over <= 3.0,
                            "{a} and {b} of {title} {price} on {canvas} overlap by {over}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn two_thousand_characters_stay_in_the_picture() {
    let theme = theme();
    let (words, arabic) = ("word ".repeat(400), "خفاقة حليب ".repeat(180));
    let canvases = [(WIDE, [words, "x".repeat(2000)]), (TALL, [arabic, "👩‍🍳".repeat(500)])];
    for (canvas, texts) in canvases {
        for text in texts {
            for element in Element::ALL {
                let mut slots = full().with_value("value", f32::INFINITY);
                if element == Element::Logo {
                    slots.images.clear();
                }
                let names = theme.slot_names(element, canvas.is_portrait()).unwrap();
                let texts = names.into_iter().filter(|n| !matches!(*n, "qr" | "image" | "logo"));
                slots.text = texts.map(|name| (name.to_owned(), text.clone())).collect();
                let drawn = theme.draw(element, canvas, &slots).unwrap();
                sound(&drawn, canvas, element.name());
                assert_eq!(drawn.overflow.is_empty(), slots.text.is_empty(), "{element:?}");
            }
        }
    }
}

#[test]
fn text_is_never_markup() {
    let slots =
        full().with_text("title", "</text><image href=\"file:///etc/hosts\"/>&amp; <b>Aria</b>");
    sound(&card(&slots, WIDE), WIDE, "card");
}

#[test]
fn arabic_and_hebrew_mirror_the_card() {
    let left = card(&full(), WIDE);
    let right = card(&full().with_text("title", "خفاقة حليب كهربائية"), WIDE);
    let middle = left.place.width as f32 / 2.0;
    assert!(left.slots["qr"][0] > middle && right.slots["qr"][2] < middle);
    assert!(left.slots["price"][0] < middle && right.slots["price"][2] > middle);
    assert_eq!(
        left.place.x + left.place.width,
        right.place.x + right.place.width,
        "the card stays on its side"
    );
    let mut forced = full();
    forced.direction = Some(Direction::RightToLeft);
    assert!(card(&forced, WIDE).slots["qr"][2] < middle);
}

#[test]
fn a_price_that_leaves_no_room_sends_the_old_one_to_its_own_line() {
    let slots =
        full().with_text("price", "1 234 567,89 €").with_text("compare-at", "1 999 999,00 €");
    for canvas in [WIDE, TALL] {
        let drawn = card(&slots, canvas);
        assert!(drawn.slots["compare-at"][1] > drawn.slots["price"][3] - 12.0);
        assert!(drawn.overflow.is_empty(), "{:?}", drawn.overflow);
    }
}

#[test]
fn sizes_are_broadcast_sizes() {
    let drawn = card(&full(), WIDE);
    let height = |slot: &str| drawn.slots[slot][3] - drawn.slots[slot][1];
    // Line heights; the sizes themselves are 31 (4.3 %) and 52 (7.2 %).
    assert!(height("title") >= 720.0 * 0.04 && height("price") >= 720.0 * 0.065);
}

#[test]
fn portrait_keeps_the_platform_free() {
    let on_air = Element::ALL.into_iter().filter(|e| !e.is_full_picture());
    let arabic = |e| Slots { direction: Some(Direction::RightToLeft), ..usual(e) };
    for (element, slots) in on_air.flat_map(|e| [(e, usual(e)), (e, arabic(e))]) {
        let drawn = theme().draw(element, TALL, &slots).unwrap();
        for (name, slot) in &drawn.slots {
            let (right, bottom) = (drawn.place.x as f32 + slot[2], drawn.place.y as f32 + slot[3]);
            assert!(
                right <= 720.0 * 0.88 && bottom <= 1280.0 * 0.8,
                "{} {name}: {right} {bottom}",
                element.name()
            );
        }
    }
}

#[test]
fn an_odd_canvas_and_an_overlong_link_are_refused_in_words() {
    let error = theme().draw(Element::Slate, Size::new(1281, 720), &Slots::new()).unwrap_err();
    assert!(error.to_string().contains("1281x720"));
    let link = format!("https://shop.example/p/{}", "a".repeat(300));
    let error = theme()
        .draw(Element::ProductCard, WIDE, &full().with_qr("qr", link))
        .unwrap_err()
        .to_string();
    assert!(error.contains("shorter link") && error.contains("84"), "{error}");
}
