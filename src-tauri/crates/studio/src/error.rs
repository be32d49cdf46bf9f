//! One error for every caller: a stable code, a sentence, and a remedy.

use std::fmt;

use serde::Serialize;

/// What kind of thing went wrong; decides the command line's exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// What the caller gave: a bad address, price, file, option.
    Input,
    /// The machine: a device, encoder, disk, port.
    Machine,
    /// A destination.
    Delivery,
    /// A fault of the program.
    Internal,
}

/// Why something was refused. `message` is one sentence that names the thing.
#[derive(Clone, Debug, Serialize)]
pub struct StudioError {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// Stable, for programs: `product-price`, `file-missing` …
    pub code: &'static str,
    /// One sentence for people.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl StudioError {
    /// An error without a remedy of its own: the sentence says it.
    pub fn new(kind: ErrorKind, code: &'static str, message: impl fmt::Display) -> Self {
        // Whatever text comes from below, no key leaves through an error.
        let message = vitrine_secret::redact(&message.to_string()).into_owned();
        Self { kind, code, message, remedy: None }
    }

    /// Something the caller gave.
    pub fn input(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Input, code, message)
    }

    /// Something of this machine.
    pub fn machine(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Machine, code, message)
    }

    /// The same error with a remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

impl fmt::Display for StudioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StudioError {}

impl From<vitrine_capture::CaptureError> for StudioError {
    fn from(e: vitrine_capture::CaptureError) -> Self {
        use vitrine_capture::ErrorKind as C;
        match e.kind() {
            C::Busy => Self::machine("device-busy", e),
            C::Denied => Self::machine("device-denied", e),
            C::NotFound => Self::machine("device-missing", e),
            C::Unsupported => Self::machine("device-format", e),
            C::TimedOut | C::Stalled | C::Lost => Self::machine("device-lost", e),
            _ => Self::input("source", e),
        }
    }
}

impl From<vitrine_catalog::CatalogError> for StudioError {
    fn from(e: vitrine_catalog::CatalogError) -> Self {
        use vitrine_catalog::CatalogError as C;
        match &e {
            C::Missing { .. } => Self::input("missing", e),
            C::Invalid(_) | C::Taken(_) | C::Picture(_) | C::NothingTo(_) => {
                Self::input("catalogue", e)
            }
            C::Newer { .. } => Self::input("catalogue-newer", e),
            C::Damaged { .. } => Self::machine("catalogue-damaged", e),
            C::NotUsable { .. } | C::Disk(_) => Self::machine("catalogue-disk", e),
            C::Internal(_) => Self::new(ErrorKind::Internal, "catalogue", e),
        }
    }
}

impl From<vitrine_engine::EngineError> for StudioError {
    fn from(e: vitrine_engine::EngineError) -> Self {
        use vitrine_engine::EngineError as E;
        match e {
            E::Capture(e) => e.into(),
            E::Settings(_) | E::Unknown { .. } => Self::input("settings", e),
            E::Codec(_) => Self::machine("encoder", e)
                .remedy("run `vitrine-cli doctor` to see which encoders open on this machine"),
            E::Thread(_) => Self::new(ErrorKind::Internal, "thread", e),
            E::Delivery(_) => Self::new(ErrorKind::Delivery, "delivery", e),
        }
    }
}
