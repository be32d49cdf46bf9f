//! The one clock of a show: real, or simulated.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use vitrine_media::MediaTime;

use crate::{Stop, lock};

/// Show time. Cloning gives another handle on the same clock.
///
/// A *real* clock runs with the machine's monotonic clock from its creation. A *simulated* clock
/// stands still while any [`Participant`] works and jumps to the earliest deadline once all of
/// them sleep: the same threads run the same show as fast as the machine can.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Real(Instant),
    Simulated(Arc<Simulated>),
}

#[derive(Debug, Default)]
struct Simulated {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    now: MediaTime,
    participants: usize,
    /// Deadlines of the threads asleep; one that is due counts as awake.
    asleep: Vec<MediaTime>,
}

impl State {
    fn jump_if_all_asleep(&mut self) -> bool {
        let waiting = self.asleep.iter().filter(|d| **d > self.now);
        let (count, next) = waiting.fold((0, MediaTime::MAX), |(n, m), d| (n + 1, m.min(*d)));
        let jump = count > 0 && count >= self.participants && count == self.asleep.len();
        if jump {
            self.now = next;
        }
        jump
    }
}

impl Clock {
    /// A clock that reads zero now and runs with the machine.
    pub fn real() -> Self {
        Self(Kind::Real(Instant::now()))
    }

    /// A clock at zero that moves only when every participant sleeps.
    pub fn simulated() -> Self {
        Self(Kind::Simulated(Arc::default()))
    }

    /// Does it wait for its participants?
    pub fn is_simulated(&self) -> bool {
        matches!(self.0, Kind::Simulated(_))
    }

    /// The time now.
    pub fn now(&self) -> MediaTime {
        match &self.0 {
            Kind::Real(zero) => MediaTime::from_duration(zero.elapsed()),
            Kind::Simulated(s) => lock(&s.state).now,
        }
    }

    /// Counts the caller among the threads a simulated clock waits for, until the guard drops.
    /// A participant must wait for nothing but this clock (or for work that takes no show time).
    pub fn participate(&self) -> Participant {
        if let Kind::Simulated(s) = &self.0 {
            lock(&s.state).participants += 1;
        }
        Participant(self.clone())
    }

    /// Sleeps until the clock reads `t`; true when it does, false when `stop` was set first.
    /// Returns at once if `t` has passed. On a simulated clock every thread that sleeps must be a
    /// [`Participant`].
    pub fn sleep_until(&self, t: MediaTime, stop: &Stop) -> bool {
        match &self.0 {
            Kind::Real(zero) => {
                let left = t.to_duration().saturating_sub(zero.elapsed());
                if left.is_zero() { !stop.is_stopped() } else { !stop.wait(left) }
            }
            Kind::Simulated(s) => s.sleep_until(t, stop),
        }
    }
}

impl Simulated {
    fn sleep_until(&self, t: MediaTime, stop: &Stop) -> bool {
        let mut state = lock(&self.state);
        if state.now >= t {
            return !stop.is_stopped();
        }
        state.asleep.push(t);
        if state.jump_if_all_asleep() {
            self.changed.notify_all();
        }
        while state.now < t && !stop.is_stopped() {
            // The stop flag has a condition of its own; look at it now and then.
            let waited = self.changed.wait_timeout(state, Duration::from_millis(5));
            state = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
            // A participant that left while we slept may have been the last one awake.
            if state.now < t && state.jump_if_all_asleep() {
                self.changed.notify_all();
            }
        }
        if let Some(i) = state.asleep.iter().position(|d| *d == t) {
            state.asleep.swap_remove(i);
        }
        state.now >= t && !stop.is_stopped()
    }
}

/// Membership of a thread in a simulated clock; ends when dropped. Nothing on a real clock.
#[derive(Debug)]
pub struct Participant(Clock);

impl Drop for Participant {
    fn drop(&mut self) {
        if let Kind::Simulated(s) = &self.0.0 {
            let mut state = lock(&s.state);
            state.participants -= 1;
            if state.jump_if_all_asleep() {
                s.changed.notify_all();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_day_passes_at_once_and_in_order() {
        let clock = Clock::simulated();
        let log = Arc::new(Mutex::new(Vec::new()));
        let guards: Vec<_> = (0..3).map(|_| clock.participate()).collect();
        thread::scope(|scope| {
            for (id, guard) in guards.into_iter().enumerate() {
                let (clock, log) = (clock.clone(), Arc::clone(&log));
                scope.spawn(move || {
                    let _in = guard;
                    for n in 1..=100i64 {
                        let t = MediaTime::from_secs(n * 864 + id as i64);
                        assert!(clock.sleep_until(t, &Stop::new()));
                        assert_eq!(clock.now(), t);
                        lock(&log).push(t);
                    }
                });
            }
        });
        let log = lock(&log);
        assert_eq!(log.len(), 300);
        assert!(log.is_sorted());
    }

    #[test]
    fn stop_ends_a_sleep() {
        for clock in [Clock::real(), Clock::simulated()] {
            let stop = Stop::new();
            let (c, s) = (clock.clone(), stop.clone());
            // A second participant keeps simulated time from moving.
            let _other = clock.participate();
            let _own = clock.participate();
            let t = thread::spawn(move || c.sleep_until(MediaTime::from_secs(3600), &s));
            stop.stop();
            assert!(!t.join().expect("joined"));
        }
    }
}
