//! Prices, times and labels in the show's language, by plain rules: decimal mark, thousands, where the sign
//! stands. (What is burnt into the picture is formatted by `graphics` with full locale data.)

use crate::money::{Money, decimals};

const NARROW: &str = "\u{202f}";
const HARD: &str = "\u{a0}";

/// The language of `fr`, `fr-CH`, `FR_ch`.
fn language_of(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase()
}

/// A price as readers of a language write it: `€1,234.50`, `1 234,50 €`.
pub fn price(money: Money, language: &str) -> String {
    let tag = language.replace('_', "-").to_ascii_lowercase();
    let language = language_of(language);
    // Between thousands, before decimals, digits from which on thousands are parted, sign in front.
    let (group, mark, from, front) = match language.as_str() {
        _ if tag == "pt-br" => (".", ",", 4, true),
        "fr" => (NARROW, ",", 4, false),
        "de" | "it" => (".", ",", 4, false),
        "es" => (".", ",", 5, false),
        "pl" | "pt" => (HARD, ",", 5, false),
        "ru" | "uk" => (HARD, ",", 4, false),
        _ => (",", ".", 4, true),
    };
    let places = decimals(money.currency);
    let unit = 10_i64.pow(places);
    let whole = grouped(&(money.minor / unit).to_string(), group, from);
    let number = match places {
        0 => whole,
        _ => format!("{whole}{mark}{:0width$}", money.minor % unit, width = places as usize),
    };
    let code = money.currency.code();
    match (sign(code), front) {
        (Some(sign), true) if tag == "pt-br" => format!("{sign}{HARD}{number}"),
        (Some(sign), true) => format!("{sign}{number}"),
        (Some(sign), false) => format!("{number}{HARD}{sign}"),
        (None, true) => format!("{code}{HARD}{number}"),
        (None, false) => format!("{number}{HARD}{code}"),
    }
}

fn grouped(digits: &str, group: &str, from: usize) -> String {
    if digits.len() < from {
        return digits.to_owned();
    }
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(digit);
    }
    out
}

fn sign(code: &str) -> Option<&'static str> {
    Some(match code {
        "EUR" => "€",
        "USD" => "$",
        "GBP" => "£",
        "JPY" => "¥",
        "PLN" => "zł",
        "RUB" => "₽",
        "UAH" => "₴",
        "BRL" => "R$",
        "INR" => "₹",
        "KRW" => "₩",
        "ILS" => "₪",
        "TRY" => "₺",
        "CZK" => "Kč",
        _ => return None,
    })
}

/// Whether a language is written from right to left.
pub fn is_right_to_left(language: &str) -> bool {
    matches!(language_of(language).as_str(), "ar" | "he" | "fa" | "ur" | "yi")
}

/// Words of the run sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Labels {
    /// Heading of the times.
    pub time: &'static str,
    /// Heading of the claim codes.
    pub code: &'static str,
    /// Heading of the items.
    pub item: &'static str,
    /// Heading of the prices.
    pub price: &'static str,
    /// Behind a number of minutes.
    pub minutes: &'static str,
    /// Before the time the show ends.
    pub ends: &'static str,
    /// Before the lowest price of several.
    pub from: &'static str,
    /// Behind a number of lots.
    pub lots: &'static str,
    /// Before a promo code.
    pub promo: &'static str,
    /// Before the time a promo code ends.
    pub until: &'static str,
    /// Names of the kinds: flash sale, auction, giveaway, talk.
    pub kinds: [&'static str; 4],
}

/// The words of a language; English where it is not known.
pub fn labels(language: &str) -> Labels {
    let words = |w: [&'static str; 14]| Labels {
        time: w[0],
        code: w[1],
        item: w[2],
        price: w[3],
        minutes: w[4],
        ends: w[5],
        from: w[6],
        lots: w[7],
        promo: w[8],
        until: w[9],
        kinds: [w[10], w[11], w[12], w[13]],
    };
    words(match language_of(language).as_str() {
        "de" => [
            "Zeit",
            "Code",
            "Programm",
            "Preis",
            "Min.",
            "Ende",
            "ab",
            "Lose",
            "Code",
            "bis",
            "Blitzangebot",
            "Auktion",
            "Verlosung",
            "Gespräch",
        ],
        "es" => [
            "Hora",
            "Código",
            "Programa",
            "Precio",
            "min",
            "Fin",
            "desde",
            "lotes",
            "Código",
            "hasta",
            "Oferta relámpago",
            "Subasta",
            "Sorteo",
            "Charla",
        ],
        "fr" => [
            "Heure",
            "Code",
            "Programme",
            "Prix",
            "min",
            "Fin",
            "dès",
            "lots",
            "Code",
            "jusqu’au",
            "Vente flash",
            "Enchère",
            "Cadeau",
            "Discussion",
        ],
        "it" => [
            "Ora",
            "Codice",
            "Programma",
            "Prezzo",
            "min",
            "Fine",
            "da",
            "lotti",
            "Codice",
            "fino al",
            "Vendita lampo",
            "Asta",
            "Omaggio",
            "Conversazione",
        ],
        "pl" => [
            "Czas",
            "Kod",
            "Program",
            "Cena",
            "min",
            "Koniec",
            "od",
            "partii",
            "Kod",
            "do",
            "Szybka oferta",
            "Aukcja",
            "Rozdanie",
            "Rozmowa",
        ],
        "pt" => [
            "Hora",
            "Código",
            "Programa",
            "Preço",
            "min",
            "Fim",
            "desde",
            "lotes",
            "Código",
            "até",
            "Venda relâmpago",
            "Leilão",
            "Sorteio",
            "Conversa",
        ],
        "ru" => [
            "Время",
            "Код",
            "Программа",
            "Цена",
            "мин",
            "Конец",
            "от",
            "лотов",
            "Код",
            "до",
            "Молния",
            "Аукцион",
            "Розыгрыш",
            "Разговор",
        ],
        "uk" => [
            "Час",
            "Код",
            "Програма",
            "Ціна",
            "хв",
            "Кінець",
            "від",
            "лотів",
            "Код",
            "до",
            "Блискавка",
            "Аукціон",
            "Розіграш",
            "Розмова",
        ],
        _ => [
            "Time",
            "Code",
            "Item",
            "Price",
            "min",
            "Ends",
            "from",
            "lots",
            "Code",
            "until",
            "Flash sale",
            "Auction",
            "Giveaway",
            "Talk",
        ],
    })
}

/// `2026-11-25` of milliseconds since 1970 UTC, `offset` minutes east of Greenwich.
pub fn date(at: i64, offset: i64) -> String {
    // Days since 1 March of the year 0, in eras of 400 years: the leap day is then the last of a year.
    let days = at.saturating_add(offset * 60_000).div_euclid(86_400_000) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// `19:30` of milliseconds since 1970 UTC, `offset` minutes east of Greenwich.
pub fn clock(at: i64, offset: i64) -> String {
    let minutes = (at.div_euclid(60_000) + offset).rem_euclid(1440);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iso_currency::Currency;

    #[test]
    fn prices_by_language() {
        let euro = |minor| Money { minor, currency: Currency::EUR };
        for (minor, language, text) in [
            (123_450, "en", "€1,234.50"),
            (123_450, "fr-FR", "1\u{202f}234,50\u{a0}€"),
            (123_450, "de", "1.234,50\u{a0}€"),
            (123_450, "es", "1234,50\u{a0}€"),
            (1_234_567, "es", "12.345,67\u{a0}€"),
            (123_450, "pl", "1234,50\u{a0}€"),
            (123_450, "uk", "1\u{a0}234,50\u{a0}€"),
            (5, "en", "€0.05"),
            (123_456_789, "xx", "€1,234,567.89"),
        ] {
            assert_eq!(price(euro(minor), language), text, "{language}");
        }
        let of = |minor, currency, language| price(Money { minor, currency }, language);
        assert_eq!(of(1234, Currency::JPY, "en"), "¥1,234");
        assert_eq!(of(123_450, Currency::BRL, "pt-BR"), "R$\u{a0}1.234,50");
        assert_eq!(of(1500, Currency::KWD, "en"), "KWD\u{a0}1.500");
        assert_eq!(of(1500, Currency::CHF, "de"), "15,00\u{a0}CHF");
    }

    #[test]
    fn dates_and_times() {
        assert_eq!((date(0, 0), clock(0, 0)), ("1970-01-01".to_owned(), "00:00".to_owned()));
        assert_eq!(date(951_782_400_000, 0), "2000-02-29");
        assert_eq!(date(1_709_164_800_000, 0), "2024-02-29");
        assert_eq!(
            (date(1_735_686_000_000, 60), clock(1_735_686_000_000, 60)),
            ("2025-01-01".to_owned(), "00:00".to_owned())
        );
        assert_eq!(clock(-60_000, 0), "23:59");
    }
}
