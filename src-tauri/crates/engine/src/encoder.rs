//! One thread per rendition: frames in, packets to the fan-out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use vitrine_codec::{CodecError, VideoEncoder};
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

    /// Brings counters read earlier up to what the encoder gave while it ended.
    pub fn last_counts(&self, stats: &mut RenditionStats) {
        stats.frames = self.frames.get();
        stats.skipped = self.skipped.get();
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
            move |encoder, stop| run(encoder, &r, &c, &e, stop),
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

fn run(mut encoder: VideoEncoder, r: &Rendition, clock: &Clock, events: &Events, stop: &Stop) {
    let mut packets: Vec<Packet> = Vec::with_capacity(4);
    let mut bitrate = r.settings.video.bitrate;
    // Cues whose first picture is inside the encoder.
    let mut cues: Vec<(MediaTime, MediaTime)> = Vec::new();
    let send = |packets: &mut Vec<Packet>, cues: &mut Vec<(MediaTime, MediaTime)>| {
        for packet in packets.drain(..) {
            let now = clock.now();
            r.count(&packet, now);
            cues.retain(|(pts, asked)| {
                let waiting = *pts > packet.pts;
                if !waiting {
                    r.cue_latency.add(now - *asked);
                }
                waiting
            });
            r.fanout.push(&packet);
        }
    };
    while !stop.is_stopped() {
        let drawn = match r.queue.pop(LOOK) {
            Popped::Item(drawn) => drawn,
            Popped::TimedOut => continue,
            Popped::Closed => break,
        };
        let wanted = r.bitrate.load(Ordering::Relaxed);
        if wanted != bitrate {
            // An encoder whose rate is fixed goes on as it is; it is asked once, not at every picture.
            if let Err(e) = encoder.set_bitrate(wanted) {
                tracing::warn!("{e}");
            }
            bitrate = wanted;
        }
        if let Some(asked) = drawn.cue {
            cues.push((drawn.pts, asked));
        }
        let key = r.want_key.swap(false, Ordering::Relaxed);
        if let Err(e) = encoder.encode(&drawn.frame, drawn.pts, key, &mut packets) {
            packets.clear();
            let mut video = r.settings.video.clone();
            video.bitrate = bitrate;
            let Ok(fresh) = VideoEncoder::open(&video) else {
                // Nothing more can be encoded with these settings; the picture of this
                // rendition ends, the others and the recording of the sound go on.
                let reason = format!("the encoder failed and could not be opened again: {e}");
                events.tell(Event::EncoderRestarted { id: r.settings.id.to_string(), reason });
                if stop.wait(Duration::from_secs(1)) {
                    return;
                }
                continue;
            };
            encoder = fresh;
            let (id, reason) = (r.settings.id.to_string(), e.to_string());
            events.tell(Event::EncoderRestarted { id, reason });
        }
        send(&mut packets, &mut cues);
    }
    if encoder.flush(&mut packets).is_ok() {
        send(&mut packets, &mut cues);
    }
}
