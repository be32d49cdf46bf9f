//! Amounts of the rounds (auction, flash sale): whole minor units of one currency, kept by its code.

use vitrine_graphics::{Currency, Price};

use crate::error::StudioError;

/// The largest amount: fifteen digits, as in a price.
pub const LARGEST: i64 = 999_999_999_999_999;

/// A price of an amount that was checked when it came in; one that was not is brought into range.
pub(crate) fn price(minor: i64, currency: Currency) -> Price {
    Price { minor: minor.clamp(0, LARGEST), currency }
}

/// An amount in a sentence.
pub(crate) fn said(minor: i64, currency: Currency) -> String {
    price(minor, currency).format("en")
}

/// Refuses an amount outside 0 to [`LARGEST`]; `what` begins the sentence.
pub(crate) fn checked(minor: i64, code: &'static str, what: &str) -> Result<i64, StudioError> {
    if (0..=LARGEST).contains(&minor) {
        return Ok(minor);
    }
    let wrong = if minor < 0 { "is below zero" } else { "has more than fifteen digits" };
    Err(StudioError::input(code, format!("{what} {wrong}"))
        .remedy("give an amount of zero or more, of up to fifteen digits"))
}

/// A currency in saved state: its three-letter code.
pub(crate) mod by_code {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use vitrine_graphics::Currency;

    pub(crate) fn serialize<S: Serializer>(currency: &Currency, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(currency.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(d)?;
        Currency::from_code(&code)
            .ok_or_else(|| D::Error::custom(format!("{code:?} is not a currency")))
    }
}
