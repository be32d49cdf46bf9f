//! What platforms lay over the picture: names, buttons, comments. Data, in `assets/platforms.json`; each
//! entry says where it is from and how sure it is.

use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::error::StudioError;

const DATA: &str = include_str!("../../../../assets/platforms.json");

/// A part of the canvas that a platform covers, in fractions of the canvas.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// From the left, 0 to 1.
    pub x: f32,
    /// From the top, 0 to 1.
    pub y: f32,
    /// Across.
    pub width: f32,
    /// Down.
    pub height: f32,
    /// What lies there, in a few words.
    pub what: String,
    /// It comes and goes, or can be seen through: better kept clear, but nothing is moved for it.
    #[serde(default)]
    pub soft: bool,
}

/// How sure the zones are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Published by the platform.
    Published,
    /// Published by others, who agree.
    ThirdParty,
    /// Judged from how the platform looks; try it out before a show.
    Estimate,
}

/// A platform on one canvas.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Its name in commands and on the command line: `tiktok`, `instagram`, `youtube`…
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// On which canvas.
    pub canvas: Canvas,
    /// What it covers.
    pub zones: Vec<Zone>,
    /// Where the figures are from.
    pub source: String,
    /// When they were looked up, `YYYY-MM-DD`.
    pub date: String,
    /// How sure they are.
    pub confidence: Confidence,
}

/// Every platform on every canvas it has, in the order of the file.
///
/// # Errors
/// Never, unless the program was built from a broken file; a test reads it.
pub fn platforms() -> Result<Vec<Platform>, StudioError> {
    serde_json::from_str(DATA).map_err(|e| {
        StudioError::new(
            crate::ErrorKind::Internal,
            "platforms",
            format!("platforms.json in this program: {e}"),
        )
    })
}

/// A platform by its name, on a canvas.
///
/// # Errors
/// If there is none of this name, or it has no such canvas; the sentence names those there are.
pub fn platform(name: &str, canvas: Canvas) -> Result<Platform, StudioError> {
    let all = platforms()?;
    let wanted = name.trim().to_lowercase();
    if let Some(found) = all.iter().find(|p| p.name == wanted && p.canvas == canvas) {
        return Ok(found.clone());
    }
    let mut names: Vec<&str> =
        all.iter().filter(|p| p.canvas == canvas).map(|p| p.name.as_str()).collect();
    names.dedup();
    let what = format!("there are no safe zones of {name:?} for {canvas}");
    Err(StudioError::input("platform", what).remedy(format!("choose {}", names.join(", "))))
}

/// What the platforms a canvas goes to cover of it, all together.
///
/// # Errors
/// See [`platform`].
pub fn zones(names: &[&str], canvas: Canvas) -> Result<Vec<Zone>, StudioError> {
    let mut all = Vec::new();
    for name in names {
        all.extend(platform(name, canvas)?.zones);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let all = platforms().expect("readable");
        for p in &all {
            assert!(!p.zones.is_empty() && !p.source.is_empty(), "{}", p.name);
            assert!(p.date.len() == 10 && p.date.starts_with("20"), "{}", p.name);
            for z in &p.zones {
                assert!(!z.what.is_empty());
                let inside = |at: f32, length: f32| {
                    (0.0..1.0).contains(&at) && length > 0.0 && at + length <= 1.0001
                };
                assert!(inside(z.x, z.width) && inside(z.y, z.height), "{} {z:?}", p.name);
            }
        }
        for name in
            ["tiktok", "instagram", "youtube", "whatnot", "aliexpress", "facebook", "twitch"]
        {
            assert!(all.iter().any(|p| p.name == name), "{name}");
        }
        for name in ["youtube", "twitch", "facebook"] {
            assert!(platform(name, Canvas::Landscape).is_ok(), "{name}");
        }
        let unknown = platform("tiktok", Canvas::Landscape).expect_err("TikTok is upright");
        assert!(unknown.remedy.is_some_and(|r| r.contains("youtube")));
        assert_eq!(zones(&["TikTok"], Canvas::Portrait).expect("zones").len(), {
            platform("tiktok", Canvas::Portrait).expect("TikTok").zones.len()
        });
    }

    #[test]
    fn unknown_keys_are_refused() {
        let text = DATA.replacen("\"what\"", "\"waht\"", 1);
        assert!(serde_json::from_str::<Vec<Platform>>(&text).is_err());
    }
}
