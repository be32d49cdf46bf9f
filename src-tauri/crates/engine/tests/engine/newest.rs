//! The newest picture of a source, for whoever draws a picture of their own from it.

use std::sync::Arc;
use std::time::Duration;

use vitrine_engine::EngineError;
use vitrine_flow::{Clock, Stop};
use vitrine_media::{FrameRate, MediaTime, Plane};

use crate::support::{CANVAS, settings, start};

#[test]
fn it_is_the_one_on_the_canvas_and_none_while_the_source_is_lost() {
    let clock = Clock::simulated();
    let _hold = clock.participate();
    let mut settings = settings(clock.clone(), FrameRate::whole(30));
    settings.video[0].spec = "test-camera:rate=30,gap=2+2".parse().expect("a source");
    let engine = start(settings);
    let host = "host".into();
    let preview = engine.preview(&CANVAS.into()).expect("a canvas");
    let stop = Stop::new();
    // Show time stands still while the two are compared: it goes on only when every thread waits.
    let look = |ms: i64| {
        assert!(clock.sleep_until(MediaTime::from_millis(ms), &stop));
        let (_, drawn) = preview.wait_newest(Duration::from_secs(10)).expect("a picture");
        (engine.newest(&host).expect("a source"), drawn)
    };
    let (first, drawn) = look(1_005);
    let first = first.expect("a picture");
    assert_eq!(first.plane(Plane::Y), drawn.plane(Plane::Y));
    let (second, drawn) = look(1_505);
    let second = second.expect("a picture");
    assert!(!Arc::ptr_eq(&first, &second));
    assert_eq!(second.plane(Plane::Y), drawn.plane(Plane::Y));
    assert_eq!(look(3_505).0, None, "lost for a second and a half");
    assert!(look(5_005).0.is_some(), "back");
    let e = engine.newest(&"other".into()).expect_err("unknown");
    assert!(matches!(e, EngineError::Unknown { kind: "source", .. }), "{e}");
    engine.remove_video(&host);
    assert!(engine.newest(&host).is_err());
    engine.stop(Duration::from_secs(5));
}
