//! What cameras and decoders give, to a frame of the same size.
//!
//! Each conversion takes two rows at a time from the camera's buffer to the frame in one pass: taken
//! apart, chroma of 4:2:2 averaged over the two rows, brought to BT.709 limited where it is something
//! else. Chroma is taken to lie in the middle of its pixels.

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
        let Pair { y, u, v } = pairs.get(j);
        match &map {
            Some(map) => simd::packed_pair_to::<LUMA>(rows, y, u, v, map),
            None => simd::packed_pair::<LUMA>(rows, y, u, v),
        }
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
    if map.is_none() {
        copy_luma(planes[0], strides[0], out);
    }
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let Pair { y, u, v } = pairs.get(j);
        let luma = two_rows(planes[0], strides[0], j, width);
        let chroma = &planes[1][j * strides[1]..][..width];
        match &map {
            Some(map) => simd::paired_pair_to(luma, chroma, y, u, v, map),
            None => simd::split(chroma, u, v),
        }
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
    if map.is_none() {
        copy_luma(planes[0], strides[0], out);
    }
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let Pair { y, u, v } = pairs.get(j);
        let luma = two_rows(planes[0], strides[0], j, width);
        let us = two_rows(planes[1], strides[1], j, width / 2);
        let vs = two_rows(planes[2], strides[2], j, width / 2);
        match &map {
            Some(map) => simd::planar_pair_to(luma, us, vs, y, u, v, map),
            None => {
                simd::average_rows(us[0], us[1], u);
                simd::average_rows(vs[0], vs[1], v);
            }
        }
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
    if map.is_none() {
        copy_luma(planes[0], strides[0], out);
    }
    let mut pairs = RowPairs::of(out);
    for j in 0..pairs.rows {
        let Pair { y, u, v } = pairs.get(j);
        let luma = two_rows(planes[0], strides[0], j, width);
        let us = &planes[1][j * strides[1]..][..width / 2];
        let vs = &planes[2][j * strides[2]..][..width / 2];
        match &map {
            Some(map) => simd::planar_pair_to(luma, [us, us], [vs, vs], y, u, v, map),
            None => {
                u.copy_from_slice(us);
                v.copy_from_slice(vs);
            }
        }
    }
    Ok(())
}

/// Rows `2 * j` and the next of a plane.
fn two_rows(plane: &[u8], stride: usize, j: usize, width: usize) -> [&[u8]; 2] {
    [&plane[2 * j * stride..][..width], &plane[(2 * j + 1) * stride..][..width]]
}

/// Copies luma that is right already: in one piece where there is nothing between its rows, which
/// takes a third less time than a copy by rows.
fn copy_luma(plane: &[u8], stride: usize, out: &mut Frame) {
    let Size { width, height } = out.size();
    let (width, height) = (width as usize, height as usize);
    let planes = out.planes_mut();
    if stride == width && planes.strides[0] == width {
        planes.y[..width * height].copy_from_slice(&plane[..width * height]);
        return;
    }
    let rows = planes.y.chunks_mut(planes.strides[0]).zip(plane.chunks(stride)).take(height);
    for (to, from) in rows {
        to[..width].copy_from_slice(&from[..width]);
    }
}
