//! [`Engine`]: one show on air.

mod outputs;
mod privacy;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use vitrine_capture::VideoWish;
use vitrine_delivery::{Destination, DestinationStatus, FinalReport, Recording, RecordingReport};
use vitrine_flow::{Clock, Mailbox, Worker};
use vitrine_media::{Frame, MediaTime, StreamInfo};
use vitrine_mixer::{InputId, InputSettings};
use vitrine_pixel::Turn;
use vitrine_scene::SourceId;

use crate::audio::{self, AudioReady, AudioThread, Ear};
use crate::cpu;
use crate::devices;
use crate::encoder::{EncoderThread, Rendition};
use crate::error::EngineError;
use crate::events::Events;
use crate::program::{CanvasId, Cued, Program, Schedule};
use crate::settings::{AudioSourceSettings, EngineSettings, RenditionId, VideoSourceSettings};
use crate::sources::{AudioSource, VideoSource};
use crate::stats::{Latency, RecordingStats, Stats};
use crate::tick::{self, Eye, TickThread};

/// How long the first picture of a source is waited for before the show starts without it.
const FIRST_PICTURE: Duration = Duration::from_millis(1500);
/// Each thread's time to end; a thread that hangs is let go.
const JOIN: Duration = Duration::from_secs(3);

/// A running show. All methods may be called from any thread and return soon; those that open
/// a device or an encoder say so.
pub struct Engine {
    clock: Clock,
    events: Events,
    schedule: Arc<Schedule>,
    cue_latency: Arc<Latency>,
    wish: VideoWish,
    tick: TickThread,
    audio: AudioThread,
    /// Told to stop when it is dropped, and let go: the system may keep it waiting.
    _devices: Option<Worker>,
    encoders: Vec<EncoderThread>,
    previews: BTreeMap<CanvasId, Arc<Mailbox<Arc<Frame>>>>,
    video: Mutex<BTreeMap<SourceId, VideoSource>>,
    sound: Mutex<BTreeMap<InputId, AudioSource>>,
    destinations: Mutex<BTreeMap<String, (RenditionId, Arc<Destination>)>>,
    recordings: Mutex<BTreeMap<String, (RenditionId, Arc<Recording>)>>,
}

/// How every output ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    /// Each destination's last word, by name.
    pub destinations: BTreeMap<String, FinalReport>,
    /// Each recording's file, or why there is none, by name.
    pub recordings: BTreeMap<String, Result<RecordingReport, String>>,
    /// The last counters.
    pub stats: Stats,
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check(s: &EngineSettings) -> Result<(), EngineError> {
    let bad = |text: String| Err(EngineError::Settings(text));
    if s.canvases.is_empty() {
        return bad("a show needs at least one canvas".into());
    }
    for c in &s.canvases {
        if !c.size.is_video() {
            return bad(format!(
                "canvas {} cannot be {}: both sides must be even and between 16 and 8192",
                c.id, c.size
            ));
        }
    }
    for r in &s.renditions {
        let Some(c) = s.canvases.iter().find(|c| c.id == r.canvas) else {
            return Err(EngineError::Unknown { kind: "canvas", id: r.canvas.to_string() });
        };
        if r.video.size != c.size || r.video.rate != s.rate {
            return bad(format!("rendition {} does not fit canvas {}", r.id, c.id));
        }
    }
    Ok(())
}

impl Engine {
    /// Opens encoders and sources, waits a moment for their first pictures, and starts the tick.
    /// Takes from 50 ms to several seconds.
    ///
    /// # Errors
    /// If the settings contradict themselves, or an encoder or source does not open.
    pub fn start(settings: EngineSettings) -> Result<Self, EngineError> {
        check(&settings)?;
        let EngineSettings { clock, rate, canvases, renditions, .. } = settings;
        let events = Events::default();
        // Simulated time must not move before every thread has joined it.
        let _starting = clock.participate();
        let cue_latency = Arc::new(Latency::default());
        let largest = canvases.iter().map(|c| c.size).max_by_key(|s| s.area());
        let wish = VideoWish { size: largest.unwrap_or_default(), rate, turn: Turn::NONE };

        let mut video = BTreeMap::new();
        for v in &settings.video {
            let wish = VideoWish { turn: v.turn, ..wish };
            let source = VideoSource::start(v.id.as_str(), &v.spec, wish, &clock, &events)?;
            video.insert(v.id.clone(), source);
        }
        let mut sound = BTreeMap::new();
        for a in &settings.audio {
            let source = AudioSource::start(a.id.as_str(), &a.spec, &clock, &events)?;
            sound.insert(a.id.clone(), source);
        }
        let ready = AudioReady::open(settings.audio_bitrate)?;
        let encoders = renditions
            .into_iter()
            .map(|r| EncoderThread::start(r, &clock, &events, Arc::clone(&cue_latency)))
            .collect::<Result<Vec<_>, _>>()?;
        let shared: Vec<Arc<Rendition>> =
            encoders.iter().map(|e| Arc::clone(&e.rendition)).collect();

        if !clock.is_simulated() {
            wait_for_pictures(&video);
        }
        let ears = settings.audio.iter().filter_map(|a| {
            let source = sound.get(&a.id)?;
            let (input, blocks) = (source.input(&a.input), Arc::clone(&source.blocks));
            Some(Ear { id: a.id.clone(), input, blocks })
        });
        let audio =
            ready.start(&clock, settings.audio_hold, ears.collect(), shared.clone(), &events)?;
        let links = tick::links(&canvases, &shared);
        let previews =
            links.iter().map(|l| (l.settings.id.clone(), Arc::clone(&l.preview))).collect();
        let eyes = settings.video.iter().filter_map(|v| Some(eye(&v.id, video.get(&v.id)?)));
        let schedule = Arc::new(Schedule::default());
        let eyes = eyes.collect();
        let tick = TickThread::start(&clock, rate, links, eyes, Arc::clone(&schedule), &events)?;
        let devices = settings.watch_devices.then(|| devices::watch(&events)).transpose()?;
        Ok(Self {
            clock,
            events,
            schedule,
            cue_latency,
            wish,
            tick,
            audio,
            _devices: devices,
            encoders,
            previews,
            video: Mutex::new(video),
            sound: Mutex::new(sound),
            destinations: Mutex::default(),
            recordings: Mutex::default(),
        })
    }

    /// The show's clock.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What happened, to be read by one caller.
    pub const fn events(&self) -> &Events {
        &self.events
    }

    /// Puts a program on air at the next tick. Prepare its pictures before: this only swaps.
    /// Scheduled programs are forgotten.
    pub fn cue(&self, program: Program) {
        let now = self.clock.now();
        self.schedule.put(Cued::new(program, now, now));
    }

    /// Puts a program on air at the first tick at or after `due`.
    pub fn cue_at(&self, program: Program, due: MediaTime) {
        // A moment that has passed is a moment ago, not an immediate cue that clears others.
        let asked = self.clock.now().min(due - MediaTime::from_nanos(1));
        self.schedule.put(Cued::new(program, due, asked));
    }

    /// The newest picture of a canvas; a reader gets each at most once.
    ///
    /// # Errors
    /// If there is no such canvas.
    pub fn preview(&self, canvas: &CanvasId) -> Result<Arc<Mailbox<Arc<Frame>>>, EngineError> {
        let found = self.previews.get(canvas).map(Arc::clone);
        found.ok_or_else(|| EngineError::Unknown { kind: "canvas", id: canvas.to_string() })
    }

    /// The newest picture of a source as the canvases show it; `None` if it was lost or has given none yet.
    /// Cheap, and as often as is liked.
    ///
    /// # Errors
    /// If there is no such source.
    pub fn newest(&self, source: &SourceId) -> Result<Option<Arc<Frame>>, EngineError> {
        let list = lock(&self.video);
        let unknown = || EngineError::Unknown { kind: "source", id: source.as_str().to_owned() };
        list.get(source).map(|s| s.shown.load_full()).ok_or_else(unknown)
    }

    fn encoder(&self, id: &RenditionId) -> Result<&EncoderThread, EngineError> {
        let found = self.encoders.iter().find(|e| e.rendition.settings.id == *id);
        found.ok_or_else(|| EngineError::Unknown { kind: "rendition", id: id.to_string() })
    }

    fn streams(&self, encoder: &EncoderThread) -> Vec<StreamInfo> {
        vec![StreamInfo::Video(encoder.info.clone()), StreamInfo::Audio(self.audio.info.clone())]
    }

    /// Opens a picture source and shows it to the scenes. May take as long as a camera does.
    ///
    /// # Errors
    /// If it does not open.
    pub fn add_video(&self, settings: &VideoSourceSettings) -> Result<(), EngineError> {
        let VideoSourceSettings { id, spec, turn } = settings;
        let wish = VideoWish { turn: *turn, ..self.wish };
        let source = VideoSource::start(id.as_str(), spec, wish, &self.clock, &self.events)?;
        let eye = eye(id, &source);
        self.remove_video(id);
        drop(self.tick.changes.send(tick::Change::AddEye(eye)));
        lock(&self.video).insert(id.clone(), source);
        Ok(())
    }

    /// Closes a picture source.
    pub fn remove_video(&self, id: &SourceId) {
        let source = lock(&self.video).remove(id);
        if let Some(source) = source {
            drop(self.tick.changes.send(tick::Change::RemoveEye(id.clone())));
            source.stop(JOIN);
        }
    }

    /// Opens a sound source and mixes it. May take as long as a device does.
    ///
    /// # Errors
    /// If it does not open.
    pub fn add_audio(&self, settings: &AudioSourceSettings) -> Result<(), EngineError> {
        let id = &settings.id;
        let source = AudioSource::start(id.as_str(), &settings.spec, &self.clock, &self.events)?;
        let blocks = Arc::clone(&source.blocks);
        self.remove_audio(id);
        let ear = Ear { id: id.clone(), input: source.input(&settings.input), blocks };
        drop(self.audio.changes.send(audio::Change::Add(ear)));
        lock(&self.sound).insert(id.clone(), source);
        Ok(())
    }

    /// Closes a sound source.
    pub fn remove_audio(&self, id: &InputId) {
        let source = lock(&self.sound).remove(id);
        if let Some(source) = source {
            drop(self.audio.changes.send(audio::Change::Remove(id.clone())));
            source.stop(JOIN);
        }
    }

    /// Changes gain, mute, ducking … of an input from the next block on.
    pub fn set_audio(&self, id: &InputId, input: InputSettings) {
        let input = lock(&self.sound).get(id).map_or(input.clone(), |s| s.input(&input));
        drop(self.audio.changes.send(audio::Change::Set(id.clone(), input)));
    }

    /// Every destination now.
    pub fn destinations(&self) -> Vec<DestinationStatus> {
        lock(&self.destinations).values().map(|(_, d)| d.status()).collect()
    }

    /// Pictures *lagged* and *skipped* so far, over all canvases and renditions. Cheap: unlike
    /// [`stats`](Self::stats) it asks the system nothing.
    pub fn losses(&self) -> (u64, u64) {
        let skipped = self.encoders.iter().map(|e| e.rendition.skipped.get()).sum();
        (self.tick.counts.lagged.get(), skipped)
    }

    /// Every counter now.
    pub fn stats(&self) -> Stats {
        let (memory, memory_peak) = cpu::memory();
        let recordings = lock(&self.recordings);
        Stats {
            at: self.clock.now(),
            ticks: self.tick.counts.ticks.get(),
            lagged: self.tick.counts.lagged.get(),
            draw_ms: self.tick.counts.draw.stats(),
            cue_to_packet_ms: self.cue_latency.stats(),
            renditions: self.encoders.iter().map(EncoderThread::stats).collect(),
            video_sources: lock(&self.video).values().map(VideoSource::stats).collect(),
            audio_sources: lock(&self.sound).values().map(AudioSource::stats).collect(),
            levels: lock(&self.audio.state.levels).clone(),
            audio_packets: self.audio.state.packets.get(),
            destinations: self.destinations(),
            recordings: recordings
                .iter()
                .map(|(id, (_, r))| RecordingStats { id: id.clone(), status: r.status() })
                .collect(),
            threads: cpu::by_thread(),
            memory,
            memory_peak,
            missed_events: self.events.missed(),
        }
    }

    /// Ends the show: pictures and sound stop, encoders give what they hold, every output is
    /// closed and says how it ended. `deadline` bounds each output; all are closed side by side.
    pub fn stop(self, deadline: Duration) -> Ended {
        // Counters are read while every thread still lives: CPU time goes with its thread.
        let mut stats = self.stats();
        self.tick.stop(JOIN);
        for e in &self.encoders {
            e.rendition.queue.close();
        }
        self.audio.stop(JOIN);
        let renditions: Vec<_> = self.encoders.iter().map(|e| Arc::clone(&e.rendition)).collect();
        for e in self.encoders {
            e.finish(JOIN);
        }
        for s in lock(&self.video).split_off(&SourceId::from("")).into_values() {
            s.stop(JOIN);
        }
        for s in lock(&self.sound).split_off(&InputId::from("")).into_values() {
            s.stop(JOIN);
        }
        let destinations = std::mem::take(&mut *lock(&self.destinations));
        let recordings = std::mem::take(&mut *lock(&self.recordings));
        let (destinations, recordings) = std::thread::scope(|scope| {
            let d: Vec<_> = destinations
                .into_iter()
                .map(|(id, (_, d))| (id, scope.spawn(move || d.stop(deadline))))
                .collect();
            let r: Vec<_> = recordings
                .into_iter()
                .map(|(id, (_, r))| (id, scope.spawn(move || r.finish(deadline))))
                .collect();
            let ended = |name: &str| format!("closing {name} failed inside the program");
            (
                d.into_iter()
                    .filter_map(|(id, t)| Some((id, t.join().ok()?)))
                    .collect::<BTreeMap<_, _>>(),
                r.into_iter()
                    .map(|(id, t)| {
                        let result = t.join().map_or_else(
                            |_| Err(ended(&id)),
                            |result| result.map_err(|e| e.to_string()),
                        );
                        (id, result)
                    })
                    .collect::<BTreeMap<_, _>>(),
            )
        });
        for (now, r) in stats.renditions.iter_mut().zip(&renditions) {
            r.last_counts(now);
        }
        Ended { destinations, recordings, stats }
    }
}

fn eye(id: &SourceId, source: &VideoSource) -> Eye {
    let (mailbox, shown) = (Arc::clone(&source.mailbox), Arc::clone(&source.shown));
    Eye { id: id.clone(), mailbox, state: source.state(), shown }
}

fn wait_for_pictures(video: &BTreeMap<SourceId, VideoSource>) {
    let until = Instant::now() + FIRST_PICTURE;
    let tick = vitrine_flow::Stop::new();
    while !video.values().all(|v| v.state().is_live()) && Instant::now() < until {
        tick.wait(Duration::from_millis(1));
    }
}
