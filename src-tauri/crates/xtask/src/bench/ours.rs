//! What Vitrine is given to do, and how its own reports are read. The names of report fields are
//! here and nowhere else.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::context::Context;
use super::inputs::{Camera, Canvas, Inputs};
use super::peer::{BITRATE, PRESET};
use super::trial;
use crate::failure::Failure;
use crate::{Done, paths, shell};

/// A show by `vitrine-cli live`.
#[derive(Debug, Clone, Copy)]
pub struct Show<'a> {
    /// Its canvases; the first one's size counts.
    pub canvases: &'a [Canvas],
    /// The camera.
    pub camera: Camera,
    /// Length in seconds.
    pub seconds: u32,
    /// Destinations of the first canvas.
    pub urls: &'a [String],
    /// Recording, if any.
    pub record: Option<&'a Path>,
    /// The setting with the shortest way from picture to wire.
    pub low_latency: bool,
}

/// Builds the program of whole shows; examples are built when their rows come.
///
/// # Errors
/// If it does not build.
pub fn build() -> Done {
    shell::run(shell::cargo().args(["build", "--release", "--package", "vitrine-cli"]))
}

/// The command line of a show.
pub fn show(inputs: &Inputs, show: &Show) -> Command {
    let mut live = Command::new(paths::release_program("vitrine-cli"));
    let file = |path: &Path| format!("file:{}", path.display());
    live.args(["live", "--json", "--preset", PRESET, "--bitrate", BITRATE, "--fps", "30"]);
    live.arg("--video").arg(file(&inputs.camera(show.canvases[0], show.camera)));
    live.arg("--audio").arg(file(&inputs.speech()));
    live.arg("--size").arg(show.canvases[0].text());
    live.arg("--seconds").arg(show.seconds.to_string());
    live.arg("--product").arg(inputs.product());
    live.arg("--countdown").arg("600");
    live.args(["--latency", if show.low_latency { "low" } else { "quality" }]);
    for canvas in show.canvases {
        live.args(["--canvas", if *canvas == Canvas::Tall { "9:16" } else { "16:9" }]);
    }
    for url in show.urls {
        live.arg("--to").arg(url);
    }
    if let Some(record) = show.record {
        live.arg("--overwrite").arg("--record").arg(record);
    }
    live
}

/// Picture to packet in milliseconds, half and 95 of 100 below, of the first encoder.
pub fn picture_to_packet(report: &Value) -> Option<(f64, f64)> {
    let delay = find(report, "picture_to_packet_ms")?;
    Some((delay["p50"].as_f64()?, delay["p95"].as_f64()?))
}

/// Pictures lost on this machine: left out by the compositor or by an encoder.
pub fn pictures_lost(report: &Value) -> Option<f64> {
    let lagged = find(report, "lagged")?.as_f64()?;
    let skipped: f64 =
        find(report, "renditions")?.as_array()?.iter().filter_map(|r| r["skipped"].as_f64()).sum();
    Some(lagged + skipped)
}

/// CPU seconds of the threads whose name begins with `prefix`, and how many names that are.
pub fn threads(report: &Value, prefix: &str) -> Option<(f64, usize)> {
    let rows = find(report, "threads")?.as_array()?;
    let seconds: Vec<f64> = rows
        .iter()
        .filter(|row| row["name"].as_str().is_some_and(|name| name.starts_with(prefix)))
        .filter_map(|row| row["seconds"].as_f64())
        .collect();
    Some((seconds.iter().sum(), seconds.len()))
}

/// Names of threads: FFmpeg's own carry the name of the thread that opened the encoder.
pub const ENCODERS: &str = "encode";
/// One thread for each destination; Linux cuts names at 15 bytes, so several may share one.
pub const DESTINATIONS: &str = "to ";

/// The first field of this name, however deep.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => {
            fields.get(name).or_else(|| fields.values().find_map(|inner| find(inner, name)))
        }
        Value::Array(items) => items.iter().find_map(|inner| find(inner, name)),
        _ => None,
    }
}

/// What one thread needs for a picture, measured by an example of the crate itself.
#[derive(Debug, Clone, Copy)]
pub enum Kernel {
    /// Four overlays over a planar picture, at rest.
    Compositing,
    /// The same while the card slides or fades.
    CompositingMoving,
    /// The same by hand-written loops, without a scene: what the machine allows.
    CompositingFloor,
    /// Packed 4:2:2 to the canvas.
    ConvertingYuyv,
    /// Luma and pairs of chroma to the canvas.
    ConvertingNv12,
    /// JPEG to the canvas.
    DecodingMjpeg,
}

impl Kernel {
    /// Package, example, and the figure's name behind the size.
    fn source(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kernel::Compositing => ("vitrine-compositor", "floor", "still"),
            Kernel::CompositingMoving => ("vitrine-compositor", "floor", "fading"),
            Kernel::CompositingFloor => ("vitrine-compositor", "floor", "floor"),
            Kernel::ConvertingYuyv => ("vitrine-capture", "to_canvas", "yuyv"),
            Kernel::ConvertingNv12 => ("vitrine-capture", "to_canvas", "nv12"),
            Kernel::DecodingMjpeg => ("vitrine-capture", "to_canvas", "mjpeg"),
        }
    }

    /// Its cost in milliseconds a picture. The examples print one JSON object with `--json`, in which
    /// `"<width>x<height> <name>"`, or `name` in an object of the size, are microseconds a picture.
    ///
    /// # Errors
    /// If the example fails or has no such figure.
    pub fn cost(self, context: &Context, canvas: Canvas) -> Done<f64> {
        let (package, example, name) = self.source();
        let mut run = shell::cargo();
        run.args([
            "run",
            "--quiet",
            "--release",
            "--package",
            package,
            "--example",
            example,
            "--",
            "--json",
        ]);
        if matches!(self, Kernel::DecodingMjpeg) {
            run.arg(context.inputs.camera(canvas, Camera::Mjpeg));
        }
        let trial = trial::run(&mut run, std::time::Duration::from_secs(900))?;
        let size = canvas.text();
        let found = trial.report().and_then(|report| {
            let joined = find(&report, &format!("{size} {name}"));
            joined.or_else(|| find(find(&report, &size)?, name))?.as_f64()
        });
        found.map(|us| us / 1e3).ok_or_else(|| {
            Failure::Check(format!(
                "example '{example}' of {package} gives no figure '{name}' with --json"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_of_a_report() {
        let report = json!({"show": {"stats": {
            "lagged": 2,
            "renditions": [{"skipped": 1, "picture_to_packet_ms": {"p50": 20.0, "p95": 31.5}}, {"skipped": 3}],
            "threads": [{"name": "encode main", "seconds": 4.0}, {"name": "encode tall", "seconds": 1.0},
                        {"name": "tick", "seconds": 0.5}],
        }}});
        assert_eq!(pictures_lost(&report), Some(6.0));
        assert_eq!(picture_to_packet(&report), Some((20.0, 31.5)));
        assert_eq!(threads(&report, ENCODERS), Some((5.0, 2)));
        assert_eq!(threads(&report, ""), Some((5.5, 3)));
        assert_eq!(threads(&json!({}), ""), None);
    }
}
