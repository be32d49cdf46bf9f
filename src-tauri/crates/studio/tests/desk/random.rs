//! Whatever is sent to it in whatever order: no panic, a refusal changes nothing, and what must hold holds.

use proptest::prelude::*;
use vitrine_media::MediaTime;
use vitrine_studio::SceneName;
use vitrine_studio::command::{Action, Armable, ElementName, ItemName, ShownElement, TypedClaim};
use vitrine_studio::on_air::{Goal, LotStage, LowerThird, Question};
use vitrine_studio::state::Phase;

use crate::books::{Show, ms};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["anna", "ben", "zoe", "Marie-Claude Duran"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,30}",
        1 => Just("\u{202e}olleh\u{202c} 🧶👩‍👩‍👧 Z̸̢̛͓a̷͎͝l̵̰̽g̶̱͊o̸̳̕ שלום مرحبا".to_owned()),
        1 => Just("n".repeat(2000)),
    ]
}

fn amount() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0..3000_i64).prop_map(|c| format!("{}.{:02}", c / 100, c % 100)),
        1 => prop::sample::select(vec!["0", "99999999.99", "-1", "NaN", "1e9", "", "1.234", "９"])
            .prop_map(str::to_owned),
    ]
}

fn item() -> impl Strategy<Value = ItemName> {
    prop_oneof![
        (0..7_i64).prop_map(ItemName::Number),
        prop::sample::select(vec!["A1", "a2", "B1", "A5", "#3", "#0", "#99", "nope"])
            .prop_map(|c| ItemName::Code(c.to_owned())),
    ]
}

fn scene() -> impl Strategy<Value = SceneName> {
    prop::sample::select(SceneName::ALL.to_vec())
}

fn element() -> impl Strategy<Value = ElementName> {
    use ElementName as E;
    prop::sample::select(vec![
        E::Card,
        E::Banner,
        E::PromoCode,
        E::Qr,
        E::Countdown,
        E::LowerThird,
        E::Question,
        E::Ticker,
        E::Logo,
        E::Goal,
        E::Bids,
        E::Giveaway,
    ])
}

fn shown() -> impl Strategy<Value = ShownElement> {
    use ShownElement as S;
    prop_oneof![
        Just(S::Card),
        Just(S::Banner),
        Just(S::PromoCode),
        Just(S::Qr),
        Just(S::Logo),
        Just(S::Bids),
        Just(S::Giveaway),
        (0..100_000_u32).prop_map(|seconds| S::Countdown { seconds }),
        (name(), name()).prop_map(|(name, role)| S::LowerThird(LowerThird { name, role })),
        (name(), name()).prop_map(|(text, from)| S::Question(Question { text, from })),
        prop::collection::vec(name(), 0..25).prop_map(|messages| S::Ticker { messages }),
        (name(), any::<u32>(), any::<u32>()).prop_map(|(label, reached, target)| S::Goal(Goal {
            label,
            reached,
            target
        })),
    ]
}

fn typed() -> impl Strategy<Value = TypedClaim> {
    let variant = prop::option::of(prop::sample::select(vec!["M", "S", "XXL", "SKU-1", ""]));
    (prop::option::of(item()), variant, 0..20_000_u32, name()).prop_map(
        |(item, variant, quantity, buyer)| TypedClaim {
            item,
            variant: variant.map(str::to_owned),
            quantity,
            buyer,
            platform: String::new(),
        },
    )
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "sold A1",
            "je prends A2 M",
            "A2",
            "win",
            "12",
            "3,50",
            "is A1 sold?",
            "cancel A1",
        ])
        .prop_map(str::to_owned),
        name(),
    ]
}

fn life() -> impl Strategy<Value = Action> {
    use Action as A;
    let armable = prop::sample::select(vec![
        Armable::GoLive,
        Armable::EndShow,
        Armable::EndPanic,
        Armable::Forget,
    ]);
    prop_oneof![
        (0..9_i64).prop_map(|show| A::Load { show }),
        armable.prop_map(|what| A::Arm { what }),
        any::<bool>().prop_map(|rehearsal| A::GoLive { rehearsal }),
        Just(A::EndShow),
        Just(A::Resume),
        Just(A::Forget),
        Just(A::Panic),
        Just(A::EndPanic),
        any::<bool>().prop_map(|on| A::Mute { on }),
        any::<bool>().prop_map(|on| A::Lock { on }),
        name().prop_map(|destination| A::Retry { destination }),
    ]
}

fn picture() -> impl Strategy<Value = Action> {
    use Action as A;
    let number = prop_oneof![4 => 0.0..1.0_f32, 1 => any::<f32>()];
    prop_oneof![
        3 => (item(), prop::option::of(scene())).prop_map(|(item, scene)| A::Cue { item, scene }),
        2 => Just(A::Next),
        1 => (item(), prop::option::of(scene())).prop_map(|(item, scene)| A::Prepare { item, scene }),
        1 => Just(A::Take),
        1 => Just(A::UndoCue),
        1 => Just(A::Clear),
        1 => scene().prop_map(|scene| A::Scene { scene }),
        2 => shown().prop_map(A::Show),
        1 => element().prop_map(|element| A::Hide { element }),
        1 => (scene(), number.clone(), number, 0.0..5.0_f32)
            .prop_map(|(scene, x, y, zoom)| A::View { scene, x, y, zoom }),
    ]
}

fn selling() -> impl Strategy<Value = Action> {
    use Action as A;
    let seconds = || prop::option::of(0..200_u32);
    prop_oneof![
        1 => (prop::option::of(item()), amount(), prop::option::of(amount()), seconds()).prop_map(
            |(item, price, compare_at, seconds)| A::SetPrice {
                item,
                price,
                compare_at,
                confirmed: false,
                seconds
            }
        ),
        1 => (prop::option::of(item()), any::<i64>())
            .prop_map(|(item, stock)| A::SetStock { item, variant: None, stock }),
        1 => (prop::option::of(item()), prop::option::of(name()))
            .prop_map(|(item, code)| A::SetPromo { item, code }),
        2 => (seconds(), seconds(), any::<bool>()).prop_map(|(seconds, counter_bid, sudden_death)| {
            A::StartLot { seconds, counter_bid, sudden_death }
        }),
        4 => (name(), amount()).prop_map(|(bidder, amount)| A::Bid { bidder, amount }),
        1 => (name(), amount()).prop_map(|(bidder, amount)| A::PreBid { bidder, amount }),
        1 => Just(A::UndoBid),
        1 => Just(A::SuddenDeath),
        1 => Just(A::NextLot),
        1 => (prop::option::of(item()), amount(), 0..200_u32, prop::option::of(0..5_u32)).prop_map(
            |(item, price, seconds, quantity)| A::StartFlash { item, price, seconds, quantity }
        ),
        1 => Just(A::EndFlash),
        1 => (name(), name(), seconds())
            .prop_map(|(prize, keyword, seconds)| A::OpenGiveaway { prize, keyword, seconds }),
        1 => name().prop_map(|who| A::Enter { who }),
        1 => Just(A::Draw),
        1 => Just(A::CloseGiveaway),
        3 => (comment(), name())
            .prop_map(|(text, from)| A::Comment { text, from, platform: String::new() }),
        2 => typed().prop_map(A::Claim),
        1 => ("review/c[0-9]{1,2}", prop::option::of(typed()))
            .prop_map(|(entry, accept)| A::Review { entry, accept }),
        1 => name().prop_map(|claim| A::CancelClaim { claim }),
        1 => name().prop_map(|claim| A::UndoClaim { claim }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![1 => life(), 3 => picture(), 4 => selling()]
}

/// What must hold of a desk at any time.
fn check(show: &Show) {
    let state = show.desk.state(&show.book, show.around());
    assert!(state.air.undo <= 50);
    assert!(state.review.len() <= 200);
    assert_eq!(state.phase, show.desk.phase);
    if let Some(lot) = &state.lot {
        assert!(lot.left_ms.is_none_or(|left| (0..=30 * 60 * 1000).contains(&left)), "{lot:?}");
        assert_eq!(lot.stage == LotStage::Running, lot.left_ms.is_some_and(|left| left >= 0));
    }
    for pair in show.desk.spans.windows(2) {
        assert!(pair[0].to.is_some_and(|to| to <= pair[1].from && to >= pair[0].from));
    }
    if let Some(pace) = &state.pace {
        let parts: i64 = pace.items.iter().map(|i| i.actual_ms).sum::<i64>() + pace.between_ms;
        assert_eq!(parts, pace.elapsed_ms, "the parts make up the whole");
    }
    let seen = show.desk.on_air_at(&show.book, show.now, MediaTime::ZERO, |i| i.product.clone());
    assert!(seen.countdown_to.is_none_or(|end| end + ms(1_000) > show.now));
    assert!(seen.flash_sale.is_none_or(|f| f.ends > show.now), "a price whose time is over leaves");
    assert!(!(seen.lot.is_some() && seen.card), "a lot takes the card's place");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn anything_in_any_order(
        steps in prop::collection::vec((action(), 0..20_000_i64), 1..120),
        on_air in prop::bool::weighted(0.9),
    ) {
        let mut show = if on_air { Show::on_air() } else { Show::loaded() };
        for (action, span) in steps {
            show.pass(ms(span));
            let (phase, item, running) = {
                let state = show.desk.state(&show.book, show.around());
                let running = state.lot.as_ref().is_some_and(|l| l.stage == LotStage::Running);
                (show.desk.phase, show.desk.air.item, running)
            };
            let revision = show.desk.revision;
            let is_panic = action == Action::Panic;
            let ends = action == Action::EndShow;
            let done = show.run(action);
            match &done {
                Ok(_) => prop_assert!(show.desk.revision > revision || show.desk.phase == Phase::Ready),
                Err(e) => {
                    prop_assert!(!e.code.is_empty() && !e.message.is_empty());
                    prop_assert_eq!(show.desk.revision, revision);
                }
            }
            prop_assert!(!is_panic || done.is_ok() || !phase.is_on_air(), "panic is never refused");
            if running && !ends {
                prop_assert_eq!(show.desk.air.item, item, "a running lot cannot be left");
            }
            check(&show);
        }
        let kept = serde_json::to_string(&show.desk).expect("written down");
        prop_assert_eq!(serde_json::from_str::<vitrine_studio::desk::Desk>(&kept).expect("read"), show.desk);
    }
}
