//! `cargo xtask bench`: Vitrine and its peers on the same work, in the same run, in turns.
//!
//! | file | what |
//! |---|---|
//! | [`rows`] | the table as data: what is measured, by whom, the target |
//! | [`context`] | what rows share: inputs, endpoint, shows read by several rows |
//! | [`inputs`] | generated clips, sound and overlays |
//! | [`peer`] | FFmpeg's command lines |
//! | [`ours`] | Vitrine's command lines, and the names of its reports' fields |
//! | [`catalogue`] | the catalogue at a hundred thousand products, and SQLite's shell |
//! | [`selling`] | the studio's example of cues, both canvases and long shows |
//! | [`trial`] | one run of one command: CPU time, memory, output |
//! | [`wire`] | an RTMP endpoint that notes when pictures arrive |
//! | [`report`] | medians, table, JSON |
//! | [`ffi`] | `wait4` |
//!
//! Machines are noisy: only ratios within one run count, and CPU time, not wall time.

mod options;
pub use options::Options;

#[cfg(unix)]
mod catalogue;
#[cfg(unix)]
mod context;
#[cfg(unix)]
mod ffi;
#[cfg(unix)]
mod inputs;
#[cfg(unix)]
mod ours;
#[cfg(unix)]
mod peer;
#[cfg(unix)]
mod report;
#[cfg(unix)]
mod rows;
#[cfg(unix)]
mod selling;
#[cfg(unix)]
mod trial;
#[cfg(unix)]
mod turns;
#[cfg(unix)]
mod wire;

#[cfg(unix)]
pub use turns::run;

/// The verb.
///
/// # Errors
/// Always: the CPU time of a child is read by `wait4`, which only Unix has.
#[cfg(not(unix))]
pub fn run(_: &Options) -> crate::Done {
    let what =
        "the benchmark runs on Linux and macOS only; it reads the CPU time of programs by wait4";
    Err(crate::failure::Failure::Setup(what.to_owned()))
}
