//! A show as one `.vitrine` file, for handing from the brand's office to the studio: a zip of `show.json` and
//! `images/HASH`. No destinations, so no keys.

mod archive;

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use self::archive::Archive;
use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::export::json::{Facts, ShowFile, Taken};
use crate::export::save_with;
use crate::picture::Picture;
use crate::show::ShowId;

/// The entry that holds the show.
const SHOW: &str = "show.json";
/// Before the hashes of pictures.
const IMAGES: &str = "images/";
/// Larger files are refused.
pub const MAX_BYTES: u64 = 1 << 30;
/// More entries are refused.
pub const MOST_ENTRIES: usize = 5000;

/// What a `.vitrine` file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shared {
    /// Pictures in it.
    pub pictures: usize,
    /// Pictures that products name but whose files are gone here.
    pub missing: usize,
}

impl Catalog {
    /// Writes a show with its pictures to `path`, whole or not at all; what was there before is replaced then.
    /// `progress(done, of)` counts pictures.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid) if the file cannot be written or would be
    /// too large to be taken in.
    pub async fn share_show(
        &self,
        show: ShowId,
        path: &Path,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Shared, CatalogError> {
        let file = self.export_show(show).await?;
        let bytes = file.bytes()?;
        let hashes = file.pictures();
        let mut shared = Shared { pictures: 0, missing: 0 };
        save_with(path, |out| {
            let mut zip = ZipWriter::new(out);
            let packed =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            // Pictures are compressed already.
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(SHOW, packed)?;
            zip.write_all(&bytes)?;
            let mut total = bytes.len() as u64;
            for (n, hash) in hashes.iter().enumerate() {
                match fs::read(self.picture_file(hash, false)) {
                    Ok(picture) => {
                        total += picture.len() as u64;
                        if total > MAX_BYTES || n + 1 >= MOST_ENTRIES {
                            return Err(std::io::Error::other(
                                "the pictures take more than 1 GB or are more than 5,000",
                            ));
                        }
                        zip.start_file(format!("{IMAGES}{hash}"), stored)?;
                        zip.write_all(&picture)?;
                        shared.pictures += 1;
                    }
                    Err(_) => shared.missing += 1,
                }
                progress(n + 1, hashes.len());
            }
            zip.finish()?;
            Ok(())
        })?;
        Ok(shared)
    }

    /// Takes a show in from a `.vitrine` file, as [`import_show`](Self::import_show) does. Everything in the file
    /// is looked at before anything is kept. `progress(done, of)` counts pictures.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] or [`Picture`](CatalogError::Picture), saying what is wrong with the file; nothing
    /// was changed then.
    pub async fn receive_show(
        &self,
        path: &Path,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Taken, CatalogError> {
        let mut archive = Archive::open(path)?;
        let file = ShowFile::read(&archive.show()?)?;
        let wanted = file.pictures();
        archive.check_pictures(&wanted)?;
        let mut facts: HashMap<String, Facts> = HashMap::new();
        let mut new: Vec<String> = Vec::new();
        let mut take = || -> Result<(), CatalogError> {
            for (n, hash) in wanted.iter().enumerate() {
                if let Some(bytes) = archive.picture(hash)? {
                    let picture = Picture::new(hash, bytes)?;
                    if !self.picture_file(hash, false).exists() {
                        new.push((*hash).to_owned());
                    }
                    self.keep_picture(&picture)?;
                    facts.insert(picture.hash.clone(), Facts::of(&picture));
                }
                progress(n + 1, wanted.len());
            }
            Ok(())
        };
        let taken = match take() {
            Ok(()) => self.take_show(&file, &facts).await,
            Err(e) => Err(e),
        };
        if taken.is_err() {
            for hash in &new {
                for small in [false, true] {
                    // What cannot be removed is only garbage.
                    drop(fs::remove_file(self.picture_file(hash, small)));
                }
            }
        }
        taken
    }
}
