//! Text, JSON, progress, errors and exit codes.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use vitrine_studio::{ErrorKind, StudioError};

/// A destination never came on air or lost part of the show.
pub const EXIT_DELIVERY: u8 = 4;
/// Something given was wrong.
pub const EXIT_INPUT: u8 = 2;

/// Prints an error with its remedy and gives the documented exit code.
pub fn fail(e: &StudioError, json: bool) -> ExitCode {
    if json {
        print_json(&serde_json::json!({ "error": e }));
    } else {
        let mut text = format!("error: {}", e.message);
        if let Some(remedy) = &e.remedy {
            text.push_str(&format!("\n  hint: {remedy}"));
        }
        drop(writeln!(io::stderr(), "{}", vitrine_secret::redact(&text)));
    }
    ExitCode::from(match e.kind {
        ErrorKind::Internal => 1,
        ErrorKind::Input => EXIT_INPUT,
        ErrorKind::Machine => 3,
        ErrorKind::Delivery => EXIT_DELIVERY,
    })
}

/// One JSON value on one line of standard output, secrets taken out.
pub fn print_json(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => print_line(&text),
        Err(e) => tracing::error!("cannot print as JSON: {e}"),
    }
}

/// One line of standard output, secrets taken out. A closed pipe is not an error.
pub fn print_line(text: &str) {
    drop(writeln!(io::stdout(), "{}", vitrine_secret::redact(text)));
}

/// A bar on a terminal, nothing elsewhere. Without `seconds` it counts up.
pub fn progress(seconds: Option<u32>, json: bool) -> ProgressBar {
    if json || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match seconds {
        Some(s) => {
            (ProgressBar::new(u64::from(s) * 10), "{elapsed_precise} {bar:32.red/238} {msg}")
        }
        None => (ProgressBar::new_spinner(), "{spinner:.red} {elapsed_precise} {msg}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━━╌"));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A bar that counts steps on a terminal, nothing elsewhere.
pub fn steps(json: bool) -> ProgressBar {
    if json || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:32.red/238} {pos} of {len} {msg}") {
        bar.set_style(style.progress_chars("━━╌"));
    }
    bar
}

/// `4500k`, `4.5M`, `4500000` in bits a second, for pictures.
pub fn bitrate(text: &str) -> Result<u32, StudioError> {
    bits(text, 100_000, 50_000_000, "write 4500k, 4.5M or 4500000, between 100k and 50M")
}

/// The same for sound.
pub fn audio_bitrate(text: &str) -> Result<u32, StudioError> {
    bits(text, 32_000, 320_000, "write 128k or 160k, between 32k and 320k")
}

fn bits(text: &str, least: u32, most: u32, remedy: &str) -> Result<u32, StudioError> {
    let bad =
        || StudioError::input("bitrate", format!("bitrate {text:?} cannot be used")).remedy(remedy);
    let (number, unit) = match text.trim().strip_suffix(['k', 'K']) {
        Some(n) => (n, 1e3),
        None => match text.trim().strip_suffix(['m', 'M']) {
            Some(n) => (n, 1e6),
            None => (text.trim(), 1.0),
        },
    };
    let value = number.parse::<f64>().map_err(|_| bad())? * unit;
    let fits = (f64::from(least)..=f64::from(most)).contains(&value);
    if fits { Ok(value as u32) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitrates() {
        assert_eq!(bitrate("4500k").ok(), Some(4_500_000));
        assert_eq!(bitrate("4.5M").ok(), Some(4_500_000));
        for bad in ["", "k", "-1", "NaN", "inf", "99M", "1k", "4500q"] {
            assert!(bitrate(bad).is_err(), "{bad}");
        }
    }
}
