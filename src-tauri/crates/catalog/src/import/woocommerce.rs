//! WooCommerce's product export: variations name their parent by SKU or `id:NUMBER`, before or behind it.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::error::CatalogError;
use crate::import::columns::{Amounts, Columns, field, filled, list, pictures, stock};
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::import::table::{Row, Table};
use crate::import::{Given, ImportedProduct, ReadSettings, Understood, html};
use crate::money::DecimalMark;
use crate::product::{NewProduct, NewVariant, ProductFields};

pub(super) fn is(columns: &Columns) -> bool {
    let has = |names: &[&str]| columns.find(names).is_some();
    has(&["type"]) && has(&["name"]) && has(&["regular price"]) && has(&["sku", "id"])
}

struct Places {
    id: Option<usize>,
    kind: usize,
    sku: Option<usize>,
    name: usize,
    published: Option<usize>,
    short: Option<usize>,
    description: Option<usize>,
    stock: Option<usize>,
    in_stock: Option<usize>,
    sale: Option<usize>,
    sale_ends: Option<usize>,
    regular: Option<usize>,
    categories: Option<usize>,
    tags: Option<usize>,
    images: Option<usize>,
    parent: Option<usize>,
    link: Option<usize>,
    brand: Option<usize>,
    barcode: Option<usize>,
    cost: Option<usize>,
    attributes: Vec<(usize, Option<usize>)>,
}

impl Places {
    fn new(c: &Columns) -> Result<Self, CatalogError> {
        let names = c.numbered("attribute ", " name");
        let attributes = names.into_iter().enumerate().map(|(n, name)| {
            let n = n + 1;
            (name, c.find(&[&format!("attribute {n} value(s)"), &format!("attribute {n} value")]))
        });
        Ok(Self {
            id: c.find(&["id"]),
            kind: c.need(&["type"], "WooCommerce")?,
            sku: c.find(&["sku"]),
            name: c.need(&["name"], "WooCommerce")?,
            published: c.find(&["published"]),
            short: c.find(&["short description"]),
            description: c.find(&["description"]),
            stock: c.find(&["stock"]),
            in_stock: c.find(&["in stock?"]),
            sale: c.find(&["sale price"]),
            sale_ends: c.find(&["date sale price ends"]),
            regular: c.find(&["regular price"]),
            categories: c.find(&["categories"]),
            tags: c.find(&["tags"]),
            images: c.find(&["images"]),
            parent: c.find(&["parent"]),
            link: c.find(&["external url"]),
            brand: c.find(&["brands", "brand"]),
            barcode: c.find(&["gtin, upc, ean, or isbn", "gtin", "ean"]),
            cost: c.find(&["cost of goods", "cost"]),
            attributes: attributes.collect(),
        })
    }

    fn given(&self) -> Given {
        Given::default()
            .with(Field::Title)
            .with(Field::Handle)
            .with_if(Field::Description, self.short.is_some() || self.description.is_some())
            .with_if(Field::Brand, self.brand.is_some())
            .with_if(Field::Category, self.categories.is_some())
            .with_if(Field::Tags, self.tags.is_some())
            .with_if(Field::Sku, self.sku.is_some())
            .with_if(Field::Barcode, self.barcode.is_some())
            .with_if(Field::Stock, self.stock.is_some())
            .with_if(Field::Price, self.regular.is_some())
            .with_if(Field::CompareAt, self.sale.is_some())
            .with_if(Field::Cost, self.cost.is_some())
            .with_if(Field::Choice, !self.attributes.is_empty())
            .with_if(Field::Image, self.images.is_some())
    }
}

pub(super) fn understand(
    table: &Table,
    columns: &Columns,
    settings: &ReadSettings,
    report: &mut Report,
) -> Result<Understood, CatalogError> {
    let p = Places::new(columns)?;
    let amounts =
        Amounts::new(table, &[p.regular, p.sale, p.cost], settings, Some(DecimalMark::Dot));
    let today = today();
    let mut products: Vec<Option<ImportedProduct>> = Vec::new();
    // By `id:NUMBER` and by SKU, as variations name them.
    let mut parents: HashMap<String, usize> = HashMap::new();
    let mut variations: Vec<(usize, Row)> = Vec::new();
    for n in 0..table.len() {
        let row = table.row(n);
        let kind = row.get(p.kind).to_lowercase();
        let is = |k: &str| kind.split(',').any(|w| w.trim() == k);
        if is("variation") {
            variations.push((n, row));
            continue;
        }
        if is("grouped") {
            report.warn(
                row.line,
                "a grouped product has no price of its own and was left out; its members are in",
            );
            continue;
        }
        let hidden =
            settings.published_only && p.published.is_some_and(|c| !matches!(row.get(c), "1" | ""));
        let entry = if hidden {
            report.warn(row.line, "the product is a draft or not published and was left out");
            None
        } else if is("variable") {
            Some(begin(&p, &row, settings))
        } else {
            let mut product = begin(&p, &row, settings);
            match variant(&p, &row, &amounts, &today, settings, false) {
                Ok(variant) => {
                    product.product.variants.push(variant);
                    product.lines.push(row.line);
                    Some(product)
                }
                Err(text) => {
                    report.skip(row.line, text);
                    continue;
                }
            }
        };
        for name in names(&p, &row) {
            parents.entry(name).or_insert(products.len());
        }
        products.push(entry);
    }
    for (_, row) in variations {
        let name = field(&row, p.parent);
        let at = parents.get(&name.to_lowercase().replace("id: ", "id:"));
        let Some(at) = at.filter(|_| !name.is_empty()) else {
            let text = format!(
                "the variation's parent “{name}” is not in the file; export it together with its parent"
            );
            report.skip(row.line, text);
            continue;
        };
        // A parent that was left out takes its variations with it.
        let Some(product) = products[*at].as_mut() else { continue };
        match variant(&p, &row, &amounts, &today, settings, true) {
            Ok(variant) => {
                product.product.variants.push(variant);
                product.lines.push(row.line);
                for image in pictures(field(&row, p.images)) {
                    if !product.images.contains(&image) {
                        product.images.push(image);
                    }
                }
            }
            Err(text) => report.skip(row.line, text),
        }
    }
    let mut kept = Vec::with_capacity(products.len());
    for product in products.into_iter().flatten() {
        if product.product.variants.is_empty() {
            report.skip(product.line, "the variable product has no variation that could be used; export its variations too");
        } else {
            kept.push(product);
        }
    }
    Ok((kept, amounts.mark))
}

/// What variations may call a product.
fn names(p: &Places, row: &Row) -> Vec<String> {
    let id = filled(row, p.id).map(|id| format!("id:{id}"));
    let sku = filled(row, p.sku).map(|s| s.to_lowercase());
    id.into_iter().chain(sku).collect()
}

fn begin(p: &Places, row: &Row, settings: &ReadSettings) -> ImportedProduct {
    let mut fields = ProductFields::new(row.get(p.name), settings.currency);
    // The export has no slug; its numbers stay the same from one export to the next.
    fields.handle = filled(row, p.id).map(|id| format!("woo-{id}")).or_else(|| filled(row, p.sku));
    let long = filled(row, p.description).or_else(|| filled(row, p.short)).unwrap_or_default();
    fields.description = html::plain(&long.replace("\\n", "\n"));
    let category = field(row, p.categories).split(',').next().unwrap_or("");
    category.rsplit('>').next().unwrap_or("").trim().clone_into(&mut fields.category);
    fields.tags = list(field(row, p.tags));
    field(row, p.brand).split(',').next().unwrap_or("").trim().clone_into(&mut fields.brand);
    fields.link = filled(row, p.link);
    let given = p.given().with_if(Field::Link, fields.link.is_some());
    ImportedProduct {
        line: row.line,
        product: NewProduct { fields, variants: Vec::new() },
        lines: Vec::new(),
        images: pictures(field(row, p.images)),
        given,
    }
}

fn variant(
    p: &Places,
    row: &Row,
    amounts: &Amounts,
    today: &str,
    settings: &ReadSettings,
    choices: bool,
) -> Result<NewVariant, String> {
    let currency = settings.currency;
    let regular = amounts.read("regular price", field(row, p.regular), currency)?;
    let ends = field(row, p.sale_ends);
    let over = ends.get(..10).is_some_and(|day| day < today);
    let sale =
        if over { None } else { amounts.read("sale price", field(row, p.sale), currency)? };
    let (price, compare_at) = match sale {
        Some(sale) => (Some(sale), regular.filter(|r| *r > sale)),
        None => (regular, None),
    };
    let mut options = Vec::new();
    if choices {
        for (name, value) in &p.attributes {
            let (name, value) = (row.get(*name), field(row, *value));
            if !name.is_empty() && !value.is_empty() {
                options.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    let counted = stock(field(row, p.stock))?;
    let sold_out = field(row, p.in_stock) == "0";
    Ok(NewVariant {
        options,
        sku: filled(row, p.sku),
        barcode: filled(row, p.barcode),
        price,
        compare_at,
        cost: amounts.read("cost", field(row, p.cost), currency)?,
        stock: if sold_out { Some(0) } else { counted },
    })
}

/// The day in UTC, as `2026-03-09`.
fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    day(i64::try_from(since.as_secs() / 86_400).unwrap_or(0))
}

/// The day so many days behind 1970-01-01, in the calendar of 400 years counted from March.
fn day(days: i64) -> String {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (date, month) = (
        of_year - (153 * shifted + 2) / 5 + 1,
        if shifted < 10 { shifted + 3 } else { shifted - 9 },
    );
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn days() {
        assert_eq!(super::day(0), "1970-01-01");
        assert_eq!(super::day(11_016), "2000-02-29");
        assert_eq!(super::day(20_000), "2024-10-04");
    }
}
