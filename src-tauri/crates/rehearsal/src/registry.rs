//! What the endpoint's threads share: the connections, the streams, a signal of change.

use std::collections::{BTreeMap, HashMap};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::lock;
use crate::measure::Measured;
use crate::misbehave::{EVERYONE, Gate, Misbehaviour};
use crate::rehearsal::RehearsalSettings;

/// Connections at once; further ones are closed as they come.
pub(crate) const MAX_CONNECTIONS: usize = 32;
/// Keys remembered; a publish under a further one is refused.
const MAX_STREAMS: usize = 256;

/// One connection, as others see it.
pub(crate) struct Handle {
    pub id: u64,
    pub socket: TcpStream,
    /// Known from the publish command on.
    pub key: Mutex<Option<String>>,
    /// To be reset at once.
    pub reset: AtomicBool,
}

/// Why a publish cannot have its key.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Taken {
    /// Another connection publishes it.
    Busy,
    /// Too many keys were used already.
    Full,
}

/// One endpoint.
pub(crate) struct Registry {
    pub settings: RehearsalSettings,
    pub gate: Gate,
    started: Instant,
    streams: Mutex<BTreeMap<String, Arc<Mutex<Measured>>>>,
    connections: Mutex<HashMap<u64, Arc<Handle>>>,
    accepting: AtomicBool,
    changes: Mutex<u64>,
    changed: Condvar,
}

impl Registry {
    pub fn new(settings: RehearsalSettings) -> Self {
        Self {
            settings,
            gate: Gate::default(),
            started: Instant::now(),
            streams: Mutex::default(),
            connections: Mutex::default(),
            accepting: AtomicBool::new(true),
            changes: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Milliseconds since the endpoint started.
    pub fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    /// Something that a report shows has changed.
    pub fn notify(&self) {
        *lock(&self.changes) += 1;
        self.changed.notify_all();
    }

    /// Waits until `condition` holds, looking again at each change; false if it did not within `limit`.
    pub fn wait_until(&self, limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
        // Silences grow without anything happening, so it looks again by itself too.
        const LOOK_AGAIN: Duration = Duration::from_millis(50);
        let until = Instant::now() + limit;
        loop {
            let seen = *lock(&self.changes);
            if condition() {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let changes = lock(&self.changes);
            if *changes == seen {
                let wait = self.changed.wait_timeout(changes, left.min(LOOK_AGAIN));
                drop(wait.unwrap_or_else(PoisonError::into_inner));
            }
        }
    }

    /// Lists a connection; `None` if there are too many.
    pub fn enter(&self, id: u64, socket: TcpStream) -> Option<Arc<Handle>> {
        let mut connections = lock(&self.connections);
        if connections.len() >= MAX_CONNECTIONS || self.gate.is_stopping() {
            return None;
        }
        let handle =
            Arc::new(Handle { id, socket, key: Mutex::default(), reset: AtomicBool::new(false) });
        connections.insert(id, Arc::clone(&handle));
        Some(handle)
    }

    /// A connection ended.
    pub fn leave(&self, id: u64) {
        lock(&self.connections).remove(&id);
        self.notify();
    }

    /// The accepting thread ended.
    pub fn accepting_ended(&self) {
        self.accepting.store(false, Ordering::Release);
        self.notify();
    }

    /// No thread of the endpoint runs any more.
    pub fn is_quiet(&self) -> bool {
        !self.accepting.load(Ordering::Acquire) && lock(&self.connections).is_empty()
    }

    /// Ends every connection's reads and writes, and every wait.
    pub fn stop(&self) {
        self.gate.stop();
        for handle in lock(&self.connections).values() {
            // Fails only if the peer has gone.
            drop(handle.socket.shutdown(std::net::Shutdown::Both));
        }
    }

    /// Tells connections to misbehave. A reset hits the matching ones now and is kept for the next publish
    /// only if there is none.
    pub fn misbehave(&self, key: &str, what: Misbehaviour) {
        if what == Misbehaviour::Reset {
            let connections = lock(&self.connections);
            let matching =
                |h: &&Arc<Handle>| key == EVERYONE || lock(&h.key).as_deref() == Some(key);
            let mut any = false;
            for handle in connections.values().filter(matching) {
                handle.reset.store(true, Ordering::Release);
                any = true;
            }
            if any {
                self.gate.tell(key, Misbehaviour::None);
                return;
            }
        }
        self.gate.tell(key, what);
    }

    /// Every key's measurements, in the order of keys.
    pub fn streams(&self) -> Vec<Arc<Mutex<Measured>>> {
        lock(&self.streams).values().cloned().collect()
    }

    /// A key's measurements.
    pub fn stream(&self, key: &str) -> Option<Arc<Mutex<Measured>>> {
        lock(&self.streams).get(key).cloned()
    }

    /// A key's measurements, made if need be.
    fn stream_or_new(&self, key: &str) -> Option<Arc<Mutex<Measured>>> {
        let mut streams = lock(&self.streams);
        if streams.len() >= MAX_STREAMS && !streams.contains_key(key) {
            return None;
        }
        let stream = streams
            .entry(key.to_owned())
            .or_insert_with(|| Arc::new(Mutex::new(Measured::new(key))));
        Some(Arc::clone(stream))
    }

    /// Makes a connection the publisher of `key`, and gives the number of the publish.
    pub fn claim(&self, key: &str, app: &str) -> Result<(Arc<Mutex<Measured>>, u32), Taken> {
        let stream = self.stream_or_new(key).ok_or(Taken::Full)?;
        let mut measured = lock(&stream);
        if measured.is_live() {
            return Err(Taken::Busy);
        }
        let number = measured.begin(app, self.now_ms());
        drop(measured);
        self.notify();
        Ok((stream, number))
    }

    /// Counts a refused publish.
    pub fn refused(&self, key: &str) {
        if let Some(stream) = self.stream_or_new(key) {
            lock(&stream).refuse();
        }
        self.notify();
    }
}
