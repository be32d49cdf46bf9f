//! `vitrine-cli run`: a script of commands to real outputs, and under a simulated clock.

use std::fs;
use std::time::{Duration, Instant};

use crate::media::probe;
use crate::program::{Program, all, events, report};
use crate::shop::shop;
use crate::support::{endpoint, last_json, run, text};

/// What keeps a two-core machine from being the limit of what is tested.
pub const SMALL: [&str; 6] = ["--size", "640x360", "--bitrate", "1500k", "--preset", "ultrafast"];

const WIDE: &str = "wide-5b1d7e";
const TALL: &str = "tall-90c2fa";

#[test]
fn a_script_goes_out_in_both_shapes_and_everything_follows() {
    let (shop, endpoint) = (shop(), endpoint());
    let script = r#"
# A show of eight seconds.
{"id":"a1","at":0.2,"do":"arm","what":"go-live"}
{"id":"live","at":1.4,"do":"go-live"}
{"id":"c1","at":3,"do":"cue","item":"1"}
{"id":"p1","at":4,"do":"set-price","price":"14.90"}
{"id":"n1","at":5,"do":"prepare","item":"2"}
{"id":"t1","at":5.6,"do":"take"}
{"id":"k1","at":6.2,"do":"claim","buyer":"zoe","quantity":3}
{"id":"a2","at":6.8,"do":"arm","what":"end-show"}
{"id":"end","at":8.2,"do":"end-show"}
"#;
    let wide = format!("wide@16:9={}/{WIDE}", endpoint.url);
    let tall = format!("tall@9:16={}/{TALL}", endpoint.url);
    let mut command = shop.program(&["run", "--show", "1", "--to", &wide, "--to", &tall]);
    command.args(["--record", "show.mp4"]).args(SMALL);
    let mut program = Program::start(command);
    for line in script.lines() {
        program.type_in(line);
    }
    let (code, said) = program.end(Duration::from_secs(60));
    let words = all(&said);
    assert_eq!(code, Some(0), "everything arrived and nothing was refused:\n{words}");
    let answers = said.iter().filter(|s| s.json.get("ok").is_some());
    let ids: Vec<_> = answers
        .map(|s| {
            assert_eq!(s.json["ok"], true, "{}", s.text);
            s.json["id"].as_str().expect("a name")
        })
        .collect();
    assert_eq!(ids, ["load", "a1", "live", "c1", "p1", "n1", "t1", "k1", "a2", "end"], "{words}");
    let told: Vec<&str> = events(&said).into_iter().filter(|e| *e != "engine").collect();
    let wanted = [
        "loaded",
        "armed",
        "went-live",
        "cued",
        "price-changed",
        "prepared",
        "cued",
        "claimed",
        "sold-out",
        "armed",
        "ended",
    ];
    assert_eq!(told, wanted, "{words}");
    let event = |name: &str| &said.iter().find(|s| s.json["event"] == name).expect("told").json;
    assert_eq!(event("cued")["command"], "c1");
    let price = event("price-changed");
    assert_eq!((&price["before"], &price["now"]), (&"18.90".into(), &"14.90".into()), "{price}");

    let report = report(&said);
    assert_eq!(report["lost"]["dropped"], 0, "{report}");
    for name in ["wide", "tall"] {
        assert_eq!(report["destinations"][name]["clean"], true, "{report}");
    }
    // What viewers got, and what was kept.
    let files = [
        (endpoint.file(WIDE), (640, 360)),
        (endpoint.file(TALL), (360, 640)),
        (shop.path("show.mp4"), (640, 360)),
        (shop.path("show-9x16.mp4"), (360, 640)),
    ];
    for (file, size) in &files {
        let media = probe(file);
        assert_eq!((media.width, media.height), *size, "{}", file.display());
        let length = media.video.last().expect("pictures").pts - media.video[0].pts;
        assert!((4.0..9.0).contains(&length), "{} lasts {length} s", file.display());
    }
    for key in [WIDE, TALL] {
        assert!(!words.contains(key), "{words}");
        shop.keeps_no(key);
    }
    // The price that was said on air is the catalogue's, and the chapters are in the log.
    let rundown = shop.done(&["show", "list", "1"]);
    assert_eq!(rundown["entries"][0]["item"]["price"], 1490, "{rundown}");
    let Some(log) = shop.rows("SELECT kind FROM run_log WHERE kind <> 'engine' ORDER BY id") else {
        return;
    };
    // What is before its run, choosing and arming, is none of its log.
    assert_eq!(log, wanted[2..], "each event once");
    let chapters = "SELECT item_id || '@' || show_ms FROM run_log WHERE kind = 'cued' ORDER BY id";
    let chapters = shop.rows(chapters).unwrap_or_default();
    let of: Vec<(&str, i64)> = chapters
        .iter()
        .filter_map(|c| c.split_once('@'))
        .map(|(item, ms)| (item, ms.parse().expect("milliseconds")))
        .collect();
    let told: Vec<i64> = said
        .iter()
        .filter(|s| s.json["event"] == "cued")
        .map(|s| s.json["at_ms"].as_i64().expect("a time"))
        .collect();
    assert_eq!(of.iter().map(|c| c.1).collect::<Vec<_>>(), told, "{chapters:?}");
    let open = shop.rows("SELECT count(*) FROM run WHERE ended_at IS NULL").unwrap_or_default();
    assert_eq!(open, ["0"], "nothing is left to be resumed");
}

#[test]
fn a_minute_of_both_canvases_is_made_in_seconds_of_simulated_time() {
    let shop = shop();
    let script = r#"
{"id":"live","do":"go-live","rehearsal":true}
{"id":"c1","at":1,"do":"cue","item":"1"}
{"id":"p1","at":10,"do":"set-price","price":"9.90","seconds":15}
{"id":"c2","at":30,"do":"cue","item":"2"}
{"id":"d1","at":40,"do":"show","element":"countdown","seconds":10}
{"id":"end","at":60,"do":"end-show"}
"#;
    fs::write(shop.path("script.jsonl"), script).expect("written");
    let args = ["run", "--show", "1", "--simulated", "--script", "script.jsonl"];
    let mut command = shop.program(&args);
    command.args(["--record", "minute.mp4", "--size", "320x180", "--preset", "ultrafast"]);
    let began = Instant::now();
    let program = Program::start(command);
    let (code, said) = program.end(Duration::from_secs(55));
    let took = began.elapsed();
    println!("a simulated minute of two canvases took {:.1} s", took.as_secs_f64());
    assert_eq!(code, Some(0), "{}", all(&said));
    for (name, size) in [("minute.mp4", (320, 180)), ("minute-9x16.mp4", (180, 320))] {
        let media = probe(&shop.path(name));
        assert_eq!((media.width, media.height), size, "{name}");
        let pictures = media.video.len();
        assert!((1798..=1802).contains(&pictures), "{name} has {pictures} pictures in a minute");
        let sound = media.audio.last().expect("sound").pts;
        assert!((59.8..60.2).contains(&sound), "{name} has {sound} s of sound");
    }
    // What ends by itself ends at its moment.
    let back = said.iter().find(|s| s.json["event"] == "price-changed" && s.json["ended"] == true);
    let back = &back.unwrap_or_else(|| panic!("{}", all(&said))).json;
    assert!((24_990..=25_110).contains(&back["at_ms"].as_i64().expect("a time")), "{back}");

    // No server can be served from a clock that runs away from it.
    let mut command = shop.program(&["run", "--show", "1", "--simulated"]);
    command.args(["--to", "rtmp://127.0.0.1:1935/live/key"]);
    let out = run(&mut command, "", Duration::from_secs(20));
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert!(text(&out).contains("--simulated") && text(&out).contains("--to"), "{}", text(&out));
}

#[test]
fn a_show_that_is_not_there_is_refused_at_once() {
    let shop = shop();
    let out = run(&mut shop.program(&["run", "--show", "99"]), "", Duration::from_secs(20));
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert_eq!(last_json(&out)["error"]["code"], "missing", "{}", text(&out));
    let out =
        run(&mut shop.program(&["run", "--script", "none.jsonl"]), "", Duration::from_secs(20));
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert!(text(&out).contains("none.jsonl"), "{}", text(&out));
}
