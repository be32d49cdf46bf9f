//! A whole canvas.

use serde::{Deserialize, Serialize};
use vitrine_media::MediaTime;

use crate::{Layer, LayerId};

/// Most layers a scene may have.
pub const MAX_LAYERS: usize = 64;

/// Longest movement: past this a duration is a slip of the unit, not a wish.
const LONGEST_MOTION: MediaTime = MediaTime::from_secs(60);

/// What lies on a canvas, bottom first. Immutable once it is on air: a change is a new scene.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The layers, bottom first.
    pub layers: Vec<Layer>,
}

/// Why a scene cannot be shown.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum SceneError {
    /// More than [`MAX_LAYERS`].
    #[error("The scene has {0} layers; take some out, {MAX_LAYERS} is the most it may have.")]
    TooManyLayers(usize),
    /// An id without a character.
    #[error("Layer number {0} from the bottom has no name; give every layer a name of its own.")]
    NoId(usize),
    /// An id used twice.
    #[error("Two layers are called \"{0}\"; give every layer a name of its own.")]
    SameId(LayerId),
    /// A place that is no number, empty or far outside.
    #[error(
        "Layer \"{0}\" lies at an impossible place; give its edges and size as fractions of the \
         canvas, between -4 and 4, with a size above 0."
    )]
    Place(LayerId),
    /// A crop that leaves nothing.
    #[error(
        "Layer \"{0}\" is cropped to nothing; give each side between 0 and 1 and leave a part of \
         the picture."
    )]
    Crop(LayerId),
    /// An opacity outside 0..=1.
    #[error("Layer \"{0}\" has an opacity of {1}; give a number from 0 to 1.")]
    Opacity(LayerId, f32),
    /// A radius outside 0..=1.
    #[error("Layer \"{0}\" has a corner radius of {1}; give a number from 0 to 1.")]
    Radius(LayerId, f32),
    /// A scale outside 0..=4.
    #[error("Layer \"{0}\" has a scale of {1}; give a number from 0 to 4.")]
    Scale(LayerId, f32),
    /// A negative or very long movement.
    #[error("Layer \"{0}\" moves for {1}; give a time from 0 to 60 seconds.")]
    Duration(LayerId, MediaTime),
}

impl Scene {
    /// A scene of these layers, bottom first.
    pub fn new(layers: Vec<Layer>) -> Self {
        Self { layers }
    }

    /// The layer of that name.
    pub fn layer(&self, id: &str) -> Option<&Layer> {
        self.layers.iter().find(|l| l.id.as_str() == id)
    }

    /// Checks everything that is not checked by type: finite numbers in sane bounds, ids that
    /// differ, at most [`MAX_LAYERS`] layers, movements of 0 to 60 s.
    ///
    /// # Errors
    /// The first fault found, from the bottom up. Scenes made by [`crate::interpolate`] need no
    /// check (and may hold an id twice while one content fades into another).
    pub fn validate(&self) -> Result<(), SceneError> {
        if self.layers.len() > MAX_LAYERS {
            return Err(SceneError::TooManyLayers(self.layers.len()));
        }
        for (i, layer) in self.layers.iter().enumerate() {
            if layer.id.as_str().is_empty() {
                return Err(SceneError::NoId(i + 1));
            }
            if self.layers[..i].iter().any(|l| l.id == layer.id) {
                return Err(SceneError::SameId(layer.id.clone()));
            }
            validate_layer(layer)?;
        }
        Ok(())
    }
}

fn validate_layer(layer: &Layer) -> Result<(), SceneError> {
    let id = || layer.id.clone();
    if !layer.place.is_sane() {
        return Err(SceneError::Place(id()));
    }
    if !layer.crop.is_sane() {
        return Err(SceneError::Crop(id()));
    }
    // NaN lies in no range, so these also ask for finite numbers.
    if !(0.0..=1.0).contains(&layer.opacity) {
        return Err(SceneError::Opacity(id(), layer.opacity));
    }
    if !(0.0..=1.0).contains(&layer.radius) {
        return Err(SceneError::Radius(id(), layer.radius));
    }
    if !(0.0..=4.0).contains(&layer.scale) {
        return Err(SceneError::Scale(id(), layer.scale));
    }
    for motion in [&layer.enter, &layer.leave] {
        if !(MediaTime::ZERO..=LONGEST_MOTION).contains(&motion.duration) {
            return Err(SceneError::Duration(id(), motion.duration));
        }
    }
    Ok(())
}
