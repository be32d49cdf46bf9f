//! A brand: somebody's name, logo, colours and fonts, laid over any theme.
//!
//! ```toml
//! name = "Moreau & Filles"
//! logo = "logo.png"                     # a file beside this one
//! font-files = ["Moreau-Bold.otf"]      # at most 8, of 1 MiB
//! [colours]
//! accent = "#0b6b57"                    # names of the theme; accent-… follow unless named too
//! [fonts]
//! display = ["Moreau", "Inter Display"]
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use vitrine_media::Picture;

use crate::error::GraphicsError;
use crate::fonts::FontFile;
use crate::image::decode_image;
use crate::theme::{is_plain, read, read_fonts};

/// Most bytes of the file and of the logo.
const MAX_FILE: u64 = 64 * 1024;
const MAX_LOGO: u64 = 4 * 1024 * 1024;

/// What a theme takes over from a brand ([`crate::Theme::with_brand`]).
#[derive(Clone)]
pub struct Brand {
    pub(crate) name: String,
    pub(crate) logo: Option<Arc<Picture>>,
    pub(crate) colours: BTreeMap<String, String>,
    pub(crate) fonts: BTreeMap<String, Vec<String>>,
    pub(crate) font_files: Vec<FontFile>,
}

/// `brand.toml` as read.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    name: String,
    logo: Option<String>,
    #[serde(default)]
    font_files: Vec<String>,
    #[serde(default)]
    colours: BTreeMap<String, String>,
    #[serde(default)]
    fonts: BTreeMap<String, Vec<String>>,
}

impl Brand {
    /// Reads a brand's file, for instance `brand.toml`, and what it names in its folder; nothing
    /// outside of it is opened. Blocking: call it on a worker thread.
    ///
    /// # Errors
    /// One sentence naming the file, what is wrong in it and what would be right.
    pub fn load(file: impl AsRef<Path>) -> Result<Self, GraphicsError> {
        let path = file.as_ref();
        let label = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let wrong = |reason: String| GraphicsError::Brand { file: label.clone(), reason };
        let read = |path: &Path, most| {
            read(path, most).map_err(|e| match e {
                GraphicsError::Unreadable { path, reason } => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    wrong(format!("\"{name}\" cannot be read ({reason})"))
                }
                other => other,
            })
        };
        let bytes = read(path, MAX_FILE)?;
        let file: File = toml::from_str(&String::from_utf8_lossy(&bytes))
            .map_err(|e| wrong(e.to_string().trim().replace('\n', " ")))?;
        if file.name.trim().is_empty() {
            return Err(wrong("its name is empty; write name = \"…\"".to_owned()));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let logo = match &file.logo {
            None => None,
            Some(name) if !is_plain(name) => {
                return Err(wrong(format!(
                    "the logo \"{name}\" is not the plain name of a file beside it"
                )));
            }
            Some(name) => {
                let bytes = read(&folder.join(name), MAX_LOGO)?;
                Some(Arc::new(decode_image(&bytes, name).map_err(|e| wrong(e.to_string()))?))
            }
        };
        let font_files = read_fonts(folder, &file.font_files, file.name.trim())?;
        Ok(Self {
            name: file.name.trim().to_owned(),
            logo,
            colours: file.colours,
            fonts: file.fonts,
            font_files,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Debug for Brand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Brand({})", self.name)
    }
}
