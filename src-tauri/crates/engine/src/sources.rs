//! Threads that read cameras and microphones, and open them again when they are lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use vitrine_capture::{AudioSpec, CaptureError, Stamped, VideoSpec, VideoWish};
use vitrine_capture::{Camera, Microphone, open_camera, open_microphone};
use vitrine_flow::{Backoff, BackoffSettings, Clock, End, Mailbox, Queue, Stop, Worker};
use vitrine_media::{AudioBlock, Frame, MediaTime};
use vitrine_mixer::InputSettings;

use crate::error::EngineError;
use crate::events::{Event, Events, SourceKind};
use crate::stats::{Count, SourceStats};

/// Opening a device may hang; the caller gets an error after this.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// Frames a source may write ahead.
const AHEAD: usize = 4;
/// Sound a source may have delivered that the mixer has not taken: 200 ms of 10 ms blocks.
const AUDIO_BOUND: usize = 32;

/// A lost source is tried again soon, and never less often than every second: a camera that is
/// plugged in again must be back within two, without a hand.
const REOPEN: BackoffSettings = BackoffSettings {
    first: MediaTime::from_millis(250),
    factor: 2.0,
    longest: MediaTime::from_secs(1),
    jitter: 0.1,
};

#[derive(Debug, Default)]
pub(crate) struct SourceState {
    live: AtomicBool,
    received: Count,
    refused: Count,
    /// Came and could not be given: damaged, or overtaken inside the device's own thread.
    unusable: Count,
    losses: Count,
    /// Its device has a clock of its own.
    free_running: AtomicBool,
    /// What it is, in its own words.
    what: Mutex<String>,
}

impl SourceState {
    /// Is it giving pictures or sound?
    pub fn is_live(&self) -> bool {
        self.live.load(Ordering::Relaxed)
    }

    fn describe(&self, what: String, free_running: bool) {
        self.free_running.store(free_running, Ordering::Relaxed);
        *self.what.lock().unwrap_or_else(PoisonError::into_inner) = what;
    }
}

/// What a source's thread needs to tell of itself.
#[derive(Clone)]
struct Told {
    id: String,
    kind: SourceKind,
    clock: Clock,
    events: Events,
    state: Arc<SourceState>,
}

impl Told {
    fn new(id: &str, kind: SourceKind, clock: &Clock, events: &Events) -> Self {
        let (clock, events) = (clock.clone(), events.clone());
        Self { id: id.to_owned(), kind, clock, events, state: Arc::default() }
    }

    fn lost(&self, e: &CaptureError) {
        if self.state.live.swap(false, Ordering::Relaxed) {
            self.state.losses.add(1);
            let (id, kind, at) = (self.id.clone(), self.kind, self.clock.now());
            self.events.tell(Event::SourceLost { id, kind, reason: e.to_string(), at });
        }
    }

    fn received(&self) {
        self.state.received.add(1);
        if !self.state.live.swap(true, Ordering::Relaxed) && self.state.losses.get() > 0 {
            let (id, kind, at) = (self.id.clone(), self.kind, self.clock.now());
            self.events.tell(Event::SourceReturned { id, kind, at });
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

    fn stats(&self, spec: &str, replaced: u64) -> SourceStats {
        SourceStats {
            id: self.id.clone(),
            spec: spec.to_owned(),
            what: self.state.what.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            live: self.state.is_live(),
            received: self.state.received.get(),
            replaced,
            unusable: self.state.unusable.get(),
            losses: self.state.losses.get(),
        }
    }
}

/// Reads `next` until stopped. A source that stalls is asked on; one that fails is opened again
/// with growing waits. `take` gets what it gives, and `None` when it stops giving.
fn run<D, T>(
    mut device: D,
    told: &Told,
    stop: &Stop,
    open: impl Fn() -> Result<D, CaptureError>,
    next: impl Fn(&mut D, &Stop) -> Result<T, CaptureError>,
    unusable: impl Fn(&D) -> u64,
    mut take: impl FnMut(Option<T>),
) {
    let mut backoff = Backoff::new(REOPEN, 1);
    // A device counts from its opening.
    let mut counted = 0;
    while !stop.is_stopped() {
        let given = next(&mut device, stop);
        let count = unusable(&device);
        told.state.unusable.add(count - counted);
        counted = count;
        match given {
            Ok(value) => {
                told.received();
                backoff.reset();
                take(Some(value));
            }
            Err(_) if stop.is_stopped() => return,
            Err(e) => {
                told.lost(&e);
                take(None);
                if e.is_stalled() {
                    continue;
                }
                loop {
                    let wake = told.clock.now() + backoff.next_wait();
                    if !told.clock.sleep_until(wake, stop) {
                        return;
                    }
                    if let Ok(reopened) = open() {
                        device = reopened;
                        counted = 0;
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
    /// The picture that the tick thread shows of it.
    pub shown: Arc<ArcSwapOption<Frame>>,
    spec: String,
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
        let told = Told::new(id, SourceKind::Video, clock, events);
        let participant = clock.participate();
        let open = {
            let (spec, clock, state) = (spec.clone(), clock.clone(), Arc::clone(&told.state));
            move || {
                let camera = open_camera(&spec, &wish, &clock)?;
                let info = camera.describe();
                state.describe(info.name, info.free_running);
                Ok::<_, CaptureError>(camera)
            }
        };
        let (shelf, thread_told) = (Arc::clone(&mailbox), told.clone());
        let first = open.clone();
        let worker = Worker::spawn(
            format!("video {id}"),
            OPEN_WITHIN,
            move |_| first(),
            move |camera: Box<dyn Camera>, stop| {
                let _in = participant;
                let put = |given: Option<Stamped<Arc<Frame>>>| match given {
                    Some(Stamped { at, value }) => shelf.put(at, value),
                    None => shelf.clear(),
                };
                let next = |c: &mut Box<dyn Camera>, stop: &Stop| c.next(stop);
                run(camera, &thread_told, stop, open, next, |c| c.lost(), put);
            },
            told.clone().ended(),
        )
        .map_err(spawn_failed)?;
        Ok(Self { mailbox, shown: Arc::default(), spec: spec.to_string(), told, worker })
    }

    /// What others see of it.
    pub fn state(&self) -> Arc<SourceState> {
        Arc::clone(&self.told.state)
    }

    pub fn stats(&self) -> SourceStats {
        self.told.stats(&self.spec, self.mailbox.replaced())
    }

    pub fn stop(self, deadline: Duration) {
        self.worker.join(deadline);
    }
}

/// A microphone, file or test tone on its own thread.
pub(crate) struct AudioSource {
    pub blocks: Arc<Queue<AudioBlock>>,
    spec: String,
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
        let told = Told::new(id, SourceKind::Audio, clock, events);
        let participant = clock.participate();
        let open = {
            let (spec, clock, state) = (spec.clone(), clock.clone(), Arc::clone(&told.state));
            move || {
                let microphone = open_microphone(&spec, &clock)?;
                let info = microphone.describe();
                state.describe(info.name, info.free_running);
                Ok::<_, CaptureError>(microphone)
            }
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
                let take = |given: Option<AudioBlock>| {
                    // Newest dropped when the mixer is late: it fills silence and counts a gap, as it
                    // does while nothing is given.
                    if given.is_some_and(|block| queue.try_push(block).is_err()) {
                        state.refused.add(1);
                    }
                };
                let next = |m: &mut Box<dyn Microphone>, stop: &Stop| m.next(stop);
                run(microphone, &thread_told, stop, open, next, |_| 0, take);
            },
            told.clone().ended(),
        )
        .map_err(spawn_failed)?;
        Ok(Self { blocks, spec: spec.to_string(), told, worker })
    }

    /// How the mixer is to take it: as it is set, and by the clock that its device has.
    pub fn input(&self, settings: &InputSettings) -> InputSettings {
        let free_running = self.told.state.free_running.load(Ordering::Relaxed);
        InputSettings { free_running, ..settings.clone() }
    }

    pub fn stats(&self) -> SourceStats {
        self.told.stats(&self.spec, self.told.state.refused.get())
    }

    pub fn stop(self, deadline: Duration) {
        self.worker.join(deadline);
    }
}
