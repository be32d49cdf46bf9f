//! What is on air, as a plain value: the one thing that decides what every canvas shows.

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vitrine_media::MediaTime;

use crate::error::StudioError;
use crate::product::Product;

/// A picture that covers everything else.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Page {
    /// Before the show.
    StartingSoon,
    /// A pause.
    Break,
    /// After the show.
    Ending,
    /// No source, or privacy.
    Slate,
}

impl Page {
    /// Its name, as written on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StartingSoon => "starting-soon",
            Self::Break => "break",
            Self::Ending => "ending",
            Self::Slate => "slate",
        }
    }
}

impl FromStr for Page {
    type Err = StudioError;
    fn from_str(s: &str) -> Result<Self, StudioError> {
        match s {
            "starting-soon" => Ok(Self::StartingSoon),
            "break" => Ok(Self::Break),
            "ending" => Ok(Self::Ending),
            "slate" => Ok(Self::Slate),
            _ => Err(StudioError::input("page", format!("there is no full picture {s:?}"))
                .remedy("choose starting-soon, break, ending or slate")),
        }
    }
}

/// Name and role of whoever speaks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LowerThird {
    /// First line.
    pub name: String,
    /// Second line.
    pub role: String,
}

/// Everything on air. Equal values look equal on screen.
#[derive(Clone, Debug, Default)]
pub struct OnAir {
    /// The product that card, banner and promo code speak of.
    pub product: Option<Arc<Product>>,
    /// Product card, with picture, price and QR.
    pub card: bool,
    /// Full-width price banner.
    pub banner: bool,
    /// Promo code, if the product has one.
    pub promo_code: bool,
    /// Countdown to this show time; it leaves by itself.
    pub countdown_to: Option<MediaTime>,
    /// Name and role.
    pub lower_third: Option<LowerThird>,
    /// A full picture over all of it.
    pub page: Option<Page>,
}

impl OnAir {
    /// A product with everything that sells it.
    pub fn product(product: Arc<Product>) -> Self {
        Self { product: Some(product), card: true, banner: true, ..Self::default() }
    }
}
