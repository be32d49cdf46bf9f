//! Any region of a picture to any size.
//!
//! A scaler is planned once for its geometry and then only runs: each output row is the weighted
//! sum of a few source rows, then of a few of its columns. Growing is bilinear, shrinking
//! averages areas (no shimmer, no aliasing); a region of the size of its target is copied.

use vitrine_media::{Frame, Plane, Size};

use crate::taps::Taps;
use crate::{scalar, simd};

/// A part of a picture, in its pixels; fractions are meant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Region {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, above zero.
    pub width: f64,
    /// Height, above zero.
    pub height: f64,
}

impl Region {
    /// All of a picture.
    pub fn all(size: Size) -> Self {
        Self { x: 0.0, y: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
    }

    /// The same part of a picture half as large, as chroma planes are.
    pub fn halved(self) -> Self {
        Self {
            x: self.x / 2.0,
            y: self.y / 2.0,
            width: self.width / 2.0,
            height: self.height / 2.0,
        }
    }
}

/// Scales a region of one plane to a size. Keeps its plan and its memory from call to call.
#[derive(Debug, Default)]
pub struct PlaneScaler {
    key: Option<(Size, Region, Size)>,
    across: Taps,
    down: Taps,
    row: Vec<i16>,
}

impl PlaneScaler {
    /// A scaler without a plan.
    pub fn new() -> Self {
        Self::default()
    }

    /// Plans for a region of a plane of `src` samples to become `out` samples. Does nothing when
    /// that is the plan already; allocates only when the plan is larger than any before. The
    /// region is brought within the plane. Empty sizes plan nothing.
    pub fn plan(&mut self, src: Size, region: Region, out: Size) {
        if self.key == Some((src, region, out)) {
            return;
        }
        self.key = None;
        if src.area() == 0 || out.area() == 0 {
            return;
        }
        self.across.plan(src.width as usize, region.x, region.width, out.width as usize);
        self.down.plan(src.height as usize, region.y, region.height, out.height as usize);
        // Vector kernels read whole vectors past the last sample.
        self.row.resize(src.width as usize + 64, 0);
        self.key = Some((src, region, out));
    }

    /// The output is the source's samples one by one: the first column and row taken.
    pub fn copies_from(&self) -> Option<(usize, usize)> {
        self.key?;
        Some((self.across.copied_from()?, self.down.copied_from()?))
    }

    /// Makes output row `y` from the planned plane, rows `stride` bytes apart. `out` takes as
    /// many samples as it is long, at most the planned width.
    ///
    /// # Panics
    /// Without a plan, or when `src` is smaller than planned.
    pub fn row(&mut self, src: &[u8], stride: usize, y: usize, out: &mut [u8]) {
        let (down, across) = (&self.down, &self.across);
        let first = down.starts()[y] as usize;
        let count = down.count();
        let weights = &down.weights()[y * count..][..count];
        let weights = &weights[..weights.iter().rposition(|&w| w != 0).map_or(1, |n| n + 1)];
        let copied = (weights.len() == 1).then(|| &src[first * stride..]);
        if let Some(x) = across.copied_from() {
            match copied {
                Some(row) => out.copy_from_slice(&row[x..][..out.len()]),
                None => simd::mix_rows(src, stride, first, down.last(), weights, x, out),
            }
            return;
        }
        // Only the columns that are looked at.
        let low = across.starts()[0] as usize;
        let high = across.last() + 1;
        let wide = &mut self.row[low..high];
        match copied {
            Some(row) => scalar::widen(&row[low..high], wide),
            None => simd::mix_rows_wide(src, stride, first, down.last(), weights, low, wide),
        }
        simd::mix_columns(&self.row, across, out);
    }

    /// Makes the whole output: rows `out_stride` bytes apart in `out`.
    ///
    /// # Panics
    /// As [`PlaneScaler::row`], or when `out` is too small.
    pub fn run(&mut self, src: &[u8], stride: usize, out: &mut [u8], out_stride: usize) {
        let Some((_, _, size)) = self.key else { return };
        for y in 0..size.height as usize {
            self.row(src, stride, y, &mut out[y * out_stride..][..size.width as usize]);
        }
    }
}

/// Scales a region of a frame: the luma and the two chroma planes by one plan each.
#[derive(Debug, Default)]
pub struct FrameScaler {
    luma: PlaneScaler,
    chroma: PlaneScaler,
}

impl FrameScaler {
    /// A scaler without a plan.
    pub fn new() -> Self {
        Self::default()
    }

    /// Plans for a region (in luma pixels) of a frame of `src` to become `out`, which is even
    /// both ways. See [`PlaneScaler::plan`].
    pub fn plan(&mut self, src: Size, region: Region, out: Size) {
        let half = |s: Size| Size::new(s.width / 2, s.height / 2);
        self.luma.plan(src, region, out);
        self.chroma.plan(half(src), region.halved(), half(out));
    }

    /// The scaler of a plane.
    pub fn plane(&mut self, plane: Plane) -> &mut PlaneScaler {
        if plane == Plane::Y { &mut self.luma } else { &mut self.chroma }
    }

    /// Makes the whole of `out`, planned for its size, from `src`, planned for its size.
    ///
    /// # Panics
    /// When the sizes are others than planned.
    pub fn run(&mut self, src: &Frame, out: &mut Frame) {
        let planes = out.planes_mut();
        let outs = [(Plane::Y, planes.y), (Plane::U, planes.u), (Plane::V, planes.v)];
        for ((plane, out), stride) in outs.into_iter().zip(planes.strides) {
            self.plane(plane).run(src.plane(plane), src.stride(plane), out, stride);
        }
    }
}

/// Scales a region of a plane once, without keeping the plan.
///
/// # Panics
/// When `src` or `out` is smaller than its size and stride say.
pub fn scale_plane(
    src: &[u8],
    src_size: Size,
    stride: usize,
    region: Region,
    out: &mut [u8],
    out_size: Size,
    out_stride: usize,
) {
    let mut scaler = PlaneScaler::new();
    scaler.plan(src_size, region, out_size);
    scaler.run(src, stride, out, out_stride);
}

/// Scales a region of a frame to the whole of another once, without keeping the plan.
pub fn scale_frame(src: &Frame, region: Region, out: &mut Frame) {
    let mut scaler = FrameScaler::new();
    scaler.plan(src.size(), region, out.size());
    scaler.run(src, out);
}
