//! The pace clock: a show as planned against what was on air, and what to shorten or drop so that it ends
//! in its slot. Pure: the same values give the same [`PaceReport`], on any thread.
//!
//! **The advice.** If the rest as planned ends behind the slot:
//!
//! 1. Everything still to come, and the item on air, is shortened by the same share of its plan, in whole per
//!    cent, as little as will do, at most to 60 %. Auctions and flash sales ([`Keep::Long`]) stay as they are: their
//!    own clocks decide.
//! 2. If 60 % is not enough, items not shown yet are dropped, the last one first, and auctions and flash
//!    sales only when no other is left. What must stay ([`Keep::Must`]) and the item on air are never dropped. Those
//!    that stay then get back what the drops leave over.
//! 3. What is still too much then is told as it is ([`Advice::still_over_ms`]).

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vitrine_media::MediaTime;

/// An item is never advised to be shorter than this share of its plan, per cent.
pub const SHORTEST_PERCENT: u8 = 60;

/// How dear an item's place in the show is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// May be shortened, and dropped first.
    #[default]
    Usual,
    /// An auction or flash sale: not shortened, dropped last.
    Long,
    /// May be shortened, never dropped.
    Must,
}

/// An item as planned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlannedItem {
    /// Its number in the catalogue, its own within the show.
    pub id: i64,
    /// How long it was meant to take; below zero counts as zero.
    pub planned: MediaTime,
    /// How dear its place is.
    pub keep: Keep,
    /// The seller has dropped it: it takes no more time.
    pub dropped: bool,
}

/// A time an item was on air, show time. Cues that were taken back are left out by the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AirSpan {
    /// Which item.
    pub item: i64,
    /// Its first tick.
    pub from: MediaTime,
    /// The tick it left; `None`: it is still on air.
    pub until: Option<MediaTime>,
}

/// Where an item is in the show.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PaceStage {
    /// Not shown yet.
    ToCome,
    /// On air now.
    OnAir,
    /// Was on air.
    Shown,
    /// Dropped by the seller before it was shown.
    Dropped,
}

/// An item's time, planned against actual. Milliseconds, none below zero.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct ItemPace {
    /// Its number in the catalogue.
    #[ts(type = "number")]
    pub id: i64,
    /// Where it is.
    pub stage: PaceStage,
    /// As planned.
    #[ts(type = "number")]
    pub planned_ms: i64,
    /// On air so far, all its times together.
    #[ts(type = "number")]
    pub actual_ms: i64,
    /// On air beyond its plan.
    #[ts(type = "number")]
    pub over_ms: i64,
    /// What it will still take if it runs as planned.
    #[ts(type = "number")]
    pub rest_ms: i64,
}

/// An item that should be shorter than planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Shorter {
    /// Which.
    #[ts(type = "number")]
    pub id: i64,
    /// Its length from its beginning, milliseconds, instead of the planned one.
    #[ts(type = "number")]
    pub length_ms: i64,
}

/// What makes the show end in its slot.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct Advice {
    /// Shorten these, in the order of the show.
    pub shorten: Vec<Shorter>,
    /// The share of their plan that they keep, per cent, 60 to 99; 100 if nothing is shortened.
    pub percent: u8,
    /// Drop these, in the order of the show.
    #[ts(type = "number[]")]
    pub drop: Vec<i64>,
    /// What the show is still over if all of it is done, milliseconds.
    #[ts(type = "number")]
    pub still_over_ms: i64,
}

/// A show's time at a moment. Milliseconds of show time, none below zero.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct PaceReport {
    /// The items in the order of the show.
    pub items: Vec<ItemPace>,
    /// Since the show began. The items' actual times and [`between_ms`](Self::between_ms) make it up.
    #[ts(type = "number")]
    pub elapsed_ms: i64,
    /// Without any of the show's items on air.
    #[ts(type = "number")]
    pub between_ms: i64,
    /// The show's slot.
    #[ts(type = "number")]
    pub slot_ms: i64,
    /// What is left of it.
    #[ts(type = "number")]
    pub left_ms: i64,
    /// What everything still to come takes, as planned.
    #[ts(type = "number")]
    pub rest_ms: i64,
    /// Show time at which the show ends if the rest runs as planned: elapsed and rest together.
    #[ts(type = "number")]
    pub projected_end_ms: i64,
    /// How far that is behind the slot's end.
    #[ts(type = "number")]
    pub over_run_ms: i64,
    /// How far that is before it.
    #[ts(type = "number")]
    pub spare_ms: i64,
    /// The item on air.
    #[ts(type = "number | null")]
    pub current: Option<i64>,
    /// How long it may still stay on air if everything behind it is to run as planned: 0 means move on.
    /// `None` while no item is on air.
    #[ts(type = "number | null")]
    pub current_may_take_ms: Option<i64>,
    /// What to do; `None` while the show fits.
    pub advice: Option<Advice>,
}

/// A show's plan.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pace {
    items: Vec<PlannedItem>,
    slot_ms: i64,
}

impl Pace {
    /// A plan: the items in order, and the show time at which the show has to be over.
    pub fn new(items: Vec<PlannedItem>, slot: MediaTime) -> Self {
        Self { items, slot_ms: slot.as_millis().max(0) }
    }

    /// The show at show time `now`. `spans` are in order and do not overlap; where they do, the earlier one
    /// counts, and nothing counts behind `now` or before zero. Spans of unknown items count as time between.
    pub fn report(&self, spans: &[AirSpan], now: MediaTime) -> PaceReport {
        // Points in time are rounded once; lengths are their differences and therefore add up.
        let now = now.as_millis().max(0);
        let current = spans.last().filter(|s| s.until.is_none()).map(|s| s.item);
        let mut items: Vec<ItemPace> = self.items.iter().map(unseen).collect();
        let (mut counted_to, mut on_items) = (0, 0);
        for span in spans {
            let from = span.from.as_millis().clamp(counted_to, now);
            let until = span.until.map_or(now, MediaTime::as_millis).clamp(from, now);
            counted_to = until;
            if let Some(item) = items.iter_mut().find(|i| i.id == span.item) {
                item.actual_ms += until - from;
                item.stage = PaceStage::Shown;
                on_items += until - from;
            }
        }
        for item in &mut items {
            if current == Some(item.id) {
                item.stage = PaceStage::OnAir;
            }
            item.over_ms = (item.actual_ms - item.planned_ms).max(0);
            item.rest_ms = match item.stage {
                PaceStage::ToCome | PaceStage::OnAir => (item.planned_ms - item.actual_ms).max(0),
                PaceStage::Shown | PaceStage::Dropped => 0,
            };
        }
        let rest = sum(items.iter().map(|i| i.rest_ms));
        let end = now.saturating_add(rest);
        let left = (self.slot_ms - now).max(0);
        let current = items.iter().find(|i| i.stage == PaceStage::OnAir);
        let mut report = PaceReport {
            elapsed_ms: now,
            between_ms: now - on_items,
            slot_ms: self.slot_ms,
            left_ms: left,
            rest_ms: rest,
            projected_end_ms: end,
            over_run_ms: (end - self.slot_ms).max(0),
            spare_ms: (self.slot_ms - end).max(0),
            current: current.map(|i| i.id),
            current_may_take_ms: current.map(|i| (left - (rest - i.rest_ms)).max(0)),
            items,
            advice: None,
        };
        report.advice = (report.over_run_ms > 0).then(|| self.advice(&report));
        report
    }

    fn advice(&self, report: &PaceReport) -> Advice {
        let mut open: Vec<Open> = self
            .items
            .iter()
            .zip(&report.items)
            .filter(|(_, pace)| matches!(pace.stage, PaceStage::ToCome | PaceStage::OnAir))
            .map(|(item, pace)| Open { keep: item.keep, pace, dropped: false })
            .collect();
        let left = report.slot_ms - report.elapsed_ms;
        for keep in [Keep::Usual, Keep::Long] {
            for at in (0..open.len()).rev() {
                if takes(&open, SHORTEST_PERCENT) <= left {
                    break;
                }
                let here = &mut open[at];
                // One that is planned to take nothing would be dropped for nothing.
                let gives = here.pace.stage == PaceStage::ToCome && here.pace.planned_ms > 0;
                if here.keep == keep && gives {
                    here.dropped = true;
                }
            }
        }
        let fits = (SHORTEST_PERCENT..=100).rev().find(|p| takes(&open, *p) <= left);
        let percent = fits.unwrap_or(SHORTEST_PERCENT);
        let shorten: Vec<Shorter> = open
            .iter()
            .filter(|o| !o.dropped && o.at(percent) < o.pace.rest_ms)
            .map(|o| Shorter { id: o.pace.id, length_ms: o.length(percent) })
            .collect();
        Advice {
            percent: if shorten.is_empty() { 100 } else { percent },
            shorten,
            drop: open.iter().filter(|o| o.dropped).map(|o| o.pace.id).collect(),
            still_over_ms: (takes(&open, percent) - left).max(0),
        }
    }
}

/// An item that still takes time, while advice is worked out.
struct Open<'a> {
    keep: Keep,
    pace: &'a ItemPace,
    dropped: bool,
}

impl Open<'_> {
    /// Its whole length at a share of its plan, but never shorter than it was already.
    fn length(&self, percent: u8) -> i64 {
        (share(self.pace.planned_ms, percent)).max(self.pace.actual_ms)
    }

    /// What it still takes at a share of its plan.
    fn at(&self, percent: u8) -> i64 {
        match self.keep {
            _ if self.dropped => 0,
            Keep::Long => self.pace.rest_ms,
            Keep::Usual | Keep::Must => self.length(percent) - self.pace.actual_ms,
        }
    }
}

fn takes(open: &[Open], percent: u8) -> i64 {
    sum(open.iter().map(|o| o.at(percent)))
}

fn share(ms: i64, percent: u8) -> i64 {
    let part = i128::from(ms) * i128::from(percent) / 100;
    i64::try_from(part).unwrap_or(i64::MAX)
}

fn sum(parts: impl Iterator<Item = i64>) -> i64 {
    parts.fold(0, i64::saturating_add)
}

fn unseen(item: &PlannedItem) -> ItemPace {
    ItemPace {
        id: item.id,
        stage: if item.dropped { PaceStage::Dropped } else { PaceStage::ToCome },
        planned_ms: item.planned.as_millis().max(0),
        actual_ms: 0,
        over_ms: 0,
        rest_ms: 0,
    }
}

#[cfg(test)]
mod tests;
