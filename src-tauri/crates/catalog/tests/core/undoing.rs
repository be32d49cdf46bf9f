use vitrine_catalog::{CatalogError, NewVariant, Picture, ProductId};

use crate::{add, open, product};

#[tokio::test]
async fn every_edit_is_taken_back_and_done_again_over_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug = add(&catalog, &product("Mug", "MUG-1", 1890)).await;
    let before = catalog.product(mug).await.expect("there");

    let mut edit = catalog.edit("Change Mug", "test").await.expect("begun");
    let mut fields = before.fields.clone();
    fields.title = "Mug, the Seller's \"best\"; DROP TABLE product --".to_owned();
    fields.tags = vec!["kitchen".into(), "gift".into()];
    edit.set_product(mug, &fields).await.expect("set");
    let blue = NewVariant {
        options: vec![("Colour".into(), "Blue".into())],
        sku: Some("MUG-2".into()),
        price: Some(1990),
        ..NewVariant::default()
    };
    edit.add_variant(mug, &blue).await.expect("added");
    edit.commit().await.expect("committed");
    let after = catalog.product(mug).await.expect("there");
    assert_eq!((after.variants.len(), after.fields.tags.len()), (2, 2));

    catalog.close().await;
    let catalog = open(dir.path()).await;
    assert_eq!(catalog.undo().await.expect("undone").name, "Change Mug");
    let undone = catalog.product(mug).await.expect("there");
    assert_eq!((&undone.fields, &undone.variants), (&before.fields, &before.variants));
    assert_eq!(catalog.search("best", 5).await.expect("searched"), [], "the search follows");
    catalog.close().await;
    let catalog = open(dir.path()).await;
    catalog.redo().await.expect("redone");
    let redone = catalog.product(mug).await.expect("there");
    assert_eq!((&redone.fields, &redone.variants), (&after.fields, &after.variants));
    assert_eq!(catalog.search("best", 5).await.expect("searched"), [mug]);

    // Back to nothing, and forward again: ids stay what they were.
    catalog.undo().await.expect("undone");
    catalog.undo().await.expect("undone");
    assert!(matches!(catalog.product(mug).await, Err(CatalogError::Missing { .. })));
    assert!(matches!(catalog.undo().await, Err(CatalogError::NothingTo("undo"))));
    catalog.redo().await.expect("redone");
    catalog.redo().await.expect("redone");
    assert!(matches!(catalog.redo().await, Err(CatalogError::NothingTo("redo"))));
    let again = catalog.product(mug).await.expect("there");
    assert_eq!((&again.fields, &again.variants), (&after.fields, &after.variants));
}

#[tokio::test]
async fn a_removed_product_comes_back_with_everything_it_had() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let id = add(&catalog, &product("Kettle", "KET-1", 4900)).await;
    let mut png = Vec::new();
    image::RgbImage::from_pixel(40, 30, image::Rgb([200, 10, 10]))
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .expect("a picture");
    let picture = Picture::new("kettle.png", png).expect("a picture");
    catalog.keep_picture(&picture).expect("kept");
    let mut edit = catalog.edit("Add picture", "test").await.expect("begun");
    edit.add_picture(id.0, &picture, "kettle.png").await.expect("added");
    edit.commit().await.expect("committed");
    let before = catalog.product(id).await.expect("there");
    assert_eq!(before.pictures, std::slice::from_ref(&picture.hash));

    let mut edit = catalog.edit("Remove Kettle", "test").await.expect("begun");
    edit.remove_product(id).await.expect("removed");
    edit.commit().await.expect("committed");
    assert_eq!(catalog.count().await.expect("counted"), 0);
    assert_eq!(catalog.sweep_pictures().await.expect("swept"), 0, "undo still names it");
    catalog.undo().await.expect("undone");
    let back = catalog.product(id).await.expect("there");
    assert_eq!(
        (back.fields, back.variants, back.pictures),
        (before.fields, before.variants, before.pictures)
    );
    assert!(catalog.picture_file(&picture.hash, true).exists());
}

#[tokio::test]
async fn something_new_ends_what_could_be_redone_and_a_dropped_edit_never_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let a = add(&catalog, &product("A", "A", 100)).await;
    add(&catalog, &product("B", "B", 200)).await;
    catalog.undo().await.expect("undone");
    add(&catalog, &product("C", "C", 300)).await;
    assert!(matches!(catalog.redo().await, Err(CatalogError::NothingTo(_))));
    let names: Vec<String> =
        catalog.steps(10).await.expect("listed").into_iter().map(|s| s.name).collect();
    assert_eq!(names, ["Add C", "Add A"]);

    let mut edit = catalog.edit("Dropped", "test").await.expect("begun");
    edit.remove_product(a).await.expect("removed");
    drop(edit);
    let edit = catalog.edit("Nothing", "test").await.expect("begun");
    edit.commit().await.expect("committed");
    assert!(catalog.product(a).await.is_ok());
    assert_eq!(catalog.steps(10).await.expect("listed").len(), 2, "neither is a step");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    add(&catalog, &product("Mug", "MUG-1", 1890)).await;
    let try_add = async |p: &vitrine_catalog::NewProduct| {
        let mut edit = catalog.edit("Bad", "test").await.expect("begun");
        let e = edit.add_product(p).await.expect_err("refused");
        drop(edit);
        e.to_string()
    };
    let e = try_add(&product("Other", "MUG-1", 100)).await;
    assert!(e.contains("SKU"), "{e}");
    let e = try_add(&product("  ", "X", 100)).await;
    assert!(e.contains("title"), "{e}");
    let e = try_add(&product("X", "X", -1)).await;
    assert!(e.contains("price"), "{e}");
    let mut link = product("X", "X", 100);
    link.fields.link = Some("javascript:alert(1)".into());
    let e = try_add(&link).await;
    assert!(e.contains("https://"), "{e}");
    assert_eq!(catalog.count().await.expect("counted"), 1);
    let e = catalog.product(ProductId(99)).await.expect_err("none").to_string();
    assert!(e.contains("product 99") && e.contains("catalog list"), "{e}");
}

/// A show in which something was claimed is not taken back from under its ledger.
#[tokio::test]
async fn a_show_with_claims_is_not_undone_and_the_reason_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mut edit = catalog.edit("New show", "test").await.expect("begun");
    let show = edit.add_show(&vitrine_catalog::ShowFields::new("Sunday")).await.expect("added");
    edit.commit().await.expect("committed");
    let url = format!("sqlite:{}", catalog.path().display());
    let pool = sqlx::SqlitePool::connect(&url).await.expect("opens");
    sqlx::query("INSERT INTO ledger (event_id, at, kind, claim, show_id, item_id, quantity) VALUES ('e', 1, 'claimed', 'c', ?, 1, 1)")
        .bind(show.0)
        .execute(&pool)
        .await
        .expect("claimed");
    pool.close().await;
    let e = catalog.undo().await.expect_err("refused");
    assert!(matches!(e, CatalogError::Invalid(_)), "{e:?}");
    assert!(e.to_string().contains("claim"), "{e}");
    assert!(catalog.show(show).await.is_ok(), "nothing was changed");
}

/// A column that a trigger forgets would be lost by an undo.
#[tokio::test]
async fn undo_knows_every_column() {
    let triggers = include_str!("../../migrations/0002_triggers.sql");
    let tables = include_str!("../../migrations/0001_catalogue.sql");
    for table in ["product", "variant", "product_image", "show", "destination", "item"] {
        let body = tables.split(&format!("CREATE TABLE {table} (")).nth(1).expect(table);
        let body = body.split(") STRICT").next().expect(table);
        let columns = body.lines().filter_map(|l| {
            let name = l.strip_prefix("    ")?.split_whitespace().next()?;
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_').then_some(name)
        });
        let update = triggers
            .split(&format!("CREATE TRIGGER undo_{table}_update"))
            .nth(1)
            .and_then(|t| t.split("END;").next())
            .expect(table);
        let mut seen = 0;
        for column in columns.filter(|c| *c != "id") {
            assert!(update.contains(&format!("quote(old.{column})")), "{table}.{column}");
            seen += 1;
        }
        assert!(seen >= 4, "{table}: {seen} columns");
    }
}
