//! Colours as numbers: which matrix and range an input uses, and the way to BT.709 limited.

/// The weights of red, green and blue in luma.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Matrix {
    /// ITU-R BT.601: JPEG pictures, most webcams, standard definition.
    Bt601,
    /// ITU-R BT.709: high definition, and Vitrine itself.
    #[default]
    Bt709,
}

impl Matrix {
    /// Weights of red and blue.
    const fn weights(self) -> (f64, f64) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
        }
    }
}

/// Which numbers black and white have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Range {
    /// 16 to 235, chroma 16 to 240: video.
    #[default]
    Limited,
    /// 0 to 255: JPEG ("yuvj").
    Full,
}

/// How an input's numbers mean colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ColorSpec {
    /// Its matrix.
    pub matrix: Matrix,
    /// Its range.
    pub range: Range,
}

impl ColorSpec {
    /// BT.709 limited, what frames hold.
    pub const VIDEO: Self = Self { matrix: Matrix::Bt709, range: Range::Limited };
    /// BT.601 full range: JPEG and MJPEG (JFIF says so).
    pub const JPEG: Self = Self { matrix: Matrix::Bt601, range: Range::Full };
    /// BT.601 limited: what most cameras give as YUYV or NV12.
    pub const SD: Self = Self { matrix: Matrix::Bt601, range: Range::Limited };
}

/// The affine map from a [`ColorSpec`] to BT.709 limited, in the fixed point of the kernels:
/// `y' = yy·(y − black) + yu·(u − 128) + yv·(v − 128) + 16` and likewise for chroma (which
/// takes nothing from luma). Coefficients are held as `round(c · 2¹⁴)`; the kernels multiply
/// with inputs shifted left by 7 in Q15, which leaves six bits of fraction until the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coefficients {
    /// The input's black level, 0 or 16.
    pub black: i16,
    /// Luma from luma.
    pub yy: i16,
    /// Luma from blue difference.
    pub yu: i16,
    /// Luma from red difference.
    pub yv: i16,
    /// Blue difference from itself.
    pub uu: i16,
    /// Blue difference from red difference.
    pub uv: i16,
    /// Red difference from blue difference.
    pub vu: i16,
    /// Red difference from itself.
    pub vv: i16,
}

impl Coefficients {
    /// The map for an input; `None` where nothing has to be changed.
    pub fn of(spec: ColorSpec) -> Option<Self> {
        if spec == ColorSpec::VIDEO {
            return None;
        }
        let (kr, kb) = spec.matrix.weights();
        let kg = 1.0 - kr - kb;
        let (kr7, kb7) = Matrix::Bt709.weights();
        let kg7 = 1.0 - kr7 - kb7;
        let (black, luma, chroma) = match spec.range {
            Range::Limited => (16, 219.0, 224.0),
            Range::Full => (0, 255.0, 255.0),
        };
        // r = y + 2(1−kr)·v, b = y + 2(1−kb)·u, g from both; then the same backwards with BT.709.
        let (r_v, b_u) = (2.0 * (1.0 - kr), 2.0 * (1.0 - kb));
        let (g_u, g_v) = (-kb * b_u / kg, -kr * r_v / kg);
        let (y_u, y_v) = (kb7 * b_u + kg7 * g_u, kr7 * r_v + kg7 * g_v);
        let (to_u, to_v) = (1.0 / (2.0 * (1.0 - kb7)), 1.0 / (2.0 * (1.0 - kr7)));
        let fixed = |c: f64| (c * 16384.0).round() as i16;
        Some(Self {
            black,
            yy: fixed(219.0 / luma),
            yu: fixed(y_u * 219.0 / chroma),
            yv: fixed(y_v * 219.0 / chroma),
            uu: fixed((b_u - y_u) * to_u * 224.0 / chroma),
            uv: fixed(-y_v * to_u * 224.0 / chroma),
            vu: fixed(-y_u * to_v * 224.0 / chroma),
            vv: fixed((r_v - y_v) * to_v * 224.0 / chroma),
        })
    }
}

/// BT.709 limited Y, U, V of an sRGB colour, each rounded to the nearest.
pub fn rgb_to_yuv709(r: u8, g: u8, b: u8) -> [u8; 3] {
    rgb_to_yuv709_exact(r, g, b).map(|c| c.round() as u8)
}

/// The same before it is rounded, for what is blended and rounded later.
pub fn rgb_to_yuv709_exact(r: u8, g: u8, b: u8) -> [f64; 3] {
    let (r, g, b) = (f64::from(r) / 255.0, f64::from(g) / 255.0, f64::from(b) / 255.0);
    let (kr, kb) = Matrix::Bt709.weights();
    let y = kr * r + (1.0 - kr - kb) * g + kb * b;
    let u = (b - y) / (2.0 * (1.0 - kb));
    let v = (r - y) / (2.0 * (1.0 - kr));
    [16.0 + 219.0 * y, 128.0 + 224.0 * u, 128.0 + 224.0 * v]
}

/// The sRGB colour of BT.709 limited Y, U, V, each rounded to the nearest; what lies outside of
/// sRGB is brought to its edge.
pub fn yuv709_to_rgb(y: u8, u: u8, v: u8) -> [u8; 3] {
    let (kr, kb) = Matrix::Bt709.weights();
    let kg = 1.0 - kr - kb;
    let y = (f64::from(y) - 16.0) / 219.0;
    let (u, v) = ((f64::from(u) - 128.0) / 224.0, (f64::from(v) - 128.0) / 224.0);
    let r = y + 2.0 * (1.0 - kr) * v;
    let b = y + 2.0 * (1.0 - kb) * u;
    let g = (y - kr * r - kb * b) / kg;
    // A float to integer cast saturates.
    [r, g, b].map(|c| (c * 255.0).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colors() {
        assert_eq!(rgb_to_yuv709(0, 0, 0), [16, 128, 128]);
        assert_eq!(rgb_to_yuv709(255, 255, 255), [235, 128, 128]);
        assert_eq!(rgb_to_yuv709(255, 0, 0), [63, 102, 240]);
        assert_eq!(rgb_to_yuv709(0, 255, 0), [173, 42, 26]);
        assert_eq!(rgb_to_yuv709(0, 0, 255), [32, 240, 118]);
    }

    #[test]
    fn there_and_back() {
        for n in 0..=255u8 {
            let (r, g, b) = (n, n.wrapping_mul(37), n.wrapping_mul(91));
            let [y, u, v] = rgb_to_yuv709(r, g, b);
            let back = yuv709_to_rgb(y, u, v);
            for (a, b) in [r, g, b].into_iter().zip(back) {
                assert!(a.abs_diff(b) <= 2, "{r} {g} {b} came back as {back:?}");
            }
        }
    }
}
