//! Recordings: whole, killed, cut, full disk, and everything that is refused.

mod common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use common::{assert_in_order, decode, probe, program, secs, wait};
use vitrine_delivery::{
    Recording, RecordingError, RecordingEvent, RecordingSettings, RecordingState,
};

type Kept = Arc<Mutex<Vec<RecordingEvent>>>;

fn keep() -> (Kept, Arc<dyn Fn(RecordingEvent) + Send + Sync>) {
    let events = Kept::default();
    let own = Arc::clone(&events);
    (events, Arc::new(move |e| own.lock().expect("events").push(e)))
}

fn start(settings: RecordingSettings) -> Result<Recording, RecordingError> {
    Recording::start(settings, program().streams.clone(), Arc::new(|_| ()))
}

fn files(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).expect("folder").map(|e| e.expect("entry").file_name());
    names.map(|n| n.to_string_lossy().into_owned()).collect()
}

#[test]
fn a_finished_recording_is_an_ordinary_mp4_with_every_packet() {
    let dir = tempfile::tempdir().expect("folder");
    // Colons and blanks are ordinary in file names.
    let path = dir.path().join("show 12:30.mp4");
    let recording = start(RecordingSettings::new(&path)).expect("starts");
    let packets = program().first(7);
    // The first keyframe comes late: what lies before it is left out.
    let skipped = 30;
    packets[skipped..].iter().for_each(|p| recording.push(p));
    wait("written", secs(10), || recording.status().state == RecordingState::Recording);
    let report = recording.finish(secs(20)).expect("finishes");
    assert_eq!(report.state, RecordingState::Finished);
    assert!(report.ordinary);
    assert_eq!(files(dir.path()), ["show 12:30.mp4"]);
    let bytes = fs::read(&path).expect("file");
    let at = |name: &[u8]| bytes.windows(4).position(|w| w == name);
    assert!(at(b"moov") < at(b"mdat") && at(b"moof").is_none(), "index in front, no fragments");
    let seen = probe(&path);
    assert_in_order(&seen);
    let video: Vec<_> = seen.iter().filter(|s| s.video).collect();
    // 25 pictures of the first second lie before the first keyframe that was seen.
    assert_eq!(video.len() as u64, 6 * 25);
    assert_eq!((video.len() as u64, seen.len() as u64 - 150), (report.video, report.audio));
    assert!(video[0].key && video[0].dts == 0.0);
    // Sound keeps its place: packets stand on the grid of 1024 samples that began at show zero.
    let sound = seen.iter().find(|s| !s.video).expect("sound");
    let first = packets
        .iter()
        .find(|p| !matches!(p.kind, vitrine_media::StreamKind::Video) && p.dts.as_millis() >= 1000)
        .expect("sound");
    let expected = first.dts.as_secs_f64() - 1.0;
    assert!((sound.dts - expected).abs() < 0.002, "{} is not {expected}", sound.dts);
    let (frames, complaints) = decode(&path);
    assert_eq!((frames, complaints.as_str()), (150, ""));
}

#[test]
fn refusals_leave_nothing_behind() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("a.mp4");
    fs::write(&path, b"mine").expect("written");
    let e = start(RecordingSettings::new(&path)).expect_err("exists").to_string();
    assert!(e.contains("exists already"), "{e}");
    assert_eq!(fs::read(&path).expect("file"), b"mine");
    let missing = dir.path().join("no/such/a.mp4");
    let e = start(RecordingSettings::new(&missing)).expect_err("no folder").to_string();
    assert!(e.contains("could not be created") && e.contains("folder"), "{e}");
    let mut settings = RecordingSettings::new(dir.path().join("b.mp4"));
    settings.stop_below = u64::MAX;
    let e = start(settings).expect_err("no room").to_string();
    assert!(e.contains("MB left"), "{e}");
    // Streams no muxer takes.
    let mut streams = program().streams.clone();
    streams.iter_mut().for_each(|s| {
        if let vitrine_media::StreamInfo::Audio(a) = s {
            a.rate = 0
        }
    });
    let settings = RecordingSettings::new(dir.path().join("c.mp4"));
    assert!(Recording::start(settings, streams, Arc::new(|_| ())).is_err());
    // Nothing arrived.
    let recording = start(RecordingSettings::new(dir.path().join("d.mp4"))).expect("starts");
    assert!(matches!(recording.finish(secs(10)), Err(RecordingError::Nothing(_))));
    assert_eq!(files(dir.path()), ["a.mp4"]);
    // Told to, it replaces.
    let mut settings = RecordingSettings::new(&path);
    settings.overwrite = true;
    let recording = start(settings).expect("starts");
    program().first(2).iter().for_each(|p| recording.push(p));
    assert_eq!(recording.finish(secs(20)).expect("finishes").video, 50);
}

/// Records for ever; started by the next test in a process of its own.
#[test]
fn child_that_records_until_killed() {
    let Ok(path) = std::env::var("VITRINE_TEST_RECORDING") else { return };
    let recording = Arc::new(start(RecordingSettings::new(path)).expect("starts"));
    let own = Arc::clone(&recording);
    let _feeder = common::Feeder::start(move |p| own.push(p));
    vitrine_flow::Stop::new().wait(secs(60));
}

#[test]
fn killed_or_cut_it_plays_up_to_the_last_fragment() {
    let dir = tempfile::tempdir().expect("folder");
    let path = dir.path().join("killed.mp4");
    let mut child = Command::new(std::env::current_exe().expect("own path"))
        .args(["--exact", "child_that_records_until_killed"])
        .env("VITRINE_TEST_RECORDING", &path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("child");
    // Four fragments of about 150 KB.
    wait("grows", secs(40), || fs::metadata(&path).is_ok_and(|m| m.len() > 550_000));
    child.kill().expect("killed");
    child.wait().expect("ended");
    let (whole, complaints) = decode(&path);
    assert!(whole >= 75, "{whole} pictures after kill -9: {complaints}");
    // A power cut: the tail is lost, or zeros.
    let bytes = fs::read(&path).expect("file");
    for (share, zeros) in [(60, 0), (60, 65_536), (83, 0), (97, 4096)] {
        let mut cut = bytes[..bytes.len() * share / 100].to_vec();
        cut.resize(cut.len() + zeros, 0);
        let copy = dir.path().join("cut.mp4");
        fs::write(&copy, cut).expect("written");
        let (frames, _) = decode(&copy);
        assert!(frames >= whole * (share as u64 - 30) / 100, "{frames} of {whole} at {share} %");
    }
}

#[test]
fn a_full_disk_ends_the_recording_and_what_is_there_plays() {
    let dir = tempfile::tempdir().expect("folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "vitrine-test"])
        .arg(dir.path())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    if !mounted {
        eprintln!("SKIPPED: a small tmpfs could not be mounted here (needs root)");
        return;
    }
    struct Mounted<'a>(&'a Path);
    impl Drop for Mounted<'_> {
        fn drop(&mut self) {
            drop(Command::new("umount").arg("-l").arg(self.0).status());
        }
    }
    let _mounted = Mounted(dir.path());
    let path = dir.path().join("full.mp4");
    let mut settings = RecordingSettings::new(&path);
    settings.stop_below = 0;
    let (events, on_event) = keep();
    let recording =
        Recording::start(settings, program().streams.clone(), on_event).expect("starts");
    for p in program().first(9) {
        recording.push(&p);
    }
    wait("full", secs(10), || recording.status().state == RecordingState::DiskFull);
    let reason = recording.status().reason.expect("a reason");
    assert!(reason.contains("disk is full") && reason.contains("Make room"), "{reason}");
    // Pushing on does no harm.
    program().first(2).iter().for_each(|p| recording.push(p));
    let report = recording.finish(secs(10)).expect("finishes");
    assert_eq!(report.state, RecordingState::DiskFull);
    let (frames, complaints) = decode(&path);
    assert!(frames >= 100, "{frames} pictures: {complaints}");
    assert_eq!(files(dir.path()), ["full.mp4"]);
    let events = events.lock().expect("events");
    assert!(events.iter().any(|e| matches!(e, RecordingEvent::LowSpace { .. })));
    assert!(
        events
            .iter()
            .any(|e| matches!(e, RecordingEvent::Ended { state: RecordingState::DiskFull, .. }))
    );
}
