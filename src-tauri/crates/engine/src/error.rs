//! Why the engine refuses.

use vitrine_capture::CaptureError;
use vitrine_codec::CodecError;

/// Every sentence names the thing and, where there is one, the remedy.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The settings contradict themselves.
    #[error("{0}")]
    Settings(String),
    /// A source did not open.
    #[error("{0}")]
    Capture(#[from] CaptureError),
    /// An encoder did not open.
    #[error("{0}")]
    Codec(#[from] CodecError),
    /// A thread did not start.
    #[error("{0}")]
    Thread(String),
    /// A destination or recording did not start.
    #[error("{0}")]
    Delivery(String),
    /// No such canvas, rendition, source or destination.
    #[error("there is no {kind} called \"{id}\" in this show")]
    Unknown {
        /// What was asked for.
        kind: &'static str,
        /// By this name.
        id: String,
    },
}
