//! PulseAudio (and PipeWire in its clothes): asked by one connection that is kept. A server that
//! hangs is asked under a time limit, and holds at most one thread of ours.

use std::ffi::{CStr, CString};
use std::future::Future;
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use pulseaudio::protocol::{ChannelMap, PulseError, SourceInfo};
use pulseaudio::{Client, ClientError};

/// Something that records.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Its number, another one once it has gone and come back.
    pub index: u32,
    /// Its stable name, such as `alsa_input.usb-…`.
    pub name: String,
    /// What people call it.
    pub description: String,
    /// Samples a second, as it runs now.
    pub rate: u32,
    pub channels: u16,
    pub map: ChannelMap,
    /// It hears what a loudspeaker plays.
    pub monitor: bool,
}

/// Why the server gives no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Absent {
    /// There is none.
    NoServer,
    /// It did not answer in time.
    Silent,
}

#[derive(Default)]
struct Kept {
    client: Option<Client>,
    connecting: Option<Receiver<Result<Client, ClientError>>>,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept { client: None, connecting: None });

fn kept() -> MutexGuard<'static, Kept> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The kept connection, or a new one. Waits at most `limit`.
pub(super) fn client(limit: Duration) -> Result<Client, Absent> {
    let mut kept = kept();
    if let Some(client) = &kept.client {
        return Ok(client.clone());
    }
    if pulseaudio::socket_path_from_env().is_none() {
        return Err(Absent::NoServer);
    }
    let pending = kept.connecting.take().unwrap_or_else(|| {
        let (sender, receiver) = channel();
        // Connecting has no time limit of its own.
        let connect = move || drop(sender.send(Client::from_env(c"Vitrine")));
        if let Err(e) = thread::Builder::new().name("pulseaudio".to_owned()).spawn(connect) {
            tracing::debug!("no thread to connect to PulseAudio: {e}");
        }
        receiver
    });
    match pending.recv_timeout(limit) {
        Ok(Ok(client)) => {
            kept.client = Some(client.clone());
            Ok(client)
        }
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
            kept.connecting = Some(pending);
            Err(Absent::Silent)
        }
        Ok(Err(_)) | Err(_) => Err(Absent::NoServer),
    }
}

/// Asks the server; an answer that says the connection has ended leads to one more try with a new one.
fn ask<T, F: Future<Output = Result<T, ClientError>>>(
    limit: Duration,
    question: impl Fn(Client) -> F,
) -> Result<Result<T, PulseError>, Absent> {
    for _ in 0..2 {
        let client = client(limit)?;
        match wait(question(client), limit) {
            Some(Ok(answer)) => return Ok(Ok(answer)),
            Some(Err(ClientError::ServerError(e))) => return Ok(Err(e)),
            Some(Err(_)) => kept().client = None,
            None => return Err(Absent::Silent),
        }
    }
    Err(Absent::NoServer)
}

/// Every source, in the server's order. Costs a quarter of a millisecond where a server answers,
/// and at most some `limit`s.
pub(super) fn sources(limit: Duration) -> Result<Vec<Source>, Absent> {
    let answer = ask(limit, |c| async move { c.list_sources().await })?;
    Ok(answer.unwrap_or_default().iter().map(source).collect())
}

/// The stable name of the source that is used where nobody chooses.
pub(super) fn default_source(limit: Duration) -> Option<String> {
    let info = ask(limit, |c| async move { c.server_info().await }).ok()?.ok()?;
    info.default_source_name.map(|n| text(&n))
}

fn source(info: &SourceInfo) -> Source {
    let name = text(&info.name);
    Source {
        index: info.index,
        description: info.description.as_deref().map_or_else(|| name.clone(), text),
        name,
        rate: info.sample_spec.sample_rate,
        channels: u16::from(info.sample_spec.channels),
        map: info.channel_map,
        monitor: info.monitor_of_sink_index.is_some(),
    }
}

fn text(c: &CStr) -> String {
    CString::from(c).to_string_lossy().into_owned()
}

struct Bell(Sender<()>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send(());
    }
}

/// Runs `future` on this thread, for at most `limit`.
pub(super) fn wait<T>(future: impl Future<Output = T>, limit: Duration) -> Option<T> {
    let (ring, rung) = channel();
    let waker = Waker::from(Arc::new(Bell(ring)));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let until = Instant::now() + limit;
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
        rung.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_is_waited_for_and_given_up() {
        assert_eq!(wait(async { 5 }, Duration::ZERO), Some(5));
        assert_eq!(wait(std::future::pending::<()>(), Duration::from_millis(5)), None);
    }
}
