//! The blend kernels as plain loops: reference for the vector ones, which must agree to the bit,
//! and fallback.
//!
//! Without opacity the arithmetic is exact: `value + round(below · (255 − alpha) / 255)`. With
//! opacity (0 to [`OPAQUE`]) samples are widened by 257, so that 255 becomes 65535 and one
//! high-half multiplication weighs them; the end is rounded once.

use crate::tile::Alpha;

/// Full opacity.
pub const OPAQUE: u16 = u16::MAX;

/// Where a tile's plane goes: which of its samples, and to which index of the plane below.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// First column.
    pub left: usize,
    /// Past the last column.
    pub right: usize,
    /// First row.
    pub top: usize,
    /// Past the last row.
    pub bottom: usize,
    /// Index below of the sample at (left, top).
    pub at: usize,
    /// Bytes between the rows below.
    pub stride: usize,
}

/// Blends a tile's plane over `below`.
pub fn blend_plane(below: &mut [u8], values: &[u8], alpha: &Alpha, cut: Cut, opacity: u16) {
    for row in cut.top..cut.bottom {
        let base = cut.at + (row - cut.top) * cut.stride;
        for run in alpha.runs(row) {
            let start = (run.start as usize).max(cut.left);
            let end = (run.end as usize).min(cut.right).min(alpha.width);
            if start >= end {
                continue;
            }
            let below = &mut below[base + start - cut.left..][..end - start];
            let values = &values[row * alpha.stride + start..][..end - start];
            let samples = &alpha.samples[row * alpha.stride + start..][..end - start];
            match (run.opaque, opacity) {
                (true, OPAQUE) => below.copy_from_slice(values),
                (true, _) => fade(below, values, opacity),
                (false, OPAQUE) => over(below, values, samples),
                (false, _) => over_faded(below, values, samples, opacity),
            }
        }
    }
}

/// Premultiplied values over `below`.
pub fn over(below: &mut [u8], values: &[u8], alpha: &[u8]) {
    for ((below, value), alpha) in below.iter_mut().zip(values).zip(alpha) {
        *below = value.saturating_add(div255(u16::from(*below) * u16::from(255 - alpha)));
    }
}

/// Premultiplied values over `below`, by opacity.
pub fn over_faded(below: &mut [u8], values: &[u8], alpha: &[u8], opacity: u16) {
    for ((below, &value), &alpha) in below.iter_mut().zip(values).zip(alpha) {
        let through = OPAQUE - high(wide(alpha), opacity);
        let sum = high(wide(value), opacity).saturating_add(high(wide(*below), through));
        *below = div257(sum);
    }
}

/// Opaque values over `below`, by opacity.
pub fn fade(below: &mut [u8], values: &[u8], opacity: u16) {
    for (below, &value) in below.iter_mut().zip(values) {
        let sum = high(wide(value), opacity).saturating_add(high(wide(*below), OPAQUE - opacity));
        *below = div257(sum);
    }
}

/// Opaque values over `below`, by a mask and opacity: the corners of sources.
pub fn masked(below: &mut [u8], values: &[u8], mask: &[u8], opacity: u16) {
    for ((below, &value), &mask) in below.iter_mut().zip(values).zip(mask) {
        let weight = high(wide(mask), opacity);
        let sum = high(wide(value), weight).saturating_add(high(wide(*below), OPAQUE - weight));
        *below = div257(sum);
    }
}

/// Premultiplied values over `below`, by a mask and opacity: the corners of tiles.
pub fn over_masked(below: &mut [u8], values: &[u8], alpha: &[u8], mask: &[u8], opacity: u16) {
    for (((below, &value), &alpha), &mask) in below.iter_mut().zip(values).zip(alpha).zip(mask) {
        let weight = high(wide(mask), opacity);
        let through = OPAQUE - high(wide(alpha), weight);
        let sum = high(wide(value), weight).saturating_add(high(wide(*below), through));
        *below = div257(sum);
    }
}

/// One value, widened by 257, over `below` by opacity.
pub fn flat(below: &mut [u8], value: u16, opacity: u16) {
    let value = high(value, opacity);
    for below in below {
        *below = div257(value.saturating_add(high(wide(*below), OPAQUE - opacity)));
    }
}

/// One value, widened by 257, over `below` by a mask and opacity.
pub fn flat_masked(below: &mut [u8], value: u16, mask: &[u8], opacity: u16) {
    for (below, &mask) in below.iter_mut().zip(mask) {
        let weight = high(wide(mask), opacity);
        let sum = high(value, weight).saturating_add(high(wide(*below), OPAQUE - weight));
        *below = div257(sum);
    }
}

/// 255 becomes 65535.
const fn wide(v: u8) -> u16 {
    v as u16 * 257
}

/// The high half of a product.
const fn high(a: u16, b: u16) -> u16 {
    ((a as u32 * b as u32) >> 16) as u16
}

/// `v / 257`, rounded: exact for every `v`, as `(v − v/256) / 256` is the quotient rounded down.
const fn div257(v: u16) -> u8 {
    let v = v.saturating_add(128);
    ((v - (v >> 8)) >> 8) as u8
}

/// `v / 255`, rounded: exact for products of two bytes.
const fn div255(v: u16) -> u8 {
    let v = v + 128;
    ((v + (v >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions_round_exactly() {
        for a in 0..=255u16 {
            for b in 0..=255u16 {
                assert_eq!(div255(a * b), (f64::from(a * b) / 255.0).round() as u8);
            }
        }
        for v in 0..=u16::MAX {
            assert_eq!(div257(v), (f64::from(v) / 257.0).round() as u8);
        }
    }
}
