//! Samples of a file, one block after the other.

use std::path::Path;

use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::software::resampling;
use ffmpeg_next::{ChannelLayout, Error, codec, decoder, frame};
use vitrine_media::{AudioBlock, MediaTime};

use crate::error::detail;
use crate::input::{MAX_ERRORS, MediaFile, Wanted};
use crate::{CodecError, log};

/// A stamp farther than this from the count of samples is a gap in the file, not rounding.
const ROUNDING: MediaTime = MediaTime::from_millis(40);
const PACKED: Sample = Sample::F32(Type::Packed);

/// Decodes the sound of a file to `f32`, one or two channels, at the file's own rate. `Send`; one
/// thread at a time. Local files only.
pub struct AudioReader {
    file: MediaFile,
    decoder: decoder::Audio,
    frame: frame::Audio,
    /// Made for the format that came last.
    converter: Option<(resampling::Context, Sample, u16)>,
    rate: u32,
    channels: u16,
    /// Index of the sample after the last one given, from the file's start.
    next: Option<i64>,
    drained: bool,
}

impl AudioReader {
    /// Opens a file for its (best) audio stream. Blocks for file I/O; a file that does not state its
    /// length is read through once.
    ///
    /// # Errors
    /// [`CodecError::NotReadable`], [`NotMedia`](CodecError::NotMedia), [`NoAudio`](CodecError::NoAudio).
    pub fn open(path: &Path) -> Result<Self, CodecError> {
        let file = MediaFile::open(path, Wanted::Audio)?;
        log::clear();
        let decoder = open_decoder(&file)?;
        let (rate, channels) = (decoder.rate(), decoder.channels().clamp(1, 2));
        if !(8_000..=192_000).contains(&rate) {
            let detail = format!("its {rate} samples a second are outside of 8000 to 192000");
            return Err(CodecError::NotMedia { path: path.to_owned(), detail });
        }
        let frame = frame::Audio::empty();
        Ok(Self {
            file,
            decoder,
            frame,
            converter: None,
            rate,
            channels,
            next: None,
            drained: false,
        })
    }

    /// Samples a second.
    pub const fn rate(&self) -> u32 {
        self.rate
    }

    /// Channels given: 1, or 2 for two and more.
    pub const fn channels(&self) -> u16 {
        self.channels
    }

    /// The file's length, see [`VideoReader::length`](crate::VideoReader::length).
    pub fn length(&self) -> Option<MediaTime> {
        self.file.length()
    }

    /// The next block, stamped from the file's start to the sample; `None` at the end. The first stamps
    /// may be negative (sound that begins before the first picture).
    ///
    /// # Errors
    /// [`CodecError::Damaged`] if nothing readable follows.
    #[allow(clippy::should_implement_trait, reason = "gives what it borrows, or an error")]
    pub fn next(&mut self) -> Result<Option<AudioBlock>, CodecError> {
        let mut errors = 0;
        loop {
            match self.decoder.receive_frame(&mut self.frame) {
                Ok(()) if self.frame.samples() == 0 => continue,
                Ok(()) => return self.block().map(Some),
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

    fn block(&mut self) -> Result<AudioBlock, CodecError> {
        let samples = self.interleaved()?;
        let stamped = self.frame.timestamp().or(self.frame.pts()).map(|s| self.file.time(s));
        // Containers round stamps to their time base; the count of samples is exact.
        let counted = self.next.map(|n| (n, MediaTime::of_sample(n, self.rate)));
        let first = match (counted, stamped) {
            (Some((n, at)), Some(s)) if s - at < ROUNDING && at - s < ROUNDING => n,
            (Some((n, _)), None) => n,
            (_, stamped) => stamped.unwrap_or(MediaTime::ZERO).sample(self.rate),
        };
        let frames = samples.len() / usize::from(self.channels);
        self.next = Some(first + frames as i64);
        let at = MediaTime::of_sample(first, self.rate);
        Ok(AudioBlock { at, rate: self.rate, channels: self.channels, samples })
    }

    /// The frame's samples in the shape the reader promises.
    fn interleaved(&mut self) -> Result<Vec<f32>, CodecError> {
        let frames = self.frame.samples();
        let wanted = frames * usize::from(self.channels);
        if self.frame.format() == PACKED && self.frame.channels() == self.channels {
            return Ok(bytes_to_f32(self.frame.data(0), wanted));
        }
        // Files without a layout (many WAVs) get the usual one for their number of channels.
        if self.frame.channel_layout().is_empty() {
            let usual = ChannelLayout::default(i32::from(self.frame.channels()));
            self.frame.set_channel_layout(usual);
        }
        self.frame.set_rate(self.rate);
        let (format, channels) = (self.frame.format(), self.frame.channels());
        if !matches!(&self.converter, Some((_, f, c)) if (*f, *c) == (format, channels)) {
            let to = if self.channels == 1 { ChannelLayout::MONO } else { ChannelLayout::STEREO };
            let from = self.frame.channel_layout();
            let made = resampling::Context::get(format, from, self.rate, PACKED, to, self.rate);
            self.converter = Some((made.map_err(|e| self.file.damaged(e))?, format, channels));
        }
        let Some((converter, ..)) = &mut self.converter else { return Ok(Vec::new()) };
        let mut out = frame::Audio::empty();
        converter.run(&self.frame, &mut out).map_err(|e| self.file.damaged(e))?;
        let wanted = out.samples() * usize::from(self.channels);
        Ok(bytes_to_f32(out.data(0), wanted))
    }

    /// Goes back to the first sample.
    ///
    /// # Errors
    /// Those of [`AudioReader::open`], if the file had to be opened again.
    pub fn seek_start(&mut self) -> Result<(), CodecError> {
        self.seek(MediaTime::ZERO)
    }

    /// Goes to `at` or somewhere before it; to the first sample in formats without an index.
    ///
    /// # Errors
    /// Those of [`AudioReader::open`], if the file had to be opened again.
    pub fn seek(&mut self, at: MediaTime) -> Result<(), CodecError> {
        self.file.seek(at)?;
        // A new decoder has no memory of where it was, and costs little for sound.
        self.decoder = open_decoder(&self.file)?;
        self.next = None;
        self.drained = false;
        Ok(())
    }
}

fn bytes_to_f32(bytes: &[u8], samples: usize) -> Vec<f32> {
    let floats = bytes.chunks_exact(4).take(samples);
    floats
        .map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]]))
        .map(|v| if v.is_finite() { v } else { 0.0 })
        .collect()
}

fn open_decoder(file: &MediaFile) -> Result<decoder::Audio, CodecError> {
    let broken = |e| CodecError::NotMedia { path: file.path().to_owned(), detail: detail(e) };
    let parameters =
        file.parameters().ok_or_else(|| CodecError::NoAudio { path: file.path().to_owned() })?;
    let base = file.time_base();
    let mut decoder = codec::Context::from_parameters(parameters).map_err(broken)?.decoder();
    // Without it the decoder cannot shift stamps when it skips priming samples.
    decoder.set_packet_time_base(base);
    decoder.audio().map_err(broken)
}

impl std::fmt::Debug for AudioReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AudioReader({} {} Hz)", self.file.path().display(), self.rate)
    }
}
