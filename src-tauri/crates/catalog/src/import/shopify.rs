//! Shopify's product export. The first generation calls its columns `Handle`, `Variant Price`, `Image Src`;
//! the second `URL handle`, `Price`, `Product image URL`. Rows of one handle are one product.

use std::collections::HashMap;

use crate::error::CatalogError;
use crate::import::columns::{Amounts, Columns, field, filled, list, stock};
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::import::table::{Row, Table};
use crate::import::{Given, ImportedProduct, ReadSettings, Understood, html};
use crate::money::DecimalMark;
use crate::product::{NewProduct, NewVariant, ProductFields};

const HANDLE: &[&str] = &["url handle", "handle"];
const PRICE: &[&str] = &["variant price", "price"];

pub(super) fn is(columns: &Columns) -> bool {
    let has = |names: &[&str]| columns.find(names).is_some();
    has(HANDLE)
        && has(&["title"])
        && has(&["option1 name", "option1 value", "variant price", "product image url"])
}

/// The places of what is used.
struct Places {
    handle: usize,
    title: Option<usize>,
    body: Option<usize>,
    vendor: Option<usize>,
    category: Option<usize>,
    kind: Option<usize>,
    tags: Option<usize>,
    published: Option<usize>,
    status: Option<usize>,
    options: Vec<(Option<usize>, usize)>,
    sku: Option<usize>,
    barcode: Option<usize>,
    tracker: Option<usize>,
    stock: Option<usize>,
    price: Option<usize>,
    compare: Option<usize>,
    cost: Option<usize>,
    image: Option<usize>,
    image_position: Option<usize>,
    variant_image: Option<usize>,
}

impl Places {
    fn new(c: &Columns) -> Result<Self, CatalogError> {
        let options = [1, 2, 3].map(|n| {
            let value = c.find(&[&format!("option{n} value")])?;
            Some((c.find(&[&format!("option{n} name")]), value))
        });
        Ok(Self {
            handle: c.need(HANDLE, "Shopify")?,
            title: c.find(&["title"]),
            body: c.find(&["body (html)", "body html", "description", "body"]),
            vendor: c.find(&["vendor"]),
            category: c.find(&["product category", "standard product type"]),
            kind: c.find(&["type", "custom product type"]),
            tags: c.find(&["tags"]),
            published: c.find(&["published on online store", "published"]),
            status: c.find(&["status"]),
            options: options.into_iter().flatten().collect(),
            sku: c.find(&["variant sku", "sku"]),
            barcode: c.find(&["variant barcode", "barcode"]),
            tracker: c.find(&["variant inventory tracker", "inventory tracker"]),
            stock: c.find(&["variant inventory qty", "inventory quantity"]),
            // `Price / MARKET` has another name and is left alone.
            price: c.find(PRICE),
            compare: c.find(&["variant compare at price", "compare at price"]),
            cost: c.find(&["cost per item", "variant cost"]),
            image: c.find(&["image src", "product image url", "image url"]),
            image_position: c.find(&["image position"]),
            variant_image: c.find(&["variant image", "variant image url"]),
        })
    }

    fn given(&self) -> Given {
        Given::default()
            .with(Field::Handle)
            .with_if(Field::Title, self.title.is_some())
            .with_if(Field::Description, self.body.is_some())
            .with_if(Field::Brand, self.vendor.is_some())
            .with_if(Field::Category, self.category.is_some() || self.kind.is_some())
            .with_if(Field::Tags, self.tags.is_some())
            .with_if(Field::Sku, self.sku.is_some())
            .with_if(Field::Barcode, self.barcode.is_some())
            .with_if(Field::Stock, self.stock.is_some())
            .with_if(Field::Price, self.price.is_some())
            .with_if(Field::CompareAt, self.compare.is_some())
            .with_if(Field::Cost, self.cost.is_some())
            .with_if(Field::Choice, !self.options.is_empty())
            .with_if(Field::Image, self.image.is_some())
    }
}

/// A product while its rows come in.
struct Open {
    product: ImportedProduct,
    option_names: Vec<String>,
    images: Vec<(u64, String)>,
    variant_images: Vec<String>,
    published: bool,
    /// Rows with a variant that could not be used.
    lost: usize,
}

pub(super) fn understand(
    table: &Table,
    columns: &Columns,
    settings: &ReadSettings,
    report: &mut Report,
) -> Result<Understood, CatalogError> {
    let places = Places::new(columns)?;
    let amounts = Amounts::new(
        table,
        &[places.price, places.compare, places.cost],
        settings,
        Some(DecimalMark::Dot),
    );
    let given = places.given();
    let mut open: Vec<Open> = Vec::new();
    let mut by_handle: HashMap<String, usize> = HashMap::new();
    for row in table.rows() {
        let handle = row.get(places.handle);
        if handle.is_empty() {
            report
                .skip(row.line, "the row has no handle, so it belongs to no product; give it one");
            continue;
        }
        let at = match by_handle.get(handle) {
            Some(at) => *at,
            None => {
                by_handle.insert(handle.to_owned(), open.len());
                open.push(begin(&places, &row, handle, settings, given));
                open.len() - 1
            }
        };
        take(&places, &row, &mut open[at], &amounts, report);
    }
    let mut products = Vec::with_capacity(open.len());
    for mut o in open {
        if settings.published_only && !o.published {
            report.warn(o.product.line, "the product is a draft or not published and was left out");
            continue;
        }
        if o.product.product.variants.is_empty() && o.lost > 0 {
            continue;
        }
        o.images.sort_by_key(|(position, _)| *position);
        let all = o.images.into_iter().map(|(_, i)| i).chain(o.variant_images);
        for image in all {
            if !o.product.images.contains(&image) {
                o.product.images.push(image);
            }
        }
        products.push(o.product);
    }
    Ok((products, amounts.mark))
}

fn begin(p: &Places, row: &Row, handle: &str, settings: &ReadSettings, given: Given) -> Open {
    let mut fields = ProductFields::new(field(row, p.title), settings.currency);
    fields.handle = Some(handle.to_owned());
    fields.description = html::plain(field(row, p.body));
    field(row, p.vendor).clone_into(&mut fields.brand);
    let category = filled(row, p.kind).or_else(|| filled(row, p.category)).unwrap_or_default();
    category.rsplit('>').next().unwrap_or("").trim().clone_into(&mut fields.category);
    fields.tags = list(field(row, p.tags));
    let status = field(row, p.status).to_lowercase();
    let published = field(row, p.published).to_lowercase();
    Open {
        product: ImportedProduct {
            line: row.line,
            product: NewProduct { fields, variants: Vec::new() },
            lines: Vec::new(),
            images: Vec::new(),
            given,
        },
        option_names: p.options.iter().map(|(name, _)| field(row, *name).to_owned()).collect(),
        images: Vec::new(),
        variant_images: Vec::new(),
        published: !matches!(status.as_str(), "draft" | "archived" | "unlisted")
            && published != "false",
        lost: 0,
    }
}

fn take(p: &Places, row: &Row, open: &mut Open, amounts: &Amounts, report: &mut Report) {
    if let Some(image) = filled(row, p.image) {
        let position = field(row, p.image_position).parse().unwrap_or(open.images.len() as u64 + 1);
        open.images.push((position, image));
    }
    open.variant_images.extend(filled(row, p.variant_image));
    if open.product.product.fields.title.is_empty() {
        field(row, p.title).clone_into(&mut open.product.product.fields.title);
    }
    let mut options = Vec::new();
    for (n, (_, value)) in p.options.iter().enumerate() {
        let value = row.get(*value);
        let name = open.option_names[n].as_str();
        let only =
            name.eq_ignore_ascii_case("title") && value.eq_ignore_ascii_case("default title");
        if !value.is_empty() && !only {
            let name = if name.is_empty() { format!("Option {}", n + 1) } else { name.to_owned() };
            options.push((name, value.to_owned()));
        }
    }
    let (sku, price) = (filled(row, p.sku), field(row, p.price));
    let first = open.product.product.variants.is_empty() && open.lost == 0;
    if sku.is_none() && price.is_empty() && options.is_empty() && !first {
        // Only a picture.
        return;
    }
    match variant(p, row, amounts, options, sku, open.product.product.fields.currency) {
        Ok(variant) => {
            open.product.product.variants.push(variant);
            open.product.lines.push(row.line);
        }
        Err(text) => {
            open.lost += 1;
            report.skip(row.line, text);
        }
    }
}

fn variant(
    p: &Places,
    row: &Row,
    amounts: &Amounts,
    options: Vec<(String, String)>,
    sku: Option<String>,
    currency: iso_currency::Currency,
) -> Result<NewVariant, String> {
    // Without a tracker the shop counts nothing, whatever number stands there.
    let counted = p.tracker.is_none_or(|t| !row.get(t).is_empty());
    Ok(NewVariant {
        options,
        sku,
        barcode: filled(row, p.barcode),
        price: amounts.read("price", field(row, p.price), currency)?,
        compare_at: amounts.read("crossed-out price", field(row, p.compare), currency)?,
        cost: amounts.read("cost", field(row, p.cost), currency)?,
        stock: if counted { stock(field(row, p.stock))? } else { None },
    })
}
