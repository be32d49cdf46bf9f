//! The pieces of a variant, worked out by queries over its events.

use sqlx::SqliteConnection;

use super::{Claim, ClaimState, LedgerEvent, Stock, fold, ledger_event};
use crate::error::CatalogError;
use crate::product::VariantId;

/// The pieces of a variant over all shows that are not over. The last event of a claim that was not taken back
/// says where it stands.
pub(super) async fn stock(
    connection: &mut SqliteConnection,
    variant: VariantId,
) -> Result<Stock, CatalogError> {
    let counted = counted(&mut *connection, variant).await?;
    let rows = sqlx::query!(
        r#"SELECT state AS "state!: String", sum(quantity) AS "pieces!: i64" FROM (
             SELECT l.kind AS state, l.quantity AS quantity, max(l.id)
             FROM ledger l JOIN show s ON s.id = l.show_id
             WHERE l.variant_id = ?1 AND s.state <> 'ended' AND l.kind <> 'undone'
               AND l.id NOT IN (SELECT undoes FROM ledger WHERE variant_id = ?1 AND undoes IS NOT NULL)
             GROUP BY l.claim
           ) GROUP BY state"#,
        variant.0
    )
    .fetch_all(connection)
    .await?;
    let mut stock = Stock { counted, ..Stock::default() };
    for row in rows {
        match row.state.as_str() {
            "confirmed" | "sold" => stock.taken += row.pieces,
            "claimed" => stock.claimed += row.pieces,
            "waitlisted" => stock.waitlisted += row.pieces,
            _ => {}
        }
    }
    Ok(stock)
}

/// The number a variant has in the catalogue.
pub(super) async fn counted(
    connection: &mut SqliteConnection,
    variant: VariantId,
) -> Result<Option<i64>, CatalogError> {
    sqlx::query_scalar!("SELECT stock FROM variant WHERE id = ?", variant.0)
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| CatalogError::Missing { kind: "variant", id: variant.0.to_string() })
}

/// The events of a variant in all shows that are not over.
pub(super) async fn events(
    connection: &mut SqliteConnection,
    variant: VariantId,
) -> Result<Vec<LedgerEvent>, CatalogError> {
    let rows = sqlx::query!(
        "SELECT l.* FROM ledger l JOIN show s ON s.id = l.show_id
         WHERE l.variant_id = ? AND s.state <> 'ended' ORDER BY l.id",
        variant.0
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok(ledger_event!(row))).collect()
}

/// Those who wait for a variant, first in line first.
pub(super) async fn line(
    connection: &mut SqliteConnection,
    variant: VariantId,
) -> Result<Vec<Claim>, CatalogError> {
    let mut claims = fold(&events(connection, variant).await?);
    claims.retain(|c| c.state == ClaimState::Waitlisted);
    claims.sort_by_key(|c| c.order);
    Ok(claims)
}
