//! The beat of a frame rate, kept to absolute deadlines.

use vitrine_media::{FrameRate, MediaTime};

use crate::{Clock, Stop};

/// How many ticks late the caller may be and still run each of them: a short stall is caught up,
/// a long one is skipped, so that the picture is never older than this.
const CATCH_UP: u64 = 3;

/// Gives the ticks of a frame rate when they are due.
#[derive(Debug)]
pub struct Ticker {
    clock: Clock,
    rate: FrameRate,
    next: u64,
    lagged: u64,
}

/// One beat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tick {
    /// Its number, counted from the clock's zero; numbers of skipped ticks are left out.
    pub n: u64,
    /// Its exact time: n·den/num.
    pub at: MediaTime,
    /// Ticks skipped just before it because the caller was late.
    pub lagged: u64,
}

impl Ticker {
    /// A ticker that begins with the first tick not yet past on `clock`. Tick 0 is the clock's zero.
    pub fn new(clock: Clock, rate: FrameRate) -> Self {
        let now = clock.now();
        let last = rate.tick_at(now);
        let next = if rate.time_of(last) < now { last + 1 } else { last };
        Self { clock, rate, next, lagged: 0 }
    }

    /// Sleeps until the next tick is due; `None` once `stop` is set.
    pub fn next(&mut self, stop: &Stop) -> Option<Tick> {
        let late = self.rate.tick_at(self.clock.now());
        let lagged = if late > self.next + CATCH_UP { late - self.next } else { 0 };
        self.next += lagged;
        self.lagged += lagged;
        let n = self.next;
        let at = self.rate.time_of(n);
        if !self.clock.sleep_until(at, stop) {
            return None;
        }
        self.next += 1;
        Some(Tick { n, at, lagged })
    }

    /// Ticks skipped so far.
    pub const fn lagged(&self) -> u64 {
        self.lagged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_exact_and_a_long_stall_is_skipped() {
        let clock = Clock::simulated();
        let _in = clock.participate();
        let stop = Stop::new();
        let rate = FrameRate::new(30_000, 1001).expect("a rate");
        clock.sleep_until(rate.time_of(59) + MediaTime::from_nanos(1), &stop);
        let mut ticker = Ticker::new(clock.clone(), rate);
        for n in 60..100 {
            let tick = ticker.next(&stop).expect("a tick");
            assert_eq!((tick.n, tick.at, tick.lagged), (n, rate.time_of(n), 0));
            assert_eq!(clock.now(), tick.at);
        }
        // Two intervals late: both are run.
        clock.sleep_until(rate.time_of(102), &stop);
        assert_eq!(ticker.next(&stop).map(|t| (t.n, t.lagged)), Some((100, 0)));
        assert_eq!(ticker.next(&stop).map(|t| t.n), Some(101));
        // A second late: skipped to the present.
        clock.sleep_until(rate.time_of(140), &stop);
        assert_eq!(ticker.next(&stop).map(|t| (t.n, t.lagged)), Some((140, 38)));
        assert_eq!(ticker.lagged(), 38);
        stop.stop();
        assert_eq!(ticker.next(&stop), None);
    }
}
