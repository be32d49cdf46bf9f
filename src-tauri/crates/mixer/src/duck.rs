//! Ducking: music goes down while somebody speaks.

use vitrine_media::MediaTime;

use crate::RATE;
use crate::levels::{from_db, to_db};
use crate::oversample::highest;
use crate::settings::Ducking;

/// The ducking of one input. Frame by frame, so that the block size of the mix does not matter.
pub(crate) struct Duck {
    threshold: f32,
    depth: f32,
    attack: f32,
    release: f32,
    hold: u32,
    held: u32,
    gain: f32,
}

impl Duck {
    pub(crate) fn new(settings: &Ducking) -> Self {
        let mut duck = Self {
            threshold: 0.0,
            depth: 1.0,
            attack: 1.0,
            release: 1.0,
            hold: 0,
            held: 0,
            gain: 1.0,
        };
        duck.set(settings);
        duck
    }

    pub(crate) fn set(&mut self, settings: &Ducking) {
        self.threshold = from_db(settings.threshold_db);
        self.depth = from_db(-settings.depth_db.clamp(0.0, 90.0));
        self.attack = approach(settings.attack);
        self.release = approach(settings.release);
        self.hold = settings.hold.sample(RATE).clamp(0, i64::from(u32::MAX)) as u32;
    }

    /// Adds `own` to `master`, ducked by `key`; with no key the gain comes back to one.
    pub(crate) fn add(
        &mut self,
        key: Option<[&[f32]; 2]>,
        own: [&[f32]; 2],
        master: [&mut [f32]; 2],
    ) {
        let [master_left, master_right] = master;
        let silent = key.is_none_or(|key| key.into_iter().all(|c| highest(c) <= self.threshold));
        if silent && self.gain == 1.0 && self.held == 0 {
            for (sum, own) in [master_left, master_right].into_iter().zip(own) {
                for (sum, own) in sum.iter_mut().zip(own) {
                    *sum += own;
                }
            }
            return;
        }
        for i in 0..own[0].len() {
            let heard = key.is_some_and(|[l, r]| l[i].abs().max(r[i].abs()) > self.threshold);
            self.held = if heard { self.hold.max(1) } else { self.held.saturating_sub(1) };
            let (target, speed) =
                if self.held > 0 { (self.depth, self.attack) } else { (1.0, self.release) };
            self.gain += (target - self.gain) * speed;
            if self.gain > 0.999_99 {
                self.gain = 1.0;
            }
            master_left[i] += own[0][i] * self.gain;
            master_right[i] += own[1][i] * self.gain;
        }
    }

    /// What is taken away now, dB.
    pub(crate) fn reduction_db(&self) -> f32 {
        to_db(self.gain).min(0.0)
    }
}

/// Share of the way a one-pole of this time constant goes in a frame.
fn approach(time: MediaTime) -> f32 {
    let frames = (time.as_secs_f64() * f64::from(RATE)).max(1.0);
    (1.0 - (-1.0 / frames).exp()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curve_follows_attack_hold_and_release() {
        let settings = Ducking::default();
        let mut duck = Duck::new(&settings);
        let own = vec![1.0f32; 48_000 * 4];
        // The key speaks in the second second.
        let key: Vec<f32> = (0..own.len())
            .map(|i| if (48_000..96_000).contains(&i) { (i as f32).sin() * 0.1 } else { 0.0 })
            .collect();
        let (mut l, mut r) = (vec![0.0; own.len()], vec![0.0; own.len()]);
        duck.add(Some([&key, &key]), [&own, &own], [&mut l, &mut r]);
        let db = |seconds: f64| to_db(l[(seconds * 48_000.0) as usize]);
        assert_eq!(db(0.99), 0.0);
        // One attack time: 63 % of the way in amplitude.
        let depth = from_db(-12.0);
        assert!((l[48_000 + 960] - (depth + (1.0 - depth) * 0.368)).abs() < 0.01);
        assert!((db(1.2) - -12.0).abs() < 0.1);
        assert!((db(2.29) - -12.0).abs() < 0.1, "held");
        assert!((l[(2.7 * 48_000.0) as usize] - (1.0 - (1.0 - depth) * 0.368)).abs() < 0.02);
        assert!(db(3.99) > -0.3);
        assert!(l.windows(2).all(|w| (w[1] - w[0]).abs() < 0.001), "no zipper");
    }

    #[test]
    fn quiet_key_does_nothing() {
        let mut duck = Duck::new(&Ducking::default());
        let (own, key) = ([0.3f32; 64], [0.009f32; 64]);
        let (mut l, mut r) = ([0.0; 64], [0.0; 64]);
        duck.add(Some([&key, &key]), [&own, &own], [&mut l, &mut r]);
        assert_eq!(l, own);
    }
}
