//! What a failed call of libavformat means. Its codes alone do not tell a wrong key from a broken
//! line, so the phase is read from what it logged, and the kind from phase and code.

use ffmpeg_next::Error;
use ffmpeg_next::error::{ECONNREFUSED, EHOSTUNREACH, ENETDOWN, ENETUNREACH, EPERM, ETIMEDOUT};

use crate::interrupt::Fired;
use crate::publisher::{FailureKind as Kind, Phase, PublishError};

/// What is known of a call that failed.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    /// FFmpeg's code.
    pub code: i32,
    /// The interrupt that ended the call, if one did.
    pub fired: Option<Fired>,
    /// What FFmpeg logged during the call, redacted.
    pub log: &'a [String],
    /// Host and port, for the sentence.
    pub server: &'a str,
}

impl Failed<'_> {
    fn logged(&self, part: &str) -> bool {
        self.log.iter().any(|l| l.contains(part))
    }

    /// What the server said, where FFmpeg logged it.
    fn server_says(&self) -> Option<&str> {
        let says = |l: &'_ String| l.find("Server error: ").map(|i| i + "Server error: ".len());
        let (line, at) = self.log.iter().rev().find_map(|l| Some((l, says(l)?)))?;
        Some(line[at..].trim().trim_end_matches('.')).filter(|s| !s.is_empty())
    }

    fn is_errno(&self, numbers: &[i32]) -> bool {
        matches!(Error::from(self.code), Error::Other { errno } if numbers.contains(&errno))
    }

    fn timed_out(&self) -> bool {
        self.fired == Some(Fired::Late) || self.is_errno(&[ETIMEDOUT])
    }

    fn what(&self) -> String {
        Error::from(self.code).to_string()
    }

    /// A failed opening.
    pub fn opening(&self, secure: bool) -> PublishError {
        let s = self.server;
        if self.fired == Some(Fired::Aborted) {
            return PublishError::new(
                Phase::Connect,
                Kind::Stopped,
                "Stopped before it was connected.",
            );
        }
        if secure && self.tls_said_no() {
            return self.tls();
        }
        if self.logged("Cannot open connection") {
            return self.connecting(secure);
        }
        if self.logged("andshake") {
            let (kind, text) = if self.timed_out() {
                (
                    Kind::TimedOut,
                    format!("{s} accepted the connection but does not answer. Trying again."),
                )
            } else {
                (
                    Kind::NotRtmp,
                    format!(
                        "{s} answered, but it is not an RTMP server. Check the server address and its port."
                    ),
                )
            };
            return PublishError::new(Phase::Handshake, kind, &text);
        }
        if self.timed_out() {
            let text = format!("{s} did not answer when the stream was announced. Trying again.");
            return PublishError::new(Phase::Publish, Kind::TimedOut, &text);
        }
        self.refusal()
    }

    /// A connection the server ended while the stream was presented or just after.
    pub fn refusal(&self) -> PublishError {
        let s = self.server;
        let said = self.server_says();
        let in_use = self.is_errno(&[EPERM])
            && said.is_none_or(|t| t.contains("lready publishing") || t.contains("BadName"));
        let (kind, text) = match said {
            _ if in_use => (
                Kind::NameInUse,
                format!(
                    "{s} says that this stream key is already on air. End the other broadcast, or wait until the server has let it go."
                ),
            ),
            Some(t) => (
                Kind::Refused,
                format!(
                    "{s} refused the stream: “{t}”. Check the stream key and that the broadcast is set up."
                ),
            ),
            None => (
                Kind::Refused,
                format!(
                    "{s} closed the connection when the stream key was presented. Check the stream key and that the broadcast is set up."
                ),
            ),
        };
        PublishError::new(Phase::Publish, kind, &text)
    }

    fn connecting(&self, secure: bool) -> PublishError {
        let s = self.server;
        let (kind, text) = if self.is_errno(&[ECONNREFUSED]) {
            (
                Kind::NotListening,
                format!(
                    "Nothing answers at {s}. Check the server address and its port, or wait until the server is back."
                ),
            )
        } else if self.timed_out() && secure {
            (
                Kind::TimedOut,
                format!(
                    "{s} does not answer an encrypted connection. Check that the port is one for rtmps, and the internet connection."
                ),
            )
        } else if self.timed_out() {
            (
                Kind::TimedOut,
                format!(
                    "{s} does not answer. Check the internet connection and the server address."
                ),
            )
        } else if self.is_errno(&[EHOSTUNREACH, ENETUNREACH, ENETDOWN]) {
            (
                Kind::Unreachable,
                format!("There is no way to {s} at the moment. Check the internet connection."),
            )
        } else if self.logged("resolve hostname") {
            let text = format!(
                "The server name of {s} is not known at the moment. Check the internet connection."
            );
            return PublishError::new(Phase::Resolve, Kind::Name, &text);
        } else if secure {
            let text = format!(
                "No encrypted connection to {s} came about ({}). Check the port: rtmps usually uses 443.",
                self.what()
            );
            return PublishError::new(Phase::Handshake, Kind::Tls, &text);
        } else {
            (
                Kind::Unreachable,
                format!(
                    "Connecting to {s} failed ({}). Check the internet connection.",
                    self.what()
                ),
            )
        };
        PublishError::new(Phase::Connect, kind, &text)
    }

    fn tls_said_no(&self) -> bool {
        ["certificate", "hostname", "TLS", "handshake failed", "Certificate"].iter().any(|p| {
            self.log.iter().any(|l| l.contains(p) && !l.contains("Cannot open connection"))
        })
    }

    fn tls(&self) -> PublishError {
        let s = self.server;
        let text = if self.logged("owner does not match") || self.logged("hostname") {
            format!(
                "The certificate of {s} belongs to another server, so no key was sent. Check the server address."
            )
        } else if self.logged("verif") || self.logged("ertificate") {
            format!(
                "The certificate of {s} is not valid (expired, or not from a known authority), so no key was sent. Check the server address, this computer's date, and whether the network asks for a sign-in."
            )
        } else if self.timed_out() {
            let text = format!(
                "{s} does not answer the encrypted connection. Check that the port is one for rtmps."
            );
            return PublishError::new(Phase::Handshake, Kind::TimedOut, &text);
        } else {
            format!("{s} does not speak TLS on this port. Check the port: rtmps usually uses 443.")
        };
        PublishError::new(Phase::Handshake, Kind::Tls, &text)
    }

    /// A failed write to a connection that was open.
    pub fn sending(&self) -> PublishError {
        let s = self.server;
        let (kind, text) = match self.fired {
            Some(Fired::Aborted) => (Kind::Stopped, "Stopped while sending.".to_owned()),
            _ if self.timed_out() => {
                (Kind::Stalled, format!("{s} stopped taking data. Connecting again."))
            }
            _ => match self.server_says() {
                Some(t) => (Kind::Lost, format!("{s} ended the stream: “{t}”. Connecting again.")),
                None => (
                    Kind::Lost,
                    format!("The connection to {s} was lost ({}). Connecting again.", self.what()),
                ),
            },
        };
        PublishError::new(Phase::Send, kind, &text)
    }

    /// A farewell that did not get through.
    pub fn closing(&self) -> PublishError {
        let text = format!(
            "{} did not take the end of the stream ({}); it will notice by itself.",
            self.server,
            self.what()
        );
        let kind = if self.timed_out() { Kind::Stalled } else { Kind::Lost };
        PublishError::new(Phase::Close, kind, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffmpeg_next::error::EIO;

    fn opening(errno: i32, fired: Option<Fired>, log: &[&str], secure: bool) -> (Phase, Kind) {
        let log: Vec<_> = log.iter().map(|l| (*l).to_owned()).collect();
        let code = i32::from(Error::Other { errno });
        let e = Failed { code, fired, log: &log, server: "h:1935" }.opening(secure);
        assert!(e.text.ends_with('.') && e.text.contains("h:1935"), "{}", e.text);
        (e.phase, e.kind)
    }

    #[test]
    fn phase_from_the_log_and_kind_from_the_code() {
        let open = "rtmp: Cannot open connection tcp://127.0.0.1:1935?tcp_nodelay=1";
        let hand = "rtmp: Cannot read RTMP handshake response";
        let late = Some(Fired::Late);
        assert_eq!(
            opening(ECONNREFUSED, None, &[open], false),
            (Phase::Connect, Kind::NotListening)
        );
        assert_eq!(opening(ENETUNREACH, None, &[open], false), (Phase::Connect, Kind::Unreachable));
        assert_eq!(opening(EIO, late, &[open], false), (Phase::Connect, Kind::TimedOut));
        assert_eq!(opening(EIO, late, &[hand], false), (Phase::Handshake, Kind::TimedOut));
        assert_eq!(opening(EIO, None, &[hand], false), (Phase::Handshake, Kind::NotRtmp));
        assert_eq!(opening(EIO, None, &[], false), (Phase::Publish, Kind::Refused));
        assert_eq!(opening(EIO, late, &[], false), (Phase::Publish, Kind::TimedOut));
        let taken = ["rtmp: Server error: Already publishing"];
        assert_eq!(opening(EPERM, None, &taken, false), (Phase::Publish, Kind::NameInUse));
        let denied = ["rtmp: Server error: Unauthorized."];
        assert_eq!(opening(EPERM, None, &denied, false), (Phase::Publish, Kind::Refused));
        let tls = [
            "tls: Peer's certificate failed verification",
            "rtmps: Cannot open connection tls://h:443",
        ];
        assert_eq!(opening(EIO, None, &tls, true), (Phase::Handshake, Kind::Tls));
    }
}
