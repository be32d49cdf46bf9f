//! Theme templates and product data become pictures.
//!
//! | file | what |
//! |---|---|
//! | [`theme`] | [`Theme`]: draws its elements, keeps what can be drawn twice; `theme/folder` loads, `theme/style` fills styles |
//! | [`slots`] | [`Element`], [`Slots`] (data in), [`Drawn`] (picture and place out) |
//! | `manifest` | `theme.toml` as read |
//! | `template` | an SVG with boxes for slots, drawn by resvg, closed to disk and network |
//! | `shadow` | soft shadows, worked out small |
//! | `drawing` | one element: boxes, folds, place; `drawing/paint` puts slots onto pixels |
//! | `folding` | empty bands taken out of a drawing |
//! | `text` | text into a box: wraps, shrinks, cuts (parley); `text/clean` makes it safe |
//! | `glyphs` | outlines, coloured emoji and the box for a missing character |
//! | [`fonts`] | [`Fonts`]: bundled faces, the machine's own when one is missing |
//! | [`image`] | product images from strangers, within limits |
//! | `resample` | an image to the size of its slot |
//! | [`qr`] | a link as a code that survives the encoder |
//! | [`price`] | [`Price`]: minor units, parsed strictly, written per locale |
//! | [`sheet`] | every element over a host on one picture; `sheet/sample` fills it |
//! | [`brand`] | [`Brand`]: somebody's colours, fonts and logo; `theme/branding` lays them over a theme |
//! | `theme/check` | every fault of a theme that can be computed, as [`ThemeFinding`]s |
//! | `builtin` | the built-in themes' files |
//!
//! Everything is `Send + Sync`. Drawing blocks for milliseconds and reads the disk at most once,
//! when a character is missing from the bundled fonts: do it on a worker thread, never on the tick.

pub mod brand;
mod builtin;
mod drawing;
pub mod error;
mod folding;
pub mod fonts;
mod glyphs;
pub mod image;
mod manifest;
pub mod price;
pub mod qr;
mod resample;
mod shadow;
pub mod sheet;
pub mod slots;
mod template;
mod text;
pub mod theme;

pub use brand::Brand;
pub use error::GraphicsError;
pub use fonts::Fonts;
pub use image::{ImageError, decode_image, load_image};
pub use price::{Currency, Price, PriceError};
pub use slots::{Area, Direction, Drawn, Element, Slots};
pub use theme::{FindingLevel, Theme, ThemeFinding};
