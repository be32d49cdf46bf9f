//! What an auction goes by: where bids begin, by how much they rise, how long the clock runs.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_graphics::Currency;
use vitrine_media::MediaTime;

use crate::error::StudioError;
use crate::money::{LARGEST, checked};

/// Shortest clock of a lot.
pub const SHORTEST_CLOCK: MediaTime = MediaTime::from_secs(1);
/// Longest clock of a lot, and longest counter-bid time.
pub const LONGEST_CLOCK: MediaTime = MediaTime::from_secs(30 * 60);
/// Most rows of a table of steps.
pub const MOST_STEPS: usize = 50;

/// The clock of a lot. Times are spans of show time, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct LotClock {
    /// From the start to zero: 1 s to 30 min; usually 50 s.
    #[ts(type = "number")]
    pub length: MediaTime,
    /// A bid when less than this is left sets the clock back to it: 0 (never) to 30 min; usually 10 s.
    #[ts(type = "number")]
    pub counter_bid: MediaTime,
    /// The clock never goes back: whoever leads when it reaches zero has the lot.
    pub sudden_death: bool,
}

impl Default for LotClock {
    fn default() -> Self {
        let length = MediaTime::from_secs(50);
        Self { length, counter_bid: MediaTime::from_secs(10), sudden_death: false }
    }
}

impl LotClock {
    /// Whether its times are in range.
    ///
    /// # Errors
    /// `lot-clock`: a time outside its range.
    pub fn check(&self) -> Result<(), StudioError> {
        if !(SHORTEST_CLOCK..=LONGEST_CLOCK).contains(&self.length) {
            return Err(StudioError::input("lot-clock", "the clock of a lot is out of range")
                .remedy("choose 1 second to 30 minutes"));
        }
        if !(MediaTime::ZERO..=LONGEST_CLOCK).contains(&self.counter_bid) {
            return Err(StudioError::input("lot-clock", "the counter-bid time is out of range")
                .remedy("choose up to 30 minutes, or 0 for none"));
        }
        Ok(())
    }
}

/// One row of a table of steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Step {
    /// From this highest bid on, minor units.
    #[ts(type = "number")]
    pub from: i64,
    /// The next bid is at least this much more, minor units; 1 or more.
    #[ts(type = "number")]
    pub step: i64,
}

/// By how much the next bid is higher at least, by the highest bid so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Steps(pub Vec<Step>);

impl Steps {
    /// The usual table, in whole units of the currency: 1 from 0, 2 from 20, 3 from 50, 5 from 100, 10
    /// from 200, 20 from 500, 50 from 1,000. A currency without decimals counts in hundreds instead
    /// (100 yen from 0, 200 from 2,000 …), as its unit is worth about what another's cent is.
    pub fn usual(currency: Currency) -> Self {
        let decimals = u32::from(currency.exponent().unwrap_or(0).min(4));
        let unit = if decimals == 0 { 100 } else { 10_i64.pow(decimals) };
        let row = |(from, step): (i64, i64)| Step { from: from * unit, step: step * unit };
        let rows = [(0, 1), (20, 2), (50, 3), (100, 5), (200, 10), (500, 20), (1_000, 50)];
        Self(rows.into_iter().map(row).collect())
    }

    /// The step above `highest`, minor units.
    pub fn at(&self, highest: i64) -> i64 {
        self.0.iter().rev().find(|row| row.from <= highest).map_or(1, |row| row.step.max(1))
    }

    /// Whether it can be gone by.
    ///
    /// # Errors
    /// `auction-steps`: no row, more than 50, the first not from 0, rows out of order, a step below 1.
    pub fn check(&self) -> Result<(), StudioError> {
        let wrong = if self.0.is_empty() || self.0.len() > MOST_STEPS {
            "has no row, or more than 50"
        } else if self.0[0].from != 0 {
            "does not begin at a price of zero"
        } else if self.0.windows(2).any(|w| w[0].from >= w[1].from) {
            "is not in the order of its prices"
        } else if self.0.iter().any(|r| !(1..=LARGEST).contains(&r.step) || r.from > LARGEST) {
            "has a step below the smallest coin, or one too large"
        } else {
            return Ok(());
        };
        Err(StudioError::input("auction-steps", format!("the table of bid steps {wrong}"))
            .remedy("give rows of rising prices, the first from 0, each with a step above zero"))
    }
}

/// What all lots of an auction go by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct AuctionRules {
    /// The least the first bid must be, minor units; 0 or more.
    #[ts(type = "number")]
    pub start_price: i64,
    /// The clock, unless a lot is started with one of its own.
    pub clock: LotClock,
    /// By how much bids rise.
    pub steps: Steps,
}

impl AuctionRules {
    /// The usual clock and steps.
    pub fn usual(start_price: i64, currency: Currency) -> Self {
        Self { start_price, clock: LotClock::default(), steps: Steps::usual(currency) }
    }

    /// Whether they can be gone by.
    ///
    /// # Errors
    /// `auction-price`, `lot-clock`, `auction-steps`.
    pub fn check(&self) -> Result<(), StudioError> {
        checked(self.start_price, "auction-price", "the start price")?;
        self.clock.check()?;
        self.steps.check()
    }
}
