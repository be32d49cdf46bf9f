//! `theme.toml` as read. `assets/themes/README.md` is its reference.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::resample::Fit;
use crate::slots::Element;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) colours: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) fonts: BTreeMap<String, Vec<String>>,
    /// Font files of the theme's own, by plain name.
    #[serde(default)]
    pub(crate) font_files: Vec<String>,
    #[serde(default)]
    pub(crate) assets: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) style: BTreeMap<String, Style>,
    pub(crate) element: BTreeMap<Element, Shapes>,
}

/// An element on both kinds of canvas.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shapes {
    pub(crate) landscape: Option<Drawing>,
    pub(crate) portrait: Option<Drawing>,
}

/// One template and what goes into it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Drawing {
    pub(crate) template: String,
    /// The point of the reference canvas the panel holds on to.
    #[serde(default)]
    pub(crate) at: [f32; 2],
    /// Which point of the panel lies there: 0 = left or top, 1 = right or bottom.
    #[serde(default)]
    pub(crate) hold: [f32; 2],
    /// Boxes are mirrored about this x for Arabic and Hebrew; the template's middle if absent.
    pub(crate) mirror: Option<f32>,
    /// Mirrored for Arabic and Hebrew; not where something else on the canvas stays on its side.
    #[serde(default = "yes")]
    pub(crate) turn: bool,
    #[serde(default)]
    pub(crate) slot: Vec<Slot>,
    #[serde(default)]
    pub(crate) part: Vec<Part>,
    #[serde(default)]
    pub(crate) fold: Vec<Fold>,
}

/// What a slot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    #[default]
    Text,
    Image,
    Qr,
    /// A part of a whole, from the start edge.
    Bar,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Align {
    #[default]
    Start,
    Centre,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VerticalAlign {
    #[default]
    Top,
    /// Capitals and digits in the middle of the box.
    Middle,
    Bottom,
}

/// A text style, or what a slot changes of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Style {
    pub(crate) font: Option<String>,
    pub(crate) weight: Option<f32>,
    pub(crate) size: Option<f32>,
    pub(crate) min_size: Option<f32>,
    pub(crate) lines: Option<usize>,
    pub(crate) line_height: Option<f32>,
    pub(crate) tracking: Option<f32>,
    pub(crate) tabular: Option<bool>,
    pub(crate) balance: Option<bool>,
    pub(crate) colour: Option<String>,
    pub(crate) align: Option<Align>,
    pub(crate) vertical: Option<VerticalAlign>,
    /// A line through the text, as for a price that was.
    pub(crate) strike: Option<bool>,
    pub(crate) plate: Option<Plate>,
}

/// A rounded ground that hugs the text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Plate {
    pub(crate) colour: String,
    /// Left and right of the text; the ground is as tall as the slot's box.
    pub(crate) padding: f32,
    pub(crate) radius: f32,
}

/// One slot.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Slot {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: Kind,
    /// Boxes of the template, the first that suits is used; the slot's own name if empty.
    #[serde(default)]
    pub(crate) boxes: Vec<BoxRule>,
    /// Shown only if one of these is there.
    #[serde(default)]
    pub(crate) when: Vec<String>,
    /// Not shown if one of these is there.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    /// Text when the caller gives none.
    pub(crate) default: Option<String>,
    /// Name of a `[style.…]`.
    pub(crate) style: Option<String>,
    #[serde(default)]
    pub(crate) set: Style,
    /// Begins after, or ends before, the text of that slot, on its baseline.
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
    #[serde(default)]
    pub(crate) gap: f32,
    /// Shares the baseline of that text; otherwise it keeps its own height in its box.
    #[serde(default = "yes")]
    pub(crate) level: bool,
    /// Left out, and reported, when it fits none of its boxes.
    #[serde(default)]
    pub(crate) optional: bool,
    #[serde(default)]
    pub(crate) fit: Fit,
    #[serde(default)]
    pub(crate) radius: f32,
    /// Degrees the text is turned about the middle of its box, clockwise; turned the other way
    /// when the drawing is mirrored.
    #[serde(default)]
    pub(crate) tilt: f32,
    /// Smallest module of a QR code, in reference pixels.
    #[serde(default = "four")]
    pub(crate) min_module: u32,
}

fn four() -> u32 {
    4
}

/// A box and when it may be used.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum BoxRule {
    Plain(String),
    #[serde(rename_all = "kebab-case")]
    When {
        r#box: String,
        #[serde(default)]
        when: Vec<String>,
        #[serde(default)]
        unless: Vec<String>,
        /// Follows the slot's `after`/`before`; a box of its own does not.
        #[serde(default = "yes")]
        beside: bool,
    },
}

fn yes() -> bool {
    true
}

/// A group of the template that is not always drawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) when: Vec<String>,
    #[serde(default)]
    pub(crate) unless: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Axis {
    X,
    Y,
}

/// A band of the template that is taken out, as a letter is folded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fold {
    pub(crate) axis: Axis,
    /// From and to, in template pixels.
    pub(crate) band: [f32; 2],
    /// Folded away whole when none of these is there.
    #[serde(default)]
    pub(crate) empty: Vec<String>,
    /// Folded by what all of these leave unused of their boxes.
    #[serde(default)]
    pub(crate) fit: Vec<String>,
    /// Not folded at all when one of these is there.
    #[serde(default)]
    pub(crate) unless: Vec<String>,
}
