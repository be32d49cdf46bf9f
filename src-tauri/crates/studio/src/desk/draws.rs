//! Giveaways on the desk.

use vitrine_media::MediaTime;

use super::air::seconds;
use super::{Around, Desk, Effect, refuse};
use crate::command::ElementName;
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::giveaway::{Giveaway, Proof, Seed};

fn none() -> StudioError {
    refuse("giveaway-none", "no giveaway is open").remedy("open one first")
}

impl Desk {
    pub(super) fn open_giveaway(
        &mut self,
        prize: &str,
        keyword: &str,
        length: Option<u32>,
        a: Around<'_>,
    ) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if self.giveaway.as_ref().is_some_and(|g| g.winner().is_none()) {
            return Err(refuse("giveaway-open", "a giveaway is open already")
                .remedy("draw it, or close it, first"));
        }
        let closes: Option<MediaTime> =
            length.map(|s| seconds("giveaway", s)).transpose()?.map(|s| a.now + s);
        let giveaway = Giveaway::new(prize, keyword, Seed::new(a.random), closes)?;
        let fingerprint = giveaway.fingerprint();
        self.giveaway = Some(giveaway);
        self.air.elements.insert(ElementName::Giveaway);
        Ok(vec![Effect::Tell(StudioEvent::GiveawayOpened { fingerprint })])
    }

    pub(super) fn enter(&mut self, who: &str, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let entries = self.giveaway.as_mut().ok_or_else(none)?.enter(who, a.now)?;
        Ok(vec![Effect::Tell(StudioEvent::Entered { entries })])
    }

    /// A comment that is the keyword is an entry; one who takes part already is no fault.
    pub(super) fn enter_by_comment(
        &mut self,
        words: &str,
        from: &str,
        a: Around<'_>,
    ) -> Option<Vec<Effect>> {
        let folded = |text: &str| {
            let text = vitrine_catalog::search::folded(text);
            text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
        };
        let giveaway = self.giveaway.as_mut().filter(|g| g.is_open(a.now))?;
        let keyword = folded(giveaway.keyword());
        if keyword.is_empty() || folded(words) != keyword {
            return None;
        }
        let entered = giveaway.enter(from, a.now).ok();
        Some(
            entered
                .map(|n| Effect::Tell(StudioEvent::Entered { entries: n }))
                .into_iter()
                .collect(),
        )
    }

    /// Draws; again if it was drawn, when the winner does not answer.
    pub(super) fn draw(&mut self, a: Around<'_>) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        let giveaway = self.giveaway.as_mut().ok_or_else(none)?;
        let drawn = if giveaway.winner().is_some() {
            giveaway.redraw(a.now)?
        } else {
            giveaway.draw(a.now)?
        };
        let (winner, entries) = (drawn.winner.name.clone(), drawn.among);
        let seed = giveaway.revealed().unwrap_or_default();
        self.air.elements.insert(ElementName::Giveaway);
        Ok(vec![Effect::Tell(StudioEvent::Drawn { winner, seed, entries })])
    }

    pub(super) fn close_giveaway(&mut self) -> Result<Vec<Effect>, StudioError> {
        self.on_air()?;
        if self.giveaway.take().is_none() {
            return Err(none());
        }
        self.air.elements.remove(&ElementName::Giveaway);
        Ok(vec![Effect::Tell(StudioEvent::GiveawayClosed)])
    }

    /// What is needed to check the giveaway, once it was drawn.
    pub fn giveaway_proof(&self) -> Option<Proof> {
        self.giveaway.as_ref()?.proof()
    }
}
