//! A viewer's comment read as a claim: “sold 12 M”, “je prends 12 x2”, “беру 12 размер М”. Pure and the
//! same on every thread; never panics; time grows with the text's length only.
//!
//! | file | what |
//! |---|---|
//! | `tokens` | text → words, numbers and marks, folded so that case, accents and script tricks do not count |
//! | `words` | the words of nine languages as tables for native speakers to review |
//! | `colours` | colours, shades and sizes in words |
//! | `sense` | what each word of a comment means, by the language the comment is in |
//! | `numbers` | which numbers are a code, a quantity, a size, a price, or none of it |
//! | `variants` | the words of a comment against the options of an item |
//! | `comment` | a comment taken apart, and what it holds |
//! | `read` | all of it → [`Reading`] |
//!
//! **What is sure.** A wish is [`Reading::Sure`] only if every word of the comment is understood, nothing in
//! it asks, denies or doubts, it names exactly one item of the show and leaves no choice of variant open. It says
//! so by a word that takes (“sold”, “je prends”), by “please” or “for me”, by a variant or quantity
//! beside the code (“12 M”, “12 x2”), or by a code that can be nothing else (“#12”, “K7”). A bare “12” is sure
//! only while item 12 is on air, and a bare 1, 10 or 100 never: people say these of what they see. Everything
//! else that may be a wish is [`Reading::Unsure`] and waits for the seller.
//!
//! **Without a code** (“sold”, “M please”) the item on air is meant. Viewers see the picture later than it
//! is made, so that is sure only once the item has been on air for longer than the streams are late
//! ([`OnAirNow::settled`]).

mod colours;
mod comment;
mod numbers;
mod read;
mod sense;
mod tokens;
mod variants;
mod words;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use variants::{VariantError, named_variant};

/// Characters of a comment that are read; a longer one is never sure.
pub const LONGEST: usize = 500;
/// Most pieces that are taken for meant.
pub const MOST_PIECES: u32 = 100;

/// An item that can be claimed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WantedItem {
    /// Its claim code, as the catalogue keeps it. Case does not count.
    pub code: String,
    /// The variants that are offered, each with its choices: `[("Size", "M"), ("Colour", "Blue")]`. None, or
    /// one, for an item without choices.
    pub variants: Vec<Vec<(String, String)>>,
}

/// The item on air.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnAirNow {
    /// Its claim code.
    pub code: String,
    /// It has been on air for so long that viewers can mean no other: longer than the slowest stream is
    /// late, some 20 seconds.
    pub settled: bool,
}

/// What can be claimed now, made ready for reading many comments.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    items: Vec<variants::Choices>,
    by_code: std::collections::HashMap<String, usize>,
    on_air: Option<(usize, bool)>,
    hint: Option<words::Language>,
}

impl Wanted {
    /// The items of a show. `language` is that of the show (`fr`, `pt-BR`) and only decides what a word means
    /// that is in several languages. Of items with the same code the first counts.
    pub fn new(items: &[WantedItem], language: &str) -> Self {
        let mut wanted = Self { hint: words::Language::of(language), ..Self::default() };
        for item in items {
            let code = tokens::folded_code(&item.code);
            if code.is_empty() || wanted.by_code.contains_key(&code) {
                continue;
            }
            wanted.by_code.insert(code, wanted.items.len());
            wanted.items.push(variants::Choices::new(&item.code, &item.variants));
        }
        wanted
    }

    /// Says which item is on air; one that is not of the show counts as none.
    pub fn set_on_air(&mut self, now: Option<&OnAirNow>) {
        self.on_air = now.and_then(|now| self.found(now));
    }

    /// Reads a comment, with what [`set_on_air`](Self::set_on_air) said last.
    pub fn read(&self, text: &str) -> Reading {
        read::read(self, self.on_air, text)
    }

    /// Reads a comment with this on air.
    pub fn read_while(&self, text: &str, now: Option<&OnAirNow>) -> Reading {
        read::read(self, now.and_then(|now| self.found(now)), text)
    }

    fn found(&self, now: &OnAirNow) -> Option<(usize, bool)> {
        let at = self.by_code.get(&tokens::folded_code(&now.code))?;
        Some((*at, now.settled))
    }
}

/// What a comment says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reading {
    /// Nothing about buying.
    None,
    /// A claim.
    Sure(Wish),
    /// Perhaps a claim: somebody should look.
    Unsure {
        /// As much of it as was understood.
        guess: Guess,
        /// Why it is not sure.
        why: Why,
    },
    /// Somebody gives up what they claimed.
    Cancel {
        /// Of which item; `None`: not said.
        code: Option<String>,
        /// Why it is not sure; `None`: it is.
        why: Option<Why>,
    },
}

/// A claim that leaves nothing open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Wish {
    /// Claim code, as [`WantedItem`] has it.
    pub code: String,
    /// Place of the variant in the item's list, from 0; `None` if the item has no list.
    pub variant: Option<usize>,
    /// Pieces, 1 to 100.
    pub quantity: u32,
}

/// As much of a claim as was understood.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
pub struct Guess {
    /// Claim code of the item that is probably meant.
    pub code: Option<String>,
    /// Place of the variant in its list, from 0.
    pub variant: Option<usize>,
    /// Pieces, 1 to 10,000.
    pub quantity: u32,
}

/// Why a claim is not sure.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It asks.
    Question,
    /// It says no somewhere.
    Negated,
    /// It says perhaps.
    Doubt,
    /// It holds a link.
    Link,
    /// It speaks of a price.
    Price,
    /// It names several items.
    SeveralCodes,
    /// It names an item the show does not have.
    UnknownCode,
    /// It names no item, and the one on air is new or there is none.
    NoCode,
    /// The item has several variants and none is named.
    WhichVariant,
    /// It names a variant the item does not have.
    UnknownVariant,
    /// It names several variants.
    SeveralVariants,
    /// It is more than 100 pieces.
    ManyPieces,
    /// It is no piece at all, or several numbers of pieces.
    NoPieces,
    /// It holds a number that can mean several things.
    StrayNumber,
    /// It names an item that is not on air, and nothing says that it is wanted.
    OnlyNamed,
    /// It names the item more than once.
    Repeated,
    /// Its word for buying is misspelt.
    Misspelt,
    /// It says more than was understood.
    OtherWords,
}

impl Why {
    /// Every reason, in the order in which the first that holds is told.
    pub const ALL: [Self; 18] = [
        Self::Question,
        Self::Negated,
        Self::Doubt,
        Self::Link,
        Self::Price,
        Self::SeveralCodes,
        Self::UnknownCode,
        Self::StrayNumber,
        Self::NoPieces,
        Self::ManyPieces,
        Self::UnknownVariant,
        Self::SeveralVariants,
        Self::Misspelt,
        Self::OtherWords,
        Self::Repeated,
        Self::NoCode,
        Self::OnlyNamed,
        Self::WhichVariant,
    ];

    /// Stable, for programs: `which-variant`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Negated => "negated",
            Self::Doubt => "doubt",
            Self::Link => "link",
            Self::Price => "price",
            Self::SeveralCodes => "several-codes",
            Self::UnknownCode => "unknown-code",
            Self::NoCode => "no-code",
            Self::WhichVariant => "which-variant",
            Self::UnknownVariant => "unknown-variant",
            Self::SeveralVariants => "several-variants",
            Self::ManyPieces => "many-pieces",
            Self::NoPieces => "no-pieces",
            Self::StrayNumber => "stray-number",
            Self::OnlyNamed => "only-named",
            Self::Repeated => "repeated",
            Self::Misspelt => "misspelt",
            Self::OtherWords => "other-words",
        }
    }

    /// For the seller, one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Question => "The comment asks something; answer it, or take it as a claim.",
            Self::Negated => {
                "The comment says no somewhere; read it before you take it as a claim."
            }
            Self::Doubt => "The comment says perhaps; ask the viewer whether they want it.",
            Self::Link => "The comment holds a link; read it before you take it as a claim.",
            Self::Price => "The comment speaks of a price; agree on it before you take the claim.",
            Self::SeveralCodes => "The comment names several items; enter a claim for each.",
            Self::UnknownCode => {
                "No item of this show has the code in the comment; ask which one is meant."
            }
            Self::NoCode => "The comment does not say which item; it is probably the one on air.",
            Self::WhichVariant => "The item has several variants; ask which one is wanted.",
            Self::UnknownVariant => {
                "The item does not come in the variant that is named; offer another."
            }
            Self::SeveralVariants => "The comment names several variants; enter a claim for each.",
            Self::ManyPieces => {
                "The comment asks for more than 100 pieces; make sure that they are meant."
            }
            Self::NoPieces => "How many pieces are wanted is not clear; ask the viewer.",
            Self::StrayNumber => "A number in the comment can mean several things; ask the viewer.",
            Self::OnlyNamed => {
                "The comment names the item but does not say that it is wanted; ask the viewer."
            }
            Self::Repeated => {
                "The comment names the item more than once; make sure how many pieces are meant."
            }
            Self::Misspelt => "The word for buying is misspelt; make sure that it is meant.",
            Self::OtherWords => "The comment says more than was understood; read it.",
        }
    }
}
