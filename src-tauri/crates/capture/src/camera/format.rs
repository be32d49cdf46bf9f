//! Layouts, sizes and rates a camera offers, and the ladder in which they are tried.
//!
//! A camera is asked for explicit formats only, the one that costs least to bring to the canvas
//! first: drivers that "adjust" a request make nokhwa fail, and a highest format is often one that
//! no machine can decode.

use std::fmt;

use serde::Serialize;
use vitrine_media::{FrameRate, Size};

/// How a camera lays out its samples.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
pub enum CameraLayout {
    /// Luma, then interleaved chroma, halved both ways.
    #[serde(rename = "NV12")]
    Nv12,
    /// Packed 4:2:2, Y U Y V.
    #[serde(rename = "YUYV")]
    Yuyv,
    /// Planes Y, U, V, chroma halved both ways (V4L2: YU12).
    #[serde(rename = "I420")]
    I420,
    /// Packed 4:2:2, U Y V Y.
    #[serde(rename = "UYVY")]
    Uyvy,
    /// A JPEG picture each.
    #[serde(rename = "MJPEG")]
    Mjpeg,
}

impl CameraLayout {
    /// Every layout that can be taken, the cheapest to convert first.
    pub const ALL: [Self; 5] = [Self::Nv12, Self::Yuyv, Self::I420, Self::Uyvy, Self::Mjpeg];

    /// As it is written and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nv12 => "NV12",
            Self::Yuyv => "YUYV",
            Self::I420 => "I420",
            Self::Uyvy => "UYVY",
            Self::Mjpeg => "MJPEG",
        }
    }

    /// The layout of a name in any case, V4L2's own names included.
    pub fn from_name(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        match upper.as_str() {
            "MJPG" | "JPEG" => Some(Self::Mjpeg),
            "YU12" => Some(Self::I420),
            "YUY2" => Some(Self::Yuyv),
            _ => Self::ALL.into_iter().find(|l| l.name() == upper),
        }
    }

    /// Bytes of a picture of `size` whose rows follow each other without gaps; `None` for JPEG.
    pub const fn bytes(self, size: Size) -> Option<usize> {
        let pixels = size.area() as usize;
        match self {
            Self::Nv12 | Self::I420 => Some(pixels / 2 * 3),
            Self::Yuyv | Self::Uyvy => Some(pixels * 2),
            Self::Mjpeg => None,
        }
    }

    /// What a picture costs, relative to others, to bring to the canvas: from the bench's rows P2.
    const fn cost(self) -> f64 {
        match self {
            Self::Nv12 | Self::I420 => 1.0,
            Self::Yuyv | Self::Uyvy => 1.2,
            Self::Mjpeg => 16.0,
        }
    }
}

impl fmt::Display for CameraLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Through what a camera is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// nokhwa: V4L2, AVFoundation, Media Foundation.
    Nokhwa,
    /// FFmpeg's libavdevice, where nokhwa does not know the layout or the rate.
    Avdevice,
}

impl Backend {
    /// As it is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nokhwa => "nokhwa",
            Self::Avdevice => "avdevice",
        }
    }
}

/// One thing a camera can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CameraFormat {
    /// How its samples lie.
    pub layout: CameraLayout,
    /// Size of its pictures; [`Size::is_video`].
    pub size: Size,
    /// Pictures a second.
    pub rate: FrameRate,
}

impl CameraFormat {
    /// The back-end that can read it. nokhwa knows whole rates and three of the layouts.
    pub const fn backend(self) -> Backend {
        let known =
            matches!(self.layout, CameraLayout::Nv12 | CameraLayout::Yuyv | CameraLayout::Mjpeg);
        if known && self.rate.den == 1 { Backend::Nokhwa } else { Backend::Avdevice }
    }
}

impl fmt::Display for CameraFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}", self.layout, self.size, self.rate)
    }
}

/// The formats to try for a canvas of `size` and `rate`, best first, at most 16.
///
/// A format is better the fewer pictures and pixels are missing, then the less it costs to bring to
/// the canvas. So at 720p NV12 and YUYV come before MJPEG where they are offered at the full rate, and
/// at 1080p, where USB 2 carries five raw pictures a second, MJPEG comes first.
pub fn ladder(offered: &[CameraFormat], size: Size, rate: FrameRate) -> Vec<CameraFormat> {
    let price = |f: &CameraFormat| {
        // A portrait camera in a landscape canvas is as good as the area it covers.
        let covers = (f64::from(f.size.width) / f64::from(size.width))
            .min(f64::from(f.size.height) / f64::from(size.height));
        let missing_size = (1.0 - covers).max(0.0);
        let missing_rate = (1.0 - f.rate.as_f64() / rate.as_f64()).max(0.0);
        // 29.97 for 30 is nothing anybody sees.
        let missing_rate = if missing_rate < 0.01 { 0.0 } else { missing_rate };
        // More than is asked costs in proportion to what it brings.
        let pixels = f.size.area() as f64 / size.area() as f64;
        let pictures = f.rate.as_f64() / rate.as_f64();
        let scaled = if f.size == size { 0.0 } else { 1.0 };
        let cost = (f.layout.cost() + scaled) * pixels.max(0.05) * pictures.max(0.05);
        let shape = (f64::from(f.size.width) * f64::from(size.height)
            / (f64::from(f.size.height) * f64::from(size.width)))
        .ln()
        .abs();
        400.0 * missing_rate + 200.0 * missing_size + 40.0 * shape + cost
    };
    let mut usable: Vec<(f64, CameraFormat)> =
        offered.iter().filter(|f| f.size.is_video()).map(|f| (price(f), *f)).collect();
    usable.sort_by(|a, b| a.0.total_cmp(&b.0));
    usable.truncate(16);
    usable.into_iter().map(|(_, f)| f).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(layout: CameraLayout, width: u32, height: u32, fps: u32) -> CameraFormat {
        CameraFormat { layout, size: Size::new(width, height), rate: FrameRate::whole(fps) }
    }

    /// What a usual USB 2 webcam offers.
    fn webcam() -> Vec<CameraFormat> {
        use CameraLayout::{Mjpeg, Yuyv};
        vec![
            format(Yuyv, 640, 480, 30),
            format(Yuyv, 1280, 720, 10),
            format(Yuyv, 1920, 1080, 5),
            format(Mjpeg, 640, 480, 30),
            format(Mjpeg, 1280, 720, 30),
            format(Mjpeg, 1920, 1080, 30),
        ]
    }

    #[test]
    fn raw_comes_first_where_it_is_as_fast_and_mjpeg_where_it_is_not() {
        let thirty = FrameRate::whole(30);
        let hd = Size::new(1280, 720);
        assert_eq!(ladder(&webcam(), hd, thirty)[0], format(CameraLayout::Mjpeg, 1280, 720, 30));
        let full = Size::new(1920, 1080);
        assert_eq!(ladder(&webcam(), full, thirty)[0], format(CameraLayout::Mjpeg, 1920, 1080, 30));
        let mut usb3 = webcam();
        usb3.push(format(CameraLayout::Yuyv, 1280, 720, 30));
        assert_eq!(ladder(&usb3, hd, thirty)[0], format(CameraLayout::Yuyv, 1280, 720, 30));
        usb3.push(format(CameraLayout::Nv12, 1280, 720, 30));
        assert_eq!(ladder(&usb3, hd, thirty)[0], format(CameraLayout::Nv12, 1280, 720, 30));
        let small = ladder(&webcam(), Size::new(640, 360), thirty);
        assert_eq!(small[0].size, Size::new(640, 480), "{small:?}");
    }

    #[test]
    fn more_than_is_asked_is_not_taken_for_its_own_sake() {
        let offered = [
            format(CameraLayout::Nv12, 3840, 2160, 60),
            format(CameraLayout::Nv12, 1280, 720, 60),
            format(CameraLayout::Nv12, 1280, 720, 30),
        ];
        let best = ladder(&offered, Size::new(1280, 720), FrameRate::whole(30));
        assert_eq!(best[0], offered[2]);
        assert_eq!(best[2], offered[0]);
    }

    #[test]
    fn what_no_canvas_can_hold_is_left_out() {
        let odd = format(CameraLayout::Yuyv, 641, 480, 30);
        assert!(ladder(&[odd], Size::new(1280, 720), FrameRate::whole(30)).is_empty());
    }

    #[test]
    fn broken_rates_and_planar_layouts_go_through_libavdevice() {
        let ntsc = CameraFormat {
            rate: FrameRate { num: 30_000, den: 1001 },
            ..format(CameraLayout::Yuyv, 640, 480, 30)
        };
        assert_eq!(ntsc.backend(), Backend::Avdevice);
        assert_eq!(format(CameraLayout::I420, 640, 480, 30).backend(), Backend::Avdevice);
        assert_eq!(format(CameraLayout::Mjpeg, 640, 480, 30).backend(), Backend::Nokhwa);
    }

    #[test]
    fn names() {
        for layout in CameraLayout::ALL {
            assert_eq!(CameraLayout::from_name(layout.name()), Some(layout));
        }
        assert_eq!(CameraLayout::from_name("mjpg"), Some(CameraLayout::Mjpeg));
        assert_eq!(CameraLayout::Yuyv.bytes(Size::new(640, 480)), Some(614_400));
    }
}
