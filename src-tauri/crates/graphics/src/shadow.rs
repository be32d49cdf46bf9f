//! Soft shadows. A blur has no detail, so it is worked out on a small copy and drawn large: a
//! hundredth of the work of an SVG filter at full size.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Node;

/// Draws `node` blurred by `sigma` (in template pixels) into a picture of this size.
pub(crate) fn soft(node: &Node, sigma: f32, scale: f32, width: u32, height: u32) -> Option<Pixmap> {
    let sigma = sigma * scale;
    let shrink = (sigma / 2.2).round().max(1.0);
    let small_side = |side: u32| (side as f32 / shrink).ceil() as u32 + 1;
    let mut small = Pixmap::new(small_side(width), small_side(height))?;
    let bounds = node.abs_layer_bounding_box()?;
    let at =
        Transform::from_scale(scale / shrink, scale / shrink).pre_translate(bounds.x(), bounds.y());
    resvg::render_node(node, at, &mut small.as_mut());
    let blurred = blur(&small, sigma / shrink);
    enlarge(&blurred, small.width() as usize, small.height() as usize, shrink, width, height)
}

/// Gaussian, across and then down; premultiplied colours blur without dark fringes.
fn blur(pixmap: &Pixmap, sigma: f32) -> Vec<[f32; 4]> {
    let (width, height) = (pixmap.width() as usize, pixmap.height() as usize);
    let reach = (sigma * 3.0).ceil() as usize;
    let mut kernel: Vec<f32> =
        (0..=reach).map(|i| (-((i * i) as f32) / (2.0 * sigma * sigma)).exp()).collect();
    let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
    kernel.iter_mut().for_each(|k| *k /= sum);
    let source: Vec<[f32; 4]> =
        pixmap.data().chunks_exact(4).map(|p| [p[0], p[1], p[2], p[3]].map(f32::from)).collect();
    let across = pass(&source, &kernel, height, width, width, 1);
    pass(&across, &kernel, width, height, 1, width)
}

/// One direction: `lines` lines of `length` samples. Outside is clear.
fn pass(
    source: &[[f32; 4]],
    kernel: &[f32],
    lines: usize,
    length: usize,
    line_step: usize,
    step: usize,
) -> Vec<[f32; 4]> {
    let mut out = vec![[0.0; 4]; source.len()];
    for line in 0..lines {
        for i in 0..length {
            let mut sum = [0.0; 4];
            let from = i.saturating_sub(kernel.len() - 1);
            let to = (i + kernel.len()).min(length);
            for j in from..to {
                let weight = kernel[i.abs_diff(j)];
                let sample = source[line * line_step + j * step];
                for c in 0..4 {
                    sum[c] += sample[c] * weight;
                }
            }
            out[line * line_step + i * step] = sum;
        }
    }
    out
}

/// Bilinear.
fn enlarge(
    small: &[[f32; 4]],
    small_width: usize,
    small_height: usize,
    shrink: f32,
    width: u32,
    height: u32,
) -> Option<Pixmap> {
    let mut out = Pixmap::new(width, height)?;
    let taps = |length: u32, small: usize| -> Vec<(usize, usize, f32)> {
        (0..length)
            .map(|i| {
                let at = ((i as f32 + 0.5) / shrink - 0.5).max(0.0);
                let first = (at as usize).min(small - 1);
                (first, (first + 1).min(small - 1), at - at.floor())
            })
            .collect()
    };
    let columns = taps(width, small_width);
    let rows = taps(height, small_height);
    let mut line = vec![[0.0f32; 4]; small_width];
    for (row, &(a, b, t)) in out.data_mut().chunks_exact_mut(width as usize * 4).zip(&rows) {
        let (upper, lower) = (&small[a * small_width..], &small[b * small_width..]);
        for ((value, u), l) in line.iter_mut().zip(upper).zip(lower) {
            for c in 0..4 {
                value[c] = u[c] + (l[c] - u[c]) * t;
            }
        }
        if line.iter().all(|v| v[3] < 0.5) {
            continue;
        }
        for (pixel, &(a, b, t)) in row.chunks_exact_mut(4).zip(&columns) {
            let (left, right) = (line[a], line[b]);
            // Rounded together, so that no channel rises above the alpha.
            let alpha = (left[3] + (right[3] - left[3]) * t + 0.5) as u8;
            pixel[3] = alpha;
            for c in 0..3 {
                pixel[c] = ((left[c] + (right[c] - left[c]) * t + 0.5) as u8).min(alpha);
            }
        }
    }
    Some(out)
}
