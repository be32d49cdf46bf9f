//! What is on air in a picture that is only looked at: every element with a value of its own.

use std::str::FromStr;
use std::sync::Arc;

use vitrine_graphics::Price;
use vitrine_media::MediaTime;

use crate::error::StudioError;
use crate::on_air::{
    Bid, FlashSale, Giveaway, Goal, Lot, LotStage, LowerThird, OnAir, PriceDrop, Question,
    SceneName,
};
use crate::product::Product;

macro_rules! elements {
    ($($name:literal $variant:ident $doc:literal),* $(,)?) => {
        /// An element that can be looked at alone or together with others.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum SampleElement {
            $(#[doc = $doc] $variant,)*
        }

        impl SampleElement {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As it is written on the command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

elements! {
    "card" Card "Product card.",
    "banner" Banner "Price banner.",
    "countdown" Countdown "Countdown.",
    "promo-code" PromoCode "Promo code; the product's, or one made up.",
    "qr" Qr "Large QR code; the product's, or one made up.",
    "price-drop" PriceDrop "A price that has fallen.",
    "flash-sale" FlashSale "Flash sale.",
    "lot" Lot "A lot with its clock running.",
    "sold" Sold "A lot that was sold, with its stamp.",
    "bids" Bids "Bids by chat.",
    "giveaway" Giveaway "Giveaway that is open.",
    "winner" Winner "Giveaway that somebody has won.",
    "question" Question "A viewer's question.",
    "goal" Goal "Goal.",
    "ticker" Ticker "Ticker.",
    "lower-third" LowerThird "Name and role.",
    "logo" Logo "Logo.",
}

impl FromStr for SampleElement {
    type Err = StudioError;

    fn from_str(text: &str) -> Result<Self, StudioError> {
        Self::ALL.iter().copied().find(|e| e.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|e| e.name()).collect();
            StudioError::input("element", format!("there is no element {text:?}"))
                .remedy(format!("choose {}", names.join(", ")))
        })
    }
}

/// What is on air with these elements, as at show time zero. `countdown`: seconds left.
pub fn sample_on_air(
    scene: SceneName,
    elements: &[SampleElement],
    product: &Product,
    countdown: u32,
) -> OnAir {
    let mut product = product.clone();
    let mut on_air = OnAir::scene(scene);
    let currency = product.price.currency;
    let part = |price: &Price, of_hundred: i64| Price {
        minor: price.minor.saturating_mul(of_hundred) / 100,
        currency,
    };
    let before = product.compare_at.unwrap_or(product.price);
    for element in elements {
        match element {
            SampleElement::Card => on_air.card = true,
            SampleElement::Banner => on_air.banner = true,
            SampleElement::Countdown => {
                on_air.countdown_to = Some(MediaTime::from_secs(i64::from(countdown)));
            }
            SampleElement::PromoCode => {
                on_air.promo_code = true;
                product.promo_code.get_or_insert_with(|| "LIVE15".to_owned());
            }
            SampleElement::Qr => {
                on_air.qr = true;
                product.link.get_or_insert_with(|| "https://shop.example/live/12".to_owned());
            }
            SampleElement::PriceDrop => {
                let at = MediaTime::from_secs(-1);
                let now = part(&product.price, if product.compare_at.is_some() { 100 } else { 80 });
                on_air.price_drop = Some(PriceDrop { before, now, at });
            }
            SampleElement::FlashSale => {
                on_air.flash_sale = Some(FlashSale {
                    price: part(&product.price, 80),
                    compare_at: Some(product.price).filter(|p| p.minor > 0),
                    ends: MediaTime::from_secs(42),
                    left: Some(12),
                });
            }
            SampleElement::Lot | SampleElement::Sold => {
                let sold = *element == SampleElement::Sold;
                on_air.lot = Some(Lot {
                    number: 12,
                    of: 40,
                    stage: if sold { LotStage::Sold } else { LotStage::Running },
                    price: part(&product.price, 70),
                    bidder: Some("mar***".to_owned()),
                    ends: (!sold).then(|| MediaTime::from_secs(9)),
                    sudden_death: !sold,
                });
            }
            SampleElement::Bids => {
                let names = ["mar***", "jo_k***", "zoé***", "a.b***", "tom***"];
                on_air.bids = (0..)
                    .zip(names)
                    .map(|(i, who)| Bid {
                        who: who.to_owned(),
                        amount: part(&product.price, 70 - 7 * i),
                    })
                    .collect();
            }
            SampleElement::Giveaway | SampleElement::Winner => {
                let won = *element == SampleElement::Winner;
                on_air.giveaway = Some(Giveaway {
                    prize: product.title.clone(),
                    keyword: "WIN".to_owned(),
                    entries: 128,
                    ends: Some(MediaTime::from_secs(95)),
                    winner: won.then(|| "mar***".to_owned()),
                    fingerprint: "3f9a22c17b04e8d1".to_owned(),
                });
            }
            SampleElement::Question => {
                on_air.question = Some(Question {
                    text: "Does the lid keep it warm for more than an hour, or should I take the one with the thicker wall?".to_owned(),
                    from: "Zoé from Lyon".to_owned(),
                });
            }
            SampleElement::Goal => {
                on_air.goal = Some(Goal { label: "Orders".to_owned(), reached: 37, target: 50 });
            }
            SampleElement::Ticker => {
                on_air.ticker =
                    vec!["Free delivery today for every order placed in the show".to_owned()];
            }
            SampleElement::LowerThird => {
                on_air.lower_third = Some(LowerThird {
                    name: "Marta Lind".to_owned(),
                    role: "Your host".to_owned(),
                });
            }
            SampleElement::Logo => on_air.logo = true,
        }
    }
    on_air.product = Some(Arc::new(product));
    on_air
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_has_something_to_show() {
        let product = crate::sample::products().expect("the sample show").remove(1);
        let nothing = sample_on_air(SceneName::Host, &[], &product, 60);
        for element in SampleElement::ALL {
            let shown = sample_on_air(SceneName::Host, &[*element], &product, 60);
            assert_ne!(shown, nothing, "{element:?}");
            assert_eq!(element.name().parse::<SampleElement>().ok(), Some(*element));
        }
        let unknown = "cart".parse::<SampleElement>().expect_err("no such element");
        assert!(unknown.remedy.is_some_and(|r| r.contains("lower-third")));
    }
}
