//! A stream key in an address FFmpeg complains about reaches no log, at any level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::filter::LevelFilter;
use vitrine_secret::Secret;

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend(data);
        Ok(data.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_key_in_a_failing_address_is_never_logged() {
    let sink = Sink::default();
    let writer = sink.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    vitrine_codec::log::install();
    vitrine_codec::log::install();
    let key = Secret::new("canary-key-4711?auth=canary/part 2");
    // Nothing listens on port 9 of this machine, or it is no RTMP server.
    for address in
        ["rtmp://127.0.0.1:9/app", "rtmp://127.0.0.1:9/app/instance", "nonsense://127.0.0.1/app"]
    {
        vitrine_codec::log::clear();
        assert!(ffmpeg_next::format::input(&format!("{address}/{}", key.expose())).is_err());
        let recent = vitrine_codec::log::recent();
        assert!(recent.iter().all(|l| !l.contains("canary")), "{recent:?}");
    }
    let text = String::from_utf8(sink.0.lock().expect("not poisoned").clone()).expect("text");
    println!("{text}");
    assert!(text.contains("ffmpeg") && text.contains("127.0.0.1"), "FFmpeg's lines arrive: {text}");
    assert!(!text.contains("canary"), "{text}");
}
