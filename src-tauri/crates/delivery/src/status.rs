//! What a destination says of itself, in the seller's words and in numbers.

use serde::{Deserialize, Serialize};
use vitrine_media::MediaTime;

use crate::lateness::PictureToWire;
use crate::publisher::{FailureKind, Phase, PublishError};
use crate::queue::Tally;

/// Where a destination stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum State {
    /// Not yet trying.
    Idle,
    /// Looking up the server.
    Resolving,
    /// Reaching the server and presenting the key.
    Connecting,
    /// The server has accepted the stream, but not yet long enough to trust it.
    Publishing,
    /// On air.
    Live,
    /// On air, but the connection is too slow and pictures are being dropped.
    Congested,
    /// Off air for now; the n-th try in a row is waited for or under way.
    Reconnecting {
        /// Tries since it was last on air, from 1.
        attempt: u32,
    },
    /// The server does not take this stream; somebody must act (then `retry_now`).
    Refused,
    /// Ended.
    Stopped,
}

impl State {
    /// Viewers can see the show.
    pub const fn is_on_air(self) -> bool {
        matches!(self, Self::Live | Self::Congested)
    }
}

/// Packets of one stream.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// Handed to the network.
    pub sent: u64,
    /// Lost because the connection was too slow.
    pub dropped: u64,
    /// Lost because nothing was connected.
    pub missed: u64,
    /// Let go by a [cut](crate::Destination::cut), as for privacy.
    #[serde(default)]
    pub withheld: u64,
}

/// The last failure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LastError {
    /// How far that connection had come.
    pub phase: Phase,
    /// What kind of failure.
    pub kind: FailureKind,
    /// One sentence.
    pub text: String,
    /// When, in show time.
    pub at: MediaTime,
}

impl LastError {
    /// `error` at `at`.
    pub fn new(error: &PublishError, at: MediaTime) -> Self {
        Self { phase: error.phase, kind: error.kind, text: error.text.clone(), at }
    }
}

/// A destination at one moment. Holds no secret.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DestinationStatus {
    /// The caller's name for it.
    pub id: String,
    /// The seller's name for it.
    pub name: String,
    /// The server, without the key.
    pub server: String,
    /// Where it stands.
    pub state: State,
    /// Why, in one sentence; `None` when there is nothing to say.
    pub reason: Option<String>,
    /// Since when, in show time.
    pub since: MediaTime,
    /// Payload bytes handed to the network, over all connections.
    pub sent_bytes: u64,
    /// Payload bits a second over the last three seconds.
    pub bits_per_second: u64,
    /// Pictures.
    pub video: Counts,
    /// Audio frames.
    pub audio: Counts,
    /// How often it came back after being on air.
    pub reconnects: u32,
    /// Connections tried.
    pub attempts: u32,
    /// Media waiting to be sent.
    pub queue_age: MediaTime,
    /// When the first picture of all was handed to the network, in show time.
    pub first_sent: Option<MediaTime>,
    /// How old pictures are when they are handed to the network.
    pub picture_to_wire: PictureToWire,
    /// The last failure, also after it was overcome.
    pub last_error: Option<LastError>,
}

/// Something happened. Sent from the destination's own thread; the receiver must not wait.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum DestinationEvent {
    /// The state changed.
    StateChanged {
        /// The destination.
        id: String,
        /// The new state.
        state: State,
        /// Why, in one sentence.
        reason: Option<String>,
    },
    /// A new connection has no keyframe to begin with: ask the encoder for one.
    KeyframeWanted {
        /// The destination.
        id: String,
    },
    /// Packets were dropped since the last such event (at most one a second).
    Dropped {
        /// The destination.
        id: String,
        /// Pictures.
        video: u64,
        /// Audio frames.
        audio: u64,
    },
}

/// How it ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FinalReport {
    /// The server was told that the stream ends, and everything queued was sent before.
    pub clean: bool,
    /// The destination's thread has ended: nothing of it can still be sending.
    pub ended: bool,
    /// One sentence on how it ended.
    pub text: String,
    /// The last status.
    pub status: DestinationStatus,
}

/// Adds `tally`'s packets to one field of both counts.
pub(crate) fn spread(
    tally: Tally,
    video: &mut Counts,
    audio: &mut Counts,
    field: impl Fn(&mut Counts) -> &mut u64,
) {
    *field(video) += tally.video;
    *field(audio) += tally.audio;
}
