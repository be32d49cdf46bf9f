//! Google Merchant feeds in XML, RSS and Atom alike, as a [`Table`] with a column for each name that
//! occurs. Entities other than XML's own five are refused with the document type that would declare them.

use std::collections::HashMap;
use std::io::BufReader;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::error::CatalogError;
use crate::import::report::Report;
use crate::import::source::Source;
use crate::import::table::{MAX_COLUMNS, MAX_FIELD, Table};

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 64;

/// One product of the feed while it is read.
#[derive(Default)]
struct Item {
    fields: Vec<String>,
    too_long: bool,
}

struct Feed<'a> {
    source: &'a Source,
    places: HashMap<String, usize>,
    table: Table,
    depth: usize,
    count: u64,
    /// The product that is read, and how deep it lies.
    item: Option<(Item, usize)>,
    /// The field that is read.
    field: Option<String>,
    text: String,
}

/// Reads a feed.
///
/// # Errors
/// [`CatalogError::Invalid`] if it is no XML, has a document type, nests too deep or holds no product.
pub(crate) fn read(
    source: &Source,
    encoding: &'static Encoding,
    report: &mut Report,
) -> Result<Table, CatalogError> {
    let mut reader = Reader::from_reader(BufReader::new(source.text(encoding)?));
    reader.config_mut().expand_empty_elements = true;
    let mut feed = Feed {
        source,
        places: HashMap::new(),
        table: Table::default(),
        depth: 0,
        count: 0,
        item: None,
        field: None,
        text: String::new(),
    };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|e| {
            let text =
                format!("is no whole XML ({e}) after {} products; export it again", feed.count);
            source.bad(&text)
        })?;
        match event {
            Event::Start(start) => feed.open(&start)?,
            Event::End(_) => feed.close(report)?,
            Event::Text(text) => feed.add(&text.xml10_content()),
            Event::CData(text) => feed.add(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let letter = match name.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    Ok(None) => match &*name.xml10_content() {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => None,
                    },
                    Err(_) => None,
                };
                feed.add(letter.map(String::from).as_deref().unwrap_or("\u{fffd}"));
            }
            Event::DocType(_) => {
                return Err(source.bad(
                    "declares a document type, which no product feed needs; export it again",
                ));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if feed.depth > 0 {
        return Err(source.bad("ends in the middle of its XML; export or copy it again"));
    }
    if feed.count == 0 {
        return Err(
            source.bad("is XML without any <item> or <entry>; export a Google Merchant feed")
        );
    }
    Ok(feed.table)
}

impl Feed<'_> {
    fn open(&mut self, start: &BytesStart) -> Result<(), CatalogError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self
                .source
                .bad("nests its XML deeper than any product feed; export it again"));
        }
        let name = start.local_name();
        let name: &str = name.as_ref();
        match &self.item {
            None if matches!(name, "item" | "entry") => {
                self.item = Some((Item::default(), self.depth))
            }
            Some((_, at)) if self.depth == at + 1 => {
                self.text.clear();
                // Atom writes a link as an attribute.
                if name == "link"
                    && let Ok(Some(href)) = start.try_get_attribute("href")
                {
                    // One that cannot be resolved is no address, and found to be none later.
                    self.text.push_str(&unescape(&href.value).unwrap_or_default());
                }
                self.field = Some(name.chars().take(200).collect());
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, text: &str) {
        let Some((item, at)) = &mut self.item else { return };
        // Text of elements inside a field, such as those of <shipping>, is not the field's.
        if self.field.is_none() || self.depth != *at + 1 {
            return;
        }
        if self.text.len() + text.len() > MAX_FIELD {
            item.too_long = true;
        } else {
            self.text.push_str(text);
        }
    }

    fn close(&mut self, report: &mut Report) -> Result<(), CatalogError> {
        let at = self.item.as_ref().map(|(_, at)| *at);
        if at == Some(self.depth) {
            if let Some((item, _)) = self.item.take() {
                self.finish(&item, report)?;
            }
        } else if at.is_some_and(|at| self.depth == at + 1)
            && let Some(name) = self.field.take()
        {
            self.keep(name)?;
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Puts a field in its column. Of several with one name the first counts, but for pictures.
    fn keep(&mut self, name: String) -> Result<(), CatalogError> {
        let many = name == "additional_image_link";
        let next = self.places.len();
        let place = *self.places.entry(name.clone()).or_insert(next);
        if place == next {
            if next >= MAX_COLUMNS {
                return Err(self.source.bad(
                    "has more than 1,000 kinds of elements in its products; export it again",
                ));
            }
            self.table.header.push(name);
        }
        let Some((item, _)) = &mut self.item else { return Ok(()) };
        if item.fields.len() <= place {
            item.fields.resize(place + 1, String::new());
        }
        let field = &mut item.fields[place];
        let text = self.text.trim();
        if field.is_empty() {
            text.clone_into(field);
        } else if many && field.len() + text.len() < MAX_FIELD {
            field.push('\n');
            field.push_str(text);
        }
        Ok(())
    }

    fn finish(&mut self, item: &Item, report: &mut Report) -> Result<(), CatalogError> {
        self.count += 1;
        report.rows += 1;
        if item.too_long {
            report.skip(self.count, "a field is longer than 1 MB; shorten it");
            return Ok(());
        }
        if item.fields.iter().any(|f| f.contains('\0')) {
            report.skip(self.count, "the product contains zero bytes; export the file again");
            return Ok(());
        }
        self.table
            .push(self.count, item.fields.iter().map(String::as_str))
            .map_err(|e| self.source.bad(e))
    }
}
