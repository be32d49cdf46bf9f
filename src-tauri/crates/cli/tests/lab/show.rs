//! A running `live --json`, followed event by event.

use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::media;
use crate::support::{Running, wait_for};

/// A show on air.
pub struct Show {
    process: Running,
    lines: Receiver<(Instant, String)>,
    seen: Vec<String>,
}

impl Show {
    /// Starts it; the program's own complaints go to the test's output.
    pub fn start(command: &mut Command) -> Show {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let out = child.stdout.take().expect("piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            use std::io::BufRead;
            for line in std::io::BufReader::new(out).lines().map_while(Result::ok) {
                if sender.send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        Show { process: Running(child), lines, seen: Vec::new() }
    }

    /// Reads on to the first line that fits; when it was read, and what it says.
    pub fn wait(
        &mut self,
        what: &str,
        limit: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> (Instant, Value) {
        let until = Instant::now() + limit;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((at, line)) => {
                    let value: Value = serde_json::from_str(&line).expect("each line is JSON");
                    self.seen.push(line);
                    if fits(&value) {
                        return (at, value);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{what}: not within {limit:?}; {:#?}", self.seen)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("{what}: not before the end; {:#?}", self.seen)
                }
            }
        }
    }

    /// Waits for an event of this name.
    pub fn event(&mut self, name: &str, limit: Duration) -> (Instant, Value) {
        self.wait(name, limit, |v| v["event"] == name)
    }

    /// Waits until a destination is on air.
    pub fn on_air(&mut self, limit: Duration) {
        self.wait("a destination on air", limit, |v| {
            v["event"] == "destination" && v["what"]["state"]["is"] == "live"
        });
    }

    /// Waits for the end; the exit code and the report.
    pub fn end(mut self, limit: Duration) -> (i32, Value) {
        let (_, report) = self.wait("the report", limit, |v| v["version"].is_string());
        let status = wait_for("the program's end", Duration::from_secs(20), || {
            self.process.0.try_wait().expect("waited for")
        });
        (status.code().expect("no signal ended it"), report)
    }
}

/// What the server received goes through without a break: pictures rise by the rate's own step,
/// and no sound is missing.
pub fn assert_unbroken(media: &media::Media, fps: f64) {
    assert_eq!((media.video_codec.as_str(), media.audio_codec.as_str()), ("h264", "aac"));
    let largest = |packets: &[media::Probed]| {
        let steps = packets.windows(2).map(|p| p[1].dts - p[0].dts);
        steps.fold((f64::INFINITY, 0.0f64), |(low, high), s| (low.min(s), high.max(s)))
    };
    let (low, high) = largest(&media.video);
    let step = 1.0 / fps;
    // FLV counts milliseconds.
    assert!(low > 0.0 && high < step + 0.002, "pictures {low} to {high} s apart, {step} is right");
    let (low, high) = largest(&media.audio);
    assert!(low > 0.018 && high < 0.025, "sound {low} to {high} s apart");
}
