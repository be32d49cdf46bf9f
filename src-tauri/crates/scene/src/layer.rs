//! One thing on the canvas.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Crop, Easing, Effect, Motion, Place};
use vitrine_media::MediaTime;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(Arc::from(id))
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(Arc::from(id))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

id! {
    /// Names a moving source: a camera, a file, a test card.
    SourceId
}
id! {
    /// Names a drawn picture: a card, a banner, a full page.
    PictureId
}
id! {
    /// Names a layer; a transition follows a layer by its id from one scene to the next.
    LayerId
}

/// An sRGB colour, 8 bits a channel, not premultiplied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Alpha: 0 is transparent, 255 opaque.
    #[serde(default = "opaque")]
    pub a: u8,
}

impl Color {
    /// Opaque black.
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// Opaque white.
    pub const WHITE: Self = Self::rgb(255, 255, 255);

    /// An opaque colour.
    pub const fn rgb(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b, a: 255 }
    }

    /// A colour with alpha.
    pub const fn rgba(r: u8, g: u8, b: u8, a: u8) -> Self {
        Self { r, g, b, a }
    }
}

const fn opaque() -> u8 {
    255
}

/// What a layer shows.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// The newest frame of a source.
    Source(SourceId),
    /// A drawn picture.
    Picture(PictureId),
    /// One colour all over.
    Fill(Color),
}

/// How content of another shape than its place is fitted in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Fills the place, keeps its shape; what sticks out at two sides is cut off evenly.
    #[default]
    Cover,
    /// Wholly visible, keeps its shape; what lies beneath shows at two sides.
    Contain,
    /// Fills the place and takes on its shape.
    Stretch,
}

/// One thing on the canvas. Made by [`Layer::new`], then changed field by field.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its name, unique in the scene.
    pub id: LayerId,
    /// What it shows.
    pub content: Content,
    /// Where.
    #[serde(default = "full")]
    pub place: Place,
    /// How the content is fitted into the place.
    #[serde(default)]
    pub fit: Fit,
    /// What is cut off the content first.
    #[serde(default)]
    pub crop: Crop,
    /// Radius of its rounded corners, as a fraction of the canvas height; 0 is square.
    #[serde(default)]
    pub radius: f32,
    /// 0 is invisible, 1 as opaque as the content is.
    #[serde(default = "one")]
    pub opacity: f32,
    /// A hidden layer keeps its seat in the scene. Showing and hiding runs `enter` and `leave`.
    #[serde(default = "yes")]
    pub visible: bool,
    /// Size of the place about its centre, 1 is as given.
    #[serde(default = "one")]
    pub scale: f32,
    /// How it comes, and how it moves to another place.
    #[serde(default = "enter")]
    pub enter: Motion,
    /// How it goes.
    #[serde(default = "leave")]
    pub leave: Motion,
}

impl Layer {
    /// A visible, opaque, square-cornered layer that fades in within 350 ms (ease-out) and out
    /// within 200 ms (ease-in).
    pub fn new(id: impl Into<LayerId>, content: Content, place: Place) -> Self {
        Self {
            id: id.into(),
            content,
            place,
            fit: Fit::Cover,
            crop: Crop::NONE,
            radius: 0.0,
            opacity: 1.0,
            visible: true,
            scale: 1.0,
            enter: enter(),
            leave: leave(),
        }
    }
}

const fn full() -> Place {
    Place::FULL
}
const fn one() -> f32 {
    1.0
}
const fn yes() -> bool {
    true
}
const fn enter() -> Motion {
    Motion { effect: Effect::Fade, duration: MediaTime::from_millis(350), easing: Easing::EaseOut }
}
const fn leave() -> Motion {
    Motion { effect: Effect::Fade, duration: MediaTime::from_millis(200), easing: Easing::EaseIn }
}
