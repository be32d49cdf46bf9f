//! A flash sale: one item at its price for a short time, or for a number of pieces, whichever is over first.
//!
//! It ends by itself, once, with a reason: exactly at [`FlashSale::ends`] (a claim at that very time is
//! late), with its last piece, or by the seller's hand. What it took counts pieces; who has them is in the
//! ledger. Times are show time and must not run backwards; amounts are minor units of one currency. An error
//! changes nothing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_graphics::Currency;
use vitrine_media::MediaTime;

use crate::error::StudioError;
use crate::money::{by_code, checked, price, said};
use crate::on_air;

/// Shortest flash sale.
pub const SHORTEST_FLASH: MediaTime = MediaTime::from_secs(1);
/// Longest flash sale.
pub const LONGEST_FLASH: MediaTime = MediaTime::from_secs(24 * 60 * 60);

/// Why a flash sale ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum FlashReason {
    /// Its time was up.
    Time,
    /// All its pieces were taken.
    SoldOut,
    /// The seller ended it.
    Seller,
}

impl FlashReason {
    /// As it is written in events: `time`, `sold-out`, `seller`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::SoldOut => "sold-out",
            Self::Seller => "seller",
        }
    }
}

/// How a flash sale ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FlashEnd {
    /// Why.
    pub reason: FlashReason,
    /// Show time, nanoseconds.
    #[ts(type = "number")]
    pub at: MediaTime,
    /// Pieces taken until then.
    pub taken: u32,
}

/// What a flash sale offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlashOffer {
    /// Its price, minor units; 0 or more.
    pub price: i64,
    /// The usual price, crossed out, minor units; above `price`.
    pub compare_at: Option<i64>,
    /// For so many pieces, 1 or more; `None`: as many as there are.
    pub quantity: Option<u32>,
    /// The currency of both prices.
    pub currency: Currency,
}

/// A flash sale. One thread at a time; nothing here waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct FlashSale {
    #[ts(type = "number")]
    price: i64,
    #[ts(type = "number | null")]
    compare_at: Option<i64>,
    quantity: Option<u32>,
    taken: u32,
    #[serde(with = "by_code")]
    #[ts(type = "string")]
    currency: Currency,
    #[ts(type = "number")]
    starts: MediaTime,
    #[ts(type = "number")]
    ends: MediaTime,
    end: Option<FlashEnd>,
}

impl FlashSale {
    /// A sale from `starts` for `length` (1 s to 24 h).
    ///
    /// # Errors
    /// `flash-price`: out of range, or the crossed-out price is not above it. `flash-length`: out of
    /// range. `flash-quantity`: no piece.
    pub fn new(
        offer: FlashOffer,
        starts: MediaTime,
        length: MediaTime,
    ) -> Result<Self, StudioError> {
        let FlashOffer { price, compare_at, quantity, currency } = offer;
        checked(price, "flash-price", "the price of the flash sale")?;
        if let Some(before) = compare_at {
            checked(before, "flash-price", "the crossed-out price")?;
            if before <= price {
                let (now, before) = (said(price, currency), said(before, currency));
                let message = format!("the flash price of {now} is not below {before}");
                return Err(StudioError::input("flash-price", message)
                    .remedy("choose a lower price, or cross none out"));
            }
        }
        if !(SHORTEST_FLASH..=LONGEST_FLASH).contains(&length) {
            return Err(StudioError::input(
                "flash-length",
                "the flash sale's time is out of range",
            )
            .remedy("choose 1 second to 24 hours"));
        }
        if quantity == Some(0) {
            return Err(StudioError::input("flash-quantity", "the flash sale is for no piece")
                .remedy("choose one piece or more, or leave the number out"));
        }
        let ends = starts + length;
        Ok(Self { price, compare_at, quantity, taken: 0, currency, starts, ends, end: None })
    }

    /// Its price, minor units.
    pub fn price(&self) -> i64 {
        self.price
    }

    /// The crossed-out price, minor units.
    pub fn compare_at(&self) -> Option<i64> {
        self.compare_at
    }

    /// Show time at which it begins.
    pub fn starts(&self) -> MediaTime {
        self.starts
    }

    /// Show time at which it is over, if its pieces last.
    pub fn ends(&self) -> MediaTime {
        self.ends
    }

    /// Pieces taken.
    pub fn taken(&self) -> u32 {
        self.taken
    }

    /// Pieces left of those it is for.
    pub fn left(&self) -> Option<u32> {
        self.quantity.map(|q| q.saturating_sub(self.taken))
    }

    /// How it ended, as far as anybody has looked ([`FlashSale::tick`]).
    pub fn end(&self) -> Option<FlashEnd> {
        self.end
    }

    /// Whether its price holds at `now`.
    pub fn is_running(&self, now: MediaTime) -> bool {
        self.end.is_none() && (self.starts..self.ends).contains(&now)
    }

    /// Takes pieces; with the last one the sale ends, which is told here and nowhere else.
    ///
    /// # Errors
    /// `flash-not-started`, `flash-over`, `flash-quantity`: no piece asked for. `flash-short`: fewer are
    /// left than asked for.
    pub fn claim(&mut self, pieces: u32, now: MediaTime) -> Result<Option<FlashEnd>, StudioError> {
        self.refuse_idle(now)?;
        if pieces == 0 {
            return Err(no_piece());
        }
        if let Some(left) = self.left().filter(|left| pieces > *left) {
            let message = format!("the flash sale has {left} left, not {pieces}");
            return Err(StudioError::input("flash-short", message)
                .remedy(format!("claim {left} or fewer, or sell the rest at the usual price")));
        }
        self.taken = self.taken.saturating_add(pieces);
        Ok((self.left() == Some(0)).then(|| self.finish(FlashReason::SoldOut, now)))
    }

    /// Gives pieces of a claim back that was taken back, as long as the sale runs. One that is over stays
    /// over.
    ///
    /// # Errors
    /// `flash-not-started`, `flash-over`, `flash-quantity`: none, or more than were taken.
    pub fn give_back(&mut self, pieces: u32, now: MediaTime) -> Result<(), StudioError> {
        self.refuse_idle(now)?;
        if pieces == 0 {
            return Err(no_piece());
        }
        let Some(taken) = self.taken.checked_sub(pieces) else {
            let message = format!("the flash sale has sold {}, not {pieces}", self.taken);
            return Err(StudioError::input("flash-quantity", message)
                .remedy("give back no more than was taken"));
        };
        self.taken = taken;
        Ok(())
    }

    /// Ends it before its time.
    ///
    /// # Errors
    /// `flash-over`: it is over already.
    pub fn stop(&mut self, now: MediaTime) -> Result<FlashEnd, StudioError> {
        if self.end.is_some() || now >= self.ends {
            return Err(over());
        }
        Ok(self.finish(FlashReason::Seller, now))
    }

    /// Ends it if its time is up, and tells so that one time.
    pub fn tick(&mut self, now: MediaTime) -> Option<FlashEnd> {
        (self.end.is_none() && now >= self.ends).then(|| self.finish(FlashReason::Time, self.ends))
    }

    /// After an interruption: a sale that is not over gets the time it had left, as its times move by `by`.
    pub fn shift(&mut self, by: MediaTime) {
        if self.end.is_none() {
            self.starts += by;
            self.ends += by;
        }
    }

    /// What viewers see at `now`; nothing before its start and after its end.
    pub fn view(&self, now: MediaTime) -> Option<on_air::FlashSale> {
        self.is_running(now).then(|| on_air::FlashSale {
            price: price(self.price, self.currency),
            compare_at: self.compare_at.map(|p| price(p, self.currency)),
            ends: self.ends,
            left: self.left(),
        })
    }

    fn finish(&mut self, reason: FlashReason, at: MediaTime) -> FlashEnd {
        *self.end.insert(FlashEnd { reason, at, taken: self.taken })
    }

    fn refuse_idle(&self, now: MediaTime) -> Result<(), StudioError> {
        if self.end.is_some() || now >= self.ends {
            return Err(over());
        }
        if now < self.starts {
            return Err(StudioError::input("flash-not-started", "the flash sale has not begun")
                .remedy("wait for its start"));
        }
        Ok(())
    }
}

fn over() -> StudioError {
    StudioError::input("flash-over", "the flash sale is over")
        .remedy("sell at the usual price, or start another")
}

fn no_piece() -> StudioError {
    StudioError::input("flash-quantity", "no piece was asked for").remedy("choose one or more")
}
