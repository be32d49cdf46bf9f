//! The declarative picture of a canvas: what lies where, and how it comes and goes. Pure values:
//! no pixels, no I/O, no threads, no clock; time is a parameter.
//!
//! | file | what |
//! |---|---|
//! | [`scene`] | [`Scene`]: layers bottom first, [`Scene::validate`], [`SceneError`] |
//! | [`layer`] | [`Layer`], [`Content`], [`Fit`], [`Color`], the ids |
//! | [`place`] | [`Place`] and [`Crop`]: fractions of the canvas and of the content |
//! | [`easing`] | [`Easing`]: progress in time → progress of movement |
//! | [`transition`] | [`Motion`], [`Effect`], [`interpolate`], [`transition_length`] |
//!
//! Everything is `Send + Sync` and may be used from any thread. Ids are shared strings, so that
//! cloning a layer allocates nothing; [`interpolate_into`] reuses the memory of its result.

pub mod easing;
pub mod layer;
pub mod place;
pub mod scene;
pub mod transition;

pub use easing::Easing;
pub use layer::{Color, Content, Fit, Layer, LayerId, PictureId, SourceId};
pub use place::{Crop, Place};
pub use scene::{MAX_LAYERS, Scene, SceneError};
pub use transition::{Edge, Effect, Motion, interpolate, interpolate_into, transition_length};
