//! When to try again, and when to stop trying. Pure: time is a parameter.
//!
//! A connection that once worked is worth every effort: its failures are passing ones for ten
//! minutes, whatever the server says. A key that never worked is not tried for ever.

use std::time::Duration;

use vitrine_flow::{Backoff, BackoffSettings};

use crate::publisher::{FailureKind, Phase, PublishError};

/// After an attempt that ended by a time limit: the wait is already behind us.
const AFTER_WAITING: Duration = Duration::from_millis(300);
/// How long on air makes the next failure a first one.
const RESET_AFTER: Duration = Duration::from_secs(60);
/// How long failures are passing ones after being on air.
const TRANSIENT_FOR: Duration = Duration::from_secs(600);
/// How long somebody else on our key is waited for at the very start.
const NAME_IN_USE_FOR: Duration = Duration::from_secs(60);
/// Longest wait for the server to notice that our own lost connection is gone.
const NAME_IN_USE_WAIT: Duration = Duration::from_secs(2);
/// Refusals of a first publish before giving up.
const REFUSALS: u32 = 2;

/// What to do after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Try again after this long.
    Wait {
        /// How long.
        at_most: Duration,
        /// The server could not be reached: knock each second and try at once when it answers.
        knock: bool,
    },
    /// Somebody must act first.
    Refused,
}

/// The history of one destination.
#[derive(Debug)]
pub struct Reconnect {
    backoff: Backoff,
    /// When it was last on air.
    last_live: Option<Duration>,
    refusals: u32,
    in_use_since: Option<Duration>,
}

impl Reconnect {
    /// Nothing tried yet. `seed` decides the jitter of the waits.
    pub fn new(settings: BackoffSettings, seed: u64) -> Self {
        let backoff = Backoff::new(settings, seed);
        Self { backoff, last_live: None, refusals: 0, in_use_since: None }
    }

    /// It has been on air at least once.
    pub const fn ever_live(&self) -> bool {
        self.last_live.is_some()
    }

    /// A connection was on air from `since` until `until` (times since the destination's start).
    pub fn was_live(&mut self, since: Duration, until: Duration) {
        self.last_live = Some(until);
        self.refusals = 0;
        self.in_use_since = None;
        if until.saturating_sub(since) >= RESET_AFTER {
            self.backoff.reset();
        }
    }

    /// The seller wants another try: earlier refusals are forgotten.
    pub fn start_over(&mut self) {
        self.backoff.reset();
        self.refusals = 0;
        self.in_use_since = None;
    }

    /// What follows `error` at `now` (time since the destination's start).
    pub fn after(&mut self, error: &PublishError, now: Duration) -> Next {
        if !error.transient || self.gives_up(error, now) {
            return Next::Refused;
        }
        if error.has_waited() {
            return Next::Wait { at_most: AFTER_WAITING, knock: false };
        }
        let mut at_most = self.backoff.next_wait().to_duration();
        if error.kind == FailureKind::NameInUse {
            at_most = at_most.min(NAME_IN_USE_WAIT);
        }
        let knock = matches!(error.phase, Phase::Resolve | Phase::Connect);
        Next::Wait { at_most, knock }
    }

    /// Failures behind the handshake, where it is the server's word against the key.
    fn gives_up(&mut self, error: &PublishError, now: Duration) -> bool {
        let says_no = matches!(error.kind, FailureKind::Refused | FailureKind::Tls);
        match (self.last_live, error.kind) {
            (Some(live), _) => {
                let word = says_no || error.kind == FailureKind::NameInUse;
                word && now.saturating_sub(live) >= TRANSIENT_FOR
            }
            (None, FailureKind::NameInUse) => {
                let since = *self.in_use_since.get_or_insert(now);
                now.saturating_sub(since) >= NAME_IN_USE_FOR
            }
            (None, _) if says_no => {
                self.refusals += 1;
                self.refusals >= REFUSALS
            }
            (None, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(n: u64) -> Duration {
        Duration::from_secs(n)
    }
    fn error(phase: Phase, kind: FailureKind) -> PublishError {
        PublishError::new(phase, kind, "x")
    }
    fn fresh() -> Reconnect {
        Reconnect::new(BackoffSettings::default(), 3)
    }

    #[test]
    fn a_key_that_never_worked_is_refused_at_the_second_no() {
        let mut r = fresh();
        let no = error(Phase::Publish, FailureKind::Refused);
        assert!(matches!(r.after(&no, s(1)), Next::Wait { knock: false, .. }));
        let away = error(Phase::Connect, FailureKind::NotListening);
        assert!(matches!(r.after(&away, s(2)), Next::Wait { knock: true, .. }));
        assert_eq!(r.after(&no, s(3)), Next::Refused);
        r.start_over();
        assert!(matches!(r.after(&no, s(4)), Next::Wait { .. }));
    }

    #[test]
    fn one_that_worked_is_tried_for_ten_minutes() {
        let mut r = fresh();
        r.was_live(s(5), s(100));
        let no = error(Phase::Publish, FailureKind::Refused);
        for n in 100..700 {
            assert!(matches!(r.after(&no, s(n)), Next::Wait { .. }), "at {n}");
        }
        assert_eq!(r.after(&no, s(700)), Next::Refused);
        // The network alone never ends it.
        let away = error(Phase::Connect, FailureKind::Unreachable);
        assert!(matches!(r.after(&away, s(9999)), Next::Wait { .. }));
    }

    #[test]
    fn somebody_else_on_the_key_is_waited_for_a_minute() {
        let mut r = fresh();
        let taken = error(Phase::Publish, FailureKind::NameInUse);
        for n in [0, 10, 59] {
            match r.after(&taken, s(n)) {
                Next::Wait { at_most, .. } => assert!(at_most <= s(2)),
                Next::Refused => panic!("too early"),
            }
        }
        assert_eq!(r.after(&taken, s(60)), Next::Refused);
    }

    #[test]
    fn waits_grow_unless_the_attempt_itself_waited() {
        let mut r = fresh();
        let away = error(Phase::Connect, FailureKind::NotListening);
        let waits: Vec<_> = (0..6)
            .map(|n| match r.after(&away, s(n)) {
                Next::Wait { at_most, .. } => at_most.as_secs_f64(),
                Next::Refused => f64::NAN,
            })
            .collect();
        assert!(waits[0] <= 1.2 && waits[5] >= 12.0 && waits[5] <= 18.0, "{waits:?}");
        let stalled = error(Phase::Send, FailureKind::Stalled);
        assert_eq!(r.after(&stalled, s(9)), Next::Wait { at_most: AFTER_WAITING, knock: false });
        r.was_live(s(10), s(71));
        let Next::Wait { at_most, .. } = r.after(&away, s(72)) else { panic!("waits") };
        assert!(at_most <= Duration::from_millis(1200));
    }

    #[test]
    fn what_cannot_work_is_not_tried() {
        let e = error(Phase::Connect, FailureKind::Unsupported);
        assert_eq!(fresh().after(&e, s(0)), Next::Refused);
    }
}
