//! The destination's thread against a publisher that does what the test says: slow, panicking,
//! hanging where nothing can interrupt it.

mod common;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{Feeder, keep, live, program, secs, until, wait};
use vitrine_delivery::publisher::{Opening, Stamps};
use vitrine_delivery::{
    Destination, DestinationEvent, DestinationSettings, PublishError, Publisher, State, Target,
};
use vitrine_flow::{Clock, Stop};
use vitrine_media::{Packet, StreamKind};

/// What all connections of a test share.
#[derive(Default)]
struct Script {
    connections: AtomicU32,
    /// Each packet takes 60 ms, four times as long as there is.
    slow: AtomicBool,
    /// The tenth packet of the first connection panics.
    panics: AtomicBool,
    /// A packet never returns, whatever is aborted.
    hangs: AtomicBool,
    release: Stop,
    first: Mutex<Vec<(StreamKind, bool, Stamps)>>,
}

struct Scripted {
    script: Arc<Script>,
    connection: u32,
    sent: u32,
}

impl Publisher for Scripted {
    fn open(&mut self, _: &Opening) -> Result<(), PublishError> {
        self.connection = self.script.connections.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn send(&mut self, p: &Packet, stamps: Stamps, _: Duration) -> Result<(), PublishError> {
        self.sent += 1;
        let s = &self.script;
        if self.sent == 1 {
            s.first.lock().expect("first").push((p.kind, p.key, stamps));
        }
        if s.slow.load(Ordering::Relaxed) {
            Stop::new().wait(Duration::from_millis(60));
        }
        if s.hangs.load(Ordering::Relaxed) {
            s.release.wait(secs(60));
        }
        let panics = self.connection == 0 && self.sent == 10 && s.panics.load(Ordering::Relaxed);
        assert!(!panics, "scripted");
        Ok(())
    }

    fn close(self: Box<Self>, _: Duration) -> Result<(), PublishError> {
        Ok(())
    }

    fn abort(self: Box<Self>) {}
}

fn start(script: &Arc<Script>) -> (Arc<Destination>, common::Events) {
    let target = Target::new("rtmp://127.0.0.1/app", "scripted-key-1").expect("target");
    let mut settings = DestinationSettings::new("t", "Test", target);
    settings.proof = Duration::from_millis(200);
    settings.proof_again = Duration::from_millis(200);
    let own = Arc::clone(script);
    settings.publisher =
        Arc::new(move || Box::new(Scripted { script: Arc::clone(&own), connection: 0, sent: 0 }));
    let (events, on_event) = keep();
    let streams = program().streams.clone();
    let d = Destination::start(settings, streams, Clock::real(), on_event).expect("starts");
    (Arc::new(d), events)
}

fn feed(d: &Arc<Destination>) -> Feeder {
    let own = Arc::clone(d);
    Feeder::start(move |p| own.push(p))
}

#[test]
fn a_slow_connection_is_congested_and_loses_pictures_only() {
    let script = Arc::new(Script::default());
    let (d, events) = start(&script);
    wait("connected", secs(5), || {
        let e = events.lock().expect("events");
        e.iter().any(|e| matches!(e, DestinationEvent::KeyframeWanted { .. }))
    });
    let _feeder = feed(&d);
    until(&d, "live", secs(5), live);
    script.slow.store(true, Ordering::Relaxed);
    until(&d, "congested", secs(8), |s| s.state == State::Congested);
    assert!(d.status().reason.expect("a reason").contains("too slow"));
    until(&d, "drops", secs(8), |s| s.video.dropped > 25);
    assert_eq!(d.status().audio.dropped, 0);
    script.slow.store(false, Ordering::Relaxed);
    until(&d, "free again", secs(5), live);
    wait("told", secs(3), || {
        let e = events.lock().expect("events");
        e.iter().any(|e| matches!(e, DestinationEvent::Dropped { video: 1.., audio: 0, .. }))
    });
    assert!(d.stop(secs(3)).clean);
}

#[test]
fn a_panic_costs_a_connection_and_not_the_destination() {
    let script = Arc::new(Script::default());
    script.panics.store(true, Ordering::Relaxed);
    let (d, _) = start(&script);
    let _feeder = feed(&d);
    until(&d, "survives", secs(8), live);
    assert!(script.connections.load(Ordering::Relaxed) >= 2);
    for (kind, key, stamps) in script.first.lock().expect("first").iter() {
        assert_eq!((*kind, *key, stamps.dts), (StreamKind::Video, true, 0));
    }
    assert!(d.stop(secs(3)).clean);
}

#[test]
fn stopping_never_takes_longer_than_it_may() {
    let script = Arc::new(Script::default());
    let (d, _) = start(&script);
    let _feeder = feed(&d);
    until(&d, "live", secs(5), live);
    script.hangs.store(true, Ordering::Relaxed);
    until(&d, "hangs", secs(5), |s| s.queue_age.as_millis() > 100);
    let begun = Instant::now();
    let report = d.stop(secs(2));
    let took = begun.elapsed();
    assert!(!report.ended && !report.clean && took < Duration::from_millis(2300), "{took:?}");
    // Freed, it ends; and then the true report is given.
    script.release.stop();
    let report = d.stop(secs(5));
    assert!(report.ended, "{report:?}");
    assert_eq!(report.status.state, State::Stopped);
}
