//! The devices, the show that has them all at once, and its recording.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vitrine_capture::test_card::FLASH_AREA;
use vitrine_capture::{AudioSpec, Unsteady, VideoSpec};
use vitrine_codec::{Latency, Preset, VideoSettings};
use vitrine_engine::{
    AudioSourceSettings, CanvasSettings, Engine, EngineSettings, Program, RenditionId,
    RenditionSettings, Stats, VideoSourceSettings,
};
use vitrine_flow::{Clock, Stop};
use vitrine_media::{FrameRate, MediaTime, Size};
use vitrine_mixer::InputSettings;
use vitrine_pixel::Turn;
use vitrine_scene::{Content, Crop, Fit, Layer, Motion, Place, Scene, SourceId};

const CANVAS: &str = "all";
/// Side of a camera's cell, pixels.
pub const CELL: u32 = 16;
/// Faders: all beeps together leave the limiter at rest.
pub const FADER_DB: f32 = -12.0;
/// As a show with a real microphone has it.
const HOLD: MediaTime = MediaTime::from_millis(40);
/// How often the recording is waited for. Its queue holds ten seconds, and simulated time is quick.
const STEP: MediaTime = MediaTime::from_secs(2);

const RATES: [&str; 6] = ["15", "24", "25", "29.97", "30", "60"];
const CAMERA_HABITS: [&str; 6] =
    ["ppm=0", "jitter=20", "burst=2", "gap=10.5+2", "ppm=200", "ppm=-200"];
const SAMPLE_RATES: [u32; 3] = [44_100, 48_000, 96_000];
const MICROPHONE_HABITS: [&str; 4] = ["ppm=0", "ppm=200", "ppm=-200", "gap=20.5+2"];

/// What a show has.
pub struct Devices {
    /// Cameras.
    pub cameras: Vec<Unsteady>,
    /// Microphones, each with a pitch of its own.
    pub microphones: Vec<Unsteady>,
}

impl Devices {
    /// Every rate with every habit.
    pub fn all() -> Self {
        let cameras = RATES.iter().flat_map(|r| CAMERA_HABITS.map(|h| (*r, h)));
        let microphones = SAMPLE_RATES.iter().flat_map(|r| MICROPHONE_HABITS.map(|h| (*r, h)));
        Self::of(cameras, microphones)
    }

    /// Every rate and every habit of a camera, each once, and microphones whose clocks are wrong either way:
    /// no more, as the mixer and the sound's encoder are most of what hours cost.
    pub fn some() -> Self {
        let cameras = (0..6).map(|i| (RATES[i], CAMERA_HABITS[(i + 4) % 6]));
        let microphones = [(44_100, "ppm=200"), (48_000, "ppm=-200,gap=20.5+2,burst=2")];
        Self::of(cameras, microphones.into_iter())
    }

    fn of<'a>(
        cameras: impl Iterator<Item = (&'a str, &'a str)>,
        microphones: impl Iterator<Item = (u32, &'a str)>,
    ) -> Self {
        let camera = |(i, (rate, habit)): (usize, (&str, &str))| {
            // Spread over the span of a tick, and never on a tick itself: which of two threads that
            // wake at one moment is first is nobody's to say.
            let phase = (i * 5_300) % 33_000;
            let text =
                format!("rate={rate},{habit},phase={}.{:03}", phase / 1000, phase % 1000 + 13);
            Unsteady::camera(&text).expect("habits")
        };
        let microphone = |(i, (rate, habit)): (usize, (u32, &str))| {
            let text = format!("rate={rate},{habit},pitch={}", 400 + 280 * i);
            Unsteady::microphone(&text).expect("habits")
        };
        Self {
            cameras: cameras.enumerate().map(camera).collect(),
            microphones: microphones.enumerate().map(microphone).collect(),
        }
    }

    /// Cells in a row of the canvas.
    pub fn columns(&self) -> u32 {
        (self.cameras.len() as f64).sqrt().ceil() as u32
    }

    fn canvas(&self) -> Size {
        let columns = self.columns();
        Size::new(columns * CELL, (self.cameras.len() as u32).div_ceil(columns) * CELL)
    }

    /// The upper left corner of a camera's cell, pixels.
    pub fn cell(&self, camera: usize) -> (u32, u32) {
        let (camera, columns) = (camera as u32, self.columns());
        (camera % columns * CELL, camera / columns * CELL)
    }

    /// Each camera in its cell, of its picture no more than what a flash lights up.
    fn program(&self) -> Program {
        let [x, y, width, height] = FLASH_AREA;
        let margin = 0.03;
        let crop = Crop {
            left: x + margin,
            top: y + margin,
            right: 1.0 - x - width + margin,
            bottom: 1.0 - y - height + margin,
        };
        let layer = |i: usize| {
            let (x, y) = self.cell(i);
            let place = Place::of_pixels(x as i32, y as i32, CELL, CELL, self.canvas());
            let id = name(i);
            let content = Content::Source(SourceId::from(id.clone()));
            let enter = Motion::CUT;
            Layer { crop, fit: Fit::Stretch, enter, ..Layer::new(id.as_str(), content, place) }
        };
        let scene = Arc::new(Scene { layers: (0..self.cameras.len()).map(layer).collect() });
        Program { scenes: [(CANVAS.into(), scene)].into(), ..Program::default() }
    }

    fn settings(&self, clock: Clock, rate: FrameRate) -> EngineSettings {
        let size = self.canvas();
        let video = VideoSettings {
            bitrate: 1_000_000,
            preset: Preset::Ultrafast,
            // It looks ahead, so that the very first picture is still inside when the recording begins:
            // the file's zero is the show's.
            latency: Latency::Quality,
            threads: 1,
            ..VideoSettings::new(size, rate)
        };
        let camera = |(i, habits): (usize, &Unsteady)| VideoSourceSettings {
            id: name(i).into(),
            spec: VideoSpec::TestCamera(*habits),
            turn: Turn::NONE,
        };
        let microphone = |(i, habits): (usize, &Unsteady)| AudioSourceSettings {
            id: name(i).into(),
            spec: AudioSpec::TestMicrophone(*habits),
            input: InputSettings { gain_db: FADER_DB, ..InputSettings::default() },
        };
        EngineSettings {
            clock,
            rate,
            canvases: vec![CanvasSettings { id: CANVAS.into(), size }],
            renditions: vec![RenditionSettings { id: CANVAS.into(), canvas: CANVAS.into(), video }],
            audio_bitrate: 128_000,
            audio_hold: HOLD,
            video: self.cameras.iter().enumerate().map(camera).collect(),
            audio: self.microphones.iter().enumerate().map(microphone).collect(),
            watch_devices: false,
        }
    }
}

fn name(i: usize) -> String {
    format!("{i:02}")
}

/// A show that is over.
pub struct Recorded {
    /// Who was in it.
    pub devices: Devices,
    /// Its canvas's rate.
    pub rate: FrameRate,
    /// Its length.
    pub length: MediaTime,
    /// The file.
    pub path: PathBuf,
    /// Bytes resident after each hour.
    memory: Vec<u64>,
    _folder: TempDir,
}

/// Records a show of `length`; a number of whole [`STEP`]s.
pub fn record(devices: Devices, rate: FrameRate, length: MediaTime) -> Recorded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("show.mp4");
    let clock = Clock::simulated();
    // This thread holds the clock: time stands still before the show, after it, and while the
    // recording is behind.
    let _hold = clock.participate();
    let engine = Engine::start(devices.settings(clock.clone(), rate)).expect("the engine starts");
    engine.cue(devices.program());
    engine
        .add_recording("show", &RenditionId::from(CANVAS), path.clone(), false)
        .expect("a recording");
    let (stop, mut at, mut memory) = (Stop::new(), MediaTime::ZERO, Vec::new());
    while at < length {
        at += STEP;
        assert!(clock.sleep_until(at, &stop));
        let until = Instant::now() + Duration::from_secs(60);
        let stats = loop {
            let stats = engine.stats();
            if stats.recordings[0].status.duration + STEP + STEP >= at {
                break stats;
            }
            assert!(Instant::now() < until, "the recording stands still");
            stop.wait(Duration::from_millis(1));
        };
        if at.as_nanos() % MediaTime::from_secs(3600).as_nanos() == 0 {
            memory.push(stats.memory);
        }
    }
    let ended = engine.stop(Duration::from_secs(120));
    check(&ended.stats, &devices);
    let report = ended.recordings["show"].as_ref().expect("a recording");
    assert_eq!((report.video_dropped, report.audio_dropped), (0, 0), "the file is whole");
    assert!(report.ordinary, "{}", report.text);
    Recorded { devices, rate, length, path, memory, _folder: folder }
}

/// Nothing was lost on the way but what a newest-wins mailbox is there to lose.
fn check(stats: &Stats, devices: &Devices) {
    assert_eq!((stats.lagged, stats.renditions[0].skipped), (0, 0));
    let gaps = |habits: &Unsteady| u64::from(habits.gap.is_some());
    for (source, habits) in stats.video_sources.iter().zip(&devices.cameras) {
        assert_eq!(source.losses, gaps(habits), "{}", source.spec);
        if habits.rate == FrameRate::whole(60) {
            let share = source.replaced as f64 / source.received as f64;
            assert!((0.4..0.6).contains(&share), "every second one of {}: {share}", source.spec);
        }
    }
    let inputs = stats.audio_sources.iter().zip(&stats.levels.inputs);
    for ((source, input), habits) in inputs.zip(&devices.microphones) {
        assert_eq!(source.replaced, 0, "the mixer had room for every block of {}", source.spec);
        assert_eq!((source.losses, input.gaps), (gaps(habits), gaps(habits)), "{}", source.spec);
        let drift = f64::from(input.drift_ppm) + f64::from(habits.ppm);
        // The loop passes its aim by a sixth within the first minute.
        assert!(drift.abs() < 40.0, "{}: off by {drift} ppm", source.spec);
    }
    assert!(stats.levels.true_peak_dbtp < -6.0, "the limiter is at rest");
}

impl Recorded {
    /// It takes no more memory after the last hour than after the first.
    pub fn memory_is_flat(&self) {
        let [first, .., last] = self.memory[..] else { return };
        println!("resident {} KiB after an hour, {} KiB at the end", first >> 10, last >> 10);
        assert!(last < first + (8 << 20), "{:?}", self.memory);
    }
}
