//! Files of other makers: containers, formats, loops, and what is no media file.

mod common;

use std::fs;

use common::ffmpeg;
use vitrine_codec::{AudioReader, CodecError, Layout, Matrix, MjpegDecoder, VideoReader};
use vitrine_media::{FrameRate, MediaTime, Size};

const CLIP: &[&str] = &[
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=160x120:rate=25:duration=2",
    "-f",
    "lavfi",
    "-i",
    "sine=frequency=500:sample_rate=44100:duration=2.3",
];

fn times(reader: &mut VideoReader) -> Vec<MediaTime> {
    let mut out = Vec::new();
    while let Some(p) = reader.next().expect("decodes") {
        out.push(p.at);
    }
    out
}

#[test]
fn containers_and_codecs() {
    let dir = tempfile::tempdir().expect("a folder");
    let kinds: &[(&str, &[&str], bool)] = &[
        (
            "h264.mp4",
            &["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
            true,
        ),
        ("bframes.mkv", &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "flac"], true),
        ("mjpeg.avi", &["-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le"], true),
        ("raw.mjpeg", &["-c:v", "mjpeg", "-pix_fmt", "yuvj420p"], false),
        ("vp8.webm", &["-c:v", "libvpx", "-deadline", "realtime", "-an"], false),
    ];
    for (name, args, sound) in kinds {
        let path = dir.path().join(name);
        ffmpeg(&[CLIP, args].concat(), &path);
        let mut reader = VideoReader::open(&path).expect(name);
        assert_eq!(
            (reader.size(), reader.is_still(), reader.has_audio()),
            (Size::new(160, 120), false, *sound),
            "{name}"
        );
        assert_eq!(reader.rate(), FrameRate::whole(25), "{name}");
        let first = times(&mut reader);
        assert_eq!(first.len(), 50, "{name}");
        for (n, at) in first.iter().enumerate() {
            let off = (at.as_nanos() - n as i64 * 40_000_000).abs();
            assert!(off <= 1_000_000, "{name}: picture {n} at {at}");
        }
        let length = reader.length().expect(name).as_secs_f64();
        let wanted = if *sound { 2.3 } else { 2.0 };
        assert!((length - wanted).abs() < 0.03, "{name}: {length} s");
        reader.seek_start().expect(name);
        assert_eq!(times(&mut reader), first, "{name} again");
        reader.seek(MediaTime::from_millis(1500)).expect(name);
        let from = reader.next().expect(name).expect(name).at;
        assert!(from <= MediaTime::from_millis(1500), "{name}: {from}");
        if *sound {
            let mut audio = AudioReader::open(&path).expect(name);
            assert_eq!(
                (audio.rate(), audio.channels(), audio.length()),
                (44_100, 1, reader.length()),
                "{name}"
            );
            for round in 0..2 {
                let mut next = None;
                while let Some(block) = audio.next().expect(name) {
                    let first = block.at.sample(44_100);
                    assert_eq!(first, next.unwrap_or(first), "{name}, round {round}");
                    assert!(next.is_some() || first.abs() <= 44, "{name} begins at {first}");
                    next = Some(first + block.frames() as i64);
                }
                let end = next.expect(name) as f64 / 44_100.0;
                assert!((end - 2.3).abs() < 0.03, "{name}: sound ends at {end}");
                audio.seek_start().expect(name);
            }
        }
    }
}

#[test]
fn still_pictures_and_formats() {
    let dir = tempfile::tempdir().expect("a folder");
    let card = ["-f", "lavfi", "-i", "color=c=0xbf0000:size=66x50:duration=0.04", "-frames:v", "1"];
    let kinds: &[(&str, &[&str], Layout)] = &[
        ("card.png", &["-pix_fmt", "rgb24"], Layout::Rgb),
        ("alpha.png", &["-pix_fmt", "rgba"], Layout::Rgba),
        ("palette.png", &["-vf", "split[a][b];[a]palettegen[p];[b][p]paletteuse"], Layout::Rgba),
        ("card.jpg", &["-pix_fmt", "yuvj420p"], Layout::Yuv420),
        ("card444.jpg", &["-pix_fmt", "yuvj444p"], Layout::Yuv420),
        ("card.bmp", &["-pix_fmt", "bgr24"], Layout::Bgr),
        ("deep.png", &["-pix_fmt", "rgb48be"], Layout::Rgba),
    ];
    for (name, args, layout) in kinds {
        let path = dir.path().join(name);
        ffmpeg(&[&card, *args].concat(), &path);
        let mut reader = VideoReader::open(&path).expect(name);
        assert!(reader.is_still() && reader.length().is_none(), "{name}");
        for _ in 0..2 {
            let p = reader.next().expect(name).expect(name);
            assert_eq!((p.size, p.layout), (Size::new(66, 50), *layout), "{name}");
            let (bytes, _) = layout.plane(0, p.size);
            let got = match layout {
                Layout::Rgb | Layout::Bgr | Layout::Rgba => {
                    let start = 20 * p.strides[0] + bytes / 66 * 30;
                    p.planes[0][start..start + 3].to_vec()
                }
                _ => vec![
                    p.planes[0][20 * p.strides[0] + 30],
                    p.planes[1][15 * p.strides[1] + 9],
                    p.planes[2][15 * p.strides[2] + 9],
                ],
            };
            // 75 % red as its maker's format has it.
            let wanted = match (*layout, p.matrix, p.full_range) {
                (Layout::Rgb | Layout::Rgba, ..) => [191, 0, 0],
                (Layout::Bgr, ..) => [0, 0, 191],
                (_, Matrix::Bt709, false) => [51, 109, 212],
                (_, Matrix::Bt601, true) => [57, 96, 223],
                (_, Matrix::Bt601, false) => [65, 100, 212],
                (_, Matrix::Bt709, true) => [41, 106, 223],
            };
            let near = got.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 4);
            assert!(
                near,
                "{name}: {got:?} instead of {wanted:?} ({:?}, full {})",
                p.matrix, p.full_range
            );
            assert!(reader.next().expect(name).is_none());
            reader.seek_start().expect(name);
        }
    }
    let odd = dir.path().join("odd.png");
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=size=65x51", "-frames:v", "1"], &odd);
    let mut reader = VideoReader::open(&odd).expect("odd");
    assert_eq!(reader.size(), Size::new(64, 50));
    assert_eq!(reader.next().expect("odd").expect("odd").size, Size::new(64, 50));
}

#[test]
fn many_channels_become_two() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("surround.wav");
    let six = "sine=frequency=400:sample_rate=96000:duration=0.5,pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0";
    ffmpeg(&["-f", "lavfi", "-i", six, "-c:a", "pcm_s24le"], &path);
    let mut reader = AudioReader::open(&path).expect("opens");
    assert_eq!((reader.rate(), reader.channels()), (96_000, 2));
    let (mut frames, mut peak) = (0, 0f32);
    while let Some(block) = reader.next().expect("decodes") {
        assert_eq!(block.at, MediaTime::of_sample(frames, 96_000));
        frames += block.frames() as i64;
        peak = block.samples.iter().fold(peak, |p, v| p.max(v.abs()));
    }
    assert_eq!(frames, 48_000);
    assert!(peak > 0.05 && peak <= 1.0, "{peak}");
}

#[test]
fn a_camera_picture_with_a_stale_tail() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("frame.jpg");
    ffmpeg(
        &["-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1", "-pix_fmt", "yuvj422p"],
        &path,
    );
    let whole = fs::read(&path).expect("read");
    let mut decoder = MjpegDecoder::open().expect("opens");
    let luma = decoder.decode(&whole).expect("decodes").planes[0].to_vec();
    let tail = [&whole[..], &whole[whole.len() / 2..]].concat();
    let again = decoder.decode(&tail).expect("decodes");
    assert_eq!(
        (again.size, again.layout, again.full_range),
        (Size::new(320, 240), Layout::Yuv422, true)
    );
    assert_eq!((again.matrix, again.planes[0]), (Matrix::Bt601, &luma[..]));
    for garbage in [&[][..], &[0; 100], &whole[..60]] {
        assert!(matches!(decoder.decode(garbage), Err(CodecError::Picture { .. })));
    }
    assert!(decoder.decode(&whole).is_ok(), "the next good picture decodes");
}

#[test]
fn what_is_no_media_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = |name: &str| dir.path().join(name);
    let is = |name: &str, wanted: fn(&CodecError) -> bool| {
        let e = VideoReader::open(&path(name)).expect_err(name);
        println!("{e}");
        assert!(wanted(&e) && e.to_string().contains(name), "{name}: {e}");
    };
    is("missing.mp4", |e| matches!(e, CodecError::NotReadable { .. }));
    fs::create_dir(path("folder")).expect("made");
    is("folder", |e| matches!(e, CodecError::NotReadable { .. }));
    fs::write(path("garbage.mp4"), vec![0x5a; 5000]).expect("written");
    is("garbage.mp4", |e| matches!(e, CodecError::NotMedia { .. }));
    fs::write(path("empty.png"), []).expect("written");
    is("empty.png", |e| matches!(e, CodecError::NotMedia { .. }));
    fs::write(path("notes.txt"), "nothing to see here\n".repeat(50)).expect("written");
    is("notes.txt", |_| true);
    ffmpeg(&["-f", "lavfi", "-i", "sine=duration=0.2"], &path("tone.wav"));
    is("tone.wav", |e| matches!(e, CodecError::NoVideo { .. }));
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1"], &path("silent.png"));
    let e = AudioReader::open(&path("silent.png")).expect_err("no sound");
    assert!(matches!(e, CodecError::NoAudio { .. }), "{e}");
    // A picture of 30,000 × 30,000: a good header in front of nothing.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30\x08\x02\0\0\0".to_vec();
    png.extend(crc(&png[12..29]).to_be_bytes());
    png.extend(b"\0\0\0\x08IDAT\x78\x9c\x63\0\0\0\x01\0\x01");
    fs::write(path("huge.png"), png).expect("written");
    is("huge.png", |e| matches!(e, CodecError::NoSize { .. }));
}

#[test]
fn a_truncated_file_ends_early_but_well() {
    let dir = tempfile::tempdir().expect("a folder");
    let (whole, cut) = (dir.path().join("whole.mkv"), dir.path().join("cut.mkv"));
    ffmpeg(&[CLIP, &["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "flac"]].concat(), &whole);
    let bytes = fs::read(&whole).expect("read");
    fs::write(&cut, &bytes[..bytes.len() * 2 / 3]).expect("written");
    let mut reader = VideoReader::open(&cut).expect("opens");
    let count = times(&mut reader).len();
    assert!((20..50).contains(&count), "{count}");
}

fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(!0u32, |c, b| {
        (0..8)
            .fold(c ^ u32::from(*b), |c, _| if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 })
    })
}
