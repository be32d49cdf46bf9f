//! Pictures in every layout that the camera offers and the program takes.

use crate::bars;
use crate::lab::{Lab, word};
use crate::support::{last_json, text};

/// Pictures a second that are asked for, as they are written and as a number.
const WHOLE: (&str, f64) = ("15", 15.0);
/// A rate that is no whole number, as NTSC's are.
const BROKEN: (&str, f64) = ("25/2", 12.5);

/// One layout at one size: through which back-end, how many, how steadily, with which colours.
fn capture(layout: &str, backend: &str, (fps, rate): (&str, f64)) {
    let Some(lab) = Lab::open() else { return };
    let camera = lab.camera_spec();
    for (width, height) in [(320usize, 180usize), (640, 360)] {
        let size = format!("{width}x{height}");
        let folder = lab.folder(&format!("{layout}-{size}-{rate}"));
        let out = lab.test_devices(&[
            &camera,
            "--format",
            layout,
            "--size",
            &size,
            "--fps",
            fps,
            "--seconds",
            "2",
            "--out",
            word(&folder),
        ]);
        assert!(out.status.success(), "{layout} {size}: {}", text(&out));
        let report = last_json(&out);
        let seen = &report["camera"];
        assert_eq!(seen["layout"], layout, "{seen}");
        assert_eq!(seen["backend"], backend, "{seen}");
        assert_eq!(
            (seen["width"].as_u64(), seen["height"].as_u64()),
            (Some(width as u64), Some(height as u64))
        );
        let measured = seen["measured_rate"].as_f64().expect("a rate");
        assert!((measured / rate - 1.0).abs() < 0.1, "{measured} pictures a second: {seen}");
        assert!(seen["frames"].as_f64().is_some_and(|n| n > 1.5 * rate), "{seen}");

        let picture = bars::png(&folder.join("camera.png"));
        assert_eq!((picture.width, picture.height), (width, height));
        println!(
            "{layout} {size}: {measured:.2} a second, jitter {}, colours within {:.0} of 255",
            seen["jitter_ms"],
            picture.error()
        );
        assert!(picture.is_pattern(), "{layout} {size}: {:.0?}", picture.bars());
    }
}

#[test]
fn yuyv() {
    capture("YUYV", "nokhwa", WHOLE);
}

#[test]
fn yuyv_at_a_rate_that_is_no_whole_number() {
    capture("YUYV", "avdevice", BROKEN);
}

#[test]
fn nv12() {
    capture("NV12", "nokhwa", WHOLE);
}

#[test]
fn uyvy() {
    capture("UYVY", "avdevice", WHOLE);
}

#[test]
fn i420() {
    capture("I420", "avdevice", WHOLE);
}

#[test]
fn mjpeg_if_it_is_offered() {
    let Some(lab) = Lab::open() else { return };
    let camera = lab.camera();
    let formats = camera["formats"].as_array().expect("formats");
    if formats.iter().any(|f| f["layout"] == "MJPEG") {
        capture("MJPEG", "nokhwa", WHOLE);
        return;
    }
    println!("this camera offers no MJPEG");
    // Asked for all the same, the refusal says what there is.
    let spec = lab.camera_spec();
    let out =
        lab.test_devices(&[&spec, "--format", "MJPEG", "--size", "640x360", "--seconds", "1"]);
    assert!(!out.status.success(), "{}", text(&out));
    let said = crate::lab::sentence(&out);
    println!("{said}");
    assert!(said.contains("offers"), "{said}");
}
