//! How a camera or microphone is named by people and settings, and which device is meant.

use std::fmt;
use std::str::FromStr;

use vitrine_media::{FrameRate, Size};

use crate::camera::format::CameraLayout;
use crate::{CaptureError, ErrorKind};

/// A device as somebody names it: its stable id, its path or number, its name or a part of it, or
/// nothing for the system's own choice.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct DeviceName {
    /// What is looked for first; empty for the default device.
    pub id: String,
    /// The name it had when it was chosen: looked for when the id is not there, since some systems
    /// give a device another id at another socket.
    pub name: String,
}

impl DeviceName {
    /// A device by what somebody typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self { id: text.into(), name: String::new() }
    }

    /// The one of `devices` (id, other ids such as a path, name) that is meant, by position. An id
    /// comes before a whole name, a whole name before a part of one; upper and lower case count only
    /// for ids. Without an id, the first device. `None` if nothing fits.
    pub fn find<'a>(
        &self,
        devices: impl Iterator<Item = (&'a str, &'a [String], &'a str)> + Clone,
    ) -> Option<usize> {
        let wanted = self.id.as_str();
        if wanted.is_empty() && self.name.is_empty() {
            return devices.clone().next().map(|_| 0);
        }
        let lower = wanted.to_lowercase();
        let remembered = self.name.to_lowercase();
        let by = |fits: &dyn Fn(&str, &[String], &str) -> bool| {
            devices.clone().position(|(id, others, name)| fits(id, others, name))
        };
        by(&|id, others, _| id == wanted || others.iter().any(|o| o == wanted))
            .or_else(|| by(&|_, _, name| !wanted.is_empty() && name.to_lowercase() == lower))
            .or_else(|| {
                by(&|_, _, name| !remembered.is_empty() && name.to_lowercase() == remembered)
            })
            .or_else(|| by(&|_, _, name| wanted.len() >= 3 && name.to_lowercase().contains(&lower)))
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

/// A camera and, where somebody insists, what it is to give. Text form: `ID` or `ID#LAYOUT,WxH,FPS`
/// with any of the three, such as `0#MJPEG,1920x1080,30`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct CameraChoice {
    /// Which camera.
    pub device: DeviceName,
    /// Only this layout.
    pub layout: Option<CameraLayout>,
    /// Only this size.
    pub size: Option<Size>,
    /// Only this rate.
    pub rate: Option<FrameRate>,
}

impl FromStr for CameraChoice {
    type Err = CaptureError;

    fn from_str(text: &str) -> Result<Self, CaptureError> {
        let (device, form) = text.split_once('#').unwrap_or((text, ""));
        let mut choice = Self { device: DeviceName::new(device), ..Self::default() };
        for part in form.split(',').filter(|p| !p.is_empty()) {
            if let Some((w, h)) = part.split_once('x')
                && let (Ok(width), Ok(height)) = (w.parse(), h.parse())
            {
                choice.size = Some(Size::new(width, height));
            } else if let Some(rate) = parse_rate(part) {
                choice.rate = Some(rate);
            } else if let Some(layout) = CameraLayout::from_name(part) {
                choice.layout = Some(layout);
            } else {
                let text = format!(
                    "“{part}” is no layout, size or rate of a camera; write it like camera:0#YUYV,1280x720,30"
                );
                return Err(CaptureError::new(ErrorKind::BadSpec, text));
            }
        }
        Ok(choice)
    }
}

/// `30`, `29.97`, `30000/1001`.
fn parse_rate(text: &str) -> Option<FrameRate> {
    if let Some((num, den)) = text.split_once('/') {
        return FrameRate::new(num.parse().ok()?, den.parse().ok()?);
    }
    match text {
        "29.97" => FrameRate::new(30_000, 1001),
        "59.94" => FrameRate::new(60_000, 1001),
        "23.98" | "23.976" => FrameRate::new(24_000, 1001),
        _ => FrameRate::new(text.parse().ok()?, 1),
    }
}

impl fmt::Display for CameraChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.device)?;
        let mut sign = '#';
        let mut part = |f: &mut fmt::Formatter<'_>, text: String| {
            write!(f, "{sign}{text}")?;
            sign = ',';
            Ok(())
        };
        if let Some(layout) = self.layout {
            part(f, layout.name().to_owned())?;
        }
        if let Some(size) = self.size {
            part(f, size.to_string())?;
        }
        match self.rate {
            Some(FrameRate { num, den: 1 }) => part(f, num.to_string()),
            Some(FrameRate { num, den }) => part(f, format!("{num}/{den}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_before_a_name_and_a_name_before_its_part() {
        let devices = [
            ("usb-1", vec!["/dev/video0".to_owned(), "0".to_owned()], "Studio Webcam"),
            ("usb-2", vec!["/dev/video2".to_owned(), "2".to_owned()], "Webcam"),
        ];
        let find = |id: &str, name: &str| {
            let wanted = DeviceName { id: id.into(), name: name.into() };
            wanted.find(devices.iter().map(|(id, o, n)| (*id, o.as_slice(), *n)))
        };
        assert_eq!(find("", ""), Some(0));
        assert_eq!(find("usb-2", ""), Some(1));
        assert_eq!(find("/dev/video2", ""), Some(1));
        assert_eq!(find("webcam", ""), Some(1));
        assert_eq!(find("studio", ""), Some(0));
        assert_eq!(find("usb-9", "Studio Webcam"), Some(0));
        assert_eq!(find("usb-9", ""), None);
        assert_eq!(find("u", ""), None);
        assert_eq!(DeviceName::default().find([].into_iter()), None);
    }

    #[test]
    fn choices_round_trip() {
        for text in ["", "0", "usb-1#YUYV", "0#MJPEG,1920x1080,30", "x#640x480,30000/1001"] {
            assert_eq!(text.parse::<CameraChoice>().expect(text).to_string(), text);
        }
        assert!("0#fast".parse::<CameraChoice>().is_err());
    }
}
