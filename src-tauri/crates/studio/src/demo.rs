//! The sample show: three products, cued one after another, to two rehearsal endpoints and a
//! recording. What `cargo xtask run` shows a newcomer.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use vitrine_capture::{AudioSpec, VideoSpec};
use vitrine_codec::{EncoderChoice, Preset, VideoSettings};
use vitrine_delivery::{DestinationSettings, Target};
use vitrine_flow::Stop;
use vitrine_media::{FrameRate, MediaTime, Size};
use vitrine_pixel::Turn;
use vitrine_rehearsal::{Rehearsal, RehearsalSettings, StreamReport};
use vitrine_scene::Crop;

use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::live::{Live, LiveSettings};
use crate::machine;
use crate::on_air::{LowerThird, OnAir, SceneName};
use crate::overlay::{Overlay, load_theme};
use crate::pictures::write_png;
use crate::product::Product;
use crate::report::LiveReport;
use crate::sample;

/// The two rehearsal destinations and their stream keys, which open nothing but this demo's endpoint.
const DESTINATIONS: [(&str, &str); 2] =
    [("main", "rehearsal-stream-1"), ("backup", "rehearsal-stream-2")];
/// The host alone, before the first product.
const OPENING: MediaTime = MediaTime::from_millis(1500);
/// The closing page.
const CLOSING: MediaTime = MediaTime::from_millis(2000);
/// From a cue to the poster: everything has arrived and stands still.
const POSTER: MediaTime = MediaTime::from_millis(1200);
/// How often events and progress are looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What the demo is asked for.
#[derive(Clone, Debug)]
pub struct DemoSettings {
    /// Length of the show, at least 5.
    pub seconds: u32,
    /// Folder of the results; made if missing, earlier results are replaced.
    pub out: PathBuf,
    /// Picture size, 16:9.
    pub size: Size,
    /// Picture bits a second.
    pub bitrate: u32,
    /// Work for the encoder.
    pub preset: Preset,
}

/// Where the demo stands.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Tenths of a second since the start.
    pub tenths: u32,
    /// What is on air and how the destinations are.
    pub text: String,
}

/// What the demo leaves.
#[derive(Clone, Debug, Serialize)]
pub struct DemoReport {
    /// `recording.mp4`.
    pub recording: PathBuf,
    /// `poster.png`: a picture with the card on air.
    pub poster: PathBuf,
    /// `report.json`: this report.
    pub report: PathBuf,
    /// What was sent.
    #[serde(flatten)]
    pub live: LiveReport,
    /// What each endpoint measured, by destination.
    pub received: BTreeMap<String, StreamReport>,
}

/// What is on air from when on.
struct Cue {
    at: MediaTime,
    on_air: OnAir,
    title: String,
}

fn script(products: &[Arc<Product>], length: MediaTime) -> Vec<Cue> {
    let host = LowerThird { name: "Vitrine".into(), role: "The sample show".into() };
    let opening = OnAir { lower_third: Some(host), ..OnAir::default() };
    let mut cues = vec![Cue { at: MediaTime::ZERO, on_air: opening, title: "opening".into() }];
    let span = length - OPENING - CLOSING;
    let slice = |i: usize| {
        OPENING + MediaTime::from_nanos(span.as_nanos() * i as i64 / products.len() as i64)
    };
    for (i, product) in products.iter().enumerate() {
        let (at, end) = (slice(i), slice(i + 1));
        let title = product.title.clone();
        let mut on_air = OnAir::product(Arc::clone(product));
        on_air.countdown_to = Some(end);
        cues.push(Cue { at, on_air: on_air.clone(), title: title.clone() });
        if product.promo_code.is_some() {
            // The second half of an item belongs to its code.
            on_air.promo_code = true;
            let half = MediaTime::from_nanos((at.as_nanos() + end.as_nanos()) / 2);
            cues.push(Cue { at: half, on_air, title });
        }
    }
    let ending = OnAir::scene(SceneName::Ending);
    cues.push(Cue { at: length - CLOSING, on_air: ending, title: "ending".into() });
    cues
}

fn remove_old(path: &Path) -> Result<(), StudioError> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(StudioError::machine("out", format!("{} cannot be replaced: {e}", path.display()))
                .remedy("choose another folder with --out"))
        }
        _ => Ok(()),
    }
}

/// Runs the sample show until its end or until `stop`. `progress` is called about twenty times a
/// second on the calling thread.
///
/// # Errors
/// If the folder cannot be written, or the show cannot start.
pub fn run_demo(
    settings: &DemoSettings,
    stop: &Stop,
    progress: impl Fn(&Progress),
) -> Result<DemoReport, StudioError> {
    let started = Instant::now();
    let out = &settings.out;
    std::fs::create_dir_all(out).map_err(|e| {
        StudioError::machine("out", format!("folder {} cannot be made: {e}", out.display()))
            .remedy("choose another folder with --out")
    })?;
    let [recording, poster, report] =
        ["recording.mp4", "poster.png", "report.json"].map(|n| out.join(n));
    for old in [&recording, &poster, &report] {
        remove_old(old)?;
    }
    let products = sample::products()?;
    let rate = FrameRate::whole(30);
    let endpoint = Rehearsal::start(RehearsalSettings::default())
        .map_err(|e| StudioError::machine("rehearsal", e))?;
    let destination = |(name, key): &(&str, &str)| {
        let target =
            Target::new(&endpoint.url(), key).map_err(|e| StudioError::input("destination", e))?;
        Ok::<_, StudioError>((Canvas::Landscape, DestinationSettings::new(*name, *name, target)))
    };
    let (encoder, preset) =
        machine::choose(EncoderChoice::Auto, settings.preset, settings.size, rate, 1);
    let canvases = vec![Canvas::Landscape];
    let overlay = Overlay::new(load_theme(None)?, "en", &canvases, settings.size)?;
    let live_settings = LiveSettings {
        clock: vitrine_flow::Clock::real(),
        close_up: None,
        video: VideoSpec::TestCard,
        turn: Turn::NONE,
        crop: Crop::NONE,
        audio: AudioSpec::TestTone,
        lip_sync: MediaTime::ZERO,
        canvases,
        size: settings.size,
        rate,
        encoder: VideoSettings {
            bitrate: settings.bitrate,
            encoder,
            preset,
            ..VideoSettings::new(settings.size, rate)
        },
        audio_bitrate: 128_000,
        destinations: DESTINATIONS.iter().map(destination).collect::<Result<_, _>>()?,
        record: Some(recording.clone()),
        overwrite: false,
    };
    let length = MediaTime::from_secs(i64::from(settings.seconds));
    let cues = script(&products, length);
    let mut live = Live::start(live_settings, overlay, cues[0].on_air.clone(), started)?;
    for cue in &cues[1..] {
        live.prepare(cue.on_air.clone());
    }
    let begun = live.now();
    let poster_at = cues[1].at + POSTER;
    let (mut next, mut posed) = (1, false);
    while !stop.is_stopped() {
        let now = live.now() - begun;
        if now >= length {
            break;
        }
        while next < cues.len() && cues[next].at <= now {
            let mut on_air = cues[next].on_air.clone();
            on_air.countdown_to = on_air.countdown_to.map(|t| t + begun);
            live.show(on_air)?;
            next += 1;
        }
        if !posed && now >= poster_at {
            write_png(&*live.picture(Canvas::Landscape)?, &poster)?;
            posed = true;
        }
        while live.event(Duration::ZERO).is_some() {}
        let text = format!("{} · {}", cues[next - 1].title, live.summary());
        progress(&Progress { tenths: (now.as_millis() / 100) as u32, text });
        stop.wait(LOOK);
    }
    if !posed {
        write_png(&*live.picture(Canvas::Landscape)?, &poster)?;
    }
    let live = live.stop()?;
    let received = DESTINATIONS.iter().filter_map(|(name, key)| {
        let mut report = endpoint.report(key)?;
        // The key is hidden like any other; the name says which it is.
        report.key = (*name).to_owned();
        Some(((*name).to_owned(), report))
    });
    let received = received.collect();
    endpoint.stop();
    let done = DemoReport { recording, poster, report, live, received };
    let text = serde_json::to_string_pretty(&done)
        .map_err(|e| StudioError::new(crate::ErrorKind::Internal, "report", e))?;
    std::fs::write(&done.report, text).map_err(|e| {
        StudioError::machine("report", format!("{} cannot be written: {e}", done.report.display()))
    })?;
    Ok(done)
}

impl DemoReport {
    /// Every destination and the recording got the whole show.
    pub fn all_arrived(&self) -> bool {
        self.live.all_arrived()
            && DESTINATIONS.iter().all(|(name, _)| self.received.contains_key(*name))
    }
}

impl fmt::Display for DemoReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.live)?;
        for report in self.received.values() {
            writeln!(f, "  received: {}", crate::report::describe_stream(report))?;
        }
        writeln!(f, "Recording  {}", self.recording.display())?;
        writeln!(f, "Poster     {}", self.poster.display())?;
        write!(f, "Report     {}", self.report.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_fits_its_length() {
        let products = sample::products().expect("the sample show");
        for seconds in [5, 12, 30, 3600] {
            let length = MediaTime::from_secs(seconds);
            let cues = script(&products, length);
            assert!(cues.windows(2).all(|w| w[0].at < w[1].at), "{seconds} s");
            assert!(cues.iter().all(|c| c.at < length));
            assert!(cues.iter().filter(|c| c.on_air.card).count() >= products.len());
            let ends = cues.iter().filter_map(|c| c.on_air.countdown_to);
            assert!(ends.zip(&cues[1..]).all(|(end, c)| end > c.at));
        }
    }
}
