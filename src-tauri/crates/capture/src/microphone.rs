//! What gives sound.
//!
//! | file | what |
//! |---|---|
//! | [`list`] | the microphones that are there now |
//! | [`device`] | [`DeviceMicrophone`](device::DeviceMicrophone): a real microphone |
//! | `stream` | opening a stream of cpal's: which format, how large its blocks |
//! | `tap` | samples and stamps on their way out of the sound system's callback |
//! | `recording` | a stream of PulseAudio's, with its timing (Linux) |
//! | `pulse`, `alsa` | what PulseAudio and the kernel know of recording devices (Linux) |
//! | `refusal` | what cpal says, as a sentence |

#[cfg(target_os = "linux")]
mod alsa;
pub mod device;
#[cfg(test)]
mod ffi;
pub mod list;
#[cfg(target_os = "linux")]
mod pulse;
#[cfg(target_os = "linux")]
mod recording;
mod refusal;
mod stream;
mod tap;

use vitrine_flow::Stop;
use vitrine_media::AudioBlock;

use crate::CaptureError;

/// What an open microphone gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MicrophoneInfo {
    /// What to call it in the interface.
    pub name: String,
    /// Samples a second of each channel.
    pub rate: u32,
    /// Channels, 1 or 2.
    pub channels: u16,
    /// A device with a clock of its own, whose drift the mixer corrects. False: stamps are exact.
    pub free_running: bool,
}

/// A source of sound. Opened and used on one thread.
pub trait Microphone: Send {
    /// Blocks until there is a block of samples. A source that obeys the clock stamps exactly and gives
    /// the block about 40 ms before its first sample is due; it leaves blocks out if its caller
    /// came too late for them. A device stamps with the time its first sample was taken.
    ///
    /// # Errors
    /// [`CaptureError::is_stopped`] once `stop` is set. After any other error the source is of no more
    /// use: drop it and open it again.
    fn next(&mut self, stop: &Stop) -> Result<AudioBlock, CaptureError>;

    /// What it gives; the same as long as it is open.
    fn describe(&self) -> MicrophoneInfo;
}
