//! Delivery against a real third-party server: nginx with its RTMP module. What counts is what the
//! server recorded and said, not our own counters alone.

#[path = "../common/mod.rs"]
mod common;
mod server;

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use common::{Feeder, assert_in_order, decode, keep, live, probe, program, secs, until, wait};
use server::{Nginx, Stunnel};
use vitrine_delivery::{
    Destination, DestinationEvent, DestinationSettings, FailureKind, Phase, Recording,
    RecordingSettings, State, Target,
};
use vitrine_flow::Clock;

fn start(target: Target) -> (Arc<Destination>, common::Events) {
    let (events, on_event) = keep();
    let settings = DestinationSettings::new("shop", "Shop", target);
    let streams = program().streams.clone();
    let d = Destination::start(settings, streams, Clock::real(), on_event).expect("starts");
    (Arc::new(d), events)
}

fn feed(destinations: &[&Arc<Destination>]) -> Feeder {
    let all: Vec<_> = destinations.iter().map(|d| Arc::clone(d)).collect();
    Feeder::start(move |p| all.iter().for_each(|d| d.push(p)))
}

#[test]
fn a_show_arrives_whole_and_ends_properly() {
    let Some(nginx) = Nginx::start() else { return };
    let (d, events) = start(nginx.target("open", "whole-1"));
    let feeder = feed(&[&d]);
    until(&d, "live", secs(8), live);
    until(&d, "sends", secs(8), |s| s.video.sent >= 150);
    let rate = d.status().bits_per_second;
    assert!((600_000..2_500_000).contains(&rate), "{rate} bit/s");
    feeder.end();
    let report = d.stop(secs(5));
    assert!(report.clean && report.ended, "{report:?}");
    assert_eq!((report.status.state, report.status.video.dropped), (State::Stopped, 0));
    wait("the server let it go", secs(2), || !nginx.publishes("whole-1"));
    let files = nginx.recorded("whole-1");
    assert_eq!(files.len(), 1);
    let seen = probe(&files[0]);
    assert_in_order(&seen);
    let video: Vec<_> = seen.iter().filter(|s| s.video).collect();
    // The server's own recorder begins when it has the sequence headers: all of it.
    assert_eq!(video.len() as u64, report.status.video.sent);
    assert_eq!((seen.len() - video.len()) as u64, report.status.audio.sent);
    assert!(seen[0].video && seen[0].key && seen[0].dts == 0.0, "{:?}", seen[0]);
    let keys: Vec<f64> = video.iter().filter(|s| s.key).map(|s| s.dts).collect();
    assert!(keys.windows(2).all(|k| (k[1] - k[0] - 1.0).abs() < 0.002), "{keys:?}");
    let (frames, complaints) = decode(&files[0]);
    assert_eq!((frames, complaints.as_str()), (video.len() as u64, ""));
    let states: Vec<_> = events
        .lock()
        .expect("events")
        .iter()
        .filter_map(|e| match e {
            DestinationEvent::StateChanged { state, .. } => Some(*state),
            _ => None,
        })
        .collect();
    let expected =
        [State::Resolving, State::Connecting, State::Publishing, State::Live, State::Stopped];
    assert_eq!(states, expected);
}

#[test]
fn a_refused_key_is_named_and_not_tried_for_ever() {
    let Some(nginx) = Nginx::start() else { return };
    let (good, _) = start(nginx.target("auth", "goodkey"));
    let (bad, _) = start(nginx.target("auth", "badkey-1234"));
    let (denied, _) = start(nginx.target("deny", "denied-1234"));
    let _feeder = feed(&[&good, &bad, &denied]);
    for d in [&bad, &denied] {
        until(d, "refused", secs(8), |s| s.state == State::Refused);
        let s = d.status();
        let reason = s.reason.expect("a reason");
        assert!(reason.contains("stream key"), "{reason}");
        assert!(!reason.contains("1234"), "{reason}");
        assert_eq!((s.attempts, s.last_error.map(|e| e.phase)), (2, Some(Phase::Publish)));
    }
    // Somebody wants another try.
    bad.retry_now();
    until(&bad, "tries", secs(2), |s| s.attempts == 3);
    until(&bad, "refused again", secs(8), |s| s.state == State::Refused && s.attempts == 4);
    until(&good, "live", secs(8), live);
    let begun = Instant::now();
    assert!(bad.stop(secs(5)).ended && begun.elapsed() < secs(1));
}

#[test]
fn a_dropped_publisher_is_back_with_a_keyframe() {
    let Some(nginx) = Nginx::start() else { return };
    let (d, _) = start(nginx.target("open", "dropped-1"));
    let _feeder = feed(&[&d]);
    until(&d, "live", secs(8), live);
    nginx.drop_publisher("open", "dropped-1");
    until(&d, "notices", secs(2), |s| !s.state.is_on_air());
    let took = until(&d, "back", secs(3), live);
    println!("dropped publisher: live again after {took:?}");
    assert_eq!(d.status().reconnects, 1);
    assert!(d.stop(secs(5)).clean);
    let files = nginx.recorded("dropped-1");
    assert_eq!(files.len(), 2);
    for f in &files {
        let seen = probe(f);
        assert_in_order(&seen);
        assert!(seen[0].video && seen[0].key && seen[0].dts == 0.0, "{:?}", seen[0]);
    }
}

#[test]
fn somebody_else_on_the_key_is_waited_for() {
    let Some(nginx) = Nginx::start() else { return };
    let (first, _) = start(nginx.target("open", "shared-1"));
    let _one = feed(&[&first]);
    until(&first, "live", secs(8), live);
    let (second, _) = start(nginx.target("open", "shared-1"));
    let _two = feed(&[&second]);
    until(&second, "is told", secs(4), |s| s.last_error.is_some());
    let s = second.status();
    let e = s.last_error.expect("an error");
    assert_eq!((e.phase, e.kind), (Phase::Publish, FailureKind::NameInUse));
    assert!(s.reason.expect("a reason").contains("already on air"));
    assert!(live(&first.status()));
    assert!(first.stop(secs(5)).clean);
    until(&second, "live", secs(8), live);
}

#[test]
fn a_stalled_server_costs_nobody_else_a_frame_and_is_back_at_once() {
    let (Some(nginx), Some(stalling)) = (Nginx::start(), Nginx::start()) else { return };
    let dir = tempfile::tempdir().expect("folder");
    let recording = Recording::start(
        RecordingSettings::new(dir.path().join("show.mp4")),
        program().streams.clone(),
        Arc::new(|_| ()),
    );
    let recording = Arc::new(recording.expect("records"));
    let (a, _) = start(nginx.target("open", "other-1"));
    let (b, _) = start(nginx.target("open", "other-2"));
    let mut settings =
        DestinationSettings::new("slow", "Slow", stalling.target("open", "stalled-1"));
    // Shorter than in a show, so that an unanswered attempt ends within the test.
    settings.reopen_limit = secs(5);
    let streams = program().streams.clone();
    let slow = Destination::start(settings, streams, Clock::real(), keep().1).expect("starts");
    let slow = Arc::new(slow);
    let all = [&a, &b, &slow].map(Arc::clone);
    let own = Arc::clone(&recording);
    let feeder = Feeder::start(move |p| {
        all.iter().for_each(|d| d.push(p));
        own.push(p);
    });
    for d in [&a, &b, &slow] {
        until(d, "live", secs(10), live);
    }
    let frozen = stalling.freeze();
    let found = until(&slow, "found", secs(8), |s| matches!(s.state, State::Reconnecting { .. }));
    let reason = slow.status().reason.expect("a reason");
    assert!(reason.contains("stopped taking data"), "{reason}");
    // Long enough for an attempt that nobody answers to end and a second one to begin.
    until(&slow, "tries", secs(20), |s| s.attempts >= 3);
    assert!([&a, &b].iter().all(|d| live(&d.status())));
    drop(frozen);
    let back = until(&slow, "back", secs(3), live);
    println!("stall: found after {found:?}, live {back:?} after the server went on");
    let fed = feeder.end();
    for (d, key) in [(&a, "other-1"), (&b, "other-2")] {
        let r = d.stop(secs(5));
        assert!(r.clean, "{r:?}");
        let v = r.status.video;
        assert_eq!((v.dropped, r.status.audio.dropped, r.status.attempts), (0, 0, 1));
        let seen = probe(&nginx.recorded(key)[0]);
        assert_eq!(seen.iter().filter(|s| s.video).count() as u64, v.sent);
        assert_eq!(v.sent + v.missed, fed);
    }
    let r = recording.finish(secs(20)).expect("recorded");
    assert_eq!((r.video, r.video_dropped, r.audio_dropped), (fed, 0, 0));
    assert!(slow.stop(secs(5)).clean);
    let last = stalling.recorded("stalled-1").pop().expect("recorded");
    let seen = probe(&last);
    assert!(seen[0].video && seen[0].key, "{:?}", seen[0]);
}

#[test]
fn a_server_that_was_away_is_found_again() {
    let Some(mut nginx) = Nginx::start() else { return };
    let (d, _) = start(nginx.target("open", "away-1"));
    let _feeder = feed(&[&d]);
    until(&d, "live", secs(8), live);
    nginx.quit();
    until(&d, "notices", secs(3), |s| !s.state.is_on_air());
    // Until the waits have grown past what the promise allows.
    until(&d, "waits", secs(12), |s| s.attempts == 4);
    nginx.launch();
    let back = until(&d, "back", secs(3), live);
    println!("restarted server: live again after {back:?}");
}

#[test]
fn an_encrypted_target_is_checked_before_the_key_is_sent() {
    let (Some(nginx), Some(mut tls)) = (Nginx::start(), Stunnel::start()) else { return };
    let right = tls.front("right", "localhost", 2, nginx.rtmp);
    let wrong = tls.front("wrong", "elsewhere.example", 2, nginx.rtmp);
    let late = tls.front("late", "localhost", -1, nginx.rtmp);
    let open = |port: u16, key: &str, ca: bool| {
        let target = Target::new(&format!("rtmps://localhost:{port}/open"), key).expect("target");
        let mut settings = DestinationSettings::new("tls", "TLS", target);
        settings.ca_file = ca.then(|| tls.ca());
        let streams = program().streams.clone();
        Arc::new(Destination::start(settings, streams, Clock::real(), keep().1).expect("starts"))
    };
    let good = open(right, "tls-right-1", true);
    let _feeder = feed(&[&good]);
    for (port, key, ca, says) in [
        (wrong, "tls-wrong-1", true, "belongs to another server"),
        (late, "tls-late-12", true, "is not valid"),
        (right, "tls-unknown-1", false, "is not valid"),
        (nginx.rtmp, "tls-plain-1", true, "port is one for rtmps"),
    ] {
        let d = open(port, key, ca);
        until(&d, "fails", secs(8), |s| s.last_error.is_some());
        let e = d.status().last_error.expect("an error");
        println!("{key}: {}", e.text);
        assert!(matches!(e.phase, Phase::Connect | Phase::Handshake), "{e:?}");
        assert!(e.text.contains(says), "{} should say {says}", e.text);
        d.stop(secs(2));
        assert!(!nginx.log().contains(key), "the key was sent");
    }
    until(&good, "live", secs(8), live);
    assert!(good.stop(secs(5)).clean);
    assert_eq!(nginx.recorded("tls-right-1").len(), 1);
}

/// Everything any subscriber could write, at the most talkative level.
#[derive(Clone, Default)]
struct Traced(Arc<Mutex<Vec<u8>>>);

impl Write for Traced {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("traced").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn traced() -> &'static Traced {
    static TRACED: OnceLock<Traced> = OnceLock::new();
    TRACED.get_or_init(|| {
        let traced = Traced::default();
        let own = traced.clone();
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || own.clone())
            .init();
        traced
    })
}

#[test]
fn a_key_is_in_no_text_whatever_happens() {
    let traced = traced();
    let Some(nginx) = Nginx::start() else { return };
    let key = "canary-7c1f?sign=canary/8d2e&x=canary%21";
    let (refused, e1) = start(nginx.target("auth", key));
    let (live_one, e2) = start(nginx.target("open", "canary-live-55"));
    let (second, e3) = start(nginx.target("open", "canary-live-55"));
    let closed =
        Target::new(&format!("rtmp://127.0.0.1:{}/app", server::free_port()), key).expect("target");
    let (nobody, e4) = start(closed);
    let _feeder = feed(&[&refused, &live_one, &second, &nobody]);
    until(&refused, "refused", secs(8), |s| s.state == State::Refused);
    until(&nobody, "fails", secs(8), |s| s.last_error.is_some());
    wait("one live, one told", secs(10), || {
        let (a, b) = (live_one.status(), second.status());
        (live(&a) || live(&b)) && (a.last_error.is_some() || b.last_error.is_some())
    });
    let mut texts =
        vec![format!("{:?}", DestinationSettings::new("i", "n", nginx.target("open", key)))];
    for (d, events) in [(refused, e1), (live_one, e2), (second, e3), (nobody, e4)] {
        texts.push(format!("{:?}", d.status()));
        texts.push(serde_json::to_string(&d.status()).expect("json"));
        texts.push(serde_json::to_string(&d.stop(secs(3))).expect("json"));
        let events = events.lock().expect("events");
        texts.push(serde_json::to_string(&*events).expect("json"));
    }
    let log = String::from_utf8_lossy(&traced.0.lock().expect("traced")).into_owned();
    assert!(log.contains("TRACE ffmpeg") && log.contains("•••"), "FFmpeg's own log is in it");
    texts.push(log);
    for t in &texts {
        let at = t.find("canary");
        let near = at.map(|i| t[i.saturating_sub(200)..].chars().take(300).collect::<String>());
        assert_eq!(near, None, "a key in a text");
    }
    wait("let go", secs(3), || !nginx.publishes("canary-live-55"));
}
