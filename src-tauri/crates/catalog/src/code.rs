//! Claim codes: what a viewer types to buy (“sold 12”). Short, hard to mistake for another, never a
//! word, a size or a quantity.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::CatalogError;

/// How codes are given.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeStyle {
    /// 1, 2, 3 …: what is typed most easily.
    Numbers,
    /// `K7`, `K7C`, `K7C3`: cannot be taken for a number in a comment.
    Letters,
}

/// From this many items on, codes are letters and digits unless told otherwise.
pub const NUMBERS_BELOW: usize = 100;
/// Longest code.
pub const LONGEST: usize = 4;

/// Neither like a digit (O, I, L, S, B, Z, G, Q) nor a size or a measure (M, T, W, X), nor a vowel.
const LETTERS: [char; 9] = ['C', 'D', 'F', 'H', 'J', 'K', 'N', 'P', 'R'];
/// Neither like a letter (0, 1, 2, 5, 8).
const DIGITS: [char; 5] = ['3', '4', '6', '7', '9'];
/// What could be another when it stands between letters and digits.
const MISTAKEN: &str = "OILSBZ01258";
/// Codes of countries before a size: FR 38.
const SIZE_SYSTEMS: [&str; 6] = ["EU", "UK", "US", "FR", "DE", "IT"];

/// Checks a code that was set by hand and gives it as it is kept, in capitals: a number of up to four
/// digits, or two to four letters and digits that begin with a letter and hold both.
///
/// # Errors
/// [`CatalogError::Invalid`], saying what is wrong and what would do.
pub fn checked(code: &str) -> Result<String, CatalogError> {
    let kept = code.trim().to_ascii_uppercase();
    let bad = |why: &str| {
        let shown: String = code.trim().chars().take(12).collect();
        Err(CatalogError::Invalid(format!(
            "the claim code “{shown}” {why}; take a number, or letters and digits like K7"
        )))
    };
    let length = kept.chars().count();
    if length == 0 || length > LONGEST {
        return bad("does not have 1 to 4 characters");
    }
    if !kept.chars().all(|c| c.is_ascii_alphanumeric()) {
        return bad("has other characters than the letters A to Z and digits");
    }
    if kept.chars().all(|c| c.is_ascii_digit()) {
        return if kept.starts_with('0') {
            bad("begins with 0, which viewers leave out")
        } else {
            Ok(kept)
        };
    }
    if !kept.chars().any(|c| c.is_ascii_digit()) {
        return bad("could be a word or a size");
    }
    if kept.starts_with(|c: char| c.is_ascii_digit()) {
        return bad("could be read as a quantity or a size");
    }
    if let Some(c) = kept.chars().find(|c| MISTAKEN.contains(*c)) {
        return bad(&format!("holds {c}, which is easily taken for another character"));
    }
    let head: String = kept.chars().take_while(char::is_ascii_alphabetic).collect();
    let only_number_behind = kept[head.len()..].chars().all(|c| c.is_ascii_digit());
    if kept.contains('X')
        || kept.ends_with('M')
        || (only_number_behind
            && (matches!(head.as_str(), "T" | "W") || SIZE_SYSTEMS.contains(&head.as_str())))
    {
        return bad("could be read as a quantity or a size");
    }
    Ok(kept)
}

/// The next code of a style that nobody has: behind the largest number, or the first free letters. `None`
/// when all are gone.
pub fn next(style: CodeStyle, taken: &BTreeSet<String>) -> Option<String> {
    match style {
        CodeStyle::Numbers => {
            let largest = taken.iter().filter_map(|c| c.parse::<u32>().ok()).max().unwrap_or(0);
            let behind = (largest + 1..10_000).next();
            let n = behind.or_else(|| (1..10_000).find(|n| !taken.contains(&n.to_string())))?;
            Some(n.to_string())
        }
        CodeStyle::Letters => letters().find(|code| !taken.contains(code)),
    }
}

/// The style that goes on with what a show has: that of most of its codes; letters once there are a
/// hundred items.
pub fn style_of(taken: &BTreeSet<String>, items: usize) -> CodeStyle {
    let numbers = taken.iter().filter(|c| c.parse::<u32>().is_ok()).count();
    let mostly_letters = numbers * 2 < taken.len();
    if mostly_letters || items >= NUMBERS_BELOW { CodeStyle::Letters } else { CodeStyle::Numbers }
}

/// `C3 … R9`, `C3C … R9R`, `C3C3 … R9R9`: 2,475 codes.
fn letters() -> impl Iterator<Item = String> {
    let pairs =
        || LETTERS.into_iter().flat_map(|l| DIGITS.into_iter().map(move |d| format!("{l}{d}")));
    let threes = pairs().flat_map(|p| LETTERS.into_iter().map(move |l| format!("{p}{l}")));
    let fours = pairs().flat_map(move |p| pairs().map(move |q| format!("{p}{q}")));
    pairs().chain(threes).chain(fours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_given_code_passes_the_check_by_hand_and_none_comes_twice() {
        let all: Vec<String> = letters().collect();
        let different: BTreeSet<&String> = all.iter().collect();
        assert_eq!((all.len(), different.len()), (2475, 2475));
        for code in &all {
            assert_eq!(checked(code).ok().as_ref(), Some(code));
        }
    }

    #[test]
    fn words_sizes_quantities_and_lookalikes_are_refused() {
        for code in [
            "", " ", "12345", "M", "S", "XL", "XXL", "2XL", "X2", "2X", "3T", "T3", "34C", "W34",
            "FR38", "EU36", "CAT", "SEX", "O7", "K0", "S7", "K5", "B8", "L7", "I7", "Z7", "K-7",
            "К7", "K7 C", "012", "0", "F4M", "7", "K7C3D",
        ] {
            let fine = code == "7";
            assert_eq!(checked(code).is_ok(), fine, "{code}");
        }
        assert_eq!(checked(" k7 ").ok().as_deref(), Some("K7"));
        assert_eq!(checked("105").ok().as_deref(), Some("105"));
    }

    #[test]
    fn numbers_go_on_behind_the_largest() {
        let taken = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(next(CodeStyle::Numbers, &taken(&[])).as_deref(), Some("1"));
        assert_eq!(next(CodeStyle::Numbers, &taken(&["1", "7", "K7"])).as_deref(), Some("8"));
        assert_eq!(next(CodeStyle::Numbers, &taken(&["9999"])).as_deref(), Some("1"));
        assert_eq!(next(CodeStyle::Letters, &taken(&["C3", "C4"])).as_deref(), Some("C6"));
        assert_eq!(style_of(&taken(&[]), 0), CodeStyle::Numbers);
        assert_eq!(style_of(&taken(&["1", "2"]), 100), CodeStyle::Letters);
        assert_eq!(style_of(&taken(&["C3", "1", "C4"]), 3), CodeStyle::Letters);
    }
}
