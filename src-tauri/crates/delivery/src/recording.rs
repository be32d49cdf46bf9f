//! A recording: its own thread, its own queue; the show never waits for the disk.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vitrine_flow::{SpawnError, Worker};
use vitrine_media::{MediaTime, Packet, StreamInfo, StreamKind};

use crate::lock;
use crate::queue::{PacketQueue, QueueLimits, Tally};
use crate::writer::Writer;

/// Receives events on the recording's own thread; must not wait.
pub type OnRecording = Arc<dyn Fn(RecordingEvent) + Send + Sync>;

/// What to record into, and when to give way.
#[derive(Clone, Debug)]
pub struct RecordingSettings {
    /// The file, an MP4.
    pub path: PathBuf,
    /// Replace a file of that name.
    pub overwrite: bool,
    /// Bounds of the queue in front of a slow disk.
    pub queue: QueueLimits,
    /// Warn when the disk has room for less than this.
    pub warn_below: Duration,
    /// Stop recording, and only recording, when fewer bytes than this are free.
    pub stop_below: u64,
    /// Make it an ordinary MP4 at the end.
    pub make_ordinary: bool,
}

impl RecordingSettings {
    /// Into `path`: a new file, warning at 10 minutes, stopping at 200 MB left.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            overwrite: false,
            queue: QueueLimits { span: MediaTime::from_secs(10), bytes: 64 << 20 },
            warn_below: Duration::from_secs(600),
            stop_below: 200_000_000,
            make_ordinary: true,
        }
    }
}

/// Why a recording did not start, or what became of it.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// There is such a file already.
    #[error("{0} exists already. Choose another name for the recording, or allow replacing it.")]
    Exists(String),
    /// It could not be created.
    #[error(
        "The recording {0} could not be created: {1}. Check that the folder exists and may be written to."
    )]
    Create(String, String),
    /// Too little room to begin.
    #[error(
        "The disk of {path} has only {free_mb} MB left; recording needs at least {needed_mb} MB. Make room or choose another disk."
    )]
    NoRoom {
        /// The file.
        path: String,
        /// Megabytes free.
        free_mb: u64,
        /// Megabytes wanted.
        needed_mb: u64,
    },
    /// Nothing arrived that could be recorded.
    #[error("Nothing was recorded into {0}: no picture arrived.")]
    Nothing(String),
    /// The disk took longer than the caller would wait.
    #[error("{0} is still being written. It is playable up to the last two seconds.")]
    StillWriting(String),
    /// No thread.
    #[error("The recording could not start: {0}")]
    Thread(String),
}

/// Where a recording stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordingState {
    /// Waiting for the first keyframe.
    Waiting,
    /// Writing.
    Recording,
    /// Being made an ordinary file.
    Finishing,
    /// Done.
    Finished,
    /// Ended early because the disk is full; what was written plays.
    DiskFull,
    /// Ended early because the disk failed; what was written plays.
    Failed,
}

/// A recording at one moment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RecordingStatus {
    /// The file.
    pub path: PathBuf,
    /// Where it stands.
    pub state: RecordingState,
    /// Why, in one sentence.
    pub reason: Option<String>,
    /// Length so far.
    pub duration: MediaTime,
    /// Size so far.
    pub bytes: u64,
    /// Pictures written.
    pub video: u64,
    /// Audio frames written.
    pub audio: u64,
    /// Pictures lost because the disk was too slow.
    pub video_dropped: u64,
    /// Audio frames lost because the disk was too slow.
    pub audio_dropped: u64,
    /// Free bytes on the disk, where known.
    pub free: Option<u64>,
    /// How long the free bytes last.
    pub room_for: Option<Duration>,
}

/// Something happened. Sent from the recording's own thread.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum RecordingEvent {
    /// The disk is nearly full.
    LowSpace {
        /// Whole minutes left.
        minutes: u64,
    },
    /// Packets were lost because the disk was too slow (at most once a second).
    Dropped {
        /// Pictures.
        video: u64,
        /// Audio frames.
        audio: u64,
    },
    /// It ended early; the stream goes on.
    Ended {
        /// [`RecordingState::DiskFull`] or [`RecordingState::Failed`].
        state: RecordingState,
        /// One sentence with a remedy.
        reason: String,
    },
}

/// What was recorded.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RecordingReport {
    /// The file.
    pub path: PathBuf,
    /// [`RecordingState::Finished`], or why it ended early.
    pub state: RecordingState,
    /// One sentence.
    pub text: String,
    /// Its length.
    pub duration: MediaTime,
    /// Its size.
    pub bytes: u64,
    /// Pictures written.
    pub video: u64,
    /// Audio frames written.
    pub audio: u64,
    /// Pictures lost.
    pub video_dropped: u64,
    /// Audio frames lost.
    pub audio_dropped: u64,
    /// It is an ordinary MP4; otherwise a fragmented one, which plays as well but seeks slower.
    pub ordinary: bool,
}

/// A running recording. [`Recording::push`] never waits. Dropping it lets the thread finish the
/// file by itself, without making it ordinary; call [`Recording::finish`].
#[derive(Debug)]
pub struct Recording {
    shared: Arc<Shared>,
    /// Behind locks only so that the handle can be shared.
    done: Mutex<Receiver<Option<RecordingReport>>>,
    ended: Mutex<Option<RecordingReport>>,
    _worker: Mutex<Worker>,
}

/// What the handle and the thread share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    pub(crate) queue: PacketQueue,
    pub(crate) facts: Mutex<Facts>,
    /// No time left for making it ordinary.
    pub(crate) cancel: AtomicBool,
}

/// The part of the status that the thread writes.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) state: RecordingState,
    pub(crate) reason: Option<String>,
    pub(crate) written: Tally,
    pub(crate) bytes: u64,
    pub(crate) duration: MediaTime,
    pub(crate) free: Option<u64>,
    pub(crate) room_for: Option<Duration>,
}

impl Recording {
    /// Creates the file and starts the thread.
    ///
    /// # Errors
    /// [`RecordingError`]; no new file is left behind.
    pub fn start(
        settings: RecordingSettings,
        streams: Vec<StreamInfo>,
        on_event: OnRecording,
    ) -> Result<Self, RecordingError> {
        let has_video = streams.iter().any(|s| s.kind() == StreamKind::Video);
        let facts = Facts {
            state: RecordingState::Waiting,
            reason: None,
            written: Tally::default(),
            bytes: 0,
            duration: MediaTime::ZERO,
            free: None,
            room_for: None,
        };
        let shared = Arc::new(Shared {
            path: settings.path.clone(),
            queue: PacketQueue::new(settings.queue, has_video, true),
            facts: Mutex::new(facts),
            cancel: AtomicBool::new(false),
        });
        let own = Arc::clone(&shared);
        let (end, done) = sync_channel(1);
        let worker = Worker::spawn(
            "recording",
            Duration::from_secs(20),
            move |_| Writer::new(settings, &streams, own, on_event),
            move |writer, _| writer.run(&end),
            |_| (),
        );
        match worker {
            Ok(worker) => Ok(Self {
                shared,
                done: Mutex::new(done),
                ended: Mutex::default(),
                _worker: Mutex::new(worker),
            }),
            Err(SpawnError::Build(e)) => Err(e),
            Err(e) => Err(RecordingError::Thread(e.to_string())),
        }
    }

    /// Takes a packet to be written. Never waits.
    pub fn push(&self, packet: &Packet) {
        self.shared.queue.push(packet);
    }

    /// Where it stands.
    pub fn status(&self) -> RecordingStatus {
        let lost = self.shared.queue.counts().dropped;
        let f = lock(&self.shared.facts);
        RecordingStatus {
            path: self.shared.path.clone(),
            state: f.state,
            reason: f.reason.clone(),
            duration: f.duration,
            bytes: f.bytes,
            video: f.written.video,
            audio: f.written.audio,
            video_dropped: lost.video,
            audio_dropped: lost.audio,
            free: f.free,
            room_for: f.room_for,
        }
    }

    /// Writes what is queued, ends the file and makes it an ordinary MP4, within `deadline`. When
    /// that is too short it stays fragmented, which plays as well. Once it has ended, the first
    /// report is given again.
    ///
    /// # Errors
    /// [`RecordingError::Nothing`] (the empty file is gone) or [`RecordingError::StillWriting`].
    pub fn finish(&self, deadline: Duration) -> Result<RecordingReport, RecordingError> {
        let done = lock(&self.done);
        if let Some(report) = lock(&self.ended).clone() {
            return Ok(report);
        }
        let path = self.shared.path.display().to_string();
        self.shared.queue.close();
        let grace = (deadline / 4).min(Duration::from_secs(2));
        let report = done.recv_timeout(deadline - grace).or_else(|_| {
            self.shared.cancel.store(true, Ordering::Relaxed);
            done.recv_timeout(grace)
        });
        match report {
            Ok(Some(report)) => Ok(lock(&self.ended).insert(report).clone()),
            Ok(None) => Err(RecordingError::Nothing(path)),
            Err(_) => Err(RecordingError::StillWriting(path)),
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.shared.queue.close();
        self.shared.cancel.store(true, Ordering::Relaxed);
    }
}
