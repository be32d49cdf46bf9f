//! [`Source`]: the bytes of an import, from a file or from memory, decoded to UTF-8 as they stream by.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};

use crate::error::CatalogError;

/// Larger files are refused.
pub const MAX_FILE: u64 = 200 << 20;
/// How much of a file is looked at to tell what it is.
const HEAD: usize = 64 << 10;

/// Something that can be read from the start again.
pub(crate) trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

/// Where an import comes from. It may be read several times, on any thread.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    folder: Option<PathBuf>,
    data: Data,
}

#[derive(Clone, Debug)]
enum Data {
    File(PathBuf),
    Memory(Vec<u8>),
}

impl Source {
    /// A file. Pictures named in it by a path are looked for beside it.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if it is not there, no plain file, or larger than [`MAX_FILE`].
    pub fn file(path: &Path) -> Result<Self, CatalogError> {
        let shown = path.display();
        let data = path.metadata().map_err(|e| {
            CatalogError::Invalid(format!("the file {shown} cannot be read ({e}); check the path"))
        })?;
        if !data.is_file() {
            return Err(CatalogError::Invalid(format!(
                "{shown} is no file; name a file to import"
            )));
        }
        let name =
            path.file_name().map_or_else(|| shown.to_string(), |n| n.to_string_lossy().into());
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
        let folder = Some(parent.unwrap_or(Path::new(".")).to_owned());
        let source = Self { name, folder, data: Data::File(path.to_owned()) };
        source.fits(data.len())?;
        Ok(source)
    }

    /// Bytes in memory, called `name` in reports. Pictures named by a path are not looked for.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if there are more than [`MAX_FILE`].
    pub fn bytes(name: &str, bytes: Vec<u8>) -> Result<Self, CatalogError> {
        let length = bytes.len() as u64;
        let source = Self { name: name.to_owned(), folder: None, data: Data::Memory(bytes) };
        source.fits(length)?;
        Ok(source)
    }

    fn fits(&self, length: u64) -> Result<(), CatalogError> {
        match length {
            0 => Err(self.bad("is empty; export it again")),
            1..=MAX_FILE => Ok(()),
            _ => Err(self.bad("is larger than 200 MB; split it into smaller files")),
        }
    }

    /// The name in reports.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where relative paths of pictures begin.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// `the file NAME WHY`.
    pub(crate) fn bad(&self, why: &str) -> CatalogError {
        CatalogError::Invalid(format!("the file {} {why}", self.name))
    }

    /// The raw bytes from the start.
    pub(crate) fn open(&self) -> Result<Box<dyn Bytes + '_>, CatalogError> {
        match &self.data {
            Data::File(path) => {
                let file = File::open(path).map_err(|e| self.unreadable(&e))?;
                Ok(Box::new(BufReader::with_capacity(HEAD, file)))
            }
            Data::Memory(bytes) => Ok(Box::new(Cursor::new(bytes.as_slice()))),
        }
    }

    pub(crate) fn unreadable(&self, e: &io::Error) -> CatalogError {
        self.bad(&format!("cannot be read ({e}); check that it is whole and try again"))
    }

    /// The first 64 KiB.
    pub(crate) fn head(&self) -> Result<Vec<u8>, CatalogError> {
        let mut head = Vec::new();
        let opened = self.open()?;
        opened.take(HEAD as u64).read_to_end(&mut head).map_err(|e| self.unreadable(&e))?;
        Ok(head)
    }

    /// The encoding: a mark at the start decides, else UTF-8 if all of it is valid, else `declared`, else
    /// Windows-1252, in which every byte means something.
    pub(crate) fn encoding(
        &self,
        declared: Option<&'static Encoding>,
    ) -> Result<&'static Encoding, CatalogError> {
        let head = self.head()?;
        if let Some((encoding, _)) = Encoding::for_bom(&head) {
            return Ok(encoding);
        }
        let mut opened = self.open()?;
        let mut buffer = vec![0_u8; HEAD];
        let mut kept = 0;
        loop {
            let n = opened.read(&mut buffer[kept..]).map_err(|e| self.unreadable(&e))?;
            let all = &buffer[..kept + n];
            let good = match std::str::from_utf8(all) {
                Ok(_) => all.len(),
                // A letter cut in two by the end of the buffer; not by the end of the file.
                Err(e) if e.error_len().is_none() && n > 0 => e.valid_up_to(),
                Err(_) => return Ok(declared.filter(|d| *d != UTF_8).unwrap_or(WINDOWS_1252)),
            };
            if n == 0 {
                return Ok(UTF_8);
            }
            let end = kept + n;
            buffer.copy_within(good..end, 0);
            kept = end - good;
        }
    }

    /// The text as UTF-8, without a byte order mark.
    pub(crate) fn text(&self, encoding: &'static Encoding) -> Result<Text<'_>, CatalogError> {
        let mut opened = self.open()?;
        opened.seek(SeekFrom::Start(0)).map_err(|e| self.unreadable(&e))?;
        Ok(Text {
            raw: opened,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; 16 << 10],
            from: 0,
            to: 0,
            ended: false,
            out: vec![0; 64 << 10],
            given: 0,
            ready: 0,
        })
    }
}

/// A decoding reader.
pub(crate) struct Text<'a> {
    raw: Box<dyn Bytes + 'a>,
    decoder: Decoder,
    input: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    out: Vec<u8>,
    given: usize,
    ready: usize,
}

impl Read for Text<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready {
            if self.from == self.to {
                if self.ended {
                    return Ok(0);
                }
                self.from = 0;
                self.to = self.raw.read(&mut self.input)?;
                self.ended = self.to == 0;
            }
            let input = &self.input[self.from..self.to];
            let (_, read, written, _) =
                self.decoder.decode_to_utf8(input, &mut self.out, self.ended);
            self.from += read;
            self.given = 0;
            self.ready = written;
            if self.ended && written == 0 {
                return Ok(0);
            }
        }
        let n = buffer.len().min(self.ready - self.given);
        buffer[..n].copy_from_slice(&self.out[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}
