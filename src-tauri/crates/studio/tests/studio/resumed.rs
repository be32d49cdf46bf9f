//! A show that was interrupted goes on where it was.

use vitrine_catalog::ShowId;
use vitrine_media::{Frame, Plane};
use vitrine_studio::command::ShownElement;
use vitrine_studio::state::Phase;
use vitrine_studio::{Action, Armable, Canvas, Command};

use crate::shows::{Simulated, open, place, shop};

#[test]
fn an_interrupted_show_goes_on_with_item_price_lot_and_recording() {
    let shop = shop(3);
    let file = shop.folder.path().join("show.mp4");
    let mut show = open(&shop, "a", Some(&file));
    show.done(Action::Load { show: shop.show });
    show.done(Action::Arm { what: Armable::GoLive });
    show.pass(700);
    show.done(Action::GoLive { rehearsal: false });
    show.done(Action::Cue { item: place(1), scene: None });
    show.done(Action::SetPrice {
        item: None,
        price: "19.90".into(),
        compare_at: None,
        confirmed: false,
        seconds: None,
    });
    show.pass(2_000);
    show.done(Action::Show(ShownElement::Countdown { seconds: 600 }));
    show.done(Action::Cue { item: place(3), scene: None });
    show.done(Action::StartLot { seconds: Some(60), counter_bid: None, sudden_death: false });
    show.done(Action::Bid { bidder: "anna".into(), amount: "3".into() });
    show.pass(5_000);
    let before = show.studio.state();
    // Closing is what a power cut is, but for the outputs' last words: the run stays open.
    drop(show.studio.close());

    let mut show = open(&shop, "b", Some(&file));
    let offer = show.studio.state().resume.clone().expect("an offer");
    assert_eq!((offer.show, offer.rehearsal, offer.item), (shop.show, false, before.air.item));
    assert!(offer.at_ms >= 7_000, "{offer:?}");
    show.done(Action::Load { show: shop.show });
    show.done(Action::Arm { what: Armable::GoLive });
    show.pass(700);
    assert_eq!(
        show.run(Action::GoLive { rehearsal: false }).map_err(|e| e.code),
        Err("show-interrupted")
    );
    show.done(Action::Resume);
    let after = show.studio.state();
    assert_eq!(after.phase, Phase::Live);
    assert!(after.resume.is_none());
    assert_eq!((after.air.item, &after.air.elements), (before.air.item, &before.air.elements));
    assert_eq!(after.items[0].price.as_deref(), Some("€19.90"));
    let (lot, was) = (after.lot.clone().expect("a lot"), before.lot.clone().expect("a lot"));
    assert_eq!((lot.leader, lot.price), (was.leader, was.price));
    // The lot has the time it had left; show time has run on meanwhile.
    let (left, had) = (lot.left_ms.expect("it runs"), was.left_ms.expect("it ran"));
    assert!((had - 600..=had).contains(&left), "{left} of {had} ms");
    assert!(after.at_ms >= before.at_ms);
    show.pass(left + 200);
    assert_eq!(show.studio.state().items[2].claimed, 1, "sold, and in the ledger");
    show.done(Action::Arm { what: Armable::EndShow });
    show.pass(700);
    show.done(Action::EndShow);
    let report = show.studio.close().expect("a report");
    assert!(report.recordings.values().all(Result::is_ok), "{:?}", report.recordings);
    assert!(file.metadata().expect("kept").len() > 1000, "the first recording is untouched");
    assert!(shop.folder.path().join("show-2.mp4").exists());
    let store = shop.store();
    let run = store.wait(store.catalog().open_run()).expect("read");
    let state = store.wait(store.catalog().show(ShowId(shop.show))).expect("the show").state;
    store.close();
    assert!(run.is_none());
    assert_eq!(state.name(), "ended");
}

#[test]
fn a_panic_that_was_on_is_on_again_and_a_show_can_be_given_up() {
    let shop = shop(2);
    let mut show = open(&shop, "a", None);
    show.rehearse(&shop);
    show.done(Action::Cue { item: place(1), scene: None });
    show.done(Action::Panic);
    show.pass(500);
    drop(show.studio.close());

    let mut show = open(&shop, "b", None);
    show.done(Action::Resume);
    assert!(show.studio.state().safety.panic);
    drop(show.studio.close());

    let mut show = open(&shop, "c", None);
    assert!(show.studio.state().resume.is_some());
    assert_eq!(show.run(Action::Forget).map_err(|e| e.code), Err("not-armed"));
    show.done(Action::Arm { what: Armable::Forget });
    show.pass(700);
    show.done(Action::Forget);
    assert!(show.studio.state().resume.is_none());
    assert_eq!(show.run(Action::Resume).map_err(|e| e.code), Err("resume-none"));
    show.rehearse(&shop);
}

#[test]
fn a_panic_told_again_after_its_end_does_not_leave_the_slate_up() {
    let shop = shop(2);
    let mut show = open(&shop, "a", None);
    show.rehearse(&shop);
    let slate = |show: &Simulated| show.studio.picture(Canvas::Landscape).expect("a picture");
    let dark = |frame: &Frame| {
        let y = frame.plane(Plane::Y);
        y.iter().map(|v| u64::from(*v)).sum::<u64>() / y.len() as u64
    };
    let panic = || Command::new("the same name", Action::Panic);
    show.pass(1_000);
    let room = dark(&slate(&show));
    show.studio.run(panic()).expect("on air");
    show.pass(1_000);
    let covered = dark(&slate(&show));
    assert!(covered + 20 < room, "the slate is up: {covered} after {room}");
    show.done(Action::Arm { what: Armable::EndPanic });
    show.pass(700);
    show.done(Action::EndPanic);
    show.studio.run(panic()).expect("known already");
    show.pass(1_500);
    assert!(!show.studio.state().safety.panic);
    let after = dark(&slate(&show));
    assert!(covered + 20 < after, "the room is seen, as the state says: {after} after {covered}");
}
