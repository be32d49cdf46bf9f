//! A small shop and its show, made by the commands a seller would type.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::support::{cli, last_json, run, text};

/// Longest time one command beside a show may take.
const SOON: Duration = Duration::from_secs(60);

const CSV: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Position
mug,Enamel mug,,Ora,Kitchen,,TRUE,Title,Default Title,MUG,5,18.90,,mug.png,1
kettle,Pour-over kettle,,Ora,Kitchen,,TRUE,Title,Default Title,KETTLE,3,49.00,,,
apron,Linen apron,,Ora,Kitchen,,TRUE,Title,Default Title,APRON,9,32.50,,,
";

/// A folder with a catalogue of three products and show 1: mug (claim code 1), kettle (2), apron (3) and
/// two lots of the apron, for both canvases.
pub struct Shop {
    dir: tempfile::TempDir,
}

pub fn shop() -> Shop {
    let shop = Shop { dir: tempfile::tempdir().expect("a folder") };
    fs::write(shop.path("shop.csv"), CSV).expect("written");
    fs::copy(crate::support::sample("enamel-mug.png"), shop.path("mug.png")).expect("a picture");
    shop.done(&["catalog", "import", "shop.csv", "--currency", "EUR"]);
    let show = shop.done(&["show", "new", "Sunday table", "--canvas", "16:9", "--canvas", "9:16"]);
    assert_eq!(show["id"], 1, "{show}");
    let rundown = shop.done(&["show", "add", "1", "MUG", "KETTLE", "APRON", "--minutes", "2"]);
    let codes = rundown["entries"].as_array().expect("entries").iter();
    let codes: Vec<_> = codes.map(|e| e["item"]["claim_code"].as_str().unwrap_or("")).collect();
    assert_eq!(codes, ["1", "2", "3"], "{rundown}");
    shop.done(&["show", "lots", "1", "APRON", "2", "--start-price", "5.00"]);
    shop
}

impl Shop {
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program in this folder, on this catalogue.
    pub fn program(&self, args: &[&str]) -> Command {
        let mut command = cli();
        command
            .args(args)
            .args(["--catalogue", "shop.sqlite", "--json"])
            .current_dir(self.folder());
        command
    }

    /// The same without JSON, as somebody at a terminal has it.
    pub fn terminal(&self, args: &[&str]) -> Command {
        let mut command = cli();
        command.args(args).args(["--catalogue", "shop.sqlite"]).current_dir(self.folder());
        command
    }

    /// A command that ends by itself and succeeds; its last line.
    pub fn done(&self, args: &[&str]) -> Value {
        let out = run(&mut self.program(args), "", SOON);
        assert!(out.status.success(), "{args:?}: {}", text(&out));
        last_json(&out)
    }

    /// Rows of the catalogue as text, or `None` (said loudly) where the program for it is missing.
    pub fn rows(&self, query: &str) -> Option<Vec<String>> {
        let out = Command::new("sqlite3").arg(self.path("shop.sqlite")).arg(query).output();
        let Ok(out) = out else {
            println!("SKIPPED: sqlite3 is not installed; the log of the show is not looked at");
            return None;
        };
        assert!(out.status.success(), "{query}: {}", String::from_utf8_lossy(&out.stderr));
        Some(String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect())
    }

    /// A secret is nowhere in the folder's files.
    pub fn keeps_no(&self, secret: &str) {
        for file in fs::read_dir(self.folder()).expect("listed").flatten() {
            let Ok(bytes) = fs::read(file.path()) else { continue };
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{} holds a stream key", file.path().display());
        }
    }
}
