use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;

fn item(id: i64, minutes: i64, keep: Keep) -> PlannedItem {
    PlannedItem { id, planned: minutes_in(minutes), keep, dropped: false }
}

fn minutes_in(minutes: i64) -> MediaTime {
    MediaTime::from_secs(60 * minutes)
}

fn span(item: i64, from: i64, until: impl Into<Option<i64>>) -> AirSpan {
    AirSpan { item, from: minutes_in(from), until: until.into().map(minutes_in) }
}

/// Seven items of eight minutes in an hour.
fn hour(keep: [Keep; 7]) -> Pace {
    let items = (1..=7).zip(keep).map(|(id, keep)| item(id, 8, keep)).collect();
    Pace::new(items, minutes_in(60))
}

use Keep::{Long, Must, Usual};

#[test]
fn before_the_show_everything_is_to_come_and_four_minutes_are_spare() {
    let report = hour([Usual; 7]).report(&[], MediaTime::ZERO);
    assert_eq!(report.rest_ms, 56 * MINUTE);
    assert_eq!((report.spare_ms, report.over_run_ms), (4 * MINUTE, 0));
    assert_eq!((report.current, report.current_may_take_ms), (None, None));
    assert!(report.items.iter().all(|i| i.stage == PaceStage::ToCome));
    assert_eq!(report.advice, None);
}

#[test]
fn an_item_on_air_has_its_own_rest_and_the_spare_time() {
    // Greeting until minute 2, first item from then on; minute 5.
    let report = hour([Usual; 7]).report(&[span(1, 2, None)], minutes_in(5));
    let first = &report.items[0];
    assert_eq!((first.actual_ms, first.over_ms, first.rest_ms), (3 * MINUTE, 0, 5 * MINUTE));
    assert_eq!(first.stage, PaceStage::OnAir);
    assert_eq!(report.between_ms, 2 * MINUTE);
    assert_eq!(report.projected_end_ms, 58 * MINUTE);
    // 55 minutes are left, 48 are wanted by the others.
    assert_eq!(report.current_may_take_ms, Some(7 * MINUTE));
}

/// (spans, minute) → over-run, per cent, dropped, still over; in minutes.
type Row = ([Keep; 7], Vec<AirSpan>, i64, Option<(i64, u8, Vec<i64>, i64)>);

#[test]
fn the_advice_shortens_first_and_then_drops_from_the_end() {
    let table: Vec<Row> = vec![
        // 16 minutes for the first item: 64 in all. Six items of 48 must do with 44: 91 per cent.
        ([Usual; 7], vec![span(1, 0, 16)], 16, Some((4, 91, vec![], 0))),
        // Minute 31, five to come: 40 into 29.
        ([Usual; 7], vec![span(1, 0, 16), span(2, 16, 31)], 31, Some((11, 72, vec![], 0))),
        // Minute 41, five to come: at 60 per cent they take 24 of 19 minutes and four of them 19.2, so two
        // are dropped, and three keep 79.
        ([Usual; 7], vec![span(1, 0, 20), span(2, 20, 41)], 41, Some((21, 79, vec![6, 7], 0))),
        // The same with flash sales at the end: they stay, and all that is before them goes.
        (
            [Usual, Usual, Usual, Usual, Usual, Long, Long],
            vec![span(1, 0, 20), span(2, 20, 41)],
            41,
            Some((21, 100, vec![3, 4, 5], 0)),
        ),
        // Nothing may be dropped, and 60 per cent is not enough: five of 4.8 in 19 minutes.
        ([Must; 7], vec![span(1, 0, 20), span(2, 20, 41)], 41, Some((21, 60, vec![], 5))),
        // Behind the slot: whatever is not shown has no room.
        ([Usual; 7], vec![span(1, 0, 61)], 61, Some((49, 100, vec![2, 3, 4, 5, 6, 7], 1))),
        // In time.
        ([Usual; 7], vec![span(1, 0, 12)], 12, None),
    ];
    for (keep, spans, minute, expected) in table {
        let report = hour(keep).report(&spans, minutes_in(minute));
        let found = report.advice.as_ref().map(|a| {
            let over = report.over_run_ms / MINUTE;
            (over, a.percent, a.drop.clone(), a.still_over_ms / MINUTE)
        });
        assert_eq!(found, expected, "minute {minute}");
    }
}

#[test]
fn what_is_shortened_has_a_length_and_auctions_keep_theirs() {
    let report = hour([Usual, Usual, Must, Long, Usual, Usual, Usual])
        .report(&[span(1, 0, 18)], minutes_in(18));
    // 48 minutes into 42, of which 8 are the auction's: 34 of 40 are 85 per cent.
    let advice = report.advice.expect("six minutes too many");
    assert_eq!(advice.percent, 85);
    let ids: Vec<i64> = advice.shorten.iter().map(|s| s.id).collect();
    assert_eq!(ids, [2, 3, 5, 6, 7]);
    assert!(advice.shorten.iter().all(|s| s.length_ms == 408_000), "{advice:?}");
}

#[test]
fn the_item_on_air_is_shortened_no_further_than_it_has_run() {
    // Item 2 has run 7 of 8 minutes at minute 27: 41 wanted, 33 left.
    let report = hour([Usual; 7]).report(&[span(1, 0, 20), span(2, 20, None)], minutes_in(27));
    let advice = report.advice.expect("eight minutes too many");
    // At 82 per cent it is over at once, and five others of 32.8 are in 33.
    assert_eq!((advice.percent, advice.drop.len()), (82, 0));
    assert_eq!(advice.shorten[0], Shorter { id: 2, length_ms: 7 * MINUTE });
    assert_eq!(report.current_may_take_ms, Some(0), "move on");
}

#[test]
fn what_the_seller_dropped_or_cued_again_is_counted_once() {
    let mut items: Vec<PlannedItem> = (1..=3).map(|id| item(id, 10, Usual)).collect();
    items[1].dropped = true;
    let pace = Pace::new(items, minutes_in(20));
    let spans = [span(1, 0, 4), span(3, 4, 6), span(1, 6, 9), span(99, 9, None)];
    let report = pace.report(&spans, minutes_in(10));
    let stages: Vec<PaceStage> = report.items.iter().map(|i| i.stage).collect();
    assert_eq!(stages, [PaceStage::Shown, PaceStage::Dropped, PaceStage::Shown]);
    assert_eq!(report.items[0].actual_ms, 7 * MINUTE);
    assert_eq!((report.between_ms, report.rest_ms, report.spare_ms), (MINUTE, 0, 10 * MINUTE));
    assert_eq!(report.current, None, "an item of another show");
}

fn any_keep() -> impl Strategy<Value = Keep> {
    prop_oneof![Just(Usual), Just(Long), Just(Must)]
}

fn any_pace() -> impl Strategy<Value = (Vec<PlannedItem>, i64, Vec<AirSpan>, i64)> {
    let planned = (any_keep(), -10_000_i64..5_000_000_000_000, any::<bool>());
    let items = prop::collection::vec(planned, 0..12).prop_map(|items| {
        let made = items.into_iter().zip(0_i64..).map(|((keep, nanos, dropped), id)| PlannedItem {
            id,
            planned: MediaTime::from_nanos(nanos),
            keep,
            dropped: dropped && id % 4 == 0,
        });
        made.collect::<Vec<_>>()
    });
    // Disordered and overlapping spans too: whatever a caller's record holds, sums must hold.
    let time = || -1_000_000_000_i64..9_000_000_000_000;
    let spans = prop::collection::vec((0_i64..14, time(), prop::option::of(time())), 0..12);
    (items, time(), spans, time()).prop_map(|(items, slot, spans, now)| {
        let made = spans.into_iter().map(|(item, from, until)| AirSpan {
            item,
            from: MediaTime::from_nanos(from),
            until: until.map(MediaTime::from_nanos),
        });
        (items, slot, made.collect(), now)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn parts_make_the_whole_and_advice_does_what_it_says(
        (items, slot, spans, now) in any_pace()
    ) {
        let pace = Pace::new(items.clone(), MediaTime::from_nanos(slot));
        let report = pace.report(&spans, MediaTime::from_nanos(now));
        let r = &report;
        prop_assert_eq!(r.items.len(), items.len());
        let actual: i64 = r.items.iter().map(|i| i.actual_ms).sum();
        prop_assert_eq!(actual + r.between_ms, r.elapsed_ms);
        prop_assert_eq!(r.items.iter().map(|i| i.rest_ms).sum::<i64>(), r.rest_ms);
        prop_assert_eq!(r.elapsed_ms + r.rest_ms, r.projected_end_ms);
        prop_assert_eq!(r.projected_end_ms - r.slot_ms, r.over_run_ms - r.spare_ms);
        prop_assert!(r.over_run_ms == 0 || r.spare_ms == 0);
        for i in &r.items {
            prop_assert!(i.planned_ms >= 0 && i.actual_ms >= 0 && i.over_ms >= 0 && i.rest_ms >= 0);
        }
        prop_assert!(r.between_ms >= 0 && r.left_ms >= 0 && r.elapsed_ms >= 0);
        prop_assert!(r.current_may_take_ms.unwrap_or(0) >= 0);
        prop_assert_eq!(r.advice.is_some(), r.over_run_ms > 0);

        let Some(advice) = &r.advice else { return Ok(()) };
        prop_assert!((60..=100).contains(&advice.percent));
        // Done as advised, the show takes what the advice says.
        let mut takes = 0;
        for (item, pace) in items.iter().zip(&r.items) {
            let shorter = advice.shorten.iter().find(|s| s.id == item.id);
            if advice.drop.contains(&item.id) {
                prop_assert!(item.keep != Must && pace.stage == PaceStage::ToCome);
                prop_assert!(shorter.is_none());
            } else if let Some(shorter) = shorter {
                prop_assert!(item.keep != Long);
                prop_assert!(shorter.length_ms * 100 + 100 > pace.planned_ms * 60);
                prop_assert!(shorter.length_ms >= pace.actual_ms);
                takes += shorter.length_ms - pace.actual_ms;
            } else {
                takes += pace.rest_ms;
            }
        }
        prop_assert_eq!((r.elapsed_ms + takes - r.slot_ms).max(0), advice.still_over_ms);
        // An auction or flash sale goes only when no usual item is left.
        let of = |keep: Keep, id: i64| {
            items.iter().any(|i| i.id == id && i.keep == keep && i.planned.as_millis() > 0)
        };
        let waiting: Vec<i64> =
            r.items.iter().filter(|i| i.stage == PaceStage::ToCome).map(|i| i.id).collect();
        if advice.drop.iter().any(|id| of(Long, *id)) {
            let usual = waiting.iter().filter(|id| of(Usual, **id)).count();
            prop_assert_eq!(advice.drop.iter().filter(|id| of(Usual, **id)).count(), usual);
        }
    }
}
