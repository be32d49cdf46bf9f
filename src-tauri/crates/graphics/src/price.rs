//! Money as whole minor units, read from decimal strings and written the way a locale writes it.

mod pattern;

use std::str::FromStr;

use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::Locale;
pub use iso_currency::Currency;

/// An amount of one currency, never negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// In the currency's smallest unit (cents, yen, fils).
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
}

/// Why a price was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Nothing was written.
    #[error("the price is empty: write it as a decimal number, for example 24.90")]
    Empty,
    /// Below zero.
    #[error("the price {0} is negative: a price is zero or more")]
    Negative(String),
    /// Not a decimal number (NaN, infinity, letters, two separators).
    #[error("the price \"{0}\" is not a number: write it as a decimal number, for example 24.90")]
    NotANumber(String),
    /// More decimals than the currency has.
    #[error("the price {text} has too many decimals: {currency} has {decimals}")]
    TooManyDecimals {
        /// As written.
        text: String,
        /// The currency's code.
        currency: String,
        /// How many decimals it has.
        decimals: u16,
    },
    /// Beyond what can be counted.
    #[error("the price {0} is too large: the largest price has fifteen digits")]
    TooLarge(String),
    /// No such currency.
    #[error("\"{0}\" is not a currency: use its three-letter code, for example EUR, USD or JPY")]
    UnknownCurrency(String),
}

const MAX_MINOR: i64 = 999_999_999_999_999;

impl Price {
    /// An amount in the currency's smallest unit (cents, yen, fils).
    ///
    /// # Errors
    /// Negative or more than fifteen digits.
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, PriceError> {
        match minor {
            ..0 => Err(PriceError::Negative(minor.to_string())),
            0..=MAX_MINOR => Ok(Self { minor, currency }),
            _ => Err(PriceError::TooLarge(minor.to_string())),
        }
    }

    /// Reads a plain decimal number (`24.90`, `1234`, `.5`; no grouping, the separator is a dot)
    /// and a three-letter currency code in either case.
    ///
    /// # Errors
    /// One sentence for each of: unknown currency, empty, negative, not a number, more decimals
    /// than the currency has, too large.
    pub fn parse(amount: &str, currency: &str) -> Result<Self, PriceError> {
        let code = currency.trim();
        let currency =
            currency_of(code).ok_or_else(|| PriceError::UnknownCurrency(shortened(code)))?;
        let text = amount.trim();
        if text.is_empty() {
            return Err(PriceError::Empty);
        }
        let not_a_number = || PriceError::NotANumber(shortened(text));
        if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
            let is_number = rest.chars().any(|c| c.is_ascii_digit())
                && rest.chars().all(|c| c.is_ascii_digit() || c == '.');
            return Err(if is_number {
                PriceError::Negative(shortened(text))
            } else {
                not_a_number()
            });
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || (whole.is_empty() && part.is_empty()) {
            return Err(not_a_number());
        }
        let decimals = decimals(currency);
        let significant = part.trim_end_matches('0').len();
        if significant > usize::from(decimals) {
            return Err(PriceError::TooManyDecimals {
                text: shortened(text),
                currency: currency.code().to_owned(),
                decimals,
            });
        }
        let mut all = whole.trim_start_matches('0').to_owned();
        all.extend(part.chars().chain(std::iter::repeat('0')).take(usize::from(decimals)));
        let minor = if all.is_empty() { Some(0) } else { all.parse::<i64>().ok() };
        match minor {
            Some(minor @ 0..=MAX_MINOR) => Ok(Self { minor, currency }),
            _ => Err(PriceError::TooLarge(shortened(text))),
        }
    }

    /// The amount as a reader of `locale` (`de`, `fr`, `en-US`, `ja`) expects it, with the
    /// spaces, separators, digits and direction marks of that locale. An unknown locale is
    /// written as English.
    pub fn format(self, locale: &str) -> String {
        let locale = Locale::from_str(locale).unwrap_or(Locale::UNKNOWN);
        let pattern = pattern::of(&locale);
        let number = self.number(&locale, pattern.min_group);
        let symbol = pattern::symbol(self.currency.code(), &locale);
        pattern.join(&number, symbol)
    }

    /// The digits alone, with the locale's separators.
    fn number(self, locale: &Locale, min_group: bool) -> String {
        let mut decimal = Decimal::from(self.minor);
        decimal.multiply_pow10(-(decimals(self.currency) as i16));
        let mut options = icu_decimal::options::DecimalFormatterOptions::default();
        // Spanish, Portuguese (Portugal) and Polish group from five digits on only; a shop shows
        // "1.234,50 €" all the same where it is not the language's rule to leave it out.
        if min_group {
            options.grouping_strategy = Some(icu_decimal::options::GroupingStrategy::Min2);
        }
        match DecimalFormatter::try_new(locale.into(), options) {
            Ok(formatter) => formatter.format(&decimal).to_string(),
            // The compiled data covers every locale by fallback; plain digits are still right.
            Err(_) => decimal.to_string(),
        }
    }
}

/// Digits after the separator in this currency.
fn decimals(currency: Currency) -> u16 {
    currency.exponent().unwrap_or(0)
}

/// Currencies one can pay with: no test codes, metals or units of account.
fn currency_of(code: &str) -> Option<Currency> {
    let currency = Currency::from_code(&code.to_ascii_uppercase())?;
    (!currency.is_special() && currency.exponent().is_some()).then_some(currency)
}

/// User input quoted in a sentence: short, on one line.
fn shortened(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    match clean.char_indices().nth(24) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

#[cfg(test)]
mod tests;
