//! `vitrine-cli run`, `show live`, `show resume`: options and their help.

use std::path::PathBuf;

use clap::Args;

use super::setup::SetupArgs;

#[derive(Args, Debug)]
#[command(
    after_help = "Each line of standard input is one command as JSON, with a name of its own and, if it is to
wait, the second of the script at which it is due. Lines that begin with # are left out.
  {\"id\":\"c0\",\"at\":0,\"do\":\"go-live\",\"rehearsal\":true}
  {\"id\":\"c1\",\"at\":1.5,\"do\":\"cue\",\"item\":\"A1\"}
  {\"id\":\"c2\",\"at\":8,\"do\":\"set-price\",\"price\":\"19.90\",\"compare-at\":\"24.90\",\"confirmed\":true}
The answer to each is one line: {\"id\":\"c1\",\"ok\":true,\"revision\":2}, or ok false with an error. Events
come between them. docs/commands.md describes every command.

Examples:
  vitrine-cli run --show 3 --to rtmp://127.0.0.1:1935/live/rehearsal < commands.jsonl
  vitrine-cli run --show 3 --simulated --record show.mp4 < commands.jsonl
  vitrine-cli run --show 3 --simulated --sheet out/sheet --theme atelier < commands.jsonl"
)]
pub struct RunArgs {
    /// The catalogue's file; the user's own one otherwise.
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// Load this show first.
    #[arg(long, value_name = "NUMBER")]
    pub show: Option<i64>,
    /// Read the commands from this file instead of standard input.
    #[arg(long, value_name = "FILE.jsonl")]
    pub script: Option<PathBuf>,
    /// End after this many seconds of the script, whatever it still holds.
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<f64>,
    /// Run under a simulated clock, as fast as the machine can. Only to a recording or a sheet.
    #[arg(long, conflicts_with_all = ["to", "key_stdin"])]
    pub simulated: bool,
    /// Write a picture of every canvas after each change, and a contact sheet of them, into this folder.
    #[arg(long, value_name = "DIR")]
    pub sheet: Option<PathBuf>,
    #[command(flatten)]
    pub setup: SetupArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "Type one word or two and Enter:
  next · take · cue A1 · prepare A2 · undo · clear · scene split · price 19.90 · price 19.90 24.90 ·
  stock 3 · promo SUMMER · countdown 60 · start · bid ANNA 12 · lot · flash 9.90 60 · say ANNA sold A1 M ·
  question What is it made of? · mute · unmute · panic · unpanic · lock · unlock · end · help
A line that begins with { is a command as JSON, as for `vitrine-cli run`.

Examples:
  vitrine-cli show live 3 --rehearsal
  vitrine-cli show live 3 --video camera --audio mic --to rtmps://a.rtmps.youtube.com:443/live2 --key-stdin
  vitrine-cli show live 3 --auto --record show.mp4 --seconds 600")]
pub struct ShowLiveArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// Only to the built-in endpoint: nothing leaves this machine.
    #[arg(long)]
    pub rehearsal: bool,
    /// Cue each item when the planned time of the one before is over, and end behind the last.
    #[arg(long)]
    pub auto: bool,
    /// End after this time; with `end` or Ctrl-C otherwise.
    #[arg(long)]
    pub seconds: Option<u32>,
    #[command(flatten)]
    pub setup: SetupArgs,
}

#[derive(Args, Debug)]
#[command(
    after_help = "The show goes on as it was started: same sources, destinations, item, prices. Keys are kept
nowhere, so they are read from standard input, one a line in the order of the destinations.

Examples:
  vitrine-cli show resume < keys.txt
  vitrine-cli show resume --forget"
)]
pub struct ShowResumeArgs {
    /// Give the interrupted show up instead.
    #[arg(long)]
    pub forget: bool,
    /// End after this time; with `end` or Ctrl-C otherwise.
    #[arg(long)]
    pub seconds: Option<u32>,
}
