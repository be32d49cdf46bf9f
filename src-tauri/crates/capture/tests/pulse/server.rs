//! A PulseAudio server of our own, with sinks that lead nowhere and monitors that hear them.
//!
//! Which server a process speaks to is told by its environment, which a test cannot change within its
//! process: a test runs a child of its own executable with [`child`], and the child starts the server
//! with [`Server::start`].

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The folder of the child's server.
const FOLDER: &str = "VITRINE_TEST_PULSE";

/// Runs the test called `name` of this executable again, as a child whose sound server is one in a
/// folder of its own. Prints why not where there is no PulseAudio.
pub fn child(name: &str) {
    for program in ["pulseaudio", "pactl", "pacat"] {
        let asked = Command::new(program).arg("--version").output();
        if !asked.is_ok_and(|o| o.status.success()) {
            println!("SKIPPED: {program} is not installed; `cargo xtask setup` installs it");
            return;
        }
    }
    let dir = tempfile::tempdir().expect("a folder");
    let own = |name: &str| dir.path().join(name);
    std::fs::create_dir(own("runtime")).expect("a folder");
    let out = Command::new(std::env::current_exe().expect("own path"))
        .args(["--exact", name, "--nocapture", "--test-threads", "1"])
        .env(FOLDER, dir.path())
        .env("PULSE_SERVER", format!("unix:{}", own("native").display()))
        .env("XDG_RUNTIME_DIR", own("runtime"))
        .env("HOME", dir.path())
        .env_remove("PULSE_RUNTIME_PATH")
        .env_remove("PULSE_COOKIE")
        .env_remove("DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .expect("child");
    print!("{}", String::from_utf8_lossy(&out.stdout));
    let complaints = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{complaints}");
    // Nothing of ours may write to the terminal behind our back.
    assert_eq!(complaints, "");
}

/// The child's folder; `None` in the parent, where the child's half of a test does nothing.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// A running server; it ends when this is dropped.
pub struct Server {
    dir: PathBuf,
    process: Child,
}

impl Server {
    /// A server without any sink, in the child's folder.
    pub fn start(dir: &Path) -> Self {
        let socket = dir.join("native");
        drop(std::fs::remove_file(&socket));
        let native =
            format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
        let log = std::fs::File::create(dir.join("pulseaudio.log")).expect("a log");
        let process = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"])
            .args([
                "--disable-shm=yes",
                "--log-target=stderr",
                "--high-priority=yes",
                "-L",
                &native,
            ])
            .env_remove("PULSE_SERVER")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("pulseaudio");
        let server = Self { dir: dir.to_owned(), process };
        until("the sound server answers", Duration::from_secs(10), || {
            server.try_pactl(&["info"]).map(drop)
        });
        server
    }

    fn try_pactl(&self, args: &[&str]) -> Option<String> {
        let out = Command::new("pactl").args(args).stderr(Stdio::null()).output().expect("pactl");
        out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
    }

    /// What `pactl` prints.
    pub fn pactl(&self, args: &[&str]) -> String {
        self.try_pactl(args).unwrap_or_else(|| {
            let log = std::fs::read_to_string(self.dir.join("pulseaudio.log")).unwrap_or_default();
            panic!("pactl {args:?} failed; the server says: {log}")
        })
    }

    /// A sink of `rate`, and its monitor `NAME.monitor`. Gives the number to unload it by.
    pub fn sink(&self, name: &str, rate: u32) -> String {
        let (sink, rate) = (format!("sink_name={name}"), format!("rate={rate}"));
        let properties = format!("sink_properties=device.description={name}-room");
        self.pactl(&[
            "load-module",
            "module-null-sink",
            &sink,
            &rate,
            "channels=2",
            "norewinds=1",
            &properties,
        ])
    }

    /// Takes a sink away, and its monitor with it.
    pub fn unload(&self, module: &str) {
        self.pactl(&["unload-module", module]);
    }

    /// Sends a signal, such as `STOP`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &self.process.id().to_string()])
            .status()
            .expect("kill");
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Something that plays into a sink until it is dropped.
pub struct Player {
    process: Child,
    times: Receiver<(Instant, f64)>,
}

impl Player {
    /// Plays what `sound` gives for the sample of each number, in both channels, into `sink`.
    pub fn start(sink: &str, rate: u32, sound: impl Fn(u64) -> f32 + Send + 'static) -> Self {
        let mut process = Command::new("pacat")
            .args(["--playback", "--raw", "--verbose", "--format=float32le", "--channels=2"])
            .args([&format!("--rate={rate}"), &format!("--device={sink}")])
            .args(["--latency-msec=1000", "--process-time-msec=100"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("pacat");
        let into = process.stdin.take().expect("piped");
        thread::spawn(move || feed(into, sound));
        let from = process.stderr.take().expect("piped");
        let (tell, times) = channel();
        thread::spawn(move || {
            // "Time: 0.350 sec; Latency: 98000 usec.", again and again in one line.
            for line in BufReader::new(from).split(b'\r').map_while(Result::ok) {
                let now = Instant::now();
                let line = String::from_utf8_lossy(&line).into_owned();
                let played = line.split("Time: ").nth(1).and_then(|t| t.split(' ').next());
                if let Some(played) = played.and_then(|t| t.parse().ok())
                    && tell.send((now, played)).is_err()
                {
                    return;
                }
            }
        });
        Self { process, times }
    }

    /// When the sample of number zero was heard, by what the player's library said so far of what it
    /// was playing: the median, without the first `settled` seconds. What it said is forgotten.
    pub fn began(&self, settled: f64) -> Option<Instant> {
        let began = self.words().into_iter().filter(|(_, played)| *played > settled);
        median(began.filter_map(|(now, played)| now.checked_sub(Duration::from_secs_f64(played))))
    }

    /// What the player's library said so far: at which moment it was playing which second of the
    /// sound. It is forgotten.
    pub fn words(&self) -> Vec<(Instant, f64)> {
        self.times.try_iter().collect()
    }
}

/// The middle one.
pub fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

impl Drop for Player {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Writes as fast as the player takes it.
fn feed(mut into: ChildStdin, sound: impl Fn(u64) -> f32) {
    let mut bytes = Vec::new();
    for first in (0u64..).step_by(480) {
        bytes.clear();
        for n in first..first + 480 {
            let sample = sound(n).to_le_bytes();
            bytes.extend_from_slice(&sample);
            bytes.extend_from_slice(&sample);
        }
        if into.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// Waits until `ready` says so.
pub fn until<T>(what: &str, limit: Duration, mut ready: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    let (_keep, tick) = channel::<()>();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(begun.elapsed() < limit, "{what}: not within {limit:?}");
        let _ = tick.recv_timeout(Duration::from_millis(10));
    }
}
