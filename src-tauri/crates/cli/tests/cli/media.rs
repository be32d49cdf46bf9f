//! Judging a received file with FFmpeg's own tools.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A packet as ffprobe lists it; times in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Probed {
    pub dts: f64,
    pub pts: f64,
    pub key: bool,
}

/// What a file holds.
#[derive(Debug)]
pub struct Media {
    pub video_codec: String,
    pub audio_codec: String,
    pub width: u64,
    pub height: u64,
    pub video: Vec<Probed>,
    pub audio: Vec<Probed>,
}

fn number(v: &Value) -> f64 {
    v.as_str().and_then(|s| s.parse().ok()).unwrap_or(f64::NAN)
}

/// Reads streams and packets.
pub fn probe(path: &Path) -> Media {
    let out = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json", "-show_streams", "-show_packets"])
        .args(["-show_entries"])
        .arg("stream=index,codec_type,codec_name,width,height:packet=stream_index,pts_time,dts_time,flags")
        .arg(path)
        .output()
        .expect("ffprobe runs");
    let json: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out.stderr)));
    let streams = json["streams"].as_array().expect("streams");
    let of = |kind: &str| {
        streams
            .iter()
            .find(|s| s["codec_type"] == kind)
            .unwrap_or_else(|| panic!("no {kind} in {}", path.display()))
    };
    let packets = |stream: &Value| {
        let all = json["packets"].as_array().expect("packets").iter();
        all.filter(|p| p["stream_index"] == stream["index"])
            .map(|p| Probed {
                dts: number(&p["dts_time"]),
                pts: number(&p["pts_time"]),
                key: p["flags"].as_str().is_some_and(|f| f.contains('K')),
            })
            .collect()
    };
    let (v, a) = (of("video"), of("audio"));
    Media {
        video_codec: v["codec_name"].as_str().unwrap_or_default().to_owned(),
        audio_codec: a["codec_name"].as_str().unwrap_or_default().to_owned(),
        width: v["width"].as_u64().unwrap_or(0),
        height: v["height"].as_u64().unwrap_or(0),
        video: packets(v),
        audio: packets(a),
    }
}

fn decode(path: &Path, args: &[&str]) -> Vec<u8> {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(args)
        .arg("-")
        .output()
        .expect("ffmpeg runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// Mean luma of a region (x, y, width, height as fractions) of every picture.
pub fn luma(path: &Path, region: [f64; 4]) -> Vec<u8> {
    let [x, y, w, h] = region;
    let filter = format!("crop=iw*{w}:ih*{h}:iw*{x}:ih*{y},scale=1:1:flags=area,format=gray");
    decode(path, &["-an", "-vf", &filter, "-fps_mode", "passthrough", "-f", "rawvideo"])
}

/// The sound as mono samples at 48 kHz.
pub fn samples(path: &Path) -> Vec<i16> {
    let bytes = decode(path, &["-vn", "-ac", "1", "-ar", "48000", "-f", "s16le"]);
    bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
}

/// One picture as gray pixels with its size.
pub fn gray_picture(path: &Path, at_seconds: f64) -> (usize, usize, Vec<u8>) {
    let media = probe(path);
    let (w, h) = (media.width as usize, media.height as usize);
    let at = at_seconds.to_string();
    let pixels =
        decode(path, &["-ss", &at, "-frames:v", "1", "-an", "-f", "rawvideo", "-pix_fmt", "gray"]);
    assert_eq!(pixels.len(), w * h, "no picture at {at} s of {}", path.display());
    (w, h, pixels)
}

/// Times (seconds) at which the test card flashes.
pub fn flashes(path: &Path, media: &Media) -> Vec<f64> {
    let [x, y, w, h] = [0.05, 0.25, 0.4, 0.4];
    let luma = luma(path, [x, y, w, h]);
    assert_eq!(luma.len(), media.video.len(), "every packet decodes to a picture");
    let mut times: Vec<f64> = media.video.iter().map(|p| p.pts).collect();
    times.sort_by(f64::total_cmp);
    let rises = |i: &usize| luma[*i] > 180 && luma[*i - 1] <= 180;
    (1..luma.len()).filter(rises).map(|i| times[i]).collect()
}

/// Times (seconds) at which the test tone begins to beep.
pub fn beeps(path: &Path, media: &Media) -> Vec<f64> {
    let samples = samples(path);
    let start = media.audio.first().expect("audio").pts;
    let mut times = Vec::new();
    let mut quiet = 0usize;
    for (i, s) in samples.iter().enumerate() {
        if s.unsigned_abs() > 600 {
            if quiet > 20_000 {
                times.push(start + i as f64 / 48_000.0);
            }
            quiet = 0;
        } else {
            quiet += 1;
        }
    }
    times
}
