//! The options each encoder is opened with: constant bitrate over one second, closed groups,
//! no B-frames, no scene cuts, keyframes where they are asked for.

use std::thread::available_parallelism;

use vitrine_media::{FrameRate, Size};

use crate::{Latency, Preset, VideoSettings};

/// How long libx264 may hold pictures back in [`Latency::Quality`], in seconds. With the encoding
/// itself this stays under 250 ms from picture to packet.
const HELD_SECONDS: f64 = 0.2;

/// Name and value, as FFmpeg's dictionaries take them.
pub type Options = Vec<(&'static str, String)>;

/// Processors this process may use.
fn processors() -> u32 {
    available_parallelism().map_or(1, |n| n.get() as u32)
}

/// Threads libx264 gets: few, because each costs a picture of delay (Quality) or a slice (Low).
pub fn threads(settings: &VideoSettings) -> u32 {
    if settings.threads > 0 {
        return settings.threads;
    }
    let most = match settings.size.area() {
        0..230_400 => 1,
        230_400..1_500_000 => 3,
        _ => 4,
    };
    let delay = match settings.latency {
        Latency::Low => u32::MAX,
        Latency::Quality => 1 + held_pictures(settings.rate),
    };
    processors().min(most).min(delay)
}

/// Pictures that may be held back at once.
fn held_pictures(rate: FrameRate) -> u32 {
    (HELD_SECONDS * rate.as_f64() + 1e-6) as u32
}

/// Pictures libx264 looks ahead in [`Latency::Quality`]: what 0.2 s leave after the
/// pictures its threads hold.
pub fn lookahead(rate: FrameRate, threads: u32) -> u32 {
    held_pictures(rate).saturating_sub(threads.saturating_sub(1)).min(10)
}

/// The preset [`Preset::Auto`] stands for until it was measured.
pub fn guessed_preset(size: Size, rate: FrameRate) -> Preset {
    // Macroblocks a second and processor, in units of 720p30 on one processor.
    let load =
        size.area() as f64 * rate.as_f64() / (1280.0 * 720.0 * 30.0) / f64::from(processors());
    match load {
        l if l <= 0.75 => Preset::Veryfast,
        l if l <= 1.5 => Preset::Superfast,
        _ => Preset::Ultrafast,
    }
}

/// Options every H.264 encoder takes.
fn common(settings: &VideoSettings, group: u64) -> Options {
    vec![
        ("b", settings.bitrate.to_string()),
        ("maxrate", settings.bitrate.to_string()),
        ("bufsize", settings.bitrate.to_string()),
        ("g", group.to_string()),
        ("bf", "0".into()),
        // Parameter sets in the stream's header, no group refers to the one before.
        ("flags", "+global_header+cgop".into()),
    ]
}

/// The options of encoder `name`; `preset` is a real one, not [`Preset::Auto`].
pub fn options(name: &str, settings: &VideoSettings, preset: Preset) -> Options {
    let group = (settings.rate.as_f64() * f64::from(settings.keyframe_seconds)).ceil() as u64;
    let low = settings.latency == Latency::Low;
    // libx264 gets every keyframe by request, on the time grid; its own limit only stands behind.
    let mut out = common(settings, if name == "libx264" { 2 * group } else { group });
    let more: &[(&'static str, &str)] = match name {
        "libx264" => {
            out.extend(x264(settings, preset));
            &[]
        }
        "libopenh264" => &[("allow_skip_frames", "0"), ("profile", "high")],
        "h264_nvenc" => &[
            ("rc", "cbr"),
            ("profile", "high"),
            ("forced-idr", "1"),
            ("no-scenecut", "1"),
            ("zerolatency", if low { "1" } else { "0" }),
            ("delay", "0"),
        ],
        "h264_qsv" => &[
            ("profile", "high"),
            ("forced_idr", "1"),
            ("look_ahead", "0"),
            ("async_depth", if low { "1" } else { "4" }),
        ],
        "h264_amf" => {
            &[("rc", "cbr"), ("profile", "high"), ("usage", "lowlatency"), ("filler_data", "0")]
        }
        "h264_videotoolbox" => &[("realtime", "1"), ("profile", "high"), ("allow_sw", "0")],
        "h264_mf" => {
            &[("rate_control", "cbr"), ("hw_encoding", "1"), ("scenario", "live_streaming")]
        }
        "h264_vaapi" => &[("rc_mode", "CBR"), ("profile", "high"), ("async_depth", "1")],
        _ => &[],
    };
    out.extend(more.iter().map(|(k, v)| (*k, (*v).to_owned())));
    out
}

fn x264(settings: &VideoSettings, preset: Preset) -> Options {
    let threads = threads(settings);
    let mut out = vec![
        ("preset", preset.name().to_owned()),
        ("profile", "high".to_owned()),
        ("forced-idr", "1".to_owned()),
        ("threads", threads.to_string()),
    ];
    let fixed = "scenecut=0:open-gop=0:nal-hrd=none:force-cfr=1";
    if settings.latency == Latency::Low {
        // No look-ahead, no frame threads: slices of one picture are encoded side by side.
        out.push(("tune", "zerolatency".to_owned()));
        out.push(("x264-params", fixed.to_owned()));
    } else {
        // Look-ahead runs on the encoding thread, or it would hold back one picture more.
        let ahead = lookahead(settings.rate, threads);
        out.push(("x264-params", format!("{fixed}:rc-lookahead={ahead}:sync-lookahead=0")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_pictures_stay_within_the_limit() {
        for fps in [10, 15, 24, 25, 30, 50, 60] {
            for threads in 1..=4 {
                let rate = FrameRate::whole(fps);
                let ahead = lookahead(rate, threads);
                let held = f64::from(ahead + threads - 1) / f64::from(fps);
                assert!(ahead == 0 || held <= HELD_SECONDS + 1e-9, "{fps} {threads}: {held}");
            }
        }
    }
}
