//! The graphics worker: draws what is to be on air and then swaps it in. The tick thread never
//! waits for a picture.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use vitrine_engine::{Engine, Program};
use vitrine_flow::{End, Stop, Worker};
use vitrine_media::MediaTime;

use crate::error::{ErrorKind, StudioError};
use crate::on_air::OnAir;
use crate::overlay::Overlay;

/// How long before a second turns its digits are drawn.
const AHEAD: MediaTime = MediaTime::from_millis(400);
/// How long `00:00` stays before the countdown leaves.
const ZERO_STAYS: MediaTime = MediaTime::from_millis(1000);
/// A caller waits no longer than this for its cue: a worker that hangs must not keep a show from
/// being ended.
const DRAWN_WITHIN: Duration = Duration::from_secs(10);
/// Longest wait of the worker for a command.
const LOOK: Duration = Duration::from_millis(100);

enum Command {
    Show(Box<OnAir>, SyncSender<Result<(), StudioError>>),
    Prepare(Box<OnAir>),
    Lost(bool),
}

/// The graphics worker's handle. Any thread.
pub struct Stage {
    commands: Sender<Command>,
    worker: Worker,
}

impl Stage {
    /// Starts the worker; nothing is on air yet but the sources.
    ///
    /// # Errors
    /// If the first picture cannot be drawn.
    pub fn start(engine: Arc<Engine>, overlay: Overlay) -> Result<Self, StudioError> {
        let (commands, incoming) = channel();
        let worker = Worker::spawn(
            "graphics",
            Duration::from_secs(10),
            move |_| {
                let mut drawing =
                    Drawing { engine, overlay, on_air: OnAir::default(), lost: false, next: None };
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
        Ok(Self { commands, worker })
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

    /// Tells that the picture source is lost: the slate beneath shows, and its clock must run.
    pub fn source_lost(&self, lost: bool) {
        drop(self.commands.send(Command::Lost(lost)));
    }

    /// Ends the worker and lets go of the engine.
    pub fn stop(self) {
        self.worker.join(Duration::from_secs(5));
    }
}

struct Drawing {
    engine: Arc<Engine>,
    overlay: Overlay,
    on_air: OnAir,
    lost: bool,
    /// When the next second turns on a picture with a clock, and nothing is scheduled for it yet.
    next: Option<MediaTime>,
}

impl Drawing {
    fn run(&mut self, incoming: &Receiver<Command>, stop: &Stop) {
        while !stop.is_stopped() {
            let now = self.engine.clock().now();
            let wait = self.next.map_or(LOOK, |t| (t - AHEAD - now).to_duration().min(LOOK));
            match incoming.recv_timeout(wait) {
                Ok(Command::Show(on_air, done)) => {
                    let before = std::mem::replace(&mut self.on_air, *on_air);
                    let result = self.cue();
                    if result.is_err() {
                        self.on_air = before;
                    }
                    drop(done.send(result));
                }
                Ok(Command::Prepare(on_air)) => {
                    if let Err(e) = self.overlay.program(&on_air, now, false) {
                        tracing::warn!("cannot draw ahead: {e}");
                    }
                }
                Ok(Command::Lost(lost)) => {
                    self.lost = lost;
                    if let Err(e) = self.cue() {
                        tracing::warn!("cannot draw the slate: {e}");
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.turn();
        }
    }

    fn cue(&mut self) -> Result<(), StudioError> {
        let now = self.engine.clock().now();
        let program: Program = self.overlay.program(&self.on_air, now, self.lost)?;
        self.engine.cue(program);
        self.schedule_clock(now);
        Ok(())
    }

    /// Finds the moment at which a picture with a clock changes next.
    fn schedule_clock(&mut self, now: MediaTime) {
        let second = 1_000_000_000;
        self.next = if let Some(end) = self.on_air.countdown_to {
            // Digits turn at whole seconds before the end.
            let left = (end - now).as_nanos();
            let turn = (left - 1).div_euclid(second) * second;
            let at = end - MediaTime::from_nanos(turn);
            Some(if left <= 0 { end + ZERO_STAYS } else { at })
        } else if self.lost || self.on_air.page.is_some() {
            Some(MediaTime::from_nanos((now.as_nanos().div_euclid(second) + 1) * second))
        } else {
            None
        };
    }

    /// Draws and schedules the next second when it is near.
    fn turn(&mut self) {
        let Some(at) = self.next else { return };
        if self.engine.clock().now() < at - AHEAD {
            return;
        }
        if self.on_air.countdown_to.is_some_and(|end| at >= end + ZERO_STAYS) {
            self.on_air.countdown_to = None;
        }
        match self.overlay.program(&self.on_air, at, self.lost) {
            Ok(program) => self.engine.cue_at(program, at),
            Err(e) => tracing::warn!("cannot draw the clock: {e}"),
        }
        self.schedule_clock(at);
    }
}
