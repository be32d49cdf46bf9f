//! `cargo xtask test`: every check and every test, timed; a developer sees all that fails at once.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::counts::{Counts, Reader};
use crate::failure::Failure;
use crate::{Done, device_lab, licences, setup, shell, tidy};

/// Sets up, checks and tests. With `pass`, runs `cargo test` with these arguments and nothing else.
///
/// # Errors
/// [`Failure::Setup`] at once when the set-up fails; else, after everything that could run has run,
/// [`Failure::Check`] naming the steps that failed.
pub fn run(pass: &[String]) -> Done {
    let start = Instant::now();
    let mut steps = Steps::default();
    setup::run(false)?;
    steps.record("set-up", start.elapsed(), Outcome::Held);
    if pass.is_empty() {
        steps.take("fmt", || shell::run(shell::cargo().args(["fmt", "--all", "--check"])));
        steps.take("tidy", tidy::rules);
        steps.take("licences", licences::run);
        steps.take("clippy", || {
            shell::run(&mut clippy(&["--workspace", "--all-targets"]))?;
            // What a plain `cargo test` leaves out, `--all-targets` leaves out as well.
            shell::run(&mut clippy(&["--package", "vitrine-cli", "--test", "lab"]))
        });
        steps.take("doc", || shell::run(&mut doc()));
    }
    let mut counts = Counts::default();
    if steps.take("build tests", || shell::run(cargo_test(pass).arg("--no-run"))) {
        steps.take("tests", || tests(pass, &mut counts));
    } else {
        steps.record("tests", Duration::ZERO, Outcome::NotRun);
        counts.failed = 1;
    }
    if pass.is_empty() {
        let options = device_lab::Options::default();
        steps.take("device lab", || device_lab::step(&options, &mut counts));
    }
    println!("\n{}", steps.table(start.elapsed()));
    for reason in &counts.reasons {
        println!("SKIPPED: {reason}");
    }
    for name in &counts.failures {
        println!("FAILED: {name}");
    }
    println!("\n{}", counts.summary());
    steps.verdict()
}

fn clippy(targets: &[&str]) -> Command {
    let mut clippy = shell::cargo();
    clippy.arg("clippy").args(targets).args(["--", "-D", "warnings"]);
    clippy
}

fn doc() -> Command {
    let mut doc = shell::cargo();
    doc.args(["doc", "--workspace", "--no-deps"]);
    // A crate's map names its private files too; such a link is shown as plain text.
    doc.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links");
    doc
}

/// `cargo test` with the part of `pass` that is cargo's own, up to its `--`.
fn cargo_test(pass: &[String]) -> Command {
    let own = pass.split(|word| word == "--").next().unwrap_or_default();
    let mut test = shell::cargo();
    test.arg("test").args(own);
    let names_packages = own
        .iter()
        .any(|w| w.starts_with("-p") || w.starts_with("--package") || w.starts_with("--manifest"));
    if !names_packages {
        test.arg("--workspace");
    }
    test
}

/// Runs the tests, passing their output on while reading the figures in it.
fn tests(pass: &[String], counts: &mut Counts) -> Done {
    let mut command = cargo_test(pass);
    command.args(["--no-fail-fast", "--", "--show-output"]);
    command.args(pass.iter().skip_while(|word| *word != "--").skip(1));
    shell::announce(&shell::describe(&command));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| Failure::Check(format!("cargo test did not start: {e}")))?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|out| lines_of(out, sender.clone())),
        child.stderr.take().map(|err| lines_of(err, sender)),
    ];
    let mut reader = Reader::default();
    for line in lines {
        if reader.line(&line) {
            // A closed output (a pager that was left) is no reason to stop testing.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }
    for reader in readers.into_iter().flatten() {
        // The reader ends with its pipe and cannot panic on what it reads.
        let _ = reader.join();
    }
    let status = child.wait().map_err(|e| Failure::Check(format!("cargo test was lost: {e}")))?;
    *counts = reader.finish();
    if status.success() {
        return Ok(());
    }
    if counts.failed == 0 {
        // A test program that died (signal, abort) leaves no closing line.
        counts.failed = 1;
        counts.failures.push("a test program ended before its closing line, see above".to_owned());
    }
    Err(Failure::Check(format!("cargo test failed ({status})")))
}

/// Hands on the lines of one pipe, whatever bytes are in them.
pub fn lines_of(
    pipe: impl Read + Send + 'static,
    to: mpsc::Sender<String>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if to.send(text).is_err() {
                return;
            }
            line.clear();
        }
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Held,
    Failed(String),
    NotRun,
}

/// The steps taken, with their times.
#[derive(Debug, Default)]
struct Steps(Vec<(&'static str, Duration, Outcome)>);

impl Steps {
    /// Runs one step and returns whether it held.
    fn take(&mut self, name: &'static str, step: impl FnOnce() -> Done) -> bool {
        let start = Instant::now();
        let outcome = match step() {
            Ok(()) => Outcome::Held,
            Err(failure) => {
                println!("✗ {name}: {failure}");
                Outcome::Failed(failure.to_string())
            }
        };
        let held = outcome == Outcome::Held;
        self.record(name, start.elapsed(), outcome);
        held
    }

    fn record(&mut self, name: &'static str, time: Duration, outcome: Outcome) {
        self.0.push((name, time, outcome));
    }

    fn table(&self, whole: Duration) -> String {
        let row = |name: &str, time: Duration, end: &str| {
            format!(
                "  {name:<12} {:>4}:{:04.1}  {end}\n",
                time.as_secs() / 60,
                time.as_secs_f64() % 60.0
            )
        };
        let mut text = String::from("  step          m:s     result\n");
        for (name, time, outcome) in &self.0 {
            text += &row(
                name,
                *time,
                match outcome {
                    Outcome::Held => "ok",
                    Outcome::Failed(_) => "FAILED",
                    Outcome::NotRun => "not run",
                },
            );
        }
        text + &row("all", whole, "")
    }

    fn verdict(&self) -> Done {
        let failed: Vec<String> = self
            .0
            .iter()
            .filter_map(|(name, _, outcome)| match outcome {
                Outcome::Failed(why) => {
                    Some(format!("{name}: {}", why.lines().next().unwrap_or_default()))
                }
                _ => None,
            })
            .collect();
        if failed.is_empty() { Ok(()) } else { Err(Failure::Check(failed.join("\n  "))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_reach_cargo_and_the_tests() {
        assert_eq!(shell::describe(&cargo_test(&[])), "cargo test --workspace");
        assert_eq!(
            shell::describe(&cargo_test(&words("-p vitrine-mixer loud -- --nocapture"))),
            "cargo test -p vitrine-mixer loud"
        );
        assert_eq!(shell::describe(&cargo_test(&words("loud"))), "cargo test loud --workspace");
    }

    #[test]
    fn later_steps_run_after_a_failed_one_and_the_verdict_names_it() {
        let mut steps = Steps::default();
        assert!(!steps.take("fmt", || Err(Failure::Check("two files\nmore".to_owned()))));
        assert!(steps.take("tidy", || Ok(())));
        steps.record("tests", Duration::from_secs(61), Outcome::NotRun);
        let table = steps.table(Duration::from_millis(61_500));
        assert!(table.contains("fmt") && table.contains("FAILED") && table.contains("not run"));
        assert!(table.contains("1:01.5"), "{table}");
        assert_eq!(steps.verdict(), Err(Failure::Check("fmt: two files".to_owned())));
        assert_eq!(Steps::default().verdict(), Ok(()));
    }

    #[test]
    fn lines_survive_bytes_that_are_no_text() {
        let (sender, lines) = mpsc::channel();
        lines_of(&b"one\n\xff two\r\nthree"[..], sender).join().unwrap();
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["one", "\u{fffd} two", "three"]);
    }
}
