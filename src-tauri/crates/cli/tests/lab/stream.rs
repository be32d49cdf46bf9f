//! A show from the camera and the sound card to somebody else's RTMP server.

use std::process::Command;
use std::time::Duration;

use crate::bars::pictures;
use crate::lab::Lab;
use crate::media::{probe, samples};
use crate::show::{Show, assert_unbroken};
use crate::support::nginx;
use crate::tone;

#[test]
fn camera_and_card_reach_the_server() {
    let Some(lab) = Lab::open() else { return };
    let Some(nginx) = nginx() else { return };
    // FFmpeg's AAC encoder labours over an endless tone, ten times slower here than elsewhere.
    let _tone = tone::play(48_000, 0.2);
    let mut command = lab.cli();
    command
        .args(["live", "--json", "--video", &lab.camera_spec(), "--audio", &lab.microphone_spec()])
        .args(["--size", "640x360", "--fps", "15", "--preset", "ultrafast", "--bitrate", "900k"])
        .args(["--seconds", "12", "--to", &format!("rtmp://127.0.0.1:{}/open/lab", nginx.port)]);
    let (code, report) = Show::start(&mut command).end(Duration::from_secs(60));
    assert_eq!(code, 0, "{report}");
    assert_eq!(report["lost"]["dropped"], 0, "{report}");
    println!("lost: {}, sources: {}", report["lost"], report["stats"]["video_sources"]);

    let file = nginx.dir.path().join("rec/lab.flv");
    let media = probe(&file);
    std::fs::copy(&file, lab.out.join("lab-camera.flv")).expect("copied");
    assert_eq!((media.width, media.height), (640, 360));
    assert_unbroken(&media, 15.0);
    assert!(media.video.len() > 8 * 15, "{} pictures", media.video.len());

    let seen = pictures(&file, (640, 360), &[]);
    let pattern = seen.iter().filter(|p| p.is_pattern()).count();
    assert!(pattern + 15 > seen.len(), "{pattern} of {} pictures show the pattern", seen.len());
    let moves = seen.windows(2).filter(|p| p[0].clock_differs(&p[1])).count();
    println!("{moves} of {} pictures show a new time", seen.len());
    assert!(moves * 10 > seen.len() * 7, "the clock moved {moves} times in {}", seen.len());

    let sound = samples(&file);
    let (hertz, peak) = tone::heard(&sound[sound.len() / 2..], 48_000);
    println!("heard {hertz:.1} Hz at {peak:.1} dBFS");
    assert!((hertz - tone::HERTZ).abs() < 10.0, "{hertz} Hz");
    assert!((peak - tone::PEAK_DBFS).abs() < 3.0, "{peak} dBFS");

    // For the documentation: cut out of what the server received.
    let picture = lab.out.join("lab-camera.png");
    let cut = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-ss", "6", "-i"])
        .arg(&file)
        .args(["-frames:v", "1"])
        .arg(&picture)
        .status()
        .expect("ffmpeg runs");
    assert!(cut.success());
    assert!(crate::bars::png(&picture).is_pattern());
}
