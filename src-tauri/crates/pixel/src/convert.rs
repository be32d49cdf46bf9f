//! What cameras and decoders give, to a frame of the same size.
//!
//! Each conversion runs over two rows at a time: unpacked into the frame, then brought to BT.709
//! limited while still in the cache, so memory is passed once. 4:2:2 chroma is averaged over two
//! rows; chroma is taken to lie in the middle of its pixels.

use vitrine_media::{Frame, FrameMut, Size};

use crate::color::{Coefficients, ColorSpec};
use crate::error::check;
use crate::{PixelError, simd};

/// A frame's rows, two of luma and one of each chroma at a time.
struct RowPairs<'a> {
    planes: FrameMut<'a>,
    width: usize,
    rows: usize,
}

/// Two luma rows, one blue-difference and one red-difference row.
struct Pair<'a> {
    y: [&'a mut [u8]; 2],
    u: &'a mut [u8],
    v: &'a mut [u8],
}

impl<'a> RowPairs<'a> {
    fn of(out: &'a mut Frame) -> Self {
        let Size { width, height } = out.size();
        Self { width: width as usize, rows: height as usize / 2, planes: out.planes_mut() }
    }

    /// Pair `j`, as wide as the picture.
    fn get(&mut self, j: usize) -> Pair<'_> {
        let [ys, us, vs] = self.planes.strides;
        let (y0, y1) = self.planes.y[2 * j * ys..2 * (j + 1) * ys].split_at_mut(ys);
        let half = self.width / 2;
        Pair {
            y: [&mut y0[..self.width], &mut y1[..self.width]],
            u: &mut self.planes.u[j * us..][..half],
            v: &mut self.planes.v[j * vs..][..half],
        }
    }
}

impl Pair<'_> {
    fn recolor(&mut self, map: Option<&Coefficients>) {
        if let Some(map) = map {
            let [y0, y1] = &mut self.y;
            simd::recolor_pair([y0, y1], self.u, self.v, map);
        }
    }
}

/// Packed 4:2:2, `Y U Y V`, rows `stride` bytes apart, of the size of `out`.
///
/// # Errors
/// When `src` is too short for that size.
pub fn yuyv_to_frame(
    src: &[u8],
    stride: usize,
    color: ColorSpec,
    out: &mut Frame,
) -> Result<(), PixelError> {
    packed_to_frame::<0>(src, stride, color, out)
}

/// Packed 4:2:2, `U Y V Y`, rows `stride` bytes apart, of the size of `out`.
///
/// # Errors
/// When `src` is too short for that size.
pub fn uyvy_to_frame(
    src: &[u8],
    stride: usize,
    color: ColorSpec,
    out: &mut Frame,
) -> Result<(), PixelError> {
    packed_to_frame::<1>(src, stride, color, out)
}

fn packed_to_frame<const LUMA: usize>(
    src: &[u8],
    stride: usize,
    color: ColorSpec,
    out: &mut Frame,
) -> Result<(), PixelError> {
    let size = out.size();
    let bytes = size.width as usize * 2;
    check(src, stride, bytes, size.height as usize, size)?;
    let map = Coefficients::of(color);
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let rows = [&src[2 * j * stride..][..bytes], &src[(2 * j + 1) * stride..][..bytes]];
        let mut pair = pairs.get(j);
        let [y0, y1] = &mut pair.y;
        simd::packed_pair::<LUMA>(rows, [y0, y1], pair.u, pair.v);
        pair.recolor(map.as_ref());
    }
    Ok(())
}

/// NV12: a luma plane, then a plane of interleaved U and V at half size both ways; rows
/// `strides` bytes apart, of the size of `out`.
///
/// # Errors
/// When a plane is too short for that size.
pub fn nv12_to_frame(
    planes: [&[u8]; 2],
    strides: [usize; 2],
    color: ColorSpec,
    out: &mut Frame,
) -> Result<(), PixelError> {
    let size = out.size();
    let (width, height) = (size.width as usize, size.height as usize);
    check(planes[0], strides[0], width, height, size)?;
    check(planes[1], strides[1], width, height / 2, size)?;
    let map = Coefficients::of(color);
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let mut pair = pairs.get(j);
        copy_luma(planes[0], strides[0], j, &mut pair);
        simd::split(&planes[1][j * strides[1]..][..width], pair.u, pair.v);
        pair.recolor(map.as_ref());
    }
    Ok(())
}

/// Planar 4:2:2 (Y full size, U and V half as wide): what MJPEG cameras decode to, with
/// [`ColorSpec::JPEG`]. Rows `strides` bytes apart, of the size of `out`.
///
/// # Errors
/// When a plane is too short for that size.
pub fn yuv422_to_frame(
    planes: [&[u8]; 3],
    strides: [usize; 3],
    color: ColorSpec,
    out: &mut Frame,
) -> Result<(), PixelError> {
    let size = out.size();
    let (width, height) = (size.width as usize, size.height as usize);
    check(planes[0], strides[0], width, height, size)?;
    check(planes[1], strides[1], width / 2, height, size)?;
    check(planes[2], strides[2], width / 2, height, size)?;
    let map = Coefficients::of(color);
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let mut pair = pairs.get(j);
        copy_luma(planes[0], strides[0], j, &mut pair);
        for (i, out) in [(1, &mut *pair.u), (2, &mut *pair.v)] {
            let (plane, stride) = (planes[i], strides[i]);
            let upper = &plane[2 * j * stride..][..width / 2];
            let lower = &plane[(2 * j + 1) * stride..][..width / 2];
            simd::average_rows(upper, lower, out);
        }
        pair.recolor(map.as_ref());
    }
    Ok(())
}

/// Planar 4:2:0, rows `strides` bytes apart, of the size of `out`.
///
/// # Errors
/// When a plane is too short for that size.
pub fn yuv420_to_frame(
    planes: [&[u8]; 3],
    strides: [usize; 3],
    color: ColorSpec,
    out: &mut Frame,
) -> Result<(), PixelError> {
    let size = out.size();
    let (width, height) = (size.width as usize, size.height as usize);
    check(planes[0], strides[0], width, height, size)?;
    check(planes[1], strides[1], width / 2, height / 2, size)?;
    check(planes[2], strides[2], width / 2, height / 2, size)?;
    let map = Coefficients::of(color);
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let mut pair = pairs.get(j);
        copy_luma(planes[0], strides[0], j, &mut pair);
        pair.u.copy_from_slice(&planes[1][j * strides[1]..][..width / 2]);
        pair.v.copy_from_slice(&planes[2][j * strides[2]..][..width / 2]);
        pair.recolor(map.as_ref());
    }
    Ok(())
}

fn copy_luma(plane: &[u8], stride: usize, j: usize, pair: &mut Pair<'_>) {
    for (i, row) in pair.y.iter_mut().enumerate() {
        let width = row.len();
        row.copy_from_slice(&plane[(2 * j + i) * stride..][..width]);
    }
}
