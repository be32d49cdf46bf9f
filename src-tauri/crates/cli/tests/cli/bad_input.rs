//! Wrong input gets one clear sentence that names the thing and the remedy, a documented exit
//! code, and leaves nothing half-written.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use crate::support::{cli, root, run, sample, text};

/// Runs in `dir` and expects exit code `code` and a message with all `words`.
fn refuse(dir: &Path, args: &[&str], code: i32, words: &[&str]) {
    let out = run(cli().args(args).current_dir(dir), "", Duration::from_secs(60));
    let all = text(&out);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {all}");
    for word in words {
        assert!(all.contains(word), "{args:?} does not say {word:?}: {all}");
    }
    assert!(!all.contains("panicked"), "{all}");
    assert!(all.lines().count() <= 4, "{args:?} is not one clear sentence: {all}");
}

#[test]
fn wrong_options_and_addresses() {
    let dir = tempfile::tempdir().expect("a folder");
    let d = dir.path();
    refuse(d, &["live", "--to", "https://shop.example/live/k", "--seconds", "1"], 2, &["rtmp"]);
    refuse(d, &["live", "--to", "srt://a.example:1/k", "--seconds", "1"], 2, &["rtmp"]);
    refuse(d, &["live", "--to", "rtmp://a.example/app", "--seconds", "1"], 2, &["key"]);
    refuse(d, &["live", "--video", "webcam", "--seconds", "1"], 2, &["webcam", "test-card"]);
    refuse(d, &["live", "--video", "file:none.mp4", "--seconds", "1"], 2, &["none.mp4"]);
    refuse(d, &["live", "--audio", "file:none.wav", "--seconds", "1"], 2, &["none.wav"]);
    refuse(d, &["live", "--size", "1281x720", "--seconds", "1"], 2, &["1281x720", "even"]);
    refuse(d, &["live", "--fps", "NaN", "--seconds", "1"], 2, &["NaN"]);
    refuse(d, &["live", "--bitrate", "-1", "--seconds", "1"], 2, &["-1"]);
    refuse(d, &["live", "--canvas", "4:3", "--seconds", "1"], 2, &["4:3", "16:9"]);
    refuse(
        d,
        &["live", "--encoder", "h264_none", "--record", "a.mp4", "--seconds", "1"],
        3,
        &["h264_none"],
    );
    refuse(d, &["live"], 2, &["--to"]);
    fs::write(d.join("noise.mp4"), [7u8; 4096]).expect("written");
    refuse(d, &["live", "--video", "file:noise.mp4", "--seconds", "1"], 2, &["noise.mp4"]);
    let left: Vec<_> = fs::read_dir(d).expect("listed").flatten().map(|e| e.file_name()).collect();
    assert_eq!(left, ["noise.mp4"], "nothing half-written");
}

#[test]
fn wrong_products() {
    let dir = tempfile::tempdir().expect("a folder");
    let d = dir.path();
    let product = |name: &str, json: &str| fs::write(d.join(name), json).expect("written");
    let render = |name: &str, words: &[&str]| {
        refuse(d, &["render", "--product", name, "--out", "x.png"], 2, words);
        assert!(!d.join("x.png").exists(), "{name}: nothing half-written");
    };
    render("missing.json", &["missing.json"]);
    product("broken.json", "{ \"title\": ");
    render("broken.json", &["broken.json"]);
    product("negative.json", r#"{"title":"a","price":"-1.00","currency":"EUR"}"#);
    render("negative.json", &["negative.json", "-1.00"]);
    product("nan.json", r#"{"title":"a","price":"NaN","currency":"EUR"}"#);
    render("nan.json", &["nan.json", "NaN"]);
    product("money.json", r#"{"title":"a","price":"1.00","currency":"XQQ"}"#);
    render("money.json", &["money.json", "XQQ"]);
    product("wide.json", r#"{"title":"a","price":"1.00","currency":"EUR","image":"wide.png"}"#);
    fs::write(d.join("wide.png"), png_header(30_000, 30_000)).expect("written");
    render("wide.json", &["wide.png", "30000"]);
    product("cut.json", r#"{"title":"a","price":"1.00","currency":"EUR","image":"cut.png"}"#);
    let whole = fs::read_dir(sample("")).expect("the sample").flatten().map(|e| e.path());
    let image = whole.into_iter().find(|p| p.extension().is_some_and(|e| e == "png"));
    let bytes = fs::read(image.expect("a sample image")).expect("read");
    fs::write(d.join("cut.png"), &bytes[..bytes.len() / 2]).expect("written");
    render("cut.json", &["cut.png"]);
}

#[test]
fn a_theme_cannot_read_files() {
    let dir = tempfile::tempdir().expect("a folder");
    let d = dir.path();
    fs::write(d.join("theme.toml"), "name = 3\n").expect("written");
    let product = sample("pour-over-kettle.json").display().to_string();
    refuse(d, &["render", "--product", &product, "--theme", ".", "--out", "x.png"], 2, &["theme"]);
    refuse(
        d,
        &["render", "--product", &product, "--theme", "nowhere", "--out", "x.png"],
        2,
        &["nowhere"],
    );
    // A whole theme, one of whose templates asks for a file of this machine.
    let theme = d.join("theme");
    fs::create_dir(&theme).expect("a folder");
    for entry in fs::read_dir(root().join("assets/themes/classic")).expect("listed").flatten() {
        fs::copy(entry.path(), theme.join(entry.file_name())).expect("copied");
    }
    let card = theme.join("product-card-landscape.svg");
    let svg = fs::read_to_string(&card).expect("read");
    for href in ["/etc/hostname", "file:///etc/hostname", "../../secret.png", "http://127.0.0.1/x"]
    {
        let image = format!("<image href=\"{href}\" width=\"9\" height=\"9\"/></svg>");
        fs::write(&card, svg.replace("</svg>", &image)).expect("written");
        refuse(
            d,
            &["render", "--product", &product, "--theme", "theme", "--out", "x.png"],
            2,
            &["product-card-landscape.svg"],
        );
    }
    assert!(!d.join("x.png").exists());
}

#[test]
fn a_port_in_use_and_a_server_that_speaks_no_rtmp() {
    let dir = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    refuse(dir.path(), &["rehearse", "--port", &port.to_string()], 3, &[&port.to_string()]);

    // A web server answers every connection with a page.
    std::thread::spawn(move || {
        for mut s in taken.incoming().flatten().take(50) {
            use std::io::{Read, Write};
            let mut buffer = [0u8; 4096];
            let _ = s.read(&mut buffer);
            let _ = s.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let url = format!("rtmp://127.0.0.1:{port}/live/some-key");
    let args = ["live", "--to", &url, "--seconds", "6", "--size", "320x180"];
    let out = run(cli().args(args).current_dir(dir.path()), "", Duration::from_secs(60));
    assert_eq!(out.status.code(), Some(4), "{}", text(&out));
    assert!(text(&out).contains("RTMP"), "{}", text(&out));
}

#[test]
fn a_recording_is_not_overwritten_unasked() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("show.mp4");
    fs::write(&path, b"precious").expect("written");
    refuse(
        dir.path(),
        &["live", "--record", "show.mp4", "--seconds", "1", "--size", "320x180"],
        3,
        &["show.mp4"],
    );
    assert_eq!(fs::read(&path).expect("still there"), b"precious");
}

/// A PNG that claims a size and holds next to nothing.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut ihdr = b"IHDR".to_vec();
    ihdr.extend_from_slice(&width.to_be_bytes());
    ihdr.extend_from_slice(&height.to_be_bytes());
    ihdr.extend_from_slice(&[8, 6, 0, 0, 0]);
    let crc = crc32(&ihdr);
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend_from_slice(&ihdr);
    png.extend_from_slice(&crc.to_be_bytes());
    // The beginning of a data chunk that claims a megabyte.
    png.extend_from_slice(b"\x00\x10\x00\x00IDAT\x78\x9c\xed\xc1");
    png.extend_from_slice(&[0; 4096]);
    png
}

/// CRC-32 as PNG uses it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, b| {
        (0..8).fold(
            crc ^ u32::from(*b),
            |c, _| {
                if c & 1 == 1 { (c >> 1) ^ 0xEDB8_8320 } else { c >> 1 }
            },
        )
    })
}
