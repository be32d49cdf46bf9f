//! `vitrine-cli show …`: verbs, options and their help.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli show new \"Sunday table\" --minutes 60 --language en
  vitrine-cli show add 1 MUG-BLUE --minutes 8 --price 18.90
  vitrine-cli show check 1
  vitrine-cli show print 1 sunday.html")]
pub struct ShowArgs {
    /// The catalogue's file; the user's own one otherwise.
    #[arg(long, global = true, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: ShowVerb,
}

#[derive(Subcommand, Debug)]
pub enum ShowVerb {
    /// Plan a new show.
    New(NewArgs),
    /// List shows, or the items of one.
    List(ShowListArgs),
    /// Add products to a show, each as an item behind the others; or a talk.
    Add(Box<AddArgs>),
    /// Move an item to another place.
    Move(MoveArgs),
    /// Change an item.
    Set(Box<SetItemArgs>),
    /// Take an item out of a show.
    Remove(ItemArgs),
    /// Add a row of auction lots like one another.
    Lots(LotsArgs),
    /// What a seller should look at before the show.
    Check(ShowIdArgs),
    /// Write the run sheet as a page to be printed.
    Print(PrintArgs),
    /// Write a show: .vitrine and .json for another machine, .txt for YouTube, .csv for Whatnot.
    Export(ShowExportArgs),
    /// Take a show in from a .vitrine or .json file.
    Import(ShowImportArgs),
    /// Go on air with a show and lead it from this terminal.
    Live(Box<super::run::ShowLiveArgs>),
    /// Go on with a show that was interrupted.
    Resume(super::run::ShowResumeArgs),
    /// What happened in a show while it was on air, with its time; or its chapters.
    Log(ShowLogArgs),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli show log 1
  vitrine-cli show log 1 --chapters
  vitrine-cli show log 1 --json")]
pub struct ShowLogArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// Only when each item was on air, as YouTube reads it from a description.
    #[arg(long)]
    pub chapters: bool,
}

#[derive(Args, Debug)]
pub struct NewArgs {
    /// Its title.
    #[arg(value_name = "TITLE")]
    pub title: String,
    /// Language of prices and labels.
    #[arg(long, default_value = "en")]
    pub language: String,
    /// The slot's length.
    #[arg(long, default_value_t = 60)]
    pub minutes: i64,
    /// When it begins, UTC: 2026-12-06T19:00.
    #[arg(long, value_name = "DATE")]
    pub start: Option<String>,
    /// 16:9 or 9:16; repeat for both.
    #[arg(long, default_value = "16:9")]
    pub canvas: Vec<String>,
}

#[derive(Args, Debug)]
pub struct ShowListArgs {
    /// Items of this show; all shows otherwise.
    #[arg(value_name = "SHOW")]
    pub show: Option<i64>,
}

#[derive(Args, Debug)]
pub struct ShowIdArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum KindArg {
    Offer,
    FlashSale,
    Auction,
    Giveaway,
    Talk,
}

/// What can be said of an item.
#[derive(Args, Debug, Default)]
pub struct ItemOptions {
    /// What happens in it.
    #[arg(long, value_enum)]
    pub kind: Option<KindArg>,
    /// Planned length in minutes.
    #[arg(long)]
    pub minutes: Option<i64>,
    /// Title instead of the product's, or of a talk.
    #[arg(long)]
    pub title: Option<String>,
    /// Show price; `none` for the catalogue's.
    #[arg(long)]
    pub price: Option<String>,
    /// Crossed-out price; `none` for none of its own.
    #[arg(long)]
    pub compare_at: Option<String>,
    /// Confirm that the crossed-out price was the lowest of the last thirty days.
    #[arg(long)]
    pub confirm_compare_at: bool,
    /// Promo code; `none` takes it away.
    #[arg(long)]
    pub promo: Option<String>,
    /// What the promo code takes off: 10% or 5.00.
    #[arg(long, value_name = "AMOUNT", requires = "promo")]
    pub promo_off: Option<String>,
    /// A talking point; repeat for more. Replaces those there are.
    #[arg(long, value_name = "TEXT")]
    pub point: Vec<String>,
    /// What viewers type to claim it; given by itself otherwise.
    #[arg(long)]
    pub code: Option<String>,
    /// Scene it is shown in.
    #[arg(long)]
    pub scene: Option<String>,
    /// Where the bids of an auction begin.
    #[arg(long)]
    pub start_price: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli show add 1 MUG-BLUE KETTLE \"milk frother\" --minutes 8
  vitrine-cli show add 1 MUG-BLUE --price 18.90 --compare-at 24.00 --promo LIVE10 --promo-off 10%
  vitrine-cli show add 1 --kind talk --title \"How it is glazed\" --minutes 5")]
pub struct AddArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// Products by number, SKU, or words that find exactly one.
    #[arg(value_name = "PRODUCT")]
    pub products: Vec<String>,
    #[command(flatten)]
    pub item: ItemOptions,
}

#[derive(Args, Debug)]
pub struct ItemArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// Claim code of the item, or #PLACE counted from 1.
    #[arg(value_name = "ITEM")]
    pub item: String,
}

#[derive(Args, Debug)]
pub struct MoveArgs {
    #[command(flatten)]
    pub item: ItemArgs,
    /// Its new place, from 1.
    #[arg(value_name = "PLACE")]
    pub place: i64,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli show set 1 3 --price 17.50 --minutes 10
  vitrine-cli show set 1 '#2' --point \"Dishwasher-safe\" --point \"Six colours\"")]
pub struct SetItemArgs {
    #[command(flatten)]
    pub item: ItemArgs,
    #[command(flatten)]
    pub options: ItemOptions,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli show lots 2 VINTAGE-MIX 80 --start-price 1.00 --title \"Surprise lot\"")]
pub struct LotsArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// Product by number, SKU, or words that find exactly one.
    #[arg(value_name = "PRODUCT")]
    pub product: String,
    /// How many lots.
    #[arg(value_name = "COUNT")]
    pub count: usize,
    /// Where bids begin.
    #[arg(long, default_value = "1.00")]
    pub start_price: String,
    /// Title of each, with its number behind it.
    #[arg(long)]
    pub title: Option<String>,
    /// Planned length of each in minutes.
    #[arg(long, default_value_t = 1)]
    pub minutes: i64,
}

#[derive(Args, Debug)]
pub struct PrintArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// The HTML file to write; print it from any browser.
    #[arg(value_name = "FILE.html")]
    pub file: PathBuf,
    /// Local time's distance from UTC in minutes, east positive.
    #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
    pub utc_offset: i64,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli show export 1 sunday.vitrine
  vitrine-cli show export 1 description.txt --seconds 3720
  vitrine-cli show export 1 lots.csv")]
pub struct ShowExportArgs {
    /// Number of the show.
    #[arg(value_name = "SHOW")]
    pub show: i64,
    /// The file to write; its ending says what.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Length of the video, for YouTube's chapters; the planned one otherwise.
    #[arg(long)]
    pub seconds: Option<i64>,
}

#[derive(Args, Debug)]
pub struct ShowImportArgs {
    /// A .vitrine or .json file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
