//! Ring buffer by absolute sample position, and the joins that make interruptions clickless.
//!
//! Positions count 48 kHz frames from show time zero. Samples are appended at `end`; [`Timeline::splice`]
//! moves `end` where a stamp says. Reading past `end` means the input is late: the timeline then writes
//! silence itself and goes on, and what comes too late is dropped.
//!
//! Wherever sound breaks off, the last 2 ms are played backwards while fading: the joint is continuous,
//! needs nothing from the future, and is over before an ear takes it for sound. Wherever it sets in
//! again it fades in for 2 ms.

use std::f32::consts::PI;

/// Frames held, a power of two: 2.7 s.
const RING: usize = 1 << 17;
const MASK: i64 = RING as i64 - 1;
/// A stamp may lie this many frames (2 s) ahead of what was mixed.
pub(crate) const MAX_AHEAD: i64 = 96_000;
/// Frames of a fade: 2 ms.
pub(crate) const FADE: usize = 96;

pub(crate) struct Timeline {
    samples: [Box<[f32]>; 2],
    /// Oldest position that holds sound of this input.
    start: i64,
    /// Where the next frame goes.
    end: i64,
    /// Up to here a fading tail lies under what is appended.
    tail_end: i64,
    /// Frames of fade-in still to come.
    fade_in: usize,
    /// Everything before has been read. `None` before the first read.
    floor: Option<i64>,
    anchored: bool,
    starved: bool,
    fade: [f32; FADE],
    /// Interruptions so far.
    pub(crate) gaps: u64,
    /// Frames that came too late so far.
    pub(crate) late: u64,
    /// Frames lost to a full buffer so far.
    pub(crate) dropped: u64,
}

impl Timeline {
    pub(crate) fn new() -> Self {
        let mut fade = [0.0; FADE];
        for (k, f) in fade.iter_mut().enumerate() {
            *f = 0.5 * (1.0 + (PI * (k + 1) as f32 / (FADE + 1) as f32).cos());
        }
        let silence = || vec![0.0; RING].into_boxed_slice();
        Self {
            samples: [silence(), silence()],
            start: 0,
            end: 0,
            tail_end: i64::MIN,
            fade_in: 0,
            floor: None,
            anchored: false,
            starved: false,
            fade,
            gaps: 0,
            late: 0,
            dropped: 0,
        }
    }

    /// Where the next frame would go if nothing jumps.
    pub(crate) fn end(&self) -> i64 {
        self.end
    }

    /// Everything before this position has been mixed.
    pub(crate) fn mixed(&self) -> Option<i64> {
        self.floor
    }

    /// Whether `position` is so far ahead that the stamp is not to be believed.
    pub(crate) fn too_far(&self, position: i64) -> bool {
        self.floor.is_some_and(|floor| position > floor + MAX_AHEAD)
    }

    /// What is appended next belongs at `position`: a gap before it becomes silence, an overlap is
    /// replaced by the newer sound. The first anchor of an input is no gap; it fades in only if `soft`
    /// or if its beginning is already lost.
    pub(crate) fn splice(&mut self, position: i64, soft: bool) {
        let floor = self.floor.unwrap_or(i64::MIN);
        if !self.anchored {
            self.anchored = true;
            self.start = position.max(floor);
            self.end = self.start;
            self.fade_in = if soft || position < floor { FADE } else { 0 };
            return;
        }
        if self.starved {
            self.tail_end = i64::MIN;
        } else {
            self.gaps += 1;
            self.end = self.end.min(position.max(floor));
            self.start = self.start.min(self.end);
            self.write_tail();
        }
        let silent_from = self.end.max(self.tail_end);
        self.clear(silent_from, position);
        self.end = self.end.max(position);
        self.fade_in = FADE;
    }

    /// Appends frames whose first belongs at `position`, at or before `end`. What lies before `end`
    /// has been mixed without it and is counted as late.
    pub(crate) fn append(&mut self, position: i64, left: &[f32], right: &[f32]) {
        let skip = (self.end - position).clamp(0, left.len() as i64) as usize;
        self.late += skip as u64;
        let (left, right) = (&left[skip..], &right[skip..]);
        if left.is_empty() {
            return;
        }
        self.starved = false;
        let fading = self.fade_in.min(left.len());
        for i in 0..fading {
            let index = (self.end & MASK) as usize;
            let under = if self.end < self.tail_end { 1.0 } else { 0.0 };
            // The table falls; read backwards it rises.
            let rise = self.fade[self.fade_in - 1];
            for (ring, new) in self.samples.iter_mut().zip([left, right]) {
                ring[index] = ring[index] * under + new[i] * rise;
            }
            self.fade_in -= 1;
            self.end += 1;
        }
        self.copy_in(&left[fading..], &right[fading..]);
        let oldest = self.end - RING as i64;
        if oldest > self.start {
            let unread = self.start.max(self.floor.unwrap_or(i64::MIN));
            self.dropped += (oldest - unread).clamp(0, RING as i64) as u64;
            self.start = oldest;
        }
    }

    /// Reads the frames at `position`, and from now on counts what comes before their end as late.
    pub(crate) fn read(&mut self, position: i64, left: &mut [f32], right: &mut [f32]) {
        let to = position + left.len() as i64;
        if self.anchored && self.end < to {
            self.starve(to);
        }
        self.floor = Some(self.floor.map_or(to, |floor| floor.max(to)));
        let oldest = self.start.max(self.end - RING as i64);
        for (ring, out) in self.samples.iter().zip([left, right]) {
            let silent = if self.anchored {
                (oldest - position).clamp(0, out.len() as i64) as usize
            } else {
                out.len()
            };
            let (before, mut out) = out.split_at_mut(silent);
            before.fill(0.0);
            let mut index = ((position + silent as i64) & MASK) as usize;
            while !out.is_empty() {
                let run = out.len().min(RING - index);
                let (now, rest) = out.split_at_mut(run);
                now.copy_from_slice(&ring[index..index + run]);
                out = rest;
                index = 0;
            }
        }
    }

    /// The reader jumps: what is at `position` and later counts as unread again.
    pub(crate) fn seek(&mut self, position: i64) {
        self.floor = Some(position);
    }

    /// The reader needs frames up to `to` and they are not here.
    fn starve(&mut self, to: i64) {
        if self.starved {
            self.clear(self.end, to);
            self.end = to;
        } else {
            self.starved = true;
            self.gaps += 1;
            self.write_tail();
            self.clear(self.tail_end, to);
            self.end = self.tail_end.max(to);
        }
        self.fade_in = FADE;
    }

    /// Writes the mirrored, fading tail behind `end` without moving it.
    fn write_tail(&mut self) {
        let oldest = self.start.max(self.end - RING as i64 + FADE as i64);
        for k in 0..FADE as i64 {
            let from = self.end - 1 - k;
            let into = ((self.end + k) & MASK) as usize;
            for ring in &mut self.samples {
                let mirrored = if from >= oldest { ring[(from & MASK) as usize] } else { 0.0 };
                ring[into] = mirrored * self.fade[k as usize];
            }
        }
        self.tail_end = self.end + FADE as i64;
    }

    fn clear(&mut self, from: i64, to: i64) {
        let count = (to - from).clamp(0, RING as i64) as usize;
        let first = ((to - count as i64) & MASK) as usize;
        let head = count.min(RING - first);
        for ring in &mut self.samples {
            ring[first..first + head].fill(0.0);
            ring[..count - head].fill(0.0);
        }
    }

    fn copy_in(&mut self, left: &[f32], right: &[f32]) {
        for (ring, mut new) in self.samples.iter_mut().zip([left, right]) {
            let mut index = (self.end & MASK) as usize;
            while !new.is_empty() {
                let run = new.len().min(RING - index);
                ring[index..index + run].copy_from_slice(&new[..run]);
                new = &new[run..];
                index = (index + run) & MASK as usize;
            }
        }
        self.end += left.len() as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(timeline: &mut Timeline, position: i64, frames: usize) -> Vec<f32> {
        let (mut l, mut r) = (vec![9.0; frames], vec![9.0; frames]);
        timeline.read(position, &mut l, &mut r);
        assert_eq!(l, r);
        l
    }

    fn append(timeline: &mut Timeline, position: i64, samples: &[f32]) {
        timeline.append(position, samples, samples);
    }

    fn steepest(samples: &[f32]) -> f32 {
        samples.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn keeps_positions_across_the_wrap() {
        let mut timeline = Timeline::new();
        let origin = RING as i64 * 5 - 300;
        timeline.splice(origin, false);
        let ramp: Vec<f32> = (0..1000).map(|i| i as f32).collect();
        append(&mut timeline, origin, &ramp);
        let got = read(&mut timeline, origin - 10, 1010);
        assert_eq!(&got[..10], &[0.0; 10]);
        assert_eq!(&got[10..], &ramp[..]);
        assert_eq!((timeline.gaps, timeline.late, timeline.dropped), (0, 0, 0));
    }

    #[test]
    fn gap_is_silence_of_the_stamped_length_without_steps() {
        let mut timeline = Timeline::new();
        timeline.splice(0, false);
        append(&mut timeline, 0, &[0.5; 1000]);
        timeline.splice(3000, false);
        append(&mut timeline, 3000, &[0.5; 1000]);
        let got = read(&mut timeline, 0, 4000);
        assert!(got[..1000].iter().all(|&s| s == 0.5));
        assert!(got[1000 + FADE..3000].iter().all(|&s| s == 0.0));
        assert!(got[3000 + FADE..].iter().all(|&s| s == 0.5));
        assert!(steepest(&got) < 0.5 * 0.02, "{}", steepest(&got));
        assert_eq!(timeline.gaps, 1);
    }

    #[test]
    fn late_frames_are_dropped_and_sound_returns_softly() {
        let mut timeline = Timeline::new();
        timeline.splice(0, false);
        append(&mut timeline, 0, &[0.5; 1000]);
        let mut heard = read(&mut timeline, 0, 1024);
        heard.extend(read(&mut timeline, 1024, 1024));
        // 1000..2048 comes too late, the rest in time.
        append(&mut timeline, 1000, &[0.5; 2000]);
        heard.extend(read(&mut timeline, 2048, 900));
        assert_eq!(timeline.gaps, 1);
        assert_eq!(timeline.late, 1048);
        assert!(steepest(&heard) < 0.5 * 0.02, "{}", steepest(&heard));
        assert_eq!(heard[2047], 0.0);
        assert_eq!(heard[2048 + FADE], 0.5);
    }

    #[test]
    fn overlap_is_replaced_by_the_newer_sound() {
        let mut timeline = Timeline::new();
        timeline.splice(0, false);
        append(&mut timeline, 0, &[0.25; 2000]);
        timeline.splice(1000, false);
        append(&mut timeline, 1000, &[0.5; 1000]);
        let got = read(&mut timeline, 0, 2000);
        assert_eq!(got[999], 0.25);
        assert_eq!(got[1000 + FADE], 0.5);
        assert!(steepest(&got) < 0.02);
    }

    #[test]
    fn small_gap_keeps_the_place_of_what_follows() {
        let mut timeline = Timeline::new();
        timeline.splice(0, false);
        append(&mut timeline, 0, &[0.5; 500]);
        timeline.splice(510, false);
        append(&mut timeline, 510, &[0.5; 500]);
        let got = read(&mut timeline, 0, 1010);
        assert!(steepest(&got) < 0.02, "{}", steepest(&got));
        assert_eq!(got[510 + FADE], 0.5);
    }

    #[test]
    fn full_buffer_loses_the_oldest() {
        let mut timeline = Timeline::new();
        timeline.splice(0, false);
        let block = vec![1.0; 1000];
        for i in 0..200 {
            append(&mut timeline, i * 1000, &block);
        }
        assert_eq!(timeline.dropped, 200_000 - RING as u64);
        let got = read(&mut timeline, 200_000 - RING as i64 - 1, 10);
        assert_eq!(got[..2], [0.0, 1.0]);
    }

    #[test]
    fn positions_before_zero_and_far_jumps() {
        let mut timeline = Timeline::new();
        timeline.splice(-5, false);
        append(&mut timeline, -5, &[1.0; 10]);
        assert_eq!(read(&mut timeline, -6, 8), [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert!(timeline.too_far(1 << 60));
        timeline.splice(1 << 50, false);
        append(&mut timeline, 1 << 50, &[1.0; 200]);
        assert_eq!(read(&mut timeline, (1 << 50) + 150, 1), [1.0]);
        // And back: an unread far stamp does not keep out what follows.
        let mut timeline = Timeline::new();
        timeline.splice(1 << 50, false);
        append(&mut timeline, 1 << 50, &[1.0; 200]);
        read(&mut timeline, 0, 100);
        timeline.splice(200, false);
        append(&mut timeline, 200, &[1.0; 200]);
        assert_eq!(read(&mut timeline, 390, 2), [1.0, 1.0]);
    }
}
