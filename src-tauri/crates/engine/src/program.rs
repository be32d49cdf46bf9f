//! What is on air: a scene per canvas and the pictures they name.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
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
}

/// Programs waiting for their tick, in order of time.
#[derive(Debug, Default)]
pub(crate) struct Schedule(Mutex<VecDeque<Cued>>);

impl Schedule {
    /// Adds a program; one that takes effect earlier than others replaces none of them, but a new
    /// *immediate* cue takes away everything scheduled before it was made: the newest intent wins.
    pub fn put(&self, cued: Cued) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cued.due <= cued.asked {
            list.clear();
        }
        while list.len() >= SCHEDULE_BOUND {
            list.pop_back();
        }
        let i = list.partition_point(|c| c.due <= cued.due);
        list.insert(i, cued);
    }

    /// The newest program due at `now`; older ones it overtakes are forgotten.
    pub fn take_due(&self, now: MediaTime) -> Option<Cued> {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = list.partition_point(|c| c.due <= now);
        list.drain(..due).next_back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(asked: i64, due: i64) -> Cued {
        let (asked, due) = (MediaTime::from_millis(asked), MediaTime::from_millis(due));
        Cued { program: Program::default(), asked, due }
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
}
