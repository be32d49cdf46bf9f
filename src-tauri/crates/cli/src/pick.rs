//! Products, variants and items as a seller names them.

use vitrine_studio::catalog::{Item, Money, Product, ProductId, ShowId, VariantId, money};
use vitrine_studio::{Store, StudioError};

/// The product of a number, a SKU, or words that find exactly one.
pub fn product(store: &Store, text: &str) -> Result<Product, StudioError> {
    let catalog = store.catalog();
    if let Some((id, _)) = store.wait(catalog.by_sku(text))? {
        return store.wait(catalog.product(id));
    }
    if let Ok(id) = text.parse() {
        return store.wait(catalog.product(ProductId(id)));
    }
    let found = store.wait(catalog.search(text, 6))?;
    match found.as_slice() {
        [one] => store.wait(catalog.product(*one)),
        [] => Err(StudioError::input("product", format!("no product is found by “{text}”"))
            .remedy("`vitrine-cli catalog search` finds by the beginnings of words")),
        several => {
            let mut titles = Vec::new();
            for id in several.iter().take(5) {
                let product = store.wait(catalog.product(*id))?;
                // One whose title is exactly what was typed is meant.
                if product.fields.title.eq_ignore_ascii_case(text) {
                    return Ok(product);
                }
                titles.push(format!("{id} {}", product.fields.title));
            }
            let more = if several.len() > 5 { " and more" } else { "" };
            let what = format!("“{text}” finds several products: {}{more}", titles.join("; "));
            Err(StudioError::input("product", what).remedy("use the number in front, or a SKU"))
        }
    }
}

/// The variant of a SKU, or the only one of a product.
pub fn variant(store: &Store, text: &str) -> Result<(Product, VariantId), StudioError> {
    let catalog = store.catalog();
    if let Some((id, variant)) = store.wait(catalog.by_sku(text))? {
        return Ok((store.wait(catalog.product(id))?, variant));
    }
    let product = product(store, text)?;
    match product.variants.as_slice() {
        [one] => {
            let id = one.id;
            Ok((product, id))
        }
        _ => {
            let what = format!("“{}” has several variants", product.fields.title);
            Err(StudioError::input("variant", what)
                .remedy("name one by its SKU; `vitrine-cli catalog show` lists them"))
        }
    }
}

/// The item of a claim code, or of `#PLACE` counted from 1.
pub fn item(store: &Store, show: ShowId, text: &str) -> Result<Item, StudioError> {
    store.wait(store.catalog().show(show))?;
    let items = store.wait(store.catalog().items(show))?;
    let place = text.strip_prefix('#').and_then(|p| p.parse::<usize>().ok());
    let found = items.into_iter().enumerate().find(|(n, item)| match place {
        Some(place) => n + 1 == place,
        None => {
            item.fields.claim_code.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(text.trim()))
        }
    });
    found.map(|(_, item)| item).ok_or_else(|| {
        StudioError::input("item", format!("show {show} has no item “{text}”")).remedy(format!(
            "use a claim code or #PLACE; `vitrine-cli show list {show}` lists them"
        ))
    })
}

/// An amount as people write it, in a product's currency.
pub fn amount(text: &str, of: &Product) -> Result<i64, StudioError> {
    Money::parse(text, of.fields.currency, None).map(|m| m.minor).map_err(|e| match e {
        money::MoneyError::Ambiguous(_) => StudioError::input("price", format!("the price {e}"))
            .remedy("write two decimals, such as 1234.00"),
        e => StudioError::input("price", format!("the price {e}")),
    })
}
