//! A show as it runs: its items with their products, times and prices, read together.

use std::collections::HashMap;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::item::{Item, ItemKind};
use crate::money::Money;
use crate::product::{Product, ProductId, Variant};
use crate::show::{Show, ShowId};

/// A show with everything it shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Rundown {
    /// The show.
    pub show: Show,
    /// Its items in order.
    pub entries: Vec<Entry>,
}

/// An item with its product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Entry {
    /// The item.
    pub item: Item,
    /// Its product; a talk may have none.
    pub product: Option<Product>,
    /// Minutes from the show's beginning to its own.
    pub starts: i64,
}

impl Rundown {
    /// Minutes all items take together.
    pub fn minutes(&self) -> i64 {
        self.entries.iter().map(|e| e.item.fields.minutes).sum()
    }

    /// When the show will be over, milliseconds since 1970 UTC; `None` without a planned start.
    pub fn ends(&self) -> Option<i64> {
        self.show.fields.planned_start.map(|start| start.saturating_add(self.minutes() * 60_000))
    }
}

impl Entry {
    /// What the viewer reads: the item's own title, or the product's.
    pub fn title(&self) -> &str {
        let own = self.item.fields.title.trim();
        match &self.product {
            Some(product) if own.is_empty() => &product.fields.title,
            _ => own,
        }
    }

    /// The variants that are offered.
    pub fn offered(&self) -> impl Iterator<Item = &Variant> {
        let only = self.item.fields.variant;
        let all = self.product.iter().flat_map(|p| &p.variants);
        all.filter(move |v| only.is_none_or(|id| v.id == id))
    }

    /// The price that is shown: the item's, or the lowest of the variants it offers. An auction's is where its
    /// bids begin.
    pub fn price(&self) -> Option<Money> {
        let f = &self.item.fields;
        let catalogue = || self.offered().filter_map(|v| v.fields.price).min();
        let minor = match f.kind {
            ItemKind::Auction => f.start_price.or(f.price),
            ItemKind::Talk | ItemKind::Giveaway => f.price,
            ItemKind::Offer | ItemKind::FlashSale => f.price.or_else(catalogue),
        };
        self.money(minor)
    }

    /// Whether some variant costs more than [`price`](Self::price).
    pub fn is_from(&self) -> bool {
        let own = self.item.fields.price.is_some();
        let sells = matches!(self.item.fields.kind, ItemKind::Offer | ItemKind::FlashSale);
        let mut prices = self.offered().filter_map(|v| v.fields.price);
        let first = prices.next();
        sells && !own && prices.any(|p| Some(p) != first)
    }

    /// The crossed-out price: the item's, or that of the cheapest variant.
    pub fn compare_at(&self) -> Option<Money> {
        let cheapest =
            || self.offered().filter(|v| v.fields.price.is_some()).min_by_key(|v| v.fields.price);
        let minor = match self.item.fields.kind {
            ItemKind::Offer | ItemKind::FlashSale => {
                self.item.fields.compare_at.or_else(|| cheapest().and_then(|v| v.fields.compare_at))
            }
            _ => None,
        };
        self.money(minor)
    }

    fn money(&self, minor: Option<i64>) -> Option<Money> {
        let currency = self.product.as_ref()?.fields.currency;
        minor.map(|minor| Money { minor, currency })
    }
}

impl Catalog {
    /// A show with its items and their products.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is no show of this number.
    pub async fn rundown(&self, id: ShowId) -> Result<Rundown, CatalogError> {
        let show = self.show(id).await?;
        let mut known: HashMap<ProductId, Product> = HashMap::new();
        let mut entries = Vec::new();
        let mut starts = 0;
        for item in self.items(id).await? {
            let product = match item.fields.product {
                Some(product) => {
                    if let std::collections::hash_map::Entry::Vacant(e) = known.entry(product) {
                        e.insert(self.product(product).await?);
                    }
                    known.get(&product).cloned()
                }
                None => None,
            };
            let minutes = item.fields.minutes;
            entries.push(Entry { item, product, starts });
            starts += minutes;
        }
        Ok(Rundown { show, entries })
    }
}
