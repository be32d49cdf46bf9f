//! The thread that owns desk, catalogue and show.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use vitrine_engine::Engine;
use vitrine_flow::{Clock, Stop};
use vitrine_media::{Frame, MediaTime};
use vitrine_rehearsal::Rehearsal;

use super::kept::Kept;
use super::mark::Mark;
use super::shelf::Shelf;
use super::{Done, Shared, StudioSettings, lock};
use crate::canvas::Canvas;
use crate::command::{Action, Command};
use crate::desk::{Around, Desk, Effect, Interrupted};
use crate::error::StudioError;
use crate::event::{StudioEvent, Told};
use crate::live::Live;
use crate::on_air::{OnAir, SceneName};
use crate::scenes::View;
use crate::setup::Setup;
use crate::state::Phase;

/// Longest wait for a request: what is due is looked for at least this often.
const LOOK: Duration = Duration::from_millis(50);
/// How often the state is made anew while nothing happens.
const STATE_EVERY: MediaTime = MediaTime::from_millis(500);
/// How often changes of the catalogue by other programs are looked for.
const CATALOGUE_EVERY: MediaTime = MediaTime::from_millis(250);

/// What is asked of the thread.
pub(super) enum Request {
    Run(Box<Command>, SyncSender<Result<Done, StudioError>>),
    Turn(SyncSender<()>),
    Now(SyncSender<MediaTime>),
    Picture(Canvas, SyncSender<Result<Arc<Frame>, StudioError>>),
    NextPicture(Canvas, SyncSender<Result<Arc<Frame>, StudioError>>),
    Engine(Box<dyn FnOnce(&Engine) + Send>),
    Close(SyncSender<()>),
}

/// Everything a studio has.
pub(super) struct Core {
    pub(super) setup: Setup,
    /// The studio's own clock: real, or the simulated one of its caller.
    pub(super) clock: Clock,
    pub(super) started: Instant,
    /// Wall time at the clock's zero, milliseconds since 1970 UTC.
    wall_zero: i64,
    pub(super) shared: Arc<Shared>,
    pub(super) shelf: Shelf,
    pub(super) desk: Desk,
    pub(super) live: Option<Live>,
    pub(super) endpoint: Option<Rehearsal>,
    /// Show time at the zero of the engine's clock.
    pub(super) base: MediaTime,
    pub(super) interrupted: Option<Interrupted>,
    pub(super) kept: Kept,
    /// Held from going on air until the run is over.
    pub(super) mark: Option<Mark>,
    /// The show's run is open in the catalogue.
    pub(super) running: bool,
    /// It only went to the built-in endpoint.
    pub(super) rehearsed: bool,
    /// Why the picture cannot be drawn, as it was told.
    not_drawn: Option<String>,
    /// What was last given to the graphics worker.
    pub(super) seen: Option<OnAir>,
    pub(super) seen_views: Vec<(SceneName, View)>,
    /// Show time when the show was last on air.
    pub(super) last: MediaTime,
    published: MediaTime,
    looked: MediaTime,
}

/// Milliseconds since 1970 UTC.
fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// 32 bytes nobody could have known.
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    if let Err(e) = getrandom::fill(&mut bytes) {
        tracing::error!("the system gives no random numbers: {e}");
    }
    bytes
}

impl Core {
    pub(super) fn open(settings: StudioSettings, shared: Arc<Shared>) -> Result<Self, StudioError> {
        let StudioSettings { catalogue, setup, clock, started } = settings;
        let shelf = Shelf::open(catalogue.as_deref())?;
        let wall_zero = wall() - clock.now().as_millis();
        let mut core = Self {
            setup,
            clock,
            started,
            wall_zero,
            shared,
            shelf,
            desk: Desk::default(),
            live: None,
            endpoint: None,
            base: MediaTime::ZERO,
            interrupted: None,
            kept: Kept::default(),
            mark: None,
            running: false,
            rehearsed: false,
            not_drawn: None,
            seen: None,
            seen_views: Vec::new(),
            last: MediaTime::ZERO,
            published: MediaTime::ZERO,
            looked: MediaTime::ZERO,
        };
        core.interrupted = core.find_interrupted();
        core.publish();
        Ok(core)
    }

    /// Show time; zero off air.
    pub(super) fn now(&self) -> MediaTime {
        self.live.as_ref().map_or(MediaTime::ZERO, |l| l.now() + self.base)
    }

    /// Wall time, milliseconds since 1970 UTC.
    pub(super) fn wall(&self) -> i64 {
        if self.clock.is_simulated() {
            self.wall_zero + self.clock.now().as_millis()
        } else {
            wall()
        }
    }

    pub(super) fn around(&self) -> Around<'_> {
        Around {
            book: &self.shelf.book,
            now: self.now(),
            awake: self.clock.now(),
            interrupted: self.interrupted.as_ref(),
            random: random(),
        }
    }

    pub(super) fn run(&mut self, incoming: &Receiver<Request>, stop: &Stop) {
        let simulated = self.clock.is_simulated();
        while !stop.is_stopped() {
            let due = self.desk.next_turn().filter(|_| !simulated && self.live.is_some());
            let wait = due.map_or(LOOK, |t| (t - self.now()).to_duration().min(LOOK));
            match incoming.recv_timeout(wait) {
                Ok(Request::Close(done)) => {
                    self.keep();
                    self.off_air();
                    let _ = done.send(());
                    return;
                }
                Ok(request) => self.answer(request),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !simulated {
                self.turn();
            }
        }
        self.off_air();
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Run(command, answer) => {
                // What was due before the command comes before it.
                self.turn();
                let done = self.command(&command);
                if command.action == Action::Panic {
                    // The slate went up before anybody looked: a panic that is refused, or was told before
                    // and ended since, must not leave it there.
                    self.settle_privacy();
                }
                drop(answer.send(done));
            }
            Request::Turn(answer) => {
                self.turn();
                if let Some(live) = &self.live {
                    live.stage().turn();
                }
                let _ = answer.send(());
            }
            Request::Now(answer) => drop(answer.send(self.now())),
            Request::Picture(canvas, answer) => {
                let picture =
                    self.live.as_ref().map_or_else(|| Err(off_air()), |l| l.picture(canvas));
                drop(answer.send(picture));
            }
            Request::NextPicture(canvas, answer) => drop(answer.send(self.next_picture(canvas))),
            Request::Engine(look) => {
                if let Some(live) = &self.live {
                    look(live.engine());
                }
            }
            Request::Close(answer) => drop(answer.send(())),
        }
    }

    fn command(&mut self, command: &Command) -> Result<Done, StudioError> {
        let mut after = self.desk.clone();
        let effects = after.run(command, self.around())?;
        let before = std::mem::replace(&mut self.desk, after);
        let mut told = Vec::new();
        for effect in effects {
            // What is told is told when all of it is done.
            let result = match effect {
                Effect::Tell(event) => {
                    told.push(event);
                    Ok(())
                }
                Effect::Write(write) => self.write(&write).map(|events| told.extend(events)),
                other => self.perform(other),
            };
            if let Err(e) = result {
                self.desk = before;
                self.publish();
                return Err(e);
            }
        }
        // The picture first: nobody waits for the disk to see a card.
        if let Err(e) = self.show() {
            self.desk = before;
            self.publish();
            return Err(e);
        }
        for event in told {
            self.tell(Some(&command.id), event);
        }
        self.after_change();
        Ok(Done { revision: self.desk.revision })
    }

    /// Does what is due.
    pub(super) fn turn(&mut self) {
        let revision = self.desk.revision;
        let mut desk = std::mem::take(&mut self.desk);
        let effects = desk.turn(self.around());
        self.desk = desk;
        for effect in effects {
            let result = match effect {
                Effect::Tell(event) => {
                    self.tell(None, event);
                    Ok(())
                }
                Effect::Write(write) => self.write(&write).map(|events| {
                    for event in events {
                        self.tell(None, event);
                    }
                }),
                other => self.perform(other),
            };
            if let Err(e) = result {
                self.tell(None, StudioEvent::Fault { text: e.to_string() });
            }
        }
        self.engine_events();
        let now = self.clock.now();
        if now - self.looked >= CATALOGUE_EVERY && self.live.is_some() {
            self.looked = now;
            self.look_at_catalogue();
        }
        match self.show() {
            Ok(()) => self.not_drawn = None,
            Err(e) => {
                // Tried again and again, told once.
                let text = e.to_string();
                if self.not_drawn.as_ref() != Some(&text) {
                    self.not_drawn = Some(text.clone());
                    self.tell(None, StudioEvent::Fault { text });
                }
            }
        }
        if self.desk.revision != revision {
            self.after_change();
        } else if now - self.published >= STATE_EVERY {
            self.keep_alive();
            self.publish();
        }
    }

    /// Something changed: keep it, say it, draw ahead what comes next.
    pub(super) fn after_change(&mut self) {
        self.keep();
        if self.running && self.desk.phase == Phase::Ended {
            self.run_is_over();
        }
        self.publish();
        self.prepare();
    }

    /// Says what happened, and remembers it for the log.
    pub(super) fn tell(&mut self, command: Option<&str>, what: StudioEvent) {
        let at_ms = self.now().max(self.last).as_millis();
        let told = Told { at_ms, command: command.map(str::to_owned), what };
        let wall = self.wall();
        self.kept.log(&told, wall);
        self.shared.listeners.tell(&told);
    }

    fn engine_events(&mut self) {
        let mut sentences = Vec::new();
        if let Some(live) = &mut self.live {
            while let Some(event) = live.event(Duration::ZERO) {
                sentences.push(crate::report::sentence(&event));
            }
        }
        for text in sentences {
            self.tell(None, StudioEvent::Engine { text });
        }
    }

    /// Makes the state anew.
    pub(super) fn publish(&mut self) {
        self.published = self.clock.now();
        let mut state = self.desk.state(&self.shelf.book, self.around());
        state.resume = self.offer();
        self.add_outputs(&mut state);
        *lock(&self.shared.state) = Arc::new(state);
    }
}

pub(super) fn off_air() -> StudioError {
    StudioError::input("show-off-air", "the show is not on air")
        .remedy("go live, or rehearse, first")
}
