//! A whole show as JSON, and taking it in on another machine: products, variants, items, pictures by their
//! hash. Destinations are not in it, so no address and no key ever leaves with a show.

mod take;

pub(crate) use self::take::Facts;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::item::NewItem;
use crate::product::{NewProduct, ProductId};
use crate::show::{ShowFields, ShowId};

/// What the file says it is.
pub const FORMAT: &str = "vitrine-show";
/// The form this program writes; newer ones are refused.
pub const VERSION: u32 = 1;
/// Larger files are refused.
pub const MAX_BYTES: u64 = 16 << 20;
const MOST_ITEMS: usize = 5000;
const MOST_PRODUCTS: usize = 5000;
const MOST_VARIANTS: usize = 2000;
const MOST_PICTURES: usize = 100;

/// A show as it travels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShowFile {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// What the show says of itself.
    pub show: ShowFields,
    /// What it shows, each product once.
    pub products: Vec<FileProduct>,
    /// Its items in order.
    pub items: Vec<FileItem>,
}

/// A product as it travels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileProduct {
    /// The product with its variants.
    #[serde(flatten)]
    pub product: NewProduct,
    /// Its pictures in order.
    #[serde(default)]
    pub pictures: Vec<FilePicture>,
}

/// A picture as it is named.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FilePicture {
    /// SHA-256 of its bytes, in hexadecimal.
    pub hash: String,
    /// The address it came from; paths of a machine stay there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// An item as it travels: products and variants by their place in the file, from 0.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileItem {
    /// Its product's place among the file's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_at: Option<usize>,
    /// Its variant's place among the product's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_at: Option<usize>,
    /// Everything else; `product` and `variant` mean nothing here.
    #[serde(flatten)]
    pub item: NewItem,
}

/// What taking a show in did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Taken {
    /// The show.
    pub show: ShowId,
    /// It was there already, planned, and has been brought to what the file says.
    pub replaced: bool,
    /// Products that were new.
    pub added: usize,
    /// Products that were there.
    pub updated: usize,
    /// Pictures that are neither in the file nor here.
    pub pictures_missing: usize,
}

impl ShowFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`], saying what is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, CatalogError> {
        if bytes.len() as u64 > MAX_BYTES {
            return bad("is larger than 16 MB");
        }
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let head: Head = match serde_json::from_slice(bytes) {
            Ok(head) => head,
            Err(e) => return bad(&format!("cannot be read ({e})")),
        };
        if head.format != FORMAT {
            return bad("is something else");
        }
        if head.version > VERSION {
            return bad("was made by a newer Vitrine; install the newer one");
        }
        let file: Self = match serde_json::from_slice(bytes) {
            Ok(file) => file,
            Err(e) => return bad(&format!("cannot be read ({e})")),
        };
        file.check()?;
        Ok(file)
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if it is too large to be read again.
    pub fn bytes(&self) -> Result<Vec<u8>, CatalogError> {
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|e| CatalogError::Internal(e.to_string()))?;
        bytes.push(b'\n');
        if bytes.len() as u64 > MAX_BYTES {
            return Err(CatalogError::Invalid(
                "the show is larger than 16 MB even without its pictures; split it into two"
                    .to_owned(),
            ));
        }
        Ok(bytes)
    }

    /// Hashes of all its pictures, each once.
    pub fn pictures(&self) -> Vec<&str> {
        let mut hashes: Vec<&str> =
            self.products.iter().flat_map(|p| &p.pictures).map(|p| p.hash.as_str()).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    fn check(&self) -> Result<(), CatalogError> {
        if self.items.len() > MOST_ITEMS || self.products.len() > MOST_PRODUCTS {
            return bad("has more than 5,000 items or products");
        }
        for p in &self.products {
            if p.product.variants.is_empty() {
                return bad("has a product without a variant");
            }
            if p.product.variants.len() > MOST_VARIANTS || p.pictures.len() > MOST_PICTURES {
                return bad("has a product with more than 2,000 variants or 100 pictures");
            }
            if !p.pictures.iter().all(|p| is_hash(&p.hash)) {
                return bad("names a picture otherwise than by its hash");
            }
        }
        for i in &self.items {
            let product = i.product_at.map(|at| self.products.get(at));
            let fits = match (product, i.variant_at) {
                (None, None) | (Some(Some(_)), None) => true,
                (Some(Some(p)), Some(at)) => at < p.product.variants.len(),
                (Some(None), _) | (None, Some(_)) => false,
            };
            if !fits {
                return bad("has an item whose product or variant is not in it");
            }
        }
        Ok(())
    }
}

fn bad<T>(why: &str) -> Result<T, CatalogError> {
    Err(CatalogError::Invalid(format!(
        "the show file {why}; export the show again and take that file"
    )))
}

/// Whether a text is a SHA-256 as this program writes it.
pub(crate) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Catalog {
    /// A show with everything another machine needs to run it, but for the bytes of its pictures.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is no such show.
    pub async fn export_show(&self, id: ShowId) -> Result<ShowFile, CatalogError> {
        let rundown = self.rundown(id).await?;
        let mut places: Vec<ProductId> = Vec::new();
        let mut products = Vec::new();
        let mut items = Vec::with_capacity(rundown.entries.len());
        for entry in rundown.entries {
            let mut item = entry.item.fields;
            let (mut product_at, mut variant_at) = (None, None);
            if let Some(product) = entry.product {
                variant_at =
                    item.variant.and_then(|id| product.variants.iter().position(|v| v.id == id));
                product_at = places.iter().position(|p| *p == product.id);
                if product_at.is_none() {
                    product_at = Some(products.len());
                    places.push(product.id);
                    let sources = self.picture_sources(product.id).await?;
                    let sources = sources
                        .into_iter()
                        .map(|s| if super::is_address(&s) { s } else { String::new() });
                    products.push(FileProduct {
                        pictures: product
                            .pictures
                            .into_iter()
                            .zip(sources)
                            .map(|(hash, source)| FilePicture { hash, source })
                            .collect(),
                        product: NewProduct {
                            fields: product.fields,
                            variants: product.variants.into_iter().map(|v| v.fields).collect(),
                        },
                    });
                }
            }
            (item.product, item.variant) = (None, None);
            items.push(FileItem { product_at, variant_at, item });
        }
        Ok(ShowFile {
            format: FORMAT.to_owned(),
            version: VERSION,
            show: rundown.show.fields,
            products,
            items,
        })
    }
}
