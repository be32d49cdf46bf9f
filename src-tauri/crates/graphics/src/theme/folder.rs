//! A theme from its folder, which somebody else may have made: plain names, limits, and every name
//! followed before anything is drawn.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{Parts, Theme, is_name, parse};
use crate::drawing;
use crate::error::GraphicsError;
use crate::fonts::{FontFile, Fonts};
use crate::image::decode_image;
use crate::manifest::Manifest;
use crate::template::Assets;

/// Most bytes of `theme.toml` and of one asset.
const MAX_MANIFEST: u64 = 256 * 1024;
const MAX_ASSET: u64 = 4 * 1024 * 1024;
/// Most font files of one theme.
const MAX_FONTS: usize = 8;
/// Most degrees a text is turned.
const MAX_TILT: f32 = 30.0;

impl Theme {
    /// Loads and checks a theme's folder; nothing outside of it is opened. An element that the
    /// theme leaves out is no mistake: drawing it is. Blocking.
    ///
    /// # Errors
    /// One sentence naming the file, what is wrong in it and what would be right.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, GraphicsError> {
        let folder = folder.as_ref();
        let manifest = read(&folder.join("theme.toml"), MAX_MANIFEST)?;
        let label = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&manifest).into_owned();
        let draft: Manifest = parse(&label, &text)?;
        let wrong = |place: String, reason: String| GraphicsError::Manifest {
            theme: draft.name.clone(),
            place,
            reason,
        };
        let inside = |name: &str| {
            is_plain(name).then_some(()).ok_or_else(|| {
                wrong(
                    "theme.toml".to_owned(),
                    format!("\"{name}\" is not the plain name of a file in the theme's folder"),
                )
            })
        };
        let mut sources = BTreeMap::new();
        for drawing in draft.element.values().flat_map(|s| [&s.landscape, &s.portrait]).flatten() {
            inside(&drawing.template)?;
            let bytes = read(&folder.join(&drawing.template), MAX_ASSET)?;
            sources.insert(drawing.template.clone(), String::from_utf8_lossy(&bytes).into_owned());
        }
        let mut assets = Assets::new();
        for (name, file) in &draft.assets {
            inside(file)?;
            let bytes = read(&folder.join(file), MAX_ASSET)?;
            decode_image(&bytes, file)
                .map_err(|e| wrong(format!("the asset {name}"), e.to_string()))?;
            assets.insert(name.clone(), Arc::new(bytes));
        }
        let fonts = read_fonts(folder, &draft.font_files, &draft.name)?;
        let theme = Self::build(draft, Parts { sources, assets, fonts }, Fonts::bundled())?;
        theme.check()?;
        Ok(theme)
    }

    /// Parses every template and follows every name of the manifest.
    pub(super) fn check(&self) -> Result<(), GraphicsError> {
        for (element, shapes) in &self.manifest.element {
            for drawing in [&shapes.landscape, &shapes.portrait].into_iter().flatten() {
                let template = self.template(&drawing.template)?;
                let wrong = |reason: String| GraphicsError::Manifest {
                    theme: self.manifest.name.clone(),
                    place: format!("{} ({})", element.name(), drawing.template),
                    reason,
                };
                for slot in &drawing.slot {
                    for name in drawing::box_names(slot) {
                        if !template.boxes.contains_key(name) {
                            return Err(wrong(format!(
                                "the template has no rectangle with the id slot-{name}"
                            )));
                        }
                    }
                    if !(-MAX_TILT..=MAX_TILT).contains(&slot.tilt) {
                        return Err(wrong(format!(
                            "the slot {} is tilted by {}; between -{MAX_TILT} and {MAX_TILT} degrees are possible",
                            slot.name, slot.tilt
                        )));
                    }
                    self.text_style(slot).map_err(wrong)?;
                }
                for part in &drawing.part {
                    if !is_name(&part.id) || !template.groups.contains(&part.id) {
                        return Err(wrong(format!(
                            "the template has no group with the id {}",
                            part.id
                        )));
                    }
                }
            }
        }
        Ok(())
    }
}

/// The font files a theme or a brand brings; `owner` is its name in sentences.
pub(crate) fn read_fonts(
    folder: &Path,
    names: &[String],
    owner: &str,
) -> Result<Vec<FontFile>, GraphicsError> {
    let wrong = |reason: String| GraphicsError::Manifest {
        theme: owner.to_owned(),
        place: "font-files".to_owned(),
        reason,
    };
    if names.len() > MAX_FONTS {
        return Err(wrong(format!("{} files are named; {MAX_FONTS} are possible", names.len())));
    }
    let mut fonts = Vec::new();
    for name in names {
        if !is_plain(name) {
            return Err(wrong(format!("\"{name}\" is not the plain name of a file in the folder")));
        }
        let bytes = read(&folder.join(name), FontFile::MAX_BYTES)?;
        let font = FontFile::new(bytes).ok_or_else(|| {
            wrong(format!("\"{name}\" is no font; an OpenType or TrueType file is needed"))
        })?;
        fonts.push(font);
    }
    Ok(fonts)
}

/// A file of the folder itself: files from somebody else are named plainly.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\', ':']) && !name.starts_with('.')
}

/// Reads a file of at most so many bytes.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, GraphicsError> {
    let length = std::fs::metadata(path).map_err(|e| GraphicsError::unreadable(path, &e))?.len();
    if length > most {
        return Err(GraphicsError::Unreadable {
            path: path.to_owned(),
            reason: format!("it is larger than {} KiB", most / 1024),
        });
    }
    std::fs::read(path).map_err(|e| GraphicsError::unreadable(path, &e))
}
