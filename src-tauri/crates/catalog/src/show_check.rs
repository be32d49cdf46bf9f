//! What a seller should look at before a show: prices, pictures, links, codes, stock and time.

mod crossed_out;

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::catalog::{Catalog, now};
use crate::error::CatalogError;
use crate::item::{ItemId, ItemKind, Promo};
use crate::product::VariantId;
use crate::rundown::{Entry, Rundown};
use crate::show::{ShowId, ShowState};

/// Longest link whose QR code keeps four pixels a module at 720p.
pub const LONGEST_LINK: usize = 84;
/// Longer titles are cut on a card.
pub const LONGEST_TITLE: usize = 90;

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The show would go wrong.
    Error,
    /// Look at it.
    Warning,
    /// Good to know.
    Note,
}

/// Something the check found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The item; `None`: the whole show.
    pub item: Option<ItemId>,
    /// What it is, for programs: `no-price`, `sold-out` …
    pub code: &'static str,
    /// What it is, in a sentence.
    pub text: String,
    /// What to do.
    pub remedy: &'static str,
}

/// Findings while they are gathered.
struct Findings(Vec<Finding>);

impl Findings {
    fn show(&mut self, severity: Severity, code: &'static str, text: String, remedy: &'static str) {
        self.0.push(Finding { severity, item: None, code, text, remedy });
    }

    fn item(
        &mut self,
        entry: &Entry,
        severity: Severity,
        code: &'static str,
        text: &str,
        remedy: &'static str,
    ) {
        let title: String = entry.title().chars().take(60).collect();
        let text = format!("item {} “{title}” {text}", entry.item.position + 1);
        self.0.push(Finding { severity, item: Some(entry.item.id), code, text, remedy });
    }
}

impl Catalog {
    /// Everything a seller should look at before a show, the gravest first, then in the order of the show.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is no such show.
    pub async fn check_show(&self, id: ShowId) -> Result<Vec<Finding>, CatalogError> {
        let rundown = self.rundown(id).await?;
        let mut findings = Findings(Vec::new());
        whole_show(&rundown, &mut findings);
        for entry in &rundown.entries {
            title(entry, &mut findings);
            if entry.product.is_some() {
                self.pictures_of(entry, &mut findings);
                link(entry, &mut findings);
                price(entry, &mut findings);
                self.crossed_out(&rundown, entry, &mut findings).await?;
            }
            promo(&rundown, entry, &mut findings);
        }
        codes(&rundown, &mut findings);
        self.pieces(&rundown, &mut findings).await?;
        let mut found = findings.0;
        // Stable: within a severity the show's order stays.
        found.sort_by_key(|f| f.severity);
        Ok(found)
    }

    fn pictures_of(&self, entry: &Entry, findings: &mut Findings) {
        let Some(product) = &entry.product else { return };
        if product.archived {
            findings.item(
                entry,
                Severity::Warning,
                "archived",
                "shows a product that was removed from the catalogue",
                "take another product, or import it again",
            );
        }
        match product.pictures.first() {
            None => findings.item(
                entry,
                Severity::Warning,
                "no-picture",
                "has no picture",
                "add one to the product",
            ),
            Some(hash) if !self.picture_file(hash, false).is_file() => {
                findings.item(
                    entry,
                    Severity::Error,
                    "picture-gone",
                    "has a picture whose file is gone",
                    "add the picture again",
                );
            }
            Some(_) => {}
        }
    }

    /// Whether there is something to sell, over the whole show.
    async fn pieces(&self, rundown: &Rundown, findings: &mut Findings) -> Result<(), CatalogError> {
        let mut free: HashMap<VariantId, Option<i64>> = HashMap::new();
        let mut lots: HashMap<VariantId, i64> = HashMap::new();
        for entry in &rundown.entries {
            if entry.item.fields.kind == ItemKind::Talk {
                continue;
            }
            let mut gone = Vec::new();
            let mut there = 0_usize;
            for variant in entry.offered() {
                let left = match free.get(&variant.id) {
                    Some(left) => *left,
                    None => {
                        let left = self.stock(variant.id).await?.free();
                        free.insert(variant.id, left);
                        left
                    }
                };
                if left == Some(0) { gone.push(variant.fields.label()) } else { there += 1 }
            }
            if there == 0 {
                findings.item(
                    entry,
                    Severity::Error,
                    "sold-out",
                    "has nothing left to sell",
                    "correct the stock, or take the item out",
                );
            } else if !gone.is_empty() {
                let text = format!("is sold out in {}", gone.join(", "));
                findings.item(
                    entry,
                    Severity::Warning,
                    "variant-sold-out",
                    &text,
                    "correct the stock, or say it in the show",
                );
            }
            let mut offered = entry.offered();
            if let (ItemKind::Auction, Some(only), None) =
                (entry.item.fields.kind, offered.next(), offered.next())
            {
                let wanted = lots.entry(only.id).or_default();
                *wanted += entry.item.fields.lots;
                let left = free.get(&only.id).copied().flatten();
                // Said once, where it begins.
                let crossed = left
                    .is_some_and(|n| n > 0 && *wanted > n && *wanted - entry.item.fields.lots <= n);
                if crossed {
                    let text = format!(
                        "is auctioned in more lots than the {} pieces there are",
                        left.unwrap_or(0)
                    );
                    findings.item(
                        entry,
                        Severity::Warning,
                        "too-few-pieces",
                        &text,
                        "take fewer lots, or correct the stock",
                    );
                }
            }
        }
        Ok(())
    }
}

fn whole_show(rundown: &Rundown, findings: &mut Findings) {
    let fields = &rundown.show.fields;
    if rundown.entries.is_empty() {
        findings.show(
            Severity::Error,
            "no-items",
            "the show has no items".to_owned(),
            "add some with `vitrine-cli show add`",
        );
    }
    let minutes = rundown.minutes();
    if let Some(slot) = fields.slot_minutes.filter(|slot| minutes > *slot) {
        let text = format!("the items take {minutes} minutes, but the slot has {slot}");
        findings.show(
            Severity::Warning,
            "over-slot",
            text,
            "shorten some items, or lengthen the slot",
        );
    }
    if rundown.show.state == ShowState::Planned && fields.planned_start.is_some_and(|at| at < now())
    {
        let text = "the planned start is over".to_owned();
        findings.show(Severity::Warning, "start-over", text, "set a new start");
    }
    let mut currencies = BTreeMap::new();
    for entry in &rundown.entries {
        if let Some(product) = &entry.product {
            *currencies.entry(product.fields.currency.code()).or_insert(0) += 1;
        }
    }
    if currencies.len() > 1 {
        let names: Vec<&str> = currencies.into_keys().collect();
        let text = format!("the items have prices in {}", names.join(" and "));
        findings.show(
            Severity::Warning,
            "mixed-currencies",
            text,
            "give all products of a show one currency",
        );
    }
    for entry in &rundown.entries {
        let Some(scene) = &entry.item.fields.scene else { continue };
        if !fields.scenes.is_empty() && !fields.scenes.contains(scene) {
            let text = format!("wants the scene “{scene}”, which the show does not have");
            findings.item(
                entry,
                Severity::Warning,
                "unknown-scene",
                &text,
                "choose one of the show's scenes",
            );
        }
    }
}

fn title(entry: &Entry, findings: &mut Findings) {
    let length = entry.title().chars().count();
    if length == 0 {
        findings.item(entry, Severity::Warning, "no-title", "has no title", "say what it is about");
    }
    if length > LONGEST_TITLE {
        let text = format!("has a title of {length} characters, too long for its card");
        findings.item(
            entry,
            Severity::Warning,
            "title-too-long",
            &text,
            "give the item a title of its own, of up to 90 characters",
        );
    }
}

fn link(entry: &Entry, findings: &mut Findings) {
    let Some(link) = entry.product.as_ref().map(|p| p.fields.link.as_deref()) else { return };
    let Some(link) = link else {
        findings.item(
            entry,
            Severity::Note,
            "no-link",
            "has no link, so no QR code is shown",
            "add the link to the product",
        );
        return;
    };
    if let Some(why) = broken(link) {
        findings.item(
            entry,
            Severity::Error,
            "broken-link",
            why,
            "copy the link from the shop again",
        );
    } else if link.chars().count() > LONGEST_LINK {
        let text =
            format!("has a link of {} characters, too long for a QR code", link.chars().count());
        findings.item(
            entry,
            Severity::Warning,
            "link-too-long",
            &text,
            "use a short link of up to 84 characters",
        );
    }
}

/// What is wrong with the form of a link; nobody is asked whether it is there.
fn broken(link: &str) -> Option<&'static str> {
    if link.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("has a link with a space in it");
    }
    let Ok(url) = url::Url::parse(link) else { return Some("has a link that is no web address") };
    if !matches!(url.scheme(), "http" | "https") {
        return Some("has a link that is no web address");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some("has a link with a password in it");
    }
    match url.host() {
        Some(url::Host::Domain(host))
            if host.trim_end_matches('.').contains('.')
                && !matches!(host, "example.com" | "www.example.com") =>
        {
            None
        }
        Some(url::Host::Domain(_)) | None => Some("has a link that leads to no shop"),
        Some(_) => Some("has a link to a number instead of a shop's name"),
    }
}

fn price(entry: &Entry, findings: &mut Findings) {
    let sells = matches!(entry.item.fields.kind, ItemKind::Offer | ItemKind::FlashSale);
    match entry.price() {
        None if sells => {
            findings.item(
                entry,
                Severity::Error,
                "no-price",
                "has no price",
                "set a show price, or the product's",
            );
        }
        None if entry.item.fields.kind == ItemKind::Auction => {
            findings.item(
                entry,
                Severity::Warning,
                "no-start-price",
                "has no start price",
                "set where the bids begin",
            );
        }
        Some(price) if sells && price.minor == 0 => {
            findings.item(
                entry,
                Severity::Warning,
                "price-zero",
                "costs nothing",
                "set a price, or make it a giveaway",
            );
        }
        _ => {}
    }
    let unpriced = entry.offered().filter(|v| v.fields.price.is_none()).count();
    if sells && entry.item.fields.price.is_none() && entry.price().is_some() && unpriced > 0 {
        findings.item(
            entry,
            Severity::Warning,
            "variant-no-price",
            "has variants without a price",
            "set their prices, or a show price",
        );
    }
}

fn promo(rundown: &Rundown, entry: &Entry, findings: &mut Findings) {
    let Some(promo) = &entry.item.fields.promo else { return };
    let start = rundown.show.fields.planned_start.unwrap_or_else(now);
    let shown = start.saturating_add(entry.starts * 60_000);
    if promo.ends.is_some_and(|ends| ends <= shown) {
        let text =
            format!("has the promo code {}, which is over before the item begins", promo.code);
        findings.item(
            entry,
            Severity::Error,
            "promo-over",
            &text,
            "set a later end, or take the code out",
        );
    }
    if let (Some(amount), Some(price)) = (promo.amount, entry.price())
        && amount > price.minor
    {
        let text =
            format!("has the promo code {}, which takes off more than the price", promo.code);
        findings.item(entry, Severity::Error, "promo-above-price", &text, "lower the amount");
    }
}

/// Promo codes that mean two things, and codes that could be taken for one another.
fn codes(rundown: &Rundown, findings: &mut Findings) {
    let mut known: HashMap<String, &Promo> = HashMap::new();
    for entry in &rundown.entries {
        let Some(promo) = &entry.item.fields.promo else { continue };
        let terms = |p: &Promo| (p.percent, p.amount, p.ends);
        match known.get(&promo.code.to_uppercase()) {
            Some(other) if terms(other) != terms(promo) => {
                let text = format!(
                    "has the promo code {}, which gives something else in an item before",
                    promo.code
                );
                findings.item(
                    entry,
                    Severity::Warning,
                    "promo-twice",
                    &text,
                    "give each reduction a code of its own",
                );
            }
            Some(_) => {}
            None => {
                known.insert(promo.code.to_uppercase(), promo);
            }
        }
    }
    for entry in &rundown.entries {
        let Some(code) = &entry.item.fields.claim_code else { continue };
        if known.contains_key(&code.to_uppercase()) {
            let text = format!("has the claim code {code}, which is also a promo code of the show");
            findings.item(
                entry,
                Severity::Warning,
                "code-twice",
                &text,
                "choose another claim code",
            );
        }
    }
}
