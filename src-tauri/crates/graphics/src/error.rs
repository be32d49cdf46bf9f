//! What can go wrong, as sentences a seller can act on.

use std::path::{Path, PathBuf};

/// A theme could not be loaded or an element could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum GraphicsError {
    /// A file of the theme is missing or cannot be read.
    #[error("the theme file {} cannot be read ({reason}): check that the theme folder is complete", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// `theme.toml` does not say what it should.
    #[error("{place} of the theme \"{theme}\" is not right: {reason}")]
    Manifest {
        /// The theme's name or folder.
        theme: String,
        /// The file or table.
        place: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A template is no SVG, too large, or refers to something outside itself.
    #[error("the template {file} cannot be used: {reason}")]
    Template {
        /// The SVG file's name.
        file: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A brand's file does not say what it should, or names what the theme does not have.
    #[error("the brand {file} cannot be used: {reason}")]
    Brand {
        /// The file's or the brand's name.
        file: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// The theme has no such element for this canvas.
    #[error(
        "the theme \"{theme}\" has no {element} for a {shape} canvas: choose another theme or add it to theme.toml"
    )]
    NoElement {
        /// The theme's name.
        theme: String,
        /// The element, as written in `theme.toml`.
        element: &'static str,
        /// `landscape` or `portrait`.
        shape: &'static str,
    },
    /// The canvas is no picture size.
    #[error(
        "a canvas of {width}x{height} cannot be drawn on: both sides must be even and between 16 and 8192"
    )]
    Canvas {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The link has too many characters for a code that a phone can still read from the picture.
    #[error(transparent)]
    Qr(#[from] crate::qr::QrError),
}

impl GraphicsError {
    pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), reason: error.to_string() }
    }
}
