//! Amounts of a whole column: which mark is the decimal one, and which currency a sign means.

use iso_currency::Currency;

use crate::import::table::Table;
use crate::money::{self, DecimalMark, Money, MoneyError};

/// Finds the decimal mark of columns of prices. A value with only one reading speaks for its mark; the
/// majority wins. `None`: nothing speaks for either.
pub fn mark<'a>(values: impl Iterator<Item = &'a str>) -> Option<DecimalMark> {
    let (mut dots, mut commas) = (0_u64, 0_u64);
    for value in values {
        match only_reading(value) {
            Some(DecimalMark::Dot) => dots += 1,
            Some(DecimalMark::Comma) => commas += 1,
            None => {}
        }
    }
    match dots.cmp(&commas) {
        std::cmp::Ordering::Greater => Some(DecimalMark::Dot),
        std::cmp::Ordering::Less => Some(DecimalMark::Comma),
        std::cmp::Ordering::Equal => None,
    }
}

/// The decimal mark of a table's price columns.
pub(crate) fn mark_of(table: &Table, columns: &[usize]) -> Option<DecimalMark> {
    mark(table.rows().flat_map(|row| columns.iter().map(move |c| row.get(*c))))
}

fn only_reading(value: &str) -> Option<DecimalMark> {
    let digits: String =
        value.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let digits = digits.trim_end_matches(['.', ',']);
    let (dots, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let last = digits.rfind(['.', ','])?;
    let is_dot = digits[last..].starts_with('.');
    let as_it_stands = if is_dot { DecimalMark::Dot } else { DecimalMark::Comma };
    let other = if is_dot { DecimalMark::Comma } else { DecimalMark::Dot };
    let behind = digits.len() - last - 1;
    match (dots, commas) {
        (1, 1) => Some(as_it_stands),
        (d, c) if d > 0 && c > 0 => (if is_dot { d } else { c } == 1).then_some(as_it_stands),
        // Several of one kind stand between thousands.
        (d, c) if d + c > 1 => (behind == 3).then_some(other),
        // Dates and version numbers are no evidence.
        _ if behind == 3 && last <= 3 => digits.starts_with('0').then_some(as_it_stands),
        _ => Some(as_it_stands),
    }
}

/// The currency a price names by a sign or code, where `usual` decides what `$`, `¥` and `kr` mean.
pub fn currency_in(text: &str, usual: Currency) -> Option<Currency> {
    let named: String = text
        .chars()
        .filter(|c| !(c.is_ascii_digit() || c.is_whitespace() || ".,-+'’".contains(*c)))
        .collect();
    let among =
        |all: &[Currency], first: Currency| Some(if all.contains(&usual) { usual } else { first });
    use Currency as C;
    match named.to_lowercase().as_str() {
        "" => None,
        "$" => among(
            &[C::USD, C::CAD, C::AUD, C::NZD, C::SGD, C::HKD, C::MXN, C::ARS, C::CLP, C::COP],
            C::USD,
        ),
        "€" => Some(C::EUR),
        "£" => Some(C::GBP),
        "¥" | "￥" => among(&[C::JPY, C::CNY], C::JPY),
        "kr" => among(&[C::SEK, C::NOK, C::DKK, C::ISK], C::SEK),
        "zł" | "zl" => Some(C::PLN),
        "₽" | "руб" | "р" => Some(C::RUB),
        "₴" | "грн" => Some(C::UAH),
        "₹" => Some(C::INR),
        "₺" => Some(C::TRY),
        "₩" => Some(C::KRW),
        "₪" => Some(C::ILS),
        "₫" => Some(C::VND),
        "฿" => Some(C::THB),
        "₦" => Some(C::NGN),
        "₱" => Some(C::PHP),
        "r$" => Some(C::BRL),
        "us$" => Some(C::USD),
        "kč" => Some(C::CZK),
        "ft" => Some(C::HUF),
        "lei" => Some(C::RON),
        code if code.len() == 3 => money::currency(code),
        _ => None,
    }
}

/// Reads one price of a column whose decimal mark is known. A value that has only one reading is read so
/// even where the rest of the column has the other mark.
///
/// # Errors
/// The part of a sentence that goes behind "the price ".
pub fn read(text: &str, currency: Currency, mark: Option<DecimalMark>) -> Result<i64, MoneyError> {
    let bare = without_sign(text, currency);
    match Money::parse(bare, currency, mark) {
        Err(MoneyError::NotAnAmount(_)) if mark.is_some() => Money::parse(bare, currency, None)
            .map_err(|e| match e {
                MoneyError::Ambiguous(_) | MoneyError::NotAnAmount(_) => {
                    MoneyError::NotAnAmount(short(text))
                }
                e => e,
            }),
        read => read,
    }
    .map(|m| m.minor)
}

/// `24,90 руб.` → `24,90`: the dot of an abbreviation would pass for a second mark.
fn without_sign(text: &str, currency: Currency) -> &str {
    let text = text.trim();
    let Some(last) = text.rfind(|c: char| c.is_ascii_digit()) else { return text };
    let (number, behind) = text.split_at(last + 1);
    let known = !behind.is_empty() && currency_in(behind, currency).is_some();
    if known { number } else { text }
}

/// A value as it is quoted in a report.
pub(crate) fn short(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(39) {
        Some((at, _)) if text.chars().count() > 40 => format!("{}…", &text[..at]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_column_decides() {
        assert_eq!(mark(["24,90", "1.234"].into_iter()), Some(DecimalMark::Comma));
        assert_eq!(mark(["24.90", "1,234"].into_iter()), Some(DecimalMark::Dot));
        assert_eq!(mark(["1.234", "2.500"].into_iter()), None);
        assert_eq!(mark(["1.234.567", "5"].into_iter()), Some(DecimalMark::Comma));
        assert_eq!(mark(["0,500"].into_iter()), Some(DecimalMark::Comma));
        assert_eq!(mark(["1 234,50 €", "10"].into_iter()), Some(DecimalMark::Comma));
        assert_eq!(mark(["", "abc", "12.03.2024"].into_iter()), None);
    }

    #[test]
    fn signs_and_codes() {
        let of = |text| currency_in(text, Currency::CAD);
        assert_eq!(of("12.90 EUR"), Some(Currency::EUR));
        assert_eq!(of("$5"), Some(Currency::CAD));
        assert_eq!(currency_in("$5", Currency::EUR), Some(Currency::USD));
        assert_eq!(of("24,90 zł"), Some(Currency::PLN));
        assert_eq!(of("1 200 грн."), Some(Currency::UAH));
        assert_eq!(of("5"), None);
        assert_eq!(of("5 XYZ"), None);
    }

    #[test]
    fn amounts_of_a_column() {
        let comma = Some(DecimalMark::Comma);
        assert_eq!(read("1.234", Currency::EUR, comma), Ok(123_400));
        assert_eq!(read("24,90 руб.", Currency::RUB, comma), Ok(2490));
        // Only one reading, though the column has commas.
        assert_eq!(read("24.9", Currency::EUR, comma), Ok(2490));
        for bad in ["1.234,5,6", "2024-03-12", "12/03/2024", "12.03.2024", "abc", "1e5", "12%"] {
            assert!(read(bad, Currency::EUR, comma).is_err(), "{bad}");
        }
        assert!(matches!(read("-5", Currency::EUR, comma), Err(MoneyError::Negative(_))));
        assert!(matches!(
            read("9999999999999", Currency::EUR, comma),
            Err(MoneyError::TooLarge(_))
        ));
    }
}
