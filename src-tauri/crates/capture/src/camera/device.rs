//! A real camera, read on a thread of its own and watched: a device that hangs keeps nobody waiting.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use vitrine_codec::Matrix;
use vitrine_flow::{Clock, End, Mailbox, SpawnError, Stop, Worker};
use vitrine_media::{Frame, MediaTime};

use super::format::{Backend, CameraFormat, ladder};
use super::list::{self, Found};
use super::raw::RawMaker;
use crate::{
    Camera, CameraChoice, CaptureError, DeviceName, ErrorKind, SourceInfo, Stamped, VideoWish,
};

/// A camera has this long to give its first picture; some take three seconds.
const OPEN_WITHIN: Duration = Duration::from_secs(8);
/// A camera that gave nothing for so long is taken off the screen …
const STALLED_AFTER: MediaTime = MediaTime::from_millis(700);
/// … at slow rates for so many of its intervals …
const STALLED_INTERVALS: i64 = 4;
/// … and so much later it is opened again.
const LOST_AFTER: MediaTime = MediaTime::from_secs(4);
/// How often a waiting reader looks at its stop flag and at the time.
const LOOK: Duration = Duration::from_millis(50);
/// Damaged pictures in a row after which a camera is opened again.
const MOST_DAMAGED: u32 = 60;

/// A back-end: opened and read on one thread.
pub(crate) trait Reader {
    /// Blocks until the next picture is there and hands over its bytes.
    fn read(&mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), CaptureError>;
}

/// What the camera's thread tells.
#[derive(Default)]
struct Told {
    opened: OnceLock<(CameraFormat, vitrine_media::Size)>,
    ended: Mutex<Option<CaptureError>>,
    damaged: AtomicU64,
}

impl Told {
    fn end(&self, e: CaptureError) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
    }
}

/// A camera of this machine.
pub struct DeviceCamera {
    name: String,
    clock: Clock,
    frames: Arc<Mailbox<Arc<Frame>>>,
    told: Arc<Told>,
    format: CameraFormat,
    size: vitrine_media::Size,
    /// When the last picture came, or the camera was opened.
    last: MediaTime,
    /// Dropped without waiting: a thread that hangs in its device is let go.
    _worker: Worker,
}

impl DeviceCamera {
    /// Opens the camera that is meant in the first format of its [`ladder`] that gives a picture.
    /// Blocks until then, at most some ten seconds.
    ///
    /// # Errors
    /// One sentence on why not: [`ErrorKind::NotFound`], [`Busy`](ErrorKind::Busy),
    /// [`Denied`](ErrorKind::Denied), [`Unsupported`](ErrorKind::Unsupported) or
    /// [`TimedOut`](ErrorKind::TimedOut).
    pub fn open(
        choice: &CameraChoice,
        wish: &VideoWish,
        clock: Clock,
    ) -> Result<Self, CaptureError> {
        if clock.is_simulated() {
            let text = "a real camera cannot follow a simulated clock; use test-camera";
            return Err(CaptureError::new(ErrorKind::BadSpec, text));
        }
        let found = list::find(&choice.device)?;
        let formats = wanted(&found, choice, wish)?;
        let name = found.name.clone();
        let frames = Arc::new(Mailbox::new(2));
        let told = Arc::new(Told::default());
        let (wish, thread_clock) = (*wish, clock.clone());
        let (shelf, thread_told, end_told) =
            (Arc::clone(&frames), Arc::clone(&told), Arc::clone(&told));
        let (build_told, end_name) = (Arc::clone(&told), name.clone());
        let worker = Worker::spawn(
            format!("camera {name}"),
            OPEN_WITHIN,
            move |stop| {
                let opened = Opened::first(&found, &formats, &wish, stop)?;
                // Written once: the thread is built once.
                let _ = build_told.opened.set((opened.format, opened.maker.size()));
                Ok::<_, CaptureError>(opened)
            },
            move |opened, stop| run(opened, &shelf, &thread_told, &thread_clock, stop),
            move |end| {
                if let End::Panicked(reason) = end {
                    let text = format!("{end_name} failed inside its driver ({reason})");
                    end_told.end(CaptureError::new(ErrorKind::Lost, text));
                }
            },
        );
        let worker = worker.map_err(|e| match e {
            SpawnError::Build(e) => e,
            SpawnError::TimedOut { .. } => CaptureError::new(
                ErrorKind::TimedOut,
                format!("{name} gives no picture; unplug it and plug it in again"),
            ),
            other => CaptureError::new(ErrorKind::Lost, other.to_string()),
        })?;
        let (format, size) = *told.opened.get().ok_or_else(|| {
            CaptureError::new(ErrorKind::Lost, format!("{name} did not say what it gives"))
        })?;
        let last = clock.now();
        Ok(Self { name, clock, frames, told, format, size, last, _worker: worker })
    }
}

/// The formats to try, best first.
fn wanted(
    found: &Found,
    choice: &CameraChoice,
    wish: &VideoWish,
) -> Result<Vec<CameraFormat>, CaptureError> {
    let offered = list::formats(found)?;
    let mut fitting = offered.clone();
    fitting.retain(|f| {
        choice.layout.is_none_or(|l| l == f.layout)
            && choice.size.is_none_or(|s| s == f.size)
            && choice.rate.is_none_or(|r| (r.as_f64() - f.rate.as_f64()).abs() < 0.01)
    });
    let formats = ladder(&fitting, wish.size, wish.rate);
    if !formats.is_empty() {
        return Ok(formats);
    }
    let text = if offered.is_empty() {
        format!(
            "{} offers no picture that can be used (Vitrine takes NV12, YUYV, I420, UYVY and MJPEG)",
            found.name
        )
    } else {
        let best = ladder(&offered, wish.size, wish.rate);
        let best: Vec<String> = best.iter().take(3).map(ToString::to_string).collect();
        let form = CameraChoice { device: DeviceName::default(), ..choice.clone() }.to_string();
        format!(
            "{} does not offer {}; it offers {} and more (see `vitrine-cli devices`)",
            found.name,
            form.trim_start_matches('#'),
            best.join(", ")
        )
    };
    Err(CaptureError::new(ErrorKind::Unsupported, text))
}

/// A camera that gave its first picture.
struct Opened {
    reader: Box<dyn Reader>,
    maker: RawMaker,
    format: CameraFormat,
    name: String,
}

impl Opened {
    fn first(
        found: &Found,
        formats: &[CameraFormat],
        wish: &VideoWish,
        stop: &Stop,
    ) -> Result<Self, CaptureError> {
        let mut last = None;
        for format in formats {
            if stop.is_stopped() {
                return Err(CaptureError::stopped());
            }
            match Self::open(found, format, wish) {
                Ok(opened) => {
                    tracing::info!(
                        "{} opened: {format} by {}",
                        found.name,
                        format.backend().name()
                    );
                    return Ok(opened);
                }
                // Another format does not help against these.
                Err(e)
                    if matches!(
                        e.kind(),
                        ErrorKind::Busy | ErrorKind::Denied | ErrorKind::NotFound
                    ) =>
                {
                    return Err(e);
                }
                Err(e) => {
                    tracing::debug!("{format}: {e}");
                    last = Some(e);
                }
            }
        }
        Err(last.unwrap_or_else(CaptureError::stopped))
    }

    fn open(found: &Found, format: &CameraFormat, wish: &VideoWish) -> Result<Self, CaptureError> {
        let (stride, matrix, full_range) = prime(found, format)?;
        let reader = backend(found, format)?;
        let maker = RawMaker::new(*format, stride, matrix, full_range, wish)?;
        let mut opened = Self { reader, maker, format: *format, name: found.name.clone() };
        // A format is only proved by a picture: some cameras promise more than their cable carries.
        opened.reader.read(&mut |_| ())?;
        Ok(opened)
    }
}

#[cfg(target_os = "linux")]
fn prime(found: &Found, format: &CameraFormat) -> Result<(usize, Matrix, bool), CaptureError> {
    let primed = super::v4l2::prime(std::path::Path::new(&found.path), format)
        .map_err(|e| refused(&found.name, &e))?;
    let gaps = format.backend() == Backend::Nokhwa;
    // libavdevice takes pictures without gaps only.
    Ok((if gaps { primed.stride } else { 0 }, primed.matrix, primed.full_range))
}

#[cfg(not(target_os = "linux"))]
fn prime(_: &Found, format: &CameraFormat) -> Result<(usize, Matrix, bool), CaptureError> {
    // AVFoundation and Media Foundation give video range; of HD by BT.709.
    let matrix = if format.size.height >= 720 { Matrix::Bt709 } else { Matrix::Bt601 };
    Ok((0, matrix, false))
}

fn backend(found: &Found, format: &CameraFormat) -> Result<Box<dyn Reader>, CaptureError> {
    Ok(match format.backend() {
        Backend::Nokhwa => Box::new(super::nokhwa::NokhwaReader::open(found, format)?),
        #[cfg(target_os = "linux")]
        Backend::Avdevice => Box::new(super::avdevice::AvdeviceReader::open(found, format)?),
        #[cfg(not(target_os = "linux"))]
        Backend::Avdevice => {
            let text = format!("{} cannot give {format} on this system", found.name);
            return Err(CaptureError::new(ErrorKind::Unsupported, text));
        }
    })
}

/// The camera's thread.
fn run(mut opened: Opened, shelf: &Mailbox<Arc<Frame>>, told: &Told, clock: &Clock, stop: &Stop) {
    let mut in_a_row = 0;
    while !stop.is_stopped() {
        let Opened { reader, maker, .. } = &mut opened;
        let mut made = None;
        let read = reader.read(&mut |bytes| {
            // The time of arrival is taken before the work on the picture.
            let at = clock.now();
            made = Some((at, maker.make(bytes)));
        });
        if let Err(e) = read {
            return told.end(e);
        }
        match made {
            Some((at, Ok(frame))) => {
                in_a_row = 0;
                shelf.put(at, frame);
            }
            Some((_, Err(e))) => {
                told.damaged.fetch_add(1, Ordering::Relaxed);
                in_a_row += 1;
                tracing::debug!("{}: {e}", opened.name);
                if in_a_row >= MOST_DAMAGED {
                    let text = format!("{} gives damaged pictures only ({e})", opened.name);
                    return told.end(CaptureError::new(ErrorKind::Lost, text));
                }
            }
            None => {}
        }
    }
}

impl Camera for DeviceCamera {
    fn next(&mut self, stop: &Stop) -> Result<Stamped<Arc<Frame>>, CaptureError> {
        loop {
            if let Some((at, value)) = self.frames.wait_newest(LOOK) {
                self.last = at;
                return Ok(Stamped { at, value });
            }
            if stop.is_stopped() {
                return Err(CaptureError::stopped());
            }
            let ended = &self.told.ended;
            if let Some(e) = ended.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return Err(e);
            }
            let interval = self.format.rate.interval().as_nanos();
            let stalled = STALLED_AFTER.max(MediaTime::from_nanos(interval * STALLED_INTERVALS));
            let silent = self.clock.now() - self.last;
            if silent > stalled + LOST_AFTER {
                let text = format!("{} hangs; it is opened again", self.name);
                return Err(CaptureError::new(ErrorKind::Lost, text));
            }
            if silent > stalled {
                let text = format!("{} gives no picture for the moment", self.name);
                return Err(CaptureError::new(ErrorKind::Stalled, text));
            }
        }
    }

    fn describe(&self) -> SourceInfo {
        SourceInfo {
            name: self.name.clone(),
            size: self.size,
            rate: self.format.rate,
            free_running: true,
            format: Some(self.format),
        }
    }

    fn lost(&self) -> u64 {
        self.told.damaged.load(Ordering::Relaxed) + self.frames.replaced()
    }
}

/// The system's refusal in a sentence with its remedy.
pub(crate) fn refused(name: &str, e: &io::Error) -> CaptureError {
    // Numbers of Linux and macOS alike: EPERM, ENOENT, ENXIO, EACCES, EBUSY, ENODEV, ENOSPC.
    let (kind, text) = match e.raw_os_error() {
        Some(16) => (
            ErrorKind::Busy,
            format!(
                "{name} is in use by another program; close that one (a browser, a video call) and try again"
            ),
        ),
        Some(1 | 13) => (
            ErrorKind::Denied,
            format!(
                "{name} may not be used by this user; add the user to the group “video” and log in again"
            ),
        ),
        Some(2 | 6 | 19) => {
            (ErrorKind::NotFound, format!("{name} is not there any more; plug it in again"))
        }
        Some(28) => (
            ErrorKind::Unsupported,
            format!("{name} gets no room on its USB bus; plug it into another socket, not a hub"),
        ),
        _ => (ErrorKind::Unsupported, format!("{name} does not open ({e}); try another format")),
    };
    CaptureError::new(kind, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_media::{FrameRate, Size};

    #[test]
    fn refusals_tell_what_to_do() {
        let kind = |n| refused("Cam", &io::Error::from_raw_os_error(n)).kind();
        assert_eq!(kind(16), ErrorKind::Busy);
        assert_eq!(kind(13), ErrorKind::Denied);
        assert_eq!(kind(19), ErrorKind::NotFound);
        assert_eq!(kind(28), ErrorKind::Unsupported);
    }

    #[test]
    fn a_simulated_show_has_no_real_camera() {
        let wish = VideoWish::new(Size::new(64, 36), FrameRate::whole(30));
        let opened = DeviceCamera::open(&CameraChoice::default(), &wish, Clock::simulated());
        assert_eq!(opened.err().map(|e| e.kind()), Some(ErrorKind::BadSpec));
    }
}
