//! A real microphone.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use vitrine_flow::{Clock, SpawnError, Stop, Worker};
use vitrine_media::{AudioBlock, MediaTime};

use super::list::{Known, find};
use super::refusal::{gone, loss, refusal};
use super::stream;
use super::tap::{Poured, Spout};
use crate::device_name::DeviceName;
use crate::{CaptureError, ErrorKind, Microphone, MicrophoneInfo};

/// A device that does not open within this is given up.
const OPEN_WITHIN: Duration = Duration::from_secs(5);
/// How often the stop flag is looked at.
const LOOK: Duration = Duration::from_millis(40);
/// Without sound for this long a device has stalled; for so much longer it is lost.
const STALLED: Duration = Duration::from_millis(500);
const LOST: Duration = Duration::from_secs(3);
/// A stalled device is reported no more often than this.
const REPEAT: Duration = Duration::from_millis(100);
/// A thread that only keeps something wakes this often.
const HOLD: Duration = Duration::from_secs(60);
/// Blocks are gathered to the first length and cut to the second one, as parts of a second.
const SHORTEST: u32 = 100;
const LONGEST: u32 = 50;
/// Runs of samples whose stamps fit to within this continue each other.
const FITS: MediaTime = MediaTime::from_millis(5);

/// A microphone of this machine. Its stream is held by a thread of its own, which is let go rather
/// than waited for: a sound server that hangs does not hang its reader.
#[derive(Debug)]
pub struct DeviceMicrophone {
    id: String,
    info: MicrophoneInfo,
    spout: Spout,
    /// Samples that came and have not been given yet, and when the first was taken.
    held: Option<(MediaTime, Vec<f32>)>,
    failures: Receiver<cpal::Error>,
    /// The last sign of life.
    heard: Instant,
    lost: Option<String>,
    _holder: Worker,
}

impl DeviceMicrophone {
    /// Opens it, within some seconds. `clock` is the one its blocks are
    /// stamped with.
    ///
    /// # Errors
    /// One sentence on why not. Its kind is [`ErrorKind::NotFound`], [`ErrorKind::Busy`],
    /// [`ErrorKind::Denied`], [`ErrorKind::Unsupported`] or [`ErrorKind::TimedOut`].
    pub fn open(name: &DeviceName, clock: Clock) -> Result<Self, CaptureError> {
        let known = find(name)?;
        let device = known.device.clone();
        let (tell, failures) = sync_channel(4);
        let (give, given) = sync_channel(1);
        let holder = Worker::spawn(
            "microphone",
            OPEN_WITHIN,
            move |_| {
                let open = open(&known, &clock, &tell)?;
                drop(give.send((open.spout, open.rate, open.channels)));
                Ok::<_, CaptureError>((open.source, tell))
            },
            |(source, tell), stop| source.hold(&tell, stop),
            |_| (),
        )
        .map_err(|e| not_opened(&device.name, e))?;
        let (spout, rate, channels) = given.recv().map_err(|_| {
            // Not possible once the worker is ready.
            CaptureError::new(ErrorKind::Lost, gone(&device.name))
        })?;
        let info = MicrophoneInfo { name: device.name, rate, channels, free_running: true };
        Ok(Self {
            id: device.id,
            info,
            spout,
            held: None,
            failures,
            heard: Instant::now(),
            lost: None,
            _holder: holder,
        })
    }

    /// Its stable id and its name, to find it again by.
    pub fn device(&self) -> DeviceName {
        DeviceName { id: self.id.clone(), name: self.info.name.clone() }
    }

    fn lose(&mut self, sentence: String) -> CaptureError {
        let sentence = self.lost.insert(sentence);
        CaptureError::new(ErrorKind::Lost, sentence.clone())
    }

    fn check(&mut self) -> Result<(), CaptureError> {
        while let Ok(e) = self.failures.try_recv() {
            tracing::debug!("microphone {}: {e}", self.info.name);
            if let Some(sentence) = loss(&self.info.name, &e) {
                return Err(self.lose(sentence));
            }
        }
        Ok(())
    }

    /// Frames of a part of a second, at least one.
    fn part(&self, of: u32) -> usize {
        (self.info.rate / of).max(1) as usize
    }

    fn block(&self, at: MediaTime, samples: Vec<f32>) -> AudioBlock {
        AudioBlock { at, rate: self.info.rate, channels: self.info.channels, samples }
    }

    /// A block of what is held, if that is enough for one.
    fn held_block(&mut self, shortest: usize) -> Option<AudioBlock> {
        let channels = usize::from(self.info.channels);
        let longest = self.part(LONGEST) * channels;
        let (at, mut samples) = self.held.take_if(|(_, s)| s.len() >= shortest * channels)?;
        if samples.len() > longest {
            let rest = samples.split_off(longest);
            let frames = (longest / channels) as i64;
            self.held = Some((at + MediaTime::of_sample(frames, self.info.rate), rest));
        }
        Some(self.block(at, samples))
    }

    /// Takes new samples; gives the held ones if the new ones do not continue them.
    fn hold(&mut self, at: MediaTime, samples: Vec<f32>) -> Option<AudioBlock> {
        let Some((first, held)) = &mut self.held else {
            self.held = Some((at, samples));
            return None;
        };
        let frames = held.len() / usize::from(self.info.channels);
        let end = *first + MediaTime::of_sample(frames as i64, self.info.rate);
        let off = if at > end { at - end } else { end - at };
        if off <= FITS {
            held.extend_from_slice(&samples);
            return None;
        }
        let (first, held) = self.held.replace((at, samples))?;
        Some(self.block(first, held))
    }
}

/// What gives the samples.
enum Source {
    /// cpal calls back; nothing is to be done but to keep it, and dropping it may hang.
    Cpal(cpal::Stream),
    #[cfg(target_os = "linux")]
    Pulse(super::recording::Recording),
}

struct Open {
    source: Source,
    spout: Spout,
    rate: u32,
    channels: u16,
}

impl Source {
    /// Keeps it until `stop`.
    fn hold(self, tell: &SyncSender<cpal::Error>, stop: &Stop) {
        match self {
            Self::Cpal(stream) => {
                while !stop.wait(HOLD) {}
                drop(stream);
            }
            #[cfg(target_os = "linux")]
            Self::Pulse(recording) => recording.watch(tell, stop),
        }
    }
}

fn open(
    known: &Known,
    clock: &Clock,
    tell: &SyncSender<cpal::Error>,
) -> Result<Open, CaptureError> {
    #[cfg(target_os = "linux")]
    if let Some(source) = &known.source {
        let opened = super::recording::open(source, clock, &known.device.name)?;
        let super::recording::Opened { recording, spout, rate, channels } = opened;
        return Ok(Open { source: Source::Pulse(recording), spout, rate, channels });
    }
    let opened = stream::open(known, clock, tell).map_err(|e| refusal(&known.device.name, &e))?;
    let stream::Opened { stream, spout, rate, channels } = opened;
    Ok(Open { source: Source::Cpal(stream), spout, rate, channels })
}

fn not_opened(name: &str, e: SpawnError<CaptureError>) -> CaptureError {
    match e {
        SpawnError::Build(e) => e,
        SpawnError::TimedOut { seconds, .. } => CaptureError::new(
            ErrorKind::TimedOut,
            format!(
                "the microphone “{name}” gave no sound within {seconds} s; unplug it, plug it in again and try again"
            ),
        ),
        other => CaptureError::new(
            ErrorKind::NotFound,
            format!("the microphone “{name}” could not be opened ({other}); choose another one"),
        ),
    }
}

impl Microphone for DeviceMicrophone {
    fn next(&mut self, stop: &Stop) -> Result<AudioBlock, CaptureError> {
        let begun = Instant::now();
        loop {
            if stop.is_stopped() {
                return Err(CaptureError::stopped());
            }
            if let Some(sentence) = &self.lost {
                return Err(CaptureError::new(ErrorKind::Lost, sentence.clone()));
            }
            self.check()?;
            if let Some(block) = self.held_block(self.part(SHORTEST)) {
                return Ok(block);
            }
            match self.spout.pour(LOOK) {
                Poured::Samples(at, samples) => {
                    self.heard = Instant::now();
                    if let Some(block) = self.hold(at, samples) {
                        return Ok(block);
                    }
                }
                Poured::Nothing => {
                    // What came last is not worth waiting for more.
                    if let Some(block) = self.held_block(1) {
                        return Ok(block);
                    }
                    let silent = self.heard.elapsed();
                    if silent >= LOST {
                        let name = &self.info.name;
                        let text = format!(
                            "the microphone “{name}” gives no sound any more; it is opened again"
                        );
                        return Err(self.lose(text));
                    }
                    if silent >= STALLED && begun.elapsed() >= REPEAT {
                        let text = format!("the microphone “{}” gives no sound", self.info.name);
                        return Err(CaptureError::new(ErrorKind::Stalled, text));
                    }
                }
                Poured::Dry => {
                    self.check()?;
                    let text = gone(&self.info.name);
                    return Err(self.lose(text));
                }
            }
        }
    }

    fn describe(&self) -> MicrophoneInfo {
        self.info.clone()
    }
}
