//! Reading a `.vitrine` file that anybody may have made: what it may hold, how much, and that it is what it
//! says.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::{CompressionMethod, ZipArchive};

use super::{IMAGES, MAX_BYTES, MOST_ENTRIES, SHOW};
use crate::error::CatalogError;
use crate::export::json;
use crate::picture;

/// Times that packed bytes may grow; text does not grow more.
const MOST_GROWTH: u64 = 300;

/// An open file whose list of entries is known to be sound.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    name: String,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self, CatalogError> {
        let name = path.display().to_string();
        let unreadable = |e: std::io::Error| {
            CatalogError::Invalid(format!("{name} cannot be read ({e}); check the path"))
        };
        let mut file = File::open(path).map_err(unreadable)?;
        let facts = file.metadata().map_err(unreadable)?;
        if !facts.is_file() {
            return Err(bad(&name, "is no file"));
        }
        if facts.len() > MAX_BYTES {
            return Err(bad(&name, "is larger than 1 GB"));
        }
        sound(&mut file, facts.len()).map_err(|why| bad(&name, why))?;
        let mut zip = ZipArchive::new(BufReader::new(file))
            .map_err(|e| bad(&name, &format!("is no whole show file ({e})")))?;
        if zip.len() > MOST_ENTRIES {
            return Err(bad(&name, "has more than 5,000 entries"));
        }
        if zip.has_duplicate_names() || zip.has_overlapping_entries().unwrap_or(true) {
            return Err(bad(&name, "holds something twice"));
        }
        for n in 0..zip.len() {
            let entry = zip
                .by_index_raw(n)
                .map_err(|e| bad(&name, &format!("is no whole show file ({e})")))?;
            let called = String::from_utf8_lossy(entry.name_raw()).into_owned();
            let (most, packed) = match called.strip_prefix(IMAGES) {
                Some(hash) if json::is_hash(hash) => (picture::MAX_BYTES, entry.compressed_size()),
                None if called == SHOW => (json::MAX_BYTES, entry.compressed_size()),
                _ => {
                    return Err(bad(
                        &name,
                        "holds something that is neither the show nor a picture of it",
                    ));
                }
            };
            if entry.encrypted() || entry.is_dir() || entry.is_symlink() {
                return Err(bad(
                    &name,
                    "holds something that is neither the show nor a picture of it",
                ));
            }
            if !matches!(
                entry.compression(),
                CompressionMethod::Stored | CompressionMethod::Deflated
            ) {
                return Err(bad(&name, "is packed in a way that Vitrine does not use"));
            }
            if entry.size() > most {
                return Err(bad(&name, "holds something that is too large"));
            }
            if entry.size() > packed.saturating_add(1).saturating_mul(MOST_GROWTH) {
                return Err(bad(&name, "would grow beyond measure when unpacked"));
            }
        }
        Ok(Self { zip, name })
    }

    /// The bytes of the show.
    pub(super) fn show(&mut self) -> Result<Vec<u8>, CatalogError> {
        self.entry(SHOW, json::MAX_BYTES)?.ok_or_else(|| bad(&self.name, "holds no show"))
    }

    /// That every picture in it belongs to the show and is what its name says.
    pub(super) fn check_pictures(&mut self, wanted: &[&str]) -> Result<(), CatalogError> {
        let wanted: HashSet<&str> = wanted.iter().copied().collect();
        let names: Vec<String> =
            self.zip.file_names_raw().map(|n| String::from_utf8_lossy(n).into_owned()).collect();
        for called in names {
            let Some(hash) = called.strip_prefix(IMAGES) else { continue };
            if !wanted.contains(hash) {
                return Err(bad(&self.name, "holds a picture that its show does not have"));
            }
            self.picture(hash)?;
        }
        Ok(())
    }

    /// The bytes of a picture, if it is in there.
    pub(super) fn picture(&mut self, hash: &str) -> Result<Option<Vec<u8>>, CatalogError> {
        let Some(bytes) = self.entry(&format!("{IMAGES}{hash}"), picture::MAX_BYTES)? else {
            return Ok(None);
        };
        let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        if found != hash {
            return Err(bad(&self.name, "holds a picture that was damaged or exchanged"));
        }
        Ok(Some(bytes))
    }

    fn entry(&mut self, called: &str, most: u64) -> Result<Option<Vec<u8>>, CatalogError> {
        let Some(n) = self.zip.index_for_name(called) else { return Ok(None) };
        let broken =
            |e: &dyn std::fmt::Display| bad(&self.name, &format!("is no whole show file ({e})"));
        let entry = self.zip.by_index(n).map_err(|e| broken(&e))?;
        let mut bytes = Vec::new();
        // What an entry says of its size may be wrong: counted while reading.
        entry.take(most + 1).read_to_end(&mut bytes).map_err(|e| broken(&e))?;
        if bytes.len() as u64 > most {
            return Err(bad(&self.name, "holds something that is too large"));
        }
        Ok(Some(bytes))
    }
}

/// Looks at the list at the end of a zip before anything is made of it: how long it is, and that it is a list.
fn sound(file: &mut File, length: u64) -> Result<(), &'static str> {
    const END: usize = 22;
    const ENTRY: usize = 46;
    let broken = "is no whole show file";
    let mut end = [0_u8; END];
    let at = length.checked_sub(END as u64).ok_or(broken)?;
    file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut end)).map_err(|_| broken)?;
    let two = |at: usize| u64::from(u16::from_le_bytes([end[at], end[at + 1]]));
    let four =
        |at: usize| u64::from(u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]));
    if !end.starts_with(b"PK\x05\x06") || two(20) != 0 || two(8) != two(10) {
        return Err(broken);
    }
    let (entries, size, start) = (two(10), four(12), four(16));
    if entries > MOST_ENTRIES as u64 {
        return Err("has more than 5,000 entries");
    }
    // Names here have at most 71 letters; some room for what other programs add.
    if size > entries * 512 || start + size != at {
        return Err(broken);
    }
    let mut list = vec![0_u8; usize::try_from(size).map_err(|_| broken)?];
    file.seek(SeekFrom::Start(start))
        .and_then(|_| file.read_exact(&mut list))
        .map_err(|_| broken)?;
    let mut rest = list.as_slice();
    for _ in 0..entries {
        let head = rest.get(..ENTRY).filter(|h| h.starts_with(b"PK\x01\x02")).ok_or(broken)?;
        let long = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        rest = rest.get(ENTRY + long(28) + long(30) + long(32)..).ok_or(broken)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(|_| broken)?;
    if rest.is_empty() { Ok(()) } else { Err(broken) }
}

fn bad(name: &str, why: &str) -> CatalogError {
    CatalogError::Invalid(format!("{name} {why}; have the show shared again and take that file"))
}
