//! Control loop that holds a device's samples to its stamps.
//!
//! A device's clock is a few to a few hundred parts in a million off the show clock. Each block tells
//! two positions: where its stamp puts it and where counting its samples puts it. Their distance, the
//! *skew*, jitters by many milliseconds with scheduling, but its average moves only with the clocks. The
//! loop is a second-order phase lock: a proportional part that draws the average to zero and an integral
//! part that learns the device's speed. Its natural frequency is low (0.05 rad/s), so that jitter of
//! ±10 ms lets the pitch wander by less than half a hundredth of a semitone, over seconds.

/// The correction never goes further, as a ratio: 500 ppm is 0.9 cents, which nobody hears.
pub(crate) const MAX_CORRECTION: f64 = 500e-6;

/// Natural frequency of the loop, rad/s; critically damped.
const OMEGA: f64 = 0.05;
/// Smoothing of the skew before the loop, seconds. Small against 1/`OMEGA`, or the loop rings.
const LOOP_SMOOTHING: f64 = 2.0;
/// Smoothing of the skew that decides about lasting jumps, seconds.
const FAST_SMOOTHING: f64 = 0.5;
/// Smoothing of the mean deviation, seconds.
const DEVIATION_SMOOTHING: f64 = 2.0;
/// Assumed mean deviation of an unknown device, seconds.
const FIRST_DEVIATION: f64 = 0.015;
/// A block this many mean deviations off its place did not jitter: samples are missing (even jitter
/// reaches two).
const JUMP_DEVIATIONS: f64 = 5.0;
/// Bounds of what that makes, seconds. The lower one is less than one lost 10 ms block.
const JUMP_RANGE: (f64, f64) = (0.008, 0.060);
/// A distance within these bounds must last this many blocks and seconds: a block stamped late because
/// somebody was busy is followed by blocks in their place, a lost one is not.
const CONFIRMED: (u32, f64) = (3, 0.030);
/// A lasting skew of this much is corrected at once instead of over a minute.
const LASTING_JUMP: f64 = 0.025;

/// What a block's skew means.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It continues the run.
    Steady,
    /// The run is off by this many seconds: start anew there.
    Jump(f64),
}

#[derive(Debug, Clone)]
pub(crate) struct Drift {
    fast: f64,
    slow: f64,
    deviation: f64,
    integral: f64,
    correction: f64,
    suspects: Suspects,
}

/// Blocks in a row that are off their place to the same side.
#[derive(Debug, Clone, Default)]
struct Suspects {
    count: u32,
    seconds: f64,
    skews: f64,
}

impl Drift {
    pub(crate) fn new() -> Self {
        Self {
            fast: 0.0,
            slow: 0.0,
            deviation: FIRST_DEVIATION,
            integral: 0.0,
            correction: 0.0,
            suspects: Suspects::default(),
        }
    }

    /// Takes the skew of a block in seconds (stamp minus counted place) and the block's length in seconds.
    pub(crate) fn observe(&mut self, skew: f64, seconds: f64) -> Verdict {
        let dt = seconds.clamp(0.0, 0.5);
        let tolerance = (JUMP_DEVIATIONS * self.deviation).clamp(JUMP_RANGE.0, JUMP_RANGE.1);
        let off = skew - self.fast;
        if off.abs() > tolerance {
            return self.suspect(skew, off, dt);
        }
        self.suspects = Suspects::default();
        smooth(&mut self.deviation, off.abs(), dt, DEVIATION_SMOOTHING);
        smooth(&mut self.fast, skew, dt, FAST_SMOOTHING);
        smooth(&mut self.slow, skew, dt, LOOP_SMOOTHING);
        if self.fast.abs() > LASTING_JUMP {
            return Verdict::Jump(self.fast);
        }
        let wish = 2.0 * OMEGA * self.slow + self.integral;
        self.correction = wish.clamp(-MAX_CORRECTION, MAX_CORRECTION);
        // While the output is at its end, learning further that way would only overshoot later.
        if wish == self.correction || wish * self.slow < 0.0 {
            let learned = self.integral + OMEGA * OMEGA * self.slow * dt;
            self.integral = learned.clamp(-MAX_CORRECTION, MAX_CORRECTION);
        }
        Verdict::Steady
    }

    /// A block too far off to be jitter.
    fn suspect(&mut self, skew: f64, off: f64, dt: f64) -> Verdict {
        if off.abs() > JUMP_RANGE.1 {
            return Verdict::Jump(skew);
        }
        let mean = self.suspects.skews / f64::from(self.suspects.count.max(1));
        if self.suspects.count > 0 && (mean - self.fast) * off < 0.0 {
            self.suspects = Suspects::default();
        }
        self.suspects.count += 1;
        self.suspects.seconds += dt;
        self.suspects.skews += skew;
        if self.suspects.count >= CONFIRMED.0 && self.suspects.seconds >= CONFIRMED.1 - 1e-9 {
            return Verdict::Jump(self.suspects.skews / f64::from(self.suspects.count));
        }
        Verdict::Steady
    }

    /// The run starts anew where its stamp says. What was learned of the device's speed stays.
    pub(crate) fn restart(&mut self) {
        self.fast = 0.0;
        self.slow = 0.0;
        self.suspects = Suspects::default();
        self.correction = self.integral;
    }

    /// Output frames made per frame are `1 + correction` times the nominal number.
    pub(crate) fn correction(&self) -> f64 {
        self.correction
    }

    /// Smoothed skew, seconds.
    pub(crate) fn skew(&self) -> f64 {
        self.slow
    }
}

fn smooth(value: &mut f64, new: f64, dt: f64, seconds: f64) {
    *value += (new - *value) * (dt / (seconds + dt));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small generator of even noise in −1…1.
    struct Noise(u64);
    impl Noise {
        fn next(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        }
    }

    /// Runs the loop on a device `ppm` fast whose stamps jitter, and returns the largest true distance
    /// after two minutes, the jumps, and the largest swing of the correction after five.
    fn simulate(ppm: f64, jitter: f64, hours: f64, block: f64, seed: u64) -> (f64, u32, f64) {
        let mut noise = Noise(seed);
        let mut drift = Drift::new();
        let (mut placed, mut real) = (jitter * noise.next(), 0.0);
        let (mut worst, mut jumps) = (0.0f64, 0);
        let (mut low, mut high) = (f64::MAX, f64::MIN);
        while real < hours * 3600.0 {
            let stamp = real + jitter * noise.next();
            match drift.observe(stamp - placed, block) {
                Verdict::Steady => {}
                Verdict::Jump(by) => {
                    jumps += 1;
                    placed += by;
                    drift.restart();
                }
            }
            if real > 120.0 {
                worst = worst.max((real - placed).abs());
            }
            if real > 300.0 {
                low = low.min(drift.correction());
                high = high.max(drift.correction());
            }
            // A device `ppm` fast fills a block in less show time.
            real += block / (1.0 + ppm * 1e-6);
            placed += block * (1.0 + drift.correction());
        }
        (worst, jumps, high - low)
    }

    #[test]
    fn four_hours_with_jitter_stay_within_five_milliseconds() {
        for (ppm, seed) in [(200.0, 1), (-200.0, 2), (0.0, 3), (300.0, 4), (-300.0, 5)] {
            for block in [0.005, 0.010, 0.0213] {
                let (worst, jumps, swing) = simulate(ppm, 0.010, 4.0, block, seed);
                assert!(worst < 0.005, "{ppm} ppm, {block} s: {:.2} ms", worst * 1e3);
                assert_eq!(jumps, 0, "{ppm} ppm, {block} s");
                assert!(swing < 600e-6, "{ppm} ppm, {block} s: {:.0} ppm", swing * 1e6);
                println!(
                    "{ppm} ppm, {block} s: {:.2} ms, swing {:.0} ppm",
                    worst * 1e3,
                    swing * 1e6
                );
            }
        }
    }

    #[test]
    fn stronger_jitter_is_still_no_jump() {
        for seed in 0..5 {
            let (worst, jumps, _) = simulate(200.0, 0.020, 1.0, 0.010, seed);
            assert!(worst < 0.010, "{worst}");
            // The first block may have been 20 ms off: one jump to the average is right.
            assert!(jumps <= 1, "{jumps}");
        }
    }

    #[test]
    fn a_lost_block_of_a_steady_device_is_seen_a_late_stamp_is_not() {
        let mut drift = Drift::new();
        for n in 0..1000 {
            // Now and then somebody was busy: one block stamped late, the next early.
            let busy =
                if n % 100 == 98 { 0.030 } else { 0.0 } - if n % 100 == 99 { 0.010 } else { 0.0 };
            assert_eq!(drift.observe(0.0003 + busy, 0.010), Verdict::Steady, "block {n}");
        }
        assert_eq!(drift.observe(0.0103, 0.010), Verdict::Steady);
        assert_eq!(drift.observe(0.0103, 0.010), Verdict::Steady);
        let Verdict::Jump(by) = drift.observe(0.0103, 0.010) else { panic!("not seen") };
        assert!((by - 0.0103).abs() < 1e-9);
        drift.restart();
        assert_eq!(drift.observe(0.5, 0.010), Verdict::Jump(0.5));
    }

    #[test]
    fn a_lasting_shift_under_jitter_is_corrected() {
        let mut drift = Drift::new();
        let mut noise = Noise(7);
        for _ in 0..1000 {
            assert_eq!(drift.observe(0.010 * noise.next(), 0.010), Verdict::Steady);
        }
        let jumped = (0..200).any(|_| {
            matches!(drift.observe(0.035 + 0.010 * noise.next(), 0.010), Verdict::Jump(_))
        });
        assert!(jumped);
    }
}
