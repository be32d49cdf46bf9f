//! The work that both sides get: made once by the ffmpeg tool, kept in the user's cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{Done, paths, shell};

/// Seconds of each clip; longer shows loop it.
pub const CLIP_SECONDS: u32 = 4;
/// Pictures a second.
pub const RATE: u32 = 30;

/// Changes whenever what is generated changes, so that old files are not taken for new ones.
const VERSION: &str = "1";

/// A canvas of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Canvas {
    /// 1280×720.
    Hd,
    /// 1920×1080.
    FullHd,
    /// 720×1280.
    Tall,
}

impl Canvas {
    /// Width and height in pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Canvas::Hd => (1280, 720),
            Canvas::FullHd => (1920, 1080),
            Canvas::Tall => (720, 1280),
        }
    }

    /// Width × height as tools write it.
    pub fn text(self) -> String {
        let (width, height) = self.size();
        format!("{width}x{height}")
    }
}

/// How the camera hands over its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Camera {
    /// Packed 4:2:2, as most webcams give it at small sizes.
    Yuyv,
    /// Luma, then chroma in pairs, as cameras with an encoder of their own give it.
    Nv12,
    /// JPEG pictures of about 80 KiB at 720p, as they give it at large ones.
    Mjpeg,
    /// Planar 4:2:0: nothing to convert, for compositing alone.
    Planar,
}

/// The generated files.
#[derive(Debug)]
pub struct Inputs {
    folder: PathBuf,
}

impl Inputs {
    /// Makes what is not there yet.
    ///
    /// # Errors
    /// If there is no ffmpeg or it fails.
    pub fn prepare() -> Done<Inputs> {
        let folder = paths::cache().join("bench").join(VERSION);
        let made = Inputs { folder };
        fs::create_dir_all(&made.folder)
            .map_err(|e| Failure::Check(format!("cannot make {}: {e}", made.folder.display())))?;
        for canvas in [Canvas::Hd, Canvas::FullHd] {
            for kind in [Camera::Yuyv, Camera::Nv12, Camera::Mjpeg, Camera::Planar] {
                make(&made.camera(canvas, kind), &camera(canvas, kind))?;
            }
        }
        for canvas in [Canvas::Hd, Canvas::FullHd, Canvas::Tall] {
            make(&made.ready(canvas), &ready(&made, canvas))?;
        }
        make(&made.speech(), &words(SPEECH))?;
        for (name, width, height, colour) in OVERLAYS {
            make(&made.overlay(name), &rounded(width, height, colour))?;
        }
        for second in 0..10 {
            // A bar that grows stands for digits that change.
            let bar =
                format!("drawbox=x=20:y=40:w={}:h=16:color=0x16324f:t=fill", 20 * (second + 1));
            let picture = format!("{},{bar}", plate(240, 96, "0xffffff"));
            make(&made.countdown(second), &still(&picture))?;
        }
        let product = "{\"title\": \"Stoneware mug, glazed by hand\", \"price\": \"24.90\", \"currency\": \"EUR\", \
                       \"compare_at\": \"32.00\", \"promo_code\": \"LIVE10\", \"link\": \"https://example.com/p/mug\"}\n";
        fs::write(made.product(), product).map_err(|e| {
            Failure::Check(format!("cannot write {}: {e}", made.product().display()))
        })?;
        Ok(made)
    }

    /// A file that a run may write to.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join(format!("scratch-{name}"))
    }

    /// The camera's clip.
    pub fn camera(&self, canvas: Canvas, kind: Camera) -> PathBuf {
        let (name, ending) = match kind {
            Camera::Yuyv => ("yuyv", "nut"),
            Camera::Nv12 => ("nv12", "nut"),
            Camera::Mjpeg => ("mjpeg", "avi"),
            Camera::Planar => ("planar", "nut"),
        };
        self.folder.join(format!("camera-{name}-{}.{ending}", canvas.text()))
    }

    /// The finished pictures of a show, planar, with everything drawn in.
    pub fn ready(&self, canvas: Canvas) -> PathBuf {
        self.folder.join(format!("ready-{}.nut", canvas.text()))
    }

    /// Something like speech, 48 kHz stereo.
    pub fn speech(&self) -> PathBuf {
        self.folder.join("speech.wav")
    }

    /// One of `card`, `banner`, `logo`.
    pub fn overlay(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.png"))
    }

    /// The countdown in second 0 to 9.
    pub fn countdown(&self, second: u32) -> PathBuf {
        self.folder.join(format!("countdown-{second}.png"))
    }

    /// All pictures of the countdown, as ffmpeg names a row of files.
    pub fn countdowns(&self) -> PathBuf {
        self.folder.join("countdown-%d.png")
    }

    /// A product in Vitrine's own form.
    pub fn product(&self) -> PathBuf {
        self.folder.join("product.json")
    }
}

/// Name, width, height and colour of the still overlays.
const OVERLAYS: [(&str, u32, u32, &str); 3] = [
    ("card", 420, 560, "0xf4f1ea"),
    ("banner", 1280, 96, "0x16324f"),
    ("logo", 160, 64, "0xd9822b"),
];

const SPEECH: &str = "-f lavfi -i anoisesrc=color=pink:amplitude=0.4:sample_rate=48000:duration=60:seed=7 \
    -af tremolo=f=4:d=0.9,tremolo=f=0.4:d=0.7,highpass=f=120,lowpass=f=5000 -ac 2 -c:a pcm_s16le";

/// A lit wall, sensor noise, and somebody moving in front of it, drawn.
fn scene(canvas: Canvas) -> String {
    let (width, height) = canvas.size();
    let side = height * 2 / 3 / 2 * 2;
    format!(
        "-f lavfi -i gradients=size={width}x{height}:rate={RATE}:nb_colors=6:speed=0.01:seed=7 \
         -f lavfi -i mandelbrot=size={side}x{side}:rate={RATE}:end_scale=0.05:end_pts=300 \
         -filter_complex [0:v]noise=alls=6:allf=t:all_seed=7[wall];[wall][1:v]overlay=\
         x=main_w*(0.3+0.15*sin(t)):y=main_h*(0.17+0.08*cos(t*1.3)):format=yuv420 -t {CLIP_SECONDS}"
    )
}

fn camera(canvas: Canvas, kind: Camera) -> Vec<String> {
    let coding = match kind {
        Camera::Yuyv => "-c:v rawvideo -pix_fmt yuyv422 -f nut",
        Camera::Nv12 => "-c:v rawvideo -pix_fmt nv12 -f nut",
        Camera::Mjpeg => "-c:v mjpeg -pix_fmt yuvj422p -q:v 5 -f avi",
        Camera::Planar => "-c:v rawvideo -pix_fmt yuv420p -f nut",
    };
    words(&format!("{} {coding}", scene(canvas)))
}

fn ready(inputs: &Inputs, canvas: Canvas) -> Vec<String> {
    if canvas == Canvas::Tall {
        return words(&format!("{} -c:v rawvideo -pix_fmt yuv420p -f nut", scene(canvas)));
    }
    let camera = inputs.camera(canvas, Camera::Planar).to_string_lossy().into_owned();
    let card = format!(
        "[0:v]drawbox=x=iw*0.62:y=ih*0.08:w=ih*0.58:h=ih*0.7:color={}:t=fill",
        OVERLAYS[0].3
    );
    let drawn =
        format!("{card},drawbox=x=0:y=ih*0.86:w=iw:h=ih*0.13:color={}:t=fill", OVERLAYS[1].3);
    let mut line = words("-i");
    line.push(camera);
    line.extend(words(&format!("-filter_complex {drawn} -c:v rawvideo -pix_fmt yuv420p -f nut")));
    line
}

/// A plate with round corners on nothing.
fn plate(width: u32, height: u32, colour: &str) -> String {
    let far = |side: u32, axis: &str| format!("max(24-{axis},{axis}-{})", side - 25);
    format!(
        "color={colour}:size={width}x{height},format=rgba,geq=r=r(X\\,Y):g=g(X\\,Y):b=b(X\\,Y):\
         a=255*clip(24.5-hypot(max({}\\,0)\\,max({}\\,0))\\,0\\,1)",
        far(width, "X").replace(',', "\\,"),
        far(height, "Y").replace(',', "\\,"),
    )
}

fn rounded(width: u32, height: u32, colour: &str) -> Vec<String> {
    let (inner, third) = (width - 60, height / 3);
    let boxes = format!(
        "drawbox=x=30:y={}:w={}:h={}:color=0x7a8fa3:t=fill",
        height / 8,
        inner / 2,
        third.max(8)
    );
    still(&format!("{},{boxes}", plate(width, height, colour)))
}

fn still(graph: &str) -> Vec<String> {
    ["-f", "lavfi", "-i", graph, "-frames:v", "1", "-f", "image2", "-update", "1", "-c:v", "png"]
        .map(str::to_owned)
        .to_vec()
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Runs ffmpeg into a file beside, then gives it its name: a file that is there is whole.
fn make(path: &Path, arguments: &[String]) -> Done {
    if path.exists() {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    println!("making {name}");
    let half = path.with_file_name(format!("half-{name}"));
    let mut ffmpeg = Command::new(super::peer::program()?);
    ffmpeg.args(["-v", "error", "-nostdin", "-y"]).args(arguments).arg(&half);
    shell::capture(&mut ffmpeg)?;
    fs::rename(&half, path)
        .map_err(|e| Failure::Check(format!("cannot name {}: {e}", path.display())))
}
