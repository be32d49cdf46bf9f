//! What the numbers of a comment are: codes, pieces, sizes, prices, or none of it.

use super::Wanted;
use super::sense::Sense;
use super::tokens::{Kind, Token, latin};

/// What a token is as a number; most are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Figure {
    /// No number.
    None,
    /// The code of an item, by its place in the show. Marked: it cannot be another number.
    Code { item: usize, marked: bool },
    /// Marked as a code, but of no item.
    UnknownCode,
    /// Pieces, said as such.
    Quantity(u32),
    /// “a”, “un”: one piece or only an article.
    Article,
    /// Behind “size”: part of a variant.
    Variant,
    /// A price or a share.
    Money,
    /// A number without a mark that is no code.
    Stray(u32),
    /// A time, a date, a telephone number …
    Odd,
    /// Two numbers of which either may be the code.
    Either { item: usize },
}

struct Comment<'a> {
    wanted: &'a Wanted,
    tokens: &'a [Token],
    senses: &'a [Sense],
}

impl Comment<'_> {
    fn number(&self, at: usize) -> Option<u32> {
        match self.tokens.get(at)?.kind {
            Kind::Number(n) => Some(n),
            _ => None,
        }
    }

    fn code(&self, at: usize) -> Option<usize> {
        let token = self.tokens.get(at)?;
        let may_be = matches!(token.kind, Kind::Word | Kind::Number(_));
        let code = || self.wanted.by_code.get(&latin(&token.text)).copied();
        may_be.then(code).flatten()
    }

    fn sense(&self, at: usize) -> Option<Sense> {
        self.senses.get(at).copied()
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    /// The first token from `at` on that is not only glue or a mark of a code.
    fn next_figure(&self, at: usize) -> usize {
        let skipped = |i: &usize| {
            matches!(self.sense(*i), Some(Sense::Glue | Sense::Of | Sense::Marker))
                || self.kind(*i) == Some(Kind::Hash)
        };
        (at..self.tokens.len()).find(|i| !skipped(i)).unwrap_or(self.tokens.len())
    }

    fn is_money(&self, at: usize) -> bool {
        let mark = |i| matches!(self.kind(i), Some(Kind::Money | Kind::Percent));
        mark(at + 1) || self.sense(at + 1) == Some(Sense::Money) || at > 0 && mark(at - 1)
    }

    /// Whether a word for pieces belongs to the number behind it: “qty 3”, “12 qty 3”, but not “3 pcs 12”.
    fn counts_behind(&self, piece: usize) -> bool {
        if self.number(piece + 1).is_none() {
            return false;
        }
        let Some(before) = piece.checked_sub(1) else { return true };
        let counted =
            self.number(before).is_some() || matches!(self.sense(before), Some(Sense::Quantity(_)));
        !counted || self.code(before).is_some() && self.code(piece + 1).is_none()
    }

    /// “2 of 12” counts; “2 of them” counts something that is not said. `None`: no “of” behind the number.
    fn counted_of(&self, at: usize) -> Option<bool> {
        if self.sense(at + 1) != Some(Sense::Of) {
            return None;
        }
        let next = self.next_figure(at + 1);
        let counted = self.number(next).is_some() || self.code(next).is_some();
        // Other languages have the same word before a colour: “la 14 de color azul”.
        (counted || self.tokens[at + 1].text == "of").then_some(counted)
    }

    /// Letters in front that are no word of their own here: A7, where there is no item A7.
    fn is_foreign_code(&self, at: usize) -> bool {
        let own = |s| {
            matches!(
                s,
                Some(
                    Sense::Take
                        | Sense::Sold
                        | Sense::Please
                        | Sense::Marker
                        | Sense::Option
                        | Sense::Times
                        | Sense::Piece
                        | Sense::Cancel
                        | Sense::Misspelt
                )
            )
        };
        at > 0
            && self.tokens[at].glued
            && self.tokens[at - 1].kind == Kind::Word
            && !own(self.sense(at - 1))
    }

    /// Whether the nearest word before says this; articles and full stops (“nr. 12”) may lie between.
    fn is_behind(&self, at: usize, what: Sense) -> bool {
        let between = |i: &usize| {
            matches!(self.sense(*i), Some(Sense::Glue | Sense::Of)) && self.sense(*i) != Some(what)
                || self.kind(*i) == Some(Kind::Boundary) && self.tokens[*i].glued
        };
        let before = (0..at).rev().find(|i| !between(i));
        before.is_some_and(|i| self.sense(i) == Some(what))
    }

    /// Behind `#`, “nr”: any way a code is marked.
    fn is_marked(&self, at: usize) -> bool {
        at > 0 && self.kind(at - 1) == Some(Kind::Hash) || self.is_behind(at, Sense::Marker)
    }
}

/// What each token is as a number.
pub(super) fn figures(wanted: &Wanted, tokens: &[Token], senses: &[Sense]) -> Vec<Figure> {
    let c = Comment { wanted, tokens, senses };
    let mut figures = vec![Figure::None; tokens.len()];
    for at in 0..tokens.len() {
        figures[at] = match (tokens[at].kind, senses[at]) {
            (Kind::Odd, _) if c.is_money(at) => Figure::Money,
            (Kind::Odd, _) if c.is_behind(at, Sense::Option) => Figure::Variant,
            (Kind::Odd, _) => Figure::Odd,
            (Kind::Word, Sense::Quantity(_)) if at > 0 && senses[at - 1] == senses[at] => {
                Figure::None
            }
            (Kind::Word, Sense::Quantity(1)) => Figure::Article,
            (Kind::Word, Sense::Quantity(n)) => Figure::Quantity(n),
            (Kind::Word, _) => {
                c.code(at).map_or(Figure::None, |item| Figure::Code { item, marked: true })
            }
            (Kind::Number(n), _) => alone(&c, at, n),
            _ => Figure::None,
        };
    }
    for at in 1..tokens.len() {
        if figures[at] == Figure::UnknownCode && c.is_foreign_code(at) {
            figures[at - 1] = Figure::UnknownCode;
        }
    }
    for at in 0..tokens.len() {
        // “dwa razy 14”: the word before says how many.
        let said = at > 0 && matches!(senses[at - 1], Sense::Quantity(_));
        if senses[at] == Sense::Times && !said {
            times(&c, &mut figures, at);
        }
    }
    // “2 K7”: where the code cannot be a number, a number before it is pieces.
    for at in 1..tokens.len() {
        let marked = tokens[at].kind == Kind::Word && matches!(figures[at], Figure::Code { .. });
        if let (true, Figure::Stray(n)) = (marked, figures[at - 1]) {
            figures[at - 1] = Figure::Quantity(n);
        }
    }
    figures
}

/// A number by what stands around it.
fn alone(c: &Comment, at: usize, n: u32) -> Figure {
    let code = c.code(at);
    if c.is_money(at) {
        return Figure::Money;
    }
    // “me 2”: me too.
    let alone_before = at > 0 && matches!(c.senses[at - 1], Sense::Please | Sense::Glue);
    if n == 2 && alone_before && c.tokens[at - 1].text == "me" {
        return Figure::Stray(n);
    }
    if c.is_foreign_code(at) {
        return Figure::UnknownCode;
    }
    if c.is_marked(at) {
        return code.map_or(Figure::UnknownCode, |item| Figure::Code { item, marked: true });
    }
    if c.is_behind(at, Sense::Option) {
        return Figure::Variant;
    }
    let before_pieces = c.sense(at + 1) == Some(Sense::Piece) && !c.counts_behind(at + 1);
    let behind_pieces = at > 0 && c.sense(at - 1) == Some(Sense::Piece) && c.counts_behind(at - 1);
    let of = c.counted_of(at);
    if before_pieces || behind_pieces || of == Some(true) {
        return Figure::Quantity(n);
    }
    if of == Some(false) {
        return Figure::Stray(n);
    }
    code.map_or(Figure::Stray(n), |item| Figure::Code { item, marked: false })
}

/// “x2”, “2x”, “12 x 2”: which side is the code and which the pieces.
fn times(c: &Comment, figures: &mut [Figure], at: usize) {
    let left = at.checked_sub(1).filter(|i| c.number(*i).is_some());
    // “2 fois le 14”: unlike an x, the word says which side counts.
    if let (Some(l), false) = (left, latin(&c.tokens[at].text) == "x") {
        figures[l] = c.number(l).map_or(Figure::None, Figure::Quantity);
        return;
    }
    let right = c.next_figure(at + 1);
    let right = Some(right).filter(|i| c.number(*i).is_some());
    let count = |i: usize| c.number(i).map_or(Figure::None, Figure::Quantity);
    match (left, right) {
        (None, Some(r)) if r == at + 1 => figures[r] = count(r),
        (Some(l), None) => {
            // “12 x M”: only a code, as long as there is no other.
            let another =
                figures.iter().enumerate().any(|(i, f)| i != l && matches!(f, Figure::Code { .. }));
            if another || !matches!(figures[l], Figure::Code { .. }) {
                figures[l] = count(l);
            }
        }
        (Some(l), Some(r)) => {
            let glued = (c.tokens[at].glued, r == at + 1 && c.tokens[r].glued);
            let codes = (c.code(l), c.code(r));
            match (glued, codes) {
                ((false, true), _) => figures[r] = count(r),
                ((true, false), _) => figures[l] = count(l),
                (_, (Some(_), None)) => figures[r] = count(r),
                (_, (None, Some(_))) => figures[l] = count(l),
                (_, (Some(_), Some(_))) if c.number(l) >= c.number(r) => figures[r] = count(r),
                (_, (Some(_), Some(item))) => {
                    figures[l] = Figure::Either { item };
                    figures[r] = Figure::Code { item, marked: false };
                }
                (_, (None, None)) => figures[r] = count(r),
            }
        }
        _ => {}
    }
}
