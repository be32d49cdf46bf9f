//! The catalogue as a plain table, a row a variant. Cells that a spreadsheet would run as a formula get an
//! apostrophe in front.

use std::collections::BTreeSet;

use super::read::BATCH;
use super::{Which, amount, handle, table};
use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::product::{Product, Variant};

/// Choices that get a column of their own; what else there is stands together in `Variant`.
const MOST_CHOICES: usize = 30;

/// How the table is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CsvOptions {
    /// Begin with a byte-order mark, without which some spreadsheets take UTF-8 for something else.
    pub bom: bool,
}

/// Writes products as CSV in UTF-8, with `progress(done, of)` after every few hundred.
///
/// # Errors
/// [`CatalogError::Missing`] if there is no such show, or if the catalogue cannot be read.
pub async fn write(
    catalog: &Catalog,
    which: Which,
    options: CsvOptions,
    mut progress: impl FnMut(usize, usize),
) -> Result<Vec<u8>, CatalogError> {
    let ids = catalog.products_of(which).await?;
    let mut products = Vec::with_capacity(ids.len());
    for batch in ids.chunks(BATCH) {
        products.extend(catalog.products_at(batch).await?);
        progress(products.len(), ids.len());
    }
    let names = products
        .iter()
        .flat_map(|(p, _)| &p.variants)
        .flat_map(|v| &v.fields.options)
        .map(|(n, _)| n.as_str());
    let choices: BTreeSet<&str> =
        names.collect::<BTreeSet<_>>().into_iter().take(MOST_CHOICES).collect();
    let mut rows = vec![header(&choices)];
    for (product, sources) in &products {
        for variant in &product.variants {
            rows.push(
                row(product, variant, sources, &choices).into_iter().map(unformula).collect(),
            );
        }
    }
    let bytes = table(rows)?;
    Ok(if options.bom { [b"\xef\xbb\xbf".as_slice(), &bytes].concat() } else { bytes })
}

fn header(choices: &BTreeSet<&str>) -> Vec<String> {
    let before = ["Handle", "Title", "SKU", "Barcode"];
    let behind = [
        "Variant",
        "Price",
        "Compare at price",
        "Cost",
        "Currency",
        "Stock",
        "Brand",
        "Category",
        "Tags",
        "Link",
        "Images",
        "Description",
        "Notes",
    ];
    let choices = choices.iter().map(|c| unformula((*c).to_owned()));
    before
        .iter()
        .map(|s| (*s).to_owned())
        .chain(choices)
        .chain(behind.iter().map(|s| (*s).to_owned()))
        .collect()
}

fn row(
    product: &Product,
    variant: &Variant,
    sources: &[String],
    choices: &BTreeSet<&str>,
) -> Vec<String> {
    let (f, v) = (&product.fields, &variant.fields);
    let chosen = |name: &str| {
        v.options.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value).to_owned()
    };
    let others: Vec<&str> = v
        .options
        .iter()
        .filter(|(n, _)| !choices.contains(n.as_str()))
        .map(|(_, value)| value.as_str())
        .collect();
    let mut row = vec![
        handle(product),
        f.title.clone(),
        v.sku.clone().unwrap_or_default(),
        v.barcode.clone().unwrap_or_default(),
    ];
    row.extend(choices.iter().map(|name| chosen(name)));
    row.extend([
        others.join(" / "),
        amount(product, v.price),
        amount(product, v.compare_at),
        amount(product, v.cost),
        f.currency.code().to_owned(),
        v.stock.map_or_else(String::new, |n| n.to_string()),
        f.brand.clone(),
        f.category.clone(),
        f.tags.join(", "),
        f.link.clone().unwrap_or_default(),
        sources.join(", "),
        f.description.clone(),
        f.notes.clone(),
    ]);
    row
}

/// A cell that no spreadsheet runs.
fn unformula(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
