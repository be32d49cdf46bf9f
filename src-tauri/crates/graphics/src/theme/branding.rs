//! A brand laid over a theme: its colours and those that follow them, its fonts, name and logo.

use std::collections::BTreeMap;
use std::sync::Arc;

use resvg::tiny_skia::Color;
use vitrine_media::Picture;

use super::style::hex;
use super::{FindingLevel, Parts, Theme, ThemeFinding};
use crate::brand::Brand;
use crate::error::GraphicsError;
use crate::slots::{Element, Slots};

/// Least contrast between a brand's colours that texts and grounds are made of.
const LEAST_CONTRAST: f32 = 3.0;

/// The brand's own marks, where the caller gives none.
pub(super) struct Mark {
    name: String,
    logo: Option<Arc<Picture>>,
}

impl Mark {
    /// The slots with name and logo: `image` of the logo, `logo` of everything else.
    pub(super) fn fill(&self, element: Element, slots: &Slots) -> Slots {
        let mut slots = slots.clone();
        let shown = element == Element::Logo || element.is_full_picture();
        if shown && !slots.text.contains_key("brand") {
            slots.text.insert("brand".to_owned(), self.name.clone());
        }
        if let Some(logo) = &self.logo {
            let slot = if element == Element::Logo { "image" } else { "logo" };
            slots.images.entry(slot.to_owned()).or_insert_with(|| Arc::clone(logo));
        }
        slots
    }
}

impl Theme {
    /// This theme in a brand's colours, fonts and logo, and warnings about colours that are hard to
    /// read. A theme's colour whose name begins with that of a brand's colour and a dash follows it
    /// in lightness, strength and hue, unless the brand names it too.
    ///
    /// # Errors
    /// A colour or font that the theme does not name; the sentence lists those it does.
    pub fn with_brand(&self, brand: &Brand) -> Result<(Self, Vec<ThemeFinding>), GraphicsError> {
        let wrong = |reason: String| GraphicsError::Brand { file: brand.name.clone(), reason };
        let mut manifest = self.manifest.clone();
        let list = |names: Vec<&String>| {
            names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        for (name, value) in &brand.colours {
            if !self.colours.contains_key(name) {
                return Err(wrong(format!(
                    "the theme {} has no colour \"{name}\"; it has {}",
                    self.name(),
                    list(self.manifest.colours.keys().collect())
                )));
            }
            if hex(value).is_none() {
                return Err(wrong(format!(
                    "the colour {name} is \"{value}\"; write it like #b8361f"
                )));
            }
            manifest.colours.insert(name.clone(), value.clone());
        }
        for (name, value) in following(&self.colours, &brand.colours) {
            manifest.colours.insert(name, value);
        }
        for (name, families) in &brand.fonts {
            if !manifest.fonts.contains_key(name) {
                return Err(wrong(format!(
                    "the theme {} has no font \"{name}\"; it has {}",
                    self.name(),
                    list(self.manifest.fonts.keys().collect())
                )));
            }
            manifest.fonts.insert(name.clone(), families.clone());
        }
        let mut parts: Parts = self.parts.clone();
        parts.fonts.extend(brand.font_files.iter().cloned());
        let mut theme = Self::build(manifest, parts, Arc::clone(&self.base))?;
        theme.brand = Some(Mark { name: brand.name.clone(), logo: brand.logo.clone() });
        let warnings = theme.hard_to_read(brand);
        Ok((theme, warnings))
    }

    fn hard_to_read(&self, brand: &Brand) -> Vec<ThemeFinding> {
        let mut warnings = Vec::new();
        for (front, back) in [("ink", "paper"), ("accent", "white")] {
            let touched = brand.colours.contains_key(front) || brand.colours.contains_key(back);
            let white = || (back == "white").then_some(Color::WHITE);
            let (Some(&a), Some(b)) =
                (self.colours.get(front), self.colours.get(back).copied().or_else(white))
            else {
                continue;
            };
            let contrast = contrast(a, b);
            if touched && contrast < LEAST_CONTRAST {
                warnings.push(ThemeFinding {
                    level: FindingLevel::Warning,
                    element: None,
                    canvas: None,
                    text: format!(
                        "the brand's {front} against {back} has a contrast of {contrast:.1}:1; \
                         below {LEAST_CONTRAST:.0}:1 texts are hard to read: choose a darker or lighter {front}"
                    ),
                });
            }
        }
        warnings
    }
}

/// Colours that follow a brand's, `accent-deep` after `accent`, as they are written.
fn following(
    theme: &BTreeMap<String, Color>,
    brand: &BTreeMap<String, String>,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, &colour) in theme.iter().filter(|(name, _)| !brand.contains_key(*name)) {
        // The longest name that leads it.
        let leader = brand
            .keys()
            .filter(|lead| {
                name.strip_prefix(lead.as_str()).is_some_and(|rest| rest.starts_with('-'))
            })
            .max_by_key(|lead| lead.len());
        let Some((&before, after)) =
            leader.and_then(|lead| Some((theme.get(lead)?, hex(brand.get(lead)?)?)))
        else {
            continue;
        };
        let (old, new, mut this) = (lch(before), lch(after), lch(colour));
        // A tint stays as near to white, a shade as near to black.
        this[0] = if this[0] > old[0] {
            1.0 - (1.0 - this[0]) * (1.0 - new[0]) / (1.0 - old[0]).max(0.01)
        } else {
            this[0] * new[0] / old[0].max(0.01)
        }
        .clamp(0.0, 1.0);
        this[1] = if old[1] > 0.005 { this[1] * new[1] / old[1] } else { this[1].min(new[1]) };
        this[2] += new[2] - old[2];
        out.push((name.clone(), written(this, colour.alpha())));
    }
    out
}

/// Oklab lightness, chroma and hue (radians).
fn lch(colour: Color) -> [f32; 3] {
    let [r, g, b] = [colour.red(), colour.green(), colour.blue()].map(linear);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    let lightness = 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s;
    let a = 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s;
    let b = 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s;
    [lightness, a.hypot(b), b.atan2(a)]
}

/// `#rrggbb` or `#rrggbbaa`, paler where the screen has no such strong colour.
fn written([lightness, chroma, hue]: [f32; 3], alpha: f32) -> String {
    let mut strength = chroma;
    let mut rgb = rgb(lightness, strength, hue);
    for _ in 0..20 {
        if rgb.iter().all(|v| (-0.001..=1.001).contains(v)) {
            break;
        }
        strength *= 0.9;
        rgb = self::rgb(lightness, strength, hue);
    }
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    let [r, g, b] = rgb.map(|v| {
        let v = v.clamp(0.0, 1.0);
        byte(if v <= 0.003_130_8 { 12.92 * v } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 })
    });
    let mut text = format!("#{r:02x}{g:02x}{b:02x}");
    if alpha < 1.0 {
        text.push_str(&format!("{:02x}", byte(alpha)));
    }
    text
}

fn rgb(lightness: f32, chroma: f32, hue: f32) -> [f32; 3] {
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

fn linear(v: f32) -> f32 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

/// Contrast as WCAG has it, 1 to 21; alpha is not looked at.
pub(super) fn contrast(a: Color, b: Color) -> f32 {
    let luminance = |c: Color| {
        0.2126 * linear(c.red()) + 0.7152 * linear(c.green()) + 0.0722 * linear(c.blue())
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_survives_there_and_back() {
        for text in ["#b8361f", "#fbf8f3", "#1c1613", "#0b6b57", "#2a0a04a6"] {
            let colour = hex(text).unwrap();
            assert_eq!(written(lch(colour), colour.alpha()), text);
        }
    }

    #[test]
    fn shades_and_tints_follow() {
        let theme: BTreeMap<String, Color> = [
            ("accent", "#b8361f"),
            ("accent-deep", "#962613"),
            ("accent-tint", "#f8e9e1"),
            ("accents", "#123456"),
        ]
        .map(|(n, c)| (n.to_owned(), hex(c).unwrap()))
        .into();
        let brand = [("accent".to_owned(), "#0b6b57".to_owned())].into();
        let followed = following(&theme, &brand);
        assert_eq!(followed.len(), 2, "{followed:?}");
        let tint = lch(hex(&followed[1].1).unwrap());
        assert!((0.9..0.97).contains(&tint[0]), "{followed:?}");
        let (deep, base) = (lch(hex(&followed[0].1).unwrap()), lch(hex("#0b6b57").unwrap()));
        assert!(deep[0] < base[0] - 0.03 && (deep[2] - base[2]).abs() < 0.1, "{followed:?}");
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(Color::BLACK, Color::WHITE) - 21.0).abs() < 0.01);
        assert!((contrast(hex("#767676").unwrap(), Color::WHITE) - 4.54).abs() < 0.01);
    }
}
