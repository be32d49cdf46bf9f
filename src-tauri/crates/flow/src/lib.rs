//! How values move between threads: every link bounded, one policy each, every loss counted once.
//!
//! | file | what | when full or late |
//! |---|---|---|
//! | [`mailbox`] | [`Mailbox`]: stamped values, the reader takes the newest that is due | oldest replaced, counted `replaced` |
//! | [`queue`] | [`Queue`]: bounded, in order | `try_push` hands the value back; the caller counts it |
//! | [`clock`] | [`Clock`]: real, or simulated so that hours pass in seconds | – |
//! | [`ticker`] | [`Ticker`]: absolute deadlines of a frame rate | ticks skipped, counted `lagged` |
//! | [`backoff`] | [`Backoff`]: growing waits with jitter | – |
//! | [`worker`] | [`Worker`]: a thread built on itself, ready-or-error, stop flag, join with deadline | a panic becomes [`End::Panicked`] |
//! | [`stop`] | [`Stop`]: the flag that ends a thread's waits | – |
//!
//! Nothing in Vitrine sleeps outside [`Clock::sleep_until`] and [`Stop::wait`].

pub mod backoff;
pub mod clock;
pub mod mailbox;
pub mod queue;
pub mod stop;
pub mod ticker;
pub mod worker;

pub use backoff::{Backoff, BackoffSettings};
pub use clock::{Clock, Participant};
pub use mailbox::Mailbox;
pub use queue::{Popped, Queue};
pub use stop::Stop;
pub use ticker::{Tick, Ticker};
pub use worker::{End, SpawnError, Worker};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even if a thread panicked while holding the lock: the state guarded in this crate is
/// valid after every statement, and a show must outlive one thread's panic.
fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}
