//! Selling on screen, through the studio that every caller uses.

use super::{CS, Row, Target};
use crate::bench::selling::{delay, floors, growth, rest, whole};

const UNIT: &str = "ms";

/// P9, P5 with everything on air, and twelve hours.
pub const ROWS: &[Row] = &[
    Row {
        id: "P9.next",
        what: "cue of the next item to its coded picture, low latency, both canvases, 99 of 100",
        peer_name: "",
        unit: UNIT,
        peer: None,
        ours: Some(|c| delay(c, "low", "next")),
        target: Target::AtMost(100.0),
    },
    Row {
        id: "P9.jump",
        what: "the same, an item that was not drawn ahead",
        peer_name: "",
        unit: UNIT,
        peer: None,
        ours: Some(|c| delay(c, "low", "jump")),
        target: Target::AtMost(100.0),
    },
    Row {
        id: "P9.quality",
        what: "cue of the next item, quality setting, whose encoder looks 0.2 s ahead",
        peer_name: "",
        unit: UNIT,
        peer: None,
        ours: Some(|c| delay(c, "quality", "next")),
        // 100 as above, and the 250 that a picture may take from its tick to its packet in this setting.
        target: Target::AtMost(350.0),
    },
    Row {
        id: "P9.panic",
        what: "panic to the slate's coded picture, quality setting, 99 of 100",
        peer_name: "",
        unit: UNIT,
        peer: None,
        ours: Some(|c| delay(c, "quality", "panic_picture")),
        target: Target::AtMost(200.0),
    },
    Row {
        id: "P9.silence",
        what: "panic to coded silence",
        peer_name: "",
        unit: UNIT,
        peer: None,
        ours: Some(|c| delay(c, "quality", "panic_sound")),
        target: Target::AtMost(200.0),
    },
    Row {
        id: "P5.selling",
        what: "both canvases, card and countdown, 2 RTMP + 2 recordings, through the studio",
        peer_name: "two floors",
        unit: CS,
        peer: Some(floors),
        ours: Some(whole),
        target: Target::Ratio(1.05),
    },
    Row {
        id: "P5.rest",
        what: "the same: all but the encoders",
        peer_name: "",
        unit: CS,
        peer: None,
        ours: Some(rest),
        target: Target::AtMost(0.05),
    },
    Row {
        id: "P8.hours",
        what: "12 h simulated, a cue every 20 s: memory from the first to the last hour",
        peer_name: "",
        unit: "%",
        peer: None,
        ours: Some(growth),
        target: Target::AtMost(1.0),
    },
];
