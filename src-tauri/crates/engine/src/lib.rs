//! The engine: sources, compositor, mixer, encoders and destinations wired into one show.
//! It owns the threads and the clock and counts every loss once. It knows no product and no
//! database.
//!
//! ```text
//!  source threads ── Frame ──► Mailbox ─┐
//!  Program (atomic swap) ───────────────┤
//!                                       ▼
//!            tick thread: one pass per canvas ── Queue(3) ──► encoder thread per rendition ─┐
//!                               └── Mailbox ──► preview                                  Packet
//!  microphone threads ── Queue(200 ms) ──► audio thread: mix, meter, encode ─────────► fan-out
//!                                                        destinations and recordings ◄──────┘
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`engine`] | [`Engine`]: start, add and take away, cover for privacy, stop |
//! | [`settings`] | what an engine is started with |
//! | [`program`] | [`Program`]: the scenes on air and their pictures; what is scheduled |
//! | `tick` | the thread that draws every canvas |
//! | `encoder` | one thread per rendition |
//! | `audio` | the thread that mixes and encodes sound |
//! | `sources` | threads that read cameras and microphones |
//! | `devices` | the thread that notices devices coming and going |
//! | `fanout` | packets to every destination and recording of a rendition |
//! | [`stats`] | [`Stats`]: every counter, as one serde value |
//! | [`events`] | [`Event`]: what callers are told |
//! | `cpu` | CPU time by thread, memory |
//!
//! The three losses: **lagged** (the compositor was late, counted in `tick`), **skipped** (an
//! encoder was late, counted where its queue refuses), **dropped** (a network or disk was late,
//! counted in `vitrine-delivery`).

mod audio;
pub mod cpu;
mod devices;
mod encoder;
pub mod engine;
pub mod error;
pub mod events;
mod fanout;
pub mod program;
pub mod settings;
mod sources;
pub mod stats;
mod tick;

pub use engine::Engine;
pub use error::EngineError;
pub use events::{Event, Events, SourceKind};
pub use fanout::PacketSink;
pub use program::{CanvasId, Pictures, Program};
pub use settings::{
    AudioSourceSettings, CanvasSettings, EngineSettings, RenditionId, RenditionSettings,
    VideoSourceSettings,
};
pub use stats::Stats;
