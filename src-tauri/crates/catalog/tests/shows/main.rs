//! Shows: items and their codes, the ledger of claims and sales, the check before a show, and everything
//! that leaves the catalogue or comes back with a show.

mod checking;
mod hostile;
mod items;
mod killed;
mod ledger;
mod model;
mod papers;
mod places;
mod runs;
mod runs_killed;
mod sharing;
mod tables;
mod travelling;

use std::io::Cursor;
use std::path::Path;

use iso_currency::Currency;
use vitrine_catalog::{
    Catalog, ItemId, NewItem, NewProduct, NewVariant, Picture, ProductFields, ProductId,
    ShowFields, ShowId,
};

async fn open(dir: &Path) -> Catalog {
    Catalog::open(&dir.join("shop.sqlite")).await.expect("opens").0
}

fn variant(sku: &str, price: i64, stock: i64) -> NewVariant {
    NewVariant {
        sku: Some(sku.to_owned()),
        price: Some(price),
        stock: Some(stock),
        ..NewVariant::default()
    }
}

fn product(title: &str, variants: Vec<NewVariant>) -> NewProduct {
    NewProduct { fields: ProductFields::new(title, Currency::EUR), variants }
}

async fn add(catalog: &Catalog, product: &NewProduct) -> ProductId {
    let mut edit = catalog.edit("Add", "test").await.expect("begun");
    let id = edit.add_product(product).await.expect("added");
    edit.commit().await.expect("committed");
    id
}

async fn add_show(catalog: &Catalog, fields: &ShowFields) -> ShowId {
    let mut edit = catalog.edit("Add show", "test").await.expect("begun");
    let id = edit.add_show(fields).await.expect("added");
    edit.commit().await.expect("committed");
    id
}

async fn add_item(catalog: &Catalog, show: ShowId, item: &NewItem) -> ItemId {
    let mut edit = catalog.edit("Add item", "test").await.expect("begun");
    let id = edit.add_item(show, item).await.expect("added");
    edit.commit().await.expect("committed");
    id
}

/// A picture of its own for each `seed`.
fn picture(seed: u8) -> Picture {
    let mut png = Vec::new();
    image::RgbImage::from_pixel(30, 20, image::Rgb([seed, 10, 200]))
        .write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png)
        .expect("encoded");
    Picture::new("test.png", png).expect("a picture")
}

async fn add_picture(catalog: &Catalog, product: ProductId, picture: &Picture, source: &str) {
    catalog.keep_picture(picture).expect("kept");
    let mut edit = catalog.edit("Add picture", "test").await.expect("begun");
    edit.add_picture(product.0, picture, source).await.expect("added");
    edit.commit().await.expect("committed");
}
