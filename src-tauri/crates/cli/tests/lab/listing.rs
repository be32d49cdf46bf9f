//! What is listed.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::lab::Lab;

fn ids(devices: &Value) -> Vec<String> {
    let of = |kind: &str| devices[kind].as_array().expect("a list").clone();
    let all = of("cameras").into_iter().chain(of("microphones"));
    all.map(|d| d["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn the_camera_is_listed_with_its_formats() {
    let Some(lab) = Lab::open() else { return };
    let camera = lab.camera();
    assert!(camera["name"].as_str().is_some_and(|n| n.contains("vivid")), "{camera}");
    assert_eq!(camera["path"], crate::lab::VIDEO, "{camera}");
    let formats = camera["formats"].as_array().expect("formats");
    // Layouts the usual back-end does not know go through FFmpeg.
    for (layout, backend) in
        [("YUYV", "nokhwa"), ("NV12", "nokhwa"), ("I420", "avdevice"), ("UYVY", "avdevice")]
    {
        for (width, height) in [(320, 180), (640, 360), (1280, 720)] {
            let fits = |f: &&Value| {
                f["layout"] == layout
                    && f["backend"] == backend
                    && (f["width"].as_u64(), f["height"].as_u64()) == (Some(width), Some(height))
            };
            let found = formats.iter().find(fits);
            let found = found.unwrap_or_else(|| {
                panic!("no {layout} {width}x{height} by {backend} in {formats:#?}")
            });
            let rates: Vec<&str> = found["rates"]
                .as_array()
                .expect("rates")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let most = if width < 1280 { "15" } else { "10" };
            assert!(rates.contains(&"5") && rates.contains(&most), "{layout}: {rates:?}");
        }
    }
    let layouts: BTreeSet<&str> = formats.iter().filter_map(|f| f["layout"].as_str()).collect();
    println!("layouts offered: {layouts:?}");
}

#[test]
fn the_cards_inputs_are_listed_once_each() {
    let Some(lab) = Lab::open() else { return };
    let inputs = lab.microphones();
    assert_eq!(inputs.len(), 2, "one for each device of the card: {inputs:#?}");
    for input in &inputs {
        assert_eq!(input["host"], "alsa", "{input}");
        let rates: Vec<u64> =
            input["rates"].as_array().expect("rates").iter().filter_map(Value::as_u64).collect();
        assert!(rates.contains(&44_100) && rates.contains(&48_000), "{input}");
        assert!(input["channels"].as_u64().is_some_and(|n| n >= 2), "{input}");
    }
}

#[test]
fn ids_are_the_same_each_time() {
    let Some(lab) = Lab::open() else { return };
    let first = ids(&lab.devices());
    assert_eq!(first, ids(&lab.devices()));
    let different: BTreeSet<&String> = first.iter().collect();
    assert_eq!(different.len(), first.len(), "{first:?}");
}
