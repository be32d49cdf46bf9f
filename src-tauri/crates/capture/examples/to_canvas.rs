//! What a camera's picture costs from the driver's buffer to a frame of the canvas, in microseconds of
//! the processor. Arguments: AVI files of JPEG pictures; `--json` prints one JSON object instead of a
//! table.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use vitrine_capture::convert::FrameMaker;
use vitrine_codec::{Decoded, Layout, Matrix, MjpegDecoder};
use vitrine_media::{MediaTime, Size};

/// How long each kind of picture is measured: long beside the steps the processor's clock makes.
const SPAN: Duration = Duration::from_millis(600);
/// Pictures before that, until buffers and caches are as they stay.
const WARM_UP: usize = 16;

fn main() {
    let mut lines = Vec::new();
    for size in [Size::new(1280, 720), Size::new(1920, 1080)] {
        for (name, layout, matrix) in [
            ("yuyv", Layout::Yuyv, Matrix::Bt709),
            ("yuyv 601", Layout::Yuyv, Matrix::Bt601),
            ("nv12", Layout::Nv12, Matrix::Bt709),
            ("nv12 601", Layout::Nv12, Matrix::Bt601),
        ] {
            lines.push((format!("{size} {name}"), raw(size, layout, matrix)));
        }
    }
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    for file in arguments.iter().filter(|a| *a != "--json") {
        let (size, whole, decoding) = jpeg(Path::new(file));
        lines.push((format!("{size} mjpeg"), whole));
        lines.push((format!("{size} mjpeg decoding"), decoding));
    }
    if arguments.iter().any(|a| a == "--json") {
        let fields: Vec<_> = lines.iter().map(|(name, us)| format!("\"{name}\":{us:.1}")).collect();
        println!("{{\"microseconds\":{{{}}}}}", fields.join(","));
    } else {
        for (name, us) in lines {
            println!("{name:32} {us:9.1}");
        }
    }
}

/// What `run` takes on average, in microseconds; it is told which round it is.
fn average(mut run: impl FnMut(usize)) -> f64 {
    (0..WARM_UP).for_each(&mut run);
    let (start, used) = (Instant::now(), processor_time());
    let mut rounds = 0;
    while start.elapsed() < SPAN {
        run(rounds);
        rounds += 1;
    }
    let passed = match (used, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed(),
    };
    passed.as_secs_f64() * 1e6 / rounds as f64
}

/// Processor time of this thread, where the system says it without a call that needs `unsafe`: on a
/// busy machine it is less than what passes on the wall.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// An uncompressed picture.
fn raw(size: Size, layout: Layout, matrix: Matrix) -> f64 {
    let (w, h) = (size.width as usize, size.height as usize);
    // Four buffers take turns, as a driver's queue does, so they are not hot in the first caches.
    let noise = |k: usize| (0..w * h * 2).map(|i| ((i * 31 + k) % 220 + 16) as u8).collect();
    let buffers: Vec<Vec<u8>> = (0..4).map(noise).collect();
    let mut maker = FrameMaker::new(size);
    let mut held = None;
    average(|n| {
        let bytes = &buffers[n % 4][..];
        let (planes, strides) = match layout {
            Layout::Nv12 => ([&bytes[..w * h], &bytes[w * h..], &[]], [w, w, 0]),
            _ => ([bytes, &[], &[]], [2 * w, 0, 0]),
        };
        let at = MediaTime::ZERO;
        let picture = Decoded { size, layout, matrix, full_range: false, at, planes, strides };
        // The canvas holds on to a frame while the next is made.
        held = Some(maker.make(&picture).expect("the buffers are large enough"));
        black_box(&held);
    })
}

/// The pictures of a file: their size, decoding and converting, decoding alone.
fn jpeg(file: &Path) -> (Size, f64, f64) {
    let bytes = std::fs::read(file).expect("the file is readable");
    let pictures = pictures(&bytes);
    let mut decoder = MjpegDecoder::open().expect("a decoder");
    let first = pictures.first().expect("the file has pictures");
    let size = decoder.decode(first).expect("a picture").size;
    let mut maker = FrameMaker::new(size);
    let mut held = None;
    let whole = average(|n| {
        let picture = decoder.decode(pictures[n % pictures.len()]).expect("a picture");
        held = Some(maker.make(&picture).expect("a frame"));
        black_box(&held);
    });
    let decoding = average(|n| {
        black_box(decoder.decode(pictures[n % pictures.len()]).expect("a picture"));
    });
    (size, whole, decoding)
}

/// The pictures of an AVI file with one stream.
fn pictures(avi: &[u8]) -> Vec<&[u8]> {
    let list = avi.windows(4).position(|w| w == b"movi").expect("an AVI file");
    let (mut rest, mut out) = (&avi[list + 4..], Vec::new());
    while let Some((head, body)) = rest.split_at_checked(8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(chunk) = body.get(..length) else { break };
        if head.starts_with(b"00dc") && !chunk.is_empty() {
            out.push(chunk);
        }
        // Chunks begin at even places.
        rest = body.get(length.next_multiple_of(2)..).unwrap_or_default();
    }
    out
}
