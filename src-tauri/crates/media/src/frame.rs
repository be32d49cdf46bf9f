//! Camera and program pictures: planar YUV 4:2:0, 8 bits, BT.709, limited range.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Size {
    /// Largest side Vitrine works with; larger input is refused where it enters.
    pub const MAX_SIDE: u32 = 8192;

    /// A size as given.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Both sides are even and within 16..=[`Size::MAX_SIDE`], as 4:2:0 and the encoders ask.
    pub fn is_video(self) -> bool {
        let ok = |v: u32| (16..=Self::MAX_SIDE).contains(&v) && v.is_multiple_of(2);
        ok(self.width) && ok(self.height)
    }

    /// Pixels in all.
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Taller than wide.
    pub const fn is_portrait(self) -> bool {
        self.height > self.width
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// One of a frame's planes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plane {
    /// Luma, full size.
    Y,
    /// Blue difference, half size both ways.
    U,
    /// Red difference, half size both ways.
    V,
}

/// A picture in I420: Y then U then V in one buffer, BT.709 matrix, limited range (16–235 / 16–240).
///
/// Row strides are multiples of 64 so that kernels may read whole vectors inside a row; bytes
/// between `width` and `stride` hold no meaning. Widths and heights are even ([`Size::is_video`]).
/// Share as `Arc<Frame>`; a frame that is shared is never changed.
#[derive(Clone)]
pub struct Frame {
    size: Size,
    strides: [usize; 3],
    offsets: [usize; 3],
    data: Vec<u8>,
}

/// The three planes of a frame, writable at once.
pub struct FrameMut<'a> {
    /// Luma rows.
    pub y: &'a mut [u8],
    /// Blue-difference rows.
    pub u: &'a mut [u8],
    /// Red-difference rows.
    pub v: &'a mut [u8],
    /// Bytes between the starts of two rows, per plane.
    pub strides: [usize; 3],
}

impl Frame {
    /// A black frame.
    ///
    /// # Panics
    /// If `size` is not [`Size::is_video`]: sizes are checked where they enter the program.
    pub fn black(size: Size) -> Self {
        assert!(size.is_video(), "frame size {size} is not usable for 4:2:0 video");
        let (w, h) = (size.width as usize, size.height as usize);
        let (ys, cs) = (w.next_multiple_of(64), (w / 2).next_multiple_of(64));
        let (y_len, c_len) = (ys * h, cs * (h / 2));
        let mut data = vec![16u8; y_len + 2 * c_len];
        data[y_len..].fill(128);
        Self { size, strides: [ys, cs, cs], offsets: [0, y_len, y_len + c_len], data }
    }

    /// Its size in luma pixels.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Size of a plane in samples.
    pub const fn plane_size(&self, plane: Plane) -> Size {
        match plane {
            Plane::Y => self.size,
            Plane::U | Plane::V => Size::new(self.size.width / 2, self.size.height / 2),
        }
    }

    /// Bytes between the starts of two rows of `plane`.
    pub const fn stride(&self, plane: Plane) -> usize {
        self.strides[plane as usize]
    }

    /// All rows of a plane, `stride` apart.
    pub fn plane(&self, plane: Plane) -> &[u8] {
        let i = plane as usize;
        let end = if i == 2 { self.data.len() } else { self.offsets[i + 1] };
        &self.data[self.offsets[i]..end]
    }

    /// One row of a plane, exactly as wide as the plane.
    pub fn row(&self, plane: Plane, y: usize) -> &[u8] {
        let start = y * self.stride(plane);
        &self.plane(plane)[start..start + self.plane_size(plane).width as usize]
    }

    /// All three planes, to write.
    pub fn planes_mut(&mut self) -> FrameMut<'_> {
        let (y, rest) = self.data.split_at_mut(self.offsets[1]);
        let (u, v) = rest.split_at_mut(self.offsets[2] - self.offsets[1]);
        FrameMut { y, u, v, strides: self.strides }
    }

    /// Fills the frame with one colour, given as limited-range Y, U, V.
    pub fn fill(&mut self, yuv: [u8; 3]) {
        let planes = self.planes_mut();
        planes.y.fill(yuv[0]);
        planes.u.fill(yuv[1]);
        planes.v.fill(yuv[2]);
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({})", self.size)
    }
}

/// Same size and same visible samples; padding does not count.
impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size
            && [Plane::Y, Plane::U, Plane::V].into_iter().all(|p| {
                (0..self.plane_size(p).height as usize).all(|y| self.row(p, y) == other.row(p, y))
            })
    }
}

/// Frames of one size, used again once nobody else holds them: a thread that makes pictures
/// allocates only until as many frames exist as are in flight at once.
#[derive(Debug)]
pub struct FramePool {
    size: Size,
    frames: Vec<Arc<Frame>>,
    next: usize,
}

impl FramePool {
    /// An empty pool for frames of `size` (which must be [`Size::is_video`]).
    pub fn new(size: Size) -> Self {
        Self { size, frames: Vec::new(), next: 0 }
    }

    /// The size of the frames it gives.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// How many frames it has made.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// No frame was made yet.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Draws into a free frame by `draw` and gives it out shared. The frame holds whatever it held
    /// last: `draw` must write every visible sample.
    pub fn draw<R>(&mut self, draw: impl FnOnce(&mut Frame) -> R) -> (Arc<Frame>, R) {
        let n = self.frames.len();
        // Oldest first: it is the likeliest to be free again.
        let free = (0..n)
            .map(|i| (self.next + i) % n)
            .find(|&i| Arc::get_mut(&mut self.frames[i]).is_some());
        let index = free.unwrap_or_else(|| {
            self.frames.push(Arc::new(Frame::black(self.size)));
            n
        });
        self.next = (index + 1) % self.frames.len();
        let slot = &mut self.frames[index];
        // Found free above, and only this pool can hand out another reference.
        let out = draw(Arc::make_mut(slot));
        (Arc::clone(slot), out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_lie_behind_one_another() {
        let mut f = Frame::black(Size::new(70, 18));
        assert_eq!((f.stride(Plane::Y), f.stride(Plane::U)), (128, 64));
        let p = f.planes_mut();
        assert_eq!((p.y.len(), p.u.len(), p.v.len()), (128 * 18, 64 * 9, 64 * 9));
        f.fill([40, 50, 60]);
        assert!(f.row(Plane::V, 8).iter().all(|&v| v == 60));
        assert_eq!(f.row(Plane::U, 0).len(), 35);
    }

    #[test]
    fn padding_does_not_count_in_comparison() {
        let a = Frame::black(Size::new(70, 18));
        let mut b = a.clone();
        b.planes_mut().y[100] = 255;
        assert_eq!(a, b);
        b.planes_mut().y[69] = 255;
        assert_ne!(a, b);
    }

    #[test]
    fn a_pool_reuses_what_nobody_holds() {
        let mut pool = FramePool::new(Size::new(16, 16));
        let (a, ()) = pool.draw(|f| f.fill([20, 128, 128]));
        let (b, ()) = pool.draw(|f| f.fill([30, 128, 128]));
        assert_eq!(pool.len(), 2);
        assert_eq!(a.row(Plane::Y, 0)[0], 20);
        drop(a);
        for _ in 0..10 {
            drop(pool.draw(|f| f.fill([40, 128, 128])));
        }
        assert_eq!(pool.len(), 2);
        assert_eq!(b.row(Plane::Y, 0)[0], 30);
    }
}
