//! [`Table`]: rows as they came, compactly; and reading text with delimiters into one.
//!
//! The tokenizer is `csv-core`, fed piece by piece, so that a quote that is never closed cannot swallow
//! more than one field's limit.

use std::io::Read;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use encoding_rs::Encoding;

use crate::error::CatalogError;
use crate::import::report::Report;
use crate::import::source::Source;

/// More columns are refused.
pub const MAX_COLUMNS: usize = 1_000;
/// More rows are refused.
pub const MAX_ROWS: usize = 1_000_000;
/// Bytes of UTF-8 in one field; a row with a longer one is skipped.
pub const MAX_FIELD: usize = 1 << 20;
/// Fields of all rows together.
const MAX_CELLS: usize = 50_000_000;
/// Bytes of UTF-8 of all fields together.
const MAX_TEXT: usize = 400 << 20;
/// How often reading starts anew behind a quote that was not closed.
const MAX_RESTARTS: u32 = 8;

/// A header and rows of text. Fields behind the last one that says something are not kept.
#[derive(Clone, Default, Debug)]
pub struct Table {
    /// Names of the columns, as they stand there.
    pub header: Vec<String>,
    text: String,
    ends: Vec<u32>,
    /// Line, and where its fields begin in `ends`.
    rows: Vec<(u32, u32)>,
    /// Numbers come from a worksheet and have a dot, whatever the texts have.
    pub(crate) worksheet: bool,
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Line in the file, from 1; of a worksheet, its row.
    pub line: u64,
    table: &'a Table,
    first: usize,
    past: usize,
}

impl<'a> Row<'a> {
    /// A field without spaces around it; empty where there is none.
    pub fn get(&self, column: usize) -> &'a str {
        let at = self.first + column;
        if at >= self.past {
            return "";
        }
        let from = if at == 0 { 0 } else { self.table.ends[at - 1] as usize };
        plain(&self.table.text[from..self.table.ends[at] as usize])
    }

    /// All fields that are kept.
    pub fn fields(self) -> impl Iterator<Item = &'a str> {
        (0..self.past - self.first).map(move |c| self.get(c))
    }
}

/// A field without what spreadsheets put around it: spaces, `="00123"`, and the apostrophe that keeps a
/// formula from running.
fn plain(field: &str) -> &str {
    let field = field.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if let Some(inner) = field.strip_prefix("=\"").and_then(|f| f.strip_suffix('"'))
        && !inner.contains('"')
    {
        return inner;
    }
    match field.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => field,
    }
}

impl Table {
    /// An empty table for the cells of a worksheet.
    pub(crate) fn of_worksheet() -> Self {
        Self { worksheet: true, ..Self::default() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// There is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|n| self.row(n))
    }

    /// Row `n`, which must be there.
    pub(crate) fn row(&self, n: usize) -> Row<'_> {
        let (line, first) = self.rows[n];
        let past = self.rows.get(n + 1).map_or(self.ends.len(), |r| r.1 as usize);
        Row { line: u64::from(line), table: self, first: first as usize, past }
    }

    /// Adds a row; one without any text is none.
    ///
    /// # Errors
    /// The limit that it is beyond.
    pub(crate) fn push<'f>(
        &mut self,
        line: u64,
        fields: impl Iterator<Item = &'f str> + Clone,
    ) -> Result<(), &'static str> {
        let kept = fields.clone().enumerate().filter(|(_, f)| !f.trim().is_empty()).last();
        let Some((last, _)) = kept else { return Ok(()) };
        let bytes: usize = fields.clone().take(last + 1).map(str::len).sum();
        if self.rows.len() >= MAX_ROWS {
            return Err("has more than 1,000,000 rows; split it into smaller files");
        }
        if self.ends.len() + last >= MAX_CELLS || self.text.len() + bytes > MAX_TEXT {
            return Err("is too much to keep in memory; split it into smaller files");
        }
        self.rows.push((u32::try_from(line).unwrap_or(u32::MAX), self.ends.len() as u32));
        for field in fields.take(last + 1) {
            self.text.push_str(field);
            self.ends.push(self.text.len() as u32);
        }
        Ok(())
    }
}

/// One record while it is read.
#[derive(Default)]
struct Record {
    fields: Vec<Vec<u8>>,
    used: usize,
    columns: usize,
    too_long: bool,
    line: u64,
}

impl Record {
    fn clear(&mut self, line: u64) {
        (self.used, self.columns, self.too_long, self.line) = (0, 0, false, line);
    }

    fn push(&mut self, field: &[u8]) {
        self.columns += 1;
        if self.columns > MAX_COLUMNS {
            return;
        }
        if self.used == self.fields.len() {
            self.fields.push(Vec::new());
        }
        self.fields[self.used].clear();
        self.fields[self.used].extend_from_slice(field);
        self.used += 1;
    }

    fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        // The decoder gives UTF-8, and csv-core cuts only at ASCII bytes.
        self.fields[..self.used].iter().map(|f| std::str::from_utf8(f).unwrap_or("\u{fffd}"))
    }
}

/// Why reading stopped before the end.
enum Stop {
    /// The field that began on this line is longer than can be, or its quote is never closed.
    Open(u64),
    End,
}

/// Reads delimited text. What is wrong with single rows is in `report`.
///
/// # Errors
/// [`CatalogError::Invalid`] if the file as a whole cannot be used.
pub(crate) fn delimited(
    source: &Source,
    encoding: &'static Encoding,
    delimiter: u8,
    report: &mut Report,
) -> Result<Table, CatalogError> {
    let mut table = Table::default();
    let mut passed = 0;
    for _ in 0..MAX_RESTARTS {
        match pass(source, encoding, delimiter, passed, &mut table, report)? {
            Stop::End => {
                if table.header.is_empty() {
                    return Err(source.bad("has no header row; export it again with column names"));
                }
                return Ok(table);
            }
            Stop::Open(line) if table.header.is_empty() => {
                return Err(source.bad(&format!(
                    "opens a quote in its header (line {line}) and never closes it; export it again"
                )));
            }
            Stop::Open(line) => {
                let text = "a quote is opened here and never closed, or a field is longer than 1 MB; close it, or double the quotes inside the field";
                report.skip(line, text);
                passed = line;
            }
        }
    }
    report.skip(passed + 1, "too many quotes are left open; nothing from here on was read");
    Ok(table)
}

/// Reads from behind line `passed` on.
fn pass(
    source: &Source,
    encoding: &'static Encoding,
    delimiter: u8,
    passed: u64,
    table: &mut Table,
    report: &mut Report,
) -> Result<Stop, CatalogError> {
    let mut text = source.text(encoding)?;
    let mut input = vec![0_u8; 32 << 10];
    let (mut from, mut to) =
        skip_lines(&mut text, &mut input, passed).map_err(|e| source.unreadable(&e))?;
    let mut reader: Reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut field = vec![0_u8; MAX_FIELD + 4];
    let mut filled = 0;
    let mut record = Record { line: passed + 1, ..Record::default() };
    let mut ended = false;
    let mut closing = false;
    loop {
        if from == to && !ended {
            to = text.read(&mut input).map_err(|e| source.unreadable(&e))?;
            from = 0;
            if to == 0 {
                // A line's end ends a record, unless a quote is open: then it shows up in the field.
                ended = true;
                closing = true;
                input[0] = b'\n';
                to = 1;
            }
        }
        let given = &input[from..to];
        let (result, read, written) = reader.read_field(given, &mut field[filled..]);
        from += read;
        filled += written;
        match result {
            ReadFieldResult::InputEmpty => {
                if ended && closing && filled > 0 && field[filled - 1] == b'\n' {
                    return Ok(Stop::Open(record.line));
                }
                closing = false;
            }
            ReadFieldResult::OutputFull => return Ok(Stop::Open(record.line)),
            ReadFieldResult::Field { record_end } => {
                let last = if read > 0 { given[read - 1] } else { 0 };
                if record.columns == 0 {
                    // The reader counts line ends, those inside the field and the one behind it too.
                    let inside = field[..filled].iter().filter(|b| **b == b'\n').count() as u64;
                    let behind = u64::from(record_end && last == b'\n');
                    record.line = (passed + reader.line()).saturating_sub(inside + behind).max(1);
                }
                record.push(&field[..filled]);
                filled = 0;
                if record_end {
                    finish(source, &mut record, table, report)?;
                    // Of CR LF the second is still to come.
                    record.clear(passed + reader.line() + u64::from(last == b'\r'));
                }
            }
            ReadFieldResult::End => return Ok(Stop::End),
        }
    }
}

/// Reads past `lines` lines; what is left of the last piece lies in `input` between the two places.
fn skip_lines(
    text: &mut impl Read,
    input: &mut [u8],
    lines: u64,
) -> std::io::Result<(usize, usize)> {
    let mut left = lines;
    while left > 0 {
        let n = text.read(input)?;
        if n == 0 {
            return Ok((0, 0));
        }
        for (at, byte) in input[..n].iter().enumerate() {
            if *byte == b'\n' {
                left -= 1;
                if left == 0 {
                    return Ok((at + 1, n));
                }
            }
        }
    }
    Ok((0, 0))
}

/// Takes a whole record in: the header first, then rows.
fn finish(
    source: &Source,
    record: &mut Record,
    table: &mut Table,
    report: &mut Report,
) -> Result<(), CatalogError> {
    let blank = record.texts().all(|f| f.trim().is_empty());
    if table.header.is_empty() {
        let is_mark =
            record.columns <= 2 && record.texts().next().is_some_and(|f| f.starts_with("sep="));
        if blank || is_mark {
            return Ok(());
        }
        if record.columns > MAX_COLUMNS {
            return Err(
                source.bad("has more than 1,000 columns; leave out those that are not needed")
            );
        }
        let mut header: Vec<String> = record.texts().map(|f| plain(f).to_owned()).collect();
        while header.last().is_some_and(String::is_empty) {
            header.pop();
        }
        table.header = header;
        return Ok(());
    }
    report.rows += u64::from(!blank);
    if record.columns > MAX_COLUMNS {
        report.skip(
            record.line,
            "the row has more than 1,000 fields; a quote or a line's end is wrong",
        );
        return Ok(());
    }
    let width = table.header.len();
    if record.texts().skip(width).any(|f| !f.trim().is_empty()) {
        let text = format!(
            "the row has {} fields and the header {width}; put quotes around fields that contain the delimiter",
            record.columns
        );
        report.skip(record.line, text);
        return Ok(());
    }
    if record.texts().any(|f| f.contains('\0')) {
        report.skip(record.line, "the row contains zero bytes; export the file again as text");
        return Ok(());
    }
    if record.columns < width && !blank {
        report.note(
            record.line,
            "the row has fewer fields than the header; the missing ones count as empty",
        );
    }
    table.push(record.line, record.texts()).map_err(|e| source.bad(e))
}
