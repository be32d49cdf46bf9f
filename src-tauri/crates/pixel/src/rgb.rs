//! RGB of any order to frames, and frames to pictures. Stills, screens and rare cameras come this
//! way, not the show's main path, so plain loops serve.

use vitrine_media::{Frame, Picture, Plane};

use crate::PixelError;
use crate::error::check;

/// BT.709 limited from sRGB bytes in Q15, for luma and (on sums of four pixels) for chroma.
const Y: [i32; 3] = [fixed(0.2126 * 219.0), fixed(0.7152 * 219.0), fixed(0.0722 * 219.0)];
const U: [i32; 3] = [
    fixed(-0.2126 / 1.8556 * 224.0),
    fixed(-0.7152 / 1.8556 * 224.0),
    fixed(0.9278 / 1.8556 * 224.0),
];
const V: [i32; 3] = [
    fixed(0.7874 / 1.5748 * 224.0),
    fixed(-0.7152 / 1.5748 * 224.0),
    fixed(-0.0722 / 1.5748 * 224.0),
];

const fn fixed(c: f64) -> i32 {
    let scaled = c / 255.0 * 32768.0;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

/// 24-bit `R G B`, rows `stride` bytes apart, of the size of `out`.
///
/// # Errors
/// When `src` is too short for that size.
pub fn rgb_to_frame(src: &[u8], stride: usize, out: &mut Frame) -> Result<(), PixelError> {
    any_to_frame::<3, 0, 2>(src, stride, out)
}

/// 24-bit `B G R`, rows `stride` bytes apart, of the size of `out`.
///
/// # Errors
/// When `src` is too short for that size.
pub fn bgr_to_frame(src: &[u8], stride: usize, out: &mut Frame) -> Result<(), PixelError> {
    any_to_frame::<3, 2, 0>(src, stride, out)
}

/// 32-bit `R G B x`, rows `stride` bytes apart, of the size of `out`. The fourth byte is not
/// looked at: a source is opaque (premultiplied RGBA thus lies on black).
///
/// # Errors
/// When `src` is too short for that size.
pub fn rgba_to_frame(src: &[u8], stride: usize, out: &mut Frame) -> Result<(), PixelError> {
    any_to_frame::<4, 0, 2>(src, stride, out)
}

/// 32-bit `B G R x`, as [`rgba_to_frame`].
///
/// # Errors
/// When `src` is too short for that size.
pub fn bgra_to_frame(src: &[u8], stride: usize, out: &mut Frame) -> Result<(), PixelError> {
    any_to_frame::<4, 2, 0>(src, stride, out)
}

fn any_to_frame<const BYTES: usize, const RED: usize, const BLUE: usize>(
    src: &[u8],
    stride: usize,
    out: &mut Frame,
) -> Result<(), PixelError> {
    let size = out.size();
    let width = size.width as usize;
    check(src, stride, width * BYTES, size.height as usize, size)?;
    let planes = out.planes_mut();
    let [ys, us, vs] = planes.strides;
    for j in 0..size.height as usize / 2 {
        let rows = [0, 1].map(|i| &src[(2 * j + i) * stride..][..width * BYTES]);
        for (i, row) in rows.into_iter().enumerate() {
            let luma = &mut planes.y[(2 * j + i) * ys..][..width];
            for (p, y) in row.chunks_exact(BYTES).zip(luma) {
                let sum =
                    Y[0] * i32::from(p[RED]) + Y[1] * i32::from(p[1]) + Y[2] * i32::from(p[BLUE]);
                *y = (((sum + (1 << 14)) >> 15) + 16) as u8;
            }
        }
        let us = &mut planes.u[j * us..][..width / 2];
        let vs = &mut planes.v[j * vs..][..width / 2];
        let blocks = rows[0].chunks_exact(2 * BYTES).zip(rows[1].chunks_exact(2 * BYTES));
        for (((a, b), u), v) in blocks.zip(us).zip(vs) {
            let sum = |i: usize| {
                i32::from(a[i])
                    + i32::from(a[i + BYTES])
                    + i32::from(b[i])
                    + i32::from(b[i + BYTES])
            };
            let (red, green, blue) = (sum(RED), sum(1), sum(BLUE));
            let chroma = |k: [i32; 3]| (k[0] * red + k[1] * green + k[2] * blue + (1 << 16)) >> 17;
            *u = (chroma(U) + 128) as u8;
            *v = (chroma(V) + 128) as u8;
        }
    }
    Ok(())
}

/// The frame as an opaque picture, chroma of each pixel from its 2×2 block.
pub fn frame_to_picture(frame: &Frame) -> Picture {
    // Inverse BT.709 limited in Q14.
    const LUMA: i32 = 19_077; // 255/219
    const RED_V: i32 = 29_372; // 1.5748 · 255/224
    const GREEN_U: i32 = -3_494; // −0.0722·1.8556/0.7152 · 255/224
    const GREEN_V: i32 = -8_731; // −0.2126·1.5748/0.7152 · 255/224
    const BLUE_U: i32 = 34_610; // 1.8556 · 255/224
    let mut picture = Picture::transparent(frame.size());
    let row_bytes = frame.size().width as usize * 4;
    for (j, row) in picture.rgba_mut().chunks_exact_mut(row_bytes).enumerate() {
        let y = frame.row(Plane::Y, j);
        let (u, v) = (frame.row(Plane::U, j / 2), frame.row(Plane::V, j / 2));
        for (i, (pixel, &y)) in row.chunks_exact_mut(4).zip(y).enumerate() {
            let y = (i32::from(y) - 16) * LUMA + (1 << 13);
            let (u, v) = (i32::from(u[i / 2]) - 128, i32::from(v[i / 2]) - 128);
            let byte = |c: i32| (c >> 14).clamp(0, 255) as u8;
            pixel[0] = byte(y + RED_V * v);
            pixel[1] = byte(y + GREEN_U * u + GREEN_V * v);
            pixel[2] = byte(y + BLUE_U * u);
            pixel[3] = 255;
        }
    }
    picture
}
