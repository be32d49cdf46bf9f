//! A show whose microphone is a real PulseAudio server's, in real time: a sink that goes and comes
//! back at another rate, and two minutes of flash against beep.

#[path = "../../../capture/tests/pulse/server.rs"]
#[allow(dead_code, reason = "shared with the tests of vitrine-capture, which do more with it")]
mod server;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use server::{Player, Server, child, folder, median};
use vitrine_capture::{DeviceKind, FLASH_AREA};
use vitrine_codec::{AudioReader, VideoReader};
use vitrine_engine::{Engine, EngineSettings, Event, RenditionId, SourceKind};
use vitrine_flow::Clock;
use vitrine_media::{FrameRate, MediaTime, StreamKind};

use crate::support::{CANVAS, Collector, settings, start, wait_for};

const SOON: Duration = Duration::from_secs(10);
/// Samples a second of the mix.
const RATE: f64 = 48_000.0;
/// Looks at the sound, a second.
const LOOKS: f64 = 1000.0;
/// Length of a beep, seconds.
const BEEP: f64 = 0.1;

fn show(microphone: &str) -> EngineSettings {
    let mut settings = settings(Clock::real(), FrameRate::whole(30));
    settings.audio[0].spec = microphone.parse().expect("a source");
    // Other tests take the machine's time meanwhile; what is late would be lost.
    settings.audio_hold = MediaTime::from_millis(200);
    settings
}

/// A recording from now on, whose file begins at the next keyframe.
fn record(engine: &Engine, dir: &Path) -> PathBuf {
    let path = dir.join("show.mp4");
    engine
        .add_recording("show", &RenditionId::from(CANVAS), path.clone(), false)
        .expect("a recording");
    path
}

/// The left channel of a file from its first sample, and when that was.
fn sound(path: &Path) -> (f64, Vec<f32>) {
    let mut reader = AudioReader::open(path).expect("sound");
    let channels = usize::from(reader.channels());
    let (mut first, mut samples): (Option<i64>, Vec<f32>) = (None, Vec::new());
    while let Some(block) = reader.next().expect("a block") {
        let at = block.at.sample(RATE as u32);
        let first = *first.get_or_insert(at);
        assert_eq!(at, first + samples.len() as i64, "blocks follow one another");
        samples.extend(block.samples.chunks_exact(channels).map(|c| c[0]));
    }
    (first.expect("sound") as f64 / RATE, samples)
}

/// Loudness of 10 ms about each millisecond.
fn envelope(samples: &[f32]) -> Vec<f32> {
    let hop = (RATE / LOOKS) as usize;
    let loudness = |i: usize| {
        let from = (i * hop).saturating_sub(5 * hop);
        let part = &samples[from..(i * hop + 5 * hop).min(samples.len())];
        part.iter().map(|s| s.abs()).sum::<f32>() / part.len() as f32
    };
    (0..samples.len() / hop).map(loudness).collect()
}

/// A microphone that no source uses comes and goes: the caller is told within two seconds.
#[test]
fn child_devices_that_come_and_go() {
    let Some(dir) = folder() else { return };
    let server = Server::start(&dir);
    server.sink("vsink", 48_000);
    let mut settings = settings(Clock::real(), FrameRate::whole(30));
    settings.watch_devices = true;
    let engine = start(settings);
    // The first look only remembers what is there.
    let begun = Instant::now();
    wait_for("the first look", SOON, || (begun.elapsed().as_secs() >= 2).then_some(()));
    let told = |arrived: bool| {
        let since = Instant::now();
        let change = wait_for("a device", SOON, || match engine.events().next(Duration::ZERO)? {
            Event::Device { change } if change.arrived == arrived => Some(change),
            _ => None,
        });
        assert!(since.elapsed() < Duration::from_secs(2), "told after {:?}", since.elapsed());
        change
    };
    let module = server.sink("plugged", 48_000);
    let arrived = told(true);
    assert_eq!(arrived.kind, DeviceKind::Microphone);
    assert!(arrived.id.contains("plugged"), "{arrived:?}");
    server.unload(&module);
    assert_eq!(told(false).id, arrived.id);
    engine.stop(Duration::from_secs(5));
}

#[test]
fn devices_that_come_and_go_are_told() {
    child("pulse::child_devices_that_come_and_go");
}

#[test]
fn child_show_whose_sink_goes_and_comes() {
    let Some(dir) = folder() else { return };
    let server = Server::start(&dir);
    // One the server would move the microphone to.
    server.sink("other", 48_000);
    let module = server.sink("vsink", 44_100);
    let tone = |rate: u32| {
        let step = 1000.0 * std::f64::consts::TAU / f64::from(rate);
        Player::start("vsink", rate, move |n| ((n as f64 * step).sin() * 0.25) as f32)
    };
    let player = tone(44_100);
    wait_for("the player", SOON, || player.began(0.2));
    let engine = start(show("mic:vsink.monitor"));
    let collector = Arc::new(Collector::default());
    let sink = Arc::clone(&collector);
    engine.add_sink("collector", &RenditionId::from(CANVAS), sink).expect("a rendition");
    let path = record(&engine, &dir);
    let clock = engine.clock().clone();
    let wait = |seconds: i64| {
        let until = clock.now() + MediaTime::from_secs(seconds);
        wait_for("the show", SOON, || (clock.now() >= until).then_some(()));
    };
    let event = |lost: bool| {
        wait_for("an event", SOON, || match engine.events().next(Duration::ZERO)? {
            Event::SourceLost { kind: SourceKind::Audio, at, reason, .. } if lost => {
                Some((at, reason))
            }
            Event::SourceReturned { kind: SourceKind::Audio, at, .. } if !lost => {
                Some((at, String::new()))
            }
            _ => None,
        })
    };
    wait(6);
    let gone = clock.now();
    server.unload(&module);
    let (lost, reason) = event(true);
    assert!(lost - gone < MediaTime::from_secs(1), "lost only after {}", lost - gone);
    assert!(reason.contains("“Monitor of vsink-room” has gone"), "{reason}");
    wait(3);
    server.sink("vsink", 96_000);
    let back = clock.now();
    let player = tone(96_000);
    let (returned, _) = event(false);
    assert!(returned - back < MediaTime::from_secs(2), "back only after {}", returned - back);
    println!("lost after {}, back after {}", lost - gone, returned - back);
    wait(8);
    let ended = engine.stop(Duration::from_secs(10));
    drop(player);
    assert_eq!(ended.stats.audio_sources[0].losses, 1);
    assert!(ended.recordings["show"].is_ok());

    // Packets stand on the grid of 1024 samples throughout.
    let packets = collector.0.lock().expect("not poisoned");
    let audio: Vec<_> = packets.iter().filter(|p| p.kind == StreamKind::Audio).collect();
    assert!(audio.len() > 700, "{} packets", audio.len());
    for pair in audio.windows(2) {
        assert_eq!(pair[1].pts.sample(48_000) - pair[0].pts.sample(48_000), 1024);
    }
    // Tone, silence, tone. A sine of this peak has a mean of 0.159. Lengths, since the file begins
    // at a keyframe of its own.
    let loudness = envelope(&sound(&path).1);
    let first = loudness.iter().position(|l| *l > 0.1).expect("the tone");
    let last = loudness.iter().rposition(|l| *l > 0.1).expect("the tone");
    // A busy machine may lose a moment elsewhere; what is meant is the longest silence.
    let (mut silent, mut again) = (first, first);
    let mut from = first;
    for (i, now) in loudness.iter().enumerate().take(last + 1).skip(first) {
        if *now >= 0.01 {
            if i - from > again - silent {
                (silent, again) = (from, i);
            }
            from = i + 1;
        }
    }
    let steady = |from: usize, to: usize| {
        let wrong = loudness[from..to].iter().filter(|l| (**l - 0.159).abs() > 0.01).count();
        assert!(wrong * 10 < to - from, "{wrong} ms of {} off their level", to - from);
    };
    steady(first + 300, silent - 20);
    let silence = (again - silent) as f64 / LOOKS;
    let told = (returned - gone).as_secs_f64();
    assert!((told - 0.6..told + 1.0).contains(&silence), "{silence} s of silence, {told} s away");
    steady(again + 500, again + 6000);
    println!("silent for {silence:.2} s");
}

#[test]
fn a_microphone_that_goes_and_comes_is_silence_without_a_gap_in_time() {
    child("pulse::child_show_whose_sink_goes_and_comes");
}

/// When the card's flash is first seen, seconds of the file.
fn flashes(path: &Path) -> Vec<f64> {
    let mut reader = VideoReader::open(path).expect("pictures");
    let size = reader.size();
    let [x, y, width, height] = FLASH_AREA;
    let column = ((x + width / 2.0) * size.width as f32) as usize;
    let row = ((y + height / 2.0) * size.height as f32) as usize;
    let (mut seen, mut was) = (Vec::new(), true);
    while let Some(picture) = reader.next().expect("a picture") {
        let now = picture.planes[0][row * picture.strides[0] + column] > 180;
        if now && !was {
            seen.push(picture.at.as_secs_f64());
        }
        was = now;
    }
    seen
}

/// When beeps begin, seconds of the file: half a beep before the middle between rise and fall, which
/// what a codec smears in both directions does not move.
fn beeps(path: &Path) -> Vec<f64> {
    let (first, samples) = sound(path);
    let loudness = envelope(&samples);
    let mut begun = None;
    let mut found = Vec::new();
    for (i, pair) in loudness.windows(2).enumerate() {
        let half = 0.1;
        let place = i as f64 + f64::from((half - pair[0]) / (pair[1] - pair[0]));
        if pair[0] < half && pair[1] >= half {
            begun = Some(place);
        } else if pair[0] >= half
            && pair[1] < half
            && let Some(begun) = begun.take()
        {
            let (middle, length) = ((begun + place) / 2.0 / LOOKS, (place - begun) / LOOKS);
            if (length - BEEP).abs() < 0.005 {
                found.push(first + middle - BEEP / 2.0);
            }
        }
    }
    found
}

/// A difference of two moments that recur each second, −0.5…0.5 s.
fn within_second(seconds: f64) -> f64 {
    (seconds + 0.5).rem_euclid(1.0) - 0.5
}

/// The sound is heard when the player's library says so: this is what is measured of the player's
/// latency, again for each beep, by the second of sound it says it is playing at a moment.
#[test]
fn child_two_minutes_of_flash_and_beep() {
    let Some(dir) = folder() else { return };
    let server = Server::start(&dir);
    server.sink("vsink", 48_000);
    let player = Player::start("vsink", 48_000, |n| {
        let n = (n % 48_000) as f64;
        let beep = n < BEEP * RATE;
        if beep { ((n * 1000.0 / RATE * std::f64::consts::TAU).sin() * 0.3) as f32 } else { 0.0 }
    });
    wait_for("the player", SOON, || player.began(0.2));
    let zero = Instant::now();
    let settings = show("mic:vsink.monitor");
    let offset = settings.clock.now().as_secs_f64() - zero.elapsed().as_secs_f64();
    let engine = start(settings);
    let path = record(&engine, &dir);
    let begun = Instant::now();
    let end = engine.clock().now() + MediaTime::from_secs(124);
    let mut words = Vec::new();
    wait_for("two minutes", Duration::from_secs(180), || {
        words.extend(player.words());
        (engine.clock().now() >= end).then_some(())
    });
    let stats = engine.stop(Duration::from_secs(10)).stats;
    drop(player);
    println!("{:?}", stats.levels.inputs);
    // Pictures a busy machine could not draw in time.
    let late = stats.lagged + stats.renditions[0].skipped;

    let (flashes, beeps) = (flashes(&path), beeps(&path));
    assert!(flashes.len() >= 115, "{} flashes", flashes.len());
    assert!(beeps.len() >= 100, "{} whole beeps", beeps.len());
    // Flashes stand on the show's whole seconds, so a beep's distance from one is its phase in the
    // show; the player tells the phase in which it was heard.
    let off: Vec<f64> = beeps
        .iter()
        .map(|beep| {
            let flash =
                flashes.iter().min_by(|a, b| (*a - beep).abs().total_cmp(&(*b - beep).abs()));
            let seen = beep - flash.expect("a flash");
            let about = begun + Duration::from_secs_f64(*beep);
            let near = words.iter().filter(|(now, _)| {
                now.max(&about).duration_since(*now.min(&about)) < Duration::from_secs(4)
            });
            let began =
                near.filter_map(|(now, played)| now.checked_sub(Duration::from_secs_f64(*played)));
            let began = median(began).expect("the player's word");
            let after = began.saturating_duration_since(zero).as_secs_f64()
                - zero.saturating_duration_since(began).as_secs_f64();
            within_second(seen - (after + offset)) * 1e3
        })
        .collect();
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let quarter = off.len() / 4;
    let (first, last) = (mean(&off[..quarter]), mean(&off[off.len() - quarter..]));
    let (least, most) = off.iter().fold((f64::MAX, f64::MIN), |(l, m), o| (l.min(*o), m.max(*o)));
    println!(
        "{} beeps after their flashes, beside the player's own latency: mean {:+.2} ms, single {least:+.2} to {most:+.2} ms, first quarter {first:+.2}, last {last:+.2} ms",
        off.len(),
        mean(&off)
    );
    assert!(mean(&off).abs() < 20.0, "{} ms on average", mean(&off));
    assert!((last - first).abs() < 10.0, "drifted from {first} to {last} ms");
    let beyond = off.iter().filter(|o| o.abs() >= 40.0).count() as u64;
    assert!(beyond <= late.min(3), "{late} pictures late: {off:.1?}");
}

#[test]
fn flash_and_beep_stay_together_for_two_minutes_of_real_time() {
    child("pulse::child_two_minutes_of_flash_and_beep");
}
