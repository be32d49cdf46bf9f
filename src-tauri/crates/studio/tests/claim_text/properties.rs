//! Whatever a comment is made of, reading it ends, quickly, the same way each time.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use vitrine_studio::claim_text::{
    LONGEST, OnAirNow, Reading, VariantError, Wanted, WantedItem, Why, named_variant,
};

use super::{show, written};

fn wanted(on_air: Option<&str>) -> Wanted {
    let mut wanted = Wanted::new(&show(), "fr");
    let now = on_air.map(|code| OnAirNow { code: code.to_owned(), settled: true });
    wanted.set_on_air(now.as_ref());
    wanted
}

/// Words, numbers and marks that comments are made of, in any order.
fn any_comment() -> impl Strategy<Value = String> {
    let parts = prop_oneof![
        prop::sample::select(vec![
            "sold",
            "SOLD",
            "je",
            "prends",
            "le",
            "quiero",
            "prendo",
            "biorę",
            "quero",
            "беру",
            "хочу",
            "візьму",
            "nehme",
            "not",
            "no",
            "pas",
            "не",
            "cancel",
            "annule",
            "if",
            "или",
            "please",
            "svp",
            "M",
            "М",
            "blue",
            "синий",
            "размер",
            "size",
            "x",
            "x2",
            "2x",
            "№",
            "#",
            "nr",
            "€",
            "%",
            "?",
            "!",
            ",",
            "and",
            "of",
            "two",
            "deux",
            "пять",
            "pcs",
            "шт",
            "http://a.example/12",
            "@anna",
            "+",
            "❌",
            "🔥",
            "j'",
            "п'ять",
            "Bleu foncé",
            "clair",
            "out",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            "12", "14", "21", "31", "K7", "k7", "К7", "2", "99", "12:30", "0612"
        ])
        .prop_map(str::to_owned),
        (0_u64..200_000).prop_map(|n| n.to_string()),
        "\\PC{0,6}",
    ];
    prop::collection::vec((parts, prop::sample::select(vec![" ", "", "  ", "\n"])), 0..14)
        .prop_map(|parts| parts.into_iter().map(|(part, gap)| part + gap).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_comment_is_read_the_same_way_whatever_its_case_and_spaces(
        text in any_comment(),
        on_air in prop::option::of(prop::sample::select(vec!["12", "21", "K7"])),
    ) {
        let wanted = wanted(on_air);
        let reading = wanted.read(&text);
        prop_assert_eq!(&reading, &wanted.read(&text));
        // Letters that keep their meaning when their case changes: all but the odd ones of Unicode.
        let plain = text.chars().all(|c| {
            let lower = || c.to_lowercase().flat_map(char::to_uppercase).eq(c.to_uppercase());
            let upper = || c.to_uppercase().flat_map(char::to_lowercase).eq(c.to_lowercase());
            lower() && upper()
        });
        if plain {
            prop_assert_eq!(&reading, &wanted.read(&text.to_uppercase()), "in capitals");
        }
        let spread = format!("  {} \t ", text.replace(' ', " \u{a0} "));
        if spread.chars().count() < LONGEST {
            prop_assert_eq!(&reading, &wanted.read(&spread), "with more spaces");
        }
        match &reading {
            Reading::Sure(wish) => {
                let show = show();
                let item = show.iter().find(|i| i.code == wish.code).expect("an item of the show");
                prop_assert_eq!(wish.variant.is_some(), !item.variants.is_empty());
                prop_assert!(wish.variant.is_none_or(|v| v < item.variants.len()));
                prop_assert!((1..=100).contains(&wish.quantity));
                prop_assert!(!text.contains('?'), "a question is never sure");
            }
            Reading::Unsure { guess, .. } => prop_assert!((1..=10_000).contains(&guess.quantity)),
            Reading::Cancel { code, why } => prop_assert!(code.is_some() || why.is_some()),
            Reading::None => {}
        }
    }

    #[test]
    fn any_text_at_all_is_read(text in any::<String>(), code in any::<String>(), value in any::<String>()) {
        let item = WantedItem {
            code: code.clone(),
            variants: vec![vec![(value.clone(), text.clone())], vec![(text.clone(), value.clone())]],
        };
        let mut wanted = Wanted::new(std::slice::from_ref(&item), &text);
        wanted.set_on_air(Some(&OnAirNow { code: code.clone(), settled: true }));
        wanted.read(&text);
        wanted.read(&format!("sold {code} {value}"));
        let _ = named_variant(&item.variants, &text);
    }
}

#[test]
fn hostile_text_is_no_claim_and_costs_no_time() {
    let zalgo: String =
        "sold 14 ".chars().flat_map(|c| [c, '\u{336}', '\u{489}', '\u{20dd}']).collect();
    let cases = [
        ("zalgo", zalgo.repeat(60), None),
        ("right-to-left", "\u{202e}sold 14\u{202c}".to_owned(), Some("sure 14")),
        ("right-to-left words", "אני רוצה 14".to_owned(), Some("none")),
        ("long word", "x".repeat(2_000), Some("none")),
        ("long number", "1".repeat(2_000), Some("none")),
        ("many numbers", "14 ".repeat(700), Some("none")),
        ("many claims", "sold 14 ".repeat(250), None),
        ("many phrases", "me lo llevo ".repeat(200), None),
        ("many multipliers", "x2 ".repeat(700), None),
        ("only marks", "?!#%€.,".repeat(300), Some("none")),
        ("emoji", "👩‍👩‍👧‍👦🏳️‍🌈".repeat(200), Some("none")),
        ("nothing", String::new(), Some("none")),
        ("only invisible", "\u{200b}\u{202e}\u{feff}".repeat(100), Some("none")),
    ];
    let wanted = wanted(None);
    let begun = Instant::now();
    for (name, text, expected) in &cases {
        let read = written(&wanted.read(text));
        assert!(
            !text.chars().nth(LONGEST).is_some_and(|_| read.starts_with("sure")),
            "{name}: {read}"
        );
        if let Some(expected) = expected {
            assert_eq!(read, *expected, "{name}");
        }
    }
    // Each takes well under a millisecond; the limit only tells linear from quadratic.
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[test]
fn a_show_of_five_hundred_items_is_read_as_quickly() {
    let items: Vec<WantedItem> = (1..=500)
        .map(|n| WantedItem {
            code: n.to_string(),
            variants: ["S", "M", "L"].map(|s| vec![("Size".to_owned(), s.to_owned())]).to_vec(),
        })
        .collect();
    let wanted = Wanted::new(&items, "en");
    let begun = Instant::now();
    for n in 1..=500 {
        let read = wanted.read(&format!("sold {n} x2 medium"));
        assert!(
            matches!(&read, Reading::Sure(w) if w.variant == Some(1) && w.quantity == 2),
            "{n}: {read:?}"
        );
    }
    let each = begun.elapsed() / 500;
    println!("a comment takes {each:?}");
    assert!(each < Duration::from_millis(20), "{each:?}");
}

#[test]
fn the_language_of_the_show_decides_what_is_open() {
    // “o” is “the” in Portuguese and “or” in Spanish; all other words are in both.
    let text = "cancela o 12 por favor";
    let read = |language: &str| written(&Wanted::new(&show(), language).read(text));
    assert_eq!(read("pt-BR"), "cancel 12");
    assert_eq!(read("es"), "cancel? doubt");
    assert_eq!(read("xx"), "cancel? doubt");
}

#[test]
fn variants_are_named_by_words_alone() {
    let hoodie = &show()[4].variants;
    let named = |words: &str| named_variant(hoodie, words);
    assert_eq!(named("M blue"), Ok(Some(3)));
    assert_eq!(named("Bleu / M"), Ok(Some(3)));
    assert_eq!(named("size L, colour черный"), Ok(Some(7)));
    assert_eq!(named("М синий"), Ok(Some(3)), "Cyrillic М");
    assert_eq!(named("M"), Err(VariantError::Several));
    assert_eq!(named(""), Err(VariantError::Several));
    assert_eq!(named("M L blue"), Err(VariantError::Contradiction));
    assert_eq!(named("M blue velvet"), Err(VariantError::Unknown));
    assert_eq!(named("XXL"), Err(VariantError::Unknown));
    assert_eq!(named_variant(&[], ""), Ok(None));
    assert_eq!(named_variant(&hoodie[..1], ""), Ok(Some(0)));
}

#[test]
fn reasons_have_codes_of_their_own_and_sentences() {
    let codes: std::collections::BTreeSet<&str> = Why::ALL.iter().map(|w| w.code()).collect();
    assert_eq!(codes.len(), Why::ALL.len());
    for why in Why::ALL {
        let json = serde_json::to_string(&why).expect("a reason can be written");
        assert_eq!(json, format!("\"{}\"", why.code()));
        assert!(why.sentence().ends_with('.') && why.sentence().len() < 100, "{}", why.sentence());
    }
}
