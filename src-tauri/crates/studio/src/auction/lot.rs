//! What is kept of a lot: its bids as they were taken, those taken back, and how it ended.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_media::MediaTime;

use crate::on_air::LotStage;

/// A bid given before its lot starts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PreBid {
    /// For which lot, from 1.
    pub lot: u32,
    /// Who, in full.
    pub bidder: String,
    /// The most they would pay, minor units.
    #[ts(type = "number")]
    pub most: i64,
}

/// A bid that counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct PlacedBid {
    /// Who, in full.
    pub bidder: String,
    /// How much, minor units.
    #[ts(type = "number")]
    pub amount: i64,
    /// Show time, nanoseconds.
    #[ts(type = "number")]
    pub at: MediaTime,
    /// Made from the pre-bids when the lot started; it cannot be taken back.
    pub opening: bool,
}

/// A bid that was taken back: the trace of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct UndoneBid {
    /// The bid.
    pub bid: PlacedBid,
    /// Show time at which it was taken back, nanoseconds.
    #[ts(type = "number")]
    pub at: MediaTime,
}

/// How a bid was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BidTaken {
    /// The clock was set back by it.
    pub extended: bool,
    /// The least the next bid must be, minor units.
    pub next: i64,
}

/// How a lot ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LotResult {
    /// Its number, from 1.
    pub number: u32,
    /// Who has it, in full; `None`: nobody bid.
    pub winner: Option<String>,
    /// The winning bid, minor units; where bids began if nobody bid.
    #[ts(type = "number")]
    pub price: i64,
    /// Bids that counted at the end, with the opening one.
    pub bids: u32,
    /// Bidders who had given a pre-bid.
    pub pre_bids: u32,
    /// Bids that were taken back.
    pub undone: Vec<UndoneBid>,
    /// Show time of its start, nanoseconds.
    #[ts(type = "number")]
    pub started: MediaTime,
    /// Show time at which its clock was at zero, nanoseconds.
    #[ts(type = "number")]
    pub ended: MediaTime,
}

/// The lot at hand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub(super) struct OpenLot {
    pub(super) number: u32,
    /// Where it was when it was last looked at; [`OpenLot::stage`] says where it is.
    pub(super) stage: LotStage,
    #[ts(type = "number")]
    pub(super) started: MediaTime,
    #[ts(type = "number")]
    pub(super) ends: MediaTime,
    #[ts(type = "number")]
    pub(super) counter_bid: MediaTime,
    pub(super) sudden_death: bool,
    pub(super) bids: Vec<PlacedBid>,
    pub(super) pre_bids: u32,
    pub(super) undone: Vec<UndoneBid>,
}

impl OpenLot {
    pub(super) fn ready(number: u32, sudden_death: bool) -> Self {
        Self {
            number,
            stage: LotStage::Ready,
            started: MediaTime::ZERO,
            ends: MediaTime::ZERO,
            counter_bid: MediaTime::ZERO,
            sudden_death,
            bids: Vec::new(),
            pre_bids: 0,
            undone: Vec::new(),
        }
    }

    /// Where it is at `now`, whether or not anybody has looked since its clock ran out.
    pub(super) fn stage(&self, now: MediaTime) -> LotStage {
        match self.stage {
            LotStage::Running if now >= self.ends && self.bids.is_empty() => LotStage::Unsold,
            LotStage::Running if now >= self.ends => LotStage::Sold,
            other => other,
        }
    }

    /// Moves every time of it.
    pub(super) fn shift(&mut self, by: MediaTime) {
        self.started += by;
        self.ends += by;
        for bid in &mut self.bids {
            bid.at += by;
        }
        for undone in &mut self.undone {
            undone.bid.at += by;
            undone.at += by;
        }
    }

    pub(super) fn result(&self, start_price: i64) -> LotResult {
        let last = self.bids.last();
        LotResult {
            number: self.number,
            winner: last.map(|b| b.bidder.clone()),
            price: last.map_or(start_price, |b| b.amount),
            bids: u32::try_from(self.bids.len()).unwrap_or(u32::MAX),
            pre_bids: self.pre_bids,
            undone: self.undone.clone(),
            started: self.started,
            ended: self.ends,
        }
    }
}
