//! A comment taken apart: what it holds, asked by those who decide what it means.

use super::colours::is_size;
use super::numbers::Figure;
use super::sense::Sense;
use super::tokens::{Kind, Token};
use super::variants::Found;
use super::{MOST_PIECES, Wanted, Why};

/// A comment with what its tokens are.
pub(super) struct Comment<'a> {
    pub wanted: &'a Wanted,
    pub on_air: Option<(usize, bool)>,
    pub tokens: Vec<Token>,
    pub senses: Vec<Sense>,
    pub figures: Vec<Figure>,
    pub cut: bool,
}

/// How a comment says that something is wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wants {
    /// It does not.
    No,
    /// Politely.
    Please,
    /// By a word that also tells of things that are gone.
    Sold,
    /// By a word that is nearly one for buying.
    Misspelt,
    /// It takes.
    Takes,
}

impl Comment<'_> {
    pub(super) fn has(&self, sense: Sense) -> bool {
        self.senses.contains(&sense)
    }

    pub(super) fn has_kind(&self, kind: Kind) -> bool {
        self.tokens.iter().any(|t| t.kind == kind)
    }

    pub(super) fn has_figure(&self, figure: Figure) -> bool {
        self.figures.contains(&figure)
    }

    /// Items that are named, each once, in order.
    pub(super) fn items(&self) -> Vec<usize> {
        let mut items = Vec::new();
        for figure in &self.figures {
            if let Figure::Code { item, .. } = figure
                && !items.contains(item)
            {
                items.push(*item);
            }
        }
        items
    }

    pub(super) fn wants(&self) -> Wants {
        let order = [
            (Sense::Take, Wants::Takes),
            (Sense::Misspelt, Wants::Misspelt),
            (Sense::Sold, Wants::Sold),
            (Sense::Please, Wants::Please),
        ];
        order.into_iter().find(|(s, _)| self.has(*s)).map_or(Wants::No, |(_, w)| w)
    }

    pub(super) fn asks(&self) -> bool {
        self.has_kind(Kind::Question)
            || self.has(Sense::Ask)
            || self.has(Sense::AskFirst)
            || self.has(Sense::May)
    }

    pub(super) fn denies(&self, at: usize) -> bool {
        self.senses[at] == Sense::Not || self.tokens[at].kind == Kind::No
    }

    /// Whether a negation stands in the same clause as the wish, so that there is none.
    pub(super) fn denies_wish(&self, wants: Wants) -> bool {
        if wants == Wants::No {
            return true;
        }
        let mut clause = 0;
        let (mut denied, mut wished) = (Vec::new(), Vec::new());
        for (at, token) in self.tokens.iter().enumerate() {
            if token.kind == Kind::Boundary {
                clause += 1;
            }
            // “sold no 12” may be meant as a number.
            let abbreviated = token.text == "no"
                && self.tokens.get(at + 1).is_some_and(|t| matches!(t.kind, Kind::Number(_)))
                && at > 0
                && matches!(self.senses[at - 1], Sense::Take | Sense::Sold);
            if self.denies(at) && !abbreviated {
                denied.push(clause);
            }
            if matches!(
                self.senses[at],
                Sense::Take | Sense::Sold | Sense::Misspelt | Sense::Please
            ) {
                wished.push(clause);
            }
        }
        denied.iter().any(|c| wished.contains(c))
    }

    /// Words that are in no table, or known to mean something else.
    pub(super) fn unknown(&self, found: Option<&Found>) -> bool {
        (0..self.tokens.len()).any(|at| {
            let spoken_for =
                self.figures[at] != Figure::None || found.is_some_and(|f| f.used.contains(&at));
            let unknown = matches!(self.senses[at], Sense::Unknown | Sense::Other | Sense::Money);
            !spoken_for && (unknown || self.is_unit(at))
        })
    }

    /// Letters glued to a number that are no part of a claim: 12h, 12a.
    pub(super) fn is_unit(&self, at: usize) -> bool {
        let behind = at > 0 && matches!(self.tokens[at - 1].kind, Kind::Number(_));
        let own = matches!(
            self.senses[at],
            Sense::Piece | Sense::Times | Sense::Take | Sense::Sold | Sense::Please
        );
        behind
            && self.tokens[at].glued
            && self.tokens[at].kind == Kind::Word
            && !own
            && !is_size(&self.tokens[at].text)
            && matches!(
                self.senses[at],
                Sense::Glue | Sense::Of | Sense::Chat | Sense::Marker | Sense::Option
            )
    }

    pub(super) fn says_more(&self) -> bool {
        self.unknown(None) || self.has(Sense::Chat) || self.has_figure(Figure::Odd)
    }

    /// Tokens that are no part of a variant: codes, pieces, and single letters that are words of their own (“с
    /// капюшоном”, “a 12”).
    pub(super) fn is_taken(&self, at: usize) -> bool {
        let figure = !matches!(
            self.figures[at],
            Figure::None | Figure::Variant | Figure::Stray(_) | Figure::Odd
        );
        let letter = self.tokens[at].text.chars().count() == 1
            && matches!(self.senses[at], Sense::Glue | Sense::Of | Sense::Doubt | Sense::Please);
        let behind = at > 0
            && (self.senses[at - 1] == Sense::Option
                || matches!(self.figures[at - 1], Figure::Code { .. }));
        let ends = self.tokens.get(at + 1).is_none_or(|t| t.kind != Kind::Word);
        figure || letter && !(behind && ends)
    }

    pub(super) fn variants(&self, item: usize) -> Found {
        self.wanted.items[item].find(&self.tokens, &|at| self.is_taken(at))
    }

    /// Pieces: none said is one.
    pub(super) fn quantity(&self) -> Result<u32, Why> {
        let said: Vec<u32> = self
            .figures
            .iter()
            .filter_map(|f| match f {
                Figure::Quantity(n) => Some(*n),
                _ => None,
            })
            .collect();
        match said.as_slice() {
            [] => Ok(1),
            [0] => Err(Why::NoPieces),
            [n] if *n > MOST_PIECES => Err(Why::ManyPieces),
            [n] => Ok(*n),
            [n, more @ ..] if more.iter().all(|m| m == n) => Ok(*n),
            _ => Err(Why::NoPieces),
        }
    }

    pub(super) fn strays(&self, found: &Found) -> impl Iterator<Item = u32> {
        let left = self.figures.iter().enumerate().filter(|(at, _)| !found.used.contains(at));
        let numbers = left.filter_map(|(_, f)| match f {
            Figure::Stray(n) => Some(*n),
            Figure::Odd | Figure::Either { .. } => Some(u32::MAX),
            _ => None,
        });
        numbers.collect::<Vec<_>>().into_iter()
    }

    /// Whether a number in words may be a code that was spoken: “the two”, “twelve”.
    pub(super) fn is_spoken_code(&self) -> bool {
        (0..self.tokens.len()).any(|at| {
            let Figure::Quantity(n) = self.figures[at] else { return false };
            let sense = |at: usize| self.senses.get(at).copied();
            let before = at.checked_sub(1).and_then(sense);
            let article = matches!(before, Some(Sense::Glue | Sense::Of | Sense::Marker));
            let counts = matches!(sense(at + 1), Some(Sense::Piece | Sense::Times | Sense::Of));
            let named = self.items().iter().any(|i| self.wanted.items[*i].code == n.to_string());
            let word = self.tokens[at].kind == Kind::Word || self.items().is_empty();
            let may_be = word && self.wanted.by_code.contains_key(&n.to_string());
            may_be && !named && !counts && (article || n > 10)
        })
    }
}
