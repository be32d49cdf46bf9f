use proptest::prelude::*;

use super::*;

fn shown(amount: &str, currency: &str, locale: &str) -> String {
    Price::parse(amount, currency).unwrap().format(locale)
}

#[test]
fn written_as_each_locale_writes_it() {
    for (amount, currency, locale, wanted) in [
        ("1234.50", "EUR", "fr", "1\u{202f}234,50\u{a0}€"),
        ("1234567.89", "EUR", "fr", "1\u{202f}234\u{202f}567,89\u{a0}€"),
        ("24.90", "EUR", "de", "24,90\u{a0}€"),
        ("1234.5", "EUR", "de", "1.234,50\u{a0}€"),
        ("1234.50", "USD", "en-US", "$1,234.50"),
        ("1234.50", "USD", "en", "$1,234.50"),
        ("24.90", "EUR", "en", "€24.90"),
        ("1235", "JPY", "en", "¥1,235"),
        ("1235", "JPY", "ja", "￥1,235"),
        ("88", "CNY", "zh", "¥88.00"),
        ("1234.567", "KWD", "en", "KWD\u{a0}1,234.567"),
        ("12345.5", "EUR", "es", "12.345,50\u{a0}€"),
        ("1234.5", "EUR", "es", "1234,50\u{a0}€"),
        ("24.9", "EUR", "it", "24,90\u{a0}€"),
        ("99", "PLN", "pl", "99,00\u{a0}zł"),
        ("24.9", "EUR", "pt-PT", "24,90\u{a0}€"),
        ("24.9", "BRL", "pt", "R$\u{a0}24,90"),
        ("1234.5", "RUB", "ru", "1\u{a0}234,50\u{a0}₽"),
        ("1234.5", "UAH", "uk", "1\u{a0}234,50\u{a0}₴"),
        ("24.9", "CHF", "de-CH", "CHF\u{a0}24.90"),
        ("24.9", "CHF", "en", "CHF\u{a0}24.90"),
    ] {
        assert_eq!(shown(amount, currency, locale), wanted, "{amount} {currency} {locale}");
    }
}

#[test]
fn right_to_left_locales_carry_their_marks() {
    let hebrew = shown("24.9", "ILS", "he");
    assert!(
        hebrew.starts_with('\u{200f}') && hebrew.ends_with('₪') && hebrew.contains("24.90"),
        "{hebrew:?}"
    );
    let arabic = shown("24.9", "EUR", "ar");
    assert!(arabic.starts_with('\u{200f}') && arabic.ends_with('€'), "{arabic:?}");
}

#[test]
fn an_unknown_locale_is_written_as_english() {
    assert_eq!(shown("1234.5", "USD", "not a locale"), "$1,234.50");
}

#[test]
fn refused_with_one_sentence_each() {
    use PriceError as E;
    for (amount, currency, wanted) in [
        ("", "EUR", E::Empty),
        ("-1", "EUR", E::Negative("-1".into())),
        ("NaN", "EUR", E::NotANumber("NaN".into())),
        ("inf", "EUR", E::NotANumber("inf".into())),
        ("-NaN", "EUR", E::NotANumber("-NaN".into())),
        ("1,50", "EUR", E::NotANumber("1,50".into())),
        ("1.2.3", "EUR", E::NotANumber("1.2.3".into())),
        (".", "EUR", E::NotANumber(".".into())),
        ("1e5", "EUR", E::NotANumber("1e5".into())),
        ("10", "EURO", E::UnknownCurrency("EURO".into())),
        ("10", "XXX", E::UnknownCurrency("XXX".into())),
        ("9999999999999999", "EUR", E::TooLarge("9999999999999999".into())),
    ] {
        assert_eq!(Price::parse(amount, currency), Err(wanted), "{amount} {currency}");
    }
    let error = Price::parse("12.345", "EUR").unwrap_err();
    assert_eq!(error.to_string(), "the price 12.345 has too many decimals: EUR has 2");
    assert!(Price::parse("12.50", "JPY").is_err());
    // Zeros at the end say nothing new.
    assert_eq!(Price::parse("12.00", "JPY").unwrap().minor, 12);
    assert_eq!(Price::parse("24.9000", "eur").unwrap().minor, 2490);
}

#[test]
fn long_nonsense_is_cut_in_the_sentence() {
    let error = Price::parse(&"x".repeat(5000), "EUR").unwrap_err().to_string();
    assert!(error.len() < 160, "{error}");
}

proptest! {
    #[test]
    fn any_text_gives_a_price_or_a_sentence(amount in ".{0,40}", currency in ".{0,5}", locale in ".{0,8}") {
        if let Ok(price) = Price::parse(&amount, &currency) {
            prop_assert!(!price.format(&locale).is_empty());
        }
    }

    #[test]
    fn minor_units_survive_a_round_trip(minor in 0i64..=MAX_MINOR) {
        let text = format!("{}.{:02}", minor / 100, minor % 100);
        prop_assert_eq!(Price::parse(&text, "EUR").unwrap().minor, minor);
    }
}
