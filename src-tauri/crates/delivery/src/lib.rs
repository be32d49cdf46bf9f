//! Packets reach one destination: an RTMP service, or a file.
//!
//! | file | what |
//! |---|---|
//! | [`target`] | [`Target`]: where to publish, and the secret key; understands what sellers paste |
//! | [`destination`] | [`Destination`]: one thread per service, connects, sends, reconnects, stops |
//! | `session` | the body of that thread |
//! | [`status`] | what a destination says of itself: state, reasons, counters, events |
//! | [`reconnect`] | when to try again, and when to give up (pure) |
//! | [`queue`] | [`PacketQueue`]: bounded by time and bytes; what is dropped when it is full |
//! | [`interleave`] | the order of sound and picture |
//! | [`rebase`] | each connection's and each file's own zero of time |
//! | [`lateness`] | from a picture's tick to the wire |
//! | [`publisher`] | the [`Publisher`] trait and [`PublishError`] |
//! | [`flv`] | the publisher made of libavformat |
//! | [`classify`] | what a failed call means: phase, kind, one sentence (pure) |
//! | [`resolve`] | host names, with a time limit |
//! | [`tls`] | whether this FFmpeg can be trusted with `rtmps` |
//! | [`interrupt`] | ends a call that waits for the network |
//! | [`recording`] | [`Recording`]: a file that survives a crash |
//! | `writer` | the body of its thread |
//! | [`file`](mod@file) | its muxing, its disk, its finishing |
//! | `ffi` | the only unsafe code |
//!
//! Nobody who pushes a packet ever waits: [`Destination::push`] and [`Recording::push`] only touch a
//! queue. All network and disk calls run on the destination's or recording's own thread.

pub mod classify;
pub mod destination;
mod ffi;
pub mod file;
pub mod flv;
pub mod interleave;
pub mod interrupt;
pub mod lateness;
pub mod publisher;
pub mod queue;
pub mod rebase;
pub mod reconnect;
pub mod recording;
pub mod resolve;
mod session;
pub mod status;
pub mod target;
pub mod tls;
mod writer;

pub use destination::{Destination, DestinationSettings, StartError};
pub use lateness::PictureToWire;
pub use publisher::{FailureKind, Phase, PublishError, Publisher};
pub use queue::PacketQueue;
pub use recording::{
    Recording, RecordingError, RecordingEvent, RecordingReport, RecordingSettings, RecordingState,
    RecordingStatus,
};
pub use status::{Counts, DestinationEvent, DestinationStatus, FinalReport, State};
pub use target::{Target, TargetError};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even if a thread panicked while holding the lock: what this crate guards is valid after
/// every statement, and one thread's panic must not end a show.
fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}
