//! Sound through the encoder and back through the reader.

mod common;

use vitrine_codec::{AudioEncoder, AudioReader};
use vitrine_media::{AudioBlock, MediaTime, Packet};

/// 440 Hz with a click-free start at `from`, silence before.
fn tone(first: i64, from: i64) -> AudioBlock {
    let samples = (first..first + 1024).flat_map(|i| {
        let v = if i < from {
            0.0
        } else {
            0.5 * ((i - from) as f64 * 440.0 * std::f64::consts::TAU / 48_000.0).sin()
        };
        [v as f32, v as f32]
    });
    AudioBlock {
        at: MediaTime::of_sample(first, 48_000),
        rate: 48_000,
        channels: 2,
        samples: samples.collect(),
    }
}

/// The stream with ADTS headers, as an `.aac` file holds it.
fn adts(packets: &[Packet]) -> Vec<u8> {
    let mut out = Vec::new();
    for p in packets {
        let len = (p.data.len() + 7) as u16;
        // LC, 48 kHz, 2 channels.
        out.extend([
            0xff,
            0xf1,
            0x4c,
            0x80 | (len >> 11) as u8,
            (len >> 3) as u8,
            (len << 5) as u8 | 0x1f,
            0xfc,
        ]);
        out.extend(&p.data[..]);
    }
    out
}

fn decode(packets: &[Packet]) -> Vec<f32> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("sound.aac");
    std::fs::write(&path, adts(packets)).expect("written");
    let mut reader = AudioReader::open(&path).expect("opens");
    assert_eq!((reader.rate(), reader.channels()), (48_000, 2));
    let mut samples = Vec::new();
    while let Some(block) = reader.next().expect("decodes") {
        assert_eq!(block.at, MediaTime::of_sample(samples.len() as i64 / 2, 48_000));
        samples.extend(block.samples);
    }
    samples
}

#[test]
fn a_tone_comes_back_at_its_place() {
    let mut encoder = AudioEncoder::open(128_000).expect("opens");
    let info = encoder.info();
    assert_eq!((info.rate, info.channels, info.frame_samples), (48_000, 2, 1024));
    // AAC-LC (2), 48 kHz (3), 2 channels.
    assert_eq!(info.config[..2], [0x11, 0x90]);
    let (start, from) = (96_000, 96_000 + 20_000);
    let mut packets = Vec::new();
    for n in 0..94 {
        let first = start + n * 1024;
        encoder.encode(&tone(first, from), first, &mut packets).expect("encodes");
    }
    encoder.flush(&mut packets).expect("flushes");
    for (n, p) in packets.iter().enumerate() {
        let sample = start - 1024 + n as i64 * 1024;
        assert_eq!((p.pts, p.dts, p.key), (MediaTime::of_sample(sample, 48_000), p.pts, true));
    }
    let bits: usize = packets[2..92].iter().map(|p| p.data.len() * 8).sum();
    println!("{:.0} bit/s", bits as f64 / (90.0 * 1024.0 / 48_000.0));
    let samples = decode(&packets);
    // Rebuilt by the decoder from packets stamped `start - 1024` on.
    let rise = samples.chunks(2).position(|s| s[0].abs() > 0.1).expect("a tone") as i64;
    let rise = start - 1024 + rise;
    println!("tone at {rise}, wanted {from}");
    assert!((rise - from).abs() < 48, "tone at {rise}, wanted {from}");
    let tail = &samples[2 * 40_000..2 * 90_000];
    let rms = (tail.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / tail.len() as f64).sqrt();
    assert!((rms - 0.5 / 2f64.sqrt()).abs() < 0.01, "{rms}");
    // Against the samples that went in.
    let (mut signal, mut noise) = (0.0, 0.0);
    for i in (from + 4800)..(start + 80_000) {
        let wanted = 0.5 * ((i - from) as f64 * 440.0 * std::f64::consts::TAU / 48_000.0).sin();
        let got = f64::from(samples[2 * (i - start + 1024) as usize]);
        signal += wanted * wanted;
        noise += (wanted - got).powi(2);
    }
    let snr = 10.0 * (signal / noise).log10();
    println!("SNR {snr:.1} dB");
    assert!(snr > 30.0, "{snr:.1} dB");
}

#[test]
fn first_packet_lies_before_zero() {
    let mut encoder = AudioEncoder::open(96_000).expect("opens");
    let mut packets = Vec::new();
    for n in 0..3 {
        encoder.encode(&tone(n * 1024, 0), n * 1024, &mut packets).expect("encodes");
    }
    assert_eq!(packets[0].pts, MediaTime::of_sample(-1024, 48_000));
    assert_eq!(packets[1].pts, MediaTime::ZERO);
}

#[test]
fn wrong_input_is_refused() {
    assert!(AudioEncoder::open(1_000_000).is_err());
    let mut encoder = AudioEncoder::open(128_000).expect("opens");
    let short = AudioBlock::silence(MediaTime::ZERO, 48_000, 2, 512);
    assert!(encoder.encode(&short, 0, &mut Vec::new()).is_err());
    let mut broken = tone(0, 0);
    broken.samples[7] = f32::NAN;
    let mut out = Vec::new();
    for n in 0..4 {
        encoder.encode(&broken, n * 1024, &mut out).expect("taken as silence");
    }
    assert!(!out.is_empty());
}
