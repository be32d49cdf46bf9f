//! Flash sales, told and at random.

use proptest::prelude::*;
use vitrine_graphics::Currency;
use vitrine_media::MediaTime;
use vitrine_studio::StudioError;
use vitrine_studio::flash_sale::{FlashEnd, FlashOffer, FlashReason, FlashSale};

fn s(secs: i64) -> MediaTime {
    MediaTime::from_secs(secs)
}

const OFFER: FlashOffer =
    FlashOffer { price: 990, compare_at: Some(2_490), quantity: Some(5), currency: Currency::EUR };

fn code<T: std::fmt::Debug>(r: Result<T, StudioError>) -> &'static str {
    r.expect_err("it is refused").code
}

/// From 10 s, for 60 s.
fn sale() -> FlashSale {
    FlashSale::new(OFFER, s(10), s(60)).expect("a sale")
}

#[test]
fn it_ends_with_its_time_to_the_nanosecond() {
    let mut sale = sale();
    let last = s(70) - MediaTime::from_nanos(1);
    assert_eq!(code(sale.claim(1, s(9))), "flash-not-started");
    assert!(sale.view(s(9)).is_none() && sale.view(s(10)).is_some());
    sale.claim(1, last).expect("in time");
    assert_eq!(sale.tick(last), None);
    assert!(sale.view(s(70)).is_none(), "it has left every surface, whoever looked or not");
    assert_eq!(code(sale.clone().claim(1, s(70))), "flash-over");
    let end = FlashEnd { reason: FlashReason::Time, at: s(70), taken: 1 };
    assert_eq!(sale.tick(s(75)), Some(end));
    assert_eq!(sale.tick(s(75)), None, "told once");
    assert_eq!(sale.end(), Some(end));
    assert_eq!(code(sale.stop(s(76))), "flash-over");
}

#[test]
fn it_ends_with_its_last_piece() {
    let mut sale = sale();
    assert_eq!(sale.claim(3, s(11)).expect("three"), None);
    let short = sale.claim(3, s(12)).expect_err("two are left");
    assert_eq!(
        (short.code, short.message.as_str()),
        ("flash-short", "the flash sale has 2 left, not 3")
    );
    assert_eq!(code(sale.claim(0, s(12))), "flash-quantity");
    sale.give_back(1, s(13)).expect("a claim was taken back");
    assert_eq!(code(sale.give_back(3, s(13))), "flash-quantity");
    assert_eq!(sale.left(), Some(3));
    let end = FlashEnd { reason: FlashReason::SoldOut, at: s(14), taken: 5 };
    assert_eq!(sale.claim(3, s(14)).expect("the last ones"), Some(end));
    assert_eq!(sale.tick(s(100)), None, "told once");
    assert_eq!(code(sale.claim(1, s(15))), "flash-over");
    assert_eq!(code(sale.give_back(1, s(15))), "flash-over");
}

#[test]
fn the_seller_can_end_it_and_an_interruption_costs_no_time() {
    let mut stopped = sale();
    let end = stopped.stop(s(20)).expect("ended");
    assert_eq!((end.reason.name(), end.at), ("seller", s(20)));
    assert_eq!(stopped.tick(s(100)), None);
    let text = serde_json::to_string(&sale()).expect("saved at 30 s");
    let mut resumed: FlashSale = serde_json::from_str(&text).expect("read at 130 s");
    resumed.shift(s(100));
    assert_eq!(resumed.view(s(130)).map(|v| v.ends), Some(s(170)));
    assert!(resumed.is_running(s(169)));
    let over = stopped.clone();
    stopped.shift(s(100));
    assert_eq!(stopped, over);
}

#[test]
fn offers_out_of_range_are_refused() {
    let new = |offer, length| code(FlashSale::new(offer, s(0), length));
    let minute = s(60);
    assert_eq!(new(FlashOffer { price: -1, ..OFFER }, minute), "flash-price");
    assert_eq!(new(FlashOffer { compare_at: Some(990), ..OFFER }, minute), "flash-price");
    assert_eq!(
        new(FlashOffer { price: i64::MAX, compare_at: None, ..OFFER }, minute),
        "flash-price"
    );
    assert_eq!(new(FlashOffer { quantity: Some(0), ..OFFER }, minute), "flash-quantity");
    assert_eq!(new(OFFER, s(0)), "flash-length");
    assert_eq!(new(OFFER, s(86_401)), "flash-length");
    let free = FlashOffer { price: 0, compare_at: None, quantity: None, ..OFFER };
    let mut free = FlashSale::new(free, s(0), s(1)).expect("for nothing, without a limit");
    assert_eq!(free.claim(u32::MAX, s(0)).expect("as many as there are"), None);
    assert_eq!(free.claim(u32::MAX, s(0)).expect("and more"), None);
    assert_eq!(free.taken(), u32::MAX);
}

#[derive(Clone, Debug)]
enum Op {
    Claim(u32),
    GiveBack(u32),
    Stop,
    Tick,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_ends_once_and_never_sells_more_than_it_has(
        quantity in prop::option::of(1..20_u32),
        ops in prop::collection::vec((0..4_i64, prop_oneof![
            6 => (0..6_u32).prop_map(Op::Claim),
            2 => (0..4_u32).prop_map(Op::GiveBack),
            1 => Just(Op::Stop),
            3 => Just(Op::Tick),
        ]), 0..50),
    ) {
        let mut sale = FlashSale::new(FlashOffer { quantity, ..OFFER }, s(5), s(40)).expect("a sale");
        // The model: pieces taken and given back, as a list, and every end that was told.
        let (mut moved, mut ends, mut now) = (Vec::<i64>::new(), Vec::<FlashEnd>::new(), s(0));
        for (wait, op) in &ops {
            now += s(*wait);
            let before = sale.clone();
            let taken: i64 = moved.iter().sum();
            let runs = ends.is_empty() && now >= s(5) && now < s(45);
            let left = quantity.map_or(i64::MAX, |q| i64::from(q) - taken);
            match op {
                Op::Claim(n) => {
                    let fits = runs && *n > 0 && i64::from(*n) <= left;
                    let got = sale.claim(*n, now);
                    prop_assert_eq!(got.is_ok(), fits);
                    if let Ok(end) = got {
                        moved.push(i64::from(*n));
                        prop_assert_eq!(end.is_some(), left == i64::from(*n));
                        ends.extend(end);
                    }
                }
                Op::GiveBack(n) => {
                    let fits = runs && *n > 0 && i64::from(*n) <= taken;
                    prop_assert_eq!(sale.give_back(*n, now).is_ok(), fits);
                    if fits {
                        moved.push(-i64::from(*n));
                    }
                }
                Op::Stop => {
                    let got = sale.stop(now);
                    prop_assert_eq!(got.is_ok(), ends.is_empty() && now < s(45));
                    ends.extend(got.ok());
                }
                Op::Tick => {
                    let end = sale.tick(now);
                    prop_assert_eq!(end.is_some(), ends.is_empty() && now >= s(45));
                    prop_assert!(end.is_none_or(|e| e.at == s(45) && e.reason == FlashReason::Time));
                    ends.extend(end);
                }
            }
            let taken: i64 = moved.iter().sum();
            prop_assert_eq!(i64::from(sale.taken()), taken);
            prop_assert!(quantity.is_none_or(|q| taken <= i64::from(q)));
            prop_assert_eq!(sale.end(), ends.first().copied());
            prop_assert!(ends.len() <= 1, "it ended twice");
            prop_assert_eq!(sale.view(now).is_some(), ends.is_empty() && now >= s(5) && now < s(45));
            if sale.taken() == before.taken() && sale.end() == before.end() {
                prop_assert_eq!(&sale, &before, "a refusal changed something");
            }
        }
        sale.tick(s(1_000));
        prop_assert!(sale.end().is_some());
    }
}
