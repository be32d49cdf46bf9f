//! Numbers drawn from segments, prepared once and blended fast.

use vitrine_media::{Frame, FrameMut};

/// Segments of each digit: top, upper left, upper right, middle, lower left, lower right, bottom.
const SEGMENTS: [[u8; 7]; 10] = [
    [1, 1, 1, 0, 1, 1, 1],
    [0, 0, 1, 0, 0, 1, 0],
    [1, 0, 1, 1, 1, 0, 1],
    [1, 0, 1, 1, 0, 1, 1],
    [0, 1, 1, 1, 0, 1, 0],
    [1, 1, 0, 1, 0, 1, 1],
    [1, 1, 0, 1, 1, 1, 1],
    [1, 0, 1, 0, 0, 1, 0],
    [1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 0, 1, 1],
];

/// One character: how much of each luma and chroma sample it covers, 0 to 255.
#[derive(Clone, Debug)]
struct Glyph {
    width: usize,
    luma: Vec<u8>,
    chroma: Vec<u8>,
}

/// Digits, colon and point of one height.
#[derive(Clone, Debug)]
pub struct Digits {
    height: usize,
    glyphs: Vec<Glyph>,
}

impl Digits {
    /// Draws the characters `height` pixels high (made even, at least 10).
    pub fn new(height: u32) -> Self {
        let height = (height as usize).max(10).next_multiple_of(2);
        let (h, wide) = (height as f32, (height as f32 * 0.66) as usize & !1);
        let narrow = (height as f32 * 0.3) as usize & !1;
        let line = h * 0.055;
        let (left, right) = (h * 0.12, wide as f32 - h * 0.12);
        let (top, middle, bottom) = (h * 0.1, h * 0.5, h * 0.9);
        let ends = [
            (left, top, right, top),
            (left, top, left, middle),
            (right, top, right, middle),
            (left, middle, right, middle),
            (left, middle, left, bottom),
            (right, middle, right, bottom),
            (left, bottom, right, bottom),
        ];
        let mut glyphs: Vec<_> = SEGMENTS
            .iter()
            .map(|on| {
                let lit: Vec<_> =
                    ends.iter().zip(on).filter(|(_, on)| **on == 1).map(|(e, _)| *e).collect();
                glyph(wide, height, |x, y| {
                    lit.iter().map(|e| segment_distance(*e, x, y)).fold(f32::MAX, f32::min) - line
                })
            })
            .collect();
        let dot = |cy: f32, x: f32, y: f32| (x - narrow as f32 / 2.0).hypot(y - cy) - h * 0.07;
        glyphs.push(glyph(narrow, height, |x, y| dot(h * 0.33, x, y).min(dot(h * 0.67, x, y))));
        glyphs.push(glyph(narrow, height, |x, y| dot(bottom, x, y)));
        Self { height, glyphs }
    }

    fn glyph(&self, c: char) -> Option<&Glyph> {
        match c {
            '0'..='9' => self.glyphs.get(c as usize - '0' as usize),
            ':' => self.glyphs.get(10),
            '.' => self.glyphs.get(11),
            _ => None,
        }
    }

    /// Height in pixels.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Width of `text` in pixels; characters without a drawing take no room.
    pub fn width(&self, text: &str) -> usize {
        text.chars().filter_map(|c| self.glyph(c)).map(|g| g.width).sum()
    }

    /// Draws `text` with its upper left corner at `x`, `y` (made even) in `color`; what does not fit in
    /// the frame is left out, character by character.
    pub fn draw(&self, frame: &mut Frame, x: usize, y: usize, text: &str, color: [u8; 3]) {
        let (width, height) = (frame.size().width as usize, frame.size().height as usize);
        let (mut x, y) = (x & !1, y & !1);
        if y + self.height > height {
            return;
        }
        let FrameMut { y: luma, u, v, strides } = frame.planes_mut();
        for glyph in text.chars().filter_map(|c| self.glyph(c)) {
            if x + glyph.width > width {
                return;
            }
            for (row, cover) in glyph.luma.chunks_exact(glyph.width).enumerate() {
                blend(&mut luma[(y + row) * strides[0] + x..][..glyph.width], cover, color[0]);
            }
            let half = glyph.width / 2;
            for (row, cover) in glyph.chroma.chunks_exact(half).enumerate() {
                blend(&mut u[(y / 2 + row) * strides[1] + x / 2..][..half], cover, color[1]);
                blend(&mut v[(y / 2 + row) * strides[2] + x / 2..][..half], cover, color[2]);
            }
            x += glyph.width;
        }
    }
}

fn blend(to: &mut [u8], cover: &[u8], color: u8) {
    for (to, c) in to.iter_mut().zip(cover) {
        let c = i32::from(*c);
        *to = (i32::from(*to) + ((i32::from(color) - i32::from(*to)) * c + 127) / 255) as u8;
    }
}

fn segment_distance((x0, y0, x1, y1): (f32, f32, f32, f32), x: f32, y: f32) -> f32 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let t = (((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (x - x0 - t * dx).hypot(y - y0 - t * dy)
}

fn glyph(width: usize, height: usize, distance: impl Fn(f32, f32) -> f32) -> Glyph {
    let cover = |x: f32, y: f32, soft: f32| {
        ((0.5 - distance(x, y) / soft).clamp(0.0, 1.0) * 255.0 + 0.5) as u8
    };
    let points =
        |w: usize, h: usize| (0..h).flat_map(move |y| (0..w).map(move |x| (x as f32, y as f32)));
    Glyph {
        width,
        luma: points(width, height).map(|(x, y)| cover(x + 0.5, y + 0.5, 1.0)).collect(),
        chroma: points(width / 2, height / 2)
            .map(|(x, y)| cover(2.0 * x + 1.0, 2.0 * y + 1.0, 2.0))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_media::{Plane, Size};

    #[test]
    fn digits_differ_and_are_clipped() {
        let digits = Digits::new(40);
        let looks: Vec<_> = "0123456789:."
            .chars()
            .map(|c| {
                let mut frame = Frame::black(Size::new(64, 48));
                digits.draw(&mut frame, 4, 4, &c.to_string(), [235, 128, 128]);
                (0..48).flat_map(|y| frame.row(Plane::Y, y).to_vec()).collect::<Vec<u8>>()
            })
            .collect();
        for (i, a) in looks.iter().enumerate() {
            assert!(a.contains(&235), "{i} is drawn");
            assert!(looks[..i].iter().all(|b| b != a), "{i} looks like no other");
        }
        let mut frame = Frame::black(Size::new(64, 48));
        digits.draw(&mut frame, 60, 4, "8", [235, 128, 128]);
        digits.draw(&mut frame, 0, 40, "8", [235, 128, 128]);
        assert_eq!(frame, Frame::black(Size::new(64, 48)));
        assert_eq!(digits.width("0:00:00.000x"), 8 * digits.width("0") + 3 * digits.width("."));
    }
}
