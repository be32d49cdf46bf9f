//! Seeded changes of small files of each form: whatever comes of it is a list of sound products or a
//! sentence, never a panic.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use iso_currency::Currency;
use vitrine_catalog::import::{ImportSettings, Imported, Pictures, ReadSettings, Source, read};
use vitrine_catalog::money::MAX_MINOR;

use crate::catalogue;
use crate::hostile::Dice;

/// Changes tried.
const ROUNDS: usize = 6_000;
/// Pieces that mean something to one of the readers.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"1.234,5,6",
    b"-1",
    b"99999999999999999999",
    b"<",
    b"</item>",
    b"<![CDATA[",
    b"&#x0;",
    b"&amp",
    b"{",
    b"]",
    b"\\u0000",
    b"id:",
    b"=\"1\"",
    b"\xe2\x82\xac",
];

fn corpus() -> Vec<(String, Vec<u8>)> {
    // Asked at run time: checkouts that share a build folder share this binary as well.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let folder = here.join("tests/import/corpus");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap())
        .map(|e| (e.file_name().to_string_lossy().into_owned(), fs::read(e.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn changed(dice: &mut Dice, file: &[u8], other: &[u8]) -> Vec<u8> {
    let mut out = file.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(out.len());
        match dice.below(7) {
            0 if !out.is_empty() => out[at] ^= 1 << dice.below(8),
            1 => {
                let piece = PIECES[dice.below(PIECES.len())];
                out.splice(at..at, piece.iter().copied());
            }
            2 => {
                let end = (at + dice.below(40)).min(out.len());
                out.drain(at..end);
            }
            3 => {
                let end = (at + dice.below(200)).min(out.len());
                let again = out[at..end].to_vec();
                out.splice(at..at, again);
            }
            4 => {
                let from = dice.below(other.len());
                let end = (from + dice.below(100)).min(other.len());
                out.splice(at..at, other[from..end].iter().copied());
            }
            5 => out.truncate(at),
            _ if !out.is_empty() => out[at] = dice.roll() as u8,
            _ => {}
        }
    }
    out
}

fn sound(file: &Imported, what: &str) {
    let mut skus = HashSet::new();
    let mut handles = HashSet::new();
    for product in &file.products {
        assert!(!product.product.variants.is_empty(), "{what}");
        assert_eq!(product.lines.len(), product.product.variants.len(), "{what}");
        if let Some(handle) = &product.product.fields.handle {
            assert!(handles.insert(handle), "{what}: handle {handle} twice");
        }
        for v in &product.product.variants {
            assert!(
                [v.price, v.compare_at, v.cost]
                    .into_iter()
                    .flatten()
                    .all(|a| (0..=MAX_MINOR).contains(&a)),
                "{what}"
            );
            assert!(v.stock.is_none_or(|s| s >= 0), "{what}");
            assert!(v.sku.as_ref().is_none_or(|s| skus.insert(s)), "{what}");
        }
    }
    assert_eq!(file.report.products, file.products.len() as u64, "{what}");
}

#[tokio::test]
async fn changed_files_are_understood_or_refused() {
    let corpus = corpus();
    assert!(corpus.len() >= 8);
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let settings = ReadSettings::new(Currency::EUR);
    for (name, file) in &corpus {
        let read = read(&Source::bytes(name, file.clone()).unwrap(), &settings).unwrap();
        assert!(!read.products.is_empty() && read.report.skips() == 0, "{name}: {:?}", read.report);
    }
    let apply =
        ImportSettings { partial: true, pictures: Pictures::Leave, ..ImportSettings::default() };
    let mut dice = Dice(0x5eed);
    let (mut understood, mut refused) = (0, 0);
    for round in 0..ROUNDS {
        let (name, file) = &corpus[dice.below(corpus.len())];
        let (_, other) = &corpus[dice.below(corpus.len())];
        let bytes = changed(&mut dice, file, other);
        let what = format!("round {round} of {name}");
        match Source::bytes(name, bytes).and_then(|s| read(&s, &settings)) {
            Ok(imported) => {
                sound(&imported, &what);
                understood += 1;
                if round % 20 == 0 {
                    // Each lands on what the ones before left behind.
                    let done = catalog.import(&imported, &apply, |_, _, _| {}).await;
                    assert!(done.as_ref().is_ok_and(|d| d.applied), "{what}: {done:?}");
                }
            }
            Err(e) => {
                assert!(!e.to_string().contains("failed inside"), "{what}: {e}");
                refused += 1;
            }
        }
    }
    println!("{understood} understood, {refused} refused");
    assert!(understood > ROUNDS / 4 && refused > ROUNDS / 50);
}
