//! Time of a show: a signed count of nanoseconds from its zero point.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in a show, or a span of it, in nanoseconds. Zero is the show's first tick.
///
/// Signed, because an encoder's priming samples lie before zero and offsets may point back.
/// The range is ±292 years.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MediaTime(i64);

impl MediaTime {
    /// The zero point.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const MAX: Self = Self(i64::MAX);

    /// From nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From whole milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis * 1_000_000)
    }

    /// From whole seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs * 1_000_000_000)
    }

    /// From seconds, rounded to the nanosecond. For settings and tests, not for counting time.
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * 1e9).round() as i64)
    }

    /// The time of sample `index` at `rate` samples a second, rounded to the nearest nanosecond.
    /// Computed from the index alone, so that an hour of blocks does not add up rounding.
    pub fn of_sample(index: i64, rate: u32) -> Self {
        Self(rounded_ratio(index, 1_000_000_000, i64::from(rate)))
    }

    /// The sample index nearest to this time at `rate` samples a second.
    pub fn sample(self, rate: u32) -> i64 {
        rounded_ratio(self.0, i64::from(rate), 1_000_000_000)
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Milliseconds, rounded to nearest. FLV and RTMP count in these.
    pub fn as_millis(self) -> i64 {
        rounded_ratio(self.0, 1, 1_000_000)
    }

    /// Seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// This time in units of `num / den` seconds, rounded to nearest (for an FFmpeg time base).
    pub fn in_base(self, num: i32, den: i32) -> i64 {
        let units = i128::from(self.0) * i128::from(den);
        div_round(units, i128::from(num) * 1_000_000_000)
    }

    /// The time that is `value` units of `num / den` seconds.
    pub fn from_base(value: i64, num: i32, den: i32) -> Self {
        Self(div_round(i128::from(value) * i128::from(num) * 1_000_000_000, i128::from(den)))
    }

    /// As a [`Duration`]; negative spans become zero.
    pub fn to_duration(self) -> Duration {
        Duration::from_nanos(self.0.max(0) as u64)
    }

    /// From a [`Duration`]; longer than 292 years becomes [`MediaTime::MAX`].
    pub fn from_duration(d: Duration) -> Self {
        Self(i64::try_from(d.as_nanos()).unwrap_or(i64::MAX))
    }

    /// The difference, kept within the range instead of overflowing.
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

fn div_round(n: i128, d: i128) -> i64 {
    let half = d / 2;
    let q = if n >= 0 { (n + half) / d } else { (n - half) / d };
    q.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

fn rounded_ratio(value: i64, num: i64, den: i64) -> i64 {
    div_round(i128::from(value) * i128::from(num), i128::from(den))
}

impl Add for MediaTime {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self(self.0.saturating_add(o.0))
    }
}
impl Sub for MediaTime {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self(self.0.saturating_sub(o.0))
    }
}
impl AddAssign for MediaTime {
    fn add_assign(&mut self, o: Self) {
        *self = *self + o;
    }
}
impl SubAssign for MediaTime {
    fn sub_assign(&mut self, o: Self) {
        *self = *self - o;
    }
}
impl Neg for MediaTime {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl fmt::Debug for MediaTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}s", self.as_secs_f64())
    }
}

/// Shown as `H:MM:SS.mmm`.
impl fmt::Display for MediaTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let ms = self.as_millis().unsigned_abs();
        let (s, ms) = (ms / 1000, ms % 1000);
        let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
        write!(f, "{sign}{h}:{m:02}:{s:02}.{ms:03}")
    }
}

/// Frames a second as an exact ratio: 30/1, 30000/1001.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct FrameRate {
    /// Frames …
    pub num: u32,
    /// … in this many seconds. Never zero in a value made by [`FrameRate::new`].
    pub den: u32,
}

impl FrameRate {
    /// `num / den` frames a second. `None` if either is zero or the rate is above 240.
    pub fn new(num: u32, den: u32) -> Option<Self> {
        (num > 0 && den > 0 && num / den <= 240).then_some(Self { num, den })
    }

    /// A whole number of frames a second, 1 to 240; others are brought into that range.
    pub fn whole(fps: u32) -> Self {
        Self { num: fps.clamp(1, 240), den: 1 }
    }

    /// The exact time of tick `n`, rounded to the nanosecond: n·den/num, never summed.
    pub fn time_of(self, n: u64) -> MediaTime {
        MediaTime(rounded_ratio(n as i64, i64::from(self.den) * 1_000_000_000, i64::from(self.num)))
    }

    /// The last tick at or before `t`; zero before the show.
    pub fn tick_at(self, t: MediaTime) -> u64 {
        if t.0 <= 0 {
            return 0;
        }
        let mut n = (i128::from(t.0) * i128::from(self.num)
            / (i128::from(self.den) * 1_000_000_000)) as u64;
        // `time_of` rounds; step to the neighbour where that moved the boundary.
        if self.time_of(n + 1) <= t {
            n += 1;
        }
        while n > 0 && self.time_of(n) > t {
            n -= 1;
        }
        n
    }

    /// The span between two ticks, rounded to the nanosecond.
    pub fn interval(self) -> MediaTime {
        self.time_of(1)
    }

    /// Frames a second as a float, for display.
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den == 1 { write!(f, "{}", self.num) } else { write!(f, "{:.2}", self.as_f64()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ntsc_ticks_do_not_drift() {
        let rate = FrameRate::new(30000, 1001).expect("a rate");
        // Twelve hours of 29.97: exactly 1001 s in 30000 frames.
        assert_eq!(rate.time_of(30_000 * 43), MediaTime::from_secs(1001 * 43));
    }

    #[test]
    fn shows_as_clock() {
        assert_eq!(MediaTime::from_millis(3_723_004).to_string(), "1:02:03.004");
        assert_eq!(MediaTime::from_millis(-40).to_string(), "-0:00:00.040");
    }

    proptest! {
        #[test]
        fn tick_at_inverts_time_of(n in 0u64..5_000_000, num in 1u32..240_000, den in prop::sample::select(vec![1u32, 1000, 1001])) {
            prop_assume!(num / den <= 240 && num >= den);
            let rate = FrameRate::new(num, den).expect("a rate");
            prop_assert_eq!(rate.tick_at(rate.time_of(n)), n);
            prop_assert_eq!(rate.tick_at(rate.time_of(n + 1) - MediaTime::from_nanos(1)), n);
        }

        #[test]
        fn samples_round_trip(i in -1_000_000_000i64..100_000_000_000, rate in prop::sample::select(vec![44_100u32, 48_000, 96_000])) {
            prop_assert_eq!(MediaTime::of_sample(i, rate).sample(rate), i);
        }

        #[test]
        fn bases_round_trip(v in -1_000_000_000i64..100_000_000_000) {
            prop_assert_eq!(MediaTime::from_base(v, 1, 90_000).in_base(1, 90_000), v);
        }
    }
}
