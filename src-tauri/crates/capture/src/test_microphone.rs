//! The test tone as heard by a microphone with a clock of its own.

use std::f64::consts::TAU;

use vitrine_flow::{Clock, Stop};
use vitrine_media::{AudioBlock, MediaTime};

use crate::test_card::FLASH_LENGTH;
use crate::test_tone::{PEAK, PITCH};
use crate::unsteady::{Deliveries, Delivery, Unsteady};
use crate::{CaptureError, ErrorKind, Microphone, MicrophoneInfo};

/// How long nothing may come from a device that is open, as for real microphones.
const PATIENCE: MediaTime = MediaTime::from_millis(500);
/// What is older than this when the caller comes is lost, as in a driver's buffer.
const BUFFER: MediaTime = MediaTime::from_millis(500);
/// Over this the beep rises and falls, in seconds.
const RAMP: f64 = 0.002;
const SECOND: i64 = 1_000_000_000;

/// A microphone that is not there: it hears the beep of each whole second of show time at sample
/// times of its own, on one channel, and its blocks of 10 ms arrive as its [habits](Unsteady) let them.
pub struct TestMicrophone {
    habits: Unsteady,
    clock: Clock,
    /// Sample frames in a block.
    frames: u32,
    pitch: f64,
    /// Begins when it is first asked.
    deliveries: Option<Deliveries>,
    /// The next one to arrive, if known.
    coming: Option<Delivery>,
    /// The delivery whose blocks are being given, and the first sample of the next of them.
    giving: Option<(Delivery, i64)>,
}

impl TestMicrophone {
    /// A microphone with these habits.
    pub fn new(habits: Unsteady, clock: Clock) -> Self {
        Self {
            habits,
            clock,
            frames: (habits.rate.num / 100).max(1),
            pitch: habits.pitch.map_or(PITCH, f64::from),
            deliveries: None,
            coming: None,
            giving: None,
        }
    }

    /// Waits for the next delivery.
    fn wait(&mut self, stop: &Stop) -> Result<Delivery, CaptureError> {
        let now = self.clock.now();
        let deliveries =
            self.deliveries.get_or_insert_with(|| self.habits.blocks(self.frames, now));
        let usable = |d: &Delivery| !d.lost && d.at + BUFFER >= now;
        let coming = self.coming.take().filter(usable).or_else(|| deliveries.find(usable));
        let Some(coming) = coming else { return Err(CaptureError::stopped()) };
        let limit = now + PATIENCE;
        let wake = coming.at.min(limit);
        if !self.clock.sleep_until(wake, stop) {
            return Err(CaptureError::stopped());
        }
        if coming.at > limit {
            self.coming = Some(coming);
            let text = "the test microphone gives no sound for the moment; its gap ends by itself";
            return Err(CaptureError::new(ErrorKind::Stalled, text));
        }
        Ok(coming)
    }

    /// The samples of a block that is heard from one moment of show time to another.
    fn heard(&self, from: MediaTime, to: MediaTime) -> Vec<f32> {
        let (from, span) = (from.as_nanos(), (to - from).as_nanos());
        let within = from.rem_euclid(SECOND);
        let length = FLASH_LENGTH.as_nanos();
        if within >= length && within + span <= SECOND {
            return vec![0.0; self.frames as usize];
        }
        let sample = |i: i64| {
            let within = (within + span * i / i64::from(self.frames)) % SECOND;
            if within >= length {
                return 0.0;
            }
            let seconds = within as f64 / 1e9;
            let to_edge = within.min(length - within) as f64 / 1e9;
            let ramp = (to_edge / RAMP).min(1.0);
            (f64::from(PEAK) * ramp * (seconds * self.pitch * TAU).sin()) as f32
        };
        (0..i64::from(self.frames)).map(sample).collect()
    }
}

impl Microphone for TestMicrophone {
    fn next(&mut self, stop: &Stop) -> Result<AudioBlock, CaptureError> {
        let (delivery, first) = match self.giving.take() {
            Some(giving) if !stop.is_stopped() => giving,
            Some(_) => return Err(CaptureError::stopped()),
            None => {
                let delivery = self.wait(stop)?;
                (delivery, delivery.first)
            }
        };
        let end = first + i64::from(self.frames);
        if end < delivery.next {
            self.giving = Some((delivery, end));
        }
        // A device knows its samples and when they arrived, and nothing of the show's clock.
        let at = delivery.at - MediaTime::of_sample(delivery.next - first, self.habits.rate.num);
        let samples = self.heard(self.habits.taken(first), self.habits.taken(end));
        Ok(AudioBlock { at, rate: self.habits.rate.num, channels: 1, samples })
    }

    fn describe(&self) -> MicrophoneInfo {
        MicrophoneInfo {
            name: format!("Test microphone ({})", self.habits),
            rate: self.habits.rate.num,
            channels: 1,
            free_running: true,
        }
    }
}
