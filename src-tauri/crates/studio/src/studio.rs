//! [`Studio`]: the product as its callers see it. One [`Command`] in, [`State`] and
//! [events](crate::event::StudioEvent) out, the same for the window, the command line and remotes.
//!
//! | file | what |
//! |---|---|
//! | `core` | the thread that owns desk, catalogue and show; commands and time go through it |
//! | `shelf` | the catalogue's side: reading the show, its pieces and pictures, writing changes |
//! | `air` | going on air, ending, resuming; the desk's picture to the graphics worker |
//! | `kept` | the show's state and log, kept as they change |
//! | `mark` | what tells a show on air elsewhere from an interrupted one |
//! | `next` | a picture of what is prepared |

mod air;
mod core;
mod kept;
mod mark;
mod next;
mod shelf;

use std::path::PathBuf;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vitrine_flow::{Clock, End, SpawnError, Worker};
use vitrine_media::{Frame, MediaTime};

use self::core::{Core, Request};
use crate::canvas::Canvas;
use crate::command::{Action, Command};
use crate::error::{ErrorKind, StudioError};
use crate::event::{Listener, Listeners};
use crate::report::LiveReport;
use crate::setup::Setup;
use crate::stage::Privacy;
use crate::state::State;

/// Longest time opening the catalogue may take: a damaged one is brought back from its backup.
const OPENS_WITHIN: Duration = Duration::from_secs(60);
/// Longest wait for an answer: going on air opens cameras and encoders.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);
/// Longest time closing may take: outputs are ended side by side.
const CLOSES_WITHIN: Duration = Duration::from_secs(30);

/// What a studio is opened with.
#[derive(Clone, Debug)]
pub struct StudioSettings {
    /// The catalogue's file; the user's own one if `None`.
    pub catalogue: Option<PathBuf>,
    /// How shows go on air.
    pub setup: Setup,
    /// Real, or simulated: then the caller takes part in the clock and calls [`Studio::turn`].
    pub clock: Clock,
    /// When the caller's program began, for the report.
    pub started: Instant,
}

/// What is shared by a studio's thread and its callers.
#[derive(Default)]
pub(crate) struct Shared {
    state: Mutex<Arc<State>>,
    listeners: Listeners,
    privacy: Mutex<Option<Privacy>>,
    report: Mutex<Option<LiveReport>>,
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An open studio. Any thread; commands are done one after the other.
pub struct Studio {
    requests: Sender<Request>,
    shared: Arc<Shared>,
    worker: Worker,
}

/// A command that was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Done {
    /// The state's revision with it.
    pub revision: u64,
}

fn gone() -> StudioError {
    StudioError::new(ErrorKind::Internal, "studio", "the studio does not answer")
        .remedy("start the program again; the show is offered to be gone on with")
}

impl Studio {
    /// Opens the catalogue and begins to take commands. Blocking, milliseconds to seconds.
    ///
    /// # Errors
    /// If the catalogue cannot be used.
    pub fn open(settings: StudioSettings) -> Result<Self, StudioError> {
        let (requests, incoming) = channel();
        let shared = Arc::new(Shared::default());
        let (mine, last) = (Arc::clone(&shared), Arc::clone(&shared));
        let worker = Worker::spawn(
            "studio",
            OPENS_WITHIN,
            move |_| Core::open(settings, mine),
            move |mut core, stop| core.run(&incoming, stop),
            move |end| {
                if let End::Panicked(reason) = end {
                    tracing::error!("the studio ended: {reason}");
                }
                last.listeners.close();
            },
        )
        .map_err(|e| match e {
            SpawnError::Build(e) => e,
            other => StudioError::new(ErrorKind::Internal, "thread", other),
        })?;
        Ok(Self { requests, shared, worker })
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(SyncSender<T>) -> Request,
        within: Duration,
    ) -> Result<T, StudioError> {
        let (answer, answered) = sync_channel(1);
        self.requests.send(request(answer)).map_err(|_| gone())?;
        answered.recv_timeout(within).map_err(|_| gone())
    }

    /// Does what a command asks; returns when it is on air, or refused. A refusal has changed nothing.
    ///
    /// # Errors
    /// A stable code, a sentence and a remedy.
    pub fn run(&self, command: Command) -> Result<Done, StudioError> {
        if command.action == Action::Panic {
            // Whatever the studio is busy with, the slate does not wait for it.
            if let Some(privacy) = lock(&self.shared.privacy).as_ref() {
                privacy.set(true);
            }
        }
        self.ask(|answer| Request::Run(Box::new(command), answer), ANSWERS_WITHIN)?
    }

    /// Everything a caller shows, as it was after the last change or at most half a second ago.
    pub fn state(&self) -> Arc<State> {
        Arc::clone(&lock(&self.shared.state))
    }

    /// A listener for what happens from now on.
    pub fn events(&self) -> Listener {
        self.shared.listeners.listen()
    }

    /// Does what is due. Only needed under a simulated clock, whose time this thread must hold meanwhile:
    /// call it at least every 100 ms of it.
    ///
    /// # Errors
    /// If the studio has ended.
    pub fn turn(&self) -> Result<(), StudioError> {
        self.ask(Request::Turn, ANSWERS_WITHIN)
    }

    /// Show time.
    ///
    /// # Errors
    /// If the studio has ended.
    pub fn now(&self) -> Result<MediaTime, StudioError> {
        self.ask(Request::Now, ANSWERS_WITHIN)
    }

    /// The next picture of a canvas as it is on air.
    ///
    /// # Errors
    /// If nothing is on air, or it gives no pictures.
    pub fn picture(&self, canvas: Canvas) -> Result<Arc<Frame>, StudioError> {
        self.ask(|answer| Request::Picture(canvas, answer), ANSWERS_WITHIN)?
    }

    /// What is prepared, composed over the newest picture of the cameras.
    ///
    /// # Errors
    /// If nothing is prepared or on air.
    pub fn next_picture(&self, canvas: Canvas) -> Result<Arc<Frame>, StudioError> {
        self.ask(|answer| Request::NextPicture(canvas, answer), ANSWERS_WITHIN)?
    }

    /// Looks at the running show's engine on the studio's thread: counters, measuring sinks.
    ///
    /// # Errors
    /// If nothing is on air.
    pub fn with_engine<T: Send + 'static>(
        &self,
        look: impl FnOnce(&vitrine_engine::Engine) -> T + Send + 'static,
    ) -> Result<T, StudioError> {
        let (answer, answered) = sync_channel(1);
        let look = Box::new(move |engine: &vitrine_engine::Engine| {
            drop(answer.send(look(engine)));
        });
        self.requests.send(Request::Engine(look)).map_err(|_| gone())?;
        answered
            .recv_timeout(ANSWERS_WITHIN)
            .map_err(|_| StudioError::input("show-off-air", "the show is not on air"))
    }

    /// How the last show that was ended went.
    pub fn report(&self) -> Option<LiveReport> {
        lock(&self.shared.report).clone()
    }

    /// Closes the studio. A show that is on air is taken off air, but not ended: it may be resumed.
    pub fn close(self) -> Option<LiveReport> {
        drop(self.ask(Request::Close, CLOSES_WITHIN));
        self.worker.join(Duration::from_secs(5));
        lock(&self.shared.report).take()
    }
}
