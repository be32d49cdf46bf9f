//! A show's offers and lots as Whatnot's bulk upload takes them. Nothing is escaped: it takes every cell as
//! it is.

use super::table;
use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::item::ItemKind;
use crate::rundown::Entry;
use crate::show::ShowId;

const HEADER: [&str; 21] = [
    "Category",
    "Sub Category",
    "Title",
    "Description",
    "Quantity",
    "Type",
    "Price",
    "Shipping Profile",
    "Offerable",
    "Hazmat",
    "Condition",
    "Cost Per Item",
    "SKU",
    "Image URL 1",
    "Image URL 2",
    "Image URL 3",
    "Image URL 4",
    "Image URL 5",
    "Image URL 6",
    "Image URL 7",
    "Image URL 8",
];
/// Longer titles are refused there.
const LONGEST_TITLE: usize = 80;

/// Writes the offers, auctions and giveaways of a show, a row for each variant they offer; an auction of
/// several lots is one row with their number. Condition and shipping profile are the platform's own words and
/// stay empty for the seller to fill in.
///
/// # Errors
/// [`CatalogError::Missing`] if there is no such show.
pub async fn write(catalog: &Catalog, show: ShowId) -> Result<Vec<u8>, CatalogError> {
    let rundown = catalog.rundown(show).await?;
    let mut rows = vec![HEADER.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()];
    for entry in &rundown.entries {
        let Some(product) = &entry.product else { continue };
        if entry.item.fields.kind != ItemKind::Talk {
            let pictures = catalog.picture_addresses(product.id).await?;
            rows.extend(offers(entry, &pictures));
        }
    }
    table(rows)
}

fn offers(entry: &Entry, pictures: &[String]) -> Vec<Vec<String>> {
    let Some(product) = &entry.product else { return Vec::new() };
    let f = &entry.item.fields;
    let several = entry.offered().count() > 1;
    let one = |variant: &crate::product::Variant| {
        let v = &variant.fields;
        let label = if several && !v.label().is_empty() {
            format!(" – {}", v.label())
        } else {
            String::new()
        };
        let room = LONGEST_TITLE.saturating_sub(label.chars().count());
        let title: String = entry.title().chars().take(room).collect();
        let (kind, price, quantity) = match f.kind {
            ItemKind::Auction => ("Auction", f.start_price.or(f.price), Some(f.lots)),
            ItemKind::Giveaway => ("Giveaway", Some(0), Some(1)),
            _ => ("Buy it Now", f.price.or(v.price), v.stock),
        };
        let mut row = vec![
            product.fields.category.clone(),
            String::new(),
            title + &label,
            product.fields.description.clone(),
            quantity.unwrap_or(1).to_string(),
            kind.to_owned(),
            super::amount(product, price),
            String::new(),
            if kind == "Buy it Now" { "TRUE" } else { "FALSE" }.to_owned(),
            "Not Hazmat".to_owned(),
            String::new(),
            super::amount(product, v.cost),
            v.sku.clone().unwrap_or_default(),
        ];
        row.extend((0..8).map(|n| pictures.get(n).cloned().unwrap_or_default()));
        row
    };
    entry.offered().map(one).collect()
}
