//! A thread with a name, a ready-or-error handshake, a stop flag and a join with a deadline.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use crate::{Stop, lock};

/// A running thread. Dropping it sets its stop flag and lets it go without waiting; call
/// [`Worker::join`] to know that it ended.
#[derive(Debug)]
pub struct Worker {
    name: String,
    stop: Stop,
    /// Behind a lock only so that the handle can be shared.
    ended: Mutex<mpsc::Receiver<End>>,
}

/// How a worker's thread ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// It returned.
    Finished,
    /// It panicked, with this message.
    Panicked(String),
}

/// Why a worker did not start.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError<E: Display> {
    /// The thing it runs could not be built.
    #[error("{0}")]
    Build(E),
    /// Building it panicked.
    #[error("{name} failed while starting: {message}")]
    Panicked {
        /// The worker's name.
        name: String,
        /// The panic's message.
        message: String,
    },
    /// It was neither ready nor failed in time; its thread was told to stop and let go.
    #[error("{name} did not start within {seconds} s")]
    TimedOut {
        /// The worker's name.
        name: String,
        /// The limit, in whole seconds.
        seconds: u64,
    },
    /// The operating system gave no thread.
    #[error("no thread for {name}: {source}")]
    NoThread {
        /// The worker's name.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
}

fn message(panic: Box<dyn Any + Send>) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown panic".to_owned())
}

impl Worker {
    /// Starts a thread called `name` (Linux shows its first 15 bytes), builds `T` on it, and once that
    /// worked returns while `run` goes on with it. `run` must return soon after its [`Stop`] is
    /// set. `on_end` is called on the thread as its last act, also after a panic.
    ///
    /// # Errors
    /// [`SpawnError`] if `build` fails, panics or takes longer than `ready_within`.
    pub fn spawn<T, E, B, R, D>(
        name: impl Into<String>,
        ready_within: Duration,
        build: B,
        run: R,
        on_end: D,
    ) -> Result<Self, SpawnError<E>>
    where
        E: Display + Send + 'static,
        B: FnOnce(&Stop) -> Result<T, E> + Send + 'static,
        R: FnOnce(T, &Stop) + Send + 'static,
        D: FnOnce(&End) + Send + 'static,
    {
        let name = name.into();
        let stop = Stop::new();
        let (ready, is_ready) = mpsc::sync_channel(1);
        let (ended, end) = mpsc::sync_channel(1);
        let (own_stop, own_name) = (stop.clone(), name.clone());
        let body = move || {
            let built = match catch_unwind(AssertUnwindSafe(|| build(&own_stop))) {
                Ok(Ok(built)) => built,
                Ok(Err(e)) => return drop(ready.send(Err(SpawnError::Build(e)))),
                Err(p) => {
                    let e = SpawnError::Panicked { name: own_name, message: message(p) };
                    return drop(ready.send(Err(e)));
                }
            };
            // Nobody waits any more if the caller gave up; the stop flag is set then.
            drop(ready.send(Ok(())));
            let end = match catch_unwind(AssertUnwindSafe(|| run(built, &own_stop))) {
                Ok(()) => End::Finished,
                Err(p) => End::Panicked(message(p)),
            };
            on_end(&end);
            drop(ended.send(end));
        };
        thread::Builder::new()
            .name(name.clone())
            .spawn(body)
            .map_err(|source| SpawnError::NoThread { name: name.clone(), source })?;
        match is_ready.recv_timeout(ready_within) {
            Ok(Ok(())) => Ok(Self { name, stop, ended: Mutex::new(end) }),
            Ok(Err(e)) => Err(e),
            Err(_) => {
                stop.stop();
                Err(SpawnError::TimedOut { name, seconds: ready_within.as_secs() })
            }
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its stop flag.
    pub const fn stop_flag(&self) -> &Stop {
        &self.stop
    }

    /// Tells it to stop, without waiting.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Tells it to stop and waits up to `deadline`; `None` if it is still running then, in which
    /// case it is let go.
    pub fn join(self, deadline: Duration) -> Option<End> {
        self.stop.stop();
        lock(&self.ended).recv_timeout(deadline).ok()
    }

    /// Has it ended? Gives the end once.
    pub fn try_end(&self) -> Option<End> {
        lock(&self.ended).try_recv().ok()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    #[test]
    fn builds_on_its_own_thread_and_stops_when_told() {
        let here = thread::current().id();
        let w = Worker::spawn(
            "test",
            SOON,
            move |_| {
                if thread::current().id() == here { Err("built on the caller") } else { Ok(5) }
            },
            |five, stop| {
                assert_eq!(five, 5);
                assert!(stop.wait(SOON));
            },
            |_| (),
        )
        .expect("started");
        assert_eq!(w.join(SOON), Some(End::Finished));
    }

    #[test]
    fn a_failed_build_is_the_callers_error() {
        let w = Worker::spawn("test", SOON, |_| Err::<(), _>("no camera"), |(), _| (), |_| ());
        assert_eq!(w.expect_err("fails").to_string(), "no camera");
    }

    #[test]
    fn a_panic_is_an_end_with_its_message() {
        let (tx, rx) = mpsc::channel();
        let w = Worker::spawn(
            "test",
            SOON,
            |_| Ok::<_, String>(()),
            |(), _| panic!("lost {}", 3),
            move |end| drop(tx.send(end.clone())),
        )
        .expect("started");
        assert_eq!(rx.recv_timeout(SOON), Ok(End::Panicked("lost 3".into())));
        assert_eq!(w.join(SOON), Some(End::Panicked("lost 3".into())));
    }

    #[test]
    fn a_slow_start_is_given_up() {
        let limit = Duration::from_millis(20);
        let w = Worker::spawn(
            "slow",
            limit,
            |stop| Ok::<_, String>(stop.wait(SOON)),
            |_, _| (),
            |_| (),
        );
        assert!(matches!(w, Err(SpawnError::TimedOut { .. })));
    }
}
