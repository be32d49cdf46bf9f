//! A stream of PulseAudio's, stamped by what the server tells of its timing.
//!
//! It speaks the protocol with the library that cpal's own PulseAudio host is made of, and not through
//! that host, for three reasons. The host lets the server queue no more than one block, so that a
//! source that works in larger pieces loses sound, silently. It cannot say that a stream must not be
//! moved: when a microphone is unplugged the server would go on with another one. And it knows the
//! delay of the last block, not which sample the server speaks of.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use cpal::ErrorKind as Said;
use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    ChannelMap, ChannelPosition, Prop, Props, RecordStreamParams, SampleFormat, SampleSpec,
};
use pulseaudio::{ClientError, RecordStream};
use vitrine_flow::{Clock, Stop};
use vitrine_media::MediaTime;

use super::pulse::{Absent, Source, client, wait};
use super::refusal::{refusal, silent};
use super::stream::RATE_RANGE;
use super::tap::{Spout, Tap, tap};
use crate::CaptureError;

/// A server that does not answer within this hangs.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// How often the server is asked for the stream's timing.
const WATCH: Duration = Duration::from_millis(250);
/// An answer that took longer tells too vaguely when it was true.
const PROMPT: MediaTime = MediaTime::from_millis(20);
/// What the server may keep for us while it or we are busy: a second.
const QUEUE: u32 = 1;
/// Samples older than the timing says, by this, tell that the timing is out of date.
const STALE: MediaTime = MediaTime::from_secs(1);
/// Blocks are a fiftieth of a second long.
const BLOCKS: u32 = 50;
/// Bytes of a sample.
const BYTES: usize = 4;
/// Nothing is known yet.
const UNKNOWN: i64 = i64::MIN;

/// What the server said last, in show time, nanoseconds.
struct Timing {
    /// When the stream's first sample was taken, by where the server is now; or [`UNKNOWN`].
    zero: AtomicI64,
    /// How old samples are when they leave the server.
    delay: AtomicI64,
}

/// A stream that runs.
pub(super) struct Recording {
    stream: RecordStream,
    timing: Arc<Timing>,
    clock: Clock,
    rate: u32,
    frame: usize,
    monitor: bool,
}

/// A stream and its reading end.
pub(super) struct Opened {
    pub recording: Recording,
    pub spout: Spout,
    pub rate: u32,
    pub channels: u16,
}

/// Starts recording from `source`, in its own format: the server would convert, but the mixer does
/// that better. Takes at most some seconds.
pub(super) fn open(source: &Source, clock: &Clock, name: &str) -> Result<Opened, CaptureError> {
    let refused = |e: ClientError| refusal(name, &cpal::Error::from(e));
    let usable = (RATE_RANGE.0..=RATE_RANGE.1).contains(&source.rate);
    let rate = if usable { source.rate } else { 48_000 };
    let (given, map) = match source.channels {
        0 => (1, ChannelMap::new([ChannelPosition::Mono])),
        n => (n, source.map),
    };
    let kept = given.min(2);
    let frame = usize::from(given) * BYTES;
    let bytes = |seconds: u32, of: u32| rate * seconds / of * u32::from(given) * BYTES as u32;
    let mut props = Props::new();
    props.set(Prop::MediaName, c"Microphone");
    let params = RecordStreamParams {
        sample_spec: SampleSpec {
            format: SampleFormat::Float32Le,
            channels: given as u8,
            sample_rate: rate,
        },
        channel_map: map,
        source_index: Some(source.index),
        buffer_attr: BufferAttr {
            max_length: bytes(QUEUE, 1),
            fragment_size: bytes(1, BLOCKS),
            ..BufferAttr::default()
        },
        flags: StreamFlags {
            start_corked: true,
            adjust_latency: true,
            no_move: true,
            ..StreamFlags::default()
        },
        props,
        ..RecordStreamParams::default()
    };
    let timing = Arc::new(Timing { zero: AtomicI64::new(UNKNOWN), delay: AtomicI64::new(0) });
    let (tap, spout) = tap(clock.clone(), rate, given, kept);
    let sink = sink(tap, Arc::clone(&timing), clock.clone(), rate, usize::from(kept), frame);
    let client = client(ANSWER_WITHIN).map_err(|absent| match absent {
        Absent::Silent => silent(),
        Absent::NoServer => refusal(name, &cpal::Error::new(Said::HostUnavailable)),
    })?;
    let created = wait(client.create_record_stream(params, sink), ANSWER_WITHIN);
    let stream = created.ok_or_else(silent)?.map_err(refused)?;
    wait(stream.uncork(), ANSWER_WITHIN).ok_or_else(silent)?.map_err(refused)?;
    let clock = clock.clone();
    let recording = Recording { stream, timing, clock, rate, frame, monitor: source.monitor };
    recording.ask().map_err(|e| refusal(name, &e))?;
    Ok(Opened { recording, spout, rate, channels: kept })
}

/// What takes the server's bytes, on the connection's thread.
fn sink(
    mut tap: Tap,
    timing: Arc<Timing>,
    clock: Clock,
    rate: u32,
    kept: usize,
    frame: usize,
) -> impl FnMut(&[u8]) + Send + 'static {
    let mut taken = 0;
    move |bytes| {
        let frames = bytes.len() / frame;
        let first = MediaTime::of_sample(taken, rate);
        taken += frames as i64;
        let zero = timing.zero.load(Ordering::Acquire);
        if zero == UNKNOWN {
            return;
        }
        let at = MediaTime::from_nanos(zero) + first;
        let age = clock.now() - at - MediaTime::of_sample(frames as i64, rate);
        let delay = MediaTime::from_nanos(timing.delay.load(Ordering::Acquire));
        if age > delay + STALE {
            // The server stood still in between. Better nothing than sound in the wrong place.
            timing.zero.store(UNKNOWN, Ordering::Release);
            return;
        }
        let frames_of = bytes.chunks_exact(frame);
        let samples = frames_of.flat_map(|f| f.as_chunks::<BYTES>().0[..kept].iter());
        tap.put(at, frames, samples.map(|s| f32::from_le_bytes(*s)));
    }
}

impl Recording {
    /// Asks for the timing again and again, until `stop` or until there is none any more, which it tells.
    pub fn watch(self, tell: &SyncSender<cpal::Error>, stop: &Stop) {
        while !stop.wait(WATCH) {
            if let Err(e) = self.ask() {
                // What comes from now on is not to be believed.
                self.timing.zero.store(UNKNOWN, Ordering::Release);
                drop(tell.try_send(e));
                return;
            }
        }
    }

    /// Asks once. A server that does not answer is no failure yet: its reader will notice.
    fn ask(&self) -> Result<(), cpal::Error> {
        let asked = self.clock.now();
        let Some(answer) = wait(self.stream.timing_info(), ANSWER_WITHIN) else {
            self.timing.zero.store(UNKNOWN, Ordering::Release);
            return Ok(());
        };
        let told = answer.map_err(|e| match e {
            ClientError::ServerError(_) => cpal::Error::new(Said::DeviceNotAvailable),
            other => cpal::Error::from(other),
        })?;
        let took = self.clock.now() - asked;
        let known = self.timing.zero.load(Ordering::Acquire) != UNKNOWN;
        if took > PROMPT && known {
            return Ok(());
        }
        let micros = |n: u64| MediaTime::from_nanos(n.min(10_000_000) as i64 * 1000);
        let frames = |offset: i64| MediaTime::of_sample(offset / self.frame as i64, self.rate);
        // What a loudspeaker plays is known before it is heard.
        let ahead = if self.monitor { micros(told.sink_usec) } else { MediaTime::ZERO };
        let delay = micros(told.source_usec) - ahead;
        let now = asked + MediaTime::from_nanos(took.as_nanos() / 2);
        let zero = now - delay - frames(told.write_offset);
        let queued = frames((told.write_offset - told.read_offset).max(0));
        self.timing.delay.store((delay + queued).as_nanos().max(0), Ordering::Release);
        self.timing.zero.store(zero.as_nanos(), Ordering::Release);
        Ok(())
    }
}
