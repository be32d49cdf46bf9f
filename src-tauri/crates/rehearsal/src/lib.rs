//! The built-in RTMP endpoint on loopback: a place to rehearse a show against, which measures what
//! arrives and can misbehave on request.
//!
//! | file | what |
//! |---|---|
//! | `rehearsal` | [`Rehearsal`]: the port, the accepting thread, what callers ask and tell |
//! | `connection` | one publisher on one thread: reads, obeys the misbehaviours, hands media on |
//! | `registry` | what the threads share: connections, streams, a signal of change |
//! | `session` | the RTMP conversation without I/O: bytes in, answers and events out |
//! | `chunk` | chunks → messages, bounded whatever arrives |
//! | `amf` | AMF0 values, checked for depth and size before they are decoded |
//! | `tag` | FLV audio and video bodies, Enhanced RTMP headers included |
//! | `h264`, `aac` | avcC, SPS, NAL units; AudioSpecificConfig |
//! | `measure` | what is counted while media arrives |
//! | `report`, `problems` | [`StreamReport`]: the figures, and what is wrong with them in plain language |
//! | `timeline` | [`TimelineEntry`]: every packet's timestamp, arrival and size, the newest kept |
//! | `flv_file` | one FLV file per publish |
//! | `misbehave` | [`Misbehaviour`]: refuse, stall, throttle, reset |
//!
//! Of rml_rtmp it uses the handshake, the AMF0 codec, the message types and the chunk writer. The reading
//! side is our own: rml_rtmp's panics on some chunk headers and short commands, recurses without a limit
//! into nested AMF0, mixes up messages whose chunks are interleaved, and its server session
//! cannot answer a publish with the `onStatus` that services send.
//!
//! Everything public may be used from any thread.

mod aac;
mod amf;
mod chunk;
mod connection;
mod flv_file;
mod h264;
mod measure;
mod misbehave;
mod problems;
mod registry;
mod rehearsal;
mod report;
mod session;
mod tag;
mod timeline;

pub use misbehave::Misbehaviour;
pub use rehearsal::{Rehearsal, RehearsalError, RehearsalSettings};
pub use report::{
    AudioReport, Colour, ConnectionReport, Metadata, StreamReport, StreamState, VideoReport,
};
pub use timeline::TimelineEntry;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even if a thread panicked while holding the lock: what is guarded here are counters, and
/// one broken connection must not take the endpoint with it.
fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}
