//! Data to check a theme with.

use std::sync::Arc;

use vitrine_media::{Picture, Size};

use crate::sheet::sample::Sample;
use crate::slots::{Direction, Element, Slots};

/// A set of data.
pub(super) struct Data {
    /// As part of "with …".
    pub(super) name: &'static str,
    pub(super) is_usual: bool,
    /// Nothing of it may be cut.
    pub(super) must_fit: bool,
    /// Only its prices are longer than usual.
    is_prices: bool,
    fill: Box<dyn Fn(Element) -> Slots>,
}

impl Data {
    pub(super) fn slots(&self, element: Element) -> Slots {
        (self.fill)(element)
    }

    /// Whether this slot holds what the set is for.
    pub(super) fn is_about(&self, slot: &str) -> bool {
        !self.is_prices || is_price(slot)
    }
}

fn is_price(slot: &str) -> bool {
    matches!(slot, "price" | "compare-at") || slot.starts_with("amount-")
}

/// The slots an element is filled with in shows.
pub(super) fn known_slots(element: Element) -> &'static [&'static str] {
    match element {
        Element::ProductCard => &[
            "image",
            "badge",
            "title",
            "price",
            "compare-at",
            "qr",
            "promo-code",
            "promo-label",
            "scan-label",
            "stock",
            "variants",
            "stamp",
        ],
        Element::PriceBanner => &["title", "price", "compare-at", "digits"],
        Element::Countdown => &["label", "digits"],
        Element::PromoCode => &["label", "promo-code"],
        Element::LowerThird => &["title", "subtitle"],
        Element::StartingSoon | Element::Break | Element::Slate => {
            &["brand", "title", "subtitle", "label", "digits"]
        }
        Element::Ending => &["brand", "title", "subtitle"],
        Element::PriceDrop => &["label", "compare-at", "before", "price", "badge"],
        Element::FlashSale => {
            &["label", "title", "price", "compare-at", "digits", "stock", "value"]
        }
        Element::LotCard => {
            &["image", "title", "lot", "label", "price", "bidder", "digits", "stage"]
        }
        Element::SoldStamp => &["title", "bidder", "price"],
        Element::Giveaway => &["label", "title", "subtitle", "stock", "digits", "bidder", "small"],
        Element::Question => &["label", "title", "subtitle"],
        Element::Ticker => &["label", "title"],
        Element::Goal => &["label", "title", "value"],
        Element::Bids => &[
            "title", "name-1", "amount-1", "name-2", "amount-2", "name-3", "amount-3", "name-4",
            "amount-4", "name-5", "amount-5",
        ],
        Element::Qr => &["qr", "label", "title"],
        Element::Logo => &["image", "brand"],
        Element::ProductStage | Element::SplitStage => &["image"],
    }
}

/// Every set, the usual one first.
pub(super) fn sets() -> Vec<Data> {
    let image = || {
        let size = Size::new(320, 320);
        Picture::from_rgba(size, [214, 204, 190, 255].repeat(320 * 320)).map(Arc::new)
    };
    let sample = |name: &'static str, says: &'static str, is_usual, must_fit| {
        Sample::named(name, image()).map(|sample| Data {
            name: says,
            is_usual,
            must_fit,
            is_prices: false,
            fill: Box::new(move |element| sample.slots(element)),
        })
    };
    let everywhere = |name: &'static str, must_fit, texts: Vec<String>, direction| {
        let picture = image();
        Some(Data {
            name,
            is_usual: false,
            must_fit,
            is_prices: false,
            fill: Box::new(move |element| fill_all(element, &texts, picture.clone(), direction)),
        })
    };
    let long_prices = || {
        let usual = Sample::named("stamp", image())?;
        Some(Data {
            name: "the price 99 999 999,99 zł",
            is_usual: false,
            must_fit: true,
            is_prices: true,
            fill: Box::new(move |element| {
                let mut slots = usual.slots(element);
                for (name, text) in &mut slots.text {
                    if is_price(name) {
                        *text = "99\u{a0}999\u{a0}999,99\u{a0}zł".to_owned();
                    }
                }
                slots
            }),
        })
    };
    let nothing = || {
        Some(Data {
            name: "nothing",
            is_usual: false,
            must_fit: true,
            is_prices: false,
            fill: Box::new(|_| Slots::new()),
        })
    };
    // A letter with twenty marks upon it.
    let zalgo = format!("Z{}", "\u{336}\u{30a}\u{489}\u{310}".repeat(5)).repeat(60);
    let endless = vec![
        "x".repeat(2000),
        "word ".repeat(400),
        "خفاقة حليب ".repeat(180),
        "👩‍🍳🥛✨".repeat(160),
        zalgo,
    ];
    let mut turned = endless.clone();
    turned.rotate_left(2);
    [
        sample("usual", "usual data", true, true),
        sample("stamp", "a sold-out product", false, true),
        sample("cyrillic", "Russian texts", false, false),
        sample("arabic", "Arabic texts", false, false),
        sample("hebrew", "Hebrew texts", false, false),
        sample("bare", "little data", false, true),
        long_prices(),
        nothing(),
        everywhere("the text \"0\"", true, vec!["0".to_owned()], Direction::LeftToRight),
        everywhere("texts without end", false, endless.clone(), Direction::LeftToRight),
        everywhere("texts without end", false, turned, Direction::RightToLeft),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every slot filled with one of the texts after the other.
fn fill_all(
    element: Element,
    texts: &[String],
    picture: Option<Arc<Picture>>,
    direction: Direction,
) -> Slots {
    let mut slots = Slots { direction: Some(direction), ..Slots::new() };
    for (&name, text) in known_slots(element).iter().zip(texts.iter().cycle()) {
        slots = match (name, &picture) {
            ("image", Some(picture)) => slots.with_image(name, Arc::clone(picture)),
            ("image", None) => slots,
            ("qr", _) => slots.with_qr(name, "https://shop.example/p/aria-milk-frother"),
            ("value", _) => slots.with_value(name, 1.0),
            _ => slots.with_text(name, text),
        };
    }
    slots
}
