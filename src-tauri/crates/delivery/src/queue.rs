//! The queue in front of a destination or a recording: bounded by time and by bytes.
//!
//! When it is too full it loses *video from the first packet that is no keyframe up to the next
//! keyframe*: what remains decodes without smear. Sound is kept until far beyond, because viewers
//! forgive a frozen picture sooner than a hole in the voice. While nothing is connected it keeps
//! only the newest group of pictures, so that a new connection can begin at once.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use vitrine_media::{MediaTime, Packet, StreamKind};

use crate::lock;

/// Sound is dropped only when the whole queue spans this many times its bound.
const FAR_BEYOND: i64 = 4;

/// How much a queue may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueueLimits {
    /// From the first droppable video packet to the newest packet.
    pub span: MediaTime,
    /// Payload bytes in all.
    pub bytes: usize,
}

/// 2 s, 8 MiB.
impl Default for QueueLimits {
    fn default() -> Self {
        Self { span: MediaTime::from_secs(2), bytes: 8 << 20 }
    }
}

/// Packets of each stream.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Pictures.
    pub video: u64,
    /// Audio frames.
    pub audio: u64,
}

impl Tally {
    /// Counts one packet of `kind`.
    pub const fn count(&mut self, kind: StreamKind) {
        match kind {
            StreamKind::Video => self.video += 1,
            StreamKind::Audio => self.audio += 1,
        }
    }
}

/// What the queue lost and holds.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct QueueCounts {
    /// Lost because the reader was too slow.
    pub dropped: Tally,
    /// Lost because nothing was connected.
    pub missed: Tally,
    /// Let go by a cut.
    pub withheld: Tally,
    /// Packets inside.
    pub len: usize,
    /// Payload bytes inside.
    pub bytes: usize,
    /// From the oldest packet inside to the newest ever pushed.
    pub age: MediaTime,
}

/// What a wait for the next packet ended with.
#[derive(Debug)]
pub enum Next {
    /// The next packet.
    Packet(Packet),
    /// There was a [cut](PacketQueue::cut): what was taken before and is not sent yet is not to be sent.
    Cut,
    /// Nothing came in time.
    Empty,
    /// Closed and empty: nothing will come.
    Closed,
}

/// See the module. Share by `Arc`; any thread may push, one reads.
#[derive(Debug)]
pub struct PacketQueue {
    limits: QueueLimits,
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug)]
struct State {
    items: VecDeque<Packet>,
    bytes: usize,
    newest: MediaTime,
    /// Video is refused until a keyframe comes.
    wants_key: bool,
    /// Connected, and no keyframe has come yet to begin with.
    starting: bool,
    connected: bool,
    closed: bool,
    /// The reader does not know of the newest cut.
    cut: bool,
    has_video: bool,
    dropped: Tally,
    missed: Tally,
    withheld: Tally,
}

impl PacketQueue {
    /// An empty queue. `has_video`: it starts, and starts again, with a keyframe. `connected`: see
    /// [`PacketQueue::connect`].
    pub fn new(limits: QueueLimits, has_video: bool, connected: bool) -> Self {
        let state = State {
            items: VecDeque::new(),
            bytes: 0,
            newest: MediaTime::ZERO,
            wants_key: has_video,
            starting: has_video,
            connected,
            closed: false,
            cut: false,
            has_video,
            dropped: Tally::default(),
            missed: Tally::default(),
            withheld: Tally::default(),
        };
        Self { limits, state: Mutex::new(state), arrived: Condvar::new() }
    }

    /// Adds a packet; loses older ones if there are too many. Never waits for the reader.
    pub fn push(&self, packet: &Packet) {
        let mut s = lock(&self.state);
        if s.closed {
            return;
        }
        if packet.kind == StreamKind::Video {
            if packet.key {
                if !s.connected {
                    s.forget_all();
                }
                s.wants_key = false;
                s.starting = false;
            } else if s.wants_key {
                s.lose(packet.kind);
                return;
            }
        } else if !s.has_video && !s.connected {
            s.forget_all();
        }
        s.newest = s.newest.max(packet.dts);
        s.bytes += packet.data.len();
        s.items.push_back(packet.clone());
        s.enforce(self.limits);
        drop(s);
        self.arrived.notify_one();
    }

    /// Takes the next packet, waiting up to `timeout`.
    pub fn pop(&self, timeout: Duration) -> Next {
        let until = Instant::now() + timeout;
        let mut s = lock(&self.state);
        loop {
            if std::mem::take(&mut s.cut) {
                return Next::Cut;
            }
            if let Some(p) = s.items.pop_front() {
                s.bytes -= p.data.len();
                return Next::Packet(p);
            }
            if s.closed {
                return Next::Closed;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Empty;
            }
            s = match self.arrived.wait_timeout(s, left) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
    }

    /// Nothing that was pushed before is to be sent: it is let go, and the reader is told to do the same. The
    /// maker goes on with a keyframe.
    pub fn cut(&self) {
        let mut s = lock(&self.state);
        let State { items, withheld, .. } = &mut *s;
        items.drain(..).for_each(|p| withheld.count(p.kind));
        s.bytes = 0;
        s.wants_key = s.has_video;
        s.cut = true;
        drop(s);
        self.arrived.notify_one();
    }

    /// Counts what the reader let go after a cut.
    pub fn count_withheld(&self, kind: StreamKind) {
        lock(&self.state).withheld.count(kind);
    }

    /// A connection is up: everything before the newest keyframe is let go. True if that keyframe
    /// is in the queue; otherwise the next packet out follows the next keyframe in.
    pub fn connect(&self) -> bool {
        let mut s = lock(&self.state);
        let key = s.items.iter().rposition(|p| p.kind == StreamKind::Video && p.key);
        let keep = key.unwrap_or(if s.has_video { s.items.len() } else { 0 });
        s.forget(keep);
        s.connected = true;
        // A new connection has nothing that was taken before.
        s.cut = false;
        s.wants_key = s.has_video && key.is_none();
        s.starting = s.wants_key;
        !s.wants_key
    }

    /// The connection is gone: from now on only the newest group of pictures is kept.
    pub fn disconnect(&self) {
        let mut s = lock(&self.state);
        s.connected = false;
        let key = s.items.iter().rposition(|p| p.kind == StreamKind::Video && p.key);
        let keep = key.unwrap_or(s.items.len());
        s.forget(keep);
        s.wants_key |= s.has_video && key.is_none();
    }

    /// Refuses further packets; what is inside can still be taken.
    pub fn close(&self) {
        lock(&self.state).closed = true;
        self.arrived.notify_all();
    }

    /// What it lost and holds.
    pub fn counts(&self) -> QueueCounts {
        let s = lock(&self.state);
        let age = s.items.front().map_or(MediaTime::ZERO, |p| s.newest - p.dts);
        QueueCounts {
            dropped: s.dropped,
            missed: s.missed,
            withheld: s.withheld,
            len: s.items.len(),
            bytes: s.bytes,
            age,
        }
    }
}

impl State {
    fn lose(&mut self, kind: StreamKind) {
        // Until its first keyframe a connection is not late: it has not begun.
        let begun = self.connected && !self.starting;
        if begun { &mut self.dropped } else { &mut self.missed }.count(kind);
    }

    /// Drops the first `n` packets.
    fn forget(&mut self, n: usize) {
        for _ in 0..n {
            if let Some(p) = self.items.pop_front() {
                self.bytes -= p.data.len();
                self.lose(p.kind);
            }
        }
    }

    fn forget_all(&mut self) {
        self.forget(self.items.len());
    }

    fn first_droppable(&self) -> Option<usize> {
        self.items.iter().position(|p| p.kind == StreamKind::Video && !p.key)
    }

    fn enforce(&mut self, limits: QueueLimits) {
        loop {
            let first = self.first_droppable();
            let late = first.is_some_and(|i| self.newest - self.items[i].dts > limits.span);
            let fat = self.bytes > limits.bytes;
            match first {
                Some(i) if late || fat => self.drop_group(i),
                _ => break,
            }
        }
        let longest = MediaTime::from_nanos(limits.span.as_nanos().saturating_mul(FAR_BEYOND));
        while self.items.len() > 1
            && (self.bytes > limits.bytes
                || self.items.front().is_some_and(|p| self.newest - p.dts > longest))
        {
            self.forget(1);
            // A lone keyframe that went leaves nothing to decode from.
            let keys = self.items.iter().any(|p| p.kind == StreamKind::Video && p.key);
            let video = self.items.iter().any(|p| p.kind == StreamKind::Video);
            self.wants_key |= self.has_video && video && !keys;
        }
    }

    /// Drops video from the packet at `first` up to the next keyframe.
    fn drop_group(&mut self, first: usize) {
        let is_key = |p: &Packet| p.kind == StreamKind::Video && p.key;
        let end = (first..self.items.len()).find(|&i| is_key(&self.items[i]));
        let stop = end.unwrap_or(self.items.len());
        let tail: Vec<Packet> = self.items.drain(first..).collect();
        for (i, p) in tail.into_iter().enumerate() {
            if first + i < stop && p.kind == StreamKind::Video {
                self.bytes -= p.data.len();
                self.lose(p.kind);
            } else {
                self.items.push_back(p);
            }
        }
        self.wants_key |= end.is_none();
    }
}

#[cfg(test)]
mod tests;
