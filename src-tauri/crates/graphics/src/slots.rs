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
    /// The old price, struck, and the new one.
    PriceDrop,
    /// A price that holds for a short time, with timer and bar.
    FlashSale,
    /// The lot under the hammer: image, price, bidder and clock.
    LotCard,
    /// "Sold", to whom and for how much.
    SoldStamp,
    /// A prize, how to take part, and its winner.
    Giveaway,
    /// A viewer's question.
    Question,
    /// One line in a slim strip.
    Ticker,
    /// How far all viewers have come, with a bar.
    Goal,
    /// The newest bids, five at most.
    Bids,
    /// A large code to scan.
    Qr,
    /// The brand's logo in a corner.
    Logo,
    /// Full ground with the product's image large and the host's corner free.
    ProductStage,
    /// Full ground with the product's image in one half.
    SplitStage,
}

impl Element {
    /// Whether it fills the whole canvas, opaque.
    pub const fn is_full_picture(self) -> bool {
        matches!(
            self,
            Self::StartingSoon
                | Self::Break
                | Self::Ending
                | Self::Slate
                | Self::ProductStage
                | Self::SplitStage
        )
    }

    /// Every element, in the order of `theme.toml`.
    pub const ALL: [Self; 22] = [
        Self::ProductCard,
        Self::PriceBanner,
        Self::Countdown,
        Self::PromoCode,
        Self::LowerThird,
        Self::StartingSoon,
        Self::Break,
        Self::Ending,
        Self::Slate,
        Self::PriceDrop,
        Self::FlashSale,
        Self::LotCard,
        Self::SoldStamp,
        Self::Giveaway,
        Self::Question,
        Self::Ticker,
        Self::Goal,
        Self::Bids,
        Self::Qr,
        Self::Logo,
        Self::ProductStage,
        Self::SplitStage,
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
            Self::PriceDrop => "price-drop",
            Self::FlashSale => "flash-sale",
            Self::LotCard => "lot-card",
            Self::SoldStamp => "sold-stamp",
            Self::Giveaway => "giveaway",
            Self::Question => "question",
            Self::Ticker => "ticker",
            Self::Goal => "goal",
            Self::Bids => "bids",
            Self::Qr => "qr",
            Self::Logo => "logo",
            Self::ProductStage => "product-stage",
            Self::SplitStage => "split-stage",
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
    /// Parts of a whole by slot name (`value`), drawn as bars: 0 to 1, clamped; not a number counts
    /// as missing.
    pub values: BTreeMap<String, f32>,
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

    /// Fills a bar: 0 is empty, 1 is full.
    #[must_use]
    pub fn with_value(mut self, slot: &str, value: f32) -> Self {
        self.values.insert(slot.to_owned(), value);
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
    /// Size of each text after it was fitted, by slot, in canvas pixels.
    pub sizes: BTreeMap<String, f32>,
    /// Where each filled slot ended up, in pixels of `picture`: left, top, right, bottom.
    pub slots: BTreeMap<String, [f32; 4]>,
}
