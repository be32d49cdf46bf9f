//! The kernels as plain loops: reference for the vector ones, which must agree to the bit, and
//! fallback where there is no vector unit they know. Slices are as long as what they hold: luma
//! rows an even number `w`, chroma rows `w / 2`.

use crate::color::Coefficients;

/// Two rows of YUYV (or UYVY, if `LUMA` is 1) to two luma rows and their averaged chroma.
pub fn packed_pair<const LUMA: usize>(
    src: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
) {
    let [y0, y1] = y;
    for (row, out) in [(src[0], y0), (src[1], y1)] {
        for (pair, out) in row.chunks_exact(2).zip(out) {
            *out = pair[LUMA];
        }
    }
    let quads = src[0].chunks_exact(4).zip(src[1].chunks_exact(4));
    for (((a, b), u), v) in quads.zip(u).zip(v) {
        *u = average(a[1 - LUMA], b[1 - LUMA]);
        *v = average(a[3 - LUMA], b[3 - LUMA]);
    }
}

/// One row of interleaved chroma (NV12) to two.
pub fn split(uv: &[u8], u: &mut [u8], v: &mut [u8]) {
    for ((pair, u), v) in uv.chunks_exact(2).zip(u).zip(v) {
        (*u, *v) = (pair[0], pair[1]);
    }
}

/// The average of two rows, halves rounded up.
pub fn average_rows(a: &[u8], b: &[u8], out: &mut [u8]) {
    for ((a, b), out) in a.iter().zip(b).zip(out) {
        *out = average(*a, *b);
    }
}

/// Brings two luma rows and their chroma to BT.709 limited, in place.
pub fn recolor_pair(y: [&mut [u8]; 2], u: &mut [u8], v: &mut [u8], c: &Coefficients) {
    let [y0, y1] = y;
    for (i, (u, v)) in u.iter_mut().zip(v).enumerate() {
        let cu = (i16::from(*u) - 128) << 7;
        let cv = (i16::from(*v) - 128) << 7;
        let shift = mul_round(cu, c.yu) + mul_round(cv, c.yv) + (16 << 6) + 32;
        for y in y0[2 * i..2 * i + 2].iter_mut().chain(&mut y1[2 * i..2 * i + 2]) {
            let cy = (i16::from(*y) - c.black) << 7;
            *y = ((mul_round(cy, c.yy) + shift) >> 6).clamp(0, 255) as u8;
        }
        let middle = (128 << 6) + 32;
        *u = ((mul_round(cu, c.uu) + mul_round(cv, c.uv) + middle) >> 6).clamp(0, 255) as u8;
        *v = ((mul_round(cu, c.vu) + mul_round(cv, c.vv) + middle) >> 6).clamp(0, 255) as u8;
    }
}

/// [`packed_pair`], brought to BT.709 limited.
pub fn packed_pair_to<const LUMA: usize>(
    src: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    let [y0, y1] = y;
    packed_pair::<LUMA>(src, [y0, y1], u, v);
    recolor_pair([y0, y1], u, v, c);
}

/// Two rows of luma and the average of two rows of each chroma, brought to BT.709 limited. Of 4:2:0
/// both rows of chroma are the same.
pub fn planar_pair_to(
    src: [&[u8]; 2],
    us: [&[u8]; 2],
    vs: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    let [y0, y1] = y;
    copy(src, [y0, y1]);
    average_rows(us[0], us[1], u);
    average_rows(vs[0], vs[1], v);
    recolor_pair([y0, y1], u, v, c);
}

/// Two rows of luma and one of interleaved chroma (NV12), brought to BT.709 limited.
pub fn paired_pair_to(
    src: [&[u8]; 2],
    uv: &[u8],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    let [y0, y1] = y;
    copy(src, [y0, y1]);
    split(uv, u, v);
    recolor_pair([y0, y1], u, v, c);
}

fn copy(src: [&[u8]; 2], y: [&mut [u8]; 2]) {
    for (from, to) in src.into_iter().zip(y) {
        let width = to.len();
        to.copy_from_slice(&from[..width]);
    }
}

/// A row backwards.
pub fn reverse(src: &[u8], out: &mut [u8]) {
    for (from, to) in src.iter().rev().zip(out) {
        *to = *from;
    }
}

/// Columns of a plane as the rows of one of `width` by `height`, beginning with the last column if
/// `from_end[0]`, each with its last sample if `from_end[1]`.
pub fn transpose(
    src: &[u8],
    stride: usize,
    out: &mut [u8],
    out_stride: usize,
    (width, height): (usize, usize),
    from_end: [bool; 2],
) {
    for y in 0..height {
        let column = if from_end[0] { height - 1 - y } else { y };
        for (x, to) in out[y * out_stride..][..width].iter_mut().enumerate() {
            let row = if from_end[1] { width - 1 - x } else { x };
            *to = src[row * stride + column];
        }
    }
}

/// The weighted sum of rows `first..` of a plane (those past `last` repeat it), columns
/// `from..from + out.len()`. Weights are in Q14 and sum to one.
pub fn mix_rows<T: Mixed>(
    src: &[u8],
    stride: usize,
    first: usize,
    last: usize,
    weights: &[i16],
    from: usize,
    out: &mut [T],
) {
    for (x, out) in out.iter_mut().enumerate() {
        let sum: i32 = weights
            .iter()
            .enumerate()
            .map(|(k, &w)| i32::from(w) * i32::from(src[(first + k).min(last) * stride + from + x]))
            .sum();
        *out = T::of(sum);
    }
}

/// What a sum of samples by Q14 weights is rounded to.
pub trait Mixed {
    /// The value of a sum.
    fn of(sum: i32) -> Self;
}

impl Mixed for u8 {
    fn of(sum: i32) -> Self {
        ((sum + (1 << 13)) >> 14) as Self
    }
}

/// With [`FRACTION`] bits of fraction: rows between the two directions of a scaler, so that only
/// its end is rounded to bytes.
impl Mixed for i16 {
    fn of(sum: i32) -> Self {
        ((sum + (1 << 7)) >> 8) as Self
    }
}

/// Bits of fraction between the two directions of a scaler.
pub const FRACTION: u32 = 6;

/// A row as it is, with [`FRACTION`] bits of fraction.
pub fn widen(row: &[u8], out: &mut [i16]) {
    for (out, &v) in out.iter_mut().zip(row) {
        *out = i16::from(v) << FRACTION;
    }
}

/// The weighted sums along a row: output `i` takes `count` samples from `starts[i]` on.
pub fn mix_columns(row: &[i16], starts: &[u32], weights: &[i16], count: usize, out: &mut [u8]) {
    for ((&start, weights), out) in starts.iter().zip(weights.chunks_exact(count)).zip(out) {
        let taps = &row[start as usize..];
        let sum: i32 = weights.iter().zip(taps).map(|(&w, &s)| i32::from(w) * i32::from(s)).sum();
        *out = ((sum + (1 << 19)) >> 20) as u8;
    }
}

const fn average(a: u8, b: u8) -> u8 {
    (a as u16 + b as u16).div_ceil(2) as u8
}

/// Q15 product, rounded to the nearest: one instruction on every vector unit.
const fn mul_round(a: i16, b: i16) -> i16 {
    ((((a as i32 * b as i32) >> 14) + 1) >> 1) as i16
}
