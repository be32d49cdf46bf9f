//! What selling on screen costs, for `cargo xtask bench`: everything through [`vitrine_studio::Studio`],
//! as the window and the command line use it.
//!
//! | call | prints, as one JSON object |
//! |---|---|
//! | `selling cues` | milliseconds from `run(Cue)` and `run(Panic)` to what leaves the encoders |
//! | `selling shop` | nothing much: makes the catalogue of the next call |
//! | `selling show` | the report of a show in both canvases, with a card and a countdown on air |
//! | `selling hours` | memory through a simulated show of many hours |
//!
//! | file | what |
//! |---|---|
//! | [`shop`] | a catalogue with a show, and a studio |
//! | [`watch`] | when canvases change and packets leave |
//! | [`delays`] | from a command to what leaves |
//! | [`show`] | the show in both canvases |
//! | [`hours`] | the long show |

#[path = "selling/delays.rs"]
mod delays;
#[path = "selling/hours.rs"]
mod hours;
#[path = "selling/shop.rs"]
mod shop;
#[path = "selling/show.rs"]
mod show;
#[path = "selling/watch.rs"]
mod watch;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};
use vitrine_studio::setup::{DestinationRecord, SetupRecord};
use vitrine_studio::{Latency, Preset, Target};

use shop::{CANVASES, Failure, Shop};

/// Products of the show whose cost is measured; one is on air.
const PRODUCTS: usize = 8;

/// `--name value` of the command line.
struct Options(HashMap<String, Vec<String>>);

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut all: HashMap<String, Vec<String>> = HashMap::new();
        while let Some(name) = words.next() {
            let name = name.strip_prefix("--").ok_or(format!("{name} is no option"))?.to_owned();
            let value = words.next().ok_or(format!("--{name} has no value"))?;
            all.entry(name).or_default().push(value);
        }
        Ok(Self(all))
    }

    fn text(&self, name: &str, usual: &str) -> String {
        self.0.get(name).and_then(|v| v.last()).map_or_else(|| usual.to_owned(), Clone::clone)
    }

    fn number(&self, name: &str, usual: u32) -> Result<u32, Failure> {
        Ok(self.text(name, &usual.to_string()).parse()?)
    }
}

fn delays(options: &Options) -> Result<Value, Failure> {
    let (video, audio) = (options.text("video", "test-card"), options.text("audio", "test-tone"));
    let (cues, panics) = (options.number("cues", 100)?, options.number("panics", 40)?);
    let only = options.text("latency", "");
    let mut all = serde_json::Map::new();
    for (name, latency) in [("low", Latency::Low), ("quality", Latency::Quality)] {
        if only.is_empty() || only == name {
            all.insert(name.to_owned(), delays::run(&video, &audio, latency, cues, panics)?);
        }
    }
    Ok(Value::Object(all))
}

/// The folder that `shop` and `show` share.
fn folder(options: &Options) -> Result<PathBuf, Failure> {
    match options.text("folder", "") {
        none if none.is_empty() => Err("--folder is missing: where the catalogue is".into()),
        folder => Ok(PathBuf::from(folder)),
    }
}

fn show(options: &Options) -> Result<Value, Failure> {
    // One destination for each canvas, in their order.
    let urls = options.0.get("to").map_or(&[][..], Vec::as_slice);
    let (mut destinations, mut keys) = (Vec::new(), Vec::new());
    for (n, (url, canvas)) in urls.iter().zip(CANVASES.into_iter().cycle()).enumerate() {
        let (server, key) = Target::parse(url)?.into_parts();
        destinations.push(DestinationRecord { name: format!("to {}", n + 1), canvas, server });
        keys.push(key);
    }
    let record = SetupRecord {
        video: options.text("video", "test-card"),
        audio: options.text("audio", "test-tone"),
        canvases: CANVASES.to_vec(),
        preset: Preset::Veryfast,
        destinations,
        record: Some(options.text("record", "")).filter(|r| !r.is_empty()).map(PathBuf::from),
        ..SetupRecord::default()
    };
    let report = show::run(&folder(options)?, record, keys, options.number("seconds", 20)?)?;
    Ok(serde_json::to_value(report)?)
}

fn long_show(options: &Options) -> Result<Value, Failure> {
    let folder = tempfile::tempdir()?;
    let minutes = i64::from(options.number("minutes", 720)?);
    let every = i64::from(options.number("every", 20)?);
    let samples = hours::run(folder.path(), minutes, every, |s| eprintln!("{s:?}"))?;
    let at = |minute: i64| samples.iter().find(|s| s.minutes >= minute).map(|s| s.resident);
    let (first, last) = (at(60.min(minutes)), samples.last().map(|s| s.resident));
    let growth = first.zip(last).map(|(first, last)| (last as f64 / first as f64 - 1.0) * 100.0);
    Ok(json!({ "growth_percent": growth, "samples": samples }))
}

fn run() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let mode = words.next().unwrap_or_default();
    let options = Options::read(words)?;
    let figures = match mode.as_str() {
        "cues" => delays(&options)?,
        "shop" => serde_json::to_value(Shop::make(&folder(&options)?, PRODUCTS, false)?)?,
        "show" => show(&options)?,
        "hours" => long_show(&options)?,
        other => return Err(format!("“{other}” is no call; give cues, shop, show or hours").into()),
    };
    println!("{figures}");
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{e}");
            ExitCode::FAILURE
        }
    }
}
