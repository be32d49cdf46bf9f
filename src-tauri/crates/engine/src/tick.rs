//! The tick thread: draws every canvas once per tick, from the same sources.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use vitrine_compositor::{Compositor, Inputs, Tile};
use vitrine_flow::{Clock, End, Mailbox, Stop, Tick, Ticker, Worker};
use vitrine_media::{Frame, FramePool, FrameRate, MediaTime};
use vitrine_scene::{PictureId, Scene, SourceId, interpolate, transition_length};

use crate::encoder::{Drawn, Rendition};
use crate::error::EngineError;
use crate::events::{Event, Events};
use crate::program::{CanvasId, Cued, Pictures, Program, Schedule};
use crate::settings::CanvasSettings;
use crate::sources::SourceState;
use crate::stats::{Count, Latency};

/// A picture source as the tick thread sees it.
pub(crate) struct Eye {
    pub id: SourceId,
    pub mailbox: Arc<Mailbox<Arc<Frame>>>,
    pub state: Arc<SourceState>,
    /// Where others see the picture that the canvases show.
    pub shown: Arc<ArcSwapOption<Frame>>,
}

/// A canvas as the tick thread sees it.
pub(crate) struct CanvasLink {
    pub settings: CanvasSettings,
    pub renditions: Vec<Arc<Rendition>>,
    pub preview: Arc<Mailbox<Arc<Frame>>>,
}

/// Changes to what the tick thread looks at.
pub(crate) enum Change {
    AddEye(Eye),
    RemoveEye(SourceId),
}

/// Counters of the tick thread.
#[derive(Default)]
pub(crate) struct TickCounts {
    pub ticks: Count,
    pub lagged: Count,
    pub draw: Latency,
}

/// The tick thread.
pub(crate) struct TickThread {
    pub changes: Sender<Change>,
    pub counts: Arc<TickCounts>,
    worker: Worker,
}

impl TickThread {
    pub fn start(
        clock: &Clock,
        rate: FrameRate,
        canvases: Vec<CanvasLink>,
        eyes: Vec<Eye>,
        schedule: Arc<Schedule>,
        events: &Events,
    ) -> Result<Self, EngineError> {
        let (changes, incoming) = channel();
        let counts = Arc::new(TickCounts::default());
        let participant = clock.participate();
        let (clock, thread_counts) = (clock.clone(), Arc::clone(&counts));
        let events = events.clone();
        let worker = Worker::spawn(
            "tick",
            Duration::from_secs(5),
            move |_| {
                let step = rate.interval();
                let canvases = canvases.into_iter().map(|c| Canvas::new(c, step)).collect();
                Ok::<_, EngineError>(Tickable {
                    clock: clock.clone(),
                    ticker: Ticker::new(clock, rate),
                    canvases,
                    sight: Sight { eyes: eyes.into_iter().map(Open::new).collect() },
                    schedule,
                    counts: thread_counts,
                    incoming,
                    privacy: Privacy::default(),
                })
            },
            move |mut t, stop| {
                let _in = participant;
                t.run(stop);
            },
            move |end| {
                if let End::Panicked(reason) = end {
                    let (name, reason) = ("tick".to_owned(), reason.clone());
                    events.tell(Event::ThreadEnded { name, reason });
                }
            },
        )
        .map_err(|e| EngineError::Thread(e.to_string()))?;
        Ok(Self { changes, counts, worker })
    }

    pub fn stop(self, deadline: Duration) {
        self.worker.join(deadline);
    }
}

struct Tickable {
    clock: Clock,
    ticker: Ticker,
    canvases: Vec<Canvas>,
    sight: Sight,
    schedule: Arc<Schedule>,
    counts: Arc<TickCounts>,
    incoming: Receiver<Change>,
    privacy: Privacy,
}

/// What encoders must know of a picture to withhold it.
#[derive(Clone, Copy, Default)]
struct Privacy {
    /// The newest cut that it was drawn after.
    cut: u64,
    /// It shows nothing but a program that covers everything.
    covered: bool,
}

impl Tickable {
    fn run(&mut self, stop: &Stop) {
        while let Some(tick) = self.ticker.next(stop) {
            self.counts.lagged.add(tick.lagged);
            self.counts.ticks.add(1);
            for change in self.incoming.try_iter() {
                match change {
                    Change::AddEye(eye) => self.sight.eyes.push(Open::new(eye)),
                    Change::RemoveEye(id) => self.sight.eyes.retain(|e| e.eye.id != id),
                }
            }
            self.sight.look(tick.at);
            let cued = self.schedule.take_due(tick.at);
            if let Some(cued) = &cued {
                let cut = self.privacy.cut.max(cued.cut);
                self.privacy = Privacy { cut, covered: cued.covered };
            }
            let began = self.clock.now();
            for canvas in &mut self.canvases {
                canvas.tick(tick, cued.as_ref(), self.privacy, &self.sight, &self.clock, stop);
            }
            self.counts.draw.add(self.clock.now() - began);
        }
    }
}

/// The newest picture of every source.
struct Sight {
    eyes: Vec<Open>,
}

struct Open {
    eye: Eye,
    newest: Option<(MediaTime, Arc<Frame>)>,
}

impl Open {
    const fn new(eye: Eye) -> Self {
        Self { eye, newest: None }
    }
}

impl Sight {
    fn look(&mut self, now: MediaTime) {
        for open in &mut self.eyes {
            if let Some(newer) = open.eye.mailbox.take_due(now) {
                open.eye.shown.store(Some(Arc::clone(&newer.1)));
                open.newest = Some(newer);
            }
            // What lies beneath is shown rather than a picture that is no longer true.
            if open.newest.is_some() && !open.eye.state.is_live() {
                open.newest = None;
                open.eye.shown.store(None);
            }
        }
    }
}

struct Canvas {
    link: CanvasLink,
    /// The span of a tick.
    step: MediaTime,
    compositor: Compositor,
    pool: FramePool,
    before: Arc<Scene>,
    now: Arc<Scene>,
    /// Pictures of `before` that `now` may have no more.
    old_pictures: Arc<Pictures>,
    pictures: Arc<Pictures>,
    moving_since: MediaTime,
    moving_for: MediaTime,
}

impl Canvas {
    fn new(link: CanvasLink, step: MediaTime) -> Self {
        let size = link.settings.size;
        Self {
            link,
            step,
            compositor: Compositor::new(size),
            pool: FramePool::new(size),
            before: Arc::default(),
            now: Arc::default(),
            old_pictures: Arc::default(),
            pictures: Arc::default(),
            moving_since: MediaTime::ZERO,
            moving_for: MediaTime::ZERO,
        }
    }

    fn take(&mut self, cued: &Cued, at: MediaTime) {
        let program = &cued.program;
        if cued.covered {
            self.cover(program);
            return;
        }
        let next = program.scenes.get(&self.link.settings.id);
        if let Some(next) = next.filter(|n| **n != self.now) {
            // A cue in the middle of a transition goes on from what is on screen.
            let elapsed = at - self.moving_since;
            let shown = if elapsed < self.moving_for {
                Arc::new(interpolate(&self.before, &self.now, elapsed))
            } else {
                Arc::clone(&self.now)
            };
            self.moving_for = transition_length(&shown, next);
            // At its start a transition shows what was before; a cue is to be seen in its own tick.
            self.moving_since = at - self.step;
            self.before = shown;
            self.now = Arc::clone(next);
            self.old_pictures = Arc::clone(&self.pictures);
        }
        self.pictures = Arc::clone(&program.pictures);
    }

    /// Shows a program at once and nothing of what was there.
    fn cover(&mut self, program: &Program) {
        let own = program.scenes.get(&self.link.settings.id);
        self.now = own.map(Arc::clone).unwrap_or_default();
        self.before = Arc::clone(&self.now);
        self.moving_for = MediaTime::ZERO;
        self.old_pictures = Arc::default();
        self.pictures = Arc::clone(&program.pictures);
    }

    fn tick(
        &mut self,
        tick: Tick,
        cued: Option<&Cued>,
        privacy: Privacy,
        sight: &Sight,
        clock: &Clock,
        stop: &Stop,
    ) {
        if let Some(cued) = cued {
            self.take(cued, tick.at);
        }
        let elapsed = tick.at - self.moving_since;
        let between;
        let scene: &Scene = if elapsed < self.moving_for {
            between = interpolate(&self.before, &self.now, elapsed);
            &between
        } else {
            if !self.old_pictures.is_empty() {
                self.old_pictures = Arc::default();
            }
            &self.now
        };
        let inputs = Seen { sight, new: &self.pictures, old: &self.old_pictures };
        let compositor = &mut self.compositor;
        let (frame, ()) = self.pool.draw(|out| compositor.draw(scene, &inputs, out));
        for rendition in &self.link.renditions {
            let Privacy { cut, covered } = privacy;
            let (frame, cue) = (Arc::clone(&frame), cued.map(|c| c.due));
            let drawn = Drawn { frame, pts: tick.at, cue, cut, covered };
            // Live pictures never wait; simulated time stands still while they do.
            let pushed = if clock.is_simulated() {
                rendition.queue.push_wait(drawn, stop)
            } else {
                rendition.queue.try_push(drawn)
            };
            if pushed.is_err() && !stop.is_stopped() {
                rendition.skipped.add(1);
            }
        }
        self.link.preview.put(tick.at, frame);
    }
}

/// What the compositor may look at.
struct Seen<'a> {
    sight: &'a Sight,
    new: &'a HashMap<PictureId, Arc<Tile>>,
    old: &'a HashMap<PictureId, Arc<Tile>>,
}

impl Inputs for Seen<'_> {
    fn source(&self, id: &SourceId) -> Option<&Frame> {
        let open = self.sight.eyes.iter().find(|o| o.eye.id == *id)?;
        open.newest.as_ref().map(|(_, frame)| &**frame)
    }

    fn picture(&self, id: &PictureId) -> Option<&Tile> {
        self.new.get(id).or_else(|| self.old.get(id)).map(|t| &**t)
    }
}

/// Renditions of a canvas.
pub(crate) fn links(canvases: &[CanvasSettings], renditions: &[Arc<Rendition>]) -> Vec<CanvasLink> {
    let of = |id: &CanvasId| {
        let own = renditions.iter().filter(|r| r.settings.canvas == *id);
        own.map(Arc::clone).collect()
    };
    let link = |c: &CanvasSettings| CanvasLink {
        settings: c.clone(),
        renditions: of(&c.id),
        preview: Arc::new(Mailbox::new(1)),
    };
    canvases.iter().map(link).collect()
}
