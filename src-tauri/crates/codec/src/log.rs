//! FFmpeg's log: made into whole lines, secrets taken out, given to `tracing` (target `ffmpeg`).
//!
//! FFmpeg writes pieces of lines, on any thread, and with the address it failed to open in them.
//! Pieces are put together per thread before anything is looked for in them, so that a key cannot
//! slip through in two halves. The last warnings of a thread are kept for its error sentences.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Once;

use tracing::{Level, debug, enabled, error, trace, warn};
use vitrine_secret::redact;

/// Lines kept per thread.
const KEPT: usize = 20;
/// A line without an end is taken as one at this length.
const LONGEST: usize = 16 * 1024;

/// FFmpeg's level numbers (libavutil/log.h).
const ERROR: i32 = 16;
const WARNING: i32 = 24;
const INFO: i32 = 32;
const DEBUG: i32 = 48;

#[derive(Default)]
struct Lines {
    pending: String,
    quiet: bool,
    recent: VecDeque<String>,
}

thread_local! {
    static LINES: RefCell<Lines> = RefCell::default();
}

/// Takes over FFmpeg's log. Call before anything else of FFmpeg; calling again does nothing.
/// Every reader and encoder of this crate does so by itself. Any thread.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        crate::ffi::install_log();
        if let Err(e) = ffmpeg_next::init() {
            warn!(target: "ffmpeg", "initialisation failed: {e}");
        }
    });
}

/// The last lines (warnings and errors, at most 20) FFmpeg logged on the calling thread, oldest first.
pub fn recent() -> Vec<String> {
    LINES.with_borrow(|l| l.recent.iter().cloned().collect())
}

/// Forgets the calling thread's lines: call it before an operation whose lines are wanted alone.
pub fn clear() {
    LINES.with_borrow_mut(|l| l.recent.clear());
}

/// From now on the calling thread's lines go to `tracing` as `DEBUG` at most: for trials, where a
/// failure is one of the answers.
pub(crate) fn quiet(quiet: bool) {
    LINES.with_borrow_mut(|l| l.quiet = quiet);
}

/// Is anybody interested in lines of this level?
pub(crate) fn wanted(level: i32) -> bool {
    if level <= WARNING {
        true
    } else if level <= INFO {
        enabled!(target: "ffmpeg", Level::DEBUG)
    } else {
        level <= DEBUG && enabled!(target: "ffmpeg", Level::TRACE)
    }
}

/// Does the next piece begin a line (and so get FFmpeg's prefix)?
pub(crate) fn at_line_start() -> bool {
    LINES.try_with(|l| l.try_borrow().map_or(true, |l| l.pending.is_empty())).unwrap_or(true)
}

/// Takes a piece of a line. `ends` also ends it without a line break.
pub(crate) fn take(level: i32, piece: &str, ends: bool) {
    // A line may come while its thread ends, or from inside a subscriber: it is lost then.
    let _ = LINES.try_with(|lines| {
        let Ok(mut lines) = lines.try_borrow_mut() else { return };
        lines.pending.push_str(piece);
        if !(ends || piece.ends_with(['\n', '\r']) || lines.pending.len() > LONGEST) {
            return;
        }
        let whole = std::mem::take(&mut lines.pending);
        let text = redact(whole.trim_end()).into_owned();
        if text.is_empty() {
            return;
        }
        if level <= WARNING {
            if lines.recent.len() == KEPT {
                lines.recent.pop_front();
            }
            lines.recent.push_back(text.clone());
        }
        let level = if lines.quiet { level.max(INFO) } else { level };
        // A subscriber may call back into this module.
        drop(lines);
        if level <= ERROR {
            error!(target: "ffmpeg", "{text}");
        } else if level <= WARNING {
            warn!(target: "ffmpeg", "{text}");
        } else if level <= INFO {
            debug!(target: "ffmpeg", "{text}");
        } else {
            trace!(target: "ffmpeg", "{text}");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_secret::Secret;

    #[test]
    fn lines_are_whole_and_bounded() {
        clear();
        let key = Secret::new("canary-of-two-halves");
        take(ERROR, "cannot open rtmp://host/app/canary-of-", false);
        assert!(!at_line_start());
        take(ERROR, "two-halves\n", false);
        assert!(at_line_start());
        let line = recent().pop().expect("a line");
        assert!(!line.contains(key.expose()) && line.contains("•••"), "{line}");
        for i in 0..50 {
            take(WARNING, &format!("line {i}\n"), false);
        }
        assert_eq!(recent().len(), KEPT);
        assert_eq!(recent().last().map(String::as_str), Some("line 49"));
        take(INFO, "not kept\n", false);
        assert_eq!(recent().last().map(String::as_str), Some("line 49"));
        clear();
        assert!(recent().is_empty());
    }
}
