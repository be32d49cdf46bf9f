//! The words of a comment against the variants of an item.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::colours::{Concept, concept_at, concepts, is_size};
use super::tokens::{Kind, Token, folded_words, latin, split};

/// Why words do not name one variant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum VariantError {
    /// They fit several.
    Several,
    /// They fit none.
    Unknown,
    /// They name two values of the same choice, or more.
    Contradiction,
}

/// The variant that words name (`M`, `blue M`, `taille 38`, `синий`), as its place in the list. Without words, or
/// where there is only one, that one; `None` if there is none.
///
/// # Errors
/// [`VariantError`] if they do not name exactly one.
pub fn named_variant(
    variants: &[Vec<(String, String)>],
    words: &str,
) -> Result<Option<usize>, VariantError> {
    let choices = Choices::new("", variants);
    let tokens = split(words, &is_size).list;
    let found = choices.find(&tokens, &|at| matches!(tokens[at].kind, Kind::Boundary | Kind::Hash));
    let stray = |at: usize| {
        let known =
            found.used.contains(&at) || matches!(tokens[at].kind, Kind::Boundary | Kind::Hash);
        let option = choices.names.contains(&tokens[at].text);
        !known && !option
    };
    match (0..tokens.len()).any(stray) {
        true => Err(VariantError::Unknown),
        false => found.variant,
    }
}

/// Whether both have the same concepts; languages differ in their order (bleu foncé, dark blue).
fn same_words(value: &[Concept], row: &[(Concept, usize, usize)]) -> bool {
    value.iter().all(|v| {
        let in_row = row.iter().filter(|(c, ..)| c == v).count();
        in_row == value.iter().filter(|c| *c == v).count()
    })
}

/// An item's variants, ready to be compared.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    /// The item's code as it was given.
    pub code: String,
    /// Names of the choices, folded.
    names: Vec<String>,
    /// Values of each choice.
    values: Vec<Vec<Vec<Concept>>>,
    /// The value each variant has of each choice.
    variants: Vec<Vec<Option<usize>>>,
}

/// What was found.
pub(super) struct Found {
    /// The variant, or why there is none.
    pub variant: Result<Option<usize>, VariantError>,
    /// Tokens that speak of it.
    pub used: BTreeSet<usize>,
}

impl Choices {
    pub(super) fn new(code: &str, variants: &[Vec<(String, String)>]) -> Self {
        let mut made =
            Self { code: code.to_owned(), names: vec![], values: vec![], variants: vec![] };
        for variant in variants {
            let mut row = vec![None; made.names.len()];
            for (name, value) in variant {
                let name = folded_words(name).join(" ");
                let axis = made.names.iter().position(|n| *n == name).unwrap_or_else(|| {
                    made.names.push(name);
                    made.values.push(Vec::new());
                    made.names.len() - 1
                });
                let words = folded_words(value);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let value = concepts(&words);
                let at = made.values[axis].iter().position(|v| *v == value).unwrap_or_else(|| {
                    made.values[axis].push(value);
                    made.values[axis].len() - 1
                });
                row.resize(made.names.len().max(row.len()), None);
                row[axis] = Some(at);
            }
            made.variants.push(row);
        }
        let axes = made.names.len();
        made.variants.iter_mut().for_each(|row| row.resize(axes, None));
        made
    }

    /// Looks for values among tokens; `skip` says which are spoken for.
    pub(super) fn find(&self, tokens: &[Token], skip: &dyn Fn(usize) -> bool) -> Found {
        let mut allowed: Vec<Option<BTreeSet<usize>>> = vec![None; self.names.len()];
        let mut used = BTreeSet::new();
        let mut contradiction = false;
        // Concepts with the tokens they come from.
        let mut row: Vec<(Concept, usize, usize)> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let content = |i: usize| {
                !skip(i) && matches!(tokens[i].kind, Kind::Word | Kind::Number(_) | Kind::Odd)
            };
            if !content(at) {
                row.push((Concept::Word(String::new()), at, 1));
                at += 1;
                continue;
            }
            let ahead: Vec<String> = (at..tokens.len().min(at + 3))
                .take_while(|i| content(*i))
                .map(|i| self.spelling(&tokens[i].text))
                .collect();
            let ahead: Vec<&str> = ahead.iter().map(String::as_str).collect();
            let Some((concept, taken)) = concept_at(&ahead) else { break };
            row.push((concept, at, taken));
            at += taken;
        }
        let mut at = 0;
        while at < row.len() {
            let (axis, values, taken) = match self.value_at(&row[at..]) {
                Some(found) => found,
                None => {
                    at += 1;
                    continue;
                }
            };
            for (_, from, count) in &row[at..at + taken] {
                used.extend(*from..from + count);
            }
            let narrowed = match &allowed[axis] {
                Some(before) => before.intersection(&values).copied().collect(),
                None => values,
            };
            contradiction |= narrowed.is_empty();
            allowed[axis] = Some(narrowed);
            at += taken;
        }
        Found { variant: self.decide(&allowed, contradiction), used }
    }

    /// Letters of another script that stand for a value: М for M, К for K. Without such a value the word stays.
    fn spelling(&self, text: &str) -> String {
        let other = latin(text);
        let foreign = other != text && other.is_ascii();
        let value =
            foreign && self.values.iter().flatten().any(|v| *v == concepts(&[other.as_str()]));
        if value { other } else { text.to_owned() }
    }

    /// The choice and its values that a row of concepts begins with: the longest whole value, else those
    /// that have the word in them.
    fn value_at(&self, row: &[(Concept, usize, usize)]) -> Option<(usize, BTreeSet<usize>, usize)> {
        let mut best: Option<(usize, usize, usize)> = None;
        let mut partial: Option<(usize, BTreeSet<usize>)> = None;
        for (axis, values) in self.values.iter().enumerate() {
            for (n, value) in values.iter().enumerate() {
                let whole = !value.is_empty()
                    && value.len() <= row.len()
                    && same_words(value, &row[..value.len()]);
                if whole && best.is_none_or(|(.., longest)| value.len() > longest) {
                    best = Some((axis, n, value.len()));
                }
                let telling = match &row[0].0 {
                    Concept::Word(word) => {
                        word.chars().count() >= 3 && !word.starts_with(|c: char| c.is_ascii_digit())
                    }
                    Concept::Colour(_) | Concept::Size(_) | Concept::Shade(_) => true,
                };
                if telling && value.len() > 1 && value.contains(&row[0].0) {
                    match &mut partial {
                        Some((first, found)) if *first == axis => {
                            found.insert(n);
                        }
                        Some(_) => {}
                        None => partial = Some((axis, BTreeSet::from([n]))),
                    }
                }
            }
        }
        match (best, partial) {
            (Some((axis, n, taken)), _) => Some((axis, BTreeSet::from([n]), taken)),
            (None, Some((axis, found))) => Some((axis, found, 1)),
            (None, None) => None,
        }
    }

    fn decide(
        &self,
        allowed: &[Option<BTreeSet<usize>>],
        contradiction: bool,
    ) -> Result<Option<usize>, VariantError> {
        if contradiction {
            return Err(VariantError::Contradiction);
        }
        let fits = |row: &Vec<Option<usize>>| {
            let of_axis = |(value, allowed): (&Option<usize>, &Option<BTreeSet<usize>>)| {
                allowed.as_ref().is_none_or(|a| value.is_some_and(|v| a.contains(&v)))
            };
            row.iter().zip(allowed).all(of_axis)
        };
        let mut fitting =
            self.variants.iter().enumerate().filter(|(_, row)| fits(row)).map(|(n, _)| n);
        match (fitting.next(), fitting.next()) {
            (Some(_), Some(_)) => Err(VariantError::Several),
            (Some(n), None) => Ok(Some(n)),
            (None, _) if self.variants.is_empty() => Ok(None),
            (None, _) => Err(VariantError::Unknown),
        }
    }
}
