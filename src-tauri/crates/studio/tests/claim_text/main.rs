//! Comments as viewers write them, labelled by hand, against the reader.
//!
//! `comments.tsv` and `held_out.tsv` hold a comment, what it should be read as, and, where it counts, what is on
//! air (`14`; with `!` for long enough), divided by tabs. Readings are written `none`, `sure CODE [VARIANT] [xN]`,
//! `unsure WHY [CODE]`, `cancel CODE`, `cancel? WHY`, and `open` for whatever is not sure.

mod properties;

use vitrine_studio::claim_text::{OnAirNow, Reading, Wanted, WantedItem};

/// The show all comments are about.
pub fn show() -> Vec<WantedItem> {
    let one = |code: &str, name: &str, values: &[&str]| WantedItem {
        code: code.to_owned(),
        variants: values.iter().map(|v| vec![(name.to_owned(), (*v).to_owned())]).collect(),
    };
    let mut hoodie = one("31", "", &[]);
    for size in ["S", "M", "L"] {
        for colour in ["Blue", "Black", "Red"] {
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            hoodie.variants.push(vec![pair("Size", size), pair("Colour", colour)]);
        }
    }
    vec![
        one("2", "", &[]),
        one("12", "", &[]),
        one("14", "", &[]),
        one("21", "Size", &["S", "M", "L", "XL", "XXL"]),
        hoodie,
        one("7", "Pointure", &["36", "37", "38", "38.5", "39"]),
        one("15", "Couleur", &["Bleu foncé", "Bleu clair", "Gris"]),
        one("5", "Rozmiar", &["Mały", "Średni", "Duży"]),
        one("K7", "Colour", &["Black", "White", "Beige"]),
        one("P4", "", &[]),
    ]
}

/// A reading as the tables write it.
pub fn written(reading: &Reading) -> String {
    let variant = |code: &str, at: Option<usize>| -> String {
        let show = show();
        let item = show.iter().find(|i| i.code == code).expect("a code of the show");
        let Some(variant) = at.and_then(|at| item.variants.get(at)) else { return String::new() };
        let values: Vec<String> = variant.iter().map(|(_, v)| v.replace(' ', "_")).collect();
        format!(" {}", values.join("/"))
    };
    match reading {
        Reading::None => "none".to_owned(),
        Reading::Sure(wish) => {
            let pieces =
                if wish.quantity == 1 { String::new() } else { format!(" x{}", wish.quantity) };
            format!("sure {}{}{pieces}", wish.code, variant(&wish.code, wish.variant))
        }
        Reading::Unsure { guess, why } => {
            let code = guess.code.as_ref().map(|c| format!(" {c}")).unwrap_or_default();
            format!("unsure {}{code}", why.code())
        }
        Reading::Cancel { code: Some(code), why: None } => format!("cancel {code}"),
        Reading::Cancel { why, .. } => {
            format!("cancel? {}", why.map_or("-", |w| w.code()))
        }
    }
}

struct Row<'a> {
    line: usize,
    text: &'a str,
    expected: &'a str,
    on_air: Option<OnAirNow>,
}

fn rows(table: &str) -> Vec<Row<'_>> {
    let lines = table.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    lines
        .map(|(n, line)| {
            let mut cells = line.split('\t');
            let text = cells.next().expect("a line has a first cell");
            let expected = cells.next().unwrap_or_else(|| panic!("line {} has no label", n + 1));
            let on_air = cells.next().map(|air| OnAirNow {
                code: air.trim_end_matches('!').to_owned(),
                settled: air.ends_with('!'),
            });
            Row { line: n + 1, text, expected, on_air }
        })
        .collect()
}

/// Reads a table; gives what was read wrongly, and prints how good “sure” is.
fn wrong(name: &str, table: &str) -> Vec<String> {
    let mut wanted = Wanted::new(&show(), "en");
    let (mut right, mut all) = (0, 0);
    let (mut true_sure, mut read_sure, mut labelled_sure) = (0, 0, 0);
    let mut wrong = Vec::new();
    for row in rows(table) {
        wanted.set_on_air(row.on_air.as_ref());
        let read = wanted.read(row.text);
        assert_eq!(read, wanted.read_while(row.text, row.on_air.as_ref()), "{}", row.text);
        let read = written(&read);
        // A label without an item leaves open which one is guessed.
        let fits = read == row.expected
            || row.expected == "open" && !read.starts_with("sure")
            || row.expected.starts_with("unsure")
                && row.expected.split(' ').count() == 2
                && read.starts_with(&format!("{} ", row.expected));
        all += 1;
        right += usize::from(fits);
        let (is, should) = (read.starts_with("sure"), row.expected.starts_with("sure"));
        read_sure += usize::from(is);
        labelled_sure += usize::from(should);
        true_sure += usize::from(is && fits);
        if !fits {
            let line = row.line;
            wrong.push(format!(
                "{name}:{line} “{}” is {}, but was read as {read}",
                row.text, row.expected
            ));
        }
    }
    println!(
        "{name}: {right} of {all} as labelled; sure: precision {true_sure}/{read_sure}, recall {true_sure}/{labelled_sure}"
    );
    wrong
}

#[test]
fn labelled_comments_are_read_as_labelled() {
    let mut all = wrong("comments.tsv", include_str!("comments.tsv"));
    all.extend(wrong("held_out.tsv", include_str!("held_out.tsv")));
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all.join("\n"));
}

#[test]
fn the_tables_are_large_and_hold_every_language() {
    let table = include_str!("comments.tsv");
    let count =
        |expected: &str| rows(table).iter().filter(|r| r.expected.starts_with(expected)).count();
    assert!(rows(table).len() >= 250, "{} rows", rows(table).len());
    assert!(count("sure") >= 100 && count("none") >= 60 && count("unsure") >= 40);
    assert_eq!(table.lines().filter(|l| l.starts_with("# ")).count(), 14, "sections");
}
