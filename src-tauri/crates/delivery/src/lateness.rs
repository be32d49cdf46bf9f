//! How old a picture is when it has been handed to the network.

use serde::{Deserialize, Serialize};
use vitrine_media::MediaTime;

/// Pictures looked back on: half a minute of them.
const WINDOW: usize = 1024;

/// Picture-to-wire times of the newest pictures, in a ring.
#[derive(Debug, Default)]
pub(crate) struct Lateness {
    ring: Vec<f32>,
    next: usize,
    first: Option<MediaTime>,
}

/// From a picture's tick to its last byte being accepted by the operating system, over the newest
/// thousand pictures, in milliseconds.
#[derive(Clone, Copy, Default, PartialEq, Debug, Serialize, Deserialize)]
pub struct PictureToWire {
    /// Half were faster.
    pub p50_ms: f32,
    /// 95 of 100 were faster.
    pub p95_ms: f32,
}

impl Lateness {
    /// Counts a picture of `pts` sent at `now`.
    pub fn add(&mut self, pts: MediaTime, now: MediaTime) {
        self.first.get_or_insert(now);
        let ms = ((now - pts).as_secs_f64() * 1e3) as f32;
        if self.ring.len() < WINDOW {
            self.ring.push(ms);
        } else {
            self.ring[self.next] = ms;
        }
        self.next = (self.next + 1) % WINDOW;
    }

    /// When the first picture of all was sent.
    pub const fn first(&self) -> Option<MediaTime> {
        self.first
    }

    /// The distribution now.
    pub fn summary(&self) -> PictureToWire {
        let mut sorted = self.ring.clone();
        sorted.sort_by(f32::total_cmp);
        let at = |share: f32| {
            let i = (sorted.len() as f32 * share) as usize;
            sorted.get(i.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
        };
        PictureToWire { p50_ms: at(0.5), p95_ms: at(0.95) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_count() {
        let mut l = Lateness::default();
        assert_eq!((l.summary(), l.first()), (PictureToWire::default(), None));
        for n in 0..5000 {
            let late = if n < 3000 { 900 } else { n % 100 };
            l.add(MediaTime::from_millis(n * 33), MediaTime::from_millis(n * 33 + late));
        }
        let s = l.summary();
        assert!((45.0..55.0).contains(&s.p50_ms) && (90.0..99.0).contains(&s.p95_ms), "{s:?}");
        assert_eq!(l.first(), Some(MediaTime::from_millis(900)));
    }
}
