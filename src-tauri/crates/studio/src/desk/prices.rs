//! Prices, pieces and promo codes while a show runs; prices that hold for a while; flash sales.
//!
//! A price on screen is always the catalogue's: a command writes it there first, and the picture follows.
//! A price that holds for a while and a flash sale write the price before back when their time is over.

use vitrine_media::MediaTime;

use super::air::seconds;
use super::{Around, Desk, Effect, Fallen, TimedPrice, Write, refuse};
use crate::book::{Book, BookItem};
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::flash_sale::{FlashOffer, FlashReason, FlashSale};

/// So long a fallen price is celebrated.
pub(super) const CELEBRATED: MediaTime = MediaTime::from_secs(8);
/// Most pieces of a variant.
const MOST_PIECES: i64 = 1_000_000;
/// Longest promo code, characters.
const LONGEST_CODE: usize = 40;

impl Desk {
    pub(super) fn set_price(
        &mut self,
        item: &BookItem,
        (price, compare_at, confirmed): (&str, Option<&str>, bool),
        length: Option<u32>,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        if self.flash.as_ref().is_some_and(|(id, _)| *id == item.id) {
            return Err(refuse("flash-running", "a flash sale of this item runs")
                .remedy("end it first, or wait until it is over"));
        }
        if self.auctions.get(&item.id).is_some_and(|x| x.is_running(a.now)) {
            return Err(refuse("lot-running", "bids decide the price while a lot runs"));
        }
        let now = item.parse(price)?;
        let compare = compare_at.map(|c| item.parse(c)).transpose()?;
        if compare.is_some_and(|c| c.minor <= now.minor) {
            return Err(refuse("price-compare", "the crossed-out price is not above the price")
                .remedy("give a higher one, or leave it out"));
        }
        let until =
            length.map(|s| Ok::<_, StudioError>(a.now + seconds("price", s)?)).transpose()?;
        let shown = shown_price(item);
        // A second timed price keeps the price from before the first.
        let own = self.timed.remove(&item.id);
        if let Some(until) = until {
            let before = own.unwrap_or(TimedPrice {
                until,
                before: item.show_price,
                compare_before: item.show_compare_at,
                confirmed_before: item.compare_confirmed,
            });
            self.timed.insert(item.id, TimedPrice { until, ..before });
        }
        self.celebrate(item, shown, now.minor, a.now);
        let written = Write::Price {
            item: item.id,
            price: Some(now.minor),
            compare_at: compare.map(|c| Some(c.minor)),
            confirmed: confirmed || item.compare_confirmed,
        };
        let told = StudioEvent::PriceChanged {
            item: item.id,
            before: shown.map(|p| decimal(item, p)),
            now: Some(decimal(item, now.minor)),
            ended: false,
        };
        Ok(vec![Effect::Write(written), Effect::Tell(told)])
    }

    /// A price that falls while its item is on air is shown falling.
    fn celebrate(&mut self, item: &BookItem, before: Option<i64>, now: i64, at: MediaTime) {
        if let Some(before) = before.filter(|b| *b > now && self.air.item == Some(item.id)) {
            self.fallen = Some(Fallen { item: item.id, before, now, at });
        }
    }

    /// A timed price is over: the one before comes back.
    pub(super) fn end_timed(&mut self, id: i64, book: &Book) -> Vec<Effect> {
        let Some(timed) = self.timed.remove(&id) else { return Vec::new() };
        self.fallen = self.fallen.take().filter(|f| f.item != id);
        let Some(item) = book.item(id) else { return Vec::new() };
        let written = Write::Price {
            item: id,
            price: timed.before,
            compare_at: Some(timed.compare_before),
            confirmed: timed.confirmed_before,
        };
        let told = StudioEvent::PriceChanged {
            item: id,
            before: shown_price(item).map(|p| decimal(item, p)),
            now: timed.before.map(|p| decimal(item, p)),
            ended: true,
        };
        vec![Effect::Write(written), Effect::Tell(told)]
    }

    pub(super) fn set_stock(
        &mut self,
        item: &BookItem,
        variant: Option<&str>,
        stock: i64,
    ) -> Result<Vec<Effect>, StudioError> {
        if !(0..=MOST_PIECES).contains(&stock) {
            return Err(refuse("stock", "there can be 0 to 1,000,000 pieces"));
        }
        let variant = item.variant(variant)?;
        let written = Write::Stock { variant: variant.id.0, free: stock };
        let told = StudioEvent::StockChanged { item: item.id, stock };
        Ok(vec![Effect::Write(written), Effect::Tell(told)])
    }

    pub(super) fn set_promo(
        &mut self,
        item: &BookItem,
        code: Option<&str>,
    ) -> Result<Vec<Effect>, StudioError> {
        item.amount(0)?;
        let code = code.map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned);
        if code.as_ref().is_some_and(|c| c.chars().count() > LONGEST_CODE) {
            let what = format!("a promo code has 1 to {LONGEST_CODE} characters");
            return Err(refuse("promo-long", what));
        }
        let written = Write::Promo { item: item.id, code: code.clone() };
        let told = StudioEvent::PromoChanged { item: item.id, code };
        Ok(vec![Effect::Write(written), Effect::Tell(told)])
    }

    pub(super) fn start_flash(
        &mut self,
        item: &BookItem,
        price: &str,
        length: u32,
        quantity: Option<u32>,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if let Some((id, _)) = &self.flash {
            let other = if *id == item.id { "this item" } else { "another item" };
            return Err(refuse("flash-running", format!("a flash sale of {other} runs"))
                .remedy("end it first"));
        }
        if item.kind == vitrine_catalog::ItemKind::Auction {
            return Err(refuse("item-auction", "an auction has no price of its own")
                .remedy("name an item that is offered"));
        }
        let now = item.parse(price)?;
        let shown = shown_price(item);
        if shown.is_some_and(|s| s <= now.minor) {
            return Err(refuse("flash-price", "a flash price is below the usual price")
                .remedy("choose a lower one"));
        }
        let offer =
            FlashOffer { price: now.minor, compare_at: shown, quantity, currency: now.currency };
        let mut effects = self.end_timed(item.id, a.book);
        // With a timed price gone, the price to come back to is the one before it.
        let before = match effects.first() {
            Some(Effect::Write(Write::Price { price, compare_at, confirmed, .. })) => {
                (*price, compare_at.flatten(), *confirmed)
            }
            _ => (item.show_price, item.show_compare_at, item.compare_confirmed),
        };
        effects.clear();
        let sale = FlashSale::new(offer, a.now, seconds("flash sale", length)?)?;
        // Its end is the flash sale's; only the price before is kept here.
        let (before, compare_before, confirmed_before) = before;
        let until = MediaTime::from_nanos(i64::MAX);
        let kept = TimedPrice { until, before, compare_before, confirmed_before };
        self.timed.insert(item.id, kept);
        self.flash = Some((item.id, sale));
        self.fallen = None;
        let written = Write::Price {
            item: item.id,
            price: Some(now.minor),
            compare_at: None,
            confirmed: item.compare_confirmed,
        };
        let price = decimal(item, now.minor);
        effects.extend([
            Effect::Write(written),
            Effect::Tell(StudioEvent::FlashStarted { item: item.id, price }),
        ]);
        Ok(effects)
    }

    pub(super) fn end_flash(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        let Some((_, sale)) = &mut self.flash else {
            return Err(refuse("flash-none", "no flash sale runs"));
        };
        let end = sale.stop(a.now)?;
        Ok(self.flash_over(end.reason, a.book))
    }

    pub(super) fn flash_over(&mut self, reason: FlashReason, book: &Book) -> Vec<Effect> {
        let Some((item, _)) = self.flash.take() else { return Vec::new() };
        let mut effects = self.end_timed(item, book);
        let reason = reason.name().to_owned();
        effects.push(Effect::Tell(StudioEvent::FlashEnded { item, reason }));
        effects
    }
}

/// The price viewers see of an item now, minor units.
fn shown_price(item: &BookItem) -> Option<i64> {
    item.product.as_ref().map(|p| p.price.minor)
}

/// An amount as a decimal number.
pub(super) fn decimal(item: &BookItem, minor: i64) -> String {
    item.currency.map_or_else(
        || minor.to_string(),
        |currency| vitrine_catalog::Money { minor, currency }.decimal(),
    )
}
