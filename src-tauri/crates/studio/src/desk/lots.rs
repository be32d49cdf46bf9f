//! Auctions on the desk: which lot is at hand, bids, what follows from its end.

use std::collections::btree_map::Entry;

use vitrine_catalog::ItemKind;
use vitrine_media::MediaTime;

use super::prices::decimal;
use super::{Around, Desk, Effect, Wanted, Write, refuse};
use crate::auction::{Auction, AuctionRules, LotClock, LotResult};
use crate::book::{Book, BookItem};
use crate::command::ElementName;
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::on_air::LotStage;

/// So long the stamp of a sold lot stays unless the next one comes.
pub(super) const STAMP: MediaTime = MediaTime::from_secs(6);

impl Desk {
    /// The auction of the item on air.
    fn auction<'a>(&self, book: &'a Book) -> Result<&'a BookItem, StudioError> {
        self.on_air()?;
        let item = self.air.item.and_then(|id| book.item(id)).ok_or_else(|| {
            refuse("item-none", "no item is on air").remedy("cue an auction first")
        })?;
        if item.kind != ItemKind::Auction || !self.auctions.contains_key(&item.id) {
            return Err(refuse("item-no-auction", "the item on air is no auction")
                .remedy("cue an auction first"));
        }
        Ok(item)
    }

    /// A cued auction has a lot at hand.
    pub(super) fn ready_first_lot(&mut self, item: &BookItem) -> Result<Vec<Effect>, StudioError> {
        let (ItemKind::Auction, Some(currency)) = (item.kind, item.currency) else {
            return Ok(Vec::new());
        };
        if let Entry::Vacant(free) = self.auctions.entry(item.id) {
            let rules = AuctionRules::usual(item.start_price, currency);
            free.insert(Auction::new(rules, item.lots.max(1), currency)?);
            return Ok(vec![Effect::Tell(StudioEvent::LotReady { item: item.id, lot: 1 })]);
        }
        Ok(Vec::new())
    }

    fn with<T>(
        &mut self,
        item: &BookItem,
        act: impl FnOnce(&mut Auction) -> Result<T, StudioError>,
    ) -> Result<T, StudioError> {
        match self.auctions.get_mut(&item.id) {
            Some(auction) => act(auction),
            None => Err(refuse("item-no-auction", "the item on air is no auction")),
        }
    }

    pub(super) fn start_lot(
        &mut self,
        seconds: Option<u32>,
        counter_bid: Option<u32>,
        sudden_death: bool,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        let item = self.auction(a.book)?;
        let usual = LotClock::default();
        let span = |s: Option<u32>, usual| s.map_or(usual, |s| MediaTime::from_secs(s.into()));
        let clock = LotClock {
            length: span(seconds, usual.length),
            counter_bid: span(counter_bid, usual.counter_bid),
            sudden_death,
        };
        let lot = self.with(item, |x| x.start_with(clock, a.now).map(|()| x.number()))?;
        self.stamp_until = None;
        Ok(vec![Effect::Tell(StudioEvent::LotStarted { item: item.id, lot })])
    }

    pub(super) fn bid(
        &mut self,
        bidder: &str,
        amount: &str,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        let item = self.auction(a.book)?;
        let amount = item.parse(amount)?.minor;
        let taken = self.with(item, |x| x.bid(bidder, amount, a.now))?;
        Ok(vec![Effect::Tell(StudioEvent::Bid {
            bidder: bidder.trim().to_owned(),
            amount: decimal(item, amount),
            extended: taken.extended,
        })])
    }

    pub(super) fn pre_bid(
        &mut self,
        bidder: &str,
        amount: &str,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        let item = self.auction(a.book)?;
        let most = item.parse(amount)?.minor;
        self.with(item, |x| x.pre_bid(x.number(), bidder, most))?;
        // What somebody would pay at most stays between them and the seller.
        Ok(Vec::new())
    }

    pub(super) fn undo_bid(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        let item = self.auction(a.book)?;
        self.with(item, |x| x.undo_bid(a.now))?;
        Ok(vec![Effect::Tell(StudioEvent::BidUndone)])
    }

    pub(super) fn sudden_death(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        let item = self.auction(a.book)?;
        self.with(item, |x| x.sudden_death(a.now))?;
        Ok(vec![Effect::Tell(StudioEvent::SuddenDeath)])
    }

    /// The next lot of the item on air, or of the next item if that is an auction, too.
    pub(super) fn next_lot(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        let item = self.auction(a.book)?;
        let more = self.auctions.get(&item.id).is_some_and(Auction::has_more);
        if more {
            let lot = self.with(item, |x| x.next(a.now))?;
            self.stamp_until = None;
            self.air.elements.extend([ElementName::Card, ElementName::Bids]);
            return Ok(vec![Effect::Tell(StudioEvent::LotReady { item: item.id, lot })]);
        }
        let next = a.book.after(Some(item.id)).filter(|i| i.kind == ItemKind::Auction);
        // If the lot at hand has not been started or runs, this says so.
        let Some(next) = next else { return self.with(item, |x| x.next(a.now)).map(|_| vec![]) };
        self.cue(next, None, a)
    }

    /// Closes a lot whose clock has run out: its sale goes into the ledger.
    pub(super) fn lot_over(&mut self, id: i64, result: &LotResult, book: &Book) -> Vec<Effect> {
        let item = book.item(id);
        let price = item.map(|i| decimal(i, result.price));
        let mut effects = vec![Effect::Tell(StudioEvent::LotOver {
            item: id,
            lot: result.number,
            winner: result.winner.clone(),
            price: price.filter(|_| result.winner.is_some()),
        })];
        // How it ended is seen either way.
        self.stamp_until = Some(result.ended + STAMP);
        if let Some(winner) = &result.winner {
            let show = self.show.unwrap_or_default();
            // One name for one lot: told again after a resume it counts once.
            let event = format!("lot/{show}/{id}/{}/{}", result.number, result.started.as_millis());
            let claim = Wanted {
                item: id,
                variant: item.and_then(|i| i.variants.first()).map(|v| v.id.0),
                quantity: 1,
                buyer: winner.clone(),
                platform: String::new(),
                text: String::new(),
            };
            effects.push(Effect::Write(Write::Sale { event, claim, price: result.price }));
        }
        effects
    }

    /// A show that ends closes what is open.
    pub(super) fn close_rounds(&mut self, a: Around<'_>) -> Vec<Effect> {
        match &mut self.flash {
            Some((_, sale)) => match sale.stop(a.now) {
                Ok(end) => self.flash_over(end.reason, a.book),
                Err(_) => Vec::new(),
            },
            None => Vec::new(),
        }
    }
}

impl Auction {
    /// Whether the clock of the lot at hand runs.
    pub fn is_running(&self, now: MediaTime) -> bool {
        self.stage(now) == LotStage::Running
    }

    /// Whether there is a lot behind the one at hand.
    pub fn has_more(&self) -> bool {
        self.number() < self.of()
    }
}
