//! What Video4Linux says of its devices: which there are, what they offer, and how the samples of a
//! format lie. nokhwa tells neither layouts it does not know nor rows with gaps.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use v4l::format::{Colorspace, Quantization};
use v4l::frameinterval::FrameIntervalEnum;
use v4l::framesize::FrameSizeEnum;
use v4l::video::Capture;
use v4l::video::capture::Parameters;
use v4l::{Device, Format, FourCC, Fraction};
use vitrine_codec::Matrix;
use vitrine_media::{FrameRate, Size};

use super::format::{CameraFormat, CameraLayout};

/// Asked of devices that take any size within limits.
const USUAL_SIZES: [(u32, u32); 12] = [
    (320, 180),
    (640, 360),
    (640, 480),
    (800, 600),
    (960, 540),
    (1280, 720),
    (1280, 960),
    (1920, 1080),
    (2560, 1440),
    (3840, 2160),
    (720, 1280),
    (1080, 1920),
];
/// Asked of devices that take any interval within limits.
const USUAL_RATES: [(u32, u32); 8] =
    [(15, 1), (24, 1), (25, 1), (30_000, 1001), (30, 1), (50, 1), (60_000, 1001), (60, 1)];

/// A device node that gives pictures, as the system knows it without opening it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Node {
    /// `/dev/videoN`.
    pub path: PathBuf,
    /// N.
    pub index: u32,
    /// Stable over restarts and, where the device has a serial number or is the only one of its
    /// kind, over sockets.
    pub id: String,
    /// The camera's name.
    pub name: String,
}

/// Every camera, in the order of their numbers. Nodes that a device has beside its pictures (for
/// their metadata) are left out.
pub(crate) fn nodes() -> Vec<Node> {
    let links = links();
    let Ok(entries) = fs::read_dir("/sys/class/video4linux") else { return Vec::new() };
    let mut nodes: Vec<Node> = entries
        .flatten()
        .filter_map(|entry| {
            let file = entry.file_name().into_string().ok()?;
            let index: u32 = file.strip_prefix("video")?.parse().ok()?;
            let of = |name: &str| {
                fs::read_to_string(entry.path().join(name)).ok().map(|s| s.trim().to_owned())
            };
            // A webcam's second node carries metadata.
            if of("index").is_some_and(|i| i != "0") {
                return None;
            }
            let name = of("name").filter(|n| !n.is_empty()).unwrap_or_else(|| file.clone());
            let path = PathBuf::from("/dev").join(&file);
            let id = links.get(&file).cloned().unwrap_or_else(|| bus(&entry.path(), &file));
            Some(Node { path, index, id, name })
        })
        .collect();
    nodes.sort_by_key(|n| n.index);
    nodes
}

/// The names udev makes of a device's own maker, model and serial number, by node.
fn links() -> HashMap<String, String> {
    let entries = fs::read_dir("/dev/v4l/by-id").into_iter().flatten().flatten();
    let links = entries.filter_map(|entry| {
        let to = fs::read_link(entry.path()).ok()?;
        let node = to.file_name()?.to_str()?.to_owned();
        Some((node, entry.file_name().into_string().ok()?))
    });
    links.collect()
}

/// Where udev makes no name: the place where the device is plugged in.
fn bus(sys: &Path, file: &str) -> String {
    let device = fs::canonicalize(sys.join("device")).ok();
    let tail = device.as_deref().and_then(|d| {
        let name = d.file_name()?.to_str()?;
        let parent = d.parent()?.file_name()?.to_str()?;
        Some(format!("{parent}-{name}"))
    });
    tail.unwrap_or_else(|| file.to_owned())
}

/// Everything a camera offers that Vitrine can take.
pub(crate) fn formats(path: &Path) -> io::Result<Vec<CameraFormat>> {
    // The crate unwraps what drivers say; a driver that says something else must end no show.
    guarded(|| {
        let device = Device::with_path(path)?;
        let mut found = Vec::new();
        for described in device.enum_formats()? {
            let fourcc = described.fourcc;
            let Some(layout) = fourcc.str().ok().and_then(CameraLayout::from_name) else {
                continue;
            };
            for size in device.enum_framesizes(fourcc)? {
                for size in sizes(&size.size) {
                    let offered = device.enum_frameintervals(fourcc, size.width, size.height);
                    let rates = offered.unwrap_or_default();
                    for rate in rates.iter().flat_map(|i| rates_of(&i.interval)) {
                        found.push(CameraFormat { layout, size, rate });
                    }
                }
            }
        }
        found.retain(|f| f.size.is_video());
        found.sort_by_key(|f| {
            (f.layout, f.size.area(), f.size.width, (f.rate.as_f64() * 1e3) as u64)
        });
        found.dedup();
        Ok(found)
    })
}

fn sizes(size: &FrameSizeEnum) -> Vec<Size> {
    match size {
        FrameSizeEnum::Discrete(d) => vec![Size::new(d.width, d.height)],
        FrameSizeEnum::Stepwise(s) => {
            let on = |v: u32, min: u32, max: u32, step: u32| {
                (min..=max).contains(&v) && (v - min).is_multiple_of(step.max(1))
            };
            let largest = (s.max_width, s.max_height);
            let all = USUAL_SIZES.into_iter().chain([largest]);
            all.filter(|(w, h)| {
                on(*w, s.min_width, s.max_width, s.step_width)
                    && on(*h, s.min_height, s.max_height, s.step_height)
            })
            .map(|(w, h)| Size::new(w, h))
            .collect()
        }
    }
}

fn rates_of(interval: &FrameIntervalEnum) -> Vec<FrameRate> {
    let rate = |f: &Fraction| FrameRate::new(f.denominator, f.numerator).map(reduced);
    match interval {
        FrameIntervalEnum::Discrete(d) => rate(d).into_iter().collect(),
        FrameIntervalEnum::Stepwise(s) => {
            let (Some(fastest), Some(slowest)) = (rate(&s.min), rate(&s.max)) else {
                return Vec::new();
            };
            let within = (slowest.as_f64() - 0.001)..=(fastest.as_f64() + 0.001);
            let usual = USUAL_RATES.into_iter().filter_map(|(n, d)| FrameRate::new(n, d));
            usual.filter(|r| within.contains(&r.as_f64())).collect()
        }
    }
}

fn reduced(rate: FrameRate) -> FrameRate {
    let (mut a, mut b) = (rate.num, rate.den);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    FrameRate { num: rate.num / a.max(1), den: rate.den / a.max(1) }
}

/// How the samples of a format lie on this device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Primed {
    /// Bytes from one row of the first plane to the next; zero where the driver does not say.
    pub stride: usize,
    pub matrix: Matrix,
    pub full_range: bool,
}

/// Sets the format before a back-end opens the device. nokhwa refuses a device whose present
/// format it does not know, and takes one that has the right format already as it is.
///
/// # Errors
/// The system's; [`io::ErrorKind::Unsupported`] if the driver chose something else.
pub(crate) fn prime(path: &Path, format: &CameraFormat) -> io::Result<Primed> {
    guarded(|| {
        let device = Device::with_path(path)?;
        let fourcc = match format.layout {
            CameraLayout::Nv12 => *b"NV12",
            CameraLayout::Yuyv => *b"YUYV",
            CameraLayout::I420 => *b"YU12",
            CameraLayout::Uyvy => *b"UYVY",
            CameraLayout::Mjpeg => *b"MJPG",
        };
        let Size { width, height } = format.size;
        let set = device.set_format(&Format::new(width, height, FourCC::new(&fourcc)))?;
        let interval = Fraction::new(format.rate.den, format.rate.num);
        let timed = device.set_params(&Parameters::new(interval))?;
        let rate = FrameRate::new(timed.interval.denominator, timed.interval.numerator);
        let same = (set.width, set.height) == (width, height)
            && set.fourcc == FourCC::new(&fourcc)
            && rate.map(reduced) == Some(reduced(format.rate));
        if !same {
            let what = format!("the camera does not give {format} after all");
            return Err(io::Error::new(io::ErrorKind::Unsupported, what));
        }
        // As the kernel's own V4L2_MAP_YCBCR_ENC_DEFAULT and V4L2_MAP_QUANTIZATION_DEFAULT say.
        let matrix = match set.colorspace {
            Colorspace::Rec709 | Colorspace::DCIP3 | Colorspace::Rec2020 => Matrix::Bt709,
            _ => Matrix::Bt601,
        };
        let full_range = match set.quantization {
            Quantization::FullRange => true,
            Quantization::LimitedRange => false,
            Quantization::Default => matches!(set.colorspace, Colorspace::JPEG),
        };
        Ok(Primed { stride: set.stride as usize, matrix, full_range })
    })
}

fn guarded<T>(ask: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(ask))
        .unwrap_or_else(|_| Err(io::Error::other("its driver says something unheard of")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use v4l::frameinterval::Stepwise;

    #[test]
    fn intervals_become_rates() {
        let discrete = FrameIntervalEnum::Discrete(Fraction::new(1001, 30_000));
        assert_eq!(rates_of(&discrete), [FrameRate { num: 30_000, den: 1001 }]);
        let doubled = FrameIntervalEnum::Discrete(Fraction::new(2, 50));
        assert_eq!(rates_of(&doubled), [FrameRate::whole(25)]);
        let (min, max) = (Fraction::new(1, 30), Fraction::new(1, 24));
        let steps = FrameIntervalEnum::Stepwise(Stepwise { min, max, step: Fraction::new(1, 1) });
        let rates = rates_of(&steps);
        assert_eq!((rates[0], rates[3]), (FrameRate::whole(24), FrameRate::whole(30)));
        assert_eq!(rates.len(), 4);
        assert_eq!(rates_of(&FrameIntervalEnum::Discrete(Fraction::new(0, 30))), []);
    }

    #[test]
    fn a_device_that_is_not_there_is_the_systems_error() {
        let e = formats(Path::new("/dev/video-none")).expect_err("no such device");
        assert_eq!(e.kind(), io::ErrorKind::NotFound);
    }
}
