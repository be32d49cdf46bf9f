//! What is in the catalogue already: which product a product of a file is, and what it says now.

use std::collections::{HashMap, HashSet};

use sqlx::SqliteConnection;

use crate::error::CatalogError;
use crate::import::ImportedProduct;
use crate::import::fetch::Kept;
use crate::import::report::Report;
use crate::product::{NewVariant, json};

/// SKUs and handles, and the products they belong to.
#[derive(Debug, Default)]
pub(crate) struct Existing {
    by_sku: HashMap<String, i64>,
    by_handle: HashMap<String, i64>,
}

/// What is to be done with a product of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    New,
    /// Change this product; `fields`: not its variants alone.
    Change {
        id: i64,
        fields: bool,
    },
    /// It was reported.
    Skip,
}

impl Existing {
    pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Self, CatalogError> {
        let skus =
            sqlx::query!(r#"SELECT sku AS "sku!", product_id FROM variant WHERE sku IS NOT NULL"#)
                .fetch_all(&mut *connection)
                .await?;
        let handles = sqlx::query!(
            r#"SELECT handle AS "handle!", id AS "id!" FROM product WHERE handle IS NOT NULL"#
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok(Self {
            by_sku: skus.into_iter().map(|r| (r.sku, r.product_id)).collect(),
            by_handle: handles.into_iter().map(|r| (r.handle, r.id)).collect(),
        })
    }

    /// Finds each product by SKU, then by handle. What cannot be decided is reported and skipped.
    pub(crate) fn targets(&self, products: &[ImportedProduct], report: &mut Report) -> Vec<Target> {
        let mut claimed: HashMap<i64, (u64, bool)> = HashMap::new();
        let target = |product: &ImportedProduct| {
            let fields = &product.product.fields;
            let of_sku = product.product.variants.iter().filter_map(|v| {
                let sku = v.sku.as_ref()?;
                self.by_sku.get(sku).map(|id| (sku, *id))
            });
            let mut owner: Option<(&String, i64)> = None;
            for (sku, id) in of_sku {
                match owner {
                    Some((other, owner)) if owner != id => {
                        return Err(format!(
                            "its SKUs “{other}” and “{sku}” belong to two products of the catalogue ({owner} and {id}); join or separate them there first"
                        ));
                    }
                    _ => owner = Some((sku, id)),
                }
            }
            let by_handle = fields.handle.as_ref().and_then(|h| self.by_handle.get(h).copied());
            let id = match (owner, by_handle) {
                (Some((sku, a)), Some(b)) if a != b => {
                    return Err(format!(
                        "its SKU “{sku}” belongs to product {a} and its handle to product {b} of the catalogue; correct one of the two"
                    ));
                }
                (Some((_, id)), _) | (None, Some(id)) => id,
                (None, None) if fields.title.is_empty() => {
                    return Err(
                        "there is no title, and no product of the catalogue has this SKU or handle; give it a title"
                            .to_owned(),
                    );
                }
                (None, None) => return Ok(Target::New),
            };
            // Rows of a price list may each change another variant; two whole products may not be one.
            let whole = fields.handle.is_some();
            match claimed.get(&id) {
                Some((line, other)) if whole || *other => Err(format!(
                    "the product {id} of the catalogue is on line {line} already; give each product its own SKU and handle"
                )),
                Some(_) => Ok(Target::Change { id, fields: false }),
                None => {
                    claimed.insert(id, (product.line, whole));
                    Ok(Target::Change { id, fields: true })
                }
            }
        };
        let decided: Vec<_> = products.iter().map(target).collect();
        let settle = |(product, target): (&ImportedProduct, Result<Target, String>)| {
            target.unwrap_or_else(|text| {
                report.skip(product.line, text);
                Target::Skip
            })
        };
        products.iter().zip(decided).map(settle).collect()
    }
}

/// A product as it is now, with its variants and pictures.
#[derive(Debug)]
pub(crate) struct Now {
    pub handle: Option<String>,
    pub title: String,
    pub description: String,
    pub brand: String,
    pub category: String,
    pub link: Option<String>,
    pub currency: String,
    pub tags: String,
    pub archived: bool,
    pub variants: Vec<(i64, i64, NewVariant)>,
    pub pictures: HashSet<String>,
    pub last_picture: i64,
}

/// Products by number, with everything that is compared.
pub(crate) async fn now(
    connection: &mut SqliteConnection,
    ids: &[i64],
) -> Result<HashMap<i64, Now>, CatalogError> {
    let list = json(&ids)?;
    let products = sqlx::query!(
        r#"SELECT id AS "id!", handle, title, description, brand, category, link, currency, tags, archived
           FROM product WHERE id IN (SELECT value FROM json_each(?))"#,
        list
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut found: HashMap<i64, Now> = HashMap::with_capacity(products.len());
    for r in products {
        let now = Now {
            handle: r.handle,
            title: r.title,
            description: r.description,
            brand: r.brand,
            category: r.category,
            link: r.link,
            currency: r.currency,
            tags: r.tags,
            archived: r.archived != 0,
            variants: Vec::new(),
            pictures: HashSet::new(),
            last_picture: -1,
        };
        found.insert(r.id, now);
    }
    let variants = sqlx::query!(
        r#"SELECT id AS "id!", product_id, position, options, sku, barcode, price, compare_at, cost, stock
           FROM variant WHERE product_id IN (SELECT value FROM json_each(?)) ORDER BY product_id, position, id"#,
        list
    )
    .fetch_all(&mut *connection)
    .await?;
    for r in variants {
        let fields = NewVariant {
            options: serde_json::from_str(&r.options).unwrap_or_default(),
            sku: r.sku,
            barcode: r.barcode,
            price: r.price,
            compare_at: r.compare_at,
            cost: r.cost,
            stock: r.stock,
        };
        if let Some(now) = found.get_mut(&r.product_id) {
            now.variants.push((r.id, r.position, fields));
        }
    }
    let pictures = sqlx::query!(
        "SELECT product_id, position, hash FROM product_image
         WHERE product_id IN (SELECT value FROM json_each(?))",
        list
    )
    .fetch_all(&mut *connection)
    .await?;
    for r in pictures {
        if let Some(now) = found.get_mut(&r.product_id) {
            now.pictures.insert(r.hash);
            now.last_picture = now.last_picture.max(r.position);
        }
    }
    Ok(found)
}

/// Pictures that came from the net before, by their address.
pub(crate) async fn pictures(
    connection: &mut SqliteConnection,
) -> Result<HashMap<String, Kept>, CatalogError> {
    let rows = sqlx::query!(
        "SELECT DISTINCT p.source, i.hash, i.kind, i.width, i.height, i.bytes
         FROM product_image p JOIN image i ON i.hash = p.hash WHERE p.source LIKE 'http%'"
    )
    .fetch_all(&mut *connection)
    .await?;
    let kept = |hash, kind, width, height, bytes| Kept { hash, kind, width, height, bytes };
    Ok(rows
        .into_iter()
        .map(|r| (r.source, kept(r.hash, r.kind, r.width, r.height, r.bytes)))
        .collect())
}
