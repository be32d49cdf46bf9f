//! One publisher on one thread: reads, obeys the misbehaviours, hands media to its measurements and
//! its file.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use socket2::SockRef;

use crate::flv_file::{AUDIO, FlvFile, SCRIPT, VIDEO};
use crate::lock;
use crate::measure::Measured;
use crate::misbehave::Misbehaviour;
use crate::registry::{Handle, Registry, Taken};
use crate::session::{Event, Session};

mod pacing;

/// Bytes taken off the socket at once.
const READ: usize = 64 << 10;
/// How soon a blocked read notices a reset, a stall or a time-out.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Answers are short; a peer that does not take them within this time is gone.
const WRITE_LIMIT: Duration = Duration::from_secs(2);
/// How long a publish waits for its key: when a publisher comes back, the end of its former connection may
/// still lie in that one's receive buffer.
const BUSY_GRACE: Duration = Duration::from_millis(500);
/// How long a refused publisher is listened to, so that closing does not reset the answer away.
const LINGER: Duration = Duration::from_secs(1);

/// Why a connection ends.
enum End {
    /// Close it.
    Close,
    /// Close it after saying why.
    Refused,
    /// Reset it.
    Reset,
}

/// An accepted publish.
struct Live {
    key: String,
    stream: Arc<Mutex<Measured>>,
    recording: Option<FlvFile>,
}

struct Connection<'a> {
    registry: &'a Registry,
    handle: &'a Handle,
    session: Session,
    out: Vec<u8>,
    live: Option<Live>,
    /// Publish must be accepted by then.
    publish_by: Instant,
    last_read: Instant,
    /// A throttled connection reads no sooner.
    next_read: Option<Instant>,
}

/// Serves a connection until it ends. Its entry in the registry is gone afterwards, and its
/// stream is free, also if this panics.
pub(crate) fn serve(registry: &Registry, handle: Arc<Handle>) {
    struct Leave<'a>(&'a Registry, u64);
    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            self.0.leave(self.1);
        }
    }
    let _leave = Leave(registry, handle.id);
    let mut connection = Connection {
        registry,
        handle: &handle,
        session: Session::new(),
        out: Vec::new(),
        live: None,
        publish_by: Instant::now() + registry.settings.handshake_timeout,
        last_read: Instant::now(),
        next_read: None,
    };
    let end = connection.run();
    connection.end_publish(false);
    match end {
        End::Reset => drop(SockRef::from(&handle.socket).set_linger(Some(Duration::ZERO))),
        End::Refused => connection.linger(),
        End::Close => drop(handle.socket.shutdown(Shutdown::Both)),
    }
}

impl Connection<'_> {
    fn run(&mut self) -> End {
        let socket = &self.handle.socket;
        if socket.set_read_timeout(Some(LOOK_AGAIN)).is_err()
            || socket.set_write_timeout(Some(WRITE_LIMIT)).is_err()
        {
            return End::Close;
        }
        let mut buffer = vec![0; READ];
        loop {
            let room = match self.obey() {
                Ok(room) => room,
                Err(end) => return end,
            };
            let n = match (&*socket).read(&mut buffer[..room]) {
                Ok(0) => return End::Close,
                Ok(n) => n,
                Err(e) if is_time_out(&e) => {
                    if self.is_idle() {
                        tracing::debug!(connection = self.handle.id, "closed an idle connection");
                        return End::Close;
                    }
                    continue;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return End::Close,
            };
            self.pace(n);
            // What came while a stall was being told is held back, not counted.
            if let Err(end) = self.hold() {
                return end;
            }
            self.last_read = Instant::now();
            if let Err(end) = self.take(&buffer[..n]) {
                return end;
            }
        }
    }

    /// Nobody should have to wait for this connection any longer.
    fn is_idle(&self) -> bool {
        match self.live {
            Some(_) => self.last_read.elapsed() > self.registry.settings.idle_timeout,
            None => Instant::now() > self.publish_by,
        }
    }

    /// Feeds the session and answers.
    fn take(&mut self, mut input: &[u8]) -> Result<(), End> {
        let outcome = loop {
            match self.session.feed(&mut input, &mut self.out) {
                Ok(None) => break self.send(),
                Ok(Some(event)) => {
                    if let Err(end) = self.event(event) {
                        break Err(end);
                    }
                }
                Err(e) => {
                    tracing::debug!(connection = self.handle.id, "closed a connection: {e}");
                    break Err(End::Close);
                }
            }
        };
        self.registry.notify();
        outcome
    }

    fn send(&mut self) -> Result<(), End> {
        let sent = (&self.handle.socket).write_all(&self.out);
        self.out.clear();
        sent.map_err(|_| End::Close)
    }

    fn event(&mut self, event: Event) -> Result<(), End> {
        match event {
            Event::Publish { app, key } => {
                self.send()?;
                self.publish(&app, key)?;
            }
            Event::Unpublish => {
                self.end_publish(true);
                *lock(&self.handle.key) = None;
                self.publish_by = Instant::now() + self.registry.settings.handshake_timeout;
            }
            Event::Video { timestamp, data } => {
                let now = self.registry.now_ms();
                self.media(VIDEO, timestamp, &data, |m| m.video(timestamp, &data, now));
            }
            Event::Audio { timestamp, data } => {
                let now = self.registry.now_ms();
                self.media(AUDIO, timestamp, &data, |m| m.audio(timestamp, &data, now));
            }
            Event::Metadata { timestamp, script, metadata } => {
                self.media(SCRIPT, timestamp, &script, |m| m.metadata(metadata));
            }
        }
        Ok(())
    }

    fn media(&mut self, kind: u8, at: u32, body: &Bytes, count: impl FnOnce(&mut Measured)) {
        let Some(live) = &mut self.live else { return };
        let failed = live.recording.as_mut().and_then(|f| f.write(kind, at, body).err());
        let mut measured = lock(&live.stream);
        count(&mut measured);
        if let Some(e) = failed {
            measured.recording_failed(e.to_string());
            live.recording = None;
        }
    }

    fn publish(&mut self, app: &str, key: String) -> Result<(), End> {
        *lock(&self.handle.key) = Some(key.clone());
        let what = loop {
            self.check()?;
            match self.registry.gate.applies(Some(&key)) {
                Misbehaviour::Stall | Misbehaviour::SilentHandshake => {
                    self.wait_for_turn(LOOK_AGAIN)?
                }
                other => break other,
            }
        };
        match what {
            Misbehaviour::Refuse => return self.refuse(&key, "Refused on request."),
            Misbehaviour::RefuseByClosing => {
                self.registry.refused(&key);
                return Err(End::Close);
            }
            Misbehaviour::Reset if self.registry.gate.take_reset(&key) => return Err(End::Reset),
            _ => {}
        }
        let until = Instant::now() + BUSY_GRACE;
        let (stream, number) = loop {
            self.check()?;
            match self.registry.claim(&key, app) {
                Ok(claimed) => break claimed,
                Err(Taken::Full) => return self.refuse(&key, "Too many streams."),
                Err(Taken::Busy) if Instant::now() > until => {
                    return self.refuse(&key, "Already publishing.");
                }
                Err(Taken::Busy) => self.wait_for_turn(LOOK_AGAIN / 5)?,
            }
        };
        let recording = self.registry.settings.record_dir.as_deref().and_then(|dir| {
            let file = FlvFile::create(dir, &key, number);
            let mut measured = lock(&stream);
            match &file {
                Ok(f) => measured.recording(f.path()),
                Err(e) => measured.recording_failed(e.to_string()),
            }
            file.ok()
        });
        // From here on the stream is freed when the connection ends.
        self.live = Some(Live { key, stream, recording });
        self.last_read = Instant::now();
        self.session.accept(&mut self.out).map_err(|_| End::Close)?;
        self.send()?;
        if what == Misbehaviour::CloseAfterStart {
            return Err(End::Refused);
        }
        Ok(())
    }

    fn refuse(&mut self, key: &str, why: &str) -> Result<(), End> {
        self.registry.refused(key);
        self.session.refuse(why, &mut self.out).map_err(|_| End::Close)?;
        self.send()?;
        Err(End::Refused)
    }

    fn end_publish(&mut self, orderly: bool) {
        let Some(mut live) = self.live.take() else { return };
        let flushed = live.recording.as_mut().map_or(Ok(()), FlvFile::flush);
        let mut measured = lock(&live.stream);
        if let Err(e) = flushed {
            measured.recording_failed(e.to_string());
        }
        measured.end(orderly, self.registry.now_ms());
        drop(measured);
        self.registry.notify();
        // A successor may be waiting for the key.
        self.registry.gate.wake();
    }

    /// Ends our side and takes what the peer still sends, for a while.
    fn linger(&mut self) {
        let socket = &self.handle.socket;
        if socket.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let until = Instant::now() + LINGER;
        let mut buffer = vec![0; 4096];
        while Instant::now() < until && self.check().is_ok() {
            match (&*socket).read(&mut buffer) {
                Ok(0) => return,
                Err(e) if !is_time_out(&e) => return,
                _ => {}
            }
        }
    }
}

/// A read that found nothing in time; which kind it is depends on the system.
fn is_time_out(e: &io::Error) -> bool {
    matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
