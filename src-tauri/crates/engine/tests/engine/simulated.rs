//! The same threads under a simulated clock: minutes of show in seconds, exact to the tick.

use std::sync::Arc;
use std::time::Duration;

use vitrine_engine::RenditionId;
use vitrine_flow::Clock;
use vitrine_media::{FrameRate, MediaTime, StreamKind};

use crate::support::{CANVAS, Collector, settings, start, wait_for};

#[test]
fn every_tick_and_sample_has_its_exact_time() {
    let rate = FrameRate::new(30_000, 1001).expect("a rate");
    let engine = start(settings(Clock::simulated(), rate));
    let collector = Arc::new(Collector::default());
    let sink = Arc::clone(&collector);
    engine.add_sink("collector", &RenditionId::from(CANVAS), sink).expect("a rendition");
    let minutes = MediaTime::from_secs(180);
    wait_for("three minutes of show", Duration::from_secs(120), || {
        (engine.clock().now() >= minutes).then_some(())
    });
    let stats = engine.stop(Duration::from_secs(5)).stats;
    assert_eq!((stats.lagged, stats.renditions[0].skipped), (0, 0));
    assert_eq!(stats.levels.inputs.len(), 1);

    let packets = collector.0.lock().expect("not poisoned");
    let of = |kind| packets.iter().filter(move |p| p.kind == kind);
    let video: Vec<_> = of(StreamKind::Video).collect();
    let first = rate.tick_at(video[0].pts);
    for (i, p) in video.iter().enumerate() {
        assert_eq!(p.pts, rate.time_of(first + i as u64), "picture {i}");
        assert!(p.dts <= p.pts);
    }
    assert!(video.len() as f64 > 170.0 * rate.as_f64());
    let keys: Vec<_> = video.iter().filter(|p| p.key).collect();
    for pair in keys[1..].windows(2) {
        // Keyframes stand at the first tick of each two seconds, on no other grid.
        let spread = (pair[1].pts - pair[0].pts).as_secs_f64() - 2.0;
        assert!(spread.abs() < 0.034, "{spread}");
    }
    let audio: Vec<_> = of(StreamKind::Audio).collect();
    for pair in audio.windows(2) {
        assert_eq!(pair[1].pts.sample(48_000) - pair[0].pts.sample(48_000), 1024);
    }
    // The encoder's priming delay puts a packet one block before the samples it was made of.
    assert_eq!(audio[0].pts.sample(48_000).rem_euclid(1024), 0);
}
