//! Google Merchant feeds, as tables or (by `xml`) as RSS and Atom. Rows of one `item_group_id` are one
//! product.

use std::collections::HashMap;

use crate::error::CatalogError;
use crate::import::columns::{Amounts, Columns, field, filled, pictures, stock};
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::import::table::{Row, Table};
use crate::import::{Given, ImportedProduct, ReadSettings, Understood, html};
use crate::money::DecimalMark;
use crate::product::{NewProduct, NewVariant, ProductFields};

/// What members of a group may differ in, and what it is called.
const CHOICES: [(&str, &str); 5] = [
    ("color", "Colour"),
    ("size", "Size"),
    ("material", "Material"),
    ("pattern", "Pattern"),
    ("gender", "Gender"),
];

pub(super) fn is(columns: &Columns) -> bool {
    columns.find(&["image link", "availability", "google product category", "gtin"]).is_some()
}

struct Places {
    id: usize,
    title: Option<usize>,
    description: Option<usize>,
    link: Option<usize>,
    image: Option<usize>,
    more_images: Option<usize>,
    price: Option<usize>,
    sale: Option<usize>,
    cost: Option<usize>,
    availability: Option<usize>,
    quantity: Option<usize>,
    brand: Option<usize>,
    gtin: Option<usize>,
    group: Option<usize>,
    category: Option<usize>,
    choices: Vec<(&'static str, usize)>,
}

impl Places {
    fn new(c: &Columns) -> Result<Self, CatalogError> {
        let choices =
            CHOICES.iter().filter_map(|(name, shown)| c.find(&[name]).map(|at| (*shown, at)));
        Ok(Self {
            id: c.need(&["id"], "Google Merchant")?,
            title: c.find(&["title", "structured title"]),
            description: c.find(&["description"]),
            link: c.find(&["link"]),
            image: c.find(&["image link"]),
            more_images: c.find(&["additional image link", "additional image links"]),
            price: c.find(&["price"]),
            sale: c.find(&["sale price"]),
            cost: c.find(&["cost of goods sold"]),
            availability: c.find(&["availability"]),
            quantity: c.find(&["quantity", "sell on google quantity"]),
            brand: c.find(&["brand"]),
            gtin: c.find(&["gtin"]),
            group: c.find(&["item group id"]),
            category: c.find(&["product type", "google product category"]),
            choices: choices.collect(),
        })
    }

    fn given(&self) -> Given {
        Given::default()
            .with(Field::Sku)
            .with(Field::Handle)
            .with_if(Field::Title, self.title.is_some())
            .with_if(Field::Description, self.description.is_some())
            .with_if(Field::Link, self.link.is_some())
            .with_if(Field::Brand, self.brand.is_some())
            .with_if(Field::Category, self.category.is_some())
            .with_if(Field::Barcode, self.gtin.is_some())
            .with_if(Field::Stock, self.quantity.is_some())
            .with_if(Field::Price, self.price.is_some())
            .with_if(Field::CompareAt, self.sale.is_some())
            .with_if(Field::Cost, self.cost.is_some())
            .with_if(Field::Image, self.image.is_some())
    }
}

pub(super) fn understand(
    table: &Table,
    columns: &Columns,
    settings: &ReadSettings,
    report: &mut Report,
) -> Result<Understood, CatalogError> {
    let p = Places::new(columns)?;
    let amounts = Amounts::new(table, &[p.price, p.sale, p.cost], settings, Some(DecimalMark::Dot));
    let mut products: Vec<ImportedProduct> = Vec::with_capacity(table.len());
    let mut groups: HashMap<String, usize> = HashMap::new();
    for row in table.rows() {
        let mut product = match read(&p, &row, &amounts) {
            Ok(product) => product,
            Err(text) => {
                report.skip(row.line, text);
                continue;
            }
        };
        let Some(group) = filled(&row, p.group) else {
            products.push(product);
            continue;
        };
        match groups.get(&group) {
            None => {
                groups.insert(group.clone(), products.len());
                product.product.fields.handle = Some(group);
                product.given = product.given.with(Field::Choice);
                products.push(product);
            }
            Some(at) => {
                let first = &mut products[*at];
                if first.product.fields.currency != product.product.fields.currency {
                    report.skip(row.line, "the row has another currency than the first of its group; give both the same");
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
    Ok((products, amounts.mark))
}

fn read(p: &Places, row: &Row, amounts: &Amounts) -> Result<ImportedProduct, String> {
    let id = row.get(p.id);
    if id.is_empty() {
        return Err("the row has no id; give it one".to_owned());
    }
    let prices = [field(row, p.price), field(row, p.sale), field(row, p.cost)];
    let (currency, named) = amounts.currency("", &prices)?;
    let mut fields = ProductFields::new(field(row, p.title), currency);
    fields.handle = Some(id.to_owned());
    fields.description = html::plain(field(row, p.description));
    fields.link = filled(row, p.link);
    field(row, p.brand).clone_into(&mut fields.brand);
    field(row, p.category).rsplit('>').next().unwrap_or("").trim().clone_into(&mut fields.category);
    let regular = amounts.read("price", prices[0], currency)?;
    let sale = amounts.read("sale price", prices[1], currency)?;
    let (price, compare_at) = match sale {
        Some(sale) => (Some(sale), regular.filter(|r| *r > sale)),
        None => (regular, None),
    };
    let grouped = !field(row, p.group).is_empty();
    let mut options = Vec::new();
    if grouped {
        for (name, at) in &p.choices {
            if !row.get(*at).is_empty() {
                options.push(((*name).to_owned(), row.get(*at).to_owned()));
            }
        }
    }
    let counted = stock(field(row, p.quantity))?;
    let sold_out = matches!(field(row, p.availability).replace(' ', "_").as_str(), "out_of_stock");
    let variant = NewVariant {
        options,
        sku: Some(id.to_owned()),
        barcode: filled(row, p.gtin),
        price,
        compare_at,
        cost: amounts.read("cost", prices[2], currency)?,
        stock: if sold_out { Some(0) } else { counted },
    };
    let mut images: Vec<String> = filled(row, p.image).into_iter().collect();
    for image in pictures(field(row, p.more_images)) {
        if !images.contains(&image) {
            images.push(image);
        }
    }
    Ok(ImportedProduct {
        line: row.line,
        product: NewProduct { fields, variants: vec![variant] },
        lines: vec![row.line],
        images,
        // Only that something is sold out is said of the stock.
        given: p.given().with_if(Field::Stock, sold_out).with_if(Field::Currency, named),
    })
}
