//! The blend kernels by AVX2.

use std::arch::x86_64::*;

use crate::blend::{self, Cut, OPAQUE};
use crate::tile::{Alpha, BLOCK};

#[inline]
#[target_feature(enable = "avx2")]
fn load16(s: &[u8], at: usize) -> __m128i {
    let s = &s[at..at + 16];
    // SAFETY: the slice just taken has the 16 bytes read; the load asks for no alignment.
    unsafe { _mm_loadu_si128(s.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store16(s: &mut [u8], at: usize, v: __m128i) {
    let s = &mut s[at..at + 16];
    // SAFETY: the slice just taken has the 16 bytes written; the store asks for no alignment.
    unsafe { _mm_storeu_si128(s.as_mut_ptr().cast(), v) }
}

/// See [`blend::blend_plane`]. Blended runs go in whole blocks: past the tile's width its samples
/// are transparent, so what lies below is written back as it was.
#[target_feature(enable = "avx2")]
pub fn blend_plane(below: &mut [u8], values: &[u8], alpha: &Alpha, cut: Cut, opacity: u16) {
    for row in cut.top..cut.bottom {
        let base = cut.at + (row - cut.top) * cut.stride;
        let line = row * alpha.stride;
        for run in alpha.runs(row) {
            let start = (run.start as usize).max(cut.left);
            let mut end = (run.end as usize).min(cut.right);
            if !run.opaque && cut.right == alpha.width {
                // Not cut on the right: the last block may reach past the tile.
                end = run.end as usize;
            }
            if start >= end {
                continue;
            }
            let to = base + start - cut.left;
            let (from, n) = (line + start, end - start);
            if run.opaque {
                let (below, values) = (&mut below[to..to + n], &values[from..from + n]);
                if opacity == OPAQUE {
                    below.copy_from_slice(values);
                } else {
                    fade(below, values, opacity);
                }
                continue;
            }
            // Whole blocks as far as the plane below reaches; past the canvas edge, where the
            // run was cut, and at the very end of the plane the rest goes sample by sample.
            let reach = n.min(below.len() - to);
            let whole = reach / BLOCK * BLOCK;
            {
                let below = &mut below[to..to + whole];
                let values = &values[from..from + whole];
                let samples = &alpha.samples[from..from + whole];
                for i in (0..whole).step_by(BLOCK) {
                    let (b, v, a) = (load16(below, i), load16(values, i), load16(samples, i));
                    let out = if opacity == OPAQUE {
                        over(b, v, a)
                    } else {
                        over_faded(b, v, a, opacity)
                    };
                    store16(below, i, out);
                }
            }
            if whole < reach {
                let rest = reach - whole;
                let below = &mut below[to + whole..to + reach];
                // A block of its own, so that nothing past the cut is touched.
                let mut block = [0; BLOCK];
                block[..rest].copy_from_slice(below);
                let at = from + whole;
                let (v, a) = (load16(values, at), load16(&alpha.samples, at));
                let b = load16(&block, 0);
                let out =
                    if opacity == OPAQUE { over(b, v, a) } else { over_faded(b, v, a, opacity) };
                store16(&mut block, 0, out);
                below.copy_from_slice(&block[..rest]);
            }
        }
    }
}

/// See [`blend::over`].
#[inline]
#[target_feature(enable = "avx2")]
fn over(below: __m128i, values: __m128i, alpha: __m128i) -> __m128i {
    let through = _mm256_cvtepu8_epi16(_mm_xor_si128(alpha, _mm_set1_epi8(-1)));
    let product = _mm256_mullo_epi16(_mm256_cvtepu8_epi16(below), through);
    let t = _mm256_add_epi16(product, _mm256_set1_epi16(128));
    let t = _mm256_srli_epi16::<8>(_mm256_add_epi16(t, _mm256_srli_epi16::<8>(t)));
    _mm_adds_epu8(narrow(t), values)
}

/// See [`blend::over_faded`].
#[inline]
#[target_feature(enable = "avx2")]
fn over_faded(below: __m128i, values: __m128i, alpha: __m128i, opacity: u16) -> __m128i {
    let opacity = _mm256_set1_epi16(opacity as i16);
    let alpha = _mm256_mulhi_epu16(wide(alpha), opacity);
    let through = _mm256_xor_si256(alpha, _mm256_set1_epi16(-1));
    let value = _mm256_mulhi_epu16(wide(values), opacity);
    let below = _mm256_mulhi_epu16(wide(below), through);
    narrow(div257(_mm256_adds_epu16(value, below)))
}

/// See [`blend::fade`].
#[target_feature(enable = "avx2")]
pub fn fade(below: &mut [u8], values: &[u8], opacity: u16) {
    let weight = _mm256_set1_epi16(opacity as i16);
    let through = _mm256_set1_epi16((OPAQUE - opacity) as i16);
    let mut rows = below.chunks_exact_mut(32);
    let mut sources = values.chunks_exact(32);
    for (b, v) in (&mut rows).zip(&mut sources) {
        // SAFETY: both chunks have the 32 bytes read; the loads ask for no alignment.
        let (below, value) = unsafe {
            (_mm256_loadu_si256(b.as_ptr().cast()), _mm256_loadu_si256(v.as_ptr().cast()))
        };
        let mix = |value: __m256i, below: __m256i| {
            let value = _mm256_mulhi_epu16(value, weight);
            div257(_mm256_adds_epu16(value, _mm256_mulhi_epu16(below, through)))
        };
        // Doubling a byte multiplies it by 257. Lanes part and come together alike.
        let low = mix(_mm256_unpacklo_epi8(value, value), _mm256_unpacklo_epi8(below, below));
        let high = mix(_mm256_unpackhi_epi8(value, value), _mm256_unpackhi_epi8(below, below));
        let out = _mm256_packus_epi16(low, high);
        // SAFETY: the chunk has the 32 bytes written; the store asks for no alignment.
        unsafe { _mm256_storeu_si256(b.as_mut_ptr().cast(), out) }
    }
    blend::fade(rows.into_remainder(), sources.remainder(), opacity);
}

/// Bytes to words, times 257.
#[inline]
#[target_feature(enable = "avx2")]
fn wide(v: __m128i) -> __m256i {
    let words = _mm256_cvtepu8_epi16(v);
    _mm256_or_si256(words, _mm256_slli_epi16::<8>(words))
}

/// Words below 256 to bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn narrow(v: __m256i) -> __m128i {
    _mm_packus_epi16(_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v))
}

/// Rounded division of words by 257.
#[inline]
#[target_feature(enable = "avx2")]
fn div257(v: __m256i) -> __m256i {
    let v = _mm256_adds_epu16(v, _mm256_set1_epi16(128));
    _mm256_srli_epi16::<8>(_mm256_sub_epi16(v, _mm256_srli_epi16::<8>(v)))
}
