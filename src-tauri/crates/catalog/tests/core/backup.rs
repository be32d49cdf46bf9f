use std::fs;

use vitrine_catalog::catalog::BACKUPS_KEPT;
use vitrine_catalog::{Catalog, CatalogError};

use crate::{add, open, product};

#[tokio::test]
async fn a_damaged_catalogue_is_replaced_by_its_newest_whole_backup() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("shop.sqlite");
    let catalog = open(dir.path()).await;
    for n in 0..200 {
        add(&catalog, &product(&format!("Product {n}"), &format!("S{n}"), 100)).await;
    }
    catalog.back_up().await.expect("backed up");
    add(&catalog, &product("Later", "LATER", 100)).await;
    let newest = catalog.back_up().await.expect("backed up");
    catalog.close().await;
    // The newest backup is damaged as well: the one before must do.
    let mut bytes = fs::read(&newest).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xa5);
    fs::write(&newest, &bytes).expect("written");
    let mut bytes = fs::read(&path).expect("read");
    bytes[4096..40_960].fill(0x5a);
    fs::write(&path, &bytes).expect("written");

    let (catalog, opened) = Catalog::open(&path).await.expect("restored");
    assert!(opened.damaged.as_ref().is_some_and(|p| p.exists()), "{opened:?}");
    assert_ne!(opened.restored.as_deref(), Some(newest.as_path()));
    assert_eq!(catalog.count().await.expect("counted"), 200);
    catalog.close().await;

    // Without any backup the damage is said, and the file left as it is.
    let lone = dir.path().join("lone.sqlite");
    fs::write(&lone, b"SQLite format 3\0 and nothing else that is right").expect("written");
    let e = Catalog::open(&lone).await.expect_err("refused");
    assert!(matches!(e, CatalogError::Damaged { .. }), "{e}");
    assert!(e.to_string().contains("lone.sqlite"), "{e}");
    assert!(fs::read(&lone).expect("read").starts_with(b"SQLite format 3"));
}

#[tokio::test]
async fn backups_are_whole_and_ten_are_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mut made = Vec::new();
    for n in 0..BACKUPS_KEPT + 3 {
        add(&catalog, &product(&format!("Product {n}"), &format!("S{n}"), 100)).await;
        made.push(catalog.back_up().await.expect("backed up"));
    }
    let kept = catalog.backups();
    assert_eq!(kept.len(), BACKUPS_KEPT);
    assert_eq!(kept[0], made[BACKUPS_KEPT + 2]);
    let (old, opened) = Catalog::open(&kept[1]).await.expect("a whole database");
    assert!(!opened.created);
    assert_eq!(old.count().await.expect("counted"), BACKUPS_KEPT as i64 + 2);
}

#[tokio::test]
async fn a_newer_form_and_what_is_no_catalogue_are_refused_in_a_sentence() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let path = catalog.path().to_owned();
    catalog.close().await;
    let url = format!("sqlite:{}", path.display());
    let pool = sqlx::SqlitePool::connect(&url).await.expect("opens");
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&pool)
        .await
        .expect("written");
    pool.close().await;
    let e = Catalog::open(&path).await.expect_err("refused");
    assert!(matches!(e, CatalogError::Newer { found: 9999, .. }), "{e}");
    assert!(e.to_string().contains("newer Vitrine"), "{e}");

    let e = Catalog::open(dir.path()).await.expect_err("a folder").to_string();
    assert!(e.contains("folder"), "{e}");
    let text = dir.path().join("notes.txt");
    fs::write(&text, "buy milk\n".repeat(1000)).expect("written");
    let e = Catalog::open(&text).await.expect_err("no database").to_string();
    assert!(e.contains("notes.txt"), "{e}");
    assert_eq!(fs::read_to_string(&text).expect("read"), "buy milk\n".repeat(1000));
}

/// After a proper close the next opening trusts the file; a look over it does not, and what it finds is
/// mended by the opening after it.
#[tokio::test]
async fn damage_that_left_no_trace_outside_is_found_by_a_look() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("shop.sqlite");
    let catalog = open(dir.path()).await;
    for n in 0..200 {
        add(&catalog, &product(&format!("Product {n}"), &format!("S{n}"), 100)).await;
    }
    catalog.look_over().await.expect("whole");
    catalog.back_up().await.expect("backed up");
    catalog.close().await;
    let at = fs::metadata(&path).and_then(|m| m.modified()).expect("a time");
    let mut bytes = fs::read(&path).expect("read");
    let from = bytes.len() / 2 / 4096 * 4096;
    bytes[from..from + 40_960].fill(0x5a);
    fs::write(&path, &bytes).expect("written");
    // As a failing disk would: the length and the time stay what they were.
    fs::File::options().write(true).open(&path).and_then(|f| f.set_modified(at)).expect("set");

    // Damage that opening does not meet is found by a look; damage that it meets is mended at once.
    let (mut catalog, mut opened) = Catalog::open(&path).await.expect("trusted or mended");
    if opened.restored.is_none() {
        let e = catalog.look_over().await.expect_err("seen");
        assert!(matches!(e, CatalogError::Damaged { .. }), "{e}");
        catalog.close().await;
        (catalog, opened) = Catalog::open(&path).await.expect("mended");
    }
    assert!(opened.restored.is_some(), "{opened:?}");
    assert_eq!(catalog.count().await.expect("counted"), 200);
}
