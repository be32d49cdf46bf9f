//! Stream keys, tokens and signed addresses: a type that does not print, and a register by which
//! every sink of text (FFmpeg's log, tracing, panic messages, error sentences) takes them out.
//!
//! [`Secret`] has no `Display`, no `Serialize`, and a `Debug` that prints `•••`. Making one
//! registers its value; [`redact`] replaces every registered value, and its percent-encoded form,
//! in a text. Registration lasts as long as the process: a key that was used may turn up in a
//! late error message. Any thread.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

/// What stands where a secret stood.
pub const MASK: &str = "•••";

/// Values shorter than this are not searched for: they would blank out ordinary text.
const SHORTEST: usize = 4;
/// The same for a part of a value: `?bandwidthtest=true` must not hide every `true`.
const SHORTEST_PART: usize = 8;

/// A value that must not be printed, logged, exported or stored in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a value and registers it, whole and in its parts, for [`redact`].
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        hide(&value, SHORTEST);
        // A key with a query (`stream?auth_key=…`) is also shown in parts by servers and FFmpeg.
        for part in value.split(['?', '&', '/']) {
            hide(part.split_once('=').map_or(part, |(_, v)| v), SHORTEST_PART);
        }
        Self(value)
    }

    /// The value itself, for the one call that needs it. Never put it into a text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Nothing inside.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

fn register() -> &'static Mutex<Vec<String>> {
    static REGISTER: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
    REGISTER.get_or_init(Mutex::default)
}

fn hide(value: &str, shortest: usize) {
    if value.len() < shortest {
        return;
    }
    let mut values = register().lock().unwrap_or_else(PoisonError::into_inner);
    for form in [value.to_owned(), percent_encoded(value)] {
        if !values.contains(&form) {
            values.push(form);
        }
    }
    // Longest first, so that no part of a longer secret is left standing.
    values.sort_by_key(|v| std::cmp::Reverse(v.len()));
}

fn percent_encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for b in value.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// `text` with every registered secret replaced by [`MASK`].
pub fn redact(text: &str) -> Cow<'_, str> {
    let values = register().lock().unwrap_or_else(PoisonError::into_inner);
    let mut out = Cow::Borrowed(text);
    for v in values.iter() {
        if out.contains(v.as_str()) {
            out = Cow::Owned(out.replace(v.as_str(), MASK));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_out_the_whole_and_its_parts() {
        let s = Secret::new("live/canary-stream?auth_key=canary=1/2&vhost=canary.example");
        assert_eq!(format!("{s:?}"), MASK);
        let text = format!("open {} failed; name canary-stream, key canary=1/2", s.expose());
        let out = redact(&text);
        assert!(!out.contains("canary"), "{out}");
        assert!(redact("canary%3D1%2F2").contains(MASK));
        assert_eq!(redact("nothing to hide"), "nothing to hide");
    }

    #[test]
    fn very_short_values_do_not_blank_out_text() {
        let _s = Secret::new("abc");
        assert_eq!(redact("abc"), "abc");
        let _test = Secret::new("live_123456?bandwidthtest=true");
        assert_eq!(redact("true"), "true");
    }
}
