//! Cameras and microphones: which there are, trying them out, and setting a camera's controls.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use serde::Serialize;
use vitrine_capture::camera::controls;
use vitrine_capture::{
    AudioSpec, Camera, CaptureError, DeviceName, ErrorKind as Capture, Microphone, VideoSpec,
    VideoWish, open_camera, open_microphone,
};
use vitrine_flow::{Clock, Stop};
use vitrine_media::{AudioBlock, Frame, MediaTime};

use crate::error::StudioError;
use crate::pictures::write_png;

pub use vitrine_capture::camera::controls::Control;
pub use vitrine_capture::{DeviceChange, DeviceWatch, Devices};

/// Span of one value of a level curve.
const CURVE_STEP: MediaTime = MediaTime::from_millis(100);
/// What a curve shows for silence, dBFS.
const SILENCE: f32 = -100.0;

/// What is tried out.
#[derive(Clone, Debug)]
pub struct TrialSettings {
    /// The camera, if one is tried.
    pub video: Option<VideoSpec>,
    /// What a canvas would ask of it.
    pub wish: VideoWish,
    /// The microphone, if one is tried.
    pub audio: Option<AudioSpec>,
    /// How long.
    pub length: MediaTime,
    /// Folder for the picture; made if missing.
    pub out: PathBuf,
}

/// How the devices did.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Trial {
    /// The camera.
    pub camera: Option<CameraTrial>,
    /// The microphone.
    pub microphone: Option<MicrophoneTrial>,
}

/// How a camera did.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CameraTrial {
    /// What was asked for.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Through what it was read; `None` for what is no device.
    pub backend: Option<&'static str>,
    /// How its samples lie.
    pub layout: Option<&'static str>,
    /// Size of its pictures.
    pub width: u32,
    /// Size of its pictures.
    pub height: u32,
    /// Pictures a second that it promised.
    pub rate: f64,
    /// Pictures that came.
    pub frames: u64,
    /// Pictures that came damaged or were overtaken.
    pub unusable: u64,
    /// Pictures a second that came.
    pub measured_rate: f64,
    /// How far the time between two pictures was off its mean, milliseconds.
    pub jitter_ms: Jitter,
    /// From asking for it to the first picture, seconds.
    pub opened_in: f64,
    /// The last picture, as a file.
    pub picture: PathBuf,
}

/// Deviations from the mean.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize)]
pub struct Jitter {
    /// Half lie below.
    pub p50: f64,
    /// 95 of 100 lie below.
    pub p95: f64,
    /// The largest.
    pub max: f64,
}

/// How a microphone did.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MicrophoneTrial {
    /// What was asked for.
    pub id: String,
    /// What it calls itself.
    pub name: String,
    /// Samples a second.
    pub rate: u32,
    /// Channels.
    pub channels: u16,
    /// Samples a second that came by this computer's clock.
    pub measured_rate: f64,
    /// The loudest sample, dBFS.
    pub peak_dbfs: f32,
    /// RMS of the whole, dBFS.
    pub rms_dbfs: f32,
    /// Runs of samples that did not come.
    pub gaps: u64,
    /// Peak of each tenth of a second, dBFS.
    pub curve: Vec<f32>,
}

/// Asks the system for every device. Some to some hundred milliseconds.
pub fn list() -> Devices {
    Devices::list()
}

/// Sets controls of a camera (`brightness` to `50`, `exposure_auto` to `manual` …), in order, and
/// gives how all stand afterwards.
///
/// # Errors
/// One sentence naming the control and what is possible; those before it are set.
pub fn set_controls(
    camera: &DeviceName,
    wishes: &[(String, String)],
) -> Result<Vec<Control>, StudioError> {
    Ok(controls::set(camera, wishes)?)
}

/// Runs a camera, a microphone or both, and tells how they did. Blocks for the length of the trial
/// and the opening; `level` is told the peak of each tenth of a second as it comes, in dBFS.
///
/// # Errors
/// If one does not open, gives nothing, or the picture cannot be written.
pub fn try_out(
    settings: &TrialSettings,
    stop: &Stop,
    level: impl Fn(f32) + Sync,
) -> Result<Trial, StudioError> {
    if settings.video.is_none() && settings.audio.is_none() {
        let e = StudioError::input("devices", "nothing was named to try");
        return Err(e.remedy("name a camera, a microphone or both: camera:ID mic:ID"));
    }
    let clock = Clock::real();
    let (camera, microphone) = thread::scope(|scope| {
        let video = settings.video.as_ref().map(|spec| {
            let clock = &clock;
            scope.spawn(move || try_camera(spec, settings, clock, stop))
        });
        let audio = settings.audio.as_ref();
        let microphone =
            audio.map(|spec| try_microphone(spec, settings, &clock, stop, &level)).transpose();
        let camera = video.map(|v| v.join().unwrap_or_else(|_| Err(inner()))).transpose();
        (camera, microphone)
    });
    let camera = match camera? {
        Some((mut trial, picture)) => {
            write_png(&picture, &trial.picture)?;
            trial.picture = trial.picture.canonicalize().unwrap_or(trial.picture);
            Some(trial)
        }
        None => None,
    };
    Ok(Trial { camera, microphone: microphone? })
}

fn inner() -> StudioError {
    StudioError::new(crate::ErrorKind::Internal, "camera", "the trial failed inside the program")
}

/// Listens to a microphone until `stop` and tells the peak of each tenth of a second, in dBFS.
///
/// # Errors
/// If it does not open or goes away.
pub fn follow_level(spec: &AudioSpec, stop: &Stop, level: impl Fn(f32)) -> Result<(), StudioError> {
    let clock = Clock::real();
    let mut microphone = open_microphone(spec, &clock)?;
    let mut heard = Heard::default();
    let long = MediaTime::from_secs(86_400);
    listen(&mut *microphone, long, &clock, stop, |block| {
        heard.take(block, &level);
        heard.curve.clear();
    })?;
    Ok(())
}

fn try_camera(
    spec: &VideoSpec,
    settings: &TrialSettings,
    clock: &Clock,
    stop: &Stop,
) -> Result<(CameraTrial, Arc<Frame>), StudioError> {
    let begun = clock.now();
    let mut camera = open_camera(spec, &settings.wish, clock)?;
    let opened_in = (clock.now() - begun).as_secs_f64();
    // Before the trial, so that nobody waits for a picture that cannot be kept; not before the
    // camera is open, so that nothing is left where there is none.
    std::fs::create_dir_all(&settings.out).map_err(|e| {
        let what = format!("folder {} cannot be made: {e}", settings.out.display());
        StudioError::machine("folder", what).remedy("give another folder with --out")
    })?;
    let info = camera.describe();
    let (stamps, last) = pictures(&mut *camera, settings.length, clock, stop)?;
    let (measured_rate, jitter_ms) = regularity(&stamps);
    let last = last.ok_or_else(|| {
        let e = StudioError::machine("camera", format!("{} gave no picture", info.name));
        e.remedy("unplug it and plug it in again; close other programs that use it")
    })?;
    let trial = CameraTrial {
        id: spec.to_string(),
        name: info.name,
        backend: info.format.map(|f| f.backend().name()),
        layout: info.format.map(|f| f.layout.name()),
        width: last.size().width,
        height: last.size().height,
        rate: info.rate.as_f64(),
        frames: stamps.len() as u64,
        unusable: camera.lost(),
        measured_rate,
        jitter_ms,
        opened_in,
        picture: settings.out.join("camera.png"),
    };
    Ok((trial, last))
}

/// The times of all pictures within `length` of the first one, and the last one of them.
fn pictures(
    camera: &mut dyn Camera,
    length: MediaTime,
    clock: &Clock,
    stop: &Stop,
) -> Result<(Vec<MediaTime>, Option<Arc<Frame>>), StudioError> {
    let (mut stamps, mut last) = (Vec::new(), None);
    let mut until = clock.now() + length;
    while !stop.is_stopped() && clock.now() < until {
        match camera.next(stop) {
            Ok(picture) => {
                if stamps.is_empty() {
                    until = picture.at + length;
                }
                stamps.push(picture.at);
                last = Some(picture.value);
            }
            Err(e) if e.is_stopped() => break,
            Err(e) if e.is_stalled() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok((stamps, last))
}

/// Pictures a second and how regular they came.
fn regularity(stamps: &[MediaTime]) -> (f64, Jitter) {
    let (Some(first), Some(last)) = (stamps.first(), stamps.last()) else {
        return (0.0, Jitter::default());
    };
    if stamps.len() < 3 || last <= first {
        return (0.0, Jitter::default());
    }
    let mean = (*last - *first).as_secs_f64() / (stamps.len() - 1) as f64;
    let off = |w: &[MediaTime]| ((w[1] - w[0]).as_secs_f64() - mean).abs() * 1e3;
    let mut deviations: Vec<f64> = stamps.windows(2).map(off).collect();
    deviations.sort_by(f64::total_cmp);
    let at = |share: f64| deviations[((deviations.len() - 1) as f64 * share) as usize];
    (1.0 / mean, Jitter { p50: at(0.5), p95: at(0.95), max: at(1.0) })
}

fn try_microphone(
    spec: &AudioSpec,
    settings: &TrialSettings,
    clock: &Clock,
    stop: &Stop,
    level: &dyn Fn(f32),
) -> Result<MicrophoneTrial, StudioError> {
    let mut microphone = open_microphone(spec, clock)?;
    let info = microphone.describe();
    let mut heard = Heard::default();
    listen(&mut *microphone, settings.length, clock, stop, |block| heard.take(block, level))?;
    if heard.frames == 0 {
        let e = StudioError::machine("microphone", format!("{} gave no sound", info.name));
        return Err(e.remedy("unplug it and plug it in again; look whether it is muted in the system's sound settings"));
    }
    let rms = (heard.squares / heard.samples.max(1) as f64).sqrt() as f32;
    Ok(MicrophoneTrial {
        id: spec.to_string(),
        name: info.name,
        rate: info.rate,
        channels: info.channels,
        measured_rate: heard.rate(),
        peak_dbfs: decibels(heard.peak),
        rms_dbfs: decibels(rms),
        gaps: heard.gaps,
        curve: heard.curve,
    })
}

fn listen(
    microphone: &mut dyn Microphone,
    length: MediaTime,
    clock: &Clock,
    stop: &Stop,
    mut take: impl FnMut(&AudioBlock),
) -> Result<(), CaptureError> {
    let mut until = clock.now() + length;
    let mut first = true;
    while !stop.is_stopped() && clock.now() < until {
        match microphone.next(stop) {
            Ok(block) => {
                if std::mem::take(&mut first) {
                    until = clock.now() + length;
                }
                take(&block);
            }
            Err(e) if e.kind() == Capture::Stopped => break,
            Err(e) if e.is_stalled() => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// What was heard so far.
#[derive(Default)]
struct Heard {
    frames: u64,
    samples: u64,
    squares: f64,
    peak: f32,
    gaps: u64,
    curve: Vec<f32>,
    step_peak: f32,
    step_frames: u64,
    begun: Option<MediaTime>,
    ended: MediaTime,
}

impl Heard {
    fn take(&mut self, block: &AudioBlock, level: &dyn Fn(f32)) {
        let channels = usize::from(block.channels.max(1));
        let jump = block.at - self.ended;
        match self.begun {
            None => self.begun = Some(block.at),
            // Stamps jitter by the system's scheduling; what is missing is missing as a block.
            Some(_) if jump > MediaTime::from_millis(30) => self.gaps += 1,
            Some(_) => {}
        }
        self.ended = block.end();
        let step = CURVE_STEP.sample(block.rate).max(1) as u64;
        for frame in block.samples.chunks_exact(channels) {
            for sample in frame {
                self.squares += f64::from(*sample) * f64::from(*sample);
                self.step_peak = self.step_peak.max(sample.abs());
            }
            self.frames += 1;
            self.samples += channels as u64;
            self.step_frames += 1;
            if self.step_frames >= step {
                let value = decibels(self.step_peak);
                self.peak = self.peak.max(self.step_peak);
                level(value);
                self.curve.push(value);
                (self.step_peak, self.step_frames) = (0.0, 0);
            }
        }
        self.peak = self.peak.max(self.step_peak);
    }

    fn rate(&self) -> f64 {
        let span = (self.ended - self.begun.unwrap_or(self.ended)).as_secs_f64();
        if span > 0.0 { self.frames as f64 / span } else { 0.0 }
    }
}

fn decibels(value: f32) -> f32 {
    if value > 1e-5 { 20.0 * value.log10() } else { SILENCE }
}

/// A level curve as a row of blocks, −60 dBFS at the bottom.
pub fn sparkline(curve: &[f32]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let block = |level: &f32| {
        let share = ((level + 60.0) / 60.0).clamp(0.0, 1.0);
        BLOCKS[((share * 7.0).round() as usize).min(7)]
    };
    curve.iter().map(block).collect()
}

/// The folder a trial writes to where nobody says.
pub fn trial_folder() -> &'static Path {
    Path::new("out/devices")
}

#[cfg(test)]
mod tests;
