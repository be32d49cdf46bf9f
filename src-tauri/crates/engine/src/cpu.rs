//! CPU time by thread and memory of this process, from `/proc` on Linux; empty elsewhere.

use std::collections::BTreeMap;
use std::fs;

use serde::Serialize;

/// CPU seconds of all threads of one name. FFmpeg's own threads carry the name of the thread
/// that opened the encoder, so an encoder's row holds all of its work.
#[derive(Clone, Debug, Serialize)]
pub struct ThreadCpu {
    /// The thread's name, at most 15 bytes on Linux.
    pub name: String,
    /// User and system time in seconds.
    pub seconds: f64,
}

/// CPU seconds by thread name. Threads that have ended are not in it.
pub fn by_thread() -> Vec<ThreadCpu> {
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    let Ok(tasks) = fs::read_dir("/proc/self/task") else { return Vec::new() };
    for task in tasks.flatten() {
        let dir = task.path();
        let Ok(name) = fs::read_to_string(dir.join("comm")) else { continue };
        // schedstat's first number is time on the processor in nanoseconds; it is exact where
        // `stat` counts in hundredths of a second.
        let nanos = fs::read_to_string(dir.join("schedstat"))
            .ok()
            .and_then(|s| s.split_whitespace().next()?.parse::<f64>().ok());
        if let Some(nanos) = nanos {
            *sums.entry(name.trim().to_owned()).or_default() += nanos / 1e9;
        }
    }
    sums.into_iter().map(|(name, seconds)| ThreadCpu { name, seconds }).collect()
}

/// Resident memory and its highest, in bytes.
pub fn memory() -> (u64, u64) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    (field("VmRSS:").unwrap_or(0) * 1024, field("VmHWM:").unwrap_or(0) * 1024)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn finds_this_process() {
        assert!(by_thread().iter().map(|t| t.seconds).sum::<f64>() > 0.0);
        let (now, peak) = memory();
        assert!(now > 1 << 20 && peak >= now);
    }
}
