//! What FFmpeg is at hand, and which of its encoders really work here.
//!
//! A listed hardware encoder may not open, or open and never answer: each is tried by encoding
//! pictures, on a thread of its own, under a time limit.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ffmpeg_next::{codec, encoder};
use serde::{Deserialize, Serialize};
use vitrine_media::{Frame, FrameRate, Size};

use crate::{CodecError, EncoderChoice, Latency, Preset, VideoEncoder, VideoSettings, ffi, log};

/// H.264 encoders in the order they are tried.
pub const CANDIDATES: [&str; 8] = [
    "h264_nvenc",
    "h264_qsv",
    "h264_amf",
    "h264_videotoolbox",
    "h264_mf",
    "h264_vaapi",
    "libx264",
    "libopenh264",
];

/// How long an encoder may take to open and encode its first pictures.
pub const TRIAL_LIMIT: Duration = Duration::from_secs(3);

/// The FFmpeg this program runs with.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// Its own version.
    pub version: String,
    /// Version of each library.
    pub libraries: Vec<(String, String)>,
    /// The licence it was built under.
    pub license: String,
    /// The options it was built with.
    pub configuration: String,
    /// The library that does its TLS; `None`: rtmps is not possible.
    pub tls: Option<String>,
    /// The H.264 encoders built in, in the order they are tried; whether they work is another question.
    pub encoders: Vec<String>,
}

/// Reads FFmpeg's versions and build. Quick; any thread.
pub fn about() -> About {
    log::install();
    let configuration = codec::configuration().to_owned();
    About {
        version: ffi::version(),
        libraries: ffi::library_versions().map(|(n, v)| (n.to_owned(), v)).to_vec(),
        license: codec::license().to_owned(),
        tls: tls(&configuration).map(str::to_owned),
        configuration,
        encoders: CANDIDATES
            .iter()
            .filter(|c| encoder::find_by_name(c).is_some())
            .map(|c| (*c).to_owned())
            .collect(),
    }
}

/// The TLS library among FFmpeg's build options.
fn tls(configuration: &str) -> Option<&'static str> {
    let enabled = |name: &str| {
        configuration.split_whitespace().any(|o| o.strip_prefix("--enable-") == Some(name))
    };
    ["gnutls", "openssl", "libtls", "mbedtls", "schannel", "securetransport"]
        .into_iter()
        .find(|n| enabled(n))
        .or({
            // Both are found by FFmpeg's configure without being asked for.
            if cfg!(windows) {
                Some("schannel")
            } else if cfg!(target_os = "macos") {
                Some("securetransport")
            } else {
                None
            }
        })
}

/// How an encoder's trial ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It encoded pictures; this many milliseconds from opening to the last packet.
    Works {
        /// The time it took.
        millis: u32,
    },
    /// It is not built into this FFmpeg.
    Absent,
    /// It would not open or encode.
    Refused {
        /// What FFmpeg said.
        detail: String,
    },
    /// It did not answer within [`TRIAL_LIMIT`].
    TimedOut,
}

/// One encoder's trial.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Trial {
    /// FFmpeg's name of the encoder.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// The encoder chosen for a machine, to be kept by the caller and given back by [`restore`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Pick {
    /// What it holds for: see [`machine_key`].
    pub key: String,
    /// The encoder.
    pub name: String,
    /// What was tried up to it.
    pub trials: Vec<Trial>,
}

/// Names FFmpeg's build and the processors: when it changes, a kept [`Pick`] or
/// [`Measured`](crate::measure::Measured) is out of date.
pub fn machine_key() -> String {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{} avcodec {:x} {} x{processors}",
        ffi::version(),
        codec::version(),
        std::env::consts::ARCH
    )
}

static PICK: Mutex<Option<Pick>> = Mutex::new(None);

/// The first of [`CANDIDATES`] that works; found once per process. Blocks for as long as the trials
/// take: about 0.1 s where no hardware is, [`TRIAL_LIMIT`] for each encoder that hangs.
///
/// # Errors
/// [`CodecError::NoEncoder`].
pub fn pick() -> Result<Pick, CodecError> {
    let mut known = PICK.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pick) = known.as_ref() {
        return Ok(pick.clone());
    }
    let mut trials = Vec::new();
    for name in CANDIDATES {
        let trial = try_encoder(name, TRIAL_LIMIT);
        let works = matches!(trial.outcome, Outcome::Works { .. });
        trials.push(trial);
        if works {
            let pick = Pick { key: machine_key(), name: name.to_owned(), trials };
            return Ok(known.insert(pick).clone());
        }
    }
    let tried = trials.into_iter().filter(|t| t.outcome != Outcome::Absent).map(|t| t.name);
    let tried = tried.collect::<Vec<_>>().join(", ");
    Err(CodecError::NoEncoder {
        tried: if tried.is_empty() { "none, as none is built in".into() } else { tried },
    })
}

/// Takes a kept pick, so that nothing needs to be tried; false if it was made for another machine
/// or FFmpeg, and is ignored.
pub fn restore(pick: Pick) -> bool {
    let fits = pick.key == machine_key() && encoder::find_by_name(&pick.name).is_some();
    if fits {
        *PICK.lock().unwrap_or_else(PoisonError::into_inner) = Some(pick);
    }
    fits
}

/// Tries every candidate, for a report. Blocks like [`pick`].
pub fn try_all() -> Vec<Trial> {
    CANDIDATES.iter().map(|name| try_encoder(name, TRIAL_LIMIT)).collect()
}

/// Opens `name` and encodes three pictures on a thread of its own. An encoder that hangs keeps that
/// thread; nobody waits for it longer than `limit`.
pub fn try_encoder(name: &str, limit: Duration) -> Trial {
    log::install();
    let trial = |outcome| Trial { name: name.to_owned(), outcome };
    if encoder::find_by_name(name).is_none() {
        return trial(Outcome::Absent);
    }
    let (tell, told) = mpsc::channel();
    let own = name.to_owned();
    let spawned = thread::Builder::new().name(format!("try {name}")).spawn(move || {
        // What an encoder that is not there complains about is no news.
        log::quiet(true);
        let _ = tell.send(encode_three(&own));
    });
    if let Err(e) = spawned {
        return trial(Outcome::Refused { detail: format!("no thread could be started: {e}") });
    }
    trial(match told.recv_timeout(limit) {
        Ok(Ok(took)) => Outcome::Works { millis: took.as_millis() as u32 },
        Ok(Err(CodecError::EncoderRefused { detail, .. } | CodecError::Encode { detail, .. })) => {
            Outcome::Refused { detail }
        }
        Ok(Err(e)) => Outcome::Refused { detail: e.to_string() },
        Err(mpsc::RecvTimeoutError::Timeout) => Outcome::TimedOut,
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Outcome::Refused { detail: "it crashed".to_owned() }
        }
    })
}

fn encode_three(name: &str) -> Result<Duration, CodecError> {
    let start = Instant::now();
    // Small, but larger than the least any hardware takes.
    let size = Size::new(320, 192);
    let settings = VideoSettings {
        encoder: EncoderChoice::Named(name.to_owned()),
        preset: Preset::Ultrafast,
        latency: Latency::Low,
        threads: 1,
        ..VideoSettings::new(size, FrameRate::whole(30))
    };
    let mut encoder = VideoEncoder::open(&settings)?;
    let mut out = Vec::new();
    for n in 0..3 {
        let mut frame = Frame::black(size);
        frame.fill([60 + 40 * n as u8, 120, 130]);
        encoder.encode(&Arc::new(frame), settings.rate.time_of(n), false, &mut out)?;
    }
    encoder.flush(&mut out)?;
    match out.first() {
        Some(p) if p.key => Ok(start.elapsed()),
        _ => Err(CodecError::Encode {
            name: name.to_owned(),
            detail: "it gave no keyframe".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ffmpeg_is_described() {
        let about = about();
        assert!(!about.version.is_empty() && !about.license.is_empty());
        assert!(about.libraries.iter().any(|(n, v)| n == "avcodec" && v.contains('.')));
        assert!(about.encoders.iter().any(|e| e.starts_with("lib") || e.starts_with("h264_")));
    }

    #[test]
    fn tls_library_is_read_from_the_configuration() {
        assert_eq!(tls("--prefix=/usr --enable-gnutls --enable-gpl"), Some("gnutls"));
        assert_eq!(tls("--enable-openssl"), Some("openssl"));
        if cfg!(target_os = "linux") {
            assert_eq!(tls("--enable-gnutls-not-really"), None);
        }
    }

    #[test]
    fn a_working_encoder_is_picked_once_and_restored() {
        let pick = pick().expect("an encoder");
        let last = pick.trials.last().expect("a trial");
        assert!(
            last.name == pick.name && matches!(last.outcome, Outcome::Works { .. }),
            "{pick:?}"
        );
        assert!(restore(pick.clone()));
        assert!(!restore(Pick { key: "another machine".into(), ..pick }));
    }

    #[test]
    fn unknown_encoder_is_absent() {
        assert_eq!(try_encoder("h264_nowhere", TRIAL_LIMIT).outcome, Outcome::Absent);
    }
}
