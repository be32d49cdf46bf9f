//! Giveaways: who may enter when, and a draw that somebody else can repeat.

use std::process::Command;

use proptest::prelude::*;
use vitrine_media::MediaTime;
use vitrine_studio::StudioError;
use vitrine_studio::giveaway::{Giveaway, Seed, verify};

fn s(secs: i64) -> MediaTime {
    MediaTime::from_secs(secs)
}

fn code<T: std::fmt::Debug>(r: Result<T, StudioError>) -> &'static str {
    r.expect_err("it is refused").code
}

fn counting_seed() -> Seed {
    Seed::new(std::array::from_fn(|n| n as u8))
}

fn open(seed: Seed, closes: Option<MediaTime>) -> Giveaway {
    Giveaway::new("A scarf", "me", seed, closes).expect("a giveaway")
}

/// Worked out with Python's hashlib by the recipe, not by this program.
const FINGERPRINT: &str = "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd";
const WINNERS: [&str; 6] = ["ольга", "strasse", "anna", "josé", "عمر", "田中"];

#[test]
fn a_draw_is_what_python_says_it_is() {
    let mut g = open(counting_seed(), Some(s(60)));
    assert_eq!(g.fingerprint(), FINGERPRINT);
    for name in ["Anna", "Jose\u{301}", "Straße", " Ольга ", "@田中", "عمر"] {
        g.enter(name, s(1)).expect("an entry");
    }
    let mut winners = vec![g.draw(s(60)).expect("drawn").winner.key.clone()];
    for round in 2..=6 {
        let draw = g.redraw(s(61)).expect("drawn again");
        assert_eq!((draw.round, draw.among), (round, 7 - round));
        winners.push(draw.winner.key.clone());
    }
    assert_eq!(winners, WINNERS);
    assert_eq!(code(g.redraw(s(62))), "giveaway-nobody");
    g.proof().expect("it was drawn").check().expect("it is as it was published");

    // Another one from Python: 1,000 entries, seed = SHA-256 of "vitrine".
    let seed = "ec2799bfa04695ef199276db85c474e441e944c854bbb9538b6993701a21df3e";
    let print = "81d458194e100b3d891028a208e1c655bb5751aad3f5c9111e0414c5044142ba";
    let entries: Vec<String> = (1..=1_000).map(|n| format!("viewer{n}")).collect();
    let winners = ["viewer5", "viewer496", "viewer891"].map(str::to_owned);
    verify(print, seed, &entries, &winners).expect("the same winners");
}

/// The check that is printed in the documentation, run as a viewer would.
#[test]
fn the_documented_check_agrees() {
    let source = include_str!("../../src/giveaway/draw.rs");
    let script: String = source
        .lines()
        .skip_while(|l| *l != "//! ```python")
        .skip(1)
        .take_while(|l| *l != "//! ```")
        .map(|l| format!("{}\n", l.strip_prefix("//! ").unwrap_or("")))
        .collect();
    assert!(script.contains("hashlib"), "the check stands in the documentation");
    let mut g = open(counting_seed(), None);
    for n in 0..200 {
        g.enter(&format!("Zuschauer Nº{n} «ß»"), s(n)).expect("an entry");
    }
    g.draw(s(300)).expect("drawn");
    for _ in 0..20 {
        g.redraw(s(301)).expect("drawn again");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let python = |proof: &vitrine_studio::giveaway::Proof| {
        let text = serde_json::to_string(proof).expect("a proof");
        std::fs::write(folder.path().join("proof.json"), text).expect("written");
        Command::new("python3").args(["-c", &script]).current_dir(folder.path()).output()
    };
    let mut proof = g.proof().expect("it was drawn");
    let Ok(said) = python(&proof) else {
        println!("SKIPPED: python3 is not there");
        return;
    };
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(String::from_utf8_lossy(&said.stdout).contains("as it was published"));
    proof.winners.swap(0, 1);
    assert!(!python(&proof).expect("it ran before").status.success(), "it sees a false winner");
}

#[test]
fn entries_count_once_and_until_the_closing_time() {
    let mut g = open(counting_seed(), Some(s(60)));
    assert_eq!(code(g.draw(s(59))), "giveaway-open");
    assert_eq!(g.enter("Anna", s(1)).expect("first"), 1);
    for again in ["anna", " ANNA ", "@Anna", "A\u{200b}nna", "Ａｎｎａ"] {
        assert_eq!(code(g.enter(again, s(2))), "entry-twice", "{again:?}");
    }
    assert_eq!(code(g.enter("\u{202e} ", s(2))), "entry-name");
    assert_eq!(code(g.enter(&"n".repeat(2_000), s(2))), "entry-name");
    assert_eq!(g.enter("Ánna", s(60) - MediaTime::from_nanos(1)).expect("somebody else"), 2);
    assert_eq!(code(g.enter("ben", s(60))), "giveaway-closed");
    assert_eq!(code(g.close(s(60))), "giveaway-closed");
    assert_eq!(code(g.redraw(s(60))), "giveaway-not-drawn");
    assert_eq!((g.revealed(), g.proof()), (None, None), "the seed is nobody's before the draw");
    g.draw(s(61)).expect("drawn");
    assert_eq!(code(g.draw(s(62))), "giveaway-drawn");
    assert_eq!(code(g.enter("ben", s(62))), "giveaway-closed");
    assert_eq!(g.revealed().expect("now it is public").len(), 64);
}

#[test]
fn without_a_closing_time_the_draw_closes_entries() {
    let mut g = open(counting_seed(), None);
    let before = g.clone();
    assert_eq!(code(g.draw(s(10))), "giveaway-nobody");
    assert_eq!(g, before, "entries are still open");
    g.enter("anna", s(11)).expect("an entry");
    g.draw(s(12)).expect("drawn");
    assert_eq!(g.closes(), Some(s(12)));
    let mut by_hand = open(counting_seed(), Some(s(60)));
    by_hand.enter("anna", s(1)).expect("an entry");
    by_hand.close(s(20)).expect("closed early");
    assert_eq!(code(by_hand.enter("ben", s(20))), "giveaway-closed");
    by_hand.draw(s(20)).expect("drawn");
}

#[test]
fn a_view_shows_the_fingerprint_but_no_seed_and_no_surname() {
    let mut g = open(counting_seed(), Some(s(60)));
    g.enter("Marie-Claude Duran", s(1)).expect("an entry");
    let view = g.view(s(2));
    assert_eq!((view.fingerprint.as_str(), view.entries), (&FINGERPRINT[..16], 1));
    assert_eq!((view.ends, view.winner), (Some(s(60)), None));
    assert!(!format!("{g:?}").contains("000102030405"), "the seed is in no log");
    g.draw(s(60)).expect("drawn");
    let view = g.view(s(60));
    assert_eq!((view.ends, view.winner.as_deref()), (None, Some("Marie-Claude D.")));
}

#[test]
fn after_an_interruption_it_keeps_its_promise_and_its_time() {
    let mut g = open(counting_seed(), Some(s(60)));
    g.enter("anna", s(1)).expect("an entry");
    let text = serde_json::to_string(&g).expect("saved at 20 s");
    let mut back: Giveaway = serde_json::from_str(&text).expect("read at 120 s");
    assert_eq!(back, g);
    back.shift(s(100));
    assert_eq!(back.fingerprint(), FINGERPRINT);
    assert!(back.is_open(s(159)) && !back.is_open(s(160)));
}

#[test]
fn what_is_given_away_is_said() {
    let new =
        |prize: &str, keyword: &str| code(Giveaway::new(prize, keyword, counting_seed(), None));
    assert_eq!(new("  ", "me"), "giveaway-prize");
    assert_eq!(new(&"p".repeat(2_000), "me"), "giveaway-text");
    assert_eq!(new("A scarf", &"k".repeat(201)), "giveaway-text");
}

#[test]
fn every_entry_is_as_likely_as_another() {
    // 7 entries, 7,000 seeds: 1,000 each, within five standard deviations of 29.3.
    let mut won = [0_u32; 7];
    for n in 0..7_000_u32 {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        let mut g = open(Seed::new(bytes), None);
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            g.enter(name, s(0)).expect("an entry");
        }
        let winner = g.draw(s(1)).expect("drawn").winner.key.clone();
        won[usize::from(winner.as_bytes()[0] - b'a')] += 1;
    }
    assert!(won.iter().all(|w| w.abs_diff(1_000) < 147), "{won:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_true_draw_is_believed_and_a_false_one_is_not(
        seed in any::<[u8; 32]>(),
        names in prop::collection::vec("\\PC{0,12}", 2..40),
        rounds in 1..6_usize,
        which in any::<prop::sample::Index>(),
    ) {
        let mut g = open(Seed::new(seed), None);
        for name in &names {
            let _ = g.enter(name, s(0));
        }
        prop_assume!(g.entries().len() > 1);
        let first = g.draw(s(1)).expect("somebody takes part").winner.clone();
        prop_assert!(g.entries().contains(&first));
        for _ in 1..rounds.min(g.entries().len()) {
            g.redraw(s(2)).expect("somebody is left");
        }
        let proof = g.proof().expect("it was drawn");
        prop_assert!(proof.check().is_ok());
        let keys: std::collections::HashSet<_> = proof.entries.iter().collect();
        prop_assert_eq!(keys.len(), proof.entries.len());
        let winners: std::collections::HashSet<_> = proof.winners.iter().collect();
        prop_assert_eq!(winners.len(), proof.winners.len(), "somebody won twice");

        let round = which.index(proof.winners.len());
        let mut other = proof.clone();
        other.winners[round] = proof.entries.iter().find(|e| **e != proof.winners[round]).expect("two take part").clone();
        prop_assert_eq!(other.check().expect_err("another winner").code, "giveaway-winner");
        let mut other = proof.clone();
        other.seed = Seed::new(seed.map(|b| b ^ 1)).reveal();
        prop_assert_eq!(other.check().expect_err("another seed").code, "giveaway-seed");
        let mut other = proof.clone();
        other.entries.push(proof.entries[0].clone());
        prop_assert_eq!(other.check().expect_err("one twice").code, "entry-twice");
        let mut other = proof.clone();
        other.winners.clear();
        prop_assert_eq!(other.check().expect_err("no winner").code, "giveaway-winner");
        let mut other = proof;
        other.seed.pop();
        prop_assert_eq!(other.check().expect_err("no seed").code, "giveaway-seed");
    }
}
