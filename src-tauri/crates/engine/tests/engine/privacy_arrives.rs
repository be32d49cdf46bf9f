//! A moment of privacy as a service sees it: the endpoint on loopback stamps what arrives.

use std::time::Duration;

use vitrine_codec::{Latency, VideoSettings};
use vitrine_delivery::{DestinationSettings, Target};
use vitrine_engine::RenditionId;
use vitrine_flow::{Clock, Stop};
use vitrine_media::{FrameRate, MediaTime, Size, StreamKind};
use vitrine_rehearsal::{Rehearsal, RehearsalSettings, TimelineEntry};

use crate::privacy::{AUDIO_BITRATE, hum, silent_packet, slate};
use crate::support::{CANVAS, host, settings, start, wait_for};

/// What stands before the sound in an FLV tag.
const TAG: u32 = 2;

/// When the slate and silence arrive, in milliseconds from the call; the slowest of two services.
fn arrivals(latency: Latency) -> Vec<(u64, u64)> {
    let folder = tempfile::tempdir().expect("a folder");
    let endpoint = Rehearsal::start(RehearsalSettings::default()).expect("an endpoint");
    let rate = FrameRate::whole(30);
    let mut settings = settings(Clock::real(), rate);
    let size = Size::new(1280, 720);
    settings.canvases[0].size = size;
    settings.renditions[0].video = VideoSettings { latency, ..VideoSettings::new(size, rate) };
    settings.audio = vec![hum(folder.path())];
    settings.audio_bitrate = AUDIO_BITRATE;
    let quality = latency == Latency::Quality;
    settings.audio_hold = MediaTime::from_millis(if quality { 100 } else { 60 });
    let engine = start(settings);
    let keys = ["one", "two"];
    for key in keys {
        let target = Target::new(&endpoint.url(), key).expect("an address");
        let mut destination = DestinationSettings::new(key, key, target);
        if quality {
            destination.hold = MediaTime::from_millis(400);
        }
        engine.add_destination(&RenditionId::from(CANVAS), destination).expect("started");
    }
    let silence = silent_packet().len() as u32 + TAG;
    let mut rounds = Vec::new();
    for _ in 0..5 {
        engine.hush(false);
        engine.cue(host());
        let until = engine.clock().now() + MediaTime::from_millis(1_500);
        assert!(engine.clock().sleep_until(until, &Stop::new()));
        let begun = endpoint.now_ms();
        engine.cover(slate(&[CANVAS]));
        engine.hush(true);
        let took = keys.map(|key| {
            wait_for("the slate and silence", Duration::from_secs(20), || {
                let list = endpoint.timeline(key);
                let since = |wanted: &dyn Fn(&TimelineEntry) -> bool| {
                    let found = list.iter().find(|e| e.arrival_ms >= begun && wanted(e))?;
                    Some(found.arrival_ms - begun)
                };
                let slate = since(&|e| e.kind == StreamKind::Video && e.key)?;
                Some((slate, since(&|e| e.kind == StreamKind::Audio && e.size == silence)?))
            })
        });
        rounds.push((took[0].0.max(took[1].0), took[0].1.max(took[1].1)));
    }
    for key in keys {
        let report = endpoint.report(key).expect("a report");
        assert_eq!(report.video.map(|v| (v.times_back, report.connects)), Some((0, 1)), "{key}");
    }
    let ended = engine.stop(Duration::from_secs(5));
    for destination in ended.destinations.values() {
        let (video, audio) = (destination.status.video, destination.status.audio);
        assert_eq!((video.dropped, audio.dropped), (0, 0), "privacy is no sign of a slow network");
    }
    rounds
}

/// The quickest of some rounds must be within the limit, as other work on the machine may delay any of them.
#[test]
fn slate_and_silence_arrive_within_200_ms() {
    for latency in [Latency::Low, Latency::Quality] {
        let rounds = arrivals(latency);
        println!("{latency:?}: slate and silence arrive after {rounds:?} ms");
        let quickest = rounds.iter().map(|(a, b)| a.max(b)).min().expect("rounds");
        assert!(*quickest <= 200, "{latency:?}: {rounds:?}");
    }
}
