//! The order in which sound and picture go out. The two encoders deliver on their own threads, so
//! packets arrive roughly in order; some players want them exactly in order.

use std::collections::VecDeque;

use vitrine_media::{MediaTime, Packet, StreamKind};

/// Sorts two streams by decoding time, holding packets back no longer than `hold`.
#[derive(Debug)]
pub struct Interleave {
    hold: MediaTime,
    both: bool,
    /// The next picture goes at once.
    hurry: bool,
    waiting: [VecDeque<Packet>; 2],
}

impl Interleave {
    /// `hold` zero passes packets straight on. `both`: two streams are expected.
    pub fn new(hold: MediaTime, both: bool) -> Self {
        Self { hold, both, hurry: false, waiting: [VecDeque::new(), VecDeque::new()] }
    }

    /// Takes a packet and appends to `out` what may go.
    pub fn push(&mut self, p: Packet, out: &mut Vec<Packet>) {
        let hurried = p.kind == StreamKind::Video && std::mem::take(&mut self.hurry);
        if self.hold == MediaTime::ZERO || !self.both || hurried {
            out.push(p);
            return;
        }
        self.waiting[p.kind as usize].push_back(p);
        while self.waiting.iter().all(|w| !w.is_empty()) || self.span() > self.hold {
            self.release(out);
        }
    }

    /// Gives up what is held back, packet by packet to `gone`, and lets the next picture go at once: it is not to wait
    /// for the sound that belongs beside it.
    pub fn cut(&mut self, mut gone: impl FnMut(StreamKind)) {
        self.waiting.iter_mut().for_each(|w| w.drain(..).for_each(|p| gone(p.kind)));
        self.hurry = true;
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

    #[test]
    fn after_a_cut_the_next_picture_waits_for_nothing() {
        let mut i = Interleave::new(MediaTime::from_millis(400), true);
        let (mut out, mut gone) = (Vec::new(), Vec::new());
        for ms in [0, 20, 40] {
            i.push(packet(StreamKind::Audio, ms), &mut out);
        }
        assert!(out.is_empty());
        i.cut(|kind| gone.push(kind));
        assert_eq!(gone, [StreamKind::Audio; 3]);
        i.push(packet(StreamKind::Audio, 60), &mut out);
        i.push(packet(StreamKind::Video, 200), &mut out);
        assert_eq!(out.iter().map(|p| p.dts.as_millis()).collect::<Vec<_>>(), [200]);
        // Those behind it are sorted as ever.
        i.push(packet(StreamKind::Video, 240), &mut out);
        i.push(packet(StreamKind::Audio, 260), &mut out);
        assert_eq!(out.iter().map(|p| p.dts.as_millis()).collect::<Vec<_>>(), [200, 60, 240]);
    }
}
