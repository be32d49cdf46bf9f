//! The endpoint misbehaves as told, and bears what others do to it.
#![allow(clippy::unwrap_used, reason = "a test ends where something is not as expected")]

mod peer;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use peer::{LIMIT, Publisher, heavy, short};
use vitrine_rehearsal::{Misbehaviour, Rehearsal, RehearsalError, RehearsalSettings, StreamState};

fn endpoint() -> Rehearsal {
    Rehearsal::start(RehearsalSettings::default()).unwrap()
}

fn frames(r: &Rehearsal, key: &str) -> u64 {
    r.report(key).and_then(|r| r.video).map_or(0, |v| v.frames)
}

fn url(r: &Rehearsal, key: &str) -> String {
    format!("{}/{key}", r.url())
}

#[test]
fn refuses_in_three_ways_and_heals() {
    let e = endpoint();
    e.misbehave("*", Misbehaviour::Refuse);
    let sent = Publisher::send(short(), false, &url(&e, "k")).finish(&e);
    assert!(!sent.success && sent.log.contains("Refused on request"), "{}", sent.log);
    let r = e.report("k").unwrap();
    assert_eq!((r.state, r.refused, r.connects), (StreamState::Refused, 1, 0));

    e.misbehave("k", Misbehaviour::RefuseByClosing);
    let sent = Publisher::send(short(), false, &url(&e, "k")).finish(&e);
    assert!(!sent.success && !sent.log.contains("Server error"), "{}", sent.log);
    assert_eq!(e.report("k").unwrap().refused, 2);

    e.misbehave("k", Misbehaviour::CloseAfterStart);
    assert!(!Publisher::send(heavy(), false, &url(&e, "k")).finish(&e).success);
    assert_eq!(e.report("k").unwrap().connects, 1);

    e.misbehave("*", Misbehaviour::None);
    assert!(Publisher::send(short(), false, &url(&e, "k")).finish(&e).success);
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") == 150));
}

#[test]
fn a_stalled_publisher_blocks_and_goes_on_when_healed() {
    let e = endpoint();
    e.misbehave("slow", Misbehaviour::Throttle { bits_per_second: 4_000_000 });
    let mut slow = Publisher::send(heavy(), false, &url(&e, "slow"));
    let other = Publisher::send(short(), true, &url(&e, "other"));
    assert!(e.wait_until(LIMIT, |e| frames(e, "slow") >= 10 && frames(e, "other") > 0));
    // 4 Mbit/s by arrival, of a stream of 12.
    let r = e.report("slow").unwrap();
    let arriving = r.last_media_ms.unwrap() - r.first_media_ms.unwrap();
    assert!(r.bytes * 8 < 4_000 * (arriving + 500), "{} bytes in {arriving} ms", r.bytes);

    e.misbehave("slow", Misbehaviour::Stall);
    let (at, of_other) = (frames(&e, "slow"), frames(&e, "other"));
    // Nothing comes any more while the other stream goes on.
    assert!(e.wait_until(LIMIT, |e| frames(e, "other") >= of_other + 30));
    assert!(frames(&e, "slow") <= at + 1, "{} after {at}", frames(&e, "slow"));
    assert!(slow.is_running());

    e.misbehave("slow", Misbehaviour::None);
    let sent = slow.finish(&e);
    assert!(sent.success, "{}", sent.log);
    assert!(other.finish(&e).success);
    assert!(e.wait_until(LIMIT, |e| e.reports().iter().all(|r| r.state == StreamState::Ended)));
    let r = e.report("slow").unwrap();
    assert_eq!((frames(&e, "slow"), r.connects, r.lost), (300, 1, 0));
    assert!(r.longest_silence_ms > 800, "{}", r.longest_silence_ms);
    assert_eq!((frames(&e, "other"), e.report("other").unwrap().problems), (150, vec![]));
}

#[test]
fn everyone_stalled_or_silent_is_not_greeted_until_healed() {
    for what in [Misbehaviour::Stall, Misbehaviour::SilentHandshake] {
        let e = endpoint();
        e.misbehave("*", what);
        let mut raw = TcpStream::connect(("127.0.0.1", e.port())).unwrap();
        raw.write_all(&[3; 1537]).unwrap();
        raw.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        assert!(raw.read(&mut [0; 16]).is_err(), "greeted");
        e.misbehave("*", Misbehaviour::None);
        raw.set_read_timeout(Some(LIMIT)).unwrap();
        raw.read_exact(&mut [0; 3073]).unwrap();
    }
}

#[test]
fn a_reset_hits_once_and_the_stream_comes_back() {
    let e = endpoint();
    let first = Publisher::send(short(), true, &url(&e, "k"));
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") >= 10));
    e.misbehave("k", Misbehaviour::Reset);
    let sent = first.finish(&e);
    assert!(sent.log.contains("reset by peer") || sent.log.contains("Broken pipe"), "{}", sent.log);
    let r = e.report("k").unwrap();
    assert_eq!((r.state, r.lost), (StreamState::Ended, 1));
    let before = frames(&e, "k");
    assert!(Publisher::send(short(), false, &url(&e, "k")).finish(&e).success);
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") == before + 150));
    let r = e.report("k").unwrap();
    assert_eq!((r.connects, r.problems), (2, vec!["the connection was lost 1 time".to_owned()]));
    assert_eq!(r.video.unwrap().missing_frames, Some(0));
    // With nobody there, the next to publish is hit.
    e.misbehave("k", Misbehaviour::Reset);
    assert!(!Publisher::send(short(), false, &url(&e, "k")).finish(&e).success);
    assert!(Publisher::send(short(), false, &url(&e, "k")).finish(&e).success);
}

#[test]
fn a_key_has_one_publisher() {
    let e = endpoint();
    let first = Publisher::send(short(), true, &url(&e, "k"));
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") >= 10));
    let second = Publisher::send(short(), false, &url(&e, "k")).finish(&e);
    assert!(!second.success && second.log.contains("Already publishing"), "{}", second.log);
    assert!(first.finish(&e).success);
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") == 150));
    assert_eq!(e.report("k").unwrap().refused, 1);
}

#[test]
fn a_publisher_that_gave_up_in_a_stall_does_not_block_the_next() {
    let e = endpoint();
    let first = Publisher::send(short(), true, &url(&e, "k"));
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") >= 10));
    e.misbehave("k", Misbehaviour::Stall);
    drop(first);
    // One gives up while its publish waits, and one waits until the end.
    let (file, to) = (short().to_str().unwrap(), url(&e, "k"));
    let impatient = ["-i", file, "-c", "copy", "-rw_timeout", "300000", "-f", "flv", &to];
    assert!(!Publisher::start(&impatient).finish(&e).success);
    let last = Publisher::send(short(), false, &url(&e, "k"));
    assert!(!e.wait_until(Duration::from_millis(700), |e| e.report("k").unwrap().connects > 1));
    e.misbehave("k", Misbehaviour::None);
    let sent = last.finish(&e);
    assert!(sent.success, "{}", sent.log);
    assert!(e.wait_until(LIMIT, |e| e.report("k").unwrap().state == StreamState::Ended));
    let r = e.report("k").unwrap();
    assert_eq!((r.connects, r.lost, r.refused), (2, 1, 0));
}

#[test]
fn garbage_and_crowds_do_not_disturb_a_stream() {
    let settings = RehearsalSettings {
        handshake_timeout: Duration::from_millis(400),
        ..RehearsalSettings::default()
    };
    let e = Rehearsal::start(settings).unwrap();
    let publisher = Publisher::send(short(), true, &url(&e, "k"));
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") >= 5));
    let connect = || TcpStream::connect(("127.0.0.1", e.port())).unwrap();
    let closed = |mut s: TcpStream| {
        s.set_read_timeout(Some(LIMIT)).unwrap();
        let mut all = Vec::new();
        // The end may come as a reset; what counts is that it comes.
        let from = Instant::now();
        drop(s.read_to_end(&mut all));
        assert!(from.elapsed() < LIMIT / 2, "still open");
    };
    let mut http = connect();
    http.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    closed(http);
    let mut cut = connect();
    cut.write_all(&[3; 700]).unwrap();
    closed(cut);
    let mut noise = connect();
    let bytes: Vec<u8> =
        (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    drop(noise.write_all(&[&[3][..], &bytes].concat()));
    closed(noise);
    let crowd: Vec<_> = (0..60).map(|_| connect()).collect();
    crowd.into_iter().for_each(closed);
    assert!(publisher.finish(&e).success);
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") == 150));
    assert_eq!(e.report("k").unwrap().problems, Vec::<String>::new());
}

#[test]
fn stopping_is_quick_and_frees_the_port() {
    let e = endpoint();
    let port = e.port();
    let taken = Rehearsal::start(RehearsalSettings { port, ..RehearsalSettings::default() });
    let error = taken.err().unwrap();
    assert!(matches!(error, RehearsalError::PortInUse(p) if p == port));
    assert!(error.to_string().contains("is in use by another program"), "{error}");

    let publisher = Publisher::send(short(), true, &url(&e, "k"));
    assert!(e.wait_until(LIMIT, |e| frames(e, "k") >= 5));
    e.misbehave("k", Misbehaviour::Stall);
    let from = Instant::now();
    assert!(e.stop());
    assert!(from.elapsed() < Duration::from_secs(1), "{:?}", from.elapsed());
    assert!(e.stop());
    drop(publisher);
    let again = Rehearsal::start(RehearsalSettings { port, ..RehearsalSettings::default() });
    assert_eq!(again.unwrap().port(), port);
}

#[test]
fn a_silent_publisher_is_let_go() {
    let settings = RehearsalSettings {
        idle_timeout: Duration::from_millis(400),
        ..RehearsalSettings::default()
    };
    let e = Rehearsal::start(settings).unwrap();
    let input = format!("{}/k", e.url());
    // Half a second of media, then nothing while the connection stays.
    let slow = ["-re", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=1", "-c:v", "libx264"];
    let p = Publisher::start(&[&slow[..], &["-g", "1", "-f", "flv", &input]].concat());
    assert!(e.wait_until(LIMIT, |e| e.report("k").is_some_and(|r| r.lost == 1)));
    drop(p);
}
