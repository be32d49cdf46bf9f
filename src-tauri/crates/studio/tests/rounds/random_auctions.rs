//! Random auctions against the model: same answers, same lots, and what must hold holds.

use proptest::prelude::*;
use vitrine_graphics::Currency;
use vitrine_media::MediaTime;
use vitrine_studio::StudioError;
use vitrine_studio::auction::{Auction, AuctionRules, LotClock, Step, Steps};
use vitrine_studio::on_air::LotStage;

use crate::model::{Happened, Model, PEOPLE};

/// Several spellings of four people, and three that are nobody.
const NAMES: [[&str; 3]; 4] = [
    ["Anna", " anna ", "@ANNA"],
    ["José", "JOSE\u{301}", "jose\u{301}\u{200b}"],
    ["Straße", "STRASSE", "ｓｔｒａsse"],
    ["Ольга", "ольга", "ОЛЬГА"],
];
const NOBODY: [&str; 3] = ["", " \u{200b}\t", "@"];

#[derive(Clone, Debug)]
enum Op {
    Ready(u32),
    Next,
    Start(Option<LotClock>),
    PreBid { lots_on: u32, who: usize, amount: Amount },
    Bid { who: usize, amount: Amount },
    Undo,
    SuddenDeath,
    Tick,
    Look,
}

#[derive(Clone, Debug)]
enum Amount {
    /// Above or below the least that would do.
    Near(i64),
    Exactly(i64),
}

#[derive(Clone, Debug)]
enum When {
    After(MediaTime),
    /// Nanoseconds from the end of the running clock.
    AtEnd(i64),
}

fn clock() -> impl Strategy<Value = LotClock> {
    let length = prop_oneof![Just(1), Just(50), Just(20), 1..=1800_i64];
    let counter = prop_oneof![2 => Just(10), 1 => Just(0), 1 => 0..=60_i64, 1 => Just(1800)];
    (length, counter, prop::bool::weighted(0.3)).prop_map(|(length, counter, sudden_death)| {
        LotClock {
            length: MediaTime::from_secs(length),
            counter_bid: MediaTime::from_secs(counter),
            sudden_death,
        }
    })
}

fn rules() -> impl Strategy<Value = AuctionRules> {
    let table = prop::collection::btree_map(1_i64..5_000, 1_i64..300, 0..5).prop_map(|rows| {
        let first = [Step { from: 0, step: 7 }].into_iter();
        Steps(first.chain(rows.into_iter().map(|(from, step)| Step { from, step })).collect())
    });
    let steps =
        prop_oneof![Just(Steps::usual(Currency::EUR)), Just(Steps::usual(Currency::JPY)), table];
    let start = prop_oneof![Just(0), Just(100), 0..=3_000_i64, Just(9_999_999_999)];
    (start, clock(), steps).prop_map(|(start_price, clock, steps)| AuctionRules {
        start_price,
        clock,
        steps,
    })
}

fn amount() -> impl Strategy<Value = Amount> {
    prop_oneof![
        6 => (-2..=2_i64).prop_map(Amount::Near),
        6 => (0..=5_000_i64).prop_map(Amount::Near),
        1 => prop::sample::select(vec![0, -1, i64::MIN, i64::MAX, 999_999_999_999_999, 1_000_000_000_000_000])
            .prop_map(Amount::Exactly),
    ]
}

fn step() -> impl Strategy<Value = (When, usize, Op)> {
    let when = prop_oneof![
        4 => (0..=4_000_i64).prop_map(|ms| When::After(MediaTime::from_millis(ms))),
        2 => (0..=2_i64).prop_map(|ns| When::After(MediaTime::from_nanos(ns))),
        1 => (0..=70_i64).prop_map(|s| When::After(MediaTime::from_secs(s))),
        3 => (-2..=2_i64).prop_map(When::AtEnd),
        1 => (-12..=0_i64).prop_map(|s| When::AtEnd(s * 1_000_000_000)),
    ];
    // One in ten has no usable name.
    let who = || prop_oneof![9 => 0..PEOPLE, 1 => Just(PEOPLE)];
    let op = prop_oneof![
        1 => (0..=6_u32).prop_map(Op::Ready),
        3 => Just(Op::Next),
        4 => Just(Op::Start(None)),
        1 => clock().prop_map(|c| Op::Start(Some(c))),
        4 => (0..=3_u32, who(), amount())
            .prop_map(|(lots_on, who, amount)| Op::PreBid { lots_on, who, amount }),
        12 => (who(), amount()).prop_map(|(who, amount)| Op::Bid { who, amount }),
        2 => Just(Op::Undo),
        1 => Just(Op::SuddenDeath),
        2 => Just(Op::Tick),
        1 => Just(Op::Look),
    ];
    (when, 0..3_usize, op)
}

fn person(name: &str) -> usize {
    // A name is kept without what nobody sees of it.
    let visible = |n: &&str| n.trim_matches([' ', '\u{200b}']) == name;
    NAMES.iter().position(|n| n.iter().any(visible)).expect("a bid is by somebody")
}

fn code<T>(r: Result<T, StudioError>) -> Result<(), &'static str> {
    r.map(|_| ()).map_err(|e| {
        assert!(e.remedy.is_some_and(|r| !r.is_empty()), "{}: no remedy", e.code);
        e.code
    })
}

/// Does one thing to both, and says how both answered.
fn apply(
    auction: &mut Auction,
    model: &mut Model,
    (op, spelling): (&Op, usize),
    now: MediaTime,
) -> (Result<(), &'static str>, Result<(), &'static str>) {
    let name = |who: usize| NAMES.get(who).unwrap_or(&NOBODY)[spelling];
    let worth = |amount: &Amount, least: i64| match amount {
        Amount::Near(by) => least.saturating_add(*by),
        Amount::Exactly(minor) => *minor,
    };
    let (what, got) = match op {
        Op::Ready(n) => (Happened::Chosen(*n), code(auction.ready(*n, now))),
        Op::Next => match (model.next(now), auction.next(now)) {
            (Ok(n), Ok(m)) => {
                assert_eq!(n, m, "another lot came next");
                model.happened(Happened::Chosen(n), now);
                return (Ok(()), Ok(()));
            }
            (expected, got) => return (code(got), expected.map(|_| ())),
        },
        Op::Start(None) => (Happened::Started(model.rules.clock), code(auction.start(now))),
        Op::Start(Some(c)) => (Happened::Started(*c), code(auction.start_with(*c, now))),
        Op::PreBid { lots_on, who, amount } => {
            let lot = auction.number() + lots_on;
            let most = worth(amount, model.rules.start_price);
            (Happened::PreBid(lot, *who, most), code(auction.pre_bid(lot, name(*who), most)))
        }
        Op::Bid { who, amount } => {
            let amount = worth(amount, model.minimum());
            (Happened::Bid(*who, amount), code(auction.bid(name(*who), amount, now)))
        }
        Op::Undo => (Happened::Undone, code(auction.undo_bid(now))),
        Op::SuddenDeath => (Happened::SuddenDeath, code(auction.sudden_death(now))),
        Op::Tick | Op::Look => unreachable!("it asks for nothing"),
    };
    let expected = model.refusal(what, now).map_or(Ok(()), Err);
    if expected.is_ok() {
        model.happened(what, now);
    }
    (got, expected)
}

/// Both stand at the same place.
fn compare(auction: &Auction, model: &Model, now: MediaTime) -> Result<(), TestCaseError> {
    prop_assert_eq!(auction.number(), model.number());
    prop_assert_eq!(auction.stage(now), model.stage(now));
    prop_assert_eq!(auction.ends(), model.ends());
    prop_assert_eq!(auction.is_sudden_death(), model.is_sudden());
    prop_assert_eq!(auction.minimum(), model.minimum());
    let bids: Vec<_> = auction.bids().iter().map(|b| (person(&b.bidder), b.amount)).collect();
    prop_assert_eq!(&bids, &model.bids());
    let mut waiting: Vec<_> =
        auction.pre_bids(model.number()).iter().map(|p| (person(&p.bidder), p.most)).collect();
    waiting.sort_by_key(|p| std::cmp::Reverse(p.1));
    prop_assert_eq!(waiting, model.pre_bidders(model.number(), model.log.len()));
    let view = auction.view(now);
    let price = bids.last().map_or(model.rules.start_price, |b| b.1);
    prop_assert_eq!((view.lot.stage, view.lot.price.minor), (model.stage(now), price));
    prop_assert_eq!(view.lot.ends.is_some(), view.lot.stage == LotStage::Running);
    prop_assert_eq!(view.lot.bidder.is_some(), !bids.is_empty());
    let highest_first = view.bids.windows(2).all(|w| w[0].amount.minor > w[1].amount.minor);
    prop_assert!(highest_first && view.bids.len() <= 5);
    Ok(())
}

fn results(auction: &Auction) -> Vec<crate::model::Ended> {
    let one = |r: &vitrine_studio::auction::LotResult| {
        let who = r.winner.as_deref().map(person);
        let counts = (r.bids as usize, r.pre_bids as usize, r.undone.len());
        (r.number, who, r.price, counts.0, counts.1, counts.2, r.started, r.ended)
    };
    auction.results().iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_auction_is_what_its_history_makes_it(rules in rules(), of in 1..=4_u32, steps in prop::collection::vec(step(), 0..60)) {
        let mut auction = Auction::new(rules.clone(), of, Currency::EUR).expect("rules in range");
        let mut model = Model::new(rules, of);
        let (mut now, mut told) = (MediaTime::ZERO, Vec::new());
        for (when, spelling, op) in &steps {
            now = match when {
                When::After(by) => now + *by,
                // Time does not run backwards: what lies behind is now.
                When::AtEnd(by) => model.ends().map_or(now, |e| now.max(e + MediaTime::from_nanos(*by))),
            };
            let before = auction.clone();
            match op {
                Op::Tick => {
                    while let Some(result) = auction.tick(now) {
                        told.push(result.clone());
                    }
                    prop_assert_eq!(&told, auction.results());
                }
                Op::Look => {
                    let text = serde_json::to_string(&auction).expect("it can be saved");
                    let back: Auction = serde_json::from_str(&text).expect("and read");
                    prop_assert_eq!(&back, &auction);
                }
                _ => {
                    let (got, expected) = apply(&mut auction, &mut model, (op, *spelling), now);
                    prop_assert_eq!(got, expected, "{:?} at {}", op, now.as_nanos());
                    if got.is_err() {
                        prop_assert_eq!(&auction, &before, "a refusal changed something");
                    }
                }
            }
            compare(&auction, &model, now)?;
            holds(&before, &auction, op, now)?;
        }
        let end = now + MediaTime::from_secs(3_600);
        while let Some(result) = auction.tick(end) {
            told.push(result.clone());
        }
        prop_assert_eq!(&told, auction.results());
        prop_assert_eq!(results(&auction), model.ended(end));
    }
}

/// What must hold between before and after, whatever happened.
fn holds(before: &Auction, after: &Auction, op: &Op, now: MediaTime) -> Result<(), TestCaseError> {
    prop_assert!(after.results().starts_with(before.results()), "a result was changed");
    for old in before.results().len()..after.results().len() {
        prop_assert!(after.results()[old].ended <= now, "a lot was over before its time");
    }
    if before.stage(now) != LotStage::Running || after.stage(now) != LotStage::Running {
        return Ok(());
    }
    let (ends, was) = (after.ends().expect("it runs"), before.ends().expect("it ran"));
    prop_assert!(ends >= was, "somebody has less time than they were shown");
    prop_assert!(ends == was || !before.is_sudden_death(), "sudden death moved the clock");
    prop_assert!(ends == was || matches!(op, Op::Bid { .. }), "no bid moved the clock");
    prop_assert!(after.is_sudden_death() || !before.is_sudden_death());
    let (highest, was) = (after.highest().map(|b| b.amount), before.highest().map(|b| b.amount));
    prop_assert!(highest >= was || matches!(op, Op::Undo), "the price fell");
    if let (Some(highest), Some(was)) = (highest, was.filter(|w| highest.is_some_and(|h| h > *w))) {
        prop_assert!(highest - was >= before.rules().steps.at(was), "a step was too small");
    }
    Ok(())
}
