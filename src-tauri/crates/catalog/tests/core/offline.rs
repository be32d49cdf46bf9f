//! The descriptions of queries that are committed, against the schema as it is: a build without a database
//! trusts them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sqlx::{Column, Executor, SqlSafeStr, TypeInfo};

use crate::open;

#[tokio::test]
async fn committed_queries_are_what_the_schema_says() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let url = format!("sqlite:{}", catalog.path().display());
    let pool = sqlx::SqlitePool::connect(&url).await.expect("opens");
    // Asked at run time: checkouts that share a build folder share this binary as well.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let mut seen = 0;
    for entry in fs::read_dir(Path::new(&here).join(".sqlx")).expect("offline data").flatten() {
        let text = fs::read_to_string(entry.path()).expect("read");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        let query = json["query"].as_str().expect("a query").to_owned();
        let described = pool
            .describe(sqlx::AssertSqlSafe(query.clone()).into_sql_str())
            .await
            .unwrap_or_else(|e| panic!("{query}: {e}"));
        let now: Vec<(String, String)> = described
            .columns()
            .iter()
            .map(|c| (c.name().to_owned(), c.type_info().name().to_owned()))
            .collect();
        let columns = json["describe"]["columns"].as_array().expect("columns");
        let kept: Vec<String> =
            columns.iter().map(|c| c["name"].as_str().expect("a name").to_owned()).collect();
        assert_eq!(now.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>(), kept, "{query}");
        seen += 1;
    }
    assert!(seen >= 30, "{seen} queries");
}
