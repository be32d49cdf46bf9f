//! A picture made ready to be drawn: converted once, blended many times.

use std::sync::atomic::{AtomicU64, Ordering};

use vitrine_media::{Picture, Plane, Size};
use vitrine_pixel::{PlaneScaler, Region};

use crate::blend::{Cut, OPAQUE};
use crate::simd;

/// Samples are classified in blocks of this many, the width of the blend kernels.
pub(crate) const BLOCK: usize = 16;

/// Premultiplied YUV 4:2:0 with alpha for luma and (averaged 2×2) for chroma, each with the runs
/// of its rows, so that transparent stretches are skipped and opaque ones copied.
///
/// A picture of odd width or height gets a transparent column or row. `Send + Sync`; share it as
/// an `Arc`. About three bytes a pixel.
#[derive(Debug)]
pub struct Tile {
    id: u64,
    size: Size,
    opaque: bool,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
    luma: Alpha,
    chroma: Alpha,
}

/// Alpha of a plane, and its runs.
#[derive(Clone, Debug, Default)]
#[doc(hidden)]
pub struct Alpha {
    /// Samples across.
    pub width: usize,
    /// Samples down.
    pub height: usize,
    /// Bytes between rows; a multiple of 64. What lies past `width` is transparent.
    pub stride: usize,
    /// The samples.
    pub samples: Vec<u8>,
    runs: Vec<Run>,
    /// For each row the index past its last run.
    ends: Vec<u32>,
}

/// A stretch of a row that is not transparent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[doc(hidden)]
pub struct Run {
    /// First sample, on a block.
    pub start: u32,
    /// Past the last sample: on a block, or for opaque runs the end of the row.
    pub end: u32,
    /// Alpha is 255 throughout.
    pub opaque: bool,
}

impl Tile {
    /// Converts a picture: a few milliseconds for a full page. Call it off the drawing thread.
    pub fn from_picture(picture: &Picture) -> Self {
        let size = picture.size();
        let even = Size::new(size.width.next_multiple_of(2), size.height.next_multiple_of(2));
        let mut tile = Self::empty();
        tile.resize(even);
        let (w, h) = (size.width as usize, size.height as usize);
        let (stride, half_stride) = (tile.luma.stride, tile.chroma.stride);
        let pixel = |x: usize, y: usize| {
            if x < w && y < h { picture.pixel(x as u32, y as u32).map(i32::from) } else { [0; 4] }
        };
        for j in 0..tile.chroma.height {
            for i in 0..tile.chroma.width {
                let mut sum = [0; 4];
                for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| (2 * i + x, 2 * j + y))
                {
                    let p = pixel(x, y);
                    let at = y * stride + x;
                    tile.y[at] = weigh(p, LUMA, 16);
                    tile.luma.samples[at] = p[3] as u8;
                    for (sum, p) in sum.iter_mut().zip(p) {
                        *sum += p;
                    }
                }
                let at = j * half_stride + i;
                let alpha = (sum[3] + 2) >> 2;
                tile.chroma.samples[at] = alpha as u8;
                // The offset by the alpha that is kept: on a grey ground, where chroma shows
                // best, the rounding of the alpha then cancels out.
                sum[3] = alpha << 2;
                tile.u[at] = weigh(sum, BLUE, 18);
                tile.v[at] = weigh(sum, RED, 18);
            }
        }
        tile.find_runs();
        tile
    }

    /// A tile without pixels, to scale into.
    pub(crate) fn empty() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            size: Size::default(),
            opaque: false,
            y: Vec::new(),
            u: Vec::new(),
            v: Vec::new(),
            luma: Alpha::default(),
            chroma: Alpha::default(),
        }
    }

    /// A number no other tile of this process has.
    pub(crate) const fn id(&self) -> u64 {
        self.id
    }

    /// Its size in pixels, even both ways.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Every pixel is opaque.
    pub const fn is_opaque(&self) -> bool {
        self.opaque
    }

    /// A plane's premultiplied samples with the alpha that belongs to them.
    pub(crate) fn plane(&self, plane: Plane) -> (&[u8], &Alpha) {
        match plane {
            Plane::Y => (&self.y, &self.luma),
            Plane::U => (&self.u, &self.chroma),
            Plane::V => (&self.v, &self.chroma),
        }
    }

    /// Blends a plane over the upper left of another, rows `stride` bytes apart, which must be
    /// as large. For measuring kernels without a compositor.
    #[doc(hidden)]
    pub fn draw_plane(&self, plane: Plane, below: &mut [u8], stride: usize) {
        let (values, alpha) = self.plane(plane);
        let (right, bottom) = (alpha.width, alpha.height);
        let cut = Cut { left: 0, right, top: 0, bottom, at: 0, stride };
        simd::blend_plane(below, values, alpha, cut, OPAQUE);
    }

    /// Becomes a region of another tile at another (even) size. Uses its memory again.
    pub(crate) fn scale_from(&mut self, src: &Self, region: Region, size: Size, by: &mut Scalers) {
        self.resize(size);
        let half = |s: Size| Size::new(s.width / 2, s.height / 2);
        by.0.plan(src.size, region, size);
        by.1.plan(half(src.size), region.halved(), half(size));
        let (stride, out) = (src.luma.stride, self.luma.stride);
        by.0.run(&src.y, stride, &mut self.y, out);
        by.0.run(&src.luma.samples, stride, &mut self.luma.samples, out);
        let (stride, out) = (src.chroma.stride, self.chroma.stride);
        by.1.run(&src.u, stride, &mut self.u, out);
        by.1.run(&src.v, stride, &mut self.v, out);
        by.1.run(&src.chroma.samples, stride, &mut self.chroma.samples, out);
        self.find_runs();
    }

    /// Takes a size; all samples become transparent.
    fn resize(&mut self, size: Size) {
        self.size = size;
        self.luma.resize(size.width as usize, size.height as usize);
        self.chroma.resize(size.width as usize / 2, size.height as usize / 2);
        for (values, alpha) in
            [(&mut self.y, &self.luma), (&mut self.u, &self.chroma), (&mut self.v, &self.chroma)]
        {
            values.clear();
            values.resize(alpha.samples.len(), 0);
        }
    }

    fn find_runs(&mut self) {
        let luma = self.luma.find_runs();
        self.opaque = self.chroma.find_runs() && luma;
    }
}

/// The two scalers a tile needs: for luma and for chroma.
#[derive(Debug, Default)]
pub(crate) struct Scalers(PlaneScaler, PlaneScaler);

/// Weights of premultiplied red, green, blue and alpha in Q16: BT.709 limited, where the
/// offsets (16 and 128) are premultiplied too, by the weight of alpha.
const LUMA: [i32; 4] =
    [fixed(0.2126 * 219.0), fixed(0.7152 * 219.0), fixed(0.0722 * 219.0), fixed(16.0)];
const BLUE: [i32; 4] = [
    fixed(-0.2126 / 1.8556 * 224.0),
    fixed(-0.7152 / 1.8556 * 224.0),
    fixed(0.9278 / 1.8556 * 224.0),
    fixed(128.0),
];
const RED: [i32; 4] = [
    fixed(0.7874 / 1.5748 * 224.0),
    fixed(-0.7152 / 1.5748 * 224.0),
    fixed(-0.0722 / 1.5748 * 224.0),
    fixed(128.0),
];

const fn fixed(c: f64) -> i32 {
    let scaled = c / 255.0 * 65536.0;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

/// The rounded sum of `p` by Q16 weights; 2 bits of shift more where four pixels were summed.
fn weigh(p: [i32; 4], weights: [i32; 4], shift: u32) -> u8 {
    let sum: i32 = p.iter().zip(weights).map(|(p, w)| p * w).sum();
    ((sum + (1 << (shift - 1))) >> shift) as u8
}

impl Alpha {
    fn resize(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.stride = width.next_multiple_of(64);
        self.samples.clear();
        // Kernels read whole blocks from anywhere in the last row.
        self.samples.resize(self.stride * height + BLOCK, 0);
    }

    /// The runs of a row.
    #[inline]
    pub fn runs(&self, row: usize) -> &[Run] {
        let first = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.runs[first..self.ends[row] as usize]
    }

    /// Finds the runs of every row; whether all is opaque.
    fn find_runs(&mut self) -> bool {
        self.runs.clear();
        self.ends.clear();
        let mut all_opaque = true;
        for row in self.samples.chunks_exact(self.stride.max(1)).take(self.height) {
            let first = self.runs.len();
            for (i, block) in row[..self.width].chunks(BLOCK).enumerate() {
                let start = (i * BLOCK) as u32;
                if block.iter().all(|&a| a == 0) {
                    continue;
                }
                let opaque = block.iter().all(|&a| a == 255);
                let end = if opaque { start + block.len() as u32 } else { start + BLOCK as u32 };
                append(&mut self.runs, first, Run { start, end, opaque });
            }
            let whole = Run { start: 0, end: self.width as u32, opaque: true };
            all_opaque &= self.runs[first..] == [whole];
            self.ends.push(self.runs.len() as u32);
        }
        all_opaque
    }
}

/// Appends a block to the row that begins at run `first`, joined to the run before it where that
/// saves time: changing over between runs costs about as much as blending one block.
fn append(runs: &mut Vec<Run>, first: usize, block: Run) {
    let gap = BLOCK as u32;
    let n = runs.len();
    if n > first {
        let last = &mut runs[n - 1];
        if last.opaque == block.opaque && last.end == block.start {
            last.end = block.end;
            return;
        }
        if !block.opaque && !last.opaque && last.end + gap == block.start {
            last.end = block.end;
            return;
        }
        // A single opaque block between blended ones is blended with them.
        if !block.opaque && last.opaque && last.end - last.start == gap && last.end == block.start {
            *last = Run { start: last.start, ..block };
            if n - 1 > first && !runs[n - 2].opaque && runs[n - 2].end == runs[n - 1].start {
                runs[n - 2].end = block.end;
                runs.pop();
            }
            return;
        }
    }
    runs.push(block);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use vitrine_pixel::rgb_to_yuv709;

    #[test]
    fn opaque_colors_land_on_their_values() {
        for n in 0..216u32 {
            let [r, g, b] = [n / 36, n / 6 % 6, n % 6].map(|c| c as u8 * 51);
            let size = Size::new(5, 3);
            let picture = Picture::from_rgba(size, [r, g, b, 255].repeat(15)).expect("fits");
            let tile = Tile::from_picture(&picture);
            assert_eq!(tile.size(), Size::new(6, 4));
            let want = rgb_to_yuv709(r, g, b);
            for (got, want) in [tile.y[0], tile.u[0], tile.v[0]].into_iter().zip(want) {
                assert!(got.abs_diff(want) <= 1, "{r} {g} {b}: {got} {want}");
            }
        }
    }

    proptest! {
        #[test]
        fn runs_tell_what_the_samples_are(
            stretches in prop::collection::vec((0usize..60, prop::sample::select(vec![0u8, 255, 255, 9])), 1..9)
        ) {
            let row: Vec<u8> = stretches.iter().flat_map(|&(n, a)| vec![a; n]).collect();
            prop_assume!(!row.is_empty());
            let mut alpha = Alpha::default();
            alpha.resize(row.len(), 1);
            alpha.samples[..row.len()].copy_from_slice(&row);
            prop_assert_eq!(alpha.find_runs(), row.iter().all(|&a| a == 255));
            let mut at = 0;
            for run in alpha.runs(0) {
                let (start, end) = (run.start as usize, run.end as usize);
                prop_assert!(start >= at && end > start && start % BLOCK == 0 && end <= alpha.stride);
                prop_assert!(row[at.min(row.len())..start].iter().all(|&a| a == 0), "skipped");
                prop_assert!(!run.opaque || row[start..end].iter().all(|&a| a == 255));
                at = end;
            }
            prop_assert!(row[at.min(row.len())..].iter().all(|&a| a == 0));
        }
    }
}
