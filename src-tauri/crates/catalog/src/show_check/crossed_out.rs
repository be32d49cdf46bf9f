//! Crossed-out prices against the lowest price of the thirty days before the reduction (directive
//! 98/6/EC, Article 6a).

use super::{Findings, Severity};
use crate::catalog::{Catalog, now};
use crate::error::CatalogError;
use crate::money::Money;
use crate::product::VariantId;
use crate::rundown::{Entry, Rundown};

const THIRTY_DAYS: i64 = 30 * 24 * 3600 * 1000;

impl Catalog {
    pub(super) async fn crossed_out(
        &self,
        rundown: &Rundown,
        entry: &Entry,
        findings: &mut Findings,
    ) -> Result<(), CatalogError> {
        let (Some(crossed), Some(price)) = (entry.compare_at(), entry.price()) else {
            return Ok(());
        };
        if crossed.minor <= price.minor {
            let text = format!("crosses out {crossed}, which is not more than its price {price}");
            findings.item(
                entry,
                Severity::Error,
                "crossed-out-not-above",
                &text,
                "correct the crossed-out price, or leave it out",
            );
            return Ok(());
        }
        if entry.item.fields.compare_confirmed {
            return Ok(());
        }
        let mut lowest: Option<Money> = None;
        for variant in entry.offered() {
            let from = match entry.item.fields.price {
                // A show price is a reduction that begins with the show; one of the catalogue began when it was set.
                Some(_) => rundown.show.fields.planned_start.unwrap_or_else(now).max(now()),
                None => self.price_since(variant.id).await?.unwrap_or_else(now),
            };
            let low = self.lowest_before(variant.id, from).await?;
            lowest = match (lowest, low) {
                (Some(a), Some(b)) => Some(if a.minor <= b { a } else { Money { minor: b, ..a } }),
                (None, Some(minor)) => Some(Money { minor, currency: crossed.currency }),
                (known, None) => known,
            };
        }
        match lowest {
            Some(low) if crossed.minor > low.minor => {
                let text = format!(
                    "crosses out {crossed}, but its lowest price of the 30 days before was {low}"
                );
                findings.item(
                    entry,
                    Severity::Warning,
                    "crossed-out-above-low",
                    &text,
                    "cross out the lowest price, or confirm that this one may be shown",
                );
            }
            None => {
                let text =
                    format!("crosses out {crossed}, but no price of the 30 days before is known");
                findings.item(
                    entry,
                    Severity::Warning,
                    "crossed-out-unknown",
                    &text,
                    "confirm that this price may be shown, or leave it out",
                );
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Whether the crossed-out price of an entry may be shown: it is above the price, and either the seller has
    /// confirmed it or it is no more than the lowest price of the thirty days before `began` (when the reduction
    /// began, milliseconds since 1970 UTC: for a show price the show's beginning).
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn may_cross_out(&self, entry: &Entry, began: i64) -> Result<bool, CatalogError> {
        let (Some(crossed), Some(price)) = (entry.compare_at(), entry.price()) else {
            return Ok(false);
        };
        if crossed.minor <= price.minor {
            return Ok(false);
        }
        if entry.item.fields.compare_confirmed {
            return Ok(true);
        }
        let mut lowest: Option<i64> = None;
        for variant in entry.offered() {
            let from = match entry.item.fields.price {
                Some(_) => began,
                None => self.price_since(variant.id).await?.unwrap_or(began),
            };
            let low = self.lowest_before(variant.id, from).await?;
            lowest = lowest.into_iter().chain(low).min();
        }
        Ok(lowest.is_some_and(|low| crossed.minor <= low))
    }

    /// Since when a variant has its present price in the catalogue.
    async fn price_since(&self, variant: VariantId) -> Result<Option<i64>, CatalogError> {
        let at = sqlx::query_scalar!(
            r#"SELECT max(at) AS "at: i64" FROM price_change WHERE variant_id = ? AND item_id IS NULL"#,
            variant.0
        )
        .fetch_one(self.readers())
        .await?;
        Ok(at)
    }

    /// The lowest price in the thirty days before `to`: the catalogue's, the one that held when they began, and
    /// those of shows that were on air. A price that was only planned was never anybody's.
    async fn lowest_before(
        &self,
        variant: VariantId,
        to: i64,
    ) -> Result<Option<i64>, CatalogError> {
        let from = to.saturating_sub(THIRTY_DAYS);
        let low = sqlx::query_scalar!(
            r#"SELECT min(price) AS "price: i64" FROM (
                 SELECT c.price FROM price_change c
                 LEFT JOIN item i ON i.id = c.item_id LEFT JOIN show s ON s.id = i.show_id
                 WHERE c.variant_id = ?1 AND c.price IS NOT NULL AND c.at >= ?2 AND c.at < ?3
                   AND (c.item_id IS NULL OR s.state IN ('live', 'ended')
                        OR EXISTS (SELECT 1 FROM ledger l WHERE l.variant_id = c.variant_id AND l.item_id = c.item_id AND l.platform <> 'rehearsal'))
                 UNION ALL
                 SELECT price FROM (
                   SELECT price FROM price_change
                   WHERE variant_id = ?1 AND item_id IS NULL AND at < ?2 ORDER BY at DESC, id DESC LIMIT 1
                 ) WHERE price IS NOT NULL
               )"#,
            variant.0,
            from,
            to
        )
        .fetch_one(self.readers())
        .await?;
        Ok(low)
    }
}
