//! A product from the catalogue: an entry of a show's rundown as viewers see it.

use std::sync::Arc;

use vitrine_catalog::item::{ItemId, ItemKind};
use vitrine_catalog::product::VariantId;
use vitrine_catalog::rundown::Entry;
use vitrine_catalog::show_check::Finding;
use vitrine_graphics::Price;
use vitrine_media::Picture;

use super::{MAX_CODE, MAX_TITLE, Product, VariantLeft, readable_link};
use crate::error::StudioError;

/// What the rundown does not say of an entry.
pub struct EntryFacts<'a> {
    /// The product's first picture, loaded.
    pub image: Option<Arc<Picture>>,
    /// Pieces of a variant that nobody has claimed; `None`: they are not counted. Below zero counts
    /// as none.
    pub free: &'a dyn Fn(VariantId) -> Option<i64>,
    /// Whether a crossed-out price may be shown: see [`may_cross_out`].
    pub may_cross_out: bool,
    /// Now, milliseconds since 1970 UTC: a promo code that is over is not shown.
    pub now: i64,
}

/// Whether an item's crossed-out price may be shown: it is the lowest of the thirty days before, or
/// the seller has confirmed it. `findings` are those of [`check_show`](vitrine_catalog::Catalog::check_show).
pub fn may_cross_out(findings: &[Finding], item: ItemId) -> bool {
    !findings.iter().any(|f| f.item == Some(item) && f.code.starts_with("crossed-out"))
}

impl Product {
    /// What viewers see of an entry, and a sentence for each thing that had to be left out. Pure.
    ///
    /// Too long a title is cut. The price is the show's or the lowest of the offered variants (then
    /// [`Product::is_from`] may be set); an auction has where bids begin. What is given away or not
    /// priced yet (an auction without a start price) counts as 0.
    ///
    /// # Errors
    /// If the entry shows no product, or sells one that has no price.
    pub fn from_entry(
        entry: &Entry,
        facts: &EntryFacts<'_>,
    ) -> Result<(Self, Vec<String>), StudioError> {
        let mut left_out = Vec::new();
        let fields = &entry.item.fields;
        let number = entry.item.position + 1;
        let Some(product) = &entry.product else {
            return Err(StudioError::input(
                "item-no-product",
                format!("item {number} shows no product"),
            )
            .remedy("name one, or show only a scene"));
        };
        let title: String = match entry.title().trim() {
            "" => product.fields.title.trim(),
            title => title,
        }
        .chars()
        .take(MAX_TITLE)
        .collect();
        let sells = matches!(fields.kind, ItemKind::Offer | ItemKind::FlashSale);
        let minor = match entry.price() {
            Some(money) => money.minor,
            None if sells => {
                let what = format!("item {number} “{}” has no price", short(&title));
                return Err(StudioError::input("product-price", what)
                    .remedy("set a show price, or the product's"));
            }
            None => 0,
        };
        let price = Price::from_minor(minor, product.fields.currency)
            .map_err(|e| StudioError::input("product-price", format!("item {number}: {e}")))?;
        let compare_at = entry
            .compare_at()
            .and_then(|money| Price::from_minor(money.minor, money.currency).ok())
            .filter(|before| before.minor > price.minor);
        if compare_at.is_some() && !facts.may_cross_out {
            left_out.push(format!(
                "item {number} “{}” is shown without its crossed-out price, which is not the lowest of 30 days and not confirmed",
                short(&title)
            ));
        }
        let compare_at = compare_at.filter(|_| facts.may_cross_out);
        let promo_code = fields
            .promo
            .as_ref()
            .filter(|p| p.ends.is_none_or(|ends| ends > facts.now))
            .map(|p| p.code.trim().chars().take(MAX_CODE).collect::<String>())
            .filter(|code| !code.is_empty());
        let link = product.fields.link.clone().filter(|link| match readable_link(link) {
            Ok(()) => true,
            Err(e) => {
                left_out.push(format!(
                    "item {number} “{}” is shown without its QR code: {e}",
                    short(&title)
                ));
                false
            }
        });

        let left = |id| (facts.free)(id).map(|n| u32::try_from(n.max(0)).unwrap_or(u32::MAX));
        let mut offered = entry.offered().peekable();
        let has_any = offered.peek().is_some();
        let mut stock = has_any.then_some(0_u32);
        let mut variants = Vec::new();
        for variant in offered {
            let pieces = left(variant.id);
            // One variant that is not counted makes the whole uncounted.
            stock = stock.zip(pieces).map(|(sum, n)| sum.saturating_add(n));
            let name = variant.fields.label();
            if !name.is_empty() {
                variants.push(VariantLeft { name, left: pieces });
            }
        }
        let is_from = entry.is_from();
        let mut made = Self {
            title,
            price,
            is_from,
            compare_at,
            promo_code,
            link,
            image: facts.image.clone(),
            badge: None,
            stock,
            variants,
        };
        made.badge = made.percent_off().map(|percent| format!("\u{2212}{percent}\u{202f}%"));
        Ok((made, left_out))
    }
}

fn short(title: &str) -> String {
    title.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_catalog::item::{Item, NewItem, Promo};
    use vitrine_catalog::product::{
        NewVariant, Product as Kept, ProductFields, ProductId, Variant,
    };
    use vitrine_catalog::show::ShowId;
    use vitrine_catalog::show_check::Severity;
    use vitrine_graphics::Currency;

    fn variant(id: i64, size: &str, price: i64) -> Variant {
        let options =
            if size.is_empty() { vec![] } else { vec![("Size".to_owned(), size.to_owned())] };
        let compare_at = Some(3990);
        let fields =
            NewVariant { options, price: Some(price), compare_at, ..NewVariant::default() };
        Variant { id: VariantId(id), fields }
    }

    fn entry(variants: Vec<Variant>) -> Entry {
        let mut fields = ProductFields::new("A kettle", Currency::EUR);
        fields.link = Some("https://shop.example/kettle".to_owned());
        let product = Kept {
            id: ProductId(1),
            fields,
            variants,
            pictures: vec![],
            updated_at: 0,
            archived: false,
        };
        let mut item = NewItem::offer(product.id);
        item.promo = Some(Promo { code: "LIVE15".into(), ends: Some(1000), ..Promo::default() });
        let item = Item { id: ItemId(7), show: ShowId(1), position: 2, fields: item };
        Entry { item, product: Some(product), starts: 0 }
    }

    fn made(
        entry: &Entry,
        free: &dyn Fn(VariantId) -> Option<i64>,
        may_cross_out: bool,
        now: i64,
    ) -> Result<(Product, Vec<String>), StudioError> {
        Product::from_entry(entry, &EntryFacts { image: None, free, may_cross_out, now })
    }

    #[test]
    fn what_the_catalogue_says_is_shown() {
        let entry = entry(vec![variant(1, "S", 2490), variant(2, "M", 2990)]);
        let free = |id: VariantId| Some(if id.0 == 1 { -3 } else { 5 });
        let (product, left_out) = made(&entry, &free, true, 999).expect("a product");
        assert!(left_out.is_empty());
        assert_eq!((product.price.minor, product.is_from), (2490, true));
        assert_eq!(product.compare_at.map(|p| p.minor), Some(3990));
        assert_eq!(product.badge.as_deref(), Some("\u{2212}37\u{202f}%"));
        assert_eq!(product.promo_code.as_deref(), Some("LIVE15"));
        assert_eq!(product.stock, Some(5));
        let left: Vec<_> = product.variants.iter().map(|v| (v.name.as_str(), v.left)).collect();
        assert_eq!(left, [("S", Some(0)), ("M", Some(5))]);
        // One that is not counted makes the whole uncounted.
        let some = |id: VariantId| (id.0 == 1).then_some(4);
        assert_eq!(made(&entry, &some, true, 0).expect("a product").0.stock, None);
    }

    #[test]
    fn what_may_not_be_shown_is_not() {
        let mut entry = entry(vec![variant(1, "", 2490)]);
        let free = |_| Some(1);
        let (product, left_out) = made(&entry, &free, false, 1000).expect("a product");
        assert_eq!((product.compare_at, product.badge), (None, None));
        assert_eq!(product.promo_code, None, "it is over");
        assert!(product.variants.is_empty() && !product.is_from);
        assert!(left_out.len() == 1 && left_out[0].contains("crossed-out"), "{left_out:?}");

        let kept = entry.product.as_mut().expect("a product");
        kept.fields.link = Some(format!("https://shop.example/{}", "a".repeat(90)));
        kept.variants[0].fields.compare_at = Some(2490);
        let (product, left_out) = made(&entry, &free, true, 0).expect("a product");
        assert_eq!((product.link, product.compare_at), (None, None));
        assert!(left_out.len() == 1 && left_out[0].contains("QR code"), "{left_out:?}");
    }

    #[test]
    fn extremes_and_what_is_missing() {
        let free = |_| None;
        for price in [0, 9_999_999_999] {
            let entry = entry(vec![variant(1, "", price)]);
            let (product, _) = made(&entry, &free, true, 0).expect("a product");
            assert_eq!(product.price.minor, price);
        }
        let mut nameless = entry(vec![variant(1, "", 100)]);
        nameless.item.fields.title = "x".repeat(5000);
        let (product, _) = made(&nameless, &free, true, 0).expect("a product");
        assert_eq!(product.title.chars().count(), MAX_TITLE);
        nameless.product.as_mut().expect("a product").variants[0].fields.price = None;
        let e = made(&nameless, &free, true, 0).expect_err("no price");
        assert_eq!(e.code, "product-price");
        nameless.item.fields.kind = ItemKind::Auction;
        assert_eq!(made(&nameless, &free, true, 0).expect("a product").0.price.minor, 0);
        nameless.product = None;
        let e = made(&nameless, &free, true, 0).expect_err("no product");
        assert_eq!(e.code, "item-no-product");
    }

    #[test]
    fn crossing_out_asks_the_check() {
        let finding = |item, code| Finding {
            severity: Severity::Warning,
            item: Some(ItemId(item)),
            code,
            text: String::new(),
            remedy: "",
        };
        let findings = [finding(1, "crossed-out-above-low"), finding(2, "no-link")];
        assert!(!may_cross_out(&findings, ItemId(1)));
        assert!(may_cross_out(&findings, ItemId(2)) && may_cross_out(&[], ItemId(3)));
    }
}
