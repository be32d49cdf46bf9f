//! Every camera against every microphone.

use vitrine_media::FrameRate;

/// How late a device's flashes are seen or its beeps heard.
pub struct Late {
    /// What it is.
    pub name: String,
    /// How late the device itself is on average, ms: what lip sync is set to.
    pub own: f64,
    /// Seconds of the show, and how late each is, ms.
    pub seen: Vec<(i64, f64)>,
}

impl Late {
    fn mean(&self) -> f64 {
        self.seen.iter().map(|(_, late)| late).sum::<f64>() / self.seen.len() as f64
    }

    /// The second whose flash or beep is furthest from it.
    pub fn furthest(&self) -> (i64, f64) {
        let furthest = self.seen.iter().copied().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        furthest.unwrap_or((0, f64::MAX))
    }
}

/// One of the table's rows.
struct Pair<'a> {
    camera: &'a Late,
    microphone: &'a Late,
    /// Mean of the flashes after the beeps, ms.
    mean: f64,
    /// The same, as an offset that could be corrected.
    offset: f64,
    /// The earliest and the latest single flash after its beep, ms.
    single: [f64; 2],
}

/// All pairs.
///
/// A canvas shows what arrived at its next tick: nothing to a whole tick later, depending on nothing but
/// the camera's phase, which the program cannot choose. So a camera that is exactly in sync is half
/// a tick late, give or take half a tick, and offsets are counted from there, and from how late
/// the device is by its own habit.
pub struct Table<'a> {
    tick: f64,
    rows: Vec<Pair<'a>>,
}

impl<'a> Table<'a> {
    /// Compares.
    pub fn new(cameras: &'a [Late], microphones: &'a [Late], rate: FrameRate) -> Self {
        let tick = 1e3 / rate.as_f64();
        let pair = |camera: &'a Late, microphone: &'a Late| {
            let mean = camera.mean() - microphone.mean();
            let offset = mean - tick / 2.0 - camera.own;
            let beep = |second: i64| {
                microphone.seen.iter().find(|(s, _)| *s == second).map(|(_, late)| *late)
            };
            let single = camera.seen.iter().filter_map(|(s, late)| Some(late - beep(*s)?));
            let single =
                single.fold([f64::MAX, f64::MIN], |[least, most], l| [least.min(l), most.max(l)]);
            Pair { camera, microphone, mean, offset, single }
        };
        let rows = cameras.iter().flat_map(|c| microphones.iter().map(move |m| pair(c, m)));
        Self { tick, rows: rows.collect() }
    }

    /// How many there are.
    pub fn pairs(&self) -> usize {
        self.rows.len()
    }

    /// A pair whose offset is above `tolerance` (ms), or with a single flash further from its beep than that,
    /// the tick it had to wait for and the device's own lateness.
    fn is_off(&self, pair: &Pair, tolerance: f64) -> bool {
        let [least, most] = pair.single;
        let latest = tolerance + self.tick + 2.0 * pair.camera.own;
        let met = least <= most;
        !met || pair.offset.abs() > tolerance || least < -tolerance || most > latest
    }

    /// No pair is off; prints those that are, or else the worst.
    pub fn check(&mut self, what: &str, tolerance: f64) {
        self.rows.sort_by(|a, b| b.offset.abs().total_cmp(&a.offset.abs()));
        let off: Vec<_> = self.rows.iter().filter(|p| self.is_off(p, tolerance)).collect();
        println!("{what}: {} pairs, {} off; ms:", self.pairs(), off.len());
        println!("offset    mean  single flashes after their beeps");
        let worst: Vec<_> = self.rows.iter().collect();
        for p in
            if off.is_empty() { &worst[..worst.len().min(3)] } else { &off[..off.len().min(20)] }
        {
            let [least, most] = p.single;
            println!(
                "{:+6.2}  {:+6.2}  {least:+6.2} to {most:+6.2}  {} against {}",
                p.offset, p.mean, p.camera.name, p.microphone.name
            );
        }
        assert!(off.is_empty(), "{what}: pairs further apart than {tolerance} ms");
    }
}

#[test]
fn what_is_off_is_told() {
    let device = |own: f64, late: &[f64]| {
        let seen = late.iter().enumerate().map(|(second, l)| (second as i64, *l)).collect();
        Late { name: String::new(), own, seen }
    };
    let off = |camera: Late, microphone: Late| {
        let (cameras, microphones) = ([camera], [microphone]);
        let table = Table::new(&cameras, &microphones, FrameRate::whole(25));
        table.is_off(&table.rows[0], 20.0)
    };
    assert!(!off(device(0.0, &[1.0, 39.0, 20.0]), device(0.0, &[0.0; 3])));
    assert!(!off(device(20.0, &[40.0; 3]), device(0.0, &[0.0; 3])), "late by its own habit");
    assert!(
        off(device(0.0, &[41.0; 3]), device(0.0, &[0.0; 3])),
        "more than half a tick and 20 ms"
    );
    assert!(off(device(0.0, &[20.0; 3]), device(0.0, &[21.0; 3])), "sound late");
    assert!(off(device(0.0, &[20.0; 3]), device(0.0, &[-21.0; 3])), "sound early");
    assert!(off(device(0.0, &[5.0, 5.0, 61.0]), device(0.0, &[0.0; 3])), "a single flash");
    assert!(off(device(0.0, &[20.0]), device(0.0, &[])), "never heard");
}
