//! What was claimed and sold: events that are only ever added. Stock, waitlists and totals are worked out
//! from them and kept nowhere, so that they cannot disagree.
//!
//! A claim goes `claimed → confirmed → sold`, or waits (`waitlisted`) until somebody before it cancels.
//! A claim that is not waiting holds its pieces. Taking an event back is an event too.
//!
//! The catalogue's stock is what is there before a show; while a show runs, its ledger is counted against
//! it. When the show ends, what was confirmed and sold is taken off the stock and its ledger counts no more.
//! What was claimed in a rehearsal is taken back when the rehearsal is left.

mod fold;
mod look;
mod pieces;
mod record;

use serde::{Deserialize, Serialize};

pub(crate) use self::fold::{fold, ledger_event};
use crate::catalog::{Catalog, currency};
use crate::error::CatalogError;
use crate::item::ItemId;
use crate::money::Money;
use crate::product::VariantId;
use crate::show::ShowId;

/// The platform that claims of a rehearsal are kept under.
pub const REHEARSAL: &str = "rehearsal";

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// Somebody wants it, and there is enough; also: moved up from the waitlist.
    Claimed,
    /// The seller said yes.
    Confirmed,
    /// It was given up, or sent back.
    Cancelled,
    /// Somebody wants it, but there is not enough.
    Waitlisted,
    /// It is paid.
    Sold,
    /// Another event was taken back.
    Undone,
}

/// An event as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LedgerEvent {
    /// Its number; events are in the order of their numbers.
    pub id: i64,
    /// The name its maker gave it; there is one event of a name.
    pub event_id: String,
    /// When, milliseconds since 1970 UTC.
    pub at: i64,
    /// What happened.
    pub kind: EventKind,
    /// The claim it belongs to: the name of the claim's first event.
    pub claim: String,
    /// The show.
    pub show: ShowId,
    /// The item; it may be gone from the show meanwhile.
    pub item: ItemId,
    /// The variant; it may be gone from the catalogue meanwhile.
    pub variant: Option<VariantId>,
    /// Pieces, 1 to 10,000.
    pub quantity: i64,
    /// Price of one piece, if known.
    pub price: Option<Money>,
    /// Who.
    pub buyer: String,
    /// Where they wrote.
    pub platform: String,
    /// What they wrote.
    pub text: String,
    /// The number of the event that was taken back.
    pub undoes: Option<i64>,
}

/// A claim to be recorded.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewClaim {
    /// The event's name, made by the caller and its own for ever, 1 to 200 characters: the same name told
    /// twice counts once.
    pub event_id: String,
    /// The show.
    pub show: ShowId,
    /// The item.
    pub item: ItemId,
    /// The variant; `None`: the only one there is.
    #[serde(default)]
    pub variant: Option<VariantId>,
    /// Pieces, 1 to 10,000.
    pub quantity: i64,
    /// Who.
    #[serde(default)]
    pub buyer: String,
    /// Where they wrote.
    #[serde(default)]
    pub platform: String,
    /// What they wrote; cut at 2,000 characters.
    #[serde(default)]
    pub text: String,
}

/// Where a claim stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimState {
    /// It holds its pieces.
    Claimed,
    /// It waits for pieces.
    Waitlisted,
    /// The seller said yes; it holds its pieces.
    Confirmed,
    /// Paid; it holds its pieces.
    Sold,
    /// Given up.
    Cancelled,
    /// All of it was taken back: as if it had never been.
    Void,
}

/// A claim, as its events make it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Claim {
    /// Its name: that of its first event.
    pub id: String,
    /// The show.
    pub show: ShowId,
    /// The item.
    pub item: ItemId,
    /// The variant.
    pub variant: Option<VariantId>,
    /// Pieces.
    pub quantity: i64,
    /// Where it stands.
    pub state: ClaimState,
    /// Price of one piece, as last told.
    pub price: Option<Money>,
    /// Who.
    pub buyer: String,
    /// Where they wrote.
    pub platform: String,
    /// What they wrote.
    pub text: String,
    /// When it began, milliseconds since 1970 UTC.
    pub at: i64,
    /// Names of its events that count, oldest first; the last one can be taken back.
    pub events: Vec<String>,
    /// Its place among those that wait or waited: smaller is earlier.
    pub(crate) order: i64,
}

/// Pieces of a variant over all shows that are not over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Stock {
    /// Pieces in the catalogue; `None`: not counted, so there is always enough.
    pub counted: Option<i64>,
    /// Confirmed and sold.
    pub taken: i64,
    /// Claimed, not yet confirmed.
    pub claimed: i64,
    /// Waited for.
    pub waitlisted: i64,
}

impl Stock {
    /// Pieces not confirmed or sold, at least 0.
    pub fn left(&self) -> Option<i64> {
        self.counted.map(|n| (n - self.taken).max(0))
    }

    /// Pieces nobody has claimed, at least 0.
    pub fn free(&self) -> Option<i64> {
        self.counted.map(|n| (n - self.taken - self.claimed).max(0))
    }

    /// Whether `quantity` more can be claimed.
    pub fn has(&self, quantity: i64) -> bool {
        self.counted.is_none_or(|n| n - self.taken - self.claimed >= quantity)
    }

    pub(crate) fn of(counted: Option<i64>, claims: &[Claim]) -> Self {
        let pieces = |states: &[ClaimState]| {
            claims.iter().filter(|c| states.contains(&c.state)).map(|c| c.quantity).sum()
        };
        Self {
            counted,
            taken: pieces(&[ClaimState::Confirmed, ClaimState::Sold]),
            claimed: pieces(&[ClaimState::Claimed]),
            waitlisted: pieces(&[ClaimState::Waitlisted]),
        }
    }
}

/// Sums of an item or a show. Claims taken back are not in it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Totals {
    /// Claims of any state.
    pub claims: i64,
    /// Claims that were cancelled.
    pub cancelled: i64,
    /// Pieces claimed and not yet confirmed.
    pub claimed: i64,
    /// Pieces confirmed and not yet paid.
    pub confirmed: i64,
    /// Pieces waited for.
    pub waitlisted: i64,
    /// Pieces paid.
    pub sold: i64,
    /// What was paid, one amount a currency.
    pub revenue: Vec<Money>,
}

impl Totals {
    fn add(&mut self, claim: &Claim) {
        if claim.state == ClaimState::Void {
            return;
        }
        self.claims += 1;
        match claim.state {
            ClaimState::Claimed => self.claimed += claim.quantity,
            ClaimState::Confirmed => self.confirmed += claim.quantity,
            ClaimState::Waitlisted => self.waitlisted += claim.quantity,
            ClaimState::Cancelled => self.cancelled += 1,
            ClaimState::Sold => {
                self.sold += claim.quantity;
                let Some(price) = claim.price else { return };
                let paid = price.minor.saturating_mul(claim.quantity);
                match self.revenue.iter_mut().find(|m| m.currency == price.currency) {
                    Some(sum) => sum.minor = sum.minor.saturating_add(paid),
                    None => self.revenue.push(Money { minor: paid, currency: price.currency }),
                }
            }
            ClaimState::Void => {}
        }
    }

    /// The sums of some claims.
    pub fn of<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> Self {
        let mut totals = Self::default();
        claims.into_iter().for_each(|c| totals.add(c));
        totals
    }
}

impl Catalog {
    /// The claims of a show, oldest first, with those taken back.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn claims(&self, show: ShowId) -> Result<Vec<Claim>, CatalogError> {
        let rows = sqlx::query!("SELECT * FROM ledger WHERE show_id = ? ORDER BY id", show.0)
            .fetch_all(self.readers())
            .await?;
        let events: Result<Vec<LedgerEvent>, CatalogError> =
            rows.into_iter().map(|row| Ok(ledger_event!(row))).collect();
        Ok(fold(&events?))
    }

    /// The events of a show behind event number `after`, oldest first, at most `most`.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn ledger(
        &self,
        show: ShowId,
        after: i64,
        most: i64,
    ) -> Result<Vec<LedgerEvent>, CatalogError> {
        let rows = sqlx::query!(
            "SELECT * FROM ledger WHERE show_id = ? AND id > ? ORDER BY id LIMIT ?",
            show.0,
            after,
            most
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter().map(|row| Ok(ledger_event!(row))).collect()
    }

    /// The pieces of a variant.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is none of this number.
    pub async fn stock(&self, variant: VariantId) -> Result<Stock, CatalogError> {
        let mut connection = self.readers().acquire().await?;
        pieces::stock(&mut connection, variant).await
    }

    /// Who waits for a variant, first in line first, over all shows that are not over.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is none of this number.
    pub async fn waitlist(&self, variant: VariantId) -> Result<Vec<Claim>, CatalogError> {
        let mut connection = self.readers().acquire().await?;
        pieces::counted(&mut connection, variant).await?;
        pieces::line(&mut connection, variant).await
    }

    /// The sums of a show and of each of its items that was claimed.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn totals(
        &self,
        show: ShowId,
    ) -> Result<(Totals, Vec<(ItemId, Totals)>), CatalogError> {
        let claims = self.claims(show).await?;
        let mut items: Vec<(ItemId, Totals)> = Vec::new();
        for claim in &claims {
            match items.iter_mut().find(|(id, _)| *id == claim.item) {
                Some((_, totals)) => totals.add(claim),
                None => items.push((claim.item, Totals::of([claim]))),
            }
        }
        items.retain(|(_, t)| t.claims > 0);
        Ok((Totals::of(&claims), items))
    }
}

/// A column pair as money.
fn money(minor: Option<i64>, code: Option<&str>) -> Result<Option<Money>, CatalogError> {
    match (minor, code) {
        (Some(minor), Some(code)) => Ok(Some(Money { minor, currency: currency(code)? })),
        _ => Ok(None),
    }
}
