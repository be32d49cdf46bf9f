//! What happens by itself when its time comes.

use vitrine_media::MediaTime;

use super::life::STAYS_ARMED;
use super::prices::CELEBRATED;
use super::{Around, Desk, Effect};
use crate::command::ElementName;

/// How long `00:00` stays before a countdown leaves.
const ZERO_STAYS: MediaTime = MediaTime::from_millis(1000);

impl Desk {
    /// Does what is due at `around.now`: lots whose clock is at zero, sales and prices whose time is over,
    /// countdowns that have run out. To be called often; a change that is done late is done as of its time.
    pub fn turn(&mut self, around: Around<'_>) -> Vec<Effect> {
        let Around { book, now, awake, .. } = around;
        let before = self.armed;
        self.armed = self.armed.filter(|(_, since)| awake - *since <= STAYS_ARMED);
        let mut changed = self.armed != before;
        let mut effects = Vec::new();
        if self.phase.is_on_air() {
            let mut over = Vec::new();
            for (id, auction) in &mut self.auctions {
                // A lot that ran out before the next one was made ready is told here, too.
                while let Some(result) = auction.tick(now) {
                    over.push((*id, result.clone()));
                }
            }
            for (id, result) in over {
                effects.extend(self.lot_over(id, &result, book));
            }
            let flash = self.flash.as_mut().and_then(|(_, sale)| sale.tick(now));
            if let Some(end) = flash {
                effects.extend(self.flash_over(end.reason, book));
            }
            let due = self.timed.iter().filter(|(_, t)| t.until <= now).map(|(id, _)| *id);
            for id in due.collect::<Vec<_>>() {
                effects.extend(self.end_timed(id, book));
            }
            if self.air.countdown_to.is_some_and(|end| now >= end + ZERO_STAYS) {
                self.air.countdown_to = None;
                self.air.elements.remove(&ElementName::Countdown);
                changed = true;
            }
            if self.fallen.as_ref().is_some_and(|f| now >= f.at + CELEBRATED) {
                self.fallen = None;
                changed = true;
            }
            if self.stamp_until.is_some_and(|until| now >= until) {
                self.stamp_until = None;
                changed = true;
            }
        }
        if changed || !effects.is_empty() {
            self.revision += 1;
        }
        effects
    }

    /// When [`Desk::turn`] next has something to do on air; show time.
    pub fn next_turn(&self) -> Option<MediaTime> {
        let lots = self.auctions.values().filter_map(|a| {
            let ends = a.ends()?;
            a.is_running(ends - MediaTime::from_nanos(1)).then_some(ends)
        });
        let flash = self.flash.iter().map(|(_, sale)| sale.ends());
        let timed = self.timed.values().map(|t| t.until);
        let countdown = self.air.countdown_to.iter().map(|t| *t + ZERO_STAYS);
        let fallen = self.fallen.iter().map(|f| f.at + CELEBRATED);
        let stamp = self.stamp_until.iter().copied();
        lots.chain(flash).chain(timed).chain(countdown).chain(fallen).chain(stamp).min()
    }

    /// After an interruption of `lost`: show time ran on, so a countdown and a price that holds for a while
    /// have lost that time; but nobody could bid, buy or take part meanwhile, so lots, flash sales and
    /// giveaways get the time they had left.
    pub fn shift(&mut self, lost: MediaTime, at: MediaTime) {
        for auction in self.auctions.values_mut() {
            auction.shift(lost);
        }
        if let Some((_, sale)) = &mut self.flash {
            sale.shift(lost);
        }
        if let Some(giveaway) = self.giveaway.as_mut().filter(|g| g.is_open(at)) {
            giveaway.shift(lost);
        }
        // Nothing was on air while nothing went out.
        if let Some(span) = self.spans.last_mut().filter(|s| s.to.is_none()) {
            span.to = Some(at.max(span.from));
            let item = span.item;
            self.spans.push(super::OnAirSpan { item, from: at + lost, to: None });
        }
        (self.armed, self.fallen) = (None, None);
    }
}
