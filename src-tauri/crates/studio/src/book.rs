//! What a running show knows of its catalogue: the run of show with prices, pieces and codes, read
//! together and then looked at without waiting for the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use vitrine_catalog::ledger::{ClaimState, Stock};
use vitrine_catalog::product::Variant;
use vitrine_catalog::rundown::{Entry, Rundown};
use vitrine_catalog::{ItemKind, VariantId};
use vitrine_graphics::{Currency, Price};
use vitrine_media::MediaTime;

use crate::claim_text::{Wanted, WantedItem};
use crate::command::ItemName;
use crate::error::StudioError;
use crate::on_air::SceneName;
use crate::product::Product;

/// A show as the desk sees it. Replaced as a whole when the catalogue changes.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Number of the show.
    pub show: i64,
    /// Its title.
    pub title: String,
    /// Language of prices and labels.
    pub language: String,
    /// The length it may have.
    pub slot: Option<MediaTime>,
    /// Its items in order.
    pub items: Vec<BookItem>,
    /// Reads claims of these items from comments.
    pub reader: Wanted,
}

/// An item with what is sold in it.
#[derive(Clone, Debug)]
pub struct BookItem {
    /// Number in the catalogue.
    pub id: i64,
    /// Claim code; a talk has none.
    pub code: Option<String>,
    /// What happens in it.
    pub kind: ItemKind,
    /// What the viewer reads.
    pub title: String,
    /// How long it is planned to take.
    pub planned: MediaTime,
    /// The scene it brings.
    pub scene: Option<SceneName>,
    /// Rounds of an auction.
    pub lots: u32,
    /// Where bids begin, minor units.
    pub start_price: i64,
    /// Its own show price, minor units; `None`: the catalogue's.
    pub show_price: Option<i64>,
    /// Its own crossed-out price, minor units.
    pub show_compare_at: Option<i64>,
    /// The seller confirmed the crossed-out price.
    pub compare_confirmed: bool,
    /// Currency of all its amounts.
    pub currency: Option<Currency>,
    /// What card and banner show; without its image until it is near the air.
    pub product: Option<Arc<Product>>,
    /// The hash of its first picture.
    pub picture: Option<String>,
    /// The variants it offers.
    pub variants: Vec<BookVariant>,
    /// Pieces claimed, confirmed and sold in this show.
    pub claimed: i64,
    /// Pieces waited for in this show.
    pub waitlisted: i64,
}

/// A variant with what is left of it.
#[derive(Clone, PartialEq, Debug)]
pub struct BookVariant {
    /// Number in the catalogue.
    pub id: VariantId,
    /// SKU.
    pub sku: Option<String>,
    /// Choices and what is chosen.
    pub options: Vec<(String, String)>,
    /// Pieces nobody has claimed; `None`: not counted.
    pub free: Option<i64>,
}

impl BookVariant {
    /// `M · Blue`, or the SKU of one without choices.
    pub fn label(&self) -> String {
        let options: Vec<&str> = self.options.iter().map(|(_, v)| v.as_str()).collect();
        if options.is_empty() { self.sku.clone().unwrap_or_default() } else { options.join(" · ") }
    }

    /// Whether a seller's words mean it: its SKU, or every word one of its options.
    fn is_meant(&self, words: &str) -> bool {
        let folded = vitrine_catalog::search::folded(words);
        if self.sku.as_deref().is_some_and(|s| vitrine_catalog::search::folded(s) == folded) {
            return true;
        }
        let options: Vec<String> =
            self.options.iter().map(|(_, v)| vitrine_catalog::search::folded(v)).collect();
        let mut words = folded.split([' ', ',', '/', '·']).filter(|w| !w.is_empty()).peekable();
        words.peek().is_some()
            && (words.all(|w| options.iter().any(|o| o == w)) || options.contains(&folded))
    }
}

impl BookItem {
    /// Pieces nobody has claimed, over all variants; `None` if one of them is not counted.
    pub fn free(&self) -> Option<i64> {
        if self.variants.is_empty() {
            return None;
        }
        self.variants.iter().map(|v| v.free).sum()
    }

    /// Whether nothing is left.
    pub fn is_sold_out(&self) -> bool {
        self.free() == Some(0)
    }

    /// An amount of its currency.
    ///
    /// # Errors
    /// If it has no currency (a talk), or the amount is not one.
    pub fn amount(&self, minor: i64) -> Result<Price, StudioError> {
        let currency = self.currency.ok_or_else(|| {
            StudioError::input("item-talk", format!("“{}” sells nothing", self.title))
                .remedy("name an item with a product")
        })?;
        Price::from_minor(minor, currency).map_err(|e| StudioError::input("price", e))
    }

    /// Reads an amount of its currency.
    ///
    /// # Errors
    /// One sentence: what is written is no amount, below zero, or has too many decimals.
    pub fn parse(&self, text: &str) -> Result<Price, StudioError> {
        let currency = self.amount(0)?.currency;
        Price::parse(text, currency.code()).map_err(|e| StudioError::input("price", e))
    }

    /// The variant that words mean; the only one without words.
    ///
    /// # Errors
    /// If there is none, or which one is not clear.
    pub fn variant(&self, words: Option<&str>) -> Result<&BookVariant, StudioError> {
        let names = || self.variants.iter().map(BookVariant::label).collect::<Vec<_>>().join(", ");
        let Some(words) = words.map(str::trim).filter(|w| !w.is_empty()) else {
            return match self.variants.as_slice() {
                [only] => Ok(only),
                [] => Err(StudioError::input(
                    "variant-none",
                    format!("“{}” has nothing to sell", self.title),
                )),
                _ => Err(StudioError::input(
                    "variant-which",
                    format!("“{}” comes in several kinds", self.title),
                )
                .remedy(format!("name one of: {}", names()))),
            };
        };
        let mut meant = self.variants.iter().filter(|v| v.is_meant(words));
        match (meant.next(), meant.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(StudioError::input(
                "variant-which",
                format!("“{words}” names no single variant of “{}”", self.title),
            )
            .remedy(format!("name one of: {}", names()))),
        }
    }
}

impl Book {
    /// Of a show as it is kept, the pieces of its variants and what was claimed in it.
    pub fn of(
        rundown: &Rundown,
        stock: &BTreeMap<i64, Stock>,
        claims: &[vitrine_catalog::ledger::Claim],
        product: impl Fn(&Entry) -> Option<Arc<Product>>,
    ) -> Self {
        let sums = |item: i64| {
            let mine = claims.iter().filter(|c| c.item.0 == item);
            mine.fold((0, 0), |(claimed, waits), c| match c.state {
                ClaimState::Claimed | ClaimState::Confirmed | ClaimState::Sold => {
                    (claimed + c.quantity, waits)
                }
                ClaimState::Waitlisted => (claimed, waits + c.quantity),
                ClaimState::Cancelled | ClaimState::Void => (claimed, waits),
            })
        };
        let items = rundown.entries.iter().map(|entry| {
            let f = &entry.item.fields;
            let variant = |v: &Variant| BookVariant {
                id: v.id,
                sku: v.fields.sku.clone(),
                options: v.fields.options.clone(),
                free: stock.get(&v.id.0).and_then(Stock::free),
            };
            let variants: Vec<BookVariant> = entry.offered().map(variant).collect();
            let (claimed, waitlisted) = sums(entry.item.id.0);
            let picture = entry.product.as_ref().and_then(|p| p.pictures.first().cloned());
            BookItem {
                id: entry.item.id.0,
                code: f.claim_code.clone(),
                kind: f.kind,
                title: entry.title().to_owned(),
                planned: MediaTime::from_secs(f.minutes * 60),
                scene: f.scene.as_deref().and_then(|s| s.parse().ok()),
                lots: f.lots.clamp(0, 2000) as u32,
                start_price: f.start_price.or(f.price).unwrap_or(0),
                show_price: f.price,
                show_compare_at: f.compare_at,
                compare_confirmed: f.compare_confirmed,
                currency: entry.product.as_ref().map(|p| p.fields.currency),
                product: product(entry),
                picture,
                variants,
                claimed,
                waitlisted,
            }
        });
        let items: Vec<BookItem> = items.collect();
        let wanted = items.iter().filter_map(|i| {
            let variants = i.variants.iter().map(|v| v.options.clone()).collect();
            Some(WantedItem { code: i.code.clone()?, variants })
        });
        let reader = Wanted::new(&wanted.collect::<Vec<_>>(), &rundown.show.fields.language);
        let slot = rundown.show.fields.slot_minutes.map(|m| MediaTime::from_secs(m * 60));
        Self {
            show: rundown.show.id.0,
            title: rundown.show.fields.title.clone(),
            language: rundown.show.fields.language.clone(),
            slot,
            items,
            reader,
        }
    }

    /// An item by its number.
    pub fn item(&self, id: i64) -> Option<&BookItem> {
        self.items.iter().find(|i| i.id == id)
    }

    /// An item by its claim code, in any case.
    pub fn by_code(&self, code: &str) -> Option<&BookItem> {
        let is = |c: &str| c.eq_ignore_ascii_case(code.trim());
        self.items.iter().find(|i| i.code.as_deref().is_some_and(is))
    }

    /// The item a caller means.
    ///
    /// # Errors
    /// If the show has no such item.
    pub fn find(&self, name: &ItemName) -> Result<&BookItem, StudioError> {
        let found = match name {
            ItemName::Number(id) => self.item(*id),
            ItemName::Code(text) => match text.strip_prefix('#') {
                Some(place) => {
                    let place = place.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                    place.and_then(|n| self.items.get(n))
                }
                None => self.by_code(text),
            },
        };
        found.ok_or_else(|| {
            let named = match name {
                ItemName::Number(id) => id.to_string(),
                ItemName::Code(text) => text.chars().take(40).collect(),
            };
            StudioError::input("item-missing", format!("the show has no item {named}"))
                .remedy("name an item by its claim code, its place (#3), or its catalogue number")
        })
    }

    /// The place of an auction of one lot among its neighbours of the same kind, from 1, and how many they
    /// are: to viewers a row of such items is one row of lots.
    pub fn row_of_lots(&self, item: i64) -> Option<(u32, u32)> {
        let single = |i: &BookItem| i.kind == ItemKind::Auction && i.lots <= 1;
        let at = self.items.iter().position(|i| i.id == item && single(i))?;
        let before = self.items[..at].iter().rev().take_while(|i| single(i)).count();
        let behind = self.items[at + 1..].iter().take_while(|i| single(i)).count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some((count(before + 1), count(before + 1 + behind)))
    }

    /// The item behind another; the first one for none.
    pub fn after(&self, item: Option<i64>) -> Option<&BookItem> {
        match item {
            None => self.items.first(),
            Some(id) => {
                let at = self.items.iter().position(|i| i.id == id)?;
                self.items.get(at + 1)
            }
        }
    }
}
