//! The two pictures of a show, and how sizes and rates are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use vitrine_engine::CanvasId;
use vitrine_media::{FrameRate, Size};

use crate::error::StudioError;

/// 16:9 or 9:16.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, ts_rs::TS,
)]
pub enum Canvas {
    /// 16:9, for YouTube, Twitch, own sites.
    #[serde(rename = "16:9")]
    Landscape,
    /// 9:16, for TikTok, Instagram, Whatnot.
    #[serde(rename = "9:16")]
    Portrait,
}

impl Canvas {
    /// Its name in the engine.
    pub fn id(self) -> CanvasId {
        CanvasId::from(match self {
            Self::Landscape => "16:9",
            Self::Portrait => "9:16",
        })
    }

    /// Its size, given the 16:9 size.
    pub fn size(self, landscape: Size) -> Size {
        match self {
            Self::Landscape => landscape,
            Self::Portrait => Size::new(landscape.height, landscape.width),
        }
    }
}

impl fmt::Display for Canvas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id())
    }
}

impl FromStr for Canvas {
    type Err = StudioError;
    fn from_str(s: &str) -> Result<Self, StudioError> {
        match s {
            "16:9" => Ok(Self::Landscape),
            "9:16" => Ok(Self::Portrait),
            _ => Err(StudioError::input("canvas", format!("there is no canvas {s:?}"))
                .remedy("a canvas is 16:9 or 9:16")),
        }
    }
}

/// Reads `1280x720`.
///
/// # Errors
/// If it is not two even numbers from 160 to 4096 with the width the larger.
pub fn parse_size(text: &str) -> Result<Size, StudioError> {
    let bad = || {
        StudioError::input("size", format!("picture size {text:?} cannot be used"))
            .remedy("write the 16:9 size with even sides, such as 1280x720 or 1920x1080; use --canvas 9:16 for portrait")
    };
    let (w, h) = text.split_once(['x', 'X']).ok_or_else(bad)?;
    let size =
        Size::new(w.trim().parse().map_err(|_| bad())?, h.trim().parse().map_err(|_| bad())?);
    let fits = size.is_video() && size.width >= 160 && size.width <= 4096 && size.height >= 90;
    if fits && size.width >= size.height { Ok(size) } else { Err(bad()) }
}

/// Reads `30`, `29.97`, `30000/1001`.
///
/// # Errors
/// If it is no rate from 5 to 60.
pub fn parse_rate(text: &str) -> Result<FrameRate, StudioError> {
    let bad = || {
        StudioError::input("fps", format!("{text:?} pictures a second cannot be used")).remedy(
            "write a rate from 5 to 60, such as 25, 29.97, 30 or 60, or a ratio such as 30000/1001",
        )
    };
    let rate = match text.trim() {
        "23.976" | "23.98" => FrameRate::new(24_000, 1001),
        "29.97" => FrameRate::new(30_000, 1001),
        "59.94" => FrameRate::new(60_000, 1001),
        other => match other.split_once('/') {
            Some((n, d)) => FrameRate::new(
                n.trim().parse().map_err(|_| bad())?,
                d.trim().parse().map_err(|_| bad())?,
            ),
            None => FrameRate::new(other.parse().map_err(|_| bad())?, 1),
        },
    };
    rate.filter(|r| (5.0..=60.0).contains(&r.as_f64())).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_and_rates() {
        assert_eq!(parse_size("1280x720").ok(), Some(Size::new(1280, 720)));
        for bad in ["720x1280", "1281x720", "0x0", "99999x2", "1280", "-1x2", "1280x"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_rate("29.97").ok(), FrameRate::new(30_000, 1001));
        assert_eq!(parse_rate("25").ok(), Some(FrameRate::whole(25)));
        for bad in ["0", "1", "NaN", "240", "30/0", "x"] {
            assert!(parse_rate(bad).is_err(), "{bad}");
        }
    }
}
