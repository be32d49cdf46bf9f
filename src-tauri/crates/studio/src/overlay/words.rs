//! What stands in each element: prices in the viewer's way of writing them, words in their language.

use std::sync::Arc;

use vitrine_graphics::{Price, Slots};
use vitrine_media::MediaTime;

use super::turns::{clock_text, countdown, digits_left, seconds_left};
use crate::labels::Labels;
use crate::on_air::{
    Bid, FlashSale, Giveaway, Goal, Lot, LotStage, OnAir, PriceDrop, Question, SceneName,
};
use crate::product::Product;

/// A flash sale's bar is full until this much is left.
const BAR_COVERS: MediaTime = MediaTime::from_secs(60);
/// From here on a lot is about to go.
const GOING: MediaTime = MediaTime::from_secs(10);
/// Fewer pieces of a variant than this are worth saying.
const FEW: u32 = 5;
/// Longest link shown in words below its code.
const LONGEST_SHORT_LINK: usize = 32;
/// Rows of the board of bids.
const BIDS: usize = 5;

/// A language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) language: String,
    pub(super) labels: Labels,
}

impl Words {
    pub(super) fn of(language: &str) -> Self {
        Self { language: language.to_owned(), labels: Labels::of(language) }
    }

    fn price(&self, price: Price) -> String {
        price.format(&self.language)
    }

    /// Title and prices. While a flash sale is on its price is the price, wherever it stands.
    fn priced(&self, product: &Product, sale: Option<&FlashSale>) -> Slots {
        let (price, compare_at) = match sale {
            Some(sale) => (self.price(sale.price), sale.compare_at),
            None if product.is_from => {
                let lowest = self.price(product.price);
                (format!("{} {lowest}", self.labels.from), product.compare_at)
            }
            None => (self.price(product.price), product.compare_at),
        };
        let slots =
            Slots::new().with_text("title", product.title.clone()).with_text("price", price);
        match compare_at {
            Some(before) => slots.with_text("compare-at", self.price(before)),
            None => slots,
        }
    }

    pub(super) fn banner(&self, product: &Product, sale: Option<&FlashSale>) -> Slots {
        self.priced(product, sale)
    }

    pub(super) fn card(&self, product: &Product, sale: Option<&FlashSale>) -> Slots {
        let mut slots = self.priced(product, sale);
        // A badge such as "−37 %" speaks of the usual price.
        if let Some(badge) = product.badge.as_ref().filter(|_| sale.is_none()) {
            slots = slots.with_text("badge", badge.clone());
        }
        if let Some(code) = &product.promo_code {
            slots = slots
                .with_text("promo-label", self.labels.promo_code)
                .with_text("promo-code", code.clone());
        }
        if let Some(stock) = product.stock {
            slots = slots.with_text("stock", self.labels.stock(stock));
        }
        if product.stock == Some(0) {
            slots = slots.with_text("stamp", self.labels.sold_out);
        }
        let variants = variants(product);
        if !variants.is_empty() {
            slots = slots.with_text("variants", variants);
        }
        if let Some(link) = &product.link {
            slots = slots.with_text("scan-label", self.labels.scan).with_qr("qr", link.clone());
        }
        with_image(slots, product)
    }

    pub(super) fn promo_code(&self, code: &str) -> Slots {
        Slots::new().with_text("label", self.labels.promo_code).with_text("promo-code", code)
    }

    pub(super) fn qr(&self, product: &Product, link: &str) -> Slots {
        let bare = link.trim_start_matches("https://").trim_start_matches("http://");
        let bare = bare.trim_start_matches("www.").trim_end_matches('/');
        let short = bare.chars().count() <= LONGEST_SHORT_LINK;
        let title = if short { bare.to_owned() } else { product.title.clone() };
        Slots::new()
            .with_qr("qr", link)
            .with_text("label", self.labels.scan)
            .with_text("title", title)
    }

    pub(super) fn countdown(&self, end: MediaTime, at: MediaTime) -> Slots {
        Slots::new()
            .with_text("label", self.labels.ends_in)
            .with_text("digits", digits_left(end, at))
    }

    pub(super) fn flash_sale(
        &self,
        sale: &FlashSale,
        product: Option<&Product>,
        at: MediaTime,
    ) -> Slots {
        // In whole seconds, like the digits: between two of them nothing is drawn.
        let left = seconds_left(sale.ends, at) as f32 / BAR_COVERS.as_secs_f64() as f32;
        let mut slots = Slots::new()
            .with_text("label", self.labels.flash_sale)
            .with_text("price", self.price(sale.price))
            .with_text("digits", digits_left(sale.ends, at))
            .with_value("value", left.min(1.0));
        if let Some(product) = product {
            slots = slots.with_text("title", product.title.clone());
        }
        if let Some(before) = sale.compare_at {
            slots = slots.with_text("compare-at", self.price(before));
        }
        if let Some(pieces) = sale.left {
            slots = slots.with_text("stock", self.labels.stock(pieces));
        }
        slots
    }

    pub(super) fn lot(&self, lot: &Lot, product: Option<&Product>, at: MediaTime) -> Slots {
        let l = &self.labels;
        let runs = lot.stage == LotStage::Running;
        let ends = lot.ends.filter(|_| runs);
        let label = match (lot.stage, &lot.bidder) {
            (LotStage::Sold, _) => l.sold,
            (LotStage::Unsold, _) => l.unsold,
            (_, None) => l.starts_at,
            (_, Some(_)) if ends.is_some_and(|end| end - at <= GOING) => l.going_at,
            (_, Some(_)) => l.highest_bid,
        };
        let number = if lot.of > 1 {
            format!("{} {} / {}", l.lot, lot.number, lot.of)
        } else {
            format!("{} {}", l.lot, lot.number)
        };
        let mut slots = Slots::new()
            .with_text("lot", number)
            .with_text("label", label)
            .with_text("price", self.price(lot.price));
        if let Some(product) = product {
            slots = with_image(slots.with_text("title", product.title.clone()), product);
        }
        if let Some(bidder) = &lot.bidder {
            slots = slots.with_text("bidder", bidder.clone());
        }
        if let Some(end) = ends {
            slots = slots.with_text("digits", digits_left(end, at));
        }
        match lot.stage {
            LotStage::Ready => slots.with_text("stage", l.ready),
            LotStage::Running if lot.sudden_death => slots.with_text("stage", l.sudden_death),
            _ => slots,
        }
    }

    pub(super) fn sold(&self, lot: &Lot) -> Slots {
        let slots = Slots::new()
            .with_text("title", self.labels.sold.to_uppercase())
            .with_text("price", self.price(lot.price));
        match &lot.bidder {
            Some(bidder) => slots.with_text("bidder", bidder.clone()),
            None => slots,
        }
    }

    pub(super) fn price_drop(&self, drop: &PriceDrop, fallen: bool) -> Slots {
        let before = self.price(drop.before);
        if !fallen {
            return Slots::new().with_text("before", before);
        }
        let slots = Slots::new()
            .with_text("label", self.labels.new_price)
            .with_text("compare-at", before)
            .with_text("price", self.price(drop.now));
        let off = (drop.before.minor - drop.now.minor).max(0);
        let percent = i128::from(off) * 100 / i128::from(drop.before.minor.max(1));
        if percent < 1 || drop.before.currency != drop.now.currency {
            return slots;
        }
        slots.with_text("badge", format!("\u{2212}{percent}\u{202f}%"))
    }

    pub(super) fn giveaway(&self, draw: &Giveaway, at: MediaTime) -> Slots {
        let l = &self.labels;
        let mut slots = Slots::new().with_text("title", draw.prize.clone());
        let [before, after] = l.taking_part;
        if draw.entries > 0 {
            slots = slots.with_text("stock", format!("{before}{}{after}", draw.entries));
        }
        let seed = in_fours(&draw.fingerprint);
        if !seed.is_empty() {
            slots = slots.with_text("small", format!("{} {seed}", l.seed));
        }
        if let Some(winner) = &draw.winner {
            return slots.with_text("label", l.winner).with_text("bidder", winner.clone());
        }
        slots = slots.with_text("label", l.giveaway);
        // Once entries are closed nobody is asked to type any more.
        if draw.ends.is_none_or(|end| at < end) {
            let [before, after] = l.take_part;
            slots = slots.with_text("subtitle", format!("{before}{}{after}", draw.keyword));
        }
        match draw.ends {
            Some(end) => slots.with_text("digits", digits_left(end, at)),
            None => slots,
        }
    }

    pub(super) fn question(&self, question: &Question) -> Slots {
        Slots::new()
            .with_text("label", self.labels.question)
            .with_text("title", question.text.clone())
            .with_text("subtitle", question.from.clone())
    }

    pub(super) fn goal(&self, goal: &Goal) -> Slots {
        let target = goal.target.max(1);
        Slots::new()
            .with_text("label", goal.label.clone())
            .with_text("title", format!("{} / {target}", goal.reached))
            .with_value("value", (goal.reached as f32 / target as f32).min(1.0))
    }

    pub(super) fn bids(&self, bids: &[Bid]) -> Slots {
        let mut slots = Slots::new().with_text("title", self.labels.bids);
        for (row, bid) in (1..).zip(bids.iter().take(BIDS)) {
            slots = slots
                .with_text(&format!("name-{row}"), bid.who.clone())
                .with_text(&format!("amount-{row}"), self.price(bid.amount));
        }
        slots
    }

    /// A page, with its countdown or, on the slate, show time while `clock` is set.
    pub(super) fn page(
        &self,
        page: SceneName,
        on_air: &OnAir,
        at: MediaTime,
        clock: bool,
    ) -> Slots {
        let l = &self.labels;
        let [title, subtitle] = match page {
            SceneName::StartingSoon => [l.starting_soon, ""],
            SceneName::Break => l.pause,
            SceneName::Ending => l.ending,
            _ => l.slate,
        };
        let slots = Slots::new()
            .with_text("brand", on_air.title.clone())
            .with_text("title", title)
            .with_text("subtitle", subtitle);
        match (page, countdown(on_air, at)) {
            (SceneName::Slate, _) if clock => {
                slots.with_text("label", l.on_air).with_text("digits", clock_text(at))
            }
            (SceneName::StartingSoon | SceneName::Break, Some(end)) => {
                slots.with_text("label", l.starts_in).with_text("digits", digits_left(end, at))
            }
            _ => slots,
        }
    }
}

pub(super) fn with_image(slots: Slots, product: &Product) -> Slots {
    match &product.image {
        Some(image) => slots.with_image("image", Arc::clone(image)),
        None => slots,
    }
}

/// Variants that can still be had, those with few pieces with their number. The sold out ones are left
/// out: a viewer looks for what there is.
fn variants(product: &Product) -> String {
    let there = product.variants.iter().filter(|v| v.left != Some(0));
    let said = there.map(|v| match v.left {
        Some(n) if n < FEW => format!("{} ×{n}", v.name),
        _ => v.name.clone(),
    });
    said.collect::<Vec<_>>().join(" · ")
}

/// The first sixteen signs, four at a time.
fn in_fours(text: &str) -> String {
    let signs: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).take(16).collect();
    signs.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::VariantLeft;

    #[test]
    fn only_what_can_be_had_is_offered() {
        let mut product = (*crate::sample::products().expect("the sample show").remove(0)).clone();
        let variant = |name: &str, left| VariantLeft { name: name.into(), left };
        product.variants = vec![
            variant("S", Some(0)),
            variant("M", Some(2)),
            variant("L", Some(5)),
            variant("XL", None),
        ];
        assert_eq!(variants(&product), "M ×2 · L · XL");
        product.stock = Some(0);
        product.is_from = true;
        let sale = FlashSale {
            price: Price { minor: 100, ..product.price },
            compare_at: None,
            ends: MediaTime::ZERO,
            left: None,
        };
        let slots = Words::of("en").card(&product, Some(&sale));
        assert_eq!(slots.text["price"], "€1.00");
        assert!(!slots.text.contains_key("compare-at") && !slots.text.contains_key("badge"));
        let slots = Words::of("en").card(&product, None);
        assert_eq!(slots.text["stamp"], "Sold out");
        assert!(slots.text["price"].starts_with("from €"), "{}", slots.text["price"]);
    }

    #[test]
    fn a_price_drop_says_how_much_only_if_it_is_something() {
        let eur = |text| Price::parse(text, "EUR").expect("a price");
        let words = Words::of("en");
        let drop =
            |before, now| PriceDrop { before: eur(before), now: eur(now), at: MediaTime::ZERO };
        let slots = words.price_drop(&drop("39.90", "24.90"), true);
        assert_eq!(slots.text["badge"], "\u{2212}37\u{202f}%");
        assert_eq!(
            (slots.text["compare-at"].as_str(), slots.text["price"].as_str()),
            ("€39.90", "€24.90")
        );
        assert!(
            !words.price_drop(&drop("99999999.99", "99999999.98"), true).text.contains_key("badge")
        );
        assert!(!words.price_drop(&drop("0", "0"), true).text.contains_key("badge"));
        let before = words.price_drop(&drop("39.90", "24.90"), false);
        assert_eq!(before.text.len(), 1);
    }

    #[test]
    fn a_giveaway_asks_only_while_it_is_open() {
        let words = Words::of("en");
        let mut draw = Giveaway {
            prize: "A kettle".into(),
            keyword: "WIN".into(),
            entries: 128,
            ends: Some(MediaTime::from_secs(5)),
            winner: None,
            fingerprint: "3f9a22c1".into(),
        };
        let open = words.giveaway(&draw, MediaTime::ZERO);
        assert_eq!(open.text["subtitle"], "Type WIN to take part");
        assert_eq!(open.text["stock"], "128 take part");
        assert_eq!(open.text["small"], "Seed 3f9a 22c1");
        assert!(!words.giveaway(&draw, MediaTime::from_secs(5)).text.contains_key("subtitle"));
        draw.winner = Some("Mar***".into());
        let won = words.giveaway(&draw, MediaTime::ZERO);
        assert_eq!((won.text["label"].as_str(), won.text["bidder"].as_str()), ("Winner", "Mar***"));
        assert!(!won.text.contains_key("digits") && !won.text.contains_key("subtitle"));
    }
}
