//! Which samples make an output sample, and with what weight.

/// Outputs half a window serves.
const LANES: usize = 4;
/// Neighbouring samples in half a window.
const REACH: usize = 8;

/// The plan of one direction of a scaler: for each output the first sample it takes and the
/// weights of the samples from there on, in Q14, summing to exactly one.
#[derive(Debug, Default)]
pub struct Taps {
    starts: Vec<u32>,
    weights: Vec<i16>,
    count: usize,
    last: usize,
    copied_from: Option<usize>,
    windows: Windows,
}

/// A vector plan of the same weights.
#[derive(Debug, Default)]
#[doc(hidden)]
pub struct Windows {
    /// All windows, group after group.
    pub list: Vec<Window>,
    /// For each group of eight outputs the index past its last window. An even number of groups.
    pub ends: Vec<u32>,
}

/// Twice eight neighbouring 16-bit samples; of the first eight each of four outputs takes up to two,
/// of the others the next four outputs.
#[derive(Clone, Debug)]
#[doc(hidden)]
pub struct Window {
    /// The first sample of each half.
    pub starts: [u32; 2],
    /// For each output the bytes of its two samples, counted within its half.
    pub pick: [u8; 32],
    /// For each output the weights of its two samples.
    pub weights: [i16; 16],
}

impl Taps {
    /// Plans `outputs` samples over the span `from .. from + span` of `len` samples.
    ///
    /// Growing is bilinear; shrinking averages the area each output covers. Nothing outside of
    /// the span's own samples is used, so that what was cropped away does not shine in. The
    /// span is brought within the samples there are.
    pub fn plan(&mut self, len: usize, from: f64, span: f64, outputs: usize) {
        let (starts, weights) = (&mut self.starts, &mut self.weights);
        starts.clear();
        weights.clear();
        let from = if from.is_finite() { from.clamp(0.0, len as f64 - 1.0) } else { 0.0 };
        let most = len as f64 - from;
        let span = if span > 0.0 { span.min(most) } else { most };
        let (low, high) = samples_of(from, span, len);
        let step = span / outputs.max(1) as f64;
        self.count = if step <= 1.0 { 2 } else { (step.ceil() as usize + 1).next_multiple_of(2) };
        // A plan that moves nothing by a visible amount is a copy.
        let copies = (step - 1.0).abs() * outputs as f64 <= 1e-3
            && (from - from.round()).abs() <= 1e-3
            && from.round() as usize + outputs <= len;
        self.copied_from = copies.then_some(from.round() as usize);
        self.last = high - 1;
        for i in 0..outputs {
            let at = from + i as f64 * step;
            let (a, b) = if step <= 1.0 {
                // Bilinear is a box one sample wide around the output's middle.
                let middle = at + step / 2.0;
                (middle - 0.5, middle + 0.5)
            } else {
                (at, at + step)
            };
            let start = (a.floor().max(low as f64) as usize).min(high - 1);
            starts.push(start as u32);
            // Cumulative shares are rounded, so the weights sum to one whatever the rounding.
            let mut given = 0;
            for k in 0..self.count {
                let index = start + k;
                let covered = if index + 1 >= high { b } else { b.min((index + 1) as f64) };
                let share = ((covered - a) / (b - a)).clamp(0.0, 1.0);
                let sum =
                    if k + 1 == self.count { 16384 } else { (share * 16384.0).round() as i16 };
                weights.push(sum - given);
                given = sum;
            }
        }
        self.windows.plan(&self.starts, &self.weights, self.count);
    }

    /// The first sample of each output.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// `count` weights for each output.
    pub fn weights(&self) -> &[i16] {
        &self.weights
    }

    /// How many weights each output has, an even number.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The last sample that may be read.
    pub const fn last(&self) -> usize {
        self.last
    }

    /// The first sample, when outputs are samples one by one.
    pub const fn copied_from(&self) -> Option<usize> {
        self.copied_from
    }

    pub(crate) const fn windows(&self) -> &Windows {
        &self.windows
    }
}

/// First sample touched by a span and the one past its last.
fn samples_of(from: f64, span: f64, len: usize) -> (usize, usize) {
    // A hair of slack: 0.1 + 0.2 of a width must not count as touching the next sample.
    let low = (from + 1e-3).floor().max(0.0) as usize;
    let high = ((from + span - 1e-3).ceil().max(0.0) as usize).min(len);
    (low.min(len - 1), high.max(low.min(len - 1) + 1))
}

impl Windows {
    fn plan(&mut self, starts: &[u32], weights: &[i16], count: usize) {
        self.list.clear();
        self.ends.clear();
        let outputs = starts.len();
        for first in (0..outputs.next_multiple_of(4 * LANES)).step_by(2 * LANES) {
            let begin = self.list.len();
            for half in 0..2 {
                let lane = |n: usize| (first + half * LANES + n).min(outputs);
                let lanes = lane(0)..lane(LANES);
                let taps = &weights[lanes.start * count..lanes.end * count];
                self.plan_half(begin, half, &starts[lanes], taps, count);
            }
            self.ends.push(self.list.len() as u32);
        }
    }

    /// Plans the windows of up to four outputs into one half of the windows from `begin` on.
    fn plan_half(
        &mut self,
        begin: usize,
        half: usize,
        starts: &[u32],
        weights: &[i16],
        count: usize,
    ) {
        // What each output still has to take: a range of its taps, zero weights left out.
        let mut open = [(0, 0); LANES];
        for (open, w) in open.iter_mut().zip(weights.chunks_exact(count)) {
            let first = w.iter().position(|&w| w != 0).unwrap_or(0);
            *open = (first, w.iter().rposition(|&w| w != 0).map_or(0, |n| n + 1));
        }
        for index in begin.. {
            let next = open.iter().zip(starts).filter(|((k, end), _)| k < end);
            let Some(start) = next.map(|((k, _), &s)| s as usize + k).min() else { break };
            if index == self.list.len() {
                self.list.push(Window { starts: [0; 2], pick: [0x80; 32], weights: [0; 16] });
            }
            let window = &mut self.list[index];
            window.starts[half] = start as u32;
            for (lane, ((k, end), &first)) in open.iter_mut().zip(starts).enumerate() {
                for slot in 0..2 {
                    // `start` is the least of what is open, so what is not taken lies behind it.
                    let at = (first as usize + *k).wrapping_sub(start);
                    if *k < *end && at < REACH {
                        let place = (half * LANES + lane) * 2 + slot;
                        window.pick[place * 2] = 2 * at as u8;
                        window.pick[place * 2 + 1] = 2 * at as u8 + 1;
                        window.weights[place] = weights[lane * count + *k];
                        *k += 1;
                    }
                }
            }
        }
    }
}
