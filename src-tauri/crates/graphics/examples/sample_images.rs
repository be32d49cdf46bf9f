//! Draws the sample show's product pictures from their SVG sources.
//!
//! `cargo run -p vitrine-graphics --example sample_images` rewrites `assets/sample/*.png`.

use std::error::Error;
use std::path::PathBuf;

use image::ImageEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(manifest_folder()).join("../../../assets/sample");
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "svg") {
            continue;
        }
        let tree = Tree::from_str(&std::fs::read_to_string(&path)?, &Options::default())?;
        let (width, height) = (tree.size().width() as u32, tree.size().height() as u32);
        let mut pixmap = Pixmap::new(width, height).ok_or("an empty drawing")?;
        resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
        // The drawings are opaque: three channels are enough.
        let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let mut png = Vec::new();
        PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
            .write_image(&rgb, width, height, image::ExtendedColorType::Rgb8)?;
        std::fs::write(path.with_extension("png"), &png)?;
        println!("{} {} KiB", path.display(), png.len() / 1024);
    }
    Ok(())
}

/// This crate's folder in the checkout that cargo was called in. Asked at run time: checkouts that
/// share a build folder share this binary as well.
fn manifest_folder() -> std::ffi::OsString {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
}
