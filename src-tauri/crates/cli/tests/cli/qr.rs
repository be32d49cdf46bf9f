//! A viewer's phone reads the code from the received picture, in both canvases.

use std::time::Duration;

use crate::media::gray_picture;
use crate::support::{cli, endpoint, run, sample, text};

fn decoded(width: usize, height: usize, gray: &[u8]) -> Vec<String> {
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| gray[y * width + x]);
    let grids = picture.detect_grids();
    grids.iter().filter_map(|g| g.decode().ok()).map(|(_, content)| content).collect()
}

#[test]
fn the_code_decodes_in_both_canvases_at_a_low_bitrate() {
    let endpoint = endpoint();
    let product = sample("pour-over-kettle.json");
    let json = std::fs::read_to_string(&product).expect("the sample");
    let link = serde_json::from_str::<serde_json::Value>(&json).expect("JSON")["link"].clone();
    let to = |canvas: &str, key: &str| format!("{canvas}={}/{key}", endpoint.url);
    let mut command = cli();
    command
        .args(["live", "--json", "--canvas", "16:9", "--canvas", "9:16", "--bitrate", "2500k"])
        .args(["--to", &to("16:9", "wide"), "--to", &to("9:16", "tall")])
        .args(["--seconds", "7", "--product"])
        .arg(&product);
    let out = run(&mut command, "", Duration::from_secs(60));
    assert!(out.status.success(), "{}", text(&out));
    for key in ["wide", "tall"] {
        let file = endpoint.file(key);
        for at in [2.0, 3.5] {
            let (w, h, gray) = gray_picture(&file, at);
            assert_eq!(w > h, key == "wide");
            let found = decoded(w, h, &gray);
            assert!(found.iter().any(|t| *t == link), "{key} at {at} s: {found:?}, not {link}");
        }
    }
}
