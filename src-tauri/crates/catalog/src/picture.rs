//! Pictures by their content, in a folder beside the database, so that a show runs with the net
//! down.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

use crate::catalog::Catalog;
use crate::edit::Edit;
use crate::error::CatalogError;

/// Larger files are refused.
pub const MAX_BYTES: u64 = 20 << 20;
/// Larger sides are refused.
pub const MAX_SIDE: u32 = 8192;
/// Memory a decoder may take.
const MAX_ALLOC: u64 = 128 << 20;
/// Longest side of a thumbnail.
pub const THUMBNAIL: u32 = 320;

/// A picture that was looked at and may be kept: its bytes, and what they hold.
#[derive(Clone, Debug)]
pub struct Picture {
    bytes: Vec<u8>,
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: String,
    /// `png`, `jpeg` or `webp`.
    pub kind: &'static str,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    thumbnail: Vec<u8>,
}

impl Picture {
    /// Looks at a picture's bytes: type, limits, and that it can be drawn. Costs as much as decoding.
    ///
    /// # Errors
    /// [`CatalogError::Picture`], naming `name` and the remedy.
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Self, CatalogError> {
        let bad = |why: &str| CatalogError::Picture(format!("picture {name} {why}"));
        if bytes.len() as u64 > MAX_BYTES {
            return Err(bad("is larger than 20 MB; make it smaller first"));
        }
        let format = image::guess_format(&bytes)
            .map_err(|_| bad("is no PNG, JPEG or WebP; convert it first"))?;
        let kind = match format {
            ImageFormat::Png => "png",
            ImageFormat::Jpeg => "jpeg",
            ImageFormat::WebP => "webp",
            _ => return Err(bad("is no PNG, JPEG or WebP; convert it first")),
        };
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_ALLOC);
        let mut reader = ImageReader::with_format(Cursor::new(&bytes), format);
        reader.limits(limits);
        let decoded = reader.decode().map_err(|e| {
            bad(&format!("cannot be read ({e}); export it again, at most 8192 pixels a side"))
        })?;
        let (width, height) = (decoded.width(), decoded.height());
        let small = decoded.thumbnail(THUMBNAIL, THUMBNAIL).into_rgba8();
        let mut thumbnail = Vec::new();
        small
            .write_to(&mut Cursor::new(&mut thumbnail), ImageFormat::Png)
            .map_err(|e| bad(&format!("cannot be made small ({e})")))?;
        let hash = Sha256::digest(&bytes).iter().fold(String::new(), |mut s, b| {
            s.push_str(&format!("{b:02x}"));
            s
        });
        Ok(Self { bytes, hash, kind, width, height, thumbnail })
    }

    /// Reads a picture file.
    ///
    /// # Errors
    /// As for [`new`](Self::new), and if the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, CatalogError> {
        let name = path.display().to_string();
        let failed = |e: std::io::Error| {
            CatalogError::Picture(format!("picture {name} cannot be read ({e}); check the path"))
        };
        let length = fs::metadata(path).map_err(failed)?.len();
        if length > MAX_BYTES {
            let text = format!("picture {name} is larger than 20 MB; make it smaller first");
            return Err(CatalogError::Picture(text));
        }
        Self::new(&name, fs::read(path).map_err(failed)?)
    }

    /// Its bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where a picture lies below the folder: two letters of its hash spread them over folders.
fn place(folder: &Path, hash: &str, small: bool) -> PathBuf {
    let name = if small { format!("{hash}.small.png") } else { hash.to_owned() };
    folder.join(&hash[..2]).join(name)
}

impl Catalog {
    /// The file of a picture, or of its thumbnail.
    pub fn picture_file(&self, hash: &str, small: bool) -> PathBuf {
        place(&self.pictures(), hash, small)
    }

    /// Writes a picture into the folder, if it is not there. Do it before the edit that names it: a
    /// file that nothing names is garbage, a name without its file would be a loss.
    ///
    /// # Errors
    /// [`CatalogError::Disk`].
    pub fn keep_picture(&self, picture: &Picture) -> Result<(), CatalogError> {
        for (small, bytes) in [(false, &picture.bytes), (true, &picture.thumbnail)] {
            let file = self.picture_file(&picture.hash, small);
            let length = fs::metadata(&file).map(|m| m.len()).unwrap_or(0);
            if length == bytes.len() as u64 {
                continue;
            }
            write_whole(&file, bytes).map_err(|e| CatalogError::Disk(e.to_string()))?;
        }
        Ok(())
    }

    /// Removes the files of pictures that no product, undo step or row names any more, and gives how
    /// many. Pictures younger than an hour stay: an edit may be about to name them.
    ///
    /// # Errors
    /// If the catalogue cannot be read or written.
    pub async fn sweep_pictures(&self) -> Result<usize, CatalogError> {
        let mut edit = self.record("sweep").await?;
        let before = edit.at() - 3_600_000;
        let gone = sqlx::query_scalar!(
            r#"SELECT hash AS "hash!" FROM image WHERE added_at < ?
               AND NOT EXISTS (SELECT 1 FROM product_image p WHERE p.hash = image.hash)
               AND NOT EXISTS (SELECT 1 FROM undo_inverse u WHERE instr(u.statement, image.hash) > 0)"#,
            before
        )
        .fetch_all(edit.connection())
        .await?;
        for hash in &gone {
            sqlx::query!("DELETE FROM image WHERE hash = ?", hash)
                .execute(edit.connection())
                .await?;
        }
        edit.commit().await?;
        for hash in &gone {
            for small in [false, true] {
                // Already gone is as good.
                drop(fs::remove_file(self.picture_file(hash, small)));
            }
        }
        Ok(gone.len())
    }
}

impl Edit {
    /// Adds a kept picture behind a product's others.
    ///
    /// # Errors
    /// If there is no such product.
    pub async fn add_picture(
        &mut self,
        product: i64,
        picture: &Picture,
        source: &str,
    ) -> Result<(), CatalogError> {
        let (width, height) = (i64::from(picture.width), i64::from(picture.height));
        let (bytes, at) = (picture.bytes.len() as i64, self.at());
        sqlx::query!(
            "INSERT OR IGNORE INTO image (hash, kind, width, height, bytes, added_at)
             VALUES (?, ?, ?, ?, ?, ?)",
            picture.hash,
            picture.kind,
            width,
            height,
            bytes,
            at
        )
        .execute(self.connection())
        .await?;
        sqlx::query!(
            "INSERT INTO product_image (product_id, position, hash, source)
             SELECT ?1, coalesce(max(position), -1) + 1, ?2, ?3 FROM product_image WHERE product_id = ?1",
            product,
            picture.hash,
            source
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = file.with_extension(format!("part{}", std::process::id()));
    fs::write(&part, bytes)?;
    fs::OpenOptions::new().write(true).open(&part)?.sync_all()?;
    fs::rename(&part, file)
}
