use iso_currency::Currency;
use vitrine_catalog::Money;

use crate::{add, open, product};

#[tokio::test]
async fn every_change_is_kept_and_the_lowest_of_thirty_days_found() {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let id = add(&catalog, &product("Mug", "MUG-1", 1890)).await;
    let variant = catalog.product(id).await.expect("there").variants[0].id;
    for (minor, source) in [(1490, "import sale.csv"), (2490, "edit")] {
        let mut edit = catalog.edit("Price", source).await.expect("begun");
        edit.set_price(variant, Some(Money { minor, currency: Currency::EUR })).await.expect("set");
        edit.commit().await.expect("committed");
    }
    let history = catalog.price_history(variant, 10).await.expect("read");
    let seen: Vec<(i64, &str)> =
        history.iter().map(|c| (c.price.expect("a price").minor, c.source.as_str())).collect();
    assert_eq!(seen, [(2490, "edit"), (1490, "import sale.csv"), (1890, "test")]);
    let soon = history[0].at + 1;
    let day = 24 * 3600 * 1000;
    let lowest = async |at: i64| {
        catalog.lowest_of_30_days(variant, Some(at)).await.expect("read").map(|m| m.minor)
    };
    assert_eq!(lowest(soon).await, Some(1490));
    // Thirty-one days on only the price that held then is left.
    assert_eq!(lowest(soon + 31 * day).await, Some(2490));
    assert_eq!(lowest(history[2].at).await, None, "before it had any");
    // A price that did not change is no change.
    let mut edit = catalog.edit("Price", "edit").await.expect("begun");
    edit.set_price(variant, Some(Money { minor: 2490, currency: Currency::EUR }))
        .await
        .expect("set");
    edit.commit().await.expect("committed");
    assert_eq!(catalog.price_history(variant, 10).await.expect("read").len(), 3);
    // Undo is a change like any other: a customer saw the price.
    catalog.undo().await.expect("undone");
    let history = catalog.price_history(variant, 1).await.expect("read");
    assert_eq!(history[0].source, "undo");
}
