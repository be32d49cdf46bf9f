//! The catalogue at a hundred thousand products.

use super::{Row, Target};
use crate::bench::catalogue::{Figure, ours, peer};

const SHELL: &str = "sqlite3: .import and an FTS5 table";
const UNIT: &str = "ms";

/// P11.
pub const ROWS: &[Row] = &[
    Row {
        id: "P11.import",
        what: "a shop's export of 100,000 rows into the catalogue",
        peer_name: SHELL,
        unit: UNIT,
        peer: Some(|c| peer(c, Figure::Import)),
        ours: Some(|c| ours(c, Figure::Import)),
        target: Target::AtMost(10_000.0),
    },
    Row {
        id: "P11.search",
        what: "search as you type over 100,000 products, 99 of 100",
        peer_name: "sqlite3: FTS5 prefix query by rank",
        unit: UNIT,
        peer: Some(|c| peer(c, Figure::Search)),
        ours: Some(|c| ours(c, Figure::Search)),
        target: Target::AtMost(10.0),
    },
    Row {
        id: "P11.open",
        what: "opening 100,000 products, with its check",
        peer_name: "sqlite3: one query",
        unit: UNIT,
        peer: Some(|c| peer(c, Figure::Open)),
        ours: Some(|c| ours(c, Figure::Open)),
        target: Target::AtMost(50.0),
    },
    Row {
        id: "P11.price",
        what: "a price, from the call to the disk",
        peer_name: "sqlite3: UPDATE",
        unit: UNIT,
        peer: Some(|c| peer(c, Figure::Price)),
        ours: Some(|c| ours(c, Figure::Price)),
        target: Target::AtMost(20.0),
    },
];
