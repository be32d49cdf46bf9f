use std::fs;
use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use vitrine_catalog::Catalog;

use crate::{add, open, product};

/// A file of an older form is copied, then brought to this one.
#[tokio::test]
async fn an_older_form_is_copied_before_it_is_changed() {
    let dir = tempfile::tempdir().expect("a folder");
    let old = dir.path().join("migrations");
    fs::create_dir(&old).expect("a folder");
    // Asked at run time: checkouts that share a build folder share this binary as well.
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let first = "0001_catalogue.sql";
    fs::copy(Path::new(&here).join("migrations").join(first), old.join(first)).expect("copied");
    let path = dir.path().join("shop.sqlite");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.expect("opens");
    Migrator::new(old).await.expect("read").run(&pool).await.expect("the older form");
    sqlx::query("INSERT INTO product (title, currency, created_at, updated_at) VALUES ('Old mug', 'EUR', 1, 1)")
        .execute(&pool)
        .await
        .expect("written");
    pool.close().await;

    let (catalog, opened) = Catalog::open(&path).await.expect("brought up to date");
    let copy = opened.migrated_from.expect("a copy");
    assert!(copy.exists(), "{}", copy.display());
    assert_eq!(catalog.count().await.expect("counted"), 1);
    add(&catalog, &product("New mug", "NEW", 100)).await;
    catalog.undo().await.expect("the new form's triggers work");
    catalog.close().await;
    let pool =
        sqlx::SqlitePool::connect(&format!("sqlite:{}", copy.display())).await.expect("opens");
    let seen: i64 = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(&pool)
        .await
        .expect("read");
    assert_eq!(seen, 1, "the copy is as it was");
}

#[tokio::test]
async fn settings_are_kept_over_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    assert_eq!(catalog.setting::<Vec<String>>("recent").await.expect("read"), None);
    catalog.keep_setting("recent", &["a", "b"]).await.expect("kept");
    catalog.keep_setting("recent", &["c"]).await.expect("kept");
    catalog.close().await;
    let catalog = open(dir.path()).await;
    assert_eq!(catalog.setting("recent").await.expect("read"), Some(vec!["c".to_owned()]));
    assert_eq!(catalog.setting::<u32>("recent").await.expect("read"), None, "something else");
    assert!(catalog.steps(5).await.expect("listed").is_empty(), "no step of undo");
}
