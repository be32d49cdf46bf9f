//! A camera that really goes away and comes again, seen by who watches.

use std::fs;
use std::time::Duration;

use crate::lab::Lab;
use crate::show::Show;

/// Where the kernel lets a driver give up a device and take it again.
const DRIVER: &str = "/sys/bus/platform/drivers/vivid";

#[test]
fn who_watches_is_told_within_two_seconds() {
    let Some(lab) = Lab::open() else { return };
    let id = lab.camera()["id"].as_str().expect("an id").to_owned();
    let mut command = lab.cli();
    command.args(["devices", "--json", "--watch", "--seconds", "25"]);
    let mut watch = Show::start(&mut command);
    watch.wait("the list", Duration::from_secs(15), |line| !line["cameras"].is_null());
    // The watch begins with a look of its own; what is pulled before it was never there.
    let begun = std::time::Instant::now();
    crate::support::wait_for("the first look", Duration::from_secs(4), || {
        (begun.elapsed() > Duration::from_secs(2)).then_some(())
    });
    for (file, arrived) in [("unbind", false), ("bind", true)] {
        let since = std::time::Instant::now();
        fs::write(format!("{DRIVER}/{file}"), "vivid.0")
            .expect("the driver lets go and takes again");
        let (told, _) = watch.wait(file, Duration::from_secs(6), |line| {
            line["kind"] == "camera" && line["id"] == id.as_str() && line["arrived"] == arrived
        });
        println!("{file} told after {:?}", told - since);
        assert!(told - since < Duration::from_secs(2), "{file} told after {:?}", told - since);
    }
}
