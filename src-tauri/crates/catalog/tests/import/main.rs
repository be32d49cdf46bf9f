//! Imports: files of each form, putting them into a catalogue, hostile files, and a short fuzz.
//!
//! | file | what |
//! |---|---|
//! | `forms` | real-looking files of each form, and what is understood of them |
//! | `tables` | delimiters, encodings, decimal marks, mappings, worksheets |
//! | `apply` | importing and importing again, undo, dry runs, all or nothing, pictures |
//! | `hostile` | hundreds of files that must end in a report |
//! | `fuzz` | seeded changes of the files in `corpus/` |
//! | `sheet` | worksheets written by hand |

#![allow(clippy::unwrap_used)]

mod apply;
mod forms;
mod fuzz;
mod hostile;
mod sheet;
mod tables;

use iso_currency::Currency;
use vitrine_catalog::Catalog;
use vitrine_catalog::import::{Imported, ReadSettings, Source, read};

/// Reads text as a file, in euros where it names no currency.
fn eur(text: impl AsRef<[u8]>) -> Imported {
    let source = Source::bytes("shop.csv", text.as_ref().to_vec()).unwrap();
    read(&source, &ReadSettings::new(Currency::EUR)).unwrap()
}

/// Reads, and gives the sentence of the refusal.
fn refused(text: impl AsRef<[u8]>) -> String {
    let read = Source::bytes("shop.csv", text.as_ref().to_vec())
        .and_then(|s| read(&s, &ReadSettings::new(Currency::EUR)));
    read.expect_err("the file should be refused").to_string()
}

async fn catalogue(folder: &tempfile::TempDir) -> Catalog {
    Catalog::open(&folder.path().join("catalogue.sqlite")).await.unwrap().0
}

/// The old generation: three variants, three pictures out of order, a market's price, a product without
/// choices, a draft.
const SHOPIFY: &str = r#"Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Cost per item,Price / International,Status
linen-shirt,Linen Shirt,"<p>Soft &amp; light.</p>
<ul><li>Washed</li></ul>",Lumen,Apparel & Accessories > Clothing > Shirts,Shirts,"summer, linen, summer",true,Size,S,Colour,Sand,LS-S,200,shopify,4,49.90,69.90,4006381333931,https://cdn.example/b.jpg,2,,18.50,999.00,active
linen-shirt,,,,,,,,,M,,Sand,LS-M,200,shopify,-2,49.90,69.90,,https://cdn.example/a.jpg,1,,18.50,999.00,
linen-shirt,,,,,,,,,L,,Sand,LS-L,200,,0,1049.90,,,,,,,,
linen-shirt,,,,,,,,,,,,,,,,,,,https://cdn.example/c.jpg,3,,,,
mug,"Mug ""Nord""",,Lumen,,,,true,Title,Default Title,,,MUG-1,300,shopify,10,12.00,,,,,,,,active
secret,Not yet,,Lumen,,,,false,Title,Default Title,,,SEC-1,,,,5.00,,,,,,,,draft
"#;

/// The new generation, with the same products.
const SHOPIFY_NEW: &str = r#"Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option1 Linked To,Option2 name,Option2 value,Option2 Linked To,Price,Price / International,Compare-at price,Cost per item,Charge tax,Inventory tracker,Inventory quantity,Product image URL,Image position,Image alt text,Variant image URL
Linen Shirt,linen-shirt,<p>Soft &amp; light.</p>,Lumen,Apparel > Shirts,Shirts,"summer, linen",TRUE,Active,LS-S,,Size,S,,Colour,Sand,,44.90,999,69.90,18.50,TRUE,shopify,4,https://cdn.example/a.jpg,1,,https://cdn.example/v.jpg
,linen-shirt,,,,,,,,LS-M,,,M,,,Sand,,49.90,999,69.90,18.50,TRUE,shopify,7,,,,
,linen-shirt,,,,,,,,LS-L,,,L,,,Sand,,49.90,999,,,TRUE,,,https://cdn.example/b.jpg,2,,
"#;
