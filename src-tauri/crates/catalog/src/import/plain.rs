//! Plain tables by a [`Mapping`]: a row a variant; rows with one handle are one product.

use std::collections::HashMap;

use crate::import::columns::{Amounts, field, filled, list, pictures, stock};
use crate::import::mapping::{Field, Mapping};
use crate::import::report::Report;
use crate::import::table::{Row, Table};
use crate::import::{Given, ImportedProduct, ReadSettings, Understood, html};
use crate::product::{NewProduct, NewVariant, ProductFields};

pub(super) fn understand(
    table: &Table,
    mapping: &Mapping,
    settings: &ReadSettings,
    report: &mut Report,
) -> Understood {
    let prices = [Field::Price, Field::CompareAt, Field::Cost].map(|f| mapping.column(f));
    let own = ReadSettings {
        decimal_mark: settings.decimal_mark.or(mapping.decimal_mark),
        currency: mapping.currency.unwrap_or(settings.currency),
        ..settings.clone()
    };
    let amounts = Amounts::new(table, &prices, &own, None);
    let mut given = Given::default();
    for field in Field::ALL {
        given = given.with_if(field, field != Field::Currency && mapping.column(field).is_some());
    }
    let mut products: Vec<ImportedProduct> = Vec::with_capacity(table.len());
    let mut by_handle: HashMap<String, usize> = HashMap::new();
    for row in table.rows() {
        let mut product = match read(&row, mapping, &amounts, given) {
            Ok(product) => product,
            Err(text) => {
                report.skip(row.line, text);
                continue;
            }
        };
        let Some(handle) = product.product.fields.handle.clone() else {
            products.push(product);
            continue;
        };
        match by_handle.get(&handle) {
            None => {
                by_handle.insert(handle, products.len());
                products.push(product);
            }
            Some(at) => {
                let first = &mut products[*at];
                if first.product.fields.currency != product.product.fields.currency {
                    report.skip(row.line, "the row has another currency than the first of its product; give both the same");
                    continue;
                }
                first.product.variants.append(&mut product.product.variants);
                first.lines.push(row.line);
                for image in product.images {
                    if !first.images.contains(&image) {
                        first.images.push(image);
                    }
                }
            }
        }
    }
    (products, amounts.mark)
}

fn read(
    row: &Row,
    mapping: &Mapping,
    amounts: &Amounts,
    given: Given,
) -> Result<ImportedProduct, String> {
    let of = |f: Field| field(row, mapping.column(f));
    let text = |f: Field| filled(row, mapping.column(f));
    let prices = [of(Field::Price), of(Field::CompareAt), of(Field::Cost)];
    let (currency, named) = amounts.currency(of(Field::Currency), &prices)?;
    let mut fields = ProductFields::new(of(Field::Title), currency);
    fields.handle = text(Field::Handle);
    fields.description = html::plain(of(Field::Description));
    of(Field::Brand).clone_into(&mut fields.brand);
    of(Field::Category).clone_into(&mut fields.category);
    fields.link = text(Field::Link);
    for column in mapping.columns_of(Field::Tags) {
        fields.tags.extend(list(row.get(column)));
    }
    let options = mapping
        .columns_of(Field::Choice)
        .filter(|c| !row.get(*c).is_empty())
        .map(|c| (mapping.columns[c].header.clone(), row.get(c).to_owned()))
        .collect();
    let variant = NewVariant {
        options,
        sku: text(Field::Sku),
        barcode: text(Field::Barcode),
        price: amounts.read("price", prices[0], currency)?,
        compare_at: amounts.read("crossed-out price", prices[1], currency)?,
        cost: amounts.read("cost", prices[2], currency)?,
        stock: stock(of(Field::Stock))?,
    };
    let images = mapping.columns_of(Field::Image).flat_map(|c| pictures(row.get(c))).collect();
    Ok(ImportedProduct {
        line: row.line,
        product: NewProduct { fields, variants: vec![variant] },
        lines: vec![row.line],
        images,
        given: given.with_if(Field::Currency, named),
    })
}
