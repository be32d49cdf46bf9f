//! Many products at once: three queries for hundreds of them instead of four for each.

use std::collections::HashMap;

use crate::catalog::{Catalog, currency, texts};
use crate::error::CatalogError;
use crate::product::{NewVariant, Product, ProductFields, ProductId, Variant, VariantId, json};

/// Products that are read together.
pub(super) const BATCH: usize = 500;

impl Catalog {
    /// Products with the sources of their pictures, in the order of `ids`; those that are gone meanwhile are left out.
    pub(super) async fn products_at(
        &self,
        ids: &[ProductId],
    ) -> Result<Vec<(Product, Vec<String>)>, CatalogError> {
        let list = json(&ids)?;
        let rows = sqlx::query!(
            r#"SELECT id AS "id!", handle, title, description, brand, category, link, currency, tags, notes, updated_at, archived
               FROM product WHERE id IN (SELECT value FROM json_each(?))"#,
            list
        )
        .fetch_all(self.readers())
        .await?;
        let mut found: HashMap<i64, (Product, Vec<String>)> = HashMap::with_capacity(rows.len());
        for row in rows {
            let fields = ProductFields {
                handle: row.handle,
                title: row.title,
                description: row.description,
                brand: row.brand,
                category: row.category,
                link: row.link,
                currency: currency(&row.currency)?,
                tags: texts(&row.tags),
                notes: row.notes,
            };
            let product = Product {
                id: ProductId(row.id),
                fields,
                variants: Vec::new(),
                pictures: Vec::new(),
                updated_at: row.updated_at,
                archived: row.archived != 0,
            };
            found.insert(row.id, (product, Vec::new()));
        }
        let rows = sqlx::query!(
            r#"SELECT id AS "id!", product_id, options, sku, barcode, price, compare_at, cost, stock FROM variant
               WHERE product_id IN (SELECT value FROM json_each(?)) ORDER BY product_id, position, id"#,
            list
        )
        .fetch_all(self.readers())
        .await?;
        for r in rows {
            let fields = NewVariant {
                options: serde_json::from_str(&r.options).unwrap_or_default(),
                sku: r.sku,
                barcode: r.barcode,
                price: r.price,
                compare_at: r.compare_at,
                cost: r.cost,
                stock: r.stock,
            };
            if let Some((product, _)) = found.get_mut(&r.product_id) {
                product.variants.push(Variant { id: VariantId(r.id), fields });
            }
        }
        let rows = sqlx::query!(
            "SELECT product_id, hash, source FROM product_image
             WHERE product_id IN (SELECT value FROM json_each(?)) ORDER BY product_id, position, id",
            list
        )
        .fetch_all(self.readers())
        .await?;
        for r in rows {
            if let Some((product, sources)) = found.get_mut(&r.product_id) {
                product.pictures.push(r.hash);
                sources.push(r.source);
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(&id.0)).collect())
    }
}
