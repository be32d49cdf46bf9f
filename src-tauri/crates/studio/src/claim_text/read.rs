//! All of a comment → [`Reading`]: what it says, then what keeps it from being sure.

use super::colours::{is_known, is_size};
use super::comment::{Comment, Wants};
use super::numbers::{Figure, figures};
use super::sense::{Sense, senses};
use super::tokens::{Kind, split};
use super::variants::{Found, VariantError};
use super::{Guess, Reading, Wanted, Why, Wish};

/// Most pieces of a guess: what the ledger takes.
const MOST_GUESSED: u32 = 10_000;

/// Reads a comment; `on_air` is the item's place in the show and whether it has been there for long enough.
pub(super) fn read(wanted: &Wanted, on_air: Option<(usize, bool)>, text: &str) -> Reading {
    let whole = |run: &str| wanted.by_code.contains_key(run) || is_size(run);
    let tokens = split(text, &whole);
    let senses = senses(&tokens.list, wanted.hint);
    let figures = figures(wanted, &tokens.list, &senses);
    Comment { wanted, on_air, tokens: tokens.list, senses, figures, cut: tokens.cut }.reading()
}

impl Comment<'_> {
    fn reading(&self) -> Reading {
        if self.has(Sense::Cancel) {
            return self.cancel();
        }
        let items = self.items();
        let item = items.first().copied();
        let wants = self.wants();
        let open = |why| self.unsure(item, why);

        // What may be about buying without being a claim.
        if self.asks() {
            let wish = matches!(wants, Wants::Takes | Wants::Misspelt) || self.has(Sense::May);
            return if wish && item.is_some() { open(Why::Question) } else { Reading::None };
        }
        if (0..self.tokens.len()).any(|at| self.denies(at)) {
            let doubtful = items.len() > 1 || !self.denies_wish(wants);
            let corrected = items.len() > 1 && !self.says_more();
            let shown = item.is_some() && (wants > Wants::No && doubtful || corrected);
            return if shown { open(Why::Negated) } else { Reading::None };
        }
        let about_buying = [
            (self.has(Sense::Doubt), Why::Doubt),
            (self.has_kind(Kind::Link), Why::Link),
            (self.has_figure(Figure::Money), Why::Price),
        ];
        if let Some((_, why)) = about_buying.into_iter().find(|(holds, _)| *holds) {
            return if item.is_some() && wants > Wants::No { open(why) } else { Reading::None };
        }
        match items.as_slice() {
            [] => self.without_code(wants),
            [item] => self.with_code(*item, wants),
            _ if wants > Wants::No || !self.says_more() => open(Why::SeveralCodes),
            _ => Reading::None,
        }
    }

    /// A comment that names one item.
    fn with_code(&self, item: usize, wants: Wants) -> Reading {
        let found = self.variants(item);
        let stray = self.strays(&found).next().is_some();
        let unknown = self.unknown(Some(&found));
        let chat = self.has(Sense::Chat) || self.has_figure(Figure::UnknownCode);
        if wants == Wants::No && (unknown || chat || stray || self.cut) {
            return Reading::None;
        }
        if wants == Wants::No && !self.is_evident(item, &found) {
            return self.unsure(Some(item), Why::OnlyNamed);
        }
        let named = self.figures.iter().filter(|f| matches!(f, Figure::Code { .. })).count();
        let mut why = self.open_points(&found);
        if why.is_none() && named > 1 {
            why = Some(Why::Repeated);
        }
        self.decided(item, &found, why)
    }

    /// Without a word for it: what besides makes sure that the item is wanted.
    fn is_evident(&self, item: usize, found: &Found) -> bool {
        // “#1” and “10!” are also what people say of what they see.
        let said_often = matches!(self.wanted.items[item].code.as_str(), "1" | "10" | "100");
        let marked = self.figures.iter().any(|f| matches!(f, Figure::Code { marked: true, .. }));
        let counted = self.figures.iter().any(|f| matches!(f, Figure::Quantity(_)));
        let on_air = self.on_air.is_some_and(|(now, _)| now == item);
        let bare = !self.senses.iter().any(|s| matches!(s, Sense::Glue | Sense::Of));
        counted || !found.used.is_empty() || !said_often && (marked || on_air && bare)
    }

    /// A comment that names no item: the one on air is meant.
    fn without_code(&self, wants: Wants) -> Reading {
        let Some((item, settled)) = self.on_air else {
            let nothing = Found { variant: Ok(None), used: Default::default() };
            if wants <= Wants::Please || self.unknown(None) {
                return Reading::None;
            }
            let stray = self.strays(&nothing).next();
            let why = match stray {
                _ if self.has_figure(Figure::UnknownCode) => Why::UnknownCode,
                Some(u32::MAX) => Why::StrayNumber,
                Some(_) => Why::UnknownCode,
                None => Why::NoCode,
            };
            return self.unsure(None, why);
        };
        let found = self.variants(item);
        let told =
            !found.used.is_empty() || self.figures.iter().any(|f| matches!(f, Figure::Quantity(_)));
        if wants == Wants::No || wants == Wants::Please && !told || self.cut {
            return Reading::None;
        }
        if self.unknown(Some(&found)) {
            return if told { self.unsure(Some(item), Why::OtherWords) } else { Reading::None };
        }
        if self.has_figure(Figure::UnknownCode) {
            return self.unsure(None, Why::UnknownCode);
        }
        match self.strays(&found).next() {
            // “I'll take 2”: pieces of what is on air, or a code that does not exist.
            Some(n) if n <= 10 => {
                let guess = Guess { quantity: n.max(1), ..self.guess(Some(item)) };
                return Reading::Unsure { guess, why: Why::StrayNumber };
            }
            Some(u32::MAX) => return self.unsure(Some(item), Why::StrayNumber),
            Some(_) => return self.unsure(None, Why::UnknownCode),
            None => {}
        }
        let why = self.open_points(&found).or((!settled).then_some(Why::NoCode));
        self.decided(item, &found, why)
    }

    /// The first thing that is not clear.
    fn open_points(&self, found: &Found) -> Option<Why> {
        let strange = |at: usize| {
            let text = self.tokens[at].text.as_str();
            let colour_or_size = self.tokens[at].kind == Kind::Word
                && self.senses[at] == Sense::Unknown
                && is_known(text);
            colour_or_size && !found.used.contains(&at)
                || self.figures[at] == Figure::Variant && !found.used.contains(&at)
        };
        let strange = (0..self.tokens.len()).any(strange);
        let points = [
            (self.has_figure(Figure::UnknownCode), Why::UnknownCode),
            (self.strays(found).next().is_some() || self.is_spoken_code(), Why::StrayNumber),
            (strange || found.variant == Err(VariantError::Unknown), Why::UnknownVariant),
            (found.variant == Err(VariantError::Contradiction), Why::SeveralVariants),
            (self.wants() == Wants::Misspelt, Why::Misspelt),
            (self.unknown(Some(found)) || self.cut, Why::OtherWords),
            (found.variant == Err(VariantError::Several), Why::WhichVariant),
        ];
        let quantity = self.quantity().err();
        let (numbers, words) = points.split_at(2);
        let first =
            |points: &[(bool, Why)]| points.iter().find(|(holds, _)| *holds).map(|(_, w)| *w);
        first(numbers).or(quantity).or(first(words))
    }

    fn decided(&self, item: usize, found: &Found, why: Option<Why>) -> Reading {
        match (why, found.variant, self.quantity()) {
            (None, Ok(variant), Ok(quantity)) => {
                let code = self.wanted.items[item].code.clone();
                Reading::Sure(Wish { code, variant, quantity })
            }
            (why, ..) => self.unsure(Some(item), why.unwrap_or(Why::WhichVariant)),
        }
    }

    fn guess(&self, item: Option<usize>) -> Guess {
        let said = self.figures.iter().find_map(|f| match f {
            Figure::Quantity(n) => Some(*n),
            _ => None,
        });
        Guess {
            code: item.map(|i| self.wanted.items[i].code.clone()),
            variant: item.and_then(|i| self.variants(i).variant.ok().flatten()),
            quantity: said.unwrap_or(1).clamp(1, MOST_GUESSED),
        }
    }

    fn unsure(&self, item: Option<usize>, why: Why) -> Reading {
        Reading::Unsure { guess: self.guess(item), why }
    }

    /// A comment with a word that gives up.
    fn cancel(&self) -> Reading {
        let items = self.items();
        let code = items.first().map(|i| self.wanted.items[*i].code.clone());
        let said = self.senses.iter().position(|s| *s == Sense::Cancel).unwrap_or(0);
        let kept = (said.saturating_sub(2)..said).any(|at| self.denies(at));
        let unknown = self.unknown(None);
        if kept || code.is_none() && (unknown || self.asks()) {
            return Reading::None;
        }
        let points = [
            (self.asks(), Why::Question),
            (self.has(Sense::Doubt), Why::Doubt),
            (self.has_kind(Kind::Link), Why::Link),
            (items.len() > 1, Why::SeveralCodes),
            (self.has_figure(Figure::UnknownCode), Why::UnknownCode),
            (
                self.figures.iter().any(|f| matches!(f, Figure::Stray(_) | Figure::Odd)),
                Why::StrayNumber,
            ),
            (unknown || self.cut, Why::OtherWords),
            (code.is_none(), Why::NoCode),
        ];
        let why = points.into_iter().find(|(holds, _)| *holds).map(|(_, why)| why);
        Reading::Cancel { code: if items.len() > 1 { None } else { code }, why }
    }
}
