//! A long show leaves nothing behind in memory: half an hour of both canvases under a simulated clock with a
//! cue every twenty seconds. Twelve hours of it are a row of `cargo xtask bench`.

#[path = "../examples/selling/hours.rs"]
mod hours;
#[path = "../examples/selling/shop.rs"]
#[expect(dead_code, reason = "the bench has more calls than this test")]
mod shop;

/// Minutes after which everything was on air once and all that is kept is full.
const WARM: i64 = 15;
/// A single card kept for each cue would be more than this in the rest of the half hour, percent.
const MOST: f64 = 2.0;
/// SQLite's journal is written back at 4 MiB; the show itself is small, KiB.
const CATALOGUE: u64 = 6 * 1024;

#[test]
fn memory_stands_still() {
    if !cfg!(target_os = "linux") {
        println!("SKIPPED: the system does not say how much memory is the program's own");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let samples = hours::run(folder.path(), 30, 5, |s| println!("{s:?}")).expect("a show");
    let at = |minutes: i64| samples.iter().find(|s| s.minutes == minutes).expect("a sample");
    let (warm, last) = (at(WARM), at(30));
    assert_eq!(last.cues, 90);
    assert!(warm.own > 10_000, "{warm:?}");
    let growth = (last.own as f64 / warm.own as f64 - 1.0) * 100.0;
    assert!(growth < MOST, "memory grew by {growth:.2} %: {samples:#?}");
    assert!(last.catalogue < CATALOGUE, "{last:?}");
}
