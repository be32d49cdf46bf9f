//! Writes products in batches: one statement for hundreds of rows, each batch a JSON list that SQLite
//! takes apart itself. The triggers of the schema run for every row as they do for single changes.

use serde::Serialize;
use sqlx::SqliteConnection;

use crate::error::CatalogError;
use crate::import::fetch::Kept;
use crate::product::{NewVariant, ProductFields, json};

/// id, handle, title, description, brand, category, link, currency, tags, notes.
type ProductRow = (
    i64,
    Option<String>,
    String,
    String,
    String,
    String,
    Option<String>,
    &'static str,
    String,
    String,
);
/// product or variant id, position, options, sku, barcode, price, compare_at, cost, stock.
type VariantRow = (
    i64,
    i64,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

/// variant id, price, compare_at, cost, stock.
type PriceRow = (i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

/// Changes of one batch.
#[derive(Default)]
pub(crate) struct Batch {
    new_products: Vec<ProductRow>,
    changed_products: Vec<ProductRow>,
    new_variants: Vec<VariantRow>,
    changed_variants: Vec<VariantRow>,
    /// Only amounts and stock: the search has nothing to look at.
    repriced: Vec<PriceRow>,
    /// hash, kind, width, height, bytes.
    images: Vec<(String, String, i64, i64, i64)>,
    /// product, position, hash, source.
    product_images: Vec<(i64, i64, String, String)>,
}

fn product_row(id: i64, f: &ProductFields) -> Result<ProductRow, CatalogError> {
    Ok((
        id,
        f.handle.clone(),
        f.title.clone(),
        f.description.clone(),
        f.brand.clone(),
        f.category.clone(),
        f.link.clone(),
        f.currency.code(),
        json(&f.tags)?,
        f.notes.clone(),
    ))
}

fn variant_row(id: i64, position: i64, v: &NewVariant) -> Result<VariantRow, CatalogError> {
    let options = json(&v.options)?;
    Ok((
        id,
        position,
        options,
        v.sku.clone(),
        v.barcode.clone(),
        v.price,
        v.compare_at,
        v.cost,
        v.stock,
    ))
}

impl Batch {
    pub(crate) fn add_product(
        &mut self,
        id: i64,
        fields: &ProductFields,
    ) -> Result<(), CatalogError> {
        self.new_products.push(product_row(id, fields)?);
        Ok(())
    }

    /// Notes are not written.
    pub(crate) fn change_product(
        &mut self,
        id: i64,
        fields: &ProductFields,
    ) -> Result<(), CatalogError> {
        self.changed_products.push(product_row(id, fields)?);
        Ok(())
    }

    pub(crate) fn add_variant(
        &mut self,
        product: i64,
        position: i64,
        v: &NewVariant,
    ) -> Result<(), CatalogError> {
        self.new_variants.push(variant_row(product, position, v)?);
        Ok(())
    }

    pub(crate) fn change_variant(
        &mut self,
        id: i64,
        was: &NewVariant,
        v: &NewVariant,
    ) -> Result<(), CatalogError> {
        if was.options == v.options && was.sku == v.sku && was.barcode == v.barcode {
            self.repriced.push((id, v.price, v.compare_at, v.cost, v.stock));
        } else {
            self.changed_variants.push(variant_row(id, 0, v)?);
        }
        Ok(())
    }

    pub(crate) fn add_picture(
        &mut self,
        product: i64,
        position: i64,
        picture: &Kept,
        source: &str,
    ) {
        let Kept { hash, kind, width, height, bytes } = picture.clone();
        self.product_images.push((product, position, hash.clone(), source.to_owned()));
        self.images.push((hash, kind, width, height, bytes));
    }

    /// Writes everything and empties the batch. `at` is the time of the edit.
    pub(crate) async fn write(
        &mut self,
        connection: &mut SqliteConnection,
        at: i64,
    ) -> Result<(), CatalogError> {
        if let Some(rows) = list(&mut self.changed_products)? {
            sqlx::query!(
                "UPDATE product SET handle = e.value ->> 1, title = e.value ->> 2, description = e.value ->> 3,
                 brand = e.value ->> 4, category = e.value ->> 5, link = e.value ->> 6, currency = e.value ->> 7,
                 tags = e.value ->> 8, archived = 0, updated_at = ?2
                 FROM json_each(?1) AS e WHERE product.id = e.value ->> 0",
                rows,
                at
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(rows) = list(&mut self.new_products)? {
            sqlx::query!(
                "INSERT INTO product (id, handle, title, description, brand, category, link, currency, tags, notes, created_at, updated_at)
                 SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5,
                 e.value ->> 6, e.value ->> 7, e.value ->> 8, e.value ->> 9, ?2, ?2 FROM json_each(?1) AS e",
                rows,
                at
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(rows) = list(&mut self.changed_variants)? {
            sqlx::query!(
                "UPDATE variant SET options = e.value ->> 2, sku = e.value ->> 3, barcode = e.value ->> 4,
                 price = e.value ->> 5, compare_at = e.value ->> 6, cost = e.value ->> 7, stock = e.value ->> 8
                 FROM json_each(?1) AS e WHERE variant.id = e.value ->> 0",
                rows
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(rows) = list(&mut self.repriced)? {
            sqlx::query!(
                "UPDATE variant SET price = e.value ->> 1, compare_at = e.value ->> 2, cost = e.value ->> 3,
                 stock = e.value ->> 4 FROM json_each(?1) AS e WHERE variant.id = e.value ->> 0",
                rows
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(rows) = list(&mut self.new_variants)? {
            sqlx::query!(
                "INSERT INTO variant (product_id, position, options, sku, barcode, price, compare_at, cost, stock)
                 SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5,
                 e.value ->> 6, e.value ->> 7, e.value ->> 8 FROM json_each(?1) AS e",
                rows
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(rows) = list(&mut self.images)? {
            sqlx::query!(
                "INSERT OR IGNORE INTO image (hash, kind, width, height, bytes, added_at)
                 SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, ?2
                 FROM json_each(?1) AS e",
                rows,
                at
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(rows) = list(&mut self.product_images)? {
            sqlx::query!(
                "INSERT INTO product_image (product_id, position, hash, source)
                 SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3 FROM json_each(?1) AS e",
                rows
            )
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }
}

/// Rows as a JSON list, and none are left; `None` if there were none.
fn list<T: Serialize>(rows: &mut Vec<T>) -> Result<Option<String>, CatalogError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let text = json(rows)?;
    rows.clear();
    Ok(Some(text))
}
