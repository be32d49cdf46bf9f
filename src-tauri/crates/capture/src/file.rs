//! Files as sources: looped, placed on the clock by their own time.
//!
//! Loop k of a file of length L begins at exactly k·L of show time, for its pictures and its sound
//! alike, so that a thousand loops later they are still together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vitrine_codec::{AudioReader, VideoReader};
use vitrine_flow::{Clock, Stop};
use vitrine_media::{AudioBlock, Frame, FrameRate, MediaTime, Size};

use crate::convert::{FrameMaker, frame_size};
use crate::pace::{BlockPace, FramePace};
use crate::{
    Camera, CaptureError, ErrorKind, Microphone, MicrophoneInfo, SourceInfo, Stamped, VideoWish,
};

/// A file is looped over no less than this.
const SHORTEST: MediaTime = MediaTime::from_millis(40);
/// A start farther into the file than this is looked for in its index.
const SEEK_FROM: MediaTime = MediaTime::from_secs(2);

/// Which loop `t` lies in and how far.
fn place(t: MediaTime, length: MediaTime) -> (i64, MediaTime) {
    let (t, length) = (t.as_nanos(), length.as_nanos());
    (t.div_euclid(length), MediaTime::from_nanos(t.rem_euclid(length)))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// The pictures of a video or image file.
pub struct FileCamera {
    path: PathBuf,
    reader: VideoReader,
    maker: FrameMaker,
    pace: FramePace,
    /// `None`: a single picture.
    length: Option<MediaTime>,
    loop_number: i64,
    started: bool,
    current: Option<Arc<Frame>>,
    /// Decoded ahead: the picture that takes over at this time of the file.
    coming: Option<(MediaTime, Arc<Frame>)>,
    ended: bool,
}

impl FileCamera {
    /// Opens the file and decodes its first picture.
    ///
    /// # Errors
    /// One sentence naming the file and the remedy.
    pub fn open(path: &Path, wish: &VideoWish, clock: Clock) -> Result<Self, CaptureError> {
        let reader = VideoReader::open(path)?;
        let size = reader.size();
        if !size.is_video() {
            let text = format!(
                "{} is {size}; use a picture of 16 to {} pixels a side",
                path.display(),
                Size::MAX_SIDE
            );
            return Err(CaptureError::new(ErrorKind::BadSize, text));
        }
        let (rate, length) = if reader.is_still() {
            (FrameRate::whole(1), None)
        } else {
            let length = reader.length().ok_or_else(|| CaptureError::empty(path, "picture"))?;
            (reader.rate(), Some(length.max(SHORTEST)))
        };
        let mut camera = Self {
            path: path.to_owned(),
            maker: FrameMaker::new(frame_size(size, wish.size)),
            reader,
            pace: FramePace::new(clock, rate),
            length,
            loop_number: 0,
            started: false,
            current: None,
            coming: None,
            ended: false,
        };
        camera.advance()?;
        if camera.coming.is_none() {
            return Err(CaptureError::empty(path, "picture"));
        }
        Ok(camera)
    }

    /// Decodes the next picture.
    fn advance(&mut self) -> Result<(), CaptureError> {
        match self.reader.next()? {
            Some(picture) => self.coming = Some((picture.at, self.maker.make(&picture)?)),
            None => self.ended = true,
        }
        Ok(())
    }

    /// The picture at time `wanted` of the file in loop `number`.
    fn picture(&mut self, number: i64, wanted: MediaTime) -> Result<Arc<Frame>, CaptureError> {
        let first = !std::mem::replace(&mut self.started, true);
        if first && wanted > SEEK_FROM {
            self.reader.seek(wanted)?;
            (self.coming, self.ended) = (None, false);
        } else if !first && number != self.loop_number {
            self.reader.seek_start()?;
            (self.coming, self.ended) = (None, false);
        }
        self.loop_number = number;
        // Stamps of a file are rounded by its container: half an interval decides.
        let reach = wanted + MediaTime::from_nanos(self.reader.rate().interval().as_nanos() / 2);
        loop {
            match self.coming.take() {
                Some((at, frame)) if at <= reach => self.current = Some(frame),
                Some(coming) => {
                    self.coming = Some(coming);
                    break;
                }
                None if self.ended => break,
                None => {}
            }
            if !self.ended {
                self.advance()?;
            }
        }
        // A file that begins with sound alone shows its first picture meanwhile.
        let shown = self.current.as_ref().or(self.coming.as_ref().map(|(_, f)| f));
        shown.cloned().ok_or_else(|| CaptureError::empty(&self.path, "picture"))
    }
}

impl Camera for FileCamera {
    fn next(&mut self, stop: &Stop) -> Result<Stamped<Arc<Frame>>, CaptureError> {
        let (_, at) = self.pace.next(stop)?;
        let value = match self.length {
            Some(length) => {
                let (number, wanted) = place(at, length);
                self.picture(number, wanted)?
            }
            None => self.picture(0, MediaTime::ZERO)?,
        };
        Ok(Stamped { at, value })
    }

    fn describe(&self) -> SourceInfo {
        SourceInfo {
            name: name_of(&self.path),
            size: self.maker.size(),
            rate: self.pace.rate(),
            free_running: false,
            format: None,
        }
    }
}

/// The sound of a file.
pub struct FileMicrophone {
    path: PathBuf,
    reader: AudioReader,
    pace: BlockPace,
    length: MediaTime,
    loop_number: i64,
    started: bool,
    /// Samples read and not given yet, and the index in the file of the first of them.
    ready: Vec<f32>,
    ready_from: i64,
    ended: bool,
}

impl FileMicrophone {
    /// Opens the file.
    ///
    /// # Errors
    /// One sentence naming the file and the remedy.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, CaptureError> {
        let reader = AudioReader::open(path)?;
        let length = reader.length().ok_or_else(|| CaptureError::empty(path, "sound"))?;
        let rate = reader.rate();
        Ok(Self {
            path: path.to_owned(),
            reader,
            pace: BlockPace::new(clock, rate, rate / 50),
            length: length.max(SHORTEST),
            loop_number: 0,
            started: false,
            ready: Vec::new(),
            ready_from: 0,
            ended: false,
        })
    }

    fn go_to(&mut self, number: i64, sample: i64) -> Result<(), CaptureError> {
        let first = !std::mem::replace(&mut self.started, true);
        let at = MediaTime::of_sample(sample, self.reader.rate());
        if first && at > SEEK_FROM {
            self.reader.seek(at)?;
        } else if first || number == self.loop_number {
            self.loop_number = number;
            return Ok(());
        } else {
            self.reader.seek_start()?;
        }
        self.loop_number = number;
        self.ready.clear();
        self.ended = false;
        Ok(())
    }

    /// Puts the samples from `sample` of loop `number` on into `out`; silence where the file has none.
    fn fill(&mut self, number: i64, sample: i64, out: &mut [f32]) -> Result<(), CaptureError> {
        self.go_to(number, sample)?;
        let channels = usize::from(self.reader.channels());
        let end = sample + (out.len() / channels) as i64;
        loop {
            let ready_end = self.ready_from + (self.ready.len() / channels) as i64;
            let (from, to) = (sample.max(self.ready_from), end.min(ready_end));
            if from < to {
                let source = (from - self.ready_from) as usize * channels;
                let target = (from - sample) as usize * channels;
                let count = (to - from) as usize * channels;
                out[target..target + count].copy_from_slice(&self.ready[source..source + count]);
            }
            if ready_end >= end && !self.ready.is_empty() {
                let used =
                    ((end - self.ready_from).max(0) as usize * channels).min(self.ready.len());
                self.ready.drain(..used);
                self.ready_from += (used / channels) as i64;
                return Ok(());
            }
            if self.ended {
                return Ok(());
            }
            match self.reader.next()? {
                Some(block) => {
                    self.ready_from = block.at.sample(block.rate);
                    self.ready = block.samples;
                }
                None => self.ended = true,
            }
        }
    }
}

impl Microphone for FileMicrophone {
    fn next(&mut self, stop: &Stop) -> Result<AudioBlock, CaptureError> {
        let first = self.pace.next(stop)?;
        let (rate, channels) = (self.reader.rate(), self.reader.channels());
        let mut block =
            AudioBlock::silence(self.pace.time(first), rate, channels, self.pace.frames() as usize);
        let mut done = 0;
        while done < block.frames() as i64 {
            let index = first + done;
            // A loop's first sample is the one nearest to its time; a block may hold the end of
            // one and the start of the next.
            let start = |k: i64| MediaTime::from_nanos(k * self.length.as_nanos()).sample(rate);
            let (mut number, _) = place(MediaTime::of_sample(index, rate), self.length);
            while start(number + 1) <= index {
                number += 1;
            }
            while start(number) > index {
                number -= 1;
            }
            let count = (start(number + 1) - index).min(block.frames() as i64 - done);
            let range = done as usize * usize::from(channels)
                ..(done + count) as usize * usize::from(channels);
            let from = index - start(number);
            self.fill(number, from, &mut block.samples[range])?;
            done += count;
        }
        Ok(block)
    }

    fn describe(&self) -> MicrophoneInfo {
        MicrophoneInfo {
            name: name_of(&self.path),
            rate: self.reader.rate(),
            channels: self.reader.channels(),
            free_running: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_begin_at_multiples_of_the_length() {
        let length = MediaTime::from_nanos(2_333_333_333);
        assert_eq!(place(MediaTime::ZERO, length), (0, MediaTime::ZERO));
        assert_eq!(
            place(MediaTime::from_nanos(2_333_333_332), length),
            (0, MediaTime::from_nanos(2_333_333_332))
        );
        assert_eq!(
            place(MediaTime::from_nanos(2_333_333_333 * 1000), length),
            (1000, MediaTime::ZERO)
        );
        assert_eq!(place(MediaTime::from_nanos(-1), length).0, -1);
    }
}
