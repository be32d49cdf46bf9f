//! Cameras' JPEG pictures: every raster, what drivers do to them, and what must not be shown.

mod common;
#[path = "common/jpeg.rs"]
mod jpeg;

use std::fs;

use common::ffmpeg;
use jpeg::flat_picture;
use vitrine_codec::{CodecError, Decoded, Layout, MjpegDecoder};
use vitrine_media::Size;

/// The samples of each plane without what lies between rows.
fn samples(picture: &Decoded<'_>) -> [Vec<u8>; 3] {
    [0, 1, 2].map(|i| {
        if i >= picture.layout.planes() {
            return Vec::new();
        }
        let (bytes, rows) = picture.layout.plane(i, picture.size);
        let row = |y| &picture.planes[i][y * picture.strides[i]..][..bytes];
        (0..rows).flat_map(row).copied().collect()
    })
}

fn decoded(jpeg: &[u8]) -> [Vec<u8>; 3] {
    let mut decoder = MjpegDecoder::open().expect("opens");
    samples(&decoder.decode(jpeg).expect("decodes"))
}

/// A picture from FFmpeg's encoder.
fn coded(size: &str, format: &str, more: &[&str]) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("picture.jpg");
    let source = format!("testsrc2=size={size}");
    let args = ["-f", "lavfi", "-i", &source, "-frames:v", "1", "-q:v", "3", "-pix_fmt", format];
    ffmpeg(&[&args, more].concat(), &path);
    fs::read(&path).expect("written")
}

/// Where the coded data begins.
fn scan(jpeg: &[u8]) -> usize {
    jpeg.windows(2).position(|w| w == [0xff, 0xda]).expect("a scan")
}

/// The picture without its segments of this kind.
fn without(jpeg: &[u8], kind: u8) -> Vec<u8> {
    let (mut out, mut at) = (jpeg[..2].to_vec(), 2);
    while jpeg[at + 1] != 0xda {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]])) + 2;
        if jpeg[at + 1] != kind {
            out.extend(&jpeg[at..at + length]);
        }
        at += length;
    }
    out.extend(&jpeg[at..]);
    out
}

#[test]
fn every_raster_at_odd_and_even_sizes() {
    let flat = |c: usize, x: usize, y: usize| (40 + 60 * c + 17 * x + 29 * y) as u8 | 1;
    let half = Layout::Yuv422;
    let cases: [(&[u8], Layout); 9] = [
        (&[0x21, 0x11, 0x11], half),
        (&[0x22, 0x12, 0x12], half),
        (&[0x22, 0x11, 0x11], Layout::Yuv420),
        (&[0x11, 0x11, 0x11], half),
        (&[0x12, 0x12, 0x12], half),
        (&[0x12, 0x11, 0x11], Layout::Yuv420),
        (&[0x41, 0x11, 0x11], half),
        (&[0x11], Layout::Yuv420),
        (&[0x22], Layout::Yuv420),
    ];
    let mut decoder = MjpegDecoder::open().expect("opens");
    for (factors, layout) in cases {
        for (width, height) in [(64, 48), (61, 43), (16, 16), (2, 3), (130, 9)] {
            for restart in [0, 1, 3] {
                let name = format!("{factors:x?} {width}x{height} restart {restart}");
                let jpeg = flat_picture((width, height), factors, restart, flat);
                let picture = decoder.decode(&jpeg).expect(&name);
                let size = Size::new(u32::from(width) & !1, u32::from(height) & !1);
                assert_eq!((picture.size, picture.layout), (size, layout), "{name}");
                assert!(picture.full_range, "{name}");
                let planes = samples(&picture);
                for (c, plane) in planes.iter().enumerate() {
                    let (bytes, _) = layout.plane(c, size);
                    for (i, sample) in plane.iter().enumerate() {
                        let (x, y) = (i % bytes, i / bytes);
                        let expected = expected(factors, layout, c, x, y, flat);
                        assert_eq!(*sample, expected, "{name}: plane {c} at {x}, {y}");
                    }
                }
            }
        }
    }
}

/// The sample that block values give at a place of the result.
fn expected(
    factors: &[u8],
    layout: Layout,
    c: usize,
    x: usize,
    y: usize,
    flat: impl Fn(usize, usize, usize) -> u8,
) -> u8 {
    if c == 0 {
        return flat(0, x / 8, y / 8);
    }
    if factors.len() == 1 {
        return 128;
    }
    let across = |f: u8| usize::from(f >> 4);
    let down = |f: u8| usize::from(f & 15);
    // Luma columns and rows of a sample of the result, then the file's samples that lie there.
    let rows = if layout == Layout::Yuv422 { 1 } else { 2 };
    let (columns, lines) =
        (across(factors[0]) / across(factors[1]), down(factors[0]) / down(factors[1]));
    let sample = |column: usize| flat(c, column / columns / 8, y * rows / lines / 8);
    (u16::from(sample(2 * x)) + u16::from(sample(2 * x + 1))).div_ceil(2) as u8
}

#[test]
fn the_same_as_ffmpeg_but_for_rounding() {
    for (format, layout) in
        [("yuvj420p", Layout::Yuv420), ("yuvj422p", Layout::Yuv422), ("yuvj444p", Layout::Yuv422)]
    {
        for (width, height) in [(640, 360), (322, 242), (1280, 720)] {
            let jpeg = coded(&format!("{width}x{height}"), format, &[]);
            let dir = tempfile::tempdir().expect("a folder");
            let (file, raw) = (dir.path().join("picture.jpg"), dir.path().join("raw.yuv"));
            fs::write(&file, &jpeg).expect("written");
            let input = file.to_str().expect("text");
            ffmpeg(&["-i", input, "-f", "rawvideo", "-pix_fmt", format], &raw);
            let raw = fs::read(&raw).expect("written");
            let mut decoder = MjpegDecoder::open().expect("opens");
            let picture = decoder.decode(&jpeg).expect("decodes");
            assert_eq!(picture.layout, layout);
            let (luma, rest) = raw.split_at(width * height);
            let (u, v) = rest.split_at(rest.len() / 2);
            let halved = |plane: &[u8]| match format {
                "yuvj444p" => {
                    let pair = |p: &[u8]| (u16::from(p[0]) + u16::from(p[1])).div_ceil(2) as u8;
                    plane.chunks_exact(2).map(pair).collect()
                }
                _ => plane.to_vec(),
            };
            for (own, theirs) in samples(&picture).iter().zip([luma.to_vec(), halved(u), halved(v)])
            {
                assert_eq!(own.len(), theirs.len());
                let most = own.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(most <= Some(2), "{format} {width}x{height}: {most:?}");
            }
        }
    }
}

#[test]
fn huffman_tables_may_be_missing_and_are_not_taken_from_the_picture_before() {
    let whole = coded("320x240", "yuvj422p", &["-huffman", "default"]);
    let bare = without(&whole, 0xc4);
    assert!(bare.len() + 400 < whole.len(), "the tables were there");
    let picture = decoded(&whole);
    assert_eq!(decoded(&bare), picture);
    let own = coded("320x240", "yuvj422p", &["-huffman", "optimal"]);
    let mut decoder = MjpegDecoder::open().expect("opens");
    for jpeg in [&own, &bare, &own, &bare, &whole] {
        assert_eq!(samples(&decoder.decode(jpeg).expect("decodes")), picture);
    }
}

#[test]
fn what_drivers_add_is_not_looked_at() {
    let whole = coded("320x240", "yuvj420p", &[]);
    let picture = decoded(&whole);
    let end = whole.len() - 2;
    let stale = coded("320x240", "yuvj422p", &[]);
    let comment = [0xff, 0xfe, 0, 8, 0xff, 0xda, 0xff, 0xd9, 0xff, 0xc4];
    let version = [0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 9, 9, 0, 0, 1, 0, 1, 0, 0];
    let cases = [
        ("a stale tail", [&whole[..], &stale[100..]].concat()),
        ("zeros behind", [&whole[..], &[0; 5000]].concat()),
        ("zeros before the end", [&whole[..end], &[0; 37], &whole[end..]].concat()),
        ("ones before the end", [&whole[..end], &[0xff; 64], &whole[end..]].concat()),
        ("a comment of markers", [&whole[..2], &comment, &whole[2..]].concat()),
        ("a version of the future", [&whole[..2], &version, &without(&whole, 0xe0)[2..]].concat()),
        ("no end marker", whole[..end].to_vec()),
    ];
    let mut decoder = MjpegDecoder::open().expect("opens");
    for (name, jpeg) in cases {
        for _ in 0..2 {
            assert_eq!(samples(&decoder.decode(&jpeg).expect(name)), picture, "{name}");
        }
    }
}

#[test]
fn a_cut_or_damaged_picture_is_an_error_and_the_next_is_good() {
    for jpeg in [
        coded("160x120", "yuvj422p", &[]),
        coded("160x120", "yuvj420p", &["-huffman", "default"]),
        flat_picture((160, 120), &[0x21, 0x11, 0x11], 5, |c, x, y| (c * 50 + x * 9 + y * 5) as u8),
    ] {
        let mut decoder = MjpegDecoder::open().expect("opens");
        let picture = samples(&decoder.decode(&jpeg).expect("decodes"));
        let near = (jpeg.len() - 60..jpeg.len() - 2).chain(0..scan(&jpeg) + 20);
        for cut in near.chain((0..jpeg.len() - 60).step_by(37)) {
            let refused = decoder.decode(&jpeg[..cut]);
            assert!(matches!(refused, Err(CodecError::Picture { .. })), "cut at {cut}");
        }
        // A hole of some bytes in the middle of the data.
        let middle = (scan(&jpeg) + jpeg.len()) / 2;
        let mut holed = jpeg.clone();
        holed[middle..middle + 40].fill(0xff);
        let refused = decoder.decode(&holed);
        assert!(matches!(refused, Err(CodecError::Picture { .. })));
        assert_eq!(samples(&decoder.decode(&jpeg).expect("the next is good")), picture);
    }
}

#[test]
fn memory_is_reused_and_bounded() {
    let jpeg = coded("640x480", "yuvj422p", &[]);
    let mut decoder = MjpegDecoder::open().expect("opens");
    let place = decoder.decode(&jpeg).expect("decodes").planes[0].as_ptr();
    for _ in 0..5 {
        assert_eq!(decoder.decode(&jpeg).expect("decodes").planes[0].as_ptr(), place);
    }
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).expect("a frame") + 5;
    for side in [4000u16, 8192, 30_000, 65_500] {
        let mut huge = jpeg.clone();
        huge[frame..frame + 2].copy_from_slice(&side.to_be_bytes());
        huge[frame + 2..frame + 4].copy_from_slice(&side.to_be_bytes());
        let e = decoder.decode(&huge[..4000]).expect_err("refused");
        println!("{e}");
        assert_eq!(decoder.decode(&jpeg).expect("decodes").planes[0].as_ptr(), place, "{side}");
    }
}

#[test]
fn a_rare_form_goes_by_ffmpeg() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("lossless.avi");
    let args = ["-f", "lavfi", "-i", "testsrc2=size=160x120", "-frames:v", "1"];
    ffmpeg(&[&args[..], &["-c:v", "ljpeg", "-pix_fmt", "yuvj420p"]].concat(), &path);
    let file = fs::read(&path).expect("written");
    let start = file.windows(3).position(|w| w == [0xff, 0xd8, 0xff]).expect("a picture");
    let mut decoder = MjpegDecoder::open().expect("opens");
    let picture = decoder.decode(&file[start..]).expect("decodes");
    assert_eq!((picture.size, picture.layout), (Size::new(160, 120), Layout::Yuv420));
    let rare = samples(&picture);
    let usual = decoded(&coded("160x120", "yuvj420p", &[]));
    let off = |i: usize| {
        let sum: f64 = rare[i].iter().zip(&usual[i]).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
        sum / rare[i].len() as f64
    };
    assert!(off(0) < 3.0 && off(1) < 3.0 && off(2) < 3.0, "{} {} {}", off(0), off(1), off(2));
}

#[test]
fn ten_thousand_damaged_pictures_do_no_harm() {
    let mut pictures = vec![
        coded("64x48", "yuvj420p", &[]),
        coded("64x48", "yuvj422p", &["-huffman", "default"]),
        coded("64x48", "yuvj444p", &[]),
    ];
    pictures.push(without(&pictures[1], 0xc4));
    for factors in [&[0x11][..], &[0x12, 0x11, 0x11], &[0x41, 0x11, 0x11]] {
        let flat = |c: usize, x: usize, y: usize| (c * 50 + x * 9 + y * 5) as u8;
        pictures.push(flat_picture((61, 43), factors, 2, flat));
    }
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let mut decoder = MjpegDecoder::open().expect("opens");
    let (mut good, mut bad) = (0, 0);
    for n in 0..10_000 {
        let whole = &pictures[n % pictures.len()];
        let mut jpeg = whole.clone();
        // Half of the damage goes to the header, which is the smaller part.
        let reach = if random(2) == 0 { scan(whole) + 16 } else { jpeg.len() };
        for _ in 0..=random(6) {
            let at = random(reach.min(jpeg.len()));
            match random(5) {
                0 => jpeg[at] = random(256) as u8,
                1 => jpeg[at] ^= 1 << random(8),
                2 => jpeg[at] = 0xff,
                3 => drop(jpeg.drain(at..jpeg.len().min(at + random(20)))),
                _ => jpeg.splice(at..at, whole[random(whole.len())..].to_vec()).for_each(drop),
            }
            if jpeg.is_empty() {
                break;
            }
        }
        match decoder.decode(&jpeg) {
            Ok(picture) => {
                good += 1;
                assert!(picture.size.area() > 0 && picture.size.area() <= 8192 * 8192);
                // Reads every sample of every plane.
                drop(samples(&picture));
            }
            Err(CodecError::Picture { .. }) => bad += 1,
            Err(e) => panic!("{e}"),
        }
        if n % 50 == 0 {
            decoder.decode(whole).expect("a good picture decodes after any bad one");
        }
    }
    println!("{good} shown, {bad} refused");
    assert!(good > 500 && bad > 3000, "{good} {bad}");
}
