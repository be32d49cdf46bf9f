//! Quarter turns and mirroring, for cameras that hang or lie, and for presenters used to a mirror.

use vitrine_media::{Frame, Size};

use crate::simd;

/// How a picture is turned and then, as seen, mirrored left to right.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Turn {
    /// Quarter turns clockwise, 0 to 3.
    quarters: u8,
    /// Mirrored left to right after the turn.
    mirror: bool,
}

impl Turn {
    /// As it is.
    pub const NONE: Self = Self { quarters: 0, mirror: false };

    /// `degrees` clockwise: 0, 90, 180 or 270; `None` for others.
    pub const fn new(degrees: u32, mirror: bool) -> Option<Self> {
        match degrees {
            0 | 90 | 180 | 270 => Some(Self { quarters: (degrees / 90) as u8, mirror }),
            _ => None,
        }
    }

    /// Does nothing.
    pub const fn is_none(self) -> bool {
        self.quarters == 0 && !self.mirror
    }

    /// The size of a turned picture of `size`.
    pub const fn size(self, size: Size) -> Size {
        if self.quarters % 2 == 1 { Size::new(size.height, size.width) } else { size }
    }
}

/// Turns `src` into `out`, which must have the turned size. Allocates nothing.
///
/// # Panics
/// If `out` has another size.
pub fn turn_frame(src: &Frame, turn: Turn, out: &mut Frame) {
    use vitrine_media::Plane::{U, V, Y};
    assert_eq!(out.size(), turn.size(src.size()), "a turned picture has another size");
    let sizes = [Y, U, V].map(|plane| {
        let Size { width, height } = out.plane_size(plane);
        (width as usize, height as usize)
    });
    let planes = out.planes_mut();
    let rows = [(Y, planes.y), (U, planes.u), (V, planes.v)];
    for (((plane, out), out_stride), size) in rows.into_iter().zip(planes.strides).zip(sizes) {
        turn_plane(src.plane(plane), src.stride(plane), turn, out, out_stride, size);
    }
}

/// Turns a plane; `size` is that of the result.
fn turn_plane(
    src: &[u8],
    stride: usize,
    turn: Turn,
    out: &mut [u8],
    out_stride: usize,
    (width, height): (usize, usize),
) {
    // Which end of the source's columns and rows the result's rows and columns begin with.
    match (turn.quarters, turn.mirror) {
        (1, mirror) => {
            let from_end = [false, !mirror];
            simd::transpose(src, stride, out, out_stride, (width, height), from_end);
        }
        (3, mirror) => {
            let from_end = [true, mirror];
            simd::transpose(src, stride, out, out_stride, (width, height), from_end);
        }
        (quarters, mirror) => {
            let upside_down = quarters == 2;
            for (y, out) in out.chunks_mut(out_stride).take(height).enumerate() {
                let y = if upside_down { height - 1 - y } else { y };
                let row = &src[y * stride..][..width];
                if upside_down == mirror {
                    out[..width].copy_from_slice(row);
                } else {
                    simd::reverse(row, &mut out[..width]);
                }
            }
        }
    }
}
