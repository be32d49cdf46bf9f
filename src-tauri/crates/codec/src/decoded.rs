//! A decoded picture whose planes are borrowed from the decoder.

use std::sync::Arc;

use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame;
use ffmpeg_next::software::scaling;
use ffmpeg_next::util::color;
use vitrine_media::{Frame, MediaTime, Plane, Size};

use crate::ffi;

/// How the samples of a [`Decoded`] lie.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Layout {
    /// Planes Y, U, V; chroma halved both ways.
    Yuv420,
    /// Planes Y, U, V; chroma halved across.
    Yuv422,
    /// Planes Y and UV pairs; chroma halved both ways.
    Nv12,
    /// One plane Y U Y V.
    Yuyv,
    /// One plane U Y V Y.
    Uyvy,
    /// One plane R G B.
    Rgb,
    /// One plane B G R.
    Bgr,
    /// One plane R G B A, not premultiplied.
    Rgba,
}

impl Layout {
    /// Planes in use.
    pub const fn planes(self) -> usize {
        match self {
            Self::Yuv420 | Self::Yuv422 => 3,
            Self::Nv12 => 2,
            Self::Yuyv | Self::Uyvy | Self::Rgb | Self::Bgr | Self::Rgba => 1,
        }
    }

    /// Bytes in a row and rows of plane `index` at an even `size`.
    pub const fn plane(self, index: usize, size: Size) -> (usize, usize) {
        let (w, h) = (size.width as usize, size.height as usize);
        match (self, index) {
            (Self::Yuv420 | Self::Yuv422 | Self::Nv12, 0) => (w, h),
            (Self::Yuv420, _) => (w / 2, h / 2),
            (Self::Yuv422, _) => (w / 2, h),
            (Self::Nv12, _) => (w, h / 2),
            (Self::Yuyv | Self::Uyvy, _) => (2 * w, h),
            (Self::Rgb | Self::Bgr, _) => (3 * w, h),
            (Self::Rgba, _) => (4 * w, h),
        }
    }
}

/// How luma and colour differences come from red, green and blue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Matrix {
    /// ITU-R BT.601: standard definition, JPEG.
    Bt601,
    /// ITU-R BT.709: high definition.
    Bt709,
}

/// A decoded picture. Odd sizes lose their last column or row, so that 4:2:0 can hold them.
#[derive(Clone, Copy, Debug)]
pub struct Decoded<'a> {
    /// Its size, both sides even.
    pub size: Size,
    /// How its samples lie.
    pub layout: Layout,
    /// The matrix of a YUV layout.
    pub matrix: Matrix,
    /// Samples of a YUV layout use 0–255 instead of 16–235.
    pub full_range: bool,
    /// When it is shown, from the file's start.
    pub at: MediaTime,
    /// Rows of each plane, [`strides`](Self::strides) apart; unused planes are empty.
    pub planes: [&'a [u8]; 3],
    /// Bytes between the starts of two rows.
    pub strides: [usize; 3],
}

/// Pixel formats that are given as they are.
fn layout(format: Pixel) -> Option<Layout> {
    Some(match format {
        Pixel::YUV420P | Pixel::YUVJ420P => Layout::Yuv420,
        Pixel::YUV422P | Pixel::YUVJ422P => Layout::Yuv422,
        Pixel::NV12 => Layout::Nv12,
        Pixel::YUYV422 => Layout::Yuyv,
        Pixel::UYVY422 => Layout::Uyvy,
        Pixel::RGB24 => Layout::Rgb,
        Pixel::BGR24 => Layout::Bgr,
        Pixel::RGBA => Layout::Rgba,
        _ => return None,
    })
}

/// The matrix of a frame; where nothing is said, small pictures and JPEGs are BT.601.
fn matrix(frame: &frame::Video) -> Matrix {
    use color::Space;
    match frame.color_space() {
        Space::BT709 | Space::BT2020NCL | Space::BT2020CL => Matrix::Bt709,
        Space::Unspecified | Space::RGB if frame.height() >= 720 && !is_full(frame) => {
            Matrix::Bt709
        }
        _ => Matrix::Bt601,
    }
}

fn is_full(frame: &frame::Video) -> bool {
    let full = matches!(
        frame.format(),
        Pixel::YUVJ420P | Pixel::YUVJ422P | Pixel::YUVJ444P | Pixel::GRAY8
    );
    full || frame.color_range() == color::Range::JPEG
}

/// Red, green and blue in some order, or a palette of them.
fn is_rgb(frame: &frame::Video) -> bool {
    // FFmpeg's names of every such format begin or end in one of these.
    let name = frame.format().descriptor().map_or("", |d| d.name());
    ["rgb", "bgr", "argb", "abgr", "gbr", "pal8", "0rgb", "0bgr", "x2", "mono"]
        .iter()
        .any(|p| name.starts_with(p))
}

/// Turns what this crate has no [`Layout`] for into [`Layout::Rgba`] or [`Layout::Yuv420`] (of
/// limited range, with the matrix it had).
#[derive(Default)]
pub(crate) struct Converter {
    scaler: Option<(ffi::Scaler, Pixel, u32, u32)>,
    out: Option<frame::Video>,
}

impl Converter {
    /// A view of `frame`, converted if it must be. `None` if its size or planes are unusable.
    pub(crate) fn view<'a>(
        &'a mut self,
        frame: &'a frame::Video,
        at: MediaTime,
    ) -> Option<Decoded<'a>> {
        let (matrix, full) = (matrix(frame), is_full(frame));
        if let Some(layout) = layout(frame.format()) {
            return borrow(frame, layout, matrix, full, at);
        }
        let (layout, format) = if is_rgb(frame) {
            (Layout::Rgba, Pixel::RGBA)
        } else {
            (Layout::Yuv420, Pixel::YUV420P)
        };
        let converted = self.convert(frame, format, matrix, full)?;
        borrow(converted, layout, matrix, false, at)
    }

    fn convert(
        &mut self,
        frame: &frame::Video,
        to: Pixel,
        matrix: Matrix,
        full: bool,
    ) -> Option<&frame::Video> {
        let (format, width, height) = (frame.format(), frame.width(), frame.height());
        if !matches!(&self.scaler, Some((_, f, w, h)) if (*f, *w, *h) == (format, width, height)) {
            let flags = scaling::Flags::BILINEAR | scaling::Flags::ACCURATE_RND;
            let (w, h) = (width & !1, height & !1);
            let mut made = scaling::Context::get(format, width, height, to, w, h, flags).ok()?;
            if to == Pixel::YUV420P {
                ffi::set_matrix(&mut made, matrix == Matrix::Bt601, full);
            }
            self.scaler = Some((ffi::Scaler(made), format, width, height));
            self.out = Some(frame::Video::new(to, w, h));
        }
        let (Some((scaler, ..)), Some(out)) = (&mut self.scaler, &mut self.out) else {
            return None;
        };
        scaler.0.run(frame, out).ok()?;
        Some(out)
    }
}

fn borrow(
    frame: &frame::Video,
    layout: Layout,
    matrix: Matrix,
    full_range: bool,
    at: MediaTime,
) -> Option<Decoded<'_>> {
    let size = Size::new(frame.width() & !1, frame.height() & !1);
    if size.area() == 0 {
        return None;
    }
    let (mut planes, mut strides) = ([&[][..]; 3], [0; 3]);
    for i in 0..layout.planes() {
        let (bytes, rows) = layout.plane(i, size);
        (planes[i], strides[i]) = ffi::plane(frame, i, rows, bytes);
        if planes[i].is_empty() {
            return None;
        }
    }
    Some(Decoded { size, layout, matrix, full_range, at, planes, strides })
}

/// A copy of `frame` with its chroma in pairs, for encoders that take nothing else.
pub(crate) fn nv12(frame: &Arc<Frame>) -> frame::Video {
    let (width, height) = (frame.size().width as usize, frame.size().height as usize);
    let mut out = frame::Video::new(Pixel::NV12, width as u32, height as u32);
    let (luma, chroma) = (out.stride(0), out.stride(1));
    for (y, row) in out.data_mut(0).chunks_exact_mut(luma).take(height).enumerate() {
        row[..width].copy_from_slice(frame.row(Plane::Y, y));
    }
    for (y, row) in out.data_mut(1).chunks_exact_mut(chroma).take(height / 2).enumerate() {
        let pairs = frame.row(Plane::U, y).iter().zip(frame.row(Plane::V, y));
        for (to, (u, v)) in row.chunks_exact_mut(2).zip(pairs) {
            (to[0], to[1]) = (*u, *v);
        }
    }
    out
}
