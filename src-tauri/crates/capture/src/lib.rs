//! Where pictures and sound come from: each source behind one of two traits, stamped in show time.
//!
//! | file | what |
//! |---|---|
//! | [`camera`] | [`Camera`]: frames with stamps; [`SourceInfo`], [`VideoWish`] |
//! | [`microphone`] | [`Microphone`]: blocks of samples with stamps; [`MicrophoneInfo`] |
//! | [`spec`] | [`VideoSpec`], [`AudioSpec`] (`test-card`, `file:PATH`, …) and opening them |
//! | [`mod@file`] | any video, picture or sound file, looped |
//! | [`convert`] | a decoded picture to a frame of the source's size |
//! | [`devices`] | [`Devices`]: the cameras and microphones that are there; [`DeviceWatch`] |
//! | [`device_name`] | [`DeviceName`], [`CameraChoice`]: how a device is named, and which one is meant |
//! | [`test_card`] | a moving picture with a clock and a flash each second |
//! | [`test_tone`] | a beep on each flash; silence |
//! | [`test_camera`], [`test_microphone`] | card and tone as seen and heard by devices with a clock of their own |
//! | [`unsteady`] | [`Unsteady`]: how such a device behaves |
//! | [`turned`] | [`TurnedCamera`](turned::TurnedCamera): quarter turns and mirroring of any of them |
//! | [`pace`] | when a source that obeys the clock gives its next tick |
//! | [`paint`], [`digits`] | the shapes and numbers of the test card |
//! | [`error`] | [`CaptureError`] and its [`ErrorKind`] |
//!
//! A source is opened and read on one thread, its own. It waits only in
//! [`Clock::sleep_until`](vitrine_flow::Clock::sleep_until), so that it runs under a simulated clock as well;
//! that thread's membership of the simulated clock is its owner's business. The sources here
//! obey the clock: their stamps are exact, tick n at n/rate and sample i at i/rate, and a value is
//! given before it is due ([`Camera::next`]). Files are placed on the clock as a whole: at time t
//! they show what lies t behind their start (modulo their length), whenever they were opened, so
//! that the picture and the sound of one file stay together.

pub mod camera;
pub mod convert;
pub mod device_name;
pub mod devices;
pub mod digits;
pub mod error;
pub mod file;
pub mod microphone;
pub mod pace;
pub mod paint;
pub mod spec;
pub mod test_camera;
pub mod test_card;
pub mod test_microphone;
pub mod test_tone;
pub mod turned;
pub mod unsteady;

pub use camera::format::{Backend, CameraFormat, CameraLayout};
pub use camera::list::CameraDevice;
pub use camera::{Camera, SourceInfo, Stamped, VideoWish};
pub use device_name::{CameraChoice, DeviceName};
pub use devices::{DeviceChange, DeviceKind, DeviceWatch, Devices, present};
pub use error::{CaptureError, ErrorKind};
pub use microphone::list::MicrophoneDevice;
pub use microphone::{Microphone, MicrophoneInfo};
pub use spec::{AudioSpec, VideoSpec, open_camera, open_microphone};
pub use test_card::{FLASH_AREA, FLASH_LENGTH, TestCard, is_flash};
pub use test_tone::{Silence, TestTone};
pub use unsteady::Unsteady;
