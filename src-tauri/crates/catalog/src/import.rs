//! From a shop's file to products, in three steps that can be shown and tested alone: [`read`] turns bytes
//! into a [`Table`] and understands it as an [`Imported`] list of products with a [`Report`];
//! [`Catalog::import`](crate::Catalog::import) puts that into the catalogue, whole or not at all.
//!
//! | file | what |
//! |---|---|
//! | [`source`] | bytes of a file or from memory, decoded as they stream by |
//! | `detect` | worksheet, XML, JSON or text; encoding; delimiter |
//! | [`mod@table`] | [`Table`]: rows as they came; reading delimited text |
//! | `xlsx` | worksheets, guarded against bombs |
//! | `xml` | Google Merchant feeds as tables |
//! | [`columns`] | columns by name, amounts with their sentences |
//! | [`amount`] | decimal mark of a column, currency of a sign |
//! | [`mapping`], `synonyms` | what columns of plain tables say, proposed and remembered |
//! | `html` | plain text of HTML |
//! | `shopify`, `woocommerce`, `google`, `whatnot`, `plain`, `json` | the forms |
//! | `finish` | what holds for every form: duplicates, limits, handles |
//! | [`report`] | [`Report`]: what became of the rows |
//! | [`apply`], `existing`, `write` | putting products into the catalogue |
//! | [`fetch`], `address` | pictures by path or address |
//!
//! Reading is blocking and may be called from any thread; give it a thread that may block.

pub mod amount;
pub mod apply;
pub mod columns;
pub mod fetch;
pub mod mapping;
pub mod report;
pub mod source;
pub mod table;

mod address;
mod detect;
mod existing;
mod finish;
mod google;
mod html;
mod json;
mod plain;
mod shopify;
mod synonyms;
mod whatnot;
mod woocommerce;
mod write;
mod xlsx;
mod xml;

use encoding_rs::Encoding;
use iso_currency::Currency;
use serde::{Deserialize, Serialize};

pub use apply::{ImportReport, ImportSettings, Pictures, Stage};
pub use mapping::{Column, Field, Mapping};
pub use report::{Remark, Report};
pub use source::Source;
pub use table::Table;

use crate::error::CatalogError;
use crate::import::columns::Columns;
use crate::import::detect::Layout;
use crate::money::DecimalMark;
use crate::product::NewProduct;

/// Who wrote a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Shopify's product export, of either generation.
    Shopify,
    /// WooCommerce's product export.
    WooCommerce,
    /// A Google Merchant feed, as a table or XML.
    Google,
    /// Whatnot's bulk upload.
    Whatnot,
    /// Any table, by a [`Mapping`].
    Plain,
    /// A list of products as Vitrine writes them.
    Json,
}

/// How to read a file; the default finds out by itself.
#[derive(Clone, Debug)]
pub struct ReadSettings {
    /// The form; `None`: by the header.
    pub form: Option<Form>,
    /// What columns of a plain table say; `None`: proposed. Ignored by the other forms.
    pub mapping: Option<Mapping>,
    /// The decimal mark; `None`: found over the whole column.
    pub decimal_mark: Option<DecimalMark>,
    /// The currency where the file names none.
    pub currency: Currency,
    /// The encoding by its label (`windows-1251`); `None`: found.
    pub encoding: Option<String>,
    /// The delimiter, an ASCII character; `None`: found.
    pub delimiter: Option<char>,
    /// Leave out drafts and what is not published.
    pub published_only: bool,
}

impl ReadSettings {
    /// Everything found by itself; prices without a currency are in `currency`.
    pub fn new(currency: Currency) -> Self {
        Self {
            form: None,
            mapping: None,
            decimal_mark: None,
            currency,
            encoding: None,
            delimiter: None,
            published_only: false,
        }
    }
}

/// Which fields a file says anything about: only these are changed in a product that is there already.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Given(u32);

impl Given {
    /// With one more field.
    #[must_use]
    pub const fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field as u32)
    }

    /// With one more field, if `really`.
    #[must_use]
    pub const fn with_if(self, field: Field, really: bool) -> Self {
        if really { self.with(field) } else { self }
    }

    /// The file says something about it.
    pub const fn has(self, field: Field) -> bool {
        self.0 & 1 << field as u32 != 0
    }
}

/// A product as a file has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedProduct {
    /// The line it begins on, from 1.
    pub line: u64,
    /// What it says of itself. The title may be empty where only what is there already is changed.
    pub product: NewProduct,
    /// Lines of the variants, as many as there are.
    pub lines: Vec<u64>,
    /// Pictures in order: paths relative to the file, or addresses.
    pub images: Vec<String>,
    /// What the file says something about.
    pub given: Given,
}

/// A file that was read and understood.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The file's name.
    pub name: String,
    /// Where relative paths of pictures begin.
    pub folder: Option<std::path::PathBuf>,
    /// Who wrote it.
    pub form: Form,
    /// The header of a table; empty otherwise.
    pub header: Vec<String>,
    /// What the columns were taken for, if it is a plain table.
    pub mapping: Option<Mapping>,
    /// The decimal mark that was used, where there was a choice.
    pub decimal_mark: Option<DecimalMark>,
    /// The products in the order of the file.
    pub products: Vec<ImportedProduct>,
    /// What became of the rows.
    pub report: Report,
}

/// Reads a file's rows without understanding them: the header for a preview of the mapping, and rows.
/// XML is read as a feed; JSON has no table.
///
/// # Errors
/// [`CatalogError::Invalid`], naming the file and the remedy.
pub fn table(
    source: &Source,
    settings: &ReadSettings,
    report: &mut Report,
) -> Result<Table, CatalogError> {
    match detect::layout(source)? {
        Layout::Worksheet => xlsx::read(source, report),
        Layout::Xml => xml::read(source, encoding(source, settings, true)?, report),
        Layout::Json => Err(source.bad("is JSON and has no columns; import it without a mapping")),
        Layout::Delimited => delimited(source, settings, report),
    }
}

fn delimited(
    source: &Source,
    settings: &ReadSettings,
    report: &mut Report,
) -> Result<Table, CatalogError> {
    let encoding = encoding(source, settings, false)?;
    let delimiter = match settings.delimiter {
        Some(c) if c.is_ascii() && !c.is_alphanumeric() && c != '"' => c as u8,
        Some(c) => {
            let text = format!("“{c}” cannot be a delimiter; use a comma, semicolon, tab or bar");
            return Err(CatalogError::Invalid(text));
        }
        None => detect::delimiter(source, encoding)?,
    };
    table::delimited(source, encoding, delimiter, report)
}

fn encoding(
    source: &Source,
    settings: &ReadSettings,
    xml: bool,
) -> Result<&'static Encoding, CatalogError> {
    match &settings.encoding {
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            CatalogError::Invalid(format!(
                "no encoding is called “{label}”; try utf-8 or windows-1252"
            ))
        }),
        None => {
            let declared = if xml { detect::declared(&source.head()?) } else { None };
            source.encoding(declared)
        }
    }
}

/// Reads and understands a file.
///
/// # Errors
/// [`CatalogError::Invalid`] if the file as a whole cannot be used, naming it and the remedy. What is wrong
/// with single rows is in the report; so is a proposed mapping that finds neither titles nor SKUs, and
/// there are no products then.
pub fn read(source: &Source, settings: &ReadSettings) -> Result<Imported, CatalogError> {
    let mut report = Report::default();
    let mut imported = Imported {
        name: source.name().to_owned(),
        folder: source.folder().map(ToOwned::to_owned),
        form: Form::Json,
        header: Vec::new(),
        mapping: None,
        decimal_mark: None,
        products: Vec::new(),
        report: Report::default(),
    };
    if detect::layout(source)? == Layout::Json {
        if settings.form.is_some_and(|f| f != Form::Json) {
            return Err(source.bad("is JSON; leave the form out, or export it as a table"));
        }
        imported.products = json::read(source, encoding(source, settings, false)?, &mut report)?;
    } else {
        let table = table(source, settings, &mut report)?;
        understand(&table, settings, &mut imported, &mut report)?;
        imported.header = table.header;
    }
    finish::finish(&mut imported.products, &mut report);
    report.products = imported.products.len() as u64;
    imported.report = report;
    Ok(imported)
}

/// Tells by the header who wrote a table.
pub fn form(header: &[String]) -> Form {
    let columns = Columns::new(header);
    let has = |names: &[&str]| columns.find(names).is_some();
    if shopify::is(&columns) {
        Form::Shopify
    } else if woocommerce::is(&columns) {
        Form::WooCommerce
    } else if whatnot::is(&columns) {
        Form::Whatnot
    } else if has(&["id"]) && has(&["title"]) && has(&["price"]) && google::is(&columns) {
        Form::Google
    } else {
        Form::Plain
    }
}

fn understand(
    table: &Table,
    settings: &ReadSettings,
    imported: &mut Imported,
    report: &mut Report,
) -> Result<(), CatalogError> {
    imported.form = settings.form.unwrap_or_else(|| form(&table.header));
    if settings.mapping.is_some() && settings.form.is_none() {
        imported.form = Form::Plain;
    }
    let columns = Columns::new(&table.header);
    let (products, mark) = match imported.form {
        Form::Shopify => shopify::understand(table, &columns, settings, report)?,
        Form::WooCommerce => woocommerce::understand(table, &columns, settings, report)?,
        Form::Google => google::understand(table, &columns, settings, report)?,
        Form::Whatnot => whatnot::understand(table, &columns, settings, report)?,
        Form::Plain => {
            let mapping = match &settings.mapping {
                Some(mapping) => mapping.clone(),
                None => Mapping::propose(&table.header),
            };
            match mapping.check(&table.header) {
                Ok(()) => {}
                // Shown to be edited, it becomes one that can be used.
                Err(e) if settings.mapping.is_none() => {
                    report.skip(1, e.to_string());
                    imported.mapping = Some(mapping);
                    return Ok(());
                }
                Err(e) => return Err(e),
            }
            let understood = plain::understand(table, &mapping, settings, report);
            imported.mapping = Some(mapping);
            understood
        }
        Form::Json => {
            return Err(CatalogError::Invalid(format!(
                "the file {} is no JSON; leave the form out",
                imported.name
            )));
        }
    };
    imported.products = products;
    imported.decimal_mark = mark;
    Ok(())
}

/// What a form gives: products, and the decimal mark it read them by.
type Understood = (Vec<ImportedProduct>, Option<DecimalMark>);
