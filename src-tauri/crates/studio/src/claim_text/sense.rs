//! What each word of a comment means. Phrases come before words; where languages disagree, the one that the
//! rest of the comment is in decides, and between equals the more cautious meaning.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::tokens::{Kind, Token, folded_words};
use super::words::{self, Language};

/// What a token means. In the order of caution: the earlier one wins between equal languages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Sense {
    Not,
    Ask,
    May,
    Cancel,
    Doubt,
    AskFirst,
    Other,
    Money,
    Marker,
    Option,
    Of,
    Glue,
    Chat,
    Piece,
    Times,
    Please,
    Quantity(u32),
    Sold,
    Take,
    /// A word for buying with a letter too many, too few, or in the wrong place.
    Misspelt,
    /// Not in any table.
    Unknown,
    /// Not a word: see the token's kind.
    Mark,
}

struct Entry {
    language: Language,
    sense: Sense,
}

struct Dictionary {
    entries: HashMap<String, Vec<Entry>>,
    /// Most words in an entry.
    longest: usize,
    /// Words for buying of four letters and more, by their first letter.
    buying: HashMap<char, Vec<Vec<char>>>,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut d = Dictionary { entries: HashMap::new(), longest: 1, buying: HashMap::new() };
    for words in words::ALL {
        let lists = [
            (words.not, Sense::Not),
            (words.ask, Sense::Ask),
            (words.may, Sense::May),
            (words.cancel, Sense::Cancel),
            (words.doubt, Sense::Doubt),
            (words.ask_first, Sense::AskFirst),
            (words.other, Sense::Other),
            (words.money, Sense::Money),
            (words.marker, Sense::Marker),
            (words.option, Sense::Option),
            (words.of, Sense::Of),
            (words.glue, Sense::Glue),
            (words.chat, Sense::Chat),
            (words.piece, Sense::Piece),
            (words.times, Sense::Times),
            (words.please, Sense::Please),
            (words.sold, Sense::Sold),
            (words.take, Sense::Take),
        ];
        let numbers = words.numbers.iter().map(|(n, list)| (*list, Sense::Quantity(*n)));
        for (list, sense) in lists.into_iter().chain(numbers) {
            list.split(',').for_each(|entry| d.add(words.language, entry, sense));
        }
    }
    d.add(Language::English, "+", Sense::Please);
    d
});

impl Dictionary {
    fn add(&mut self, language: Language, entry: &str, sense: Sense) {
        let words = folded_words(entry);
        if words.is_empty() {
            return;
        }
        self.longest = self.longest.max(words.len());
        if let ([word], Sense::Take | Sense::Sold) = (words.as_slice(), sense) {
            let letters: Vec<char> = word.chars().collect();
            if letters.len() >= 4 {
                self.buying.entry(letters[0]).or_default().push(letters);
            }
        }
        self.entries.entry(words.join(" ")).or_default().push(Entry { language, sense });
    }

    /// The longest entry that begins with these words, and how many it takes.
    fn longest_at(&self, words: &[&str]) -> Option<(&[Entry], usize)> {
        (1..=self.longest.min(words.len())).rev().find_map(|n| {
            let found = self.entries.get(&words[..n].join(" "))?;
            Some((found.as_slice(), n))
        })
    }

    fn is_misspelt(&self, word: &str) -> bool {
        let letters: Vec<char> = word.chars().take(40).collect();
        let Some(first) = letters.first() else { return false };
        letters.len() >= 3
            && self
                .buying
                .get(first)
                .is_some_and(|known| known.iter().any(|k| slipped(k, &letters)))
    }
}

/// Two neighbouring letters changed places, or one is missing or too many. Another letter in its place is
/// another word: told, cold, hold.
fn slipped(known: &[char], typed: &[char]) -> bool {
    let same = known.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (k, t) = (&known[same..], &typed[same..]);
    match known.len().cmp(&typed.len()) {
        std::cmp::Ordering::Equal => {
            k.len() >= 2 && k[0] == t[1] && k[1] == t[0] && k[2..] == t[2..]
        }
        std::cmp::Ordering::Less => known.len() + 1 == typed.len() && k == &t[1..],
        std::cmp::Ordering::Greater => known.len() == typed.len() + 1 && &k[1..] == t,
    }
}

/// The meaning of each token.
pub(super) fn senses(tokens: &[Token], hint: Option<Language>) -> Vec<Sense> {
    let d = &*DICTIONARY;
    let found = entries_of(d, tokens);
    let mut weight = [0_usize; Language::COUNT];
    for (entries, words) in &found {
        let mut languages: Vec<usize> = entries.iter().map(|e| e.language as usize).collect();
        languages.dedup();
        for language in &languages {
            weight[*language] += 2 * 840 * words / languages.len();
        }
    }
    if let Some(hint) = hint {
        weight[hint as usize] += 1;
    }
    let mut senses = vec![Sense::Mark; tokens.len()];
    let mut at = 0;
    let mut clause_begins = true;
    for (entries, words) in found {
        let token = &tokens[at];
        senses[at] = match token.kind {
            Kind::Word => decide(entries, &weight, clause_begins).unwrap_or_else(|| {
                if d.is_misspelt(&token.text) { Sense::Misspelt } else { Sense::Unknown }
            }),
            _ => Sense::Mark,
        };
        let whole = senses[at];
        senses[at..at + words].fill(whole);
        clause_begins = matches!(token.kind, Kind::Boundary | Kind::Question);
        at += words;
    }
    senses
}

/// The entries at each word or phrase, in order, with the number of tokens each takes.
fn entries_of<'d>(d: &'d Dictionary, tokens: &[Token]) -> Vec<(&'d [Entry], usize)> {
    let mut found: Vec<(&[Entry], usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let reach = tokens[at..].iter().take(d.longest).take_while(|t| t.kind == Kind::Word);
        let words: Vec<&str> = reach.map(|t| t.text.as_str()).collect();
        let here = d.longest_at(&words).unwrap_or((&[], 1));
        found.push(here);
        at += here.1;
    }
    found
}

fn decide(entries: &[Entry], weight: &[usize; Language::COUNT], begins: bool) -> Option<Sense> {
    let fits = |e: &&Entry| e.sense != Sense::AskFirst || begins;
    let best = entries.iter().filter(fits).map(|e| weight[e.language as usize]).max()?;
    let heard = entries.iter().filter(fits).filter(|e| weight[e.language as usize] == best);
    heard.map(|e| e.sense).min()
}
