//! The vector kernels against the scalar reference: equal to the bit, at every width.

use proptest::prelude::*;
use vitrine_pixel::color::Coefficients;
use vitrine_pixel::taps::Taps;
use vitrine_pixel::{ColorSpec, Matrix, Range, scalar, simd};

fn bytes(n: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), n)
}

/// The inputs that have to be changed.
fn spec() -> impl Strategy<Value = ColorSpec> {
    let full = ColorSpec { matrix: Matrix::Bt709, range: Range::Full };
    prop::sample::select(vec![ColorSpec::JPEG, ColorSpec::SD, full])
}

fn packed<const LUMA: usize>(rows: [&[u8]; 2]) -> [[Vec<u8>; 4]; 2] {
    let w = rows[0].len() / 2;
    let empty = || [vec![1; w], vec![1; w], vec![1; w / 2], vec![1; w / 2]];
    let (mut a, mut b) = (empty(), empty());
    let [y0, y1, u, v] = &mut a;
    scalar::packed_pair::<LUMA>(rows, [y0, y1], u, v);
    let [y0, y1, u, v] = &mut b;
    simd::packed_pair::<LUMA>(rows, [y0, y1], u, v);
    [a, b]
}

proptest! {
    #[test]
    fn packed_rows(data in (1usize..100).prop_flat_map(|half| bytes(half * 8))) {
        let (upper, lower) = data.split_at(data.len() / 2);
        let [a, b] = packed::<0>([upper, lower]);
        prop_assert_eq!(a, b);
        let [a, b] = packed::<1>([upper, lower]);
        prop_assert_eq!(a, b);
    }

    #[test]
    fn split_and_average(data in (1usize..200).prop_flat_map(|n| bytes(n * 2))) {
        let n = data.len() / 2;
        let (mut a, mut b) = ([vec![0; n], vec![0; n]], [vec![0; n], vec![0; n]]);
        let [u, v] = &mut a;
        scalar::split(&data, u, v);
        let [u, v] = &mut b;
        simd::split(&data, u, v);
        prop_assert_eq!(&a, &b);
        let [x, y] = &mut a;
        scalar::average_rows(&data[..n], &data[n..], x);
        simd::average_rows(&data[..n], &data[n..], y);
        prop_assert_eq!(x, y);
    }

    #[test]
    fn rows_of_other_colours(data in (1usize..100).prop_flat_map(|half| bytes(half * 8)), spec in spec()) {
        let map = Coefficients::of(spec).expect("a map");
        let half = data.len() / 8;
        let (luma, chroma) = data.split_at(half * 4);
        let luma = [&luma[..half * 2], &luma[half * 2..]];
        let part = |n: usize| &chroma[n * half..][..half];
        let packed = [&data[..half * 4], &data[half * 4..]];
        let run = |kernel: usize| {
            let mut out = [vec![1; half * 2], vec![1; half * 2], vec![1; half], vec![1; half]];
            let [y0, y1, u, v] = &mut out;
            let y = [&mut y0[..], &mut y1[..]];
            let (us, vs) = ([part(0), part(1)], [part(2), part(3)]);
            match kernel {
                0 => scalar::packed_pair_to::<0>(packed, y, u, v, &map),
                1 => simd::packed_pair_to::<0>(packed, y, u, v, &map),
                2 => scalar::packed_pair_to::<1>(packed, y, u, v, &map),
                3 => simd::packed_pair_to::<1>(packed, y, u, v, &map),
                4 => scalar::planar_pair_to(luma, us, vs, y, u, v, &map),
                5 => simd::planar_pair_to(luma, us, vs, y, u, v, &map),
                6 => scalar::paired_pair_to(luma, &chroma[..half * 2], y, u, v, &map),
                _ => simd::paired_pair_to(luma, &chroma[..half * 2], y, u, v, &map),
            }
            out
        };
        for kernel in [0, 2, 4, 6] {
            prop_assert_eq!(run(kernel), run(kernel + 1), "kernel {}", kernel);
        }
    }

    #[test]
    fn mixed_rows(
        data in bytes(9 * 131),
        (first, rows) in (0usize..8, 1usize..8),
        (from, width) in (0usize..30, 1usize..100),
        cuts in prop::collection::vec(0i16..=16384, 7),
    ) {
        let mut cuts = cuts[..rows - 1].to_vec();
        cuts.sort_unstable();
        let weights: Vec<i16> = cuts.iter().copied().chain([16384])
            .scan(0, |given, sum| { let w = sum - *given; *given = sum; Some(w) }).collect();
        let (mut a, mut b) = (vec![0; width], vec![1; width]);
        scalar::mix_rows::<u8>(&data, 131, first, 8, &weights, from, &mut a);
        simd::mix_rows(&data, 131, first, 8, &weights, from, &mut b);
        prop_assert_eq!(a, b);
        let (mut a, mut b) = (vec![0i16; width], vec![1i16; width]);
        scalar::mix_rows(&data, 131, first, 8, &weights, from, &mut a);
        simd::mix_rows_wide(&data, 131, first, 8, &weights, from, &mut b);
        prop_assert_eq!(a, b);
    }

    #[test]
    fn mixed_columns(data in bytes(400 + 64), from in 0.0f64..300.0, span in 0.5f64..400.0, n in 1usize..500) {
        let mut taps = Taps::default();
        taps.plan(400, from, span, n);
        prop_assert!(taps.weights().chunks(taps.count()).all(|w| w.iter().sum::<i16>() == 16384));
        prop_assert!(taps.weights().iter().all(|&w| w >= 0));
        let mut row = vec![0; data.len()];
        scalar::widen(&data, &mut row);
        let (mut a, mut b) = (vec![0; n], vec![1; n]);
        scalar::mix_columns(&row, taps.starts(), taps.weights(), taps.count(), &mut a);
        simd::mix_columns(&row, &taps, &mut b);
        prop_assert_eq!(a, b);
    }
}
