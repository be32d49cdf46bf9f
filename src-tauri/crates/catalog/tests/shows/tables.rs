use iso_currency::Currency;
use vitrine_catalog::export::{self, Which, csv, shopify, whatnot};
use vitrine_catalog::import::{self, ImportSettings, Pictures, ReadSettings, Source};
use vitrine_catalog::{Catalog, NewItem, NewProduct, NewVariant, Product, ShowFields};

use crate::{add, add_item, add_picture, add_show, open, picture, product, variant};

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|r| r.expect("a record").iter().map(ToOwned::to_owned).collect()).collect()
}

fn cell<'a>(rows: &'a [Vec<String>], row: usize, column: &str) -> &'a str {
    let at = rows[0].iter().position(|h| h == column).expect(column);
    &rows[row][at]
}

fn shirt() -> NewProduct {
    let mut shirt = product("T-shirt “Été” <b>&co", vec![]);
    for (n, (size, colour)) in [("M", "Blue"), ("L", "Blue"), ("M", "Red")].into_iter().enumerate()
    {
        shirt.variants.push(NewVariant {
            options: vec![("Size".into(), size.into()), ("Colour".into(), colour.into())],
            barcode: Some(format!("400000000000{n}")),
            compare_at: Some(2990),
            cost: Some(700),
            ..variant(&format!("TS-{n}"), 1990 + n as i64 * 100, 3)
        });
    }
    let f = &mut shirt.fields;
    f.handle = Some("t-shirt".into());
    f.brand = "Maison; \"A\"".into();
    f.category = "Clothing".into();
    f.tags = vec!["summer".into(), "gift".into()];
    f.link = Some("https://shop.example.org/t-shirt".into());
    f.description = "First line\nsecond, \"quoted\"".into();
    shirt
}

async fn filled(catalog: &Catalog) -> (Product, Product) {
    let shirt = add(catalog, &shirt()).await;
    add_picture(catalog, shirt, &picture(1), "https://cdn.example.org/1.png").await;
    add_picture(catalog, shirt, &picture(2), "/srv/of/somebody/2.png").await;
    let mut mug =
        product("=HYPERLINK(\"http://evil.example\")", vec![variant("+49-1", 123_456, 0)]);
    mug.fields.notes = "@me\tx".into();
    mug.fields.description = "-1+1".into();
    let mug = add(catalog, &mug).await;
    (catalog.product(shirt).await.expect("there"), catalog.product(mug).await.expect("there"))
}

#[tokio::test]
async fn a_plain_table_runs_nothing_and_keeps_everything() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    filled(&catalog).await;
    let mut told = Vec::new();
    let options = csv::CsvOptions { bom: true };
    let bytes = csv::write(&catalog, Which::All, options, |n, of| told.push((n, of)))
        .await
        .expect("written");
    assert_eq!(told, [(2, 2)]);
    assert!(bytes.starts_with(b"\xef\xbb\xbf\x48"));
    let table = rows(&bytes[3..]);
    assert_eq!(table.len(), 5);
    assert_eq!(cell(&table, 1, "Title"), "T-shirt “Été” <b>&co");
    assert_eq!((cell(&table, 2, "Size"), cell(&table, 3, "Colour")), ("L", "Red"));
    assert_eq!((cell(&table, 3, "Price"), cell(&table, 3, "Compare at price")), ("21.90", "29.90"));
    assert_eq!(cell(&table, 4, "Title"), "'=HYPERLINK(\"http://evil.example\")");
    assert_eq!(cell(&table, 4, "SKU"), "'+49-1");
    assert_eq!((cell(&table, 4, "Notes"), cell(&table, 4, "Description")), ("'@me\tx", "'-1+1"));
    assert_eq!((cell(&table, 4, "Price"), cell(&table, 4, "Stock")), ("1234.56", "0"));
    for row in &table {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    let plain = csv::write(&catalog, Which::All, csv::CsvOptions::default(), |_, _| {})
        .await
        .expect("written");
    assert_eq!(plain, bytes[3..]);
}

#[tokio::test]
async fn what_shopify_gets_comes_back_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let (shirt, mug) = filled(&catalog).await;
    let bytes = shopify::write(&catalog, Which::All, |_, _| {}).await.expect("written");
    let table = rows(&bytes);
    assert_eq!(table.len(), 5);
    assert_eq!((cell(&table, 1, "Option1 name"), cell(&table, 2, "Option1 name")), ("Size", ""));
    assert_eq!(
        (cell(&table, 1, "Product image URL"), cell(&table, 2, "Product image URL")),
        ("https://cdn.example.org/1.png", "")
    );
    assert_eq!(
        (cell(&table, 4, "Option1 name"), cell(&table, 4, "Option1 value")),
        ("Title", "Default Title")
    );
    assert!(
        !String::from_utf8_lossy(&bytes).contains("/srv/of"),
        "paths of this machine stay here"
    );

    let other = tempfile::tempdir().expect("a folder");
    let other = open(other.path()).await;
    let source = Source::bytes("shop.csv", bytes).expect("a source");
    let imported = import::read(&source, &ReadSettings::new(Currency::EUR)).expect("read");
    assert_eq!(imported.form, import::Form::Shopify);
    let settings = ImportSettings { pictures: Pictures::Leave, ..ImportSettings::default() };
    let report = other.import(&imported, &settings, |_, _, _| {}).await.expect("imported");
    assert_eq!((report.added, report.report.skips(), report.applied), (2, 0, true));
    let (id, _) = other.by_sku("TS-1").await.expect("read").expect("there");
    let back = other.product(id).await.expect("there");
    let variants = |p: &Product| p.variants.iter().map(|v| v.fields.clone()).collect::<Vec<_>>();
    assert_eq!(variants(&back), variants(&shirt));
    // The link is not part of the form.
    assert_eq!(back.fields, vitrine_catalog::ProductFields { link: None, ..shirt.fields });
    let (id, _) = other.by_sku("+49-1").await.expect("read").expect("there");
    let back = other.product(id).await.expect("there");
    assert_eq!(
        (back.fields.title, variants(&mug)),
        (mug.fields.title.clone(), back.variants.iter().map(|v| v.fields.clone()).collect())
    );
}

#[tokio::test]
async fn a_show_goes_to_whatnot_with_its_lots() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let (shirt, mug) = filled(&catalog).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    add_item(&catalog, show, &NewItem::talk("Hello", 2)).await;
    add_item(
        &catalog,
        show,
        &NewItem { price: Some(1500), title: "x".repeat(100), ..NewItem::offer(shirt.id) },
    )
    .await;
    add_item(&catalog, show, &NewItem { lots: 12, ..NewItem::auction(mug.id, 100) }).await;
    let table = rows(&whatnot::write(&catalog, show).await.expect("written"));
    assert_eq!((table.len(), table[0].len()), (5, 21));
    let of = |row, column| cell(&table, row, column);
    assert_eq!((of(1, "Type"), of(1, "Price"), of(1, "Quantity")), ("Buy it Now", "15.00", "3"));
    assert!(of(2, "Title").ends_with(" – L / Blue") && of(2, "Title").chars().count() == 80);
    assert_eq!((of(4, "Type"), of(4, "Price"), of(4, "Quantity")), ("Auction", "1.00", "12"));
    assert_eq!(of(1, "Image URL 1"), "https://cdn.example.org/1.png");
    let source =
        Source::bytes("whatnot.csv", whatnot::write(&catalog, show).await.expect("written"))
            .expect("a source");
    let imported = import::read(&source, &ReadSettings::new(Currency::EUR)).expect("read");
    assert_eq!((imported.form, imported.products.len()), (import::Form::Whatnot, 4));
}

#[tokio::test]
async fn only_the_products_of_a_show_and_files_whole() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let (shirt, _) = filled(&catalog).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    for _ in 0..2 {
        add_item(&catalog, show, &NewItem::offer(shirt.id)).await;
    }
    assert_eq!(catalog.products_of(Which::Show(show)).await.expect("read"), [shirt.id]);
    let file = dir.path().join("out.csv");
    export::save(&file, b"one").expect("saved");
    export::save(&file, b"two").expect("saved again");
    assert_eq!(std::fs::read(&file).expect("there"), b"two");
    let nowhere = dir.path().join("no/such/folder.csv");
    let refused = export::save(&nowhere, b"x").expect_err("no folder").to_string();
    assert!(refused.contains("folder.csv") && refused.contains("check the path"), "{refused}");
    let left: Vec<_> =
        std::fs::read_dir(dir.path()).expect("read").flatten().map(|e| e.file_name()).collect();
    assert!(!left.iter().any(|n| n.to_string_lossy().contains(".part")), "{left:?}");
}
