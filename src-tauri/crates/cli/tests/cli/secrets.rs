//! A stream key appears nowhere: not in output, logs at any level, files, or the process list.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{cli, endpoint, free_port, run, text, wait_for};

const CANARY: &str = "canary-7f3a91c2-key";
const QUERY_CANARY: &str = "c4n4ry%2Fsigned==";

#[test]
fn a_key_is_in_no_output_at_any_level() {
    let key = format!("{CANARY}?vhost=shop.example&auth_key={QUERY_CANARY}");
    let endpoint = endpoint();
    let closed = format!("rtmp://127.0.0.1:{}/app", free_port());
    for url in [endpoint.url.as_str(), closed.as_str()] {
        for verbose in ["", "-v", "-vv", "-vvv"] {
            let dir = tempfile::tempdir().expect("a folder");
            let mut command = cli();
            command.args([
                "live",
                "--to",
                url,
                "--key-stdin",
                "--seconds",
                "2",
                "--size",
                "320x180",
            ]);
            command.arg("--json").current_dir(dir.path());
            if !verbose.is_empty() {
                command.arg(verbose);
            }
            let out = run(&mut command, &format!("{key}\n"), Duration::from_secs(60));
            let all = text(&out);
            assert!(!all.contains(CANARY) && !all.contains(QUERY_CANARY), "{url} {verbose}: {all}");
            if verbose == "-vvv" {
                assert!(all.contains("ffmpeg"), "FFmpeg's own log is part of it: {all}");
            }
        }
    }
}

#[test]
fn a_key_given_in_an_address_is_taken_out_of_the_output() {
    let url = format!("rtmp://127.0.0.1:{}/app/{CANARY}", free_port());
    let mut command = cli();
    command.args(["live", "-vvv", "--to", &url, "--seconds", "2", "--size", "320x180"]);
    let out = run(&mut command, "", Duration::from_secs(60));
    assert_eq!(out.status.code(), Some(4), "{}", text(&out));
    assert!(!text(&out).contains(CANARY), "{}", text(&out));
}

#[test]
fn a_key_from_standard_input_is_not_in_the_process_list() {
    let endpoint = endpoint();
    let mut child = cli()
        .args(["live", "--to", &endpoint.url, "--key-stdin", "--seconds", "3"])
        .args(["--size", "320x180"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(format!("{CANARY}\n").as_bytes()).expect("written");
    // Once the stream arrives, the key is in use.
    wait_for("the stream", Duration::from_secs(20), || {
        let list = std::fs::read_dir(endpoint.dir.path()).ok()?;
        list.flatten().next().map(drop)
    });
    let ps = Command::new("ps").args(["-ewwo", "args"]).output();
    let process = format!("/proc/{}", child.id());
    let read = |name: &str| std::fs::read(format!("{process}/{name}")).unwrap_or_default();
    let shown = [read("cmdline"), read("environ"), ps.map(|o| o.stdout).unwrap_or_default()];
    for bytes in shown {
        assert!(!String::from_utf8_lossy(&bytes).contains(CANARY));
    }
    assert!(child.wait().expect("ends").success());
}
