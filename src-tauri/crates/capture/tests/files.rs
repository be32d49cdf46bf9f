//! Files as sources, under the simulated clock.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use vitrine_capture::{AudioSpec, ErrorKind, VideoSpec, VideoWish, open_camera, open_microphone};
use vitrine_flow::{Clock, Participant, Stop};
use vitrine_media::{AudioBlock, Frame, FrameRate, MediaTime, Plane, Size};

const WISH: VideoWish = VideoWish::new(Size::new(1280, 720), FrameRate { num: 30, den: 1 });

fn ffmpeg(args: &str, out: &Path) {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-hide_banner", "-loglevel", "error", "-y"])
        .args(args.split_whitespace())
        .arg(out);
    let done = command.output().expect("the ffmpeg program is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

struct Show {
    folder: tempfile::TempDir,
    clock: Clock,
    stop: Stop,
    _in: Participant,
}

impl Show {
    fn new() -> Self {
        let clock = Clock::simulated();
        let _in = clock.participate();
        Self { folder: tempfile::tempdir().expect("a folder"), clock, stop: Stop::new(), _in }
    }

    fn file(&self, name: &str, args: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        ffmpeg(args, &path);
        path
    }

    fn frames(&self, path: &Path, count: usize) -> Vec<(MediaTime, Arc<Frame>)> {
        let mut camera =
            open_camera(&VideoSpec::File(path.to_owned()), &WISH, &self.clock).expect("opens");
        let frames = (0..count).map(|_| camera.next(&self.stop).expect("a frame"));
        frames.map(|f| (f.at, f.value)).collect()
    }

    fn sound(&self, path: &Path, blocks: usize) -> Vec<AudioBlock> {
        let mut microphone =
            open_microphone(&AudioSpec::File(path.to_owned()), &self.clock).expect("opens");
        (0..blocks).map(|_| microphone.next(&self.stop).expect("a block")).collect()
    }
}

#[test]
fn a_video_loops_without_a_seam() {
    for (name, codec) in [
        ("a.mp4", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"),
        ("b.mjpeg", "-c:v mjpeg"),
        ("c.h264", "-c:v libx264 -bf 0 -pix_fmt yuv420p"),
    ] {
        let show = Show::new();
        let clip = show
            .file(name, &format!("-f lavfi -i testsrc2=size=160x120:rate=25:duration=1 {codec}"));
        let rate = FrameRate::whole(25);
        let frames = show.frames(&clip, 85);
        for (n, (at, frame)) in frames.iter().enumerate() {
            assert_eq!(*at, rate.time_of(n as u64), "{name}");
            assert_eq!(frame.size(), Size::new(160, 120));
            assert!(n < 25 || *frame == frames[n - 25].1, "{name}: {n} repeats");
            assert!(n == 0 || *frame != frames[n - 1].1, "{name}: {n} moves");
        }
        assert_eq!(show.clock.now(), rate.time_of(84 - 2), "two intervals early");
    }
}

#[test]
fn picture_and_sound_of_a_file_stay_together() {
    let show = Show::new();
    // White and loud in [1 s, 1.1 s); the sound is longer than the picture and sets the loop.
    let clip = show.file(
        "flash.mkv",
        "-f lavfi -i color=black:size=64x64:rate=30:duration=2,drawbox=color=white:t=fill:enable='gte(t,0.999)*lt(t,1.0999)' \
         -f lavfi -i aevalsrc='0.5*sin(2*PI*1000*t)*gte(t,1)*lt(t,1.1)':s=44100:d=2.5 -c:v libx264 -pix_fmt yuv420p -c:a flac",
    );
    let frames = show.frames(&clip, 300);
    let white: Vec<_> =
        frames.iter().filter(|(_, f)| f.row(Plane::Y, 30)[30] > 180).map(|(at, _)| *at).collect();
    let wanted: Vec<_> = (0..4)
        .flat_map(|k| (0..3).map(move |i| FrameRate::whole(30).time_of(k * 75 + 30 + i)))
        .collect();
    assert_eq!(white, wanted, "each 2.5 s, never drifting");
    // The microphone opens ten seconds later and is in step all the same.
    assert!(show.clock.now() > MediaTime::from_secs(9));
    let blocks = show.sound(&clip, 600);
    let mut next = blocks[0].at.sample(44_100);
    let (mut loud, mut quiet) = (Vec::new(), 44_100);
    for block in &blocks {
        assert_eq!(block.at, MediaTime::of_sample(next, 44_100), "without a gap");
        assert_eq!((block.rate, block.channels), (44_100, 1));
        for (i, v) in block.samples.iter().enumerate() {
            if v.abs() > 0.02 {
                if quiet > 2000 {
                    loud.push(next + i as i64);
                }
                quiet = 0;
            } else {
                quiet += 1;
            }
        }
        next += block.frames() as i64;
    }
    assert!(loud.len() >= 4, "{loud:?}");
    for at in loud {
        let within = MediaTime::of_sample(at, 44_100).as_nanos() - 1_000_000_000;
        let off =
            within.rem_euclid(2_500_000_000).min(2_500_000_000 - within.rem_euclid(2_500_000_000));
        assert!(off < 1_000_000, "beep at sample {at} is {off} ns off");
    }
}

#[test]
fn a_file_opened_late_is_where_it_would_be() {
    let show = Show::new();
    let clip = show.file(
        "a.mp4",
        "-f lavfi -i testsrc2=size=64x64:rate=10:duration=6 -c:v libx264 -g 20 -pix_fmt yuv420p",
    );
    let frames = show.frames(&clip, 60);
    show.clock.sleep_until(MediaTime::from_millis(6_000 * 5 + 4_350), &show.stop);
    let late = show.frames(&clip, 20);
    for (i, (at, frame)) in late.iter().enumerate() {
        assert_eq!(*at, MediaTime::from_millis(34_400 + 100 * i as i64));
        assert!(*frame == frames[(44 + i) % 60].1, "{i}");
    }
}

#[test]
fn a_picture_is_given_each_second() {
    let show = Show::new();
    let picture = show.file("card.png", "-f lavfi -i testsrc=size=2560x1440 -frames:v 1");
    let frames = show.frames(&picture, 4);
    for (n, (at, frame)) in frames.iter().enumerate() {
        assert_eq!(*at, MediaTime::from_secs(n as i64));
        assert_eq!(frame.size(), WISH.size, "shrunk to the canvas");
        assert!(*frame == frames[0].1);
    }
    // 75 % red with an alpha of one half lies on black.
    let clear = show
        .file("clear.png", "-f lavfi -i color=c=0xff0000@0.5:size=32x32,format=rgba -frames:v 1");
    let (_, frame) = show.frames(&clear, 1).remove(0);
    assert!(frame.row(Plane::Y, 3)[3].abs_diff(16 + 23) <= 2, "{}", frame.row(Plane::Y, 3)[3]);
}

#[test]
fn sound_alone_loops_to_the_sample() {
    let show = Show::new();
    let tone =
        show.file("tone.wav", "-f lavfi -i aevalsrc='t/1.5':s=48000:d=1.5:c=mono -c:a pcm_f32le");
    let samples: Vec<f32> = show.sound(&tone, 200).into_iter().flat_map(|b| b.samples).collect();
    for (i, v) in samples.iter().enumerate() {
        let wanted = (i % 72_000) as f32 / 72_000.0;
        assert!((v - wanted).abs() < 1e-3, "{v} instead of {wanted} at {i}");
    }
}

#[test]
fn errors_name_the_file_and_the_remedy() {
    let show = Show::new();
    let path = |name: &str| show.folder.path().join(name);
    std::fs::write(path("garbage.mp4"), [7; 4000]).expect("written");
    let sound = show.file("tone.wav", "-f lavfi -i sine=duration=0.2");
    let picture = show.file("silent.png", "-f lavfi -i testsrc=size=64x64 -frames:v 1");
    let tiny = show.file("tiny.png", "-f lavfi -i color=size=8x8 -frames:v 1");
    let video = |p: &Path| {
        open_camera(&VideoSpec::File(p.to_owned()), &WISH, &show.clock).err().expect("refused")
    };
    let audio = |p: &Path| {
        open_microphone(&AudioSpec::File(p.to_owned()), &show.clock).err().expect("refused")
    };
    for (error, kind, name) in [
        (video(&path("missing.mp4")), ErrorKind::NotReadable, "missing.mp4"),
        (audio(&path("missing.mp4")), ErrorKind::NotReadable, "missing.mp4"),
        (video(&path("garbage.mp4")), ErrorKind::NotMedia, "garbage.mp4"),
        (video(&sound), ErrorKind::NoVideo, "tone.wav"),
        (audio(&picture), ErrorKind::NoAudio, "silent.png"),
        (video(&tiny), ErrorKind::BadSize, "tiny.png"),
    ] {
        println!("{error}");
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(name) && error.to_string().contains(';'), "{error}");
    }
}
