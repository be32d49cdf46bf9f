use proptest::prelude::*;

use super::*;

/// avcC records that libx264 wrote for the settings named beside them.
const HIGH_709: &str = "0164001fffe1001c6764001facd9405005bb016a02020280000003008000001e078c18cb01000668ebe3cb22c0fdf8f800";
const MAIN_NTSC: &str =
    "014d4028ffe10018674d4028eca03c0113f2e022000007d20001d4c01e30632c01000568ebe3cb20";
const BASELINE_PORTRAIT_FULL: &str =
    "0142c020ffe100186742c020d900b40a1b016c80000003008000003c078c192401000568cb83cb20";
const HIGH_444_CROPPED: &str = "01f40020ffe1001a67f40020919b280ac0c3c5f808800000030080000019078c18cb01000868ebe3c44c000440fff8f800";
const INTERLACED: &str = "01640028ffe1001a67640028acd94078044fde0220000003002000000643e2c5b2c001000668fba3cb22c0fdf8f800";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn sps(hex: &str) -> Sps {
    let c = Configuration::parse(&bytes(hex)).unwrap();
    assert_eq!(c.length_size, 4);
    c.sps.unwrap()
}

fn shape(s: &Sps) -> (&str, &str, u32, u32) {
    (&s.profile, &s.level, s.width, s.height)
}

#[test]
fn reads_what_libx264_writes() {
    let s = sps(HIGH_709);
    assert_eq!(shape(&s), ("High", "3.1", 1280, 720));
    assert_eq!(s.frame_rate, Some(30.0));
    let colour = s.colour.unwrap();
    assert!(colour.is_bt709_limited());

    let s = sps(MAIN_NTSC);
    assert_eq!(shape(&s), ("Main", "4.0", 1920, 1080));
    assert!((s.frame_rate.unwrap() - 30_000.0 / 1001.0).abs() < 1e-9);
    assert_eq!(s.colour, None);

    let s = sps(BASELINE_PORTRAIT_FULL);
    assert_eq!(shape(&s), ("Constrained Baseline", "3.2", 720, 1280));
    assert_eq!(s.frame_rate, Some(60.0));
    assert!(s.colour.unwrap().full_range);

    let s = sps(HIGH_444_CROPPED);
    assert_eq!(shape(&s), ("High 4:4:4", "3.2", 1366, 768));
    assert_eq!(s.frame_rate, Some(25.0));

    let s = sps(INTERLACED);
    assert_eq!(shape(&s), ("High", "4.0", 1920, 1080));
    assert_eq!(s.frame_rate, Some(25.0));
}

#[test]
fn finds_idr_and_broken_lengths() {
    assert_eq!(units(&[0, 0, 0, 1, 0x65, 0, 0, 0, 1, 0x06], 4), Units { idr: true, broken: false });
    assert_eq!(units(&[0, 0, 0, 1, 0x41], 4), Units { idr: false, broken: false });
    assert!(units(&[0, 0, 0, 9, 0x41], 4).broken);
    assert!(units(&[0, 0, 0, 0], 4).broken);
    assert!(units(&[0, 0], 4).broken);
}

proptest! {
    #[test]
    fn garbage_never_panics(data in prop::collection::vec(any::<u8>(), 0..80), size in 1usize..5) {
        let _ = Configuration::parse(&data);
        let _ = units(&data, size);
        let mut nal = vec![0x67, 100];
        nal.extend(&data);
        let _ = Sps::parse(&nal);
    }

    #[test]
    fn broken_sets_never_panic(at in 0usize..24, with in any::<u8>(), cut in 8usize..36) {
        let mut data = bytes(HIGH_709);
        data[8 + at] = with;
        let _ = Sps::parse(&data[8..36]);
        let _ = Configuration::parse(&data[..cut]);
    }
}
