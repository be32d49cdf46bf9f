//! Selling on screen: Vitrine's own figures, taken by the example `selling` of its studio.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value;

use super::context::Context;
use super::inputs::{Camera, Canvas, RATE};
use super::trial::{self, Trial};
use super::{ours, peer};
use crate::failure::Failure;
use crate::{Done, paths, shell};

/// Seconds of the show whose cost is measured: the start of the program is to be little of it.
const SECONDS: u32 = 20;
/// Minutes of the long show, and of a quick one.
const LONG: u32 = 12 * 60;
const SHORT: u32 = 90;

/// Figures that take long: taken once, however many rounds there are.
static DELAYS: Mutex<Option<Value>> = Mutex::new(None);
static HOURS: Mutex<Option<Value>> = Mutex::new(None);

/// The example's command line, built if it is not yet.
fn example(call: &str) -> Done<Command> {
    let mut build = shell::cargo();
    build.args(["build", "--quiet", "--release", "--package", "vitrine-studio"]);
    shell::run(build.args(["--example", "selling"]))?;
    let mut command = Command::new(paths::release_program("examples/selling"));
    command.arg(call);
    Ok(command)
}

fn sources(c: &Context, command: &mut Command) {
    let file = |path: PathBuf| format!("file:{}", path.display());
    command.arg("--video").arg(file(c.inputs.camera(Canvas::Hd, Camera::Yuyv)));
    command.arg("--audio").arg(file(c.inputs.speech()));
}

/// Whether only a look at it is wanted.
fn is_quick(c: &Context) -> bool {
    c.seconds < 10
}

fn report(trial: &Trial) -> Done<Value> {
    let lost = || Failure::Check("the example selling ended without its figures".to_owned());
    trial.report().ok_or_else(lost)
}

fn once(known: &Mutex<Option<Value>>, take: impl FnOnce() -> Done<Value>) -> Done<Value> {
    let mut known = known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match &*known {
        Some(value) => Ok(value.clone()),
        None => Ok(known.insert(take()?).clone()),
    }
}

/// A delay in milliseconds, 99 of 100, of a setting and a kind of command.
///
/// # Errors
/// If it cannot be measured.
pub fn delay(c: &Context, setting: &str, kind: &str) -> Done<f64> {
    let all = once(&DELAYS, || {
        let mut command = example("cues")?;
        sources(c, &mut command);
        if is_quick(c) {
            command.args(["--cues", "10", "--panics", "5"]);
        }
        report(&trial::run(&mut command, Duration::from_secs(3600))?)
    })?;
    let figure = all[setting][kind]["left_ms"]["p99"].as_f64();
    figure.ok_or_else(|| Failure::Check(format!("no {setting} {kind} in {all}")))
}

/// How much memory grew from the first to the last hour of a long show, percent.
///
/// # Errors
/// If it cannot be measured.
pub fn growth(c: &Context) -> Done<f64> {
    let minutes = if is_quick(c) { SHORT } else { LONG };
    let all = once(&HOURS, || {
        let mut command = example("hours")?;
        command.args(["--minutes", &minutes.to_string()]);
        report(&trial::run(&mut command, Duration::from_secs(4 * 3600))?)
    })?;
    let figure = all["growth_percent"].as_f64();
    figure.ok_or_else(|| Failure::Check(format!("no growth in {all}")))
}

/// A show in both canvases: CPU seconds of the whole program, and of all its threads but the encoders', each
/// by the second of coded picture.
fn show(c: &Context) -> Done<(f64, f64)> {
    let cost = c.once("selling show", || {
        let folder = c.inputs.scratch("selling");
        let unusable = |e| Failure::Check(format!("{}: {e}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(unusable)?;
        }
        fs::create_dir_all(&folder).map_err(unusable)?;
        let limit = Duration::from_secs(u64::from(SECONDS) + 120);
        trial::run(example("shop")?.arg("--folder").arg(&folder), limit)?;
        let mut command = example("show")?;
        command.arg("--folder").arg(&folder).args(["--seconds", &SECONDS.to_string()]);
        command.arg("--record").arg(folder.join("show.mp4"));
        for name in ["wide", "tall"] {
            command.arg("--to").arg(c.fresh_url(name));
        }
        sources(c, &mut command);
        let trial = trial::run(&mut command, limit)?;
        // Recordings are large and nobody looks at them.
        fs::remove_dir_all(&folder).map_err(unusable)?;
        let report = report(&trial)?;
        let figures = || {
            let pictures = report["stats"]["renditions"][0]["frames"].as_f64()?;
            let seconds = pictures / f64::from(RATE);
            let all = ours::threads(&report, "")?.0;
            let rest = (all - ours::threads(&report, ours::ENCODERS)?.0) / seconds;
            Some(serde_json::json!([trial.cpu / seconds, rest]))
        };
        figures().ok_or_else(|| Failure::Check("the show's report has no counters".to_owned()))
    })?;
    let figure = |n: usize| cost[n].as_f64().unwrap_or(f64::NAN);
    Ok((figure(0), figure(1)))
}

/// CPU seconds of the whole show, by the second.
///
/// # Errors
/// If it cannot be measured.
pub fn whole(c: &Context) -> Done<f64> {
    Ok(show(c)?.0)
}

/// The same of every thread but the picture encoders', less what the sound's encoder takes alone.
///
/// # Errors
/// If it cannot be measured.
pub fn rest(c: &Context) -> Done<f64> {
    let rest = show(c)?.1;
    Ok(rest - c.cpu(peer::sound_alone(&c.inputs, SECONDS))? / f64::from(SECONDS))
}

/// The two bare encoders on finished pictures, for as long.
///
/// # Errors
/// If FFmpeg is missing or fails.
pub fn floors(c: &Context) -> Done<f64> {
    let wide = c.cpu(peer::floor(&c.inputs, Canvas::Hd, SECONDS, true))?;
    let tall = c.cpu(peer::floor(&c.inputs, Canvas::Tall, SECONDS, false))?;
    Ok((wide + tall) / f64::from(SECONDS))
}
