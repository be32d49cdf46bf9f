//! Audio inputs become one timeline: 48 kHz stereo, sample positions counted from show time zero.
//!
//! Pure signal processing: no thread, no clock, no I/O. Whoever drives it says which samples it wants.
//!
//! | file | what |
//! |---|---|
//! | [`mixer`] | [`Mixer`]: the inputs, the sum, the master; when a block is [due](Mixer::due) |
//! | [`settings`] | [`InputId`], [`InputSettings`], [`MixerSettings`], [`Ducking`], [`MixerError`] |
//! | [`levels`] | [`Levels`], [`InputLevels`]: what a meter shows |
//! | `input` | one input: where its blocks belong, and how it sounds |
//! | `timeline` | ring buffer by absolute sample position; joins without clicks |
//! | `drift` | control loop: stamps against counted samples |
//! | `resample` | any rate to 48 kHz, with a rate that can be nudged |
//! | `gain`, `duck`, `denoise` | fader and mute, ducking, noise suppression |
//! | `limiter`, `oversample` | look-ahead limiter at true peak, four-fold interpolation |
//! | `simd` | the interpolation compiled for the machine it runs on |
//! | `loudness` | EBU R 128 of the master |
//!
//! ```text
//! push: block ─ check ─ resample (+ drift) ─► timeline of the input
//! mix:  timeline ─ denoise ─ gain ─ meter ─ mute ─ duck ─┐
//!       timeline ─ …                                     ├─ sum ─ limiter ─ loudness ─► block
//! ```
//!
//! Nothing allocates in [`Mixer::push`] and [`Mixer::mix`] once an input's format is known. All state is
//! fixed in size: about 1.5 MiB an input.

mod denoise;
mod drift;
mod duck;
mod gain;
mod input;
pub mod levels;
mod limiter;
mod loudness;
pub mod mixer;
mod oversample;
mod resample;
pub mod settings;
mod simd;
mod timeline;

pub use levels::{InputLevels, Levels, SILENCE_DB};
pub use limiter::LATENCY_SAMPLES;
pub use mixer::Mixer;
pub use settings::{Ducking, InputId, InputSettings, MixerError, MixerSettings};

/// Samples a second of the mix.
pub const RATE: u32 = 48_000;

/// Channels of the mix: left, right.
pub const CHANNELS: u16 = 2;

/// Frames worked on at a time inside [`Mixer::mix`]; every scratch buffer has this length.
const SPAN: usize = 256;

/// One channel pair of scratch samples.
type Pair = [Vec<f32>; 2];

/// A [`Pair`] of silence.
fn pair(frames: usize) -> Pair {
    [vec![0.0; frames], vec![0.0; frames]]
}
