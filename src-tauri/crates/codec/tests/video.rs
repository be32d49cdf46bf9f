//! Pictures through the encoder and back through the reader.

mod common;

use std::sync::Arc;

use common::{SIZE, annex_b, encode, moving, parameter_sets, psnr, settings};
use vitrine_codec::{
    CodecError, EncoderChoice, Latency, Preset, VideoEncoder, VideoReader, VideoSettings,
};
use vitrine_media::{Frame, FrameRate, MediaTime, Packet, Size};

fn read_back(
    info: &vitrine_media::VideoInfo,
    packets: &[Packet],
    mut each: impl FnMut(u64, &vitrine_codec::Decoded),
) -> u64 {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("stream.h264");
    std::fs::write(&path, annex_b(info, packets)).expect("written");
    let mut reader = VideoReader::open(&path).expect("opens");
    let mut n = 0;
    while let Some(picture) = reader.next().expect("decodes") {
        each(n, &picture);
        n += 1;
    }
    n
}

#[test]
fn five_seconds_come_back() {
    for latency in [Latency::Low, Latency::Quality] {
        let settings = settings(latency);
        let (packets, info) = encode(&settings, 0..150);
        assert_eq!(packets.len(), 150);
        for (n, p) in packets.iter().enumerate() {
            assert_eq!(
                (p.pts, p.dts),
                (settings.rate.time_of(n as u64), p.pts),
                "exact to the nanosecond"
            );
            assert_eq!(p.key, n % 60 == 0, "keyframe each 2 s and nowhere else: {n}");
            assert_eq!(p.duration, settings.rate.interval());
        }
        // From the second group on, as the first picture starts with a full buffer.
        let bits: usize = packets[30..].iter().map(|p| p.data.len() * 8).sum();
        let rate = bits as f64 / 4.0;
        assert!((rate / 600_000.0 - 1.0).abs() < 0.1, "{latency:?}: {rate:.0} bit/s");
        let (sets, extension) = parameter_sets(&info.avcc);
        assert_eq!((sets.len(), sets[0][0] & 31, sets[1][0] & 31), (2, 7, 8));
        assert_eq!((sets[0][1], extension), (100, &[0xfd, 0xf8, 0xf8, 0][..]), "High profile");
        let mut worst = f64::MAX;
        let count = read_back(&info, &packets, |n, d| {
            assert_eq!(d.size, SIZE);
            worst = worst.min(psnr(&moving(n), d.planes[0], d.strides[0]));
        });
        assert_eq!(count, 150);
        println!("{latency:?}: {rate:.0} bit/s, worst PSNR {worst:.1} dB");
        assert!(worst > 30.0, "{latency:?}: {worst:.1} dB");
    }
}

#[test]
fn pictures_are_held_for_less_than_a_quarter_second() {
    for (latency, fps) in
        [(Latency::Low, 30), (Latency::Quality, 30), (Latency::Quality, 60), (Latency::Quality, 15)]
    {
        for threads in [0, 1, 2] {
            let settings =
                VideoSettings { rate: FrameRate::whole(fps), threads, ..settings(latency) };
            let mut encoder = VideoEncoder::open(&settings).expect("opens");
            let mut out = Vec::new();
            let mut most = 0;
            for n in 0..40 {
                encoder
                    .encode(&moving(n), settings.rate.time_of(n), false, &mut out)
                    .expect("encodes");
                most = most.max(encoder.held());
            }
            println!("{latency:?} {fps} fps, {threads} threads: {most} pictures held");
            match latency {
                Latency::Low => assert_eq!(most, 0),
                Latency::Quality => {
                    assert!(most as f64 / f64::from(fps) <= 0.2 + 1e-9, "{most} at {fps}")
                }
            }
        }
    }
}

#[test]
fn skipped_ticks_keep_keyframes_on_the_grid_of_time() {
    let rate = FrameRate::new(30_000, 1001).expect("a rate");
    let settings = VideoSettings { rate, ..settings(Latency::Quality) };
    // Begins late, leaves out single ticks and a whole second around a group's border.
    let ticks: Vec<u64> = (17..260).filter(|n| n % 7 != 0 && !(110..140).contains(n)).collect();
    let (packets, info) = encode(&settings, ticks.iter().copied());
    assert_eq!(
        packets.iter().map(|p| p.pts).collect::<Vec<_>>(),
        ticks.iter().map(|n| rate.time_of(*n)).collect::<Vec<_>>()
    );
    let mut group = None;
    for p in &packets {
        let own = p.pts.as_nanos() / 2_000_000_000;
        assert_eq!(p.key, group != Some(own), "{}", p.pts);
        group = Some(own);
    }
    assert_eq!(read_back(&info, &packets, |_, _| ()), packets.len() as u64);
}

#[test]
fn a_keyframe_on_request() {
    for latency in [Latency::Low, Latency::Quality] {
        let settings = settings(latency);
        let mut encoder = VideoEncoder::open(&settings).expect("opens");
        let mut out = Vec::new();
        for n in 0..90 {
            encoder
                .encode(&moving(n), settings.rate.time_of(n), n == 37, &mut out)
                .expect("encodes");
        }
        encoder.flush(&mut out).expect("flushes");
        let keys: Vec<_> = out.iter().enumerate().filter(|(_, p)| p.key).map(|(n, _)| n).collect();
        assert_eq!(keys, [0, 37, 60], "the grid stays");
    }
}

#[test]
fn the_bitrate_follows() {
    for latency in [Latency::Low, Latency::Quality] {
        let settings = settings(latency);
        let mut encoder = VideoEncoder::open(&settings).expect("opens");
        let mut out = Vec::new();
        for n in 0..480 {
            match n {
                120 => encoder.set_bitrate(250_000).expect("set"),
                300 => encoder.set_bitrate(1_000_000).expect("set"),
                _ => {}
            }
            encoder.encode(&moving(n), settings.rate.time_of(n), false, &mut out).expect("encodes");
        }
        encoder.flush(&mut out).expect("flushes");
        assert_eq!(encoder.info().bitrate, 1_000_000);
        let rate = |from: usize, to: usize| {
            let bits: usize = out[from..to].iter().map(|p| p.data.len() * 8).sum();
            bits as f64 * 30.0 / (to - from) as f64
        };
        let (a, b, c) = (rate(30, 120), rate(180, 300), rate(360, 480));
        println!("{latency:?}: {a:.0}, {b:.0}, {c:.0} bit/s");
        for (got, wanted) in [(a, 600_000.0), (b, 250_000.0), (c, 1_000_000.0)] {
            assert!((got / wanted - 1.0).abs() < 0.12, "{latency:?}: {got:.0} instead of {wanted}");
        }
        assert!(encoder.set_bitrate(10).is_err());
    }
}

#[test]
fn colours_survive_and_are_described() {
    // 75 % red in BT.709, limited range.
    let red = [51u8, 109, 212];
    let mut frame = Frame::black(SIZE);
    frame.fill(red);
    let frame = Arc::new(frame);
    let settings = settings(Latency::Quality);
    let mut encoder = VideoEncoder::open(&settings).expect("opens");
    let mut out = Vec::new();
    for n in 0..20 {
        encoder.encode(&frame, settings.rate.time_of(n), false, &mut out).expect("encodes");
    }
    encoder.flush(&mut out).expect("flushes");
    assert_eq!(Arc::strong_count(&frame), 1, "the encoder lets go of what it was lent");
    let count = read_back(&encoder.info(), &out, |_, d| {
        assert_eq!(
            (d.matrix, d.full_range),
            (vitrine_codec::Matrix::Bt709, false),
            "told by the stream, not by its size"
        );
        for (plane, wanted) in d.planes.iter().zip(red) {
            assert!(plane[20].abs_diff(wanted) <= 2, "{} instead of {wanted}", plane[20]);
        }
    });
    assert_eq!(count, 20);
}

#[test]
fn every_preset_and_portrait_open() {
    for preset in
        [Preset::Auto, Preset::Ultrafast, Preset::Superfast, Preset::Veryfast, Preset::Faster]
    {
        let settings =
            VideoSettings { preset, size: Size::new(360, 640), ..settings(Latency::Low) };
        let encoder = VideoEncoder::open(&settings).expect("opens");
        assert_eq!(encoder.name(), "libx264");
        assert_ne!(encoder.preset(), Preset::Auto);
    }
    let auto = VideoSettings { encoder: EncoderChoice::Auto, ..settings(Latency::Low) };
    assert!(VideoEncoder::open(&auto).is_ok());
}

#[test]
fn wrong_input_is_refused_and_harmless() {
    let settings = settings(Latency::Low);
    let mut encoder = VideoEncoder::open(&settings).expect("opens");
    let mut out = Vec::new();
    let other = Arc::new(Frame::black(Size::new(64, 64)));
    assert!(encoder.encode(&other, MediaTime::ZERO, false, &mut out).is_err());
    encoder.encode(&moving(0), MediaTime::from_secs(1), false, &mut out).expect("encodes");
    let back = encoder.encode(&moving(1), MediaTime::from_secs(1), false, &mut out);
    assert!(back.is_err_and(|e| e.to_string().contains("0:00:01.000")));
    encoder.encode(&moving(1), MediaTime::from_millis(1033), false, &mut out).expect("encodes");
    assert_eq!(out.len(), 2);
    let named = |name: &str| VideoSettings {
        encoder: EncoderChoice::Named(name.into()),
        ..settings.clone()
    };
    assert!(matches!(VideoEncoder::open(&named("x265")), Err(CodecError::EncoderMissing { .. })));
    assert!(matches!(
        VideoEncoder::open(&named("h264_amf")),
        Err(CodecError::EncoderMissing { .. } | CodecError::EncoderRefused { .. })
    ));
}

/// Prints what `doctor` will say here, and how fast each preset is.
#[test]
fn trials_and_measurement() {
    let trials = vitrine_codec::probe::try_all();
    for t in &trials {
        println!("{t:?}");
    }
    assert!(
        trials.iter().any(|t| matches!(t.outcome, vitrine_codec::probe::Outcome::Works { .. }))
    );
    let start = std::time::Instant::now();
    let m = vitrine_codec::measure::measure(Size::new(1280, 720), FrameRate::whole(30))
        .expect("measured");
    println!("{m:?} in {:?}", start.elapsed());
}
