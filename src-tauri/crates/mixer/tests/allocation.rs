//! Nothing allocates once formats are known.

mod common;
#[path = "common/ffi.rs"]
mod ffi;

use common::*;
use vitrine_media::{AudioBlock, MediaTime};
use vitrine_mixer::{InputSettings, Mixer, MixerSettings, RATE};

#[test]
fn push_and_mix_do_not_allocate() {
    let mut mixer = Mixer::new(MixerSettings::default());
    mixer.add(id("tone"), exact());
    mixer.add(id("music"), InputSettings { ducked_by: Some(id("mic")), ..exact() });
    mixer.add(id("mic"), InputSettings { noise_suppression: true, gain_db: 9.0, ..free() });
    let rates = [("tone", 48_000u32), ("music", 44_100), ("mic", 44_100)];
    let mut blocks: Vec<(usize, AudioBlock)> = Vec::new();
    for n in 0..600i64 {
        for (which, (_, rate)) in rates.iter().enumerate() {
            let frames = (*rate / 50) as usize;
            let mut b = block(*rate, n * frames as i64, frames, sine(*rate, 300.0, 0.9));
            if which == 2 {
                // Jitter, and a loss now and then.
                b.at += MediaTime::from_millis(n % 7);
            }
            if !(which == 2 && n % 100 > 90) {
                blocks.push((which, b));
            }
        }
    }
    let names = [id("tone"), id("music"), id("mic")];
    let mut mixed = AudioBlock::silence(MediaTime::ZERO, RATE, 2, 960);
    let mut before = 0;
    let mut position = 0i64;
    for (count, (which, b)) in blocks.iter().enumerate() {
        if count == 200 {
            before = ffi::calls();
        }
        mixer.push(&names[*which], b).expect("a block");
        if *which == 0 && count > 9 {
            mixer.mix(position, &mut mixed);
            position += 960;
        }
    }
    assert_eq!(ffi::calls() - before, 0);
    // Nobody mixes: the buffers fill and lose their oldest, and still nothing grows.
    for n in 0..500 {
        let (which, b) = &mut blocks[200 + n];
        b.at += MediaTime::from_secs(12);
        mixer.push(&names[*which], b).expect("a block");
    }
    assert_eq!(ffi::calls() - before, 0);
    assert!(mixer.levels().inputs[2].gaps > 0);
}
