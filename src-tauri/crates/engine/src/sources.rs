//! Threads that read cameras and microphones, and open them again when they are lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use vitrine_capture::{AudioSpec, CaptureError, VideoSpec, VideoWish};
use vitrine_capture::{Camera, Microphone, open_camera, open_microphone};
use vitrine_flow::{Backoff, BackoffSettings, Clock, End, Mailbox, Queue, Stop, Worker};
use vitrine_media::{AudioBlock, Frame, MediaTime};

use crate::error::EngineError;
use crate::events::{Event, Events};
use crate::stats::{Count, SourceStats};

/// Opening a device may hang; the caller gets an error after this.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// Frames a source may write ahead.
const AHEAD: usize = 4;
/// Sound a source may have delivered that the mixer has not taken: 200 ms of 10 ms blocks.
const AUDIO_BOUND: usize = 32;

/// A lost source is tried again soon, and never less often than every two seconds: a camera that
/// is plugged in again must be back without a hand.
const REOPEN: BackoffSettings = BackoffSettings {
    first: MediaTime::from_millis(250),
    factor: 2.0,
    longest: MediaTime::from_secs(2),
    jitter: 0.1,
};

#[derive(Debug, Default)]
pub(crate) struct SourceState {
    live: AtomicBool,
    received: Count,
    refused: Count,
    losses: Count,
}

/// What a source's thread needs to tell of itself.
#[derive(Clone)]
struct Told {
    id: String,
    clock: Clock,
    events: Events,
    state: Arc<SourceState>,
}

impl Told {
    fn lost(&self, e: &CaptureError) {
        if self.state.live.swap(false, Ordering::Relaxed) {
            self.state.losses.add(1);
            let (id, at) = (self.id.clone(), self.clock.now());
            self.events.tell(Event::SourceLost { id, reason: e.to_string(), at });
        }
    }

    fn received(&self) {
        self.state.received.add(1);
        if !self.state.live.swap(true, Ordering::Relaxed) && self.state.losses.get() > 0 {
            self.events.tell(Event::SourceReturned { id: self.id.clone(), at: self.clock.now() });
        }
    }

    fn ended(self) -> impl FnOnce(&End) + Send + 'static {
        move |end| {
            if let End::Panicked(reason) = end {
                self.state.live.store(false, Ordering::Relaxed);
                self.events
                    .tell(Event::ThreadEnded { name: self.id.clone(), reason: reason.clone() });
            }
        }
    }

    fn stats(&self, what: &str, replaced: u64) -> SourceStats {
        SourceStats {
            id: self.id.clone(),
            what: what.to_owned(),
            live: self.state.live.load(Ordering::Relaxed),
            received: self.state.received.get(),
            replaced,
            losses: self.state.losses.get(),
        }
    }
}

/// Reads `next` until stopped; a source that fails is opened again with growing waits.
fn run<D, T>(
    mut device: D,
    told: &Told,
    stop: &Stop,
    open: impl Fn() -> Result<D, CaptureError>,
    next: impl Fn(&mut D, &Stop) -> Result<T, CaptureError>,
    lost: impl Fn(),
    mut take: impl FnMut(T),
) {
    let mut backoff = Backoff::new(REOPEN, 1);
    while !stop.is_stopped() {
        match next(&mut device, stop) {
            Ok(value) => {
                told.received();
                backoff.reset();
                take(value);
            }
            Err(_) if stop.is_stopped() => return,
            Err(e) => {
                told.lost(&e);
                lost();
                loop {
                    let wake = told.clock.now() + backoff.next_wait();
                    if !told.clock.sleep_until(wake, stop) {
                        return;
                    }
                    if let Ok(reopened) = open() {
                        device = reopened;
                        break;
                    }
                }
            }
        }
    }
}

fn spawn_failed(e: vitrine_flow::SpawnError<CaptureError>) -> EngineError {
    match e {
        vitrine_flow::SpawnError::Build(e) => EngineError::Capture(e),
        other => EngineError::Thread(other.to_string()),
    }
}

/// A camera, file or test card on its own thread.
pub(crate) struct VideoSource {
    pub mailbox: Arc<Mailbox<Arc<Frame>>>,
    what: String,
    told: Told,
    worker: Worker,
}

impl VideoSource {
    pub fn start(
        id: &str,
        spec: &VideoSpec,
        wish: VideoWish,
        clock: &Clock,
        events: &Events,
    ) -> Result<Self, EngineError> {
        let mailbox = Arc::new(Mailbox::new(AHEAD));
        let told = Told {
            id: id.to_owned(),
            clock: clock.clone(),
            events: events.clone(),
            state: Arc::default(),
        };
        let participant = clock.participate();
        let open = {
            let (spec, clock) = (spec.clone(), clock.clone());
            move || open_camera(&spec, &wish, &clock)
        };
        let (shelf, thread_told) = (Arc::clone(&mailbox), told.clone());
        let first = open.clone();
        let worker = Worker::spawn(
            format!("video {id}"),
            OPEN_WITHIN,
            move |_| first(),
            move |camera: Box<dyn Camera>, stop| {
                let _in = participant;
                let put = |s: vitrine_capture::Stamped<Arc<Frame>>| shelf.put(s.at, s.value);
                run(
                    camera,
                    &thread_told,
                    stop,
                    open,
                    |c, stop| c.next(stop),
                    || shelf.clear(),
                    put,
                );
            },
            told.clone().ended(),
        )
        .map_err(spawn_failed)?;
        Ok(Self { mailbox, what: spec.to_string(), told, worker })
    }

    /// Is it giving pictures?
    pub fn is_live(&self) -> bool {
        self.told.state.live.load(Ordering::Relaxed)
    }

    pub fn stats(&self) -> SourceStats {
        self.told.stats(&self.what, self.mailbox.replaced())
    }

    pub fn stop(self, deadline: Duration) {
        self.worker.join(deadline);
    }
}

/// A microphone, file or test tone on its own thread.
pub(crate) struct AudioSource {
    pub blocks: Arc<Queue<AudioBlock>>,
    what: String,
    told: Told,
    worker: Worker,
}

impl AudioSource {
    pub fn start(
        id: &str,
        spec: &AudioSpec,
        clock: &Clock,
        events: &Events,
    ) -> Result<Self, EngineError> {
        let blocks = Arc::new(Queue::new(AUDIO_BOUND));
        let told = Told {
            id: id.to_owned(),
            clock: clock.clone(),
            events: events.clone(),
            state: Arc::default(),
        };
        let participant = clock.participate();
        let open = {
            let (spec, clock) = (spec.clone(), clock.clone());
            move || open_microphone(&spec, &clock)
        };
        let (queue, thread_told) = (Arc::clone(&blocks), told.clone());
        let first = open.clone();
        let worker = Worker::spawn(
            format!("audio {id}"),
            OPEN_WITHIN,
            move |_| first(),
            move |microphone: Box<dyn Microphone>, stop| {
                let _in = participant;
                let state = Arc::clone(&thread_told.state);
                let take = |block: AudioBlock| {
                    // Newest dropped when the mixer is late: it fills silence and counts a gap.
                    if queue.try_push(block).is_err() {
                        state.refused.add(1);
                    }
                };
                run(microphone, &thread_told, stop, open, |m, stop| m.next(stop), || (), take);
            },
            told.clone().ended(),
        )
        .map_err(spawn_failed)?;
        Ok(Self { blocks, what: spec.to_string(), told, worker })
    }

    pub fn stats(&self) -> SourceStats {
        self.told.stats(&self.what, self.told.state.refused.get())
    }

    pub fn stop(self, deadline: Duration) {
        self.worker.join(deadline);
    }
}
