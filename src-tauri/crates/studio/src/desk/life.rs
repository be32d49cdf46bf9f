//! The life of a show: loading, arming, going live, ending, resuming; locks and panic.

use vitrine_media::MediaTime;

use super::{Around, Desk, Effect, refuse};
use crate::command::Armable;
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::state::Phase;

/// So long a key is held before what it arms can be done.
pub(super) const HELD: MediaTime = MediaTime::from_millis(600);
/// So long after it was pressed it can still be done.
pub(super) const STAYS_ARMED: MediaTime = MediaTime::from_secs(10);

impl Desk {
    /// A show that has just begun.
    pub fn begun(show: i64, phase: Phase) -> Self {
        Self { show: Some(show), phase, ..Self::default() }
    }

    pub(super) fn load(&mut self, show: i64) -> Result<Vec<Effect>, StudioError> {
        if self.phase.is_on_air() {
            return Err(refuse("show-on-air", "a show is on air").remedy("end it first"));
        }
        // Everything of another show is gone; what was done stays known.
        let (done, revision) = (std::mem::take(&mut self.done), self.revision);
        *self = Self { phase: Phase::Ready, show: Some(show), done, revision, ..Self::default() };
        Ok(vec![Effect::Load(show)])
    }

    pub(super) fn arm(&mut self, what: Armable, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        match what {
            Armable::GoLive => self.ready()?,
            Armable::EndShow => self.on_air()?,
            Armable::EndPanic => self.panicked()?,
            Armable::Forget => interrupted(a)?,
        }
        self.armed = Some((what, a.awake));
        Ok(vec![Effect::Tell(StudioEvent::Armed { what })])
    }

    /// Uses up what was armed.
    fn fire(&mut self, what: Armable, a: Around<'_>) -> Result<(), StudioError> {
        let hold = "hold its key: arm it, and do it between 0.6 and 10 seconds later";
        match self.armed {
            Some((armed, since)) if armed == what => {
                let held = a.awake - since;
                if held < HELD {
                    return Err(refuse("held-too-short", "it was held too short").remedy(hold));
                }
                if held > STAYS_ARMED {
                    return Err(refuse("arm-expired", "it was armed too long ago").remedy(hold));
                }
                self.armed = None;
                Ok(())
            }
            _ => Err(refuse("not-armed", "this must be armed first").remedy(hold)),
        }
    }

    fn ready(&self) -> Result<(), StudioError> {
        self.chosen()?;
        if self.phase.is_on_air() {
            return Err(refuse("show-on-air", "the show is on air already"));
        }
        Ok(())
    }

    pub(super) fn go_live(
        &mut self,
        rehearsal: bool,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.ready()?;
        if a.interrupted.is_some() {
            return Err(refuse("show-interrupted", "another show was interrupted")
                .remedy("resume it, or forget it, first"));
        }
        if !rehearsal {
            self.fire(Armable::GoLive, a)?;
        }
        self.phase = if rehearsal { Phase::Rehearsal } else { Phase::Live };
        let told = StudioEvent::WentLive { rehearsal };
        Ok(vec![Effect::GoLive { rehearsal }, Effect::Tell(told)])
    }

    pub(super) fn end_show(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if self.phase == Phase::Live {
            self.fire(Armable::EndShow, a)?;
        }
        let mut effects = self.close_rounds(a);
        self.leave_item(a.now);
        self.phase = Phase::Ended;
        (self.panic, self.muted, self.armed) = (false, false, None);
        effects.extend([Effect::End, Effect::Tell(StudioEvent::Ended)]);
        Ok(effects)
    }

    pub(super) fn resume(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        interrupted(a)?;
        if self.phase.is_on_air() {
            return Err(refuse("show-on-air", "a show is on air").remedy("end it first"));
        }
        Ok(vec![Effect::Resume])
    }

    pub(super) fn forget(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        interrupted(a)?;
        self.fire(Armable::Forget, a)?;
        Ok(vec![Effect::Forget])
    }

    fn panicked(&self) -> Result<(), StudioError> {
        self.on_air()?;
        if self.panic {
            return Ok(());
        }
        Err(refuse("panic-none", "the slate is not up"))
    }

    pub(super) fn panic(&mut self) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        self.panic = true;
        Ok(vec![Effect::Panic(true), Effect::Tell(StudioEvent::Panic { on: true })])
    }

    pub(super) fn end_panic(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.panicked()?;
        self.fire(Armable::EndPanic, a)?;
        self.panic = false;
        Ok(vec![Effect::Panic(false), Effect::Tell(StudioEvent::Panic { on: false })])
    }

    pub(super) fn mute(&mut self, on: bool) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        self.muted = on;
        Ok(vec![Effect::Mute(on), Effect::Tell(StudioEvent::Muted { on })])
    }

    pub(super) fn lock(&mut self, on: bool) -> Result<Vec<Effect>, StudioError> {
        self.chosen()?;
        self.locked = on;
        Ok(vec![Effect::Tell(StudioEvent::Locked { on })])
    }

    pub(super) fn retry(&self, destination: &str) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        Ok(vec![Effect::Retry(destination.to_owned())])
    }
}

fn interrupted(a: Around<'_>) -> Result<(), StudioError> {
    match a.interrupted {
        Some(_) => Ok(()),
        None => Err(refuse("resume-none", "no show was interrupted")),
    }
}
