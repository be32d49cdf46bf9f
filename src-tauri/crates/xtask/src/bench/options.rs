//! What the caller of the benchmark chooses.

use std::path::PathBuf;

/// Options of `cargo xtask bench`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// Write every sample and the table to this file.
    pub json: Option<PathBuf>,
    /// Runs of each side; 0 means five, or one when quick.
    pub runs: usize,
    /// Rows whose id begins with one of these; all if empty.
    pub only: Vec<String>,
    /// Short shows: to see that it works.
    pub quick: bool,
    /// Leave Vitrine out.
    pub peers_only: bool,
    /// List the rows and stop.
    pub list: bool,
}

impl Options {
    /// Runs of each side.
    pub fn rounds(&self) -> usize {
        match (self.runs, self.quick) {
            (0, true) => 1,
            (0, false) => 5,
            (given, _) => given,
        }
    }

    /// Seconds of each show.
    pub fn seconds(&self) -> u32 {
        if self.quick { 4 } else { 10 }
    }

    /// Whether a row is wanted.
    pub fn wants(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| id.starts_with(only.as_str()))
    }
}
