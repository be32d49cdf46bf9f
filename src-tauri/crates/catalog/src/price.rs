//! Price history, and the lowest price of the last thirty days.
//!
//! A crossed-out price must be the lowest one of the thirty days before the reduction (directive
//! 98/6/EC, Article 6a, as changed by directive 2019/2161).

use serde::Serialize;

use crate::catalog::{Catalog, currency, now};
use crate::error::CatalogError;
use crate::money::Money;
use crate::product::VariantId;

/// The span that counts, in milliseconds.
const THIRTY_DAYS: i64 = 30 * 24 * 3600 * 1000;

/// A price a variant had from a moment on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PriceChange {
    /// From when on, milliseconds since 1970 UTC.
    pub at: i64,
    /// The price; `None`: it had none any more.
    pub price: Option<Money>,
    /// The item of a show whose price it is; `None`: the catalogue's.
    pub item: Option<i64>,
    /// What changed it: `import shop.csv`, `edit` …
    pub source: String,
}

impl Catalog {
    /// Every price a variant had, newest first, at most `most`.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn price_history(
        &self,
        variant: VariantId,
        most: i64,
    ) -> Result<Vec<PriceChange>, CatalogError> {
        let rows = sqlx::query!(
            "SELECT at, price, currency, item_id, source FROM price_change
             WHERE variant_id = ? ORDER BY at DESC, id DESC LIMIT ?",
            variant.0,
            most
        )
        .fetch_all(self.readers())
        .await?;
        rows.into_iter()
            .map(|r| {
                let of = currency(&r.currency)?;
                Ok(PriceChange {
                    at: r.at,
                    price: r.price.map(|minor| Money { minor, currency: of }),
                    item: r.item_id,
                    source: r.source,
                })
            })
            .collect()
    }

    /// The lowest price a variant had at any moment of the thirty days before `before` (now, if `None`):
    /// the changes within them, and the price that held when they began. Show prices count while they
    /// were the newest. `None` if it had no price.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn lowest_of_30_days(
        &self,
        variant: VariantId,
        before: Option<i64>,
    ) -> Result<Option<Money>, CatalogError> {
        let to = before.unwrap_or_else(now);
        let from = to - THIRTY_DAYS;
        let row = sqlx::query!(
            r#"SELECT min(price) AS "price: i64", max(currency) AS "currency: String" FROM (
                 SELECT price, currency FROM price_change
                 WHERE variant_id = ?1 AND price IS NOT NULL AND at >= ?2 AND at < ?3
                 UNION ALL
                 SELECT price, currency FROM (
                   SELECT price, currency FROM price_change
                   WHERE variant_id = ?1 AND at < ?2 ORDER BY at DESC, id DESC LIMIT 1
                 ) WHERE price IS NOT NULL
               )"#,
            variant.0,
            from,
            to
        )
        .fetch_one(self.readers())
        .await?;
        let (Some(minor), Some(code)) = (row.price, row.currency) else { return Ok(None) };
        Ok(Some(Money { minor, currency: currency(&code)? }))
    }
}
