//! What the catalogue costs at a hundred thousand products, for `cargo xtask bench`: reading a shop's file
//! into it, opening it, searching it as somebody types, and changing a price.
//!
//! `figures FILE.csv FOLDER` prints one JSON object; times are wall clock, in milliseconds.

use std::path::Path;
use std::time::Instant;

use vitrine_catalog::import::{ImportSettings, Pictures, ReadSettings, Source, read};
use vitrine_catalog::{Catalog, Money};

/// What is typed, letter by letter.
const TYPED: [&str; 8] = [
    "stoneware",
    "kettle blue",
    "linen 4711",
    "sku-99",
    "frother",
    "ketle",
    "emaille krug",
    "porcelain set 12",
];
/// Prices that are changed, one after the other.
const PRICES: usize = 200;

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// The value that the given share of them lies below.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

async fn run(file: &Path, folder: &Path) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    let path = folder.join("figures.sqlite");
    let (catalog, _) = Catalog::open(&path).await?;
    let begun = Instant::now();
    let settings = ReadSettings::new(iso_currency::Currency::EUR);
    let imported = read(&Source::file(file)?, &settings)?;
    let how = ImportSettings { pictures: Pictures::Leave, ..ImportSettings::default() };
    let report = catalog.import(&imported, &how, |_, _, _| ()).await?;
    let import = ms(begun);
    drop(imported);
    // So that none is made while opening is measured.
    catalog.back_up().await?;
    catalog.close().await;

    let mut opens = Vec::new();
    for _ in 0..7 {
        let begun = Instant::now();
        let (catalog, _) = Catalog::open(&path).await?;
        catalog.products(0, 50).await?;
        opens.push(ms(begun));
        catalog.close().await;
    }

    let (catalog, _) = Catalog::open(&path).await?;
    let mut searches = Vec::new();
    for _ in 0..5 {
        for text in TYPED {
            for (end, _) in text.char_indices().skip(1).chain([(text.len(), ' ')]) {
                let begun = Instant::now();
                catalog.search(&text[..end], 20).await?;
                searches.push(ms(begun));
            }
        }
    }

    let mut changes = Vec::new();
    for (n, id) in catalog.products(0, PRICES as i64).await?.into_iter().enumerate() {
        let variant = catalog.variants(id).await?[0].id;
        let minor = 1000 + n as i64;
        let begun = Instant::now();
        let mut edit = catalog.edit("Change price", "edit").await?;
        let price = Money { minor, currency: iso_currency::Currency::EUR };
        edit.set_price(variant, Some(price)).await?;
        edit.commit().await?;
        changes.push(ms(begun));
    }
    catalog.close().await;
    Ok(serde_json::json!({
        "products": report.added,
        "import_ms": import,
        "open_ms": quantile(&mut opens, 0.5),
        "search_p50_ms": quantile(&mut searches, 0.5),
        "search_p99_ms": quantile(&mut searches, 0.99),
        "price_p50_ms": quantile(&mut changes, 0.5),
    }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let (Some(file), Some(folder)) = (args.next(), args.next()) else {
        return Err("usage: figures FILE.csv FOLDER".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    println!("{}", runtime.block_on(run(Path::new(&file), Path::new(&folder)))?);
    Ok(())
}
