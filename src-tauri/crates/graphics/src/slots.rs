//! What is drawn, with what in it, and what comes back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vitrine_media::Picture;

/// Something a theme can draw.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// Image, title, price and the way to buy.
    ProductCard,
    /// Full-width strip with title, price and room for a timer.
    PriceBanner,
    /// A label and running digits.
    Countdown,
    /// A ticket with the code to type.
    PromoCode,
    /// Name and role of the person speaking.
    LowerThird,
    /// Full picture before the show.
    StartingSoon,
    /// Full picture during a pause.
    Break,
    /// Full picture after the show.
    Ending,
    /// Full picture while a source is lost or privacy is wanted.
    Slate,
}

impl Element {
    /// Every element, in the order of `theme.toml`.
    pub const ALL: [Self; 9] = [
        Self::ProductCard,
        Self::PriceBanner,
        Self::Countdown,
        Self::PromoCode,
        Self::LowerThird,
        Self::StartingSoon,
        Self::Break,
        Self::Ending,
        Self::Slate,
    ];

    /// Its name in `theme.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProductCard => "product-card",
            Self::PriceBanner => "price-banner",
            Self::Countdown => "countdown",
            Self::PromoCode => "promo-code",
            Self::LowerThird => "lower-third",
            Self::StartingSoon => "starting-soon",
            Self::Break => "break",
            Self::Ending => "ending",
            Self::Slate => "slate",
        }
    }
}

/// Which way the parts of a picture are arranged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// As the theme draws it.
    LeftToRight,
    /// Mirrored, for Arabic and Hebrew.
    RightToLeft,
}

/// Data for an element's slots. A slot that is missing or blank is left out of the picture and
/// the rest closes up. Text is only ever drawn, never read as markup.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// Text by slot name (`title`, `price`, `compare-at`, `badge`, `promo-code`, `digits` …).
    pub text: BTreeMap<String, String>,
    /// Images by slot name (`image`).
    pub images: BTreeMap<String, Arc<Picture>>,
    /// Links to be shown as QR codes by slot name (`qr`).
    pub qr: BTreeMap<String, String>,
    /// Set it for a show in one language; otherwise the title's first letter decides.
    pub direction: Option<Direction>,
}

impl Slots {
    /// Nothing filled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills a text slot.
    #[must_use]
    pub fn with_text(mut self, slot: &str, text: impl Into<String>) -> Self {
        self.text.insert(slot.to_owned(), text.into());
        self
    }

    /// Fills an image slot.
    #[must_use]
    pub fn with_image(mut self, slot: &str, picture: Arc<Picture>) -> Self {
        self.images.insert(slot.to_owned(), picture);
        self
    }

    /// Fills a QR slot with a link.
    #[must_use]
    pub fn with_qr(mut self, slot: &str, link: impl Into<String>) -> Self {
        self.qr.insert(slot.to_owned(), link.into());
        self
    }
}

/// A rectangle of canvas pixels, inside the canvas.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Area {
    /// Pixels from the left; even.
    pub x: u32,
    /// Pixels from the top; even.
    pub y: u32,
    /// Pixels across; even.
    pub width: u32,
    /// Pixels down; even.
    pub height: u32,
}

/// An element, drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Its pixels, exactly as large as [`Drawn::place`].
    pub picture: Picture,
    /// Where it belongs on the canvas.
    pub place: Area,
    /// Text slots whose text did not fit even at the smallest size and ends with an ellipsis.
    pub overflow: Vec<String>,
    /// Where each filled slot ended up, in pixels of `picture`: left, top, right, bottom.
    pub slots: BTreeMap<String, [f32; 4]>,
}
