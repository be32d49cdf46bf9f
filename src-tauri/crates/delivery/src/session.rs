//! The body of a destination's thread: connect, send, find out what went wrong, try again.

use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use vitrine_media::{MediaTime, Packet, StreamInfo, StreamKind};

use crate::destination::{DestinationSettings, Ending, OnEvent, Shared};
use crate::flv::server_name;
use crate::interleave::Interleave;
use crate::interrupt::Interrupt;
use crate::lock;
use crate::publisher::{FailureKind, Opening, Phase, PublishError, Publisher, Stamps};
use crate::queue::{Next as Popped, Tally};
use crate::rebase::Rebase;
use crate::reconnect::{Next, Reconnect};
use crate::resolve::Resolver;
use crate::status::{DestinationEvent, LastError, State};

/// The longest time without looking whether the caller wants something.
const LOOK: Duration = Duration::from_millis(100);
/// Between two knocks at a server that could not be reached, and how long one may take.
const KNOCK_EVERY: Duration = Duration::from_secs(1);
const KNOCK_LIMIT: Duration = Duration::from_millis(700);
/// Addresses of a host that are tried in one attempt.
const ADDRESSES: usize = 4;
/// Queue age at which it counts as congested, and below which it is over.
const CONGESTED_AT: MediaTime = MediaTime::from_secs(1);
const FREE_AT: MediaTime = MediaTime::from_millis(300);
/// How often a missing keyframe is asked for.
const ASK_AGAIN: Duration = Duration::from_secs(3);
/// How long the farewell may take at most.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);
/// Send buffer: about a second of media, so that a stalled server shows soon at any bitrate.
const SEND_BUFFER: std::ops::RangeInclusive<u64> = 32 * 1024..=256 * 1024;

pub(crate) struct Session {
    settings: DestinationSettings,
    streams: Vec<StreamInfo>,
    shared: Arc<Shared>,
    on_event: OnEvent,
    resolver: Resolver,
    history: Reconnect,
    start: Instant,
    /// Tries since it was last on air.
    tries: u32,
    told: (Instant, Tally),
}

/// How a connection's life ended.
enum Life {
    /// The caller wanted the end.
    Stopped(Ending),
    Failed(PublishError),
}

impl Session {
    pub(crate) fn new(
        settings: DestinationSettings,
        streams: Vec<StreamInfo>,
        shared: Arc<Shared>,
        on_event: OnEvent,
    ) -> Self {
        let target = &settings.target;
        let resolver = Resolver::new(target.host(), target.port());
        let start = Instant::now();
        // Only to let destinations differ.
        let seed = std::hash::BuildHasher::hash_one(
            &std::collections::hash_map::RandomState::new(),
            &settings.id,
        );
        let history = Reconnect::new(settings.backoff, seed);
        let told = (start, Tally::default());
        Self { settings, streams, shared, on_event, resolver, history, start, tries: 0, told }
    }

    /// Runs until the caller wants the end. A panic below costs the connection, not the thread.
    pub(crate) fn run(mut self) -> Ending {
        loop {
            let life = catch_unwind(AssertUnwindSafe(|| self.live())).unwrap_or_else(|_| {
                let text = "An internal fault ended the connection. Connecting again.";
                Life::Failed(PublishError::new(Phase::Send, FailureKind::Lost, text))
            });
            *lock(&self.shared.interrupt) = None;
            self.shared.queue.disconnect();
            let ending = match life {
                Life::Stopped(ending) => Some(ending),
                Life::Failed(e) => self.recover(&e),
            };
            if let Some(ending) = ending {
                self.become_(State::Stopped, Some(&ending.text));
                return ending;
            }
        }
    }

    fn become_(&self, state: State, reason: Option<&str>) {
        let reason = reason.map(|r| vitrine_secret::redact(r).into_owned());
        let at = self.shared.clock.now();
        {
            let mut f = lock(&self.shared.facts);
            if f.state == state && f.reason == reason {
                return;
            }
            if f.state != state {
                f.since = at;
            }
            f.state = state;
            f.reason.clone_from(&reason);
        }
        let id = self.shared.id.clone();
        tracing::info!(target: "delivery", id, ?state, reason, "destination");
        (self.on_event)(DestinationEvent::StateChanged { id, state, reason });
    }

    /// Before it was ever on air the steps are shown; afterwards it is reconnecting all along.
    fn step(&self, state: State) {
        if self.history.ever_live() || self.tries > 1 {
            let reason = lock(&self.shared.facts).reason.clone();
            self.become_(State::Reconnecting { attempt: self.tries }, reason.as_deref());
        } else {
            self.become_(state, None);
        }
    }

    /// One connection, from look-up to end.
    fn live(&mut self) -> Life {
        self.tries += 1;
        lock(&self.shared.facts).attempts += 1;
        self.step(State::Resolving);
        let addresses = match self.resolver.resolve(self.settings.resolve_limit) {
            Ok(a) => a,
            Err(e) => return Life::Failed(e),
        };
        self.step(State::Connecting);
        match self.open(&addresses) {
            Ok((publisher, address)) => {
                self.resolver.worked(address);
                self.publish(publisher)
            }
            Err(e) => Life::Failed(e),
        }
    }

    fn open(
        &self,
        addresses: &[SocketAddr],
    ) -> Result<(Box<dyn Publisher>, SocketAddr), PublishError> {
        let s = &self.settings;
        let bits: u64 = self
            .streams
            .iter()
            .map(|i| match i {
                StreamInfo::Video(v) => u64::from(v.bitrate),
                StreamInfo::Audio(a) => u64::from(a.bitrate),
            })
            .sum();
        let send_buffer = (bits / 8).clamp(*SEND_BUFFER.start(), *SEND_BUFFER.end()) as u32;
        let again = self.tries > 1 || self.history.ever_live();
        let limit = if again { s.reopen_limit } else { s.open_limit };
        // FFmpeg looks names up by itself for TLS, so trying each address would repeat itself.
        let tried = if s.target.is_secure() { 1 } else { ADDRESSES };
        let mut last = None;
        for &address in addresses.iter().take(tried) {
            let interrupt = Arc::new(Interrupt::default());
            *lock(&self.shared.interrupt) = Some(Arc::clone(&interrupt));
            // Set before the stop was asked for, or the abort finds this interrupt.
            if self.shared.signal.stop_by().is_some() {
                let text = "Stopped before it was connected.";
                return Err(PublishError::new(Phase::Connect, FailureKind::Stopped, text));
            }
            let opening = Opening {
                target: s.target.clone(),
                address,
                streams: self.streams.clone(),
                ca_file: s.ca_file.clone(),
                limit,
                send_buffer,
                interrupt,
            };
            let mut publisher = (s.publisher)();
            match publisher.open(&opening) {
                Ok(()) => return Ok((publisher, address)),
                Err(e) if e.phase == Phase::Connect && !e.has_waited() => last = Some(e),
                Err(e) => return Err(e),
            }
        }
        Err(last.unwrap_or_else(|| {
            let text = format!("{} has no address.", server_name(&s.target));
            PublishError::new(Phase::Resolve, FailureKind::Name, &text)
        }))
    }

    /// Sends until something ends it.
    fn publish(&mut self, mut publisher: Box<dyn Publisher>) -> Life {
        let has = |k: StreamKind| self.streams.iter().any(|s| s.kind() == k);
        let (has_video, has_audio) = (has(StreamKind::Video), has(StreamKind::Audio));
        let mut rebase = Rebase::new(has_video);
        let mut order = Interleave::new(self.settings.hold, has_video && has_audio);
        let mut ready = Vec::new();
        let mut proof = Proof::default();
        if !self.history.ever_live() {
            self.become_(State::Publishing, None);
        }
        let mut asked = None;
        if !self.shared.queue.connect() {
            asked = Some(Instant::now());
            self.want_keyframe();
        }
        let error = loop {
            if self.shared.signal.stop_by().is_some_and(|by| Instant::now() >= by) {
                break None;
            }
            let ends = match self.shared.queue.pop(LOOK) {
                Popped::Packet(p) => {
                    order.push(p, &mut ready);
                    false
                }
                Popped::Cut => {
                    order.cut(|kind| self.shared.queue.count_withheld(kind));
                    false
                }
                Popped::Empty => false,
                Popped::Closed => {
                    order.flush(&mut ready);
                    true
                }
            };
            if let Err(e) = self.send(&mut *publisher, &mut rebase, &mut ready, &mut proof) {
                break Some(e);
            }
            if ends {
                break None;
            }
            if has_video && proof.first.is_none() && asked.is_none_or(|t| t.elapsed() > ASK_AGAIN) {
                if asked.is_some() {
                    self.want_keyframe();
                }
                asked = Some(Instant::now());
            }
            self.judge(&mut proof);
        };
        if let Some(since) = proof.live_since {
            self.history.was_live(since - self.start, self.start.elapsed());
            self.tries = 0;
        }
        match error {
            None => Life::Stopped(self.farewell(publisher)),
            Some(e) => {
                publisher.abort();
                Life::Failed(self.blame(e, &proof))
            }
        }
    }

    fn send(
        &self,
        publisher: &mut dyn Publisher,
        rebase: &mut Rebase,
        ready: &mut Vec<Packet>,
        proof: &mut Proof,
    ) -> Result<(), PublishError> {
        for p in ready.drain(..) {
            let Some(at) = rebase.stamp(&p) else { continue };
            let (pts, dts) = (at.pts.as_millis(), at.dts.as_millis());
            let stamps = Stamps { pts, dts, duration: p.duration.as_millis() };
            publisher.send(&p, stamps, self.settings.stall_limit)?;
            proof.first.get_or_insert_with(Instant::now);
            proof.media = proof.media.max(at.dts);
            let now = self.shared.clock.now();
            let mut facts = lock(&self.shared.facts);
            facts.sent(p.kind, p.data.len());
            if p.kind == StreamKind::Video {
                facts.lateness.add(p.pts, now);
            }
        }
        Ok(())
    }

    /// Publishing, live or congested?
    fn judge(&mut self, proof: &mut Proof) {
        let s = &self.settings;
        let needed = if self.history.ever_live() { s.proof_again } else { s.proof };
        if proof.live_since.is_none() {
            let accepted = proof.first.is_some_and(|t| t.elapsed() >= needed);
            if accepted && proof.media.to_duration() >= needed {
                proof.live_since = Some(Instant::now());
                if self.history.ever_live() {
                    lock(&self.shared.facts).reconnects += 1;
                }
                self.become_(State::Live, None);
            }
        }
        let counts = self.shared.queue.counts();
        if proof.live_since.is_some() {
            if counts.age > CONGESTED_AT && !proof.congested {
                proof.congested = true;
                let text = "The connection is too slow for this bitrate; pictures are being dropped. Lower the bitrate or use a better connection.";
                self.become_(State::Congested, Some(text));
            } else if counts.age < FREE_AT && proof.congested {
                proof.congested = false;
                self.become_(State::Live, None);
            }
        }
        let lost = counts.dropped;
        if lost != self.told.1 && self.told.0.elapsed() >= Duration::from_secs(1) {
            let before = std::mem::replace(&mut self.told, (Instant::now(), lost)).1;
            (self.on_event)(DestinationEvent::Dropped {
                id: self.shared.id.clone(),
                video: lost.video - before.video,
                audio: lost.audio - before.audio,
            });
        }
    }

    fn want_keyframe(&self) {
        (self.on_event)(DestinationEvent::KeyframeWanted { id: self.shared.id.clone() });
    }

    /// A connection that the server ends before it was proven is its word against the key.
    fn blame(&self, e: PublishError, proof: &Proof) -> PublishError {
        if proof.live_since.is_some() || e.kind != FailureKind::Lost {
            return e;
        }
        let server = server_name(&self.settings.target);
        let text = format!(
            "{server} took the stream and ended it at once. Check the stream key and that the broadcast is set up."
        );
        PublishError::new(Phase::Publish, FailureKind::Refused, &text)
    }

    fn farewell(&self, publisher: Box<dyn Publisher>) -> Ending {
        let left =
            self.shared.signal.stop_by().map(|by| by.saturating_duration_since(Instant::now()));
        let limit = left.unwrap_or(CLOSE_LIMIT).clamp(LOOK, CLOSE_LIMIT);
        let unsent = self.shared.queue.counts().len;
        match publisher.close(limit) {
            Ok(()) if unsent == 0 => Ending { clean: true, text: "Ended properly.".into() },
            Ok(()) => {
                let text = format!("Ended, but the last {unsent} packets were not sent in time.");
                Ending { clean: false, text }
            }
            Err(e) => Ending { clean: false, text: e.text },
        }
    }

    /// After a failure: says so and waits for the next try; `Some` ends the thread.
    fn recover(&mut self, e: &PublishError) -> Option<Ending> {
        let stopped = || {
            Some(Ending {
                clean: false,
                text: "Ended while not connected: nothing was on air.".into(),
            })
        };
        if self.shared.signal.stop_by().is_some() {
            return stopped();
        }
        lock(&self.shared.facts).last_error = Some(LastError::new(e, self.shared.clock.now()));
        match self.history.after(e, self.start.elapsed()) {
            Next::Refused => {
                self.become_(State::Refused, Some(&e.text));
                // Nothing to do but to wait for somebody.
                loop {
                    let wishes = self.shared.signal.wait(Duration::from_secs(3600));
                    if wishes.stop_by.is_some() {
                        return stopped();
                    }
                    if wishes.retry {
                        self.history.start_over();
                        self.tries = 0;
                        return None;
                    }
                }
            }
            Next::Wait { at_most, knock } => {
                self.become_(State::Reconnecting { attempt: self.tries + 1 }, Some(&e.text));
                self.wait(at_most, knock).then(stopped).flatten()
            }
        }
    }

    /// Waits for the next try; true if the caller wants the end.
    fn wait(&mut self, at_most: Duration, knock: bool) -> bool {
        let until = Instant::now() + at_most;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let part = if knock { left.min(KNOCK_EVERY) } else { left };
            let wishes = self.shared.signal.wait(part);
            if wishes.stop_by.is_some() || wishes.retry {
                return wishes.stop_by.is_some();
            }
            if knock && part == KNOCK_EVERY && self.answers() {
                return false;
            }
        }
    }

    /// Can the server be reached again?
    fn answers(&mut self) -> bool {
        let found = match self.resolver.last_good() {
            Some(a) => vec![a],
            None => self.resolver.resolve(KNOCK_LIMIT).unwrap_or_default(),
        };
        found.first().is_some_and(|a| TcpStream::connect_timeout(a, KNOCK_LIMIT).is_ok())
    }
}

/// What a connection has shown so far.
#[derive(Default)]
struct Proof {
    first: Option<Instant>,
    media: MediaTime,
    live_since: Option<Instant>,
    congested: bool,
}
