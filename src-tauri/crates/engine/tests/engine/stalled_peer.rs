//! Of three destinations one stops reading for thirty seconds. The others and the recording lose
//! nothing; the stalled one is back within three seconds of its recovery.

use std::time::{Duration, Instant};

use vitrine_delivery::{DestinationSettings, Target};
use vitrine_engine::RenditionId;
use vitrine_flow::Clock;
use vitrine_media::FrameRate;
use vitrine_rehearsal::{Misbehaviour, Rehearsal, RehearsalSettings, StreamReport};

use crate::support::{CANVAS, settings, start, wait_for};

const STALL: Duration = Duration::from_secs(30);
const SOON: Duration = Duration::from_secs(15);

fn frames(report: &StreamReport) -> u64 {
    report.video.as_ref().map_or(0, |v| v.frames)
}

#[test]
fn a_stalled_destination_hurts_nobody_and_returns() {
    // The stalled one has an endpoint of its own, so that new connections stall as well.
    let healthy = Rehearsal::start(RehearsalSettings::default()).expect("an endpoint");
    let stalled = Rehearsal::start(RehearsalSettings::default()).expect("an endpoint");
    let dir = tempfile::tempdir().expect("a folder");
    let mut settings = settings(Clock::real(), FrameRate::whole(30));
    // Enough bytes that the kernel's buffers fill as they would in a show.
    settings.renditions[0].video.bitrate = 3_000_000;
    let engine = start(settings);
    let rendition = RenditionId::from(CANVAS);
    for (id, endpoint) in [("one", &healthy), ("two", &healthy), ("bad", &stalled)] {
        let target = Target::new(&endpoint.url(), id).expect("an address");
        let destination = DestinationSettings::new(id, id, target);
        engine.add_destination(&rendition, destination).expect("started");
    }
    let file = dir.path().join("show.mp4");
    engine.add_recording("file", &rendition, file, false).expect("started");
    for (endpoint, key) in [(&healthy, "one"), (&healthy, "two"), (&stalled, "bad")] {
        wait_for(key, SOON, || endpoint.report(key).filter(|r| frames(r) > 60));
    }

    stalled.misbehave("*", Misbehaviour::Stall);
    let until = Instant::now() + STALL;
    wait_for("the stall", STALL * 2, || (Instant::now() >= until).then_some(()));
    let publishes = stalled.report("bad").expect("a report").connects;
    stalled.misbehave("*", Misbehaviour::None);
    let healed = Instant::now();
    wait_for("the stalled one's return", SOON, || {
        let report = stalled.report("bad")?;
        let media = report.connections.last().is_some_and(|c| c.frames > 0);
        (report.connects > publishes && media).then_some(())
    });
    let back = healed.elapsed();
    assert!(back <= Duration::from_secs(3), "back only after {back:?}");

    let until = Instant::now() + Duration::from_secs(2);
    wait_for("two more seconds", SOON, || (Instant::now() >= until).then_some(()));
    let ended = engine.stop(Duration::from_secs(5));
    for key in ["one", "two"] {
        let report = healthy.report(key).expect("a report");
        let video = report.video.as_ref().expect("pictures");
        assert_eq!(video.missing_frames, Some(0), "{key} lost pictures");
        assert_eq!((report.connects, video.times_back), (1, 0), "{key} was interrupted");
        assert!(video.frames >= 30 * 32, "{key} has only {}", video.frames);
        let audio = report.audio.as_ref().expect("sound");
        assert_eq!(audio.missing_packets, Some(0), "{key} lost sound");
    }
    let of = |id: &str| ended.destinations.get(id).expect("a destination");
    let dropped = |id: &str| of(id).status.video.dropped + of(id).status.video.missed;
    assert_eq!(dropped("one") + dropped("two"), 0);
    assert!(dropped("bad") > 0, "the stalled one's loss is counted");
    let recording = ended.recordings["file"].as_ref().expect("a recording");
    assert_eq!((recording.video_dropped, recording.audio_dropped), (0, 0));
    let encoded = ended.stats.renditions[0].frames;
    assert!(recording.video + 90 >= encoded, "{recording:?} of {encoded}");
    let stats = &ended.stats;
    assert_eq!((stats.lagged, stats.renditions[0].skipped), (0, 0), "the encoder never waited");
}
