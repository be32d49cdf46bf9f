//! Newest wins: the link from a camera to the compositor, and from the compositor to a preview.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use vitrine_media::MediaTime;

use crate::lock;

/// A small shelf of stamped values. The reader takes the newest that is due and forgets older ones;
/// the writer never waits: when the shelf is full its oldest value is replaced.
///
/// With bound 1 and stamps of arrival this is the usual newest-wins mailbox. A source that knows
/// its future (a file, the test card) writes a few values ahead, and the reader still sees each
/// exactly when it is due, however the two threads are scheduled.
#[derive(Debug)]
pub struct Mailbox<T> {
    shelf: Mutex<VecDeque<(MediaTime, T)>>,
    arrived: Condvar,
    bound: usize,
    replaced: AtomicU64,
}

impl<T> Mailbox<T> {
    /// An empty mailbox for at most `bound` values (at least 1).
    pub fn new(bound: usize) -> Self {
        let bound = bound.max(1);
        Self {
            shelf: Mutex::new(VecDeque::with_capacity(bound)),
            arrived: Condvar::new(),
            bound,
            replaced: AtomicU64::new(0),
        }
    }

    /// Leaves a value that is due at `at`. Stamps should not go back; never waits.
    pub fn put(&self, at: MediaTime, value: T) {
        let mut shelf = lock(&self.shelf);
        if shelf.len() == self.bound {
            shelf.pop_front();
            self.replaced.fetch_add(1, Ordering::Relaxed);
        }
        shelf.push_back((at, value));
        drop(shelf);
        self.arrived.notify_one();
    }

    /// Takes the newest value due at `now`, if any; older ones are let go, counted as replaced.
    pub fn take_due(&self, now: MediaTime) -> Option<(MediaTime, T)> {
        let mut shelf = lock(&self.shelf);
        let due = shelf.iter().take_while(|(at, _)| *at <= now).count();
        if due > 1 {
            self.replaced.fetch_add(due as u64 - 1, Ordering::Relaxed);
        }
        shelf.drain(..due).next_back()
    }

    /// Waits up to `timeout` of real time for any value and takes the newest, due or not.
    pub fn wait_newest(&self, timeout: Duration) -> Option<(MediaTime, T)> {
        let until = Instant::now() + timeout;
        let mut shelf = lock(&self.shelf);
        while shelf.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            shelf = match self.arrived.wait_timeout(shelf, left) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
        shelf.drain(..).next_back()
    }

    /// Empties it.
    pub fn clear(&self) {
        lock(&self.shelf).clear();
    }

    /// How many values were never taken because a newer one came.
    pub fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(n: i64) -> MediaTime {
        MediaTime::from_millis(n)
    }

    #[test]
    fn newest_due_wins_and_the_future_waits() {
        let m = Mailbox::new(3);
        m.put(ms(0), 'a');
        m.put(ms(10), 'b');
        m.put(ms(20), 'c');
        assert_eq!(m.take_due(ms(15)), Some((ms(10), 'b')));
        assert_eq!(m.replaced(), 1);
        assert_eq!(m.take_due(ms(19)), None);
        assert_eq!(m.take_due(ms(20)), Some((ms(20), 'c')));
    }

    #[test]
    fn a_full_shelf_loses_its_oldest() {
        let m = Mailbox::new(1);
        for n in 0..5 {
            m.put(ms(n), n);
        }
        assert_eq!(m.replaced(), 4);
        assert_eq!(m.take_due(ms(9)), Some((ms(4), 4)));
    }
}
