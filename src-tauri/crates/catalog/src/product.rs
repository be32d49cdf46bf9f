//! Products and variants: what they are, reading and changing them.

use std::fmt;

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, currency, texts};
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::money::{MAX_MINOR, Money};

/// Names a product.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ProductId(pub i64);

/// Names a variant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct VariantId(pub i64);

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A product as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Product {
    /// Its number.
    pub id: ProductId,
    /// Everything else.
    #[serde(flatten)]
    pub fields: ProductFields,
    /// Its variants in order, at least one.
    pub variants: Vec<Variant>,
    /// Hashes of its pictures in order.
    pub pictures: Vec<String>,
    /// When it last changed, milliseconds since 1970 UTC.
    pub updated_at: i64,
    /// It is kept for its history only.
    pub archived: bool,
}

/// What a product says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProductFields {
    /// Its handle in the shop it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Name as the viewer reads it, 1 to 500 characters.
    pub title: String,
    /// Plain text.
    #[serde(default)]
    pub description: String,
    /// Maker.
    #[serde(default)]
    pub brand: String,
    /// Kind of thing.
    #[serde(default)]
    pub category: String,
    /// Page in the shop, http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Currency of all its prices.
    pub currency: Currency,
    /// Words it is found by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The seller's own; an import never touches them.
    #[serde(default)]
    pub notes: String,
}

impl ProductFields {
    /// A product of which only the name is known.
    pub fn new(title: impl Into<String>, currency: Currency) -> Self {
        Self {
            handle: None,
            title: title.into(),
            description: String::new(),
            brand: String::new(),
            category: String::new(),
            link: None,
            currency,
            tags: Vec::new(),
            notes: String::new(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), CatalogError> {
        let title = self.title.trim();
        let bad = |text: String| Err(CatalogError::Invalid(text));
        if title.is_empty() {
            return bad("the product has no title; give it a name".to_owned());
        }
        if title.chars().count() > 500 {
            return bad("the title has more than 500 characters; shorten it".to_owned());
        }
        if let Some(link) = &self.link {
            let web = url::Url::parse(link).is_ok_and(|u| matches!(u.scheme(), "http" | "https"));
            if !web {
                return bad(format!("“{link}” is no web address; write it with https:// in front"));
            }
        }
        Ok(())
    }
}

/// A variant as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Variant {
    /// Its number.
    pub id: VariantId,
    /// Everything else.
    #[serde(flatten)]
    pub fields: NewVariant,
}

/// What a variant says of itself. Amounts are in the product's currency, minor units.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewVariant {
    /// Choices and what is chosen: `Size` `M`, `Colour` `Blue`.
    #[serde(default)]
    pub options: Vec<(String, String)>,
    /// Stock-keeping unit, its own over the whole catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// EAN, UPC, ISBN …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<String>,
    /// Price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// Crossed-out price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at: Option<i64>,
    /// What it cost the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// Pieces there; `None`: not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<i64>,
}

impl NewVariant {
    pub(crate) fn check(&self) -> Result<(), CatalogError> {
        let bad = |text: String| Err(CatalogError::Invalid(text));
        for (what, amount) in
            [("price", self.price), ("crossed-out price", self.compare_at), ("cost", self.cost)]
        {
            if amount.is_some_and(|a| !(0..=MAX_MINOR).contains(&a)) {
                return bad(format!("the {what} is below zero or more than can be kept"));
            }
        }
        if self.stock.is_some_and(|s| s < 0) {
            return bad("the stock is below zero".to_owned());
        }
        if self.sku.as_ref().is_some_and(|s| s.is_empty() || s.chars().count() > 100) {
            return bad("a SKU has 1 to 100 characters".to_owned());
        }
        Ok(())
    }

    /// What is chosen, in a few words: `M / Blue`; empty for a product without choices.
    pub fn label(&self) -> String {
        self.options.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>().join(" / ")
    }
}

/// A product to be added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewProduct {
    /// What it says of itself.
    #[serde(flatten)]
    pub fields: ProductFields,
    /// Its variants in order; none means one without options or price.
    #[serde(default)]
    pub variants: Vec<NewVariant>,
}

impl Catalog {
    /// A product with its variants and pictures.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is none of this number.
    pub async fn product(&self, id: ProductId) -> Result<Product, CatalogError> {
        let row = sqlx::query!("SELECT * FROM product WHERE id = ?", id.0)
            .fetch_optional(self.readers())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "product", id: id.to_string() })?;
        let pictures = sqlx::query_scalar!(
            "SELECT hash FROM product_image WHERE product_id = ? ORDER BY position, id",
            id.0
        )
        .fetch_all(self.readers())
        .await?;
        Ok(Product {
            id,
            fields: ProductFields {
                handle: row.handle,
                title: row.title,
                description: row.description,
                brand: row.brand,
                category: row.category,
                link: row.link,
                currency: currency(&row.currency)?,
                tags: texts(&row.tags),
                notes: row.notes,
            },
            variants: self.variants(id).await?,
            pictures,
            updated_at: row.updated_at,
            archived: row.archived != 0,
        })
    }

    /// The variants of a product, in order.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn variants(&self, product: ProductId) -> Result<Vec<Variant>, CatalogError> {
        let rows = sqlx::query!(
            "SELECT id, options, sku, barcode, price, compare_at, cost, stock FROM variant
             WHERE product_id = ? ORDER BY position, id",
            product.0
        )
        .fetch_all(self.readers())
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| Variant {
                id: VariantId(r.id),
                fields: NewVariant {
                    options: serde_json::from_str(&r.options).unwrap_or_default(),
                    sku: r.sku,
                    barcode: r.barcode,
                    price: r.price,
                    compare_at: r.compare_at,
                    cost: r.cost,
                    stock: r.stock,
                },
            })
            .collect())
    }

    /// Ids of all products that are not archived, newest change first, from `skip` on, at most `most`.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn products(&self, skip: i64, most: i64) -> Result<Vec<ProductId>, CatalogError> {
        let ids = sqlx::query_scalar!(
            "SELECT id FROM product WHERE archived = 0 ORDER BY updated_at DESC, id DESC LIMIT ? OFFSET ?",
            most,
            skip
        )
        .fetch_all(self.readers())
        .await?;
        Ok(ids.into_iter().map(ProductId).collect())
    }

    /// How many products are not archived.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn count(&self) -> Result<i64, CatalogError> {
        let n = sqlx::query_scalar!("SELECT count(*) FROM product WHERE archived = 0")
            .fetch_one(self.readers())
            .await?;
        Ok(n)
    }

    /// The product and variant of a SKU.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn by_sku(&self, sku: &str) -> Result<Option<(ProductId, VariantId)>, CatalogError> {
        let row = sqlx::query!(r#"SELECT product_id, id AS "id!" FROM variant WHERE sku = ?"#, sku)
            .fetch_optional(self.readers())
            .await?;
        Ok(row.map(|r| (ProductId(r.product_id), VariantId(r.id))))
    }
}

impl Edit {
    /// Adds a product with its variants.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] or [`Taken`](CatalogError::Taken), naming the field.
    pub async fn add_product(&mut self, product: &NewProduct) -> Result<ProductId, CatalogError> {
        let f = &product.fields;
        f.check()?;
        let (title, code, tags, at) =
            (f.title.trim(), f.currency.code(), json(&f.tags)?, self.at());
        let made = sqlx::query!(
            "INSERT INTO product (handle, title, description, brand, category, link, currency, tags, notes, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            f.handle,
            title,
            f.description,
            f.brand,
            f.category,
            f.link,
            code,
            tags,
            f.notes,
            at,
            at
        )
        .execute(self.connection())
        .await?;
        let id = ProductId(made.last_insert_rowid());
        let single = [NewVariant::default()];
        let variants = if product.variants.is_empty() { &single[..] } else { &product.variants };
        for variant in variants {
            self.add_variant(id, variant).await?;
        }
        Ok(id)
    }

    /// Adds a variant behind a product's others.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] or [`Taken`](CatalogError::Taken), naming the field.
    pub async fn add_variant(
        &mut self,
        product: ProductId,
        variant: &NewVariant,
    ) -> Result<VariantId, CatalogError> {
        variant.check()?;
        let options = json(&variant.options)?;
        let made = sqlx::query!(
            "INSERT INTO variant (product_id, position, options, sku, barcode, price, compare_at, cost, stock)
             SELECT ?1, coalesce(max(position), -1) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM variant WHERE product_id = ?1",
            product.0,
            options,
            variant.sku,
            variant.barcode,
            variant.price,
            variant.compare_at,
            variant.cost,
            variant.stock
        )
        .execute(self.connection())
        .await?;
        Ok(VariantId(made.last_insert_rowid()))
    }

    /// Replaces what a product says of itself.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], [`Invalid`](CatalogError::Invalid) or [`Taken`](CatalogError::Taken).
    pub async fn set_product(
        &mut self,
        id: ProductId,
        f: &ProductFields,
    ) -> Result<(), CatalogError> {
        f.check()?;
        let (title, code, tags, at) =
            (f.title.trim(), f.currency.code(), json(&f.tags)?, self.at());
        let done = sqlx::query!(
            "UPDATE product SET handle = ?, title = ?, description = ?, brand = ?, category = ?, link = ?,
             currency = ?, tags = ?, notes = ?, updated_at = ? WHERE id = ?",
            f.handle,
            title,
            f.description,
            f.brand,
            f.category,
            f.link,
            code,
            tags,
            f.notes,
            at,
            id.0
        )
        .execute(self.connection())
        .await?;
        found(done.rows_affected(), "product", id.0)
    }

    /// Replaces what a variant says of itself; its price history goes on by itself.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], [`Invalid`](CatalogError::Invalid) or [`Taken`](CatalogError::Taken).
    pub async fn set_variant(&mut self, id: VariantId, v: &NewVariant) -> Result<(), CatalogError> {
        v.check()?;
        let options = json(&v.options)?;
        let done = sqlx::query!(
            "UPDATE variant SET options = ?, sku = ?, barcode = ?, price = ?, compare_at = ?, cost = ?, stock = ?
             WHERE id = ?",
            options,
            v.sku,
            v.barcode,
            v.price,
            v.compare_at,
            v.cost,
            v.stock,
            id.0
        )
        .execute(self.connection())
        .await?;
        found(done.rows_affected(), "variant", id.0)
    }

    /// Sets the price of a variant.
    ///
    /// # Errors
    /// [`CatalogError::Missing`].
    pub async fn set_price(
        &mut self,
        id: VariantId,
        price: Option<Money>,
    ) -> Result<(), CatalogError> {
        let minor = price.map(|p| p.minor);
        let done = sqlx::query!("UPDATE variant SET price = ? WHERE id = ?", minor, id.0)
            .execute(self.connection())
            .await?;
        found(done.rows_affected(), "variant", id.0)
    }

    /// Removes a product that no show uses, with its variants; one that a show uses is archived.
    ///
    /// # Errors
    /// [`CatalogError::Missing`].
    pub async fn remove_product(&mut self, id: ProductId) -> Result<(), CatalogError> {
        let used = sqlx::query_scalar!("SELECT count(*) FROM item WHERE product_id = ?", id.0)
            .fetch_one(self.connection())
            .await?;
        let done = if used > 0 {
            sqlx::query!("UPDATE product SET archived = 1 WHERE id = ?", id.0)
                .execute(self.connection())
                .await?
        } else {
            // Before the product, so that an undo brings them back behind it: what follows from a variant
            // (its price history) asks for its product.
            sqlx::query!("DELETE FROM product_image WHERE product_id = ?", id.0)
                .execute(self.connection())
                .await?;
            sqlx::query!("DELETE FROM variant WHERE product_id = ?", id.0)
                .execute(self.connection())
                .await?;
            sqlx::query!("DELETE FROM product WHERE id = ?", id.0)
                .execute(self.connection())
                .await?
        };
        found(done.rows_affected(), "product", id.0)
    }
}

/// `Missing` if nothing was changed.
pub(crate) fn found(rows: u64, kind: &'static str, id: i64) -> Result<(), CatalogError> {
    if rows == 0 { Err(CatalogError::Missing { kind, id: id.to_string() }) } else { Ok(()) }
}

/// A value as a JSON column.
pub(crate) fn json(value: &impl Serialize) -> Result<String, CatalogError> {
    serde_json::to_string(value).map_err(|e| CatalogError::Internal(e.to_string()))
}
