//! Putting files into a catalogue, and putting them in again.

use std::fs;

use iso_currency::Currency;
use vitrine_catalog::import::{
    ImportReport, ImportSettings, Imported, Pictures, ReadSettings, Source, Stage, read,
};
use vitrine_catalog::{Catalog, NewProduct, Picture, Product};

use crate::{SHOPIFY, SHOPIFY_NEW, catalogue, eur};

async fn put(catalog: &Catalog, file: &Imported, settings: &ImportSettings) -> ImportReport {
    let mut last = (0, 0);
    let told = |stage, done, total| {
        if stage == Stage::Products {
            assert!(done > last.0 && done <= total);
            last = (done, total);
        }
    };
    let report = catalog.import(file, settings, told).await.unwrap();
    assert_eq!(last.0, file.products.len() as u64, "progress ends at its end");
    report
}

fn plainly() -> ImportSettings {
    ImportSettings { pictures: Pictures::Leave, ..ImportSettings::default() }
}

async fn by_sku(catalog: &Catalog, sku: &str) -> Product {
    let (id, _) = catalog.by_sku(sku).await.unwrap().unwrap();
    catalog.product(id).await.unwrap()
}

#[tokio::test]
async fn importing_again_updates_and_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let first = put(&catalog, &eur(SHOPIFY), &plainly()).await;
    assert_eq!((first.added, first.updated, first.applied), (3, 0, true), "{first:?}");
    let again = put(&catalog, &eur(SHOPIFY), &plainly()).await;
    assert_eq!((again.added, again.updated, again.unchanged), (0, 0, 3));
    assert_eq!(
        catalog.steps(10).await.unwrap().len(),
        1,
        "an import that changes nothing is no step"
    );

    let shirt = by_sku(&catalog, "LS-S").await;
    let mut edit = catalog.edit("notes", "edit").await.unwrap();
    let mut fields = shirt.fields.clone();
    fields.notes = "fits small".to_owned();
    edit.set_product(shirt.id, &fields).await.unwrap();
    let red = Picture::new("mine", png([255, 0, 0])).unwrap();
    catalog.keep_picture(&red).unwrap();
    edit.add_picture(shirt.id.0, &red, "").await.unwrap();
    edit.commit().await.unwrap();

    // The new generation has another price, an unknown stock, and no mug.
    let next = put(&catalog, &eur(SHOPIFY_NEW), &plainly()).await;
    assert_eq!((next.added, next.updated, next.unchanged), (0, 1, 0), "{next:?}");
    let after = by_sku(&catalog, "LS-S").await;
    assert_eq!(after.id, shirt.id);
    assert_eq!(after.fields.notes, "fits small");
    assert_eq!(after.pictures, [red.hash]);
    assert_eq!((after.variants.len(), catalog.count().await.unwrap()), (3, 3));
    assert_eq!(after.variants[0].fields.price, Some(4490));
    assert_eq!(after.variants[0].id, shirt.variants[0].id);
    let history = catalog.price_history(after.variants[0].id, 10).await.unwrap();
    let told: Vec<_> =
        history.iter().map(|p| (p.price.unwrap().minor, p.source.as_str())).collect();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&(4990, "import shop.csv")) && told.contains(&(4490, "import shop.csv")));
    assert_eq!(catalog.search("linen", 5).await.unwrap(), [shirt.id]);

    // One step back is the whole file.
    let step = catalog.undo().await.unwrap();
    assert_eq!(step.name, "Import shop.csv");
    assert_eq!(by_sku(&catalog, "LS-S").await.variants[0].fields.price, Some(4990));
    catalog.undo().await.unwrap();
    catalog.undo().await.unwrap();
    assert_eq!(catalog.count().await.unwrap(), 0);
    assert!(catalog.search("linen", 5).await.unwrap().is_empty());
    catalog.redo().await.unwrap();
    assert_eq!(catalog.count().await.unwrap(), 3);
}

#[tokio::test]
async fn a_price_list_changes_prices_only() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    put(&catalog, &eur(SHOPIFY), &plainly()).await;
    let before = by_sku(&catalog, "LS-M").await;
    let report =
        put(&catalog, &eur("sku;preis\nLS-S;39,90\nLS-M;41,90\nLS-L;1.049,90\n"), &plainly()).await;
    assert_eq!((report.added, report.updated, report.unchanged), (0, 2, 1), "{report:?}");
    let after = by_sku(&catalog, "LS-M").await;
    assert_eq!(after.fields, before.fields);
    let prices: Vec<_> = after.variants.iter().map(|v| v.fields.price.unwrap()).collect();
    assert_eq!(prices, [3990, 4190, 104_990]);
    assert_eq!(after.variants[0].fields.compare_at, Some(6990));
    assert_eq!(after.variants[0].fields.stock, Some(4));
    // A product that is not there cannot come of a price alone.
    let report = put(&catalog, &eur("sku;preis\nNOPE;39,90\n"), &plainly()).await;
    assert!(!report.applied && report.report.skipped[0].text.contains("no title"), "{report:?}");
}

#[tokio::test]
async fn whose_sku_and_handle_disagree_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    put(&catalog, &eur("handle,title,sku,price\na,Mug,M,5\nb,Hat,H,6\n"), &plainly()).await;
    let swapped = eur("handle,title,sku,price\na,Mug,H,9\nc,New,N,1\n");
    let report = put(&catalog, &swapped, &plainly()).await;
    assert!(!report.applied);
    assert!(
        report.report.skipped[0]
            .text
            .contains("SKU “H” belongs to product 2 and its handle to product 1")
    );
    assert_eq!(catalog.count().await.unwrap(), 2);
    let partial = ImportSettings { partial: true, ..plainly() };
    let report = put(&catalog, &swapped, &partial).await;
    assert_eq!((report.applied, report.added, report.report.skips()), (true, 1, 1));
    assert_eq!(by_sku(&catalog, "H").await.variants[0].fields.price, Some(600));
    // One file, two products of one: the shop was reorganised; nothing is guessed.
    let report =
        put(&catalog, &eur("handle,title,sku,price\nx,Mug,M,5\na,Mug two,M2,6\n"), &plainly())
            .await;
    assert!(report.report.skipped[0].text.contains("line 2 already"), "{report:?}");
    // Prices in another currency than the product's are not taken for it.
    let dollars = ReadSettings::new(Currency::USD);
    let file =
        read(&Source::bytes("p.csv", b"sku,price\nM,5\n".to_vec()).unwrap(), &dollars).unwrap();
    let report = put(&catalog, &file, &plainly()).await;
    assert!(report.report.skipped[0].text.contains("is in EUR"), "{report:?}");
}

#[tokio::test]
async fn a_dry_run_and_a_bad_row_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let dry = ImportSettings { dry_run: true, ..plainly() };
    let report = put(&catalog, &eur(SHOPIFY), &dry).await;
    assert_eq!((report.added, report.applied), (3, false));
    let bad = eur("name,price\nA,5\nB,abc\nC,7\n");
    let report = put(&catalog, &bad, &plainly()).await;
    assert_eq!((report.added, report.applied, report.report.skips()), (2, false, 1));
    assert_eq!(catalog.count().await.unwrap(), 0);
    assert!(catalog.steps(5).await.unwrap().is_empty());
    let report = put(&catalog, &bad, &ImportSettings { partial: true, ..plainly() }).await;
    assert_eq!((report.added, report.applied), (2, true));
    // Without SKU and handle nothing is doubled either.
    let report = put(&catalog, &bad, &ImportSettings { partial: true, ..plainly() }).await;
    assert_eq!((report.added, report.unchanged, catalog.count().await.unwrap()), (0, 2, 2));
}

#[tokio::test]
async fn many_rows_in_batches() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let mut edit = catalog.edit("one", "edit").await.unwrap();
    let mine = NewProduct {
        fields: vitrine_catalog::product::ProductFields::new("Mine", Currency::EUR),
        variants: vec![],
    };
    edit.add_product(&mine).await.unwrap();
    edit.commit().await.unwrap();
    let table = |price: usize| {
        (0..2000).fold("title,sku,price\n".to_owned(), |t, n| {
            t + &format!("Product; it's {n},SKU-{n},{}\n", price + n)
        })
    };
    assert_eq!(put(&catalog, &eur(table(1)), &plainly()).await.added, 2000);
    assert_eq!(put(&catalog, &eur(table(2)), &plainly()).await.updated, 2000);
    assert_eq!(put(&catalog, &eur(table(2)), &plainly()).await.unchanged, 2000);
    let last = by_sku(&catalog, "SKU-1999").await;
    assert_eq!(
        (last.fields.title.as_str(), last.variants[0].fields.price),
        ("Product; it's 1999", Some(200_100))
    );
    assert_eq!(catalog.search("1999", 5).await.unwrap(), [last.id]);
    catalog.undo().await.unwrap();
    assert_eq!(by_sku(&catalog, "SKU-1999").await.variants[0].fields.price, Some(200_000));
    catalog.undo().await.unwrap();
    assert_eq!(catalog.count().await.unwrap(), 1);
    // Ids never come twice.
    put(&catalog, &eur("title,sku\nNext,NEXT\n"), &plainly()).await;
    assert!(by_sku(&catalog, "NEXT").await.id > last.id);
}

fn png(colour: [u8; 3]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(4, 4, image::Rgb(colour))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

#[tokio::test]
async fn pictures_beside_the_file_are_copied_in() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    fs::write(shop.join("front.png"), png([1, 2, 3])).unwrap();
    fs::write(shop.join("back.png"), png([4, 5, 6])).unwrap();
    fs::write(shop.join("text.png"), "no picture").unwrap();
    fs::write(folder.path().join("outside.png"), png([7, 7, 7])).unwrap();
    let table = "title,sku,image\nMug,M,\"front.png, back.png, front.png\"\nHat,H,\"gone.png,text.png,../outside.png\"\n";
    fs::write(shop.join("products.csv"), table).unwrap();
    let source = Source::file(&shop.join("products.csv")).unwrap();
    let file = read(&source, &ReadSettings::new(Currency::EUR)).unwrap();
    let fetch = ImportSettings::default();
    let dry = put(&catalog, &file, &ImportSettings { dry_run: true, ..fetch.clone() }).await;
    assert_eq!((dry.pictures, dry.applied), (5, false));
    assert!(!catalog.pictures().exists());

    let report = put(&catalog, &file, &fetch).await;
    assert_eq!(
        (report.pictures, report.applied, report.report.warnings.len()),
        (2, true, 3),
        "{report:?}"
    );
    let mug = by_sku(&catalog, "M").await;
    assert_eq!(mug.pictures.len(), 2);
    assert_eq!(fs::read(catalog.picture_file(&mug.pictures[0], false)).unwrap(), png([1, 2, 3]));
    assert!(by_sku(&catalog, "H").await.pictures.is_empty());
    let again = put(&catalog, &file, &fetch).await;
    assert_eq!((again.pictures, again.unchanged), (0, 2));
    // A new picture under an old name is added; what is there stays.
    fs::write(shop.join("front.png"), png([9, 9, 9])).unwrap();
    let again = put(&catalog, &file, &fetch).await;
    assert_eq!((again.pictures, again.updated), (1, 1));
    assert_eq!(by_sku(&catalog, "M").await.pictures.len(), 3);
}

#[tokio::test]
async fn pictures_from_the_web_are_fetched_once() {
    use std::io::{Read, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let here = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0_u8];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            let n = counter.fetch_add(1, Ordering::SeqCst);
            let body = png([n as u8, 1, 1]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let table = (0..10).fold("title,sku,image\n".to_owned(), |t, n| {
        t + &format!("P{n},S{n},http://{here}/{n}.png\n")
    });
    // This machine is not asked by itself.
    let report = put(&catalog, &eur(&table), &ImportSettings::default()).await;
    assert_eq!(
        (report.pictures, report.applied, report.report.warnings.len()),
        (0, true, 10),
        "{report:?}"
    );
    assert!(report.report.warnings[0].text.contains("private network"));
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let allowed = ImportSettings { pictures: Pictures::FetchFromHere, ..ImportSettings::default() };
    let report = put(&catalog, &eur(&table), &allowed).await;
    assert_eq!((report.pictures, report.updated), (10, 10), "{report:?}");
    let report = put(&catalog, &eur(&table), &allowed).await;
    assert_eq!((report.pictures, report.unchanged), (0, 10));
    assert_eq!(asked.load(Ordering::SeqCst), 10, "what came once is not fetched again");
}
