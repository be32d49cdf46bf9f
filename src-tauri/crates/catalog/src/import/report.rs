//! [`Report`]: what became of the rows of a file.

use serde::Serialize;

/// Entries kept of each list; more are only counted.
const MOST_KEPT: usize = 100_000;
/// Warnings of one kind kept with their line; more are only counted.
const MOST_ALIKE: u64 = 20;

/// A row, and what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Remark {
    /// Line in the file, from 1 (a worksheet's row; the place in a list of JSON or XML); 0: the whole file.
    pub line: u64,
    /// One sentence with its remedy.
    pub text: String,
}

/// What was understood of a file, and what was not.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Report {
    /// Rows that hold something, without the header.
    pub rows: u64,
    /// Products that came of them.
    pub products: u64,
    /// Rows that could not be used, and why, in order of discovery; at most 100,000.
    pub skipped: Vec<Remark>,
    /// Rows skipped beyond those.
    pub skipped_more: u64,
    /// What was used, but should be looked at.
    pub warnings: Vec<Remark>,
    /// Warnings beyond those that are kept: many are alike.
    pub warnings_more: u64,
}

impl Report {
    /// A row that cannot be used.
    pub(crate) fn skip(&mut self, line: u64, text: impl Into<String>) {
        if self.skipped.len() < MOST_KEPT {
            self.skipped.push(Remark { line, text: text.into() });
        } else {
            self.skipped_more += 1;
        }
    }

    /// Something to be looked at.
    pub(crate) fn warn(&mut self, line: u64, text: impl Into<String>) {
        if self.warnings.len() < MOST_KEPT {
            self.warnings.push(Remark { line, text: text.into() });
        } else {
            self.warnings_more += 1;
        }
    }

    /// Like [`warn`](Self::warn), for what a whole file may be full of.
    pub(crate) fn note(&mut self, line: u64, text: &str) {
        let alike =
            self.warnings.iter().rev().take(MOST_ALIKE as usize).filter(|w| w.text == text).count();
        if alike as u64 >= MOST_ALIKE {
            self.warnings_more += 1;
        } else {
            self.warn(line, text);
        }
    }

    /// How many rows or products were skipped.
    pub fn skips(&self) -> u64 {
        self.skipped.len() as u64 + self.skipped_more
    }
}
