//! Columns by name, and amounts with the sentence that says what is wrong with them.

use std::collections::HashMap;

use iso_currency::Currency;

use crate::error::CatalogError;
use crate::import::table::{Row, Table};
use crate::import::{ReadSettings, amount, synonyms};
use crate::money::DecimalMark;

/// Where the columns of a header are. Of two with one name the first counts.
#[derive(Clone, Debug)]
pub struct Columns {
    places: HashMap<String, usize>,
}

impl Columns {
    /// Looks a header through.
    pub fn new(header: &[String]) -> Self {
        let mut places = HashMap::new();
        for (n, name) in header.iter().enumerate() {
            places.entry(synonyms::normal(name)).or_insert(n);
        }
        Self { places }
    }

    /// The column with the first of these names that is there. Names are lower case, without `_` and `-`.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|n| self.places.get(*n)).copied()
    }

    /// As [`find`](Self::find).
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if none is there.
    pub fn need(&self, names: &[&str], form: &str) -> Result<usize, CatalogError> {
        self.find(names).ok_or_else(|| {
            CatalogError::Invalid(format!(
                "a {form} file has a column “{}” and this one does not; export it again, or import it as a plain table",
                names[0]
            ))
        })
    }

    /// `NAME 1`, `NAME 2` … without gaps, with what stands behind the number.
    pub fn numbered(&self, before: &str, behind: &str) -> Vec<usize> {
        (1..=100)
            .map_while(|n| self.places.get(format!("{before}{n}{behind}").as_str()))
            .copied()
            .collect()
    }
}

/// A field of a column that may not be there.
pub fn field<'a>(row: &Row<'a>, column: Option<usize>) -> &'a str {
    column.map_or("", |c| row.get(c))
}

/// A field, or nothing if it is empty.
pub fn filled(row: &Row, column: Option<usize>) -> Option<String> {
    Some(field(row, column)).filter(|f| !f.is_empty()).map(ToOwned::to_owned)
}

/// How the amounts of a file are read.
#[derive(Clone, Copy, Debug)]
pub struct Amounts {
    /// Its decimal mark.
    pub mark: Option<DecimalMark>,
    /// The currency where none is named.
    pub usual: Currency,
}

impl Amounts {
    /// What the caller says, else what the columns show, else `fallback`.
    pub fn new(
        table: &Table,
        columns: &[Option<usize>],
        settings: &ReadSettings,
        fallback: Option<DecimalMark>,
    ) -> Self {
        let there: Vec<usize> = columns.iter().flatten().copied().collect();
        let mark = settings.decimal_mark.or_else(|| amount::mark_of(table, &there)).or(fallback);
        // Numbers of a worksheet carry a dot wherever it could be in doubt.
        let mark = if table.worksheet { mark.or(Some(DecimalMark::Dot)) } else { mark };
        Self { mark, usual: settings.currency }
    }

    /// Reads an amount; an empty field is none.
    ///
    /// # Errors
    /// One sentence that begins with `the WHAT`.
    pub fn read(&self, what: &str, text: &str, currency: Currency) -> Result<Option<i64>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(named) = amount::currency_in(text, currency)
            && named != currency
        {
            return Err(format!(
                "the {what} “{}” is in {}, the product's other prices are in {}; give all of them in one currency",
                amount::short(text),
                named.code(),
                currency.code()
            ));
        }
        amount::read(text, currency, self.mark).map(Some).map_err(|e| format!("the {what} {e}"))
    }

    /// The currency of a row: of its currency column, else of the first of its prices that names one, else
    /// the usual one; and whether the row named it.
    ///
    /// # Errors
    /// One sentence if the column holds no currency.
    pub fn currency(&self, column: &str, prices: &[&str]) -> Result<(Currency, bool), String> {
        if !column.is_empty() {
            let named =
                crate::money::currency(column).or_else(|| amount::currency_in(column, self.usual));
            return named.map(|c| (c, true)).ok_or_else(|| {
                format!("“{}” is no currency; write its code, such as EUR", amount::short(column))
            });
        }
        let named = prices.iter().find_map(|p| amount::currency_in(p, self.usual));
        Ok(named.map_or((self.usual, false), |c| (c, true)))
    }
}

/// Pieces: whole numbers. What is below zero was oversold and counts as none.
///
/// # Errors
/// One sentence.
pub fn stock(text: &str) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    // `12.0` of a worksheet; `1.000` could be a thousand and is refused below.
    let whole =
        [".0", ",0", ".00", ",00"].iter().find_map(|z| text.strip_suffix(z)).unwrap_or(text);
    let digits: String =
        whole.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '+')).collect();
    match digits.parse::<i64>() {
        Ok(n) if n <= 1_000_000_000 => Ok(Some(n.max(0))),
        _ => Err(format!(
            "the stock “{}” is no whole number; write how many pieces there are",
            amount::short(text)
        )),
    }
}

/// Words separated by commas, semicolons or bars; each once.
pub fn list(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split([',', ';', '|']).map(str::trim).filter(|w| !w.is_empty()) {
        if !found.iter().any(|f| f == word) {
            found.push(word.to_owned());
        }
    }
    found
}

/// Pictures in one field: separated by line ends, bars, or commas and spaces in front of the next address.
pub fn pictures(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(['\n', '|', ';']) {
        let mut rest = part.trim();
        // Addresses may hold commas: only one in front of the next address separates.
        while !rest.is_empty() {
            let next = rest.match_indices([',', ' ']).map(|(at, _)| at).find(|at| {
                let behind = rest[at + 1..].trim_start_matches([' ', ',']);
                behind.starts_with("http://")
                    || behind.starts_with("https://")
                    || !rest.contains("://")
            });
            let comma_only = !rest.contains("://");
            let next = if comma_only { rest.find(',') } else { next };
            let (one, behind) = next.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
            let one = one.trim().trim_matches(',');
            if !one.is_empty() && !found.iter().any(|f| f == one) {
                found.push(one.to_owned());
            }
            rest = behind.trim().trim_start_matches(',').trim();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces() {
        assert_eq!(stock("12"), Ok(Some(12)));
        assert_eq!(stock("12.0"), Ok(Some(12)));
        assert_eq!(stock("100"), Ok(Some(100)));
        assert_eq!(stock("-3"), Ok(Some(0)));
        assert_eq!(stock("1 200"), Ok(Some(1200)));
        assert_eq!(stock(""), Ok(None));
        assert!(stock("many").is_err() && stock("1.5").is_err() && stock("99999999999").is_err());
    }

    #[test]
    fn pictures_of_a_field() {
        assert_eq!(
            pictures("https://a.example/1.jpg?x=1,2, https://a.example/2.jpg"),
            ["https://a.example/1.jpg?x=1,2", "https://a.example/2.jpg"]
        );
        assert_eq!(pictures("mug one.jpg, back.png"), ["mug one.jpg", "back.png"]);
        assert_eq!(pictures("a.jpg|b.jpg\na.jpg"), ["a.jpg", "b.jpg"]);
        assert!(pictures(" , ").is_empty());
    }
}
