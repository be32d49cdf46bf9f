//! The desk as others see it: viewers ([`OnAir`]) and callers ([`State`]).

use std::sync::Arc;

use vitrine_catalog::ItemKind;
use vitrine_media::MediaTime;

use super::life::STAYS_ARMED;
use super::{Around, Desk};
use crate::auction::Auction;
use crate::book::{Book, BookItem};
use crate::command::ElementName as E;
use crate::error::StudioError;
use crate::on_air::{LotStage, OnAir, PriceDrop, SceneName};
use crate::pace::{AirSpan, Keep, Pace, PlannedItem};
use crate::product::Product;
use crate::state::{
    AirState, ArmedState, FlashState, GiveawayState, ItemState, LotState, NextState, ReviewState,
    SafetyState, State,
};

impl Desk {
    /// What viewers see at show time `now`. Times in it are those of the engine, whose clock is `base`
    /// behind show time. `product` gives what card and banner show, with its picture.
    pub fn on_air_at(
        &self,
        book: &Book,
        now: MediaTime,
        base: MediaTime,
        product: impl Fn(&BookItem) -> Option<Arc<Product>>,
    ) -> OnAir {
        let air = &self.air;
        let has = |e: E| air.elements.contains(&e);
        let item = air.item.and_then(|id| book.item(id));
        let auction = air.item.and_then(|id| self.auctions.get(&id));
        let view = auction.map(|a| a.view(now));
        let bids = view.as_ref().filter(|_| has(E::Bids)).map(|v| v.bids.clone());
        let lot = view.map(|v| v.lot).filter(|lot| {
            // A lot that is over is stamped for a while; then its card leaves.
            let over = matches!(lot.stage, LotStage::Sold | LotStage::Unsold);
            has(E::Card) && (!over || self.stamp_until.is_some_and(|until| now < until))
        });
        // Bids belong to a lot that is open.
        let lot_seen = lot
            .as_ref()
            .is_some_and(|lot| matches!(lot.stage, LotStage::Ready | LotStage::Running));
        let row = air.item.and_then(|id| book.row_of_lots(id));
        let drop = self.fallen.as_ref().filter(|f| air.item == Some(f.item)).and_then(|f| {
            let (before, price) = (item?.amount(f.before).ok()?, item?.amount(f.now).ok()?);
            Some(PriceDrop { before, now: price, at: f.at - base })
        });
        let flash = self.flash.as_ref().filter(|(id, _)| air.item == Some(*id));
        let flash = flash.and_then(|(_, sale)| sale.view(now)).map(|mut sale| {
            sale.ends -= base;
            sale
        });
        let giveaway = self.giveaway.as_ref().filter(|_| has(E::Giveaway)).map(|g| {
            let mut seen = g.view(now);
            seen.ends = seen.ends.map(|t| t - base);
            seen
        });
        let is_auction = item.is_some_and(|i| i.kind == ItemKind::Auction);
        OnAir {
            scene: air.scene,
            title: book.title.clone(),
            product: item.and_then(product),
            card: has(E::Card) && !is_auction,
            banner: has(E::Banner) && !is_auction,
            promo_code: has(E::PromoCode),
            qr: has(E::Qr),
            countdown_to: air.countdown_to.filter(|_| has(E::Countdown)).map(|t| t - base),
            price_drop: drop,
            flash_sale: flash,
            lot: lot.map(|mut lot| {
                (lot.number, lot.of) = row.unwrap_or((lot.number, lot.of));
                lot.ends = lot.ends.map(|t| t - base);
                lot
            }),
            bids: bids.filter(|_| lot_seen).unwrap_or_default(),
            giveaway,
            question: air.question.clone().filter(|_| has(E::Question)),
            goal: air.goal.clone().filter(|_| has(E::Goal)),
            ticker: if has(E::Ticker) { air.ticker.clone() } else { Vec::new() },
            lower_third: air.lower_third.clone().filter(|_| has(E::LowerThird)),
            logo: has(E::Logo),
        }
    }

    /// What is prepared, as it will be on air when it is taken.
    pub fn prepared(
        &self,
        book: &Book,
        base: MediaTime,
        around: Around<'_>,
        product: impl Fn(&BookItem) -> Option<Arc<Product>>,
    ) -> Option<OnAir> {
        let (item, scene) = self.next?;
        let item = book.item(item)?;
        let mut then = self.clone();
        then.cue(item, Some(scene), around).ok()?;
        Some(then.on_air_at(book, around.now, base, product))
    }

    /// Cues an item for a look ahead only: nothing of it is told.
    ///
    /// # Errors
    /// If it could not be cued now.
    pub fn cue_quietly(
        &mut self,
        item: &BookItem,
        scene: SceneName,
        around: Around<'_>,
    ) -> Result<(), StudioError> {
        self.cue(item, Some(scene), around).map(drop)
    }

    /// The item that is prepared, else the one behind the item on air: what to draw ahead.
    pub fn likely_next<'a>(&self, book: &'a Book) -> Option<&'a BookItem> {
        match self.next {
            Some((item, _)) => book.item(item),
            None => book.after(self.air.item),
        }
    }

    /// Planned against actual. `None` before the show.
    fn pace(&self, book: &Book, now: MediaTime) -> Option<crate::pace::PaceReport> {
        if !self.phase.is_on_air() {
            return None;
        }
        let plan = book.items.iter().map(|i| PlannedItem {
            id: i.id,
            planned: i.planned,
            keep: match i.kind {
                ItemKind::Auction | ItemKind::FlashSale => Keep::Long,
                _ => Keep::Usual,
            },
            dropped: false,
        });
        let planned: i64 = book.items.iter().map(|i| i.planned.as_nanos()).sum();
        let slot = book.slot.unwrap_or(MediaTime::from_nanos(planned));
        let spans: Vec<AirSpan> = self
            .spans
            .iter()
            .map(|s| AirSpan { item: s.item, from: s.from, until: s.to })
            .collect();
        Some(Pace::new(plan.collect(), slot).report(&spans, now))
    }

    /// What callers see; destinations, losses and an offer to resume are the studio's to add.
    pub fn state(&self, book: &Book, around: Around<'_>) -> State {
        let now = around.now;
        let left = |t: MediaTime| (t - now).as_millis().max(0);
        let item_on_air = self.air.item.and_then(|id| book.item(id));
        let say = |item: Option<&BookItem>, minor: i64| {
            let price = item.and_then(|i| i.amount(minor).ok());
            price.map_or_else(|| minor.to_string(), |p| p.format(&book.language))
        };
        let items = book.items.iter().map(|i| ItemState {
            id: i.id,
            code: i.code.clone(),
            kind: i.kind.name().to_owned(),
            title: i.title.clone(),
            price: i.product.as_ref().map(|p| p.price.format(&book.language)),
            compare_at: i
                .product
                .as_ref()
                .and_then(|p| p.compare_at)
                .map(|p| p.format(&book.language)),
            promo: i.product.as_ref().and_then(|p| p.promo_code.clone()),
            free: i.free(),
            claimed: i.claimed,
            waitlisted: i.waitlisted,
            on_air: self.air.item == Some(i.id),
            shown: self.spans.iter().any(|s| s.item == i.id),
        });
        let lot = |auction: &Auction| LotState {
            number: auction.number(),
            of: auction.of(),
            stage: auction.stage(now),
            price: say(
                item_on_air,
                auction.highest().map_or(auction.rules().start_price, |b| b.amount),
            ),
            next_bid: item_on_air
                .map(|i| super::prices::decimal(i, auction.minimum()))
                .unwrap_or_default(),
            leader: auction.highest().map(|b| b.bidder.clone()),
            left_ms: auction.left(now).map(MediaTime::as_millis),
            sudden_death: auction.is_sudden_death(),
            bids: u32::try_from(auction.bids().len()).unwrap_or(u32::MAX),
        };
        let flash = self.flash.as_ref().map(|(id, sale)| FlashState {
            item: *id,
            price: say(book.item(*id), sale.price()),
            left_ms: left(sale.ends()),
            left: sale.left(),
        });
        let giveaway = self.giveaway.as_ref().map(|g| GiveawayState {
            prize: g.prize().to_owned(),
            keyword: g.keyword().to_owned(),
            entries: u32::try_from(g.entries().len()).unwrap_or(u32::MAX),
            left_ms: g.closes().filter(|_| g.is_open(now)).map(left),
            fingerprint: g.fingerprint(),
            seed: g.revealed(),
            winner: g.winner().map(|w| w.name.clone()),
        });
        let review = self.review.iter().map(|w| ReviewState {
            entry: w.entry.clone(),
            text: w.text.clone(),
            from: w.from.clone(),
            platform: w.platform.clone(),
            why: w.why.clone(),
            item: w.item,
            quantity: w.quantity,
        });
        State {
            revision: self.revision,
            phase: self.phase,
            at_ms: now.as_millis(),
            show: self.show,
            title: book.title.clone(),
            items: items.collect(),
            air: AirState {
                scene: self.air.scene,
                item: self.air.item,
                elements: self.air.elements.iter().copied().collect(),
                countdown_ms: self.air.countdown_to.map(left),
                lower_third: self.air.lower_third.clone(),
                question: self.air.question.clone(),
                goal: self.air.goal.clone(),
                ticker: self.air.ticker.clone(),
                undo: u32::try_from(self.before.len()).unwrap_or(0),
            },
            next: self.next.map(|(item, scene)| NextState { item, scene }),
            lot: self
                .air
                .item
                .filter(|_| self.phase.is_on_air())
                .and_then(|id| self.auctions.get(&id))
                .map(lot),
            flash,
            giveaway,
            review: review.collect(),
            pace: self.pace(book, now),
            safety: SafetyState {
                panic: self.panic,
                muted: self.muted,
                locked: self.locked,
                armed: self.armed.map(|(what, since)| ArmedState {
                    what,
                    left_ms: (since + STAYS_ARMED - around.awake).as_millis().max(0),
                }),
            },
            ..State::default()
        }
    }

    /// Whether slate and silence are on.
    pub const fn is_private(&self) -> bool {
        self.panic
    }

    /// Whether the microphones are silent.
    pub const fn is_muted(&self) -> bool {
        self.muted
    }
}
