//! A file that plays for hours must not cost memory by the picture. Alone in its process, because
//! other tests' memory would be counted, too.
#![cfg(target_os = "linux")]

use std::process::Command;

use vitrine_codec::{AudioReader, VideoReader};

fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("readable");
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") * 1024
}

#[test]
fn reading_in_a_loop_keeps_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("raw.nut");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=1"])
        .args(["-f", "lavfi", "-i", "sine=d=1", "-c:v", "rawvideo", "-c:a", "pcm_f32le"])
        .arg(&file)
        .status();
    assert!(made.expect("ffmpeg runs").success());
    let mut video = VideoReader::open(&file).expect("pictures");
    let mut audio = AudioReader::open(&file).expect("sound");
    let mut play = |times: usize| {
        for _ in 0..times {
            while video.next().expect("readable").is_some() {}
            while audio.next().expect("readable").is_some() {}
            video.seek_start().expect("sought");
            audio.seek_start().expect("sought");
        }
    };
    play(3);
    let before = resident();
    // Thirty times ten megabytes of pictures.
    play(30);
    let grown = resident().saturating_sub(before);
    assert!(grown < 30 << 20, "{} MiB more after 300 MiB of pictures", grown >> 20);
}
