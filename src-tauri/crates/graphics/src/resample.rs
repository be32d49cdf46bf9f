//! Product images to the size of their slot: sharp when shrunk, never stretched.

use vitrine_media::{Picture, Size};

/// Part of a picture, in its pixels; may reach beyond it, where the edge pixels continue.
#[derive(Clone, Copy, Debug, PartialEq)]
struct View {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

/// How an image fills its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fit {
    /// Fills the slot, cutting off what hangs over.
    Cover,
    /// All of the image, with the slot's ground beside it.
    Contain,
    /// For product photos: a cut-out is shown whole with a margin; a photo on a plain ground is
    /// cropped a little and its ground continued to the sides; anything else covers.
    #[default]
    Product,
}

/// The picture in `size` pixels.
pub(crate) fn fitted(picture: &Picture, size: Size, fit: Fit) -> Picture {
    let from = picture.size();
    let (w, h) = (from.width as f32, from.height as f32);
    let (slot_w, slot_h) = (size.width as f32, size.height as f32);
    // `zoom`: slot pixels per picture pixel.
    let cover = (slot_w / w).max(slot_h / h);
    let contain = (slot_w / w).min(slot_h / h);
    let (zoom, transparent_outside) = match fit {
        Fit::Cover => (cover, false),
        Fit::Contain => (contain, true),
        Fit::Product if has_holes(picture) => (contain * 0.9, true),
        // At most a tenth of the picture's longer way is cut off.
        Fit::Product if plain_edges(picture) => (cover.min(contain / 0.9), false),
        Fit::Product => (cover, false),
    };
    let (view_w, view_h) = (slot_w / zoom, slot_h / zoom);
    let view = View { x: (w - view_w) / 2.0, y: (h - view_h) / 2.0, width: view_w, height: view_h };
    resample(picture, view, size, transparent_outside)
}

/// A cut-out product: the corners are transparent.
fn has_holes(picture: &Picture) -> bool {
    let Size { width, height } = picture.size();
    let corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)];
    corners.iter().filter(|&&(x, y)| picture.pixel(x, y)[3] < 32).count() >= 3
}

/// The left, right, top and bottom edges change only slowly, as a studio ground does.
fn plain_edges(picture: &Picture) -> bool {
    let Size { width, height } = picture.size();
    let column = |x: u32| calm((0..height).map(|y| picture.pixel(x, y)));
    let row = |y: u32| calm((0..width).map(|x| picture.pixel(x, y)));
    column(0) && column(width - 1) && row(0) && row(height - 1)
}

fn calm(pixels: impl Iterator<Item = [u8; 4]>) -> bool {
    let mut before: Option<[u8; 4]> = None;
    let (mut jumps, mut count) = (0u32, 0u32);
    for pixel in pixels {
        if let Some(b) = before {
            let step: u32 = (0..3).map(|i| u32::from(b[i].abs_diff(pixel[i]))).sum();
            jumps += u32::from(step > 24);
        }
        before = Some(pixel);
        count += 1;
    }
    jumps * 100 <= count
}

/// One destination sample's share of the source.
struct Taps {
    first: i32,
    weights: Vec<f32>,
}

/// Catmull-Rom, widened by the shrinking factor so that every source pixel counts.
fn taps(start: f32, length: f32, out: u32) -> Vec<Taps> {
    let step = length / out as f32;
    let widen = step.max(1.0);
    (0..out)
        .map(|i| {
            let centre = start + (i as f32 + 0.5) * step - 0.5;
            let first = (centre - 2.0 * widen).ceil() as i32;
            let last = (centre + 2.0 * widen).floor() as i32;
            let mut weights: Vec<f32> =
                (first..=last).map(|x| kernel((x as f32 - centre) / widen)).collect();
            let sum: f32 = weights.iter().sum();
            weights.iter_mut().for_each(|w| *w /= sum);
            Taps { first, weights }
        })
        .collect()
}

fn kernel(x: f32) -> f32 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

fn resample(picture: &Picture, view: View, size: Size, transparent_outside: bool) -> Picture {
    let from = picture.size();
    let columns = taps(view.x, view.width, size.width);
    let rows = taps(view.y, view.height, size.height);
    let width = size.width as usize;
    // Source rows and columns the view touches, those beyond the picture included.
    let reach = |taps: &[Taps]| {
        let first = taps.first().map_or(0, |t| t.first);
        (first, taps.last().map_or(first + 1, |t| t.first + t.weights.len() as i32))
    };
    let ((left, right), (top, bottom)) = (reach(&columns), reach(&rows));
    let inside = |at: i32, length: u32| at >= 0 && at < length as i32;
    let stride = from.width as usize * 4;
    let mut line = vec![[0f32; 4]; (right - left) as usize];
    let mut across = vec![[0f32; 4]; width * (bottom - top) as usize];
    let mut done: Option<usize> = None;
    for y in top..bottom {
        let start = (y - top) as usize * width;
        if !inside(y, from.height) {
            // Beyond the picture: nothing, or the edge row again, filtered already or soon.
            if let Some(before) = done.filter(|_| !transparent_outside && y > 0) {
                across.copy_within(before..before + width, start);
            }
            continue;
        }
        let source = &picture.rgba()[y as usize * stride..][..stride];
        for (value, x) in line.iter_mut().zip(left..right) {
            *value = if transparent_outside && !inside(x, from.width) {
                [0.0; 4]
            } else {
                let at = x.clamp(0, from.width as i32 - 1) as usize * 4;
                [source[at], source[at + 1], source[at + 2], source[at + 3]].map(f32::from)
            };
        }
        for (out, tap) in across[start..start + width].iter_mut().zip(&columns) {
            let samples = &line[(tap.first - left) as usize..];
            *out = weigh(&tap.weights, samples);
        }
        if done.is_none() && !transparent_outside {
            for above in 0..(y - top) as usize {
                across.copy_within(start..start + width, above * width);
            }
        }
        done = Some(start);
    }
    let mut out = Picture::transparent(size);
    let mut sum = vec![[0f32; 4]; width];
    for (row, tap) in out.rgba_mut().chunks_exact_mut(width * 4).zip(&rows) {
        sum.fill([0.0; 4]);
        for (i, weight) in tap.weights.iter().enumerate() {
            let start = ((tap.first - top) as usize + i) * width;
            for (total, sample) in sum.iter_mut().zip(&across[start..start + width]) {
                for c in 0..4 {
                    total[c] += sample[c] * weight;
                }
            }
        }
        for (pixel, value) in row.chunks_exact_mut(4).zip(&sum) {
            let alpha = value[3].clamp(0.0, 255.0);
            pixel[3] = (alpha + 0.5) as u8;
            for c in 0..3 {
                // Ringing must not lift a channel above its alpha.
                pixel[c] = (value[c].clamp(0.0, alpha) + 0.5) as u8;
            }
        }
    }
    out
}

fn weigh(weights: &[f32], samples: &[[f32; 4]]) -> [f32; 4] {
    let mut sum = [0f32; 4];
    for (weight, sample) in weights.iter().zip(samples) {
        for c in 0..4 {
            sum[c] += sample[c] * weight;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(size: Size, colour: [u8; 4]) -> Picture {
        Picture::from_rgba(size, colour.repeat(size.area() as usize)).unwrap()
    }

    #[test]
    fn a_plain_colour_stays_that_colour() {
        let picture = plain(Size::new(800, 800), [200, 100, 50, 255]);
        for fit in [Fit::Cover, Fit::Product] {
            let out = fitted(&picture, Size::new(372, 228), fit);
            assert!(out.rgba().chunks_exact(4).all(|p| p == [200, 100, 50, 255]));
        }
    }

    #[test]
    fn edges_go_on_above_below_and_beside() {
        // Four colours in the corners; a view twice as large repeats each outwards.
        let mut picture = plain(Size::new(8, 8), [0, 0, 0, 255]);
        for y in 0..8usize {
            for x in 0..8usize {
                let value = [if x < 4 { 40 } else { 200 }, if y < 4 { 60 } else { 220 }];
                picture.rgba_mut()[(y * 8 + x) * 4..][..2].copy_from_slice(&value);
            }
        }
        let view = View { x: -8.0, y: -8.0, width: 24.0, height: 24.0 };
        let out = resample(&picture, view, Size::new(24, 24), false);
        for (x, y, wanted) in
            [(0, 0, [40, 60]), (23, 0, [200, 60]), (0, 23, [40, 220]), (23, 23, [200, 220])]
        {
            assert_eq!(out.pixel(x, y)[..2], wanted);
        }
        let clear = resample(&picture, view, Size::new(24, 24), true);
        assert_eq!(
            [clear.pixel(0, 0)[3], clear.pixel(12, 0)[3], clear.pixel(12, 12)[3]],
            [0, 0, 255]
        );
    }

    #[test]
    fn contain_leaves_the_sides_clear() {
        let out = fitted(&plain(Size::new(100, 100), [255; 4]), Size::new(200, 100), Fit::Contain);
        assert_eq!(out.pixel(10, 50)[3], 0);
        assert_eq!(out.pixel(100, 50), [255; 4]);
    }

    #[test]
    fn a_product_photo_loses_at_most_a_tenth() {
        // A dark square touching 8 % of the margin on a light ground must stay whole.
        let mut picture = plain(Size::new(400, 400), [240, 238, 235, 255]);
        for y in 32..368usize {
            for x in 32..368usize {
                picture.rgba_mut()[(y * 400 + x) * 4..][..3].copy_from_slice(&[20, 20, 20]);
            }
        }
        let out = fitted(&picture, Size::new(380, 228), Fit::Product);
        assert!(out.pixel(190, 2)[0] > 200 && out.pixel(190, 225)[0] > 200);
        assert!(out.pixel(190, 114)[0] < 40 && out.pixel(5, 114)[0] > 200);
    }
}
