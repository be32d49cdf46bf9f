//! From a shop's export to a show, as a seller does it: few commands, each saying what happened.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::Value;

use crate::support::{cli, last_json, run, text};

const SOON: Duration = Duration::from_secs(120);

fn say(dir: &Path, args: &[&str]) -> Output {
    let mut command = cli();
    command.args(args).args(["--catalogue", "shop.sqlite", "--json"]).current_dir(dir);
    run(&mut command, "", SOON)
}

fn done(dir: &Path, args: &[&str]) -> Value {
    let out = say(dir, args);
    assert!(out.status.success(), "{args:?}: {}", text(&out));
    last_json(&out)
}

/// Three hundred products of three variants each, as Shopify exports them, with a picture beside the file.
fn shop(dir: &Path) {
    let mut csv = String::from(
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Position\n",
    );
    for n in 0..300 {
        for (i, size) in ["S", "M", "L"].iter().enumerate() {
            let head = if i == 0 {
                format!(
                    "Shirt {n} of linen,\"<p>Number <b>{n}</b></p>\",Ora,Clothes,\"linen, summer\",TRUE,Size"
                )
            } else {
                ",,,,,,".to_owned()
            };
            let image = if i == 0 { "shirt.png,1" } else { "," };
            writeln!(csv, "shirt-{n},{head},{size},SHIRT-{n}-{size},5,{}.90,,{image}", 20 + n % 30)
                .expect("written");
        }
    }
    fs::write(dir.join("products_export.csv"), csv).expect("written");
    let png = fs::read(crate::support::sample("milk-frother.png")).expect("a sample picture");
    fs::write(dir.join("shirt.png"), png).expect("written");
}

#[test]
fn three_hundred_products_become_an_hour_in_fewer_than_ten_commands() {
    let dir = tempfile::tempdir().expect("a folder");
    let d = dir.path();
    shop(d);
    // 1
    let report = done(d, &["catalog", "import", "products_export.csv", "--currency", "EUR"]);
    assert_eq!((&report["added"], &report["applied"]), (&300.into(), &true.into()), "{report}");
    assert_eq!(report["skipped"].as_array().map(Vec::len), Some(0), "{report}");
    // 2
    let show =
        done(d, &["show", "new", "Linen Sunday", "--minutes", "60", "--start", "2026-12-06T19:00"]);
    let id = show["id"].to_string();
    // 3
    let skus = [
        "SHIRT-3-M",
        "SHIRT-14-M",
        "SHIRT-15-M",
        "SHIRT-92-M",
        "SHIRT-65-M",
        "SHIRT-35-M",
        "SHIRT-89-M",
    ];
    let mut args = vec!["show", "add", &id];
    args.extend(skus);
    args.extend(["--minutes", "8"]);
    let rundown = done(d, &args);
    assert_eq!(rundown["entries"].as_array().map(Vec::len), Some(7), "{rundown}");
    // 4
    let rundown = done(
        d,
        &[
            "show",
            "set",
            &id,
            "1",
            "--price",
            "19.90",
            "--promo",
            "LINEN10",
            "--promo-off",
            "10%",
            "--point",
            "Washes at 40 °C",
        ],
    );
    assert_eq!(rundown["entries"][0]["item"]["price"], 1990, "{rundown}");
    // 5
    let rundown = done(d, &["show", "move", &id, "7", "2"]);
    assert_eq!(rundown["entries"][1]["item"]["claim_code"], "7", "{rundown}");
    // 6: nothing is wrong with it.
    let out = say(d, &["show", "check", &id]);
    assert!(out.status.success(), "{}", text(&out));
    let findings = last_json(&out);
    let wrong = findings.as_array().expect("findings").iter().filter(|f| f["severity"] == "error");
    assert_eq!(wrong.count(), 0, "{findings}");
    // 7
    done(d, &["show", "print", &id, "sheet.html"]);
    let sheet = fs::read_to_string(d.join("sheet.html")).expect("written");
    assert!(sheet.contains("Linen Sunday") && sheet.contains("LINEN10"), "{sheet}");
    // 8
    done(d, &["show", "export", &id, "sunday.vitrine"]);

    // The studio's laptop takes it in, pictures included.
    let mut there = cli();
    there
        .args(["show", "import", "sunday.vitrine", "--catalogue", "laptop.sqlite", "--json"])
        .current_dir(d);
    let out = run(&mut there, "", SOON);
    assert!(out.status.success(), "{}", text(&out));
    let taken = last_json(&out);
    assert_eq!((&taken["added"], &taken["pictures_missing"]), (&7.into(), &0.into()), "{taken}");

    // Next week's export changes prices and duplicates nothing; one undo takes all of it back.
    let csv =
        fs::read_to_string(d.join("products_export.csv")).expect("read").replace(".90,", ".50,");
    fs::write(d.join("next.csv"), csv).expect("written");
    let report = done(d, &["catalog", "import", "next.csv", "--currency", "EUR"]);
    assert_eq!((&report["added"], &report["updated"]), (&0.into(), &300.into()), "{report}");
    let history = done(d, &["catalog", "history", "SHIRT-3-M"]);
    assert_eq!(history[0]["changes"][0]["source"], "import next.csv", "{history}");
    done(d, &["catalog", "undo"]);
    let shirt = done(d, &["catalog", "show", "SHIRT-3-M"]);
    assert_eq!(shirt["variants"][0]["price"], 2390, "{shirt}");
    let found = done(d, &["catalog", "search", "lnen 14"]);
    assert!(found.as_array().is_some_and(|f| !f.is_empty()), "{found}");
}

#[test]
fn wrong_input_is_one_sentence_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let d = dir.path();
    let refuse = |args: &[&str], code: i32, words: &[&str]| {
        let mut command = cli();
        command.args(args).args(["--catalogue", "shop.sqlite"]).current_dir(d);
        let out = run(&mut command, "", SOON);
        let all = text(&out);
        assert_eq!(out.status.code(), Some(code), "{args:?}: {all}");
        for word in words {
            assert!(all.contains(word), "{args:?} does not say {word:?}: {all}");
        }
        assert!(!all.contains("panicked") && all.lines().count() <= 4, "{args:?}: {all}");
    };
    refuse(&["catalog", "import", "none.csv"], 2, &["none.csv"]);
    fs::write(d.join("noise.csv"), [0u8, 159, 146, 150, 7, 0, 255].repeat(500)).expect("written");
    refuse(&["catalog", "import", "noise.csv"], 2, &["noise.csv"]);
    refuse(&["catalog", "import", "noise.csv", "--currency", "EURO"], 2, &["EURO"]);
    refuse(&["catalog", "show", "mug"], 2, &["mug", "search"]);
    refuse(&["catalog", "undo"], 2, &["nothing to undo"]);
    refuse(&["show", "add", "7", "mug"], 2, &["no show 7"]);
    refuse(&["show", "new", ""], 2, &["title"]);
    refuse(&["show", "new", "Late", "--start", "tomorrow"], 2, &["tomorrow", "2026-12-06T19:00"]);
    fs::write(d.join("broken.vitrine"), b"PK\x03\x04 and nothing").expect("written");
    refuse(&["show", "import", "broken.vitrine"], 2, &["broken.vitrine"]);
    let file = d.join("list.sqlite");
    fs::write(&file, b"this is no database, it is a shopping list").expect("written");
    let mut command = cli();
    command.args(["catalog", "list", "--catalogue", "list.sqlite"]).current_dir(d);
    let out = run(&mut command, "", SOON);
    assert_eq!(out.status.code(), Some(3), "{}", text(&out));
    assert!(text(&out).contains("list.sqlite"), "{}", text(&out));
    assert!(fs::read(&file).expect("read").starts_with(b"this is no database"), "left as it was");
}
