//! Turning by AVX2: rows backwards, and rows to columns in blocks of 16 by 16. What is left at an
//! end is done by a block that overlaps the last one.

use std::arch::x86_64::*;

use super::avx2::{load, load16, store, store16};
use crate::scalar;

/// Samples of a side of a block.
const SIDE: usize = 16;

/// See [`scalar::reverse`].
#[target_feature(enable = "avx2")]
pub fn reverse(src: &[u8], out: &mut [u8]) {
    let width = out.len().min(src.len());
    if width < 32 {
        return scalar::reverse(src, out);
    }
    let (src, out) = (&src[..width], &mut out[..width]);
    let back = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
    ));
    for x in (0..width / 32 * 32).step_by(32).chain([width - 32]) {
        let halves = _mm256_shuffle_epi8(load(src, width - 32 - x), back);
        store(out, x, _mm256_permute2x128_si256::<1>(halves, halves));
    }
}

/// See [`scalar::transpose`].
#[target_feature(enable = "avx2")]
pub fn transpose(
    src: &[u8],
    stride: usize,
    out: &mut [u8],
    out_stride: usize,
    (width, height): (usize, usize),
    from_end: [bool; 2],
) {
    if width < SIDE || height < SIDE {
        return scalar::transpose(src, stride, out, out_stride, (width, height), from_end);
    }
    let [column_back, row_back] = from_end;
    for y in (0..height / SIDE * SIDE).step_by(SIDE).chain([height - SIDE]) {
        let column = if column_back { height - SIDE - y } else { y };
        for x in (0..width / SIDE * SIDE).step_by(SIDE).chain([width - SIDE]) {
            let mut rows = [_mm_setzero_si128(); SIDE];
            for (i, row) in rows.iter_mut().enumerate() {
                let at = if row_back { width - 1 - x - i } else { x + i };
                *row = load16(src, at * stride + column);
            }
            // Each round brings the top bit of a sample's row number to the end of its column number, and
            // that of the column to the end of the row; after four rounds they have changed places.
            for _ in 0..4 {
                let mut next = rows;
                for i in 0..SIDE / 2 {
                    next[2 * i] = _mm_unpacklo_epi8(rows[i], rows[i + SIDE / 2]);
                    next[2 * i + 1] = _mm_unpackhi_epi8(rows[i], rows[i + SIDE / 2]);
                }
                rows = next;
            }
            for (i, row) in rows.into_iter().enumerate() {
                let at = if column_back { y + SIDE - 1 - i } else { y + i };
                store16(out, at * out_stride + x, row);
            }
        }
    }
}
