//! Names of buyers: one form to tell them apart by, and a short one that may be seen by everybody.
//!
//! A picture that goes out to thousands shows no surname, no address and no long handle: "Marie-Claude
//! Duran" is *Marie-Claude D.*, `anna.duran@example.org` is *anna…*, and `@marieclaude_duran` is
//! *@marieclaude…*. Where a name stands in one word it cannot be told from a handle and is treated as one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::error::StudioError;

/// Longest name of a buyer, characters.
pub const LONGEST_NAME: usize = 200;
/// Letters of a handle or first name that are shown.
const SHOWN: usize = 12;
/// Letters of an address that are shown.
const SHOWN_OF_ADDRESS: usize = 6;
/// Marks on one letter; real names have two at most.
const MARKS: usize = 2;

/// The form two spellings of the same buyer share: compatibility forms resolved (NFKC), case folded,
/// white space single and none at the ends, invisible characters and a leading `@` removed. Doing it
/// twice changes nothing. Empty if nothing visible is left.
pub fn buyer_key(name: &str) -> String {
    let mut key = key_once(name);
    // Resolving one form can bring another to light; each pass leaves fewer, and two are rare.
    for _ in 0..4 {
        let again = key_once(&key);
        if again == key {
            break;
        }
        key = again;
    }
    key
}

fn key_once(name: &str) -> String {
    // Upper case first, so that ß meets SS and every sigma is the same.
    let folded: String =
        name.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect();
    let line = one_line(&folded, usize::MAX);
    line.strip_prefix('@').unwrap_or(&line).trim_start().to_owned()
}

/// A name as it is kept: one line without invisible characters.
///
/// # Errors
/// `code` if nothing visible is left, or it has more than [`LONGEST_NAME`] characters.
pub(crate) fn checked_name(name: &str, code: &'static str) -> Result<String, StudioError> {
    if name.chars().count() > LONGEST_NAME {
        let message = format!("the buyer's name has more than {LONGEST_NAME} characters");
        return Err(StudioError::input(code, message).remedy("shorten it"));
    }
    let name = one_line(name, usize::MAX);
    if buyer_key(&name).is_empty() {
        return Err(StudioError::input(code, "the buyer has no name")
            .remedy("give the name or handle that stands beside the comment"));
    }
    Ok(name)
}

/// What of a buyer's name is put on screen; see the head of this file. Never empty.
pub fn shorten_buyer(name: &str) -> String {
    // What lies further back is never shown; a comment of a megabyte costs nothing.
    let head: String = name.chars().take(LONGEST_NAME * 4).collect();
    let name: String = one_line(&head.nfc().collect::<String>(), MARKS);
    let mut words: Vec<&str> = name.split(' ').filter(|w| has_letter(w)).collect();
    if words.len() > 1 {
        // An address or handle behind a name adds nothing that may be shown.
        let plain: Vec<&str> = words.iter().copied().filter(|w| !w.contains('@')).collect();
        words = if plain.is_empty() { vec![words[0]] } else { plain };
    }
    let bare = |w: &str| w.trim_matches(|c: char| ",;()\"".contains(c)).to_owned();
    match words.as_slice() {
        [] => match cut(&name, SHOWN) {
            shown if shown.is_empty() => "?".to_owned(),
            shown => shown,
        },
        [word] => one_word(&bare(word)),
        [first, others @ ..] => {
            let last = others[others.len() - 1];
            // "Duran, Marie" and "DURAN Marie" begin with the surname.
            let (given, surname) =
                if first.ends_with(',') || (is_shouted(first) && !is_shouted(last)) {
                    (others[0], *first)
                } else {
                    (*first, last)
                };
            let (given, surname) = (bare(given), bare(surname));
            let initial = surname.chars().find(|c| c.is_alphanumeric());
            let initial: String =
                initial.into_iter().flat_map(char::to_uppercase).take(1).collect();
            format!("{} {initial}.", cut(&given, SHOWN))
        }
    }
}

fn one_word(word: &str) -> String {
    match word.char_indices().find(|(at, c)| *c == '@' && *at > 0) {
        None => cut(word, SHOWN),
        // The part before a dot is a first name as often as not; what follows is a surname.
        Some((at, _)) => {
            let local = word[..at].trim_start_matches('@');
            let first = local.split(['.', '_', '-', '+']).find(|p| !p.is_empty()).unwrap_or("");
            let shown = cut(first, SHOWN_OF_ADDRESS);
            if shown.ends_with('…') { shown } else { format!("{shown}…") }
        }
    }
}

/// At least two letters, all of them capitals.
fn is_shouted(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphabetic()).count() > 1
        && word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
}

fn has_letter(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// One line: white space single, control and invisible characters and direction overrides removed, at
/// most `marks` combining marks on a letter. A joiner between two emoji or letters stays.
fn one_line(text: &str, marks: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut stacked = 0;
    for c in text.chars() {
        if c.is_whitespace() || is_blank(c) {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        if c.is_control()
            || is_invisible(c)
            || (is_joiner(c) && (out.is_empty() || out.ends_with(' ')))
        {
            continue;
        }
        stacked = if is_combining_mark(c) { stacked + 1 } else { 0 };
        if stacked <= marks {
            out.push(c);
        }
    }
    let end = out.trim_end_matches(|c| c == ' ' || is_joiner(c)).len();
    out.truncate(end);
    out
}

/// Letters that look like a space.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Zero-width joiner and non-joiner, which Persian, Indic scripts and emoji need.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// The first `most` letters as a reader counts them, with `…` if there are more. A letter is one
/// character with the marks, variation selectors and skin tones on it, what a joiner ties to it, or a
/// flag's pair.
fn cut(text: &str, most: usize) -> String {
    let mut letters = 0;
    let mut tied = false;
    let mut half_flag = false;
    for (at, c) in text.char_indices() {
        let is_flag = ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
        let continues = tied
            || is_joiner(c)
            || is_combining_mark(c)
            || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
            || (is_flag && half_flag);
        half_flag = is_flag && !(continues && half_flag);
        tied = c == '\u{200d}';
        if !continues || at == 0 {
            letters += 1;
            if letters > most {
                return format!("{}…", text[..at].trim_end());
            }
        }
        // A hundred emoji tied to one another are one letter, but not one anybody has in a name.
        if at > most * 32 {
            return format!("{}…", text[..at].trim_end_matches(is_joiner));
        }
    }
    text.to_owned()
}
