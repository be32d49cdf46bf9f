//! A camera and a microphone that stop giving for a while: what lies beneath is shown within a
//! second, the sound goes on as silence, and both return without a hand.

use std::sync::Arc;
use std::time::Duration;

use vitrine_engine::{Event, Program, RenditionId, SourceKind};
use vitrine_flow::Clock;
use vitrine_media::{FrameRate, MediaTime, Plane, StreamKind};
use vitrine_scene::{Color, Content, Layer, Place, Scene};

use crate::support::{CANVAS, Collector, settings, start, wait_for};

/// When the devices stop, and for how long.
const GAP: (i64, i64) = (1500, 2000);

#[test]
fn the_slate_shows_within_a_second_and_the_camera_returns_by_itself() {
    let mut settings = settings(Clock::real(), FrameRate::whole(30));
    settings.video[0].spec = "test-camera:rate=30,gap=1.5+2".parse().expect("a source");
    settings.audio[0].spec = "test-mic:rate=44100,gap=1.5+2".parse().expect("a source");
    settings.audio_hold = MediaTime::from_millis(40);
    let engine = start(settings);
    // White beneath the camera stands for the slate.
    let white = Color::WHITE;
    let slate = Layer::new("slate", Content::Fill(white), Place::FULL);
    let host = Layer::new("host", Content::Source("host".into()), Place::FULL);
    let scene = Arc::new(Scene { layers: vec![slate, host] });
    engine.cue(Program { scenes: [(CANVAS.into(), scene)].into(), ..Program::default() });
    let collector = Arc::new(Collector::default());
    let sink = Arc::clone(&collector);
    engine.add_sink("collector", &RenditionId::from(CANVAS), sink).expect("a rendition");
    let preview = engine.preview(&CANVAS.into()).expect("a canvas");

    // The corner of the card is dark, the slate is white all over.
    let mut shown: Vec<(MediaTime, bool)> = Vec::new();
    let mut events = Vec::new();
    let end = MediaTime::from_millis(GAP.0 + GAP.1 + 1500);
    wait_for("the show", Duration::from_secs(30), || {
        if let Some((at, frame)) = preview.wait_newest(Duration::from_millis(20)) {
            shown.push((at, frame.row(Plane::Y, 2)[2] > 200));
        }
        while let Some(event) = engine.events().next(Duration::ZERO) {
            events.push(event);
        }
        (engine.clock().now() >= end).then_some(())
    });
    let stats = engine.stop(Duration::from_secs(5)).stats;

    let (from, back) = (MediaTime::from_millis(GAP.0), MediaTime::from_millis(GAP.0 + GAP.1));
    let first = shown.iter().find(|(at, white)| *at > from && *white).expect("the slate shows");
    let waited = first.0 - from;
    assert!(waited < MediaTime::from_secs(1), "the slate only after {waited}");
    let before = shown.iter().filter(|(at, _)| *at > MediaTime::from_millis(500) && *at < from);
    assert!(before.clone().count() > 10 && before.clone().all(|(_, white)| !white));
    let between = first.0..back;
    assert!(shown.iter().filter(|(at, _)| between.contains(at)).all(|(_, white)| *white));
    let settled = back + MediaTime::from_millis(300);
    let after = shown.iter().filter(|(at, _)| *at > settled);
    assert!(after.clone().count() > 10 && after.clone().all(|(_, white)| !white));

    for kind in [SourceKind::Video, SourceKind::Audio] {
        let lost = events.iter().position(
            |e| matches!(e, Event::SourceLost { kind: k, at, .. } if *k == kind && *at >= from),
        );
        let returned = events.iter().position(
            |e| matches!(e, Event::SourceReturned { kind: k, at, .. } if *k == kind && *at >= back),
        );
        assert!(lost.is_some() && returned > lost, "{kind:?}: {events:?}");
    }
    assert_eq!((stats.video_sources[0].losses, stats.audio_sources[0].losses), (1, 1));

    // Silence has its time: no sample is left out.
    let packets = collector.0.lock().expect("not poisoned");
    let audio: Vec<_> = packets.iter().filter(|p| p.kind == StreamKind::Audio).collect();
    assert!(audio.len() > 150, "{} packets", audio.len());
    for pair in audio.windows(2) {
        assert_eq!(pair[1].pts.sample(48_000) - pair[0].pts.sample(48_000), 1024);
    }
}
