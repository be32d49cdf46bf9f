//! What callers are told: bounded, oldest lost, the state can always be read again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use vitrine_capture::DeviceChange;
use vitrine_delivery::{DestinationEvent, RecordingEvent};
use vitrine_flow::{Popped, Queue};
use vitrine_media::MediaTime;

/// Events kept for a caller who does not read.
const BOUND: usize = 256;

/// What a source gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Pictures; while it is lost its layer is not drawn.
    Video,
    /// Sound; while it is lost it is silent.
    Audio,
}

/// Something happened. Readable sentences are in the field `reason`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A source gave nothing any more.
    SourceLost {
        /// Its name.
        id: String,
        /// What it gave.
        kind: SourceKind,
        /// Why.
        reason: String,
        /// Show time.
        at: MediaTime,
    },
    /// It is back.
    SourceReturned {
        /// Its name.
        id: String,
        /// What it gives.
        kind: SourceKind,
        /// Show time.
        at: MediaTime,
    },
    /// A camera or microphone was plugged in or went away, in use or not.
    Device {
        /// Which.
        #[serde(flatten)]
        change: DeviceChange,
    },
    /// Something about a destination.
    Destination {
        /// Its name.
        id: String,
        /// What.
        what: DestinationEvent,
    },
    /// Something about a recording.
    Recording {
        /// Its name.
        id: String,
        /// What.
        what: RecordingEvent,
    },
    /// An encoder failed and was opened again.
    EncoderRestarted {
        /// The rendition.
        id: String,
        /// Why.
        reason: String,
    },
    /// A thread ended by a panic.
    ThreadEnded {
        /// Its name.
        name: String,
        /// The panic's message.
        reason: String,
    },
}

/// The queue of events. Clone freely; one reader gets each event.
#[derive(Clone, Debug)]
pub struct Events {
    queue: Arc<Queue<Event>>,
    missed: Arc<AtomicU64>,
}

impl Default for Events {
    fn default() -> Self {
        Self { queue: Arc::new(Queue::new(BOUND)), missed: Arc::default() }
    }
}

impl Events {
    /// Tells; the oldest untold event makes room. Never waits.
    pub fn tell(&self, event: Event) {
        let mut event = event;
        while let Err(back) = self.queue.try_push(event) {
            if let Popped::Closed = self.queue.pop(Duration::ZERO) {
                return;
            }
            self.missed.fetch_add(1, Ordering::Relaxed);
            event = back;
        }
    }

    /// The next event, waiting up to `timeout`.
    pub fn next(&self, timeout: Duration) -> Option<Event> {
        match self.queue.pop(timeout) {
            Popped::Item(e) => Some(e),
            Popped::TimedOut | Popped::Closed => None,
        }
    }

    /// Events lost because nobody read them.
    pub fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let events = Events::default();
        for n in 0..300 {
            events.tell(Event::ThreadEnded { name: n.to_string(), reason: String::new() });
        }
        assert_eq!(events.missed(), 44);
        match events.next(Duration::ZERO) {
            Some(Event::ThreadEnded { name, .. }) => assert_eq!(name, "44"),
            other => panic!("{other:?}"),
        }
    }
}
