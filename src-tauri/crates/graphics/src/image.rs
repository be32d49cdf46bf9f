//! Product images from strangers: type sniffed, size checked from the header, limits kept.

use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use vitrine_media::{Picture, Size};

/// Largest side of a product image, in pixels.
pub const MAX_SIDE: u32 = 8192;
/// Most bytes a file may have, and most bytes decoding may take beyond the picture itself.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A picture keeps at most this side after loading: no canvas shows more of it.
const KEPT_SIDE: u32 = 4096;

/// Why an image cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The file is missing or unreadable.
    #[error(
        "the picture {name} cannot be read ({reason}): check that the file is where the product says"
    )]
    Unreadable {
        /// The file's name.
        name: String,
        /// What the operating system said.
        reason: String,
    },
    /// More bytes than allowed.
    #[error("the picture {name} is larger than 64 MiB: save a smaller copy")]
    TooHeavy {
        /// The file's name.
        name: String,
    },
    /// Neither PNG, JPEG nor WebP.
    #[error("the picture {name} is neither PNG, JPEG nor WebP: save it in one of these formats")]
    UnknownType {
        /// The file's name.
        name: String,
    },
    /// More pixels than allowed.
    #[error(
        "the picture {name} is {width}x{height} pixels; the limit is 8192x8192 and 64 million pixels: save a smaller copy"
    )]
    TooLarge {
        /// The file's name.
        name: String,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Cut short or corrupt.
    #[error("the picture {name} is damaged or incomplete: export or download it again")]
    Damaged {
        /// The file's name.
        name: String,
    },
}

/// Loads a PNG, JPEG or WebP file (first frame of an animated one), turned upright as its EXIF
/// orientation says. The type is taken from the content, never from the name; the size is
/// checked before anything is decoded. Blocking: call it on a worker thread.
///
/// # Errors
/// One sentence naming the file and the remedy.
pub fn load_image(path: impl AsRef<Path>) -> Result<Picture, ImageError> {
    let path = path.as_ref();
    let name = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let unreadable =
        |e: std::io::Error| ImageError::Unreadable { name: name(), reason: e.to_string() };
    let file = std::fs::metadata(path).map_err(unreadable)?;
    if file.is_dir() {
        return Err(ImageError::Unreadable { name: name(), reason: "it is a folder".to_owned() });
    }
    if file.len() > MAX_BYTES {
        return Err(ImageError::TooHeavy { name: name() });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    decode_image(&bytes, &name())
}

/// The same from memory; `name` is used in error sentences only.
///
/// # Errors
/// As [`load_image`].
pub fn decode_image(bytes: &[u8], name: &str) -> Result<Picture, ImageError> {
    let name = name.to_owned();
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ImageError::TooHeavy { name });
    }
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        _ => return Err(ImageError::UnknownType { name }),
    };
    let damaged = |_| ImageError::Damaged { name: name.clone() };
    // The header alone, from a decoder that has allocated nothing for pixels yet.
    let (width, height) =
        ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(damaged)?;
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_BYTES {
        return Err(ImageError::TooLarge { name, width, height });
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    // The decoded picture itself (up to 16 bits a channel) plus scratch space.
    limits.max_alloc = Some(u64::from(width) * u64::from(height) * 8 + MAX_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    decoded.apply_orientation(orientation);
    let mut rgba = decoded.into_rgba8();
    let size = Size::new(rgba.width(), rgba.height());
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u16::from(pixel[3]);
        if alpha < 255 {
            for channel in &mut pixel[..3] {
                *channel = ((u16::from(*channel) * alpha + 127) / 255) as u8;
            }
        }
    }
    let mut picture =
        Picture::from_rgba(size, rgba.into_raw()).ok_or(ImageError::Damaged { name })?;
    while picture.size().width.max(picture.size().height) > KEPT_SIDE {
        picture = halve(&picture);
    }
    Ok(picture)
}

/// Averages 2×2 pixels; an odd last row or column is left out.
fn halve(picture: &Picture) -> Picture {
    let size = picture.size();
    let half = Size::new((size.width / 2).max(1), (size.height / 2).max(1));
    let mut out = Picture::transparent(half);
    let stride = size.width as usize * 4;
    let (right, below) =
        (if size.width > 1 { 4 } else { 0 }, if size.height > 1 { stride } else { 0 });
    let source = picture.rgba();
    for (y, row) in out.rgba_mut().chunks_exact_mut(half.width as usize * 4).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let at = y * 2 * stride + (x / 4) * 8 + x % 4;
            let sum: u16 = [at, at + right, at + below, at + right + below]
                .iter()
                .map(|&i| u16::from(source[i]))
                .sum();
            *value = ((sum + 2) / 4) as u8;
        }
    }
    out
}
