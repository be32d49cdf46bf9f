//! The show's state and log, kept in the catalogue as they change, so that a power cut costs nothing a
//! seller would miss.

use vitrine_catalog::run::{NewLog, Run};
use vitrine_catalog::{ItemId, ShowId};
use vitrine_media::MediaTime;

use super::core::Core;
use super::mark::Mark;
use crate::desk::{Desk, Interrupted};
use crate::event::{StudioEvent, Told};
use crate::state::ResumeOffer;

/// While nothing changes the time is kept this often: a resume knows from it what was lost.
const ALIVE_EVERY: MediaTime = MediaTime::from_secs(2);
/// Entries that wait for a catalogue that cannot be written.
const LOG: usize = 10_000;

/// What is not kept yet, and since when.
#[derive(Debug, Default)]
pub(super) struct Kept {
    log: Vec<NewLog>,
    at: MediaTime,
    failing: bool,
}

impl Kept {
    pub(super) fn log(&mut self, told: &Told, wall: i64) {
        let detail = serde_json::to_value(&told.what).unwrap_or_default();
        let kind = detail.get("event").and_then(|k| k.as_str()).unwrap_or("event").to_owned();
        let item = detail.get("item").and_then(serde_json::Value::as_i64).map(ItemId);
        if self.log.len() < LOG {
            self.log.push(NewLog { show_ms: told.at_ms, at: wall, kind, item, detail });
        }
    }
}

impl Core {
    /// Keeps the desk and what happened.
    pub(super) fn keep(&mut self) {
        let (Some(show), true) = (self.desk.show, self.running) else {
            self.kept.log.clear();
            return;
        };
        self.kept.at = self.clock.now();
        let (show_ms, wall) = (self.now().max(self.last).as_millis(), self.wall());
        let state = match serde_json::to_string(&self.desk) {
            Ok(state) => state,
            Err(e) => {
                tracing::error!("the show's state cannot be written down: {e}");
                return;
            }
        };
        let log = std::mem::take(&mut self.kept.log);
        let catalog = self.shelf.store.catalog();
        let kept = catalog.keep_run_and_log(ShowId(show), &state, show_ms, wall, &log);
        match self.shelf.store.wait(kept) {
            Ok(()) => self.kept.failing = false,
            Err(e) => {
                // The show goes on; the log waits.
                self.kept.log = log;
                if !self.kept.failing {
                    self.kept.failing = true;
                    let text = format!("the show's state cannot be kept: {e}");
                    self.tell(None, StudioEvent::Fault { text });
                }
            }
        }
    }

    /// Keeps the time while nothing changes.
    pub(super) fn keep_alive(&mut self) {
        if self.live.is_some() && self.clock.now() - self.kept.at >= ALIVE_EVERY {
            self.keep();
        }
    }

    /// A show that was on air when the program ended.
    pub(super) fn find_interrupted(&self) -> Option<Interrupted> {
        // One that is on air in another program was not interrupted.
        Mark::take(self.shelf.store.catalog().path()).ok()?;
        let catalog = self.shelf.store.catalog();
        let run: Run = match self.shelf.store.wait(catalog.open_run()) {
            Ok(run) => run?,
            Err(e) => {
                tracing::warn!("whether a show was interrupted cannot be read: {e}");
                return None;
            }
        };
        let title = self.shelf.store.wait(catalog.show(run.show)).ok()?.fields.title;
        let (desk, at, kept_at) = match &run.state {
            Some(state) => match serde_json::from_str::<Desk>(state) {
                Ok(desk) => (desk, run.show_ms, run.committed_at),
                Err(e) => {
                    tracing::warn!("the interrupted show's state cannot be read: {e}");
                    return None;
                }
            },
            // It ended before anything was kept: the show as it began.
            None => {
                let phase = if run.rehearsal {
                    crate::state::Phase::Rehearsal
                } else {
                    crate::state::Phase::Live
                };
                let desk = Desk::begun(run.show.0, phase);
                (desk, 0, run.started_at)
            }
        };
        Some(Interrupted {
            show: run.show.0,
            title,
            rehearsal: run.rehearsal,
            at: MediaTime::from_millis(at),
            kept_at,
            setup: serde_json::from_str(&run.settings).ok(),
            desk,
        })
    }

    /// The offer to go on with it.
    pub(super) fn offer(&self) -> Option<ResumeOffer> {
        let i = self.interrupted.as_ref()?;
        Some(ResumeOffer {
            show: i.show,
            title: i.title.clone(),
            lost_ms: (self.wall() - i.kept_at).max(0),
            at_ms: i.at.as_millis(),
            item: i.desk.air.item,
            rehearsal: i.rehearsal,
        })
    }
}
