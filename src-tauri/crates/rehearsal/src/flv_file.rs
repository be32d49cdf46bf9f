//! An FLV file of what one publish sent, message for message.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Names tried before giving up: other files may hold the first ones.
const NAMES: u32 = 10_000;

/// A file being written. Complete after every [`FlvFile::flush`] or drop: FLV needs no trailer.
#[derive(Debug)]
pub(crate) struct FlvFile {
    path: PathBuf,
    out: BufWriter<File>,
}

/// Message types that go into a file, under the numbers FLV and RTMP share.
pub(crate) const AUDIO: u8 = 8;
pub(crate) const VIDEO: u8 = 9;
pub(crate) const SCRIPT: u8 = 18;

/// `key` as a file name: letters, digits, `.`, `-` and `_` stay, at most 80 characters.
fn sanitised(key: &str) -> String {
    let keep =
        |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let name: String = key.chars().map(keep).take(80).collect();
    match name.trim_start_matches('.') {
        "" => "stream".to_owned(),
        name => name.to_owned(),
    }
}

impl FlvFile {
    /// Creates `<key>-<n>.flv` in `dir`, with the first `n` from `number` on that is free. Nothing is overwritten.
    pub fn create(dir: &Path, key: &str, number: u32) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let name = sanitised(key);
        for n in number..number.saturating_add(NAMES) {
            let path = dir.join(format!("{name}-{n}.flv"));
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    let mut out = BufWriter::new(file);
                    // Version 1, audio and video, header of 9 bytes, no tag before the first.
                    out.write_all(&[b'F', b'L', b'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0])?;
                    return Ok(Self { path, out });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a message body. Bodies too long for a tag (16 MiB) are an error.
    pub fn write(&mut self, kind: u8, timestamp: u32, body: &[u8]) -> io::Result<()> {
        let Some(size) = u32::try_from(body.len()).ok().filter(|n| *n < 1 << 24) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let (s, t) = (size.to_be_bytes(), timestamp.to_be_bytes());
        self.out.write_all(&[kind, s[1], s[2], s[3], t[1], t[2], t[3], t[0], 0, 0, 0])?;
        self.out.write_all(body)?;
        self.out.write_all(&(size + 11).to_be_bytes())
    }

    /// Hands everything to the operating system.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        assert_eq!(sanitised("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(sanitised("live?x=1&y=ä"), "live_x_1_y__");
        assert_eq!(sanitised(".."), "stream");
        assert_eq!(sanitised(&"k".repeat(500)).len(), 80);
    }

    #[test]
    fn never_overwrites() {
        let dir = tempfile::tempdir().unwrap();
        let a = FlvFile::create(dir.path(), "a/b", 1).unwrap();
        let mut b = FlvFile::create(dir.path(), "a_b", 1).unwrap();
        assert_eq!(a.path().file_name().unwrap(), "a_b-1.flv");
        assert_eq!(b.path().file_name().unwrap(), "a_b-2.flv");
        b.write(VIDEO, 0x0102_0304, &[9, 9]).unwrap();
        b.flush().unwrap();
        let bytes = fs::read(b.path()).unwrap();
        assert_eq!(&bytes[13..], &[9, 0, 0, 2, 2, 3, 4, 1, 0, 0, 0, 9, 9, 0, 0, 0, 13]);
    }
}
