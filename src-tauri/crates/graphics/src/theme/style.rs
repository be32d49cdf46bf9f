//! Styles with every gap filled, and colours as they are written.

use resvg::tiny_skia::Color;

use super::Theme;
use crate::manifest::{Align, Slot, Style, VerticalAlign};

/// How a slot's text is set; lengths in reference pixels.
pub(crate) struct SlotStyle {
    pub(crate) families: Vec<String>,
    pub(crate) weight: f32,
    pub(crate) size: f32,
    pub(crate) min_size: f32,
    pub(crate) lines: usize,
    pub(crate) line_height: f32,
    pub(crate) tracking: f32,
    pub(crate) tabular: bool,
    pub(crate) balance: bool,
    pub(crate) colour: Color,
    pub(crate) align: Align,
    pub(crate) vertical: VerticalAlign,
    pub(crate) strike: bool,
    /// Colour, padding, radius.
    pub(crate) plate: Option<(Color, f32, f32)>,
}

impl Theme {
    /// A slot's style with every gap filled; the sentence says which name leads nowhere.
    pub(crate) fn text_style(&self, slot: &Slot) -> Result<SlotStyle, String> {
        let empty = Style::default();
        let base = match &slot.style {
            Some(name) => self
                .manifest
                .style
                .get(name)
                .ok_or_else(|| format!("there is no [style.{name}]"))?,
            None => &empty,
        };
        let set = &slot.set;
        let size = set.size.or(base.size).unwrap_or(24.0);
        let colour =
            |name: &str| self.colour(name).ok_or_else(|| format!("there is no colour \"{name}\""));
        let font = set.font.as_ref().or(base.font.as_ref());
        let families = match font {
            Some(name) => self
                .manifest
                .fonts
                .get(name)
                .ok_or_else(|| format!("there is no font \"{name}\""))?
                .clone(),
            None => Vec::new(),
        };
        let plate = set.plate.as_ref().or(base.plate.as_ref());
        Ok(SlotStyle {
            families,
            weight: set.weight.or(base.weight).unwrap_or(500.0),
            size,
            min_size: set.min_size.or(base.min_size).unwrap_or(size * 0.8).min(size),
            lines: set.lines.or(base.lines).unwrap_or(1).max(1),
            line_height: set.line_height.or(base.line_height).unwrap_or(1.2),
            tracking: set.tracking.or(base.tracking).unwrap_or(0.0),
            tabular: set.tabular.or(base.tabular).unwrap_or(false),
            balance: set.balance.or(base.balance).unwrap_or(false),
            colour: colour(set.colour.as_deref().or(base.colour.as_deref()).unwrap_or("#000000"))?,
            align: set.align.or(base.align).unwrap_or(Align::Start),
            vertical: set.vertical.or(base.vertical).unwrap_or(VerticalAlign::Top),
            strike: set.strike.or(base.strike).unwrap_or(false),
            plate: plate
                .map(|p| Ok::<_, String>((colour(&p.colour)?, p.padding, p.radius)))
                .transpose()?,
        })
    }

    fn colour(&self, name: &str) -> Option<Color> {
        self.colours.get(name).copied().or_else(|| hex(name))
    }
}

/// `#rrggbb` or `#rrggbbaa`.
pub(crate) fn hex(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#').filter(|d| d.is_ascii() && matches!(d.len(), 6 | 8))?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let alpha = if digits.len() == 8 { byte(6)? } else { 255 };
    Some(Color::from_rgba8(byte(0)?, byte(2)?, byte(4)?, alpha))
}

/// A premultiplied pixel over a grey of the video, 0 to 1.
pub(super) fn on_ground([r, g, b, a]: [u8; 4], video: f32) -> Color {
    let rest = (1.0 - f32::from(a) / 255.0) * video;
    let [r, g, b] = [r, g, b].map(|v| (f32::from(v) / 255.0 + rest).clamp(0.0, 1.0));
    Color::from_rgba(r, g, b, 1.0).unwrap_or(Color::BLACK)
}
