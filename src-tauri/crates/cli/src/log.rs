//! Tracing to stderr. Every line passes through redaction as its last step, FFmpeg's included.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A writer to stderr that takes secrets out of whole lines.
#[derive(Default)]
struct Redacting(Vec<u8>);

impl Write for Redacting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.0);
        let out = io::stderr().write_all(vitrine_secret::redact(&text).as_bytes());
        self.0.clear();
        out
    }
}

impl Drop for Redacting {
    fn drop(&mut self) {
        // Nowhere is left to report that stderr is gone.
        drop(self.flush());
    }
}

struct ToStderr;

impl<'a> MakeWriter<'a> for ToStderr {
    type Writer = Redacting;
    fn make_writer(&'a self) -> Redacting {
        Redacting::default()
    }
}

/// Installs logging; `verbose` counts `-v`. The variable `VITRINE_LOG` overrides it.
pub fn install(verbose: u8) {
    let level = match verbose {
        // What matters of FFmpeg's words is in our own sentences already.
        0 => "error,ffmpeg=off",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = EnvFilter::try_from_env("VITRINE_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(ToStderr)
        .with_ansi(false)
        .finish();
    // Fails only if a subscriber exists, which is then as good.
    drop(tracing::subscriber::set_global_default(subscriber));
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if verbose > 1 {
            usual(info);
        } else {
            let text = info.to_string();
            drop(writeln!(io::stderr(), "{}", vitrine_secret::redact(&text)));
        }
    }));
}
