//! Where each language puts the currency, and how it writes it. From the Unicode CLDR's
//! standard currency patterns; the tests compare with what browsers write.

use icu_locale_core::Locale;

const NBSP: char = '\u{a0}';
const RLM: char = '\u{200f}';
const LRM: char = '\u{200e}';

/// Side and spacing of the currency symbol.
pub(super) struct Pattern {
    symbol_first: bool,
    /// Between the symbol and the number; alphabetic symbols get a space in any case.
    space: bool,
    /// Kept as it is written in a line of the other direction.
    mark: Option<char>,
    /// Group only from five digits on.
    pub(super) min_group: bool,
}

/// The pattern of a locale.
pub(super) fn of(locale: &Locale) -> Pattern {
    let language = locale.id.language.as_str();
    let region = locale.id.region.map(|r| r.to_string()).unwrap_or_default();
    let (symbol_first, space) = match (language, region.as_str()) {
        ("de", "AT" | "CH" | "LI") | ("nl" | "nb" | "no", _) | ("es", "AR" | "UY") => (true, true),
        ("pt", "PT" | "AO" | "MZ") => (false, true),
        ("pt", _) => (true, true),
        ("es", "MX" | "US" | "CO" | "CL" | "PE") => (true, false),
        ("it", "CH") | ("tr", _) => (true, language == "it"),
        ("en" | "ja" | "zh" | "ko" | "th", _) => (true, false),
        (
            "de" | "fr" | "es" | "it" | "pl" | "ru" | "uk" | "be" | "bg" | "cs" | "sk" | "sl"
            | "hr" | "sr" | "ro" | "hu" | "fi" | "sv" | "da" | "el" | "lt" | "lv" | "et" | "ca"
            | "he" | "vi" | "ar" | "fa",
            _,
        ) => (false, true),
        _ => (true, false),
    };
    let mark = match language {
        "ar" | "he" => Some(RLM),
        "fa" => Some(LRM),
        _ => None,
    };
    let min_group = matches!(
        (language, region.as_str()),
        ("es", "" | "ES") | ("pt", "PT" | "AO" | "MZ") | ("pl", _) | ("it", "" | "IT")
    );
    Pattern { symbol_first, space, mark, min_group }
}

impl Pattern {
    /// Number and symbol as one unbreakable string.
    pub(super) fn join(&self, number: &str, symbol: &str) -> String {
        // "CHF 24.90", "US$24.90": letters never touch digits.
        let touching = if self.symbol_first {
            symbol.chars().next_back().is_some_and(char::is_alphabetic)
        } else {
            symbol.chars().next().is_some_and(char::is_alphabetic)
        };
        let space = if self.space || touching { NBSP.to_string() } else { String::new() };
        let mark = self.mark.map(String::from).unwrap_or_default();
        if self.symbol_first {
            format!("{mark}{symbol}{space}{number}")
        } else if self.mark == Some(RLM) {
            // The number is left-to-right inside; the second mark keeps the symbol on its left.
            format!("{mark}{number}{space}{mark}{symbol}")
        } else {
            format!("{mark}{number}{space}{symbol}")
        }
    }
}

/// How a reader of the locale writes the currency: the local symbol where it is unmistakable,
/// the three-letter code otherwise.
pub(super) fn symbol(code: &'static str, locale: &Locale) -> &'static str {
    let language = locale.id.language.as_str();
    let region = locale.id.region.map(|r| r.to_string()).unwrap_or_default();
    match (code, language, region.as_str()) {
        ("EUR", ..) => "€",
        ("GBP", ..) => "£",
        ("JPY", "ja", _) => "￥",
        ("JPY", "zh", _) => "JP¥",
        ("CNY", "ja", _) => "元",
        ("CNY", "zh", _) | ("JPY", ..) => "¥",
        ("CNY", ..) => "CN¥",
        ("USD", "en", "CA" | "AU" | "NZ" | "SG")
        | ("USD", "zh" | "es" | "pt", "TW" | "MX" | "PT") => "US$",
        ("USD", "zh", _) => "US$",
        ("USD", ..) => "$",
        ("CAD", _, "CA") | ("AUD", _, "AU") | ("NZD", _, "NZ") | ("MXN", _, "MX") => "$",
        ("CAD", "fr", _) => "$CA",
        ("CAD", ..) => "CA$",
        ("AUD", "fr", _) => "$AU",
        ("AUD", ..) => "A$",
        ("NZD", ..) => "NZ$",
        ("MXN", ..) => "MX$",
        ("BRL", ..) => "R$",
        ("KRW", ..) => "₩",
        ("INR", ..) => "₹",
        ("VND", ..) => "₫",
        ("PHP", ..) => "₱",
        ("ILS", ..) => "₪",
        ("TWD", "zh", "TW") | ("HKD", _, "HK") => "$",
        ("TWD", ..) => "NT$",
        ("HKD", ..) => "HK$",
        ("PLN", "pl", _) => "zł",
        ("CZK", "cs", _) => "Kč",
        ("HUF", "hu", _) => "Ft",
        ("RON", "ro", _) => "RON",
        ("RUB", "ru", _) => "₽",
        ("UAH", "uk" | "ru", _) => "₴",
        ("TRY", "tr", _) => "₺",
        ("SEK", "sv", _) | ("NOK", "nb" | "no", _) => "kr",
        ("DKK", "da", _) => "kr.",
        ("AED", "ar", _) => "د.إ.",
        ("SAR", "ar", _) => "ر.س.",
        ("EGP", "ar", _) => "ج.م.",
        ("KWD", "ar", _) => "د.ك.",
        _ => code,
    }
}
