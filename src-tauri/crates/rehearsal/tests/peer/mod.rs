//! FFmpeg as publisher and as judge.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use vitrine_rehearsal::Rehearsal;

/// Longest wait for anything; a healthy run needs a fraction.
pub const LIMIT: Duration = Duration::from_secs(20);

/// A running publisher; ended when dropped.
pub struct Publisher(Child);

/// How a publisher ended.
pub struct Ended {
    pub success: bool,
    pub log: String,
}

impl Publisher {
    /// Starts `ffmpeg ARGS`.
    pub fn start(args: &[&str]) -> Self {
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-hide_banner", "-loglevel", "warning"]).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        Self(command.spawn().expect("ffmpeg is installed"))
    }

    /// Sends a file as fast as it is taken, or in real time.
    pub fn send(file: &Path, real_time: bool, url: &str) -> Self {
        let mut args = if real_time { vec!["-re"] } else { vec![] };
        args.extend(["-i", file.to_str().unwrap(), "-c", "copy", "-flush_packets", "1"]);
        args.extend(["-f", "flv", url]);
        Self::start(&args)
    }

    pub fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// Waits until it ends.
    pub fn finish(mut self, endpoint: &Rehearsal) -> Ended {
        assert!(endpoint.wait_until(LIMIT, |_| !self.is_running()), "the publisher does not end");
        let mut log = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        Ended { success: self.0.wait().unwrap().success(), log }
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A folder for the whole test process.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path()
}

fn encode(name: &str, seconds: u32, gop: u32, extra: &[&str]) -> PathBuf {
    let path = folder().join(name);
    let video = format!("testsrc2=size=640x360:rate=30:duration={seconds}");
    let audio = format!("sine=frequency=440:sample_rate=48000:duration={seconds}");
    let gop = gop.to_string();
    let mut args = vec!["-y", "-f", "lavfi", "-i", &video, "-f", "lavfi", "-i", &audio];
    args.extend(["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0"]);
    args.extend(["-g", &gop, "-keyint_min", &gop, "-sc_threshold", "0"]);
    args.extend(["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]);
    args.extend(["-color_range", "tv", "-c:a", "aac", "-ac", "2", "-b:a", "128k"]);
    args.extend(extra);
    args.extend(["-f", "flv", path.to_str().unwrap()]);
    let mut child = Publisher::start(&args);
    assert!(child.0.wait().unwrap().success(), "ffmpeg encodes");
    path
}

/// Five seconds: 150 frames, keyframes at 0, 2 and 4 s.
pub fn short() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| encode("short.flv", 5, 60, &[]))
}

/// Ten seconds at 12 Mbit/s: 15 MB, more than any socket holds; 300 frames.
pub fn heavy() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let rate = ["-b:v", "12M", "-minrate", "12M", "-maxrate", "12M", "-bufsize", "12M"];
        encode("heavy.flv", 10, 60, &[&rate[..], &["-x264-params", "nal-hrd=cbr"]].concat())
    })
}

/// Six seconds with faults: keyframes 4 s apart, no sound.
pub fn poor() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| encode("poor.flv", 6, 120, &["-an"]))
}

/// What ffprobe says of a file.
pub fn probe(file: &Path) -> serde_json::Value {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-count_packets", "-show_streams", "-of", "json"])
        .arg(file)
        .output()
        .expect("ffprobe is installed");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}
