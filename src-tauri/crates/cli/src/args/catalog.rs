//! `vitrine-cli catalog …`: verbs, options and their help.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli catalog import shop.csv --currency EUR
  vitrine-cli catalog search \"blue mug\"
  vitrine-cli catalog undo")]
pub struct CatalogArgs {
    /// The catalogue's file; the user's own one otherwise.
    #[arg(long, global = true, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: CatalogVerb,
}

#[derive(Subcommand, Debug)]
pub enum CatalogVerb {
    /// Put the products of a shop's file into the catalogue.
    Import(Box<ImportArgs>),
    /// Write products as a file for a spreadsheet or a shop.
    Export(ExportArgs),
    /// List products, the newest change first.
    List(ListArgs),
    /// Find products by the beginnings of words, typos forgiven.
    Search(SearchArgs),
    /// Show a product with its variants and pictures.
    Show(ProductArgs),
    /// Every price a product had, and the lowest of thirty days.
    History(ProductArgs),
    /// Set the price or the stock of a variant.
    Set(SetArgs),
    /// Look whether the file is whole, and remove pictures that nothing uses.
    Check,
    /// Write a backup now, or list the ones there are.
    Backup(BackupArgs),
    /// Take the last edit of catalogue or shows back; it works over restarts.
    Undo(UndoArgs),
    /// Do what was taken back last once more.
    Redo,
}

/// Who wrote a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FormArg {
    Shopify,
    Woocommerce,
    Google,
    Whatnot,
    /// Any table, by a mapping of its columns.
    Plain,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum MarkArg {
    Dot,
    Comma,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Takes Shopify (old and new headers), WooCommerce, Google Merchant (TSV, XML), Whatnot's bulk CSV, JSON, and
any CSV, TSV or XLSX by a mapping of its columns, which is proposed, can be printed, edited and given
back, and is remembered for files with the same header.

Importing again updates products by SKU, then by handle; notes and your own pictures are kept. One
wrong row and nothing is changed, unless --partial is given. The whole import is one step of undo.

Examples:
  vitrine-cli catalog import products_export.csv --currency EUR --dry-run
  vitrine-cli catalog import liste.csv --currency EUR --print-mapping > mapping.json
  vitrine-cli catalog import liste.csv --currency EUR --mapping mapping.json --partial"
)]
pub struct ImportArgs {
    /// The file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Currency of prices that name none.
    #[arg(long, default_value = "EUR", value_name = "CODE")]
    pub currency: String,
    /// Who wrote it; found by its header otherwise.
    #[arg(long, value_enum)]
    pub form: Option<FormArg>,
    /// What the columns of a plain table say.
    #[arg(long, value_name = "FILE.json")]
    pub mapping: Option<PathBuf>,
    /// Print the mapping that is proposed (or remembered), to be edited, and stop.
    #[arg(long)]
    pub print_mapping: bool,
    /// The decimal mark; found over the whole column otherwise.
    #[arg(long, value_enum)]
    pub decimal: Option<MarkArg>,
    /// Encoding, such as windows-1251; found otherwise.
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Delimiter; found otherwise.
    #[arg(long, value_name = "CHAR")]
    pub delimiter: Option<char>,
    /// Leave out drafts and what is not published.
    #[arg(long)]
    pub published_only: bool,
    /// Only tell what would happen.
    #[arg(long)]
    pub dry_run: bool,
    /// Take what is right even where other rows are not.
    #[arg(long)]
    pub partial: bool,
    /// Leave pictures out.
    #[arg(long)]
    pub no_images: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum TableArg {
    /// A plain table, safe to open in a spreadsheet.
    Csv,
    /// As Shopify imports it.
    Shopify,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli catalog export products.csv
  vitrine-cli catalog export to-shop.csv --form shopify --show 3")]
pub struct ExportArgs {
    /// The file to write.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// For whom.
    #[arg(long, value_enum, default_value_t = TableArg::Csv)]
    pub form: TableArg,
    /// Only the products of this show.
    #[arg(long, value_name = "SHOW")]
    pub show: Option<i64>,
}

#[derive(Args, Debug)]
pub struct ListArgs {
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub most: i64,
    /// Leave out so many before.
    #[arg(long, default_value_t = 0)]
    pub skip: i64,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli catalog search mug
  vitrine-cli catalog search \"ketle pour\" --most 5 --json")]
pub struct SearchArgs {
    /// Beginnings of words of title, brand, tags, SKU, barcode or claim code.
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub most: i64,
}

#[derive(Args, Debug)]
pub struct ProductArgs {
    /// Number of the product, a SKU, or words that find exactly one.
    #[arg(value_name = "PRODUCT")]
    pub product: String,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  vitrine-cli catalog set MUG-BLUE --price 18.90
  vitrine-cli catalog set MUG-BLUE --stock 12")]
pub struct SetArgs {
    /// SKU of the variant, or a product that has only one.
    #[arg(value_name = "SKU")]
    pub variant: String,
    /// Price, as people write it.
    #[arg(long)]
    pub price: Option<String>,
    /// Pieces there.
    #[arg(long)]
    pub stock: Option<i64>,
}

#[derive(Args, Debug)]
pub struct BackupArgs {
    /// Only list the backups there are.
    #[arg(long)]
    pub list: bool,
}

#[derive(Args, Debug)]
pub struct UndoArgs {
    /// Only list the last steps.
    #[arg(long)]
    pub list: bool,
}
