//! Worksheets (`.xlsx`): the first sheet of a workbook as a [`Table`].

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, Xlsx};

use crate::error::CatalogError;
use crate::import::report::Report;
use crate::import::source::Source;
use crate::import::table::{MAX_COLUMNS, MAX_FIELD, Table};

/// Parts of an archive.
const MAX_PARTS: usize = 5_000;
/// Bytes of all parts together, unpacked.
const MAX_UNPACKED: u64 = 512 << 20;
/// Bytes of the table of texts, which is held in memory.
const MAX_STRINGS: u64 = 128 << 20;

/// Reads the first sheet.
///
/// # Errors
/// [`CatalogError::Invalid`] if it is no workbook, is larger than it may be, or has no header.
pub(crate) fn read(source: &Source, report: &mut Report) -> Result<Table, CatalogError> {
    guard(source)?;
    // The reader meets whatever a file holds; what it did not foresee must not end the program.
    let read = catch_unwind(AssertUnwindSafe(|| sheet(source, report)));
    read.unwrap_or_else(|_| {
        Err(source.bad("is a damaged workbook; open it, save it again as .xlsx"))
    })
}

/// Looks at the declared and then at the real sizes, before anything is held in memory.
fn guard(source: &Source) -> Result<(), CatalogError> {
    let damaged = || source.bad("is a damaged archive; export it again");
    let opened = source.open()?;
    let mut archive = zip::ZipArchive::new(opened).map_err(|_| damaged())?;
    if archive.len() > MAX_PARTS {
        return Err(
            source.bad("is no worksheet: it has thousands of parts; save it again as .xlsx")
        );
    }
    let bomb = || source.bad("unpacks to more than 512 MB; split it into smaller files");
    let mut declared = 0_u64;
    for n in 0..archive.len() {
        let part = archive.by_index_raw(n).map_err(|_| damaged())?;
        declared = declared.saturating_add(part.size());
        if part.encrypted() {
            return Err(source.bad("is encrypted; save it without a password"));
        }
    }
    if declared > MAX_UNPACKED {
        return Err(bomb());
    }
    let mut left = MAX_UNPACKED;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_| damaged())?;
        // Any part may be named as a sheet by another, so all of them count.
        let name = part.name().map_err(|_| damaged())?.to_ascii_lowercase();
        let limit = if name.ends_with("sharedstrings.xml") { MAX_STRINGS.min(left) } else { left };
        let real = io::copy(&mut part.take(limit + 1), &mut io::sink()).map_err(|_| damaged())?;
        if real > limit {
            return Err(bomb());
        }
        left -= real;
    }
    Ok(())
}

fn sheet(source: &Source, report: &mut Report) -> Result<Table, CatalogError> {
    let damaged = |e: &dyn std::fmt::Display| {
        source.bad(&format!("is no workbook that can be read ({e}); save it again as .xlsx"))
    };
    let mut book = Xlsx::new(source.open()?).map_err(|e| damaged(&e))?;
    let first = book.sheets_metadata().iter().find(|s| s.typ == SheetType::WorkSheet);
    let name =
        first.ok_or_else(|| source.bad("has no sheet; save the table as .xlsx"))?.name.clone();
    let others = book.sheets_metadata().len() - 1;
    if others > 0 {
        report.warn(0, format!("only the first sheet, “{name}”, was read; {others} more were not"));
    }
    let mut cells = book.worksheet_cells_reader(&name).map_err(|e| damaged(&e))?;
    let mut table = Table::of_worksheet();
    let mut fields: Vec<String> = Vec::new();
    let mut current = 0;
    let mut long = false;
    loop {
        let cell = cells.next_cell().map_err(|e| damaged(&e))?;
        let at = cell.as_ref().map(|c| c.get_position());
        if at.is_none_or(|(row, _)| row != current) {
            row(source, u64::from(current) + 1, &mut fields, long, &mut table, report)?;
            long = false;
        }
        let (Some(cell), Some((line, column))) = (cell, at) else { break };
        if line < current {
            return Err(source.bad("has rows out of order; open it, save it again as .xlsx"));
        }
        current = line;
        let Some(text) = shown(cell.get_value()) else { continue };
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(
                source.bad("has more than 1,000 columns; leave out those that are not needed")
            );
        }
        if text.len() > MAX_FIELD {
            long = true;
            continue;
        }
        if fields.len() <= column {
            fields.resize(column + 1, String::new());
        }
        fields[column] = text;
    }
    if table.header.is_empty() {
        return Err(source.bad("has an empty first sheet; put the table there, with column names"));
    }
    Ok(table)
}

fn row(
    source: &Source,
    line: u64,
    fields: &mut Vec<String>,
    long: bool,
    table: &mut Table,
    report: &mut Report,
) -> Result<(), CatalogError> {
    let fields = std::mem::take(fields);
    if fields.iter().all(|f| f.trim().is_empty()) && !long {
        return Ok(());
    }
    if table.header.is_empty() {
        table.header = fields.iter().map(|f| f.trim().to_owned()).collect();
        return Ok(());
    }
    report.rows += 1;
    if long {
        report.skip(line, "a field is longer than 1 MB; shorten it");
        return Ok(());
    }
    if fields.iter().any(|f| f.contains('\0')) {
        report.skip(line, "the row contains zero bytes; save the file again as .xlsx");
        return Ok(());
    }
    table.push(line, fields.iter().map(String::as_str)).map_err(|e| source.bad(e))
}

/// A cell as text. `None`: nothing in it.
fn shown(value: &DataRef) -> Option<String> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(f) => number(*f),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(d) => {
            let (year, month, day, ..) = d.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        // A formula that failed: it must not pass for an empty cell.
        DataRef::Error(e) => e.to_string(),
    })
}

/// A number without the noise of binary fractions, and never with exactly three decimals, so that its
/// dot cannot be taken for one between thousands.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let rounded = format!("{value:.9}");
    let short = rounded.trim_end_matches('0').trim_end_matches('.');
    match short.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{short}0"),
        _ => short.to_owned(),
    }
}
