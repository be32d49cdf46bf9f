//! Looking up what the ledger knows, inside a change.

use super::{Claim, EventKind, LedgerEvent, NewClaim, fold, ledger_event};
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::item::{ItemId, ItemKind};
use crate::money::{MAX_MINOR, Money};
use crate::product::VariantId;
use crate::show::{ShowId, ShowState};

/// In the names of events that happen by themselves: behind the name of the event that caused them.
pub(super) const UP: &str = "/up/";

/// What a claim is about, once everything is looked up.
pub(super) struct Wanted {
    pub variant: VariantId,
    pub price: Option<Money>,
    pub rehearsal: bool,
}

impl Edit {
    /// The event of a name, if it was told before; another kind of event under the name is refused.
    pub(super) async fn known(
        &mut self,
        event_id: &str,
        kinds: &[EventKind],
    ) -> Result<Option<LedgerEvent>, CatalogError> {
        if event_id.is_empty() || event_id.chars().count() > 200 || event_id.contains(UP) {
            let text =
                format!("the name of a ledger event has 1 to 200 characters, without “{UP}”");
            return Err(CatalogError::Invalid(text));
        }
        match self.event(event_id).await? {
            Some(e) if !kinds.contains(&e.kind) => Err(taken(event_id)),
            other => Ok(other),
        }
    }

    pub(super) async fn event(
        &mut self,
        event_id: &str,
    ) -> Result<Option<LedgerEvent>, CatalogError> {
        let row = sqlx::query!("SELECT * FROM ledger WHERE event_id = ?", event_id)
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| Ok(ledger_event!(row))).transpose()
    }

    pub(super) async fn claim_of(&mut self, claim: &str) -> Result<Claim, CatalogError> {
        let rows = sqlx::query!("SELECT * FROM ledger WHERE claim = ? ORDER BY id", claim)
            .fetch_all(self.connection())
            .await?;
        let events: Result<Vec<LedgerEvent>, CatalogError> =
            rows.into_iter().map(|row| Ok(ledger_event!(row))).collect();
        let missing = || CatalogError::Missing { kind: "claim", id: claim.to_owned() };
        fold(&events?).into_iter().next().ok_or_else(missing)
    }

    pub(super) async fn claims_in(&mut self, show: ShowId) -> Result<Vec<Claim>, CatalogError> {
        let rows = sqlx::query!("SELECT * FROM ledger WHERE show_id = ? ORDER BY id", show.0)
            .fetch_all(self.connection())
            .await?;
        let events: Result<Vec<LedgerEvent>, CatalogError> =
            rows.into_iter().map(|row| Ok(ledger_event!(row))).collect();
        Ok(fold(&events?))
    }

    /// The state of a show that is not over.
    pub(super) async fn open_show(&mut self, show: ShowId) -> Result<ShowState, CatalogError> {
        let state: ShowState = sqlx::query_scalar!("SELECT state FROM show WHERE id = ?", show.0)
            .fetch_optional(self.connection())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "show", id: show.to_string() })?
            .parse()?;
        if state == ShowState::Ended {
            return Err(CatalogError::Invalid(
                "the show is over and its ledger is closed; correct the stock of the product instead".to_owned(),
            ));
        }
        Ok(state)
    }

    pub(super) async fn price(
        &mut self,
        minor: Option<i64>,
        item: ItemId,
    ) -> Result<Option<Money>, CatalogError> {
        let Some(minor) = minor else { return Ok(None) };
        if !(0..=MAX_MINOR).contains(&minor) {
            return Err(CatalogError::Invalid(
                "the price is below zero or more than can be kept".to_owned(),
            ));
        }
        let code = sqlx::query_scalar!(
            "SELECT p.currency FROM item i JOIN product p ON p.id = i.product_id WHERE i.id = ?",
            item.0
        )
        .fetch_optional(self.connection())
        .await?
        .ok_or_else(|| CatalogError::Missing { kind: "item", id: item.to_string() })?;
        super::money(Some(minor), Some(&code))
    }

    /// Looks up what a claim is about.
    pub(super) async fn wanted(&mut self, new: &NewClaim) -> Result<Wanted, CatalogError> {
        let state = self.open_show(new.show).await?;
        if !(1..=10_000).contains(&new.quantity) {
            return Err(CatalogError::Invalid("a claim is for 1 to 10,000 pieces".to_owned()));
        }
        let item = sqlx::query!(
            r#"SELECT i.kind, i.product_id, i.variant_id, i.price, p.currency AS "currency?"
               FROM item i LEFT JOIN product p ON p.id = i.product_id WHERE i.id = ? AND i.show_id = ?"#,
            new.item.0,
            new.show.0
        )
        .fetch_optional(self.connection())
        .await?
        .ok_or_else(|| CatalogError::Missing { kind: "item", id: new.item.to_string() })?;
        let kind: ItemKind = item.kind.parse()?;
        let (Some(product), true) = (item.product_id, kind != ItemKind::Talk) else {
            return Err(CatalogError::Invalid(
                "nothing can be claimed in a talk; name another item".to_owned(),
            ));
        };
        let offered = sqlx::query!(
            r#"SELECT id AS "id!", price FROM variant WHERE product_id = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY position, id"#,
            product,
            item.variant_id
        )
        .fetch_all(self.connection())
        .await?;
        let variant = match new.variant {
            Some(wanted) => offered.iter().find(|v| v.id == wanted.0),
            None if offered.len() == 1 => offered.first(),
            None => {
                let text = "the item comes in several variants; say which one is wanted".to_owned();
                return Err(CatalogError::Invalid(text));
            }
        };
        let Some(variant) = variant else {
            return Err(CatalogError::Invalid(
                "the item does not offer this variant; name one of its own".to_owned(),
            ));
        };
        let minor = match kind {
            ItemKind::Giveaway => Some(0),
            ItemKind::Auction => item.price,
            _ => item.price.or(variant.price),
        };
        Ok(Wanted {
            variant: VariantId(variant.id),
            price: super::money(minor, item.currency.as_deref())?,
            rehearsal: state == ShowState::Rehearsal,
        })
    }
}

pub(super) fn taken(event_id: &str) -> CatalogError {
    let shown: String = event_id.chars().take(60).collect();
    CatalogError::Taken(format!(
        "the ledger event “{shown}” is something else already; give each event a name of its own"
    ))
}
