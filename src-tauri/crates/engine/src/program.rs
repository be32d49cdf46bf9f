//! What is on air: a scene per canvas and the pictures they name.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use vitrine_compositor::Tile;
use vitrine_media::MediaTime;
use vitrine_scene::{PictureId, Scene};

/// Programs that may wait for their time at once; a countdown schedules one or two ahead.
const SCHEDULE_BOUND: usize = 64;

/// Names a canvas, such as `16:9`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CanvasId(pub Arc<str>);

impl From<&str> for CanvasId {
    fn from(s: &str) -> Self {
        Self(s.into())
    }
}

impl fmt::Display for CanvasId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Drawn pictures by name. A name stands for one content: new content takes a new name, except
/// where a plain replacement is meant (the digits of a countdown).
pub type Pictures = HashMap<PictureId, Arc<Tile>>;

/// A complete state of the air. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The scene of each canvas; one left out keeps its scene.
    pub scenes: BTreeMap<CanvasId, Arc<Scene>>,
    /// Every picture the scenes name.
    pub pictures: Arc<Pictures>,
}

/// A program and when it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Cued {
    pub program: Program,
    /// When it goes on air: at the first tick at or after this.
    pub due: MediaTime,
    /// When the caller asked.
    pub asked: MediaTime,
    /// Number of the cut that it brings: what was drawn before is not to leave any more. Zero: none.
    pub cut: u64,
    /// Nothing else is to be seen while it is on air.
    pub covered: bool,
}

impl Cued {
    /// An ordinary cue.
    pub const fn new(program: Program, due: MediaTime, asked: MediaTime) -> Self {
        Self { program, due, asked, cut: 0, covered: false }
    }
}

/// Programs waiting for their tick, in order of time.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    list: Mutex<VecDeque<Cued>>,
    cuts: AtomicU64,
}

impl Schedule {
    /// Numbers another cut, from 1 on.
    pub fn new_cut(&self) -> u64 {
        self.cuts.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Adds a program; one that takes effect earlier than others replaces none of them, but a new
    /// *immediate* cue takes away everything scheduled before it was made: the newest intent wins. A cut is never
    /// lost: whatever replaces its program brings it.
    pub fn put(&self, mut cued: Cued) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if cued.due <= cued.asked {
            cued.cut = list.drain(..).fold(cued.cut, |cut, gone| cut.max(gone.cut));
        }
        while list.len() >= SCHEDULE_BOUND {
            let gone = list.pop_back();
            cued.cut = cued.cut.max(gone.map_or(0, |gone| gone.cut));
        }
        let i = list.partition_point(|c| c.due <= cued.due);
        list.insert(i, cued);
    }

    /// The newest program due at `now`; older ones it overtakes are forgotten.
    pub fn take_due(&self, now: MediaTime) -> Option<Cued> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let due = list.partition_point(|c| c.due <= now);
        let cut = list.iter().take(due).map(|c| c.cut).max().unwrap_or(0);
        let newest = list.drain(..due).next_back();
        newest.map(|newest| Cued { cut, ..newest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(asked: i64, due: i64) -> Cued {
        let (asked, due) = (MediaTime::from_millis(asked), MediaTime::from_millis(due));
        Cued::new(Program::default(), due, asked)
    }

    #[test]
    fn the_newest_due_wins_and_an_immediate_cue_clears() {
        let s = Schedule::default();
        s.put(cue(0, 2000));
        s.put(cue(0, 1000));
        assert_eq!(s.take_due(MediaTime::from_millis(999)).map(|c| c.due), None);
        assert_eq!(
            s.take_due(MediaTime::from_millis(1000)).map(|c| c.due),
            Some(MediaTime::from_millis(1000))
        );
        s.put(cue(1500, 1500));
        assert!(s.take_due(MediaTime::from_millis(1500)).is_some());
        assert!(s.take_due(MediaTime::from_secs(100)).is_none());
    }

    #[test]
    fn a_cut_outlives_the_program_that_brought_it() {
        let s = Schedule::default();
        let cover = |asked: i64| Cued { cut: s.new_cut(), covered: true, ..cue(asked, asked) };
        s.put(cover(10));
        // Something else is cued before the tick: it is on air, and what was drawn before still stays in.
        s.put(cue(20, 20));
        let taken = s.take_due(MediaTime::from_millis(33)).expect("due");
        assert_eq!((taken.cut, taken.covered), (1, false));
        s.put(cover(40));
        s.put(cue(30, 41));
        let taken = s.take_due(MediaTime::from_millis(66)).expect("due");
        assert_eq!((taken.cut, taken.covered), (2, false));
        for n in 0..200 {
            s.put(cue(60, 100 + n));
        }
        s.put(cover(70));
        let taken = s.take_due(MediaTime::from_millis(99)).expect("due");
        assert_eq!((taken.cut, taken.covered), (3, true));
    }
}
