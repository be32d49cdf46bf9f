//! A third-party server receives a show: nginx with its RTMP module, judged by its recording.

use std::time::Duration;

use crate::media::{beeps, flashes, probe};
use crate::support::{cli, last_json, nginx, run, sample, text};

const SECONDS: u32 = 30;

#[test]
fn nginx_receives_a_whole_show() {
    let Some(nginx) = nginx() else { return };
    let url = format!("rtmp://127.0.0.1:{}/open", nginx.port);
    let mut command = cli();
    command
        .args(["live", "--json", "--to", &url, "--key-stdin", "--seconds", &SECONDS.to_string()])
        .args(["--countdown", "120", "--product"])
        .arg(sample("pour-over-kettle.json"));
    let out = run(&mut command, "third-party-show\n", Duration::from_secs(90));
    assert!(out.status.success(), "{}", text(&out));
    let report = last_json(&out);
    assert_eq!(report["lost"]["dropped"], 0, "{report}");

    let file = nginx.dir.path().join("rec/third-party-show.flv");
    let media = probe(&file);
    assert_eq!((media.video_codec.as_str(), media.audio_codec.as_str()), ("h264", "aac"));
    assert_eq!((media.width, media.height), (1280, 720));

    // Every picture from the first that was sent to the last: no gap wider than one interval.
    let v = &media.video;
    assert!(v.len() as u32 >= (SECONDS - 2) * 30, "{} pictures", v.len());
    assert!(v[0].key, "begins with a keyframe");
    for pair in v.windows(2) {
        let step = pair[1].dts - pair[0].dts;
        assert!((0.030..0.037).contains(&step), "step of {step} s at {}", pair[0].dts);
    }
    let keys: Vec<f64> = v.iter().filter(|p| p.key).map(|p| p.pts).collect();
    for pair in keys.windows(2) {
        assert!(pair[1] - pair[0] < 2.002, "keyframes {} s apart", pair[1] - pair[0]);
    }
    // A connection asks for a keyframe to begin with; behind that one the grid is exact.
    for pair in keys[2..].windows(2) {
        assert!((pair[1] - pair[0] - 2.0).abs() < 0.002, "{keys:?}");
    }
    for pair in media.audio.windows(2) {
        let step = pair[1].dts - pair[0].dts;
        assert!((0.019..0.024).contains(&step), "sound step of {step} s at {}", pair[0].dts);
    }

    let (flashes, beeps) = (flashes(&file, &media), beeps(&file, &media));
    let mut compared = 0;
    for flash in &flashes {
        let near = beeps.iter().map(|b| b - flash).min_by(|a, b| a.abs().total_cmp(&b.abs()));
        let Some(off) = near.filter(|o| o.abs() < 0.5) else { continue };
        assert!(off.abs() < 0.020, "beep {:.1} ms from its flash at {flash} s", off * 1e3);
        compared += 1;
    }
    assert!(compared >= SECONDS as usize - 4, "{compared} pairs of {flashes:?} and {beeps:?}");
}
