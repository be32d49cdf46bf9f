//! Program pictures as PNG files.

use std::path::Path;

use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use vitrine_media::{Frame, Picture};

use crate::error::StudioError;

/// Writes a frame as a PNG, whole or not at all.
///
/// # Errors
/// If the file cannot be written.
pub fn write_png(frame: &Frame, path: &Path) -> Result<(), StudioError> {
    write_picture(&vitrine_pixel::frame_to_picture(frame), path)
}

/// Writes a drawn picture as a PNG, whole or not at all.
///
/// # Errors
/// If the file cannot be written.
pub fn write_picture(picture: &Picture, path: &Path) -> Result<(), StudioError> {
    let failed = |e: &dyn std::fmt::Display| {
        StudioError::machine(
            "picture",
            format!("picture {} cannot be written: {e}", path.display()),
        )
        .remedy(
            "check that the folder exists, that you may write there and that the disk is not full",
        )
    };
    let size = picture.size();
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive)
        .write_image(picture.rgba(), size.width, size.height, image::ExtendedColorType::Rgba8)
        .map_err(|e| failed(&e))?;
    let part = path.with_extension("png.part");
    let written = std::fs::write(&part, &png).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| {
        // The part file may not exist at all; what cannot be removed was never made.
        drop(std::fs::remove_file(&part));
        failed(&e)
    })
}
