//! One JPEG picture at a time, as cameras send them.
//!
//! | file | what |
//! |---|---|
//! | `header` | what stands in front of a picture's data |
//! | `planes` | memory for a picture, and its chroma brought to 4:2:2 or 4:2:0 |
//! | `rare` | by FFmpeg, the forms that webcams do not send |
//! | `ffi` | libjpeg-turbo |
//!
//! libjpeg-turbo decodes straight to planes, at less than half of what FFmpeg's decoder costs, and
//! says of every damaged picture that it is damaged.

mod ffi;
mod header;
mod planes;
mod rare;

use self::ffi::{Outcome, Turbo};
use self::header::{Header, end_of_image};
use self::planes::Planes;
use self::rare::Rare;
use crate::input::MAX_PIXELS;
use crate::{CodecError, Decoded};

/// Decodes single JPEG pictures on the calling thread. `Send`; one thread at a time.
///
/// The planes are reused: from the second picture of a size on only libjpeg-turbo's own working
/// rows (some kilobytes) are allocated.
pub struct MjpegDecoder {
    turbo: Turbo,
    planes: Planes,
    rare: Option<Box<Rare>>,
    /// The picture before brought Huffman tables, which libjpeg-turbo keeps.
    tables: bool,
    /// A picture with the end marker it lacks.
    ended: Vec<u8>,
}

/// Remarks about pictures that can be shown: bytes filled in before a marker, which many cameras do,
/// and header segments that say nothing about the samples.
const HARMLESS: [&str; 3] =
    ["extraneous bytes before marker", "JFIF revision", "Adobe color transform"];
/// The remark about a picture that ends without its end marker.
const ENDLESS: &str = "Premature end of JPEG file";

/// Who has the picture.
enum By {
    Planes,
    Rare,
}

impl MjpegDecoder {
    /// Opens the decoder.
    ///
    /// # Errors
    /// [`CodecError::Picture`] if there is no memory for it.
    pub fn open() -> Result<Self, CodecError> {
        Ok(Self {
            turbo: new_turbo()?,
            planes: Planes::default(),
            rare: None,
            tables: false,
            ended: Vec::new(),
        })
    }

    /// Decodes the picture in `jpeg`; what follows its end marker (the stale tail some drivers leave) is
    /// not looked at. Huffman tables may be missing, as MJPEG cameras often leave them out. A picture that
    /// is all there but for its end marker is taken. The result is BT.601, full range, and its time is
    /// zero: a camera stamps by arrival.
    ///
    /// # Errors
    /// [`CodecError::Picture`] if it is cut short or damaged in any other way, is no JPEG, or is larger than
    /// [`Size::MAX_SIDE`](vitrine_media::Size::MAX_SIDE) squared; the next picture may be good.
    pub fn decode(&mut self, jpeg: &[u8]) -> Result<Decoded<'_>, CodecError> {
        let header =
            Header::read(jpeg).ok_or_else(|| broken("it does not begin like a JPEG picture"))?;
        let by = if header.usual { self.usual(jpeg, header.tables)? } else { By::Rare };
        match by {
            By::Planes => {
                self.planes.settle();
                self.planes.view().ok_or_else(|| broken("it is a single row or column"))
            }
            By::Rare => {
                let rare = match &mut self.rare {
                    Some(rare) => rare,
                    none => none.insert(Box::new(Rare::open()?)),
                };
                rare.decode(jpeg)
            }
        }
    }

    fn usual(&mut self, jpeg: &[u8], tables: bool) -> Result<By, CodecError> {
        // Tables of a picture before are no good for one that means the standard ones.
        if self.tables && !tables {
            self.turbo = new_turbo()?;
        }
        self.tables = tables;
        let mut outcome = self.turbo.decode(jpeg, &mut self.planes, MAX_PIXELS);
        if outcome == Outcome::Doubtful && self.turbo.words().contains(ENDLESS) {
            // Whether only the marker is missing, or data too, shows with a marker at its end.
            self.ended.clear();
            self.ended.extend_from_slice(jpeg);
            self.ended.extend_from_slice(&[0xff, 0xd9]);
            outcome = self.turbo.decode(&self.ended, &mut self.planes, MAX_PIXELS);
        }
        match outcome {
            Outcome::Whole => return Ok(By::Planes),
            Outcome::OtherColors => return Ok(By::Rare),
            // The first remark hides those after it, so the end must be there.
            Outcome::Doubtful if self.is_harmless() && end_of_image(jpeg).is_some() => {
                return Ok(By::Planes);
            }
            _ => {}
        }
        let what = match outcome {
            Outcome::TooLarge => broken("it is larger than its data can be"),
            _ => broken(&self.turbo.words()),
        };
        // Tables of a damaged picture must not spoil the next.
        self.turbo = new_turbo()?;
        Err(what)
    }

    fn is_harmless(&self) -> bool {
        let words = self.turbo.words();
        HARMLESS.iter().any(|harmless| words.contains(harmless))
    }
}

fn new_turbo() -> Result<Turbo, CodecError> {
    Turbo::new().ok_or_else(|| broken("there is no memory for a decoder"))
}

fn broken(detail: &str) -> CodecError {
    CodecError::Picture { detail: detail.to_owned() }
}

impl std::fmt::Debug for MjpegDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MjpegDecoder")
    }
}
