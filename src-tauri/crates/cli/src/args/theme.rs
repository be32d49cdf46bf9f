//! `vitrine-cli theme …`: verbs, options and their help.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli theme list
  vitrine-cli theme check atelier --brand brand.toml
  vitrine-cli theme check my-theme
  vitrine-cli theme sheet my-theme --out sheet.png
  vitrine-cli theme sheet street --sample arabic --element lot-card --out lot.png")]
pub struct ThemeArgs {
    /// What to do.
    #[command(subcommand)]
    pub verb: ThemeVerb,
}

#[derive(Subcommand, Debug)]
pub enum ThemeVerb {
    /// The themes built into the program.
    List,
    /// Draw every element with short, usual and long data, and say what is missing, cut, hard to
    /// read or in a platform's way. Exit code 2 if something cannot be drawn or seen.
    Check(ThemeCheckArgs),
    /// Draw every element on both canvases into one PNG.
    Sheet(ThemeSheetArgs),
}

#[derive(Args, Debug)]
pub struct ThemeCheckArgs {
    /// A built-in theme's name, or a theme's folder.
    #[arg(value_name = "NAME|DIR")]
    pub theme: PathBuf,
    /// Check it in this brand's colours and fonts.
    #[arg(long, value_name = "FILE.toml")]
    pub brand: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct ThemeSheetArgs {
    /// A built-in theme's name, or a theme's folder.
    #[arg(value_name = "NAME|DIR")]
    pub theme: PathBuf,
    /// Draw it in this brand's colours and fonts.
    #[arg(long, value_name = "FILE.toml")]
    pub brand: Option<PathBuf>,
    /// The data: usual, long, large-price, arabic, hebrew, cyrillic, emoji, no-image, bare, stamp …
    #[arg(long, default_value = "usual", value_name = "NAME")]
    pub sample: String,
    /// Only this element, large; repeat for more.
    #[arg(long, value_name = "NAME")]
    pub element: Vec<String>,
    /// The PNG to write.
    #[arg(long, value_name = "FILE.png")]
    pub out: PathBuf,
}
