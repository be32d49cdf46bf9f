//! Host names, with a time limit: the system's own look-up may hang for ten seconds and longer and
//! cannot be interrupted, so it runs on a thread of its own.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::publisher::{FailureKind, Phase, PublishError};

/// Looks up one host, again and again, with at most one look-up under way.
#[derive(Debug)]
pub struct Resolver {
    host: String,
    port: u16,
    pending: Option<Receiver<std::io::Result<Vec<SocketAddr>>>>,
    last_good: Option<SocketAddr>,
}

impl Resolver {
    /// For `host`, a name or an address.
    pub fn new(host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port, pending: None, last_good: None }
    }

    /// The address that last led to a connection.
    pub const fn last_good(&self) -> Option<SocketAddr> {
        self.last_good
    }

    /// Remembers an address that led to a connection.
    pub const fn worked(&mut self, address: SocketAddr) {
        self.last_good = Some(address);
    }

    /// The host's addresses, the last good one first; that one alone when the look-up fails. Waits up
    /// to `limit`; a look-up that takes longer goes on and serves the next call.
    ///
    /// # Errors
    /// [`PublishError`] in phase [`Phase::Resolve`] if nothing is known of the host.
    pub fn resolve(&mut self, limit: Duration) -> Result<Vec<SocketAddr>, PublishError> {
        if let Ok(ip) = self.host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(ip, self.port)]);
        }
        let found = self.look_up(limit);
        match (found, self.last_good) {
            (Ok(mut all), last) => {
                if let Some(i) = all.iter().position(|a| Some(*a) == last) {
                    all.swap(0, i);
                }
                Ok(all)
            }
            (Err(_), Some(last)) => Ok(vec![last]),
            (Err(e), None) => Err(e),
        }
    }

    fn look_up(&mut self, limit: Duration) -> Result<Vec<SocketAddr>, PublishError> {
        let fail = |text: String| PublishError::new(Phase::Resolve, FailureKind::Name, &text);
        let answer = match self.pending.take() {
            Some(pending) => pending,
            None => {
                let (tx, rx) = mpsc::sync_channel(1);
                let name = (self.host.clone(), self.port);
                thread::Builder::new()
                    .name("resolve".into())
                    .spawn(move || {
                        // Nobody listens any more when the destination has ended.
                        drop(tx.send(name.to_socket_addrs().map(Iterator::collect)));
                    })
                    .map_err(|e| fail(format!("No thread to look up {}: {e}.", self.host)))?;
                rx
            }
        };
        match answer.recv_timeout(limit) {
            Ok(Ok(all)) if !all.is_empty() => Ok(all),
            Ok(_) => Err(fail(format!(
                "The server name {} is not known. Check the address and the internet connection.",
                self.host
            ))),
            Err(RecvTimeoutError::Disconnected) => {
                Err(fail(format!("Looking up {} failed unexpectedly.", self.host)))
            }
            Err(RecvTimeoutError::Timeout) => {
                self.pending = Some(answer);
                Err(fail(format!(
                    "Looking up {} took longer than {} s. Check the internet connection.",
                    self.host,
                    limit.as_secs()
                )))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_names_and_the_last_good_one() {
        let limit = Duration::from_secs(10);
        let mut r = Resolver::new("127.0.0.1", 1935);
        assert_eq!(r.resolve(limit).expect("literal"), ["127.0.0.1:1935".parse().expect("addr")]);
        let mut r = Resolver::new("no-such-host.invalid", 1935);
        let e = r.resolve(limit).expect_err("unknown");
        assert_eq!((e.phase, e.kind), (Phase::Resolve, FailureKind::Name));
        assert!(e.text.contains("no-such-host.invalid"));
        let good = "192.0.2.1:1935".parse().expect("addr");
        r.worked(good);
        assert_eq!(r.resolve(limit).expect("falls back"), [good]);
    }
}
