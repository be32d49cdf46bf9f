//! A product as a file: what `--product` takes and the sample show is made of.

mod entry;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vitrine_graphics::qr::QrCode;
use vitrine_graphics::{Price, load_image};
use vitrine_media::Picture;

use crate::error::StudioError;

pub use entry::{EntryFacts, may_cross_out};

/// Product files beyond this are not read: one is a page of text.
const MAX_FILE: u64 = 1 << 20;
/// Longest accepted texts, in characters.
const MAX_TITLE: usize = 2000;
const MAX_CODE: usize = 40;
const MAX_LINK: usize = 512;
/// Modules a side of the finest QR code that keeps 4 pixels a module on a 720p card.
const MOST_MODULES: u32 = 45;

/// The JSON of a product. Prices are decimal strings (`"24.90"`), so that no rounding can happen
/// on the way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductFile {
    /// Name as the viewer reads it.
    pub title: String,
    /// Show price.
    pub price: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Crossed-out price; must be above the show price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at: Option<String>,
    /// Code the viewer types in the shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo_code: Option<String>,
    /// Page of the product; becomes the QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Picture, PNG, JPEG or WebP; a path relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<PathBuf>,
    /// A word or two in the card's corner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<String>,
    /// Pieces left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<u32>,
}

/// A variant and how many of it are left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariantLeft {
    /// What is chosen: `M`, `M / Blue`.
    pub name: String,
    /// Pieces left; `None`: not counted.
    pub left: Option<u32>,
}

/// A product that was checked and whose picture is loaded. Equal ones look equal: pictures count as
/// equal only if they are the same one.
#[derive(Clone, Debug)]
pub struct Product {
    /// Name.
    pub title: String,
    /// Show price.
    pub price: Price,
    /// Some variant costs more than [`Product::price`]: it is shown as "from".
    pub is_from: bool,
    /// Crossed-out price, above [`Product::price`].
    pub compare_at: Option<Price>,
    /// Code.
    pub promo_code: Option<String>,
    /// Page, http or https.
    pub link: Option<String>,
    /// Picture.
    pub image: Option<Arc<Picture>>,
    /// Badge.
    pub badge: Option<String>,
    /// Pieces left, of all variants together; `None`: not counted. 0 is shown as sold out.
    pub stock: Option<u32>,
    /// What can be chosen; empty for a product without choices.
    pub variants: Vec<VariantLeft>,
}

impl PartialEq for Product {
    fn eq(&self, other: &Self) -> bool {
        let image = match (&self.image, &other.image) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        image
            && self.title == other.title
            && self.price == other.price
            && self.is_from == other.is_from
            && self.compare_at == other.compare_at
            && self.promo_code == other.promo_code
            && self.link == other.link
            && self.badge == other.badge
            && self.stock == other.stock
            && self.variants == other.variants
    }
}

impl Product {
    /// Reads a product file and its picture.
    ///
    /// # Errors
    /// One sentence naming the file, the field and the remedy.
    pub fn read(path: &Path) -> Result<Self, StudioError> {
        let name = path.display();
        let missing = |e: std::io::Error| {
            StudioError::input("file-missing", format!("product file {name} cannot be read: {e}"))
                .remedy("check the path; a product file is JSON with title, price and currency")
        };
        let length = std::fs::metadata(path).map_err(missing)?.len();
        if length > MAX_FILE {
            return Err(StudioError::input(
                "product-file",
                format!("product file {name} is {length} bytes long; at most {MAX_FILE} are read"),
            ));
        }
        let text = std::fs::read_to_string(path).map_err(missing)?;
        let file: ProductFile = serde_json::from_str(&text).map_err(|e| {
            StudioError::input("product-file", format!("product file {name} is not right: {e}"))
                .remedy("it holds title, price (such as \"24.90\"), currency, and optionally compare_at, promo_code, link, image, badge, stock")
        })?;
        Self::check(file, path.parent().unwrap_or(Path::new("."))).map_err(|e| StudioError {
            message: format!("product file {name}: {}", e.message),
            ..e
        })
    }

    /// Checks a product and loads its picture, relative to `folder`.
    ///
    /// # Errors
    /// One sentence naming the field and the remedy.
    pub fn check(file: ProductFile, folder: &Path) -> Result<Self, StudioError> {
        let title = file.title.trim();
        if title.is_empty() {
            return Err(StudioError::input(
                "product-title",
                "title is empty; give the product a name",
            ));
        }
        too_long("title", title, MAX_TITLE)?;
        let price = price("price", &file.price, &file.currency)?;
        let compare_at = match &file.compare_at {
            None => None,
            Some(text) => {
                let before = self::price("compare_at", text, &file.currency)?;
                if before.minor <= price.minor {
                    return Err(StudioError::input(
                        "product-compare-at",
                        format!(
                            "compare_at {text} is not above the price {}; a crossed-out price must be higher, or be left out",
                            file.price
                        ),
                    ));
                }
                Some(before)
            }
        };
        if let Some(code) = &file.promo_code {
            too_long("promo_code", code, MAX_CODE)?;
        }
        if let Some(badge) = &file.badge {
            too_long("badge", badge, MAX_CODE)?;
        }
        if let Some(link) = &file.link {
            readable_link(link)?;
        }
        let image = match &file.image {
            None => None,
            Some(path) => {
                let picture = load_image(folder.join(path))
                    .map_err(|e| StudioError::input("product-image", e))?;
                Some(Arc::new(picture))
            }
        };
        let filled = |s: Option<String>| s.filter(|s| !s.trim().is_empty());
        Ok(Self {
            title: title.to_owned(),
            price,
            is_from: false,
            compare_at,
            promo_code: filled(file.promo_code),
            link: filled(file.link),
            image,
            badge: filled(file.badge),
            stock: file.stock,
            variants: Vec::new(),
        })
    }

    /// How much the price is below the crossed-out one, in whole percent, at least 1.
    pub fn percent_off(&self) -> Option<u32> {
        let before = self.compare_at.as_ref()?.minor;
        let off = (before - self.price.minor) as f64 * 100.0 / before as f64;
        (off >= 1.0).then_some(off.floor() as u32)
    }
}

fn price(field: &str, text: &str, currency: &str) -> Result<Price, StudioError> {
    Price::parse(text, currency)
        .map_err(|e| StudioError::input("product-price", format!("{field}: {e}")))
}

/// Refuses a link whose QR code nobody could read from a stream.
fn readable_link(link: &str) -> Result<(), StudioError> {
    too_long("link", link, MAX_LINK)?;
    let web = link.starts_with("https://") || link.starts_with("http://");
    if !web || link.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(StudioError::input(
            "product-link",
            format!(
                "link {link:?} is not a web address; it must begin with https:// and have no spaces"
            ),
        ));
    }
    let modules = QrCode::new(link).map(|qr| qr.modules()).ok();
    if modules.is_none_or(|m| m > MOST_MODULES) {
        let length = link.len();
        let what = format!(
            "link of {length} characters makes a QR code too fine to be read from a stream"
        );
        return Err(StudioError::input("product-link", what)
            .remedy("use a link of at most 84 characters, such as the shop's short link"));
    }
    Ok(())
}

fn too_long(field: &str, text: &str, most: usize) -> Result<(), StudioError> {
    let n = text.chars().count();
    if n > most {
        let what = format!("{field} has {n} characters; at most {most} fit");
        return Err(StudioError::input("product-text", what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(json: &str) -> Result<Product, StudioError> {
        let file = serde_json::from_str(json).expect("test JSON");
        Product::check(file, Path::new("."))
    }

    #[test]
    fn refuses_by_field() {
        let cases = [
            (r#"{"title":" ","price":"1","currency":"EUR"}"#, "title"),
            (r#"{"title":"a","price":"-1","currency":"EUR"}"#, "price"),
            (r#"{"title":"a","price":"NaN","currency":"EUR"}"#, "price"),
            (r#"{"title":"a","price":"1","currency":"QQQ"}"#, "QQQ"),
            (r#"{"title":"a","price":"9","currency":"EUR","compare_at":"8"}"#, "compare_at"),
            (r#"{"title":"a","price":"9","currency":"EUR","link":"ftp://x"}"#, "link"),
            (
                r#"{"title":"a","price":"9","currency":"EUR","link":"https://shop.example/a-path-so-long-that-no-phone-could-read-its-code-from-a-stream-of-pictures"}"#,
                "link",
            ),
            (r#"{"title":"a","price":"9","currency":"EUR","image":"nowhere.png"}"#, "nowhere.png"),
        ];
        for (json, names) in cases {
            let e = file(json).expect_err(json);
            assert!(e.message.contains(names), "{json}: {e}");
        }
    }

    #[test]
    fn counts_the_discount_down() {
        let p = file(r#"{"title":"a","price":"24.90","currency":"EUR","compare_at":"39.90"}"#);
        assert_eq!(p.expect("a product").percent_off(), Some(37));
    }
}
