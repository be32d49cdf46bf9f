//! Drawn pictures: cards, banners, full pages.

use crate::Size;

/// A drawn picture: premultiplied RGBA, 8 bits a channel, sRGB, rows without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    size: Size,
    rgba: Vec<u8>,
}

impl Picture {
    /// A wholly transparent picture. Any size from 1×1 up to [`Size::MAX_SIDE`] a side.
    pub fn transparent(size: Size) -> Self {
        Self { size, rgba: vec![0; size.area() as usize * 4] }
    }

    /// From premultiplied bytes; `None` unless there are exactly `width · height · 4` of them.
    pub fn from_rgba(size: Size, rgba: Vec<u8>) -> Option<Self> {
        (rgba.len() as u64 == size.area() * 4).then_some(Self { size, rgba })
    }

    /// Its size in pixels.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// Premultiplied RGBA bytes, row after row.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The same, to write; a channel must not exceed its alpha.
    pub fn rgba_mut(&mut self) -> &mut [u8] {
        &mut self.rgba
    }

    /// The pixel at `x`, `y`, which must lie inside.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let i = (y as usize * self.size.width as usize + x as usize) * 4;
        [self.rgba[i], self.rgba[i + 1], self.rgba[i + 2], self.rgba[i + 3]]
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({})", self.size)
    }
}
