//! nokhwa as a back-end: a thin source of raw pictures.

use nokhwa::Camera;
use nokhwa::utils::{
    CameraFormat as Asked, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType,
    Resolution,
};

use super::device::Reader;
use super::format::{CameraFormat, CameraLayout};
use super::list::Found;
use crate::{CaptureError, ErrorKind};

/// A camera opened by nokhwa. Lives on the thread that opened it.
pub(crate) struct NokhwaReader {
    camera: Camera,
    name: String,
}

const fn form(layout: CameraLayout) -> Option<FrameFormat> {
    match layout {
        CameraLayout::Nv12 => Some(FrameFormat::NV12),
        CameraLayout::Yuyv => Some(FrameFormat::YUYV),
        CameraLayout::Mjpeg => Some(FrameFormat::MJPEG),
        CameraLayout::I420 | CameraLayout::Uyvy => None,
    }
}

impl NokhwaReader {
    /// Opens `camera` in exactly this format and starts it.
    ///
    /// # Errors
    /// One sentence on why not.
    pub(crate) fn open(camera: &Found, format: &CameraFormat) -> Result<Self, CaptureError> {
        let name = camera.name.clone();
        let frame_format = form(format.layout).ok_or_else(|| {
            let text = format!("{name} cannot give {format} through nokhwa");
            CaptureError::new(ErrorKind::Unsupported, text)
        })?;
        let resolution = Resolution::new(format.size.width, format.size.height);
        let exact = Asked::new(resolution, frame_format, format.rate.num);
        let wanted = [frame_format];
        let request = RequestedFormat::with_formats(RequestedFormatType::Exact(exact), &wanted);
        let refused = |e: nokhwa::NokhwaError| said(&name, &e.to_string());
        let mut camera = Camera::new(CameraIndex::Index(camera.index), request).map_err(refused)?;
        camera.open_stream().map_err(refused)?;
        Ok(Self { camera, name })
    }
}

impl Reader for NokhwaReader {
    fn read(&mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), CaptureError> {
        let picture = self.camera.frame_raw().map_err(|e| {
            let text = format!("{} went away ({e}); check its cable", self.name);
            CaptureError::new(ErrorKind::Lost, text)
        })?;
        take(&picture);
        Ok(())
    }
}

/// nokhwa tells the system's words only as text.
fn said(name: &str, text: &str) -> CaptureError {
    let code = text
        .rsplit_once("(os error ")
        .and_then(|(_, rest)| rest.split(')').next().and_then(|n| n.parse::<i32>().ok()));
    match code {
        Some(code) => super::device::refused(name, &std::io::Error::from_raw_os_error(code)),
        None => CaptureError::new(ErrorKind::Unsupported, format!("{name} does not open: {text}")),
    }
}

/// The cameras nokhwa knows.
#[cfg(not(target_os = "linux"))]
pub(crate) fn query() -> Vec<Found> {
    let list = nokhwa::query(nokhwa::utils::ApiBackend::Auto).unwrap_or_default();
    let found = list.into_iter().enumerate().map(|(i, info)| {
        let index = info.index().as_index().unwrap_or(i as u32);
        // AVFoundation's unique id and Media Foundation's symbolic link stand in the misc field.
        let id = if info.misc().is_empty() { info.human_name() } else { info.misc() };
        Found { id, name: info.human_name(), path: index.to_string(), index }
    });
    found.collect()
}

/// Opens a camera only to speak with it.
#[cfg(not(target_os = "linux"))]
fn only_open(camera: &Found) -> Result<Camera, CaptureError> {
    let all = [FrameFormat::NV12, FrameFormat::YUYV, FrameFormat::MJPEG];
    let request = RequestedFormat::with_formats(RequestedFormatType::None, &all);
    Camera::new(CameraIndex::Index(camera.index), request)
        .map_err(|e| said(&camera.name, &e.to_string()))
}

/// What a camera offers, by opening it for a moment.
#[cfg(not(target_os = "linux"))]
pub(crate) fn formats(camera: &Found) -> Result<Vec<CameraFormat>, CaptureError> {
    let offered = only_open(camera)?
        .compatible_camera_formats()
        .map_err(|e| said(&camera.name, &e.to_string()))?;
    let formats = offered.into_iter().filter_map(|f| {
        let layout = CameraLayout::ALL.into_iter().find(|l| form(*l) == Some(f.format()))?;
        let size = vitrine_media::Size::new(f.width(), f.height());
        let rate = vitrine_media::FrameRate::new(f.frame_rate(), 1)?;
        Some(CameraFormat { layout, size, rate })
    });
    Ok(formats.collect())
}

/// The whole-number controls of a camera.
#[cfg(not(target_os = "linux"))]
pub(crate) fn controls(camera: &Found) -> Result<Vec<super::controls::Control>, CaptureError> {
    use nokhwa::utils::ControlValueDescription as Value;
    let opened = only_open(camera)?;
    let found = opened.camera_controls().map_err(|e| said(&camera.name, &e.to_string()))?;
    let plain = found.into_iter().filter_map(|c| {
        let small = |v: i64| i32::try_from(v).ok();
        let (value, default, minimum, maximum, step) = match *c.description() {
            Value::IntegerRange { min, max, value, step, default } => {
                (small(value)?, small(default)?, small(min)?, small(max)?, small(step)?)
            }
            Value::Boolean { value, default } => (value.into(), default.into(), 0, 1, 1),
            _ => return None,
        };
        let name = c.control().to_string().to_lowercase();
        let choices = Vec::new();
        let automatic = false;
        Some(super::controls::Control {
            name,
            value,
            default,
            minimum,
            maximum,
            step,
            choices,
            automatic,
        })
    });
    Ok(plain.collect())
}

/// Sets a control by its plain name.
#[cfg(not(target_os = "linux"))]
pub(crate) fn set_control(camera: &Found, name: &str, value: i32) -> Result<(), CaptureError> {
    use nokhwa::utils::ControlValueSetter;
    let refused = |e: nokhwa::NokhwaError| said(&camera.name, &e.to_string());
    let mut opened = only_open(camera)?;
    let found = opened.camera_controls().map_err(refused)?;
    let control = found.iter().find(|c| c.control().to_string().to_lowercase() == name);
    let Some(control) = control.map(|c| c.control()) else {
        let text = format!("{} has no control “{name}”", camera.name);
        return Err(CaptureError::new(ErrorKind::BadSpec, text));
    };
    opened.set_camera_control(control, ControlValueSetter::Integer(value.into())).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_number_is_found_in_the_text() {
        let e = said("Cam", "Could not open: V4L2 Error: Device or resource busy (os error 16)");
        assert_eq!(e.kind(), ErrorKind::Busy);
        assert_eq!(said("Cam", "Not same/Rejected").kind(), ErrorKind::Unsupported);
    }
}
