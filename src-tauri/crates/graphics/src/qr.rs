//! A link as a QR code that a phone still reads after the encoder has had its way with it.
//!
//! Modules are a whole number of pixels and start on even ones, so that 4:2:0 and 8×8 blocks do
//! not smear their edges; pure black on white, error correction M, four modules of quiet zone.

use fast_qr::{ECL, QRBuilder};
use vitrine_media::{Picture, Size};

/// Light modules around the code, as the standard asks.
pub const QUIET_ZONE: u32 = 4;

/// A link that cannot be shown as a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// Longer than any code can hold.
    #[error("the link is too long for a QR code ({length} characters): use a shorter link")]
    TooLong {
        /// Bytes in the link.
        length: usize,
    },
    /// It would fit a code, but one too fine to be read from the video.
    #[error(
        "the link needs a QR code too fine to be read from the video ({length} characters, the card has room for {room}): \
         use a shorter link"
    )]
    TooFine {
        /// Bytes in the link.
        length: usize,
        /// Bytes that would still be readable.
        room: usize,
    },
}

/// A code as a grid of modules, quiet zone included.
#[derive(Clone)]
pub struct QrCode {
    side: u32,
    dark: Vec<bool>,
}

impl QrCode {
    /// The code of `link`.
    ///
    /// # Errors
    /// [`QrError::TooLong`].
    pub fn new(link: &str) -> Result<Self, QrError> {
        let code = QRBuilder::new(link)
            .ecl(ECL::M)
            .build()
            .map_err(|_| QrError::TooLong { length: link.len() })?;
        let inner = code.size as u32;
        let side = inner + 2 * QUIET_ZONE;
        let mut dark = vec![false; (side * side) as usize];
        for y in 0..inner {
            for x in 0..inner {
                let at = (y + QUIET_ZONE) * side + x + QUIET_ZONE;
                dark[at as usize] = code[y as usize][x as usize].value();
            }
        }
        Ok(Self { side, dark })
    }

    /// Modules along a side, quiet zone included.
    pub const fn modules(&self) -> u32 {
        self.side
    }

    /// Pixels of one module so that the code fits `room` pixels; 0 when it does not fit at all.
    pub const fn module_size(&self, room: u32) -> u32 {
        room / self.side
    }

    /// Draws the code with `module` pixels a module.
    pub fn picture(&self, module: u32) -> Picture {
        let side = self.side * module.max(1);
        let mut picture = Picture::transparent(Size::new(side, side));
        let row_bytes = side as usize * 4;
        for (y, row) in picture.rgba_mut().chunks_exact_mut(row_bytes).enumerate() {
            let cells = &self.dark[(y as u32 / module.max(1) * self.side) as usize..];
            for (x, pixel) in row.chunks_exact_mut(4).enumerate() {
                let dark = cells[x / module.max(1) as usize];
                pixel.copy_from_slice(if dark { &[0, 0, 0, 255] } else { &[255, 255, 255, 255] });
            }
        }
        picture
    }
}

/// Bytes of link that a code of at most `modules` a side (quiet zone included) can hold.
pub fn room_in(modules: u32) -> usize {
    // Byte mode, error correction M, versions 1 to 16.
    const BYTES: [usize; 16] =
        [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450];
    let inner = modules.saturating_sub(2 * QUIET_ZONE);
    if inner < 21 {
        return 0;
    }
    BYTES[((inner - 21) / 4).min(15) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_matches_the_encoder() {
        for version in 1..=16u32 {
            let modules = 17 + 4 * version + 2 * QUIET_ZONE;
            let room = room_in(modules);
            // Lower case keeps the encoder in byte mode.
            assert_eq!(
                QrCode::new(&"a".repeat(room)).unwrap().modules(),
                modules,
                "version {version}"
            );
            assert!(QrCode::new(&"a".repeat(room + 1)).unwrap().modules() > modules);
        }
    }

    #[test]
    fn a_link_beyond_any_code_is_refused() {
        let error = QrCode::new(&"x".repeat(5000)).err().unwrap();
        assert_eq!(error, QrError::TooLong { length: 5000 });
    }

    #[test]
    fn the_quiet_zone_is_white_and_modules_are_square() {
        let code = QrCode::new("https://shop.example/p/aria").unwrap();
        let picture = code.picture(4);
        assert_eq!(picture.size().width, code.modules() * 4);
        for x in 0..picture.size().width {
            for y in 0..QUIET_ZONE * 4 {
                assert_eq!(picture.pixel(x, y), [255; 4]);
            }
        }
        // The finder's first dark module.
        assert_eq!(picture.pixel(16, 16), [0, 0, 0, 255]);
        assert_eq!(picture.pixel(19, 19), [0, 0, 0, 255]);
    }
}
