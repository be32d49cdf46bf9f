//! Conversions that change colours, by AVX2: samples are taken apart, averaged, brought to BT.709
//! limited and stored without going back to memory in between. Orders within vectors are chosen so
//! that luma words meet their chroma words by unpacking alone.

use std::arch::x86_64::*;

use super::avx2::{ask_below, load, load16, store, store16};
use crate::color::Coefficients;
use crate::scalar;

/// A map of colours spread over vectors.
struct Map {
    black: __m256i,
    center: __m256i,
    luma: [__m256i; 3],
    blue: [__m256i; 2],
    red: [__m256i; 2],
}

impl Map {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(c: &Coefficients) -> Self {
        let all = |n: i16| _mm256_set1_epi16(n);
        Self {
            black: all(c.black),
            center: all(128),
            luma: [all(c.yy), all(c.yu), all(c.yv)],
            blue: [all(c.uu), all(c.uv)],
            red: [all(c.vu), all(c.vv)],
        }
    }

    /// From sixteen words each of blue and red difference: what they add to luma, and the new ones.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn chroma(&self, u: __m256i, v: __m256i) -> (__m256i, __m256i, __m256i) {
        let centered = |w: __m256i| _mm256_slli_epi16::<7>(_mm256_sub_epi16(w, self.center));
        let (u, v) = (centered(u), centered(v));
        let sum = |by: [__m256i; 2], bias: i16| {
            let both =
                _mm256_add_epi16(_mm256_mulhrs_epi16(u, by[0]), _mm256_mulhrs_epi16(v, by[1]));
            _mm256_add_epi16(both, _mm256_set1_epi16(bias))
        };
        let shift = sum([self.luma[1], self.luma[2]], (16 << 6) + 32);
        let middle = (128 << 6) + 32;
        let blue = _mm256_srai_epi16::<6>(sum(self.blue, middle));
        (shift, blue, _mm256_srai_epi16::<6>(sum(self.red, middle)))
    }

    /// Sixteen words of luma.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn luma(&self, words: __m256i, shift: __m256i) -> __m256i {
        let words = _mm256_slli_epi16::<7>(_mm256_sub_epi16(words, self.black));
        let scaled = _mm256_mulhrs_epi16(words, self.luma[0]);
        _mm256_srai_epi16::<6>(_mm256_add_epi16(scaled, shift))
    }
}

/// See [`scalar::packed_pair_to`].
#[target_feature(enable = "avx2")]
pub fn packed_pair_to<const LUMA: usize>(
    src: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    let map = Map::of(c);
    let [y0, y1] = y;
    let blocks = (y0.len().min(y1.len()).min(u.len() * 2).min(v.len() * 2)) / 32;
    let low = _mm256_set1_epi16(0xff);
    let low_word = _mm256_set1_epi32(0xffff);
    let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    // Luma words and chroma words of sixteen pixels.
    let apart = |row: &[u8], at: usize| {
        let v = load(row, at);
        let (even, odd) = (_mm256_and_si256(v, low), _mm256_srli_epi16::<8>(v));
        if LUMA == 0 { (even, odd) } else { (odd, even) }
    };
    for x in (0..blocks * 32).step_by(32) {
        ask_below(src, 2 * x);
        let ((left0, c0), (right0, d0)) = (apart(src[0], 2 * x), apart(src[0], 2 * x + 32));
        let ((left1, c1), (right1, d1)) = (apart(src[1], 2 * x), apart(src[1], 2 * x + 32));
        let (c, d) = (_mm256_avg_epu16(c0, c1), _mm256_avg_epu16(d0, d1));
        // Pairs of words are blue and red; packing leaves 0–3 and 8–11, then 4–7 and 12–15.
        let us = _mm256_packus_epi32(_mm256_and_si256(c, low_word), _mm256_and_si256(d, low_word));
        let vs = _mm256_packus_epi32(_mm256_srli_epi32::<16>(c), _mm256_srli_epi32::<16>(d));
        let (shift, us, vs) = map.chroma(us, vs);
        // Doubled, 0–7 and 8–15 are those of the left vectors, the others those of the right.
        let (left, right) =
            (_mm256_unpacklo_epi16(shift, shift), _mm256_unpackhi_epi16(shift, shift));
        for (row, a, b) in [(&mut *y0, left0, right0), (&mut *y1, left1, right1)] {
            let bytes = _mm256_packus_epi16(map.luma(a, left), map.luma(b, right));
            store(row, x, _mm256_permute4x64_epi64::<0b11_01_10_00>(bytes));
        }
        let chroma = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(us, vs), order);
        store16(u, x / 2, _mm256_castsi256_si128(chroma));
        store16(v, x / 2, _mm256_extracti128_si256::<1>(chroma));
    }
    let x = blocks * 32;
    scalar::packed_pair_to::<LUMA>(
        [&src[0][2 * x..], &src[1][2 * x..]],
        [&mut y0[x..], &mut y1[x..]],
        &mut u[x / 2..],
        &mut v[x / 2..],
        c,
    );
}

/// Two rows of luma with the chroma words that `chroma` gives for a column, as far as whole vectors
/// go; returns the columns done.
#[inline]
#[target_feature(enable = "avx2")]
fn pair_to(
    src: [&[u8]; 2],
    chroma: impl Fn(usize) -> (__m256i, __m256i),
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) -> usize {
    let map = Map::of(c);
    let [y0, y1] = y;
    let zero = _mm256_setzero_si256();
    let blocks = (y0.len().min(y1.len()).min(u.len() * 2).min(v.len() * 2)) / 32;
    for x in (0..blocks * 32).step_by(32) {
        if x.is_multiple_of(64) {
            ask_below(src, x);
        }
        let (us, vs) = chroma(x);
        let (shift, us, vs) = map.chroma(us, vs);
        // Bytes and words unpack alike: pixels 0–7 and 16–23 with chroma 0–3 and 8–11, and so on.
        let (low, high) =
            (_mm256_unpacklo_epi16(shift, shift), _mm256_unpackhi_epi16(shift, shift));
        for (row, from) in [(&mut *y0, src[0]), (&mut *y1, src[1])] {
            let bytes = load(from, x);
            let a = map.luma(_mm256_unpacklo_epi8(bytes, zero), low);
            let b = map.luma(_mm256_unpackhi_epi8(bytes, zero), high);
            store(row, x, _mm256_packus_epi16(a, b));
        }
        let both = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(us, vs));
        store16(u, x / 2, _mm256_castsi256_si128(both));
        store16(v, x / 2, _mm256_extracti128_si256::<1>(both));
    }
    blocks * 32
}

/// See [`scalar::planar_pair_to`].
#[target_feature(enable = "avx2")]
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
    let chroma = |x: usize| {
        if x.is_multiple_of(128) {
            ask_below(us, x / 2);
            ask_below(vs, x / 2);
        }
        let mean = |[a, b]: [&[u8]; 2]| {
            _mm256_cvtepu8_epi16(_mm_avg_epu8(load16(a, x / 2), load16(b, x / 2)))
        };
        (mean(us), mean(vs))
    };
    let x = pair_to(src, chroma, [y0, y1], u, v, c);
    let half = x / 2;
    scalar::planar_pair_to(
        src.map(|s| &s[x..]),
        us.map(|s| &s[half..]),
        vs.map(|s| &s[half..]),
        [&mut y0[x..], &mut y1[x..]],
        &mut u[half..],
        &mut v[half..],
        c,
    );
}

/// See [`scalar::paired_pair_to`].
#[target_feature(enable = "avx2")]
pub fn paired_pair_to(
    src: [&[u8]; 2],
    uv: &[u8],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    c: &Coefficients,
) {
    let [y0, y1] = y;
    let chroma = |x: usize| {
        let words = load(uv, x);
        (_mm256_and_si256(words, _mm256_set1_epi16(0xff)), _mm256_srli_epi16::<8>(words))
    };
    let x = pair_to(src, chroma, [y0, y1], u, v, c);
    let rest = src.map(|s| &s[x..]);
    let half = x / 2;
    let rows = [&mut y0[x..], &mut y1[x..]];
    scalar::paired_pair_to(rest, &uv[x..], rows, &mut u[half..], &mut v[half..], c);
}
