//! Whole shows, as a seller would run them.

use super::{CS, Row, Target};
use crate::Done;
use crate::bench::context::{By, Context};
use crate::bench::inputs::{Camera, Canvas, RATE};
use crate::bench::{ours, peer, wire};

const HD: &[Canvas] = &[Canvas::Hd];
const FULL: &[Canvas] = &[Canvas::FullHd];
const BOTH: &[Canvas] = &[Canvas::Hd, Canvas::Tall];

/// P3 and all that follows.
pub const ROWS: &[Row] = &[
    Row {
        id: "P3.720",
        what: "whole show, YUYV 720p, 1 RTMP + recording",
        peer_name: "the floor: bare encoders on finished pictures",
        unit: CS,
        peer: Some(|c| c.cpu_per_second(peer::floor(&c.inputs, Canvas::Hd, c.seconds, true))),
        ours: Some(|c| whole(c, By::Us, HD, Camera::Yuyv)),
        target: Target::Ratio(1.05),
    },
    Row {
        id: "P3.1080",
        what: "whole show, YUYV 1080p, 1 RTMP + recording",
        peer_name: "the floor: bare encoders on finished pictures",
        unit: CS,
        peer: Some(|c| c.cpu_per_second(peer::floor(&c.inputs, Canvas::FullHd, c.seconds, true))),
        ours: Some(|c| whole(c, By::Us, FULL, Camera::Yuyv)),
        target: Target::Ratio(1.05),
    },
    Row {
        id: "P3.mjpeg",
        what: "whole show, MJPEG 720p, 1 RTMP + recording",
        peer_name: "the floor: bare encoders on finished pictures",
        unit: CS,
        peer: Some(|c| c.cpu_per_second(peer::floor(&c.inputs, Canvas::Hd, c.seconds, true))),
        ours: Some(|c| whole(c, By::Us, HD, Camera::Mjpeg)),
        target: Target::Ratio(1.12),
    },
    Row {
        id: "P3.ffmpeg",
        what: "whole show, YUYV 720p, 1 RTMP + recording",
        peer_name: "FFmpeg doing the same show",
        unit: CS,
        peer: Some(|c| whole(c, By::Peer, HD, Camera::Yuyv)),
        ours: Some(|c| whole(c, By::Us, HD, Camera::Yuyv)),
        target: Target::Ratio(1.0),
    },
    Row {
        id: "P3.rest",
        what: "all but the encoders, YUYV 720p",
        peer_name: "",
        unit: CS,
        peer: None,
        ours: Some(|c| rest(c, Camera::Yuyv)),
        target: Target::AtMost(0.018),
    },
    Row {
        id: "P3.rest-mjpeg",
        what: "all but the encoders, MJPEG 720p",
        peer_name: "",
        unit: CS,
        peer: None,
        ours: Some(|c| rest(c, Camera::Mjpeg)),
        target: Target::AtMost(0.074),
    },
    Row {
        id: "P4",
        what: "each further RTMP destination",
        peer_name: "FFmpeg tee, copying coded packets, 3 less 1",
        unit: "% of a core",
        peer: Some(|c| Ok((c.peer_sending(3)? - c.peer_sending(1)?) / 2.0)),
        ours: Some(|c| {
            let shown = c.show(By::Us, HD, Camera::Yuyv, &["show", "second", "third"])?;
            let seconds =
                shown.figure(|report| Some(ours::threads(report, ours::DESTINATIONS)?.0))?;
            Ok(seconds / 3.0 / f64::from(c.seconds) * 100.0)
        }),
        target: Target::AtMost(0.4),
    },
    Row {
        id: "P5",
        what: "both canvases, 16:9 and 9:16, 720p",
        peer_name: "two floors",
        unit: CS,
        peer: Some(|c| {
            let wide = c.cpu_per_second(peer::floor(&c.inputs, Canvas::Hd, c.seconds, true))?;
            Ok(wide + c.cpu_per_second(peer::floor(&c.inputs, Canvas::Tall, c.seconds, false))?)
        }),
        ours: Some(|c| whole(c, By::Us, BOTH, Camera::Yuyv)),
        target: Target::Ratio(1.05),
    },
    Row {
        id: "P6",
        what: "start of the program to first picture on the wire",
        peer_name: "FFmpeg, same encoder settings",
        unit: "s",
        peer: Some(Context::peer_start),
        ours: Some(|c| c.show_of(By::Us, &["show"], 3)?.start()),
        target: Target::AtMost(0.35),
    },
    Row {
        id: "P7.low",
        what: "picture to packet, low latency, median",
        peer_name: "FFmpeg zerolatency with sound, to the wire",
        unit: "ms",
        peer: Some(|c| Ok(c.peer_delay()?.0)),
        ours: Some(|c| c.quick_show()?.figure(|r| Some(ours::picture_to_packet(r)?.0))),
        target: Target::AtMost(25.0),
    },
    Row {
        id: "P7.low95",
        what: "picture to packet, low latency, 95 of 100",
        peer_name: "FFmpeg zerolatency with sound, to the wire",
        unit: "ms",
        peer: Some(|c| Ok(c.peer_delay()?.1)),
        ours: Some(|c| c.quick_show()?.figure(|r| Some(ours::picture_to_packet(r)?.1))),
        target: Target::AtMost(40.0),
    },
    Row {
        id: "P7.quality",
        what: "picture to packet, quality setting, median",
        peer_name: "",
        unit: "ms",
        peer: None,
        ours: Some(|c| {
            let shown = c.show(By::Us, HD, Camera::Yuyv, &["show"])?;
            shown.figure(|report| Some(ours::picture_to_packet(report)?.0))
        }),
        target: Target::AtMost(250.0),
    },
    Row {
        id: "P8",
        what: "peak memory of the whole show, 720p",
        peer_name: "FFmpeg doing the same show",
        unit: "MiB",
        peer: Some(|c| Ok(c.show(By::Peer, HD, Camera::Yuyv, &["show"])?.trial.peak)),
        ours: Some(|c| Ok(c.show(By::Us, HD, Camera::Yuyv, &["show"])?.trial.peak)),
        target: Target::AtMost(120.0),
    },
    Row {
        id: "P10",
        what: "pictures lagged or skipped, YUYV 720p",
        peer_name: "",
        unit: "pictures",
        peer: None,
        ours: Some(|c| c.show(By::Us, HD, Camera::Yuyv, &["show"])?.figure(ours::pictures_lost)),
        target: Target::AtMost(0.0),
    },
    Row {
        id: "S1",
        what: "of two destinations one stops reading: share the other got",
        peer_name: "FFmpeg tee, fifo that drops",
        unit: "%",
        peer: Some(|c| Ok(stalled(c, By::Peer)?.0)),
        ours: Some(|c| Ok(stalled(c, By::Us)?.0)),
        target: Target::AtLeast(100.0),
    },
    Row {
        id: "S1.silence",
        what: "the same: its longest silence",
        peer_name: "FFmpeg tee, fifo that drops",
        unit: "s",
        peer: Some(|c| Ok(stalled(c, By::Peer)?.1)),
        ours: Some(|c| Ok(stalled(c, By::Us)?.1)),
        target: Target::AtMost(0.1),
    },
];

fn whole(c: &Context, by: By, canvases: &[Canvas], camera: Camera) -> Done<f64> {
    Ok(c.show(by, canvases, camera, &["show"])?.trial.cpu / f64::from(c.seconds))
}

/// CPU of every thread but the picture encoders', less what the sound's encoder takes alone.
fn rest(c: &Context, camera: Camera) -> Done<f64> {
    let shown = c.show(By::Us, HD, camera, &["show"])?;
    let others = shown.figure(|report| {
        Some(ours::threads(report, "")?.0 - ours::threads(report, ours::ENCODERS)?.0)
    })?;
    let sound = c.cpu_per_second(peer::sound_alone(&c.inputs, c.seconds))?;
    Ok(others / f64::from(c.seconds) - sound)
}

/// Percent of the due pictures the healthy destination got, and its longest silence in seconds.
fn stalled(c: &Context, by: By) -> Done<(f64, f64)> {
    let seconds = c.seconds.max(25);
    let shown = c.show_of(by, &["show", wire::STALLING], seconds)?;
    let healthy = &shown.received[0];
    // The last pictures of a show may still be in the encoder when it ends.
    let due = f64::from(seconds * RATE - RATE / 2);
    Ok(((healthy.pictures.len() as f64 / due * 100.0).min(100.0), healthy.longest_silence()))
}
