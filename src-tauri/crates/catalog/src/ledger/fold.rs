//! Claims from their events.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use super::{Claim, ClaimState, EventKind, LedgerEvent};
use crate::error::CatalogError;

impl EventKind {
    /// As it is kept.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Waitlisted => "waitlisted",
            Self::Sold => "sold",
            Self::Undone => "undone",
        }
    }

    const fn state(self) -> ClaimState {
        match self {
            Self::Claimed => ClaimState::Claimed,
            Self::Confirmed => ClaimState::Confirmed,
            Self::Cancelled => ClaimState::Cancelled,
            Self::Waitlisted => ClaimState::Waitlisted,
            Self::Sold => ClaimState::Sold,
            Self::Undone => ClaimState::Void,
        }
    }
}

impl FromStr for EventKind {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self, CatalogError> {
        [
            Self::Claimed,
            Self::Confirmed,
            Self::Cancelled,
            Self::Waitlisted,
            Self::Sold,
            Self::Undone,
        ]
        .into_iter()
        .find(|k| k.name() == text)
        .ok_or_else(|| CatalogError::Internal(format!("“{text}” is kept as a ledger event")))
    }
}

/// An event of the columns of a row.
macro_rules! ledger_event {
    ($row:expr) => {{
        let row = $row;
        crate::ledger::LedgerEvent {
            id: row.id,
            event_id: row.event_id,
            at: row.at,
            kind: row.kind.parse()?,
            claim: row.claim,
            show: crate::show::ShowId(row.show_id),
            item: crate::item::ItemId(row.item_id),
            variant: row.variant_id.map(crate::product::VariantId),
            quantity: row.quantity,
            price: crate::ledger::money(row.price, row.currency.as_deref())?,
            buyer: row.buyer,
            platform: row.platform,
            text: row.text,
            undoes: row.undoes,
        }
    }};
}
pub(crate) use ledger_event;

/// The claims that events make, oldest first. The events must be all of each claim, in order.
pub(crate) fn fold(events: &[LedgerEvent]) -> Vec<Claim> {
    let undone: HashSet<i64> = events.iter().filter_map(|e| e.undoes).collect();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut claims: Vec<Claim> = Vec::new();
    for event in events.iter().filter(|e| e.kind != EventKind::Undone) {
        let place = *places.entry(&event.claim).or_insert_with(|| {
            claims.push(Claim {
                id: event.claim.clone(),
                show: event.show,
                item: event.item,
                variant: event.variant,
                quantity: event.quantity,
                state: ClaimState::Void,
                price: None,
                buyer: event.buyer.clone(),
                platform: event.platform.clone(),
                text: event.text.clone(),
                at: event.at,
                events: Vec::new(),
                order: event.id,
            });
            claims.len() - 1
        });
        if undone.contains(&event.id) {
            continue;
        }
        let claim = &mut claims[place];
        claim.state = event.kind.state();
        claim.price = event.price.or(claim.price);
        claim.events.push(event.event_id.clone());
    }
    claims
}
