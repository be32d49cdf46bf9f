//! What FFmpeg's libavdevice reads from a capture device: the bytes of one picture after the other.
//!
//! libavdevice is loaded when the first device asks for it, not when the program starts: with it
//! come some sixty libraries that a show with an ordinary camera never needs.

use ffmpeg_next::Error;
use ffmpeg_next::codec::packet::Packet;
use ffmpeg_next::format::context::Input;

use crate::error::detail;
use crate::{CodecError, ffi, log};

/// An open capture device. `Send`; one thread at a time. Reading blocks for as long as the device
/// gives nothing, without any time limit: read on a thread that can be let go.
pub struct DeviceReader {
    name: String,
    input: Input,
    packet: Packet,
}

impl DeviceReader {
    /// Opens `address` by FFmpeg's input device `format` (`v4l2`, `avfoundation`, `dshow`), with its
    /// options by their names.
    ///
    /// # Errors
    /// [`CodecError::Device`] if libavdevice is not installed or the device does not open.
    pub fn open(format: &str, address: &str, options: &[(&str, &str)]) -> Result<Self, CodecError> {
        log::install();
        log::clear();
        let failed = |detail: String, code: Option<i32>| CodecError::Device {
            name: address.to_owned(),
            detail,
            code,
        };
        ffi::load_devices().map_err(|detail| failed(detail, None))?;
        let input =
            ffi::open_device(format, address, options).map_err(|e| failed(detail(e), code(e)))?;
        Ok(Self { name: address.to_owned(), input, packet: Packet::empty() })
    }

    /// Blocks until the next picture is there and lends its bytes, rows without gaps.
    ///
    /// # Errors
    /// [`CodecError::Device`]; the device is of no more use then.
    pub fn read(&mut self) -> Result<&[u8], CodecError> {
        loop {
            // Reading writes over a packet without letting go of its bytes.
            self.packet = Packet::empty();
            log::clear();
            match self.packet.read(&mut self.input) {
                Ok(()) if self.packet.data().is_some_and(|d| !d.is_empty()) => break,
                // A picture the driver marked as torn comes empty.
                Ok(()) => {}
                Err(e) => {
                    let (detail, code) = (detail(e), code(e));
                    return Err(CodecError::Device { name: self.name.clone(), detail, code });
                }
            }
        }
        Ok(self.packet.data().unwrap_or_default())
    }
}

/// The system's number of an error, where it is one of the system's.
fn code(e: Error) -> Option<i32> {
    match e {
        Error::Other { errno } => Some(errno),
        _ => None,
    }
}

impl std::fmt::Debug for DeviceReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceReader({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_there_is_named() {
        let e = DeviceReader::open("v4l2", "/dev/video-none", &[]).expect_err("no such device");
        assert!(e.to_string().contains("/dev/video-none"), "{e}");
    }

    /// FFmpeg's own generator is an input device as well: libavdevice really loads and reads.
    #[test]
    fn pictures_come_one_after_the_other() {
        let graph = "color=c=gray:size=32x16:rate=30:duration=0.1,format=yuv420p";
        let mut reader = match DeviceReader::open("lavfi", graph, &[]) {
            Ok(reader) => reader,
            Err(e) if e.to_string().contains("libavdevice") => {
                println!("SKIPPED: libavdevice is not installed; run `cargo xtask setup`");
                return;
            }
            Err(e) => panic!("{e}"),
        };
        for n in 0..3 {
            assert_eq!(reader.read().expect("a picture").len(), 32 * 16 * 3 / 2, "picture {n}");
        }
        assert!(reader.read().is_err(), "the graph ends after three pictures");
    }
}
