//! What holds for every form: each product is checked as the catalogue will check it, a SKU or handle
//! occurs once, and what has neither gets a handle from its title, so that the next import finds it.

use std::collections::{HashMap, HashSet};

use crate::import::ImportedProduct;
use crate::import::mapping::Field;
use crate::import::report::Report;
use crate::product::NewVariant;

/// Variants of one product that are taken; no shop allows more.
const MAX_VARIANTS: usize = 2_048;
/// Pictures of one product that are taken.
const MAX_IMAGES: usize = 250;
/// Characters of a handle, brand or category.
const MAX_SHORT: usize = 500;

/// Takes out what cannot be kept, with its reason, and completes the rest.
pub(crate) fn finish(products: &mut Vec<ImportedProduct>, report: &mut Report) {
    let mut skus: HashMap<String, u64> = HashMap::new();
    let mut handles: HashSet<String> = HashSet::new();
    handles.extend(products.iter().filter_map(|p| p.product.fields.handle.clone()));
    let mut seen: HashMap<String, u64> = HashMap::new();
    products.retain_mut(|product| {
        if let Err(text) = fields(product) {
            report.skip(product.line, text);
            return false;
        }
        if let Some(handle) = &product.product.fields.handle {
            if let Some(line) = seen.get(handle) {
                let text = format!(
                    "the handle “{handle}” is on line {line} already; give each product its own"
                );
                report.skip(product.line, text);
                return false;
            }
            seen.insert(handle.clone(), product.line);
        }
        if product.product.variants.is_empty() {
            product.product.variants.push(NewVariant::default());
            product.lines = vec![product.line];
        }
        variants(product, &mut skus, report);
        if product.product.variants.is_empty() {
            return false;
        }
        if product.images.len() > MAX_IMAGES {
            report.warn(product.line, "more than 250 pictures; the first 250 are taken");
            product.images.truncate(MAX_IMAGES);
        }
        let nameless = product.product.fields.handle.is_none()
            && product.product.variants.iter().all(|v| v.sku.is_none());
        if nameless {
            let base = slug(&product.product.fields.title);
            if base.is_empty() {
                let text = "the row has no title, no SKU and no handle; give it at least one";
                report.skip(product.line, text);
                return false;
            }
            let free = (1_u32..).map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") });
            product.product.fields.handle = free.into_iter().find(|h| handles.insert(h.clone()));
            product.given = product.given.with(Field::Handle);
        }
        true
    });
}

/// Checks the product's own fields.
fn fields(product: &mut ImportedProduct) -> Result<(), String> {
    let f = &mut product.product.fields;
    let long = |text: &str| text.chars().count() > MAX_SHORT;
    f.title = f.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if f.handle.as_ref().is_some_and(|h| h.trim().is_empty()) {
        f.handle = None;
    }
    if f.handle.as_deref().is_some_and(long) || long(&f.brand) || long(&f.category) {
        return Err(
            "the handle, brand or category has more than 500 characters; shorten it".to_owned()
        );
    }
    let zero =
        [&f.title, &f.description, &f.brand, &f.category].into_iter().any(|t| t.contains('\0'));
    if zero {
        return Err("the row contains zero bytes; export the file again as text".to_owned());
    }
    if f.title.is_empty() {
        // Enough for changing what is there already.
        return Ok(());
    }
    f.check().map_err(|e| e.to_string())
}

/// Takes variants out that cannot be kept.
fn variants(product: &mut ImportedProduct, skus: &mut HashMap<String, u64>, report: &mut Report) {
    let lines = std::mem::take(&mut product.lines);
    let variants = std::mem::take(&mut product.product.variants);
    let mut options: HashSet<Vec<(String, String)>> = HashSet::new();
    for (variant, line) in variants.into_iter().zip(lines) {
        let refused = if product.product.variants.len() >= MAX_VARIANTS {
            Some("the product has more than 2,048 variants; split it".to_owned())
        } else if let Err(e) = variant.check() {
            Some(e.to_string())
        } else if let Some((sku, other)) = variant.sku.as_ref().and_then(|s| skus.get_key_value(s))
        {
            Some(format!("the SKU “{sku}” is on line {other} already; give each variant its own"))
        } else if variant.sku.is_none() && options.contains(&variant.options) {
            Some(
                "the product has a variant with these choices and no SKU already; tell them apart"
                    .to_owned(),
            )
        } else {
            None
        };
        match refused {
            Some(text) => report.skip(line, text),
            None => {
                if let Some(sku) = &variant.sku {
                    skus.insert(sku.clone(), line);
                }
                options.insert(variant.options.clone());
                product.product.variants.push(variant);
                product.lines.push(line);
            }
        }
    }
}

/// `Café Crème, 250 g` → `café-crème-250-g`.
fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(200).collect()
}
