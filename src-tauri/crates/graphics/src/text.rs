//! Text inside a box: wrapped, then shrunk, then ended with an ellipsis. Never outside the box.
//!
//! A text is shaped once at its full size. A smaller size is the same shaping broken into lines
//! of proportionally more room, so trying ten sizes costs ten line breaks and no shaping; what was
//! measured is drawn as outlines, glyph for glyph.

mod clean;

use parley::style::{
    FontFamily, FontFamilyName, FontFeature, FontFeatures, FontWeight, LineHeight, OverflowWrap,
    StyleProperty,
};
use parley::{Alignment, AlignmentOptions, FontData, Layout, PositionedLayoutItem, setting::Tag};

use self::clean::has_arabic;
pub(crate) use self::clean::{clean, is_right_to_left};
use crate::fonts::{FontState, Fonts};

/// Where lines stand in their box.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Left,
    Middle,
    Right,
}

/// How a text is set. Lengths in canvas pixels.
#[derive(Clone, Debug)]
pub(crate) struct TextSpec {
    pub(crate) families: Vec<String>,
    pub(crate) weight: f32,
    pub(crate) size: f32,
    /// Smallest size before the text is cut.
    pub(crate) min_size: f32,
    pub(crate) lines: usize,
    /// Relative to the size.
    pub(crate) line_height: f32,
    /// Extra space between letters, relative to the size.
    pub(crate) tracking: f32,
    /// Digits of one width, so that a timer does not jump.
    pub(crate) tabular: bool,
    /// Several lines of about one length instead of a full line and an orphan.
    pub(crate) balance: bool,
}

/// One font's glyphs in one line; positions from the box's top left corner, baseline included.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) font: FontData,
    pub(crate) coords: Vec<i16>,
    pub(crate) size: f32,
    /// Glyph id, x, y, advance. Id 0 is drawn as a box that says "a character is missing".
    pub(crate) glyphs: Vec<(u32, f32, f32, f32)>,
}

/// A text that fits its box.
#[derive(Clone)]
pub(crate) struct Fitted {
    pub(crate) runs: Vec<Run>,
    /// Widest line.
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// From the top of the box to the baseline of the first and of the last line.
    pub(crate) first_baseline: f32,
    pub(crate) last_baseline: f32,
    /// How far its letters hang below the line, relative to the size, where a script is not
    /// balanced on its capitals.
    pub(crate) below: f32,
    /// The size it ended up with.
    pub(crate) size: f32,
    /// Ended with an ellipsis.
    pub(crate) cut: bool,
}

/// Characters beyond this are never looked at: no box holds them, and shaping stays bounded.
const MAX_CHARS: usize = 480;
const ELLIPSIS: char = '…';

/// Fits `text` into `width` × `height` pixels. Empty text gives no runs.
pub(crate) fn fit(
    fonts: &Fonts,
    text: &str,
    spec: &TextSpec,
    side: Side,
    width: f32,
    height: f32,
) -> Fitted {
    let mut state = fonts.lock();
    let text = clean(text);
    let (text, too_long) = match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => (text[..at].trim_end().to_owned(), true),
        None => (text, false),
    };
    let taller = TextSpec { line_height: spec.line_height * 1.14, ..spec.clone() };
    // Arabic letters reach further up and down than Latin ones of the same size.
    let spec = if has_arabic(&text) { &taller } else { spec };
    let mut shaped = shape_known(&mut state, &text, spec);
    if !too_long {
        let mut scale = 1.0f32;
        let least = (spec.min_size / spec.size).min(1.0);
        loop {
            if breaks_into(&mut shaped, spec, scale, width, height, false) {
                if spec.balance {
                    balance(&mut shaped, scale, width);
                }
                let mut fitted = collect(&mut shaped, spec, scale, side, width, false);
                fitted.below = if has_arabic(&text) { 0.14 } else { 0.0 };
                if spec.tabular && spec.lines == 1 {
                    fitted.width =
                        fitted.width.max(steady_width(&mut state, &text, spec) * scale).min(width);
                }
                return fitted;
            }
            if scale <= least {
                break;
            }
            scale = (scale * 0.96).max(least);
        }
        // Breaking inside a word beats cutting the text short, where there is a second line.
        if spec.lines > 1 && breaks_into(&mut shaped, spec, least, width, height, true) {
            return collect(&mut shaped, spec, least, side, width, false);
        }
    }
    cut(&mut state, &text, &shaped, spec, side, width, height)
}

/// The width with every digit a zero: what a running timer is given, so that its ground stands
/// still even where a font's figures differ by a hair.
fn steady_width(state: &mut FontState, text: &str, spec: &TextSpec) -> f32 {
    let zeros: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let mut layout = shape(state, &zeros, spec);
    layout.break_all_lines(None);
    layout.width()
}

/// The longest beginning of the text that fits with an ellipsis, at the smallest size.
fn cut(
    state: &mut FontState,
    text: &str,
    whole: &Layout<()>,
    spec: &TextSpec,
    side: Side,
    width: f32,
    height: f32,
) -> Fitted {
    let scale = (spec.min_size / spec.size).min(1.0);
    // Cluster ends: a cut never parts a letter from its accent or an emoji from its skin.
    let mut ends: Vec<usize> = whole
        .lines()
        .flat_map(|line| {
            line.runs()
                .flat_map(|run| run.clusters().map(|c| c.text_range().end))
                .collect::<Vec<_>>()
        })
        .filter(|&end| end <= text.len() && text.is_char_boundary(end))
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let shortened = |end: usize| {
        let kept =
            text[..end].trim_end_matches(|c: char| c.is_whitespace() || ".,;:-–—/(&+·".contains(c));
        format!("{kept}{ELLIPSIS}")
    };
    let (mut low, mut high) = (0, ends.len());
    while low < high {
        let middle = (low + high).div_ceil(2);
        let mut layout = shape(state, &shortened(ends[middle - 1]), spec);
        if breaks_into(&mut layout, spec, scale, width, height, true) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    let mut end = if low == 0 { 0 } else { ends[low - 1] };
    // A whole last word reads better than half of one, if that costs only a few letters.
    if text[end..].starts_with(|c: char| !c.is_whitespace())
        && let Some(space) = text[..end].rfind(' ')
        && space > end / 2
        && text[space..end].chars().count() <= 10
    {
        end = space;
    }
    let mut layout = shape(state, &shortened(end), spec);
    breaks_into(&mut layout, spec, scale, width, height, true);
    collect(&mut layout, spec, scale, side, width, true)
}

/// Shapes, and once more when the machine had a font for what was missing.
fn shape_known(state: &mut FontState, text: &str, spec: &TextSpec) -> Layout<()> {
    let mut layout = shape(state, text, spec);
    for _ in 0..4 {
        layout.break_all_lines(None);
        let missing = missing(&layout, text);
        if missing.is_empty() || !state.find(&missing) {
            break;
        }
        layout = shape(state, text, spec);
    }
    layout
}

/// The characters of a text that no font has, after looking on the machine.
pub(crate) fn missing_from(fonts: &Fonts, text: &str) -> Vec<char> {
    let spec = TextSpec {
        families: Vec::new(),
        weight: 500.0,
        size: 20.0,
        min_size: 20.0,
        lines: 1,
        line_height: 1.2,
        tracking: 0.0,
        tabular: false,
        balance: false,
    };
    let text = clean(text);
    let mut layout = shape_known(&mut fonts.lock(), &text, &spec);
    layout.break_all_lines(None);
    missing(&layout, &text)
}

fn missing(layout: &Layout<()>, text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for line in layout.lines() {
        for cluster in line.runs().flat_map(|run| run.clusters().collect::<Vec<_>>()) {
            if cluster.glyphs().any(|glyph| glyph.id == 0) {
                let c = text.get(cluster.text_range()).and_then(|s| s.chars().next());
                found.extend(c.filter(|c| !c.is_whitespace() && !found.contains(c)));
            }
        }
    }
    found
}

fn shape(state: &mut FontState, text: &str, spec: &TextSpec) -> Layout<()> {
    let families = state.families(&spec.families);
    let names: Vec<FontFamilyName<'_>> =
        families.iter().map(|name| FontFamilyName::named(name)).collect();
    let features: &[FontFeature] =
        if spec.tabular { &[FontFeature::new(Tag::new(b"tnum"), 1)] } else { &[] };
    let mut builder = state.layout.ranged_builder(&mut state.context, text, 1.0, false);
    builder.push_default(StyleProperty::FontFamily(FontFamily::List(names.into())));
    builder.push_default(StyleProperty::FontSize(spec.size));
    builder.push_default(StyleProperty::FontWeight(FontWeight::new(spec.weight)));
    builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(spec.line_height)));
    builder.push_default(StyleProperty::FontFeatures(FontFeatures::List(features.into())));
    // Joined scripts are torn apart by letter-spacing.
    if !is_right_to_left(text) {
        builder.push_default(StyleProperty::LetterSpacing(spec.tracking * spec.size));
    }
    builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::BreakWord));
    builder.build(text)
}

/// Breaks the text for a box seen at `scale`; true when it fits.
fn breaks_into(
    layout: &mut Layout<()>,
    spec: &TextSpec,
    scale: f32,
    width: f32,
    height: f32,
    inside_words: bool,
) -> bool {
    let room = width / scale;
    layout.break_all_lines(if spec.lines == 1 { None } else { Some(room) });
    layout.len() <= spec.lines
        && layout.height() * scale <= height + 0.5
        && layout.lines().all(|line| {
            let metrics = line.metrics();
            metrics.advance - metrics.hanging_advance <= room + 0.1
                && (inside_words || line.break_reason() != parley::layout::BreakReason::Emergency)
        })
}

/// Narrows the lines as far as their number allows.
fn balance(layout: &mut Layout<()>, scale: f32, width: f32) {
    let lines = layout.len();
    if lines < 2 {
        return;
    }
    let (mut low, mut high) = (width / scale * 0.5, width / scale);
    for _ in 0..7 {
        let middle = (low + high) / 2.0;
        layout.break_all_lines(Some(middle));
        let fits = layout.len() <= lines
            && layout
                .lines()
                .all(|line| line.break_reason() != parley::layout::BreakReason::Emergency);
        if fits { high = middle } else { low = middle }
    }
    layout.break_all_lines(Some(high));
}

fn collect(
    layout: &mut Layout<()>,
    spec: &TextSpec,
    scale: f32,
    side: Side,
    width: f32,
    cut: bool,
) -> Fitted {
    layout.align(Alignment::Left, AlignmentOptions::default());
    let mut fitted = Fitted {
        runs: Vec::new(),
        width: 0.0,
        height: layout.height() * scale,
        first_baseline: layout.first_baseline().unwrap_or(0.0) * scale,
        last_baseline: layout.last_baseline().unwrap_or(0.0) * scale,
        below: 0.0,
        size: spec.size * scale,
        cut,
    };
    for line in layout.lines() {
        let metrics = line.metrics();
        // Letter-spacing after the last letter is no ink.
        let extra = if spec.tracking > 0.0 { spec.tracking * spec.size } else { 0.0 };
        let ink = (metrics.advance - metrics.hanging_advance - extra).max(0.0) * scale;
        fitted.width = fitted.width.max(ink);
        let shift = match side {
            Side::Left => 0.0,
            Side::Middle => (width - ink) / 2.0,
            Side::Right => width - ink,
        };
        for item in line.items() {
            let PositionedLayoutItem::GlyphRun(run) = item else { continue };
            let glyphs = run
                .positioned_glyphs()
                .map(|g| (g.id, g.x * scale + shift, g.y * scale, g.advance * scale))
                .collect();
            fitted.runs.push(Run {
                font: run.run().font().clone(),
                coords: run.run().normalized_coords().iter().map(|c| c.to_bits()).collect(),
                size: run.run().font_size() * scale,
                glyphs,
            });
        }
    }
    fitted
}

#[cfg(test)]
mod tests;
