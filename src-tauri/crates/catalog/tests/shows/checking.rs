use vitrine_catalog::show_check::{Finding, Severity};
use vitrine_catalog::{Catalog, NewItem, NewVariant, ProductId, Promo, ShowFields, ShowId};

use crate::{add, add_item, add_picture, add_show, open, picture, product, variant};

async fn found(catalog: &Catalog, show: ShowId) -> Vec<Finding> {
    catalog.check_show(show).await.expect("checked")
}

async fn codes(catalog: &Catalog, show: ShowId) -> Vec<&'static str> {
    let mut codes: Vec<_> = found(catalog, show).await.into_iter().map(|f| f.code).collect();
    codes.sort_unstable();
    codes
}

/// A product of which nothing is to be said.
async fn sound(catalog: &Catalog, title: &str, variants: Vec<NewVariant>) -> ProductId {
    let mut new = product(title, variants);
    new.fields.link = Some(format!("https://shop.example.org/{}", title.len()));
    let id = add(catalog, &new).await;
    add_picture(catalog, id, &picture(7), "").await;
    id
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_wrong() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    assert_eq!(codes(&catalog, show).await, ["no-items"]);
    let mug = sound(&catalog, "Mug", vec![variant("M1", 1000, 5)]).await;
    add_item(&catalog, show, &NewItem::talk("Hello", 2)).await;
    add_item(&catalog, show, &NewItem { price: Some(800), ..NewItem::offer(mug) }).await;
    add_item(&catalog, show, &NewItem { lots: 5, ..NewItem::auction(mug, 100) }).await;
    assert_eq!(found(&catalog, show).await, []);
}

#[tokio::test]
async fn each_fault_is_named_once_with_its_item_and_remedy() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let now = 4_000_000_000_000;
    let fields = ShowFields {
        planned_start: Some(now),
        slot_minutes: Some(60),
        scenes: vec!["Host".into()],
        ..ShowFields::new("Friday")
    };
    let mug = sound(&catalog, "Mug", vec![variant("M1", 1000, 5)]).await;
    let plain = NewItem { minutes: 1, ..NewItem::offer(mug) };
    let promo = |code: &str, percent, amount, ends| {
        Some(Promo { code: code.into(), percent, amount, ends, text: String::new() })
    };
    let bare = add(&catalog, &product("Bare", vec![NewVariant::default()])).await;
    let sizes = sound(&catalog, "Sizes", vec![variant("S1", 500, 0), variant("S2", 500, 3)]).await;
    let gone = sound(&catalog, "Gone", vec![variant("G1", 500, 0)]).await;
    let mut dollars = product("Dollars", vec![variant("D1", 500, 3)]);
    dollars.fields.currency = iso_currency::Currency::USD;
    dollars.fields.link = Some("https://shop.example.org/d".into());
    let dollars = add(&catalog, &dollars).await;
    add_picture(&catalog, dollars, &picture(7), "").await;

    let cases: Vec<(Vec<NewItem>, Vec<&str>)> = vec![
        (vec![NewItem::talk(" ", 1)], vec!["no-title"]),
        (vec![NewItem::offer(bare)], vec!["no-link", "no-picture", "no-price"]),
        (vec![NewItem { start_price: None, ..NewItem::auction(mug, 0) }], vec!["no-start-price"]),
        (vec![NewItem { title: "x".repeat(91), ..plain.clone() }], vec!["title-too-long"]),
        (vec![NewItem { price: Some(0), ..plain.clone() }], vec!["price-zero"]),
        (vec![NewItem { minutes: 61, ..plain.clone() }], vec!["over-slot"]),
        (vec![NewItem { scene: Some("Moon".into()), ..plain.clone() }], vec!["unknown-scene"]),
        (vec![NewItem::offer(sizes)], vec!["variant-sold-out"]),
        (vec![NewItem::offer(gone)], vec!["sold-out"]),
        (vec![NewItem { lots: 6, ..NewItem::auction(mug, 100) }], vec!["too-few-pieces"]),
        (vec![NewItem { lots: 3, ..NewItem::auction(mug, 1) }; 2], vec!["too-few-pieces"]),
        (vec![plain.clone(), NewItem::offer(dollars)], vec!["mixed-currencies"]),
        (vec![NewItem { compare_at: Some(1000), ..plain.clone() }], vec!["crossed-out-not-above"]),
        (
            vec![NewItem { compare_at: Some(1100), price: Some(900), ..plain.clone() }],
            vec!["crossed-out-above-low"],
        ),
        (vec![NewItem { compare_at: Some(1000), price: Some(900), ..plain.clone() }], vec![]),
        (
            vec![NewItem {
                compare_at: Some(1100),
                price: Some(900),
                compare_confirmed: true,
                ..plain.clone()
            }],
            vec![],
        ),
        (
            vec![NewItem { promo: promo("OLD", Some(5), None, Some(now)), ..plain.clone() }],
            vec!["promo-over"],
        ),
        (
            vec![
                NewItem::talk("Hi", 2),
                NewItem {
                    promo: promo("OLD", Some(5), None, Some(now + 119_000)),
                    ..plain.clone()
                },
            ],
            vec!["promo-over"],
        ),
        (
            vec![NewItem { promo: promo("OK", Some(5), None, Some(now + 1)), ..plain.clone() }],
            vec![],
        ),
        (
            vec![NewItem { promo: promo("BIG", None, Some(1001), None), ..plain.clone() }],
            vec!["promo-above-price"],
        ),
        (
            vec![
                NewItem { promo: promo("TEN", Some(10), None, None), ..plain.clone() },
                NewItem { promo: promo("ten", Some(12), None, None), ..plain.clone() },
            ],
            vec!["promo-twice"],
        ),
        (
            vec![
                NewItem { promo: promo("TEN", Some(10), None, None), ..plain.clone() },
                NewItem { promo: promo("TEN", Some(10), None, None), ..plain.clone() },
            ],
            vec![],
        ),
        (
            vec![NewItem {
                promo: promo("K7", Some(10), None, None),
                claim_code: Some("K7".into()),
                ..plain.clone()
            }],
            vec!["code-twice"],
        ),
    ];
    for (items, expected) in cases {
        let show = add_show(&catalog, &fields).await;
        for item in &items {
            add_item(&catalog, show, item).await;
        }
        assert_eq!(codes(&catalog, show).await, expected, "{items:?}");
        for finding in found(&catalog, show).await {
            assert!(!finding.remedy.is_empty() && !finding.text.is_empty());
            assert_eq!(
                finding.item.is_some(),
                finding.text.starts_with("item "),
                "{}",
                finding.text
            );
        }
    }
}

#[tokio::test]
async fn links_are_looked_at_but_never_visited() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    for (link, expected) in [
        ("https://shop.example.org/mug", None),
        ("https://shop.example.org/with space", Some("broken-link")),
        ("https://shop", Some("broken-link")),
        ("http://localhost/mug", Some("broken-link")),
        ("http://192.168.1.4/mug", Some("broken-link")),
        ("https://https://shop.example.org/mug", Some("broken-link")),
        ("https://me:secret@shop.example.org/mug", Some("broken-link")),
        ("https://example.com/mug", Some("broken-link")),
        (
            "https://shop.example.org/0123456789012345678901234567890123456789012345678901234567890",
            Some("link-too-long"),
        ),
    ] {
        let show = add_show(&catalog, &ShowFields::new("Friday")).await;
        let mug =
            sound(&catalog, "Mug", vec![NewVariant { price: Some(5), ..NewVariant::default() }])
                .await;
        let mut edit = catalog.edit("Link", "test").await.expect("begun");
        let mut fields = catalog.product(mug).await.expect("there").fields;
        fields.link = Some(link.to_owned());
        edit.set_product(mug, &fields).await.expect("set");
        edit.commit().await.expect("committed");
        add_item(&catalog, show, &NewItem::offer(mug)).await;
        assert_eq!(codes(&catalog, show).await, expected.into_iter().collect::<Vec<_>>(), "{link}");
    }
}

#[tokio::test]
async fn a_picture_whose_file_is_gone_and_the_gravest_first() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let mug = sound(&catalog, "Mug", vec![variant("M1", 1000, 5)]).await;
    add_item(&catalog, show, &NewItem::talk("", 2)).await;
    add_item(&catalog, show, &NewItem::offer(mug)).await;
    std::fs::remove_file(catalog.picture_file(&picture(7).hash, false)).expect("removed");
    let findings = found(&catalog, show).await;
    let short: Vec<_> = findings.iter().map(|f| (f.severity, f.code)).collect();
    assert_eq!(short, [(Severity::Error, "picture-gone"), (Severity::Warning, "no-title")]);
    assert!(findings[0].text.contains("item 2 “Mug”"), "{}", findings[0].text);
}

#[tokio::test]
async fn a_price_that_was_only_planned_does_not_count_but_one_on_air_does() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug = sound(&catalog, "Mug", vec![variant("M1", 1000, 5)]).await;
    let first = add_show(&catalog, &ShowFields::new("First")).await;
    add_item(&catalog, first, &NewItem { price: Some(700), ..NewItem::offer(mug) }).await;
    let second = add_show(
        &catalog,
        &ShowFields { planned_start: Some(i64::MAX / 4), ..ShowFields::new("Second") },
    )
    .await;
    let crossed = NewItem { price: Some(800), compare_at: Some(1000), ..NewItem::offer(mug) };
    add_item(&catalog, second, &crossed).await;
    // Further than thirty days ahead only what holds then counts: the catalogue's price.
    assert_eq!(codes(&catalog, second).await, [] as [&str; 0]);
    let mut edit = catalog.edit("Start", "test").await.expect("begun");
    edit.set_show(second, &ShowFields::new("Second")).await.expect("set");
    edit.commit().await.expect("committed");
    assert_eq!(codes(&catalog, second).await, [] as [&str; 0], "700 was never shown to anybody");
    let mut edit = catalog.record("test").await.expect("begun");
    edit.set_show_state(first, vitrine_catalog::ShowState::Live).await.expect("set");
    edit.commit().await.expect("committed");
    assert_eq!(codes(&catalog, second).await, ["crossed-out-above-low"]);
}

#[tokio::test]
async fn a_reduction_of_the_catalogue_is_held_against_the_price_before_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let reduced =
        |price, compare| NewVariant { compare_at: Some(compare), ..variant("M1", price, 5) };
    let mug = sound(&catalog, "Mug", vec![reduced(1500, 1600)]).await;
    let id = catalog.variants(mug).await.expect("read")[0].id;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    add_item(&catalog, show, &NewItem::offer(mug)).await;
    assert_eq!(
        codes(&catalog, show).await,
        ["crossed-out-unknown"],
        "nobody knows what it cost before"
    );
    let first = catalog.price_history(id, 1).await.expect("read")[0].at;
    for (price, compare, expected) in
        [(1000, 1500, None), (1000, 1600, Some("crossed-out-above-low"))]
    {
        let mut edit = catalog.edit("Reduce", "test").await.expect("begun");
        while edit.at() <= first {
            // Two prices of one millisecond have no order.
            drop(edit);
            edit = catalog.edit("Reduce", "test").await.expect("begun");
        }
        edit.set_variant(id, &reduced(price, compare)).await.expect("set");
        edit.commit().await.expect("committed");
        assert_eq!(
            codes(&catalog, show).await,
            expected.into_iter().collect::<Vec<_>>(),
            "{compare}"
        );
    }
}
