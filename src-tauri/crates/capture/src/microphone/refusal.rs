//! What the sound system says, as one sentence with a remedy.

use cpal::ErrorKind as Said;

use crate::{CaptureError, ErrorKind};

/// Why the microphone `name` could not be opened.
pub(super) fn refusal(name: &str, e: &cpal::Error) -> CaptureError {
    let (kind, text) = match e.kind() {
        Said::DeviceBusy => (
            ErrorKind::Busy,
            format!(
                "another program uses the microphone “{name}”; close that program and try again"
            ),
        ),
        Said::PermissionDenied => (
            ErrorKind::Denied,
            format!("the system does not allow the microphone “{name}”; {}", permission()),
        ),
        Said::DeviceNotAvailable => (ErrorKind::NotFound, missing(name)),
        Said::HostUnavailable => (
            ErrorKind::NotFound,
            format!(
                "the sound system of the microphone “{name}” does not run; start it and try again"
            ),
        ),
        Said::UnsupportedConfig | Said::UnsupportedOperation | Said::InvalidInput => (
            ErrorKind::Unsupported,
            format!(
                "the microphone “{name}” offers no format that can be used ({}); choose another one",
                words(e)
            ),
        ),
        _ => (
            ErrorKind::NotFound,
            format!(
                "the microphone “{name}” could not be opened ({}); unplug it, plug it in again and try again",
                words(e)
            ),
        ),
    };
    CaptureError::new(kind, text)
}

/// The sound server hangs.
#[cfg(target_os = "linux")]
pub(super) fn silent() -> CaptureError {
    let text = "the sound server does not answer; restart PulseAudio or PipeWire and try again";
    CaptureError::new(ErrorKind::TimedOut, text)
}

/// It is not there.
pub(super) fn missing(name: &str) -> String {
    format!(
        "there is no microphone “{name}”; plug it in, or choose one of those that `vitrine-cli devices` lists"
    )
}

const fn permission() -> &'static str {
    if cfg!(target_os = "linux") {
        "add your user to the group “audio” and log in again"
    } else {
        "allow it in the system's privacy settings"
    }
}

/// Whether an open stream goes on after this, and the sentence if it does not.
pub(super) fn loss(name: &str, e: &cpal::Error) -> Option<String> {
    match e.kind() {
        // Noted by the stamps, or of no consequence.
        Said::Xrun | Said::RealtimeDenied => None,
        Said::DeviceChanged => {
            Some(format!("the microphone “{name}” was switched by the system; it is opened again"))
        }
        Said::DeviceNotAvailable => Some(gone(name)),
        _ => Some(format!("the microphone “{name}” failed ({}); it is opened again", words(e))),
    }
}

/// It went away while it was open.
pub(super) fn gone(name: &str) -> String {
    format!("the microphone “{name}” has gone; plug it in again")
}

/// What was said, without a full stop, to stand within a sentence.
fn words(e: &cpal::Error) -> String {
    e.to_string().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_its_kind_and_names_device_and_remedy() {
        for (said, kind) in [
            (Said::DeviceBusy, ErrorKind::Busy),
            (Said::PermissionDenied, ErrorKind::Denied),
            (Said::DeviceNotAvailable, ErrorKind::NotFound),
            (Said::HostUnavailable, ErrorKind::NotFound),
            (Said::UnsupportedConfig, ErrorKind::Unsupported),
            (Said::BackendError, ErrorKind::NotFound),
        ] {
            let e = refusal("Studio", &cpal::Error::new(said));
            assert_eq!(e.kind(), kind);
            let text = e.to_string();
            assert!(text.contains("“Studio”") && text.contains("; "), "{text}");
            assert!(!text.contains(".)"), "{text}");
        }
        let goes_on = |said| loss("Studio", &cpal::Error::new(said)).is_none();
        assert!(goes_on(Said::Xrun) && goes_on(Said::RealtimeDenied));
        assert!(!goes_on(Said::DeviceChanged) && !goes_on(Said::StreamInvalidated));
    }
}
