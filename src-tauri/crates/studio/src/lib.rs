//! The product: products become cards, cards go on air, a show runs and leaves a report. The only
//! crate that knows both the engine and what is sold; everything above calls this.
//!
//! | file | what |
//! |---|---|
//! | [`studio`] | [`Studio`]: one command in, state and events out; start here |
//! | [`command`], [`event`], [`state`] | what may be asked, what is told, what may be known |
//! | [`desk`] | the state machine of a show, as a value |
//! | [`book`] | what a running show knows of its catalogue |
//! | [`setup`] | how a show goes on air: sources, canvases, destinations |
//! | [`product`] | [`Product`]: a product file, checked, with its picture |
//! | [`on_air`] | [`OnAir`]: what is on air, as a plain value |
//! | [`auction`] | [`Auction`](auction::Auction): lots, clock, bids, as a value that time is given to |
//! | [`flash_sale`] | [`FlashSale`](flash_sale::FlashSale): a price for a short time or a number of pieces |
//! | [`giveaway`] | [`Giveaway`](giveaway::Giveaway): entries and a draw that everybody can check |
//! | [`buyer`] | names of buyers: told apart, and shortened for the screen |
//! | [`money`] | amounts of the rounds |
//! | [`overlay`] | [`Overlay`]: `OnAir` + theme → scenes and pictures of every canvas |
//! | [`stage`] | the graphics worker: draws, then swaps; runs the countdown |
//! | [`live`] | [`Live`]: a show on air |
//! | [`demo`], [`sample`] | the sample show |
//! | [`claim_text`] | a viewer's comment read as a claim |
//! | [`pace`] | [`pace::Pace`]: planned against actual, and what to shorten or drop |
//! | [`scenes`] | where cameras and products are in each scene, on each canvas |
//! | [`platforms`] | what platforms lay over the picture |
//! | [`render`] | one composited picture |
//! | [`sheet`] | pictures of a show after each change, on one page |
//! | [`report`] | [`LiveReport`] and the sentences for people |
//! | [`store`] | [`Store`]: the catalogue for callers that are not asynchronous |
//! | [`devices`] | cameras and microphones: listing, trying out, setting |
//! | [`chosen`] | which of them were chosen last |
//! | [`doctor`] | what this machine can do |
//! | [`machine`] | what was measured here and is remembered |
//! | [`theming`] | themes and brands by name or file: found, checked, shown on a sheet |
//! | [`labels`] | the fixed words on screen, by language |
//! | [`canvas`] | [`Canvas`], sizes and rates as they are written |
//! | [`pictures`] | PNG files |
//! | [`error`] | [`StudioError`]: code, sentence, remedy |

pub mod auction;
pub mod book;
pub mod buyer;
pub mod canvas;
pub mod chosen;
pub mod claim_text;
pub mod command;
pub mod demo;
pub mod desk;
pub mod devices;
pub mod doctor;
pub mod error;
pub mod event;
pub mod flash_sale;
pub mod giveaway;
pub mod labels;
pub mod live;
pub mod machine;
pub mod money;
pub mod on_air;
pub mod overlay;
pub mod pace;
pub mod pictures;
pub mod platforms;
pub mod product;
pub mod render;
pub mod report;
pub mod sample;
pub mod scenes;
pub mod setup;
pub mod sheet;
pub mod stage;
pub mod state;
pub mod store;
pub mod studio;
pub mod theming;

pub use canvas::{Canvas, parse_rate, parse_size};
pub use command::{Action, Armable, Command};
pub use demo::{DemoReport, DemoSettings, run_demo};
pub use doctor::{Check, Health, examine};
pub use error::{ErrorKind, StudioError};
pub use live::{Live, LiveSettings};
pub use on_air::{LowerThird, OnAir, SceneName};
pub use overlay::{Overlay, load_theme};
pub use product::{Product, ProductFile};
pub use render::{RenderSettings, Rendered, SampleElement, render_picture};
pub use report::{LiveReport, describe_stream, sentence};
pub use setup::{Setup, SetupRecord};
pub use store::Store;
pub use studio::{Studio, StudioSettings};

// What callers need of the crates below, so that they depend on this one alone.
pub use vitrine_capture::{AudioSpec, DeviceKind, DeviceName, VideoSpec, VideoWish};
pub use vitrine_catalog as catalog;
pub use vitrine_codec::{EncoderChoice, Latency, Preset, VideoSettings};
pub use vitrine_delivery::{DestinationSettings, Target};
pub use vitrine_engine::Event;
pub use vitrine_flow::{Clock, Stop};
pub use vitrine_media::MediaTime;
pub use vitrine_pixel::Turn;
pub use vitrine_rehearsal::{Rehearsal, RehearsalSettings, StreamReport};
pub use vitrine_scene::Crop;
pub use vitrine_secret::Secret;
