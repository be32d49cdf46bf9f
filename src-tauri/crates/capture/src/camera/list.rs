//! The cameras that are there now.

use serde::{Serialize, Serializer};
use vitrine_media::{FrameRate, Size};

use super::controls::{Control, controls};
use super::format::{Backend, CameraFormat, CameraLayout};
use crate::{CaptureError, DeviceName, ErrorKind};

/// A camera.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CameraDevice {
    /// Stable over restarts and, as far as the system allows, over sockets.
    pub id: String,
    /// What the system calls it.
    pub name: String,
    /// Its device file, or its number where there are no device files.
    pub path: String,
    /// Through what its best format is read; `None` if it offers nothing that can be taken.
    pub backend: Option<Backend>,
    /// What it offers, by layout and size.
    pub formats: Vec<OfferedSize>,
    /// Exposure, white balance, focus … as far as it has them.
    pub controls: Vec<Control>,
}

/// A layout and size with its rates.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OfferedSize {
    /// How the samples lie.
    pub layout: CameraLayout,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pictures a second, as they are written.
    #[serde(serialize_with = "as_text")]
    pub rates: Vec<FrameRate>,
    /// Through what it is read.
    pub backend: Backend,
}

fn as_text<S: Serializer>(rates: &[FrameRate], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rates.iter().map(ToString::to_string))
}

/// Every camera with what it offers. Opens each for some milliseconds, which disturbs nobody who is
/// using it.
pub fn cameras() -> Vec<CameraDevice> {
    found()
        .into_iter()
        .map(|camera| {
            let formats = formats(&camera).unwrap_or_default();
            let hd = super::format::ladder(&formats, Size::new(1280, 720), FrameRate::whole(30));
            CameraDevice {
                backend: hd.first().map(|f| f.backend()),
                formats: grouped(&formats),
                controls: controls(&camera).unwrap_or_default(),
                id: camera.id,
                name: camera.name,
                path: camera.path,
            }
        })
        .collect()
}

fn grouped(formats: &[CameraFormat]) -> Vec<OfferedSize> {
    let mut sizes: Vec<OfferedSize> = Vec::new();
    for f in formats {
        let Size { width, height } = f.size;
        let backend = f.backend();
        let same = sizes.iter_mut().find(|s| {
            (s.layout, s.width, s.height, s.backend) == (f.layout, width, height, backend)
        });
        match same {
            Some(size) => size.rates.push(f.rate),
            None => sizes.push(OfferedSize {
                layout: f.layout,
                width,
                height,
                rates: vec![f.rate],
                backend,
            }),
        }
    }
    sizes
}

/// Ids and names of the cameras that are there, without opening one.
pub fn present() -> Vec<(String, String)> {
    found().into_iter().map(|c| (c.id, c.name)).collect()
}

/// A camera as the system names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub id: String,
    pub name: String,
    pub path: String,
    /// The number nokhwa opens it by.
    pub index: u32,
}

/// The camera that `name` means.
///
/// # Errors
/// [`ErrorKind::NotFound`], naming those that are there.
pub(crate) fn find(name: &DeviceName) -> Result<Found, CaptureError> {
    let mut all = found();
    let others: Vec<[String; 2]> =
        all.iter().map(|c| [c.path.clone(), c.index.to_string()]).collect();
    let wanted = all.iter().zip(&others);
    let wanted = wanted.map(|(c, others)| (c.id.as_str(), others.as_slice(), c.name.as_str()));
    if let Some(i) = name.find(wanted) {
        return Ok(all.swap_remove(i));
    }
    let text = if all.is_empty() {
        "there is no camera; plug one in (a virtual machine must be given it)".to_owned()
    } else {
        let names: Vec<String> =
            all.iter().map(|c| format!("{} (camera:{})", c.name, c.id)).collect();
        format!("there is no camera “{name}”; plug it in, or use {}", names.join(" or "))
    };
    Err(CaptureError::new(ErrorKind::NotFound, text))
}

#[cfg(target_os = "linux")]
fn found() -> Vec<Found> {
    let nodes = super::v4l2::nodes().into_iter();
    let found = nodes.map(|n| Found {
        id: n.id,
        name: n.name,
        path: n.path.display().to_string(),
        index: n.index,
    });
    found.collect()
}

/// What a camera offers.
#[cfg(target_os = "linux")]
pub(crate) fn formats(camera: &Found) -> Result<Vec<CameraFormat>, CaptureError> {
    super::v4l2::formats(std::path::Path::new(&camera.path))
        .map_err(|e| super::device::refused(&camera.name, &e))
}

#[cfg(not(target_os = "linux"))]
fn found() -> Vec<Found> {
    super::nokhwa::query()
}

/// What a camera offers. Opens it: on these systems there is no other way to ask.
#[cfg(not(target_os = "linux"))]
pub(crate) fn formats(camera: &Found) -> Result<Vec<CameraFormat>, CaptureError> {
    super::nokhwa::formats(camera)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_grouped_by_size_and_back_end() {
        let format = |num, den| CameraFormat {
            layout: CameraLayout::Yuyv,
            size: Size::new(640, 480),
            rate: FrameRate { num, den },
        };
        let sizes = grouped(&[format(15, 1), format(30_000, 1001), format(30, 1)]);
        assert_eq!(sizes.len(), 2);
        assert_eq!(sizes[0].rates, [FrameRate::whole(15), FrameRate::whole(30)]);
        assert_eq!(sizes[1].backend, Backend::Avdevice);
        let json = serde_json::to_value(&sizes[1]).expect("plain");
        assert_eq!(json["rates"][0], "29.97");
        assert_eq!(json["layout"], "YUYV");
        assert_eq!(json["backend"], "avdevice");
    }

    #[test]
    fn a_camera_that_is_not_there_is_named_with_a_remedy() {
        let e = find(&DeviceName::new("no such camera at all")).expect_err("none");
        assert_eq!(e.kind(), ErrorKind::NotFound);
        assert!(e.to_string().contains("plug"), "{e}");
    }
}
