//! Adding, changing, moving and removing items; codes that are given by themselves.

use std::collections::BTreeSet;

use super::{ItemId, ItemKind, NO_CODE, NewItem};
use crate::code::{self, CodeStyle};
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::product::{found, json};
use crate::show::ShowId;

impl Edit {
    /// Adds an item behind a show's others.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], [`Invalid`](CatalogError::Invalid) or [`Taken`](CatalogError::Taken),
    /// naming the field.
    pub async fn add_item(&mut self, show: ShowId, item: &NewItem) -> Result<ItemId, CatalogError> {
        let ids = self.add_each(show, std::slice::from_ref(item)).await?;
        ids.first().copied().ok_or_else(|| CatalogError::Internal("no item was added".to_owned()))
    }

    /// Adds `count` auctions of one lot each, all like `template`, with codes of their own: “TITLE 1”,
    /// “TITLE 2” … if the template has a title.
    ///
    /// # Errors
    /// As for [`add_item`](Self::add_item), and if `count` is not 1 to 2000 or the template no auction.
    pub async fn add_lots(
        &mut self,
        show: ShowId,
        template: &NewItem,
        count: usize,
    ) -> Result<Vec<ItemId>, CatalogError> {
        if !(1..=2000).contains(&count) {
            return Err(CatalogError::Invalid(format!(
                "{count} lots cannot be added; take 1 to 2000"
            )));
        }
        if template.kind != ItemKind::Auction {
            return Err(CatalogError::Invalid(
                "lots are made from an auction; make the template one".to_owned(),
            ));
        }
        let lot = |n: usize| {
            let title = template.title.trim();
            let title = if title.is_empty() { String::new() } else { format!("{title} {n}") };
            NewItem { title, lots: 1, claim_code: None, ..template.clone() }
        };
        let lots: Vec<NewItem> = (1..=count).map(lot).collect();
        self.add_each(show, &lots).await
    }

    async fn add_each(
        &mut self,
        show: ShowId,
        items: &[NewItem],
    ) -> Result<Vec<ItemId>, CatalogError> {
        let known =
            sqlx::query_scalar!(r#"SELECT count(*) AS "n!: i64" FROM show WHERE id = ?"#, show.0)
                .fetch_one(self.connection())
                .await?;
        found(u64::from(known > 0), "show", show.0)?;
        let mut taken = self.codes(show).await?;
        let style = code::style_of(&viewers(&taken), taken.len() + items.len());
        let end = taken.len() as i64;
        let mut ids = Vec::with_capacity(items.len());
        for (position, item) in (end..).zip(items) {
            item.check()?;
            self.check_variant(item).await?;
            let code = match &item.claim_code {
                Some(code) => own(code, &taken)?,
                None => given(item.kind, style, &taken)?,
            };
            let columns = Columns::of(item)?;
            let f = item;
            let (product, variant) = (f.product.map(|p| p.0), f.variant.map(|v| v.0));
            let made = sqlx::query!(
                "INSERT INTO item (show_id, position, kind, product_id, variant_id, title, minutes, price, compare_at, compare_confirmed,
                   promo_code, promo_text, promo_percent, promo_amount, promo_ends, talking_points, claim_code, scene, lots, start_price)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                show.0, position, columns.kind, product, variant, f.title, f.minutes, f.price, f.compare_at, f.compare_confirmed,
                columns.promo_code, columns.promo_text, columns.promo_percent, columns.promo_amount, columns.promo_ends,
                columns.points, code, f.scene, f.lots, f.start_price
            )
            .execute(self.connection())
            .await?;
            taken.insert(code);
            ids.push(ItemId(made.last_insert_rowid()));
        }
        Ok(ids)
    }

    /// Replaces what an item says of itself. Without a claim code it keeps the one it has.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], [`Invalid`](CatalogError::Invalid) or [`Taken`](CatalogError::Taken).
    pub async fn set_item(&mut self, id: ItemId, item: &NewItem) -> Result<(), CatalogError> {
        item.check()?;
        let row = sqlx::query!("SELECT show_id, claim_code FROM item WHERE id = ?", id.0)
            .fetch_optional(self.connection())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "item", id: id.to_string() })?;
        self.check_variant(item).await?;
        let mut taken = self.codes(ShowId(row.show_id)).await?;
        let was_talk = row.claim_code.starts_with(NO_CODE);
        let code = match &item.claim_code {
            Some(code) => {
                taken.remove(&row.claim_code);
                own(code, &taken)?
            }
            None if was_talk == (item.kind == ItemKind::Talk) => row.claim_code,
            None => given(item.kind, code::style_of(&viewers(&taken), taken.len()), &taken)?,
        };
        let columns = Columns::of(item)?;
        let f = item;
        let (product, variant) = (f.product.map(|p| p.0), f.variant.map(|v| v.0));
        let done = sqlx::query!(
            "UPDATE item SET kind = ?, product_id = ?, variant_id = ?, title = ?, minutes = ?, price = ?, compare_at = ?, compare_confirmed = ?,
               promo_code = ?, promo_text = ?, promo_percent = ?, promo_amount = ?, promo_ends = ?, talking_points = ?, claim_code = ?,
               scene = ?, lots = ?, start_price = ? WHERE id = ?",
            columns.kind, product, variant, f.title, f.minutes, f.price, f.compare_at, f.compare_confirmed,
            columns.promo_code, columns.promo_text, columns.promo_percent, columns.promo_amount, columns.promo_ends,
            columns.points, code, f.scene, f.lots, f.start_price, id.0
        )
        .execute(self.connection())
        .await?;
        found(done.rows_affected(), "item", id.0)
    }

    /// Takes an item out of its show; those behind it move up.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid) if something was claimed in it and not
    /// all of that was taken back.
    pub async fn remove_item(&mut self, id: ItemId) -> Result<(), CatalogError> {
        let (show, position) = self.place_of(id).await?;
        sqlx::query!("DELETE FROM item WHERE id = ?", id.0).execute(self.connection()).await?;
        sqlx::query!(
            "UPDATE item SET position = position - 1 WHERE show_id = ? AND position > ?",
            show,
            position
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Moves an item to a place from 0 on; a place behind the last one means the last. Codes stay.
    ///
    /// # Errors
    /// [`CatalogError::Missing`].
    pub async fn move_item(&mut self, id: ItemId, to: i64) -> Result<(), CatalogError> {
        let (show, from) = self.place_of(id).await?;
        let last = sqlx::query_scalar!(
            r#"SELECT count(*) - 1 AS "n!: i64" FROM item WHERE show_id = ?"#,
            show
        )
        .fetch_one(self.connection())
        .await?;
        let to = to.clamp(0, last.max(0));
        let (step, low, high) = if to < from { (1, to, from - 1) } else { (-1, from + 1, to) };
        if to == from {
            return Ok(());
        }
        sqlx::query!(
            "UPDATE item SET position = position + ? WHERE show_id = ? AND position BETWEEN ? AND ?",
            step, show, low, high
        )
        .execute(self.connection())
        .await?;
        sqlx::query!("UPDATE item SET position = ? WHERE id = ?", to, id.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Gives all items of a show new codes of a style, in their order.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if there are more items than codes.
    pub async fn give_codes(&mut self, show: ShowId, style: CodeStyle) -> Result<(), CatalogError> {
        let rows = sqlx::query!(
            r#"SELECT id AS "id!", kind FROM item WHERE show_id = ? ORDER BY position, id"#,
            show.0
        )
        .fetch_all(self.connection())
        .await?;
        // Out of the way first, so that no new code meets an old one.
        sqlx::query!("UPDATE item SET claim_code = '~' || id WHERE show_id = ?", show.0)
            .execute(self.connection())
            .await?;
        let mut taken = BTreeSet::new();
        for row in rows {
            let code = given(row.kind.parse()?, style, &taken)?;
            sqlx::query!("UPDATE item SET claim_code = ? WHERE id = ?", code, row.id)
                .execute(self.connection())
                .await?;
            taken.insert(code);
        }
        Ok(())
    }

    async fn place_of(&mut self, id: ItemId) -> Result<(i64, i64), CatalogError> {
        let row = sqlx::query!("SELECT show_id, position FROM item WHERE id = ?", id.0)
            .fetch_optional(self.connection())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "item", id: id.to_string() })?;
        Ok((row.show_id, row.position))
    }

    async fn codes(&mut self, show: ShowId) -> Result<BTreeSet<String>, CatalogError> {
        let codes = sqlx::query_scalar!("SELECT claim_code FROM item WHERE show_id = ?", show.0)
            .fetch_all(self.connection())
            .await?;
        Ok(codes.into_iter().collect())
    }

    /// That the product is there and the variant is one of it.
    async fn check_variant(&mut self, item: &NewItem) -> Result<(), CatalogError> {
        let Some(product) = item.product else {
            return match item.variant {
                Some(_) => Err(CatalogError::Invalid(
                    "a variant is named without its product; name both".to_owned(),
                )),
                None => Ok(()),
            };
        };
        let there = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!: i64" FROM product WHERE id = ?"#,
            product.0
        )
        .fetch_one(self.connection())
        .await?;
        found(u64::from(there > 0), "product", product.0)?;
        let Some(variant) = item.variant else { return Ok(()) };
        let of = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!: i64" FROM variant WHERE id = ? AND product_id = ?"#,
            variant.0,
            product.0
        )
        .fetch_one(self.connection())
        .await?;
        if of == 0 {
            let text =
                format!("product {product} has no variant {}; choose one of its own", variant.0);
            return Err(CatalogError::Invalid(text));
        }
        Ok(())
    }
}

/// Codes that viewers type: all but those of talks.
fn viewers(codes: &BTreeSet<String>) -> BTreeSet<String> {
    codes.iter().filter(|c| !c.starts_with(NO_CODE)).cloned().collect()
}

fn own(code: &str, taken: &BTreeSet<String>) -> Result<String, CatalogError> {
    let code = code::checked(code)?;
    if taken.contains(&code) {
        let text =
            format!("another item of this show has the claim code {code} already; choose another");
        return Err(CatalogError::Taken(text));
    }
    Ok(code)
}

fn given(
    kind: ItemKind,
    style: CodeStyle,
    taken: &BTreeSet<String>,
) -> Result<String, CatalogError> {
    let code = if kind == ItemKind::Talk {
        (1..).map(|n| format!("{NO_CODE}{n}")).find(|c| !taken.contains(c))
    } else {
        code::next(style, taken)
    };
    code.ok_or_else(|| {
        CatalogError::Invalid(
            "the show has more items than claim codes; split it into two".to_owned(),
        )
    })
}

/// What is kept otherwise than it is said.
struct Columns<'a> {
    kind: &'static str,
    promo_code: Option<&'a str>,
    promo_text: &'a str,
    promo_percent: Option<i64>,
    promo_amount: Option<i64>,
    promo_ends: Option<i64>,
    points: String,
}

impl<'a> Columns<'a> {
    fn of(item: &'a NewItem) -> Result<Self, CatalogError> {
        let promo = item.promo.as_ref();
        Ok(Self {
            kind: item.kind.name(),
            promo_code: promo.map(|p| p.code.trim()),
            promo_text: promo.map_or("", |p| p.text.as_str()),
            promo_percent: promo.and_then(|p| p.percent),
            promo_amount: promo.and_then(|p| p.amount),
            promo_ends: promo.and_then(|p| p.ends),
            points: json(&item.talking_points)?,
        })
    }
}
