//! Auctions as a seller tells them.

use vitrine_graphics::Currency;
use vitrine_media::MediaTime;
use vitrine_studio::StudioError;
use vitrine_studio::auction::{Auction, AuctionRules, LotClock, Step, Steps};
use vitrine_studio::on_air::LotStage;

fn s(secs: f64) -> MediaTime {
    MediaTime::from_secs_f64(secs)
}

/// Three lots from 1 €, 50 s, counter-bid 10 s.
fn auction() -> Auction {
    Auction::new(AuctionRules::usual(100, Currency::EUR), 3, Currency::EUR).expect("an auction")
}

fn running() -> Auction {
    let mut a = auction();
    a.start(s(100.0)).expect("it starts");
    a
}

fn code<T: std::fmt::Debug>(r: Result<T, StudioError>) -> &'static str {
    r.expect_err("it is refused").code
}

#[test]
fn the_first_bid_may_be_the_start_price_and_steps_follow() {
    let mut a = running();
    assert_eq!(code(a.bid("anna", 99, s(101.0))), "bid-too-low");
    let taken = a.bid("anna", 100, s(101.0)).expect("the start price");
    assert_eq!((taken.extended, taken.next), (false, 200));
    let low = a.bid("ben", 199, s(102.0)).expect_err("below one step");
    assert_eq!(low.message, "the bid of €1.99 is below €2.00");
    assert_eq!(low.remedy.as_deref(), Some("give €2.00 or more"));
    assert_eq!(code(a.bid(" ANNA", 500, s(103.0))), "bid-leading");
    a.bid("ben", 2_000, s(104.0)).expect("a jump");
    assert_eq!(a.minimum(), 2_200, "from 20 the step is 2");
    assert_eq!(code(a.bid("  ", 9_000, s(105.0))), "bid-bidder");
    assert_eq!(code(a.bid(&"x".repeat(2_000), 9_000, s(105.0))), "bid-bidder");
    assert_eq!(code(a.bid("cem", i64::MAX, s(105.0))), "bid-amount");
    assert_eq!(code(a.bid("cem", -1, s(105.0))), "bid-amount");
    a.bid("cem", 999_999_999_999_999, s(106.0)).expect("the largest amount");
    assert_eq!(code(a.bid("anna", 999_999_999_999_999, s(107.0))), "bid-too-low");
}

#[test]
fn a_lot_is_over_exactly_at_zero() {
    let mut a = running();
    let end = s(150.0);
    let last = end - MediaTime::from_nanos(1);
    assert_eq!(a.ends(), Some(end));
    assert_eq!(a.stage(last), LotStage::Running);
    assert_eq!(code(a.clone().bid("anna", 100, end)), "lot-over");
    assert!(a.tick(last).is_none());
    // Nobody has looked for a while: it still ended at its end.
    let result = a.tick(s(171.5)).expect("it is over").clone();
    assert_eq!((result.winner, result.price, result.ended), (None, 100, end));
    assert_eq!(a.stage(end), LotStage::Unsold);
    assert!(a.tick(s(200.0)).is_none(), "told once");
}

#[test]
fn a_late_bid_sets_the_clock_back_to_the_counter_bid_time() {
    let mut a = running();
    assert!(!a.bid("anna", 100, s(140.0)).expect("10 s are left").extended);
    assert_eq!(a.ends(), Some(s(150.0)));
    assert!(a.bid("ben", 200, s(145.0)).expect("5 s are left").extended);
    assert_eq!(a.ends(), Some(s(155.0)));
    let at = s(155.0) - MediaTime::from_nanos(1);
    a.bid("anna", 300, at).expect("at the last moment");
    assert_eq!(a.ends(), Some(at + s(10.0)));
    let result = a.tick(at + s(10.0)).expect("over").clone();
    assert_eq!((result.winner.as_deref(), result.price, result.bids), (Some("anna"), 300, 3));
}

#[test]
fn in_sudden_death_the_last_bidder_at_one_second_has_it() {
    let mut a = running();
    a.bid("anna", 100, s(145.0)).expect("a bid");
    assert_eq!(a.ends(), Some(s(155.0)));
    a.sudden_death(s(146.0)).expect("from now on");
    a.sudden_death(s(147.0)).expect("twice is once");
    assert!(!a.bid("ben", 200, s(154.0)).expect("at 00:01").extended);
    assert_eq!(a.ends(), Some(s(155.0)));
    assert!(a.view(s(154.5)).lot.sudden_death);
    assert_eq!(a.tick(s(155.0)).expect("over").winner.as_deref(), Some("ben"));
    // The next lot goes by the rules again.
    a.next(s(156.0)).expect("the next lot");
    assert!(!a.is_sudden_death());
    assert_eq!(code(a.sudden_death(s(156.0))), "lot-not-running");
}

#[test]
fn once_started_nothing_stops_a_lot() {
    let mut a = running();
    assert_eq!(code(a.start(s(101.0))), "lot-running");
    assert_eq!(code(a.next(s(149.9))), "lot-running");
    assert_eq!(code(a.ready(2, s(149.9))), "lot-running");
    assert_eq!(code(a.ready(1, s(149.9))), "lot-running");
    // One command, and nobody had to look at the clock.
    assert_eq!(a.next(s(150.0)).expect("over"), 2);
    assert_eq!(a.results().len(), 1);
    assert_eq!(a.stage(s(150.0)), LotStage::Ready);
    // Its result is told all the same, once.
    assert_eq!(a.tick(s(150.0)).map(|r| r.number), Some(1));
    assert_eq!(a.tick(s(150.0)), None);
}

#[test]
fn lots_follow_one_another_and_unsold_ones_can_come_again() {
    let mut a = auction();
    assert_eq!(code(a.next(s(0.0))), "lot-ready");
    assert_eq!(code(a.bid("anna", 100, s(0.0))), "lot-not-running");
    a.start(s(0.0)).expect("lot 1");
    assert_eq!(a.next(s(50.0)).expect("nobody bid"), 2);
    a.start(s(60.0)).expect("lot 2");
    a.bid("anna", 100, s(61.0)).expect("a bid");
    assert_eq!(a.next(s(110.0)).expect("sold"), 3);
    assert_eq!(code(a.ready(2, s(111.0))), "lot-sold");
    assert_eq!(code(a.ready(4, s(111.0))), "lot-number");
    assert_eq!(code(a.ready(0, s(111.0))), "lot-number");
    a.ready(1, s(111.0)).expect("it was not sold");
    a.start(s(112.0)).expect("again");
    a.bid("ben", 150, s(113.0)).expect("a bid");
    assert_eq!(code(a.start(s(162.0))), "lot-over");
    assert_eq!(a.next(s(162.0)).expect("2 is sold, 3 is not"), 3);
    a.start(s(163.0)).expect("lot 3");
    a.bid("cem", 100, s(164.0)).expect("a bid");
    assert!(!a.is_done(s(212.9)));
    assert!(a.is_done(s(213.0)));
    assert_eq!(code(a.next(s(213.0))), "lots-done");
    let told = std::iter::from_fn(|| a.tick(s(213.0)).map(|r| r.number)).collect::<Vec<_>>();
    assert_eq!(told, [1, 2, 1, 3]);
    let lots: Vec<_> = a.results().iter().map(|r| (r.number, r.winner.as_deref())).collect();
    assert_eq!(lots, [(1, None), (2, Some("anna")), (1, Some("ben")), (3, Some("cem"))]);
}

#[test]
fn pre_bids_open_the_lot() {
    let mut a = auction();
    a.pre_bid(1, "anna", 100).expect("the start price");
    assert_eq!(code(a.pre_bid(1, "ben", 99)), "bid-too-low");
    assert_eq!(code(a.pre_bid(4, "ben", 500)), "lot-number");
    a.pre_bid(1, "ben", 1_000).expect("more");
    assert_eq!(code(a.pre_bid(1, "Ben", 1_000)), "bid-too-low");
    a.pre_bid(1, "Ben", 1_500).expect("a bidder may go up");
    a.pre_bid(2, "cem", 700).expect("for the lot after");
    let view = a.view(s(0.0));
    assert_eq!((view.lot.price.minor, view.lot.bidder), (100, None), "nobody sees a pre-bid");

    a.start(s(10.0)).expect("it starts");
    let lead = a.highest().expect("opened");
    assert_eq!((lead.bidder.as_str(), lead.amount, lead.opening), ("Ben", 200, true));
    assert_eq!(code(a.undo_bid(s(11.0))), "bid-none");
    assert_eq!(code(a.bid("ben", 900, s(11.0))), "bid-leading");
    assert_eq!(code(a.pre_bid(1, "anna", 5_000)), "lot-over");
    a.bid("anna", 300, s(12.0)).expect("the pre-bid has done its work");

    // Alone, a pre-bid opens at the start price.
    a.next(s(60.0)).expect("lot 2");
    assert_eq!(a.results()[0].pre_bids, 2);
    a.start(s(61.0)).expect("it starts");
    assert_eq!(a.highest().map(|b| b.amount), Some(100));
    assert_eq!(code(a.pre_bid(1, "dora", 900)), "lot-over");
}

#[test]
fn of_two_equal_pre_bids_the_earlier_leads_at_its_full_amount() {
    let mut a = auction();
    a.pre_bid(1, "anna", 800).expect("first");
    a.pre_bid(1, "ben", 1_000).expect("second");
    a.pre_bid(1, "anna", 1_000).expect("raised after");
    a.start(s(0.0)).expect("it starts");
    let lead = a.highest().expect("opened");
    assert_eq!((lead.bidder.as_str(), lead.amount), ("ben", 1_000));
}

#[test]
fn a_mistyped_bid_is_taken_back_with_a_trace_and_the_clock_stays() {
    let mut a = running();
    a.bid("anna", 100, s(101.0)).expect("a bid");
    a.bid("ben", 20_000, s(148.0)).expect("meant was 200");
    assert_eq!(a.undo_bid(s(149.0)).expect("taken back").amount, 20_000);
    assert_eq!(a.highest().map(|b| b.amount), Some(100));
    assert_eq!(a.ends(), Some(s(158.0)));
    a.bid("ben", 200, s(150.0)).expect("as it was meant");
    assert_eq!(code(a.undo_bid(s(160.0))), "lot-over");
    let result = a.tick(s(160.0)).expect("over").clone();
    assert_eq!((result.price, result.bids, result.undone.len()), (200, 2, 1));
    assert_eq!((result.undone[0].bid.amount, result.undone[0].at), (20_000, s(149.0)));

    // While a lot is ready it is the last pre-bid; the one before counts again.
    let mut a = auction();
    a.pre_bid(1, "anna", 300).expect("first");
    a.pre_bid(1, "anna", 30_000).expect("mistyped");
    assert_eq!(a.undo_bid(s(0.0)).expect("taken back").amount, 30_000);
    assert_eq!(a.pre_bids(1).iter().map(|p| p.most).collect::<Vec<_>>(), [300]);
    a.undo_bid(s(0.0)).expect("taken back");
    assert_eq!(code(a.undo_bid(s(0.0))), "bid-none");
}

#[test]
fn after_an_interruption_a_lot_has_the_time_it_had_left() {
    let mut a = running();
    a.bid("anna", 100, s(110.0)).expect("a bid");
    let text = serde_json::to_string(&a).expect("saved at 120 s");
    let mut a: Auction = serde_json::from_str(&text).expect("read at 187.25 s");
    a.shift(s(67.25));
    assert_eq!(a.left(s(187.25)), Some(s(30.0)));
    assert_eq!(a.highest().map(|b| b.at), Some(s(177.25)));
    a.tick(s(300.0)).expect("over");
    let over = a.clone();
    a.shift(s(10.0));
    assert_eq!(a, over, "what is over stays where it was");
    // A show time that began anew at zero.
    let mut b = running();
    b.shift(-s(120.0));
    assert_eq!(b.left(s(0.0)), Some(s(30.0)));
}

#[test]
fn a_view_shows_no_surname_and_five_bids() {
    let mut a = running();
    for n in 0..6 {
        let who = if n % 2 == 0 { "Marie-Claude Duran" } else { "ben@example.org" };
        a.bid(who, 100 + n * 100, s(101.0)).expect("a bid");
    }
    let view = a.view(s(102.0));
    assert_eq!((view.lot.number, view.lot.of, view.lot.price.minor), (1, 3, 600));
    let who: Vec<_> = view.bids.iter().map(|b| (b.who.as_str(), b.amount.minor)).collect();
    let (marie, ben) = ("Marie-Claude D.", "ben…");
    assert_eq!(who, [(ben, 600), (marie, 500), (ben, 400), (marie, 300), (ben, 200)]);
    assert_eq!(view.lot.ends, Some(s(150.0)));
    // Without anybody having looked, the picture of 150 s is that of a sold lot.
    let view = a.view(s(150.0));
    assert_eq!((view.lot.stage, view.lot.ends), (LotStage::Sold, None));
}

#[test]
fn a_lot_can_have_a_clock_of_its_own() {
    let mut a = auction();
    let clock = LotClock { length: s(20.0), counter_bid: s(0.0), sudden_death: true };
    a.start_with(clock, s(5.0)).expect("20 s");
    assert!(!a.bid("anna", 100, s(24.9)).expect("a bid").extended);
    assert_eq!(a.next(s(25.0)).expect("over"), 2);
    for wrong in [
        LotClock { length: s(0.5), ..clock },
        LotClock { length: s(1_801.0), ..clock },
        LotClock { counter_bid: -s(1.0), ..clock },
        LotClock { counter_bid: s(1_801.0), ..clock },
    ] {
        assert_eq!(code(a.start_with(wrong, s(26.0))), "lot-clock");
    }
}

#[test]
fn rules_out_of_range_are_refused() {
    let usual = AuctionRules::usual(100, Currency::EUR);
    let new = |rules: &AuctionRules, lots| code(Auction::new(rules.clone(), lots, Currency::EUR));
    assert_eq!(new(&usual, 0), "auction-lots");
    assert_eq!(new(&usual, 10_001), "auction-lots");
    assert_eq!(new(&AuctionRules { start_price: -1, ..usual.clone() }, 1), "auction-price");
    for table in [
        vec![],
        vec![(1, 5)],
        vec![(0, 0)],
        vec![(0, 1), (0, 2)],
        vec![(0, 1), (9, 2), (8, 3)],
        vec![(0, i64::MAX)],
        (0..51).map(|n| (n, 1)).collect(),
    ] {
        let steps = Steps(table.into_iter().map(|(from, step)| Step { from, step }).collect());
        assert_eq!(new(&AuctionRules { steps, ..usual.clone() }, 1), "auction-steps");
    }
}

#[test]
fn the_usual_steps_are_those_sellers_know() {
    let euro = Steps::usual(Currency::EUR);
    let at = |euros: i64| euro.at(euros * 100);
    let steps = [0, 19, 20, 49, 50, 99, 100, 199, 200, 499, 500, 999, 1_000, 99_999_999].map(at);
    let units = [1, 1, 2, 2, 3, 3, 5, 5, 10, 10, 20, 20, 50, 50];
    assert_eq!(steps, units.map(|u| u * 100));
    assert_eq!(euro.at(1_999), 100);
    let yen = Steps::usual(Currency::JPY);
    assert_eq!([yen.at(0), yen.at(1_999), yen.at(2_000), yen.at(100_000)], [100, 100, 200, 5_000]);
    assert_eq!(Steps::usual(Currency::KWD).at(0), 1_000, "three decimals");
    for currency in [Currency::EUR, Currency::JPY, Currency::KWD] {
        Steps::usual(currency).check().expect("a table");
    }
}
