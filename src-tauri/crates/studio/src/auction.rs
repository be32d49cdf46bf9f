//! An auction of one item: its lots one after the other, as a value that is told what happens and when.
//!
//! The rules are those of Whatnot and Voggt, whose sellers know them:
//! - A lot opens at the start price with a clock of 50 seconds. The first bid is the start price or more,
//!   each further one at least a step above the highest; steps grow with the price ([`Steps`]).
//! - **Counter-bid time**: a bid with less than 10 seconds left sets the clock back to 10.
//! - **Sudden death**: the clock never goes back. Whoever leads when it reaches zero has the lot, even with
//!   a bid at 00:01. It can be switched on while a lot runs, never off.
//! - A lot whose clock runs cannot be stopped. It is over exactly at [`Auction::ends`]: a bid at that very
//!   time is late. Nobody need look in time: what is asked later is answered as of then.
//! - **Pre-bids** are the most somebody would pay, given before the start. At the start the highest one
//!   (the earlier of two equals) opens the bidding: at the start price if nobody else gave one, else a step
//!   above the second highest, but never above what its bidder gave. It has done its work then: its bidder
//!   goes on by bidding like everybody else.
//! - A mistyped bid can be taken back while its lot runs. It leaves a trace, and the clock stays where the
//!   bid had set it, so that nobody has less time than they were shown.
//!
//! Times are show time and must not run backwards; amounts are minor units of one currency. An error
//! changes nothing. Whoever bids is compared by [`buyer_key`].

mod lot;
mod rules;
mod view;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_graphics::Currency;
use vitrine_media::MediaTime;

use crate::buyer::{buyer_key, checked_name};
use crate::error::StudioError;
use crate::money::{LARGEST, by_code, checked, said};
use crate::on_air::LotStage;

use lot::OpenLot;
pub use lot::{BidTaken, LotResult, PlacedBid, PreBid, UndoneBid};
pub use rules::{AuctionRules, LONGEST_CLOCK, LotClock, MOST_STEPS, SHORTEST_CLOCK, Step, Steps};
pub use view::{AuctionView, BIDS_SHOWN};

/// Most lots of one auction.
pub const MOST_LOTS: u32 = 10_000;
/// Most pre-bids that wait.
const MOST_PRE_BIDS: usize = 2_000;

/// An auction of one item. One thread at a time; nothing here waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Auction {
    rules: AuctionRules,
    #[serde(with = "by_code")]
    #[ts(type = "string")]
    currency: Currency,
    of: u32,
    lot: OpenLot,
    /// Pre-bids of lots that have not started, in the order they came; a bidder's later one is higher.
    pre_bids: Vec<PreBid>,
    results: Vec<LotResult>,
    /// How many of them [`Auction::tick`] has told.
    told: u32,
}

impl Auction {
    /// An auction of `lots` lots, the first of them ready.
    ///
    /// # Errors
    /// `auction-lots`: none, or more than 10,000. `auction-price`, `auction-steps`, `lot-clock`: rules
    /// out of range.
    pub fn new(rules: AuctionRules, lots: u32, currency: Currency) -> Result<Self, StudioError> {
        rules.check()?;
        if !(1..=MOST_LOTS).contains(&lots) {
            let message = format!("an auction cannot have {lots} lots");
            return Err(StudioError::input("auction-lots", message)
                .remedy(format!("choose 1 to {MOST_LOTS} lots")));
        }
        let lot = OpenLot::ready(1, rules.clock.sudden_death);
        let (pre_bids, results) = (Vec::new(), Vec::new());
        Ok(Self { rules, currency, of: lots, lot, pre_bids, results, told: 0 })
    }

    fn is_sold(&self, number: u32, now: MediaTime) -> bool {
        (number == self.lot.number && self.stage(now) == LotStage::Sold)
            || self.results.iter().any(|r| r.number == number && r.winner.is_some())
    }

    /// Makes a lot ready by its number: one that was left out, or one nobody bid for. If it is at hand and
    /// ready, nothing changes.
    ///
    /// # Errors
    /// `lot-number`: there is no such lot. `lot-running`: a clock runs. `lot-sold`: it is sold.
    pub fn ready(&mut self, number: u32, now: MediaTime) -> Result<(), StudioError> {
        if !(1..=self.of).contains(&number) {
            let message = format!("there is no lot {number}");
            return Err(StudioError::input("lot-number", message)
                .remedy(format!("choose 1 to {}", self.of)));
        }
        self.refuse_running(now)?;
        if self.is_sold(number, now) {
            return Err(StudioError::input("lot-sold", format!("lot {number} is sold"))
                .remedy("choose a lot that is not"));
        }
        self.close(now);
        if number != self.lot.number || self.lot.stage != LotStage::Ready {
            self.lot = OpenLot::ready(number, self.rules.clock.sudden_death);
        }
        Ok(())
    }

    /// Makes the next lot ready: the one with the next number that is not sold. Lots nobody bid for are
    /// not offered again by themselves ([`Auction::ready`] does that).
    ///
    /// # Errors
    /// `lot-running`: a clock runs. `lot-ready`: the lot at hand has not been started. `lots-done`: there
    /// is none after it.
    pub fn next(&mut self, now: MediaTime) -> Result<u32, StudioError> {
        self.refuse_running(now)?;
        let here = self.lot.number;
        if self.lot.stage == LotStage::Ready {
            let message = format!("lot {here} is ready and has not been sold yet");
            return Err(StudioError::input("lot-ready", message)
                .remedy("start it, or choose another lot by its number"));
        }
        let Some(number) = (here + 1..=self.of).find(|n| !self.is_sold(*n, now)) else {
            let message = format!("lot {here} was the last of this auction");
            return Err(StudioError::input("lots-done", message)
                .remedy("choose an unsold lot by its number, or go on with another item"));
        };
        self.ready(number, now)?;
        Ok(number)
    }

    /// Starts the clock of the lot at hand by the auction's rules. Pre-bids open the bidding.
    ///
    /// # Errors
    /// `lot-running`: it runs already. `lot-over`: it is over.
    pub fn start(&mut self, now: MediaTime) -> Result<(), StudioError> {
        self.start_with(self.rules.clock, now)
    }

    /// Starts the lot at hand with a clock of its own.
    ///
    /// # Errors
    /// Those of [`Auction::start`], and `lot-clock`: a time out of range.
    pub fn start_with(&mut self, clock: LotClock, now: MediaTime) -> Result<(), StudioError> {
        clock.check()?;
        self.refuse_running(now)?;
        if self.lot.stage != LotStage::Ready {
            return Err(self.over("start"));
        }
        let opening = self.opening(now);
        let given = self.pre_bids(self.lot.number).len();
        let lot = &mut self.lot;
        lot.pre_bids = u32::try_from(given).unwrap_or(u32::MAX);
        lot.stage = LotStage::Running;
        lot.started = now;
        lot.ends = now + clock.length;
        lot.counter_bid = clock.counter_bid;
        lot.sudden_death = clock.sudden_death;
        lot.bids.extend(opening);
        let number = lot.number;
        self.pre_bids.retain(|p| p.lot != number);
        Ok(())
    }

    /// The bid that the pre-bids of the lot at hand make.
    fn opening(&self, at: MediaTime) -> Option<PlacedBid> {
        let mut given = self.pre_bids(self.lot.number);
        // Stable: of two equals the earlier stays in front.
        given.sort_by_key(|p| std::cmp::Reverse(p.most));
        let first = given.first()?;
        let amount = match given.get(1) {
            Some(second) => first.most.min(second.most + self.rules.steps.at(second.most)),
            None => self.rules.start_price,
        };
        Some(PlacedBid { bidder: first.bidder.clone(), amount, at, opening: true })
    }

    /// Takes a pre-bid for a lot that has not started: the one at hand while it is ready, or a later one.
    ///
    /// # Errors
    /// `lot-number`: no such lot. `lot-over`: it has started or is over. `bid-bidder`: no usable name.
    /// `bid-amount`: beyond fifteen digits. `bid-too-low`: below the start price, or not above what the
    /// same bidder gave. `bid-too-many`: 2,000 wait.
    pub fn pre_bid(&mut self, lot: u32, bidder: &str, most: i64) -> Result<(), StudioError> {
        if !(1..=self.of).contains(&lot) {
            let message = format!("there is no lot {lot}");
            return Err(StudioError::input("lot-number", message)
                .remedy(format!("choose 1 to {}", self.of)));
        }
        let is_at_hand = lot == self.lot.number;
        let was_run = self.results.iter().any(|r| r.number == lot);
        if if is_at_hand { self.lot.stage != LotStage::Ready } else { was_run } {
            return Err(StudioError::input("lot-over", format!("lot {lot} has been started"))
                .remedy("take bids instead, or give the pre-bid for a later lot"));
        }
        let bidder = checked_name(bidder, "bid-bidder")?;
        checked(most, "bid-amount", "the pre-bid")?;
        let key = buyer_key(&bidder);
        let mine = self.pre_bids.iter().rev().find(|p| p.lot == lot && buyer_key(&p.bidder) == key);
        let least = mine.map_or(self.rules.start_price, |p| p.most.saturating_add(1));
        if most < least {
            return Err(self.too_low("pre-bid", most, least));
        }
        if self.pre_bids.len() >= MOST_PRE_BIDS {
            return Err(StudioError::input("bid-too-many", "2,000 pre-bids wait already")
                .remedy("start a lot before taking more"));
        }
        self.pre_bids.push(PreBid { lot, bidder, most });
        Ok(())
    }

    /// Takes a bid for the running lot.
    ///
    /// # Errors
    /// `lot-not-running`: no clock runs yet. `lot-over`: its clock is at zero. `bid-bidder`: no usable
    /// name. `bid-amount`: beyond fifteen digits. `bid-leading`: the bidder leads already. `bid-too-low`.
    pub fn bid(
        &mut self,
        bidder: &str,
        amount: i64,
        now: MediaTime,
    ) -> Result<BidTaken, StudioError> {
        self.refuse_idle(now)?;
        let bidder = checked_name(bidder, "bid-bidder")?;
        checked(amount, "bid-amount", "the bid")?;
        if self.highest().is_some_and(|b| buyer_key(&b.bidder) == buyer_key(&bidder)) {
            return Err(StudioError::input("bid-leading", format!("{bidder} leads already"))
                .remedy("wait until somebody else bids more"));
        }
        let least = self.minimum();
        if amount < least {
            return Err(self.too_low("bid", amount, least));
        }
        let lot = &mut self.lot;
        let extended = !lot.sudden_death && lot.ends - now < lot.counter_bid;
        if extended {
            lot.ends = now + lot.counter_bid;
        }
        lot.bids.push(PlacedBid { bidder, amount, at: now, opening: false });
        Ok(BidTaken { extended, next: self.minimum().min(LARGEST) })
    }

    /// Takes the last bid of the running lot back and says which it was; while a lot is ready, its last
    /// pre-bid (the bidder's one before counts again). The clock stays.
    ///
    /// # Errors
    /// `lot-over`: the clock is at zero. `bid-none`: there is none, or only the opening one.
    pub fn undo_bid(&mut self, now: MediaTime) -> Result<PlacedBid, StudioError> {
        if self.lot.stage == LotStage::Ready {
            let number = self.lot.number;
            let last = self.pre_bids.iter().rposition(|p| p.lot == number).ok_or_else(no_bid)?;
            let PreBid { bidder, most, .. } = self.pre_bids.remove(last);
            return Ok(PlacedBid { bidder, amount: most, at: now, opening: true });
        }
        self.refuse_idle(now)?;
        let bid = self.lot.bids.pop_if(|b| !b.opening).ok_or_else(no_bid)?;
        self.lot.undone.push(UndoneBid { bid: bid.clone(), at: now });
        Ok(bid)
    }

    /// From now on the clock of the running lot never goes back. Twice is once.
    ///
    /// # Errors
    /// `lot-not-running`, `lot-over`.
    pub fn sudden_death(&mut self, now: MediaTime) -> Result<(), StudioError> {
        self.refuse_idle(now)?;
        self.lot.sudden_death = true;
        Ok(())
    }

    /// Closes the running lot if its clock is at zero, and tells the result of a lot that was not told yet:
    /// each is told once, also where [`Auction::next`] or [`Auction::ready`] found the lot over before
    /// anybody had looked. `None`: all are told.
    pub fn tick(&mut self, now: MediaTime) -> Option<&LotResult> {
        self.close(now);
        let result = self.results.get(usize::try_from(self.told).ok()?)?;
        self.told += 1;
        Some(result)
    }

    fn close(&mut self, now: MediaTime) {
        let stage = self.stage(now);
        if self.lot.stage != stage {
            self.lot.stage = stage;
            self.results.push(self.lot.result(self.rules.start_price));
        }
    }

    /// After an interruption: a running lot gets the time it had left, as all its times move by `by`, the
    /// span in which nobody could bid. Lots that are over keep theirs.
    pub fn shift(&mut self, by: MediaTime) {
        if self.lot.stage == LotStage::Running {
            self.lot.shift(by);
        }
    }

    fn refuse_running(&self, now: MediaTime) -> Result<(), StudioError> {
        if self.stage(now) != LotStage::Running {
            return Ok(());
        }
        let message = format!("the clock of lot {} runs and cannot be stopped", self.lot.number);
        Err(StudioError::input("lot-running", message).remedy("wait until it is over"))
    }

    fn refuse_idle(&self, now: MediaTime) -> Result<(), StudioError> {
        match self.stage(now) {
            LotStage::Running => Ok(()),
            LotStage::Ready => {
                let message = format!("lot {} has not been started", self.lot.number);
                Err(StudioError::input("lot-not-running", message).remedy("start it first"))
            }
            LotStage::Sold | LotStage::Unsold => Err(self.over("bid for")),
        }
    }

    fn over(&self, what: &str) -> StudioError {
        let message = format!("lot {} is over: it is too late to {what} it", self.lot.number);
        StudioError::input("lot-over", message).remedy("make the next lot ready")
    }

    fn too_low(&self, what: &str, given: i64, least: i64) -> StudioError {
        let (given, least) = (said(given, self.currency), said(least, self.currency));
        StudioError::input("bid-too-low", format!("the {what} of {given} is below {least}"))
            .remedy(format!("give {least} or more"))
    }
}

fn no_bid() -> StudioError {
    StudioError::input("bid-none", "there is no bid that could be taken back")
        .remedy("the opening bid stays, as the lot has started from it")
}
