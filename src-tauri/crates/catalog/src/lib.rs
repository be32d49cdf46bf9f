//! The catalogue and the shows in one SQLite file that a seller can trust: products, variants,
//! pictures, price history, shows, items, claims and sales; import, export, search, undo, backups.
//! The only crate that knows SQL.
//!
//! | file | what |
//! |---|---|
//! | [`catalog`] | [`Catalog`]: opening (check, migrate, restore), one writer, many readers, backups |
//! | [`edit`] | [`Edit`]: one change as a seller sees it, whole or not at all, that can be undone |
//! | [`undo`] | undo and redo, over restarts |
//! | [`money`] | [`Money`]: minor units and a currency; amounts as people write them |
//! | [`product`] | [`Product`], [`Variant`]: reading and changing |
//! | [`price`] | price history and the lowest price of 30 days |
//! | [`show`] | [`Show`]: planned, rehearsed, live, ended |
//! | [`item`] | [`Item`]: a product's place in a show |
//! | [`rundown`] | a show with its items, products, times and prices, read together |
//! | [`ledger`] | claims and sales as events; stock, waitlist and totals from them |
//! | [`run`] | a show on air: where it is, kept as it changes, to go on after the program died; its log |
//! | [`show_check`] | what a seller should look at before a show |
//! | [`code`] | claim codes: what viewers type |
//! | [`destination`] | where shows may go; never with a key |
//! | [`export`] | tables for shops, a show for another machine, a description with chapters, a run sheet |
//! | [`share`] | a show with its pictures as one file |
//! | [`setting`] | plain settings by name |
//! | [`search`] | as-you-type search, forgiving accents, letter forms and typos |
//! | [`import`] | products from a shop's files: Shopify, WooCommerce, Google, Whatnot, tables, JSON |
//! | [`picture`] | pictures by their content, in a folder beside the database |
//! | [`error`] | [`CatalogError`] |
//!
//! All methods that touch the file are `async` (tokio) and may be called from any task; reads never
//! wait for writes.

pub mod catalog;
pub mod code;
pub mod destination;
pub mod edit;
pub mod error;
pub mod export;
pub mod import;
pub mod item;
pub mod ledger;
pub mod money;
pub mod picture;
pub mod price;
pub mod product;
pub mod run;
pub mod rundown;
pub mod search;
pub mod setting;
pub mod share;
pub mod show;
pub mod show_check;
pub mod undo;

pub use catalog::{Catalog, Opened};
pub use edit::Edit;
pub use error::CatalogError;
pub use item::{Item, ItemId, ItemKind, NewItem, Promo};
pub use money::Money;
pub use picture::Picture;
pub use product::{NewProduct, NewVariant, Product, ProductFields, ProductId, Variant, VariantId};
pub use show::{Show, ShowFields, ShowId, ShowState};
