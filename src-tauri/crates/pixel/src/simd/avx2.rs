//! The kernels by AVX2. Each does whole vectors and leaves the ragged end of a row to the scalar
//! reference, which gives the same numbers.

use std::arch::x86_64::*;

use crate::scalar;
use crate::taps::Windows;

/// 32 bytes from `at` on.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load(s: &[u8], at: usize) -> __m256i {
    let s = &s[at..at + 32];
    // SAFETY: the slice just taken has the 32 bytes read; the load asks for no alignment.
    unsafe { _mm256_loadu_si256(s.as_ptr().cast()) }
}

/// 16 bytes from `at` on.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load16(s: &[u8], at: usize) -> __m128i {
    let s = &s[at..at + 16];
    // SAFETY: the slice just taken has the 16 bytes read; the load asks for no alignment.
    unsafe { _mm_loadu_si128(s.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store(s: &mut [u8], at: usize, v: __m256i) {
    let s = &mut s[at..at + 32];
    // SAFETY: the slice just taken has the 32 bytes written; the store asks for no alignment.
    unsafe { _mm256_storeu_si256(s.as_mut_ptr().cast(), v) }
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store16(s: &mut [u8], at: usize, v: __m128i) {
    let s = &mut s[at..at + 16];
    // SAFETY: the slice just taken has the 16 bytes written; the store asks for no alignment.
    unsafe { _mm_storeu_si128(s.as_mut_ptr().cast(), v) }
}

/// Asks for what lies two rows below byte `at` of two rows, as long as rows follow each other closely:
/// the next pair's bytes. Processors guess badly where half a dozen streams change rows every few
/// kilobytes; this is worth a quarter of a conversion's time, and a third at 1080p.
#[inline]
#[target_feature(enable = "avx2")]
#[allow(unused_unsafe, reason = "the prefetch is a safe function from Rust 1.95 on")]
pub(super) fn ask_below(rows: [&[u8]; 2], at: usize) {
    for row in rows {
        let below = row.as_ptr().wrapping_add(2 * row.len() + at);
        // SAFETY: a prefetch reads nothing the program sees and may be given any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(below.cast()) };
    }
}

/// Words to bytes with saturation, in order.
#[inline]
#[target_feature(enable = "avx2")]
fn pack(a: __m256i, b: __m256i) -> __m256i {
    _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(a, b))
}

/// Even bytes of 64 in order, then odd bytes of 64 in order.
#[inline]
#[target_feature(enable = "avx2")]
fn unzip(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    let low = _mm256_set1_epi16(0xff);
    let even = pack(_mm256_and_si256(a, low), _mm256_and_si256(b, low));
    let odd = pack(_mm256_srli_epi16::<8>(a), _mm256_srli_epi16::<8>(b));
    (even, odd)
}

/// See [`scalar::packed_pair`].
#[target_feature(enable = "avx2")]
pub fn packed_pair<const LUMA: usize>(
    src: [&[u8]; 2],
    y: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
) {
    let [y0, y1] = y;
    let blocks = (y0.len().min(y1.len()).min(u.len() * 2).min(v.len() * 2)) / 32;
    for i in 0..blocks {
        let (x, half) = (i * 32, i * 16);
        ask_below(src, 2 * x);
        let (even0, odd0) = unzip(load(src[0], 2 * x), load(src[0], 2 * x + 32));
        let (even1, odd1) = unzip(load(src[1], 2 * x), load(src[1], 2 * x + 32));
        let (luma0, chroma0) = if LUMA == 0 { (even0, odd0) } else { (odd0, even0) };
        let (luma1, chroma1) = if LUMA == 0 { (even1, odd1) } else { (odd1, even1) };
        store(y0, x, luma0);
        store(y1, x, luma1);
        let chroma = _mm256_avg_epu8(chroma0, chroma1);
        let (us, vs) = unzip(chroma, chroma);
        store16(u, half, _mm256_castsi256_si128(us));
        store16(v, half, _mm256_castsi256_si128(vs));
    }
    let x = blocks * 32;
    scalar::packed_pair::<LUMA>(
        [&src[0][2 * x..], &src[1][2 * x..]],
        [&mut y0[x..], &mut y1[x..]],
        &mut u[x / 2..],
        &mut v[x / 2..],
    );
}

/// See [`scalar::split`].
#[target_feature(enable = "avx2")]
pub fn split(uv: &[u8], u: &mut [u8], v: &mut [u8]) {
    let blocks = u.len().min(v.len()).min(uv.len() / 2) / 32;
    for x in (0..blocks * 32).step_by(32) {
        let (us, vs) = unzip(load(uv, 2 * x), load(uv, 2 * x + 32));
        store(u, x, us);
        store(v, x, vs);
    }
    let x = blocks * 32;
    scalar::split(&uv[2 * x..], &mut u[x..], &mut v[x..]);
}

/// See [`scalar::average_rows`].
#[target_feature(enable = "avx2")]
pub fn average_rows(a: &[u8], b: &[u8], out: &mut [u8]) {
    let blocks = out.len().min(a.len()).min(b.len()) / 32;
    for x in (0..blocks * 32).step_by(32) {
        store(out, x, _mm256_avg_epu8(load(a, x), load(b, x)));
    }
    let x = blocks * 32;
    scalar::average_rows(&a[x..], &b[x..], &mut out[x..]);
}

/// Sums of 32 columns from `at` on of rows `first..`, by Q14 weights and plus `round`, in the
/// order the unpacking of bytes leaves them.
#[inline]
#[target_feature(enable = "avx2")]
fn sum_rows(
    src: &[u8],
    stride: usize,
    (first, last): (usize, usize),
    weights: &[i16],
    at: usize,
    round: __m256i,
) -> [__m256i; 4] {
    let zero = _mm256_setzero_si256();
    let mut sums = [round; 4];
    // Two rows at a time: their bytes side by side are what the multiply-add takes.
    for (k, pair) in weights.chunks(2).enumerate() {
        let row = |k: usize| load(src, (first + k).min(last) * stride + at);
        let w1 = if pair.len() > 1 { pair[1] } else { 0 };
        let w = _mm256_set1_epi32((i32::from(w1) << 16) | i32::from(pair[0]));
        let (a, b) = (row(2 * k), if w1 == 0 { zero } else { row(2 * k + 1) });
        let (low, high) = (_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b));
        let words = [
            _mm256_unpacklo_epi8(low, zero),
            _mm256_unpackhi_epi8(low, zero),
            _mm256_unpacklo_epi8(high, zero),
            _mm256_unpackhi_epi8(high, zero),
        ];
        for (sum, words) in sums.iter_mut().zip(words) {
            *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(words, w));
        }
    }
    sums
}

/// See [`scalar::mix_rows`].
#[target_feature(enable = "avx2")]
pub fn mix_rows(
    src: &[u8],
    stride: usize,
    first: usize,
    last: usize,
    weights: &[i16],
    from: usize,
    out: &mut [u8],
) {
    let round = _mm256_set1_epi32(1 << 13);
    let blocks = out.len() / 32;
    for x in (0..blocks * 32).step_by(32) {
        let sums = sum_rows(src, stride, (first, last), weights, from + x, round);
        let [a, b, c, d] = sums.map(|s| _mm256_srai_epi32::<14>(s));
        // Unpacking and packing keep to their lanes alike, so the order comes back by itself.
        let bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        store(out, x, bytes);
    }
    let x = blocks * 32;
    scalar::mix_rows(src, stride, first, last, weights, from + x, &mut out[x..]);
}

/// See [`scalar::mix_rows`], with bits of fraction.
#[target_feature(enable = "avx2")]
pub fn mix_rows_wide(
    src: &[u8],
    stride: usize,
    first: usize,
    last: usize,
    weights: &[i16],
    from: usize,
    out: &mut [i16],
) {
    let round = _mm256_set1_epi32(1 << 7);
    let blocks = out.len() / 32;
    for x in (0..blocks * 32).step_by(32) {
        let sums = sum_rows(src, stride, (first, last), weights, from + x, round);
        let [a, b, c, d] = sums.map(|s| _mm256_srai_epi32::<8>(s));
        // Columns 0–7 and 16–23, then 8–15 and 24–31.
        let (even, odd) = (_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        let left = _mm256_permute2x128_si256::<0x20>(even, odd);
        let right = _mm256_permute2x128_si256::<0x31>(even, odd);
        let out = &mut out[x..x + 32];
        // SAFETY: the slice just taken has the twice 16 words written.
        unsafe {
            _mm256_storeu_si256(out.as_mut_ptr().cast(), left);
            _mm256_storeu_si256(out.as_mut_ptr().add(16).cast(), right);
        }
    }
    let x = blocks * 32;
    scalar::mix_rows(src, stride, first, last, weights, from + x, &mut out[x..]);
}

/// The sums of [`scalar::mix_columns`] by a plan of windows: each brings up to two samples to
/// eight outputs at once. `row` must reach 8 samples past the last.
#[target_feature(enable = "avx2")]
pub fn mix_columns(row: &[i16], windows: &Windows, out: &mut [u8]) {
    let round = _mm256_set1_epi32(1 << 19);
    let half = |start: u32| {
        let samples = &row[start as usize..start as usize + 8];
        // SAFETY: the slice just taken has the 16 bytes read; the load asks for no alignment.
        unsafe { _mm_loadu_si128(samples.as_ptr().cast()) }
    };
    let mut first = 0;
    for (block, ends) in out.chunks_mut(16).zip(windows.ends.chunks_exact(2)) {
        let mut sums = [round; 2];
        for (sum, &end) in sums.iter_mut().zip(ends) {
            for window in &windows.list[first..end as usize] {
                let [left, right] = window.starts.map(half);
                // SAFETY: both arrays have exactly the 32 bytes read.
                let (pick, weights) = unsafe {
                    (
                        _mm256_loadu_si256(window.pick.as_ptr().cast()),
                        _mm256_loadu_si256(window.weights.as_ptr().cast()),
                    )
                };
                let taps = _mm256_shuffle_epi8(_mm256_set_m128i(right, left), pick);
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(taps, weights));
            }
            first = end as usize;
        }
        let [a, b] = sums.map(|s| _mm256_srai_epi32::<20>(s));
        let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(a, b));
        let bytes =
            _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
        if block.len() == 16 {
            store16(block, 0, bytes);
        } else {
            let mut last = [0; 16];
            store16(&mut last, 0, bytes);
            let rest = block.len();
            block.copy_from_slice(&last[..rest]);
        }
    }
}
