//! libavdevice as a back-end, for layouts and rates nokhwa does not know.

use vitrine_codec::DeviceReader;

use super::device::Reader;
use super::format::{CameraFormat, CameraLayout};
use super::list::Found;
use crate::{CaptureError, ErrorKind};

/// A camera opened by FFmpeg's V4L2 input. Lives on the thread that opened it.
pub(crate) struct AvdeviceReader {
    reader: DeviceReader,
    name: String,
}

impl AvdeviceReader {
    /// Opens `camera` in exactly this format and starts it.
    ///
    /// # Errors
    /// One sentence on why not.
    pub(crate) fn open(camera: &Found, format: &CameraFormat) -> Result<Self, CaptureError> {
        // FFmpeg's own names: pixel formats, but `mjpeg` is a codec.
        let input = match format.layout {
            CameraLayout::Nv12 => "nv12",
            CameraLayout::Yuyv => "yuyv422",
            CameraLayout::I420 => "yuv420p",
            CameraLayout::Uyvy => "uyvy422",
            CameraLayout::Mjpeg => "mjpeg",
        };
        let rate = format!("{}/{}", format.rate.num, format.rate.den);
        let options = [
            ("input_format", input),
            ("video_size", &format.size.to_string()),
            ("framerate", &rate),
        ];
        let name = camera.name.clone();
        let reader = DeviceReader::open("v4l2", &camera.path, &options).map_err(|e| {
            let io = e.os_error().map(std::io::Error::from_raw_os_error);
            match io {
                Some(io) => super::device::refused(&name, &io),
                None => {
                    CaptureError::new(ErrorKind::Unsupported, format!("{name} does not open: {e}"))
                }
            }
        })?;
        Ok(Self { reader, name })
    }
}

impl Reader for AvdeviceReader {
    fn read(&mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), CaptureError> {
        let picture = self.reader.read().map_err(|e| {
            let text = format!("{} went away ({e}); check its cable", self.name);
            CaptureError::new(ErrorKind::Lost, text)
        })?;
        take(picture);
        Ok(())
    }
}
