//! What is on air is what the catalogue says, whoever changed it.

use std::time::Duration;

use vitrine_catalog::ledger::NewClaim;
use vitrine_catalog::{ItemId, ShowId};
use vitrine_studio::Action;
use vitrine_studio::command::TypedClaim;
use vitrine_studio::event::StudioEvent;

use crate::shows::{id_of, open, place, shop};

fn cue(n: usize) -> Action {
    Action::Cue { item: place(n), scene: None }
}

#[test]
fn a_price_changed_by_another_program_is_on_air_within_a_second() {
    let shop = shop(3);
    let mut show = open(&shop, "a", None);
    show.rehearse(&shop);
    show.done(cue(1));
    show.pass(300);
    let events = show.studio.events();
    assert_eq!(show.studio.state().items[0].price.as_deref(), Some("€24.90"));
    let id = id_of(&shop, 1);
    let store = shop.store();
    let mut item = store.wait(store.catalog().item(ItemId(id))).expect("the item").fields;
    store.close();
    item.price = Some(1990);
    shop.edit(async |edit| edit.set_item(ItemId(id), &item).await.expect("set"));
    show.pass(900);
    assert_eq!(show.studio.state().items[0].price.as_deref(), Some("€19.90"));
    let told = std::iter::from_fn(|| events.next(Duration::ZERO));
    let changes: Vec<_> =
        told.filter(|t| t.what == StudioEvent::CatalogueChanged).map(|t| t.at_ms).collect();
    assert_eq!(changes.len(), 1, "told once: {changes:?}");

    // The last pieces are claimed elsewhere.
    let claim = NewClaim {
        event_id: "elsewhere".into(),
        show: ShowId(shop.show),
        item: ItemId(id),
        variant: None,
        quantity: 5,
        buyer: "zoe".into(),
        platform: "rehearsal".into(),
        text: String::new(),
    };
    shop.edit(async |edit| edit.claim(&claim).await.expect("claimed"));
    show.pass(900);
    let state = show.studio.state();
    assert_eq!((state.items[0].free, state.items[0].claimed), (Some(0), 5));
    let sold_out = std::iter::from_fn(|| events.next(Duration::ZERO))
        .any(|t| t.what == StudioEvent::SoldOut { item: id });
    assert!(sold_out);
    // Whoever comes now waits.
    show.done(Action::Claim(TypedClaim {
        item: Some(place(1)),
        variant: None,
        quantity: 1,
        buyer: "late".into(),
        platform: String::new(),
    }));
    assert_eq!(show.studio.state().items[0].waitlisted, 1);
}

#[test]
fn a_price_is_kept_told_and_given_back_when_its_time_is_over() {
    let shop = shop(2);
    let mut show = open(&shop, "a", None);
    show.rehearse(&shop);
    show.done(cue(1));
    show.done(Action::SetPrice {
        item: None,
        price: "19.90".into(),
        compare_at: Some("24.90".into()),
        confirmed: true,
        seconds: Some(5),
    });
    let state = show.studio.state();
    assert_eq!(
        (state.items[0].price.as_deref(), state.items[0].compare_at.as_deref()),
        (Some("€19.90"), Some("€24.90"))
    );
    show.pass(5_200);
    let state = show.studio.state();
    assert_eq!(
        (state.items[0].price.as_deref(), state.items[0].compare_at.clone()),
        (Some("€24.90"), None)
    );
    let store = shop.store();
    let log = store.wait(store.catalog().run_log(ShowId(shop.show), 0, 100)).expect("the log");
    store.close();
    let prices: Vec<i64> =
        log.iter().filter(|l| l.entry.kind == "price-changed").map(|l| l.entry.show_ms).collect();
    assert_eq!(prices.len(), 2, "{log:?}");
    assert!((5_000..5_150).contains(&(prices[1] - prices[0])), "{prices:?}");
    assert!(
        log.iter().any(|l| l.entry.kind == "cued" && l.entry.item == Some(ItemId(id_of(&shop, 1))))
    );
}

#[test]
fn a_show_of_five_hundred_items_is_cued_anywhere() {
    let shop = shop(500);
    let mut show = open(&shop, "a", None);
    show.rehearse(&shop);
    show.done(cue(499));
    show.done(Action::Next);
    let state = show.studio.state();
    assert_eq!(state.items.len(), 500);
    assert!(state.items[499].on_air && state.lot.is_some());
    assert_eq!(show.run(Action::Next).map_err(|e| e.code), Err("lot-ready"));
    show.done(cue(250));
    assert_eq!(show.run(cue(501)).map_err(|e| e.code), Err("item-missing"));
    assert_eq!(show.studio.state().air.item, Some(id_of(&shop, 250)));
}
