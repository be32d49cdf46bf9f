//! [`Catalog::import`]: products of a file into the catalogue, as one edit.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::catalog::{Catalog, currency};
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::import::existing::{Existing, Now, Target, now, pictures};
use crate::import::fetch::{self, Kept};
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::import::write::Batch;
use crate::import::{Given, Imported, ImportedProduct};
use crate::product::{NewVariant, ProductFields, json};

/// Products looked at and written together.
const BATCH: usize = 400;

/// What to do about pictures.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Pictures {
    /// Leave them out.
    Leave,
    /// From beside the file and from public addresses.
    #[default]
    Fetch,
    /// From loopback addresses too, for a shop that runs on this machine.
    FetchFromHere,
}

/// How to put a file into the catalogue.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ImportSettings {
    /// Only tell what would happen; fetches no pictures.
    pub dry_run: bool,
    /// Take what is right even where other rows are not.
    pub partial: bool,
    /// Who it is in the price history; `None`: `import FILE`.
    pub source: Option<String>,
    /// What to do about pictures.
    pub pictures: Pictures,
}

/// What is going on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Pictures are fetched.
    Pictures,
    /// Products are written.
    Products,
}

/// What became of a file.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct ImportReport {
    /// Products that are new.
    pub added: u64,
    /// Products that were changed.
    pub updated: u64,
    /// Products that were so already.
    pub unchanged: u64,
    /// Pictures that products have now and had not before; of a dry run, that would be looked for.
    pub pictures: u64,
    /// The catalogue holds it now. `false`: a dry run, or rows were skipped and it was not to be partial;
    /// nothing was changed then.
    pub applied: bool,
    /// Rows, and what was skipped or is to be looked at.
    #[serde(flatten)]
    pub report: Report,
}

impl Catalog {
    /// Puts a file's products into the catalogue: one step of undo for all of it. A product is found by
    /// its SKUs, then its handle; what it has and the file does not tell of is kept, notes and the seller's
    /// own pictures always. If rows were skipped, nothing is changed unless it may be partial. `progress` is
    /// told what is done of how much.
    ///
    /// # Errors
    /// If the catalogue cannot be written; nothing was changed then.
    pub async fn import(
        &self,
        imported: &Imported,
        settings: &ImportSettings,
        mut progress: impl FnMut(Stage, u64, u64),
    ) -> Result<ImportReport, CatalogError> {
        let mut done = ImportReport { report: imported.report.clone(), ..ImportReport::default() };
        let mut images = HashMap::new();
        let mut dry = settings.dry_run || (!settings.partial && done.report.skips() > 0);
        if settings.pictures != Pictures::Leave {
            let wanted = self.wanted(imported, &mut images).await?;
            dry = dry || (!settings.partial && wanted.conflicts);
            if dry {
                done.pictures = wanted.sources.len() as u64;
            } else {
                let loopback = settings.pictures == Pictures::FetchFromHere;
                let folder = imported.folder.as_deref();
                let told = |n, of| progress(Stage::Pictures, n, of);
                let got =
                    fetch::all(self, folder, wanted.sources, loopback, &mut done.report, told)
                        .await?;
                images.extend(got);
            }
        }
        let name = format!("Import {}", imported.name);
        let source = settings.source.clone().unwrap_or_else(|| format!("import {}", imported.name));
        let mut edit = self.edit(&name, &source).await?;
        let existing = Existing::read(edit.connection()).await?;
        let targets = existing.targets(&imported.products, &mut done.report);
        drop(existing);
        let mut next = next_product(&mut edit).await?;
        let total = imported.products.len() as u64;
        let mut batch = Batch::default();
        for (n, products) in imported.products.chunks(BATCH).enumerate() {
            let targets = &targets[n * BATCH..n * BATCH + products.len()];
            let ids: HashSet<i64> = targets
                .iter()
                .filter_map(|t| match t {
                    Target::Change { id, .. } => Some(*id),
                    _ => None,
                })
                .collect();
            let ids: Vec<i64> = ids.into_iter().collect();
            let mut there =
                if ids.is_empty() { HashMap::new() } else { now(edit.connection(), &ids).await? };
            for (product, target) in products.iter().zip(targets) {
                match target {
                    Target::Skip => {}
                    Target::New => {
                        add(&mut batch, next, product, &images, &mut done)?;
                        next += 1;
                    }
                    Target::Change { id, fields } => {
                        let Some(there) = there.get_mut(id) else { continue };
                        let changed =
                            change(&mut batch, *id, *fields, there, product, &images, &mut done);
                        match changed {
                            Ok(true) => done.updated += 1,
                            Ok(false) => done.unchanged += 1,
                            Err(text) => done.report.skip(product.line, text),
                        }
                    }
                }
            }
            let at = edit.at();
            batch.write(edit.connection(), at).await?;
            progress(Stage::Products, (n * BATCH + products.len()) as u64, total);
        }
        done.applied = !settings.dry_run && (settings.partial || done.report.skips() == 0);
        if done.applied {
            edit.commit().await?;
        }
        Ok(done)
    }

    /// Pictures to be fetched. Those that came from the net before and are still there go to `images`.
    async fn wanted(
        &self,
        imported: &Imported,
        images: &mut HashMap<String, Kept>,
    ) -> Result<Wanted, CatalogError> {
        let mut connection = self.readers().acquire().await?;
        let known = pictures(&mut connection).await?;
        let existing = Existing::read(&mut connection).await?;
        drop(connection);
        let mut report = Report::default();
        let targets = existing.targets(&imported.products, &mut report);
        let mut seen = HashSet::new();
        let mut sources = Vec::new();
        for (product, target) in imported.products.iter().zip(targets) {
            if target == Target::Skip {
                continue;
            }
            for image in &product.images {
                if !seen.insert(image.as_str()) {
                    continue;
                }
                match known.get(image) {
                    Some(kept)
                        if fetch::is_web(image)
                            && self.picture_file(&kept.hash, false).is_file() =>
                    {
                        images.insert(image.clone(), kept.clone());
                    }
                    _ => sources.push((product.line, image.clone())),
                }
            }
        }
        Ok(Wanted { sources, conflicts: report.skips() > 0 })
    }
}

struct Wanted {
    sources: Vec<(u64, String)>,
    /// Products will be skipped.
    conflicts: bool,
}

/// The number the next product gets. The edit holds the only writer, so nobody takes it meanwhile.
async fn next_product(edit: &mut Edit) -> Result<i64, CatalogError> {
    let last: Option<i64> =
        sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'product'")
            .fetch_optional(edit.connection())
            .await?;
    Ok(last.unwrap_or(0) + 1)
}

fn add(
    batch: &mut Batch,
    id: i64,
    product: &ImportedProduct,
    images: &HashMap<String, Kept>,
    done: &mut ImportReport,
) -> Result<(), CatalogError> {
    batch.add_product(id, &product.product.fields)?;
    for (position, variant) in product.product.variants.iter().enumerate() {
        batch.add_variant(id, position as i64, variant)?;
    }
    let mut has = HashSet::new();
    let mut position = 0;
    for (source, kept) in product.images.iter().filter_map(|i| Some((i, images.get(i)?))) {
        if has.insert(kept.hash.as_str()) {
            batch.add_picture(id, position, kept, source);
            position += 1;
            done.pictures += 1;
        }
    }
    done.added += 1;
    Ok(())
}

/// Puts what is different into the batch; whether anything is. `there` follows.
fn change(
    batch: &mut Batch,
    id: i64,
    fields: bool,
    there: &mut Now,
    product: &ImportedProduct,
    images: &HashMap<String, Kept>,
    done: &mut ImportReport,
) -> Result<bool, String> {
    let (new, given) = (&product.product.fields, product.given);
    let priced = [Field::Price, Field::CompareAt, Field::Cost].into_iter().any(|f| given.has(f));
    if !given.has(Field::Currency) && there.currency != new.currency.code() && priced {
        return Err(format!(
            "the product {id} of the catalogue is in {} and the file's prices would be taken as {}; say that the file is in {0}",
            there.currency,
            new.currency.code()
        ));
    }
    let inside = |e: CatalogError| e.to_string();
    let mut changed = false;
    if fields {
        let merged = merged(there, new, given).map_err(inside)?;
        if differs(there, &merged).map_err(inside)? {
            batch.change_product(id, &merged).map_err(inside)?;
            changed = true;
        }
    }
    let mut free: Vec<bool> = vec![true; there.variants.len()];
    let matches = matched(there, &product.product.variants, given, &mut free);
    let mut last = there.variants.iter().map(|v| v.1).max().unwrap_or(-1);
    for (variant, at) in product.product.variants.iter().zip(matches) {
        match at {
            Some(at) => {
                let (variant_id, _, was) = &there.variants[at];
                let merged = merged_variant(was, variant, given);
                if merged != *was {
                    batch.change_variant(*variant_id, was, &merged).map_err(inside)?;
                    there.variants[at].2 = merged;
                    changed = true;
                }
            }
            None => {
                last += 1;
                batch.add_variant(id, last, variant).map_err(inside)?;
                changed = true;
            }
        }
    }
    for (source, kept) in product.images.iter().filter_map(|i| Some((i, images.get(i)?))) {
        if there.pictures.insert(kept.hash.clone()) {
            there.last_picture += 1;
            batch.add_picture(id, there.last_picture, kept, source);
            done.pictures += 1;
            changed = true;
        }
    }
    Ok(changed)
}

/// Which variant that is there each variant of the file is: by SKU, then by its choices, then as the
/// only one on both sides.
fn matched(
    there: &Now,
    variants: &[NewVariant],
    given: Given,
    free: &mut [bool],
) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; variants.len()];
    for (variant, found) in variants.iter().zip(&mut found) {
        let Some(sku) = &variant.sku else { continue };
        *found = there.variants.iter().position(|(_, _, v)| v.sku.as_ref() == Some(sku));
        if let Some(at) = *found {
            free[at] = false;
        }
    }
    for (variant, found) in variants.iter().zip(&mut found).filter(|(_, f)| f.is_none()) {
        let same = |(at, (_, _, v)): &(usize, &(i64, i64, NewVariant))| {
            free[*at] && v.options == variant.options
        };
        let by_choice = there.variants.iter().enumerate().find(same).map(|(at, _)| at);
        let only = there.variants.len() == 1
            && variants.len() == 1
            && free[0]
            && !given.has(Field::Choice);
        *found = by_choice.or(only.then_some(0));
        if let Some(at) = *found {
            free[at] = false;
        }
    }
    found
}

fn merged(there: &Now, new: &ProductFields, given: Given) -> Result<ProductFields, CatalogError> {
    let text = |field, new: &String, old: &String| {
        if given.has(field) { new.clone() } else { old.clone() }
    };
    let tags =
        if given.has(Field::Tags) { new.tags.clone() } else { crate::catalog::texts(&there.tags) };
    Ok(ProductFields {
        handle: new
            .handle
            .clone()
            .filter(|_| given.has(Field::Handle))
            .or_else(|| there.handle.clone()),
        title: if new.title.is_empty() {
            there.title.clone()
        } else {
            text(Field::Title, &new.title, &there.title)
        },
        description: text(Field::Description, &new.description, &there.description),
        brand: text(Field::Brand, &new.brand, &there.brand),
        category: text(Field::Category, &new.category, &there.category),
        link: if given.has(Field::Link) { new.link.clone() } else { there.link.clone() },
        currency: if given.has(Field::Currency) {
            new.currency
        } else {
            currency(&there.currency)?
        },
        tags,
        notes: String::new(),
    })
}

fn differs(there: &Now, f: &ProductFields) -> Result<bool, CatalogError> {
    Ok(there.archived
        || there.handle != f.handle
        || there.title != f.title
        || there.description != f.description
        || there.brand != f.brand
        || there.category != f.category
        || there.link != f.link
        || there.currency != f.currency.code()
        || there.tags != json(&f.tags)?)
}

fn merged_variant(was: &NewVariant, new: &NewVariant, given: Given) -> NewVariant {
    let amount = |field, new, old| if given.has(field) { new } else { old };
    let kept = |field, new: &Option<String>, old: &Option<String>| {
        if given.has(field) { new.clone() } else { old.clone() }
    };
    NewVariant {
        options: if given.has(Field::Choice) { new.options.clone() } else { was.options.clone() },
        // A shop that has none for a variant does not take away the seller's own.
        sku: new.sku.clone().or_else(|| was.sku.clone()),
        barcode: kept(Field::Barcode, &new.barcode, &was.barcode),
        price: amount(Field::Price, new.price, was.price),
        compare_at: amount(Field::CompareAt, new.compare_at, was.compare_at),
        cost: amount(Field::Cost, new.cost, was.cost),
        stock: amount(Field::Stock, new.stock, was.stock),
    }
}
