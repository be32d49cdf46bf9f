//! [`Mapping`]: which column of a plain table says what. Proposed from the header, shown, edited, and
//! remembered for the next file with the same header.

use iso_currency::Currency;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::import::synonyms::{normal, of_header};
use crate::money::DecimalMark;
use crate::product::json;

/// What a column can say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Name of the product.
    Title,
    /// Description, HTML or plain.
    Description,
    /// Maker.
    Brand,
    /// Kind of thing.
    Category,
    /// Words separated by commas.
    Tags,
    /// Page in the shop.
    Link,
    /// Pictures: paths beside the file or addresses, separated by commas, bars or spaces. Several columns may.
    Image,
    /// Price.
    Price,
    /// Crossed-out price.
    CompareAt,
    /// What it cost the seller.
    Cost,
    /// ISO code of the prices.
    Currency,
    /// Stock-keeping unit.
    Sku,
    /// EAN, UPC, ISBN.
    Barcode,
    /// Pieces there.
    Stock,
    /// What ties rows of one product together.
    Handle,
    /// A choice, called like the column: size, colour. Several columns may.
    Choice,
}

impl Field {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 16] = [
        Self::Title,
        Self::Description,
        Self::Brand,
        Self::Category,
        Self::Tags,
        Self::Link,
        Self::Image,
        Self::Price,
        Self::CompareAt,
        Self::Cost,
        Self::Currency,
        Self::Sku,
        Self::Barcode,
        Self::Stock,
        Self::Handle,
        Self::Choice,
    ];

    /// More than one column may say this.
    pub const fn many(self) -> bool {
        matches!(self, Self::Image | Self::Choice | Self::Tags)
    }
}

/// A column and what it says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the header.
    pub header: String,
    /// What it says; `None`: it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
}

/// What the columns of a plain table say, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// The columns.
    pub columns: Vec<Column>,
    /// The decimal mark; `None`: found from the prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_mark: Option<DecimalMark>,
    /// The currency; `None`: named in the file, or the caller's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

impl Mapping {
    /// Proposes a mapping by what the columns are called, in any of Vitrine's languages.
    pub fn propose(header: &[String]) -> Self {
        let mut taken = Vec::new();
        let columns = header
            .iter()
            .map(|header| {
                let field = of_header(&normal(header)).filter(|f| f.many() || !taken.contains(f));
                taken.extend(field);
                Column { header: header.clone(), field }
            })
            .collect();
        Self { columns, ..Self::default() }
    }

    /// Places of the columns that say `field`.
    pub fn columns_of(&self, field: Field) -> impl Iterator<Item = usize> {
        self.columns.iter().enumerate().filter(move |(_, c)| c.field == Some(field)).map(|(n, _)| n)
    }

    /// The column that says `field`.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns_of(field).next()
    }

    /// Checks that a mapping can be used on a header.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`], with the remedy.
    pub fn check(&self, header: &[String]) -> Result<(), CatalogError> {
        let bad = |text: String| Err(CatalogError::Invalid(text));
        if self.columns.len() != header.len()
            || self.columns.iter().zip(header).any(|(c, h)| c.header != *h)
        {
            return bad(
                "the column mapping belongs to another file; let it be proposed anew".to_owned()
            );
        }
        for field in Field::ALL.into_iter().filter(|f| !f.many()) {
            if let [first, second, ..] = self.columns_of(field).collect::<Vec<_>>()[..] {
                let (a, b) = (&header[first], &header[second]);
                return bad(format!(
                    "columns “{a}” and “{b}” both say the {field:?}; leave one out"
                ));
            }
        }
        if ![Field::Title, Field::Sku, Field::Handle].iter().any(|f| self.column(*f).is_some()) {
            let names: Vec<&str> = header.iter().take(12).map(String::as_str).collect();
            return bad(format!(
                "none of the columns ({}) is known as a title or SKU; say which is which by a column mapping",
                crate::import::amount::short(&names.join(", "))
            ));
        }
        Ok(())
    }
}

/// What a mapping is remembered under.
fn key(header: &[String]) -> String {
    let digest = Sha256::digest(header.join("\u{1f}").as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

impl Catalog {
    /// The mapping that was last used on a file with this header.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn mapping(&self, header: &[String]) -> Result<Option<Mapping>, CatalogError> {
        let key = key(header);
        let kept = sqlx::query_scalar!("SELECT mapping FROM import_mapping WHERE header = ?", key)
            .fetch_optional(self.readers())
            .await?;
        // One from another version that cannot be read is as good as none.
        Ok(kept.and_then(|m| serde_json::from_str(&m).ok()))
    }

    /// Remembers a mapping for files with this header. No step of undo.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if it does not fit the header; or if the catalogue cannot be written.
    pub async fn remember_mapping(
        &self,
        header: &[String],
        mapping: &Mapping,
    ) -> Result<(), CatalogError> {
        mapping.check(header)?;
        let (key, value) = (key(header), json(mapping)?);
        let mut edit = self.record("mapping").await?;
        let at = edit.at();
        sqlx::query!(
            "INSERT INTO import_mapping (header, mapping, used_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (header) DO UPDATE SET mapping = ?2, used_at = ?3",
            key,
            value,
            at
        )
        .execute(edit.connection())
        .await?;
        edit.commit().await
    }
}
