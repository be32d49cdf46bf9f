//! Ends a call that waits for the network: libavformat asks it ten times a second.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A deadline and an abort flag of one connection. Any thread may abort; only the thread that
/// makes the calls arms it.
#[derive(Debug)]
pub struct Interrupt {
    zero: Instant,
    /// Nanoseconds after `zero`; `u64::MAX` means none.
    due: AtomicU64,
    aborted: AtomicBool,
}

/// Why a call was, or would be, ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fired {
    /// Its time is up.
    Late,
    /// Somebody called [`Interrupt::abort`].
    Aborted,
}

impl Default for Interrupt {
    fn default() -> Self {
        Self {
            zero: Instant::now(),
            due: AtomicU64::new(u64::MAX),
            aborted: AtomicBool::new(false),
        }
    }
}

impl Interrupt {
    /// Calls from now on must be done within `limit`.
    pub fn arm(&self, limit: Duration) {
        let due = self.zero.elapsed().saturating_add(limit).as_nanos();
        self.due.store(u64::try_from(due).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Ends every call from now on, for good.
    pub fn abort(&self) {
        self.aborted.store(true, Ordering::Relaxed);
    }

    /// Must the call end?
    pub fn fired(&self) -> Option<Fired> {
        if self.aborted.load(Ordering::Relaxed) {
            return Some(Fired::Aborted);
        }
        let late = self.zero.elapsed().as_nanos() >= u128::from(self.due.load(Ordering::Relaxed));
        late.then_some(Fired::Late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fires_late_or_aborted_and_can_be_armed_again() {
        let i = Interrupt::default();
        assert_eq!(i.fired(), None);
        i.arm(Duration::ZERO);
        assert_eq!(i.fired(), Some(Fired::Late));
        i.arm(Duration::from_secs(600));
        assert_eq!(i.fired(), None);
        i.abort();
        assert_eq!(i.fired(), Some(Fired::Aborted));
    }
}
