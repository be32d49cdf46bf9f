//! As-you-type search over title, SKU, brand, tags and claim code. Case, accents, Arabic letter forms and
//! Cyrillic variants do not count, and a word with a typo or two finds what is nearest.
//!
//! Statements on the search's virtual tables are not checked at compile time: sqlx cannot describe
//! them. The tests run every one.

use sqlx::SqliteConnection;
use unicode_normalization::UnicodeNormalization;

use crate::catalog::{Catalog, texts};
use crate::error::CatalogError;
use crate::product::{ProductId, json};

/// Matches that are ranked; a seller reads twenty.
const RANKED: i64 = 300;
/// Words in a query that count.
const MOST_WORDS: usize = 8;
/// Nearest words tried for one that matches nothing.
const NEAREST: usize = 6;
/// Search rows written by one statement.
const TOGETHER: usize = 500;

/// Text without what does not count in a search.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Compatibility forms first (ﬁ, ①, ﷲ), then marks fall off their letters.
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            // Combining marks: accents, and the vowel signs of Arabic and Hebrew.
            '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{640}' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            'ґ' => out.push('г'),
            'є' => out.push('е'),
            'і' => out.push('и'),
            'ٱ' | 'أ' | 'إ' | 'آ' => out.push('ا'),
            'ى' | 'ئ' => out.push('ي'),
            'ة' => out.push('ه'),
            'ؤ' => out.push('و'),
            'ک' => out.push('ك'),
            'ی' => out.push('ي'),
            c => out.push(c),
        }
    }
    out
}

fn words(text: &str) -> Vec<String> {
    let folded = folded(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.take(MOST_WORDS).map(|w| w.chars().take(40).collect()).collect()
}

/// `mug` → `"mug"*`: a prefix, quoted so that nothing in it is an operator.
fn prefix(word: &str) -> String {
    format!("\"{word}\"*")
}

/// Writes the search rows of every product that changed in this transaction.
pub(crate) async fn refresh(connection: &mut SqliteConnection) -> Result<(), CatalogError> {
    let stale = sqlx::query!(
        r#"SELECT s.product_id AS "id!", p.title AS "title?", p.brand AS "brand?", p.tags AS "tags?",
             (SELECT group_concat(coalesce(v.sku, '') || ' ' || coalesce(v.barcode, ''), ' ')
              FROM variant v WHERE v.product_id = s.product_id) AS "sku?: String",
             (SELECT group_concat(i.claim_code, ' ') FROM item i WHERE i.product_id = s.product_id) AS "code?: String"
           FROM search_stale s LEFT JOIN product p ON p.id = s.product_id AND p.archived = 0"#
    )
    .fetch_all(&mut *connection)
    .await?;
    for rows in stale.chunks(TOGETHER) {
        let mut ids = Vec::with_capacity(rows.len());
        let mut texts_of = Vec::with_capacity(rows.len());
        for row in rows {
            ids.push(row.id);
            let Some(title) = &row.title else { continue };
            let fold = |text: &Option<String>| folded(text.as_deref().unwrap_or_default());
            let tags = folded(&texts(row.tags.as_deref().unwrap_or_default()).join(" "));
            texts_of.push((
                row.id,
                folded(title),
                fold(&row.sku),
                fold(&row.brand),
                tags,
                fold(&row.code),
            ));
        }
        // A whole import at once: one statement for many rows, which SQLite takes out of a JSON list.
        sqlx::query("DELETE FROM product_search WHERE rowid IN (SELECT value FROM json_each(?))")
            .bind(json(&ids)?)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "INSERT INTO product_search (rowid, title, sku, brand, tags, code)
             SELECT e.value ->> 0, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5
             FROM json_each(?) AS e",
        )
        .bind(json(&texts_of)?)
        .execute(&mut *connection)
        .await?;
    }
    sqlx::query!("DELETE FROM search_stale").execute(&mut *connection).await?;
    Ok(())
}

impl Catalog {
    /// Products that have a word beginning with each word of `text`, best first, at most `most`. Where
    /// nothing has, words are taken for the nearest ones there are. An empty text finds nothing.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn search(&self, text: &str, most: i64) -> Result<Vec<ProductId>, CatalogError> {
        let words = words(text);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let exact: Vec<String> = words.iter().map(|w| prefix(w)).collect();
        let found = self.matching(&exact.join(" "), &words, most).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let mut forgiving = Vec::new();
        for word in &words {
            let mut any = vec![prefix(word)];
            any.extend(self.nearest(word).await?.iter().map(|w| prefix(w)));
            forgiving.push(format!("({})", any.join(" OR ")));
        }
        self.matching(&forgiving.join(" AND "), &words, most).await
    }

    async fn matching(
        &self,
        query: &str,
        words: &[String],
        most: i64,
    ) -> Result<Vec<ProductId>, CatalogError> {
        // bm25 would weigh each word by all its matches, which for a common one is most of the catalogue:
        // some hundred matches are ranked here instead, by where the words stand.
        let rows: Vec<(i64, String, String, String)> = sqlx::query_as(
            "SELECT rowid, title, sku, code FROM product_search WHERE product_search MATCH ? LIMIT ?",
        )
        .bind(query)
        .bind(RANKED)
        .fetch_all(self.readers())
        .await?;
        let mut ranked: Vec<(u32, i64)> = rows
            .into_iter()
            .map(|(id, title, sku, code)| (score(words, &title, &sku, &code), id))
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let most = usize::try_from(most).unwrap_or(0);
        Ok(ranked.into_iter().take(most).map(|(_, id)| ProductId(id)).collect())
    }

    /// Words of the catalogue that a word with a typo may have meant, nearest first.
    async fn nearest(&self, word: &str) -> Result<Vec<String>, CatalogError> {
        let letters: Vec<char> = word.chars().collect();
        // A typo in a number is another number.
        let number = letters.iter().any(|c| c.is_numeric());
        let reach = match letters.len() {
            _ if number => return Ok(Vec::new()),
            0..=2 => return Ok(Vec::new()),
            3..=5 => 1,
            _ => 2,
        };
        let mut near: Vec<(usize, usize, String)> = Vec::new();
        // A typo in the first letter is rare; two letters changing places is not.
        let mut firsts = vec![letters[0]];
        if letters[1] != letters[0] {
            firsts.push(letters[1]);
        }
        for first in firsts {
            let (from, to) = (first.to_string(), after(first));
            let known: Vec<String> =
                sqlx::query_scalar("SELECT term FROM product_word WHERE term >= ? AND term < ?")
                    .bind(from)
                    .bind(to)
                    .fetch_all(self.readers())
                    .await?;
            for known in known {
                let term: Vec<char> = known.chars().collect();
                // As-you-type: what is typed may be the beginning of a word.
                let head = &term[..term.len().min(letters.len() + 1)];
                if let Some(off) =
                    distance(&letters, head, reach).or(distance(&letters, &term, reach))
                {
                    near.push((off, term.len().abs_diff(letters.len()), known));
                }
            }
        }
        near.sort();
        near.dedup_by(|a, b| a.2 == b.2);
        Ok(near.into_iter().take(NEAREST).map(|(_, _, term)| term).collect())
    }
}

/// How well a product fits: a whole code or SKU before a title that begins so, that before a whole word of
/// it, that before the beginning of one, that before brand and tags.
fn score(words: &[String], title: &str, sku: &str, code: &str) -> u32 {
    let one = |word: &String| {
        let mut of_title = title.split(|c: char| !c.is_alphanumeric());
        let whole = |text: &str| text.split_whitespace().any(|t| t == word);
        if whole(code) || whole(sku) {
            16
        } else if title.starts_with(word.as_str()) {
            8
        } else if of_title.clone().any(|t| t == word) {
            6
        } else if of_title.any(|t| t.starts_with(word.as_str())) {
            4
        } else if sku.split_whitespace().any(|t| t.starts_with(word.as_str())) {
            3
        } else {
            1
        }
    };
    words.iter().map(one).sum()
}

/// The first text behind all that begin with `c`.
fn after(c: char) -> String {
    char::from_u32(c as u32 + 1).unwrap_or(char::MAX).to_string()
}

/// Letters to insert, leave out, change or swap to make `b` of `a` (Damerau–Levenshtein with adjacent
/// swaps), if they are at most `reach`.
fn distance(a: &[char], b: &[char], reach: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > reach {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().all(|v| *v > reach) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_count_is_gone() {
        assert_eq!(folded("Crème Brûlée"), "creme brulee");
        assert_eq!(folded("Straße ŁÓDŹ Ørsted"), "strasse lodz orsted");
        assert_eq!(folded("Ёлка"), folded("елка"));
        assert_eq!(folded("أَحْمَر"), folded("احمر"));
        assert_eq!(folded("مكتبة"), folded("مكتبه"));
        assert_eq!(words("\"mug* OR (x"), ["mug", "or", "x"]);
    }

    #[test]
    fn distances_count_swaps_as_one() {
        let d = |a: &str, b: &str| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            distance(&a, &b, 2)
        };
        assert_eq!(d("ketle", "kettle"), Some(1));
        assert_eq!(d("ektle", "ketle"), Some(1));
        assert_eq!(d("mug", "mug"), Some(0));
        assert_eq!(d("mug", "kettle"), None);
        assert_eq!(d("frtoher", "frother"), Some(1));
    }
}
