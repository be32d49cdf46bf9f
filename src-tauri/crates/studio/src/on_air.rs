//! What is on air, as a plain value: the one thing that decides what every canvas shows.

use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vitrine_graphics::Price;
use vitrine_media::MediaTime;

use crate::error::StudioError;
use crate::product::Product;

/// A scene, named by what it is for. How it is laid out is each canvas's own ([`crate::scenes`]).
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    Default,
    Serialize,
    Deserialize,
    ts_rs::TS,
)]
#[serde(rename_all = "kebab-case")]
pub enum SceneName {
    /// The host fills the picture.
    #[default]
    Host,
    /// The product's picture large, the host in a corner.
    Product,
    /// Host and product side by side (one above the other in portrait).
    Split,
    /// Near: the close-up camera, or the host's one brought closer.
    CloseUp,
    /// Before the show, with a countdown.
    StartingSoon,
    /// A pause.
    Break,
    /// After the show.
    Ending,
    /// Privacy: nothing of the room is seen.
    Slate,
}

impl SceneName {
    /// Every scene, in the order a seller meets them.
    pub const ALL: [Self; 8] = [
        Self::StartingSoon,
        Self::Host,
        Self::Product,
        Self::Split,
        Self::CloseUp,
        Self::Break,
        Self::Ending,
        Self::Slate,
    ];

    /// As it is written in commands, catalogue and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Product => "product",
            Self::Split => "split",
            Self::CloseUp => "close-up",
            Self::StartingSoon => "starting-soon",
            Self::Break => "break",
            Self::Ending => "ending",
            Self::Slate => "slate",
        }
    }

    /// Whether it is a full picture, over which no element lies and in which no camera is seen.
    pub const fn is_page(self) -> bool {
        matches!(self, Self::StartingSoon | Self::Break | Self::Ending | Self::Slate)
    }
}

impl FromStr for SceneName {
    type Err = StudioError;
    fn from_str(s: &str) -> Result<Self, StudioError> {
        Self::ALL.into_iter().find(|n| n.name() == s).ok_or_else(|| {
            StudioError::input("scene", format!("there is no scene {s:?}")).remedy(
                "choose host, product, split, close-up, starting-soon, break, ending or slate",
            )
        })
    }
}

/// Name and role of whoever speaks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ts_rs::TS)]
pub struct LowerThird {
    /// First line.
    pub name: String,
    /// Second line; may be empty.
    #[serde(default)]
    pub role: String,
}

/// A question from a viewer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ts_rs::TS)]
pub struct Question {
    /// What they ask.
    pub text: String,
    /// Who asks; may be empty.
    #[serde(default)]
    pub from: String,
}

/// Something all viewers work towards.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ts_rs::TS)]
pub struct Goal {
    /// What it is.
    pub label: String,
    /// So far.
    pub reached: u32,
    /// All of it; at least 1.
    pub target: u32,
}

/// A price that has just fallen: the old one is struck, then the new one arrives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceDrop {
    /// Before.
    pub before: Price,
    /// From now on; below `before`.
    pub now: Price,
    /// Show time at which it fell: the old price stands alone until half a second later.
    pub at: MediaTime,
}

/// A sale at its price for a short time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlashSale {
    /// Its price.
    pub price: Price,
    /// The usual price, crossed out.
    pub compare_at: Option<Price>,
    /// Show time at which it ends.
    pub ends: MediaTime,
    /// Pieces left of those it is for.
    pub left: Option<u32>,
}

/// Where a lot is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "kebab-case")]
pub enum LotStage {
    /// Shown, the clock does not run yet.
    Ready,
    /// Bids are taken.
    Running,
    /// Over, somebody has it.
    Sold,
    /// Over, nobody has it.
    Unsold,
}

/// One round of an auction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lot {
    /// Its number, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// Where it is.
    pub stage: LotStage,
    /// The highest bid, or where bids begin.
    pub price: Price,
    /// Whoever bids the most, shortened; `None`: nobody yet.
    pub bidder: Option<String>,
    /// Show time at which the clock is at zero; `None` while it does not run.
    pub ends: Option<MediaTime>,
    /// The clock no longer goes back up.
    pub sudden_death: bool,
}

/// The latest bids, highest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bid {
    /// Who, shortened.
    pub who: String,
    /// How much.
    pub amount: Price,
}

/// A draw among those who take part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Giveaway {
    /// What is given away.
    pub prize: String,
    /// What viewers type to take part.
    pub keyword: String,
    /// How many take part.
    pub entries: u32,
    /// Show time at which entries close.
    pub ends: Option<MediaTime>,
    /// Who has won, shortened.
    pub winner: Option<String>,
    /// The beginning of the seed's fingerprint, published before the draw.
    pub fingerprint: String,
}

/// Everything on air. Equal values look equal on screen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct OnAir {
    /// Which scene.
    pub scene: SceneName,
    /// The show's title, which stands on pages; may be empty.
    pub title: String,
    /// The product that card, banner, promo code and QR speak of.
    pub product: Option<Arc<Product>>,
    /// Product card, with picture, price and QR.
    pub card: bool,
    /// Full-width price banner.
    pub banner: bool,
    /// Promo code, if the product has one.
    pub promo_code: bool,
    /// The product's link as a large QR code, if it has one.
    pub qr: bool,
    /// Countdown to this show time; it leaves by itself. On a page it stands in the page.
    pub countdown_to: Option<MediaTime>,
    /// A price that has just fallen.
    pub price_drop: Option<PriceDrop>,
    /// A flash sale of the product.
    pub flash_sale: Option<FlashSale>,
    /// The lot of an auction; takes the card's place.
    pub lot: Option<Lot>,
    /// The latest bids.
    pub bids: Vec<Bid>,
    /// A giveaway.
    pub giveaway: Option<Giveaway>,
    /// A viewer's question.
    pub question: Option<Question>,
    /// A goal.
    pub goal: Option<Goal>,
    /// Short messages that take turns along the lower edge.
    pub ticker: Vec<String>,
    /// Name and role.
    pub lower_third: Option<LowerThird>,
    /// The brand's logo, if the theme or brand has one.
    pub logo: bool,
}

impl OnAir {
    /// A product with everything that sells it.
    pub fn product(product: Arc<Product>) -> Self {
        Self { product: Some(product), card: true, banner: true, ..Self::default() }
    }

    /// Only a scene.
    pub fn scene(scene: SceneName) -> Self {
        Self { scene, ..Self::default() }
    }
}
