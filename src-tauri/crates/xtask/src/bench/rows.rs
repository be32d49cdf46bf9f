//! The table: what is measured, by whom, and what it should come to.
//!
//! | file | what |
//! |---|---|
//! | [`kernels`] | what one thread needs for a picture: drawing, converting, decoding |
//! | [`catalogue`] | import, search, opening and writing of the catalogue |
//! | [`shows`] | whole shows: cost, delay, memory, losses |
//! | [`selling`] | from a cue to its picture; both canvases; twelve hours |

mod catalogue;
mod kernels;
mod selling;
mod shows;

use super::context::Context;
use crate::Done;

/// One side of a row: runs what is needed and gives the figure in the row's unit.
pub type Side = fn(&Context) -> Done<f64>;

/// What a row should come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// At most this many times the peer's figure.
    Ratio(f64),
    /// At most this, in the row's unit.
    AtMost(f64),
    /// At least this, in the row's unit.
    AtLeast(f64),
}

/// One row of the table.
pub struct Row {
    /// Its name for `--only`.
    pub id: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// What the peer does.
    pub peer_name: &'static str,
    /// The unit of both figures.
    pub unit: &'static str,
    /// The peer's side, where there is one.
    pub peer: Option<Side>,
    /// Vitrine's side.
    pub ours: Option<Side>,
    /// The target.
    pub target: Target,
}

const MS: &str = "ms/picture";
const CS: &str = "CPU s/s";

/// All rows, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Row> {
    kernels::ROWS.iter().chain(shows::ROWS).chain(selling::ROWS).chain(catalogue::ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_named_alone() {
        let ids: Vec<_> = all().map(|row| row.id).collect();
        for (n, id) in ids.iter().enumerate() {
            assert!(!ids[..n].contains(id), "{id} twice");
        }
        assert!(all().all(|row| row.peer.is_some() != row.peer_name.is_empty()));
    }
}
