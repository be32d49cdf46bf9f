//! A show that runs as a process of its own: what is typed into it, what it says, with a time limit on every
//! wait.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Running, wait_for};

/// Longest wait for anything that has no limit of its own: the machine may be busy.
pub const LIMIT: Duration = Duration::from_secs(30);

/// A line it printed.
pub struct Said {
    /// When it was read.
    pub at: Instant,
    pub text: String,
    /// The line as JSON; null if it is none.
    pub json: Value,
}

/// The running program.
pub struct Program {
    child: Running,
    input: Option<ChildStdin>,
    lines: Receiver<Said>,
    /// All it said so far, errors included.
    pub said: Vec<Said>,
    /// Lines before this one were said before the last thing typed.
    mark: usize,
    pub started: Instant,
}

fn read(from: impl Read + Send + 'static, lines: Sender<Said>) {
    std::thread::spawn(move || {
        for text in BufReader::new(from).lines().map_while(Result::ok) {
            let json = serde_json::from_str(&text).unwrap_or_default();
            if lines.send(Said { at: Instant::now(), text, json }).is_err() {
                return;
            }
        }
    });
}

impl Program {
    pub fn start(mut command: Command) -> Self {
        let started = Instant::now();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let (sender, lines) = channel();
        read(child.stdout.take().expect("piped"), sender.clone());
        read(child.stderr.take().expect("piped"), sender);
        let input = child.stdin.take();
        Self { child: Running(child), input, lines, said: Vec::new(), mark: 0, started }
    }

    fn drain(&mut self) {
        self.said.extend(self.lines.try_iter());
    }

    /// Types a line; what is waited for next comes after it. Returns when it was typed.
    pub fn type_in(&mut self, line: &str) -> Instant {
        self.drain();
        self.mark = self.said.len();
        let at = Instant::now();
        let input = self.input.as_mut().expect("still open");
        writeln!(input, "{line}").expect("the program reads");
        at
    }

    /// Waits for a line said since the last one was typed.
    pub fn wait(&mut self, what: &str, limit: Duration, is: impl Fn(&Said) -> bool) -> &Said {
        let until = Instant::now() + limit;
        let mut at = self.mark;
        loop {
            if let Some(n) = self.said[at..].iter().position(&is) {
                return &self.said[at + n];
            }
            at = self.said.len();
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(said) => self.said.push(said),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("{what}: not within {limit:?} in\n{}", self.text());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("{what}: not said before the end:\n{}", self.text());
                }
            }
        }
    }

    /// The event of this name.
    pub fn event(&mut self, name: &str) -> &Said {
        self.wait(name, LIMIT, |said| said.json["event"] == name)
    }

    /// Types a command of a script; its answer, and how long that took.
    pub fn ask(&mut self, command: &Value) -> (Value, Duration) {
        let typed = self.type_in(&command.to_string());
        let id = command["id"].clone();
        let is = |said: &Said| said.json["id"] == id && said.json.get("ok").is_some();
        let said = self.wait("an answer", LIMIT, is);
        (said.json.clone(), said.at - typed)
    }

    /// The state, asked for at a terminal that speaks JSON.
    pub fn state(&mut self) -> Value {
        self.type_in("state");
        self.wait("the state", LIMIT, |said| said.json.get("phase").is_some()).json.clone()
    }

    /// Asks for the state until it is as wanted.
    pub fn state_with(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> (Value, Instant) {
        let mut state = Value::Null;
        let until = Instant::now() + LIMIT;
        while Instant::now() < until {
            state = self.state();
            if is(&state) {
                return (state, Instant::now());
            }
        }
        panic!("{what}: not within {LIMIT:?}: {state}");
    }

    /// Waits until so much of the program's time is over.
    pub fn until(&mut self, since: Instant, length: Duration) {
        wait_for("time goes by", length + LIMIT, || (since.elapsed() >= length).then_some(()));
        self.drain();
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&mut self) {
        self.drain();
        self.mark = self.said.len();
        let sent = Command::new("kill").args(["-INT", &self.child.0.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// As a power cut does it.
    pub fn kill(mut self) -> Vec<Said> {
        self.child.0.kill().expect("killed");
        self.child.0.wait().expect("gone");
        self.said.extend(self.lines.iter());
        self.said
    }

    /// Closes its input and waits for its end: exit code and all it said.
    pub fn end(mut self, limit: Duration) -> (Option<i32>, Vec<Said>) {
        drop(self.input.take());
        let mut code = None;
        let until = Instant::now() + limit;
        while code.is_none() {
            code = self.child.0.try_wait().expect("waited for");
            assert!(Instant::now() < until, "not ended within {limit:?}:\n{}", self.text());
            if let Ok(said) = self.lines.recv_timeout(Duration::from_millis(20)) {
                self.said.push(said);
            }
        }
        // The pipes are closed with the process, so the threads that read them end.
        self.said.extend(self.lines.iter());
        (code.and_then(|c| c.code()), self.said)
    }

    fn text(&self) -> String {
        all(&self.said)
    }
}

/// Everything that was said.
pub fn all(said: &[Said]) -> String {
    said.iter().map(|s| format!("{}\n", s.text)).collect()
}

/// The closing report.
pub fn report(said: &[Said]) -> &Value {
    let found = said.iter().rev().find(|s| s.json.get("recordings").is_some());
    &found.unwrap_or_else(|| panic!("no report in\n{}", all(said))).json
}

/// The names of the events in the order they were told, and their times: those never go back.
pub fn events(said: &[Said]) -> Vec<&str> {
    let told: Vec<&Value> =
        said.iter().map(|s| &s.json).filter(|j| j.get("event").is_some()).collect();
    let times: Vec<i64> = told.iter().map(|j| j["at_ms"].as_i64().expect("a time")).collect();
    assert!(times.is_sorted(), "{times:?} in\n{}", all(said));
    told.iter().map(|j| j["event"].as_str().expect("a name")).collect()
}
