//! Going on air, ending, resuming; the desk's picture to the graphics worker.

use std::path::{Path, PathBuf};
use std::time::Instant;

use vitrine_catalog::{ShowId, ShowState};
use vitrine_delivery::Target;
use vitrine_flow::Clock;
use vitrine_media::MediaTime;
use vitrine_rehearsal::{Rehearsal, RehearsalSettings};

use super::core::Core;
use super::lock;
use super::mark::Mark;
use crate::desk::{Desk, Effect, Interrupted, ViewPoint};
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::live::{Live, LiveSettings};
use crate::on_air::{OnAir, SceneName};
use crate::report::state_word;
use crate::scenes::View;
use crate::state::{DestinationState, LostState, Phase, State};

impl Core {
    /// Does what is to be done outside of the desk.
    pub(super) fn perform(&mut self, effect: Effect) -> Result<(), StudioError> {
        match effect {
            Effect::Load(show) => {
                self.shelf.began = 0;
                let wall = self.wall();
                self.shelf.load(show, wall)?;
                let items = u32::try_from(self.shelf.book.items.len()).unwrap_or(u32::MAX);
                let title = self.shelf.book.title.clone();
                self.tell(None, StudioEvent::Loaded { title, items });
                Ok(())
            }
            Effect::GoLive { rehearsal } => self.go_live(rehearsal),
            Effect::End => {
                self.off_air();
                Ok(())
            }
            Effect::Resume => self.resume(),
            Effect::Forget => self.forget(),
            Effect::Panic(on) => {
                self.set_privacy(on);
                Ok(())
            }
            Effect::Mute(_) => {
                self.hush();
                Ok(())
            }
            Effect::Retry(destination) => match &self.live {
                Some(live) => Ok(live.engine().retry_now(&destination)?),
                None => Ok(()),
            },
            Effect::Tell(event) => {
                self.tell(None, event);
                Ok(())
            }
            Effect::Write(write) => self.write(&write).map(drop),
        }
    }

    /// A show's state in the catalogue.
    fn set_show_state(&self, show: ShowId, state: ShowState) -> Result<(), StudioError> {
        let catalog = self.shelf.store.catalog();
        self.shelf.store.wait(async {
            if catalog.show(show).await?.state == state {
                return Ok(());
            }
            let mut edit = catalog.record("show").await?;
            edit.set_show_state(show, state).await?;
            edit.commit().await
        })
    }

    fn go_live(&mut self, rehearsal: bool) -> Result<(), StudioError> {
        let state = if rehearsal { ShowState::Rehearsal } else { ShowState::Live };
        let wall = self.wall();
        let (began, base) = (self.shelf.began, self.base);
        self.mark = Some(Mark::take(self.shelf.store.catalog().path())?);
        self.shelf.began = wall;
        let started = self.start(rehearsal, MediaTime::ZERO).and_then(|()| {
            let show = ShowId(self.shelf.book.show);
            self.set_show_state(show, state)?;
            let catalog = self.shelf.store.catalog();
            let begun = catalog.begin_run(show, wall, rehearsal, &self.setup.record);
            self.shelf.store.wait(begun)
        });
        if let Err(e) = started {
            self.off_air();
            self.mark = None;
            (self.shelf.began, self.base) = (began, base);
            return Err(e);
        }
        self.running = true;
        self.shelf.up_to_date();
        Ok(())
    }

    /// Opens sources, encoders and outputs, at show time `at`.
    fn start(&mut self, rehearsal: bool, at: MediaTime) -> Result<(), StudioError> {
        self.rehearsed = rehearsal;
        let clock = if self.clock.is_simulated() { self.clock.clone() } else { Clock::real() };
        let mut settings = self.setup.live_settings(clock.clone())?;
        settings.record = settings.record.as_deref().map(free_path);
        if rehearsal {
            self.rehearse(&mut settings)?;
        }
        let overlay = self.setup.overlay(&self.shelf.book.language)?;
        self.base = at - clock.now();
        self.last = MediaTime::ZERO;
        let first = if self.desk.is_private() {
            OnAir::scene(SceneName::Slate)
        } else {
            self.picture_at(at)
        };
        // Nothing of the room is heard before the slate of an interrupted panic is up.
        let live = Live::start(settings, overlay, first.clone(), Instant::now().min(self.started))?;
        self.seen = Some(first);
        *lock(&self.shared.privacy) = Some(live.stage().privacy().clone());
        live.stage().set_views(self.views());
        self.live = Some(live);
        if self.desk.is_private() {
            self.set_privacy(true);
        }
        self.hush();
        Ok(())
    }

    /// Every destination is the built-in endpoint.
    fn rehearse(&mut self, settings: &mut LiveSettings) -> Result<(), StudioError> {
        let endpoint = Rehearsal::start(RehearsalSettings::default())
            .map_err(|e| StudioError::machine("rehearsal", e))?;
        for (n, (_, destination)) in settings.destinations.iter_mut().enumerate() {
            let key = format!("rehearsal-{}", n + 1);
            destination.target = Target::new(&endpoint.url(), &key)
                .map_err(|e| StudioError::input("destination", e))?;
        }
        self.endpoint = Some(endpoint);
        Ok(())
    }

    /// The show has ended, and what was told of it is kept: the catalogue is told, too.
    pub(super) fn run_is_over(&mut self) {
        let state = if self.rehearsed { ShowState::Planned } else { ShowState::Ended };
        let (show, wall) = (ShowId(self.shelf.book.show), self.wall());
        let catalog = self.shelf.store.catalog();
        let ended = self.shelf.store.wait(catalog.end_run(show, wall));
        if let Err(e) = ended.and_then(|()| self.set_show_state(show, state)) {
            // Every output has ended; that the catalogue could not be told is no reason to say otherwise.
            let text = format!("the show is off air, but that could not be kept: {e}");
            self.tell(None, StudioEvent::Fault { text });
        }
        (self.running, self.mark) = (false, None);
    }

    /// Ends every output. The show may be gone on with.
    pub(super) fn off_air(&mut self) {
        self.last = self.now();
        self.seen = None;
        *lock(&self.shared.privacy) = None;
        if let Some(live) = self.live.take() {
            match live.stop() {
                Ok(report) => *lock(&self.shared.report) = Some(report),
                Err(e) => tracing::error!("the show did not end as it should: {e}"),
            }
        }
        if let Some(endpoint) = self.endpoint.take() {
            endpoint.stop();
        }
    }

    fn resume(&mut self) -> Result<(), StudioError> {
        let Some(interrupted) = self.interrupted.clone() else { return Ok(()) };
        let Interrupted { show, rehearsal, at, kept_at, setup, desk, .. } = interrupted;
        let now = &self.setup.record;
        if let Some(then) = setup.filter(|t| t.destinations != now.destinations && !rehearsal) {
            let names: Vec<&str> = then.destinations.iter().map(|d| d.name.as_str()).collect();
            return Err(StudioError::input(
                "resume-destinations",
                "the interrupted show went to other destinations",
            )
            .remedy(format!("resume it with the same ones: {}", names.join(", "))));
        }
        let mark = Mark::take(self.shelf.store.catalog().path())?;
        let lost = MediaTime::from_millis((self.wall() - kept_at).max(0));
        self.shelf.began = kept_at - at.as_millis();
        let wall = self.wall();
        self.shelf.load(show, wall)?;
        let before = std::mem::replace(&mut self.desk, desk);
        self.desk.shift(lost, at);
        if let Err(e) = self.start(rehearsal, at + lost) {
            self.desk = before;
            self.off_air();
            return Err(e);
        }
        self.interrupted = None;
        (self.running, self.mark) = (true, Some(mark));
        self.desk.revision = self.desk.revision.max(before.revision) + 1;
        self.tell(None, StudioEvent::Resumed { lost_ms: lost.as_millis() });
        Ok(())
    }

    fn forget(&mut self) -> Result<(), StudioError> {
        let _mark = Mark::take(self.shelf.store.catalog().path())?;
        let Some(interrupted) = &self.interrupted else { return Ok(()) };
        let (show, wall) = (ShowId(interrupted.show), self.wall());
        let state = if interrupted.rehearsal { ShowState::Planned } else { ShowState::Ended };
        self.shelf.store.wait(self.shelf.store.catalog().end_run(show, wall))?;
        self.interrupted = None;
        self.set_show_state(show, state)
    }

    fn set_privacy(&self, on: bool) {
        if let Some(live) = &self.live {
            live.stage().privacy().set(on);
        }
        self.hush();
    }

    /// The slate is up if the desk says so.
    pub(super) fn settle_privacy(&self) {
        let on = self.desk.is_private();
        if self.live.as_ref().is_some_and(|l| l.stage().privacy().is_on() != on) {
            self.set_privacy(on);
        }
    }

    /// Microphones are silent if either wants it.
    fn hush(&self) {
        if let Some(live) = &self.live {
            live.engine().hush(self.desk.is_private() || self.desk.is_muted());
        }
    }

    fn views(&self) -> Vec<(SceneName, View)> {
        let view = |v: ViewPoint| View { x: v.x, y: v.y, zoom: v.zoom };
        self.desk.views().map(|(scene, v)| (scene, view(v))).collect()
    }

    fn picture_at(&mut self, now: MediaTime) -> OnAir {
        let base = self.base;
        let item = self.desk.air.item.and_then(|id| self.shelf.book.item(id)).cloned();
        let product = item.and_then(|i| self.shelf.product(&i));
        self.desk.on_air_at(&self.shelf.book, now, base, |_| product.clone())
    }

    /// Gives the desk's picture to the graphics worker if it is another one.
    pub(super) fn show(&mut self) -> Result<(), StudioError> {
        if self.live.is_none() {
            return Ok(());
        }
        let now = self.now();
        let views = self.views();
        if views != self.seen_views
            && let Some(live) = &self.live
        {
            live.stage().set_views(views.clone());
            self.seen_views = views;
        }
        let on_air = self.picture_at(now);
        if self.seen.as_ref() == Some(&on_air) {
            return Ok(());
        }
        if let Some(live) = &self.live {
            live.show(on_air.clone())?;
            self.seen = Some(on_air);
        }
        Ok(())
    }

    /// Draws ahead what is likely to come next.
    pub(super) fn prepare(&mut self) {
        let Some(next) = self.desk.likely_next(&self.shelf.book).cloned() else { return };
        if self.live.is_none() {
            return;
        }
        let product = self.shelf.product(&next);
        let scene = next.scene.unwrap_or(self.desk.air.scene);
        let mut then: Desk = self.desk.clone();
        let around = self.around();
        if then.cue_quietly(&next, scene, around).is_err() {
            return;
        }
        let on_air = then.on_air_at(&self.shelf.book, around.now, self.base, |_| product.clone());
        if let Some(live) = &self.live {
            live.prepare(on_air);
        }
    }

    /// Destinations and losses.
    pub(super) fn add_outputs(&self, state: &mut State) {
        let Some(live) = &self.live else { return };
        if self.desk.phase == Phase::Ended {
            return;
        }
        let engine = live.engine();
        let canvas_of = |id: &str| {
            let record = self.setup.record.destinations.iter().find(|d| d.name == id);
            record.map(|d| d.canvas.to_string()).unwrap_or_default()
        };
        let mut dropped = 0;
        for d in &engine.destinations() {
            dropped += d.video.dropped;
            let word = serde_json::to_value(d.state).ok();
            let word = word.and_then(|v| Some(v.get("is")?.as_str()?.to_owned()));
            state.destinations.push(DestinationState {
                name: d.id.clone(),
                canvas: canvas_of(&d.id),
                state: word.unwrap_or_default(),
                text: state_word(d.state),
                dropped: d.video.dropped,
            });
        }
        let (lagged, skipped) = engine.losses();
        state.lost = LostState { lagged, skipped, dropped };
    }
}

/// The path, or the next one beside it that is free: an interrupted show's recording is kept.
fn free_path(path: &Path) -> PathBuf {
    if !path.exists() {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let end = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    (2..10_000)
        .map(|n| path.with_file_name(format!("{stem}-{n}{end}")))
        .find(|p| !p.exists())
        .unwrap_or_else(|| path.to_owned())
}
