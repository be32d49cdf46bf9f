//! Panic, judged by what viewers got: slate and silence at once, nothing of the room until it is ended.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::media::{flashes, probe, samples};
use crate::program::{LIMIT, Program, all};
use crate::script::SMALL;
use crate::shop::shop;
use crate::support::{cli, endpoint, run, text};

const KEY: &str = "panic-1c";
/// Pictures are compared this small: of each, its shapes and nothing of the coder's grain.
const GRID: usize = 32 * 18;
/// Grey levels that a coder may add to a picture on average.
const GRAIN: f64 = 6.0;
/// All of it within 200 ms, and one picture more for where between two of them it fell.
const AT_ONCE: f64 = 0.2 + 1.0 / 30.0;

/// Every picture of a file, small and grey.
fn pictures(path: &Path) -> Vec<Vec<u8>> {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-an", "-vf", "scale=32:18:flags=area,format=gray", "-fps_mode", "passthrough"])
        .args(["-f", "rawvideo", "-"])
        .output()
        .expect("ffmpeg runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout.chunks_exact(GRID).map(<[u8]>::to_vec).collect()
}

fn distance(a: &[u8], b: &[u8]) -> f64 {
    let sum: u32 = a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / GRID as f64
}

/// The longest run of what is true: from, and up to before.
fn longest(is: &[bool]) -> (usize, usize) {
    let mut best = (0, 0);
    let mut from = 0;
    for at in 0..=is.len() {
        if at == is.len() || !is[at] {
            if at - from > best.1 - best.0 {
                best = (from, at);
            }
            from = at + 1;
        }
    }
    best
}

/// Half a minute of a tone without a gap, in which silence can be seen to the sample.
fn tone(path: &Path) {
    const RATE: u32 = 48_000;
    let count = RATE * 30;
    let mut wav = Vec::with_capacity(44 + 2 * count as usize);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + 2 * count).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend_from_slice(&RATE.to_le_bytes());
    wav.extend_from_slice(&(2 * RATE).to_le_bytes());
    wav.extend_from_slice(b"\x02\0\x10\0data");
    wav.extend_from_slice(&(2 * count).to_le_bytes());
    for n in 0..count {
        // A whole number of waves in the file: it has no seam where it begins again.
        let phase = f64::from(n) * 440.0 / f64::from(RATE) * std::f64::consts::TAU;
        wav.extend_from_slice(&((phase.sin() * 8000.0) as i16).to_le_bytes());
    }
    std::fs::write(path, wav).expect("written");
}

#[test]
fn after_a_panic_nothing_of_the_room_is_seen_or_heard() {
    let (shop, endpoint) = (shop(), endpoint());
    tone(&shop.path("tone.wav"));
    // The slate as it is drawn without any show.
    let slate = shop.path("slate.png");
    let mut render = cli();
    render.args(["render", "--scene", "slate", "--size", "640x360", "--out"]).arg(&slate);
    let out = run(&mut render, "", LIMIT);
    assert!(out.status.success(), "{}", text(&out));
    let slate = pictures(&slate).remove(0);

    let to = format!("{}/{KEY}", endpoint.url);
    let mut command = shop.program(&["run", "--show", "1", "--to", &to, "--canvas", "16:9"]);
    command.args(["--audio", "file:tone.wav"]).args(SMALL);
    let mut show = Program::start(command);
    let mut count = 0;
    let mut ask = |show: &mut Program, mut command: serde_json::Value| {
        count += 1;
        command["id"] = format!("c{count}").into();
        let (answer, took) = show.ask(&command);
        assert_eq!(answer["ok"], true, "{command}: {answer}");
        took
    };
    let held = Duration::from_millis(800);
    ask(&mut show, json!({ "do": "arm", "what": "go-live" }));
    show.until(Instant::now(), held);
    ask(&mut show, json!({ "do": "go-live" }));
    ask(&mut show, json!({ "do": "cue", "item": "1" }));
    endpoint.file(KEY);
    show.until(Instant::now(), Duration::from_millis(2600));
    let answer = ask(&mut show, json!({ "do": "panic" }));
    let answered = Instant::now();
    let at = show.event("panic").json["at_ms"].as_i64().expect("a time") as f64 / 1000.0;
    // While the slate is up the show goes on beneath it: nothing of that may be seen.
    show.until(answered, Duration::from_millis(700));
    ask(&mut show, json!({ "do": "cue", "item": "2" }));
    ask(&mut show, json!({ "do": "mute", "on": false }));
    show.until(answered, Duration::from_millis(1900));
    ask(&mut show, json!({ "do": "arm", "what": "end-panic" }));
    show.until(Instant::now(), held);
    let hidden = answered.elapsed().as_secs_f64();
    ask(&mut show, json!({ "do": "end-panic" }));
    show.until(Instant::now(), Duration::from_millis(1500));
    ask(&mut show, json!({ "do": "arm", "what": "end-show" }));
    show.until(Instant::now(), held);
    ask(&mut show, json!({ "do": "end-show" }));
    let (code, said) = show.end(LIMIT);
    assert_eq!(code, Some(0), "{}", all(&said));

    let file = endpoint.file(KEY);
    let media = probe(&file);
    let pictures = pictures(&file);
    assert_eq!(pictures.len(), media.video.len(), "every packet is a picture");
    let mut times: Vec<f64> = media.video.iter().map(|p| p.pts).collect();
    times.sort_by(f64::total_cmp);
    let far: Vec<f64> = pictures.iter().map(|p| distance(p, &slate)).collect();
    let (from, to) = longest(&far.iter().map(|d| *d < GRAIN).collect::<Vec<_>>());
    assert!(from > 30 && to < far.len(), "the room is seen before and after: {from} to {to}");
    // Another picture altogether, not one that came near the slate by and by.
    assert!(far[from - 1] > 3.0 * GRAIN, "{:?}", &far[from - 3..from + 3]);
    let (slate_from, slate_to) = (times[from], times[to]);

    let sound = samples(&file);
    let begun = media.audio.first().expect("sound").pts;
    let quiet: Vec<bool> =
        sound.chunks_exact(48).map(|block| block.iter().all(|s| s.unsigned_abs() < 40)).collect();
    let (hush, speak) = longest(&quiet);
    let (hush, speak) = (begun + hush as f64 / 1e3, begun + speak as f64 / 1e3);
    println!(
        "panic: answered {} ms after it was asked; slate from {slate_from:.3} s to {slate_to:.3} s, silence from {hush:.3} s to {speak:.3} s of the stream",
        answer.as_millis()
    );
    // Silence may begin earlier: sound that was not mixed yet when the key was pressed is silenced, too.
    assert!(hush - slate_from < 0.2, "slate at {slate_from}, silence at {hush}");
    assert!(slate_from - hush < 0.5, "slate at {slate_from}, silence at {hush}");
    // Both last without a break from the answer, or a little later, until they are ended.
    assert!(slate_to - slate_from > hidden - AT_ONCE, "slate for {} s", slate_to - slate_from);
    assert!(speak - hush > hidden - AT_ONCE, "silence for {} s of {hidden} s", speak - hush);

    // The test card flashes at each whole second of the show: that is how stream and show time meet.
    let flashes = flashes(&file, &media);
    let flash = flashes.iter().copied().find(|f| *f < slate_from).expect("a flash before");
    let part = |seconds: f64| (seconds + 0.5).rem_euclid(1.0) - 0.5;
    let late = part(slate_from - flash - at);
    let late_sound = part(hush - flash - at);
    println!(
        "panic: first slate {:.0} ms, first silence {:.0} ms after the event's time",
        late * 1e3,
        late_sound * 1e3
    );
    assert!(late < AT_ONCE && late_sound < 0.2, "slate {late} s, silence {late_sound} s late");
}
