//! Which elements are on a canvas: what is on air, and what gives way to what.
//!
//! | element | is left out while … is on | where |
//! |---|---|---|
//! | banner | – | lower edge |
//! | ticker | the banner | lower edge |
//! | lot | – | the card's place |
//! | card | a lot; in 9:16 also giveaway, question, price drop, flash sale | right (16:9), lower left (9:16) |
//! | flash sale | – | upper left; in 9:16 the card's place, if it is free |
//! | countdown | a flash sale | upper left |
//! | promo code | – | below the countdown |
//! | giveaway | in 9:16 a lot | left middle |
//! | question | giveaway; in 9:16 a lot | left middle |
//! | price drop | giveaway, question; in 9:16 a lot, a flash sale | left middle |
//! | bids | giveaway, question, price drop; in 9:16 card, flash sale, a lot (its card names the highest) | left middle |
//! | QR code | anything at the left middle, where it stands there itself; in 9:16 card, lot, flash sale | left middle, or where the scene wants it |
//! | goal | – | above |
//! | lower third | giveaway, question, price drop; in 9:16 card, lot, flash sale, QR code | left, above the banner |
//! | logo | – | a corner |
//! | sold stamp | – | over everything, for as long as the lot is sold |
//!
//! On a page nothing but the page is on. In Product and Split the product's picture is behind everything, so
//! a card is shown as banner and promo code, and in Product on 16:9, where there is room, as QR code, as far
//! as there is something to show in them. (Whoever sees 9:16 holds the telephone that would have to scan.)
//! Whatever still has no room in some theme makes room ([`super::room`]): first in this table goes first.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use vitrine_graphics::{Element, Slots};
use vitrine_media::{MediaTime, Picture};
use vitrine_scene::{Easing, Edge, Effect, Motion};

use super::turns::{FALLS_AFTER, countdown, ticker};
use super::words::Words;
use crate::canvas::Canvas;
use crate::on_air::{LotStage, OnAir, SceneName};

/// How elements come.
pub(super) const ENTER: Motion =
    Motion { effect: Effect::Fade, duration: MediaTime::from_millis(350), easing: Easing::EaseOut };
/// How they go.
pub(super) const LEAVE: Motion =
    Motion { effect: Effect::Fade, duration: MediaTime::from_millis(200), easing: Easing::EaseIn };

/// An element that is on a canvas.
pub(super) struct Shown {
    pub(super) element: Element,
    /// Its layer. Other content under the same name is put in its place at once; under another name the
    /// old one leaves while the new one arrives.
    pub(super) layer: String,
    pub(super) slots: Slots,
    pub(super) enter: Motion,
    pub(super) leave: Motion,
    /// Its content changes of itself, and never comes back to what it was.
    pub(super) runs: bool,
    /// Other content fades over the old one instead of replacing it.
    pub(super) dissolves: bool,
    /// It may lie on what stands there.
    pub(super) on_top: bool,
    /// It may stand where its scene has kept room for it: see [`crate::scenes::hold`].
    pub(super) alone: bool,
}

impl Shown {
    fn new(element: Element, layer: impl Into<String>, slots: Slots, effect: Effect) -> Self {
        Self {
            element,
            layer: layer.into(),
            slots,
            enter: Motion { effect, ..ENTER },
            leave: Motion { effect, ..LEAVE },
            runs: false,
            dissolves: false,
            on_top: false,
            alone: false,
        }
    }

    fn running(mut self) -> Self {
        self.runs = true;
        self
    }

    /// Arrives with a small leap: something has happened.
    fn leaping(mut self) -> Self {
        self.enter.easing = Easing::Overshoot;
        self
    }
}

/// The elements on a canvas at show time `at`, the first to be placed first. `scene` is the one laid out.
pub(super) fn shown(
    on_air: &OnAir,
    scene: SceneName,
    at: MediaTime,
    canvas: Canvas,
    words: &Words,
) -> Vec<Shown> {
    if scene.is_page() {
        return Vec::new();
    }
    let portrait = canvas == Canvas::Portrait;
    let lot = on_air.lot.as_ref();
    let product = on_air.product.as_deref();
    let staged = matches!(scene, SceneName::Product | SceneName::Split) && lot.is_none();
    let as_banner = staged && on_air.card;
    let mut out = Vec::new();

    // Left middle: one at a time, and in 9:16 the lot's card is there.
    let room = !(portrait && lot.is_some());
    let giveaway = on_air.giveaway.as_ref().filter(|_| room);
    let question = on_air.question.as_ref().filter(|_| room && giveaway.is_none());
    let taken = giveaway.is_some() || question.is_some();
    // An offer that is over must not be seen a frame longer than it holds.
    let flash = on_air.flash_sale.as_ref().filter(|sale| at < sale.ends);
    let price_drop = on_air.price_drop.as_ref().filter(|_| room && !taken);
    let price_drop = price_drop.filter(|_| !(portrait && flash.is_some()));
    let taken = taken || price_drop.is_some();
    let in_its_place = portrait && (taken || flash.is_some());
    let card = on_air.card && !as_banner && lot.is_none() && !in_its_place;
    let card = product.filter(|_| card);
    let bids = !on_air.bids.is_empty() && room && !taken;
    let bids = bids && !(portrait && (card.is_some() || flash.is_some()));

    let banner = product.filter(|_| on_air.banner || as_banner);
    if let Some(product) = banner {
        let layer = named("banner", &product.title);
        let slots = words.banner(product, flash);
        out.push(Shown::new(Element::PriceBanner, layer, slots, slide(Edge::Bottom)));
    } else if let Some(message) = ticker(on_air, at) {
        let slots = Slots::new().with_text("title", message);
        let mut strip = Shown::new(Element::Ticker, "ticker", slots, Effect::Fade);
        strip.dissolves = true;
        out.push(strip);
    }
    let from_side = slide(if portrait { Edge::Left } else { Edge::Right });
    if let Some(lot) = lot {
        let slots = words.lot(lot, product, at);
        let layer = format!("lot/{}", lot.number);
        out.push(Shown::new(Element::LotCard, layer, slots, from_side).running());
    }
    if let Some(product) = card {
        let layer = named("card", &(&product.title, address(product.image.as_ref())));
        out.push(Shown::new(Element::ProductCard, layer, words.card(product, flash), from_side));
    }
    if let Some(sale) = flash {
        let slots = words.flash_sale(sale, product, at);
        let layer = named("flash-sale", &product.map(|p| &p.title));
        let mut panel = Shown::new(Element::FlashSale, layer, slots, slide(Edge::Left)).running();
        panel.alone = lot.is_none() && !taken && !staged;
        out.push(panel);
    } else if let Some(end) = countdown(on_air, at) {
        let slots = words.countdown(end, at);
        out.push(Shown::new(Element::Countdown, "countdown", slots, Effect::Fade).running());
    }
    let code = product.and_then(|p| p.promo_code.as_ref());
    if let Some(code) = code.filter(|_| on_air.promo_code || as_banner) {
        let layer = named("promo-code", code);
        out.push(Shown::new(Element::PromoCode, layer, words.promo_code(code), Effect::Scale));
    }
    if let Some(draw) = giveaway {
        let layer = if draw.winner.is_some() { "giveaway/winner" } else { "giveaway" };
        let slots = words.giveaway(draw, at);
        let panel = Shown::new(Element::Giveaway, layer, slots, Effect::Scale).running();
        out.push(if draw.winner.is_some() { panel.leaping() } else { panel });
    }
    if let Some(question) = question {
        let layer = named("question", &(&question.text, &question.from));
        let slots = words.question(question);
        out.push(Shown::new(Element::Question, layer, slots, slide(Edge::Left)));
    }
    if let Some(drop) = price_drop {
        let fallen = at >= drop.at + FALLS_AFTER;
        let layer = if fallen { "price-drop/now" } else { "price-drop/before" };
        let slots = words.price_drop(drop, fallen);
        let panel = Shown::new(Element::PriceDrop, layer, slots, Effect::Scale);
        out.push(if fallen { panel.leaping() } else { panel });
    }
    if bids {
        let slots = words.bids(&on_air.bids);
        out.push(Shown::new(Element::Bids, "bids", slots, slide(Edge::Left)).running());
    }
    let left_middle = taken || bids;
    let card_place = card.is_some() || lot.is_some() || flash.is_some();
    let has_own_place = staged && !portrait;
    let qr_fits = has_own_place || !(left_middle || (portrait && card_place));
    let as_qr = as_banner && !portrait && scene == SceneName::Product;
    let link = product.and_then(|p| Some((p, p.link.as_ref()?)));
    let qr = link.filter(|_| (on_air.qr || as_qr) && qr_fits);
    if let Some((product, link)) = qr {
        let slots = words.qr(product, link);
        let mut code = Shown::new(Element::Qr, named("qr", link), slots, Effect::Scale);
        code.alone = staged;
        out.push(code);
    }
    if let Some(goal) = &on_air.goal {
        out.push(Shown::new(Element::Goal, "goal", words.goal(goal), slide(Edge::Top)).running());
    }
    let in_the_way = portrait && (card_place || qr.is_some());
    if let Some(who) = on_air.lower_third.as_ref().filter(|_| !taken && !in_the_way) {
        let layer = named("lower-third", &(&who.name, &who.role));
        let slots = Slots::new()
            .with_text("title", who.name.clone())
            .with_text("subtitle", who.role.clone());
        out.push(Shown::new(Element::LowerThird, layer, slots, slide(Edge::Left)));
    }
    if on_air.logo {
        out.push(Shown::new(Element::Logo, "logo", Slots::new(), Effect::Fade));
    }
    if let Some(lot) = lot.filter(|l| l.stage == LotStage::Sold) {
        let layer = format!("sold/{}", lot.number);
        let slots = words.sold(lot);
        let mut stamp = Shown::new(Element::SoldStamp, layer, slots, Effect::Scale).leaping();
        stamp.on_top = true;
        out.push(stamp);
    }
    out
}

const fn slide(from: Edge) -> Effect {
    Effect::Slide(from)
}

/// A layer's name that is another for other content of `what`.
fn named(name: &str, what: &impl Hash) -> String {
    let mut h = DefaultHasher::new();
    what.hash(&mut h);
    format!("{name}/{:016x}", h.finish())
}

fn address(picture: Option<&Arc<Picture>>) -> usize {
    picture.map_or(0, |p| Arc::as_ptr(p).addr())
}
