//! Running the program and third-party servers, with time limits on every wait.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The program under test.
pub fn cli() -> Command {
    Command::new(env!("CARGO_BIN_EXE_vitrine-cli"))
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(&manifest_folder()).join("../../..")
}

/// A product of the sample show.
pub fn sample(name: &str) -> PathBuf {
    root().join("assets/sample").join(name)
}

/// Runs to the end with this on standard input, killing it after `limit`.
pub fn run(command: &mut Command, input: &str, limit: Duration) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its options may be gone before it reads.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    let id = child.id();
    let (done, ended) = mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        if ended.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout) {
            // By its id, which cannot be reused while the child is not waited for.
            let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
            return false;
        }
        true
    });
    let output = child.wait_with_output().expect("the program ends");
    drop(done);
    assert!(watch.join().expect("joined"), "not ended within {limit:?}: {}", text(&output));
    output
}

/// Everything a run printed.
pub fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The last line of standard output as JSON.
pub fn last_json(output: &Output) -> Value {
    let all = String::from_utf8_lossy(&output.stdout);
    let line = all.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line:?}: {}", text(output)))
}

/// A process that is ended when the test ends.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until `ready` says so.
pub fn wait_for<T>(what: &str, limit: Duration, mut ready: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + limit;
    let (_keep, tick) = mpsc::channel::<()>();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(Instant::now() < until, "{what}: not within {limit:?}");
        let _ = tick.recv_timeout(Duration::from_millis(20));
    }
}

/// A port nobody listens on at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// `vitrine-cli rehearse` as a process of its own, recording what arrives.
pub struct Endpoint {
    _process: Running,
    pub url: String,
    pub dir: tempfile::TempDir,
}

pub fn endpoint() -> Endpoint {
    let dir = tempfile::tempdir().expect("a folder");
    let mut child = cli()
        .args(["rehearse", "--json", "--record"])
        .arg(dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the endpoint starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let first = lines.next().expect("a line").expect("text");
    // Read on, so that the endpoint never waits for its reader.
    std::thread::spawn(move || lines.for_each(drop));
    let json: Value = serde_json::from_str(&first).expect("JSON");
    let url = json["listening"].as_str().expect("an address").to_owned();
    Endpoint { _process: Running(child), url, dir }
}

impl Endpoint {
    /// The file of the first publish under a key.
    pub fn file(&self, key: &str) -> PathBuf {
        wait_for("a recorded stream", Duration::from_secs(10), || {
            let list = fs::read_dir(self.dir.path()).ok()?.flatten();
            let mut paths = list.map(|e| e.path());
            paths.find(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(key)))
        })
    }
}

/// nginx with its RTMP module, recording what arrives; `None` (said loudly) where it is missing.
/// A single process, so that ending it leaves no worker behind.
pub struct Nginx {
    _process: Running,
    pub port: u16,
    pub dir: tempfile::TempDir,
}

const MODULE: &str = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

pub fn nginx() -> Option<Nginx> {
    if !Path::new(MODULE).exists() {
        println!("SKIPPED: nginx with its RTMP module is not installed; run `cargo xtask setup`");
        return None;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let (rtmp, run) = (free_port(), dir.path().display().to_string());
    fs::create_dir(dir.path().join("rec")).expect("a folder");
    let user = if run_as_root() { "user root;" } else { "" };
    let config = format!(
        "load_module {MODULE};
{user} daemon off; master_process off; pid {run}/nginx.pid; error_log {run}/error.log info;
events {{ worker_connections 256; }}
rtmp {{ server {{
  listen 127.0.0.1:{rtmp}; chunk_size 4096; ping 3s; ping_timeout 3s; timeout 60s;
  application open {{ live on; meta copy; record all; record_path {run}/rec; record_unique off; }}
}} }}
"
    );
    let path = dir.path().join("nginx.conf");
    fs::write(&path, config).expect("written");
    let child = Command::new("nginx")
        .arg("-p")
        .arg(dir.path())
        .arg("-c")
        .arg(&path)
        .args(["-e", &format!("{run}/error.log")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nginx starts");
    let process = Running(child);
    wait_for("nginx", Duration::from_secs(10), || TcpStream::connect(("127.0.0.1", rtmp)).ok());
    Some(Nginx { _process: process, port: rtmp, dir })
}

fn run_as_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.trim_ascii() == b"0"
}

/// This crate's folder in the checkout that cargo was called in. Asked at run time: checkouts that
/// share a build folder share this binary as well.
fn manifest_folder() -> std::ffi::OsString {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
}
