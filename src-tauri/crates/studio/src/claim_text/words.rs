//! The words a comment is read by, one table a language, to be reviewed by people who speak it.
//!
//! Entries are divided by commas and may have several words. Write them as they are spelt: case, accents
//! and apostrophes are folded away like those of comments. A word may stand in several languages with several
//! meanings; the language the rest of a comment is in decides.

mod cyrillic;
mod germanic;
mod romance;
mod slavic;

/// A language comments come in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Language {
    English,
    French,
    Spanish,
    Italian,
    Polish,
    Portuguese,
    Russian,
    Ukrainian,
    German,
}

impl Language {
    /// How many there are.
    pub(super) const COUNT: usize = 9;

    /// Of a tag such as `pt-BR`.
    pub(super) fn of(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Some(match language.to_ascii_lowercase().as_str() {
            "en" => Self::English,
            "fr" => Self::French,
            "es" => Self::Spanish,
            "it" => Self::Italian,
            "pl" => Self::Polish,
            "pt" => Self::Portuguese,
            "ru" => Self::Russian,
            "uk" => Self::Ukrainian,
            "de" => Self::German,
            _ => return None,
        })
    }
}

/// The words of a language.
pub(super) struct Words {
    /// Which.
    pub language: Language,
    /// Somebody takes: “I'll take”, “mine”. Without persons other than the viewer.
    pub take: &'static str,
    /// “Sold”: takes as well, but also told of things that are gone.
    pub sold: &'static str,
    /// Beside a code enough to mean that it is wanted: “please”, “for me”.
    pub please: &'static str,
    /// A wish put as a question: “can I have”.
    pub may: &'static str,
    /// Makes a question wherever it stands.
    pub ask: &'static str,
    /// Makes a question at the beginning.
    pub ask_first: &'static str,
    /// Denies.
    pub not: &'static str,
    /// Gives up a claim.
    pub cancel: &'static str,
    /// Perhaps, if, or.
    pub doubt: &'static str,
    /// Says nothing for or against: articles, prepositions, greetings, thanks.
    pub glue: &'static str,
    /// Harmless beside a word that takes, but no sign of a claim: what people say of what they see.
    pub chat: &'static str,
    /// Looks like something above and is not: “sold out”.
    pub other: &'static str,
    /// Before a code: “number”, “lot”.
    pub marker: &'static str,
    /// Before a variant: “size”, “colour”.
    pub option: &'static str,
    /// Between a number of pieces and a code: “two of 12”.
    pub of: &'static str,
    /// Behind a number of pieces.
    pub piece: &'static str,
    /// Between number and code: “two times 12”.
    pub times: &'static str,
    /// Money, behind or before a number.
    pub money: &'static str,
    /// Numbers of pieces.
    pub numbers: &'static [(u32, &'static str)],
}

/// All languages.
pub(super) const ALL: [&Words; Language::COUNT] = [
    &germanic::ENGLISH,
    &romance::FRENCH,
    &romance::SPANISH,
    &romance::ITALIAN,
    &slavic::POLISH,
    &romance::PORTUGUESE,
    &cyrillic::RUSSIAN,
    &cyrillic::UKRAINIAN,
    &germanic::GERMAN,
];
