//! A bounded queue between two threads that says when it is full instead of growing.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::{Stop, lock};

/// First in, first out, never more than `bound`. Share by `Arc`.
#[derive(Debug)]
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    bound: usize,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

/// What a wait for the next value ended with.
#[derive(Debug, PartialEq, Eq)]
pub enum Popped<T> {
    /// The next value.
    Item(T),
    /// Nothing came in time.
    TimedOut,
    /// The queue is closed and empty: nothing will come.
    Closed,
}

impl<T> Queue<T> {
    /// An empty queue for at most `bound` values (at least 1).
    pub fn new(bound: usize) -> Self {
        let bound = bound.max(1);
        let state = State { items: VecDeque::with_capacity(bound), closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), bound }
    }

    /// Adds a value, or gives it back if the queue is full or closed. Never waits.
    pub fn try_push(&self, value: T) -> Result<(), T> {
        let mut s = lock(&self.state);
        if s.closed || s.items.len() >= self.bound {
            return Err(value);
        }
        s.items.push_back(value);
        drop(s);
        self.changed.notify_all();
        Ok(())
    }

    /// Adds a value, waiting for room; gives it back if the queue closes or `stop` is set. Only for
    /// a simulated clock, whose time stands still meanwhile: live media uses [`Queue::try_push`].
    pub fn push_wait(&self, value: T, stop: &Stop) -> Result<(), T> {
        let mut s = lock(&self.state);
        loop {
            if s.closed || stop.is_stopped() {
                return Err(value);
            }
            if s.items.len() < self.bound {
                s.items.push_back(value);
                drop(s);
                self.changed.notify_all();
                return Ok(());
            }
            s = match self.changed.wait_timeout(s, Duration::from_millis(5)) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
    }

    /// Takes the next value, waiting up to `timeout` of real time.
    pub fn pop(&self, timeout: Duration) -> Popped<T> {
        let until = Instant::now() + timeout;
        let mut s = lock(&self.state);
        loop {
            if let Some(item) = s.items.pop_front() {
                drop(s);
                self.changed.notify_all();
                return Popped::Item(item);
            }
            if s.closed {
                return Popped::Closed;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Popped::TimedOut;
            }
            s = match self.changed.wait_timeout(s, left) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
    }

    /// Refuses further values; what is inside can still be taken.
    pub fn close(&self) {
        lock(&self.state).closed = true;
        self.changed.notify_all();
    }

    /// Values inside.
    pub fn len(&self) -> usize {
        lock(&self.state).items.len()
    }

    /// Nothing inside.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn full_gives_back_and_closed_drains() {
        let q = Queue::new(2);
        assert_eq!(q.try_push(1), Ok(()));
        assert_eq!(q.try_push(2), Ok(()));
        assert_eq!(q.try_push(3), Err(3));
        q.close();
        assert_eq!(q.try_push(4), Err(4));
        let t = Duration::from_secs(1);
        assert_eq!(
            (q.pop(t), q.pop(t), q.pop(t)),
            (Popped::Item(1), Popped::Item(2), Popped::Closed)
        );
    }

    #[test]
    fn a_waiting_push_gets_the_room_a_pop_makes() {
        let q = Arc::new(Queue::new(1));
        let writer = Arc::clone(&q);
        let t = std::thread::spawn(move || {
            (0..1000).try_for_each(|n| writer.push_wait(n, &Stop::new())).is_ok()
        });
        for n in 0..1000 {
            assert_eq!(q.pop(Duration::from_secs(5)), Popped::Item(n));
        }
        assert!(t.join().expect("joined"));
    }
}
