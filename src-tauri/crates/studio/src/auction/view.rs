//! What can be read of an auction: by the seller in full, by viewers shortened.

use std::collections::HashSet;

use vitrine_graphics::Currency;
use vitrine_media::MediaTime;

use super::{Auction, AuctionRules, LotResult, PlacedBid, PreBid, UndoneBid};
use crate::buyer::{buyer_key, shorten_buyer};
use crate::money::price;
use crate::on_air::{self, LotStage};

/// Bids on screen.
pub const BIDS_SHOWN: usize = 5;

/// What viewers see of an auction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuctionView {
    /// The lot at hand.
    pub lot: on_air::Lot,
    /// Its latest bids, highest first, five at most.
    pub bids: Vec<on_air::Bid>,
}

impl Auction {
    /// Its rules.
    pub fn rules(&self) -> &AuctionRules {
        &self.rules
    }

    /// Its currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// How many lots it has.
    pub fn of(&self) -> u32 {
        self.of
    }

    /// The lot at hand, from 1.
    pub fn number(&self) -> u32 {
        self.lot.number
    }

    /// Where the lot at hand is at `now`.
    pub fn stage(&self, now: MediaTime) -> LotStage {
        self.lot.stage(now)
    }

    /// Show time at which the clock of the lot at hand is (or was) at zero; `None` before its start.
    pub fn ends(&self) -> Option<MediaTime> {
        (self.lot.stage != LotStage::Ready).then_some(self.lot.ends)
    }

    /// Time left on the clock at `now`; `None` while it does not run.
    pub fn left(&self, now: MediaTime) -> Option<MediaTime> {
        (self.stage(now) == LotStage::Running).then(|| self.lot.ends - now)
    }

    /// Whether the clock of the lot at hand no longer goes back.
    pub fn is_sudden_death(&self) -> bool {
        self.lot.sudden_death
    }

    /// The highest bid of the lot at hand.
    pub fn highest(&self) -> Option<&PlacedBid> {
        self.lot.bids.last()
    }

    /// All bids of the lot at hand that count, lowest first.
    pub fn bids(&self) -> &[PlacedBid] {
        &self.lot.bids
    }

    /// Bids of the lot at hand that were taken back, oldest first.
    pub fn undone(&self) -> &[UndoneBid] {
        &self.lot.undone
    }

    /// The least the next bid must be, minor units.
    pub fn minimum(&self) -> i64 {
        match self.highest() {
            Some(bid) => bid.amount.saturating_add(self.rules.steps.at(bid.amount)),
            None => self.rules.start_price,
        }
    }

    /// The highest pre-bid of each bidder for a lot that has not started, in the order they came.
    pub fn pre_bids(&self, lot: u32) -> Vec<&PreBid> {
        let mut seen = HashSet::new();
        let of_lot = self.pre_bids.iter().rev().filter(|p| p.lot == lot);
        let mut last: Vec<&PreBid> = of_lot.filter(|p| seen.insert(buyer_key(&p.bidder))).collect();
        last.reverse();
        last
    }

    /// How lots ended, in the order they did. A lot nobody bid for can be there more than once.
    pub fn results(&self) -> &[LotResult] {
        &self.results
    }

    /// Whether every lot is sold at `now`.
    pub fn is_done(&self, now: MediaTime) -> bool {
        (1..=self.of).all(|number| self.is_sold(number, now))
    }

    /// What viewers see at `now`. Pre-bids stay between their bidder and the seller.
    pub fn view(&self, now: MediaTime) -> AuctionView {
        let stage = self.stage(now);
        let lot = on_air::Lot {
            number: self.lot.number,
            of: self.of,
            stage,
            price: price(
                self.highest().map_or(self.rules.start_price, |b| b.amount),
                self.currency,
            ),
            bidder: self.highest().map(|b| shorten_buyer(&b.bidder)),
            ends: (stage == LotStage::Running).then_some(self.lot.ends),
            sudden_death: self.lot.sudden_death,
        };
        let shown = |b: &PlacedBid| on_air::Bid {
            who: shorten_buyer(&b.bidder),
            amount: price(b.amount, self.currency),
        };
        let bids = self.lot.bids.iter().rev().take(BIDS_SHOWN).map(shown).collect();
        AuctionView { lot, bids }
    }
}
