//! An auction the slow way: the list of all that was accepted, from which every answer is worked out anew.
//! It shares no line with the program, so that both would have to be wrong in the same way.

use vitrine_media::MediaTime;
use vitrine_studio::auction::{AuctionRules, LotClock};
use vitrine_studio::on_air::LotStage;

/// Something that happened. Who bids is a number here: 0 to 3 are people, higher ones have no usable name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Happened {
    Chosen(u32),
    Started(LotClock),
    PreBid(u32, usize, i64),
    Bid(usize, i64),
    Undone,
    SuddenDeath,
}
use Happened::*;

/// How a lot ended: number, winner, price, bids, pre-bidders, undone, started, ended.
pub type Ended = (u32, Option<usize>, i64, usize, usize, usize, MediaTime, MediaTime);

pub struct Model {
    pub rules: AuctionRules,
    pub of: u32,
    pub log: Vec<(MediaTime, Happened)>,
}

const FIFTEEN_DIGITS: i64 = 999_999_999_999_999;
pub const PEOPLE: usize = 4;

impl Model {
    pub fn new(rules: AuctionRules, of: u32) -> Self {
        Self { rules, of, log: vec![(MediaTime::ZERO, Chosen(1))] }
    }

    /// Where in the log each round begins and ends.
    fn rounds(&self) -> Vec<(usize, usize)> {
        let mut at: Vec<usize> =
            (0..self.log.len()).filter(|i| matches!(self.log[*i].1, Chosen(_))).collect();
        at.push(self.log.len());
        at.windows(2).map(|w| (w[0], w[1])).collect()
    }

    fn lot_of(&self, round: (usize, usize)) -> u32 {
        let Chosen(number) = self.log[round.0].1 else { panic!("a round begins with a choice") };
        number
    }

    fn start_of(&self, round: (usize, usize)) -> Option<(usize, MediaTime, LotClock)> {
        (round.0..round.1).find_map(|i| match self.log[i] {
            (at, Started(clock)) => Some((i, at, clock)),
            _ => None,
        })
    }

    fn ends_of(&self, round: (usize, usize)) -> Option<(MediaTime, bool)> {
        let (start, at, clock) = self.start_of(round)?;
        let (mut ends, mut sudden) = (at + clock.length, clock.sudden_death);
        for (at, what) in &self.log[start..round.1] {
            match what {
                SuddenDeath => sudden = true,
                Bid(..) if !sudden => ends = ends.max(*at + clock.counter_bid),
                _ => {}
            }
        }
        Some((ends, sudden))
    }

    /// The pre-bids of a lot that wait at a place in the log, in the order they came.
    fn waiting(&self, lot: u32, until: usize) -> Vec<(usize, i64)> {
        let mut waiting = Vec::new();
        for round in self.rounds() {
            let here = self.lot_of(round);
            let start = self.start_of(round).map(|s| s.0);
            for i in round.0..round.1.min(until) {
                match self.log[i].1 {
                    PreBid(of, who, most) if of == lot => waiting.push((who, most)),
                    Undone if here == lot && start.is_none_or(|s| i < s) => {
                        waiting.pop();
                    }
                    Started(_) if here == lot => waiting.clear(),
                    _ => {}
                }
            }
        }
        waiting
    }

    /// The highest of each bidder, the earliest of the highest first.
    pub fn pre_bidders(&self, lot: u32, until: usize) -> Vec<(usize, i64)> {
        let all = self.waiting(lot, until);
        let mut best: Vec<(usize, i64)> = Vec::new();
        for (i, (who, most)) in all.iter().enumerate() {
            if !all[i + 1..].iter().any(|(w, _)| w == who) {
                best.push((*who, *most));
            }
        }
        let mut sorted = Vec::new();
        while !best.is_empty() {
            let top = best.iter().map(|b| b.1).max().expect("one is left");
            let at = best.iter().position(|b| b.1 == top).expect("it is there");
            sorted.push(best.remove(at));
        }
        sorted
    }

    fn step(&self, highest: i64) -> i64 {
        let fits = self.rules.steps.0.iter().filter(|s| s.from <= highest);
        fits.max_by_key(|s| s.from).expect("the table begins at zero").step
    }

    /// Bids that count in a round, and how many were taken back.
    fn bids_of(&self, round: (usize, usize)) -> (Vec<(usize, i64)>, usize) {
        let Some((start, ..)) = self.start_of(round) else { return (Vec::new(), 0) };
        let pre = self.pre_bidders(self.lot_of(round), start);
        let mut bids: Vec<(usize, i64)> = match pre.as_slice() {
            [] => Vec::new(),
            [(who, _)] => vec![(*who, self.rules.start_price)],
            [(who, most), (_, second), ..] => {
                vec![(*who, (*second + self.step(*second)).min(*most))]
            }
        };
        let mut undone = 0;
        for (_, what) in &self.log[start..round.1] {
            match what {
                Bid(who, amount) => bids.push((*who, *amount)),
                Undone => {
                    bids.pop();
                    undone += 1;
                }
                _ => {}
            }
        }
        (bids, undone)
    }

    fn last_round(&self) -> (usize, usize) {
        *self.rounds().last().expect("there is always a lot at hand")
    }

    pub fn number(&self) -> u32 {
        self.lot_of(self.last_round())
    }

    pub fn ends(&self) -> Option<MediaTime> {
        self.ends_of(self.last_round()).map(|e| e.0)
    }

    pub fn is_sudden(&self) -> bool {
        let rules = self.rules.clock.sudden_death;
        self.ends_of(self.last_round()).map_or(rules, |e| e.1)
    }

    pub fn bids(&self) -> Vec<(usize, i64)> {
        self.bids_of(self.last_round()).0
    }

    pub fn stage(&self, now: MediaTime) -> LotStage {
        match self.ends() {
            None => LotStage::Ready,
            Some(ends) if now < ends => LotStage::Running,
            Some(_) if self.bids().is_empty() => LotStage::Unsold,
            Some(_) => LotStage::Sold,
        }
    }

    pub fn minimum(&self) -> i64 {
        self.bids().last().map_or(self.rules.start_price, |(_, top)| top + self.step(*top))
    }

    /// Every lot that is over at `now`, in order.
    pub fn ended(&self, now: MediaTime) -> Vec<Ended> {
        let mut ended = Vec::new();
        for round in self.rounds() {
            let Some((start, at, _)) = self.start_of(round) else { continue };
            let (ends, _) = self.ends_of(round).expect("it has started");
            if now < ends {
                continue;
            }
            let (bids, undone) = self.bids_of(round);
            let pre = self.pre_bidders(self.lot_of(round), start).len();
            let (winner, price) = match bids.last() {
                Some((who, amount)) => (Some(*who), *amount),
                None => (None, self.rules.start_price),
            };
            ended.push((self.lot_of(round), winner, price, bids.len(), pre, undone, at, ends));
        }
        ended
    }

    fn is_sold(&self, lot: u32, now: MediaTime) -> bool {
        self.ended(now).iter().any(|e| e.0 == lot && e.1.is_some())
    }

    /// Whether it may happen at `now`: an error's code, or nothing. `Next` is `Chosen` without a number.
    pub fn refusal(&self, what: Happened, now: MediaTime) -> Option<&'static str> {
        let stage = self.stage(now);
        let idle = match stage {
            LotStage::Ready => Some("lot-not-running"),
            LotStage::Running => None,
            LotStage::Sold | LotStage::Unsold => Some("lot-over"),
        };
        match what {
            Chosen(n) if n < 1 || n > self.of => Some("lot-number"),
            Chosen(_) | Started(_) if stage == LotStage::Running => Some("lot-running"),
            Chosen(n) => self.is_sold(n, now).then_some("lot-sold"),
            Started(_) => (stage != LotStage::Ready).then_some("lot-over"),
            PreBid(lot, ..) if lot < 1 || lot > self.of => Some("lot-number"),
            PreBid(lot, who, most) => {
                let is_ready = lot == self.number() && stage == LotStage::Ready;
                let was_run = self
                    .rounds()
                    .iter()
                    .any(|r| self.lot_of(*r) == lot && self.start_of(*r).is_some());
                if was_run && !is_ready {
                    return Some("lot-over");
                }
                if who >= PEOPLE {
                    return Some("bid-bidder");
                }
                if !(0..=FIFTEEN_DIGITS).contains(&most) {
                    return Some("bid-amount");
                }
                let mine = self.pre_bidders(lot, self.log.len()).into_iter().find(|p| p.0 == who);
                let least = mine.map_or(self.rules.start_price, |(_, before)| before + 1);
                (most < least).then_some("bid-too-low")
            }
            Bid(..) | SuddenDeath if idle.is_some() => idle,
            Bid(who, _) if who >= PEOPLE => Some("bid-bidder"),
            Bid(_, amount) if !(0..=FIFTEEN_DIGITS).contains(&amount) => Some("bid-amount"),
            Bid(who, _) if self.bids().last().is_some_and(|b| b.0 == who) => Some("bid-leading"),
            Bid(_, amount) => (amount < self.minimum()).then_some("bid-too-low"),
            SuddenDeath => None,
            Undone if stage == LotStage::Ready => {
                self.waiting(self.number(), self.log.len()).is_empty().then_some("bid-none")
            }
            Undone if idle.is_some() => idle,
            Undone => {
                let (start, ..) = self.start_of(self.last_round()).expect("it runs");
                let opened = !self.pre_bidders(self.number(), start).is_empty();
                (self.bids().len() <= usize::from(opened)).then_some("bid-none")
            }
        }
    }

    /// The lot that comes next at `now`, or why there is none.
    pub fn next(&self, now: MediaTime) -> Result<u32, &'static str> {
        match self.stage(now) {
            LotStage::Running => Err("lot-running"),
            LotStage::Ready => Err("lot-ready"),
            LotStage::Sold | LotStage::Unsold => {
                let after = self.number() + 1..=self.of;
                after.into_iter().find(|n| !self.is_sold(*n, now)).ok_or("lots-done")
            }
        }
    }

    /// It has been accepted.
    pub fn happened(&mut self, what: Happened, now: MediaTime) {
        // Choosing what is ready already changes nothing.
        if what != Chosen(self.number()) || self.stage(now) != LotStage::Ready {
            self.log.push((now, what));
        }
    }
}
