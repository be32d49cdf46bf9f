//! The catalogue's side of a running show: reading it, its pieces and pictures; writing what the desk
//! wants written.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;

use vitrine_catalog::ledger::{Claim, ClaimState, NewClaim, Stock};
use vitrine_catalog::rundown::{Entry, Rundown};
use vitrine_catalog::{CatalogError, Edit, ItemId, Promo, ShowId, VariantId};
use vitrine_graphics::load_image;
use vitrine_media::Picture;

use super::core::Core;
use crate::book::{Book, BookItem};
use crate::desk::{ClaimStep, Wanted, Write};
use crate::error::StudioError;
use crate::event::StudioEvent;
use crate::product::{EntryFacts, Product};
use crate::store::Store;

/// Pictures kept decoded: what is on air, what comes next, and some history.
const PICTURES: usize = 10;
/// What changes of a running show are called in the price history.
const SOURCE: &str = "show";

/// The open catalogue and what was read from it.
pub(super) struct Shelf {
    pub(super) store: Store,
    pub(super) book: Book,
    rundown: Option<Rundown>,
    pictures: VecDeque<(String, Option<Arc<Picture>>)>,
    /// Products with their pictures, as they were last given out: equal ones are the same `Arc`.
    shown: Vec<(i64, Arc<Product>)>,
    /// When the show's reductions began, milliseconds since 1970 UTC.
    pub(super) began: i64,
    seen_changes: i64,
}

impl Shelf {
    pub(super) fn open(catalogue: Option<&Path>) -> Result<Self, StudioError> {
        Ok(Self {
            store: Store::open(catalogue)?,
            book: Book::default(),
            rundown: None,
            pictures: VecDeque::new(),
            shown: Vec::new(),
            began: 0,
            seen_changes: 0,
        })
    }

    /// Reads a show whole.
    pub(super) fn load(&mut self, show: i64, wall: i64) -> Result<(), StudioError> {
        let catalog = self.store.catalog();
        let began = if self.began > 0 { self.began } else { wall };
        let read = async {
            let rundown = catalog.rundown(ShowId(show)).await?;
            let mut stock = BTreeMap::new();
            let mut crossed = BTreeMap::new();
            for entry in &rundown.entries {
                for variant in entry.offered() {
                    if let std::collections::btree_map::Entry::Vacant(e) = stock.entry(variant.id.0)
                    {
                        e.insert(catalog.stock(variant.id).await?);
                    }
                }
                if entry.compare_at().is_some() {
                    let may = catalog.may_cross_out(entry, began).await?;
                    crossed.insert(entry.item.id.0, may);
                }
            }
            let claims = catalog.claims(ShowId(show)).await?;
            Ok::<_, CatalogError>((rundown, stock, crossed, claims))
        };
        let (rundown, stock, crossed, claims) = self.store.wait(read)?;
        let free = |id: VariantId| stock.get(&id.0).and_then(Stock::free);
        self.book = Book::of(&rundown, &stock, &claims, |entry| {
            let may_cross_out = crossed.get(&entry.item.id.0).copied().unwrap_or(false);
            product_of(entry, &EntryFacts { image: None, free: &free, may_cross_out, now: wall })
        });
        self.rundown = Some(rundown);
        self.seen_changes = self.store.wait(self.store.catalog().changes())?;
        Ok(())
    }

    /// What card and banner of an item show, with its picture.
    pub(super) fn product(&mut self, item: &BookItem) -> Option<Arc<Product>> {
        let plain = item.product.as_ref()?;
        let picture = item.picture.as_deref().and_then(|hash| self.picture(hash));
        let product = Product { image: picture, ..(**plain).clone() };
        if let Some((_, known)) = self.shown.iter().find(|(id, p)| *id == item.id && **p == product)
        {
            return Some(Arc::clone(known));
        }
        let product = Arc::new(product);
        self.shown.retain(|(id, _)| *id != item.id);
        self.shown.push((item.id, Arc::clone(&product)));
        if self.shown.len() > PICTURES {
            self.shown.remove(0);
        }
        Some(product)
    }

    /// A picture, decoded; one that cannot be read is tried once.
    fn picture(&mut self, hash: &str) -> Option<Arc<Picture>> {
        if let Some(at) = self.pictures.iter().position(|(h, _)| h == hash) {
            let found = self.pictures.remove(at)?;
            let picture = found.1.clone();
            self.pictures.push_back(found);
            return picture;
        }
        let file = self.store.catalog().picture_file(hash, false);
        let picture = match load_image(&file) {
            Ok(picture) => Some(Arc::new(picture)),
            Err(e) => {
                tracing::warn!("a product's picture cannot be shown: {e}");
                None
            }
        };
        self.pictures.push_back((hash.to_owned(), picture.clone()));
        if self.pictures.len() > PICTURES {
            self.pictures.pop_front();
        }
        picture
    }

    /// What the show itself changed of the catalogue is none of another program's.
    pub(super) fn up_to_date(&mut self) {
        if let Err(e) = self.is_changed() {
            tracing::warn!("changes of the catalogue cannot be looked for: {e}");
        }
    }

    /// Whether another program changed the catalogue since this was last asked.
    fn is_changed(&mut self) -> Result<bool, StudioError> {
        let catalog = self.store.catalog();
        let now = self.store.wait(catalog.changes())?;
        Ok(std::mem::replace(&mut self.seen_changes, now) != now)
    }

    fn entry(&self, item: i64) -> Result<&Entry, StudioError> {
        let entries = self.rundown.iter().flat_map(|r| &r.entries);
        entries
            .into_iter()
            .find(|e| e.item.id.0 == item)
            .ok_or_else(|| StudioError::input("item-missing", "the item is no longer in the show"))
    }

    fn new_claim(&self, event: &str, w: &Wanted) -> NewClaim {
        NewClaim {
            event_id: event.to_owned(),
            show: ShowId(self.book.show),
            item: ItemId(w.item),
            variant: w.variant.map(VariantId),
            quantity: i64::from(w.quantity),
            buyer: w.buyer.clone(),
            platform: w.platform.clone(),
            text: w.text.clone(),
        }
    }

    fn commit<T>(
        &self,
        name: Option<&str>,
        change: impl AsyncFnOnce(&mut Edit) -> Result<T, CatalogError>,
    ) -> Result<T, StudioError> {
        let catalog = self.store.catalog();
        self.store.wait(async {
            let mut edit = match name {
                Some(name) => catalog.edit(name, SOURCE).await?,
                None => catalog.record(SOURCE).await?,
            };
            let made = change(&mut edit).await?;
            edit.commit().await?;
            Ok(made)
        })
    }

    /// Writes one change; a claim is given back as it stands then.
    fn write(&self, write: &Write) -> Result<Option<Claim>, StudioError> {
        match write {
            Write::Price { item, price, compare_at, confirmed } => {
                let mut fields = self.entry(*item)?.item.fields.clone();
                fields.price = *price;
                fields.compare_at = compare_at.unwrap_or(fields.compare_at);
                fields.compare_confirmed = *confirmed;
                let name = format!("Price of “{}”", self.entry(*item)?.title());
                self.commit(Some(&name), async |e| e.set_item(ItemId(*item), &fields).await)?;
            }
            Write::Stock { variant, free } => {
                let entries = self.rundown.iter().flat_map(|r| &r.entries);
                let mut all = entries.into_iter().flat_map(|e| e.offered());
                let mut fields =
                    all.find(|v| v.id.0 == *variant).map(|v| v.fields.clone()).ok_or_else(
                        || StudioError::input("variant-none", "the variant is not in the show"),
                    )?;
                let id = VariantId(*variant);
                let stock = self.store.wait(self.store.catalog().stock(id))?;
                fields.stock = Some(free + stock.taken + stock.claimed);
                self.commit(Some("Stock"), async |e| e.set_variant(id, &fields).await)?;
            }
            Write::Promo { item, code } => {
                let mut fields = self.entry(*item)?.item.fields.clone();
                fields.promo = code.as_ref().map(|code| Promo {
                    code: code.clone(),
                    ..fields.promo.clone().unwrap_or_default()
                });
                let name = format!("Promo code of “{}”", self.entry(*item)?.title());
                self.commit(Some(&name), async |e| e.set_item(ItemId(*item), &fields).await)?;
            }
            Write::Claim { event, claim } => {
                let new = self.new_claim(event, claim);
                return self.commit(None, async |e| e.claim(&new).await).map(Some);
            }
            Write::Sale { event, claim, price } => {
                let new = self.new_claim(event, claim);
                return self.commit(None, async |e| e.sale(&new, Some(*price)).await).map(Some);
            }
            Write::Step { event, claim, step } => {
                let last = match step {
                    ClaimStep::Undo => self.last_event(claim)?,
                    _ => String::new(),
                };
                let done = self.commit(None, async |e| match step {
                    ClaimStep::Confirm => e.confirm(event, claim).await,
                    ClaimStep::Sell => e.sold(event, claim, None).await,
                    ClaimStep::Cancel => e.cancel(event, claim).await,
                    ClaimStep::Undo => e.undo_event(event, &last).await,
                });
                return done.map(Some);
            }
        }
        Ok(None)
    }

    fn last_event(&self, claim: &str) -> Result<String, StudioError> {
        let catalog = self.store.catalog();
        let claims = self.store.wait(catalog.claims(ShowId(self.book.show)))?;
        let found = claims.iter().find(|c| c.id == claim).and_then(|c| c.events.last().cloned());
        found.ok_or_else(|| {
            StudioError::input(
                "claim-missing",
                "there is no claim of this name, or nothing of it to take back",
            )
        })
    }
}

fn product_of(entry: &Entry, facts: &EntryFacts<'_>) -> Option<Arc<Product>> {
    entry.product.as_ref()?;
    match Product::from_entry(entry, facts) {
        Ok((product, left_out)) => {
            for sentence in left_out {
                tracing::info!("{sentence}");
            }
            Some(Arc::new(product))
        }
        Err(e) => {
            tracing::warn!("“{}” has nothing to show: {e}", entry.title());
            None
        }
    }
}

/// Where a claim stands, in a word.
const fn state_name(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Claimed => "claimed",
        ClaimState::Waitlisted => "waitlisted",
        ClaimState::Confirmed => "confirmed",
        ClaimState::Sold => "sold",
        ClaimState::Cancelled => "cancelled",
        ClaimState::Void => "undone",
    }
}

impl Core {
    /// Writes what the desk wants written and reads the show again. Gives what is to be told.
    pub(super) fn write(&mut self, write: &Write) -> Result<Vec<StudioEvent>, StudioError> {
        let claim = self.shelf.write(write)?;
        let mut events = Vec::new();
        if let Some(claim) = claim {
            let quantity = u32::try_from(claim.quantity).unwrap_or(0);
            events.push(match write {
                Write::Step { .. } => StudioEvent::ClaimChanged {
                    claim: claim.id,
                    state: state_name(claim.state).to_owned(),
                },
                _ => StudioEvent::Claimed {
                    claim: claim.id,
                    item: claim.item.0,
                    quantity,
                    buyer: claim.buyer,
                    waitlisted: claim.state == ClaimState::Waitlisted,
                },
            });
        }
        events.extend(self.read_again()?);
        Ok(events)
    }

    /// Reads the show again and says what is sold out now.
    pub(super) fn read_again(&mut self) -> Result<Vec<StudioEvent>, StudioError> {
        let sold_out = |book: &Book| -> Vec<i64> {
            book.items.iter().filter(|i| i.is_sold_out()).map(|i| i.id).collect()
        };
        let before = sold_out(&self.shelf.book);
        let wall = self.wall();
        self.shelf.load(self.shelf.book.show, wall)?;
        let now = sold_out(&self.shelf.book).into_iter();
        let new = now.filter(|id| !before.contains(id));
        Ok(new.map(|item| StudioEvent::SoldOut { item }).collect())
    }

    /// Notices what another program changed.
    pub(super) fn look_at_catalogue(&mut self) {
        let changed = match self.shelf.is_changed() {
            Ok(changed) => changed,
            Err(e) => {
                tracing::warn!("changes of the catalogue cannot be looked for: {e}");
                false
            }
        };
        if !changed {
            return;
        }
        match self.read_again() {
            Ok(events) => {
                self.desk.revision += 1;
                for event in std::iter::once(StudioEvent::CatalogueChanged).chain(events) {
                    self.tell(None, event);
                }
            }
            Err(e) => {
                let text = format!("the catalogue was changed and cannot be read again: {e}");
                self.tell(None, StudioEvent::Fault { text });
            }
        }
    }
}
