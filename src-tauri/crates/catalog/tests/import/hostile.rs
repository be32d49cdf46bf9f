//! Hundreds of files that are broken or mean harm: each ends in a refusal or a report of skipped rows, in
//! bounded memory, and the catalogue is as it was.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use iso_currency::Currency;
use vitrine_catalog::import::{ImportSettings, Pictures, ReadSettings, Source, read};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::sheet::{Cell, archive, book, rows};
use crate::{SHOPIFY, catalogue, eur};

type Files = Vec<(String, Vec<u8>)>;

/// Numbers that look random and are the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() % n.max(1) as u64) as usize
    }
}

const PRICES: [&str; 34] = [
    "1.234,5,6",
    "1,2.3,4",
    "12/03/2024",
    "2024-03-12",
    "12.03.2024",
    "12.03.24",
    "1..5",
    "5,,0",
    "NaN",
    "inf",
    "1e5",
    "0x10",
    "12 or 13",
    "-5",
    "-0.01",
    "(5.00)",
    "5-",
    "5%",
    "=1+1",
    "=SUM(A1:A9)",
    "@5",
    "five",
    "abc",
    "99999999999999999999",
    "1000000000.01",
    "5.001.",
    "5€6",
    "€",
    "--5",
    "#REF!",
    "TRUE",
    "<b>5</b>",
    "5\u{202e}0x",
    "\u{fffd}",
];

fn prices(files: &mut Files) {
    for price in PRICES {
        let quoted = format!("\"{price}\"");
        for (form, text) in [
            ("plain", format!("title,sku,price\nGood,G,5.50\nBad,B,{quoted}\n")),
            (
                "shopify",
                format!(
                    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\na,Good,Title,Default Title,G,5.50\nb,Bad,Title,Default Title,B,{quoted}\n"
                ),
            ),
            (
                "woo",
                format!(
                    "ID,Type,SKU,Name,Regular price\n1,simple,G,Good,5.50\n2,simple,B,Bad,{quoted}\n"
                ),
            ),
            (
                "google",
                format!(
                    "id\ttitle\tprice\tavailability\nG\tGood\t5.50 EUR\tin stock\nB\tBad\t{price}\tin stock\n"
                ),
            ),
            (
                "whatnot",
                format!(
                    "Title,Type,Price,Offerable\nGood,Auction,5.50,TRUE\nBad,Auction,{quoted},TRUE\n"
                ),
            ),
        ] {
            files.push((format!("{form} price {price}"), text.into_bytes()));
        }
    }
}

fn fields(files: &mut Files) {
    let long = "x".repeat(501);
    let sku = "s".repeat(101);
    let huge = "y".repeat((1 << 20) + 10);
    for (name, text) in [
        ("stock word", "title,stock\nA,many\n".to_owned()),
        ("stock fraction", "title,stock\nA,1.5\n".to_owned()),
        ("stock huge", "title,stock\nA,99999999999999\n".to_owned()),
        ("stock date", "title,stock\nA,2024-01-01\n".to_owned()),
        ("currency", "title,price,currency\nA,5,ZZZ\n".to_owned()),
        ("currencies", "title,price,old price\nA,5 EUR,6 USD\n".to_owned()),
        ("decimals", "title,price,currency\nA,1.50,JPY\n".to_owned()),
        ("link script", "title,link\nA,javascript:alert(1)\n".to_owned()),
        ("link ftp", "title,link\nA,ftp://a.example/b\n".to_owned()),
        ("link none", "title,link\nA,not a link\n".to_owned()),
        ("long title", format!("title,sku\n{long},A\n")),
        ("long SKU", format!("title,sku\nA,{sku}\n")),
        ("long brand", format!("title,brand\nA,{long}\n")),
        ("huge field", format!("title,sku\n{huge},A\nB,B\n")),
        ("huge quoted", format!("title,sku\n\"{huge}\",A\nB,B\n")),
        ("same SKU", "title,sku\nA,X\nB,X\n".to_owned()),
        ("same choices", "handle,title,size\na,A,M\na,A,M\n".to_owned()),
        ("nothing known", "colour of the sky,mood\nblue,good\n".to_owned()),
        ("no title", "title,sku,price\n,,5\n".to_owned()),
        ("only a header's name", "hello".to_owned()),
        ("numbers", "1,2,3\n4,5,6\n".to_owned()),
        ("no handle", "Handle,Title,Option1 Value,Variant Price\n,A,M,5\n".to_owned()),
        ("no parent", "ID,Type,SKU,Name,Regular price,Parent\n1,variation,A,A,5,id:7\n".to_owned()),
        ("own parent", "ID,Type,SKU,Name,Regular price,Parent\n1,variation,A,A,5,A\n".to_owned()),
        ("no variation", "ID,Type,SKU,Name,Regular price,Parent\n1,variable,A,A,,\n".to_owned()),
        ("no id", "id\ttitle\tprice\tavailability\n\tA\t5 EUR\tin stock\n".to_owned()),
        ("too wide a row", "title,price\nA,5,extra\n".to_owned()),
        ("a delimiter in a title", "title;price\nTea; green;5,00\n".to_owned()),
    ] {
        files.push((name.to_owned(), text.into_bytes()));
    }
    files.push(("10⁶ columns".to_owned(), "a,".repeat(1_000_000).into_bytes()));
    files.push(("1001 columns".to_owned(), "title,".repeat(1_001).into_bytes()));
    files.push((
        "10⁶ fields in a row".to_owned(),
        format!("title,sku\n{}\n", "x,".repeat(1_000_000)).into_bytes(),
    ));
    for n in 0..12 {
        let mut text = String::from("title,sku,price\n");
        for row in 0..12 {
            let quote = if row == n { "\"" } else { "" };
            writeln!(text, "{quote}Product {row},S{row},{row}.50").unwrap();
        }
        files.push((format!("open quote in row {n}"), text.clone().into_bytes()));
        files.push((format!("zero byte in row {n}"), text.replace('"', "\0").into_bytes()));
    }
    files.push((
        "every quote open".to_owned(),
        format!("title,sku\n{}", "\"a,b\n".repeat(4001)).into_bytes(),
    ));
}

fn bytes(files: &mut Files) {
    let mut dice = Dice(7);
    for n in 0..24 {
        let random: Vec<u8> = (0..dice.below(20_000) + 64).map(|_| dice.roll() as u8).collect();
        files.push((format!("random {n}"), random));
    }
    for (name, head) in [
        ("pdf", &b"%PDF-1.7\n"[..]),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpeg", b"\xff\xd8\xff\xe0"),
        ("gif", b"GIF89a"),
        ("gzip", b"\x1f\x8b\x08"),
        ("rar", b"Rar!\x1a"),
        ("7z", b"7z\xbc\xaf\x27\x1c"),
        ("sqlite", b"SQLite format 3\0"),
        ("elf", b"\x7fELF\x02"),
        ("old excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("zip", b"PK\x03\x04"),
    ] {
        let mut file = head.to_vec();
        file.extend((0..500).map(|_| dice.roll() as u8));
        files.push((name.to_owned(), file));
    }
    for (name, file) in [
        ("spaces", &b"   \n \t \r\n"[..]),
        ("mark", b"\xef\xbb\xbf"),
        ("mark LE", b"\xff\xfe"),
        ("mark BE", b"\xfe\xff"),
        ("line ends", b"\n\n\n\n"),
        ("delimiters", b",,,,\n,,,,\n"),
        ("zeros", &[0; 4096]),
        ("quote", b"\""),
        ("quotes", b"\"\"\"\"\""),
    ] {
        files.push((name.to_owned(), file.to_vec()));
    }
    for big in [false, true] {
        for cut in [1, 3] {
            let mut file = if big { vec![0xfe, 0xff] } else { vec![0xff, 0xfe] };
            for unit in "title,price\nA,5\nB,67".encode_utf16() {
                file.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            file.truncate(file.len() - cut);
            files.push((format!("UTF-16 cut by {cut}, big {big}"), file));
        }
    }
}

fn xml(files: &mut Files) {
    let laughs = (1..10).fold("<!ENTITY l0 \"ha\">".to_owned(), |t, n| {
        t + &format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))
    });
    let item = "<item><g:id>A</g:id><title>A</title><g:price>5 EUR</g:price><g:availability>in stock</g:availability></item>";
    for (name, text) in [
        ("billion laughs", format!("<?xml version=\"1.0\"?><!DOCTYPE r [{laughs}]><rss><item><title>&l9;</title></item></rss>")),
        ("outside entity", "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><rss><item><title>&x;</title></item></rss>".to_owned()),
        ("unknown entity", item.replace("5 EUR", "&five; EUR")),
        ("bad reference", item.replace("5 EUR", "&#x110000; EUR")),
        ("deep", "<a>".repeat(100_000)),
        ("deep item", format!("<rss><item>{}", "<b>".repeat(100_000))),
        ("unclosed", format!("<rss>{item}<item>")),
        ("crossed", "<rss><item><a></item></a></rss>".to_owned()),
        ("no item", "<rss><channel></channel></rss>".to_owned()),
        ("html", "<!doctype html><html><body>Sign in</body></html>".to_owned()),
        ("no html doctype", "<html><body><p>Sign in<br></body></html>".to_owned()),
        ("cut tag", format!("<rss>{item}<ite")),
        ("svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned()),
        ("bad price", format!("<rss>{}</rss>", item.replace("5 EUR", "1.234,5,6 EUR"))),
        ("huge field", format!("<rss>{}</rss>", item.replace("<title>A", &format!("<title>{}", "x".repeat(2 << 20))))),
        ("many kinds", format!("<rss><item>{}</item></rss>", (0..1100).map(|n| format!("<f{n}>x</f{n}>")).collect::<String>())),
        ("no id", format!("<rss>{}</rss>", item.replace("<g:id>A</g:id>", "<g:id/>"))),
    ] {
        files.push((format!("xml {name}"), text.into_bytes()));
    }
}

fn json(files: &mut Files) {
    for (name, text) in [
        ("deep list", "[".repeat(200_000)), ("deep object", "{\"products\":".repeat(100_000)),
        ("deep in product", format!("[{{\"title\":{}", "[".repeat(200_000))), ("cut", "[{\"title\":\"A\",\"curr".to_owned()),
        ("no list", "{}".to_owned()), ("numbers", "[1,2,3]".to_owned()), ("NaN", "[NaN]".to_owned()),
        ("empty product", "[{}]".to_owned()), ("float price", "[{\"title\":\"A\",\"currency\":\"EUR\",\"variants\":[{\"price\":5.5}]}]".to_owned()),
        ("negative", "[{\"title\":\"A\",\"currency\":\"EUR\",\"variants\":[{\"price\":-5}]}]".to_owned()),
        ("huge price", "[{\"title\":\"A\",\"currency\":\"EUR\",\"variants\":[{\"price\":9223372036854775807}]}]".to_owned()),
        ("beyond", "[{\"title\":\"A\",\"currency\":\"EUR\",\"variants\":[{\"price\":1e400}]}]".to_owned()),
        ("stock", "[{\"title\":\"A\",\"currency\":\"EUR\",\"variants\":[{\"stock\":-1}]}]".to_owned()),
        ("zero byte", "[{\"title\":\"A\\u0000B\",\"currency\":\"EUR\"}]".to_owned()),
        ("half a letter", "[{\"title\":\"\\ud800\",\"currency\":\"EUR\"}]".to_owned()),
        ("images", "[{\"title\":\"A\",\"currency\":\"EUR\",\"images\":\"a.png\"}]".to_owned()),
        ("behind", "[{\"title\":\"A\",\"currency\":\"EUR\"}] trailing".to_owned()),
        ("same handle", "[{\"title\":\"A\",\"handle\":\"a\",\"currency\":\"EUR\"},{\"title\":\"B\",\"handle\":\"a\",\"currency\":\"EUR\"}]".to_owned()),
    ] {
        files.push((format!("json {name}"), text.into_bytes()));
    }
}

fn sheets(files: &mut Files) {
    use Cell::{Date, Formula, Number, Text};
    let good = || vec![vec![Text("title"), Text("price")], vec![Text("A"), Number("5")]];
    let with = |cell: Cell<'static>| {
        let mut all = good();
        all.push(vec![Text("B"), cell]);
        book(&rows(&all), &[])
    };
    let whole = book(&rows(&good()), &[]);
    for n in 0..16 {
        files.push((format!("sheet cut {n}"), whole[..whole.len() * (n + 1) / 18].to_vec()));
    }
    let mut dice = Dice(99);
    for n in 0..8 {
        // The list of parts at the end is what everything hangs on.
        let mut file = whole.clone();
        let end = file.len() - 22;
        file[end..end + 20].iter_mut().for_each(|b| *b = dice.roll() as u8);
        files.push((format!("sheet's end {n}"), file));
    }
    let sheet = |xml: &str| book("", &[("xl/worksheets/sheet1.xml", xml.as_bytes())]);
    let many: Vec<(String, Vec<u8>)> = (0..5_001).map(|n| (format!("p{n}.xml"), vec![])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let wide = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>title</t></is></c><c r=\"XFD1\"><v>1</v></c></row>";
    let order =
        "<row r=\"9\"><c r=\"A9\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
    for (name, file) in [
        ("date", with(Date("45000"))),
        ("negative", with(Number("-5"))),
        ("absurd", with(Number("1e300"))),
        ("noise", with(Number("5.0012345"))),
        ("formula text", with(Text("=1+1"))),
        ("failed formula", with(Formula("1/0", "abc"))),
        ("NaN", with(Number("NaN"))),
        ("empty", book("", &[])),
        ("wide", book(wide, &[])),
        ("order", book(order, &[])),
        ("parts", archive(&many)),
        ("no workbook", archive(&[("a.txt", b"hello")])),
        ("no parts", archive(&[])),
        ("no sheet", book("", &[("xl/workbook.xml", b"<workbook/>")])),
        ("lost sheet", book("", &[("xl/_rels/workbook.xml.rels", b"<Relationships/>")])),
        ("broken xml", sheet("<worksheet><sheetData><row")),
        (
            "entities",
            sheet(
                "<!DOCTYPE r [<!ENTITY a \"b\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>&a;</v></c></row></sheetData></worksheet>",
            ),
        ),
        ("deep", sheet(&"<a>".repeat(100_000))),
        ("no such text", book("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row>", &[])),
        ("odd cell", book("<row r=\"1\"><c r=\"ZZZZZZ99999999999\"><v>1</v></c></row>", &[])),
    ] {
        files.push((format!("sheet {name}"), file));
    }
    files.push(("sheet bomb".to_owned(), bomb(600)));
    files.push(("sheet bomb that lies".to_owned(), lie(bomb(520))));
    let long = format!("<sst>{}", "x".repeat(140 << 20));
    files.push((
        "sheet of texts".to_owned(),
        book("", &[("xl/sharedStrings.xml", long.as_bytes())]),
    ));
}

/// An archive with a sheet of so many MB of zeros.
fn bomb(mb: usize) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(
        "xl/worksheets/sheet1.xml",
        SimpleFileOptions::default().compression_level(Some(1)),
    )
    .unwrap();
    let zeros = vec![b' '; 1 << 20];
    (0..mb).for_each(|_| zip.write_all(&zeros).unwrap());
    zip.finish().unwrap().into_inner()
}

/// The same archive, saying that its part is a hundred bytes.
fn lie(mut file: Vec<u8>) -> Vec<u8> {
    let local = 22;
    let central = file.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap() + 24;
    for at in [local, central] {
        file[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    file
}

/// The most memory this process ever had, in MB; `None` where the system does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

#[tokio::test]
async fn hostile_files_end_in_a_report_and_change_nothing() {
    let mut files = Files::new();
    prices(&mut files);
    fields(&mut files);
    bytes(&mut files);
    xml(&mut files);
    json(&mut files);
    sheets(&mut files);
    assert!(files.len() >= 200, "{}", files.len());
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let settings = ImportSettings { pictures: Pictures::Leave, ..ImportSettings::default() };
    catalog.import(&eur(SHOPIFY), &settings, |_, _, _| {}).await.unwrap();
    let state = async || {
        let mut all = Vec::new();
        for id in catalog.products(0, 100).await.unwrap() {
            all.push(catalog.product(id).await.unwrap());
        }
        (all, catalog.steps(100).await.unwrap())
    };
    let before = state().await;
    let (mut refusals, mut reports) = (0, 0);
    for (name, file) in &files {
        let source = Source::bytes(name, file.clone());
        match source.and_then(|s| read(&s, &ReadSettings::new(Currency::EUR))) {
            Err(e) => {
                let text = e.to_string();
                assert!(text.contains(' ') && text.len() < 600, "{name}: {text}");
                assert!(!text.contains("failed inside"), "{name}: {text}");
                refusals += 1;
            }
            Ok(imported) => {
                let report = catalog.import(&imported, &settings, |_, _, _| {}).await.unwrap();
                assert!(
                    report.report.skips() > 0 && !report.applied,
                    "{name} was taken: {:?}",
                    imported.products
                );
                assert!(
                    report.report.skipped.iter().all(|s| s.line > 0 && s.text.len() < 600),
                    "{name}"
                );
                reports += 1;
            }
        }
    }
    assert_eq!(state().await, before);
    println!("{refusals} files refused, {reports} reported; peak {:?} MB", peak());
    assert!(refusals > 80 && reports > 200);
    if let Some(mb) = peak() {
        assert!(mb < 600, "the process had {mb} MB at its peak");
    }
}

#[tokio::test]
async fn paths_of_pictures_do_not_leave_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalogue(&folder).await;
    let shop = folder.path().join("shop");
    std::fs::create_dir(&shop).unwrap();
    let mut table = String::from("title,sku,image\n");
    for (n, path) in [
        "../catalogue.sqlite",
        "..\\catalogue.sqlite",
        "/etc/passwd",
        "a/../../catalogue.sqlite",
        "file:///etc/passwd",
        "//etc/passwd",
        ".",
        "..",
        "products.csv",
        "http://127.0.0.1:9/a.png",
        "http://169.254.169.254/latest",
        "http://[::1]/a.png",
        "https://10.0.0.1/a.png",
        "http://localhost/a.png",
        "gopher://a.example/",
        "data:image/png;base64,AAAA",
        "\\\\server\\share\\a.png",
        "C:\\a.png",
        "http://",
        "/dev/zero",
    ]
    .into_iter()
    .enumerate()
    {
        writeln!(table, "P{n},S{n},\"{path}\"").unwrap();
    }
    std::fs::write(shop.join("products.csv"), table).unwrap();
    let file =
        read(&Source::file(&shop.join("products.csv")).unwrap(), &ReadSettings::new(Currency::EUR))
            .unwrap();
    let report = catalog.import(&file, &ImportSettings::default(), |_, _, _| {}).await.unwrap();
    assert_eq!((report.pictures, report.added), (0, 20));
    for line in 2..22 {
        assert!(
            report.report.warnings.iter().any(|w| w.line == line),
            "line {line}: {:?}",
            report.report
        );
    }
}
