//! A long show under a simulated clock: a cue every twenty seconds, and what memory does meanwhile.

use std::fs;
use std::path::Path;

use serde::Serialize;
use vitrine_studio::command::{ItemName, ShownElement};
use vitrine_studio::setup::SetupRecord;
use vitrine_studio::{Action, Clock, Latency, MediaTime, Preset, Stop, Studio};

use crate::shop::{CANVASES, Failure, Seller, Shop};

/// Steps of simulated time.
const STEP: MediaTime = MediaTime::from_millis(100);
/// From cue to cue, seconds.
const CUE_EVERY: i64 = 20;
/// Products of the show, cued round and round.
const PRODUCTS: usize = 40;
/// The last seconds of each cue have no countdown.
const COUNTDOWN: u32 = 12;

/// What a show had at one moment.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sample {
    /// Minutes of show time.
    pub minutes: i64,
    /// Resident memory, KiB.
    pub resident: u64,
    /// What of it is the program's own and no file's, KiB; zero where the system does not say.
    pub own: u64,
    /// The catalogue's files without its backups, KiB.
    pub catalogue: u64,
    /// Cues so far.
    pub cues: u64,
}

/// Sizes of the catalogue and its journal, KiB.
fn catalogue_size(catalogue: &Path) -> u64 {
    let name = catalogue.as_os_str().to_string_lossy().into_owned();
    let sizes = ["", "-wal"].map(|end| fs::metadata(format!("{name}{end}")).map_or(0, |m| m.len()));
    sizes.iter().sum::<u64>() / 1024
}

/// Memory that no file backs, KiB: code is read from the disk when it is first needed.
fn own_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn sample(studio: &Studio, shop: &Shop, minutes: i64, cues: u64) -> Result<Sample, Failure> {
    let memory = studio.with_engine(|engine| engine.stats().memory)?;
    let catalogue = catalogue_size(&shop.catalogue);
    Ok(Sample { minutes, resident: memory / 1024, own: own_memory(), catalogue, cues })
}

/// Runs a show of both canvases for so many minutes of its own time and takes a sample every
/// `every` minutes, each after the same point of the round of cues.
///
/// # Errors
/// If the show cannot be run or a cue is refused.
pub fn run(
    folder: &Path,
    minutes: i64,
    every: i64,
    seen: impl Fn(&Sample),
) -> Result<Vec<Sample>, Failure> {
    let shop = Shop::make(folder, PRODUCTS, true)?;
    let record = SetupRecord {
        canvases: CANVASES.to_vec(),
        size: "320x180".into(),
        fps: "5".into(),
        bitrate: 200_000,
        audio_bitrate: 64_000,
        preset: Preset::Ultrafast,
        latency: Latency::Low,
        ..SetupRecord::default()
    };
    let clock = Clock::simulated();
    let held = clock.participate();
    let mut seller = Seller::open(&shop, record, Vec::new(), clock.clone())?;
    seller.act(Action::GoLive { rehearsal: true })?;
    let (began, stop) = (clock.now(), Stop::new());
    let (mut samples, mut cues) = (Vec::new(), 0);
    for second in 0..minutes * 60 {
        if second % CUE_EVERY == 0 {
            let item = shop.items[(cues % PRODUCTS as u64) as usize];
            seller.act(Action::Cue { item: ItemName::Number(item), scene: None })?;
            seller.act(Action::Show(ShownElement::Countdown { seconds: COUNTDOWN }))?;
            cues += 1;
        }
        let end = MediaTime::from_secs(second + 1);
        while clock.now() - began < end {
            clock.sleep_until((clock.now() + STEP).min(began + end), &stop);
            seller.studio.turn()?;
        }
        let done = second + 1;
        if done % (every * 60) == 0 {
            let sample = sample(&seller.studio, &shop, done / 60, cues)?;
            seen(&sample);
            samples.push(sample);
        }
    }
    drop(held);
    seller.studio.close();
    Ok(samples)
}
