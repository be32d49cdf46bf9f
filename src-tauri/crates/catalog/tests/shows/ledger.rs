use vitrine_catalog::ledger::{Claim, ClaimState, NewClaim, REHEARSAL};
use vitrine_catalog::{
    Catalog, CatalogError, ItemId, NewItem, ProductId, ShowFields, ShowId, ShowState,
};

use crate::{add, add_item, add_show, open, product, variant};

struct Desk {
    catalog: Catalog,
    show: ShowId,
    item: ItemId,
    mug: ProductId,
    _dir: tempfile::TempDir,
}

async fn desk(stock: i64) -> Desk {
    let dir = tempfile::tempdir().expect("a folder");
    let catalog = open(dir.path()).await;
    let mug = add(&catalog, &product("Mug", vec![variant("M1", 1000, stock)])).await;
    let show = add_show(&catalog, &ShowFields::new("Friday")).await;
    let item = add_item(&catalog, show, &NewItem { price: Some(900), ..NewItem::offer(mug) }).await;
    Desk { catalog, show, item, mug, _dir: dir }
}

impl Desk {
    fn wanted(&self, event: &str, quantity: i64) -> NewClaim {
        NewClaim {
            event_id: event.into(),
            show: self.show,
            item: self.item,
            variant: None,
            quantity,
            buyer: format!("buyer of {event}"),
            platform: "tube".into(),
            text: "sold 1".into(),
        }
    }

    async fn claim(&self, event: &str, quantity: i64) -> Result<Claim, CatalogError> {
        let mut edit = self.catalog.record("test").await?;
        let claim = edit.claim(&self.wanted(event, quantity)).await?;
        edit.commit().await?;
        Ok(claim)
    }

    async fn act(&self, what: &str, event: &str, on: &str) -> Result<Claim, CatalogError> {
        let mut edit = self.catalog.record("test").await?;
        let claim = match what {
            "confirm" => edit.confirm(event, on).await?,
            "sold" => edit.sold(event, on, None).await?,
            "cancel" => edit.cancel(event, on).await?,
            _ => edit.undo_event(event, on).await?,
        };
        edit.commit().await?;
        Ok(claim)
    }

    async fn states(&self) -> Vec<ClaimState> {
        self.catalog.claims(self.show).await.expect("read").into_iter().map(|c| c.state).collect()
    }

    async fn set_state(&self, state: ShowState) {
        let mut edit = self.catalog.record("test").await.expect("begun");
        edit.set_show_state(self.show, state).await.expect("set");
        edit.commit().await.expect("committed");
    }
}

use ClaimState::{Cancelled, Claimed, Confirmed, Sold, Void, Waitlisted};

#[tokio::test]
async fn the_first_come_get_it_and_the_next_move_up() {
    let d = desk(2).await;
    for event in ["a", "b", "c", "d"] {
        d.claim(event, 1).await.expect("claimed");
    }
    assert_eq!(d.states().await, [Claimed, Claimed, Waitlisted, Waitlisted]);
    d.act("confirm", "a2", "a").await.expect("confirmed");
    d.act("sold", "a3", "a").await.expect("sold");
    d.act("cancel", "b2", "b").await.expect("cancelled");
    assert_eq!(d.states().await, [Sold, Cancelled, Claimed, Waitlisted]);

    // Told twice is once, also when it is another kind of telling.
    let events = d.catalog.ledger(d.show, 0, 100).await.expect("read").len();
    assert_eq!(d.claim("a", 1).await.expect("again").state, Sold);
    d.act("cancel", "b2", "b").await.expect("again");
    assert!(matches!(d.act("confirm", "b2", "c").await, Err(CatalogError::Taken(_))));
    assert!(matches!(d.act("cancel", "b2", "c").await, Err(CatalogError::Taken(_))));
    assert_eq!(d.catalog.ledger(d.show, 0, 100).await.expect("read").len(), events);

    // Taking the cancelling back takes back what followed from it.
    d.act("undo", "u1", "b2").await.expect("undone");
    assert_eq!(d.states().await, [Sold, Claimed, Waitlisted, Waitlisted]);
    // But not what the seller has said yes to since.
    d.act("cancel", "b3", "b").await.expect("cancelled");
    d.act("confirm", "c2", "c").await.expect("confirmed");
    let refused = d.act("undo", "u2", "b3").await.expect_err("given on").to_string();
    assert!(refused.contains("next in line"), "{refused}");
    assert_eq!(d.states().await, [Sold, Cancelled, Confirmed, Waitlisted]);

    let (totals, items) = d.catalog.totals(d.show).await.expect("read");
    assert_eq!(
        (totals.claims, totals.cancelled, totals.sold, totals.confirmed, totals.waitlisted),
        (4, 1, 1, 1, 1)
    );
    assert_eq!(
        totals.revenue.iter().map(|m| m.minor).collect::<Vec<_>>(),
        [900],
        "at the show price"
    );
    assert_eq!(items, [(d.item, totals)]);
}

#[tokio::test]
async fn the_line_is_kept_and_stock_that_comes_goes_to_it_first() {
    let d = desk(1).await;
    d.claim("big", 2).await.expect("waits");
    d.claim("small", 1).await.expect("waits behind");
    assert_eq!(d.states().await, [Waitlisted, Waitlisted], "nobody overtakes");
    let v = d.catalog.variants(d.mug).await.expect("read")[0].clone();
    let waiting = d.catalog.waitlist(v.id).await.expect("read");
    assert_eq!(waiting.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["big", "small"]);
    let mut edit = d.catalog.edit("Stock", "test").await.expect("begun");
    edit.set_variant(v.id, &vitrine_catalog::NewVariant { stock: Some(3), ..v.fields })
        .await
        .expect("set");
    edit.commit().await.expect("committed");
    d.claim("late", 1).await.expect("claimed");
    assert_eq!(d.states().await, [Claimed, Claimed, Waitlisted]);
    let stock = d.catalog.stock(v.id).await.expect("read");
    assert_eq!((stock.left(), stock.free(), stock.waitlisted), (Some(3), Some(0), 1));
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let d = desk(1).await;
    assert!(matches!(d.claim("", 1).await, Err(CatalogError::Invalid(_))));
    assert!(matches!(d.claim("x/up/1", 1).await, Err(CatalogError::Invalid(_))));
    assert!(matches!(d.claim("x", 0).await, Err(CatalogError::Invalid(_))));
    assert!(matches!(
        d.act("confirm", "e", "nobody").await,
        Err(CatalogError::Missing { kind: "claim", .. })
    ));
    assert!(matches!(d.act("undo", "e", "nothing").await, Err(CatalogError::Missing { .. })));
    d.claim("a", 1).await.expect("claimed");
    d.claim("b", 1).await.expect("waits");
    assert!(d.act("confirm", "b2", "b").await.is_err(), "nobody confirms what is not there");
    d.act("confirm", "a2", "a").await.expect("confirmed");
    assert!(d.act("confirm", "a3", "a").await.is_err());
    assert!(d.act("undo", "u", "a").await.is_err(), "the last event first");
    d.act("undo", "u1", "a2").await.expect("undone");
    assert!(d.act("undo", "u2", "a2").await.is_err(), "only once");
    assert!(d.act("undo", "u3", "u1").await.is_err(), "not the undoing");
    d.act("undo", "u4", "a").await.expect("undone");
    assert_eq!(d.states().await, [Void, Claimed], "the next moved up");
    let (totals, _) = d.catalog.totals(d.show).await.expect("read");
    assert_eq!(totals.claims, 1);

    // A product of several variants: which one must be said; a talk has nothing to claim.
    let cap =
        add(&d.catalog, &product("Cap", vec![variant("C1", 500, 1), variant("C2", 600, 1)])).await;
    let of_cap = add_item(&d.catalog, d.show, &NewItem::offer(cap)).await;
    let talk = add_item(&d.catalog, d.show, &NewItem::talk("Hello", 1)).await;
    let second = d.catalog.variants(cap).await.expect("read")[1].id;
    let of_mug = d.catalog.variants(d.mug).await.expect("read")[0].id;
    for (item, variant, fine) in [
        (of_cap, None, false),
        (of_cap, Some(of_mug), false),
        (talk, None, false),
        (of_cap, Some(second), true),
    ] {
        let mut edit = d.catalog.record("test").await.expect("begun");
        let new = NewClaim { item, variant, ..d.wanted("cap", 1) };
        let claim = edit.claim(&new).await;
        assert_eq!(claim.is_ok(), fine, "{claim:?}");
        if fine {
            assert_eq!(
                claim.expect("checked").price.map(|p| p.minor),
                Some(600),
                "the variant's price"
            );
        }
    }
}

#[tokio::test]
async fn an_auction_is_sold_without_a_claim() {
    let d = desk(1).await;
    let mut edit = d.catalog.record("test").await.expect("begun");
    let sold = edit.sale(&d.wanted("lot 1", 1), Some(1700)).await.expect("sold");
    assert_eq!((sold.state, sold.price.map(|p| p.minor)), (Sold, Some(1700)));
    let refused =
        edit.sale(&d.wanted("lot 2", 1), Some(1)).await.expect_err("nothing left").to_string();
    assert!(refused.contains("not enough pieces"), "{refused}");
    edit.sale(&d.wanted("lot 1", 1), Some(1700)).await.expect("told twice");
    edit.commit().await.expect("committed");
    let (totals, _) = d.catalog.totals(d.show).await.expect("read");
    assert_eq!((totals.sold, totals.revenue[0].minor), (1, 1700));
    d.act("undo", "oops", "lot 1").await.expect("undone");
    assert_eq!(d.catalog.totals(d.show).await.expect("read").0.claims, 0);
}

#[tokio::test]
async fn a_rehearsal_leaves_nothing_and_an_ended_show_settles_the_stock() {
    let d = desk(5).await;
    let v = d.catalog.variants(d.mug).await.expect("read")[0].id;
    d.claim("early", 1).await.expect("claimed");
    d.set_state(ShowState::Rehearsal).await;
    let tried = d.claim("tried", 3).await.expect("claimed");
    assert_eq!(tried.platform, REHEARSAL);
    d.act("confirm", "tried2", "tried").await.expect("confirmed");
    d.set_state(ShowState::Live).await;
    assert_eq!(d.states().await, [Claimed, Void]);
    d.claim("bought", 2).await.expect("claimed");
    d.act("sold", "bought2", "bought").await.expect("sold");
    assert_eq!(d.catalog.stock(v).await.expect("read").left(), Some(3));
    d.set_state(ShowState::Ended).await;
    // What was only claimed is free again; what was sold is gone from the catalogue itself.
    let stock = d.catalog.stock(v).await.expect("read");
    assert_eq!((stock.counted, stock.taken, stock.claimed), (Some(3), 0, 0));
    let refused = d.claim("late", 1).await.expect_err("over").to_string();
    assert!(refused.contains("show is over"), "{refused}");
    assert!(d.act("cancel", "x", "bought").await.is_err());
    assert_eq!(d.catalog.totals(d.show).await.expect("read").0.sold, 2, "totals stay");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_want_the_last_one_at_once_one_gets_it() {
    let d = std::sync::Arc::new(desk(1).await);
    let asked: Vec<_> = (0..24)
        .map(|n| {
            let d = d.clone();
            tokio::spawn(
                async move { d.claim(&format!("viewer {n}"), 1).await.expect("told").state },
            )
        })
        .collect();
    let mut got = 0;
    for state in asked {
        got += usize::from(state.await.expect("ran") == Claimed);
    }
    assert_eq!(got, 1);
    let states = d.states().await;
    assert_eq!((states[0], states.iter().filter(|s| **s == Waitlisted).count()), (Claimed, 23));
}
