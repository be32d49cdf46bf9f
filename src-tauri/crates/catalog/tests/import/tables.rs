//! Delimiters, encodings, decimal marks, mappings and worksheets.

use iso_currency::Currency;
use vitrine_catalog::import::{Field, Form, Mapping, ReadSettings, Source, read};
use vitrine_catalog::money::DecimalMark;

use crate::sheet::{Cell, book, rows};
use crate::{catalogue, eur, refused};

#[test]
fn semicolons_windows_1252_and_comma_decimals() {
    let text = "Artikelnummer;Bezeichnung;Preis in €;Streichpreis;Bestand;Größe\r\n\
                A-1;Kaffeebecher \"Café\";24,90;29,90;5;M\r\n\
                A-2;Großer Tisch;1.234;;1;\r\n\
                A-3;Lampe;1 234,50 €;;;\r\n\
                A-4;Falsch;1.234,5,6;;;\r\n\
                A-5;Datum;12.03.2024;;;\r\n\
                A-6;Minus;-5,00;;;\r\n\
                A-7;Absurd;99999999999999;;;\r\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let file = eur(&*bytes);
    assert_eq!((file.form, file.decimal_mark), (Form::Plain, Some(DecimalMark::Comma)));
    let prices: Vec<_> =
        file.products.iter().map(|p| p.product.variants[0].price.unwrap()).collect();
    assert_eq!(prices, [2490, 123_400, 123_450], "{:?}", file.report);
    let cup = &file.products[0].product;
    assert_eq!(cup.fields.title, "Kaffeebecher \"Café\"");
    assert_eq!(cup.variants[0].options, [("Größe".to_owned(), "M".to_owned())]);
    let skipped: Vec<_> = file.report.skipped.iter().map(|s| s.line).collect();
    assert_eq!(skipped, [5, 6, 7, 8]);
    assert!(file.report.skipped[2].text.contains("below zero"), "{:?}", file.report.skipped);
}

#[test]
fn every_encoding_and_delimiter_reads_the_same() {
    let text = "Название,Цена,Артикул\nКружка «Ёлка»,100.50,K-1\nعربي,5.00,K-2\n";
    let want = eur(text).products;
    assert_eq!(want.len(), 2);
    assert_eq!(want[0].product.fields.title, "Кружка «Ёлка»");
    for delimiter in [';', '\t', '|'] {
        let other = text.replace(',', &delimiter.to_string());
        let utf16 = |big: bool, text: &str| {
            let mut out = if big { vec![0xfe, 0xff] } else { vec![0xff, 0xfe] };
            for unit in text.encode_utf16() {
                out.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            out
        };
        let marked = format!("\u{feff}{other}");
        for bytes in [
            other.clone().into_bytes(),
            marked.into_bytes(),
            utf16(false, &other),
            utf16(true, &other),
        ] {
            assert_eq!(eur(&bytes).products, want);
        }
    }
    // Excel's own mark.
    assert_eq!(eur(format!("sep=;\r\n{}", text.replace(',', ";"))).products.len(), 2);
    // Windows-1251 is not found, but can be named.
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("Название;Цена\nКружка;5\n");
    let settings =
        ReadSettings { encoding: Some("windows-1251".into()), ..ReadSettings::new(Currency::RUB) };
    let file = read(&Source::bytes("a.csv", cyrillic.into_owned()).unwrap(), &settings).unwrap();
    assert_eq!(file.products[0].product.fields.title, "Кружка");
}

#[test]
fn a_column_that_could_be_either_is_asked_about() {
    let text = "name;price\nA;1.234\nB;2.500\n";
    let file = eur(text);
    assert_eq!(file.products.len(), 0);
    assert!(file.report.skipped[0].text.contains("two ways"), "{:?}", file.report.skipped);
    let said = |mark| {
        let settings =
            ReadSettings { decimal_mark: Some(mark), ..ReadSettings::new(Currency::KWD) };
        let file = read(&Source::bytes("a.csv", text.into()).unwrap(), &settings).unwrap();
        file.products[0].product.variants[0].price
    };
    assert_eq!((said(DecimalMark::Dot), said(DecimalMark::Comma)), (Some(1234), Some(1_234_000)));
}

#[test]
fn currencies_come_from_the_column_the_sign_or_the_caller() {
    let file = eur("name,price,currency\nA,5.00,USD\nB,500,jpy\nC,1.00,\nD,1.00,dollars\n");
    let of: Vec<_> = file
        .products
        .iter()
        .map(|p| (p.product.fields.currency, p.product.variants[0].price.unwrap()))
        .collect();
    assert_eq!(of, [(Currency::USD, 500), (Currency::JPY, 500), (Currency::EUR, 100)]);
    assert!(file.report.skipped[0].text.contains("“dollars” is no currency"));
    let file = eur("name,price\nA,£5.00\nB,24.90 zł\nC,7\n");
    let of: Vec<_> = file.products.iter().map(|p| p.product.fields.currency).collect();
    assert_eq!(of, [Currency::GBP, Currency::PLN, Currency::EUR]);
    let file = eur("name,price,old price\nA,£5.00,$9.00\n");
    assert!(file.report.skipped[0].text.contains("one currency"), "{:?}", file.report);
}

#[test]
fn ragged_rows_open_quotes_and_zero_bytes() {
    let file = eur("name,price\nA,5\nB,6,7,8\nC\n\"D\"\"x\",7\nE\0,5\nF,8\n");
    let titles: Vec<_> = file.products.iter().map(|p| p.product.fields.title.as_str()).collect();
    assert_eq!(titles, ["A", "C", "D\"x", "F"]);
    assert_eq!(file.report.skipped.iter().map(|s| s.line).collect::<Vec<_>>(), [3, 6]);
    assert!(file.report.skipped[0].text.contains("has 4 fields and the header 2"));
    assert!(file.report.warnings[0].text.contains("fewer fields"));
    // What stands behind the row with the open quote is read.
    let file = eur("name,price\nA,5\n\"B,6\nC,7\nD,8\n");
    let titles: Vec<_> = file.products.iter().map(|p| p.product.fields.title.as_str()).collect();
    assert_eq!(titles, ["A", "C", "D"], "{:?}", file.report);
    assert_eq!(file.report.skipped.len(), 1);
    assert_eq!(file.report.skipped[0].line, 3);
    assert!(refused("\"name,price\nA,5\n").contains("opens a quote in its header"));
}

#[test]
fn worksheets() {
    use Cell::{Date, Formula, Nothing, Number, Text};
    let sheet = rows(&[
        vec![Text("Nombre"), Text("Precio"), Text("SKU"), Text("Stock")],
        vec![Text("Taza & plato"), Number("24.9"), Number("4006381333931"), Number("5")],
        vec![Text("Mesa"), Number("1.234"), Text("M-1"), Nothing],
        vec![Text("Silla"), Formula("10*2", "20"), Text("S-1"), Number("2")],
        vec![Text("Fecha"), Date("45000"), Text("F-1"), Nothing],
        vec![Nothing],
        vec![Text("Ruido"), Number("24.900000000000002"), Text("R-1"), Nothing],
        vec![Text("Texto"), Text("12,50"), Text("T-1"), Nothing],
    ]);
    let settings = ReadSettings::new(Currency::EUR);
    let file = read(&Source::bytes("a.xlsx", book(&sheet, &[])).unwrap(), &settings).unwrap();
    let prices: Vec<_> = file
        .products
        .iter()
        .map(|p| {
            (p.product.variants[0].sku.as_deref().unwrap(), p.product.variants[0].price.unwrap())
        })
        .collect();
    // 1.234 euros are no amount: more decimals than there are cents.
    assert_eq!(
        prices,
        [("4006381333931", 2490), ("S-1", 2000), ("R-1", 2490), ("T-1", 1250)],
        "{:?}",
        file.report
    );
    assert_eq!(file.products[0].product.fields.title, "Taza & plato");
    let lines: Vec<_> = file.report.skipped.iter().map(|s| s.line).collect();
    assert_eq!(lines, [3, 5], "{:?}", file.report.skipped);
    assert!(file.report.skipped[1].text.contains("2023-03-15"));
}

#[test]
fn spreadsheet_disguises_come_off() {
    let file = eur("name,sku,price\n'=SUM(A1),=\"00123\",5\n=HYPERLINK(1),B,6\n");
    assert_eq!(file.products[0].product.fields.title, "=SUM(A1)");
    assert_eq!(file.products[0].product.variants[0].sku.as_deref(), Some("00123"));
    assert_eq!(file.products[1].product.fields.title, "=HYPERLINK(1)");
}

#[tokio::test]
async fn a_mapping_is_proposed_edited_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let text = "Was,Betrag,Kram,Art. Nr.\nTasse,5.00,rot,T-1\n";
    let header: Vec<String> = ["Was", "Betrag", "Kram", "Art. Nr."].map(String::from).to_vec();
    let mut mapping = Mapping::propose(&header);
    assert_eq!(mapping.columns[3].field, Some(Field::Sku));
    assert_eq!(catalog.mapping(&header).await.unwrap(), None);
    mapping.columns[0].field = Some(Field::Title);
    mapping.columns[1].field = Some(Field::Price);
    mapping.columns[2].field = Some(Field::Choice);
    catalog.remember_mapping(&header, &mapping).await.unwrap();
    catalog.remember_mapping(&header, &mapping).await.unwrap();
    let kept = catalog.mapping(&header).await.unwrap().unwrap();
    assert_eq!(kept, mapping);
    let shown = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&shown).unwrap(), kept);
    let settings = ReadSettings { mapping: Some(kept.clone()), ..ReadSettings::new(Currency::EUR) };
    let file = read(&Source::bytes("a.csv", text.into()).unwrap(), &settings).unwrap();
    let cup = &file.products[0].product;
    assert_eq!((cup.fields.title.as_str(), cup.variants[0].price), ("Tasse", Some(500)));
    assert_eq!(cup.variants[0].options, [("Kram".to_owned(), "rot".to_owned())]);
    // Another file's mapping, and one that says a thing twice.
    let other = read(&Source::bytes("b.csv", b"a,b\n1,2\n".to_vec()).unwrap(), &settings);
    assert!(other.unwrap_err().to_string().contains("belongs to another file"));
    let mut twice = kept;
    twice.columns[1].field = Some(Field::Title);
    assert!(
        catalog
            .remember_mapping(&header, &twice)
            .await
            .unwrap_err()
            .to_string()
            .contains("both say")
    );
    // Where nothing is known the proposal is there all the same, to be edited.
    let file = eur("a,b\n1,2\n");
    assert_eq!((file.products.len(), file.header.len()), (0, 2));
    assert!(file.mapping.is_some_and(|m| m.columns.iter().all(|c| c.field.is_none())));
    assert!(file.report.skipped[0].text.contains("none of the columns (a, b) is known"));
    assert!(catalog.steps(10).await.unwrap().is_empty());
}
