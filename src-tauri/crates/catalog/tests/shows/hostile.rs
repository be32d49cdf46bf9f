//! `.vitrine` files that somebody made to do harm, or that were damaged on the way.

use std::io::{Cursor, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use vitrine_catalog::{Catalog, CatalogError, NewItem, ShowFields};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{add, add_item, add_picture, add_show, open, picture, product, variant};

type Entry<'a> = (&'a str, &'a [u8]);

fn zipped(entries: &[Entry]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).expect("started");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

/// The bytes of a good show with one picture.
async fn good(dir: &Path) -> (String, Vec<u8>) {
    let office = open(dir).await;
    let mug = add(&office, &product("Mug", vec![variant("M1", 1000, 5)])).await;
    add_picture(&office, mug, &picture(1), "").await;
    let show = add_show(&office, &ShowFields::new("Friday")).await;
    add_item(&office, show, &NewItem::offer(mug)).await;
    let file = office.export_show(show).await.expect("exported");
    (picture(1).hash, file.bytes().expect("bytes"))
}

async fn refused(studio: &Catalog, dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join("bad.vitrine");
    std::fs::write(&path, bytes).expect("written");
    let error = studio.receive_show(&path, |_, _| {}).await.expect_err(name);
    let plain = matches!(
        error,
        CatalogError::Invalid(_) | CatalogError::Taken(_) | CatalogError::Picture(_)
    );
    assert!(plain, "{name}: {error:?}");
    assert_eq!(
        (studio.count().await.expect("read"), studio.shows(9).await.expect("read").len()),
        (0, 0),
        "{name}"
    );
    let kept = std::fs::read_dir(studio.pictures()).into_iter().flatten().flatten();
    let files: usize = kept.map(|f| std::fs::read_dir(f.path()).expect("a folder").count()).sum();
    assert_eq!(files, 0, "{name}: no picture stays");
    error.to_string()
}

#[tokio::test]
async fn every_bad_file_is_refused_and_leaves_nothing() {
    let (here, there) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (hash, show) = good(here.path()).await;
    let image = format!("images/{hash}");
    let bytes = picture(1).bytes().to_vec();
    let studio = open(there.path()).await;
    let dir = there.path();
    let whole = zipped(&[("show.json", &show), (&image, &bytes)]);

    // Cut anywhere, with a byte changed anywhere, or something behind it.
    for cut in (0..whole.len()).step_by(whole.len() / 40) {
        refused(&studio, dir, &format!("cut at {cut}"), &whole[..cut]).await;
    }
    for (name, tail) in
        [("a byte behind", &b"x"[..]), ("another zip behind", &whole), ("zeros behind", &[0; 4096])]
    {
        let mut longer = whole.clone();
        longer.extend_from_slice(tail);
        if name == "another zip behind" {
            // Offsets no longer fit the file.
            refused(&studio, dir, name, &longer).await;
            continue;
        }
        refused(&studio, dir, name, &longer).await;
    }

    let other = picture(2);
    let foreign = format!("images/{}", other.hash);
    let bomb = vec![b' '; 15 << 20];
    let huge = vec![b' '; 17 << 20];
    let text = String::from_utf8(show.clone()).expect("text");
    let fake: String = Sha256::digest(b"no picture").iter().map(|b| format!("{b:02x}")).collect();
    let faked = text.replace(&hash, &fake);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "no whole show file"),
        (
            "no zip",
            b"hello, this is no zip but long enough to be looked at".to_vec(),
            "no whole show file",
        ),
        ("an empty zip", zipped(&[]), "holds no show"),
        ("only pictures", zipped(&[(&image, &bytes)]), "holds no show"),
        ("a path upwards", zipped(&[("show.json", &show), ("../evil", b"x")]), "neither the show"),
        (
            "a path upwards below images",
            zipped(&[("show.json", &show), ("images/../../evil", b"x")]),
            "neither the show",
        ),
        (
            "an absolute path",
            zipped(&[("show.json", &show), ("/etc/passwd", b"x")]),
            "neither the show",
        ),
        ("backslashes", zipped(&[("show.json", &show), ("images\\x", b"x")]), "neither the show"),
        (
            "a capital hash",
            zipped(&[("show.json", &show), (&image.to_uppercase(), &bytes)]),
            "neither the show",
        ),
        ("a program", zipped(&[("show.json", &show), ("run.exe", b"MZ")]), "neither the show"),
        (
            "wrong bytes",
            zipped(&[("show.json", &show), (&image, other.bytes())]),
            "damaged or exchanged",
        ),
        (
            "a foreign picture",
            zipped(&[("show.json", &show), (&foreign, other.bytes())]),
            "does not have",
        ),
        (
            "no picture",
            zipped(&[("show.json", faked.as_bytes()), (&format!("images/{fake}"), b"no picture")]),
            "no PNG",
        ),
        ("a bomb", zipped(&[("show.json", &bomb)]), "beyond measure"),
        ("a huge show", zipped(&[("show.json", &huge)]), "too large"),
        (
            "a large picture",
            zipped(&[("show.json", &show), (&image, &vec![7; 21 << 20])]),
            "too large",
        ),
        ("no JSON", zipped(&[("show.json", b"\xff\xfe")]), "cannot be read"),
        ("deep JSON", zipped(&[("show.json", "[".repeat(90_000).as_bytes())]), ""),
        (
            "a newer form",
            zipped(&[("show.json", text.replace("\"version\": 1", "\"version\": 9").as_bytes())]),
            "newer Vitrine",
        ),
    ];
    for (name, bytes, said) in cases {
        let sentence = refused(&studio, dir, name, &bytes).await;
        assert!(sentence.contains(said), "{name}: {sentence}");
    }

    let many: Vec<(String, Vec<u8>)> =
        (0..5001).map(|n| (format!("images/{n:064x}"), Vec::new())).collect();
    let many: Vec<Entry> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    assert!(refused(&studio, dir, "many entries", &zipped(&many)).await.contains("5,000"));
    std::fs::create_dir(dir.join("folder.vitrine")).expect("made");
    assert!(studio.receive_show(&dir.join("folder.vitrine"), |_, _| {}).await.is_err());
    assert!(studio.receive_show(&dir.join("nowhere.vitrine"), |_, _| {}).await.is_err());

    // The good one still works.
    let path = dir.join("good.vitrine");
    std::fs::write(&path, &whole).expect("written");
    assert_eq!(studio.receive_show(&path, |_, _| {}).await.expect("received").added, 1);
}

#[tokio::test]
async fn sizes_that_are_lied_about_and_bytes_that_are_changed_do_no_harm() {
    let (here, there) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (hash, show) = good(here.path()).await;
    let studio = open(there.path()).await;
    let path = there.path().join("bad.vitrine");
    // A bomb whose list says that it is small.
    let bomb = vec![b' '; 64 << 20];
    let mut lying = zipped(&[("show.json", &bomb)]);
    let (from, to) = ((64_u32 << 20).to_le_bytes(), 1000_u32.to_le_bytes());
    let places: Vec<usize> =
        lying.windows(4).enumerate().filter(|(_, w)| *w == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the size stands somewhere");
    for at in places {
        lying[at..at + 4].copy_from_slice(&to);
    }
    std::fs::write(&path, &lying).expect("written");
    let error = studio.receive_show(&path, |_, _| {}).await.expect_err("a bomb").to_string();
    assert!(error.contains("too large") || error.contains("no whole show file"), "{error}");

    // Each byte changed in turn: refused, or read to the same show; never half of it.
    let image = format!("images/{hash}");
    let whole = zipped(&[("show.json", &show), (&image, picture(1).bytes())]);
    let (mut refused, mut taken) = (0, 0);
    for at in 0..whole.len() {
        let mut bad = whole.clone();
        bad[at] ^= 0x55;
        std::fs::write(&path, &bad).expect("written");
        match studio.receive_show(&path, |_, _| {}).await {
            Ok(_) => taken += 1,
            Err(e) => {
                refused += 1;
                assert!(!matches!(e, CatalogError::Internal(_)), "byte {at}: {e}");
            }
        }
        assert!(studio.count().await.expect("read") <= 1, "byte {at}");
    }
    assert!(refused > whole.len() / 2, "{refused} refused, {taken} taken");
}
