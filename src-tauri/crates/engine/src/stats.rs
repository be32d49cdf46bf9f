//! Every counter of a show, as one value.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use vitrine_delivery::{DestinationStatus, RecordingStatus};
use vitrine_media::MediaTime;
use vitrine_mixer::Levels;

use crate::cpu::ThreadCpu;

/// The state of all counters at one moment.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// Show time.
    pub at: MediaTime,
    /// Ticks drawn since the start.
    pub ticks: u64,
    /// Ticks left out because the compositor was late.
    pub lagged: u64,
    /// CPU time of drawing one tick (all canvases).
    pub draw_ms: LatencyStats,
    /// From a cue's call (or its moment, if it was scheduled) to the first coded picture showing it.
    pub cue_to_packet_ms: LatencyStats,
    /// Each encoder.
    pub renditions: Vec<RenditionStats>,
    /// Each camera, file or test card.
    pub video_sources: Vec<SourceStats>,
    /// Each microphone, file or test tone.
    pub audio_sources: Vec<SourceStats>,
    /// Meters and loudness.
    pub levels: LevelStats,
    /// AAC packets made.
    pub audio_packets: u64,
    /// Each destination.
    pub destinations: Vec<DestinationStatus>,
    /// Each recording.
    pub recordings: Vec<RecordingStats>,
    /// CPU seconds by thread name.
    pub threads: Vec<ThreadCpu>,
    /// Resident memory, and its highest, in bytes; zero where the system does not say.
    pub memory: u64,
    /// Highest resident memory in bytes.
    pub memory_peak: u64,
    /// Events lost because nobody read them.
    pub missed_events: u64,
}

/// An encoder's counters.
#[derive(Clone, Debug, Serialize)]
pub struct RenditionStats {
    /// Its name.
    pub id: String,
    /// The encoder that opened.
    pub encoder: String,
    /// Pictures encoded.
    pub frames: u64,
    /// Pictures left out because the encoder was late.
    pub skipped: u64,
    /// Pictures drawn before a [`cover`](crate::Engine::cover) that therefore did not leave.
    pub withheld: u64,
    /// Keyframes among them.
    pub keyframes: u64,
    /// Bytes made.
    pub bytes: u64,
    /// Present target in bits a second.
    pub bitrate: u32,
    /// From a picture's tick to its packet.
    pub picture_to_packet_ms: LatencyStats,
}

/// A source's counters.
#[derive(Clone, Debug, Serialize)]
pub struct SourceStats {
    /// Its name.
    pub id: String,
    /// What was asked for, as it is written.
    pub spec: String,
    /// What it is, as the source describes itself.
    pub what: String,
    /// Is it giving?
    pub live: bool,
    /// Pictures or blocks received.
    pub received: u64,
    /// Pictures never shown because a newer one came; blocks the mixer had no room for.
    pub replaced: u64,
    /// Pictures that came damaged, or were overtaken before they could be looked at.
    pub unusable: u64,
    /// How often it was lost.
    pub losses: u64,
}

/// Meters and loudness of the mix.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LevelStats {
    /// Each input.
    pub inputs: Vec<InputLevelStats>,
    /// Loudness of the last 400 ms, LUFS.
    pub momentary_lufs: f32,
    /// Gated loudness since the start, LUFS.
    pub integrated_lufs: f32,
    /// Highest true peak since the start, dBTP.
    pub true_peak_dbtp: f32,
}

/// Meters of one input.
#[derive(Clone, Debug, Serialize)]
pub struct InputLevelStats {
    /// Its name.
    pub id: String,
    /// Peak, dBFS.
    pub peak_dbfs: f32,
    /// RMS over 300 ms, dBFS.
    pub rms_dbfs: f32,
    /// Runs of missing samples.
    pub gaps: u64,
    /// Sample frames that came too late or did not fit.
    pub lost: u64,
    /// Speed correction of a device clock, parts in a million.
    pub drift_ppm: f32,
}

impl From<Levels> for LevelStats {
    fn from(l: Levels) -> Self {
        let input = |i: &vitrine_mixer::InputLevels| InputLevelStats {
            id: i.id.to_string(),
            peak_dbfs: i.peak_dbfs,
            rms_dbfs: i.rms_dbfs,
            gaps: i.gaps,
            lost: i.late + i.dropped,
            drift_ppm: i.drift_ppm,
        };
        Self {
            inputs: l.inputs.iter().map(input).collect(),
            momentary_lufs: l.momentary_lufs,
            integrated_lufs: l.integrated_lufs,
            true_peak_dbtp: l.true_peak_dbtp,
        }
    }
}

/// A recording's name and state.
#[derive(Clone, Debug, Serialize)]
pub struct RecordingStats {
    /// Its name.
    pub id: String,
    /// Its state.
    pub status: RecordingStatus,
}

/// A distribution in milliseconds, to 0.1 ms; above 3 s everything counts as 3 s.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct LatencyStats {
    /// Values counted.
    pub count: u64,
    /// Half lie below.
    pub p50: f64,
    /// 95 of 100 lie below.
    pub p95: f64,
    /// 99 of 100 lie below.
    pub p99: f64,
    /// The largest.
    pub max: f64,
}

const BUCKETS: usize = 30_000;

/// Counts latencies without allocating after its first value.
#[derive(Debug, Default)]
pub(crate) struct Latency(Mutex<Histogram>);

#[derive(Debug, Default)]
struct Histogram {
    buckets: Vec<u32>,
    count: u64,
    max: f64,
}

impl Latency {
    pub fn add(&self, span: MediaTime) {
        let ms = span.as_secs_f64().max(0.0) * 1e3;
        let mut h = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if h.buckets.is_empty() {
            h.buckets = vec![0; BUCKETS];
        }
        let i = ((ms * 10.0) as usize).min(BUCKETS - 1);
        h.buckets[i] = h.buckets[i].saturating_add(1);
        h.count += 1;
        h.max = h.max.max(ms);
    }

    pub fn stats(&self) -> LatencyStats {
        let h = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |share: f64| {
            let want = (h.count as f64 * share).ceil().max(1.0) as u64;
            let mut seen = 0u64;
            let found = h.buckets.iter().position(|&n| {
                seen += u64::from(n);
                seen >= want
            });
            found.map_or(0.0, |i| (i as f64 + 0.5) / 10.0)
        };
        LatencyStats { count: h.count, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: h.max }
    }
}

/// A counter that one thread raises and others read.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ramp() {
        let l = Latency::default();
        assert_eq!(l.stats().p99, 0.0);
        for ms in 1..=1000 {
            l.add(MediaTime::from_millis(ms));
        }
        let s = l.stats();
        assert_eq!(s.count, 1000);
        assert!((s.p50 - 500.0).abs() < 0.2 && (s.p95 - 950.0).abs() < 0.2, "{s:?}");
        assert!((s.p99 - 990.0).abs() < 0.2 && s.max == 1000.0, "{s:?}");
    }
}
