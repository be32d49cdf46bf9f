//! Picks the kernel for the machine at run time. Whole rows go through each call, so the check
//! (one cached flag) costs nothing beside the work.

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
mod color;
#[cfg(target_arch = "x86_64")]
mod turn;

use crate::color::Coefficients;
use crate::scalar;

/// Which kernels run here: `"avx2"` or `"scalar"`. For diagnostics.
pub fn name() -> &'static str {
    if has_avx2() { "avx2" } else { "scalar" }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

/// Calls the AVX2 kernel where there is one to call, the scalar one elsewhere.
macro_rules! dispatch {
    ($room:ident::$name:ident $(::<$param:ident>)? ($($arg:expr),*)) => {{
        #[cfg(target_arch = "x86_64")]
        if has_avx2() {
            // SAFETY: the processor has AVX2, which is all the kernel asks for.
            return unsafe { $room::$name $(::<$param>)? ($($arg),*) };
        }
        scalar::$name $(::<$param>)? ($($arg),*)
    }};
}

/// See [`scalar::packed_pair`].
pub fn packed_pair<const LUMA: usize>(
    src: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
) {
    dispatch!(avx2::packed_pair::<LUMA>(src, y, u, v))
}

/// See [`scalar::split`].
pub fn split(uv: &[u8], u: &mut [u8], v: &mut [u8]) {
    dispatch!(avx2::split(uv, u, v))
}

/// See [`scalar::average_rows`].
pub fn average_rows(a: &[u8], b: &[u8], out: &mut [u8]) {
    dispatch!(avx2::average_rows(a, b, out))
}

/// See [`scalar::packed_pair_to`].
pub fn packed_pair_to<const LUMA: usize>(
    src: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    dispatch!(color::packed_pair_to::<LUMA>(src, y, u, v, c))
}

/// See [`scalar::planar_pair_to`].
pub fn planar_pair_to(
    src: [&[u8]; 2],
    us: [&[u8]; 2],
    vs: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    dispatch!(color::planar_pair_to(src, us, vs, y, u, v, c))
}

/// See [`scalar::paired_pair_to`].
pub fn paired_pair_to(
    src: [&[u8]; 2],
    uv: &[u8],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    dispatch!(color::paired_pair_to(src, uv, y, u, v, c))
}

/// See [`scalar::reverse`].
pub fn reverse(src: &[u8], out: &mut [u8]) {
    dispatch!(turn::reverse(src, out))
}

/// See [`scalar::transpose`].
pub fn transpose(
    src: &[u8],
    stride: usize,
    out: &mut [u8],
    out_stride: usize,
    size: (usize, usize),
    from_end: [bool; 2],
) {
    dispatch!(turn::transpose(src, stride, out, out_stride, size, from_end))
}

/// See [`scalar::mix_rows`].
pub fn mix_rows(
    src: &[u8],
    stride: usize,
    first: usize,
    last: usize,
    weights: &[i16],
    from: usize,
    out: &mut [u8],
) {
    dispatch!(avx2::mix_rows(src, stride, first, last, weights, from, out))
}

/// See [`scalar::mix_rows`], with bits of fraction.
pub fn mix_rows_wide(
    src: &[u8],
    stride: usize,
    first: usize,
    last: usize,
    weights: &[i16],
    from: usize,
    out: &mut [i16],
) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2, which is all the kernel asks for.
        return unsafe { avx2::mix_rows_wide(src, stride, first, last, weights, from, out) };
    }
    scalar::mix_rows(src, stride, first, last, weights, from, out);
}

/// The sums of [`scalar::mix_columns`], by the vector plan made from the same weights where there
/// is one. `row` must reach 8 samples past the last.
pub fn mix_columns(row: &[i16], taps: &crate::taps::Taps, out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2, which is all the kernel asks for.
        return unsafe { avx2::mix_columns(row, taps.windows(), out) };
    }
    scalar::mix_columns(row, taps.starts(), taps.weights(), taps.count(), out);
}
