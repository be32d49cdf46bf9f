//! `vitrine-cli catalog`.

use std::process::ExitCode;

use indicatif::ProgressBar;
use serde::Serialize;
use vitrine_studio::catalog::export::{self, Which, csv, shopify};
use vitrine_studio::catalog::import::{
    self, Form, ImportReport, ImportSettings, Imported, Mapping, Pictures, ReadSettings, Source,
    Stage,
};
use vitrine_studio::catalog::money::{self, DecimalMark};
use vitrine_studio::catalog::{Money, Product, ProductId, ShowId};
use vitrine_studio::{Store, StudioError};

use crate::args::catalog::{
    CatalogArgs, CatalogVerb, ExportArgs, FormArg, ImportArgs, MarkArg, SetArgs, TableArg,
};
use crate::{output, pick};

/// Rows of a report that are printed; the rest is counted.
const SHOWN: usize = 20;

pub fn run(a: &CatalogArgs, json: bool) -> Result<ExitCode, StudioError> {
    let store = open(a.catalogue.as_deref(), json)?;
    let done = verb(&store, &a.verb, json);
    store.close();
    done
}

/// Opens the catalogue and tells what opening found out.
pub fn open(path: Option<&std::path::Path>, json: bool) -> Result<Store, StudioError> {
    let store = Store::open(path)?;
    if let (Some(damaged), Some(backup)) = (&store.opened.damaged, &store.opened.restored)
        && !json
    {
        eprintln!(
            "note: the catalogue was damaged and has been replaced by the backup {}; the damaged file is {}",
            backup.display(),
            damaged.display()
        );
    }
    Ok(store)
}

fn verb(store: &Store, verb: &CatalogVerb, json: bool) -> Result<ExitCode, StudioError> {
    let catalog = store.catalog();
    match verb {
        CatalogVerb::Import(a) => return import_file(store, a, json),
        CatalogVerb::Export(a) => export_file(store, a, json)?,
        CatalogVerb::List(a) => {
            let ids = store.wait(catalog.products(a.skip, a.most))?;
            let all = store.wait(catalog.count())?;
            let products = products(store, &ids)?;
            print_products(&products, json);
            if !json && all > products.len() as i64 {
                output::print_line(&format!("{} of {all} products", products.len()));
            }
        }
        CatalogVerb::Search(a) => {
            let ids = store.wait(catalog.search(&a.text, a.most))?;
            let found = products(store, &ids)?;
            if found.is_empty() && !json {
                output::print_line(&format!("nothing is found by “{}”", a.text));
            }
            print_products(&found, json);
        }
        CatalogVerb::Show(a) => {
            let product = pick::product(store, &a.product)?;
            if json { output::print_json(&product) } else { print_product(store, &product) }
        }
        CatalogVerb::History(a) => history(store, &pick::product(store, &a.product)?, json)?,
        CatalogVerb::Set(a) => set(store, a, json)?,
        CatalogVerb::Check => {
            store.wait(catalog.look_over())?;
            let swept = store.wait(catalog.sweep_pictures())?;
            let all = store.wait(catalog.count())?;
            let backups = catalog.backups().len();
            if json {
                output::print_json(&serde_json::json!({
                    "whole": true, "products": all, "pictures_removed": swept, "backups": backups,
                    "restored": store.opened.restored
                }));
            } else {
                output::print_line(&format!(
                    "{} is whole: {all} products, {backups} backups; {swept} pictures that nothing uses were removed",
                    catalog.path().display()
                ));
            }
        }
        CatalogVerb::Backup(a) => {
            let made = if a.list { None } else { Some(store.wait(catalog.back_up())?) };
            let all = catalog.backups();
            if json {
                output::print_json(&serde_json::json!({ "made": made, "backups": all }));
            } else if let Some(made) = made {
                output::print_line(&format!("backup written to {}", made.display()));
            } else {
                for backup in all {
                    output::print_line(&backup.display().to_string());
                }
            }
        }
        CatalogVerb::Undo(a) if a.list => {
            let steps = store.wait(catalog.steps(20))?;
            if json {
                output::print_json(&steps);
            } else {
                for step in steps {
                    let mark = if step.undone { " (taken back)" } else { "" };
                    output::print_line(&format!("{}{mark}", step.name));
                }
            }
        }
        CatalogVerb::Undo(_) => step("taken back", &store.wait(catalog.undo())?, json),
        CatalogVerb::Redo => step("done again", &store.wait(catalog.redo())?, json),
    }
    Ok(ExitCode::SUCCESS)
}

fn step(what: &str, step: &vitrine_studio::catalog::undo::Step, json: bool) {
    if json {
        output::print_json(step)
    } else {
        output::print_line(&format!("{what}: {}", step.name))
    }
}

fn products(store: &Store, ids: &[ProductId]) -> Result<Vec<Product>, StudioError> {
    ids.iter().map(|id| store.wait(store.catalog().product(*id))).collect()
}

fn print_products(products: &[Product], json: bool) {
    if json {
        return output::print_json(&products);
    }
    for p in products {
        let prices: Vec<i64> = p.variants.iter().filter_map(|v| v.fields.price).collect();
        let price = match (prices.iter().min(), prices.iter().max()) {
            (Some(low), Some(high)) if low != high => {
                format!("{}–{}", decimal(*low, p), money(*high, p))
            }
            (Some(low), _) => money(*low, p),
            _ => "no price".to_owned(),
        };
        let variants = match p.variants.len() {
            1 => String::new(),
            n => format!(", {n} variants"),
        };
        output::print_line(&format!("{:>6}  {}  {price}{variants}", p.id.0, p.fields.title));
    }
}

fn money(minor: i64, p: &Product) -> String {
    Money { minor, currency: p.fields.currency }.to_string()
}

fn decimal(minor: i64, p: &Product) -> String {
    Money { minor, currency: p.fields.currency }.decimal()
}

fn print_product(store: &Store, p: &Product) {
    let f = &p.fields;
    output::print_line(&format!("{} {}", p.id, f.title));
    for (name, text) in [("brand", &f.brand), ("category", &f.category), ("notes", &f.notes)] {
        if !text.is_empty() {
            output::print_line(&format!("  {name}: {text}"));
        }
    }
    if let Some(link) = &f.link {
        output::print_line(&format!("  link: {link}"));
    }
    if !f.tags.is_empty() {
        output::print_line(&format!("  tags: {}", f.tags.join(", ")));
    }
    for v in &p.variants {
        let v = &v.fields;
        let label = v.label();
        let price = v.price.map_or_else(|| "no price".to_owned(), |m| money(m, p));
        let before = v.compare_at.map(|m| format!(" (before {})", money(m, p))).unwrap_or_default();
        let stock = v.stock.map_or_else(String::new, |s| format!(", {s} in stock"));
        let sku = v.sku.as_deref().unwrap_or("no SKU");
        output::print_line(&format!("  {sku:<16} {label:<16} {price}{before}{stock}"));
    }
    for hash in &p.pictures {
        let file = store.catalog().picture_file(hash, false);
        output::print_line(&format!("  picture {}", file.display()));
    }
}

#[derive(Serialize)]
struct VariantHistory {
    sku: Option<String>,
    lowest_of_30_days: Option<Money>,
    changes: Vec<vitrine_studio::catalog::price::PriceChange>,
}

fn history(store: &Store, p: &Product, json: bool) -> Result<(), StudioError> {
    let mut all = Vec::new();
    for v in &p.variants {
        all.push(VariantHistory {
            sku: v.fields.sku.clone(),
            lowest_of_30_days: store.wait(store.catalog().lowest_of_30_days(v.id, None))?,
            changes: store.wait(store.catalog().price_history(v.id, 100))?,
        });
    }
    if json {
        output::print_json(&all);
        return Ok(());
    }
    for v in all {
        let lowest = v.lowest_of_30_days.map_or_else(|| "none".to_owned(), |m| m.to_string());
        let sku = v.sku.unwrap_or_else(|| "no SKU".to_owned());
        output::print_line(&format!("{sku}: lowest of 30 days {lowest}"));
        for c in v.changes {
            let price = c.price.map_or_else(|| "no price".to_owned(), |m| m.to_string());
            let show = if c.item.is_some() { ", show price" } else { "" };
            let at = export::wording::date(c.at, 0);
            let clock = export::wording::clock(c.at, 0);
            output::print_line(&format!("  {at} {clock} UTC  {price}  ({}{show})", c.source));
        }
    }
    Ok(())
}

fn set(store: &Store, a: &SetArgs, json: bool) -> Result<(), StudioError> {
    let (product, id) = pick::variant(store, &a.variant)?;
    let variant = product.variants.iter().find(|v| v.id == id);
    let mut fields = variant.map(|v| v.fields.clone()).unwrap_or_default();
    if let Some(text) = &a.price {
        fields.price = Some(pick::amount(text, &product)?);
    }
    fields.stock = a.stock.or(fields.stock);
    let name = format!("Change {}", product.fields.title);
    store.wait(async {
        let mut edit = store.catalog().edit(&name, "edit").await?;
        edit.set_variant(id, &fields).await?;
        edit.commit().await
    })?;
    let product = store.wait(store.catalog().product(product.id))?;
    if json {
        output::print_json(&product)
    } else {
        print_product(store, &product)
    }
    Ok(())
}

fn read_settings(a: &ImportArgs) -> Result<ReadSettings, StudioError> {
    let currency = money::currency(&a.currency).ok_or_else(|| {
        StudioError::input("currency", format!("“{}” is no currency", a.currency))
            .remedy("use its three letters, such as EUR, USD or PLN")
    })?;
    let mapping = a.mapping.as_ref().map(|file| {
        let bad = |e: &dyn std::fmt::Display| {
            StudioError::input("mapping", format!("mapping {} cannot be read: {e}", file.display()))
                .remedy("--print-mapping writes one that can be edited")
        };
        let text = std::fs::read_to_string(file).map_err(|e| bad(&e))?;
        serde_json::from_str::<Mapping>(&text).map_err(|e| bad(&e))
    });
    Ok(ReadSettings {
        form: a.form.map(|f| match f {
            FormArg::Shopify => Form::Shopify,
            FormArg::Woocommerce => Form::WooCommerce,
            FormArg::Google => Form::Google,
            FormArg::Whatnot => Form::Whatnot,
            FormArg::Plain => Form::Plain,
            FormArg::Json => Form::Json,
        }),
        mapping: mapping.transpose()?,
        decimal_mark: a.decimal.map(|m| match m {
            MarkArg::Dot => DecimalMark::Dot,
            MarkArg::Comma => DecimalMark::Comma,
        }),
        encoding: a.encoding.clone(),
        delimiter: a.delimiter,
        published_only: a.published_only,
        ..ReadSettings::new(currency)
    })
}

fn import_file(store: &Store, a: &ImportArgs, json: bool) -> Result<ExitCode, StudioError> {
    let mut settings = read_settings(a)?;
    let source = Source::file(&a.file)?;
    let catalog = store.catalog();
    let mut imported = import::read(&source, &settings)?;
    // A mapping that was used on such a file before comes before a proposal.
    if imported.form == Form::Plain
        && settings.mapping.is_none()
        && let Some(known) = store.wait(catalog.mapping(&imported.header))?
    {
        settings.mapping = Some(known);
        imported = import::read(&source, &settings)?;
    }
    if a.print_mapping {
        let mapping = imported.mapping.clone().ok_or_else(|| {
            StudioError::input(
                "mapping",
                format!("{} is a {:?} file and needs no mapping", imported.name, imported.form),
            )
            .remedy("import it as it is, or give --form plain")
        })?;
        output::print_json(&mapping);
        return Ok(ExitCode::SUCCESS);
    }
    let bar = output::steps(json);
    let how = ImportSettings {
        dry_run: a.dry_run,
        partial: a.partial,
        source: None,
        pictures: if a.no_images { Pictures::Leave } else { Pictures::Fetch },
    };
    let report =
        store.wait(catalog.import(&imported, &how, |stage, done, of| tell(&bar, stage, done, of)));
    bar.finish_and_clear();
    let report = report?;
    if report.applied
        && let Some(mapping) = imported.mapping.as_ref().filter(|_| imported.form == Form::Plain)
    {
        store.wait(catalog.remember_mapping(&imported.header, mapping))?;
    }
    if json {
        output::print_json(&report)
    } else {
        print_report(&imported, &report, a.dry_run)
    }
    Ok(if report.applied || a.dry_run { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn tell(bar: &ProgressBar, stage: Stage, done: u64, of: u64) {
    bar.set_length(of);
    bar.set_position(done);
    bar.set_message(match stage {
        Stage::Pictures => "pictures",
        Stage::Products => "products",
    });
}

fn print_report(imported: &Imported, r: &ImportReport, dry_run: bool) {
    for (what, list) in [("skipped", &r.report.skipped), ("look at", &r.report.warnings)] {
        for remark in list.iter().take(SHOWN) {
            let line =
                if remark.line > 0 { format!("line {}: ", remark.line) } else { String::new() };
            output::print_line(&format!("{what}  {line}{}", remark.text));
        }
        if list.len() > SHOWN {
            output::print_line(&format!(
                "{what}  … and {} more (--json lists them)",
                list.len() - SHOWN
            ));
        }
    }
    let verb = if dry_run { "would be " } else { "" };
    let counts = format!(
        "{} products {verb}new, {} {verb}changed, {} as they were, {} pictures",
        r.added, r.updated, r.unchanged, r.pictures
    );
    output::print_line(&format!(
        "{} ({:?}, {} rows): {counts}, {} rows skipped",
        imported.name,
        imported.form,
        r.report.rows,
        r.report.skips()
    ));
    if !r.applied && !dry_run {
        output::print_line(
            "Nothing was changed: mend the rows above, or take the others with --partial.",
        );
    }
}

fn export_file(store: &Store, a: &ExportArgs, json: bool) -> Result<(), StudioError> {
    let which = a.show.map_or(Which::All, |s| Which::Show(ShowId(s)));
    let bar = output::steps(json);
    let tell = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let catalog = store.catalog();
    let bytes = match a.form {
        TableArg::Csv => {
            store.wait(csv::write(catalog, which, csv::CsvOptions { bom: true }, tell))
        }
        TableArg::Shopify => store.wait(shopify::write(catalog, which, tell)),
    };
    bar.finish_and_clear();
    export::save(&a.file, &bytes?)?;
    said(&a.file, json);
    Ok(())
}

/// Tells which file was written.
pub fn said(file: &std::path::Path, json: bool) {
    if json {
        output::print_json(&serde_json::json!({ "written": file }));
    } else {
        output::print_line(&format!("written to {}", file.display()));
    }
}
