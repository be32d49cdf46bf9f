//! [`Desk`]: the state machine of a show. Pure: no threads, no disk, no engine; time is a parameter, and
//! what it wants done outside comes back as [`Effect`]s. Everything the studio must know after a power cut
//! is in it, as one plain value.
//!
//! | file | what |
//! |---|---|
//! | `air` | cues, scenes, elements, preview, undo |
//! | `life` | loading, going live, ending, arming, locks, panic |
//! | `prices` | show prices, timed prices, pieces, promo codes, flash sales |
//! | `lots` | auctions |
//! | `draws` | giveaways |
//! | `claims` | comments, claims, the review queue |
//! | `clock` | what happens by itself when its time comes |
//! | `look` | the desk as [`OnAir`](crate::on_air::OnAir) and as [`State`](crate::state::State) |
//!
//! Times in a desk are *show time*: zero when the show went on air, running on through an interruption.

mod air;
mod claims;
mod clock;
mod draws;
mod life;
mod look;
mod lots;
mod prices;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use vitrine_media::MediaTime;

use crate::auction::Auction;
use crate::book::{Book, BookItem};
use crate::command::{Action, Armable, Command, ElementName, ItemName, LONGEST_ID};
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::flash_sale::FlashSale;
use crate::giveaway::Giveaway;
use crate::on_air::{Goal, LowerThird, Question, SceneName};
use crate::state::Phase;

/// Changes of the picture that can be taken back.
const UNDO: usize = 50;
/// Names of commands that are remembered, so that one told twice is done once.
const REMEMBERED: usize = 1000;
/// Comments that wait for a decision; the oldest makes room.
const REVIEW: usize = 200;

/// Something to be done outside of the desk. In order.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Tell everybody, and write it into the show's log.
    Tell(StudioEvent),
    /// Change the catalogue. If that fails, the command is refused and nothing has happened.
    Write(Write),
    /// Go on air.
    GoLive {
        /// Only to the built-in endpoint.
        rehearsal: bool,
    },
    /// End every output.
    End,
    /// Read a show of the catalogue.
    Load(i64),
    /// Go on with the interrupted show.
    Resume,
    /// Forget the interrupted show.
    Forget,
    /// Slate and silence, or an end of them.
    Panic(bool),
    /// Microphones.
    Mute(bool),
    /// Try a destination now.
    Retry(String),
}

/// A change of the catalogue.
#[derive(Clone, PartialEq, Debug)]
pub enum Write {
    /// Show price of an item, minor units; `None`: the catalogue's again.
    Price {
        /// Of which item.
        item: i64,
        /// Show price.
        price: Option<i64>,
        /// Crossed-out price; `None`: unchanged, `Some(None)`: none of its own.
        compare_at: Option<Option<i64>>,
        /// The seller confirmed the crossed-out price.
        confirmed: bool,
    },
    /// Pieces of a variant.
    Stock {
        /// Which.
        variant: i64,
        /// Pieces nobody has claimed that there are to be.
        free: i64,
    },
    /// Promo code of an item.
    Promo {
        /// Of which item.
        item: i64,
        /// The code; `None`: none.
        code: Option<String>,
    },
    /// A claim; whether it waits is the ledger's to say.
    Claim {
        /// Name of the event.
        event: String,
        /// What.
        claim: Wanted,
    },
    /// A sale at the end of a lot.
    Sale {
        /// Name of the event.
        event: String,
        /// What.
        claim: Wanted,
        /// Price of one piece, minor units.
        price: i64,
    },
    /// A step of a claim: `confirmed`, `sold`, `cancelled`, `undone`.
    Step {
        /// Name of the event.
        event: String,
        /// The claim.
        claim: String,
        /// Which step.
        step: ClaimStep,
    },
}

/// A step of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimStep {
    /// The seller says yes.
    Confirm,
    /// Paid.
    Sell,
    /// Given up.
    Cancel,
    /// The last step is taken back.
    Undo,
}

/// Who wants what.
#[derive(Clone, PartialEq, Debug)]
pub struct Wanted {
    /// Item.
    pub item: i64,
    /// Variant; `None`: the only one.
    pub variant: Option<i64>,
    /// Pieces.
    pub quantity: u32,
    /// Who.
    pub buyer: String,
    /// Where.
    pub platform: String,
    /// What they wrote.
    pub text: String,
}

/// What is on air by the seller's will, without what follows from time and catalogue.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Air {
    /// Scene.
    pub scene: SceneName,
    /// Item.
    pub item: Option<i64>,
    /// Elements that are shown.
    pub elements: BTreeSet<ElementName>,
    /// End of the countdown.
    pub countdown_to: Option<MediaTime>,
    /// Name and role.
    pub lower_third: Option<LowerThird>,
    /// Question.
    pub question: Option<Question>,
    /// Goal.
    pub goal: Option<Goal>,
    /// Messages.
    pub ticker: Vec<String>,
}

/// A price that has fallen, while it is celebrated.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Fallen {
    item: i64,
    before: i64,
    now: i64,
    at: MediaTime,
}

/// A price that holds for a while.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct TimedPrice {
    until: MediaTime,
    /// The show price before; `None`: the catalogue's.
    before: Option<i64>,
    compare_before: Option<i64>,
    confirmed_before: bool,
}

/// An item's time on air.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OnAirSpan {
    /// Which item.
    pub item: i64,
    /// From.
    pub from: MediaTime,
    /// To; `None`: it still is.
    pub to: Option<MediaTime>,
}

/// A comment that waits for a decision.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Waiting {
    entry: String,
    text: String,
    from: String,
    platform: String,
    why: String,
    item: Option<i64>,
    quantity: u32,
}

/// Where the interesting part of the camera's picture is.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct ViewPoint {
    /// From the left, 0 to 1.
    pub x: f32,
    /// From the top, 0 to 1.
    pub y: f32,
    /// 1 to 4.
    pub zoom: f32,
}

/// The state machine of a show.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Desk {
    /// Where the show is.
    pub phase: Phase,
    /// Which show.
    pub show: Option<i64>,
    /// What is on air.
    pub air: Air,
    /// What was on air before, newest last.
    before: VecDeque<Air>,
    /// What is prepared, and in which scene.
    next: Option<(i64, SceneName)>,
    auctions: BTreeMap<i64, Auction>,
    flash: Option<(i64, FlashSale)>,
    giveaway: Option<Giveaway>,
    timed: BTreeMap<i64, TimedPrice>,
    fallen: Option<Fallen>,
    /// Until when a sold lot's stamp stays.
    stamp_until: Option<MediaTime>,
    review: VecDeque<Waiting>,
    /// What was on air when.
    pub spans: Vec<OnAirSpan>,
    views: BTreeMap<SceneName, ViewPoint>,
    panic: bool,
    muted: bool,
    locked: bool,
    armed: Option<(Armable, MediaTime)>,
    done: VecDeque<String>,
    /// Grows with every change.
    pub revision: u64,
}

/// A show that was on air when the program ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Interrupted {
    /// Its number.
    pub show: i64,
    /// Its title.
    pub title: String,
    /// It was a rehearsal.
    pub rehearsal: bool,
    /// Show time of the last state that was kept.
    pub at: MediaTime,
    /// When that was, milliseconds since 1970 UTC.
    pub kept_at: i64,
    /// How it went on air; `None` if that cannot be read.
    pub setup: Option<crate::setup::SetupRecord>,
    /// The desk as it was.
    pub desk: Desk,
}

/// What a command needs to look at beside the desk.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The catalogue's side of the show.
    pub book: &'a Book,
    /// Show time.
    pub now: MediaTime,
    /// Time since the studio was opened: what arming is measured by, as it goes before the show.
    pub awake: MediaTime,
    /// A show that was interrupted, if there is one.
    pub interrupted: Option<&'a Interrupted>,
    /// 32 bytes nobody could have known, for a giveaway's seed.
    pub random: [u8; 32],
}

fn refuse(code: &'static str, text: impl std::fmt::Display) -> StudioError {
    StudioError::input(code, text)
}

impl Desk {
    /// Does what a command asks, and says what is to be done outside. A command whose name was told before
    /// does nothing more. On an error the desk is as it was. What was due before `now` must have been done
    /// ([`Desk::turn`]).
    ///
    /// # Errors
    /// A stable code, a sentence and a remedy: the command does not fit the state, or its values are wrong.
    pub fn run(
        &mut self,
        command: &Command,
        around: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        let id = command.id.trim();
        if id.is_empty() || id.chars().count() > LONGEST_ID {
            return Err(refuse("command-id", "a command needs a name of 1 to 100 characters"));
        }
        if self.done.iter().any(|d| d == id) {
            return Ok(Vec::new());
        }
        if self.locked && command.action.changes_picture() {
            return Err(refuse("locked", "the picture is locked").remedy("unlock it first"));
        }
        let mut after = self.clone();
        let effects = after.act(&command.action, id, around)?;
        after.done.push_back(id.to_owned());
        if after.done.len() > REMEMBERED {
            after.done.pop_front();
        }
        after.revision += 1;
        *self = after;
        Ok(effects)
    }

    fn act(
        &mut self,
        action: &Action,
        id: &str,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        match action {
            Action::Load { show } => self.load(*show),
            Action::Arm { what } => self.arm(*what, a),
            Action::GoLive { rehearsal } => self.go_live(*rehearsal, a),
            Action::EndShow => self.end_show(a),
            Action::Resume => self.resume(a),
            Action::Forget => self.forget(a),
            Action::Cue { item, scene } => self.cue(a.book.find(item)?, *scene, a),
            Action::Next => self.next_item(a),
            Action::Prepare { item, scene } => self.prepare(a.book.find(item)?, *scene),
            Action::Take => self.take(a),
            Action::UndoCue => self.undo_cue(a),
            Action::Clear => self.clear(),
            Action::Scene { scene } => self.change_scene(*scene),
            Action::Show(element) => self.show_element(element, a),
            Action::Hide { element } => self.hide_element(*element),
            Action::View { scene, x, y, zoom } => self.view(*scene, [*x, *y, *zoom]),
            Action::SetPrice { item, price, compare_at, confirmed, seconds } => {
                let item = self.meant(item.as_ref(), a.book)?;
                let seconds = *seconds;
                self.set_price(item, (price, compare_at.as_deref(), *confirmed), seconds, a)
            }
            Action::SetStock { item, variant, stock } => {
                let item = self.meant(item.as_ref(), a.book)?;
                self.set_stock(item, variant.as_deref(), *stock)
            }
            Action::SetPromo { item, code } => {
                self.set_promo(self.meant(item.as_ref(), a.book)?, code.as_deref())
            }
            Action::StartLot { seconds, counter_bid, sudden_death } => {
                self.start_lot(*seconds, *counter_bid, *sudden_death, a)
            }
            Action::Bid { bidder, amount } => self.bid(bidder, amount, a),
            Action::PreBid { bidder, amount } => self.pre_bid(bidder, amount, a),
            Action::UndoBid => self.undo_bid(a),
            Action::SuddenDeath => self.sudden_death(a),
            Action::NextLot => self.next_lot(a),
            Action::StartFlash { item, price, seconds, quantity } => {
                let item = self.meant(item.as_ref(), a.book)?;
                self.start_flash(item, price, *seconds, *quantity, a)
            }
            Action::EndFlash => self.end_flash(a),
            Action::OpenGiveaway { prize, keyword, seconds } => {
                self.open_giveaway(prize, keyword, *seconds, a)
            }
            Action::Enter { who } => self.enter(who, a),
            Action::Draw => self.draw(a),
            Action::CloseGiveaway => self.close_giveaway(),
            Action::Comment { text, from, platform } => self.comment(id, text, from, platform, a),
            Action::Claim(claim) => self.claim(id, claim, "", a),
            Action::Review { entry, accept } => self.decide(id, entry, accept.as_ref(), a),
            Action::ConfirmClaim { claim } => self.step(id, claim, ClaimStep::Confirm),
            Action::MarkSold { claim } => self.step(id, claim, ClaimStep::Sell),
            Action::CancelClaim { claim } => self.step(id, claim, ClaimStep::Cancel),
            Action::UndoClaim { claim } => self.step(id, claim, ClaimStep::Undo),
            Action::Panic => self.panic(),
            Action::EndPanic => self.end_panic(a),
            Action::Mute { on } => self.mute(*on),
            Action::Lock { on } => self.lock(*on),
            Action::Retry { destination } => self.retry(destination),
        }
    }

    /// The item a command means: the one named, else the one on air.
    fn meant<'a>(
        &self,
        name: Option<&ItemName>,
        book: &'a Book,
    ) -> Result<&'a BookItem, StudioError> {
        self.chosen()?;
        match name {
            Some(name) => book.find(name),
            None => self.air.item.and_then(|id| book.item(id)).ok_or_else(|| {
                refuse("item-none", "no item is on air").remedy("name an item, or cue one first")
            }),
        }
    }

    /// A show is chosen and not over.
    fn chosen(&self) -> Result<(), StudioError> {
        match self.phase {
            Phase::Empty => Err(refuse("show-none", "no show is chosen").remedy("load one first")),
            Phase::Ended => Err(refuse("show-over", "the show is over").remedy("load another one")),
            Phase::Ready | Phase::Rehearsal | Phase::Live => Ok(()),
        }
    }

    /// The show is on air.
    fn on_air(&self) -> Result<(), StudioError> {
        self.chosen()?;
        if self.phase.is_on_air() {
            return Ok(());
        }
        Err(refuse("show-off-air", "the show is not on air").remedy("go live, or rehearse, first"))
    }
}
