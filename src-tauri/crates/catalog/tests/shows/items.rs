use std::collections::BTreeSet;

use vitrine_catalog::code::CodeStyle;
use vitrine_catalog::{Catalog, CatalogError, ItemKind, NewItem, Promo, ShowFields, ShowId};

use crate::{add, add_item, add_show, open, product, variant};

async fn titles(catalog: &Catalog, show: ShowId) -> Vec<String> {
    let items = catalog.items(show).await.expect("read");
    let positions: Vec<i64> = items.iter().map(|i| i.position).collect();
    assert_eq!(positions, (0..items.len() as i64).collect::<Vec<_>>(), "places have no holes");
    items.into_iter().map(|i| i.fields.title).collect()
}

#[tokio::test]
async fn items_are_moved_and_removed_and_undo_brings_them_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c", "d"] {
        ids.push(add_item(&catalog, show, &NewItem::talk(title, 5)).await);
    }
    for (id, to, expected) in [
        (3, 0, "dabc"),
        (3, 2, "abdc"),
        (0, 99, "bdca"),
        (1, -5, "bdca"),
        (2, 1, "bcda"),
        (1, 1, "cbda"),
    ] {
        let mut edit = catalog.edit("Move", "test").await.expect("begun");
        edit.move_item(ids[id], to).await.expect("moved");
        edit.commit().await.expect("committed");
        assert_eq!(titles(&catalog, show).await.concat(), expected, "{id} to {to}");
    }
    let mut edit = catalog.edit("Remove", "test").await.expect("begun");
    edit.remove_item(ids[1]).await.expect("removed");
    edit.commit().await.expect("committed");
    assert_eq!(titles(&catalog, show).await.concat(), "cda");
    catalog.undo().await.expect("undone");
    assert_eq!(titles(&catalog, show).await.concat(), "cbda");
    while catalog.undo().await.expect("undone").name == "Move" {}
    assert_eq!(titles(&catalog, show).await.concat(), "abc", "the last undo took an item back");
    let mut edit = catalog.edit("Remove", "test").await.expect("begun");
    assert!(matches!(
        edit.remove_item(ids[3]).await,
        Err(CatalogError::Missing { kind: "item", .. })
    ));
    assert!(matches!(edit.move_item(ids[3], 0).await, Err(CatalogError::Missing { .. })));
}

#[tokio::test]
async fn everything_of_an_item_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug =
        add(&catalog, &product("Mug", vec![variant("M1", 1000, 5), variant("M2", 1200, 5)])).await;
    let variants = catalog.variants(mug).await.expect("read");
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let full = NewItem {
        kind: ItemKind::FlashSale,
        variant: Some(variants[1].id),
        title: "Mug, today only".into(),
        minutes: 12,
        price: Some(900),
        compare_at: Some(1200),
        compare_confirmed: true,
        promo: Some(Promo {
            code: "TEN".into(),
            text: "ten off".into(),
            percent: Some(10),
            amount: None,
            ends: Some(1_800_000_000_000),
        }),
        talking_points: vec!["Dishwasher-safe".into(), "«Fait main» – ручная".into()],
        claim_code: Some("k7".into()),
        scene: Some("Close-up".into()),
        ..NewItem::offer(mug)
    };
    let id = add_item(&catalog, show, &full).await;
    let kept = catalog.item(id).await.expect("there");
    assert_eq!(kept.fields, NewItem { claim_code: Some("K7".into()), ..full.clone() });
    assert_eq!(catalog.item_by_code(show, " k7 ").await.expect("read"), Some(id));
    assert_eq!(catalog.item_by_code(show, "K9").await.expect("read"), None);
    // Without a code it keeps its own; the promo code goes when it is not said.
    let mut edit = catalog.edit("Change", "test").await.expect("begun");
    edit.set_item(id, &NewItem { promo: None, claim_code: None, ..full.clone() })
        .await
        .expect("set");
    edit.commit().await.expect("committed");
    let kept = catalog.item(id).await.expect("there").fields;
    assert_eq!((kept.promo, kept.claim_code.as_deref()), (None, Some("K7")));
    let history = catalog.price_history(variants[1].id, 10).await.expect("read");
    assert_eq!(history[0].price.map(|p| p.minor), Some(900));
    assert_eq!(history[0].item, Some(id.0));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug = add(&catalog, &product("Mug", vec![variant("M1", 1000, 5)])).await;
    let cap = add(&catalog, &product("Cap", vec![variant("C1", 1000, 5)])).await;
    let of_cap = catalog.variants(cap).await.expect("read")[0].id;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let offer = NewItem { claim_code: Some("7".into()), ..NewItem::offer(mug) };
    add_item(&catalog, show, &offer).await;
    let promo =
        |percent, amount| Some(Promo { code: "X".into(), percent, amount, ..Promo::default() });
    let plain = NewItem::offer(mug);
    for (item, said) in [
        (NewItem { product: None, ..plain.clone() }, "no product"),
        (NewItem { variant: Some(of_cap), ..plain.clone() }, "no variant"),
        (NewItem { minutes: 601, ..plain.clone() }, "0 to 600"),
        (NewItem { price: Some(-1), ..plain.clone() }, "below zero"),
        (NewItem { lots: 3, ..plain.clone() }, "only an auction"),
        (NewItem { lots: 2001, ..NewItem::auction(mug, 100) }, "1 to 2000"),
        (NewItem { promo: promo(Some(0), None), ..plain.clone() }, "1 to 100"),
        (NewItem { promo: promo(Some(5), Some(5)), ..plain.clone() }, "leave one"),
        (NewItem { claim_code: Some("XL".into()), ..plain.clone() }, "word or a size"),
        (NewItem { claim_code: Some("7".into()), ..plain.clone() }, "already"),
        (NewItem { claim_code: Some("8".into()), ..NewItem::talk("Hello", 5) }, "in a talk"),
        (NewItem { talking_points: vec!["x".repeat(501)], ..plain.clone() }, "talking points"),
    ] {
        let mut edit = catalog.edit("Add", "test").await.expect("begun");
        let refused = edit.add_item(show, &item).await.expect_err(said).to_string();
        assert!(refused.contains(said), "{refused}");
    }
    let mut edit = catalog.edit("Add", "test").await.expect("begun");
    assert!(matches!(
        edit.add_item(ShowId(99), &plain).await,
        Err(CatalogError::Missing { kind: "show", .. })
    ));
    drop(edit);
    assert_eq!(catalog.items(show).await.expect("read").len(), 1);
}

#[tokio::test]
async fn codes_are_given_by_themselves_and_never_twice() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug = add(&catalog, &product("Mug", vec![variant("M1", 1000, 500)])).await;
    let show = add_show(&catalog, &ShowFields::new("Lots")).await;
    add_item(&catalog, show, &NewItem::talk("Hello", 3)).await;
    add_item(&catalog, show, &NewItem::offer(mug)).await;
    let codes = async || -> Vec<String> {
        let items = catalog.items(show).await.expect("read");
        items.into_iter().filter_map(|i| i.fields.claim_code).collect()
    };
    assert_eq!(codes().await, ["1"], "a talk takes no number");
    let template = NewItem { title: "Mystery mug".into(), ..NewItem::auction(mug, 100) };
    let mut edit = catalog.edit("Add lots", "test").await.expect("begun");
    assert_eq!(edit.add_lots(show, &template, 80).await.expect("added").len(), 80);
    edit.commit().await.expect("committed");
    let given = codes().await;
    assert_eq!((given.len(), given[80].as_str()), (81, "81"));
    let items = catalog.items(show).await.expect("read");
    assert_eq!(
        (items[2].fields.title.as_str(), items[81].fields.title.as_str()),
        ("Mystery mug 1", "Mystery mug 80")
    );
    catalog.undo().await.expect("undone");
    assert_eq!(codes().await.len(), 1, "80 lots are one step");
    catalog.redo().await.expect("redone");

    // Beyond a hundred they are letters and digits, all different.
    let mut edit = catalog.edit("Add lots", "test").await.expect("begun");
    edit.add_lots(show, &template, 500).await.expect("added");
    assert!(edit.add_lots(show, &template, 0).await.is_err());
    assert!(edit.add_lots(show, &NewItem::offer(mug), 5).await.is_err());
    edit.commit().await.expect("committed");
    let given = codes().await;
    let different: BTreeSet<&String> = given.iter().collect();
    assert_eq!((given.len(), different.len()), (581, 581));
    assert!(
        given[81..].iter().all(|c| c.starts_with(|c: char| c.is_ascii_alphabetic())),
        "{:?}",
        &given[81..90]
    );

    let mut edit = catalog.edit("New codes", "test").await.expect("begun");
    edit.give_codes(show, CodeStyle::Numbers).await.expect("given");
    edit.commit().await.expect("committed");
    assert_eq!(codes().await, (1..=581).map(|n| n.to_string()).collect::<Vec<_>>());
    catalog.undo().await.expect("undone");
    assert_eq!(codes().await, given, "undo gives the old ones back, though they meet the new ones");
    let found = catalog.search("K7", 5).await.expect("searched");
    assert_eq!(found, [mug], "a product is found by its claim code");
}

#[tokio::test]
async fn a_show_knows_when_it_ends() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug =
        add(&catalog, &product("Mug", vec![variant("M1", 1000, 5), variant("M2", 1200, 5)])).await;
    let start = 1_800_000_000_000;
    let fields = ShowFields { planned_start: Some(start), ..ShowFields::new("Friday") };
    let show = add_show(&catalog, &fields).await;
    add_item(&catalog, show, &NewItem::talk("Hello", 3)).await;
    add_item(&catalog, show, &NewItem { minutes: 50, ..NewItem::offer(mug) }).await;
    add_item(&catalog, show, &NewItem { price: Some(500), ..NewItem::offer(mug) }).await;
    let rundown = catalog.rundown(show).await.expect("read");
    assert_eq!(rundown.entries.iter().map(|e| e.starts).collect::<Vec<_>>(), [0, 3, 53]);
    assert_eq!(rundown.ends(), Some(start + 61 * 60_000));
    let prices: Vec<_> =
        rundown.entries.iter().map(|e| (e.price().map(|p| p.minor), e.is_from())).collect();
    assert_eq!(prices, [(None, false), (Some(1000), true), (Some(500), false)]);
}
