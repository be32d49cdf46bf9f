//! The body of a recording's thread: writes packets, watches the disk, ends the file.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use vitrine_media::{Packet, StreamInfo};

use crate::file::{FileError, FragmentedFile, free_space, make_ordinary};
use crate::lock;
use crate::queue::{Next, Tally};
use crate::recording::{
    OnRecording, RecordingError, RecordingEvent, RecordingReport, RecordingSettings,
    RecordingState, Shared,
};

/// How often the disk's room and the losses are looked at.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) struct Writer {
    settings: RecordingSettings,
    shared: Arc<Shared>,
    on_event: OnRecording,
    file: FragmentedFile,
    /// Bytes a second, as announced by the encoders.
    expected: u64,
    warned: bool,
    told: Tally,
}

impl Writer {
    pub(crate) fn new(
        settings: RecordingSettings,
        streams: &[StreamInfo],
        shared: Arc<Shared>,
        on_event: OnRecording,
    ) -> Result<Self, RecordingError> {
        let path = settings.path.display().to_string();
        if !settings.overwrite && settings.path.exists() {
            return Err(RecordingError::Exists(path));
        }
        if let Some(free) = free_space(&settings.path).filter(|f| *f < settings.stop_below) {
            let (free_mb, needed_mb) = (free / 1_000_000, settings.stop_below / 1_000_000);
            return Err(RecordingError::NoRoom { path, free_mb, needed_mb });
        }
        let file = FragmentedFile::create(&settings.path, streams, settings.overwrite)
            .map_err(|e| RecordingError::Create(path, e.to_string()))?;
        let bits: u64 = streams
            .iter()
            .map(|s| match s {
                StreamInfo::Video(v) => u64::from(v.bitrate),
                StreamInfo::Audio(a) => u64::from(a.bitrate),
            })
            .sum();
        let expected = (bits / 8).max(1);
        let told = Tally::default();
        Ok(Self { settings, shared, on_event, file, expected, warned: false, told })
    }

    pub(crate) fn run(mut self, end: &SyncSender<Option<RecordingReport>>) {
        // Looked at before the first byte: the warning must not come a second late.
        let mut failure = self.look();
        let mut looked = Instant::now();
        while failure.is_none() {
            match self.shared.queue.pop(LOOK) {
                Next::Packet(p) => failure = self.write(&p),
                // A recording is never cut: what was handed over stays the seller's.
                Next::Empty | Next::Cut => {}
                Next::Closed => break,
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                failure = failure.or_else(|| self.look());
            }
        }
        let report = self.conclude(failure);
        // Nobody listens any more if the recording was dropped.
        drop(end.send(report));
    }

    fn write(&mut self, p: &Packet) -> Option<(RecordingState, String)> {
        match self.file.write(p) {
            Ok(taken) => {
                let mut f = lock(&self.shared.facts);
                if taken {
                    f.state = RecordingState::Recording;
                    f.written.count(p.kind);
                }
                f.bytes = self.file.bytes();
                f.duration = self.file.duration();
                None
            }
            Err(e) => Some(self.explain(&e)),
        }
    }

    fn explain(&self, e: &FileError) -> (RecordingState, String) {
        let path = self.settings.path.display();
        if e.is_full() {
            let text = format!(
                "The disk is full, so the recording {path} was ended; the stream goes on. Make room before the next recording."
            );
            return (RecordingState::DiskFull, text);
        }
        let text = format!(
            "The recording {path} was ended because the disk failed ({e}); the stream goes on. Check the disk or record onto another one."
        );
        (RecordingState::Failed, text)
    }

    /// The disk's room, and what was lost.
    fn look(&mut self) -> Option<(RecordingState, String)> {
        let lost = self.shared.queue.counts().dropped;
        if lost != self.told {
            let before = std::mem::replace(&mut self.told, lost);
            (self.on_event)(RecordingEvent::Dropped {
                video: lost.video - before.video,
                audio: lost.audio - before.audio,
            });
        }
        let free = free_space(&self.settings.path)?;
        let usable = free.saturating_sub(self.settings.stop_below);
        let room_for = Duration::from_secs(usable / self.expected);
        {
            let mut f = lock(&self.shared.facts);
            f.free = Some(free);
            f.room_for = Some(room_for);
        }
        if room_for >= self.settings.warn_below {
            self.warned = false;
        } else if !self.warned {
            self.warned = true;
            (self.on_event)(RecordingEvent::LowSpace { minutes: room_for.as_secs() / 60 });
        }
        (free < self.settings.stop_below).then(|| {
            let text = format!(
                "Only {} MB are left on the disk, so the recording {} was ended; the stream goes on. Make room before the next recording.",
                free / 1_000_000,
                self.settings.path.display()
            );
            (RecordingState::DiskFull, text)
        })
    }

    fn conclude(
        mut self,
        mut failure: Option<(RecordingState, String)>,
    ) -> Option<RecordingReport> {
        if let Some((state, reason)) = &failure {
            // The queue is not read any more; its packets are not lost to a slow disk.
            self.shared.queue.close();
            let (state, reason) = (*state, reason.clone());
            self.mark(state, Some(&reason));
            (self.on_event)(RecordingEvent::Ended { state, reason });
        }
        let written = lock(&self.shared.facts).written;
        let started = written != Tally::default();
        if started {
            let ended = self.file.finish();
            // After a failed write the file is cut already, and a second error says nothing new.
            if let (Err(e), None) = (ended, &failure) {
                let (state, reason) = self.explain(&e);
                self.mark(state, Some(&reason));
                (self.on_event)(RecordingEvent::Ended { state, reason: reason.clone() });
                failure = Some((state, reason));
            }
        }
        if !started || self.file.safe_bytes() == 0 {
            drop(std::fs::remove_file(&self.settings.path));
            self.mark(failure.map_or(RecordingState::Finished, |f| f.0), None);
            return None;
        }
        let ordinary = self.settings.make_ordinary && self.make_ordinary();
        let state = failure.as_ref().map_or(RecordingState::Finished, |f| f.0);
        let text = failure.map_or_else(|| "Recorded.".to_owned(), |f| f.1);
        self.mark(state, None);
        let lost = self.shared.queue.counts().dropped;
        let size =
            std::fs::metadata(&self.settings.path).map_or(self.file.safe_bytes(), |m| m.len());
        lock(&self.shared.facts).bytes = size;
        Some(RecordingReport {
            path: self.settings.path,
            state,
            text,
            duration: self.file.duration(),
            bytes: size,
            video: written.video,
            audio: written.audio,
            video_dropped: lost.video,
            audio_dropped: lost.audio,
            ordinary,
        })
    }

    fn make_ordinary(&self) -> bool {
        let needed = self.file.safe_bytes() + self.file.safe_bytes() / 50 + (1 << 20);
        if free_space(&self.settings.path).is_some_and(|free| free < needed) {
            return false;
        }
        if lock(&self.shared.facts).state == RecordingState::Recording {
            self.mark(RecordingState::Finishing, None);
        }
        let made = make_ordinary(&self.settings.path, &self.shared.cancel);
        if let Err(e) = &made {
            tracing::warn!("{} stays fragmented: {e}", self.settings.path.display());
        }
        made.is_ok()
    }

    /// Sets the state; a reason given earlier stays.
    fn mark(&self, state: RecordingState, reason: Option<&str>) {
        let mut f = lock(&self.shared.facts);
        f.state = state;
        if let Some(r) = reason {
            f.reason = Some(r.to_owned());
        }
    }
}
