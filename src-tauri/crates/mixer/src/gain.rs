//! Gains that glide.

/// A gain on its way to a target in a straight line.
pub(crate) struct Glide {
    value: f32,
    target: f32,
    step: f32,
    left: usize,
}

impl Glide {
    /// Stands at `value`.
    pub(crate) fn at(value: f32) -> Self {
        Self { value, target: value, step: 0.0, left: 0 }
    }

    /// From now on towards `target`, arriving after `frames`.
    pub(crate) fn to(&mut self, target: f32, frames: usize) {
        if target == self.target {
            return;
        }
        self.target = target;
        self.left = frames.max(1);
        self.step = (target - self.value) / self.left as f32;
    }

    /// Whether it stands still at `value`.
    pub(crate) fn rests_at(&self, value: f32) -> bool {
        self.left == 0 && self.value == value
    }

    /// Whether it is or is going to be anything but `value`.
    pub(crate) fn leaves(&self, value: f32) -> bool {
        !self.rests_at(value)
    }

    /// The gain of the next frame.
    pub(crate) fn next(&mut self) -> f32 {
        if self.left > 0 {
            self.left -= 1;
            // The last step lands exactly, or rounding would stay in every later sample.
            self.value = if self.left == 0 { self.target } else { self.value + self.step };
        }
        self.value
    }

    /// Multiplies a span.
    pub(crate) fn apply(&mut self, left: &mut [f32], right: &mut [f32]) {
        let gliding = self.left.min(left.len());
        for i in 0..gliding {
            let gain = self.next();
            left[i] *= gain;
            right[i] *= gain;
        }
        if self.value == 1.0 {
            return;
        }
        for channel in [left, right] {
            for sample in &mut channel[gliding..] {
                *sample *= self.value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glides_in_a_line_and_rests_exactly() {
        let mut glide = Glide::at(1.0);
        glide.to(0.1, 240);
        let (mut l, mut r) = (vec![1.0; 300], vec![1.0; 300]);
        glide.apply(&mut l, &mut r);
        assert!(l.windows(2).all(|w| w[0] - w[1] < 0.9 / 240.0 + 1e-6));
        assert!((l[119] - 0.55).abs() < 1e-4);
        assert_eq!(l[239], 0.1);
        assert_eq!(r[299], 0.1);
        assert!(glide.rests_at(0.1) && glide.leaves(1.0));
    }

    #[test]
    fn unity_changes_nothing() {
        let mut glide = Glide::at(1.0);
        let (mut l, mut r) = ([0.1, 0.3], [f32::MIN_POSITIVE, 0.7]);
        glide.apply(&mut l, &mut r);
        assert_eq!((l, r), ([0.1, 0.3], [f32::MIN_POSITIVE, 0.7]));
    }
}
