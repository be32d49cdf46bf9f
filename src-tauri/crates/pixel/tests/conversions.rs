//! Conversions and scaling against slow float arithmetic, and what they refuse.

use proptest::prelude::*;
use vitrine_media::{Frame, Plane, Size};
use vitrine_pixel::*;

const PLANES: [Plane; 3] = [Plane::Y, Plane::U, Plane::V];

/// Any spec's numbers of a colour, in floats.
fn encode(rgb: [f64; 3], spec: ColorSpec) -> [f64; 3] {
    let (kr, kb) = match spec.matrix {
        Matrix::Bt601 => (0.299, 0.114),
        Matrix::Bt709 => (0.2126, 0.0722),
    };
    let [r, g, b] = rgb;
    let y = kr * r + (1.0 - kr - kb) * g + kb * b;
    let (u, v) = ((b - y) / (2.0 - 2.0 * kb), (r - y) / (2.0 - 2.0 * kr));
    match spec.range {
        Range::Limited => [16.0 + 219.0 * y, 128.0 + 224.0 * u, 128.0 + 224.0 * v],
        Range::Full => [255.0 * y, 128.0 + 255.0 * u, 128.0 + 255.0 * v],
    }
}

fn specs() -> Vec<ColorSpec> {
    let both = |matrix| [Range::Limited, Range::Full].map(|range| ColorSpec { matrix, range });
    [both(Matrix::Bt601), both(Matrix::Bt709)].concat()
}

/// A flat colour through every layout lands on its BT.709 limited value within 1.
#[test]
fn flat_colors_through_every_layout() {
    let size = Size::new(38, 18);
    let (w, h) = (size.width as usize, size.height as usize);
    for n in 0..216u32 {
        let rgb = [n / 36, n / 6 % 6, n % 6].map(|c| c as u8 * 51);
        let want = rgb_to_yuv709(rgb[0], rgb[1], rgb[2]);
        let near = |out: &Frame, what: &str| {
            for (plane, want) in PLANES.into_iter().zip(want) {
                for y in 0..out.plane_size(plane).height as usize {
                    for &got in out.row(plane, y) {
                        assert!(got.abs_diff(want) <= 1, "{what} {rgb:?} {plane:?} {got} {want}");
                    }
                }
            }
        };
        let mut out = Frame::black(size);
        for spec in specs() {
            let yuv = encode(rgb.map(|c| f64::from(c) / 255.0), spec);
            let [y, u, v] = yuv.map(|c| c.round() as u8);
            let (ys, us, vs) = (vec![y; w * h], vec![u; w / 2 * h], vec![v; w / 2 * h]);
            yuyv_to_frame(&[y, u, y, v].repeat(w / 2 * h), w * 2, spec, &mut out).expect("fits");
            near(&out, "yuyv");
            uyvy_to_frame(&[u, y, v, y].repeat(w / 2 * h), w * 2, spec, &mut out).expect("fits");
            near(&out, "uyvy");
            nv12_to_frame([&ys, &[u, v].repeat(w * h / 4)], [w, w], spec, &mut out).expect("fits");
            near(&out, "nv12");
            let strides = [w, w / 2, w / 2];
            yuv422_to_frame([&ys, &us, &vs], strides, spec, &mut out).expect("fits");
            near(&out, "422");
            yuv420_to_frame([&ys, &us, &vs], strides, spec, &mut out).expect("fits");
            near(&out, "420");
        }
        let [r, g, b] = rgb;
        rgb_to_frame(&[r, g, b].repeat(w * h), w * 3, &mut out).expect("fits");
        near(&out, "rgb");
        bgr_to_frame(&[b, g, r].repeat(w * h), w * 3, &mut out).expect("fits");
        near(&out, "bgr");
        rgba_to_frame(&[r, g, b, 9].repeat(w * h), w * 4, &mut out).expect("fits");
        near(&out, "rgba");
        bgra_to_frame(&[b, g, r, 9].repeat(w * h), w * 4, &mut out).expect("fits");
        near(&out, "bgra");
        let back = frame_to_picture(&out).pixel(5, 5);
        assert!(rgb.iter().zip(back).all(|(a, b)| a.abs_diff(b) <= 3), "{rgb:?} {back:?}");
    }
}

#[test]
fn short_buffers_are_refused() {
    let mut out = Frame::black(Size::new(32, 16));
    let short = vec![0; 32 * 2 * 16 - 1];
    let error = yuyv_to_frame(&short, 64, ColorSpec::VIDEO, &mut out).expect_err("too short");
    assert!(error.to_string().starts_with("A picture of 32x16 arrived incomplete (1023 of 1024"));
    assert!(yuyv_to_frame(&short, 60, ColorSpec::VIDEO, &mut out).is_err(), "stride too small");
    assert!(rgb_to_frame(&short, usize::MAX, &mut out).is_err());
    assert!(nv12_to_frame([&short, &short[..200]], [32, 32], ColorSpec::VIDEO, &mut out).is_err());
}

/// Value of a plane at a fractional place, bilinear within `low..high`.
fn sample(src: &[u8], len: usize, low: usize, high: usize, at: f64) -> f64 {
    assert!(high <= len);
    let i = at.floor();
    let pick = |i: f64| f64::from(src[(i.max(low as f64) as usize).min(high - 1)]);
    pick(i) * (1.0 - (at - i)) + pick(i + 1.0) * (at - i)
}

/// One row scaled in floats.
fn line(src: &[f64], from: f64, span: f64, n: usize) -> Vec<f64> {
    let step = span / n as f64;
    let low = (from + 1e-3).floor() as usize;
    let high = ((from + span - 1e-3).ceil() as usize).min(src.len()).max(low + 1);
    (0..n)
        .map(|i| {
            let at = from + i as f64 * step;
            let (a, b) = if step <= 1.0 {
                (at + step / 2.0 - 0.5, at + step / 2.0 + 0.5)
            } else {
                (at, at + step)
            };
            // The integral of the samples over the box, edges repeated.
            let mut sum = 0.0;
            let mut x = a;
            while x < b - 1e-12 {
                let end = (x.floor() + 1.0).min(b);
                let index = (x.floor().max(low as f64) as usize).min(high - 1);
                sum += src[index] * (end - x);
                x = end;
            }
            sum / (b - a)
        })
        .collect()
}

proptest! {
    #[test]
    fn scaled_planes_match_floats(
        (w, h) in (1u32..70, 1u32..70),
        (dw, dh) in (1u32..90, 1u32..90),
        (x, y, right, bottom) in (0.0f64..0.4, 0.0f64..0.4, 0.0f64..0.4, 0.0f64..0.4),
        whole in any::<bool>(),
        seed in any::<u32>(),
    ) {
        let (size, out_size) = (Size::new(w, h), Size::new(dw, dh));
        let (fw, fh) = (f64::from(w), f64::from(h));
        let region = if whole { Region::all(size) } else {
            Region { x: x * fw, y: y * fh, width: fw * (1.0 - x - right), height: fh * (1.0 - y - bottom) }
        };
        let mut n = seed;
        let src: Vec<u8> = (0..w * h).map(|_| { n = n.wrapping_mul(1664525).wrapping_add(1013904223); (n >> 24) as u8 }).collect();
        let mut out = vec![0; (dw * dh) as usize];
        scale_plane(&src, size, w as usize, region, &mut out, out_size, dw as usize);

        let rows: Vec<Vec<f64>> = src.chunks(w as usize)
            .map(|r| line(&r.iter().map(|&v| f64::from(v)).collect::<Vec<_>>(), region.x, region.width, dw as usize)).collect();
        for i in 0..dw as usize {
            let column: Vec<f64> = rows.iter().map(|r| r[i]).collect();
            for (j, want) in line(&column, region.y, region.height, dh as usize).into_iter().enumerate() {
                let got = f64::from(out[j * dw as usize + i]);
                prop_assert!((got - want).abs() <= 0.55, "{i},{j}: {got} {want}");
            }
        }
    }

    #[test]
    fn growing_is_bilinear(row in prop::collection::vec(any::<u8>(), 8..40), n in 40usize..200) {
        let (w, mut out) = (row.len(), vec![0; n]);
        let size = Size::new(w as u32, 1);
        scale_plane(&row, size, w, Region::all(size), &mut out, Size::new(n as u32, 1), n);
        for (i, &got) in out.iter().enumerate() {
            let want = sample(&row, w, 0, w, (i as f64 + 0.5) * w as f64 / n as f64 - 0.5);
            prop_assert!((f64::from(got) - want).abs() <= 0.55, "{i}: {got} {want}");
        }
    }
}

#[test]
fn a_region_of_equal_size_is_copied() {
    let mut src = Frame::black(Size::new(64, 48));
    for (i, v) in src.planes_mut().y.iter_mut().enumerate() {
        *v = (i * 7 % 251) as u8;
    }
    let mut out = Frame::black(Size::new(32, 16));
    let region = Region { x: 10.0, y: 6.0, width: 32.0, height: 16.0 };
    scale_frame(&src, region, &mut out);
    for y in 0..16 {
        assert_eq!(out.row(Plane::Y, y), &src.row(Plane::Y, y + 6)[10..42]);
    }
    let mut scaler = PlaneScaler::new();
    scaler.plan(Size::new(64, 48), region, Size::new(32, 16));
    assert_eq!(scaler.copies_from(), Some((10, 6)));
}
