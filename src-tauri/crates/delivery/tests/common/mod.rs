//! A small real program for the tests: H.264 and AAC made by our own encoders, repeated for ever.
#![allow(dead_code)]

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use vitrine_codec::{AudioEncoder, Preset, VideoEncoder, VideoSettings};
use vitrine_delivery::{Destination, DestinationEvent, DestinationStatus, State};
use vitrine_flow::{Clock, Stop};
use vitrine_media::{
    AudioBlock, Frame, FrameRate, MediaTime, Packet, Size, StreamInfo, StreamKind,
};

pub const FPS: u32 = 25;
/// Length of the repeated piece.
pub const LOOP: MediaTime = MediaTime::from_secs(8);

pub struct Program {
    pub streams: Vec<StreamInfo>,
    /// One loop, in order of decoding; begins with a keyframe at zero.
    pub packets: Vec<Packet>,
}

/// Made once per test process: 320x180, 25 pictures a second, a keyframe each second.
pub fn program() -> &'static Program {
    static PROGRAM: OnceLock<Program> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let size = Size::new(320, 180);
        let mut settings = VideoSettings::new(size, FrameRate::whole(FPS));
        settings.bitrate = 1_200_000;
        settings.keyframe_seconds = 1;
        settings.preset = Preset::Ultrafast;
        settings.encoder = vitrine_codec::EncoderChoice::Named("libx264".into());
        let mut video = VideoEncoder::open(&settings).expect("video encoder");
        let mut audio = AudioEncoder::open(128_000).expect("audio encoder");
        let mut packets = Vec::new();
        let mut noise = 1u32;
        let mut random = || {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            noise
        };
        for n in 0..LOOP.as_millis() as u64 * u64::from(FPS) / 1000 {
            let mut frame = Frame::black(size);
            // Something that costs bits.
            for y in frame.planes_mut().y.chunks_mut(4) {
                y.fill(16 + (random() % 200) as u8);
            }
            let pts = FrameRate::whole(FPS).time_of(n);
            video.encode(&Arc::new(frame), pts, n == 0, &mut packets).expect("encodes");
        }
        video.flush(&mut packets).expect("flushes");
        for n in 0..LOOP.sample(48_000) / 1024 {
            let first = n * 1024;
            let at = MediaTime::of_sample(first, 48_000);
            let mut block = AudioBlock::silence(at, 48_000, 2, 1024);
            for (i, s) in block.samples.iter_mut().enumerate() {
                *s = ((first as f32 + (i / 2) as f32) * 0.05).sin() * 0.3;
            }
            audio.encode(&block, first, &mut packets).expect("encodes");
        }
        packets.retain(|p| p.dts >= MediaTime::ZERO);
        packets.sort_by_key(|p| p.dts);
        let streams = vec![StreamInfo::Video(video.info()), StreamInfo::Audio(audio.info())];
        Program { streams, packets }
    })
}

impl Program {
    /// The program from its beginning, without end.
    pub fn forever(&self) -> impl Iterator<Item = Packet> + '_ {
        (0..).flat_map(move |round| {
            let shift = MediaTime::from_nanos(LOOP.as_nanos() * round);
            self.packets.iter().map(move |p| {
                let mut p = p.clone();
                p.pts += shift;
                p.dts += shift;
                p
            })
        })
    }

    /// The first `secs` seconds.
    pub fn first(&self, secs: i64) -> Vec<Packet> {
        self.forever().take_while(|p| p.dts < MediaTime::from_secs(secs)).collect()
    }
}

pub fn video_count(packets: &[Packet]) -> u64 {
    packets.iter().filter(|p| p.kind == StreamKind::Video).count() as u64
}

/// Gives the program to `push` in real time until dropped.
pub struct Feeder {
    stop: Stop,
    thread: Option<std::thread::JoinHandle<u64>>,
}

impl Feeder {
    pub fn start(push: impl Fn(&Packet) + Send + 'static) -> Self {
        let stop = Stop::new();
        let own = stop.clone();
        let program = program();
        let thread = std::thread::spawn(move || {
            let clock = Clock::real();
            let mut pictures = 0;
            for p in program.forever() {
                if !clock.sleep_until(p.dts, &own) {
                    break;
                }
                pictures += u64::from(p.kind == StreamKind::Video);
                push(&p);
            }
            pictures
        });
        Self { stop, thread: Some(thread) }
    }

    /// Ends it; how many pictures it gave.
    pub fn end(mut self) -> u64 {
        self.stop.stop();
        self.thread.take().map_or(0, |t| t.join().expect("feeder"))
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

pub type Events = Arc<Mutex<Vec<DestinationEvent>>>;

/// A receiver that keeps every event.
pub fn keep() -> (Events, Arc<dyn Fn(DestinationEvent) + Send + Sync>) {
    let events = Events::default();
    let own = Arc::clone(&events);
    (events, Arc::new(move |e| own.lock().expect("events").push(e)))
}

/// Waits until `done` or panics after `limit`, saying `what`. Returns how long it took.
pub fn wait(what: &str, limit: Duration, mut done: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    let never = Stop::new();
    while !done() {
        assert!(start.elapsed() < limit, "{what}: not within {limit:?}");
        never.wait(Duration::from_millis(10));
    }
    start.elapsed()
}

/// Waits for a status.
pub fn until(
    d: &Destination,
    what: &str,
    limit: Duration,
    mut is: impl FnMut(&DestinationStatus) -> bool,
) -> Duration {
    let start = Instant::now();
    let never = Stop::new();
    loop {
        let s = d.status();
        if is(&s) {
            return start.elapsed();
        }
        assert!(start.elapsed() < limit, "{what}: not within {limit:?}: {s:#?}");
        never.wait(Duration::from_millis(10));
    }
}

pub fn live(s: &DestinationStatus) -> bool {
    s.state == State::Live
}

pub const fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// One packet as ffprobe saw it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub video: bool,
    pub dts: f64,
    pub key: bool,
}

/// The packets of a file, in file order.
pub fn probe(path: &Path) -> Vec<Seen> {
    let out = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "packet=codec_type,dts_time,flags",
            "-of",
            "csv=p=0",
        ])
        .arg(path)
        .output()
        .expect("ffprobe runs");
    String::from_utf8_lossy(&out.stdout)
        .lines()
        .filter_map(|l| {
            let mut f = l.split(',');
            let video = f.next()? == "video";
            let dts = f.next()?.parse().ok()?;
            Some(Seen { video, dts, key: f.next()?.contains('K') })
        })
        .collect()
}

/// Pictures that really decode; the second value is what the decoder complained about.
pub fn decode(path: &Path) -> (u64, String) {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(path)
        .args(["-map", "0:v", "-f", "framehash", "-"])
        .output()
        .expect("ffmpeg runs");
    let frames =
        String::from_utf8_lossy(&out.stdout).lines().filter(|l| !l.starts_with('#')).count();
    (frames as u64, String::from_utf8_lossy(&out.stderr).into_owned())
}

/// Times never go back within a stream.
pub fn assert_in_order(seen: &[Seen]) {
    for video in [true, false] {
        let dts: Vec<f64> = seen.iter().filter(|s| s.video == video).map(|s| s.dts).collect();
        assert!(dts.is_sorted(), "times go back");
    }
}
