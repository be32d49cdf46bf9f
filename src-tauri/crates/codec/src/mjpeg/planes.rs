//! Memory for a decoded picture, and chroma of any raster brought to 4:2:2 or 4:2:0.

use vitrine_media::{MediaTime, Size};

use crate::{Decoded, Layout, Matrix};

/// How many chroma samples a JPEG picture has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Sampling {
    /// As many as luma.
    Full,
    /// Half as many across: 4:2:2.
    #[default]
    Half,
    /// Half as many both ways: 4:2:0.
    Quarter,
    /// None.
    Grey,
    /// Half as many down: 4:4:0.
    Tall,
    /// A quarter across: 4:1:1.
    Sparse,
}

impl Sampling {
    /// From a number of libjpeg-turbo (`TJSAMP`).
    pub(super) fn of(number: i32) -> Option<Self> {
        Some(match number {
            0 => Self::Full,
            1 => Self::Half,
            2 => Self::Quarter,
            3 => Self::Grey,
            4 => Self::Tall,
            5 => Self::Sparse,
            _ => return None,
        })
    }

    /// Luma samples for one of chroma, across and down.
    const fn steps(self) -> (usize, usize) {
        match self {
            Self::Full => (1, 1),
            Self::Half => (2, 1),
            Self::Quarter | Self::Grey => (2, 2),
            Self::Tall => (1, 2),
            Self::Sparse => (4, 1),
        }
    }
}

/// Three planes in one piece of memory, which only grows.
#[derive(Default)]
pub(super) struct Planes {
    data: Vec<u8>,
    size: (usize, usize),
    sampling: Sampling,
    /// Bytes between two rows, and rows; luma and chroma.
    luma: (usize, usize),
    chroma: (usize, usize),
}

impl Planes {
    /// Room for a picture: each plane rounded up to whole chroma samples.
    pub(super) fn prepare(&mut self, width: usize, height: usize, sampling: Sampling) {
        let (across, down) = sampling.steps();
        let (columns, rows) = (width.div_ceil(across), height.div_ceil(down));
        self.size = (width, height);
        self.sampling = sampling;
        self.luma = ((columns * across).next_multiple_of(64), rows * down);
        // A quarter across is spread to a half in place.
        let columns = if sampling == Sampling::Sparse { 2 * columns } else { columns };
        self.chroma = (columns.next_multiple_of(64), rows);
        let bytes = self.luma.0 * self.luma.1 + 2 * self.chroma.0 * self.chroma.1;
        if self.data.len() < bytes {
            self.data.resize(bytes, 0);
        }
    }

    /// Bytes between two rows of Y, U and V.
    pub(super) fn strides(&self) -> [usize; 3] {
        [self.luma.0, self.chroma.0, self.chroma.0]
    }

    /// Y, U and V.
    pub(super) fn parts(&mut self) -> [&mut [u8]; 3] {
        let chroma = self.chroma.0 * self.chroma.1;
        let (y, rest) = self.data.split_at_mut(self.luma.0 * self.luma.1);
        let (u, rest) = rest.split_at_mut(chroma);
        [y, u, &mut rest[..chroma]]
    }

    /// Brings chroma of an unusual raster to one that has a [`Layout`].
    pub(super) fn settle(&mut self) {
        let (stride, sampling) = (self.chroma.0, self.sampling);
        let half = self.size.0 / 2;
        let [_, u, v] = self.parts();
        for row in u.chunks_exact_mut(stride).chain(v.chunks_exact_mut(stride)) {
            match sampling {
                Sampling::Half | Sampling::Quarter => return,
                Sampling::Grey => row.fill(128),
                Sampling::Full | Sampling::Tall => {
                    for i in 0..half {
                        let pair = u16::from(row[2 * i]) + u16::from(row[2 * i + 1]);
                        row[i] = pair.div_ceil(2) as u8;
                    }
                }
                Sampling::Sparse => {
                    for i in (0..half.div_ceil(2)).rev() {
                        (row[2 * i + 1], row[2 * i]) = (row[i], row[i]);
                    }
                }
            }
        }
    }

    /// The settled picture, JPEG's colours, full range; `None` if it is a single row or column.
    pub(super) fn view(&self) -> Option<Decoded<'_>> {
        let even = |side: usize| (side & !1) as u32;
        let size = Size::new(even(self.size.0), even(self.size.1));
        let layout = match self.sampling {
            Sampling::Full | Sampling::Half | Sampling::Sparse => Layout::Yuv422,
            Sampling::Quarter | Sampling::Grey | Sampling::Tall => Layout::Yuv420,
        };
        let chroma = self.chroma.0 * self.chroma.1;
        let (y, rest) = self.data.split_at(self.luma.0 * self.luma.1);
        let (u, rest) = rest.split_at(chroma);
        (size.area() > 0).then(|| Decoded {
            size,
            layout,
            matrix: Matrix::Bt601,
            full_range: true,
            at: MediaTime::ZERO,
            planes: [y, u, &rest[..chroma]],
            strides: self.strides(),
        })
    }
}
