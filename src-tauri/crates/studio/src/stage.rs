//! The graphics worker: draws what is to be on air and then swaps it in. The tick thread never
//! waits for a picture.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vitrine_engine::{Engine, Program};
use vitrine_flow::{End, Stop, Worker};
use vitrine_media::MediaTime;
use vitrine_scene::{Content, Motion, Scene, SourceId};

use crate::error::{ErrorKind, StudioError};
use crate::on_air::{OnAir, SceneName};
use crate::overlay::{Overlay, next_change, next_second};
use crate::scenes::{CLOSE_UP, HOST, View};

/// How long before a picture changes by itself its next state is drawn.
const AHEAD: MediaTime = MediaTime::from_millis(400);
/// A caller waits no longer than this for its cue: a worker that hangs must not keep a show from
/// being ended.
const DRAWN_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait of the worker for a command.
const LOOK: Duration = Duration::from_millis(100);

enum Command {
    Show(Box<OnAir>, SyncSender<Result<(), StudioError>>),
    Prepare(Box<OnAir>),
    Draw(Box<OnAir>, SyncSender<Result<Program, StudioError>>),
    Views(Vec<(SceneName, View)>),
    Lost(bool),
    Turn(SyncSender<()>),
    Redraw,
}

/// Slate and silence without waiting for anybody: everything it needs was drawn when the show began.
/// Cheap to clone; any thread.
#[derive(Clone)]
pub struct Privacy {
    engine: Arc<Engine>,
    on: Arc<AtomicBool>,
    /// Held while a program is given to the engine, so that none that was drawn before the switch goes
    /// on air after it.
    swap: Arc<Mutex<()>>,
    slate: Program,
    /// Tells the worker, whose slate has a clock that runs.
    changed: Sender<Command>,
}

impl Privacy {
    /// Puts the slate up and silences every microphone, or ends both: what was on air comes back as soon as
    /// the worker has drawn it.
    pub fn set(&self, on: bool) {
        let _swap = self.swap.lock().unwrap_or_else(PoisonError::into_inner);
        self.on.store(on, Ordering::SeqCst);
        if on {
            self.engine.cover(self.slate.clone());
        }
        self.engine.hush(on);
        drop(self.changed.send(Command::Redraw));
    }

    /// Whether the slate is up.
    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::SeqCst)
    }

    /// Puts a program on air: while the slate is up only one that is drawn for it.
    fn cue(&self, program: Program, due: Option<MediaTime>, private: bool) {
        let _swap = self.swap.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_on() != private {
            return;
        }
        match due {
            Some(due) => self.engine.cue_at(program, due),
            None => self.engine.cue(program),
        }
    }
}

/// The graphics worker's handle. Any thread.
pub struct Stage {
    commands: Sender<Command>,
    privacy: Privacy,
    worker: Worker,
}

impl Stage {
    /// Starts the worker; nothing is on air yet but the sources.
    ///
    /// # Errors
    /// If the first picture cannot be drawn.
    pub fn start(engine: Arc<Engine>, mut overlay: Overlay) -> Result<Self, StudioError> {
        let (commands, incoming) = channel();
        let privacy = Privacy {
            slate: bare_slate(&mut overlay)?,
            engine,
            on: Arc::default(),
            swap: Arc::default(),
            changed: commands.clone(),
        };
        let mine = privacy.clone();
        let worker = Worker::spawn(
            "graphics",
            Duration::from_secs(10),
            move |_| {
                let on_air = OnAir::default();
                let mut drawing =
                    Drawing { privacy: mine, overlay, on_air, lost: false, next: None };
                drawing.cue()?;
                Ok::<_, StudioError>(drawing)
            },
            move |mut drawing, stop| drawing.run(&incoming, stop),
            |end| {
                if let End::Panicked(reason) = end {
                    tracing::error!("graphics ended: {reason}");
                }
            },
        )
        .map_err(|e| match e {
            vitrine_flow::SpawnError::Build(e) => e,
            other => StudioError::new(ErrorKind::Internal, "thread", other),
        })?;
        Ok(Self { commands, privacy, worker })
    }

    /// Draws and puts on air; returns when the engine has it. A state that cannot be drawn
    /// changes nothing on screen.
    ///
    /// # Errors
    /// If a picture cannot be drawn, or the worker has ended.
    pub fn show(&self, on_air: OnAir) -> Result<(), StudioError> {
        let gone = || {
            StudioError::new(ErrorKind::Internal, "graphics", "the graphics worker does not answer")
        };
        let (done, result) = sync_channel(1);
        self.commands.send(Command::Show(Box::new(on_air), done)).map_err(|_| gone())?;
        result.recv_timeout(DRAWN_WITHIN).map_err(|_| gone())?
    }

    /// Draws ahead what will be shown next, so that its cue only swaps. Returns at once.
    pub fn prepare(&self, on_air: OnAir) {
        drop(self.commands.send(Command::Prepare(Box::new(on_air))));
    }

    /// Draws without putting anything on air.
    ///
    /// # Errors
    /// If a picture cannot be drawn, or the worker has ended.
    pub fn draw(&self, on_air: OnAir) -> Result<Program, StudioError> {
        let gone = || {
            StudioError::new(ErrorKind::Internal, "graphics", "the graphics worker does not answer")
        };
        let (done, result) = sync_channel(1);
        self.commands.send(Command::Draw(Box::new(on_air), done)).map_err(|_| gone())?;
        result.recv_timeout(DRAWN_WITHIN).map_err(|_| gone())?
    }

    /// Where in the camera's picture the interesting part is, from the next picture on.
    pub fn set_views(&self, views: Vec<(SceneName, View)>) {
        drop(self.commands.send(Command::Views(views)));
    }

    /// Tells that the picture source is lost: the slate beneath shows, and its clock must run.
    pub fn source_lost(&self, lost: bool) {
        drop(self.commands.send(Command::Lost(lost)));
    }

    /// Under a simulated clock, whose time the worker cannot wait for: draws what changes by itself until
    /// a little ahead of now, and returns when it has.
    pub fn turn(&self) {
        let (done, result) = sync_channel(1);
        if self.commands.send(Command::Turn(done)).is_ok() {
            let _ = result.recv_timeout(DRAWN_WITHIN);
        }
    }

    /// The switch for slate and silence.
    pub fn privacy(&self) -> &Privacy {
        &self.privacy
    }

    /// Ends the worker and lets go of the engine.
    pub fn stop(self) {
        self.worker.join(Duration::from_secs(5));
    }
}

/// The slate and nothing else, there at once.
fn bare_slate(overlay: &mut Overlay) -> Result<Program, StudioError> {
    // The one that lies beneath the cameras: without a clock, whose time is not known yet.
    overlay.program(&OnAir::default(), MediaTime::ZERO, false).map(bare)
}

/// Without any camera, and without a movement beneath which one could be seen.
fn bare(program: Program) -> Program {
    let without = |scene: &Scene| {
        let mut layers = scene.layers.clone();
        layers.retain(|l| !matches!(l.content, Content::Source(_)));
        for layer in &mut layers {
            (layer.enter, layer.leave) = (Motion::CUT, Motion::CUT);
        }
        Arc::new(Scene::new(layers))
    };
    let scenes = program.scenes.iter().map(|(canvas, scene)| (canvas.clone(), without(scene)));
    Program { scenes: scenes.collect(), pictures: program.pictures }
}

struct Drawing {
    privacy: Privacy,
    overlay: Overlay,
    on_air: OnAir,
    lost: bool,
    /// When the picture next changes by itself, and nothing is scheduled for it yet.
    next: Option<MediaTime>,
}

impl Drawing {
    fn now(&self) -> MediaTime {
        self.privacy.engine.clock().now()
    }

    fn run(&mut self, incoming: &Receiver<Command>, stop: &Stop) {
        let simulated = self.privacy.engine.clock().is_simulated();
        while !stop.is_stopped() {
            let now = self.now();
            let until = |t: MediaTime| (t - AHEAD - now).to_duration().min(LOOK);
            let wait = self.next.filter(|_| !simulated).map_or(LOOK, until);
            match incoming.recv_timeout(wait) {
                Ok(command) => self.obey(command, now),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !simulated {
                self.turn();
            }
        }
    }

    fn obey(&mut self, command: Command, now: MediaTime) {
        match command {
            Command::Show(on_air, done) => {
                let before = std::mem::replace(&mut self.on_air, *on_air);
                let result = self.cue();
                if result.is_err() {
                    self.on_air = before;
                }
                drop(done.send(result));
            }
            Command::Prepare(on_air) => {
                if let Err(e) = self.overlay.program(&on_air, now, false) {
                    tracing::warn!("cannot draw ahead: {e}");
                }
            }
            Command::Draw(on_air, done) => {
                drop(done.send(self.overlay.program(&on_air, now, false)));
            }
            Command::Views(views) => {
                for (scene, view) in views {
                    let source = if scene == SceneName::CloseUp { CLOSE_UP } else { HOST };
                    self.overlay.set_view(source, scene, view);
                    self.overlay.set_view(HOST, scene, view);
                }
                self.again("the view");
            }
            Command::Lost(lost) => {
                self.lost = lost;
                self.again("the slate");
            }
            Command::Redraw => self.again("the picture"),
            Command::Turn(done) => {
                // Several seconds may have turned since.
                while self.turn() {}
                let _ = done.send(());
            }
        }
    }

    fn again(&mut self, what: &str) {
        if let Err(e) = self.cue() {
            tracing::warn!("cannot draw {what}: {e}");
        }
    }

    fn cue(&mut self) -> Result<(), StudioError> {
        let now = self.now();
        self.learn_shapes();
        if self.privacy.is_on() {
            // The bare slate is up already; its clock joins it with the next second.
            self.next = Some(next_second(now));
            return Ok(());
        }
        let program = self.overlay.program(&self.on_air, now, self.lost)?;
        self.privacy.cue(program, None, false);
        self.next = self.next_after(now);
        Ok(())
    }

    /// When the picture next changes by itself.
    fn next_after(&self, at: MediaTime) -> Option<MediaTime> {
        let slate = (self.lost && !self.on_air.scene.is_page()).then(|| next_second(at));
        next_change(&self.on_air, at).into_iter().chain(slate).min()
    }

    /// Cameras are cut by the shape their pictures really have.
    fn learn_shapes(&mut self) {
        for source in [HOST, CLOSE_UP] {
            if let Ok(Some(frame)) = self.privacy.engine.newest(&SourceId::from(source)) {
                self.overlay.set_shape(source, frame.size());
            }
        }
    }

    /// Draws and schedules the next change when it is near, and says whether it did.
    fn turn(&mut self) -> bool {
        let Some(at) = self.next else { return false };
        if self.now() < at - AHEAD {
            return false;
        }
        let private = self.privacy.is_on();
        let drawn = if private {
            let title = self.on_air.title.clone();
            let slate = OnAir { scene: SceneName::Slate, title, ..OnAir::default() };
            self.overlay.program(&slate, at, false).map(bare)
        } else {
            self.overlay.program(&self.on_air, at, self.lost)
        };
        match drawn {
            Ok(program) => self.privacy.cue(program, Some(at), private),
            Err(e) => tracing::warn!("cannot draw the clock: {e}"),
        }
        self.next = if private { Some(next_second(at)) } else { self.next_after(at) };
        true
    }
}
