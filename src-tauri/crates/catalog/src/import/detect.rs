//! What a file is: worksheet, XML, JSON or text with delimiters, and which delimiter.

use csv_core::{ReadFieldResult, ReaderBuilder};
use encoding_rs::Encoding;

use crate::error::CatalogError;
use crate::import::source::Source;

/// How a file is laid out, whatever it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layout {
    /// A zip archive, hopefully a worksheet.
    Worksheet,
    Xml,
    Json,
    Delimited,
}

/// Tells the layout by the first bytes.
///
/// # Errors
/// If it is none that can be read.
pub(crate) fn layout(source: &Source) -> Result<Layout, CatalogError> {
    let head = source.head()?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Layout::Worksheet);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(
            source.bad("is an old or encrypted Excel file; save it as .xlsx without a password")
        );
    }
    for (magic, kind) in [
        (&b"%PDF"[..], "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"Rar!", "an archive"),
        (b"7z\xbc\xaf", "an archive"),
        (b"SQLite format 3", "a database"),
        (b"\x7fELF", "a program"),
    ] {
        if head.starts_with(magic) {
            let text =
                format!("is {kind}, no table; export the products as CSV, XLSX, XML or JSON");
            return Err(source.bad(&text));
        }
    }
    let marked = Encoding::for_bom(&head);
    if marked.is_none_or(|(e, _)| e == encoding_rs::UTF_8) {
        let odd = head.iter().filter(|b| matches!(b, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f)).count();
        if odd * 20 > head.len() {
            return Err(source.bad("is no text; export the products as CSV, XLSX, XML or JSON"));
        }
    }
    let encoding = marked.map_or(encoding_rs::WINDOWS_1252, |(e, _)| e);
    let (text, _, _) = encoding.decode(&head);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    Ok(match start.chars().next() {
        Some('<') => Layout::Xml,
        Some('[' | '{') => Layout::Json,
        Some(_) => Layout::Delimited,
        None => return Err(source.bad("holds nothing but spaces; export it again")),
    })
}

/// The encoding an XML file says it is in.
pub(crate) fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&head[..head.len().min(200)]).into_owned();
    let start = head.strip_prefix("<?xml")?;
    let behind = start.split("encoding").nth(1)?.trim_start_matches([' ', '=']);
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Encoding::for_label(behind[1..].split(quote).next()?.as_bytes())
}

/// The delimiter under which the first rows have the same number of fields, and more than one.
pub(crate) fn delimiter(source: &Source, encoding: &'static Encoding) -> Result<u8, CatalogError> {
    let head = source.head()?;
    let (text, _, _) = encoding.decode(&head);
    let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or("");
    // Excel's own way to say it.
    if let Some(said) = first.trim().trim_matches('"').strip_prefix("sep=")
        && let [byte] = said.as_bytes()
        && byte.is_ascii()
    {
        return Ok(*byte);
    }
    let mut best = (0.0, b',');
    for candidate in [b',', b';', b'\t', b'|'] {
        let widths = widths(text.as_bytes(), candidate);
        let Some(header) = widths.first().copied().filter(|w| *w > 1) else { continue };
        let same = widths.iter().filter(|w| **w == header).count() as f64 / widths.len() as f64;
        let score = (0.05 + same * same) * (header as f64).sqrt();
        if score > best.0 {
            best = (score, candidate);
        }
    }
    Ok(best.1)
}

/// How many fields each of the first fifty records has.
fn widths(text: &[u8], delimiter: u8) -> Vec<usize> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut out = [0_u8; 512];
    let mut at = 0;
    let mut widths = Vec::new();
    let mut fields = 0;
    while widths.len() < 50 {
        let (result, read, _) = reader.read_field(&text[at..], &mut out);
        at += read;
        match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::End => break,
            ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end } => {
                fields += 1;
                if record_end {
                    widths.push(fields);
                    fields = 0;
                }
            }
        }
    }
    if widths.is_empty() {
        // A header alone, without a line's end.
        widths.push(fields + 1);
    }
    widths
}
