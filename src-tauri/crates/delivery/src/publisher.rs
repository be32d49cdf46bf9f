//! What takes a program's packets to a server, whatever the implementation.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use vitrine_media::{Packet, StreamInfo};

use crate::interrupt::Interrupt;
use crate::target::Target;

/// How far a connection had come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Looking up the host name.
    Resolve,
    /// Reaching the server.
    Connect,
    /// Agreeing on encryption and protocol.
    Handshake,
    /// Presenting the stream key.
    Publish,
    /// Sending media.
    Send,
    /// Ending properly.
    Close,
}

/// What kind of failure it was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The host name is unknown, or no name server answered.
    Name,
    /// Nothing listens there.
    NotListening,
    /// No way to the server.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// Something answered that does not speak RTMP.
    NotRtmp,
    /// The certificate or the encryption was not acceptable.
    Tls,
    /// The server refused the stream key or the application.
    Refused,
    /// Somebody else, or our own lost connection, publishes with this key.
    NameInUse,
    /// The server closed or lost the connection.
    Lost,
    /// The server stopped taking data.
    Stalled,
    /// This computer or this build cannot do it.
    Unsupported,
    /// We ended it ourselves.
    Stopped,
}

/// A failed step, as one sentence for the seller and as data for the reconnect rules.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{text}")]
pub struct PublishError {
    /// How far it had come.
    pub phase: Phase,
    /// What kind.
    pub kind: FailureKind,
    /// One sentence, without secrets.
    pub text: String,
    /// Trying again may help without anybody doing anything.
    pub transient: bool,
}

impl PublishError {
    /// A failure whose text is cleared of every known secret.
    pub fn new(phase: Phase, kind: FailureKind, text: &str) -> Self {
        let transient = !matches!(kind, FailureKind::Unsupported | FailureKind::Stopped);
        Self { phase, kind, text: vitrine_secret::redact(text).into_owned(), transient }
    }

    /// It ended because a time limit was reached: the wait is already behind us.
    pub const fn has_waited(&self) -> bool {
        matches!(self.kind, FailureKind::TimedOut | FailureKind::Stalled)
    }
}

/// What a publisher needs to open.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Server and key.
    pub target: Target,
    /// The server's address, as resolved.
    pub address: SocketAddr,
    /// The streams to announce: at most one of a kind.
    pub streams: Vec<StreamInfo>,
    /// Certificates to trust instead of the system's, PEM.
    pub ca_file: Option<PathBuf>,
    /// How long the whole opening may take.
    pub limit: Duration,
    /// Size of the socket's send buffer in bytes.
    pub send_buffer: u32,
    /// Ends its calls.
    pub interrupt: Arc<Interrupt>,
}

/// Times of a packet in milliseconds since the connection's first keyframe; never negative, `dts`
/// never goes back within a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamps {
    /// When it is shown.
    pub pts: i64,
    /// When it is decoded.
    pub dts: i64,
    /// How long it is shown.
    pub duration: i64,
}

/// One connection. Every call is made by one thread and may wait as long as its limit, or until
/// the [`Interrupt`] given to `open` is aborted.
pub trait Publisher: Send {
    /// Connects, presents the key and announces the streams.
    ///
    /// # Errors
    /// [`PublishError`] with the phase it came to; the publisher is of no further use then.
    fn open(&mut self, opening: &Opening) -> Result<(), PublishError>;

    /// Sends one packet within `limit`.
    ///
    /// # Errors
    /// [`PublishError`] in phase [`Phase::Send`]; only [`Publisher::abort`] may follow.
    fn send(
        &mut self,
        packet: &Packet,
        stamps: Stamps,
        limit: Duration,
    ) -> Result<(), PublishError>;

    /// Ends the stream properly: the server is told.
    ///
    /// # Errors
    /// [`PublishError`] in phase [`Phase::Close`] if the farewell did not go out in time.
    fn close(self: Box<Self>, limit: Duration) -> Result<(), PublishError>;

    /// Lets go of a dead connection at once; what may wait is done on a thread of its own.
    fn abort(self: Box<Self>);
}

/// Makes a fresh publisher for each connection.
pub type PublisherFactory = Arc<dyn Fn() -> Box<dyn Publisher> + Send + Sync>;
