//! The order in which sound and picture go out. The two encoders deliver on their own threads, so
//! packets arrive roughly in order; some players want them exactly in order.

use std::collections::VecDeque;

use vitrine_media::{MediaTime, Packet, StreamKind};

/// Sorts two streams by decoding time, holding packets back no longer than `hold`.
#[derive(Debug)]
pub struct Interleave {
    hold: MediaTime,
    both: bool,
    waiting: [VecDeque<Packet>; 2],
}

impl Interleave {
    /// `hold` zero passes packets straight on. `both`: two streams are expected.
    pub fn new(hold: MediaTime, both: bool) -> Self {
        Self { hold, both, waiting: [VecDeque::new(), VecDeque::new()] }
    }

    /// Takes a packet and appends to `out` what may go.
    pub fn push(&mut self, p: Packet, out: &mut Vec<Packet>) {
        if self.hold == MediaTime::ZERO || !self.both {
            out.push(p);
            return;
        }
        self.waiting[p.kind as usize].push_back(p);
        while self.waiting.iter().all(|w| !w.is_empty()) || self.span() > self.hold {
            self.release(out);
        }
    }

    /// Appends everything held back, in order.
    pub fn flush(&mut self, out: &mut Vec<Packet>) {
        while self.waiting.iter().any(|w| !w.is_empty()) {
            self.release(out);
        }
    }

    fn span(&self) -> MediaTime {
        let ends = |w: &VecDeque<Packet>| Some(w.back()?.dts - w.front()?.dts);
        self.waiting.iter().filter_map(ends).max().unwrap_or(MediaTime::ZERO)
    }

    /// Moves the earliest packet; of two equal ones the picture.
    fn release(&mut self, out: &mut Vec<Packet>) {
        let [video, audio] = &mut self.waiting;
        debug_assert_eq!((StreamKind::Video as usize, StreamKind::Audio as usize), (0, 1));
        let first = match (video.front(), audio.front()) {
            (Some(v), Some(a)) if a.dts < v.dts => audio,
            (Some(_), _) => video,
            (None, _) => audio,
        };
        out.extend(first.pop_front());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(kind: StreamKind, ms: i64) -> Packet {
        let t = MediaTime::from_millis(ms);
        Packet { kind, pts: t, dts: t, duration: t, key: true, data: Vec::new().into() }
    }

    fn order(hold: i64, arrivals: &[(StreamKind, i64)]) -> (Vec<i64>, Vec<i64>) {
        let mut i = Interleave::new(MediaTime::from_millis(hold), true);
        let (mut out, mut rest) = (Vec::new(), Vec::new());
        for (kind, ms) in arrivals {
            i.push(packet(*kind, *ms), &mut out);
        }
        i.flush(&mut rest);
        let ms = |v: Vec<Packet>| v.iter().map(|p| p.dts.as_millis()).collect();
        (ms(out), ms(rest))
    }

    #[test]
    fn sorts_within_its_hold_and_never_waits_longer() {
        use StreamKind::{Audio, Video};
        let arrivals =
            [(Video, 0), (Video, 40), (Audio, 10), (Audio, 30), (Audio, 50), (Video, 80)];
        assert_eq!(order(0, &arrivals).0, [0, 40, 10, 30, 50, 80]);
        assert_eq!(order(500, &arrivals), (vec![0, 10, 30, 40, 50], vec![80]));
        // Sound that stopped holds the picture back for 100 ms only.
        let alone: Vec<_> = (0..10).map(|n| (Video, n * 40)).collect();
        assert_eq!(order(100, &alone).0, [0, 40, 80, 120, 160, 200, 240]);
    }
}
