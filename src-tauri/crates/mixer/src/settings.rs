//! What a mixer and its inputs are told.

use std::fmt;
use std::sync::Arc;

use vitrine_media::MediaTime;

/// Names an input of a [`Mixer`](crate::Mixer). Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InputId(Arc<str>);

impl InputId {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for InputId {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<String> for InputId {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for InputId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How one input is placed and how it sounds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct InputSettings {
    /// Fader in dB; changes glide over 20 ms. At or below −90 is silence, above +24 is +24, NaN is 0.
    pub gain_db: f32,
    /// Silenced, with a 5 ms fade each way.
    pub muted: bool,
    /// Takes away steady noise between and under speech. Needs 20 ms more input ahead of the mix
    /// (see [`Mixer::due`](crate::Mixer::due)); the sound stays in place.
    pub noise_suppression: bool,
    /// Goes down while this input is heard, as [`Ducking`] says. An unknown name or the input itself does nothing.
    pub ducked_by: Option<InputId>,
    /// Lip sync: positive plays later. Negative plays earlier, as far as samples arrive before they are
    /// mixed: what a stamped source brings too late is lost and counted as `late`; a free running one is
    /// placed as early as it can be kept up.
    pub offset: MediaTime,
    /// `true` for a device with a clock of its own: stamps may jitter, their average counts, and drift is
    /// corrected by resampling. `false` for exact stamps: each block is placed where its stamp says.
    pub free_running: bool,
}

/// How an input gives way to another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ducking {
    /// The other input is heard above this level, dBFS of its peaks after fader and mute.
    pub threshold_db: f32,
    /// How far this one goes down, dB, 0 to 90.
    pub depth_db: f32,
    /// Time constant of going down.
    pub attack: MediaTime,
    /// Stays down this long after the other was last heard, so that it does not pump between words.
    pub hold: MediaTime,
    /// Time constant of coming back.
    pub release: MediaTime,
}

impl Default for Ducking {
    /// 12 dB down at −40 dBFS; 20 ms, 300 ms, 400 ms.
    fn default() -> Self {
        Self {
            threshold_db: -40.0,
            depth_db: 12.0,
            attack: MediaTime::from_millis(20),
            hold: MediaTime::from_millis(300),
            release: MediaTime::from_millis(400),
        }
    }
}

/// What holds for the whole mix.
#[derive(Clone, PartialEq, Debug)]
pub struct MixerSettings {
    /// How late a device may deliver, beyond what the mixer must see ahead itself. Part of
    /// [`Mixer::due`](crate::Mixer::due) and of the delay of sound.
    pub hold: MediaTime,
    /// True peak the master never passes, dBTP.
    pub ceiling_dbtp: f32,
    /// For every input with `ducked_by`.
    pub ducking: Ducking,
}

impl Default for MixerSettings {
    /// 20 ms, −1 dBTP, [`Ducking::default`].
    fn default() -> Self {
        Self { hold: MediaTime::from_millis(20), ceiling_dbtp: -1.0, ducking: Ducking::default() }
    }
}

/// Why a block was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MixerError {
    /// [`Mixer::push`](crate::Mixer::push) or [`Mixer::set`](crate::Mixer::set) for an input that was not added.
    #[error("There is no audio input called \"{0}\"; add it first.")]
    UnknownInput(InputId),
    /// More than two channels, or none.
    #[error("Audio input \"{input}\" has {channels} channels; set the device to mono or stereo.")]
    Channels {
        /// The input.
        input: InputId,
        /// What its block says.
        channels: u16,
    },
    /// A rate outside 8 kHz to 192 kHz.
    #[error(
        "Audio input \"{input}\" runs at {rate} Hz; set the device to a rate from 8000 to 192000 Hz, best 48000 Hz."
    )]
    Rate {
        /// The input.
        input: InputId,
        /// What its block says.
        rate: u32,
    },
    /// A block whose samples do not fill its channels evenly.
    #[error(
        "Audio input \"{input}\" sent a torn block ({samples} samples for {channels} channels); restart the device."
    )]
    Torn {
        /// The input.
        input: InputId,
        /// Samples in the block.
        samples: usize,
        /// Channels it claims.
        channels: u16,
    },
}
