//! Picks the kernel for the machine at run time. A whole plane goes through each call, or a row.

#[cfg(target_arch = "x86_64")]
pub mod avx2;

use crate::blend::{self, Cut};
use crate::tile::Alpha;

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// See [`blend::blend_plane`].
pub fn blend_plane(below: &mut [u8], values: &[u8], alpha: &Alpha, cut: Cut, opacity: u16) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2, which is all the kernel asks for.
        return unsafe { avx2::blend_plane(below, values, alpha, cut, opacity) };
    }
    blend::blend_plane(below, values, alpha, cut, opacity);
}

/// See [`blend::fade`].
pub fn fade(below: &mut [u8], values: &[u8], opacity: u16) {
    #[cfg(target_arch = "x86_64")]
    if has_avx2() {
        // SAFETY: the processor has AVX2, which is all the kernel asks for.
        return unsafe { avx2::fade(below, values, opacity) };
    }
    blend::fade(below, values, opacity);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use vitrine_media::{Picture, Plane, Size};

    use crate::blend::OPAQUE;
    use crate::tile::Tile;

    /// A picture whose rows have transparent, opaque and mixed stretches.
    fn picture() -> impl Strategy<Value = Picture> {
        let stretch = (1usize..50, prop::sample::select(vec![0u8, 0, 255, 255, 1, 77, 254]));
        (1u32..150, 1u32..6, prop::collection::vec(stretch, 1..40), any::<[u8; 3]>()).prop_map(
            |(w, h, stretches, rgb)| {
                let alphas = stretches.iter().flat_map(|&(n, a)| std::iter::repeat_n(a, n)).cycle();
                let pixel = |a: u8| {
                    let [r, g, b] = rgb.map(|c| (u16::from(c) * u16::from(a) / 255) as u8);
                    [r, g, b, a]
                };
                let rgba = alphas.take((w * h) as usize).flat_map(pixel).collect();
                Picture::from_rgba(Size::new(w, h), rgba).expect("fits")
            },
        )
    }

    proptest! {
        #[test]
        fn planes_blend_alike(
            picture in picture(),
            below in prop::collection::vec(any::<u8>(), 200 * 8),
            (left, right, top, bottom) in (0usize..150, 0usize..150, 0usize..6, 0usize..6),
            whole in any::<bool>(),
            opacity in prop_oneof![Just(OPAQUE), any::<u16>()],
        ) {
            let tile = Tile::from_picture(&picture);
            for plane in [Plane::Y, Plane::U, Plane::V] {
                let (values, alpha) = tile.plane(plane);
                let (left, right) = if whole { (0, alpha.width) } else { (left.min(alpha.width), right.min(alpha.width)) };
                let (top, bottom) = if whole { (0, alpha.height) } else { (top.min(alpha.height), bottom.min(alpha.height)) };
                // The tile ends where the plane below does: nothing may be touched past it.
                let stride = right.saturating_sub(left).max(1);
                let rows = bottom.saturating_sub(top);
                let at = below.len() - stride * rows;
                let cut = Cut { left, right, top, bottom, at, stride };
                let (mut a, mut b) = (below.clone(), below.clone());
                blend::blend_plane(&mut a, values, alpha, cut, opacity);
                blend_plane(&mut b, values, alpha, cut, opacity);
                prop_assert_eq!(a, b);
            }
        }

        #[test]
        fn rows_fade_alike(below in prop::collection::vec(any::<u8>(), 1..200), opacity in any::<u16>()) {
            let values: Vec<u8> = below.iter().rev().map(|v| v ^ 0x55).collect();
            let (mut a, mut b) = (below.clone(), below);
            blend::fade(&mut a, &values, opacity);
            fade(&mut b, &values, opacity);
            prop_assert_eq!(a, b);
        }
    }
}
