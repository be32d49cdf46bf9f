//! From options to how a show goes on air.

use std::io::BufRead;

use vitrine_studio::setup::{DestinationRecord, Setup, SetupRecord};
use vitrine_studio::{Canvas, Latency, Preset, Secret, StudioError, Target};

use crate::args::setup::SetupArgs;
use crate::args::{LatencyArg, PresetArg};
use crate::{output, view};

/// Reads one key a line, so many.
///
/// # Errors
/// If there are fewer.
pub fn keys(count: usize) -> Result<Vec<Secret>, StudioError> {
    let mut lines = std::io::stdin().lock().lines();
    (1..=count)
        .map(|n| {
            let line = lines.next().transpose().ok().flatten().unwrap_or_default();
            let key = Secret::new(line.trim());
            if key.is_empty() {
                let what = format!("no key on standard input for destination {n}");
                return Err(StudioError::input("destination", what)
                    .remedy("give one key a line, in the order of the destinations"));
            }
            Ok(key)
        })
        .collect()
}

/// `[NAME@][CANVAS=]URL`.
fn destination(
    text: &str,
    n: usize,
    first: Canvas,
    key_stdin: bool,
) -> Result<(DestinationRecord, Option<Secret>), StudioError> {
    let scheme = text.find("://").unwrap_or(text.len());
    let (name, rest) = match text[..scheme].split_once('@') {
        Some((name, _)) if !name.trim().is_empty() => {
            (name.trim().to_owned(), &text[name.len() + 1..])
        }
        _ => (format!("destination {}", n + 1), text),
    };
    let (canvas, url) = match rest.split_once('=') {
        Some((canvas @ ("16:9" | "9:16"), url)) => (canvas.parse()?, url),
        _ => (first, rest),
    };
    if key_stdin {
        return Ok((DestinationRecord { name, canvas, server: url.to_owned() }, None));
    }
    let target = Target::parse(url).map_err(|e| StudioError::input("destination", e))?;
    let (server, key) = target.into_parts();
    Ok((DestinationRecord { name, canvas, server }, Some(key)))
}

/// The encoder's work as the studio names it.
pub fn preset(arg: PresetArg) -> Preset {
    match arg {
        PresetArg::Auto => Preset::Auto,
        PresetArg::Ultrafast => Preset::Ultrafast,
        PresetArg::Superfast => Preset::Superfast,
        PresetArg::Veryfast => Preset::Veryfast,
        PresetArg::Faster => Preset::Faster,
    }
}

/// How the options say a show goes on air. `own` are the show's canvases.
///
/// # Errors
/// The first option that cannot be used.
pub fn setup(a: &SetupArgs, own: &[Canvas], json: bool) -> Result<Setup, StudioError> {
    let mut canvases = Vec::new();
    for text in &a.canvas {
        let canvas: Canvas = text.parse()?;
        if !canvases.contains(&canvas) {
            canvases.push(canvas);
        }
    }
    if canvases.is_empty() {
        canvases = if own.is_empty() { vec![Canvas::Landscape] } else { own.to_vec() };
    }
    let mut destinations = Vec::new();
    let mut given = Vec::new();
    for (n, text) in a.to.iter().enumerate() {
        let (record, key) = destination(text, n, canvases[0], a.key_stdin)?;
        destinations.push(record);
        given.extend(key);
    }
    let record = SetupRecord {
        video: a.video.clone(),
        close_up: a.close_up.clone(),
        turn: a.turn,
        mirror: a.mirror,
        crop: view::crop(a.crop.as_deref(), a.zoom.as_deref())?,
        audio: a.audio.clone(),
        lip_sync_ms: view::lip_sync(a.lip_sync)?.as_millis(),
        canvases,
        size: a.size.clone(),
        fps: a.fps.clone(),
        bitrate: output::bitrate(&a.bitrate)?,
        audio_bitrate: output::audio_bitrate(&a.audio_bitrate)?,
        encoder: a.encoder.clone(),
        preset: preset(a.preset),
        latency: match a.latency {
            LatencyArg::Low => Latency::Low,
            LatencyArg::Quality => Latency::Quality,
        },
        destinations,
        record: a.record.clone(),
        theme: a.theme.clone(),
        brand: a.brand.clone(),
        platforms: a.platform.iter().map(|p| p.to_lowercase()).collect(),
    };
    let keys = if a.key_stdin { keys(a.to.len())? } else { given };
    let setup = Setup::new(record, keys)?;
    if !a.key_stdin && !a.to.is_empty() && !json {
        eprintln!(
            "note: a key in an address is visible in this computer's process list; --key-stdin keeps it out"
        );
    }
    Ok(setup)
}
