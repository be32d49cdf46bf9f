//! Text into words, numbers and marks. Case, accents, widths, invisible characters and stacked marks are
//! folded away; what cannot be a code (times, dates, telephone numbers, decimals) becomes [`Kind::Odd`].

use std::iter::Peekable;

use vitrine_catalog::search::folded;

use super::LONGEST;

/// What a token is by its looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Letters, perhaps with digits among them that could not be parted.
    Word,
    /// 1 to 4 digits that stand for a number.
    Number(u32),
    /// A number of another kind: 12:30, 38.5, 0612142131, +12, 1st.
    Odd,
    /// `#`, №, n°: the number behind is a code.
    Hash,
    /// € $ £ …
    Money,
    /// %
    Percent,
    /// A link.
    Link,
    /// End of a clause.
    Boundary,
    /// A question mark.
    Question,
    /// ❌ and the like.
    No,
}

/// A piece of a comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// Folded.
    pub text: String,
    /// By its looks.
    pub kind: Kind,
    /// Nothing stands between it and the one before.
    pub glued: bool,
}

/// A comment in pieces.
pub(super) struct Tokens {
    /// In order.
    pub list: Vec<Token>,
    /// There was more text than is read.
    pub cut: bool,
}

/// A claim code as it is compared: folded, Latin letters.
pub(super) fn folded_code(code: &str) -> String {
    let folded = latin(&folded(code.trim()));
    if folded.chars().all(|c| c.is_ascii_alphanumeric()) { folded } else { String::new() }
}

/// The words of an entry of a table or of an option's value.
pub(super) fn folded_words(text: &str) -> Vec<String> {
    let tokens = split(text, &|_| true);
    let speaks = |t: &Token| matches!(t.kind, Kind::Word | Kind::Number(_) | Kind::Odd);
    tokens.list.into_iter().filter(speaks).map(|t| t.text).collect()
}

/// Cyrillic letters as the Latin ones they look like or, in sizes, sound like: К7, М, ХЛ.
pub(super) fn latin(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'а' => 'a',
            'в' => 'b',
            'с' => 'c',
            'е' => 'e',
            'н' => 'h',
            'и' => 'i',
            'ј' => 'j',
            'к' => 'k',
            'м' => 'm',
            'о' => 'o',
            'р' => 'p',
            'т' => 't',
            'у' => 'y',
            'х' => 'x',
            'л' => 'l',
            c => c,
        })
        .collect()
}

/// Splits a text. `whole` says of letters and digits in one piece (`k7`, `2xl`) that they belong together.
pub(super) fn split(text: &str, whole: &dyn Fn(&str) -> bool) -> Tokens {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(LONGEST).filter_map(plain).collect();
    let cut = chars.next().is_some();
    let mut out = Splitter { list: Vec::new(), whole };
    for chunk in folded(&head).split_whitespace() {
        out.chunk(chunk);
    }
    let mut list = out.list;
    abbreviated_number(&mut list);
    spread_code(&mut list, whole);
    telephone(&mut list);
    Tokens { list, cut }
}

/// Without what is invisible, stacked on a letter, or only another form of the same mark.
fn plain(c: char) -> Option<char> {
    Some(match c {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e01ef}' => return None,
        // Before compatibility forms make “no” of them, which denies.
        '№' | 'º' | '°' => '#',
        '’' | '‘' | 'ʼ' | '´' | '`' | '′' | 'ʹ' => '\'',
        '×' | '✕' | '✖' => 'x',
        '⁄' | '∕' => '/',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        '¿' | '؟' | '❓' | '❔' => '?',
        '❌' | '✗' | '✘' | '🚫' | '🙅' | '👎' | '⛔' => '❌',
        '\u{660}'..='\u{669}' => digit(c as u32 - 0x660),
        '\u{6f0}'..='\u{6f9}' => digit(c as u32 - 0x6f0),
        c => c,
    })
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

struct Splitter<'a> {
    list: Vec<Token>,
    whole: &'a dyn Fn(&str) -> bool,
}

impl Splitter<'_> {
    fn push(&mut self, text: impl Into<String>, kind: Kind, glued: bool) {
        self.list.push(Token { text: text.into(), kind, glued });
    }

    fn chunk(&mut self, chunk: &str) {
        if is_link(chunk) {
            return self.push(chunk, Kind::Link, false);
        }
        // A name that is spoken to, and faces with letters or digits in them, say nothing here.
        let named = chunk.strip_prefix('@').is_some_and(|n| n.starts_with(char::is_alphanumeric));
        let face = chunk.len() <= 4 && chunk.starts_with([':', ';', '<', '=']);
        if named || face {
            return;
        }
        if chunk.chars().all(|c| c == '+') {
            return self.push("+", Kind::Word, false);
        }
        let mut rest = chunk.chars().peekable();
        let first = self.list.len();
        let mut parted = false;
        while let Some(c) = rest.next() {
            let glued = self.list.len() > first && !std::mem::take(&mut parted);
            match c {
                c if c.is_alphanumeric() => self.run(c, &mut rest, glued),
                '#' => self.hash(glued),
                '%' | '‰' => self.push("%", Kind::Percent, glued),
                '€' | '$' | '£' | '₽' | '₴' | '¥' | '₺' | '₸' => {
                    self.push("€", Kind::Money, glued)
                }
                '?' => self.push("?", Kind::Question, glued),
                '.' | '!' | ',' | ';' | '…' | '(' | ')' => self.push(".", Kind::Boundary, glued),
                '❌' => self.push("❌", Kind::No, glued),
                '&' => self.push("and", Kind::Word, glued),
                '*' => self.push("x", Kind::Word, glued),
                // A sign makes another number of it: an age, a discount, a vote.
                '+' | '-' if rest.peek().is_some_and(char::is_ascii_digit) => {
                    self.signed(&mut rest, glued)
                }
                '+' if self.list.last().is_some_and(|t| glued && t.kind != Kind::Word) => {
                    if let Some(last) = self.list.last_mut() {
                        last.kind = Kind::Odd;
                    }
                }
                _ => parted = true,
            }
        }
    }

    /// Letters and digits, apostrophes between letters, and what joins digits to other numbers.
    fn run(&mut self, first: char, rest: &mut Peekable<std::str::Chars>, glued: bool) {
        let mut text = String::from(first);
        loop {
            while let Some(c) = rest.next_if(|c| c.is_alphanumeric()) {
                text.push(c);
            }
            let digits = text.chars().all(|c| c.is_ascii_digit() || ".:,/-".contains(c));
            let mut ahead = rest.clone();
            match (ahead.next(), ahead.next()) {
                (Some('\''), Some(c)) if c.is_alphabetic() => {
                    rest.next();
                    // j'achète is two words, the first of which says nothing; don't is one.
                    if matches!(text.as_str(), "j" | "l" | "d" | "n" | "c" | "s" | "m" | "t" | "qu")
                    {
                        text.clear();
                    }
                }
                (Some(join @ ('.' | ':' | ',' | '/' | '-')), Some(c))
                    if digits && c.is_ascii_digit() =>
                {
                    rest.next();
                    text.push(join);
                }
                _ => break,
            }
        }
        self.part(&text, glued);
    }

    /// In n°12 the letters belong to the mark; alone they are a word (n1: nice one).
    fn hash(&mut self, glued: bool) {
        let mark = |t: &Token| matches!(t.text.as_str(), "n" | "no" | "nr" | "н");
        if glued && self.list.last().is_some_and(mark) {
            self.list.pop();
        }
        self.push("#", Kind::Hash, glued);
    }

    fn part(&mut self, text: &str, glued: bool) {
        if text.is_empty() {
            return;
        }
        let mixed =
            text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(char::is_alphabetic);
        if !mixed || (self.whole)(&latin(text)) {
            let text = if mixed { latin(text) } else { text.replace(',', ".") };
            let kind = if text.starts_with(|c: char| c.is_ascii_digit()) && !mixed {
                number(&text)
            } else {
                Kind::Word
            };
            return self.push(text, kind, glued);
        }
        // 12m, x2, 2x12, sold12: letters and digits apart; more pieces than that are no claim.
        let mut parts: Vec<String> = Vec::new();
        for c in text.chars() {
            let is_digit = |c: char| c.is_ascii_digit();
            match parts.last_mut().filter(|p| p.chars().all(is_digit) == is_digit(c)) {
                Some(part) => part.push(c),
                None => parts.push(c.to_string()),
            }
        }
        if parts.len() > 3 {
            return self.push(text, Kind::Word, glued);
        }
        for (n, part) in parts.iter().enumerate() {
            let kind = if part.starts_with(|c: char| c.is_ascii_digit()) {
                number(part)
            } else {
                Kind::Word
            };
            self.push(part.as_str(), kind, glued || n > 0);
        }
    }

    fn signed(&mut self, rest: &mut Peekable<std::str::Chars>, glued: bool) {
        // 12-14 and XL-12 are no signs, but 12 behind a lone sign is.
        if glued && self.list.last().is_some_and(|t| t.kind == Kind::Word) {
            return;
        }
        let mut text = String::new();
        while let Some(c) = rest.next_if(|c| c.is_ascii_digit()) {
            text.push(c);
        }
        self.push(text, Kind::Odd, glued);
    }
}

fn number(digits: &str) -> Kind {
    let plain = digits.len() <= 4 && !(digits.len() > 1 && digits.starts_with('0'));
    match digits.parse() {
        Ok(n) if plain => Kind::Number(n),
        _ => Kind::Odd,
    }
}

fn is_link(chunk: &str) -> bool {
    const ENDS: [&str; 16] = [
        "com", "net", "org", "ru", "ua", "fr", "es", "it", "pl", "pt", "de", "eu", "io", "shop",
        "me", "tv",
    ];
    let host = chunk.split(['/', '?']).next().unwrap_or_default();
    let ending = host.rsplit_once('.').filter(|(name, _)| name.ends_with(char::is_alphanumeric));
    chunk.contains("://")
        || chunk.starts_with("www.")
        || ending.is_some_and(|(_, end)| ENDS.contains(&end))
}

/// “no. 12” is a number; “no 12” says no.
fn abbreviated_number(list: &mut [Token]) {
    for at in 0..list.len().saturating_sub(2) {
        let numbered = list[at].text == "no"
            && list[at + 1].kind == Kind::Boundary
            && list[at + 1].glued
            && matches!(list[at + 2].kind, Kind::Number(_));
        if numbered {
            list[at].kind = Kind::Hash;
            list[at + 1].kind = Kind::Hash;
        }
    }
}

/// “K 7” is K7, as long as 7 alone is nothing.
fn spread_code(list: &mut Vec<Token>, whole: &dyn Fn(&str) -> bool) {
    let mut at = 0;
    while at + 1 < list.len() {
        let (letter, digits) = (&list[at], &list[at + 1]);
        let apart = letter.kind == Kind::Word
            && letter.text.chars().count() == 1
            && matches!(digits.kind, Kind::Number(_));
        let joined = latin(&letter.text) + &digits.text;
        if apart && whole(&joined) && !whole(&digits.text) {
            list[at].text = joined;
            list.remove(at + 1);
        }
        at += 1;
    }
}

/// Four numbers in a row are a telephone number or a count.
fn telephone(list: &mut [Token]) {
    let is_number = |t: &Token| matches!(t.kind, Kind::Number(_) | Kind::Odd);
    for row in list.chunk_by_mut(|a, b| is_number(a) && is_number(b)) {
        if row.len() >= 4 {
            row.iter_mut().for_each(|t| t.kind = Kind::Odd);
        }
    }
}
