//! The forms of JPEG that no webcam was seen to send, by FFmpeg: progressive, lossless, coded as
//! red, green and blue, or with chroma in an odd raster.

use ffmpeg_next::codec::packet::Packet;
use ffmpeg_next::codec::threading;
use ffmpeg_next::{Dictionary, codec, decoder, frame};
use vitrine_media::MediaTime;

use super::header::end_of_image;
use crate::decoded::Converter;
use crate::error::detail;
use crate::input::MAX_PIXELS;
use crate::{CodecError, Decoded, log};

/// FFmpeg's decoder.
pub(super) struct Rare {
    decoder: decoder::Video,
    converter: Converter,
    frame: frame::Video,
}

impl Rare {
    pub(super) fn open() -> Result<Self, CodecError> {
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
        options.set("err_detect", "explode");
        let opened =
            context.decoder().open_as_with(found, options).and_then(decoder::Opened::video);
        Ok(Self {
            decoder: opened.map_err(broken)?,
            converter: Converter::default(),
            frame: frame::Video::empty(),
        })
    }

    pub(super) fn decode(&mut self, jpeg: &[u8]) -> Result<Decoded<'_>, CodecError> {
        log::clear();
        let broken = |detail: String| CodecError::Picture { detail };
        // FFmpeg shows what is there of a picture that has no end.
        let end = end_of_image(jpeg).ok_or_else(|| broken("it has no end".to_owned()))?;
        let sent = self.decoder.send_packet(&Packet::copy(&jpeg[..end]));
        if let Err(e) = sent.and_then(|()| self.decoder.receive_frame(&mut self.frame)) {
            self.decoder.flush();
            return Err(broken(detail(e)));
        }
        let view = self.converter.view(&self.frame, MediaTime::ZERO);
        view.ok_or_else(|| broken("its samples are of an unknown form".to_owned()))
    }
}
