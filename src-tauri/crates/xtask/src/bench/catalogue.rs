//! The catalogue at a hundred thousand products: its own figures, and those of SQLite's shell doing the
//! obvious thing with the same file.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::context::Context;
use crate::failure::Failure;
use crate::{Done, paths, shell};

/// Rows of the shop's file, one product each.
const ROWS: u32 = 100_000;

/// One of the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Reading the file into the catalogue, milliseconds.
    Import,
    /// A search while somebody types, 99 of 100, milliseconds.
    Search,
    /// Opening it and reading the first page, milliseconds.
    Open,
    /// A price, from the call to the disk, milliseconds.
    Price,
}

/// Vitrine's figure.
///
/// # Errors
/// If the example does not build or run.
pub fn ours(context: &Context, figure: Figure) -> Done<f64> {
    let all = context.once("catalogue ours", || {
        let folder = scratch("ours")?;
        let mut run = shell::cargo();
        run.args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "vitrine-catalog",
            "--example",
            "figures",
            "--",
        ]);
        run.arg(shop(context)?).arg(&folder);
        let said = shell::capture(&mut run)?;
        serde_json::from_str(said.trim())
            .map_err(|e| Failure::Check(format!("figures of the catalogue: {e} in {said:?}")))
    })?;
    let name = match figure {
        Figure::Import => "import_ms",
        Figure::Search => "search_p99_ms",
        Figure::Open => "open_ms",
        Figure::Price => "price_p50_ms",
    };
    number(&all, name)
}

/// The figure of SQLite's shell: `.import` of the file, an FTS5 table of it, and statements on those.
///
/// # Errors
/// If there is no `sqlite3` or it fails.
pub fn peer(context: &Context, figure: Figure) -> Done<f64> {
    let all = context.once("catalogue peer", || {
        let sqlite = paths::find_program("sqlite3").ok_or_else(|| {
            Failure::Check("sqlite3 is not installed; run `cargo xtask setup`".into())
        })?;
        let folder = scratch("peer")?;
        let database = folder.join("peer.sqlite");
        let script = folder.join("script.sql");
        let run = |text: &str| -> Done<(f64, String)> {
            fs::write(&script, text)
                .map_err(|e| Failure::Check(format!("{}: {e}", script.display())))?;
            let read = format!(".read {}", script.display());
            let begun = Instant::now();
            let said = shell::capture(Command::new(&sqlite).arg(&database).arg(read))?;
            Ok((begun.elapsed().as_secs_f64() * 1e3, said))
        };
        let import = format!(
            "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n.mode csv\n.import {} raw\n\
             CREATE INDEX raw_sku ON raw (\"Variant SKU\");\n\
             CREATE VIRTUAL TABLE found USING fts5 (title, sku, tags, prefix='1 2 3');\n\
             INSERT INTO found SELECT Title, \"Variant SKU\", Tags FROM raw;\n",
            shop(context)?.display()
        );
        let (import, _) = run(&import)?;
        let (open, _) = run("SELECT Title FROM raw ORDER BY rowid DESC LIMIT 50;\n")?;
        let mut typed = String::from(".timer on\n");
        for word in ["stoneware", "kettle", "linen", "sku", "frother", "porcelain"] {
            for end in 1..=word.len() {
                let text = &word[..end];
                writeln!(
                    typed,
                    "SELECT rowid FROM found WHERE found MATCH '{text}*' ORDER BY rank LIMIT 20;"
                )
                .map_err(|e| Failure::Check(e.to_string()))?;
            }
        }
        let search = times(&run(&typed)?.1, 0.99);
        let mut prices = String::from("PRAGMA synchronous=FULL;\n.timer on\n");
        for n in 0..200 {
            writeln!(
                prices,
                "UPDATE raw SET \"Variant Price\" = '{n}.50' WHERE \"Variant SKU\" = 'SKU-{n}';"
            )
            .map_err(|e| Failure::Check(e.to_string()))?;
        }
        let price = times(&run(&prices)?.1, 0.5);
        Ok(serde_json::json!({ "import": import, "open": open, "search": search, "price": price }))
    })?;
    number(
        &all,
        match figure {
            Figure::Import => "import",
            Figure::Search => "search",
            Figure::Open => "open",
            Figure::Price => "price",
        },
    )
}

fn number(all: &Value, name: &str) -> Done<f64> {
    all[name].as_f64().ok_or_else(|| Failure::Check(format!("no {name} in {all}")))
}

/// `Run Time: real 0.012 user …` of each statement, in milliseconds; the given share lies below.
fn times(said: &str, share: f64) -> f64 {
    let mut all: Vec<f64> = said
        .lines()
        .filter_map(|l| l.strip_prefix("Run Time: real ")?.split_whitespace().next()?.parse().ok())
        .map(|seconds: f64| seconds * 1e3)
        .collect();
    all.sort_by(f64::total_cmp);
    all.get((all.len().saturating_sub(1) as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}

/// An empty folder for databases.
fn scratch(name: &str) -> Done<PathBuf> {
    let folder = paths::cache().join("bench").join(format!("catalogue-{name}"));
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .map_err(|e| Failure::Check(format!("{}: {e}", folder.display())))?;
    }
    fs::create_dir_all(&folder)
        .map_err(|e| Failure::Check(format!("{}: {e}", folder.display())))?;
    Ok(folder)
}

/// A shop's export, made once.
fn shop(context: &Context) -> Done<PathBuf> {
    let path = context.inputs.scratch("shop.csv");
    if path.exists() {
        return Ok(path);
    }
    const THINGS: [&str; 10] = [
        "mug",
        "kettle",
        "shirt of linen",
        "frother",
        "bowl",
        "teapot",
        "plate set",
        "lamp",
        "vase",
        "basket",
    ];
    const MADE: [&str; 8] =
        ["Stoneware", "Porcelain", "Emaille", "Blue", "Green", "Summer", "Hand-glazed", "Vintage"];
    let mut csv = String::from(
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price\n",
    );
    for n in 0..ROWS {
        let (made, thing) = (MADE[(n % 8) as usize], THINGS[(n / 8 % 10) as usize]);
        writeln!(
            csv,
            "product-{n},{made} {thing} {n},\"<p>Number <b>{n}</b>, {thing}, made with care.</p>\",Ora,Home,\"{thing}, gift\",TRUE,Title,Default Title,SKU-{n},{},{}.90,",
            n % 50,
            5 + n % 90
        )
        .map_err(|e| Failure::Check(e.to_string()))?;
    }
    fs::write(&path, csv).map_err(|e| Failure::Check(format!("{}: {e}", path.display())))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shells_times_are_read() {
        let said =
            "x\nRun Time: real 0.002 user 0.001 sys 0.000\nRun Time: real 0.010 user 0 sys 0\n";
        assert_eq!(times(said, 0.5), 2.0);
        assert_eq!(times(said, 1.0), 10.0);
        assert!(times("", 0.5).is_nan());
    }
}
