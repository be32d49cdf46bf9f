//! Times in the file's index: pictures on the grid of the canvas, sound without gap or overlap.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::show::Recorded;

/// Samples in an AAC packet.
const PACKET: u64 = 1024;

/// Every picture stands at n·den/num, every packet of sound 1024 samples after the one before, from
/// the first to the last of the file.
pub fn check(show: &Recorded) {
    let index = index(show);
    let tracks: Vec<_> = children(&index).filter(|(name, _)| name == b"trak").collect();
    assert_eq!(tracks.len(), 2);
    let mut kinds = Vec::new();
    for (_, track) in tracks {
        let media = child(track, b"mdia");
        // Version 0: flags, two dates, then the units of a second.
        let units = u64::from(number(child(media, b"mdhd"), 12));
        let kind: [u8; 4] = child(media, b"hdlr")[8..12].try_into().expect("four letters");
        let table = child(child(media, b"minf"), b"stbl");
        assert!(children(table).all(|(name, _)| name != b"ctts"), "shown in the order of decoding");
        let times = times(child(table, b"stts"));
        let seconds = show.length.as_secs_f64();
        if kind == *b"vide" {
            let of = |n: usize| show.rate.time_of(n as u64).in_base(1, units as i32) as u64;
            let wrong = times.iter().enumerate().find(|(n, t)| **t != of(*n));
            assert_eq!(wrong, None, "picture off the grid, in {units}ths of a second");
            assert!(times.len() as f64 > (seconds - 1.0) * show.rate.as_f64(), "{}", times.len());
        } else {
            let wrong = times.iter().enumerate().find(|(n, t)| **t != *n as u64 * PACKET);
            assert_eq!((units, wrong), (48_000, None), "a gap or an overlap of sound");
            assert!(times.len() as f64 > (seconds - 1.0) * 46.875, "{}", times.len());
        }
        kinds.push(kind);
    }
    kinds.sort_unstable();
    assert_eq!(kinds, [*b"soun", *b"vide"]);
}

/// The body of the file's `moov` box.
fn index(show: &Recorded) -> Vec<u8> {
    let mut file = File::open(&show.path).expect("the file");
    loop {
        let mut head = [0; 16];
        file.read_exact(&mut head).expect("a box");
        let short = u64::from(number(&head, 0));
        let (size, begun) = match short {
            1 => (u64::from_be_bytes(head[8..].try_into().expect("eight bytes")), 16),
            size => (size, 8),
        };
        file.seek(SeekFrom::Current(begun - 16)).expect("seeks");
        let rest = size - begun as u64;
        if &head[4..8] == b"moov" {
            let mut body = vec![0; rest as usize];
            file.read_exact(&mut body).expect("the index");
            return body;
        }
        file.seek(SeekFrom::Current(rest as i64)).expect("seeks");
    }
}

/// The boxes in a box, by name.
fn children(mut body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let (this, rest) = body.split_at_checked(number(body.get(..8)?, 0) as usize)?;
        body = rest;
        Some((&this[4..8], &this[8..]))
    })
}

fn child<'a>(body: &'a [u8], wanted: &[u8]) -> &'a [u8] {
    let found = children(body).find(|(name, _)| *name == wanted);
    found.unwrap_or_else(|| panic!("no {}", String::from_utf8_lossy(wanted))).1
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Decoding times from a box of runs of equal lengths.
fn times(runs: &[u8]) -> Vec<u64> {
    let (mut times, mut next) = (Vec::new(), 0u64);
    for run in runs[8..].chunks_exact(8).take(number(runs, 4) as usize) {
        for _ in 0..number(run, 0) {
            times.push(next);
            next += u64::from(number(run, 4));
        }
    }
    times
}
