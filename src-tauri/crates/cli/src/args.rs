//! Verbs, options and their help.

pub mod catalog;
pub mod run;
pub mod setup;
pub mod show;
pub mod theme;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  a fault of the program
  2  something given was wrong: an option, a file, an address, a price
  3  the machine refused: a device, encoder, port or disk
  4  a destination never came on air, or lost part of the show

Ctrl-C ends a show cleanly; a second Ctrl-C ends at once.";

/// Vitrine: live selling from one program. Cards, prices and codes burnt into the picture, to
/// several RTMP services at once.
#[derive(Parser, Debug)]
#[command(name = "vitrine-cli", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Print one JSON object (or one a line) instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Log to stderr; twice for more, three times for FFmpeg's own words. Keys are taken out.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Run the bundled sample show against two rehearsal endpoints and a recording.
    Demo(DemoArgs),
    /// Send a show to one or more RTMP services, and record it.
    Live(Box<LiveArgs>),
    /// Draw one picture of a show, for designing themes.
    Render(RenderArgs),
    /// Run the built-in RTMP endpoint and print what arrives.
    Rehearse(RehearseArgs),
    /// List cameras and microphones, try them out, set a camera's controls.
    Devices(DevicesArgs),
    /// The catalogue: import, export, find, change, take back.
    Catalog(catalog::CatalogArgs),
    /// Shows: plan, fill, check, print, hand on, go live.
    Show(show::ShowArgs),
    /// Run a show from a script of commands.
    Run(Box<run::RunArgs>),
    /// Themes: list the built-in ones, check one, draw all of it on one sheet.
    Theme(theme::ThemeArgs),
    /// Look at this machine: FFmpeg, encoders, fonts, disk, clock.
    Doctor(DoctorArgs),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli demo
  vitrine-cli demo --seconds 60 --out /tmp/show --json")]
pub struct DemoArgs {
    /// Length of the show.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(5..=43_200))]
    pub seconds: u32,
    /// Folder for recording.mp4, poster.png and report.json; made if missing.
    #[arg(long, default_value = "out/demo")]
    pub out: PathBuf,
    /// Picture size.
    #[arg(long, default_value = "1280x720")]
    pub size: String,
    /// Picture bitrate, such as 4500k or 4.5M.
    #[arg(long, default_value = "4500k", allow_hyphen_values = true)]
    pub bitrate: String,
    /// Work for the encoder.
    #[arg(long, value_enum, default_value_t = PresetArg::Auto)]
    pub preset: PresetArg,
}

#[derive(Args, Debug)]
#[command(after_help = "Sources:
  camera, camera:ID     a camera (`vitrine-cli devices` lists them); without an ID the one used last.
                        camera:ID#MJPEG,1920x1080,30 insists on a layout, size or rate
  mic, mic:ID           a microphone, likewise
  file:PATH             any video, picture or sound FFmpeg reads, looped
  test-card, test-tone  moving picture with a clock and a white flash each second; a beep on each flash
  test-camera:HABITS, test-mic:HABITS
                        the same from a device with a clock of its own, to practise a bad evening:
                        rate=29.97, ppm=200, jitter=20 (ms), burst=2, gap=10+5 (seconds)
  silence               no sound

Destinations: rtmp://HOST[:PORT]/APP/KEY or rtmps://…; the key is the last part. A destination
of a second canvas is written CANVAS=URL. With --key-stdin the keys are read from standard input,
one line for each --to in order, and stay out of the process list.

Examples:
  vitrine-cli live --to rtmp://127.0.0.1:1935/live/rehearsal --seconds 60
  vitrine-cli live --video camera --audio mic --record show.mp4
  vitrine-cli live --video camera:0 --turn 90 --zoom 1.3@0.5,0.4 --audio mic --lip-sync 80 --to URL
  vitrine-cli live --video file:show.mp4 --audio file:show.mp4 --record show-out.mp4
  vitrine-cli live --to rtmps://a.rtmps.youtube.com:443/live2 --key-stdin < key.txt
  vitrine-cli live --canvas 16:9 --canvas 9:16 --to rtmp://HOST/app/KEY1 \\
      --to 9:16=rtmp://HOST/app/KEY2 --product mug.json")]
pub struct LiveArgs {
    #[command(flatten)]
    pub setup: setup::SetupArgs,
    /// Replace the recording if it exists.
    #[arg(long)]
    pub overwrite: bool,
    /// Put this product on air.
    #[arg(long, value_name = "FILE.json")]
    pub product: Option<PathBuf>,
    /// Let a countdown of this many seconds run beside the product.
    #[arg(long, value_name = "SECONDS")]
    pub countdown: Option<u32>,
    /// Language of prices and labels: en, de, fr …
    #[arg(long, default_value = "en")]
    pub language: String,
    /// End after this time; until Ctrl-C otherwise.
    #[arg(long)]
    pub seconds: Option<u32>,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Elements: card, banner, countdown, promo-code, qr, price-drop, flash-sale, lot, sold, bids,
giveaway, winner, question, goal, ticker, lower-third, logo.
Platforms: tiktok, instagram, youtube, whatnot, aliexpress, facebook (9:16); youtube, twitch, facebook (16:9).

Examples:
  vitrine-cli render --product assets/sample/pour-over-kettle.json --out kettle.png
  vitrine-cli render --product mug.json --canvas 9:16 --theme my-theme --at 0.2 --out in.png
  vitrine-cli render --scene split --element banner --element question --out split.png
  vitrine-cli render --canvas 9:16 --safe-zones tiktok --out zones.png"
)]
pub struct RenderArgs {
    /// The product; one of the sample show otherwise.
    #[arg(long, value_name = "FILE.json")]
    pub product: Option<PathBuf>,
    /// Theme: a built-in one's name, or a folder; Classic otherwise.
    #[arg(long, value_name = "NAME|DIR")]
    pub theme: Option<PathBuf>,
    /// 16:9 or 9:16.
    #[arg(long, default_value = "16:9")]
    pub canvas: String,
    /// Size of the 16:9 picture; 9:16 has its sides exchanged.
    #[arg(long, default_value = "1280x720")]
    pub size: String,
    /// Seconds since the product was cued; below 0.35 the card is still on its way in.
    #[arg(long, default_value_t = 1.5)]
    pub at: f64,
    /// Picture behind the elements instead of the test card.
    #[arg(long, value_name = "SPEC")]
    pub video: Option<String>,
    /// Seconds left on the countdown.
    #[arg(long, default_value_t = 161)]
    pub countdown: u32,
    /// Language of prices and labels.
    #[arg(long, default_value = "en")]
    pub language: String,
    /// host, product, split, close-up, starting-soon, break, ending or slate.
    #[arg(long, default_value = "host")]
    pub scene: String,
    /// Show this element, with a value made up where the product has none; repeat for more. Card, banner and
    /// countdown otherwise.
    #[arg(long, value_name = "NAME")]
    pub element: Vec<String>,
    /// Show what a platform lays over the picture, and which elements lie under it; every one without a name.
    #[arg(long, value_name = "PLATFORM", num_args = 0..=1, default_missing_value = "all")]
    pub safe_zones: Option<String>,
    /// The PNG to write.
    #[arg(long, value_name = "FILE.png")]
    pub out: PathBuf,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli rehearse
  vitrine-cli rehearse --port 1935 --record arrived/")]
pub struct RehearseArgs {
    /// Port on 127.0.0.1; any free one otherwise.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Record what arrives into this folder.
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
    /// End after this time; until Ctrl-C otherwise.
    #[arg(long)]
    pub seconds: Option<u32>,
}

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  vitrine-cli devices
  vitrine-cli devices --watch
  vitrine-cli devices test camera mic
  vitrine-cli devices set camera:0 exposure_auto=manual brightness=140"
)]
pub struct DevicesArgs {
    /// Go on and tell which devices come and go, and how loud the default microphone is.
    #[arg(long)]
    pub watch: bool,
    /// End the watching after this time; until Ctrl-C otherwise.
    #[arg(long, requires = "watch")]
    pub seconds: Option<u32>,
    /// What to do instead of listing.
    #[command(subcommand)]
    pub verb: Option<DevicesVerb>,
}

#[derive(Subcommand, Debug)]
pub enum DevicesVerb {
    /// Run a camera and a microphone for ten seconds: a picture, a level curve, rate and jitter.
    Test(DevicesTestArgs),
    /// Set controls of a camera: exposure, white balance, focus … Without any, list them.
    Set(DevicesSetArgs),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli devices test camera mic
  vitrine-cli devices test camera:0 --format YUYV --size 640x360 --fps 30 --out trial
  vitrine-cli devices test mic:default --seconds 5 --json")]
pub struct DevicesTestArgs {
    /// A camera, a microphone or both: camera:ID mic:ID. Both defaults otherwise.
    #[arg(value_name = "SPEC")]
    pub devices: Vec<String>,
    /// Only this layout: NV12, YUYV, I420, UYVY or MJPEG.
    #[arg(long, value_name = "LAYOUT")]
    pub format: Option<String>,
    /// Only this size.
    #[arg(long, value_name = "WxH")]
    pub size: Option<String>,
    /// Only this rate.
    #[arg(long, value_name = "N")]
    pub fps: Option<String>,
    /// How long.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub seconds: u32,
    /// Folder for the picture; made if missing.
    #[arg(long, value_name = "DIR", default_value = "out/devices")]
    pub out: PathBuf,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli devices set camera:0
  vitrine-cli devices set camera:0 white_balance_automatic=off white_balance_temperature=4600
  vitrine-cli devices set camera:0 focus_automatic_continuous=off focus_absolute=30 gain=default")]
pub struct DevicesSetArgs {
    /// The camera: camera:ID or its ID alone.
    #[arg(value_name = "CAMERA")]
    pub camera: String,
    /// What to set, in order; automatic controls first.
    #[arg(value_name = "NAME=VALUE")]
    pub controls: Vec<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli doctor
  vitrine-cli doctor --json")]
pub struct DoctorArgs {
    /// Folder whose disk is looked at: where recordings go.
    #[arg(long, default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum PresetArg {
    /// Measured on this machine once, then remembered.
    Auto,
    Ultrafast,
    Superfast,
    Veryfast,
    Faster,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LatencyArg {
    Low,
    Quality,
}
