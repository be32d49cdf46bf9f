//! Whatnot's bulk upload: a row a product, up to twelve pictures in columns of their own.

use crate::error::CatalogError;
use crate::import::columns::{Amounts, Columns, field, filled, stock};
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::import::table::Table;
use crate::import::{Given, ImportedProduct, ReadSettings, Understood, html};
use crate::money::DecimalMark;
use crate::product::{NewProduct, NewVariant, ProductFields};

pub(super) fn is(columns: &Columns) -> bool {
    let has = |names: &[&str]| columns.find(names).is_some();
    has(&["title"])
        && has(&["type"])
        && has(&["price", "starting price"])
        && has(&["offerable", "shipping profile", "hazmat"])
}

pub(super) fn understand(
    table: &Table,
    c: &Columns,
    settings: &ReadSettings,
    report: &mut Report,
) -> Result<Understood, CatalogError> {
    let title = c.need(&["title"], "Whatnot")?;
    let (category, sub) = (c.find(&["category"]), c.find(&["sub category", "subcategory"]));
    let (description, quantity) = (c.find(&["description"]), c.find(&["quantity"]));
    let (price, cost) = (c.find(&["price", "starting price"]), c.find(&["cost per item", "cost"]));
    let (sku, condition) = (c.find(&["sku"]), c.find(&["condition"]));
    let images = c.numbered("image url ", "");
    let amounts = Amounts::new(table, &[price, cost], settings, Some(DecimalMark::Dot));
    let given = Given::default()
        .with(Field::Title)
        .with_if(Field::Description, description.is_some())
        .with_if(Field::Category, category.is_some() || sub.is_some())
        .with_if(Field::Stock, quantity.is_some())
        .with_if(Field::Price, price.is_some())
        .with_if(Field::Cost, cost.is_some())
        .with_if(Field::Sku, sku.is_some())
        .with_if(Field::Tags, condition.is_some())
        .with_if(Field::Image, !images.is_empty());
    let mut products = Vec::with_capacity(table.len());
    for row in table.rows() {
        let read = || -> Result<ImportedProduct, String> {
            let prices = [field(&row, price), field(&row, cost)];
            let (currency, named) = amounts.currency("", &prices)?;
            let mut fields = ProductFields::new(row.get(title), currency);
            fields.description = html::plain(field(&row, description));
            fields.category =
                filled(&row, sub).or_else(|| filled(&row, category)).unwrap_or_default();
            fields.tags = filled(&row, condition).into_iter().collect();
            let variant = NewVariant {
                sku: filled(&row, sku),
                price: amounts.read("price", prices[0], currency)?,
                cost: amounts.read("cost", prices[1], currency)?,
                stock: stock(field(&row, quantity))?,
                ..NewVariant::default()
            };
            let images = images.iter().filter_map(|i| filled(&row, Some(*i))).collect();
            Ok(ImportedProduct {
                line: row.line,
                product: NewProduct { fields, variants: vec![variant] },
                lines: vec![row.line],
                images,
                given: given.with_if(Field::Currency, named),
            })
        };
        match read() {
            Ok(product) => products.push(product),
            Err(text) => report.skip(row.line, text),
        }
    }
    Ok((products, amounts.mark))
}
