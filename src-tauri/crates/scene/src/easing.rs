//! How far a movement has come at a point of its time.

use serde::{Deserialize, Serialize};

/// The course of a movement. All begin at exactly 0 and end at exactly 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Easing {
    /// Even speed.
    Linear,
    /// Starts slowly (cubic): for what leaves.
    EaseIn,
    /// Ends slowly (cubic): for what comes.
    #[default]
    EaseOut,
    /// Slow at both ends (cubic): for what moves across the canvas.
    EaseInOut,
    /// Goes up to a tenth past its end and returns.
    Overshoot,
}

impl Easing {
    /// Progress of the movement at `t`, the share of its time that has passed. `t` outside 0..=1
    /// counts as the nearer end and NaN as the end. Within 0..=1, but for [`Easing::Overshoot`].
    pub fn at(self, t: f32) -> f32 {
        if t <= 0.0 {
            return 0.0;
        }
        if t >= 1.0 || t.is_nan() {
            return 1.0;
        }
        let rest = 1.0 - t;
        match self {
            Self::Linear => t,
            Self::EaseIn => t * t * t,
            Self::EaseOut => 1.0 - rest * rest * rest,
            Self::EaseInOut if t < 0.5 => 4.0 * t * t * t,
            Self::EaseInOut => 1.0 - 4.0 * rest * rest * rest,
            Self::Overshoot => {
                // The usual "back" curve: this constant makes it pass its end by ten per cent.
                const PULL: f32 = 1.701_58;
                1.0 - rest * rest * ((PULL + 1.0) * rest - PULL)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Easing; 5] =
        [Easing::Linear, Easing::EaseIn, Easing::EaseOut, Easing::EaseInOut, Easing::Overshoot];

    #[test]
    fn ends_are_exact() {
        for easing in ALL {
            assert_eq!((easing.at(0.0), easing.at(1.0)), (0.0, 1.0));
            assert_eq!((easing.at(-3.0), easing.at(7.0), easing.at(f32::NAN)), (0.0, 1.0, 1.0));
        }
    }

    proptest! {
        #[test]
        fn only_overshoot_leaves_the_range_or_turns_back(a in 0.0f32..1.0, b in 0.0f32..1.0) {
            let (a, b) = (a.min(b), a.max(b));
            for easing in &ALL[..4] {
                let (ea, eb) = (easing.at(a), easing.at(b));
                prop_assert!((0.0..=1.0).contains(&ea) && ea <= eb + 1e-6);
            }
            prop_assert!((-0.01..=1.11).contains(&Easing::Overshoot.at(a)));
        }
    }
}
