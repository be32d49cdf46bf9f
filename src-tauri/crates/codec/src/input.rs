//! A media file opened for one of its streams: its packets, its length, going back to its start.

use std::path::{Path, PathBuf};

use ffmpeg_next::codec::packet::Packet;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::{Error, Rational, codec, ffi as sys, media};
use vitrine_media::{FrameRate, MediaTime, Size};

use crate::error::{detail, not_readable};
use crate::{CodecError, ffi, log};

/// No picture of more pixels is decoded.
pub(crate) const MAX_PIXELS: u64 = Size::MAX_SIDE as u64 * Size::MAX_SIDE as u64;
/// Packets or pictures in a row that may be unreadable before the file counts as damaged.
pub(crate) const MAX_ERRORS: u32 = 200;

/// How far containers round.
const ROUNDING: MediaTime = MediaTime::from_millis(3);
/// Rate taken for a video that states none.
pub(crate) const USUAL_RATE: FrameRate = FrameRate { num: 25, den: 1 };

/// Which stream of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    Video,
    Audio,
}

impl Wanted {
    fn medium(self) -> media::Type {
        match self {
            Self::Video => media::Type::Video,
            Self::Audio => media::Type::Audio,
        }
    }
}

/// An open file and the stream wanted of it.
pub(crate) struct MediaFile {
    path: PathBuf,
    input: Input,
    wanted: Wanted,
    stream: usize,
    base: Rational,
    /// Where the file's time begins: its first picture, or its first sample where it has no picture.
    zero: MediaTime,
    length: Option<MediaTime>,
    still: bool,
    has_both: bool,
    packet: Packet,
}

impl MediaFile {
    pub(crate) fn open(path: &Path, wanted: Wanted) -> Result<Self, CodecError> {
        log::install();
        // Asking the system first gives its own words: no such file, no permission.
        let meta = std::fs::metadata(path).map_err(|e| not_readable(path, e))?;
        if meta.is_dir() {
            return Err(not_readable(path, "it is a folder"));
        }
        std::fs::File::open(path).map_err(|e| not_readable(path, e))?;
        let input = open_input(path)?;
        let index = |kind| input.streams().best(kind).map(|s| s.index());
        let (video, audio) = (index(media::Type::Video), index(media::Type::Audio));
        let stream = match wanted {
            Wanted::Video => video.ok_or_else(|| CodecError::NoVideo { path: path.to_owned() })?,
            Wanted::Audio => audio.ok_or_else(|| CodecError::NoAudio { path: path.to_owned() })?,
        };
        let start =
            |index: usize| input.stream(index).and_then(|s| known(s.start_time(), s.time_base()));
        let zero = video.or(audio).and_then(start).unwrap_or(MediaTime::ZERO);
        let base = input.stream(stream).map_or(Rational(1, 1000), |s| s.time_base());
        let has_both = video.is_some() && audio.is_some();
        let mut file = Self {
            path: path.to_owned(),
            input,
            wanted,
            stream,
            base,
            zero,
            length: None,
            still: false,
            has_both,
            packet: Packet::empty(),
        };
        file.length = file.find_length([video, audio])?.map(|length| {
            match video.and_then(|v| file.rate_of(v)) {
                Some(rate) => to_grid(length, rate),
                None => length,
            }
        });
        Ok(file)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Parameters a decoder for the stream needs.
    pub(crate) fn parameters(&self) -> Option<codec::Parameters> {
        self.input.stream(self.stream).map(|s| s.parameters())
    }

    /// The file holds pictures and sound.
    pub(crate) fn has_both(&self) -> bool {
        self.has_both
    }

    /// From the file's start to the end of its longest stream; `None` for a single picture.
    pub(crate) fn length(&self) -> Option<MediaTime> {
        self.length
    }

    /// A file of one picture.
    pub(crate) fn is_still(&self) -> bool {
        self.still
    }

    /// Pictures a second as the file says.
    pub(crate) fn rate(&self) -> Option<FrameRate> {
        self.rate_of(self.stream)
    }

    fn rate_of(&self, stream: usize) -> Option<FrameRate> {
        let stream = self.input.stream(stream)?;
        [stream.avg_frame_rate(), stream.rate()].into_iter().find_map(|r| {
            let (num, den) =
                (u32::try_from(r.numerator()).ok()?, u32::try_from(r.denominator()).ok()?);
            FrameRate::new(num, den).filter(|r| r.as_f64() >= 0.1)
        })
    }

    /// The unit of the stream's time stamps, in seconds.
    pub(crate) fn time_base(&self) -> Rational {
        self.base
    }

    /// A time stamp of the stream, from the file's start.
    pub(crate) fn time(&self, stamp: i64) -> MediaTime {
        MediaTime::from_base(stamp, self.base.numerator(), self.base.denominator()) - self.zero
    }

    /// The next packet of the stream; `None` at the end.
    pub(crate) fn next_packet(&mut self) -> Result<Option<&Packet>, CodecError> {
        let mut errors = 0;
        loop {
            // Reading writes over a packet without letting go of its bytes.
            self.packet = Packet::empty();
            match self.packet.read(&mut self.input) {
                Ok(()) if self.packet.stream() == self.stream => return Ok(Some(&self.packet)),
                Ok(()) => {}
                Err(Error::Eof) => return Ok(None),
                Err(_) if errors < MAX_ERRORS => errors += 1,
                Err(e) => return Err(self.damaged(e)),
            }
        }
    }

    /// Goes to `at` or somewhere before it; to the start where the format cannot do better.
    pub(crate) fn seek(&mut self, at: MediaTime) -> Result<(), CodecError> {
        // Only these index their packets well enough to be trusted.
        let format = self.input.format();
        let indexed = ["mp4", "matroska"].iter().any(|n| format.name().contains(n));
        let stamp = (at + self.zero).in_base(1, 1_000_000);
        if indexed && self.input.seek(stamp, ..stamp).is_ok() {
            return Ok(());
        }
        log::clear();
        self.input = open_input(&self.path)?;
        match self.input.streams().best(self.wanted.medium()).map(|s| s.index()) {
            Some(index) if index == self.stream => Ok(()),
            _ => Err(CodecError::Damaged {
                path: self.path.clone(),
                detail: "it changed while in use".into(),
            }),
        }
    }

    pub(crate) fn damaged(&self, e: Error) -> CodecError {
        CodecError::Damaged { path: self.path.clone(), detail: detail(e) }
    }

    /// A format of single pictures; several JPEGs behind one another also look like it.
    fn is_image_format(&self) -> bool {
        let format = self.input.format();
        let name = format.name();
        name.ends_with("_pipe") || name == "image2" || name.contains("jpegxl")
    }

    /// The length from the container where it states one, else by reading all packets once.
    fn find_length(
        &mut self,
        streams: [Option<usize>; 2],
    ) -> Result<Option<MediaTime>, CodecError> {
        let image = self.is_image_format();
        let end = |index: usize| {
            let s = self.input.stream(index)?;
            let start = known(s.start_time(), s.time_base()).unwrap_or(self.zero);
            let length = known(s.duration(), s.time_base()).filter(|d| *d > MediaTime::ZERO)?;
            Some(start + length - self.zero)
        };
        let stated: Option<Vec<_>> = streams.iter().flatten().map(|i| end(*i)).collect();
        let guess = image || ffi::length_is_a_guess(&self.input);
        if let Some(ends) = stated.filter(|e| !e.is_empty() && !guess) {
            return Ok(ends.into_iter().max());
        }
        let mut last: Option<MediaTime> = None;
        let (mut packets, mut errors) = (0u32, 0u32);
        loop {
            let mut packet = Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) => {}
                Err(Error::Eof) => break,
                Err(_) if errors < MAX_ERRORS => {
                    errors += 1;
                    continue;
                }
                Err(e) => return Err(self.damaged(e)),
            }
            if !streams.contains(&Some(packet.stream())) {
                continue;
            }
            packets += 1;
            let Some(base) = self.input.stream(packet.stream()).map(|s| s.time_base()) else {
                continue;
            };
            let stamp = packet.pts().or(packet.dts()).and_then(|p| known(p, base));
            let end = stamp.map(|at| {
                at + known(packet.duration(), base).unwrap_or(MediaTime::ZERO) - self.zero
            });
            last = last.max(end);
        }
        self.seek(MediaTime::ZERO)?;
        self.still = image && packets <= 1;
        if self.still {
            return Ok(None);
        }
        // A bare stream without any time: its pictures, one after the other.
        let counted = (self.wanted == Wanted::Video)
            .then(|| self.rate().unwrap_or(USUAL_RATE).time_of(packets.into()));
        Ok(last.or(counted).filter(|l| *l > MediaTime::ZERO))
    }
}

/// A length that is a whole number of pictures but for its container's rounding, made exact: a loop
/// would slip by a picture now and then otherwise.
fn to_grid(length: MediaTime, rate: FrameRate) -> MediaTime {
    let pictures = rate.tick_at(length + MediaTime::from_nanos(rate.interval().as_nanos() / 2));
    let exact = rate.time_of(pictures);
    let off = (exact - length).max(length - exact);
    if pictures > 0 && off < ROUNDING { exact } else { length }
}

fn open_input(path: &Path) -> Result<Input, CodecError> {
    log::clear();
    let text = path.to_str().ok_or_else(|| not_readable(path, "its name is not valid text"))?;
    let opened = ffi::open_file(text, MAX_PIXELS).map_err(|e| {
        // FFmpeg prefixes what it says with the name of the file, which the sentence has already.
        let said = detail(e);
        CodecError::NotMedia { path: path.to_owned(), detail: last_part(&said, text) }
    })?;
    // FFmpeg draws any text file as a terminal's screen.
    if matches!(opened.format().name(), "tty" | "bin" | "adf" | "idf" | "xbin") {
        return Err(CodecError::NotMedia {
            path: path.to_owned(),
            detail: "it is text".to_owned(),
        });
    }
    Ok(opened)
}

fn last_part(said: &str, path: &str) -> String {
    said.rsplit_once(path).map_or(said, |(_, rest)| rest.trim_start_matches([':', ' '])).to_owned()
}

fn known(stamp: i64, base: Rational) -> Option<MediaTime> {
    let usable = stamp != sys::AV_NOPTS_VALUE && base.denominator() > 0;
    usable.then(|| MediaTime::from_base(stamp, base.numerator(), base.denominator()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_whole_pictures_where_only_rounding_is_in_between() {
        let ntsc = FrameRate::new(30_000, 1001).expect("a rate");
        let ms = MediaTime::from_millis;
        assert_eq!(to_grid(ms(2499), FrameRate::whole(30)), ms(2500));
        assert_eq!(to_grid(ms(2501), FrameRate::whole(30)), ms(2500));
        assert_eq!(to_grid(ms(2510), FrameRate::whole(30)), ms(2510));
        assert_eq!(to_grid(ms(10_010), ntsc), ntsc.time_of(300));
        assert_eq!(to_grid(ms(1), FrameRate::whole(25)), ms(1));
    }
}
