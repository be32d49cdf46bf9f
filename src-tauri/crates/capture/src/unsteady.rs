//! How an unsteady device behaves: the parameters of `test-camera` and `test-mic`, which stand for
//! devices with a clock and habits of their own.

use std::fmt;

use vitrine_media::{FrameRate, MediaTime};

use crate::{CaptureError, ErrorKind};

/// The clock and the habits of a device that is not there. Its text form is `NAME=VALUE` pairs with
/// commas between, such as `rate=29.97,ppm=200,jitter=20` or `rate=44100,gap=5+2`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Unsteady {
    /// Frames or samples a second by the device's own clock; `rate=30`, `rate=30000/1001`, `rate=44100`.
    pub rate: FrameRate,
    /// How much faster its clock runs than the show's, parts in a million, −1000…1000; `ppm=200`.
    pub ppm: i32,
    /// Arrival moves to and fro by up to this, at most 100 ms, the same in every run; `jitter=20` (ms).
    /// As nothing arrives before it is taken, such a device is this late on average.
    pub jitter: MediaTime,
    /// So many frames or blocks arrive at once, 1 to 8; `burst=2`.
    pub burst: u32,
    /// Nothing arrives from the first time on, for the length of the second, once; `gap=5+2` (seconds).
    pub gap: Option<(MediaTime, MediaTime)>,
    /// Its first frame or sample is taken this long after the show's zero, at most 1 s; `phase=7.5` (ms).
    pub phase: MediaTime,
    /// Pitch of the beep in Hz, 100 to 3500, microphones only; `pitch=1500`. Without it that of
    /// the test tone.
    pub pitch: Option<u32>,
}

impl Unsteady {
    /// A steady device of `rate` whose clock is right.
    pub const fn steady(rate: FrameRate) -> Self {
        let (jitter, phase) = (MediaTime::ZERO, MediaTime::ZERO);
        Self { rate, ppm: 0, jitter, burst: 1, gap: None, phase, pitch: None }
    }

    /// Habits of a camera; 30 pictures a second where nothing is said of them.
    ///
    /// # Errors
    /// [`ErrorKind::BadSpec`] for what is no habit of a camera, with a list of those there are.
    pub fn camera(text: &str) -> Result<Self, CaptureError> {
        let mut habits = Self::steady(FrameRate::whole(30));
        let known = "rate=30, ppm=200, jitter=20, burst=2, gap=5+2 or phase=7.5";
        habits.take(text, "camera", known, |habits, name, value| match name {
            "rate" => picture_rate(value).map(|r| habits.rate = r),
            _ => None,
        })?;
        Ok(habits)
    }

    /// Habits of a microphone; 48,000 samples a second where nothing is said of them.
    ///
    /// # Errors
    /// [`ErrorKind::BadSpec`] for what is no habit of a microphone, with a list of those there are.
    pub fn microphone(text: &str) -> Result<Self, CaptureError> {
        let mut habits = Self::steady(FrameRate { num: 48_000, den: 1 });
        let known = "rate=44100, ppm=200, jitter=20, burst=2, gap=5+2, phase=7.5 or pitch=1500";
        habits.take(text, "microphone", known, |habits, name, value| match name {
            "rate" => number(value, 8_000..=192_000).map(|n| habits.rate.num = n as u32),
            "pitch" => number(value, 100..=3500).map(|p| habits.pitch = Some(p as u32)),
            _ => None,
        })?;
        Ok(habits)
    }

    /// Reads the pairs: those that every device has, and by `own` those of its kind.
    fn take(
        &mut self,
        text: &str,
        kind: &str,
        known: &str,
        own: impl Fn(&mut Self, &str, &str) -> Option<()>,
    ) -> Result<(), CaptureError> {
        for pair in text.split(',').filter(|p| !p.is_empty()) {
            let taken = pair.split_once('=').and_then(|(name, value)| match name {
                "ppm" => number(value, -1000..=1000).map(|p| self.ppm = p as i32),
                "jitter" => number(value, 0..=100).map(|j| self.jitter = MediaTime::from_millis(j)),
                "burst" => number(value, 1..=8).map(|b| self.burst = b as u32),
                "gap" => value.split_once('+').and_then(|(from, length)| {
                    self.gap = Some((span(from, 1e9, 86_400.0)?, span(length, 1e9, 86_400.0)?));
                    Some(())
                }),
                "phase" => span(value, 1e6, 1000.0).map(|p| self.phase = p),
                _ => own(self, name, value),
            });
            taken.ok_or_else(|| {
                let text = format!(
                    "“{pair}” is no habit of a test {kind}; use {known}, with commas between"
                );
                CaptureError::new(ErrorKind::BadSpec, text)
            })?;
        }
        Ok(())
    }

    /// The show time at which frame or sample `n` is taken: `phase` and n/rate by its own clock, to the
    /// nanosecond.
    pub fn taken(&self, n: i64) -> MediaTime {
        let (num, den) = (i128::from(self.rate.num), i128::from(self.rate.den));
        let below = num * (1_000_000 + i128::from(self.ppm));
        let above = i128::from(n) * den * 1_000_000_000_000_000;
        let nanos = (2 * above + below).div_euclid(2 * below);
        self.phase + MediaTime::from_nanos(nanos as i64)
    }

    /// What a camera delivers, from the first whole delivery that is taken at or after `from`.
    pub fn pictures(&self, from: MediaTime) -> Deliveries {
        Deliveries::new(*self, 1, 1, from)
    }

    /// What a microphone delivers in blocks of `frames` samples, from the first whole delivery that is
    /// taken at or after `from`.
    pub fn blocks(&self, frames: u32, from: MediaTime) -> Deliveries {
        Deliveries::new(*self, i64::from(frames), 0, from)
    }
}

/// What arrives at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// Index of its first picture or sample.
    pub first: i64,
    /// Index of the first picture or sample of the next one.
    pub next: i64,
    /// The show time of its arrival: when the last picture was taken or the last sample is over, and the
    /// jitter later. Never before the arrival of the one before.
    pub at: MediaTime,
    /// It falls into the gap and never arrives.
    pub lost: bool,
}

/// When a device delivers, without end; the same in every run.
#[derive(Clone, Debug)]
pub struct Deliveries {
    habits: Unsteady,
    /// Pictures or samples in a delivery.
    count: i64,
    /// A picture is there when it is taken, a block only at its end: 1 or 0.
    instant: i64,
    number: i64,
    latest: MediaTime,
}

impl Deliveries {
    fn new(habits: Unsteady, unit: i64, instant: i64, from: MediaTime) -> Self {
        let count = unit * i64::from(habits.burst);
        // Near enough by the nominal rate; the loops make it exact.
        let nominal = (from - habits.phase).in_base(habits.rate.den as i32, habits.rate.num as i32);
        let mut number = (nominal / count).max(0);
        while number > 0 && habits.taken((number - 1) * count) >= from {
            number -= 1;
        }
        while habits.taken(number * count) < from {
            number += 1;
        }
        Self { habits, count, instant, number, latest: from }
    }
}

impl Iterator for Deliveries {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        let habits = self.habits;
        let first = self.number * self.count;
        let next = first + self.count;
        let late = noise(self.number as u64, 2 * habits.jitter.as_nanos());
        let at = habits.taken(next - self.instant) + MediaTime::from_nanos(late);
        self.latest = self.latest.max(at);
        self.number += 1;
        let taken = habits.taken(first);
        let lost = habits.gap.is_some_and(|(from, length)| taken >= from && taken < from + length);
        Some(Delivery { first, next, at: self.latest, lost })
    }
}

/// An even choice of 0 to `below` that depends on nothing but `n` (SplitMix64).
fn noise(n: u64, below: i64) -> i64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    ((u128::from(z) * below.unsigned_abs() as u128) >> 64) as i64
}

fn picture_rate(text: &str) -> Option<FrameRate> {
    match text.split_once('/') {
        Some((num, den)) => FrameRate::new(num.parse().ok()?, den.parse().ok()?),
        None if text == "29.97" => FrameRate::new(30_000, 1001),
        None if text == "59.94" => FrameRate::new(60_000, 1001),
        None => FrameRate::new(text.parse().ok()?, 1),
    }
}

fn number(text: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    text.parse().ok().filter(|n| range.contains(n))
}

/// A time of `unit` nanoseconds each, from 0 to `most` units.
fn span(text: &str, unit: f64, most: f64) -> Option<MediaTime> {
    let value: f64 = text.parse().ok()?;
    (0.0..=most).contains(&value).then(|| MediaTime::from_nanos((value * unit).round() as i64))
}

impl fmt::Display for Unsteady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rate.num, self.rate.den) {
            (num, 1) => write!(f, "rate={num}")?,
            (num, den) => write!(f, "rate={num}/{den}")?,
        }
        if self.ppm != 0 {
            write!(f, ",ppm={}", self.ppm)?;
        }
        if self.jitter != MediaTime::ZERO {
            write!(f, ",jitter={}", self.jitter.as_millis())?;
        }
        if self.burst != 1 {
            write!(f, ",burst={}", self.burst)?;
        }
        if let Some((from, length)) = self.gap {
            write!(f, ",gap={}+{}", from.as_secs_f64(), length.as_secs_f64())?;
        }
        if self.phase != MediaTime::ZERO {
            write!(f, ",phase={}", self.phase.as_nanos() as f64 / 1e6)?;
        }
        match self.pitch {
            Some(pitch) => write!(f, ",pitch={pitch}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_round_trip() {
        for text in [
            "rate=30",
            "rate=30000/1001,ppm=-200,jitter=20,burst=2,gap=5+2.5,phase=7.013",
            "rate=60",
        ] {
            assert_eq!(Unsteady::camera(text).expect(text).to_string(), text);
        }
        let text = "rate=96000,ppm=1000,phase=0.5,pitch=1500";
        assert_eq!(Unsteady::microphone(text).expect(text).to_string(), text);
        assert_eq!(Unsteady::camera("").ok(), Some(Unsteady::steady(FrameRate::whole(30))));
        assert_eq!(Unsteady::microphone("ppm=5").ok().map(|h| h.rate.num), Some(48_000));
    }

    #[test]
    fn what_no_device_does_is_refused() {
        let both =
            ["rate=0", "ppm=5000", "jitter=-1", "burst=0", "gap=5", "gap=x+1", "speed=2", "rate"];
        for text in both.into_iter().chain(["rate=48000", "pitch=1000"]) {
            let e = Unsteady::camera(text).expect_err(text);
            assert_eq!(e.kind(), ErrorKind::BadSpec);
            assert!(e.to_string().contains(text) && e.to_string().contains("camera"), "{e}");
        }
        for text in both.into_iter().chain(["rate=30", "pitch=9000", "phase=-1"]) {
            let e = Unsteady::microphone(text).expect_err(text);
            assert!(e.to_string().contains("pitch=1500"), "{e}");
        }
    }
}
