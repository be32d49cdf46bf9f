//! What FFmpeg is given to do. Tuned: each command line is the fastest one known for its work.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::inputs::{Camera, Canvas, Inputs, RATE};
use crate::failure::Failure;
use crate::{Done, paths};

/// Bits a second of the picture, as tools write it.
pub const BITRATE: &str = "4500k";
/// x264's preset on both sides.
pub const PRESET: &str = "veryfast";

/// Where ffmpeg is.
///
/// # Errors
/// If it is not installed.
pub fn program() -> Done<PathBuf> {
    paths::find_program("ffmpeg").ok_or_else(|| {
        Failure::Setup("ffmpeg is not installed; `cargo xtask setup` brings it".to_owned())
    })
}

/// A command line of ffmpeg being put together.
pub struct Line(Command);

impl Line {
    /// ffmpeg, quiet.
    ///
    /// # Errors
    /// If it is not installed.
    pub fn new() -> Done<Line> {
        let mut command = Command::new(program()?);
        command.args(["-v", "error", "-nostdin", "-y"]);
        Ok(Line(command))
    }

    /// Words without spaces in them.
    pub fn words(mut self, line: &str) -> Line {
        self.0.args(line.split_whitespace());
        self
    }

    /// One word, whatever is in it.
    pub fn word(mut self, word: impl AsRef<std::ffi::OsStr>) -> Line {
        self.0.arg(word);
        self
    }

    /// An input that starts over until `seconds` are read.
    fn looped(self, file: &Path, seconds: u32) -> Line {
        self.words(&format!("-stream_loop -1 -t {seconds} -i")).word(file)
    }

    /// Paced like a camera: no faster than the clock.
    fn paced(self, live: bool) -> Line {
        if live { self.words("-re") } else { self }
    }

    /// The command.
    pub fn done(self) -> Command {
        self.0
    }
}

/// Reads the camera and throws the pictures away: what has to be taken off other figures.
pub fn reading(inputs: &Inputs, canvas: Canvas, kind: Camera, seconds: u32) -> Done<Command> {
    let line = Line::new()?.looped(&inputs.camera(canvas, kind), seconds);
    Ok(line.words("-map 0:v -f null -").done())
}

/// Brings the camera's pictures to planar 4:2:0, BT.709, limited range.
pub fn converting(inputs: &Inputs, canvas: Canvas, kind: Camera, seconds: u32) -> Done<Command> {
    match kind {
        Camera::Mjpeg => {
            let line = Line::new()?.looped(&inputs.camera(canvas, kind), seconds);
            let filter = "scale=in_range=full:out_range=limited,format=yuv420p";
            Ok(line.words("-map 0:v -vf").word(filter).words("-f null -").done())
        }
        Camera::Yuyv | Camera::Nv12 | Camera::Planar => {
            repeating(inputs, canvas, kind, seconds, ",format=yuv420p")
        }
    }
}

/// What [`converting`] does before it converts.
pub fn handing_over(inputs: &Inputs, canvas: Canvas, kind: Camera, seconds: u32) -> Done<Command> {
    match kind {
        Camera::Mjpeg => {
            let line = Line::new()?.looped(&inputs.camera(canvas, kind), seconds);
            Ok(line.words("-map 0:v -c copy -f null -").done())
        }
        Camera::Yuyv | Camera::Nv12 | Camera::Planar => {
            repeating(inputs, canvas, kind, seconds, "")
        }
    }
}

/// Four buffers in turns, like a driver's queue: reading a file of hundreds of MiB would cost as much as
/// the conversion that is wanted, and vary more.
fn repeating(
    inputs: &Inputs,
    canvas: Canvas,
    kind: Camera,
    seconds: u32,
    then: &str,
) -> Done<Command> {
    let line = Line::new()?.words("-i").word(inputs.camera(canvas, kind)).words("-map 0:v -vf");
    let line = line.word(format!("loop=loop=-1:size=4{then}"));
    Ok(line.words(&format!("-frames:v {} -f null -", seconds * RATE)).done())
}

/// Card, banner, countdown and logo over planar pictures, and nothing else.
pub fn compositing(inputs: &Inputs, canvas: Canvas, seconds: u32) -> Done<Command> {
    let line =
        overlays(Line::new()?.looped(&inputs.camera(canvas, Camera::Planar), seconds), inputs);
    let graph = format!("{}[out]", graph(canvas, "[0:v]", 1));
    Ok(line.word("-filter_complex").word(graph).words("-map [out] -f null -").done())
}

/// The pictures are read once, and repeat: `-loop 1` would decode them again for each picture.
fn overlays(line: Line, inputs: &Inputs) -> Line {
    line.word("-i")
        .word(inputs.overlay("card"))
        .word("-i")
        .word(inputs.overlay("banner"))
        .words("-framerate 1 -i")
        .word(inputs.countdowns())
        .word("-i")
        .word(inputs.overlay("logo"))
}

/// The filters that draw inputs `first`… over `base`: overlays are made planar once, and drawn
/// without leaving 4:2:0.
fn graph(canvas: Canvas, base: &str, first: usize) -> String {
    let scale = if canvas == Canvas::FullHd { "scale=iw*3/2:-2," } else { "" };
    let places = [("0.63", "0.06"), ("0", "0.86"), ("0.03", "0.06"), ("0.03", "0.74")];
    let mut text = String::new();
    for n in 0..places.len() {
        text += &format!("[{}:v]{scale}format=yuva420p[p{n}];", first + n);
    }
    let mut before = base.to_owned();
    for (n, (x, y)) in places.into_iter().enumerate() {
        let overlay =
            format!("overlay=x=trunc(main_w*{x}/2)*2:y=trunc(main_h*{y}/2)*2:format=yuv420");
        let after = if n + 1 < places.len() { format!("[s{n}];") } else { String::new() };
        text += &format!("{before}[p{n}]{overlay}{after}");
        before = format!("[s{n}]");
    }
    text
}

/// The encoders' settings, those that codec/src/options.rs chooses for [`PRESET`] in its quality
/// setting: the comparison is about everything else.
fn encoders(line: Line) -> Line {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(3);
    let ahead = (RATE as usize / 5 - (threads - 1)).min(10);
    line.words(&format!(
        "-c:v libx264 -preset {PRESET} -profile:v high -b:v {BITRATE} -maxrate {BITRATE} -bufsize {BITRATE} \
         -bf 0 -g {} -flags +global_header+cgop -threads {threads} -x264-params \
         scenecut=0:open-gop=0:nal-hrd=none:force-cfr=1:rc-lookahead={ahead}:sync-lookahead=0 {SOUND}",
        2 * RATE
    ))
}

const SOUND: &str = "-c:a aac -b:a 128k -ac 2 -ar 48000 -aac_coder fast";

/// The floor: finished pictures and sound into bare encoders, paced like a show.
pub fn floor(inputs: &Inputs, canvas: Canvas, seconds: u32, sound: bool) -> Done<Command> {
    let mut line = Line::new()?.paced(true).looped(&inputs.ready(canvas), seconds);
    if sound {
        line = line.paced(true).looped(&inputs.speech(), seconds).words("-map 0:v -map 1:a");
    }
    Ok(encoders(line).words("-f flv").word(null()).done())
}

/// The sound's encoder alone.
pub fn sound_alone(inputs: &Inputs, seconds: u32) -> Done<Command> {
    let line = Line::new()?.looped(&inputs.speech(), seconds);
    Ok(line.words(SOUND).words("-f adts").word(null()).done())
}

/// A whole show: camera, overlays, encoders, RTMP destinations and a recording. `live` paces it.
pub fn show(
    inputs: &Inputs,
    canvas: Canvas,
    kind: Camera,
    seconds: u32,
    urls: &[String],
    record: Option<&Path>,
) -> Done<Command> {
    let line = Line::new()?.paced(true).looped(&inputs.camera(canvas, kind), seconds);
    let line = overlays(line.paced(true).looped(&inputs.speech(), seconds), inputs);
    let first = match kind {
        Camera::Mjpeg => "[0:v]scale=in_range=full:out_range=limited,format=yuv420p[c];",
        Camera::Yuyv | Camera::Nv12 | Camera::Planar => "[0:v]format=yuv420p[c];",
    };
    let drawn = format!("{first}{}[out]", graph(canvas, "[c]", 2));
    let line = line.word("-filter_complex").word(drawn).words("-map [out] -map 1:a");
    Ok(encoders(line).words("-f tee").word(outputs(urls, record)).done())
}

/// Muxing and sending alone: coded packets, paced, to these destinations.
pub fn sending(coded: &Path, seconds: u32, urls: &[String]) -> Done<Command> {
    let line = Line::new()?.paced(true).looped(coded, seconds).words("-map 0 -c copy");
    Ok(match urls {
        [] => line.words("-f flv").word(null()).done(),
        _ => line.words("-f tee").word(outputs(urls, None)).done(),
    })
}

/// A coded show of `seconds`, for [`sending`].
pub fn coded(inputs: &Inputs, seconds: u32, to: &Path) -> Done<Command> {
    let line = Line::new()?.looped(&inputs.ready(Canvas::Hd), seconds);
    let line = encoders(line.looped(&inputs.speech(), seconds).words("-map 0:v -map 1:a"));
    Ok(line.words("-f flv").word(to).done())
}

/// Outputs of the tee muxer, each with the guard that keeps a stuck one from holding up the others.
fn outputs(urls: &[String], record: Option<&Path>) -> String {
    let guard = "use_fifo=1:fifo_options='drop_pkts_on_overflow=1\\:attempt_recovery=1'";
    let mut parts: Vec<String> = urls
        .iter()
        .map(|url| format!("[f=flv:flvflags=no_duration_filesize:onfail=ignore:{guard}]{url}"))
        .collect();
    parts.extend(record.map(|file| {
        let name = file.to_string_lossy().replace('\\', "\\\\");
        format!("[f=mp4:movflags=+frag_keyframe+empty_moov]{name}")
    }));
    parts.join("|")
}

/// Pictures from the standard input in the setting of the shortest way, with sound, to `url`.
pub fn quick(inputs: &Inputs, seconds: u32, url: &str) -> Done<Command> {
    let size = Canvas::Hd.text();
    let line = Line::new()?.words(&format!(
        "-fflags nobuffer -probesize 32 -f rawvideo -pixel_format yuv420p -video_size {size} -framerate {RATE} -i -"
    ));
    let line = line.paced(true).looped(&inputs.speech(), seconds).words("-map 0:v -map 1:a");
    let line = line.words(&format!(
        "-c:v libx264 -preset {PRESET} -tune zerolatency -b:v {BITRATE} -maxrate {BITRATE} -bufsize {BITRATE} -g {} \
         {SOUND} -flush_packets 1 -shortest -f flv",
        2 * RATE
    ));
    Ok(line.word(url).done())
}

fn null() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}
