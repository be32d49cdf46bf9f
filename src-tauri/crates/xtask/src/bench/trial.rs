//! Runs one command and measures it.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::ffi::{self, End};
use crate::failure::Failure;
use crate::{Done, shell};

/// What one run of a command gave.
#[derive(Debug, Clone)]
pub struct Trial {
    /// When it was started.
    pub started: Instant,
    /// User and system time in seconds.
    pub cpu: f64,
    /// Peak memory in MiB.
    pub peak: f64,
    /// What it wrote to its output.
    pub output: String,
}

impl Trial {
    /// The last JSON value of the output: a program's closing report.
    pub fn report(&self) -> Option<Value> {
        serde_json::Deserializer::from_str(&self.output)
            .into_iter::<Value>()
            .map_while(Result::ok)
            .last()
    }
}

/// Runs `command` to its end.
///
/// # Errors
/// If it does not start, takes longer than `limit` (it is ended then) or fails; with its last words.
pub fn run(command: &mut Command, limit: Duration) -> Done<Trial> {
    feed(command, limit, |_| Ok(()))
}

/// Runs `command` to its end, good or bad, or ends it after `limit`: for programs that may hang or
/// report a loss, and are measured by what they did until then.
///
/// # Errors
/// If it does not start.
pub fn run_until(command: &mut Command, limit: Duration) -> Done<Trial> {
    attempt(command, limit, |_| Ok(())).map(|attempt| attempt.trial)
}

/// Runs `command` to its end while `input` writes to its standard input.
///
/// # Errors
/// As [`run`].
pub fn feed(
    command: &mut Command,
    limit: Duration,
    input: impl FnOnce(&mut ChildStdin) -> std::io::Result<()>,
) -> Done<Trial> {
    let attempt = attempt(command, limit, input)?;
    let failed = |what: String| Err(Failure::Check(format!("{} {what}", short(command))));
    if !attempt.in_time {
        return failed(format!("took longer than {} s and was ended", limit.as_secs()));
    }
    if !attempt.success {
        let lines: Vec<&str> = attempt.words.trim().lines().collect();
        return failed(format!("failed:\n{}", lines[lines.len().saturating_sub(4)..].join("\n")));
    }
    Ok(attempt.trial)
}

/// A run and how it ended.
struct Attempt {
    trial: Trial,
    /// It ended with exit code 0.
    success: bool,
    /// It ended by itself.
    in_time: bool,
    /// What it wrote to its error output.
    words: String,
}

/// Runs `command` and ends it at its limit.
fn attempt(
    command: &mut Command,
    limit: Duration,
    input: impl FnOnce(&mut ChildStdin) -> std::io::Result<()>,
) -> Done<Attempt> {
    let shown = short(command);
    let failed = |what: &str| Failure::Check(format!("{shown} {what}"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = command.spawn().map_err(|e| failed(&format!("did not start: {e}")))?;
    let output = child.stdout.take().map(read_all);
    let words = child.stderr.take().map(read_all);
    if let Some(mut pipe) = child.stdin.take() {
        // A child that ends early closes its input; its own words say more than the broken pipe.
        let _ = input(&mut pipe).and_then(|()| pipe.flush());
    }
    let (end, in_time) =
        wait(&mut child, started + limit).map_err(|e| failed(&format!("was lost: {e}")))?;
    let text =
        |reader: Option<JoinHandle<String>>| reader.and_then(|r| r.join().ok()).unwrap_or_default();
    let (output, words) = (text(output), text(words));
    let peak = end.peak as f64 / f64::from(1 << 20);
    let trial = Trial { started, cpu: end.cpu, peak, output };
    Ok(Attempt { trial, success: end.success, in_time, words })
}

/// A command by its beginning: filter graphs fill screens.
fn short(command: &Command) -> String {
    let whole = shell::describe(command);
    match whole.char_indices().nth(100) {
        None => format!("`{whole}`"),
        Some((at, _)) => format!("`{}…`", &whole[..at]),
    }
}

/// Waits by looking, so that a child which hangs can be ended; false if it was.
fn wait(child: &mut Child, deadline: Instant) -> std::io::Result<(End, bool)> {
    let mut in_time = true;
    loop {
        if let Some(end) = ffi::try_wait(child.id())? {
            return Ok((end, in_time));
        }
        if in_time && Instant::now() >= deadline {
            child.kill()?;
            in_time = false;
        }
        thread::park_timeout(Duration::from_millis(5));
    }
}

fn read_all(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until an error is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    #[test]
    fn cost_and_report_of_a_command() {
        let script =
            "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo '{\"a\":1}'; echo '{\"a\":2}'";
        let trial = run(Command::new("sh").args(["-c", script]), LIMIT).unwrap();
        assert!(trial.cpu > 0.0 && trial.peak > 0.1, "{trial:?}");
        assert_eq!(trial.report().unwrap()["a"], 2);
    }

    #[test]
    fn input_reaches_the_command() {
        let trial = feed(&mut Command::new("cat"), LIMIT, |pipe| pipe.write_all(b"hello")).unwrap();
        assert_eq!(trial.output, "hello");
    }

    #[test]
    fn failures_say_what_and_why() {
        let refused = run(Command::new("sh").args(["-c", "echo no disk >&2; exit 3"]), LIMIT);
        assert!(refused.unwrap_err().to_string().contains("no disk"));
        let hung = run(&mut Command::new("cat"), LIMIT);
        assert!(hung.is_ok(), "the input is closed, so cat ends");
        let late = run(
            Command::new("sh").args(["-c", "exec tail -f /dev/null"]),
            Duration::from_millis(50),
        );
        assert!(late.unwrap_err().to_string().contains("took longer"));
        let script = "echo first; exec tail -f /dev/null";
        let part = run_until(Command::new("sh").args(["-c", script]), Duration::from_millis(300));
        assert_eq!(part.unwrap().output, "first\n");
    }
}
