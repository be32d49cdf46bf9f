//! `vitrine-cli live`.

use std::io::BufRead;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use vitrine_studio::{
    Canvas, Clock, DestinationSettings, EncoderChoice, Latency, Live, LiveSettings, MediaTime,
    OnAir, Overlay, Preset, Product, StudioError, Target, VideoSettings, load_theme, machine,
    parse_rate, parse_size,
};

use crate::args::{LatencyArg, LiveArgs, PresetArg};
use crate::{interrupt, output, view};

/// How often events and the progress line are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Destinations as given, with the keys from standard input where they are asked for.
fn destinations(
    to: &[String],
    key_stdin: bool,
    canvases: &[Canvas],
) -> Result<Vec<(Canvas, DestinationSettings)>, StudioError> {
    let mut keys = std::io::stdin().lock().lines();
    let mut list = Vec::new();
    for (n, text) in to.iter().enumerate() {
        let (canvas, url) = match text.split_once('=') {
            Some((name @ ("16:9" | "9:16"), url)) => (name.parse()?, url),
            _ => (canvases[0], text.as_str()),
        };
        if !canvases.contains(&canvas) {
            let what =
                format!("destination {} asks for canvas {canvas}, which is not drawn", n + 1);
            return Err(StudioError::input("canvas", what).remedy(format!("add --canvas {canvas}")));
        }
        let bad = |e: &dyn std::fmt::Display| StudioError::input("destination", e);
        let target = if key_stdin {
            let line = keys.next().transpose().ok().flatten().unwrap_or_default();
            let key = line.trim();
            if key.is_empty() {
                let what = format!("no key on standard input for destination {}", n + 1);
                return Err(StudioError::input("destination", what)
                    .remedy("give one key a line, in the order of the --to options"));
            }
            Target::new(url, key).map_err(|e| bad(&e))?
        } else {
            Target::parse(url).map_err(|e| bad(&e))?
        };
        let id = format!("destination {}", n + 1);
        list.push((canvas, DestinationSettings::new(id.clone(), id, target)));
    }
    Ok(list)
}

pub fn preset(arg: PresetArg) -> Preset {
    match arg {
        PresetArg::Auto => Preset::Auto,
        PresetArg::Ultrafast => Preset::Ultrafast,
        PresetArg::Superfast => Preset::Superfast,
        PresetArg::Veryfast => Preset::Veryfast,
        PresetArg::Faster => Preset::Faster,
    }
}

pub fn run(a: LiveArgs, json: bool, started: Instant) -> Result<ExitCode, StudioError> {
    let stop = interrupt::flag();
    let mut canvases = Vec::new();
    for text in &a.canvas {
        let canvas: Canvas = text.parse()?;
        if !canvases.contains(&canvas) {
            canvases.push(canvas);
        }
    }
    let size = parse_size(&a.size)?;
    let rate = parse_rate(&a.fps)?;
    let bitrate = output::bitrate(&a.bitrate)?;
    let wanted = a.encoder.map_or(EncoderChoice::Auto, EncoderChoice::Named);
    let product = a.product.as_deref().map(Product::read).transpose()?;
    let (encoder, preset) = machine::choose(wanted, preset(a.preset), size, rate, canvases.len());
    let encoder = VideoSettings {
        bitrate,
        encoder,
        preset,
        latency: match a.latency {
            LatencyArg::Low => Latency::Low,
            LatencyArg::Quality => Latency::Quality,
        },
        ..VideoSettings::new(size, rate)
    };
    let settings = LiveSettings {
        clock: Clock::real(),
        close_up: None,
        video: a.video.parse().map_err(|e| StudioError::input("video", e))?,
        turn: view::turn(a.turn, a.mirror)?,
        crop: view::crop(a.crop.as_deref(), a.zoom.as_deref())?,
        lip_sync: view::lip_sync(a.lip_sync)?,
        audio: a.audio.parse().map_err(|e| StudioError::input("audio", e))?,
        destinations: destinations(&a.to, a.key_stdin, &canvases)?,
        canvases,
        size,
        rate,
        encoder,
        audio_bitrate: output::audio_bitrate(&a.audio_bitrate)?,
        record: a.record,
        overwrite: a.overwrite,
    };
    if !a.key_stdin && !settings.destinations.is_empty() && !json {
        eprintln!(
            "note: a key in an address is visible in this computer's process list; --key-stdin keeps it out"
        );
    }
    let nowhere = settings.destinations.is_empty() && settings.record.is_none();
    if nowhere && a.seconds.is_none() {
        return Err(StudioError::input("destination", "the show goes nowhere").remedy(
            "give a destination with --to, a file with --record, or a length with --seconds",
        ));
    }
    let overlay =
        Overlay::new(load_theme(a.theme.as_deref())?, &a.language, &settings.canvases, size)?;
    let mut on_air = product.map(|p| OnAir::product(p.into())).unwrap_or_default();
    on_air.countdown_to = a.countdown.map(|s| MediaTime::from_secs(i64::from(s)));

    let mut live = Live::start(settings, overlay, on_air, started)?;
    let bar = output::progress(a.seconds, json);
    let begun = live.now();
    let end = a.seconds.map(|s| begun + MediaTime::from_secs(i64::from(s)));
    while !stop.is_stopped() && end.is_none_or(|end| live.now() < end) {
        let left = end.map_or(LOOK, |e| (e - live.now()).to_duration().min(LOOK));
        while let Some(event) = live.event(Duration::ZERO) {
            if json {
                output::print_json(&event);
            } else {
                bar.suspend(|| output::print_line(&vitrine_studio::sentence(&event)));
            }
        }
        bar.set_position(((live.now() - begun).as_millis() / 100) as u64);
        if !bar.is_hidden() {
            bar.set_message(live.summary());
        }
        stop.wait(left);
    }
    bar.finish_and_clear();
    let report = live.stop()?;
    if json {
        output::print_json(&report);
    } else {
        output::print_line(&report.to_string());
    }
    Ok(if report.all_arrived() { ExitCode::SUCCESS } else { ExitCode::from(output::EXIT_DELIVERY) })
}
