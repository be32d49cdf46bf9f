//! The catalogue as Shopify imports it, with the columns of its newer templates (`URL handle`, `Price`,
//! `Product image URL`). Nothing is escaped: a shop takes every cell as it is.

use super::read::BATCH;
use super::{Which, amount, handle, is_address, table};
use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::export::run_sheet::escaped;
use crate::product::Product;

const HEADER: [&str; 38] = [
    "Title",
    "URL handle",
    "Description",
    "Vendor",
    "Product category",
    "Type",
    "Tags",
    "Published on online store",
    "Status",
    "SKU",
    "Barcode",
    "Option1 name",
    "Option1 value",
    "Option1 Linked To",
    "Option2 name",
    "Option2 value",
    "Option2 Linked To",
    "Option3 name",
    "Option3 value",
    "Option3 Linked To",
    "Price",
    "Compare-at price",
    "Cost per item",
    "Charge tax",
    "Inventory tracker",
    "Inventory quantity",
    "Continue selling when out of stock",
    "Weight value (grams)",
    "Weight unit for display",
    "Requires shipping",
    "Fulfillment service",
    "Product image URL",
    "Image position",
    "Image alt text",
    "Variant image URL",
    "Gift card",
    "SEO title",
    "SEO description",
];

/// Writes products as Shopify's CSV, with `progress(done, of)` after every few hundred. Pictures are named by the address
/// they came from; those that came from a file are left out.
///
/// # Errors
/// [`CatalogError::Missing`] if there is no such show, or if the catalogue cannot be read.
pub async fn write(
    catalog: &Catalog,
    which: Which,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<u8>, CatalogError> {
    let ids = catalog.products_of(which).await?;
    let mut rows = vec![HEADER.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()];
    for (n, batch) in ids.chunks(BATCH).enumerate() {
        for (product, mut pictures) in catalog.products_at(batch).await? {
            pictures.retain(|s| is_address(s));
            rows_of(&product, &pictures, &mut rows);
        }
        progress((n * BATCH + batch.len()).min(ids.len()), ids.len());
    }
    table(rows)
}

fn rows_of(product: &Product, pictures: &[String], rows: &mut Vec<Vec<String>>) {
    let f = &product.fields;
    let names = option_names(product);
    for n in 0..product.variants.len().max(pictures.len()) {
        let mut row = vec![String::new(); HEADER.len()];
        let mut set = |column: &str, value: &str| {
            if let Some(at) = HEADER.iter().position(|h| *h == column) {
                value.clone_into(&mut row[at]);
            }
        };
        set("URL handle", &handle(product));
        if n == 0 {
            set("Title", &f.title);
            set(
                "Description",
                &escaped(&f.description).replace("\r\n", "\n").replace('\n', "<br>"),
            );
            set("Vendor", &f.brand);
            set("Type", &f.category);
            set("Tags", &f.tags.join(", "));
            set("Published on online store", "TRUE");
            set("Status", if product.archived { "Archived" } else { "Active" });
            set("Gift card", "FALSE");
        }
        if let Some(variant) = product.variants.get(n) {
            let v = &variant.fields;
            for (at, name) in names.iter().enumerate() {
                // Shopify names the choices in the first row only.
                if n == 0 {
                    set(&format!("Option{} name", at + 1), name);
                }
                let value = if v.options.is_empty() && at == 0 {
                    "Default Title".to_owned()
                } else {
                    chosen(product, n, at)
                };
                set(&format!("Option{} value", at + 1), &value);
            }
            set("SKU", v.sku.as_deref().unwrap_or(""));
            set("Barcode", v.barcode.as_deref().unwrap_or(""));
            set("Price", &amount(product, v.price));
            set("Compare-at price", &amount(product, v.compare_at));
            set("Cost per item", &amount(product, v.cost));
            set("Charge tax", "TRUE");
            set("Continue selling when out of stock", "DENY");
            set("Requires shipping", "TRUE");
            set("Fulfillment service", "manual");
            if let Some(stock) = v.stock {
                set("Inventory tracker", "shopify");
                set("Inventory quantity", &stock.to_string());
            }
        }
        if let Some(picture) = pictures.get(n) {
            set("Product image URL", picture);
            set("Image position", &(n + 1).to_string());
        }
        rows.push(row);
    }
}

/// Names of the choices, at most three; `Title` where there is nothing to choose.
fn option_names(product: &Product) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in product.variants.iter().flat_map(|v| &v.fields.options) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        return vec!["Title".to_owned()];
    }
    if names.len() > 3 {
        let third = names.split_off(2).join(" / ");
        names.push(third);
    }
    names
}

/// What a variant has chosen for choice `at`; the third holds all beyond it.
fn chosen(product: &Product, variant: usize, at: usize) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in product.variants.iter().flat_map(|v| &v.fields.options) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let options = &product.variants[variant].fields.options;
    let value = |name: &str| options.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v);
    if at < 2 {
        return names.get(at).map_or("", |name| value(name)).to_owned();
    }
    let rest: Vec<&str> =
        names.iter().skip(2).map(|name| value(name)).filter(|v| !v.is_empty()).collect();
    rest.join(" / ")
}
