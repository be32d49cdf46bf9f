//! How a show goes on air: the options `live`, `run` and `show live` share.

use std::path::PathBuf;

use clap::Args;

use super::{LatencyArg, PresetArg};

#[derive(Args, Debug)]
pub struct SetupArgs {
    /// Picture source: camera, camera:ID, file:PATH, test-card …; `vitrine-cli live --help` lists them.
    #[arg(long, default_value = "test-card", value_name = "SPEC")]
    pub video: String,
    /// A second camera, for close-ups.
    #[arg(long, value_name = "SPEC")]
    pub close_up: Option<String>,
    /// Turn the picture clockwise: 90, 180 or 270, for a camera that hangs on its side.
    #[arg(long, value_name = "DEGREES", default_value_t = 0)]
    pub turn: u32,
    /// Mirror the picture left to right. Labels cannot be read then.
    #[arg(long)]
    pub mirror: bool,
    /// Cut this much off the picture's sides, in per cent.
    #[arg(long, value_name = "LEFT,TOP,RIGHT,BOTTOM", conflicts_with = "zoom")]
    pub crop: Option<String>,
    /// Show the picture so much larger, around a point given as shares of it (its middle otherwise).
    #[arg(long, value_name = "FACTOR[@X,Y]")]
    pub zoom: Option<String>,
    /// Sound source: mic, mic:ID, file:PATH, test-tone, silence.
    #[arg(long, default_value = "test-tone", value_name = "SPEC")]
    pub audio: String,
    /// Play the sound so many milliseconds later (or, below zero, earlier), until lips and words meet.
    #[arg(long, value_name = "MS", default_value_t = 0, allow_hyphen_values = true)]
    pub lip_sync: i64,
    /// Destination; repeat for more. rtmp://HOST/APP/KEY, or without the key and --key-stdin.
    #[arg(long, value_name = "[NAME@][CANVAS=]URL")]
    pub to: Vec<String>,
    /// Read one stream key a line from standard input, for each --to in order, before anything else.
    #[arg(long)]
    pub key_stdin: bool,
    /// Record to this MP4 file; a second canvas goes beside it.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// 16:9 or 9:16; repeat for both. The show's own otherwise, or 16:9.
    #[arg(long, value_name = "16:9|9:16")]
    pub canvas: Vec<String>,
    /// Size of the 16:9 picture; 9:16 has its sides exchanged.
    #[arg(long, default_value = "1280x720")]
    pub size: String,
    /// Pictures a second: 30, 25, 29.97, 30000/1001 …
    #[arg(long, default_value = "30", allow_hyphen_values = true)]
    pub fps: String,
    /// Picture bitrate of each canvas.
    #[arg(long, default_value = "4500k", allow_hyphen_values = true)]
    pub bitrate: String,
    /// Sound bitrate.
    #[arg(long, default_value = "128k", allow_hyphen_values = true)]
    pub audio_bitrate: String,
    /// Encoder's name in FFmpeg; the best that opens otherwise.
    #[arg(long, value_name = "NAME")]
    pub encoder: Option<String>,
    /// Work for the encoder; auto measures this machine once.
    #[arg(long, value_enum, default_value_t = PresetArg::Auto)]
    pub preset: PresetArg,
    /// low: shortest way from picture to wire. quality: more picture for the same bitrate.
    #[arg(long, value_enum, default_value_t = LatencyArg::Quality)]
    pub latency: LatencyArg,
    /// A built-in theme's name or a theme's folder; Classic otherwise.
    #[arg(long, value_name = "NAME|DIR")]
    pub theme: Option<String>,
    /// Keep elements clear of this platform's buttons: tiktok, instagram, youtube, whatnot …; repeat for more.
    #[arg(long, value_name = "NAME")]
    pub platform: Vec<String>,
    /// A brand's file: colours, fonts, logo.
    #[arg(long, value_name = "FILE.toml")]
    pub brand: Option<PathBuf>,
}
