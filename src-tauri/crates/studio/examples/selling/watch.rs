//! Eyes on a running show: when a canvas changes where it stood still, and when each picture and sound
//! leaves its encoder.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use vitrine_engine::{PacketSink, RenditionId};
use vitrine_flow::{Clock, Mailbox, Stop};
use vitrine_media::{Frame, MediaTime, Packet, Plane, StreamKind};
use vitrine_studio::{Canvas, Studio};

use crate::shop::Failure;

/// Every so many pixels in both directions one is looked at.
const GRID: usize = 6;
/// Pictures through which a pixel of an element that stands stays the same.
const STILL: u8 = 8;
/// So many of them change at once when an element comes, goes or moves.
const CHANGED: usize = 40;
/// Packets of sound in which nothing is heard have fewer bytes than this part of the usual.
const SILENT: usize = 6;

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A packet that has left.
#[derive(Clone, Copy)]
struct Left {
    at: MediaTime,
    pts: MediaTime,
    bytes: usize,
    video: bool,
}

/// Notes when packets come.
struct Sink {
    clock: Clock,
    left: Mutex<Vec<Left>>,
}

impl PacketSink for Sink {
    fn push(&self, packet: &Packet) {
        let at = self.clock.now();
        let video = packet.kind == StreamKind::Video;
        lock(&self.left).push(Left { at, pts: packet.pts, bytes: packet.data.len(), video });
    }
}

/// A canvas that is watched.
pub struct Watched {
    sink: Arc<Sink>,
    eye: Arc<Mutex<Eye>>,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Watched {
    /// Watches a canvas of a show that is on air, on a thread of its own.
    ///
    /// # Errors
    /// If nothing is on air.
    pub fn start(studio: &Studio, canvas: Canvas) -> Result<Self, Failure> {
        let opened = studio.with_engine(move |engine| {
            let clock = engine.clock().clone();
            let sink = Arc::new(Sink { clock, left: Mutex::default() });
            let id = RenditionId::from(canvas.id().0.as_ref());
            engine.add_sink("bench", &id, Arc::clone(&sink) as Arc<dyn PacketSink>)?;
            Ok::<_, vitrine_engine::EngineError>((sink, engine.preview(&canvas.id())?))
        })?;
        let (sink, pictures) = opened?;
        let (eye, stop) = (Arc::<Mutex<Eye>>::default(), Stop::new());
        let (mine, until) = (Arc::clone(&eye), stop.clone());
        let thread = std::thread::spawn(move || look(&pictures, &mine, &until));
        Ok(Self { sink, eye, stop, thread: Some(thread) })
    }

    /// Show time now.
    pub fn now(&self) -> MediaTime {
        self.sink.clock.now()
    }

    /// Pictures seen so far.
    pub fn seen(&self) -> u64 {
        lock(&self.eye).seen
    }

    /// All stands still: what stood here each time, and was another each time, belongs to elements and not
    /// to the camera.
    pub fn learn(&self) {
        lock(&self.eye).learn();
    }

    /// The first picture whose elements changed after a moment, by its tick.
    pub fn changed_after(&self, moment: MediaTime) -> Option<MediaTime> {
        lock(&self.eye).changes.iter().copied().find(|pts| *pts >= moment)
    }

    /// When a picture left its encoder, or the next one that did not have to be left out.
    pub fn left(&self, pts: MediaTime) -> Option<MediaTime> {
        let packets = lock(&self.sink.left);
        packets.iter().find(|p| p.video && p.pts >= pts).map(|p| p.at)
    }

    /// When the first packet of silence after a moment left: of three in a row.
    pub fn silent_after(&self, moment: MediaTime) -> Option<MediaTime> {
        let packets = lock(&self.sink.left);
        let sound: Vec<&Left> = packets.iter().filter(|p| !p.video).collect();
        let mut loud: Vec<usize> =
            sound.iter().filter(|p| p.at < moment).map(|p| p.bytes).collect();
        loud.sort_unstable();
        let usual = *loud.get(loud.len() / 2)?;
        let after = sound.partition_point(|p| p.at < moment);
        let runs = sound[after..].windows(3);
        runs.into_iter().find(|w| w.iter().all(|p| p.bytes * SILENT < usual)).map(|w| w[0].at)
    }

    /// Forgets what left and changed so far.
    pub fn forget(&self) {
        lock(&self.eye).changes.clear();
        // What sounds usually weigh stays known.
        let mut packets = lock(&self.sink.left);
        let old = packets.len().saturating_sub(200);
        packets.drain(..old);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            // It ends with its next look; a panic of its own was printed.
            let _ = thread.join();
        }
    }
}

/// A pixel that is looked at.
#[derive(Clone, Copy, Default)]
struct Pixel {
    value: u8,
    /// Pictures since it changed.
    still: u8,
    /// As it was when it was last learned.
    learned: Option<u8>,
    /// It moved when elements stood.
    camera: bool,
    /// It was another when other elements stood.
    element: bool,
}

/// What a canvas showed.
#[derive(Default)]
struct Eye {
    pixels: Vec<Pixel>,
    /// Pictures so far.
    seen: u64,
    /// Ticks whose pictures changed where elements are.
    changes: Vec<MediaTime>,
}

impl Eye {
    fn learn(&mut self) {
        for p in &mut self.pixels {
            p.camera |= p.still < STILL;
            p.element |= p.learned.is_some_and(|before| before != p.value);
            p.learned = Some(p.value);
        }
    }

    fn see(&mut self, pts: MediaTime, frame: &Frame) {
        let rows = (0..frame.size().height as usize).step_by(GRID);
        let rows = rows.map(|y| frame.row(Plane::Y, y).iter().copied().step_by(GRID));
        let mut changed = 0;
        self.seen += 1;
        for (i, value) in rows.flatten().enumerate() {
            let Some(p) = self.pixels.get_mut(i) else {
                self.pixels.push(Pixel { value, ..Pixel::default() });
                continue;
            };
            if p.value == value {
                p.still = p.still.saturating_add(1);
                continue;
            }
            changed += usize::from(p.still >= STILL && p.element && !p.camera);
            (p.value, p.still) = (value, 0);
        }
        if changed >= CHANGED {
            self.changes.push(pts);
        }
    }
}

fn look(pictures: &Mailbox<Arc<Frame>>, eye: &Mutex<Eye>, stop: &Stop) {
    while !stop.is_stopped() {
        if let Some((pts, frame)) = pictures.wait_newest(Duration::from_millis(100)) {
            lock(eye).see(pts, &frame);
        }
    }
}
