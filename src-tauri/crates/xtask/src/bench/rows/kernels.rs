//! What one thread needs for a picture, against FFmpeg doing the same.

use super::{MS, Row, Target};
use crate::Done;
use crate::bench::context::Context;
use crate::bench::inputs::{Camera, Canvas, RATE};
use crate::bench::ours::Kernel;
use crate::bench::peer;

const SCALE: &str = "FFmpeg scale filter";
const DECODER: &str = "FFmpeg decoder and scale filter";

/// P1 and P2.
pub const ROWS: &[Row] = &[
    Row {
        id: "P1.720",
        what: "four overlays over I420, 720p",
        peer_name: "FFmpeg overlay filters, less reading",
        unit: MS,
        peer: Some(|c| compositing(c, Canvas::Hd)),
        ours: Some(|c| Kernel::Compositing.cost(c, Canvas::Hd)),
        target: Target::Ratio(0.1),
    },
    Row {
        id: "P1.1080",
        what: "four overlays over I420, 1080p",
        peer_name: "FFmpeg overlay filters, less reading",
        unit: MS,
        peer: Some(|c| compositing(c, Canvas::FullHd)),
        ours: Some(|c| Kernel::Compositing.cost(c, Canvas::FullHd)),
        target: Target::Ratio(0.1),
    },
    Row {
        id: "P1.floor",
        what: "the same, 720p, beside bare loops",
        peer_name: "hand-written loops",
        unit: MS,
        peer: Some(|c| Kernel::CompositingFloor.cost(c, Canvas::Hd)),
        ours: Some(|c| Kernel::Compositing.cost(c, Canvas::Hd)),
        target: Target::Ratio(2.0),
    },
    Row {
        id: "P1.moving",
        what: "the same while the card slides or fades",
        peer_name: "our own, at rest",
        unit: MS,
        peer: Some(|c| Kernel::Compositing.cost(c, Canvas::Hd)),
        ours: Some(|c| Kernel::CompositingMoving.cost(c, Canvas::Hd)),
        target: Target::Ratio(1.5),
    },
    Row {
        id: "P2.yuyv",
        what: "YUYV camera to the canvas, 720p",
        peer_name: SCALE,
        unit: MS,
        peer: Some(|c| converting(c, Canvas::Hd, Camera::Yuyv)),
        ours: Some(|c| Kernel::ConvertingYuyv.cost(c, Canvas::Hd)),
        // 1.1 times a kernel of libyuv's class, which takes 0.38 of FFmpeg's time.
        target: Target::Ratio(0.42),
    },
    Row {
        id: "P2.yuyv1080",
        what: "YUYV camera to the canvas, 1080p",
        peer_name: SCALE,
        unit: MS,
        peer: Some(|c| converting(c, Canvas::FullHd, Camera::Yuyv)),
        ours: Some(|c| Kernel::ConvertingYuyv.cost(c, Canvas::FullHd)),
        // At this size the buffers of neither fit the caches, and memory sets the pace of both.
        target: Target::Ratio(0.8),
    },
    Row {
        id: "P2.nv12",
        what: "NV12 camera to the canvas, 720p",
        peer_name: SCALE,
        unit: MS,
        peer: Some(|c| converting(c, Canvas::Hd, Camera::Nv12)),
        ours: Some(|c| Kernel::ConvertingNv12.cost(c, Canvas::Hd)),
        // FFmpeg's is a copy and a split by vectors too: both go at the pace of memory.
        target: Target::Ratio(1.0),
    },
    Row {
        id: "P2.nv12-1080",
        what: "NV12 camera to the canvas, 1080p",
        peer_name: SCALE,
        unit: MS,
        peer: Some(|c| converting(c, Canvas::FullHd, Camera::Nv12)),
        ours: Some(|c| Kernel::ConvertingNv12.cost(c, Canvas::FullHd)),
        target: Target::Ratio(1.0),
    },
    Row {
        id: "P2.mjpeg",
        what: "MJPEG camera to the canvas, 720p",
        peer_name: DECODER,
        unit: MS,
        peer: Some(|c| converting(c, Canvas::Hd, Camera::Mjpeg)),
        ours: Some(|c| Kernel::DecodingMjpeg.cost(c, Canvas::Hd)),
        target: Target::Ratio(0.5),
    },
    Row {
        id: "P2.mjpeg1080",
        what: "MJPEG camera to the canvas, 1080p",
        peer_name: DECODER,
        unit: MS,
        peer: Some(|c| converting(c, Canvas::FullHd, Camera::Mjpeg)),
        ours: Some(|c| Kernel::DecodingMjpeg.cost(c, Canvas::FullHd)),
        target: Target::Ratio(0.5),
    },
];

fn compositing(c: &Context, canvas: Canvas) -> Done<f64> {
    let all = c.ms_per_picture(peer::compositing(&c.inputs, canvas, c.seconds))?;
    Ok(all - c.ms_per_picture(peer::reading(&c.inputs, canvas, Camera::Planar, c.seconds))?)
}

/// FFmpeg's conversion without what comes before it. Four times the pictures, as the difference of two
/// short runs would be noise.
fn converting(c: &Context, canvas: Canvas, camera: Camera) -> Done<f64> {
    let seconds = if camera == Camera::Mjpeg { c.seconds } else { 4 * c.seconds };
    let all = c.cpu(peer::converting(&c.inputs, canvas, camera, seconds))?;
    let before = c.cpu(peer::handing_over(&c.inputs, canvas, camera, seconds))?;
    Ok((all - before) * 1e3 / f64::from(seconds * RATE))
}
