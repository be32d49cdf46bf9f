//! Pictures of a file, one after the other.

use std::path::Path;

use ffmpeg_next::codec::threading;
use ffmpeg_next::{Dictionary, Error, codec, decoder, frame};
use vitrine_media::{FrameRate, MediaTime, Size};

use crate::decoded::Converter;
use crate::error::detail;
use crate::input::{MAX_ERRORS, MAX_PIXELS, MediaFile, USUAL_RATE, Wanted};
use crate::{CodecError, Decoded, log};

/// Decodes the pictures of a video or image file. `Send`; one thread at a time. Local files only.
pub struct VideoReader {
    file: MediaFile,
    decoder: decoder::Video,
    converter: Converter,
    frame: frame::Video,
    size: Size,
    rate: FrameRate,
    /// Where the next picture stands if it carries no time of its own.
    expected: MediaTime,
    drained: bool,
}

impl VideoReader {
    /// Opens a file for its (best) video stream. Blocks for file I/O; a file that does not state its
    /// length is read through once.
    ///
    /// # Errors
    /// [`CodecError::NotReadable`], [`NotMedia`](CodecError::NotMedia), [`NoVideo`](CodecError::NoVideo),
    /// [`TooLarge`](CodecError::TooLarge), [`NoSize`](CodecError::NoSize).
    pub fn open(path: &Path) -> Result<Self, CodecError> {
        let file = MediaFile::open(path, Wanted::Video)?;
        log::clear();
        let decoder = open_decoder(&file)?;
        let size = Size::new(decoder.width(), decoder.height());
        if size.width > Size::MAX_SIDE || size.height > Size::MAX_SIDE {
            return Err(CodecError::TooLarge { path: path.to_owned(), size });
        }
        if size.area() == 0 {
            return Err(CodecError::NoSize { path: path.to_owned() });
        }
        let rate = file.rate().unwrap_or(USUAL_RATE);
        Ok(Self {
            file,
            decoder,
            converter: Converter::default(),
            frame: frame::Video::empty(),
            size,
            rate,
            expected: MediaTime::ZERO,
            drained: false,
        })
    }

    /// The size of its pictures as decoded, both sides made even; a picture may still differ.
    pub const fn size(&self) -> Size {
        Size::new(self.size.width & !1, self.size.height & !1)
    }

    /// Pictures a second, nominally.
    pub const fn rate(&self) -> FrameRate {
        self.rate
    }

    /// The file is one picture.
    pub fn is_still(&self) -> bool {
        self.file.is_still()
    }

    /// The file holds sound, too.
    pub fn has_audio(&self) -> bool {
        self.file.has_both()
    }

    /// The file's length: to the end of its pictures or its sound, whichever is later. `None` for
    /// one picture.
    pub fn length(&self) -> Option<MediaTime> {
        self.file.length()
    }

    /// The next picture; `None` at the end. Unreadable pictures are left out.
    ///
    /// # Errors
    /// [`CodecError::Damaged`] if nothing readable follows.
    #[allow(clippy::should_implement_trait, reason = "gives what it borrows, or an error")]
    pub fn next(&mut self) -> Result<Option<Decoded<'_>>, CodecError> {
        let mut errors = 0;
        loop {
            match self.decoder.receive_frame(&mut self.frame) {
                Ok(()) => {
                    let stamp = self.frame.timestamp().or(self.frame.pts());
                    let at = stamp.map_or(self.expected, |s| self.file.time(s));
                    self.expected = at + self.rate.interval();
                    return match self.converter.view(&self.frame, at) {
                        Some(picture) => Ok(Some(picture)),
                        None => Err(CodecError::Damaged {
                            path: self.file.path().to_owned(),
                            detail: "its samples are of an unknown form".to_owned(),
                        }),
                    };
                }
                Err(Error::Eof) => return Ok(None),
                Err(Error::Other { errno }) if errno == ffmpeg_next::error::EAGAIN => {}
                Err(_) if errors < MAX_ERRORS => {
                    errors += 1;
                    continue;
                }
                Err(e) => return Err(self.file.damaged(e)),
            }
            if self.drained {
                return Ok(None);
            }
            let sent = match self.file.next_packet()? {
                Some(packet) => self.decoder.send_packet(packet),
                None => {
                    self.drained = true;
                    self.decoder.send_eof()
                }
            };
            match sent {
                Err(e) if errors >= MAX_ERRORS => return Err(self.file.damaged(e)),
                Err(_) => errors += 1,
                Ok(()) => {}
            }
        }
    }

    /// Goes back to the first picture.
    ///
    /// # Errors
    /// Those of [`VideoReader::open`], if the file had to be opened again.
    pub fn seek_start(&mut self) -> Result<(), CodecError> {
        self.seek(MediaTime::ZERO)
    }

    /// Goes to a picture at or before `at` from which decoding can begin; to the first one in formats
    /// without an index.
    ///
    /// # Errors
    /// Those of [`VideoReader::open`], if the file had to be opened again.
    pub fn seek(&mut self, at: MediaTime) -> Result<(), CodecError> {
        self.file.seek(at)?;
        self.decoder.flush();
        if self.drained {
            // A drained decoder takes nothing more, in some decoders not even after a flush.
            self.decoder = open_decoder(&self.file)?;
        }
        self.drained = false;
        self.expected = MediaTime::ZERO;
        Ok(())
    }
}

fn open_decoder(file: &MediaFile) -> Result<decoder::Video, CodecError> {
    let broken = |e| CodecError::NotMedia { path: file.path().to_owned(), detail: detail(e) };
    let parameters =
        file.parameters().ok_or_else(|| CodecError::NoVideo { path: file.path().to_owned() })?;
    let mut context = codec::Context::from_parameters(parameters).map_err(broken)?;
    let id = context.id();
    let few = matches!(id, codec::Id::MJPEG) || file.is_still();
    context.set_threading(threading::Config {
        kind: threading::Type::Frame,
        count: if few { 1 } else { 2 },
        ..threading::Config::default()
    });
    let found = decoder::find(id).ok_or_else(|| CodecError::NotMedia {
        path: file.path().to_owned(),
        detail: format!("FFmpeg here has no decoder for {id:?}"),
    })?;
    let mut options = Dictionary::new();
    options.set("max_pixels", &MAX_PIXELS.to_string());
    context.decoder().open_as_with(found, options).and_then(decoder::Opened::video).map_err(broken)
}

impl std::fmt::Debug for VideoReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VideoReader({} {} at {})", self.file.path().display(), self.size, self.rate)
    }
}
