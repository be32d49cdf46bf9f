//! One service to publish to: the handle that the rest of the program holds.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use vitrine_flow::{BackoffSettings, Clock, Worker};
use vitrine_media::{MediaTime, Packet, StreamInfo, StreamKind};

use crate::interrupt::Interrupt;
use crate::lateness::Lateness;
use crate::lock;
use crate::publisher::PublisherFactory;
use crate::queue::{PacketQueue, QueueLimits, Tally};
use crate::session::Session;
use crate::status::{
    Counts, DestinationEvent, DestinationStatus, FinalReport, LastError, State, spread,
};
use crate::target::Target;

/// Receives events on the destination's own thread; must not wait.
pub type OnEvent = Arc<dyn Fn(DestinationEvent) + Send + Sync>;

/// What a destination is and how patient it is.
#[derive(Clone)]
pub struct DestinationSettings {
    /// The caller's name for it; returned in status and events.
    pub id: String,
    /// The seller's name for it.
    pub name: String,
    /// Server and key.
    pub target: Target,
    /// Bounds of its queue.
    pub queue: QueueLimits,
    /// How long sound and picture may be held back to be sorted; zero sends them as they come.
    pub hold: MediaTime,
    /// Waits between tries.
    pub backoff: BackoffSettings,
    /// Limit of a name look-up.
    pub resolve_limit: Duration,
    /// Limit of the first opening.
    pub open_limit: Duration,
    /// Limit of an opening after the first: long, because an open handshake that a stopped server
    /// has not answered yet is the quickest way to notice that it goes on.
    pub reopen_limit: Duration,
    /// Limit of sending one packet; then the server counts as stalled.
    pub stall_limit: Duration,
    /// Accepted media that makes a first connection live.
    pub proof: Duration,
    /// The same after it was on air before.
    pub proof_again: Duration,
    /// Certificates to trust instead of the system's (PEM), for servers of one's own.
    pub ca_file: Option<PathBuf>,
    /// Makes the connections.
    pub publisher: PublisherFactory,
}

impl std::fmt::Debug for DestinationSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DestinationSettings({} → {})", self.id, self.target)
    }
}

impl DestinationSettings {
    /// The defaults for `target`.
    pub fn new(id: impl Into<String>, name: impl Into<String>, target: Target) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            target,
            queue: QueueLimits::default(),
            hold: MediaTime::ZERO,
            backoff: BackoffSettings::default(),
            resolve_limit: Duration::from_secs(5),
            open_limit: Duration::from_secs(5),
            reopen_limit: Duration::from_secs(15),
            stall_limit: Duration::from_secs(4),
            proof: Duration::from_secs(3),
            proof_again: Duration::from_secs(1),
            ca_file: None,
            publisher: crate::flv::factory(),
        }
    }
}

/// Why a destination did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No streams, or two of a kind.
    #[error("{0} needs one video stream, one audio stream, or one of each.")]
    Streams(String),
    /// The operating system gave no thread.
    #[error("{0}")]
    Thread(String),
}

/// A running destination. [`Destination::push`] never waits; the rest may be called from any
/// thread. Dropping it aborts the connection without waiting; call [`Destination::stop`] to end
/// properly.
#[derive(Debug)]
pub struct Destination {
    shared: Arc<Shared>,
    /// Behind locks only so that the handle can be shared; taken by `stop` alone.
    worker: Mutex<Worker>,
    done: Mutex<Receiver<Ending>>,
    ended: Mutex<Option<FinalReport>>,
}

/// What the destination's thread ended with.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) clean: bool,
    pub(crate) text: String,
}

/// Wishes of the caller, and a condition to wait for them on.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    wishes: Mutex<Wishes>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes {
    /// End, sending what is queued until then.
    pub(crate) stop_by: Option<Instant>,
    /// Try now.
    pub(crate) retry: bool,
}

impl Signal {
    fn set(&self, change: impl FnOnce(&mut Wishes)) {
        change(&mut lock(&self.wishes));
        self.changed.notify_all();
    }

    /// When to have ended, if the caller wants the end.
    pub(crate) fn stop_by(&self) -> Option<Instant> {
        lock(&self.wishes).stop_by
    }

    /// Waits up to `limit` for a wish; takes the wish to retry.
    pub(crate) fn wait(&self, limit: Duration) -> Wishes {
        let until = Instant::now() + limit;
        let mut w = lock(&self.wishes);
        while w.stop_by.is_none() && !w.retry {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            w = match self.changed.wait_timeout(w, left) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
        let now = *w;
        w.retry = false;
        now
    }
}

/// What the handle and the thread share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) id: String,
    name: String,
    server: String,
    pub(crate) clock: Clock,
    pub(crate) queue: PacketQueue,
    pub(crate) signal: Signal,
    pub(crate) facts: Mutex<Facts>,
    /// Of the connection being opened or used.
    pub(crate) interrupt: Mutex<Option<Arc<Interrupt>>>,
}

/// The part of the status that the thread writes.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) since: MediaTime,
    pub(crate) sent: Tally,
    pub(crate) sent_bytes: u64,
    pub(crate) reconnects: u32,
    pub(crate) attempts: u32,
    pub(crate) last_error: Option<LastError>,
    pub(crate) lateness: Lateness,
    rate: VecDeque<(Instant, usize)>,
}

/// Span of the shown bitrate.
const RATE_OVER: Duration = Duration::from_secs(3);

impl Facts {
    /// Counts a sent packet.
    pub(crate) fn sent(&mut self, kind: StreamKind, bytes: usize) {
        self.sent.count(kind);
        self.sent_bytes += bytes as u64;
        self.rate.push_back((Instant::now(), bytes));
        self.forget_old();
    }

    fn forget_old(&mut self) {
        while self.rate.front().is_some_and(|(at, _)| at.elapsed() > RATE_OVER) {
            self.rate.pop_front();
        }
    }

    fn bits_per_second(&mut self) -> u64 {
        self.forget_old();
        let bytes: usize = self.rate.iter().map(|(_, b)| b).sum();
        let span = self.rate.front().map_or(0.0, |(at, _)| at.elapsed().as_secs_f64());
        // Shorter spans would show bursts as rates.
        (bytes as f64 * 8.0 / span.max(1.0)) as u64
    }
}

impl Shared {
    pub(crate) fn status(&self) -> DestinationStatus {
        let counts = self.queue.counts();
        let (mut video, mut audio) = (Counts::default(), Counts::default());
        spread(counts.dropped, &mut video, &mut audio, |c| &mut c.dropped);
        spread(counts.missed, &mut video, &mut audio, |c| &mut c.missed);
        spread(counts.withheld, &mut video, &mut audio, |c| &mut c.withheld);
        let mut f = lock(&self.facts);
        spread(f.sent, &mut video, &mut audio, |c| &mut c.sent);
        DestinationStatus {
            id: self.id.clone(),
            name: self.name.clone(),
            server: self.server.clone(),
            state: f.state,
            reason: f.reason.clone(),
            since: f.since,
            sent_bytes: f.sent_bytes,
            bits_per_second: f.bits_per_second(),
            video,
            audio,
            reconnects: f.reconnects,
            attempts: f.attempts,
            queue_age: counts.age,
            first_sent: f.lateness.first(),
            picture_to_wire: f.lateness.summary(),
            last_error: f.last_error.clone(),
        }
    }

    fn abort(&self) {
        if let Some(i) = lock(&self.interrupt).as_ref() {
            i.abort();
        }
    }
}

impl Destination {
    /// Starts connecting at once, on its own thread. `clock` is the show's.
    ///
    /// # Errors
    /// [`StartError`]; a server that cannot be reached is no error here but a state.
    pub fn start(
        settings: DestinationSettings,
        streams: Vec<StreamInfo>,
        clock: Clock,
        on_event: OnEvent,
    ) -> Result<Self, StartError> {
        let count = |k: StreamKind| streams.iter().filter(|s| s.kind() == k).count();
        let (video, audio) = (count(StreamKind::Video), count(StreamKind::Audio));
        if video + audio == 0 || video > 1 || audio > 1 {
            return Err(StartError::Streams(settings.name));
        }
        let facts = Facts {
            state: State::Idle,
            reason: None,
            since: clock.now(),
            sent: Tally::default(),
            sent_bytes: 0,
            reconnects: 0,
            attempts: 0,
            last_error: None,
            lateness: Lateness::default(),
            rate: VecDeque::new(),
        };
        let shared = Arc::new(Shared {
            id: settings.id.clone(),
            name: settings.name.clone(),
            server: settings.target.server.clone(),
            clock,
            queue: PacketQueue::new(settings.queue, video == 1, false),
            signal: Signal::default(),
            facts: Mutex::new(facts),
            interrupt: Mutex::new(None),
        });
        let (end, done) = sync_channel(1);
        let own = Arc::clone(&shared);
        let worker = Worker::spawn(
            format!("to {}", settings.id),
            Duration::from_secs(10),
            move |_| Ok::<_, String>(Session::new(settings, streams, own, on_event)),
            move |session, _| drop(end.send(session.run())),
            |_| (),
        )
        .map_err(|e| StartError::Thread(e.to_string()))?;
        Ok(Self {
            shared,
            worker: Mutex::new(worker),
            done: Mutex::new(done),
            ended: Mutex::default(),
        })
    }

    /// Its id, as given in the settings.
    pub fn id(&self) -> &str {
        &self.shared.id
    }

    /// Takes a packet to be sent. Never waits.
    pub fn push(&self, packet: &Packet) {
        self.shared.queue.push(packet);
    }

    /// Nothing that was pushed before is to be sent any more: what waits is let go, and the next picture goes out
    /// without waiting for its sound. What the operating system has been given cannot be called back. The maker goes
    /// on with a keyframe. Never waits.
    pub fn cut(&self) {
        self.shared.queue.cut();
    }

    /// Where it stands.
    pub fn status(&self) -> DestinationStatus {
        self.shared.status()
    }

    /// Tries at once instead of waiting, also after a refusal. Nothing happens while connected.
    pub fn retry_now(&self) {
        self.shared.signal.set(|w| w.retry = true);
    }

    /// Ends it, waiting at most `deadline`. On air it sends what is queued and tells the server;
    /// otherwise, or when that takes too long, it cuts the connection. Once it has ended, the
    /// first report is given again.
    pub fn stop(&self, deadline: Duration) -> FinalReport {
        let done = lock(&self.done);
        if let Some(report) = lock(&self.ended).clone() {
            return report;
        }
        let start = Instant::now();
        // Part of the time is kept for cutting the connection if the farewell does not get through.
        let grace = (deadline / 4).min(Duration::from_secs(1));
        let stop_by = start + (deadline - grace);
        self.shared.signal.set(|w| w.stop_by = Some(stop_by));
        self.shared.queue.close();
        let state = lock(&self.shared.facts).state;
        if !(state.is_on_air() || state == State::Publishing) {
            self.shared.abort();
        }
        let ending = done.recv_timeout(deadline - grace).or_else(|_| {
            self.shared.abort();
            done.recv_timeout((start + deadline).saturating_duration_since(Instant::now()))
        });
        let status = self.shared.status();
        match ending {
            Ok(e) => {
                let report = FinalReport { clean: e.clean, ended: true, text: e.text, status };
                lock(&self.ended).insert(report).clone()
            }
            Err(_) => {
                let ended = lock(&self.worker).try_end().is_some();
                let text = format!("{} did not end in time.", status.name);
                FinalReport { clean: false, ended, text, status }
            }
        }
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        let now = Instant::now();
        self.shared.signal.set(|w| {
            w.stop_by.get_or_insert(now);
        });
        self.shared.queue.close();
        self.shared.abort();
    }
}
