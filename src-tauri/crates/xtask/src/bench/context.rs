//! What the rows of the table share: inputs, the wire's end, and shows that several rows read.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::Write;
use std::process::{ChildStdin, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::inputs::{Camera, Canvas, Inputs, RATE};
use super::ours::{self, Show};
use super::peer;
use super::trial::{self, Trial};
use super::wire::{Endpoint, STALLING, Stream};
use crate::Done;
use crate::failure::Failure;

/// One run of a whole show, and what arrived at its destinations.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its cost and report.
    pub trial: Trial,
    /// What each destination received.
    pub received: Vec<Stream>,
}

/// Everything a row's figure is taken from.
pub struct Context {
    /// The generated files.
    pub inputs: Inputs,
    /// Seconds of each show.
    pub seconds: u32,
    endpoint: Endpoint,
    shows: RefCell<HashMap<String, Shown>>,
    once: RefCell<HashMap<&'static str, Value>>,
    built: Cell<bool>,
    delay: Cell<Option<(f64, f64)>>,
}

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// FFmpeg.
    Peer,
    /// Vitrine.
    Us,
}

impl Context {
    /// Makes the inputs and opens the endpoint.
    ///
    /// # Errors
    /// If ffmpeg is missing or no port is free.
    pub fn new(seconds: u32) -> Done<Context> {
        let endpoint = Endpoint::start()
            .map_err(|e| Failure::Check(format!("no RTMP endpoint on loopback: {e}")))?;
        Ok(Context {
            inputs: Inputs::prepare()?,
            seconds,
            endpoint,
            shows: RefCell::default(),
            once: RefCell::default(),
            built: Cell::default(),
            delay: Cell::default(),
        })
    }

    /// Forgets the shows of the last round.
    pub fn next_round(&self) {
        self.shows.borrow_mut().clear();
        self.once.borrow_mut().clear();
        self.delay.set(None);
    }

    /// Figures that several rows of a round read: taken by the first.
    ///
    /// # Errors
    /// What taking them fails with.
    pub fn once(&self, name: &'static str, take: impl FnOnce() -> Done<Value>) -> Done<Value> {
        if let Some(known) = self.once.borrow().get(name) {
            return Ok(known.clone());
        }
        let taken = take()?;
        self.once.borrow_mut().insert(name, taken.clone());
        Ok(taken)
    }

    /// Where a stream of this name is received; what came under it before is forgotten.
    pub fn fresh_url(&self, name: &str) -> String {
        self.endpoint.take(name);
        self.endpoint.url(name)
    }

    /// CPU seconds of a command.
    pub fn cpu(&self, command: Done<Command>) -> Done<f64> {
        Ok(trial::run(&mut command?, self.limit())?.cpu)
    }

    /// The same, taken by the second of the show.
    pub fn cpu_per_second(&self, command: Done<Command>) -> Done<f64> {
        Ok(self.cpu(command)? / f64::from(self.seconds))
    }

    /// The same, in milliseconds a picture.
    pub fn ms_per_picture(&self, command: Done<Command>) -> Done<f64> {
        Ok(self.cpu_per_second(command)? * 1e3 / f64::from(RATE))
    }

    /// A show with a recording and `names.len()` destinations; rows of one round share it.
    pub fn show(&self, by: By, canvases: &[Canvas], camera: Camera, names: &[&str]) -> Done<Shown> {
        self.show_with(by, canvases, camera, names, self.seconds, false)
    }

    /// The same in the setting with the shortest way to the wire.
    pub fn quick_show(&self) -> Done<Shown> {
        self.show_with(By::Us, &[Canvas::Hd], Camera::Yuyv, &["show"], self.seconds, true)
    }

    /// A show of its own length.
    pub fn show_of(&self, by: By, names: &[&str], seconds: u32) -> Done<Shown> {
        self.show_with(by, &[Canvas::Hd], Camera::Yuyv, names, seconds, false)
    }

    fn show_with(
        &self,
        by: By,
        canvases: &[Canvas],
        camera: Camera,
        names: &[&str],
        seconds: u32,
        low_latency: bool,
    ) -> Done<Shown> {
        let key = format!("{by:?} {canvases:?} {camera:?} {names:?} {seconds} {low_latency}");
        if let Some(shown) = self.shows.borrow().get(&key) {
            return Ok(shown.clone());
        }
        let urls: Vec<String> = names.iter().map(|name| self.endpoint.url(name)).collect();
        let record = self.inputs.scratch("show.mp4");
        for name in names {
            self.endpoint.take(name);
        }
        let mut command = match by {
            By::Us => {
                // Rows without a show need no program.
                if !self.built.replace(true) {
                    ours::build()?;
                }
                let show = Show {
                    canvases,
                    camera,
                    seconds,
                    urls: &urls,
                    record: Some(&record),
                    low_latency,
                };
                ours::show(&self.inputs, &show)
            }
            By::Peer => {
                peer::show(&self.inputs, canvases[0], camera, seconds, &urls, Some(&record))?
            }
        };
        let stalls = names.contains(&STALLING);
        let limit = Duration::from_secs(u64::from(seconds) + if stalls { 15 } else { 60 });
        // FFmpeg never ends while one of its destinations reads nothing.
        let trial = match stalls {
            true => trial::run_until(&mut command, limit),
            false => trial::run(&mut command, limit),
        };
        // Recordings are large and nobody looks at them; one that is not there needs no removing.
        let _ = std::fs::remove_file(&record);
        let received = names.iter().map(|name| self.endpoint.take(name)).collect();
        let shown = Shown { trial: trial?, received };
        self.shows.borrow_mut().insert(key, shown.clone());
        Ok(shown)
    }

    /// FFmpeg, sending coded packets to so many destinations and doing nothing else: share of one
    /// core in percent.
    pub fn peer_sending(&self, destinations: usize) -> Done<f64> {
        let coded = self.inputs.scratch("coded.flv");
        if !coded.exists() {
            trial::run(&mut peer::coded(&self.inputs, 10, &coded)?, self.limit())?;
        }
        let urls: Vec<String> =
            (0..destinations).map(|n| self.endpoint.url(&format!("sending{n}"))).collect();
        Ok(self.cpu_per_second(peer::sending(&coded, self.seconds, &urls))? * 100.0)
    }

    /// Seconds from FFmpeg's start to its first picture at the wire's end, live.
    pub fn peer_start(&self) -> Done<f64> {
        let url = [self.endpoint.url("start")];
        let mut command = peer::show(&self.inputs, Canvas::Hd, Camera::Yuyv, 3, &url, None)?;
        let trial = trial::run(&mut command, self.limit())?;
        first_picture(&trial, &self.endpoint.take("start"))
    }

    /// FFmpeg's picture to wire in milliseconds (half and 95 of 100 below), in its quickest setting:
    /// pictures are handed over one by one, when they are due.
    pub fn peer_delay(&self) -> Done<(f64, f64)> {
        if let Some(known) = self.delay.get() {
            return Ok(known);
        }
        let planar = std::fs::read(self.inputs.ready(Canvas::Hd))
            .map_err(|e| Failure::Check(format!("cannot read the finished pictures: {e}")))?;
        let (width, height) = Canvas::Hd.size();
        // Any bytes do as a picture; the container's few bytes between pictures shift it, no more.
        let size = (width * height * 3 / 2) as usize;
        let mut handed = Vec::new();
        let mut command = peer::quick(&self.inputs, self.seconds, &self.endpoint.url("delay"))?;
        let feed = |pipe: &mut ChildStdin| {
            let mut start = Instant::now();
            for (n, picture) in (0..self.seconds * RATE).zip(planar.chunks_exact(size).cycle()) {
                wait_until(start + Duration::from_secs(1) * n / RATE);
                handed.push(Instant::now());
                pipe.write_all(picture)?;
                if n == 0 {
                    // Taken whole only now that FFmpeg is ready: from here on time counts.
                    start = Instant::now();
                }
            }
            Ok(())
        };
        trial::feed(&mut command, self.limit(), feed)?;
        let arrived = self.endpoint.take("delay").pictures;
        let base = arrived.first().map_or(0, |a| a.stamp);
        let mut delays: Vec<f64> = arrived
            .iter()
            .filter_map(|a| {
                let n = (u64::from(a.stamp - base) * u64::from(RATE) + 500) / 1000;
                let before = *handed.get(usize::try_from(n).ok()?)?;
                Some(a.at.duration_since(before).as_secs_f64() * 1e3)
            })
            // The first second holds the start of the program.
            .skip(RATE as usize)
            .collect();
        delays.sort_by(f64::total_cmp);
        match delays.len() {
            0 => Err(Failure::Check("FFmpeg sent too little to measure its delay".to_owned())),
            n => {
                let delay = (delays[n / 2], delays[n * 95 / 100]);
                self.delay.set(Some(delay));
                Ok(delay)
            }
        }
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds) * 6 + 60)
    }
}

impl Shown {
    /// Vitrine's closing report.
    pub fn report(&self) -> Done<Value> {
        let lost = || Failure::Check("vitrine-cli ended without a JSON report".to_owned());
        self.trial.report().ok_or_else(lost)
    }

    /// Reads one figure of the report.
    pub fn figure(&self, read: impl FnOnce(&Value) -> Option<f64>) -> Done<f64> {
        let missing =
            || Failure::Check("the report has no such figure (see bench/ours.rs)".to_owned());
        read(&self.report()?).ok_or_else(missing)
    }

    /// Seconds from the start of the program to its first picture at the wire's end.
    pub fn start(&self) -> Done<f64> {
        first_picture(&self.trial, self.received.first().unwrap_or(&Stream::default()))
    }
}

fn first_picture(trial: &Trial, stream: &Stream) -> Done<f64> {
    let first = stream.pictures.first();
    first
        .map(|arrival| arrival.at.duration_since(trial.started).as_secs_f64())
        .ok_or_else(|| Failure::Check("no picture arrived at the wire's end".to_owned()))
}

/// Waits for a moment, to the half millisecond.
fn wait_until(moment: Instant) {
    loop {
        match moment.checked_duration_since(Instant::now()) {
            None | Some(Duration::ZERO) => return,
            Some(left) => std::thread::park_timeout(left),
        }
    }
}
