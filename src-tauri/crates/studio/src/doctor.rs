//! What this machine can do, and what to do about what it cannot.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;
use vitrine_codec::probe::{self, Outcome};
use vitrine_media::MediaTime;

/// Room below which a recording of an hour at 5 Mbit/s does not fit.
const DISK_LOW: u64 = 3 << 30;
/// 1 January 2025: a clock before that was never set.
const PLAUSIBLE: Duration = Duration::from_secs(1_735_689_600);

/// How well a thing is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// Nothing to do.
    Good,
    /// A show works, with a limit.
    Warning,
    /// A show would not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What: `ffmpeg`, `encoder`, `tls` …
    pub name: &'static str,
    /// How it is.
    pub health: Health,
    /// What was found, for people.
    pub found: String,
    /// What to do, where something is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

fn check(name: &'static str, health: Health, found: String, remedy: Option<&str>) -> Check {
    Check { name, health, found, remedy: remedy.map(str::to_owned) }
}

/// Looks at FFmpeg, its encoders (by encoding), its TLS, fonts, the disk of `folder`, the clock
/// and the processors. Takes up to a few seconds where a hardware encoder hangs.
pub fn examine(folder: &Path) -> Vec<Check> {
    let about = probe::about();
    let mut checks =
        vec![check("ffmpeg", Health::Good, format!("{} ({})", about.version, about.license), None)];
    checks.extend(encoders());
    checks.push(match about.tls.as_deref() {
        Some("openssl") => check(
            "tls",
            Health::Warning,
            "openssl, which does not check the server's name: rtmps destinations are refused"
                .into(),
            Some("use an FFmpeg built with gnutls (as Debian, Ubuntu and Homebrew offer it)"),
        ),
        Some(library) => check("tls", Health::Good, library.to_owned(), None),
        None => check(
            "tls",
            Health::Warning,
            "none: only plain rtmp destinations work".into(),
            Some("install an FFmpeg built with gnutls"),
        ),
    });
    checks.extend(devices());
    checks.push(fonts());
    checks.push(disk(folder));
    checks.push(clock());
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    checks.push(if processors >= 2 {
        check("processors", Health::Good, processors.to_string(), None)
    } else {
        let remedy = "use 1280x720 or less, and one canvas";
        check("processors", Health::Warning, "1".into(), Some(remedy))
    });
    checks
}

fn encoders() -> Vec<Check> {
    let trials = probe::try_all();
    let mut checks = Vec::new();
    for t in &trials {
        let (health, found) = match &t.outcome {
            Outcome::Works { millis } => {
                (Health::Good, format!("works ({millis} ms to open and encode)"))
            }
            Outcome::Absent => continue,
            Outcome::Refused { detail } => (Health::Good, format!("not usable here: {detail}")),
            Outcome::TimedOut => {
                (Health::Warning, "does not answer; it will not be used".to_owned())
            }
        };
        checks.push(check("encoder", health, format!("{}: {found}", t.name), None));
    }
    if !trials.iter().any(|t| matches!(t.outcome, Outcome::Works { .. })) {
        let remedy = "install an FFmpeg with libx264, or the driver of your graphics card";
        checks.push(check("encoder", Health::Bad, "no H.264 encoder works".into(), Some(remedy)));
    }
    checks
}

fn devices() -> Vec<Check> {
    let devices = vitrine_capture::Devices::list();
    let mut checks: Vec<Check> = devices
        .cameras
        .iter()
        .map(|c| match c.backend {
            Some(b) => check("camera", Health::Good, format!("{} ({})", c.name, b.name()), None),
            None => {
                let found = format!("{} offers no picture that can be used", c.name);
                let remedy = "Vitrine takes NV12, YUYV, I420, UYVY and MJPEG; look at the camera's own settings";
                check("camera", Health::Warning, found, Some(remedy))
            }
        })
        .collect();
    if checks.is_empty() {
        let remedy = "plug one in; a virtual machine must be given it";
        checks.push(check("camera", Health::Warning, "none".into(), Some(remedy)));
    }
    // The monitors of loudspeakers are recording devices too; the default one is enough here.
    checks.push(match devices.microphones.first() {
        Some(m) => check("microphone", Health::Good, format!("{} ({})", m.name, m.host), None),
        None => {
            let remedy = "plug one in, or look at the system's sound settings";
            check("microphone", Health::Warning, "none".into(), Some(remedy))
        }
    });
    checks
}

fn fonts() -> Check {
    let begun = Instant::now();
    let fonts = vitrine_graphics::Fonts::bundled();
    let took = MediaTime::from_duration(begun.elapsed()).as_millis();
    let missing = fonts.missing("漢字 한글 😀");
    if missing.is_empty() {
        return check(
            "fonts",
            Health::Good,
            format!(
                "bundled, and the system's for Chinese, Japanese, Korean and emoji ({took} ms)"
            ),
            None,
        );
    }
    check(
        "fonts",
        Health::Warning,
        format!("bundled; no font on this system for {missing}"),
        Some(
            "install Noto Sans CJK and Noto Color Emoji if product names need them (Debian: fonts-noto-cjk, fonts-noto-color-emoji)",
        ),
    )
}

fn disk(folder: &Path) -> Check {
    let place = folder.display();
    match vitrine_delivery::file::free_space(&folder.join("recording.mp4")) {
        Some(free) => {
            let gib = free as f64 / f64::from(1 << 30);
            let hours = free as f64 * 8.0 / 5e6 / 3600.0;
            let found = format!("{gib:.0} GiB free in {place}: {hours:.0} hours of recording");
            if free < DISK_LOW {
                let remedy = "free some space, or record to another disk with --record";
                return check("disk", Health::Warning, found, Some(remedy));
            }
            check("disk", Health::Good, found, None)
        }
        None => check(
            "disk",
            Health::Bad,
            format!("{place} cannot be looked at"),
            Some("give an existing folder with --folder"),
        ),
    }
}

fn clock() -> Check {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    if since < PLAUSIBLE {
        let remedy = "set date and time: secure destinations check their certificates by it";
        return check("clock", Health::Bad, "the date is wrong".into(), Some(remedy));
    }
    check("clock", Health::Good, "date and time are plausible".into(), None)
}
