//! The flag that ends a thread's waits.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::lock;

/// A flag shared by a thread and whoever ends it; waiting on it wakes at once when it is set.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets it, for good. Any thread.
    pub fn stop(&self) {
        *lock(&self.0.set) = true;
        self.0.changed.notify_all();
    }

    /// Was it set?
    pub fn is_stopped(&self) -> bool {
        *lock(&self.0.set)
    }

    /// Waits until it is set or `timeout` of real time has passed; true if it is set.
    pub fn wait(&self, timeout: Duration) -> bool {
        let until = Instant::now() + timeout;
        let mut set = lock(&self.0.set);
        while !*set {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            set = match self.0.changed.wait_timeout(set, left) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
        true
    }
}
