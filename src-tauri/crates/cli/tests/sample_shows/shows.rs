//! The two sample shows, built as their README says, from their scripts: two minutes in real time to a
//! third-party server, and the whole of each under the simulated clock.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::media::probe;
use crate::support::{cli, nginx, root, run, text};

const SECONDS: u32 = 118;

/// One show at a time: one in real time must not be late because another has the machine.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The words of a line of the README, with quotes as a shell has them.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("one").push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Builds a show's catalogue by the commands the README gives for it.
fn build(name: &str, catalogue: &Path) {
    let readme = root().join("assets/sample/shows/README.md");
    let readme = std::fs::read_to_string(readme).expect("the README is there");
    let mut done = 0;
    for line in readme.lines().filter(|l| l.starts_with("vitrine-cli") && l.ends_with(name)) {
        let mut args = words(line);
        args.remove(0);
        assert_eq!(args.pop().as_deref(), Some(name), "the catalogue's name is last");
        let mut command = cli();
        command.args(args).arg(catalogue).current_dir(root());
        let out = run(&mut command, "", Duration::from_secs(60));
        assert!(out.status.success(), "{line}: {}", text(&out));
        done += 1;
    }
    assert!(done >= 5, "{done} commands for {name}");
}

fn script(show: &str) -> std::path::PathBuf {
    root().join("assets/sample/shows").join(show).join("commands.jsonl")
}

fn command(catalogue: &Path, show: &str) -> Command {
    let mut command = cli();
    command
        .args(["run", "--show", "1", "--video", "file:assets/sample/host.png", "--script"])
        .arg(script(show))
        .arg("--catalogue")
        .arg(catalogue)
        .args(["--preset", "ultrafast"])
        .current_dir(root());
    command
}

/// Every answer was yes; gives the lines.
fn answered(out: &Output) -> Vec<Value> {
    let all = String::from_utf8_lossy(&out.stdout);
    let lines: Vec<Value> = all.lines().map(|l| serde_json::from_str(l).expect(l)).collect();
    let refused: Vec<&Value> = lines.iter().filter(|l| l["ok"] == false).collect();
    assert!(refused.is_empty(), "{refused:?}");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    lines
}

fn events<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|l| l["event"] == event).collect()
}

#[test]
fn the_sample_shows_reach_a_server_in_real_time() {
    let Some(nginx) = nginx() else { return };
    let _alone = alone();
    let folder = tempfile::tempdir().expect("a folder");
    let server = format!("rtmp://127.0.0.1:{}/open", nginx.port);
    let (kitchen, cards) = (folder.path().join("kitchen"), folder.path().join("cards"));
    build("kitchen.db", &kitchen);
    build("cards.db", &cards);
    let on_air = |catalogue: &Path, show: &str, to: &[&str], keys: &str| {
        let mut command = command(catalogue, show);
        command.args(["--size", "640x360", "--bitrate", "1200k", "--key-stdin", "--seconds"]);
        command.arg(SECONDS.to_string());
        for to in to {
            command.args(["--to", &to.replace("SERVER", &server)]);
        }
        run(&mut command, keys, Duration::from_secs(200))
    };
    let both = ["wide@16:9=SERVER", "tall@9:16=SERVER"];
    let (hour, night) = std::thread::scope(|scope| {
        let hour = scope.spawn(|| {
            on_air(&kitchen, "kitchen-hour", &both, "kitchen-wide-key\nkitchen-tall-key\n")
        });
        let night =
            scope.spawn(|| on_air(&cards, "card-night", &["tall@9:16=SERVER"], "cards-tall-key\n"));
        (hour.join().expect("run"), night.join().expect("run"))
    });
    let (hour, night) = (answered(&hour), answered(&night));
    assert!(events(&hour, "cued").len() >= 3 && events(&hour, "flash-ended").len() == 1);
    assert!(!events(&night, "lot-over").is_empty());
    assert!(events(&night, "bid").iter().any(|b| b["extended"] == true), "a counter-bid");
    for (file, shape) in [
        ("kitchen-wide-key", (640, 360)),
        ("kitchen-tall-key", (360, 640)),
        ("cards-tall-key", (360, 640)),
    ] {
        let media = probe(&nginx.dir.path().join(format!("rec/{file}.flv")));
        assert_eq!((media.width, media.height), shape, "{file}");
        let pictures = media.video.len() as u32;
        assert!(pictures >= (SECONDS - 6) * 29, "{file}: {pictures} pictures");
        for pair in media.video.windows(2) {
            let step = pair[1].dts - pair[0].dts;
            assert!(step < 1.0, "{file}: a gap of {step} s at {}", pair[0].dts);
        }
    }
    let all = format!("{hour:?}{night:?}");
    assert!(!all.contains("tall-key") && !all.contains("wide-key"), "a key was printed");
}

fn whole(name: &str, show: &str) -> (Vec<Value>, f64) {
    let _alone = alone();
    let folder = tempfile::tempdir().expect("a folder");
    let (catalogue, file) = (folder.path().join("show.db"), folder.path().join("show.mp4"));
    build(name, &catalogue);
    let mut command = command(&catalogue, show);
    command.args(["--simulated", "--size", "320x180", "--fps", "5", "--bitrate", "200k"]);
    command.args(["--audio", "silence", "--record"]).arg(&file);
    let out = run(&mut command, "", Duration::from_secs(900));
    let lines = answered(&out);
    let media = probe(&file);
    let seconds = media.video.last().expect("pictures").pts - media.video[0].pts;
    assert!(
        folder.path().join("show-9x16.mp4").exists()
            || folder.path().join("show-16x9.mp4").exists()
    );
    (lines, seconds)
}

#[test]
fn the_whole_kitchen_hour_runs_under_the_simulated_clock() {
    let (lines, seconds) = whole("kitchen.db", "kitchen-hour");
    assert!((3_400.0..3_700.0).contains(&seconds), "{seconds} s");
    let items: std::collections::BTreeSet<i64> =
        events(&lines, "cued").iter().filter_map(|c| c["item"].as_i64()).collect();
    assert_eq!(items.len(), 7);
    for event in ["flash-started", "flash-ended", "sold-out", "drawn", "panic", "price-changed"] {
        assert!(!events(&lines, event).is_empty(), "{event}");
    }
    assert!(events(&lines, "claimed").iter().any(|c| c["waitlisted"] == true));
    assert!(events(&lines, "fault").is_empty(), "{:?}", events(&lines, "fault"));
}

#[test]
fn the_whole_card_night_runs_under_the_simulated_clock() {
    let (lines, seconds) = whole("cards.db", "card-night");
    assert!((900.0..1_400.0).contains(&seconds), "{seconds} s");
    let over = events(&lines, "lot-over");
    assert_eq!(over.len(), 40);
    let unsold = over.iter().filter(|o| o["winner"].is_null()).count();
    assert!((1..10).contains(&unsold), "{unsold} unsold");
    assert_eq!(events(&lines, "claimed").len(), 40 - unsold, "each sale is in the ledger");
    assert!(
        !events(&lines, "sudden-death").is_empty() || !events(&lines, "lot-started").is_empty()
    );
    assert!(events(&lines, "fault").is_empty(), "{:?}", events(&lines, "fault"));
}
