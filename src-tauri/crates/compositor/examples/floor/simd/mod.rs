//! The blend by hand: what a compositor of exactly these overlays at exactly these places would do.

use vitrine_compositor::Tile;
use vitrine_media::{Frame, Picture, Plane, Size};

/// One overlay: its three planes.
pub struct Overlay {
    /// Y, U, V.
    pub planes: Vec<Plate>,
}

/// One plane of an overlay, as wide as the stretches ask for.
pub struct Plate {
    x: usize,
    y: usize,
    width: usize,
    values: Vec<u8>,
    alpha: Vec<u8>,
    /// For each row where the opaque middle begins and ends, in whole vectors; equal if none.
    middle: Vec<(usize, usize)>,
}

impl Overlay {
    /// The planes are read back from the compositor's own drawing on black and on white, which
    /// keeps this file free of colour conversion.
    pub fn new(picture: &Picture, x: usize, y: usize) -> Self {
        let size = picture.size();
        let tile = Tile::from_picture(picture);
        let planes = [Plane::Y, Plane::U, Plane::V].map(|plane| plate(&tile, size, plane, x, y));
        Self { planes: planes.into() }
    }
}

fn plate(tile: &Tile, size: Size, plane: Plane, x: usize, y: usize) -> Plate {
    let by = if plane == Plane::Y { 1 } else { 2 };
    let (w, h) = (size.width as usize / by, size.height as usize / by);
    let drawn = |yuv: [u8; 3]| {
        let mut frame = Frame::black(Size::new(size.width.max(16), size.height.max(16)));
        frame.fill(yuv);
        let mut row = frame.planes_mut();
        let below = match plane {
            Plane::Y => &mut row.y,
            Plane::U => &mut row.u,
            Plane::V => &mut row.v,
        };
        tile.draw_plane(plane, below, row.strides[plane as usize]);
        frame
    };
    // Over 0 the values remain; over 255 what is let through comes on top of them.
    let (dark, light) = (drawn([0; 3]), drawn([255; 3]));
    let width = w.next_multiple_of(32);
    let (mut values, mut alpha) = (vec![0; width * h], vec![0; width * h]);
    let mut middle = Vec::new();
    for row in 0..h {
        let (dark, light) = (&dark.row(plane, row)[..w], &light.row(plane, row)[..w]);
        for (i, (&d, &l)) in dark.iter().zip(light).enumerate() {
            values[row * width + i] = d;
            alpha[row * width + i] = 255 - (l - d);
        }
        let opaque = |v: usize| alpha[row * width + v * 32..][..32].iter().all(|&a| a == 255);
        let first = (0..width / 32).find(|&v| opaque(v)).unwrap_or(0);
        let count = (first..width / 32).take_while(|&v| opaque(v)).count();
        middle.push((first * 32, (first + count) * 32));
    }
    Plate { x: x / by, y: y / by, width, values, alpha, middle }
}

impl Plate {
    /// Blends it over a plane.
    pub fn draw(&self, below: &mut [u8], stride: usize) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2, which is all the kernel asks for.
            return unsafe { self.draw_avx2(below, stride) };
        }
        for (row, _) in self.middle.iter().enumerate() {
            let to = (self.y + row) * stride + self.x;
            for i in 0..self.width.min(below.len() - to) {
                let at = row * self.width + i;
                let through = u32::from(below[to + i]) * u32::from(255 - self.alpha[at]);
                below[to + i] = self.values[at].saturating_add(((through + 127) / 255) as u8);
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn draw_avx2(&self, below: &mut [u8], stride: usize) {
        use std::arch::x86_64::*;
        let zero = _mm256_setzero_si256();
        let (ones, half) = (_mm256_set1_epi8(-1), _mm256_set1_epi16(128));
        for (row, &(first, last)) in self.middle.iter().enumerate() {
            let to = (self.y + row) * stride + self.x;
            let from = row * self.width;
            let blend = |below: &mut [u8], columns: std::ops::Range<usize>| {
                for i in columns.step_by(32) {
                    // The last vector of the last row may reach past the plane; it is empty there.
                    let Some(b) = below.get_mut(to + i..to + i + 32) else { continue };
                    let (v, a) = (&self.values[from + i..][..32], &self.alpha[from + i..][..32]);
                    // SAFETY: the three slices have the 32 bytes read, without alignment.
                    let (bs, v, a) = unsafe {
                        (
                            _mm256_loadu_si256(b.as_ptr().cast()),
                            _mm256_loadu_si256(v.as_ptr().cast()),
                            _mm256_loadu_si256(a.as_ptr().cast()),
                        )
                    };
                    let a = _mm256_xor_si256(a, ones);
                    let part = |b, a| {
                        let t = _mm256_add_epi16(_mm256_mullo_epi16(b, a), half);
                        _mm256_srli_epi16::<8>(_mm256_add_epi16(t, _mm256_srli_epi16::<8>(t)))
                    };
                    let low = part(_mm256_unpacklo_epi8(bs, zero), _mm256_unpacklo_epi8(a, zero));
                    let high = part(_mm256_unpackhi_epi8(bs, zero), _mm256_unpackhi_epi8(a, zero));
                    let out = _mm256_adds_epu8(_mm256_packus_epi16(low, high), v);
                    // SAFETY: the slice has the 32 bytes written, without alignment.
                    unsafe { _mm256_storeu_si256(b.as_mut_ptr().cast(), out) }
                }
            };
            blend(below, 0..first);
            below[to + first..to + last].copy_from_slice(&self.values[from + first..from + last]);
            blend(below, last..self.width);
        }
    }
}
