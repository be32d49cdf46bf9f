use vitrine_catalog::export::json::ShowFile;
use vitrine_catalog::{
    Catalog, CatalogError, ItemKind, NewItem, NewVariant, Promo, ShowFields, ShowId, ShowState,
};

use crate::{add, add_item, add_picture, add_show, open, picture, product, variant};

/// A show of everything there is.
async fn rich(catalog: &Catalog) -> ShowId {
    let mut shirt = product("Shirt", vec![]);
    for size in ["M", "L"] {
        let options = vec![("Size".to_owned(), size.to_owned())];
        shirt.variants.push(NewVariant { options, ..variant(&format!("TS-{size}"), 1990, 3) });
    }
    shirt.fields.notes = "from the office".into();
    shirt.fields.tags = vec!["été".into()];
    let shirt = add(catalog, &shirt).await;
    add_picture(catalog, shirt, &picture(1), "https://cdn.example.org/1.png").await;
    add_picture(catalog, shirt, &picture(2), "/srv/of/somebody/2.png").await;
    let mut by_handle =
        product("Cap", vec![NewVariant { price: Some(500), ..NewVariant::default() }]);
    by_handle.fields.handle = Some("cap".into());
    let cap = add(catalog, &by_handle).await;
    let plain = add(
        catalog,
        &product("Plain", vec![NewVariant { price: Some(100), ..NewVariant::default() }]),
    )
    .await;
    let fields = ShowFields {
        language: "fr".into(),
        planned_start: Some(1_900_000_000_000),
        canvases: vec!["16:9".into(), "9:16".into()],
        scenes: vec!["Host".into()],
        ..ShowFields::new("Friday")
    };
    let show = add_show(catalog, &fields).await;
    let large = catalog.variants(shirt).await.expect("read")[1].id;
    add_item(catalog, show, &NewItem::talk("Welcome", 3)).await;
    let offer = NewItem {
        kind: ItemKind::FlashSale,
        variant: Some(large),
        price: Some(1500),
        compare_at: Some(1990),
        compare_confirmed: true,
        promo: Some(Promo {
            code: "TEN".into(),
            percent: Some(10),
            ends: Some(5),
            ..Promo::default()
        }),
        talking_points: vec!["soft".into()],
        claim_code: Some("K7".into()),
        scene: Some("Host".into()),
        ..NewItem::offer(shirt)
    };
    add_item(catalog, show, &offer).await;
    add_item(catalog, show, &NewItem { lots: 12, ..NewItem::auction(cap, 100) }).await;
    add_item(catalog, show, &NewItem::offer(plain)).await;
    add_item(catalog, show, &NewItem::offer(shirt)).await;
    show
}

#[tokio::test]
async fn a_show_arrives_whole_and_twice_is_once() {
    let (here, there) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let office = open(here.path()).await;
    let studio = open(there.path()).await;
    let show = rich(&office).await;
    let sent = office.export_show(show).await.expect("exported");
    let bytes = sent.bytes().expect("bytes");
    assert!(!String::from_utf8_lossy(&bytes).contains("/srv/of"), "paths stay");
    let file = ShowFile::read(&bytes).expect("read");
    assert_eq!(file, sent);

    let first = studio.import_show(&file, &[picture(1), picture(2)]).await.expect("taken");
    assert_eq!(
        (first.added, first.updated, first.pictures_missing, first.replaced),
        (3, 0, 0, false)
    );
    assert_eq!(studio.export_show(first.show).await.expect("exported"), sent, "all of it arrived");
    assert!(studio.picture_file(&picture(2).hash, false).is_file());

    // The studio writes something down; the office sends the show again, changed.
    let (shirt, _) = studio.by_sku("TS-M").await.expect("read").expect("there");
    let mut edit = studio.edit("Notes", "test").await.expect("begun");
    let mut fields = studio.product(shirt).await.expect("there").fields;
    fields.notes = "the studio's own".into();
    edit.set_product(shirt, &fields).await.expect("set");
    edit.commit().await.expect("committed");
    let mut changed = sent.clone();
    changed.products[0].product.fields.title = "Shirt, new".into();
    changed.products[0].product.variants[0].price = Some(1790);
    changed.items.remove(0);
    let second = studio.import_show(&changed, &[]).await.expect("taken");
    assert_eq!(
        (second.show, second.added, second.updated, second.replaced),
        (first.show, 0, 3, true)
    );
    assert_eq!(
        (studio.count().await.expect("read"), studio.shows(9).await.expect("read").len()),
        (3, 1)
    );
    let now = studio.product(shirt).await.expect("there");
    assert_eq!(
        (now.fields.title.as_str(), now.fields.notes.as_str()),
        ("Shirt, new", "the studio's own")
    );
    assert_eq!(
        (now.variants.len(), now.variants[0].fields.price, now.pictures.len()),
        (2, Some(1790), 2)
    );
    assert_eq!(studio.items(first.show).await.expect("read").len(), 4);
    let history = studio.price_history(now.variants[0].id, 5).await.expect("read");
    assert_eq!(history[0].source, "import show");

    // One step of undo takes it all back.
    studio.undo().await.expect("undone");
    assert_eq!(studio.product(shirt).await.expect("there").fields.title, "Shirt");
    assert_eq!(studio.items(first.show).await.expect("read").len(), 5);
}

#[tokio::test]
async fn a_show_that_runs_is_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = rich(&catalog).await;
    let file = catalog.export_show(show).await.expect("exported");
    let mut edit = catalog.record("test").await.expect("begun");
    edit.set_show_state(show, ShowState::Live).await.expect("live");
    edit.commit().await.expect("committed");
    let taken = catalog.import_show(&file, &[]).await.expect("taken");
    assert_ne!(taken.show, show);
    assert!(!taken.replaced);
    assert_eq!(catalog.count().await.expect("read"), 3, "the products are the same ones");
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_and_nothing_is_changed() {
    let (here, there) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let office = open(here.path()).await;
    let studio = open(there.path()).await;
    let good = office.export_show(rich(&office).await).await.expect("exported");
    let mut files: Vec<(&str, ShowFile, &str)> = Vec::new();
    let mut with = |name, said, change: &dyn Fn(&mut ShowFile)| {
        let mut file = good.clone();
        change(&mut file);
        files.push((name, file, said));
    };
    with("product out of range", "not in it", &|f| f.items[1].product_at = Some(99));
    with("variant out of range", "not in it", &|f| f.items[1].variant_at = Some(2));
    with("variant without product", "not in it", &|f| {
        (f.items[1].product_at, f.items[1].variant_at) = (None, Some(0))
    });
    with("picture by a path", "by its hash", &|f| {
        f.products[0].pictures[0].hash = "../../etc/passwd".into()
    });
    with("no variants", "without a variant", &|f| f.products[0].product.variants.clear());
    with("two of one SKU", "SKU", &|f| {
        let other = f.products[0].product.variants[1].sku.clone();
        f.products[0].product.variants[0].sku = other;
    });
    with("no title", "title", &|f| f.products[2].product.fields.title = " ".into());
    with("negative price", "below zero", &|f| f.products[2].product.variants[0].price = Some(-1));
    with("one code twice", "claim code", &|f| f.items[2].item.claim_code = Some("K7".into()));
    with("no such canvas", "canvas", &|f| f.show.canvases = vec!["4:3".into()]);
    with("offer without product", "no product", &|f| f.items[3].product_at = None);
    for (name, file, said) in files {
        let refused = studio.import_show(&file, &[]).await.expect_err(name);
        let plain = matches!(refused, CatalogError::Invalid(_) | CatalogError::Taken(_));
        assert!(plain && refused.to_string().contains(said), "{name}: {refused}");
        assert_eq!(
            (studio.count().await.expect("read"), studio.shows(9).await.expect("read").len()),
            (0, 0),
            "{name}"
        );
        assert!(studio.steps(9).await.expect("read").is_empty(), "{name}");
    }
    for (bytes, said) in [
        (&b""[..], "cannot be read"),
        (b"[]", "cannot be read"),
        (b"{\"format\":\"vitrine-show\",\"version\":2}", "newer Vitrine"),
        (b"{\"format\":\"other\",\"version\":1}", "something else"),
        (b"{\"format\":\"vitrine-show\",\"version\":1}", "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
    ] {
        let refused = ShowFile::read(bytes).expect_err(said).to_string();
        assert!(refused.contains(said), "{refused}");
    }
    let deep = "[".repeat(1_000_000);
    assert!(ShowFile::read(deep.as_bytes()).is_err());
    let deep =
        format!("{{\"format\":\"vitrine-show\",\"version\":1,\"x\":{}", "[".repeat(1_000_000));
    assert!(ShowFile::read(deep.as_bytes()).is_err());
    assert!(
        ShowFile::read(&vec![b' '; (16 << 20) + 1])
            .expect_err("large")
            .to_string()
            .contains("16 MB")
    );
}
