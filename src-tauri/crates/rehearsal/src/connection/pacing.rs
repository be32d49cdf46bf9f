//! Where a connection obeys the misbehaviours: holds, slows down, ends.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{Connection, End, LOOK_AGAIN, READ, is_time_out};
use crate::misbehave::Misbehaviour;

impl Connection<'_> {
    /// Ends are found here: the endpoint stops, or this connection is to be reset.
    pub(super) fn check(&self) -> Result<(), End> {
        if self.registry.gate.is_stopping() {
            return Err(End::Close);
        }
        if self.handle.reset.load(Ordering::Acquire) {
            return Err(End::Reset);
        }
        Ok(())
    }

    fn wait(&mut self, limit: Duration) {
        let from = Instant::now();
        self.registry.gate.wait(limit);
        // Waiting is our doing; the publisher's time limits stand still meanwhile.
        let waited = from.elapsed();
        self.publish_by += waited;
        self.last_read += waited;
    }

    /// Waits with the answer to a publish, unless the publisher has given up meanwhile: it must not take the
    /// key from the try that follows.
    pub(super) fn wait_for_turn(&mut self, limit: Duration) -> Result<(), End> {
        self.wait(limit);
        let socket = &self.handle.socket;
        let mut byte = [0];
        socket.set_nonblocking(true).map_err(|_| End::Close)?;
        let gone = match socket.peek(&mut byte) {
            Ok(n) => n == 0,
            Err(e) => !is_time_out(&e),
        };
        socket.set_nonblocking(false).map_err(|_| End::Close)?;
        if gone { Err(End::Close) } else { Ok(()) }
    }

    fn applies(&self) -> Misbehaviour {
        self.registry.gate.applies(self.live.as_ref().map(|l| l.key.as_str()))
    }

    /// Waits while stalled.
    pub(super) fn hold(&mut self) -> Result<(), End> {
        loop {
            self.check()?;
            match self.applies() {
                Misbehaviour::Stall | Misbehaviour::Throttle { bits_per_second: 0 } => {}
                Misbehaviour::SilentHandshake if self.live.is_none() => {}
                _ => return Ok(()),
            }
            self.wait(LOOK_AGAIN);
        }
    }

    /// Waits while stalled or ahead of the throttle; then tells how many bytes to read at most.
    pub(super) fn obey(&mut self) -> Result<usize, End> {
        loop {
            self.hold()?;
            let Misbehaviour::Throttle { bits_per_second } = self.applies() else {
                self.next_read = None;
                return Ok(READ);
            };
            let now = Instant::now();
            match self.next_read.filter(|t| *t > now) {
                Some(t) => self.wait(t - now),
                None => {
                    // Twenty helpings a second.
                    let helping = usize::try_from(bits_per_second / 8 / 20).unwrap_or(READ);
                    return Ok(helping.clamp(64, READ));
                }
            }
        }
    }

    /// Books `n` bytes on the throttle.
    pub(super) fn pace(&mut self, n: usize) {
        if let Misbehaviour::Throttle { bits_per_second: rate @ 1.. } = self.applies() {
            let cost = Duration::from_secs_f64(n as f64 * 8.0 / rate as f64);
            let now = Instant::now();
            self.next_read = Some(self.next_read.map_or(now, |t| t.max(now)) + cost);
        }
    }
}
