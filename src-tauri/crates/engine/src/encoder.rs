//! One thread per rendition: frames in, packets to the fan-out.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vitrine_codec::{CodecError, EncoderChoice, Latency as Delay, VideoEncoder, VideoSettings};
use vitrine_flow::{Clock, End, Popped, Queue, SpawnError, Stop, Worker};
use vitrine_media::{Frame, MediaTime, Packet, VideoInfo};

use crate::error::EngineError;
use crate::events::{Event, Events};
use crate::fanout::Fanout;
use crate::settings::RenditionSettings;
use crate::stats::{Count, Latency, RenditionStats};

/// Frames between the tick and the encoder. More would only make the picture older.
const QUEUE: usize = 3;
/// A hardware encoder may take its time to open.
const OPEN_WITHIN: Duration = Duration::from_secs(10);
/// How often a thread without frames looks at its stop flag.
const LOOK: Duration = Duration::from_millis(50);

/// A drawn picture on its way to the encoder.
pub(crate) struct Drawn {
    pub frame: Arc<Frame>,
    pub pts: MediaTime,
    /// When the cue was due that this picture shows first: for an immediate one, when it was asked.
    pub cue: Option<MediaTime>,
    /// The newest cut it was drawn after.
    pub cut: u64,
    /// It shows nothing but a program that covers everything.
    pub covered: bool,
}

/// What others see of an encoder.
pub(crate) struct Rendition {
    pub settings: RenditionSettings,
    pub queue: Queue<Drawn>,
    pub fanout: Fanout,
    want_key: AtomicBool,
    bitrate: AtomicU32,
    frames: Count,
    pub skipped: Count,
    /// What was drawn before this cut is not handed over. Locked while a packet is, so that whoever raises it
    /// knows that none is on its way.
    cut: Mutex<u64>,
    withheld: Count,
    keyframes: Count,
    bytes: Count,
    latency: Latency,
    cue_latency: Arc<Latency>,
}

impl Rendition {
    /// The next picture becomes a keyframe. Any thread.
    pub fn request_keyframe(&self) {
        self.want_key.store(true, Ordering::Relaxed);
    }

    /// The encoder's next picture is made for this many bits a second. Any thread.
    pub fn set_bitrate(&self, bitrate: u32) {
        self.bitrate.store(bitrate, Ordering::Relaxed);
    }

    /// Nothing that was drawn before a cut leaves once this returns. Any thread; waits for a packet that is
    /// being handed over, which never waits itself.
    pub fn withhold(&self, cut: u64) {
        let mut newest = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = cut.max(*newest);
    }

    fn newest_cut(&self) -> u64 {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a packet drawn after `cut` to everyone; `false` if there is a newer one.
    fn hand_over(&self, packet: &Packet, cut: u64) -> bool {
        let newest = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        let may = *newest <= cut;
        if may {
            self.fanout.push(packet);
        }
        may
    }

    /// Brings counters read earlier up to what the encoder gave while it ended.
    pub fn last_counts(&self, stats: &mut RenditionStats) {
        stats.frames = self.frames.get();
        stats.skipped = self.skipped.get();
        stats.withheld = self.withheld.get();
        stats.keyframes = self.keyframes.get();
        stats.bytes = self.bytes.get();
    }

    fn count(&self, packet: &Packet, now: MediaTime) {
        self.frames.add(1);
        self.bytes.add(packet.data.len() as u64);
        self.keyframes.add(u64::from(packet.key));
        self.latency.add(now - packet.pts);
    }
}

/// An encoder's thread.
pub(crate) struct EncoderThread {
    pub rendition: Arc<Rendition>,
    /// What muxers need.
    pub info: VideoInfo,
    encoder: String,
    worker: Worker,
}

impl EncoderThread {
    pub fn start(
        settings: RenditionSettings,
        clock: &Clock,
        events: &Events,
        cue_latency: Arc<Latency>,
    ) -> Result<Self, EngineError> {
        let rendition = Arc::new(Rendition {
            bitrate: AtomicU32::new(settings.video.bitrate),
            settings,
            queue: Queue::new(QUEUE),
            fanout: Fanout::default(),
            want_key: AtomicBool::new(false),
            frames: Count::default(),
            skipped: Count::default(),
            cut: Mutex::default(),
            withheld: Count::default(),
            keyframes: Count::default(),
            bytes: Count::default(),
            latency: Latency::default(),
            cue_latency,
        });
        let (ready, opened) = std::sync::mpsc::sync_channel(1);
        let id = rendition.settings.id.to_string();
        let (r, c, e) = (Arc::clone(&rendition), clock.clone(), events.clone());
        let video = rendition.settings.video.clone();
        let (ended_id, ended_events) = (id.clone(), events.clone());
        let worker = Worker::spawn(
            format!("encode {id}"),
            OPEN_WITHIN,
            move |_| -> Result<VideoEncoder, CodecError> {
                let encoder = VideoEncoder::open(&video)?;
                // The receiver waits below for exactly this value.
                drop(ready.send((encoder.info(), encoder.name().to_owned())));
                Ok(encoder)
            },
            move |encoder, stop| Encoding::new(encoder, &r, &c, &e).run(stop),
            move |end| {
                if let End::Panicked(reason) = end {
                    let reason = reason.clone();
                    ended_events.tell(Event::ThreadEnded { name: ended_id, reason });
                }
            },
        )
        .map_err(|e| match e {
            SpawnError::Build(e) => EngineError::Codec(e),
            other => EngineError::Thread(other.to_string()),
        })?;
        let (info, encoder) = opened
            .recv()
            .map_err(|_| EngineError::Thread(format!("encode {id} gave no stream description")))?;
        Ok(Self { rendition, info, encoder, worker })
    }

    pub fn stats(&self) -> RenditionStats {
        let r = &self.rendition;
        RenditionStats {
            id: r.settings.id.to_string(),
            encoder: self.encoder.clone(),
            frames: r.frames.get(),
            skipped: r.skipped.get(),
            withheld: r.withheld.get(),
            keyframes: r.keyframes.get(),
            bytes: r.bytes.get(),
            bitrate: r.bitrate.load(Ordering::Relaxed),
            picture_to_packet_ms: r.latency.stats(),
        }
    }

    /// Lets the encoder finish what it has, then ends its thread.
    pub fn finish(self, deadline: Duration) {
        self.rendition.queue.close();
        // The closed queue ends the thread by itself; the flag is for one that hangs.
        let until = std::time::Instant::now() + deadline;
        while self.worker.try_end().is_none() {
            if std::time::Instant::now() >= until {
                break;
            }
            self.worker.stop_flag().wait(Duration::from_millis(2));
        }
        self.worker.stop();
    }
}

/// What an encoder's thread does.
struct Encoding<'a> {
    r: &'a Rendition,
    clock: &'a Clock,
    events: &'a Events,
    encoder: VideoEncoder,
    /// What opens the same encoder again. Its preset may have been measured anew meanwhile, but muxers have the
    /// parameters of this one.
    settings: VideoSettings,
    avcc: Arc<[u8]>,
    /// The encoder was opened to hold nothing back, although it usually may.
    prompt: bool,
    /// The cut that what is inside the encoder was drawn after, and its first picture.
    cut: u64,
    from: MediaTime,
    /// Cues whose first picture is inside the encoder: that, and when they were asked for.
    cues: Vec<(MediaTime, MediaTime)>,
    packets: Vec<Packet>,
}

impl<'a> Encoding<'a> {
    fn new(encoder: VideoEncoder, r: &'a Rendition, clock: &'a Clock, events: &'a Events) -> Self {
        let settings = VideoSettings {
            encoder: EncoderChoice::Named(encoder.name().to_owned()),
            preset: encoder.preset(),
            ..r.settings.video.clone()
        };
        Self {
            r,
            clock,
            events,
            avcc: encoder.info().avcc,
            encoder,
            settings,
            prompt: false,
            cut: 0,
            from: MediaTime::from_nanos(i64::MIN),
            cues: Vec::new(),
            packets: Vec::with_capacity(4),
        }
    }

    fn run(mut self, stop: &Stop) {
        while !stop.is_stopped() {
            let drawn = match self.r.queue.pop(LOOK) {
                Popped::Item(drawn) => drawn,
                Popped::TimedOut => continue,
                Popped::Closed => break,
            };
            if drawn.cut < self.r.newest_cut() {
                self.r.withheld.add(1);
                continue;
            }
            self.follow_bitrate();
            let first = drawn.cut > self.cut;
            if first {
                (self.cut, self.from) = (drawn.cut, drawn.pts);
                self.cues.clear();
            }
            // What it holds is withheld anyway, and looking ahead would keep the cover waiting.
            let left = if (first && self.encoder.held() > 0) || (self.prompt && !drawn.covered) {
                self.change(drawn.covered)
            } else {
                None
            };
            if let Some(asked) = drawn.cue {
                self.cues.push((drawn.pts, asked));
            }
            let key = self.r.want_key.swap(false, Ordering::Relaxed) || first;
            if let Err(e) = self.encoder.encode(&drawn.frame, drawn.pts, key, &mut self.packets) {
                self.packets.clear();
                if !self.reopen(&e, stop) {
                    return;
                }
            }
            self.send();
            // Closing it takes as long as a picture does: after the cover is on its way.
            drop(left);
        }
        if self.encoder.flush(&mut self.packets).is_ok() {
            self.send();
        }
    }

    fn follow_bitrate(&mut self) {
        let wanted = self.r.bitrate.load(Ordering::Relaxed);
        if wanted != self.settings.bitrate {
            // An encoder whose rate is fixed goes on as it is; it is asked once, not at every picture.
            if let Err(e) = self.encoder.set_bitrate(wanted) {
                tracing::warn!("{e}");
            }
            self.settings.bitrate = wanted;
        }
    }

    /// Goes on with a fresh encoder, one that holds nothing back while the picture is `covered`, and gives the one
    /// before. What that held does not leave.
    fn change(&mut self, covered: bool) -> Option<VideoEncoder> {
        let latency = if covered { Delay::Low } else { self.r.settings.video.latency };
        let wanted = VideoSettings { latency, ..self.settings.clone() };
        self.prompt = false;
        let fresh = match VideoEncoder::open(&wanted) {
            Ok(fresh) if fresh.info().avcc == self.avcc => fresh,
            // What is sent is right all the same, only later.
            other => {
                let id = &self.r.settings.id;
                tracing::warn!("rendition {id} keeps its delay: {:?}", other.map(|e| e.name()));
                return None;
            }
        };
        self.prompt = latency != self.r.settings.video.latency;
        self.settings.latency = latency;
        self.r.withheld.add(self.encoder.held() as u64);
        Some(std::mem::replace(&mut self.encoder, fresh))
    }

    /// Opens the encoder again after it failed; `false` if the thread is to end.
    fn reopen(&mut self, e: &CodecError, stop: &Stop) -> bool {
        let id = self.r.settings.id.to_string();
        let Ok(fresh) = VideoEncoder::open(&self.settings) else {
            // Nothing more can be encoded with these settings; the picture of this
            // rendition ends, the others and the recording of the sound go on.
            let reason = format!("the encoder failed and could not be opened again: {e}");
            self.events.tell(Event::EncoderRestarted { id, reason });
            return !stop.wait(Duration::from_secs(1));
        };
        self.encoder = fresh;
        self.events.tell(Event::EncoderRestarted { id, reason: e.to_string() });
        true
    }

    fn send(&mut self) {
        for packet in self.packets.drain(..) {
            let now = self.clock.now();
            if packet.pts < self.from || !self.r.hand_over(&packet, self.cut) {
                self.r.withheld.add(1);
                continue;
            }
            self.r.count(&packet, now);
            self.cues.retain(|(pts, asked)| {
                let waiting = *pts > packet.pts;
                if !waiting {
                    self.r.cue_latency.add(now - *asked);
                }
                waiting
            });
        }
    }
}
