//! What a caller may know of a show: one [`State`], made anew after each change and every second.
//!
//! Times are milliseconds; amounts are written as the show's language writes them, and given as decimal
//! numbers beside it where a caller may want to send them back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::command::{Armable, ElementName};
use crate::on_air::{Goal, LotStage, LowerThird, Question, SceneName};
use crate::pace::PaceReport;

/// Where a show is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// No show is chosen.
    #[default]
    Empty,
    /// Chosen, off air.
    Ready,
    /// On air, but only to the built-in endpoint.
    Rehearsal,
    /// On air.
    Live,
    /// Over.
    Ended,
}

impl Phase {
    /// Whether pictures go out.
    pub const fn is_on_air(self) -> bool {
        matches!(self, Self::Rehearsal | Self::Live)
    }
}

/// Everything a caller shows.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, TS)]
pub struct State {
    /// Grows with every change.
    #[ts(type = "number")]
    pub revision: u64,
    /// Where the show is.
    pub phase: Phase,
    /// Show time.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Its number, if one is chosen.
    #[ts(type = "number | null")]
    pub show: Option<i64>,
    /// Its title.
    pub title: String,
    /// The run of show.
    pub items: Vec<ItemState>,
    /// What is on air.
    pub air: AirState,
    /// What is in the preview.
    pub next: Option<NextState>,
    /// The lot of the item on air.
    pub lot: Option<LotState>,
    /// The flash sale that runs.
    pub flash: Option<FlashState>,
    /// The giveaway that is open.
    pub giveaway: Option<GiveawayState>,
    /// Comments that wait for a decision.
    pub review: Vec<ReviewState>,
    /// Planned against actual.
    pub pace: Option<PaceReport>,
    /// What is safe.
    pub safety: SafetyState,
    /// Where it goes.
    pub destinations: Vec<DestinationState>,
    /// A show that was interrupted and may be gone on with.
    pub resume: Option<ResumeOffer>,
    /// Pictures lost so far.
    pub lost: LostState,
}

/// An item of the run of show.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ItemState {
    /// Its number in the catalogue.
    #[ts(type = "number")]
    pub id: i64,
    /// Claim code; a talk has none.
    pub code: Option<String>,
    /// What happens in it: `offer`, `flash-sale`, `auction`, `giveaway`, `talk`.
    pub kind: String,
    /// What the viewer reads.
    pub title: String,
    /// The price that is shown now.
    pub price: Option<String>,
    /// The crossed-out price that is shown now.
    pub compare_at: Option<String>,
    /// Promo code.
    pub promo: Option<String>,
    /// Pieces nobody has claimed; `None`: not counted.
    #[ts(type = "number | null")]
    pub free: Option<i64>,
    /// Pieces claimed, confirmed and sold in this show.
    #[ts(type = "number")]
    pub claimed: i64,
    /// Pieces waited for.
    #[ts(type = "number")]
    pub waitlisted: i64,
    /// It is on air.
    pub on_air: bool,
    /// It was on air.
    pub shown: bool,
}

/// What is on air.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, TS)]
pub struct AirState {
    /// Scene.
    pub scene: SceneName,
    /// Item.
    #[ts(type = "number | null")]
    pub item: Option<i64>,
    /// Elements, in the order of their names.
    pub elements: Vec<ElementName>,
    /// Time left on the countdown.
    #[ts(type = "number | null")]
    pub countdown_ms: Option<i64>,
    /// Who is named.
    pub lower_third: Option<LowerThird>,
    /// What is asked.
    pub question: Option<Question>,
    /// What is aimed at.
    pub goal: Option<Goal>,
    /// Messages that take turns.
    pub ticker: Vec<String>,
    /// How many changes can be taken back.
    pub undo: u32,
}

/// What is prepared.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct NextState {
    /// Which item.
    #[ts(type = "number")]
    pub item: i64,
    /// In which scene.
    pub scene: SceneName,
}

/// A lot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct LotState {
    /// Its number, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
    /// Where it is.
    pub stage: LotStage,
    /// The highest bid, or where bids begin.
    pub price: String,
    /// The least the next bid must be, decimal.
    pub next_bid: String,
    /// Whoever leads, in full: for the seller only.
    pub leader: Option<String>,
    /// Time left on its clock.
    #[ts(type = "number | null")]
    pub left_ms: Option<i64>,
    /// The clock does not go back.
    pub sudden_death: bool,
    /// Bids so far.
    pub bids: u32,
}

/// A flash sale.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct FlashState {
    /// Of which item.
    #[ts(type = "number")]
    pub item: i64,
    /// Its price.
    pub price: String,
    /// Time left.
    #[ts(type = "number")]
    pub left_ms: i64,
    /// Pieces left of those it is for.
    pub left: Option<u32>,
}

/// A giveaway.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct GiveawayState {
    /// What is given away.
    pub prize: String,
    /// What viewers type.
    pub keyword: String,
    /// How many take part.
    pub entries: u32,
    /// Time left to take part.
    #[ts(type = "number | null")]
    pub left_ms: Option<i64>,
    /// Fingerprint of the seed.
    pub fingerprint: String,
    /// The seed, once it was drawn.
    pub seed: Option<String>,
    /// Who won, in full: for the seller only.
    pub winner: Option<String>,
}

/// A comment that waits.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ReviewState {
    /// Its name in the queue.
    pub entry: String,
    /// What they wrote.
    pub text: String,
    /// Who.
    pub from: String,
    /// Where.
    pub platform: String,
    /// Why it is not sure.
    pub why: String,
    /// The item it may mean.
    #[ts(type = "number | null")]
    pub item: Option<i64>,
    /// Pieces it may mean.
    pub quantity: u32,
}

/// Locks and switches.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, TS)]
pub struct SafetyState {
    /// Slate and silence everywhere.
    pub panic: bool,
    /// Microphones are silent.
    pub muted: bool,
    /// The picture is locked.
    pub locked: bool,
    /// What is armed, and how long that lasts.
    pub armed: Option<ArmedState>,
}

/// Something armed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ArmedState {
    /// What.
    pub what: Armable,
    /// Time left.
    #[ts(type = "number")]
    pub left_ms: i64,
}

/// A destination.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct DestinationState {
    /// Its name.
    pub name: String,
    /// Which canvas it gets.
    pub canvas: String,
    /// In a word: `live`, `connecting`, `reconnecting` …
    pub state: String,
    /// The same in a few words for people.
    pub text: String,
    /// Pictures dropped because its network was late.
    #[ts(type = "number")]
    pub dropped: u64,
}

/// A show that was interrupted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct ResumeOffer {
    /// Its number.
    #[ts(type = "number")]
    pub show: i64,
    /// Its title.
    pub title: String,
    /// Since when nothing goes out, milliseconds.
    #[ts(type = "number")]
    pub lost_ms: i64,
    /// Show time when it was interrupted.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The item that was on air.
    #[ts(type = "number | null")]
    pub item: Option<i64>,
    /// It was a rehearsal.
    pub rehearsal: bool,
}

/// Pictures that did not make it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
pub struct LostState {
    /// The compositor was late.
    #[ts(type = "number")]
    pub lagged: u64,
    /// An encoder was late.
    #[ts(type = "number")]
    pub skipped: u64,
    /// Networks and disks were late.
    #[ts(type = "number")]
    pub dropped: u64,
}
