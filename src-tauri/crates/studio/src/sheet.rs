//! A contact sheet: what viewers saw after each change, every canvas a page of small pictures beside the
//! pictures themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use image::RgbaImage;
use image::imageops::{FilterType, replace, resize};
use serde::Serialize;
use vitrine_media::Frame;

use crate::canvas::Canvas;
use crate::error::StudioError;
use crate::pictures::write_png;

/// Long side of a picture on the sheet, pixels.
const LONG_SIDE: u32 = 480;
/// Between pictures, pixels.
const GAP: u32 = 12;
/// Widest a sheet grows, pixels.
const WIDEST: u32 = 2000;
/// Most pictures of a canvas: a twelve-hour show has more changes than anybody looks at.
const MOST: usize = 400;

/// Pictures of a show, being taken.
#[derive(Debug)]
pub struct Sheet {
    folder: PathBuf,
    taken: BTreeMap<Canvas, Vec<Taken>>,
    failed: Option<StudioError>,
}

#[derive(Debug)]
struct Taken {
    name: String,
    file: PathBuf,
    small: RgbaImage,
}

/// What was written.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Sheets {
    /// The sheet of each canvas.
    pub sheets: BTreeMap<Canvas, PathBuf>,
    /// Every picture, in order, with what it shows.
    pub pictures: Vec<(String, PathBuf)>,
}

fn written(path: &Path, e: impl std::fmt::Display) -> StudioError {
    StudioError::machine("sheet", format!("{} cannot be written: {e}", path.display()))
        .remedy("choose another folder")
}

impl Sheet {
    /// Begins a sheet in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn create(folder: &Path) -> Result<Self, StudioError> {
        std::fs::create_dir_all(folder).map_err(|e| written(folder, e))?;
        Ok(Self { folder: folder.to_owned(), taken: BTreeMap::new(), failed: None })
    }

    /// Adds a picture and writes it. What fails is told at the end.
    pub fn add(&mut self, canvas: Canvas, name: &str, frame: &Frame) {
        let taken = self.taken.entry(canvas).or_default();
        if taken.len() >= MOST {
            return;
        }
        let picture = vitrine_pixel::frame_to_picture(frame);
        let size = picture.size();
        let Some(whole) = RgbaImage::from_raw(size.width, size.height, picture.rgba().to_vec())
        else {
            return;
        };
        let plain: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .take(60)
            .collect();
        let shape = canvas.to_string().replace(':', "x");
        let file = self.folder.join(format!("{shape}-{:03}-{plain}.png", taken.len() + 1));
        if let Err(e) = write_png(frame, &file) {
            self.failed.get_or_insert(e);
        }
        let scale = f64::from(LONG_SIDE) / f64::from(whole.width().max(whole.height()));
        let side = |v: u32| ((f64::from(v) * scale).round() as u32).max(1);
        let small = resize(&whole, side(whole.width()), side(whole.height()), FilterType::Triangle);
        taken.push(Taken { name: name.to_owned(), file, small });
    }

    /// Writes the sheets.
    ///
    /// # Errors
    /// The first picture that could not be written.
    pub fn finish(self) -> Result<Sheets, StudioError> {
        if let Some(e) = self.failed {
            return Err(e);
        }
        let (mut sheets, mut pictures) = (BTreeMap::new(), Vec::new());
        for (canvas, taken) in self.taken {
            let Some(first) = taken.first() else { continue };
            let (w, h) = first.small.dimensions();
            let columns = (WIDEST / (w + GAP)).clamp(1, taken.len() as u32);
            let rows = (taken.len() as u32).div_ceil(columns);
            let mut page = RgbaImage::from_pixel(
                GAP + columns * (w + GAP),
                GAP + rows * (h + GAP),
                image::Rgba([44, 44, 48, 255]),
            );
            for (i, picture) in (0..).zip(&taken) {
                let (x, y) = (GAP + i % columns * (w + GAP), GAP + i / columns * (h + GAP));
                replace(&mut page, &picture.small, i64::from(x), i64::from(y));
            }
            let shape = canvas.to_string().replace(':', "x");
            let file = self.folder.join(format!("sheet-{shape}.png"));
            page.save(&file).map_err(|e| written(&file, e))?;
            sheets.insert(canvas, file);
            pictures.extend(taken.into_iter().map(|t| (t.name, t.file)));
        }
        Ok(Sheets { sheets, pictures })
    }
}
