//! Money as whole minor units, and amounts as people write them.

use std::fmt;
use std::str::FromStr;

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// The largest amount: a thousand million of a currency with two decimals.
pub const MAX_MINOR: i64 = 100_000_000_000;

/// An amount of one currency, never negative.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// In the currency's smallest unit (cents, yen, fils), 0 to [`MAX_MINOR`].
    pub minor: i64,
    /// Its ISO 4217 code.
    pub currency: Currency,
}

/// Why an amount was not understood; the text goes behind "the price ".
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    /// Not an amount at all.
    #[error("“{0}” is not an amount; write it like 24.90 or 1.234,50")]
    NotAnAmount(String),
    /// A dot or comma that could be either.
    #[error("“{0}” can be read in two ways; say which mark is the decimal one")]
    Ambiguous(String),
    /// Below zero.
    #[error("“{0}” is below zero")]
    Negative(String),
    /// Too many decimals for the currency.
    #[error("“{text}” has more decimals than {currency} has ({decimals})")]
    Decimals {
        /// As written.
        text: String,
        /// The currency.
        currency: Currency,
        /// How many decimals it has.
        decimals: u32,
    },
    /// Too much.
    #[error("“{0}” is more than can be kept")]
    TooLarge(String),
}

/// Which mark stands before the decimals.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalMark {
    /// 1,234.50
    Dot,
    /// 1.234,50
    Comma,
}

/// A currency by its code in any case.
pub fn currency(code: &str) -> Option<Currency> {
    Currency::from_str(&code.trim().to_ascii_uppercase()).ok()
}

/// Decimals of a currency: 2 for EUR, 0 for JPY, 3 for KWD.
pub fn decimals(currency: Currency) -> u32 {
    u32::from(currency.exponent().unwrap_or(2))
}

impl Money {
    /// An amount in minor units.
    ///
    /// # Errors
    /// If it is negative or too large.
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        match minor {
            ..0 => Err(MoneyError::Negative(minor.to_string())),
            0..=MAX_MINOR => Ok(Self { minor, currency }),
            _ => Err(MoneyError::TooLarge(minor.to_string())),
        }
    }

    /// Reads an amount as people write it: with spaces, apostrophes, dots or commas between thousands, a
    /// currency sign or code before or behind. `mark` decides where one mark alone could be either;
    /// without it, a mark with exactly three digits behind it is [`MoneyError::Ambiguous`].
    ///
    /// # Errors
    /// One sentence's part on what is wrong.
    pub fn parse(
        text: &str,
        currency: Currency,
        mark: Option<DecimalMark>,
    ) -> Result<Self, MoneyError> {
        let number = bare(text).ok_or_else(|| MoneyError::NotAnAmount(short(text)))?;
        if let Some(rest) = number.strip_prefix('-') {
            let zero = rest.chars().all(|c| matches!(c, '0' | '.' | ','));
            if !zero {
                return Err(MoneyError::Negative(short(text)));
            }
        }
        let number = number.trim_start_matches(['-', '+']);
        let (whole, fraction) = split(number, mark)
            .ok_or_else(|| MoneyError::NotAnAmount(short(text)))?
            .ok_or_else(|| MoneyError::Ambiguous(short(text)))?;
        let decimals = decimals(currency);
        let kept = fraction.trim_end_matches('0');
        if kept.len() > decimals as usize {
            return Err(MoneyError::Decimals { text: short(text), currency, decimals });
        }
        let mut minor: i64 = 0;
        let padded = kept.chars().chain(std::iter::repeat('0')).take(decimals as usize);
        for digit in whole.chars().chain(padded) {
            let value =
                i64::from(digit.to_digit(10).ok_or_else(|| MoneyError::NotAnAmount(short(text)))?);
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(value))
                .filter(|m| *m <= MAX_MINOR)
                .ok_or_else(|| MoneyError::TooLarge(short(text)))?;
        }
        Ok(Self { minor, currency })
    }

    /// As a plain decimal number with a dot: `1234.50`, `1234` for currencies without decimals.
    pub fn decimal(self) -> String {
        let decimals = decimals(self.currency);
        if decimals == 0 {
            return self.minor.to_string();
        }
        let unit = 10_i64.pow(decimals);
        format!("{}.{:0width$}", self.minor / unit, self.minor % unit, width = decimals as usize)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency.code())
    }
}

/// The number without currency signs, codes and spaces; `None` if there is none or more than one.
fn bare(text: &str) -> Option<String> {
    let mut number = String::new();
    let mut ended = false;
    let mut letters = 0;
    for c in text.trim().chars() {
        match c {
            '0'..='9' | '.' | ',' if ended => return None,
            '0'..='9' | '.' | ',' => number.push(c),
            '-' | '\u{2212}' if number.is_empty() => number.push('-'),
            '+' if number.is_empty() => {}
            // Between thousands, in Switzerland and France.
            '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => {}
            c if c.is_alphabetic() || is_sign(c) => {
                ended = number.chars().any(|c| c.is_ascii_digit());
                letters += 1;
            }
            _ => return None,
        }
    }
    let any = number.chars().any(|c| c.is_ascii_digit());
    (any && letters <= 4).then_some(number)
}

fn is_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '€'
            | '£'
            | '¥'
            | '₽'
            | '₴'
            | '₹'
            | '₺'
            | '₩'
            | '₪'
            | '₫'
            | '฿'
            | '₦'
            | '₱'
            | '₿'
            | '¢'
    )
}

/// Whole part and decimals. `None`: no number; `Some(None)`: two readings.
#[allow(clippy::option_option)]
fn split(number: &str, mark: Option<DecimalMark>) -> Option<Option<(String, String)>> {
    let dots = number.matches('.').count();
    let commas = number.matches(',').count();
    let last = number.rfind(['.', ',']);
    let decimal = match (dots, commas) {
        (0, 0) => None,
        // Both: the last one is the decimal mark and must be alone.
        (d, c) if d > 0 && c > 0 => {
            let at = last?;
            let sign = number[at..].chars().next()?;
            if number.matches(sign).count() != 1 {
                return None;
            }
            Some(at)
        }
        // Several of one kind stand between thousands.
        (d, c) if d + c > 1 => None,
        _ => {
            let at = last?;
            let behind = number.len() - at - 1;
            let before = at;
            let wanted = match mark {
                Some(DecimalMark::Dot) => Some('.'),
                Some(DecimalMark::Comma) => Some(','),
                None => None,
            };
            let sign = number[at..].chars().next()?;
            match wanted {
                Some(w) if w == sign => Some(at),
                // The other mark: only between thousands.
                Some(_) if behind == 3 && (1..=3).contains(&before) => None,
                Some(_) => return None,
                None if behind == 3 && (1..=3).contains(&before) && !number.starts_with('0') => {
                    return Some(None);
                }
                None => Some(at),
            }
        }
    };
    let (whole, fraction) = match decimal {
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    // Marks between thousands must stand in threes.
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let threes = groups.len() == 1
        || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3));
    let signs: std::collections::BTreeSet<char> =
        whole.chars().filter(|c| matches!(c, '.' | ',')).collect();
    (threes && signs.len() <= 1).then(|| Some((groups.concat(), fraction.to_owned())))
}

fn short(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 40 {
        text.to_owned()
    } else {
        text.chars().take(39).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str, mark: Option<DecimalMark>) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::EUR, mark).map(|m| m.minor)
    }

    #[test]
    fn amounts_as_people_write_them() {
        for (text, minor) in [
            ("24.90", 2490),
            ("24,90", 2490),
            ("24,9", 2490),
            ("1 234,50 €", 123_450),
            ("1\u{202f}234,50\u{a0}€", 123_450),
            ("€1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1'234.50 CHF", 123_450),
            ("1.234.567,89", 123_456_789),
            ("1,234,567", 123_456_700),
            ("0.500", 50),
            ("EUR 5", 500),
            ("-0.00", 0),
            (".5", 50),
            ("1000", 100_000),
            ("12.900", 1290),
        ] {
            let mark = (text == "12.900").then_some(DecimalMark::Dot);
            assert_eq!(eur(text, mark), Ok(minor), "{text}");
        }
        assert_eq!(eur("1.234", Some(DecimalMark::Comma)), Ok(123_400));
        assert_eq!(Money::parse("1234", Currency::JPY, None).map(|m| m.minor), Ok(1234));
        assert_eq!(
            Money::parse("1.234", Currency::KWD, Some(DecimalMark::Dot)).map(|m| m.minor),
            Ok(1234)
        );
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "abc",
            "1.234,5,6",
            "1,2.3,4",
            "12/03/2024",
            "2024-03-12",
            "1..5",
            "NaN",
            "inf",
            "1e5",
            "12 or 13",
            "1,23,456.0",
            "5€6",
            "€",
            "--5",
        ] {
            assert!(eur(text, None).is_err(), "{text}: {:?}", eur(text, None));
        }
        assert!(matches!(eur("1.234", None), Err(MoneyError::Ambiguous(_))));
        assert!(matches!(eur("-5", None), Err(MoneyError::Negative(_))));
        assert!(matches!(eur("5.001", Some(DecimalMark::Dot)), Err(MoneyError::Decimals { .. })));
        assert!(matches!(eur("99999999999999999999", None), Err(MoneyError::TooLarge(_))));
        assert!(matches!(
            Money::parse("1.5", Currency::JPY, None),
            Err(MoneyError::Decimals { .. })
        ));
    }

    #[test]
    fn decimals_come_from_the_table() {
        let text = |minor, currency| Money { minor, currency }.decimal();
        assert_eq!(text(5, Currency::EUR), "0.05");
        assert_eq!(text(1234, Currency::JPY), "1234");
        assert_eq!(text(1234, Currency::KWD), "1.234");
        assert_eq!(currency("eur"), Some(Currency::EUR));
        assert_eq!(currency("€"), None);
    }
}
