//! What commands do, one after the other.

use vitrine_media::MediaTime;
use vitrine_studio::SceneName;
use vitrine_studio::command::{Action, Armable, ElementName, ItemName, ShownElement, TypedClaim};
use vitrine_studio::desk::{Effect, Write};
use vitrine_studio::event::StudioEvent;
use vitrine_studio::on_air::{LotStage, OnAir};
use vitrine_studio::state::Phase;

use crate::books::{Show, ms, told};

fn cue(code: &str) -> Action {
    Action::Cue { item: ItemName::Code(code.into()), scene: None }
}

fn bid(bidder: &str, amount: &str) -> Action {
    Action::Bid { bidder: bidder.into(), amount: amount.into() }
}

fn start(seconds: u32) -> Action {
    Action::StartLot { seconds: Some(seconds), counter_bid: None, sudden_death: false }
}

fn seen(show: &Show) -> OnAir {
    show.desk.on_air_at(&show.book, show.now, MediaTime::ZERO, |i| i.product.clone())
}

fn claim(item: &str, variant: Option<&str>) -> TypedClaim {
    TypedClaim {
        item: Some(ItemName::Code(item.into())),
        variant: variant.map(str::to_owned),
        quantity: 1,
        buyer: "zoe".into(),
        platform: String::new(),
    }
}

#[test]
fn a_cue_changes_everything_at_once_and_one_undo_takes_it_back() {
    let mut show = Show::on_air();
    show.done(Action::Show(ShownElement::Countdown { seconds: 60 }));
    let before = seen(&show);
    let effects = show.done(cue("a1"));
    assert!(matches!(told(&effects)[..], [StudioEvent::Cued { item: 1, .. }]), "{effects:?}");
    let on_air = seen(&show);
    assert!(on_air.card && on_air.banner && on_air.countdown_to.is_none());
    assert_eq!(on_air.product.as_ref().map(|p| p.title.as_str()), Some("Stoneware mug"));
    show.done(Action::UndoCue);
    assert_eq!(seen(&show), before);
    // Behind the last item there is none; through a talk nothing is sold.
    for title in ["Stoneware mug", "Linen shirt", "Questions", "Trading card"] {
        let effects = show.done(Action::Next);
        assert!(
            matches!(told(&effects)[0], StudioEvent::Cued { title: t, .. } if t == title),
            "{effects:?}"
        );
    }
    assert!(seen(&show).lot.is_some_and(|lot| lot.stage == LotStage::Ready && lot.of == 3));
    let state = show.desk.state(&show.book, show.around());
    assert_eq!(state.lot.map(|l| l.next_bid).as_deref(), Some("1.00"));
}

#[test]
fn what_is_armed_is_held_and_does_not_last() {
    let mut show = Show::loaded();
    let live = Action::GoLive { rehearsal: false };
    let arm = Action::Arm { what: Armable::GoLive };
    assert_eq!(show.refused(live.clone()), "not-armed");
    show.done(arm.clone());
    show.pass(ms(300));
    assert_eq!(show.refused(live.clone()), "held-too-short");
    show.pass(ms(11_000));
    assert_eq!(show.refused(live.clone()), "not-armed", "it has run out by itself");
    show.done(arm.clone());
    show.pass(ms(700));
    let effects = show.done(live.clone());
    assert!(effects.contains(&Effect::GoLive { rehearsal: false }));
    assert_eq!(show.refused(live), "show-on-air");
    assert_eq!(show.refused(Action::Load { show: 8 }), "show-on-air");
    assert_eq!(show.refused(Action::EndShow), "not-armed");
    assert_eq!(show.refused(arm), "show-on-air");
    show.done(Action::Arm { what: Armable::EndShow });
    show.pass(ms(700));
    assert!(show.done(Action::EndShow).contains(&Effect::End));
    assert_eq!(show.desk.phase, Phase::Ended);
    assert_eq!(show.refused(Action::Next), "show-over");
}

#[test]
fn a_command_told_twice_is_done_once() {
    let mut show = Show::on_air();
    let first = show.run_as("same", cue("A1")).expect("done");
    assert!(!first.is_empty());
    let revision = show.desk.revision;
    assert_eq!(show.run_as("same", cue("A5")).expect("known"), Vec::new());
    assert_eq!(show.desk.revision, revision);
    assert_eq!(show.run_as(" ", cue("A5")).map_err(|e| e.code), Err("command-id"));
}

#[test]
fn a_locked_picture_stays_but_selling_and_panic_go_on() {
    let mut show = Show::on_air();
    show.done(cue("A1"));
    show.done(Action::Lock { on: true });
    let before = seen(&show);
    for action in [cue("A2"), Action::Next, Action::Clear, Action::UndoCue] {
        assert_eq!(show.refused(action), "locked");
    }
    assert_eq!(seen(&show), before);
    show.done(Action::Claim(claim("A1", None)));
    let effects = show.done(Action::Panic);
    assert_eq!(effects[0], Effect::Panic(true));
    assert_eq!(show.refused(Action::EndPanic), "not-armed");
    show.done(Action::Arm { what: Armable::EndPanic });
    show.pass(ms(800));
    assert_eq!(show.done(Action::EndPanic)[0], Effect::Panic(false));
}

#[test]
fn a_lot_runs_to_its_end_and_is_sold_to_the_frame() {
    let mut show = Show::on_air();
    show.done(cue("B1"));
    assert_eq!(show.refused(bid("anna", "2")), "lot-not-running");
    show.done(start(20));
    for action in [cue("A1"), Action::Next, Action::NextLot, Action::UndoCue] {
        assert_eq!(show.refused(action), "lot-running", "it cannot be broken off");
    }
    show.done(bid("Anna Berg", "2"));
    assert_eq!(show.refused(bid("ben", "2.50")), "bid-too-low");
    show.pass(ms(15_000));
    let effects = show.done(bid("ben", "3"));
    assert!(matches!(told(&effects)[0], StudioEvent::Bid { extended: true, .. }));
    let lot = seen(&show).lot.expect("a lot");
    assert_eq!(lot.ends, Some(ms(25_000)), "set back to ten seconds");
    assert!(show.pass(ms(9_999)).is_empty());
    let effects = show.pass(ms(1));
    let over = StudioEvent::LotOver {
        item: 4,
        lot: 1,
        winner: Some("ben".into()),
        price: Some("3.00".into()),
    };
    assert_eq!(told(&effects), [&over]);
    let sale = effects.iter().find_map(|e| match e {
        Effect::Write(Write::Sale { claim, price, .. }) => Some((claim.buyer.as_str(), *price)),
        _ => None,
    });
    assert_eq!(sale, Some(("ben", 300)));
    assert!(seen(&show).lot.is_some_and(|l| l.stage == LotStage::Sold), "the stamp");
    show.pass(ms(6_000));
    assert!(seen(&show).lot.is_none(), "and then it leaves");
    assert_eq!(told(&show.done(Action::Next)), [&StudioEvent::LotReady { item: 4, lot: 2 }]);
}

#[test]
fn a_timed_price_and_a_flash_sale_give_the_price_back() {
    let mut show = Show::on_air();
    show.done(cue("A1"));
    let price = |p: &str, seconds| Action::SetPrice {
        item: None,
        price: p.into(),
        compare_at: None,
        confirmed: false,
        seconds,
    };
    let effects = show.done(price("19.90", Some(30)));
    assert!(matches!(effects[0], Effect::Write(Write::Price { item: 1, price: Some(1990), .. })));
    assert!(seen(&show).price_drop.is_some_and(|d| d.before.minor == 2490 && d.now.minor == 1990));
    let effects = show.pass(ms(30_000));
    assert!(matches!(effects[0], Effect::Write(Write::Price { item: 1, price: Some(2490), .. })));
    for (bad, code) in [("-1", "price"), ("free", "price"), ("19.999", "price")] {
        assert_eq!(show.refused(price(bad, None)), code, "{bad}");
    }
    assert_eq!(show.refused(price("1", Some(0))), "seconds");
    show.done(price("0", None));
    show.done(price("99999999.99", None));

    let flash = |p: &str, quantity| Action::StartFlash {
        item: Some(ItemName::Code("A5".into())),
        price: p.into(),
        seconds: 60,
        quantity,
    };
    assert_eq!(show.refused(flash("9.90", None)), "flash-price");
    show.done(flash("7.90", Some(2)));
    assert_eq!(show.refused(flash("6.90", None)), "flash-running");
    show.done(Action::Claim(claim("A5", None)));
    let effects = show.done(Action::Claim(claim("A5", None)));
    let over = StudioEvent::FlashEnded { item: 5, reason: "sold-out".into() };
    assert!(told(&effects).contains(&&over), "{effects:?}");
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Write(Write::Price { item: 5, price: Some(990), .. })))
    );
    assert_eq!(show.refused(Action::EndFlash), "flash-none");
}

#[test]
fn comments_become_claims_reviews_entries_and_bids() {
    let mut show = Show::on_air();
    show.done(cue("A2"));
    show.pass(ms(30_000));
    let say = |text: &str| Action::Comment {
        text: text.into(),
        from: "zoe".into(),
        platform: "youtube".into(),
    };
    let effects = show.done(say("sold A2 M please"));
    let variant = effects.iter().find_map(|e| match e {
        Effect::Write(Write::Claim { claim, .. }) => claim.variant,
        _ => None,
    });
    assert_eq!(variant, Some(22));
    assert!(show.done(say("what a lovely colour")).is_empty());
    let effects = show.done(say("sold A2"));
    let [StudioEvent::ToReview { entry, .. }] = told(&effects)[..] else { panic!("{effects:?}") };
    let entry = entry.clone();
    let accept = Some(claim("A2", Some("L")));
    let effects = show.done(Action::Review { entry: entry.clone(), accept });
    assert!(matches!(effects[0], Effect::Write(Write::Claim { .. })));
    assert_eq!(show.refused(Action::Review { entry, accept: None }), "review-missing");

    show.done(Action::OpenGiveaway {
        prize: "A mug".into(),
        keyword: "WIN".into(),
        seconds: Some(60),
    });
    let entered = StudioEvent::Entered { entries: 1 };
    assert_eq!(told(&show.done(say("win!"))), [&entered]);
    assert!(show.done(say("Win")).is_empty(), "one entry a buyer");
    assert_eq!(show.refused(Action::Draw), "giveaway-open");
    show.pass(ms(60_000));
    let effects = show.done(Action::Draw);
    assert!(
        matches!(told(&effects)[0], StudioEvent::Drawn { winner, entries: 1, .. } if winner == "zoe")
    );
    show.desk.giveaway_proof().expect("a proof").check().expect("it holds");

    show.done(cue("B1"));
    show.done(start(20));
    let effects = show.done(say("12 €"));
    assert!(matches!(told(&effects)[0], StudioEvent::Bid { amount, .. } if amount == "12.00"));
}

#[test]
fn elements_come_and_go_by_hand_and_by_time() {
    let mut show = Show::on_air();
    assert_eq!(show.refused(Action::Show(ShownElement::Card)), "item-none");
    show.done(cue("A5"));
    assert_eq!(show.refused(Action::Show(ShownElement::PromoCode)), "promo-none");
    show.done(Action::Show(ShownElement::Countdown { seconds: 5 }));
    show.done(Action::Scene { scene: SceneName::Split });
    assert!(
        show.desk.state(&show.book, show.around()).air.elements.contains(&ElementName::Countdown)
    );
    show.pass(ms(6_000));
    assert!(seen(&show).countdown_to.is_none());
    assert_eq!(show.refused(Action::Hide { element: ElementName::Countdown }), "element-hidden");
    show.done(Action::Clear);
    assert!(!seen(&show).card);
    show.done(Action::UndoCue);
    assert!(seen(&show).card, "clearing is taken back like any change");
    let many = vec!["x".to_owned(); 21];
    assert_eq!(show.refused(Action::Show(ShownElement::Ticker { messages: many })), "ticker");
    assert_eq!(
        show.refused(Action::View { scene: SceneName::Host, x: f32::NAN, y: 0.5, zoom: 1.0 }),
        "view"
    );
}

#[test]
fn after_an_interruption_lots_and_sales_have_the_time_they_had_left() {
    let mut show = Show::on_air();
    show.done(cue("B1"));
    show.done(start(50));
    show.done(bid("anna", "2"));
    show.pass(ms(20_000));
    let kept = serde_json::to_string(&show.desk).expect("written down");
    let mut desk: vitrine_studio::desk::Desk = serde_json::from_str(&kept).expect("read again");
    assert_eq!(desk, show.desk);
    desk.shift(ms(100_000), show.now);
    show.desk = desk;
    show.now += ms(100_000);
    assert!(show.pass(ms(29_999)).is_empty());
    assert!(!show.pass(ms(1)).is_empty(), "over after the thirty seconds it had left");
    let on_air: i64 =
        show.desk.spans.iter().filter_map(|s| Some((s.to? - s.from).as_millis())).sum();
    assert_eq!(on_air, 20_000, "nothing was on air while nothing went out");
}
