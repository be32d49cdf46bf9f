//! Items: a product's place in a show, with its order, minutes, show price, code and talking points.

mod order;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, texts};
use crate::error::CatalogError;
use crate::money::MAX_MINOR;
use crate::product::{ProductId, VariantId};
use crate::show::ShowId;

/// Names an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ItemId(pub i64);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What happens in an item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// Sold at its price.
    Offer,
    /// Sold at its price for a short time.
    FlashSale,
    /// Sold to the highest bidder, in one lot or several.
    Auction,
    /// Given away.
    Giveaway,
    /// Nothing is sold.
    Talk,
}

impl ItemKind {
    const ALL: [Self; 5] =
        [Self::Offer, Self::FlashSale, Self::Auction, Self::Giveaway, Self::Talk];

    /// As it is kept and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::FlashSale => "flash-sale",
            Self::Auction => "auction",
            Self::Giveaway => "giveaway",
            Self::Talk => "talk",
        }
    }
}

impl FromStr for ItemKind {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self, CatalogError> {
        Self::ALL.into_iter().find(|k| k.name() == text).ok_or_else(|| {
            let text = format!(
                "“{text}” is no kind of item; take offer, flash-sale, auction, giveaway or talk"
            );
            CatalogError::Invalid(text)
        })
    }
}

/// A promo code that comes with an item.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Promo {
    /// What the buyer types at the checkout, 1 to 40 characters.
    pub code: String,
    /// What it gives, in words.
    #[serde(default)]
    pub text: String,
    /// Percent off, 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<i64>,
    /// Or an amount off, in minor units of the product's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Until when, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<i64>,
}

/// What an item says of itself. Amounts are in the product's currency, minor units.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewItem {
    /// What happens in it.
    pub kind: ItemKind,
    /// What it shows; only a talk may do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The one variant that is offered; `None`: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
    /// Of a talk, or instead of the product's; up to 500 characters.
    #[serde(default)]
    pub title: String,
    /// Planned length, 0 to 600 minutes.
    pub minutes: i64,
    /// Show price; `None`: the catalogue's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// Crossed-out price; `None`: the catalogue's, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at: Option<i64>,
    /// The seller confirmed that the crossed-out price may be shown.
    #[serde(default)]
    pub compare_confirmed: bool,
    /// Promo code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promo: Option<Promo>,
    /// What the host wants to say, up to 50 points of up to 500 characters.
    #[serde(default)]
    pub talking_points: Vec<String>,
    /// What a viewer types to claim it; `None`: given by itself, or kept as it is. A talk has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_code: Option<String>,
    /// Scene it is shown in; `None`: the show's own choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// Rounds of an auction, 1 to 2000; 0 for everything else.
    #[serde(default)]
    pub lots: i64,
    /// Where the bids of an auction begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_price: Option<i64>,
}

impl NewItem {
    /// A product offered for eight minutes at its own price.
    pub const fn offer(product: ProductId) -> Self {
        Self {
            kind: ItemKind::Offer,
            product: Some(product),
            variant: None,
            title: String::new(),
            minutes: 8,
            price: None,
            compare_at: None,
            compare_confirmed: false,
            promo: None,
            talking_points: Vec::new(),
            claim_code: None,
            scene: None,
            lots: 0,
            start_price: None,
        }
    }

    /// An auction of one lot for a minute.
    pub const fn auction(product: ProductId, start_price: i64) -> Self {
        let mut item = Self::offer(product);
        item.kind = ItemKind::Auction;
        item.minutes = 1;
        item.lots = 1;
        item.start_price = Some(start_price);
        item
    }

    /// Something to say.
    pub fn talk(title: impl Into<String>, minutes: i64) -> Self {
        let mut item = Self::offer(ProductId(0));
        item.kind = ItemKind::Talk;
        item.product = None;
        item.title = title.into();
        item.minutes = minutes;
        item
    }

    fn check(&self) -> Result<(), CatalogError> {
        let bad = |text: &str| Err(CatalogError::Invalid(text.to_owned()));
        if self.kind != ItemKind::Talk && self.product.is_none() {
            return bad("the item shows no product; name one, or make it a talk");
        }
        if self.title.chars().count() > 500 {
            return bad("the item's title has more than 500 characters; shorten it");
        }
        if !(0..=600).contains(&self.minutes) {
            return bad("an item takes 0 to 600 minutes");
        }
        for (what, amount) in [
            ("show price", self.price),
            ("crossed-out price", self.compare_at),
            ("start price", self.start_price),
        ] {
            if amount.is_some_and(|a| !(0..=MAX_MINOR).contains(&a)) {
                return bad(&format!("the {what} is below zero or more than can be kept"));
            }
        }
        if self.kind == ItemKind::Auction && !(1..=2000).contains(&self.lots) {
            return bad("an auction has 1 to 2000 lots");
        }
        if self.kind != ItemKind::Auction && (self.lots != 0 || self.start_price.is_some()) {
            return bad(
                "only an auction has lots and a start price; change the kind of the item, or leave them out",
            );
        }
        if self.talking_points.len() > 50
            || self.talking_points.iter().any(|p| p.chars().count() > 500)
        {
            return bad(
                "an item has up to 50 talking points of up to 500 characters; shorten them",
            );
        }
        if self.kind == ItemKind::Talk && self.claim_code.is_some() {
            return bad("nothing can be claimed in a talk; leave its claim code out");
        }
        self.promo.as_ref().map_or(Ok(()), Promo::check)
    }
}

impl Promo {
    fn check(&self) -> Result<(), CatalogError> {
        let bad = |text: &str| Err(CatalogError::Invalid(text.to_owned()));
        if self.code.trim().is_empty() || self.code.chars().count() > 40 {
            return bad("a promo code has 1 to 40 characters");
        }
        if self.text.chars().count() > 200 {
            return bad("the text of a promo code has up to 200 characters; shorten it");
        }
        if self.percent.is_some() && self.amount.is_some() {
            return bad("a promo code takes off a percentage or an amount; leave one of them out");
        }
        if self.percent.is_some_and(|p| !(1..=100).contains(&p)) {
            return bad("a promo code takes off 1 to 100 percent");
        }
        if self.amount.is_some_and(|a| !(1..=MAX_MINOR).contains(&a)) {
            return bad("the amount of a promo code is zero, below it, or more than can be kept");
        }
        Ok(())
    }
}

/// An item as it is kept; `fields.claim_code` is there unless it is a talk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// The show it belongs to.
    pub show: ShowId,
    /// Its place, from 0 without holes.
    pub position: i64,
    /// Everything else.
    #[serde(flatten)]
    pub fields: NewItem,
}

/// Begins the code that a talk is kept under; no viewer can type it as a code.
const NO_CODE: char = '-';

/// An item of the columns of a row.
macro_rules! item {
    ($row:expr) => {{
        let row = $row;
        Item {
            id: ItemId(row.id),
            show: ShowId(row.show_id),
            position: row.position,
            fields: NewItem {
                kind: row.kind.parse()?,
                product: row.product_id.map(ProductId),
                variant: row.variant_id.map(VariantId),
                title: row.title,
                minutes: row.minutes,
                price: row.price,
                compare_at: row.compare_at,
                compare_confirmed: row.compare_confirmed != 0,
                promo: row.promo_code.map(|code| Promo {
                    code,
                    text: row.promo_text,
                    percent: row.promo_percent,
                    amount: row.promo_amount,
                    ends: row.promo_ends,
                }),
                talking_points: texts(&row.talking_points),
                claim_code: Some(row.claim_code).filter(|c| !c.starts_with(NO_CODE)),
                scene: row.scene,
                lots: row.lots,
                start_price: row.start_price,
            },
        }
    }};
}

impl Catalog {
    /// The items of a show, in order.
    ///
    /// # Errors
    /// If the catalogue cannot be read. A show that is not there has none.
    pub async fn items(&self, show: ShowId) -> Result<Vec<Item>, CatalogError> {
        let rows =
            sqlx::query!("SELECT * FROM item WHERE show_id = ? ORDER BY position, id", show.0)
                .fetch_all(self.readers())
                .await?;
        rows.into_iter().map(|row| Ok(item!(row))).collect()
    }

    /// An item.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is none of this number.
    pub async fn item(&self, id: ItemId) -> Result<Item, CatalogError> {
        let row = sqlx::query!("SELECT * FROM item WHERE id = ?", id.0)
            .fetch_optional(self.readers())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "item", id: id.to_string() })?;
        Ok(item!(row))
    }

    /// The item of a show with a claim code, in any case.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn item_by_code(
        &self,
        show: ShowId,
        code: &str,
    ) -> Result<Option<ItemId>, CatalogError> {
        let code = code.trim().to_ascii_uppercase();
        let id = sqlx::query_scalar!(
            r#"SELECT id AS "id!" FROM item WHERE show_id = ? AND claim_code = ?"#,
            show.0,
            code
        )
        .fetch_optional(self.readers())
        .await?;
        Ok(id.map(ItemId).filter(|_| !code.starts_with(NO_CODE)))
    }
}
