//! Peers that misbehave before any stream: each gets its own phase, kind and sentence, and none
//! holds a thread, a file descriptor or memory.

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use common::{keep, live, program, secs, until, wait};
use vitrine_delivery::interrupt::Interrupt;
use vitrine_delivery::publisher::Opening;
use vitrine_delivery::{
    Destination, DestinationSettings, FailureKind, Phase, Publisher, State, Target,
};
use vitrine_flow::Clock;

fn target(port: u16) -> Target {
    Target::new(&format!("rtmp://127.0.0.1:{port}/app"), "peer-test-key-1").expect("target")
}

fn start(port: u16) -> Destination {
    let settings = DestinationSettings::new("t", "Test", target(port));
    Destination::start(settings, program().streams.clone(), Clock::real(), keep().1)
        .expect("starts")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("port").port()
}

/// Listens for the rest of the process and gives each connection to `serve` on a thread.
fn peer(serve: fn(std::net::TcpStream)) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let port = listener.local_addr().expect("address").port();
    thread::spawn(move || {
        for s in listener.incoming().flatten() {
            thread::spawn(move || serve(s));
        }
    });
    port
}

fn failure(d: &Destination, limit: Duration) -> (Phase, FailureKind, String, Duration) {
    let took = until(d, "fails", limit, |s| s.last_error.is_some());
    let e = d.status().last_error.expect("an error");
    assert!(!e.text.contains("peer-test-key"), "{}", e.text);
    (e.phase, e.kind, e.text, took)
}

#[test]
fn a_handshake_never_answered_is_given_up_and_tried_again() {
    // Holds each connection open until the other side closes it.
    let port = peer(|mut s| drop(std::io::copy(&mut s, &mut std::io::sink())));
    let d = start(port);
    let (phase, kind, text, took) = failure(&d, secs(8));
    assert_eq!((phase, kind), (Phase::Handshake, FailureKind::TimedOut), "{text}");
    assert!(took < Duration::from_millis(6500), "{took:?}");
    until(&d, "tries again", secs(1), |s| s.attempts == 2);
    // The second attempt is open: stopping cuts it at once.
    let begun = Instant::now();
    let report = d.stop(secs(5));
    assert!(report.ended && !report.clean, "{report:?}");
    assert!(begun.elapsed() < secs(1), "{:?}", begun.elapsed());
}

#[test]
fn a_web_server_is_named_as_no_rtmp_server() {
    let port = peer(|mut s| {
        let mut asked = [0; 256];
        drop(s.read(&mut asked));
        drop(s.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
    });
    let d = start(port);
    let (phase, kind, text, _) = failure(&d, secs(3));
    assert_eq!((phase, kind), (Phase::Handshake, FailureKind::NotRtmp));
    assert!(text.contains("not an RTMP server") && text.contains(&port.to_string()), "{text}");
    assert!(matches!(d.status().state, State::Reconnecting { .. }));
}

#[test]
fn a_reset_is_survived() {
    let port = peer(|s| {
        socket2::SockRef::from(&s).set_linger(Some(Duration::ZERO)).expect("linger");
        drop(s);
    });
    let d = start(port);
    let (phase, ..) = failure(&d, secs(3));
    assert_eq!(phase, Phase::Handshake);
    until(&d, "tries again", secs(3), |s| s.attempts >= 2);
    assert!(d.stop(secs(2)).ended);
}

#[test]
fn a_closed_port_is_knocked_at_until_it_opens() {
    let port = free_port();
    let d = start(port);
    let (phase, kind, text, _) = failure(&d, secs(3));
    assert_eq!((phase, kind), (Phase::Connect, FailureKind::NotListening), "{text}");
    // Until the waits are longer than three seconds.
    until(&d, "waits", secs(12), |s| s.attempts == 4);
    thread::scope(|scope| {
        // Longer than any knock that may be under way.
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("port");
        let begun = Instant::now();
        let serve = scope.spawn(move || {
            // The knock, and then the try.
            for _ in 0..2 {
                drop(listener.accept());
            }
            begun.elapsed()
        });
        let took = serve.join().expect("accepted");
        assert!(took < secs(3), "{took:?}");
    });
    // The seller's own wish is quicker still.
    let before = d.status().attempts;
    d.retry_now();
    until(&d, "tries", secs(1), |s| s.attempts > before);
}

#[test]
fn an_unknown_name_says_so() {
    let target = Target::new("rtmp://no-such-host.invalid/app", "peer-test-key-1").expect("target");
    let settings = DestinationSettings::new("t", "Test", target);
    let d = Destination::start(settings, program().streams.clone(), Clock::real(), keep().1)
        .expect("starts");
    let (phase, kind, text, _) = failure(&d, secs(8));
    assert_eq!((phase, kind), (Phase::Resolve, FailureKind::Name));
    assert!(text.contains("no-such-host.invalid"), "{text}");
    assert!(!live(&d.status()));
}

#[test]
fn streams_are_checked() {
    let settings = DestinationSettings::new("t", "Test", target(1));
    let e =
        Destination::start(settings, Vec::new(), Clock::real(), keep().1).expect_err("no streams");
    assert!(e.to_string().contains("one video stream"), "{e}");
}

fn open_once(address: SocketAddr) -> Phase {
    let opening = Opening {
        target: target(address.port()),
        address,
        streams: program().streams.clone(),
        ca_file: None,
        limit: secs(5),
        send_buffer: 65536,
        interrupt: Arc::new(Interrupt::default()),
    };
    let mut publisher = vitrine_delivery::flv::FlvPublisher::default();
    publisher.open(&opening).expect_err("fails").phase
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// Set for the child process of the test below.
const ALONE: &str = "VITRINE_TEST_ALONE";

/// Alone in its process: counting descriptors and memory beside other tests would mean nothing.
#[test]
fn child_that_fails_to_connect_a_thousand_times() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    let closed = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let resets = SocketAddr::from(([127, 0, 0, 1], peer(drop)));
    let round = |n: usize| {
        for i in 0..n {
            let (address, phase) =
                if i % 4 == 0 { (resets, Phase::Handshake) } else { (closed, Phase::Connect) };
            assert_eq!(open_once(address), phase);
        }
    };
    round(200);
    let (files, memory) = (descriptors(), resident_kib());
    round(1000);
    wait("peers ended", secs(5), || descriptors() <= files + 2);
    let grown = resident_kib().saturating_sub(memory);
    assert!(grown < 1500, "1000 failed connects cost {grown} KiB");
    println!(
        "1000 failed connects: {grown} KiB more, {} descriptors before, {} after",
        files,
        descriptors()
    );
}

#[test]
fn a_thousand_failed_connects_leak_nothing() {
    let out = std::process::Command::new(std::env::current_exe().expect("own path"))
        .env(ALONE, "1")
        .args(["--exact", "child_that_fails_to_connect_a_thousand_times", "--nocapture"])
        .output()
        .expect("child");
    print!("{}", String::from_utf8_lossy(&out.stdout));
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
