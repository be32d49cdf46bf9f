//! What callers are told while a show runs: bounded for each, the oldest lost; the state can always be
//! read again.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::on_air::SceneName;

/// Events kept for a caller who does not read.
const BOUND: usize = 256;

/// Something happened, and when.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
pub struct Told {
    /// Show time, milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The command it follows from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub command: Option<String>,
    /// What.
    #[serde(flatten)]
    pub what: StudioEvent,
}

/// What happened. Amounts are decimal; `item` is a number of the catalogue.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum StudioEvent {
    /// A show was chosen.
    Loaded {
        /// Its title.
        title: String,
        /// How many items it has.
        items: u32,
    },
    /// On air.
    WentLive {
        /// Only to the built-in endpoint.
        rehearsal: bool,
    },
    /// Off air; every output was ended.
    Ended,
    /// Gone on with after an interruption.
    Resumed {
        /// How long nothing went out, milliseconds.
        #[ts(type = "number")]
        lost_ms: i64,
    },
    /// Something may be done for ten seconds.
    Armed {
        /// What.
        what: crate::command::Armable,
    },
    /// An item is on air: a chapter begins.
    Cued {
        /// Which.
        #[ts(type = "number")]
        item: i64,
        /// Its title.
        title: String,
    },
    /// An item is in the preview.
    Prepared {
        /// Which.
        #[ts(type = "number")]
        item: i64,
    },
    /// The last change of the picture was taken back.
    CueUndone,
    /// Every element was taken off.
    Cleared,
    /// Another scene.
    SceneChanged {
        /// Which.
        scene: SceneName,
    },
    /// An element came or went.
    Element {
        /// Which.
        element: crate::command::ElementName,
        /// Whether it is there.
        shown: bool,
    },
    /// A price was changed.
    PriceChanged {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// From.
        before: Option<String>,
        /// To.
        now: Option<String>,
        /// A timed price has ended.
        ended: bool,
    },
    /// Pieces were corrected.
    StockChanged {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// To.
        #[ts(type = "number")]
        stock: i64,
    },
    /// A promo code was changed.
    PromoChanged {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// To.
        code: Option<String>,
    },
    /// Nothing is left of an item.
    SoldOut {
        /// Which.
        #[ts(type = "number")]
        item: i64,
    },
    /// The catalogue was changed by another program and read again.
    CatalogueChanged,
    /// A lot is ready.
    LotReady {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// Its number, from 1.
        lot: u32,
    },
    /// The clock of a lot runs.
    LotStarted {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// Its number.
        lot: u32,
    },
    /// A bid counts.
    Bid {
        /// Who.
        bidder: String,
        /// How much.
        amount: String,
        /// The clock was set back by it.
        extended: bool,
    },
    /// The last bid was taken back.
    BidUndone,
    /// From now on the clock does not go back.
    SuddenDeath,
    /// A lot is over.
    LotOver {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// Its number.
        lot: u32,
        /// Who has it.
        winner: Option<String>,
        /// For how much.
        price: Option<String>,
    },
    /// A flash sale began.
    FlashStarted {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// Its price.
        price: String,
    },
    /// It is over.
    FlashEnded {
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// Why: `time`, `sold-out`, `seller`.
        reason: String,
    },
    /// A giveaway is open.
    GiveawayOpened {
        /// SHA-256 of its seed, published before the draw.
        fingerprint: String,
    },
    /// Somebody takes part.
    Entered {
        /// How many do.
        entries: u32,
    },
    /// A giveaway was drawn.
    Drawn {
        /// Who won.
        winner: String,
        /// The seed, so that everybody can check it.
        seed: String,
        /// Of how many.
        entries: u32,
    },
    /// A giveaway was taken off.
    GiveawayClosed,
    /// A claim counts.
    Claimed {
        /// Its name.
        claim: String,
        /// Of which item.
        #[ts(type = "number")]
        item: i64,
        /// Pieces.
        quantity: u32,
        /// Who.
        buyer: String,
        /// It waits for pieces.
        waitlisted: bool,
    },
    /// A comment waits for the seller's decision.
    ToReview {
        /// Its name in the queue.
        entry: String,
        /// Why it is not sure.
        why: String,
    },
    /// A comment was decided about.
    Reviewed {
        /// Its name in the queue.
        entry: String,
        /// Whether it counts as a claim.
        accepted: bool,
    },
    /// A claim went on: `confirmed`, `sold`, `cancelled`, `undone`.
    ClaimChanged {
        /// Its name.
        claim: String,
        /// Where it stands.
        state: String,
    },
    /// Slate and silence (or an end of them).
    Panic {
        /// Whether they are on.
        on: bool,
    },
    /// Microphones.
    Muted {
        /// Whether they are silent.
        on: bool,
    },
    /// The picture is locked or not.
    Locked {
        /// Whether it is.
        on: bool,
    },
    /// Something about sources, encoders, destinations or recordings.
    Engine {
        /// One sentence.
        text: String,
    },
    /// Something that should not happen, told in one sentence; the show goes on.
    Fault {
        /// The sentence.
        text: String,
    },
}

#[derive(Debug, Default)]
struct Mail {
    told: VecDeque<Told>,
    missed: u64,
    closed: bool,
}

#[derive(Debug, Default)]
struct Mailbox {
    mail: Mutex<Mail>,
    arrived: Condvar,
}

fn lock(m: &Mutex<Mail>) -> MutexGuard<'_, Mail> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Everybody who listens. Any thread; telling never waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listeners(Arc<Mutex<Vec<Weak<Mailbox>>>>);

impl Listeners {
    /// A new listener, who hears what is told from now on.
    pub(crate) fn listen(&self) -> Listener {
        let mine = Arc::new(Mailbox::default());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|b| b.strong_count() > 0);
        all.push(Arc::downgrade(&mine));
        Listener(mine)
    }

    pub(crate) fn tell(&self, told: &Told) {
        for listener in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let Some(listener) = listener.upgrade() else { continue };
            let mut mail = lock(&listener.mail);
            if mail.told.len() >= BOUND {
                mail.told.pop_front();
                mail.missed += 1;
            }
            mail.told.push_back(told.clone());
            listener.arrived.notify_one();
        }
    }

    /// Nothing more will be told.
    pub(crate) fn close(&self) {
        for listener in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let Some(listener) = listener.upgrade() else { continue };
            lock(&listener.mail).closed = true;
            listener.arrived.notify_one();
        }
    }
}

/// Hears what happens. Dropped, it hears no more.
#[derive(Debug)]
pub struct Listener(Arc<Mailbox>);

impl Listener {
    /// The next event, waiting up to `timeout` of real time.
    pub fn next(&self, timeout: Duration) -> Option<Told> {
        let until = Instant::now() + timeout;
        let mut mail = lock(&self.0.mail);
        loop {
            if let Some(told) = mail.told.pop_front() {
                return Some(told);
            }
            let left = until.saturating_duration_since(Instant::now());
            if mail.closed || left.is_zero() {
                return None;
            }
            let waited = self.0.arrived.wait_timeout(mail, left);
            mail = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Events lost because they were not read in time.
    pub fn missed(&self) -> u64 {
        lock(&self.0.mail).missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_listener_hears_all_and_the_oldest_makes_room() {
        let all = Listeners::default();
        let (first, second) = (all.listen(), all.listen());
        for n in 0..300 {
            let what = StudioEvent::Entered { entries: n };
            all.tell(&Told { at_ms: 0, command: None, what });
            if n == 0 {
                assert!(first.next(Duration::ZERO).is_some());
            }
        }
        assert_eq!((first.missed(), second.missed()), (43, 44));
        let next = second.next(Duration::ZERO).expect("an event").what;
        assert_eq!(next, StudioEvent::Entered { entries: 44 });
        all.close();
        let mut heard = 0;
        while first.next(Duration::from_secs(60)).is_some() {
            heard += 1;
        }
        assert_eq!(heard, 256, "what was told is still heard after the end, without waiting");
    }
}
