//! Growing waits between tries, with jitter so that many clients do not return in step.

use vitrine_media::MediaTime;

/// How waits grow.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BackoffSettings {
    /// The first wait.
    pub first: MediaTime,
    /// Each wait is the one before times this.
    pub factor: f64,
    /// No wait is longer, before jitter.
    pub longest: MediaTime,
    /// Each wait is changed at random by up to this share, both ways: 0.2 is ±20 %.
    pub jitter: f64,
}

/// 1, 2, 4, 8, 15, 15 … seconds ±20 %: a seller is back on air soon after any outage, where a
/// wait that grows to minutes would cost the rest of the show.
impl Default for BackoffSettings {
    fn default() -> Self {
        Self {
            first: MediaTime::from_secs(1),
            factor: 2.0,
            longest: MediaTime::from_secs(15),
            jitter: 0.2,
        }
    }
}

/// The waits of one run of failures.
#[derive(Clone, Debug)]
pub struct Backoff {
    settings: BackoffSettings,
    tries: u32,
    random: u64,
}

impl Backoff {
    /// Starts at the first wait. `seed` decides the jitter; equal seeds give equal waits.
    pub fn new(settings: BackoffSettings, seed: u64) -> Self {
        Self { settings, tries: 0, random: seed | 1 }
    }

    /// The next wait.
    pub fn next_wait(&mut self) -> MediaTime {
        let s = &self.settings;
        let grown = s.first.as_secs_f64() * s.factor.powi(self.tries.min(64) as i32);
        self.tries = self.tries.saturating_add(1);
        // xorshift64 (Marsaglia 2003): quality is irrelevant, only that clients differ.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let unit = (self.random >> 11) as f64 / (1u64 << 53) as f64;
        let spread = 1.0 + s.jitter * (2.0 * unit - 1.0);
        MediaTime::from_secs_f64(grown.min(s.longest.as_secs_f64()) * spread)
    }

    /// How many waits were given since the last [`Backoff::reset`].
    pub const fn tries(&self) -> u32 {
        self.tries
    }

    /// Begins again with the first wait.
    pub fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_its_longest_within_jitter_and_resets() {
        let mut b = Backoff::new(BackoffSettings::default(), 7);
        for base in [1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0] {
            let w = b.next_wait().as_secs_f64();
            assert!((base * 0.8..=base * 1.2).contains(&w), "{w} is not {base} ±20 %");
        }
        assert_eq!(b.tries(), 7);
        b.reset();
        assert!(b.next_wait().as_secs_f64() <= 1.2);
        for _ in 0..10_000 {
            assert!(b.next_wait().as_secs_f64() <= 18.0);
        }
    }
}
