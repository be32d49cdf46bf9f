//! Files for other programs, other machines and paper.
//!
//! | file | what |
//! |---|---|
//! | [`csv`] | the catalogue as a plain table, safe to open in a spreadsheet |
//! | [`shopify`] | the catalogue as Shopify imports it |
//! | [`whatnot`] | a show's offers and lots as Whatnot's bulk upload takes them |
//! | [`json`] | a whole show for another machine, and reading it there |
//! | [`youtube`] | title and description with chapters |
//! | [`run_sheet`] | the show on paper |
//! | `read` | many products at once |
//! | [`wording`] | prices, times and labels in the show's language |

pub mod csv;
pub mod json;
mod read;
pub mod run_sheet;
pub mod shopify;
pub mod whatnot;
pub mod wording;
pub mod youtube;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::money::Money;
use crate::product::{Product, ProductId};
use crate::show::ShowId;

/// Which products are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All that are not archived.
    All,
    /// Those of a show, in its order.
    Show(ShowId),
}

impl Catalog {
    /// The products that an export writes, each once.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is no such show.
    pub async fn products_of(&self, which: Which) -> Result<Vec<ProductId>, CatalogError> {
        match which {
            Which::All => {
                let mut ids = self.products(0, i64::MAX).await?;
                // As they came, so that two exports can be compared.
                ids.sort();
                Ok(ids)
            }
            Which::Show(show) => {
                let mut ids = Vec::new();
                self.show(show).await?;
                for item in self.items(show).await? {
                    ids.extend(item.fields.product.filter(|p| !ids.contains(p)));
                }
                Ok(ids)
            }
        }
    }

    /// Where the pictures of a product came from, in order: paths and addresses.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn picture_sources(&self, product: ProductId) -> Result<Vec<String>, CatalogError> {
        let sources = sqlx::query_scalar!(
            "SELECT source FROM product_image WHERE product_id = ? ORDER BY position, id",
            product.0
        )
        .fetch_all(self.readers())
        .await?;
        Ok(sources)
    }

    /// The addresses that other programs can fetch a product's pictures from.
    async fn picture_addresses(&self, product: ProductId) -> Result<Vec<String>, CatalogError> {
        let mut sources = self.picture_sources(product).await?;
        sources.retain(|s| is_address(s));
        Ok(sources)
    }
}

/// Writes a file whole or not at all: beside it first, then under its name.
///
/// # Errors
/// [`CatalogError::Invalid`], naming the file; what was there before is still there then.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), CatalogError> {
    save_with(path, |file| file.write_all(bytes))
}

/// As [`save`], for what is written piece by piece.
pub(crate) fn save_with(
    path: &Path,
    write: impl FnOnce(&mut fs::File) -> std::io::Result<()>,
) -> Result<(), CatalogError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".part{}", std::process::id()));
    let part = path.with_file_name(name);
    let whole = || {
        let mut file = fs::File::create(&part)?;
        write(&mut file)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    whole().map_err(|e| {
        // Not having been there is as good.
        drop(fs::remove_file(&part));
        let text = format!(
            "{} cannot be written ({e}); check the path and the free space",
            path.display()
        );
        CatalogError::Invalid(text)
    })
}

/// Records into the bytes of a table; what goes wrong is only memory.
fn table(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, CatalogError> {
    let failed = |e: &dyn std::fmt::Display| CatalogError::Internal(e.to_string());
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

/// Whether a picture came from an address, not from a path of this machine.
fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

/// An amount of a product as a plain decimal number; nothing for none.
fn amount(product: &Product, minor: Option<i64>) -> String {
    minor.map_or_else(String::new, |minor| {
        Money { minor, currency: product.fields.currency }.decimal()
    })
}

/// The handle of a product, or one that no other product here has.
fn handle(product: &Product) -> String {
    product.fields.handle.clone().unwrap_or_else(|| format!("vitrine-{}", product.id))
}
