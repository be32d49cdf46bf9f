//! Each connection, and each file, has its own zero of time: its first keyframe. A stream that
//! kept show time over a reconnect would begin hours in, which servers handle badly.

use vitrine_media::{MediaTime, Packet, StreamKind};

/// A packet's times since the zero; never negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rebased {
    /// When it is shown.
    pub pts: MediaTime,
    /// When it is decoded; never before the last one of its stream.
    pub dts: MediaTime,
}

/// Finds the zero and counts from it.
#[derive(Clone, Debug)]
pub struct Rebase {
    has_video: bool,
    zero: Option<MediaTime>,
    last: [MediaTime; 2],
}

impl Rebase {
    /// Nothing seen yet. With video the zero is the first keyframe's decoding time, otherwise the
    /// first packet's.
    pub const fn new(has_video: bool) -> Self {
        Self { has_video, zero: None, last: [MediaTime::ZERO; 2] }
    }

    /// The packet's times, or `None` if it lies before the zero and must be left out: priming
    /// samples, sound before the first picture, pictures before the first keyframe.
    pub fn stamp(&mut self, p: &Packet) -> Option<Rebased> {
        let starts = p.key && (p.kind == StreamKind::Video || !self.has_video);
        let zero = match self.zero {
            Some(z) => z,
            None if starts => *self.zero.insert(p.dts),
            None => return None,
        };
        let dts = p.dts - zero;
        let pts = p.pts - zero;
        if dts < MediaTime::ZERO || pts < MediaTime::ZERO {
            return None;
        }
        let last = &mut self.last[p.kind as usize];
        let dts = dts.max(*last);
        *last = dts;
        Some(Rebased { pts: pts.max(dts), dts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(kind: StreamKind, ms: i64, key: bool) -> Packet {
        let t = MediaTime::from_millis(ms);
        Packet { kind, pts: t, dts: t, duration: t, key, data: Vec::new().into() }
    }

    #[test]
    fn zero_is_the_first_keyframe_and_nothing_is_negative() {
        let mut r = Rebase::new(true);
        let hour = 3_600_000;
        assert_eq!(r.stamp(&packet(StreamKind::Audio, hour, true)), None);
        assert_eq!(r.stamp(&packet(StreamKind::Video, hour + 1, false)), None);
        let at = |r: Option<Rebased>| r.map(|r| r.dts.as_millis());
        assert_eq!(at(r.stamp(&packet(StreamKind::Video, hour + 10, true))), Some(0));
        assert_eq!(r.stamp(&packet(StreamKind::Audio, hour + 9, true)), None);
        assert_eq!(at(r.stamp(&packet(StreamKind::Audio, hour + 30, true))), Some(20));
        // A step back is held, not sent.
        assert_eq!(at(r.stamp(&packet(StreamKind::Audio, hour + 25, true))), Some(20));
    }

    #[test]
    fn without_video_the_first_sound_is_zero() {
        let mut r = Rebase::new(false);
        let first = r.stamp(&packet(StreamKind::Audio, -21, true)).expect("starts");
        assert_eq!((first.pts, first.dts), (MediaTime::ZERO, MediaTime::ZERO));
    }
}
