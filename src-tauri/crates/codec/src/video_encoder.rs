//! H.264 at a constant bitrate, with keyframes on a grid of show time.

use std::collections::VecDeque;
use std::sync::Arc;

use ffmpeg_next::codec::encoder::video::Encoder;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::color;
use ffmpeg_next::{Dictionary, Rational, codec, encoder, frame, picture};
use vitrine_media::{Frame, MediaTime, Packet, StreamKind, VideoInfo};

use crate::error::detail;
use crate::options::{guessed_preset, options};
use crate::settings::validate_bitrate;
use crate::{CodecError, EncoderChoice, Preset, VideoSettings, ffi, h264, log, measure, probe};

const VAAPI: &str = "h264_vaapi";
/// Takes chroma in pairs only.
const QSV: &str = "h264_qsv";

/// An H.264 encoder. `Send`; every call from one thread at a time.
///
/// Pictures are given with the show time of their tick; ticks may be left out. A keyframe stands at
/// the first picture of each `keyframe_seconds` of show time, so that every encoder of a show, also
/// one that joined late, has its keyframes at the same pictures.
pub struct VideoEncoder {
    encoder: Encoder,
    /// Where an encoder that reads only its device's memory gets its pictures.
    surfaces: Option<ffi::Surfaces>,
    name: &'static str,
    preset: Preset,
    settings: VideoSettings,
    avcc: Arc<[u8]>,
    /// Pictures inside the encoder: their number and show time. The encoder counts pictures, so that
    /// its rate control sees a steady rate and show time survives to the nanosecond.
    held: VecDeque<(i64, MediaTime)>,
    count: i64,
    last: Option<MediaTime>,
    group: Option<i64>,
    packet: codec::packet::Packet,
    scratch: Vec<u8>,
}

impl VideoEncoder {
    /// Opens an encoder. With [`EncoderChoice::Auto`] the first call in a process may try the hardware
    /// encoders (some 10 ms each where there is none, see [`probe::pick`]).
    ///
    /// # Errors
    /// [`CodecError::Settings`] for settings out of range, [`CodecError::EncoderMissing`] or
    /// [`CodecError::EncoderRefused`] for a named encoder, [`CodecError::NoEncoder`] for `Auto`.
    pub fn open(settings: &VideoSettings) -> Result<Self, CodecError> {
        log::install();
        settings.validate()?;
        match &settings.encoder {
            EncoderChoice::Named(name) => Self::open_named(name, settings),
            EncoderChoice::Auto => {
                let pick = probe::pick()?;
                Self::open_named(&pick.name, settings)
            }
        }
    }

    /// Opens exactly this encoder.
    pub(crate) fn open_named(name: &str, settings: &VideoSettings) -> Result<Self, CodecError> {
        log::install();
        settings.validate()?;
        let missing = || CodecError::EncoderMissing { name: name.to_owned() };
        let name = *probe::CANDIDATES.iter().find(|c| **c == name).ok_or_else(missing)?;
        let codec = encoder::find_by_name(name).ok_or_else(missing)?;
        let preset = match settings.preset {
            Preset::Auto => measure::measured(settings.size, settings.rate)
                .map_or_else(|| guessed_preset(settings.size, settings.rate), |m| m.preset),
            preset => preset,
        };
        log::clear();
        let refused = |e| CodecError::EncoderRefused { name: name.to_owned(), detail: detail(e) };
        let mut context =
            codec::Context::new_with_codec(codec).encoder().video().map_err(refused)?;
        let (num, den) = (settings.rate.num as i32, settings.rate.den as i32);
        context.set_width(settings.size.width);
        context.set_height(settings.size.height);
        let surfaces = if name == VAAPI {
            let surfaces =
                ffi::Surfaces::new(settings.size.width, settings.size.height).map_err(refused)?;
            surfaces.attach(&mut context);
            Some(surfaces)
        } else {
            None
        };
        context.set_format(match name {
            VAAPI => Pixel::VAAPI,
            QSV => Pixel::NV12,
            _ => Pixel::YUV420P,
        });
        context.set_aspect_ratio(Rational::new(1, 1));
        context.set_time_base(Rational::new(den, num));
        context.set_frame_rate(Some(Rational::new(num, den)));
        context.set_colorspace(color::Space::BT709);
        context.set_color_range(color::Range::MPEG);
        context.set_color_primaries(color::Primaries::BT709);
        context.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
        let mut dictionary = Dictionary::new();
        for (key, value) in options(name, settings, preset) {
            dictionary.set(key, &value);
        }
        let encoder = context.open_as_with(codec, dictionary).map_err(refused)?;
        let avcc = h264::configuration(&ffi::extradata(&encoder)).ok_or_else(|| {
            let detail = "it gives no stream header".to_owned();
            CodecError::EncoderRefused { name: name.to_owned(), detail }
        })?;
        Ok(Self {
            encoder,
            surfaces,
            name,
            preset,
            settings: settings.clone(),
            avcc: avcc.into(),
            held: VecDeque::with_capacity(32),
            count: 0,
            last: None,
            group: None,
            packet: codec::packet::Packet::empty(),
            scratch: Vec::new(),
        })
    }

    /// What a muxer must know; the bitrate is the newest one set.
    pub fn info(&self) -> VideoInfo {
        VideoInfo {
            size: self.settings.size,
            rate: self.settings.rate,
            bitrate: self.settings.bitrate,
            avcc: Arc::clone(&self.avcc),
        }
    }

    /// FFmpeg's name of the encoder in use.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The preset in use, never [`Preset::Auto`]. Only libx264 minds it.
    pub const fn preset(&self) -> Preset {
        self.preset
    }

    /// Pictures that went in and did not come out yet.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// Encodes one picture shown from `pts` on; packets that are ready are appended to `out`, in
    /// decoding order, which is showing order. `force_key` asks for a keyframe besides the grid's.
    /// The frame's bytes are lent, not copied.
    ///
    /// # Errors
    /// [`CodecError::Settings`] if the frame has another size or `pts` is not later than the last one
    /// (the encoder goes on with the next picture), [`CodecError::Encode`] if FFmpeg fails.
    pub fn encode(
        &mut self,
        frame: &Arc<Frame>,
        pts: MediaTime,
        force_key: bool,
        out: &mut Vec<Packet>,
    ) -> Result<(), CodecError> {
        if frame.size() != self.settings.size {
            return Err(CodecError::Settings(format!(
                "a picture of {} came to an encoder for {}; restart the stream after changing its size",
                frame.size(),
                self.settings.size
            )));
        }
        if self.last.is_some_and(|last| pts <= last) {
            return Err(CodecError::Settings(format!(
                "a picture for {pts} came after a later one; it is left out"
            )));
        }
        let group =
            pts.as_nanos().div_euclid(i64::from(self.settings.keyframe_seconds) * 1_000_000_000);
        let key = force_key || self.group != Some(group);
        let mut picture = self.picture(frame)?;
        picture.set_pts(Some(self.count));
        picture.set_kind(if key { picture::Type::I } else { picture::Type::None });
        picture.set_color_space(color::Space::BT709);
        picture.set_color_range(color::Range::MPEG);
        log::clear();
        self.encoder.send_frame(&picture).map_err(|e| self.failed(e))?;
        drop(picture);
        self.held.push_back((self.count, pts));
        self.count += 1;
        (self.last, self.group) = (Some(pts), Some(group));
        self.receive(out)
    }

    /// The frame as this encoder takes it.
    fn picture(&self, frame: &Arc<Frame>) -> Result<frame::Video, CodecError> {
        match (&self.surfaces, self.name) {
            (Some(surfaces), _) => {
                surfaces.upload(&crate::decoded::nv12(frame)).map_err(|e| self.failed(e))
            }
            (None, QSV) => Ok(crate::decoded::nv12(frame)),
            _ => {
                let full = ffmpeg_next::Error::Other { errno: ffmpeg_next::error::ENOMEM };
                ffi::lend(frame).ok_or_else(|| self.failed(full))
            }
        }
    }

    fn receive(&mut self, out: &mut Vec<Packet>) -> Result<(), CodecError> {
        loop {
            match self.encoder.receive_packet(&mut self.packet) {
                Ok(()) => {}
                Err(ffmpeg_next::Error::Eof) => return Ok(()),
                Err(ffmpeg_next::Error::Other { errno }) if errno == ffmpeg_next::error::EAGAIN => {
                    return Ok(());
                }
                Err(e) => return Err(self.failed(e)),
            }
            // An encoder may leave pictures out; packets keep the order of pictures.
            let number = self.packet.pts();
            while let (Some(wanted), Some((n, _))) = (number, self.held.front()) {
                if *n >= wanted {
                    break;
                }
                self.held.pop_front();
            }
            let Some((_, pts)) = self.held.pop_front() else { continue };
            self.scratch.clear();
            let idr = h264::to_avcc(self.packet.data().unwrap_or_default(), &mut self.scratch);
            if self.scratch.is_empty() {
                continue;
            }
            out.push(Packet {
                kind: StreamKind::Video,
                pts,
                dts: pts,
                duration: self.settings.rate.interval(),
                key: idr,
                data: Arc::from(self.scratch.as_slice()),
            });
        }
    }

    /// Changes average and maximum bitrate from the next picture on.
    ///
    /// # Errors
    /// [`CodecError::Settings`] out of range, [`CodecError::FixedBitrate`] if this encoder cannot.
    pub fn set_bitrate(&mut self, bitrate: u32) -> Result<(), CodecError> {
        validate_bitrate(bitrate)?;
        if !matches!(self.name, "libx264" | "h264_nvenc") {
            return Err(CodecError::FixedBitrate { name: self.name.to_owned() });
        }
        ffi::set_bitrate(&mut self.encoder, bitrate);
        self.settings.bitrate = bitrate;
        Ok(())
    }

    /// Takes out what is still inside. The encoder is finished afterwards.
    ///
    /// # Errors
    /// [`CodecError::Encode`] if FFmpeg fails.
    pub fn flush(&mut self, out: &mut Vec<Packet>) -> Result<(), CodecError> {
        log::clear();
        match self.encoder.send_eof() {
            Ok(()) | Err(ffmpeg_next::Error::Eof) => self.receive(out),
            Err(e) => Err(self.failed(e)),
        }
    }

    fn failed(&self, e: ffmpeg_next::Error) -> CodecError {
        CodecError::Encode { name: self.name.to_owned(), detail: detail(e) }
    }
}

impl std::fmt::Debug for VideoEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VideoEncoder({} {} {})", self.name, self.preset.name(), self.settings.size)
    }
}
