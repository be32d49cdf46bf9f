//! A theme on one picture: every element over a host, on both canvases, to look at.

pub mod sample;

use std::sync::Arc;

use vitrine_media::{Picture, Size};

use self::sample::Sample;
use crate::fonts::Fonts;
use crate::glyphs;
use crate::resample::{Fit, fitted};
use crate::slots::Element;
use crate::text::{Side, TextSpec, fit};
use crate::theme::Theme;

/// Pixels between cells.
const GAP: u32 = 24;
const GREY: [u8; 4] = [90, 90, 96, 255];

/// What a sheet shows.
pub struct Sheet {
    /// Its data.
    pub sample: Sample,
    /// Height of a landscape canvas; 720 is the size themes are drawn at.
    pub height: u32,
    /// Only these elements, each alone; all of them, arranged as on air, if empty.
    pub only: Vec<Element>,
    /// Landscape cells, portrait cells.
    pub shapes: [bool; 2],
    /// Pictures of a host, landscape and portrait; plain grounds without them.
    pub hosts: [Option<Arc<Picture>>; 2],
}

/// An element on a sheet.
pub struct Shown {
    /// What.
    pub element: Element,
    /// Where.
    pub canvas: Size,
    /// How long drawing took, the first time.
    pub took: std::time::Duration,
    /// Why it is not there, or which texts were cut.
    pub remark: Option<String>,
}

/// What is on air together, and where the host is then.
const SCENES: [(&[Element], Host); 14] = [
    (
        &[Element::ProductCard, Element::PriceBanner, Element::Countdown, Element::PromoCode],
        Host::Full,
    ),
    (&[Element::LotCard, Element::Bids, Element::Goal, Element::Ticker, Element::Logo], Host::Full),
    (&[Element::FlashSale, Element::Question, Element::PriceBanner, Element::Logo], Host::Full),
    (&[Element::Giveaway, Element::Ticker], Host::Full),
    (&[Element::LotCard, Element::SoldStamp], Host::Full),
    (&[Element::ProductCard, Element::PriceDrop, Element::PriceBanner], Host::Full),
    (&[Element::Qr, Element::Goal], Host::Full),
    (&[Element::LowerThird], Host::Full),
    (&[Element::ProductStage, Element::PriceBanner, Element::PromoCode], Host::Corner),
    (&[Element::SplitStage, Element::PriceBanner], Host::Half),
    (&[Element::StartingSoon], Host::Full),
    (&[Element::Break], Host::Full),
    (&[Element::Ending], Host::Full),
    (&[Element::Slate], Host::Full),
];

#[derive(Clone, Copy, PartialEq)]
enum Host {
    Full,
    Corner,
    Half,
}

impl Sheet {
    /// Draws the sheet. What a theme cannot draw is said on the cell. Takes seconds.
    pub fn draw(&self, theme: &Theme) -> (Picture, Vec<Shown>) {
        let wide = Size::new(self.height * 16 / 9 / 2 * 2, self.height);
        let tall = Size::new(wide.height, wide.width);
        let mut shown = Vec::new();
        let mut shelves: Vec<Vec<Picture>> = Vec::new();
        for (canvas, wanted, columns) in [(wide, self.shapes[0], 3), (tall, self.shapes[1], 7)] {
            if !wanted {
                continue;
            }
            let mut cells = Vec::new();
            if self.only.is_empty() {
                for (elements, host) in SCENES {
                    cells.push(self.cell(theme, elements, host, canvas, &mut shown));
                }
            }
            for element in &self.only {
                let host = match element {
                    Element::ProductStage => Host::Corner,
                    Element::SplitStage => Host::Half,
                    _ => Host::Full,
                };
                cells.push(self.cell(theme, &[*element], host, canvas, &mut shown));
            }
            while !cells.is_empty() {
                let rest = cells.split_off(cells.len().min(columns));
                shelves.push(std::mem::replace(&mut cells, rest));
            }
        }
        // One element: both shapes beside each other.
        if self.only.len() == 1 && shelves.len() == 2 {
            let second = shelves.remove(1);
            shelves[0].extend(second);
        }
        (arranged(&shelves), shown)
    }

    fn cell(
        &self,
        theme: &Theme,
        elements: &[Element],
        host: Host,
        canvas: Size,
        shown: &mut Vec<Shown>,
    ) -> Picture {
        let mut cell = Picture::transparent(canvas);
        self.host(&mut cell, [0, 0, canvas.width, canvas.height]);
        let mut remarks = Vec::new();
        for &element in elements {
            let begin = std::time::Instant::now();
            let drawn = theme.draw(element, canvas, &self.sample.slots(element));
            let took = begin.elapsed();
            let remark = match drawn {
                Ok(drawn) => {
                    over(&mut cell, &drawn.picture, drawn.place.x, drawn.place.y);
                    let cut = drawn.overflow.join(", ");
                    (!cut.is_empty()).then(|| format!("{}: {cut} cut", element.name()))
                }
                Err(error) => Some(error.to_string()),
            };
            remarks.extend(remark.clone());
            shown.push(Shown { element, canvas, took, remark });
            let unit = |v: u32| v * self.height / 720 / 2 * 2;
            match (host, element, canvas.is_portrait()) {
                (Host::Corner, Element::ProductStage, false) => {
                    self.host(&mut cell, [900, 40, 340, 192].map(unit));
                }
                (Host::Corner, Element::ProductStage, true) => {
                    self.host(&mut cell, [452, 148, 180, 180].map(unit));
                }
                (Host::Half, Element::SplitStage, false) => {
                    self.host(&mut cell, [0, 0, 640, 720].map(unit));
                }
                (Host::Half, Element::SplitStage, true) => {
                    self.host(&mut cell, [0, 0, 720, 640].map(unit));
                }
                _ => {}
            }
        }
        if !remarks.is_empty() {
            remark(&mut cell, &remarks.join("\n"));
        }
        cell
    }

    /// The host in a rectangle (left, top, width, height) of the cell.
    fn host(&self, cell: &mut Picture, [x, y, width, height]: [u32; 4]) {
        let size = Size::new(width, height);
        let picture = self.hosts[usize::from(height > width)].as_ref();
        let part = match picture {
            Some(picture) => fitted(picture, size, Fit::Cover),
            None => plain(size, [150, 134, 118, 255]),
        };
        over(cell, &part, x, y);
    }
}

/// Writes a sentence at the top of a cell.
fn remark(cell: &mut Picture, text: &str) {
    let size = cell.size();
    let unit = size.width.min(size.height) as f32 / 720.0;
    let spec = TextSpec {
        families: Vec::new(),
        weight: 600.0,
        size: 20.0 * unit,
        min_size: 13.0 * unit,
        lines: 8,
        line_height: 1.25,
        tracking: 0.0,
        tabular: false,
        balance: false,
    };
    let room = size.width as f32 - 24.0 * unit;
    let fitted = fit(&Fonts::bundled(), text, &spec, Side::Left, room, 220.0 * unit);
    let height = ((fitted.height + 12.0 * unit) as u32).clamp(2, size.height);
    let mut label = plain(Size::new(size.width, height), [120, 16, 28, 255]);
    if let Some(mut pixels) =
        resvg::tiny_skia::PixmapMut::from_bytes(label.rgba_mut(), size.width, height)
    {
        let white = resvg::tiny_skia::Color::WHITE;
        glyphs::draw(&mut pixels, &fitted, 12.0 * unit, 6.0 * unit, white);
    }
    over(cell, &label, 0, 0);
}

/// Shelves of cells under each other.
fn arranged(shelves: &[Vec<Picture>]) -> Picture {
    let width =
        |shelf: &Vec<Picture>| shelf.iter().map(|c| c.size().width + GAP).sum::<u32>() + GAP;
    let height =
        |shelf: &Vec<Picture>| shelf.iter().map(|c| c.size().height).max().unwrap_or(0) + GAP;
    let size = Size::new(
        shelves.iter().map(width).max().unwrap_or(2 * GAP),
        shelves.iter().map(height).sum::<u32>() + GAP,
    );
    let mut sheet = plain(size, GREY);
    let mut y = GAP;
    for shelf in shelves {
        let mut x = GAP;
        for cell in shelf {
            over(&mut sheet, cell, x, y);
            x += cell.size().width + GAP;
        }
        y += height(shelf);
    }
    sheet
}

fn plain(size: Size, colour: [u8; 4]) -> Picture {
    let mut picture = Picture::transparent(size);
    picture.rgba_mut().chunks_exact_mut(4).for_each(|p| p.copy_from_slice(&colour));
    picture
}

/// Lays a premultiplied picture over another.
fn over(under: &mut Picture, top: &Picture, x: u32, y: u32) {
    let (width, stride) = (top.size().width as usize * 4, under.size().width as usize * 4);
    for (row, source) in top.rgba().chunks_exact(width).enumerate() {
        let start = (y as usize + row) * stride + x as usize * 4;
        let Some(target) = under.rgba_mut().get_mut(start..start + width) else { continue };
        for (to, from) in target.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
            let keep = 255 - u32::from(from[3]);
            for i in 0..4 {
                to[i] = (u32::from(from[i]) + (u32::from(to[i]) * keep + 127) / 255).min(255) as u8;
            }
        }
    }
}
