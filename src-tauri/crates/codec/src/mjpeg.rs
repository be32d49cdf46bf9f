//! One JPEG picture at a time, as cameras send them.

use ffmpeg_next::codec::packet::Packet;
use ffmpeg_next::codec::threading;
use ffmpeg_next::{Dictionary, codec, decoder, frame};
use vitrine_media::MediaTime;

use crate::decoded::Converter;
use crate::error::detail;
use crate::input::MAX_PIXELS;
use crate::{CodecError, Decoded, log};

/// Decodes single JPEG pictures on the calling thread. `Send`; one thread at a time.
pub struct MjpegDecoder {
    decoder: decoder::Video,
    converter: Converter,
    frame: frame::Video,
}

impl MjpegDecoder {
    /// Opens the decoder.
    ///
    /// # Errors
    /// [`CodecError::Picture`] if FFmpeg was built without MJPEG.
    pub fn open() -> Result<Self, CodecError> {
        log::install();
        log::clear();
        let broken = |e| CodecError::Picture { detail: detail(e) };
        let found = decoder::find(codec::Id::MJPEG)
            .ok_or(ffmpeg_next::Error::DecoderNotFound)
            .map_err(broken)?;
        let mut context = codec::Context::new_with_codec(found);
        context.set_threading(threading::Config { count: 1, ..threading::Config::default() });
        let mut options = Dictionary::new();
        options.set("max_pixels", &MAX_PIXELS.to_string());
        let opened =
            context.decoder().open_as_with(found, options).and_then(decoder::Opened::video);
        Ok(Self {
            decoder: opened.map_err(broken)?,
            converter: Converter::default(),
            frame: frame::Video::empty(),
        })
    }

    /// Decodes the picture in `jpeg`; what follows its end marker (the stale tail some drivers leave) is
    /// not looked at. The result's time is zero: a camera stamps by arrival.
    ///
    /// # Errors
    /// [`CodecError::Picture`]; the next picture may be good.
    pub fn decode(&mut self, jpeg: &[u8]) -> Result<Decoded<'_>, CodecError> {
        log::clear();
        let broken = |e| CodecError::Picture { detail: detail(e) };
        // Cut short: the last two bytes must be there for a whole picture.
        let end = end_of_image(jpeg).unwrap_or(jpeg.len());
        let sent = self.decoder.send_packet(&Packet::copy(&jpeg[..end]));
        if let Err(e) = sent.and_then(|()| self.decoder.receive_frame(&mut self.frame)) {
            self.decoder.flush();
            return Err(broken(e));
        }
        let view = self.converter.view(&self.frame, MediaTime::ZERO);
        view.ok_or_else(|| CodecError::Picture {
            detail: "its samples are of an unknown form".to_owned(),
        })
    }
}

/// The byte after the picture's end marker. Inside of coded data a marker byte is always followed
/// by a zero or a restart number, so the first end marker behind the first scan is the end.
fn end_of_image(jpeg: &[u8]) -> Option<usize> {
    let scan = jpeg.windows(2).position(|w| w == [0xff, 0xda])?;
    let end = jpeg[scan..].windows(2).position(|w| w == [0xff, 0xd9])?;
    Some(scan + end + 2)
}

impl std::fmt::Debug for MjpegDecoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MjpegDecoder")
    }
}
