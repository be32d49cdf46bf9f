//! Taking a show in, whole or not at all.

use std::collections::HashMap;

use super::{FileProduct, ShowFile, Taken};
use crate::catalog::Catalog;
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::item::{ItemId, NewItem};
use crate::picture::Picture;
use crate::product::{NewVariant, Product, ProductId, VariantId};
use crate::show::ShowId;

/// What the catalogue keeps of a picture beside its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    kind: &'static str,
    width: i64,
    height: i64,
    bytes: i64,
}

impl Facts {
    pub(crate) fn of(picture: &Picture) -> Self {
        Self {
            kind: picture.kind,
            width: i64::from(picture.width),
            height: i64::from(picture.height),
            bytes: picture.bytes().len() as i64,
        }
    }
}

impl Catalog {
    /// Takes a show in as one step of undo: products are matched by SKU, then by handle, then by being quite the
    /// same; those that are here keep their notes. A planned show of the same title and start is brought to what
    /// the file says, unless something was claimed in it. Pictures must be here already, or come in `pictures`.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] or [`Taken`](CatalogError::Taken), naming what is wrong; nothing was changed then.
    pub async fn import_show(
        &self,
        file: &ShowFile,
        pictures: &[Picture],
    ) -> Result<Taken, CatalogError> {
        file.check()?;
        for picture in pictures {
            self.keep_picture(picture)?;
        }
        let facts = pictures.iter().map(|p| (p.hash.clone(), Facts::of(p))).collect();
        self.take_show(file, &facts).await
    }

    /// As [`import_show`](Self::import_show), with pictures whose files are kept already.
    pub(crate) async fn take_show(
        &self,
        file: &ShowFile,
        pictures: &HashMap<String, Facts>,
    ) -> Result<Taken, CatalogError> {
        file.check()?;
        let title: String = file.show.title.chars().take(80).collect();
        let mut edit = self.edit(&format!("Import show “{title}”"), "import show").await?;
        let mut taken =
            Taken { show: ShowId(0), replaced: false, added: 0, updated: 0, pictures_missing: 0 };
        let mut ids: Vec<(ProductId, Vec<VariantId>)> = Vec::new();
        for p in &file.products {
            // The writer's lock is held: what readers see cannot change meanwhile.
            let (id, variants) = match self.same(p).await? {
                Some(known) if ids.iter().all(|(id, _)| *id != known.id) => {
                    taken.updated += 1;
                    (known.id, update(&mut edit, &known, p).await?)
                }
                _ => {
                    taken.added += 1;
                    let id = edit.add_product(&p.product).await.map_err(|e| named(p, e))?;
                    (id, edit.variant_ids(id).await?)
                }
            };
            taken.pictures_missing += edit.add_pictures(id, p, pictures).await?;
            ids.push((id, variants));
        }
        (taken.show, taken.replaced) = match self.same_show(file).await? {
            Some(show) => {
                edit.set_show(show, &file.show).await?;
                edit.remove_items(show).await?;
                (show, true)
            }
            None => (edit.add_show(&file.show).await?, false),
        };
        for i in &file.items {
            let of = i.product_at.and_then(|at| ids.get(at));
            let item = NewItem {
                product: of.map(|(id, _)| *id),
                variant: of.zip(i.variant_at).and_then(|((_, v), at)| v.get(at).copied()),
                ..i.item.clone()
            };
            edit.add_item(taken.show, &item).await?;
        }
        edit.commit().await?;
        Ok(taken)
    }

    /// The product of this catalogue that a product of the file is.
    async fn same(&self, p: &FileProduct) -> Result<Option<Product>, CatalogError> {
        for sku in p.product.variants.iter().filter_map(|v| v.sku.as_ref()) {
            if let Some((id, _)) = self.by_sku(sku).await? {
                return self.product(id).await.map(Some);
            }
        }
        let f = &p.product.fields;
        if let Some(handle) = &f.handle {
            let id =
                sqlx::query_scalar!(r#"SELECT id AS "id!" FROM product WHERE handle = ?"#, handle)
                    .fetch_optional(self.readers())
                    .await?;
            if let Some(id) = id {
                return self.product(ProductId(id)).await.map(Some);
            }
        }
        let (title, code) = (f.title.trim(), f.currency.code());
        let alike = sqlx::query_scalar!(
            r#"SELECT id AS "id!" FROM product WHERE title = ? AND brand = ? AND currency = ? AND handle IS ? ORDER BY id"#,
            title,
            f.brand,
            code,
            f.handle
        )
        .fetch_all(self.readers())
        .await?;
        for id in alike {
            let product = self.product(ProductId(id)).await?;
            let choices = |v: &NewVariant| (v.options.clone(), v.sku.clone());
            let here = product.variants.iter().map(|v| choices(&v.fields));
            if here.eq(p.product.variants.iter().map(choices)) {
                return Ok(Some(product));
            }
        }
        Ok(None)
    }

    /// The planned show that the file is a newer copy of, if nothing was claimed in it.
    async fn same_show(&self, file: &ShowFile) -> Result<Option<ShowId>, CatalogError> {
        let f = &file.show;
        let ids = sqlx::query_scalar!(
            r#"SELECT id AS "id!" FROM show WHERE title = ? AND planned_start IS ? AND state = 'planned'
               AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.show_id = show.id) ORDER BY id DESC"#,
            f.title,
            f.planned_start
        )
        .fetch_all(self.readers())
        .await?;
        for id in ids.into_iter().map(ShowId) {
            // Without a start, shows of one title may be different ones: the codes must be the same too.
            let codes = self.items(id).await?.into_iter().map(|i| i.fields.claim_code);
            if f.planned_start.is_some()
                || codes.eq(file.items.iter().map(|i| i.item.claim_code.clone()))
            {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

/// Brings a product that is here to what the file says and gives its variants in the file's order.
async fn update(
    edit: &mut Edit,
    known: &Product,
    p: &FileProduct,
) -> Result<Vec<VariantId>, CatalogError> {
    let mut fields = p.product.fields.clone();
    if fields.currency != known.fields.currency {
        let (here, there) = (known.fields.currency.code(), fields.currency.code());
        let text = format!(
            "product “{}” has its prices in {here} here and in {there} in the file; change one of them first",
            known.fields.title
        );
        return Err(CatalogError::Invalid(text));
    }
    if !known.fields.notes.is_empty() {
        fields.notes.clone_from(&known.fields.notes);
    }
    if known.fields.handle.is_some() {
        fields.handle.clone_from(&known.fields.handle);
    }
    if fields != known.fields {
        edit.set_product(known.id, &fields).await.map_err(|e| named(p, e))?;
    }
    if known.archived {
        edit.unarchive(known.id).await?;
    }
    let mut used: Vec<VariantId> = Vec::new();
    for variant in &p.product.variants {
        let free = || known.variants.iter().filter(|v| !used.contains(&v.id));
        let by_sku = free().find(|v| v.fields.sku.is_some() && v.fields.sku == variant.sku);
        let by_choice = || {
            free().find(|v| {
                v.fields.options == variant.options
                    && (v.fields.sku.is_none() || variant.sku.is_none())
            })
        };
        let id = match by_sku.or_else(by_choice) {
            Some(v) if v.fields == *variant => v.id,
            Some(v) => {
                let sku = variant.sku.clone().or_else(|| v.fields.sku.clone());
                edit.set_variant(v.id, &NewVariant { sku, ..variant.clone() })
                    .await
                    .map_err(|e| named(p, e))?;
                v.id
            }
            None => edit.add_variant(known.id, variant).await.map_err(|e| named(p, e))?,
        };
        used.push(id);
    }
    Ok(used)
}

/// Says of which product a fault is.
fn named(p: &FileProduct, e: CatalogError) -> CatalogError {
    let title: String = p.product.fields.title.chars().take(60).collect();
    match e {
        CatalogError::Invalid(text) => CatalogError::Invalid(format!("product “{title}”: {text}")),
        CatalogError::Taken(text) => CatalogError::Taken(format!("product “{title}”: {text}")),
        other => other,
    }
}

impl Edit {
    async fn variant_ids(&mut self, product: ProductId) -> Result<Vec<VariantId>, CatalogError> {
        let ids = sqlx::query_scalar!(
            r#"SELECT id AS "id!" FROM variant WHERE product_id = ? ORDER BY position, id"#,
            product.0
        )
        .fetch_all(self.connection())
        .await?;
        Ok(ids.into_iter().map(VariantId).collect())
    }

    async fn unarchive(&mut self, product: ProductId) -> Result<(), CatalogError> {
        sqlx::query!("UPDATE product SET archived = 0 WHERE id = ?", product.0)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    async fn remove_items(&mut self, show: ShowId) -> Result<(), CatalogError> {
        let ids = sqlx::query_scalar!(
            r#"SELECT id AS "id!" FROM item WHERE show_id = ? ORDER BY position DESC"#,
            show.0
        )
        .fetch_all(self.connection())
        .await?;
        for id in ids.into_iter().map(ItemId) {
            sqlx::query!("DELETE FROM item WHERE id = ?", id.0).execute(self.connection()).await?;
        }
        Ok(())
    }

    /// Adds the pictures a product does not have, and gives how many are nowhere.
    async fn add_pictures(
        &mut self,
        product: ProductId,
        p: &FileProduct,
        pictures: &HashMap<String, Facts>,
    ) -> Result<usize, CatalogError> {
        let mut missing = 0;
        for picture in &p.pictures {
            let hash = &picture.hash;
            if let Some(f) = pictures.get(hash) {
                let at = self.at();
                sqlx::query!(
                    "INSERT OR IGNORE INTO image (hash, kind, width, height, bytes, added_at) VALUES (?, ?, ?, ?, ?, ?)",
                    hash,
                    f.kind,
                    f.width,
                    f.height,
                    f.bytes,
                    at
                )
                .execute(self.connection())
                .await?;
            }
            let known = sqlx::query_scalar!(
                r#"SELECT count(*) AS "n!: i64" FROM image WHERE hash = ?"#,
                hash
            )
            .fetch_one(self.connection())
            .await?;
            if known == 0 {
                missing += 1;
                continue;
            }
            sqlx::query!(
                "INSERT INTO product_image (product_id, position, hash, source)
                 SELECT ?1, coalesce(max(position), -1) + 1, ?2, ?3 FROM product_image WHERE product_id = ?1
                 HAVING NOT EXISTS (SELECT 1 FROM product_image WHERE product_id = ?1 AND hash = ?2)",
                product.0,
                hash,
                picture.source
            )
            .execute(self.connection())
            .await?;
        }
        Ok(missing)
    }
}
