//! Pictures, streams and files for the tests.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use vitrine_codec::{EncoderChoice, Latency, Preset, VideoEncoder, VideoSettings};
use vitrine_media::{Frame, FrameRate, Packet, Plane, Size, VideoInfo};

pub const SIZE: Size = Size::new(320, 180);

pub fn settings(latency: Latency) -> VideoSettings {
    VideoSettings {
        bitrate: 600_000,
        encoder: EncoderChoice::Named("libx264".into()),
        preset: Preset::Veryfast,
        latency,
        ..VideoSettings::new(SIZE, FrameRate::whole(30))
    }
}

/// Soft waves that move, with grain that changes.
pub fn moving(n: u64) -> Arc<Frame> {
    let mut frame = Frame::black(SIZE);
    let p = frame.planes_mut();
    let mut noise = 0x9e37_79b9_u32.wrapping_mul(n as u32 + 1);
    for (y, row) in p.y.chunks_exact_mut(p.strides[0]).enumerate() {
        for (x, v) in row.iter_mut().enumerate() {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let phase = (x as f64 + 3.0 * n as f64) / 23.0;
            let wave = 60.0 * phase.sin() * (y as f64 / 17.0 + n as f64 / 40.0).cos();
            *v = (120.0 + wave) as u8 + (noise >> 28) as u8;
        }
    }
    for (plane, stride) in [(p.u, p.strides[1]), (p.v, p.strides[2])] {
        for (y, row) in plane.chunks_exact_mut(stride).enumerate() {
            for (x, v) in row.iter_mut().enumerate() {
                *v = (108 + (x + y + n as usize) % 40) as u8;
            }
        }
    }
    Arc::new(frame)
}

/// Encodes ticks `ticks` of moving pictures.
pub fn encode(
    settings: &VideoSettings,
    ticks: impl Iterator<Item = u64>,
) -> (Vec<Packet>, VideoInfo) {
    let mut encoder = VideoEncoder::open(settings).expect("opens");
    let mut out = Vec::new();
    for n in ticks {
        encoder.encode(&moving(n), settings.rate.time_of(n), false, &mut out).expect("encodes");
    }
    encoder.flush(&mut out).expect("flushes");
    (out, encoder.info())
}

/// The stream with start codes again, as a `.h264` file holds it.
pub fn annex_b(info: &VideoInfo, packets: &[Packet]) -> Vec<u8> {
    let mut out = Vec::new();
    let (sets, _) = parameter_sets(&info.avcc);
    for set in sets {
        out.extend([0, 0, 0, 1]);
        out.extend(set);
    }
    for p in packets {
        let mut data = &p.data[..];
        while !data.is_empty() {
            let len = u32::from_be_bytes(data[..4].try_into().expect("four bytes")) as usize;
            out.extend([0, 0, 0, 1]);
            out.extend(&data[4..4 + len]);
            data = &data[4 + len..];
        }
    }
    out
}

/// The parameter sets of an avcC record, and what follows them.
pub fn parameter_sets(avcc: &[u8]) -> (Vec<Vec<u8>>, &[u8]) {
    assert_eq!((avcc[0], avcc[4]), (1, 0xff), "version 1, lengths of four bytes");
    let mut sets = Vec::new();
    let mut at = &avcc[6..];
    let mut take = |at: &mut &[u8]| {
        let len = usize::from(u16::from_be_bytes([at[0], at[1]]));
        sets.push(at[2..2 + len].to_vec());
        *at = &at[2 + len..];
    };
    for _ in 0..avcc[5] & 31 {
        take(&mut at);
    }
    let pps = at[0];
    at = &at[1..];
    for _ in 0..pps {
        take(&mut at);
    }
    (sets, at)
}

/// Peak signal-to-noise ratio of luma, dB.
pub fn psnr(frame: &Frame, rows: &[u8], stride: usize) -> f64 {
    let size = frame.size();
    let mut sum = 0f64;
    for y in 0..size.height as usize {
        let own = frame.row(Plane::Y, y);
        let other = &rows[y * stride..][..size.width as usize];
        sum += own.iter().zip(other).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum::<f64>();
    }
    10.0 * (255.0f64.powi(2) / (sum / size.area() as f64)).log10()
}

/// Runs the `ffmpeg` program, to make a file no code of ours made.
pub fn ffmpeg(args: &[&str], out: &Path) {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-loglevel", "error", "-y"]).args(args).arg(out);
    let done = command.output().expect("the ffmpeg program is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
