//! Names of buyers: one key for each, and what of them everybody may see.

use proptest::prelude::*;
use vitrine_studio::buyer::{buyer_key, shorten_buyer};

#[test]
fn names_are_shortened_as_people_would() {
    for (name, shown) in [
        ("Marie-Claude Duran", "Marie-Claude D."),
        ("anna", "anna"),
        ("  Jean   Paul van der Berg ", "Jean B."),
        ("José Ñandú", "José Ñ."),
        ("Duran, Marie", "Marie D."),
        ("DURAN Marie-Claude", "Marie-Claude D."),
        ("MARIE DURAN", "MARIE D."),
        ("ольга петрова", "ольга П."),
        ("أحمد العربي", "أحمد ا."),
        ("דוד כהן", "דוד כ."),
        ("\"Anna\" (Duran)", "Anna D."),
        ("🌸 Anna Duran 🌸", "Anna D."),
        ("Anna 🌸", "Anna"),
        ("Anna anna.duran@example.org", "Anna"),
        ("Anna Duran @annad", "Anna D."),
        ("Bartholomäus-Maximilian Wolf", "Bartholomäus… W."),
        // Handles and addresses.
        ("@marieclaude_duran", "@marieclaude…"),
        ("twelveletter", "twelveletter"),
        ("thirteenlette", "thirteenlett…"),
        ("anna.duran@example.org", "anna…"),
        ("annaduran@example.org", "annadu…"),
        ("@anna@social.example", "anna…"),
        ("_@example.org", "…"),
        // What strangers try.
        ("", "?"),
        (" \u{200b}\u{202e}\t\n", "?"),
        ("🔥🔥🔥", "🔥🔥🔥"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦"),
        ("Anna\u{202e}nnA Duran", "AnnannA D."),
        ("a\nb", "a B."),
        ("@", "@"),
        ("...", "..."),
    ] {
        assert_eq!(shorten_buyer(name), shown, "{name:?}");
    }
}

#[test]
fn letters_are_counted_as_readers_do() {
    let flags = "🇫🇷".repeat(13);
    assert_eq!(shorten_buyer(&flags), format!("{}…", "🇫🇷".repeat(12)));
    let hands = "👍🏽".repeat(13);
    assert_eq!(shorten_buyer(&hands), format!("{}…", "👍🏽".repeat(12)));
    // Two marks a letter stay, whoever stacked a hundred of them.
    let zalgo: String =
        "anna".chars().flat_map(|c| std::iter::once(c).chain(['\u{335}'; 100])).collect();
    assert_eq!(shorten_buyer(&zalgo).chars().count(), 4 * 3);
    let joined = "👩\u{200d}".repeat(10_000);
    assert!(shorten_buyer(&joined).len() < 600, "tied together without end");
    let long = shorten_buyer(&"x ".repeat(1_000_000));
    assert_eq!(long, "x X.");
}

#[test]
fn the_same_buyer_has_one_key() {
    for (same, key) in [
        (["Anna", " ANNA", "@anna", "A\u{ad}nna"], "anna"),
        (["José", "JOSÉ", "jose\u{301}", "JOSE\u{301}\u{200e}"], "josé"),
        (["Straße", "STRASSE", "strasse", "ＳＴＲＡＳＳＥ"], "strasse"),
        (["Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ", "Σίσυφος "], "σίσυφοσ"),
        (["Anna  Duran", "anna\tduran", "ANNA\u{a0}DURAN", "anna\u{3000}duran"], "anna duran"),
    ] {
        for spelling in same {
            assert_eq!(buyer_key(spelling), key, "{spelling:?}");
        }
    }
    assert_ne!(buyer_key("anna"), buyer_key("ánna"), "an accent makes another name");
    for nobody in ["", "@", " \u{200b}", "\u{3164}", "\u{2066}\u{2069}"] {
        assert_eq!(buyer_key(nobody), "", "{nobody:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_of_a_key_is_itself(name in prop_oneof![any::<String>(), "\\PC*", "[@ \u{300}\u{200d}\u{1160}ßŐİıſΣς]*"]) {
        let key = buyer_key(&name);
        prop_assert_eq!(buyer_key(&key), key.clone());
        prop_assert!(!key.contains('\n') && key.trim() == key);
        prop_assert_eq!(buyer_key(&format!(" @{key} ")), buyer_key(&key));
    }

    #[test]
    fn what_is_shown_is_short_and_one_line(name in prop_oneof![any::<String>(), "[\\PC \u{300}\u{200d}\u{1f1e6}\u{1f3fd}@.,]{0,300}"]) {
        let shown = shorten_buyer(&name);
        prop_assert!(!shown.is_empty() && shown.len() < 2_000);
        let hidden = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
        prop_assert!(!shown.contains(hidden));
    }

    #[test]
    fn a_surname_is_never_shown(given in "[A-Z][a-zé]{1,20}", surname in "[A-Z][a-zö]{2,20}", shout in any::<bool>()) {
        prop_assume!(!given.to_lowercase().contains(&surname.to_lowercase()));
        let loud = if shout { surname.to_uppercase() } else { surname.clone() };
        for written in [format!("{given} {loud}"), format!("{loud}, {given}"), format!("{given} de {loud}")] {
            let shown = shorten_buyer(&written);
            prop_assert!(!shown.to_lowercase().contains(&surname.to_lowercase()), "{} of {}", shown, written);
        }
    }

    #[test]
    fn an_address_is_never_shown(local in "[a-z][a-z0-9._+-]{0,30}", host in "[a-z]{3,20}\\.(org|com|fr)") {
        let shown = shorten_buyer(&format!("{local}@{host}"));
        prop_assert!(!shown.contains('@') && !shown.contains(&host));
        prop_assert!(shown.chars().count() <= 7, "{}", shown);
    }
}
