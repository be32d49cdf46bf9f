//! What is played into the sound card's first output, and so heard at its second input.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Running, wait_for};

/// Peak of the tone.
pub const PEAK_DBFS: f64 = -12.04;
/// Its pitch.
pub const HERTZ: f64 = 1000.0;

/// Plays a tone, in the first `share` of each second, until it is dropped. The card's input then has
/// this rate and no other.
pub fn play(rate: u32, share: f64) -> (Running, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("tone.wav");
    fs::write(&path, wave(rate, 60, share)).expect("written");
    let child = Command::new("aplay")
        .args(["--quiet", "-D", "hw:CARD=Loopback,DEV=0,SUBDEV=0"])
        .arg(&path)
        .stdout(Stdio::null())
        .spawn()
        .expect("aplay runs");
    let running = Running(child);
    let status = Path::new("/proc/asound/Loopback/pcm0p/sub0/status");
    wait_for("a playing card", Duration::from_secs(10), || {
        fs::read_to_string(status).ok().filter(|s| s.contains("RUNNING"))
    });
    (running, dir)
}

/// A stereo WAV file of 16 bits.
fn wave(rate: u32, seconds: u32, share: f64) -> Vec<u8> {
    let samples = rate * seconds;
    let bytes = samples * 4;
    let mut file = Vec::with_capacity(bytes as usize + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(bytes + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16u32.to_le_bytes());
    file.extend_from_slice(&[1, 0, 2, 0]);
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(rate * 4).to_le_bytes());
    file.extend_from_slice(&[4, 0, 16, 0]);
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    let turn = std::f64::consts::TAU * HERTZ / f64::from(rate);
    for n in 0..samples {
        let sounds = f64::from(n % rate) < share * f64::from(rate);
        let sample = if sounds { (8192.0 * (f64::from(n) * turn).sin()) as i16 } else { 0 };
        file.extend_from_slice(&sample.to_le_bytes());
        file.extend_from_slice(&sample.to_le_bytes());
    }
    file
}

/// The pitch of the first whole beep, by its rising zero crossings, and its peak in dBFS.
pub fn heard(samples: &[i16], rate: usize) -> (f64, f64) {
    let loud = |s: &i16| s.unsigned_abs() > 2_000;
    let quiet = samples.windows(rate / 10).position(|w| !w.iter().any(loud)).expect("a pause");
    let begin = quiet + samples[quiet..].iter().position(loud).expect("a beep");
    let beep = &samples[begin + rate / 50..begin + rate * 3 / 20];
    let rises = beep.windows(2).filter(|w| w[0] < 0 && w[1] >= 0).count();
    let peak = beep.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
    let seconds = beep.len() as f64 / rate as f64;
    (rises as f64 / seconds, 20.0 * (f64::from(peak).max(1.0) / 32_768.0).log10())
}
