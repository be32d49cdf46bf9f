//! The one clock of a show: real, or simulated.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use vitrine_media::MediaTime;

use crate::{Stop, lock};

/// How often a sleeper of a simulated clock looks at its stop flag, in real time. Simulated time
/// seldom stands still for so long.
const LOOK: Duration = Duration::from_millis(5);

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
struct Simulated(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    now: MediaTime,
    participants: usize,
    /// Who sleeps, the earliest deadline first. One whose time has come is taken out when the clock
    /// jumps, before it is woken, so that it counts as awake at once.
    asleep: BinaryHeap<Reverse<Sleep>>,
}

/// A thread's sleep until a deadline.
#[derive(Debug)]
struct Sleep {
    until: MediaTime,
    sleeper: Arc<Sleeper>,
}

/// A thread that sleeps. Each is woken by itself: to wake all of fifty for the sake of one would cost
/// a hundred times what most of them do when it is their turn.
#[derive(Debug)]
struct Sleeper {
    thread: Thread,
    due: AtomicBool,
}

thread_local! {
    /// Used for every sleep of the thread, as it sleeps only once at a time.
    static SLEEPER: Arc<Sleeper> =
        Arc::new(Sleeper { thread: thread::current(), due: AtomicBool::new(false) });
}

impl PartialEq for Sleep {
    fn eq(&self, other: &Self) -> bool {
        self.until == other.until
    }
}
impl Eq for Sleep {}
impl PartialOrd for Sleep {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Sleep {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.until.cmp(&other.until)
    }
}

impl State {
    /// Jumps to the earliest deadline if nobody is awake, and wakes those it belongs to.
    fn jump_if_all_asleep(&mut self) {
        if self.asleep.len() < self.participants {
            return;
        }
        let Some(Reverse(first)) = self.asleep.peek() else { return };
        self.now = first.until;
        while self.asleep.peek().is_some_and(|s| s.0.until <= self.now) {
            if let Some(Reverse(Sleep { sleeper, .. })) = self.asleep.pop() {
                sleeper.due.store(true, Ordering::Release);
                sleeper.thread.unpark();
            }
        }
    }

    /// Takes out a sleeper that was stopped.
    fn forget(&mut self, sleeper: &Arc<Sleeper>) {
        self.asleep.retain(|s| !Arc::ptr_eq(&s.0.sleeper, sleeper));
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
            Kind::Simulated(s) => lock(&s.0).now,
        }
    }

    /// Counts the caller among the threads a simulated clock waits for, until the guard drops.
    /// A participant must wait for nothing but this clock (or for work that takes no show time).
    pub fn participate(&self) -> Participant {
        if let Kind::Simulated(s) = &self.0 {
            lock(&s.0).participants += 1;
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
    fn sleep_until(&self, until: MediaTime, stop: &Stop) -> bool {
        let sleeper = SLEEPER.with(Arc::clone);
        let mut state = lock(&self.0);
        if state.now >= until {
            drop(state);
            return !stop.is_stopped();
        }
        sleeper.due.store(false, Ordering::Relaxed);
        state.asleep.push(Reverse(Sleep { until, sleeper: Arc::clone(&sleeper) }));
        state.jump_if_all_asleep();
        drop(state);
        loop {
            if sleeper.due.load(Ordering::Acquire) {
                return !stop.is_stopped();
            }
            if stop.is_stopped() {
                lock(&self.0).forget(&sleeper);
                return false;
            }
            // The stop flag wakes nobody here; it is looked at now and then.
            thread::park_timeout(LOOK);
        }
    }
}

/// Membership of a thread in a simulated clock; ends when dropped. Nothing on a real clock.
#[derive(Debug)]
pub struct Participant(Clock);

impl Drop for Participant {
    fn drop(&mut self) {
        if let Kind::Simulated(s) = &self.0.0 {
            let mut state = lock(&s.0);
            state.participants -= 1;
            // It may have been the last one awake.
            state.jump_if_all_asleep();
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

    #[test]
    fn who_leaves_or_was_stopped_is_not_waited_for() {
        let clock = Clock::simulated();
        let (second, hour) = (MediaTime::from_secs(1), MediaTime::from_secs(3600));
        let leaving = clock.participate();
        let (stopped, stop) = (clock.participate(), Stop::new());
        let sleeper = |until: MediaTime, stop: &Stop, inside: Participant| {
            let (clock, stop) = (clock.clone(), stop.clone());
            thread::spawn(move || {
                let slept = clock.sleep_until(until, &stop);
                drop(inside);
                slept
            })
        };
        let long = sleeper(hour, &stop, stopped);
        let short = sleeper(second, &Stop::new(), clock.participate());
        drop(leaving);
        assert!(short.join().expect("joined"), "wakes when the last one awake has left");
        // The short sleeper has left as well, so time may already run to the other's deadline.
        stop.stop();
        long.join().expect("joined");
        assert!(clock.now() == second || clock.now() == hour);
        let _inside = clock.participate();
        assert!(clock.sleep_until(hour + second, &Stop::new()), "nobody else is counted");
        assert_eq!(clock.now(), hour + second);
    }

    #[test]
    fn all_who_are_due_at_once_wake() {
        let clock = Clock::simulated();
        let guards: Vec<_> = (0..20).map(|_| clock.participate()).collect();
        thread::scope(|scope| {
            for guard in guards {
                let clock = &clock;
                scope.spawn(move || {
                    let _in = guard;
                    for n in 1..=200 {
                        assert!(clock.sleep_until(MediaTime::from_secs(n), &Stop::new()));
                        assert_eq!(clock.now(), MediaTime::from_secs(n));
                    }
                });
            }
        });
    }
}
