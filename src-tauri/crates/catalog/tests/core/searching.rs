use crate::{add, open, product};

#[tokio::test]
async fn what_is_typed_is_found_while_it_is_typed() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mut ids = Vec::new();
    for (n, title) in [
        "Stoneware mug, glazed by hand",
        "Pour-over kettle",
        "Crème brûlée set",
        "Чайник электрический с ёмкостью",
        "قميص أحمر",
        "Łódź teapot",
        "Milk frother",
    ]
    .iter()
    .enumerate()
    {
        ids.push(add(&catalog, &product(title, &format!("SKU-{n}"), 1000)).await);
    }
    let find = async |text: &str| catalog.search(text, 10).await.expect("searched");
    for (text, n) in [
        ("m", None),
        ("mug", Some(0)),
        ("glaz mug", Some(0)),
        ("KETT", Some(1)),
        ("creme bru", Some(2)),
        ("емкостью", Some(3)),
        ("احمر", Some(4)),
        ("lodz", Some(5)),
        ("sku-5", Some(5)),
        ("ketle", Some(1)),
        ("frtoher", Some(6)),
        ("stonewear", Some(0)),
        ("чайнк", Some(3)),
    ] {
        let found = find(text).await;
        match n {
            Some(n) => assert_eq!(found.first(), Some(&ids[n]), "{text}: {found:?}"),
            None => assert!(found.len() >= 2, "{text}: {found:?}"),
        }
    }
    for text in ["", "   ", "\"", "* OR NEAR(", "zzzzqq", "'; --", "\0", "🫖"] {
        assert_eq!(find(text).await, [], "{text:?}");
    }
    let mut edit = catalog.edit("Remove", "test").await.expect("begun");
    edit.remove_product(ids[0]).await.expect("removed");
    edit.commit().await.expect("committed");
    assert_eq!(find("mug").await, []);
}
