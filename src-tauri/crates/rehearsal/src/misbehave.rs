//! Misbehaviours on request, and the gate at which connections obey them.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::lock;

/// The key that means every key, and connections whose key is not known yet.
pub(crate) const EVERYONE: &str = "*";

/// What an endpoint can do wrong.
///
/// A connection's key is known from its publish command on. Before that (while TCP connects and the
/// handshake runs) only what was told for `"*"` applies. To stall one stream from its first byte on
/// while others run, start a second [`Rehearsal`](crate::Rehearsal) and stall that one with `"*"`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Misbehaviour {
    /// Behaves. Whatever waited goes on where it stopped.
    #[default]
    None,
    /// Answers publish with the error `NetStream.Publish.BadName` and closes. Streams that are live stay.
    Refuse,
    /// Closes at publish without a word. Streams that are live stay.
    RefuseByClosing,
    /// Answers publish with `NetStream.Publish.Start` and then closes. Streams that are live stay.
    CloseAfterStart,
    /// Reads nothing and answers nothing. The publisher is blocked once the receive buffer
    /// ([`RehearsalSettings::receive_buffer`](crate::RehearsalSettings)) and its own send buffer are full.
    /// That it went away is not noticed either: its key stays taken, and a further publish waits, until healed.
    Stall,
    /// Reads this many bits a second from each connection. Zero is a stall.
    Throttle {
        /// Bits a second, RTMP's own overhead included.
        bits_per_second: u64,
    },
    /// Resets (RST) the matching connections at once, or, if there is none, the next one that publishes;
    /// then behaves again.
    Reset,
    /// Takes TCP connections and answers nothing (told for a key: does not answer its publish). Streams
    /// that are live stay.
    SilentHandshake,
}

#[derive(Default)]
struct State {
    told: HashMap<String, Misbehaviour>,
    stopping: bool,
}

/// Holds what was told, and wakes waiting connections when that changes.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

impl Gate {
    /// `None` for a key forgets what was told for it, for `"*"` it forgets everything.
    pub fn tell(&self, key: &str, what: Misbehaviour) {
        let mut state = lock(&self.state);
        match what {
            Misbehaviour::None if key == EVERYONE => state.told.clear(),
            Misbehaviour::None => drop(state.told.remove(key)),
            _ => drop(state.told.insert(key.to_owned(), what)),
        }
        self.changed.notify_all();
    }

    /// What applies to a connection: its key's own before everyone's.
    pub fn applies(&self, key: Option<&str>) -> Misbehaviour {
        let state = lock(&self.state);
        let own = key.and_then(|k| state.told.get(k));
        own.or_else(|| state.told.get(EVERYONE)).copied().unwrap_or_default()
    }

    /// Is a reset due for a connection that publishes `key` now? It is used up by the answer.
    pub fn take_reset(&self, key: &str) -> bool {
        let mut state = lock(&self.state);
        let told = &mut state.told;
        let due = [key, EVERYONE].into_iter().find(|k| told.contains_key(*k));
        match due {
            Some(k) if told[k] == Misbehaviour::Reset => told.remove(k).is_some(),
            _ => false,
        }
    }

    /// The endpoint is ending.
    pub fn stop(&self) {
        lock(&self.state).stopping = true;
        self.changed.notify_all();
    }

    /// Is the endpoint ending?
    pub fn is_stopping(&self) -> bool {
        lock(&self.state).stopping
    }

    /// Wakes whoever waits, to look again.
    pub fn wake(&self) {
        let _state = lock(&self.state);
        self.changed.notify_all();
    }

    /// Waits until something is told or the endpoint ends, at most `limit`. May return early.
    pub fn wait(&self, limit: Duration) {
        let state = lock(&self.state);
        if !state.stopping {
            drop(self.changed.wait_timeout(state, limit).unwrap_or_else(PoisonError::into_inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_before_everyone() {
        let g = Gate::default();
        g.tell("*", Misbehaviour::Stall);
        g.tell("a", Misbehaviour::Refuse);
        assert_eq!(g.applies(Some("a")), Misbehaviour::Refuse);
        assert_eq!(g.applies(Some("b")), Misbehaviour::Stall);
        assert_eq!(g.applies(None), Misbehaviour::Stall);
        g.tell("a", Misbehaviour::None);
        assert_eq!(g.applies(Some("a")), Misbehaviour::Stall);
        g.tell("a", Misbehaviour::Refuse);
        g.tell("*", Misbehaviour::None);
        assert_eq!(g.applies(Some("a")), Misbehaviour::None);
    }

    #[test]
    fn a_reset_is_used_up() {
        let g = Gate::default();
        g.tell("a", Misbehaviour::Reset);
        assert!(!g.take_reset("b"));
        assert!(g.take_reset("a"));
        assert!(!g.take_reset("a"));
    }
}
