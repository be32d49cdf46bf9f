//! From a command to what leaves the encoders: cues and privacy, in both canvases of 720p30.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vitrine_media::MediaTime;
use vitrine_studio::command::ItemName;
use vitrine_studio::setup::SetupRecord;
use vitrine_studio::{Action, Armable, Clock, Latency, Preset, Stop};

use crate::shop::{CANVASES, Failure, Seller, Shop};
use crate::watch::Watched;

/// More than are kept drawn: whoever comes round again is drawn again.
const PRODUCTS: usize = 60;
/// From a prepared cue to one of another item; no multiple of it comes back to the start soon.
const JUMP: usize = 18;
/// Pictures after which everything has arrived and stands still, and what comes next is drawn.
const SETTLED: u64 = 20;
/// Until sound is at its usual level again.
const LOUD: Duration = Duration::from_millis(700);
/// Until encoders and sound run evenly.
const WARM: Duration = Duration::from_secs(3);
/// What has not left by then never does.
const LIMIT: Duration = Duration::from_secs(5);
/// Cues after which it is known where elements stand.
const LEARN: usize = 6;
const LOOK: Duration = Duration::from_millis(5);

/// Waits in real time.
fn pause(time: Duration) {
    Stop::new().wait(time);
}

/// Looks until there is something to see.
fn wait_for<T>(what: &str, look: impl Fn() -> Option<T>) -> Result<T, Failure> {
    let until = Instant::now() + LIMIT;
    while Instant::now() < until {
        if let Some(found) = look() {
            return Ok(found);
        }
        pause(LOOK);
    }
    Err(format!("{what} did not leave within {} s", LIMIT.as_secs()).into())
}

/// Delays in milliseconds.
#[derive(Default)]
struct Delays(Vec<f64>);

impl Delays {
    fn add(&mut self, from: MediaTime, to: MediaTime) {
        self.0.push((to - from).as_secs_f64() * 1e3);
    }

    fn figures(mut self) -> Value {
        self.0.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let n = (self.0.len() as f64 * share).ceil() as usize;
            self.0.get(n.saturating_sub(1)).copied()
        };
        json!({ "count": self.0.len(), "p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": at(1.0) })
    }
}

/// Of one kind of command: until the picture of the later canvas left, and until the tick that showed it.
#[derive(Default)]
struct Kind {
    left: Delays,
    drawn: Delays,
}

struct Bench {
    seller: Seller,
    watched: Vec<Watched>,
    turns: u32,
}

impl Bench {
    /// Waits until all is still, and then a part of a tick that is another each time.
    fn settle(&mut self) -> Result<(), Failure> {
        self.turns += 1;
        let seen: Vec<u64> = self.watched.iter().map(Watched::seen).collect();
        for (w, before) in self.watched.iter().zip(seen) {
            wait_for("enough pictures", || (w.seen() >= before + SETTLED).then_some(()))?;
        }
        pause(Duration::from_micros(u64::from(self.turns * 7_919 % 33_333)));
        for w in &self.watched {
            w.forget();
        }
        Ok(())
    }

    /// Finds out where the card stands.
    fn learn(&mut self, items: &[i64]) -> Result<(), Failure> {
        for item in items {
            self.seller.act(Action::Cue { item: ItemName::Number(*item), scene: None })?;
            self.settle()?;
            for w in &self.watched {
                w.learn();
            }
        }
        Ok(())
    }

    fn now(&self) -> MediaTime {
        self.watched[0].now()
    }

    /// Until both canvases' first changed pictures have left.
    fn measure(&self, since: MediaTime, kind: &mut Kind) -> Result<(), Failure> {
        let (mut drawn, mut left) = (since, since);
        for w in &self.watched {
            let pts = wait_for("a change", || w.changed_after(since))?;
            let at = wait_for("the picture", || w.left(pts))?;
            (drawn, left) = (drawn.max(pts), left.max(at));
        }
        kind.drawn.add(since, drawn);
        kind.left.add(since, left);
        Ok(())
    }

    fn cue(&mut self, item: i64, kind: &mut Kind) -> Result<(), Failure> {
        self.settle()?;
        let since = self.now();
        self.seller.act(Action::Cue { item: ItemName::Number(item), scene: None })?;
        self.measure(since, kind)
    }

    fn panic(&mut self, picture: &mut Kind, sound: &mut Delays) -> Result<(), Failure> {
        self.settle()?;
        let since = self.now();
        self.seller.act(Action::Panic)?;
        self.measure(since, picture)?;
        let mut silent = since;
        for w in &self.watched {
            silent = silent.max(wait_for("silence", || w.silent_after(since))?);
        }
        sound.add(since, silent);
        self.seller.held(Armable::EndPanic, Action::EndPanic)?;
        pause(LOUD);
        Ok(())
    }
}

/// The delays of one setting.
///
/// # Errors
/// If the show cannot be run, or something never leaves.
pub fn run(
    video: &str,
    audio: &str,
    latency: Latency,
    cues: u32,
    panics: u32,
) -> Result<Value, Failure> {
    let folder = tempfile::tempdir()?;
    let shop = Shop::make(folder.path(), PRODUCTS, false)?;
    let record = SetupRecord {
        video: video.to_owned(),
        audio: audio.to_owned(),
        canvases: CANVASES.to_vec(),
        preset: Preset::Veryfast,
        latency,
        ..SetupRecord::default()
    };
    let mut seller = Seller::open(&shop, record, Vec::new(), Clock::real())?;
    seller.act(Action::GoLive { rehearsal: true })?;
    pause(WARM);
    let watched = CANVASES.map(|canvas| Watched::start(&seller.studio, canvas));
    let watched = watched.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut bench = Bench { seller, watched, turns: 0 };
    let (mut next, mut jump, mut slate) = (Kind::default(), Kind::default(), Kind::default());
    let mut sound = Delays::default();
    let item = |at: usize| shop.items[at % PRODUCTS];
    bench.learn(&shop.items[PRODUCTS - LEARN..])?;
    let mut at = 0;
    bench.cue(item(at), &mut Kind::default())?;
    for _ in 0..cues {
        // The last of the run of show has nothing behind it to be drawn ahead.
        if (at + 1) % PRODUCTS == 0 {
            at += JUMP;
            bench.cue(item(at), &mut Kind::default())?;
        }
        at += 1;
        bench.cue(item(at), &mut next)?;
        at += JUMP;
        bench.cue(item(at), &mut jump)?;
    }
    for _ in 0..panics {
        bench.panic(&mut slate, &mut sound)?;
    }
    let Bench { mut seller, watched, .. } = bench;
    drop(watched);
    seller.act(Action::EndShow)?;
    let report = seller.studio.close();
    let kind = |k: Kind| json!({ "left_ms": k.left.figures(), "drawn_ms": k.drawn.figures() });
    Ok(json!({
        "next": kind(next),
        "jump": kind(jump),
        "panic_picture": kind(slate),
        "panic_sound": { "left_ms": sound.figures() },
        "lost": report.map(|r| r.lost),
    }))
}
