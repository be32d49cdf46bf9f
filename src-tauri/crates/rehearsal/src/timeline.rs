//! Every packet that arrived, the newest kept: lets a test judge gaps by itself.

use std::collections::VecDeque;

use vitrine_media::StreamKind;

/// Entries kept per stream: about 40 minutes at 30 frames and 47 audio packets a second, 8 MB.
const KEPT: usize = 200_000;

/// One coded picture or audio packet. Decoder configurations and metadata are not listed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TimelineEntry {
    /// Picture or sound.
    pub kind: StreamKind,
    /// RTMP timestamp (the decoding time) in milliseconds, unwrapped beyond 2³²; counts anew with each connection.
    pub timestamp_ms: i64,
    /// When it was read off the socket: milliseconds since the endpoint started.
    pub arrival_ms: u64,
    /// Bytes of the message body.
    pub size: u32,
    /// A decoder can start here. Every audio packet is one.
    pub key: bool,
    /// The publish it came with: 1 for the key's first.
    pub connection: u32,
}

/// The newest [`KEPT`] entries of a stream.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    entries: VecDeque<TimelineEntry>,
    /// Entries that were pushed out.
    gone: u64,
}

impl Timeline {
    pub fn push(&mut self, entry: TimelineEntry) {
        if self.entries.len() == KEPT {
            self.entries.pop_front();
            self.gone += 1;
        }
        self.entries.push_back(entry);
    }

    /// Entries from the `position`-th ever recorded on, and the position to ask for next.
    pub fn since(&self, position: u64) -> (Vec<TimelineEntry>, u64) {
        let skip = position.saturating_sub(self.gone).min(self.entries.len() as u64) as usize;
        let next = self.gone + self.entries.len() as u64;
        (self.entries.range(skip..).copied().collect(), next)
    }

    /// Bits a second of one kind over the `window_ms` before `now_ms`, by arrival.
    pub fn recent_bitrate(&self, kind: StreamKind, now_ms: u64, window_ms: u64) -> u64 {
        let from = now_ms.saturating_sub(window_ms);
        let recent = self.entries.iter().rev().take_while(|e| e.arrival_ms >= from);
        let bytes: u64 = recent.filter(|e| e.kind == kind).map(|e| u64::from(e.size)).sum();
        bytes * 8000 / (now_ms - from).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(n: u64) -> TimelineEntry {
        TimelineEntry {
            kind: StreamKind::Video,
            timestamp_ms: n as i64,
            arrival_ms: n,
            size: 125,
            key: false,
            connection: 1,
        }
    }

    #[test]
    fn keeps_the_newest_and_counts_positions() {
        let mut t = Timeline::default();
        for n in 0..KEPT as u64 + 10 {
            t.push(entry(n));
        }
        let (all, next) = t.since(0);
        assert_eq!((all.len(), all[0].timestamp_ms, next), (KEPT, 10, KEPT as u64 + 10));
        let (new, _) = t.since(next - 3);
        assert_eq!(new.len(), 3);
        assert_eq!(t.since(next + 50), (vec![], next));
        // One packet of 1000 bits each millisecond.
        let rate = t.recent_bitrate(StreamKind::Video, KEPT as u64 + 10, 1000);
        assert_eq!(rate, 1_000_000);
        assert_eq!(t.recent_bitrate(StreamKind::Audio, KEPT as u64, 1000), 0);
    }
}
