//! The way of samples from the sound system's callback to the microphone's reader: a ring of samples
//! and a bounded channel of notes that say when they were taken. The callback allocates nothing and
//! takes no lock; what finds no room is lost, and the next stamp shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use cpal::{Data, FromSample, I24, InputCallbackInfo, SampleFormat, SizedSample, U24};
use rtrb::chunks::ChunkError;
use rtrb::{Consumer, Producer, RingBuffer};
use vitrine_flow::Clock;
use vitrine_media::MediaTime;

/// The ring holds a fifth of a second.
const RING_PART: u32 = 5;
/// Runs of samples on their way: 200 ms of the smallest usual blocks.
const NOTES: usize = 256;
/// Callbacks left out at the start: some systems know their delay only after some.
const SETTLING: u32 = 4;
/// A delay of the device beyond this is not believed.
const OLDEST: Duration = Duration::from_secs(1);

/// A run of samples in the ring.
#[derive(Debug)]
struct Note {
    at: MediaTime,
    samples: usize,
}

/// The callback before.
struct Last {
    called: MediaTime,
    at: MediaTime,
    length: MediaTime,
}

/// The callback's end.
pub(super) struct Tap {
    clock: Clock,
    rate: u32,
    /// Channels the device gives, and how many of them are kept.
    given: usize,
    kept: usize,
    settling: u32,
    last: Option<Last>,
    samples: Producer<f32>,
    notes: SyncSender<Note>,
    waiting: Arc<AtomicUsize>,
}

/// The reader's end.
#[derive(Debug)]
pub(super) struct Spout {
    samples: Consumer<f32>,
    notes: Receiver<Note>,
    waiting: Arc<AtomicUsize>,
}

/// What came out.
pub(super) enum Poured {
    /// Samples, and when the first one was taken.
    Samples(MediaTime, Vec<f32>),
    /// Nothing yet.
    Nothing,
    /// Nothing any more: the stream has ended.
    Dry,
}

/// A connected pair for a device of `rate` that gives `given` channels, of which `kept` are kept.
pub(super) fn tap(clock: Clock, rate: u32, given: u16, kept: u16) -> (Tap, Spout) {
    let room = (rate / RING_PART) as usize * usize::from(kept);
    let (producer, consumer) = RingBuffer::new(room);
    let (sender, receiver) = sync_channel(NOTES);
    let waiting = Arc::new(AtomicUsize::new(0));
    let tap = Tap {
        clock,
        rate,
        given: usize::from(given),
        kept: usize::from(kept),
        settling: SETTLING,
        last: None,
        samples: producer,
        notes: sender,
        waiting: Arc::clone(&waiting),
    };
    (tap, Spout { samples: consumer, notes: receiver, waiting })
}

impl Tap {
    /// Takes what the callback was given. Called on the sound system's thread.
    pub fn take(&mut self, data: &Data, info: &InputCallbackInfo) {
        let now = self.clock.now();
        let frames = data.len() / self.given.max(1);
        if frames == 0 {
            return;
        }
        let length = MediaTime::of_sample(frames as i64, self.rate);
        let at = match &self.last {
            // One of several that came at once: what is told of its age is the first one's.
            Some(last) if (now - last.called).as_nanos() * 2 < last.length.as_nanos() => {
                last.at + last.length
            }
            _ => {
                let stamp = info.timestamp();
                let told = stamp.callback.checked_duration_since(stamp.capture);
                now.saturating_sub(MediaTime::from_duration(age(told, length.to_duration())))
            }
        };
        self.last = Some(Last { called: now, at, length });
        if self.settling > 0 {
            self.settling -= 1;
            return;
        }
        match data.sample_format() {
            SampleFormat::F32 => self.keep::<f32>(data, at),
            SampleFormat::F64 => self.keep::<f64>(data, at),
            SampleFormat::I8 => self.keep::<i8>(data, at),
            SampleFormat::I16 => self.keep::<i16>(data, at),
            SampleFormat::I24 => self.keep::<I24>(data, at),
            SampleFormat::I32 => self.keep::<i32>(data, at),
            SampleFormat::U8 => self.keep::<u8>(data, at),
            SampleFormat::U16 => self.keep::<u16>(data, at),
            SampleFormat::U24 => self.keep::<U24>(data, at),
            SampleFormat::U32 => self.keep::<u32>(data, at),
            // Never asked for: `stream::usable` leaves them out.
            _ => (),
        }
    }

    fn keep<T: SizedSample>(&mut self, data: &Data, at: MediaTime)
    where
        f32: FromSample<T>,
    {
        let Some(samples) = data.as_slice::<T>() else { return };
        let (given, kept) = (self.given, self.kept);
        let frames = samples.chunks_exact(given);
        let wanted = frames.flat_map(|frame| frame[..kept].iter().map(|s| s.to_sample::<f32>()));
        self.put(at, samples.len() / given, wanted);
    }

    /// Takes `frames` frames, the first of which was taken at `at`. Called on the sound system's thread.
    pub fn put(&mut self, at: MediaTime, frames: usize, samples: impl Iterator<Item = f32>) {
        if self.waiting.load(Ordering::Acquire) >= NOTES {
            return;
        }
        let chunk = match self.samples.write_chunk_uninit(frames * self.kept) {
            Ok(chunk) => chunk,
            // The reader is 200 ms behind.
            Err(ChunkError::TooFewSlots(_)) => return,
        };
        let written = chunk.fill_from_iter(samples);
        self.waiting.fetch_add(1, Ordering::AcqRel);
        // There is room, as only this end sends; a reader that has gone is no concern of ours.
        drop(self.notes.try_send(Note { at, samples: written }));
    }
}

/// How long ago a block's first sample was taken, as the system tells it. That cannot be less than
/// the block is long; what is no time at all is not believed.
fn age(told: Option<Duration>, length: Duration) -> Duration {
    told.filter(|a| *a <= OLDEST + length).unwrap_or_default().max(length)
}

impl Spout {
    /// The next run of samples, waiting up to `limit`.
    pub fn pour(&mut self, limit: Duration) -> Poured {
        let note = match self.notes.recv_timeout(limit) {
            Ok(note) => note,
            Err(RecvTimeoutError::Timeout) => return Poured::Nothing,
            Err(RecvTimeoutError::Disconnected) => return Poured::Dry,
        };
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        let mut samples = Vec::with_capacity(note.samples);
        if let Ok(chunk) = self.samples.read_chunk(note.samples) {
            let (first, second) = chunk.as_slices();
            samples.extend_from_slice(first);
            samples.extend_from_slice(second);
            chunk.commit_all();
        }
        Poured::Samples(note.at, samples)
    }
}

#[cfg(test)]
mod tests {
    use cpal::{InputStreamTimestamp, StreamInstant};

    use super::*;

    fn info(callback_ms: u64, capture_ms: u64) -> InputCallbackInfo {
        InputCallbackInfo::new(InputStreamTimestamp {
            callback: StreamInstant::from_millis(callback_ms),
            capture: StreamInstant::from_millis(capture_ms),
        })
    }

    /// Samples of a format as a callback gets them.
    fn give<T: SizedSample>(tap: &mut Tap, samples: &mut [T], info: &InputCallbackInfo) {
        super::super::ffi::lend(samples, |data| tap.take(data, info));
    }

    #[test]
    fn every_format_arrives_as_float_and_only_the_first_two_channels() {
        fn through<T: SizedSample>(low: T, high: T) -> Vec<f32> {
            let (mut tap, mut spout) = tap(Clock::real(), 48_000, 3, 2);
            tap.settling = 0;
            let third = low;
            give(&mut tap, &mut [low, high, third, high, low, third], &info(100, 90));
            match spout.pour(Duration::ZERO) {
                Poured::Samples(_, samples) => samples,
                _ => panic!("nothing came"),
            }
        }
        let near = |samples: Vec<f32>| {
            let want = [-0.5, 0.5, 0.5, -0.5];
            assert_eq!(samples.len(), 4);
            assert!(samples.iter().zip(want).all(|(s, w)| (s - w).abs() < 0.01), "{samples:?}");
        };
        near(through(-0.5f32, 0.5));
        near(through(-0.5f64, 0.5));
        near(through(-64i8, 64));
        near(through(-16_384i16, 16_384));
        near(through(i32::MIN / 2, i32::MAX / 2));
        near(through(64u8, 192));
        near(through(16_384u16, 49_152));
        near(through(u32::MAX / 4, u32::MAX / 4 * 3));
        near(through(
            I24::new(-(1 << 22)).expect("in range"),
            I24::new(1 << 22).expect("in range"),
        ));
    }

    #[test]
    fn the_newest_is_lost_when_the_ring_is_full_and_later_stamps_stay_true() {
        let (mut tap, mut spout) = tap(Clock::real(), 48_000, 1, 1);
        tap.settling = 0;
        let mut pour = || match spout.pour(Duration::ZERO) {
            Poured::Samples(at, samples) => Some((at, samples[0])),
            _ => None,
        };
        // All at once, so that one continues the other: 200 ms fit, the next 20 ms do not.
        for n in 0..11 {
            give(&mut tap, &mut [n as f32; 960], &info(1000, 980));
        }
        let (first, zero) = pour().expect("the first");
        assert_eq!(zero, 0.0);
        for n in 1..10 {
            assert_eq!(pour(), Some((first + MediaTime::from_millis(20 * n), n as f32)));
        }
        assert_eq!(pour(), None);
        give(&mut tap, &mut [42.0; 960], &info(1000, 980));
        assert_eq!(pour(), Some((first + MediaTime::from_millis(220), 42.0)));
    }

    #[test]
    fn a_flood_of_tiny_blocks_is_bounded_too() {
        let (mut tap, mut spout) = tap(Clock::real(), 48_000, 1, 1);
        tap.settling = 0;
        for _ in 0..NOTES * 2 {
            give(&mut tap, &mut [0.25; 4], &info(10, 9));
        }
        let mut count = 0;
        while let Poured::Samples(_, samples) = spout.pour(Duration::ZERO) {
            assert_eq!(samples, [0.25; 4]);
            count += 1;
        }
        assert_eq!(count, NOTES);
        drop(tap);
        assert!(matches!(spout.pour(Duration::ZERO), Poured::Dry));
    }

    #[test]
    fn absurd_ages_are_not_believed() {
        let length = Duration::from_millis(20);
        assert_eq!(age(None, length), length);
        assert_eq!(age(Some(Duration::ZERO), length), length);
        assert_eq!(age(Some(Duration::from_millis(35)), length), Duration::from_millis(35));
        assert_eq!(age(Some(Duration::from_secs(3600)), length), length);
    }
}
