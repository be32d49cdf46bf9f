//! What a seller must be able to trust: edits are whole, undo comes back over a restart, damage is
//! noticed and mended, a crash loses nothing that was committed.

mod backup;
mod killed;
mod offline;
mod older;
mod prices;
mod searching;
mod undoing;

use std::path::Path;

use iso_currency::Currency;
use vitrine_catalog::{Catalog, NewProduct, NewVariant, ProductFields, ProductId};

/// The catalogue of a folder.
pub async fn open(dir: &Path) -> Catalog {
    Catalog::open(&dir.join("shop.sqlite")).await.expect("opens").0
}

/// A product of one variant with five in stock.
pub fn product(title: &str, sku: &str, price: i64) -> NewProduct {
    let variant = NewVariant {
        sku: Some(sku.to_owned()),
        price: Some(price),
        stock: Some(5),
        ..NewVariant::default()
    };
    NewProduct { fields: ProductFields::new(title, Currency::EUR), variants: vec![variant] }
}

/// Adds a product as an edit of its own.
pub async fn add(catalog: &Catalog, product: &NewProduct) -> ProductId {
    let mut edit =
        catalog.edit(&format!("Add {}", product.fields.title), "test").await.expect("begun");
    let id = edit.add_product(product).await.expect("added");
    edit.commit().await.expect("committed");
    id
}
