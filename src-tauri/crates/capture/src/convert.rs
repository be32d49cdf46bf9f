//! A decoded picture of any layout and size to a frame of one size.

use std::sync::Arc;

use vitrine_codec::{Decoded, Layout, Matrix};
use vitrine_media::{Frame, FramePool, Size};
use vitrine_pixel as pixel;

use crate::{CaptureError, ErrorKind};

/// Largest picture that is kept at its own size: full HD, either way up.
const KEPT: (u32, u32) = (1920, 1080);

/// The size frames of a source of `size` get: its own if it is within full HD or the wish, else
/// the largest even one of its shape within the wish.
pub fn frame_size(size: Size, wish: Size) -> Size {
    let (long, short) = (size.width.max(size.height), size.width.min(size.height));
    let within_wish = size.width <= wish.width && size.height <= wish.height;
    if (long <= KEPT.0 && short <= KEPT.1) || within_wish {
        return size;
    }
    let scale = (f64::from(wish.width) / f64::from(size.width))
        .min(f64::from(wish.height) / f64::from(size.height));
    let even = |v: u32| (((f64::from(v) * scale / 2.0).round() as u32) * 2).max(16);
    Size::new(even(size.width), even(size.height))
}

/// Makes frames of one size from decoded pictures; allocates only until enough frames are about.
pub struct FrameMaker {
    pool: FramePool,
    /// For pictures of another size: as large as they are.
    whole: Option<Frame>,
    scaler: pixel::FrameScaler,
    opaque: Vec<u8>,
}

impl FrameMaker {
    /// For frames of `size`, which must be [`Size::is_video`].
    pub fn new(size: Size) -> Self {
        Self {
            pool: FramePool::new(size),
            whole: None,
            scaler: pixel::FrameScaler::new(),
            opaque: Vec::new(),
        }
    }

    /// The size of its frames.
    pub const fn size(&self) -> Size {
        self.pool.size()
    }

    /// The picture as a frame: converted straight into it, by way of a frame of the picture's size if it
    /// must be scaled. What is transparent lies on black.
    ///
    /// # Errors
    /// [`ErrorKind::BadSize`] for pictures no frame can hold, [`ErrorKind::Damaged`] if its planes are too short.
    pub fn make(&mut self, picture: &Decoded<'_>) -> Result<Arc<Frame>, CaptureError> {
        if !picture.size.is_video() {
            let text = format!(
                "a picture of {} cannot be shown; use 16 to {} pixels a side",
                picture.size,
                Size::MAX_SIDE
            );
            return Err(CaptureError::new(ErrorKind::BadSize, text));
        }
        let Self { pool, whole, scaler, opaque } = self;
        if picture.size == pool.size() {
            let (frame, done) = pool.draw(|frame| convert(picture, opaque, frame));
            return done.map(|()| frame);
        }
        let frame = match whole {
            Some(frame) if frame.size() == picture.size => frame,
            _ => whole.insert(Frame::black(picture.size)),
        };
        convert(picture, opaque, frame)?;
        scaler.plan(picture.size, pixel::Region::all(picture.size), pool.size());
        Ok(pool.draw(|out| scaler.run(frame, out)).0)
    }
}

fn convert(
    picture: &Decoded<'_>,
    opaque: &mut Vec<u8>,
    out: &mut Frame,
) -> Result<(), CaptureError> {
    let matrix = match picture.matrix {
        Matrix::Bt601 => pixel::Matrix::Bt601,
        Matrix::Bt709 => pixel::Matrix::Bt709,
    };
    let range = if picture.full_range { pixel::Range::Full } else { pixel::Range::Limited };
    let color = pixel::ColorSpec { matrix, range };
    let (planes, strides) = (picture.planes, picture.strides);
    let done = match picture.layout {
        Layout::Yuv420 => pixel::yuv420_to_frame(planes, strides, color, out),
        Layout::Yuv422 => pixel::yuv422_to_frame(planes, strides, color, out),
        Layout::Nv12 => {
            pixel::nv12_to_frame([planes[0], planes[1]], [strides[0], strides[1]], color, out)
        }
        Layout::Yuyv => pixel::yuyv_to_frame(planes[0], strides[0], color, out),
        Layout::Uyvy => pixel::uyvy_to_frame(planes[0], strides[0], color, out),
        Layout::Rgb => pixel::rgb_to_frame(planes[0], strides[0], out),
        Layout::Bgr => pixel::bgr_to_frame(planes[0], strides[0], out),
        Layout::Rgba => {
            opaque.clear();
            for pixel in planes[0].chunks_exact(4) {
                let on_black = |v: u8| ((u32::from(v) * u32::from(pixel[3]) + 127) / 255) as u8;
                opaque.extend([on_black(pixel[0]), on_black(pixel[1]), on_black(pixel[2]), 255]);
            }
            pixel::rgba_to_frame(opaque, strides[0], out)
        }
    };
    done.map_err(|e| {
        CaptureError::new(
            ErrorKind::Damaged,
            format!("a picture cannot be converted ({e}); export the file again"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let wish = Size::new(1280, 720);
        let to = |w, h| frame_size(Size::new(w, h), wish);
        assert_eq!(to(640, 480), Size::new(640, 480));
        assert_eq!(to(1080, 1920), Size::new(1080, 1920));
        assert_eq!(to(3840, 2160), wish);
        assert_eq!(to(2160, 3840), Size::new(406, 720));
        assert_eq!(to(8000, 100), Size::new(1280, 16));
        assert_eq!(frame_size(Size::new(3840, 2160), Size::new(3840, 2160)), Size::new(3840, 2160));
    }
}
