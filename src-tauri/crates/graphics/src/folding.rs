//! Folding: bands of rows and columns taken out of a drawing, so that it closes up over what is
//! missing while corners, borders and shadows stay whole.

use resvg::tiny_skia::Pixmap;

/// Bands removed along one axis, in pixels, in order, not touching each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Folds {
    bands: Vec<(u32, u32)>,
}

impl Folds {
    /// Takes out `from..to`; an empty or overlapping band is left in.
    pub(crate) fn remove(&mut self, from: u32, to: u32) {
        let clear = self.bands.iter().all(|&(a, b)| to <= a || from >= b);
        if from < to && clear {
            self.bands.push((from, to));
            self.bands.sort_unstable();
        }
    }

    /// Pixels taken out in all.
    pub(crate) fn total(&self) -> u32 {
        self.bands.iter().map(|(a, b)| b - a).sum()
    }

    /// Where a position ends up; inside a band it is the band's place.
    pub(crate) fn map(&self, at: f32) -> f32 {
        let gone: f32 =
            self.bands.iter().map(|&(a, b)| (at - a as f32).clamp(0.0, (b - a) as f32)).sum();
        at - gone
    }

    /// The ranges that stay, of `length` pixels.
    fn kept(&self, length: u32) -> Vec<(usize, usize)> {
        let mut kept = Vec::new();
        let mut from = 0;
        for &(a, b) in &self.bands {
            if a > from {
                kept.push((from as usize, a.min(length) as usize));
            }
            from = b.min(length);
        }
        if from < length {
            kept.push((from as usize, length as usize));
        }
        kept
    }
}

/// The drawing without the bands, left and right exchanged if `mirrored`.
pub(crate) fn folded(drawing: &Pixmap, x: &Folds, y: &Folds, mirrored: bool) -> Option<Pixmap> {
    let (width, height) = (drawing.width(), drawing.height());
    let mut out =
        Pixmap::new(width - x.total().min(width - 1), height - y.total().min(height - 1))?;
    let stride = width as usize * 4;
    let columns = x.kept(width);
    let rows = y.kept(height).into_iter().flat_map(|(a, b)| a..b);
    let out_stride = out.width() as usize * 4;
    for (line, row) in out.data_mut().chunks_exact_mut(out_stride).zip(rows) {
        let source = &drawing.data()[row * stride..][..stride];
        let mut at = 0;
        for &(a, b) in &columns {
            let bytes = &source[a * 4..b * 4];
            line[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        }
        if mirrored {
            let pixels = line.len() / 4;
            for i in 0..pixels / 2 {
                let j = pixels - 1 - i;
                let (left, right) = line.split_at_mut(j * 4);
                left[i * 4..i * 4 + 4].swap_with_slice(&mut right[..4]);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_move_up_by_what_is_gone() {
        let mut folds = Folds::default();
        folds.remove(100, 150);
        folds.remove(20, 40);
        folds.remove(30, 60); // overlaps: left in
        assert_eq!(folds.total(), 70);
        assert_eq!(
            [10.0, 30.0, 40.0, 90.0, 200.0].map(|v| folds.map(v)),
            [10.0, 20.0, 20.0, 70.0, 130.0]
        );
    }

    #[test]
    fn rows_and_columns_disappear_and_the_rest_is_mirrored() {
        let mut drawing = Pixmap::new(4, 3).unwrap();
        for (i, pixel) in drawing.data_mut().chunks_exact_mut(4).enumerate() {
            pixel.copy_from_slice(&[i as u8, 0, 0, 255]);
        }
        let (mut x, mut y) = (Folds::default(), Folds::default());
        x.remove(1, 2);
        y.remove(0, 1);
        let out = folded(&drawing, &x, &y, true).unwrap();
        let reds: Vec<u8> = out.data().chunks_exact(4).map(|p| p[0]).collect();
        assert_eq!((out.width(), out.height(), reds), (3, 2, vec![7, 6, 4, 11, 10, 8]));
    }
}
