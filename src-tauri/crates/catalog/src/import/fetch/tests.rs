use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Instant;

use super::*;

/// Answers every request by its path, on loopback, for as long as the test's process lives.
fn server(answer: impl Fn(&str, SocketAddr) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let here = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let answer = Arc::clone(&answer);
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0_u8];
                while !head.ends_with(b"\r\n\r\n") {
                    if stream.read(&mut byte).unwrap_or(0) == 0 {
                        return;
                    }
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or("/");
                // A client that has seen enough hangs up.
                drop(stream.write_all(&answer(path, here)));
                if path == "/hang" {
                    drop(stream.read(&mut byte));
                }
            });
        }
    });
    here
}

fn ok(body: &[u8]) -> Vec<u8> {
    let mut out =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())
            .into_bytes();
    out.extend_from_slice(body);
    out
}

fn png() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(3, 2, image::Rgb([200, 10, 10]))
        .write_to(&mut out, image::ImageFormat::Png)
        .unwrap();
    out.into_inner()
}

fn rules(loopback: bool, time: Duration) -> Rules {
    Rules { agent: agent(loopback, time), folder: None, time }
}

fn shop() -> SocketAddr {
    server(|path, here| {
        match path {
        "/mug.png" => ok(&png()),
        "/page.png" => ok(b"<html>not a picture</html>"),
        "/big.png" => ok(&vec![0x89; (MAX_BYTES + 10) as usize]),
        "/hang" => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".to_vec(),
        "/metadata" => b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/file" => b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n".to_vec(),
        p if p.starts_with("/r") => {
            let left: u32 = p[2..].parse().unwrap();
            let to = if left == 0 { "mug.png".to_owned() } else { format!("r{}", left - 1) };
            format!("HTTP/1.1 301 Moved\r\nLocation: http://{here}/{to}\r\nContent-Length: 0\r\n\r\n").into_bytes()
        }
        _ => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
    }
    })
}

fn said(result: Result<Picture, Failure>) -> String {
    result.err().map(|f| f.text).unwrap_or_default()
}

#[test]
fn pictures_come_from_the_web_within_limits() {
    let here = shop();
    let rules = rules(true, TIME);
    let get = |path: &str| one(&rules, &format!("http://{here}{path}"));
    let picture = get("/mug.png").map_err(|f| f.text).unwrap();
    assert_eq!((picture.width, picture.height, picture.kind), (3, 2, "png"));
    assert!(get("/r2").is_ok(), "three redirects: {}", said(get("/r2")));
    assert!(said(get("/r3")).contains("redirected more than 3 times"), "{}", said(get("/r3")));
    assert!(said(get("/gone.png")).contains("404"));
    assert!(said(get("/page.png")).contains("no PNG"));
    assert!(said(get("/big.png")).contains("larger than 20 MB"), "{}", said(get("/big.png")));
    assert!(said(get("/metadata")).contains("private network"), "{}", said(get("/metadata")));
    assert!(!said(get("/file")).is_empty());
    assert!(said(one(&rules, &format!("http://user:pw@{here}/mug.png"))).contains("password"));
}

#[test]
fn a_slow_server_costs_no_more_than_its_time() {
    let here = shop();
    let rules = rules(true, Duration::from_secs(1));
    let began = Instant::now();
    let text = said(one(&rules, &format!("http://{here}/hang")));
    assert!(text.contains("did not come within 1 s"), "{text}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn this_machine_is_not_asked_unless_allowed() {
    let here = shop();
    let rules = rules(false, TIME);
    for address in [
        format!("http://{here}/mug.png"),
        format!("http://localhost:{}/mug.png", here.port()),
        format!("http://[::ffff:127.0.0.1]:{}/mug.png", here.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/a.png".to_owned(),
        "http://2130706433/a.png".to_owned(),
        "http://0/a.png".to_owned(),
    ] {
        let text = said(one(&rules, &address));
        assert!(text.contains("private network"), "{address}: {text}");
    }
}

#[test]
fn paths_stay_beside_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("shop");
    std::fs::create_dir_all(inside.join("img")).unwrap();
    std::fs::write(inside.join("img/mug.png"), png()).unwrap();
    std::fs::write(folder.path().join("secret.png"), png()).unwrap();
    let rules = Rules { agent: agent(false, TIME), folder: Some(inside.clone()), time: TIME };
    assert!(one(&rules, "img/mug.png").is_ok());
    assert!(one(&rules, "./img/../img/mug.png").is_ok());
    assert!(one(&rules, "img\\mug.png").is_ok());
    let absolute = folder.path().join("secret.png");
    for outside in
        ["../secret.png", "img/../../secret.png", "..\\secret.png", absolute.to_str().unwrap()]
    {
        let text = said(one(&rules, outside));
        assert!(text.contains("outside the folder"), "{outside}: {text}");
    }
    for (odd, why) in [
        ("img", "is no file"),
        ("none.png", "not beside"),
        ("file:///etc/passwd", "neither"),
        ("data:image/png;base64,AA", "neither"),
        ("ftp://a/b.png", "neither"),
    ] {
        let text = said(one(&rules, odd));
        assert!(text.contains(why), "{odd}: {text}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&absolute, inside.join("link.png")).unwrap();
        assert!(said(one(&rules, "link.png")).contains("outside the folder"));
    }
}
