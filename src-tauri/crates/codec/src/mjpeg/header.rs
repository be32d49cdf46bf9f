//! What stands in front of a JPEG picture's data.

/// How a picture is coded, as far as it decides who decodes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Header {
    /// In one pass and with chroma in one of the usual raster sizes.
    pub(super) usual: bool,
    /// It brings its own Huffman tables.
    pub(super) tables: bool,
}

/// Start of a frame: baseline, and the like with more tables.
const SEQUENTIAL: [u8; 2] = [0xc0, 0xc1];
const TABLES: u8 = 0xc4;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

impl Header {
    /// Reads up to the first scan. `None` where that is no JPEG picture, or only a piece of one.
    pub(super) fn read(jpeg: &[u8]) -> Option<Self> {
        let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
        let (mut usual, mut tables) = (None, false);
        loop {
            let marker = rest.iter().position(|b| *b == 0xff)?;
            let code = marker + rest[marker..].iter().position(|b| *b != 0xff)?;
            let kind = rest[code];
            rest = &rest[code + 1..];
            match kind {
                SCAN => return Some(Self { usual: usual?, tables }),
                END => return None,
                // A byte of data, and the markers that stand alone.
                0 | 0x01 | 0xd0..=0xd8 => continue,
                _ => {}
            }
            let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
            let segment = rest.get(2..length)?;
            rest = &rest[length..];
            match kind {
                TABLES => tables = true,
                // All of this range but the two that define tables starts a frame.
                0xc0..=0xcf if !matches!(kind, 0xc8 | 0xcc) => {
                    usual = Some(SEQUENTIAL.contains(&kind) && has_usual_sampling(segment));
                }
                _ => {}
            }
        }
    }
}

/// Grey, 4:4:4, 4:2:2, 4:2:0, 4:4:0 or 4:1:1, in the ways these are written down; `segment` is a
/// frame's, without its length.
fn has_usual_sampling(segment: &[u8]) -> bool {
    let Some((head, components)) = segment.split_at_checked(6) else { return false };
    let sampling = |i: usize| components.get(3 * i + 1).copied();
    match (head[0], head[5]) {
        (8, 1) => true,
        (8, 3) => match (sampling(0), sampling(1), sampling(2)) {
            (Some(luma), Some(blue), Some(red)) => {
                blue == red
                    && (luma == blue
                        || matches!(
                            (luma, blue),
                            (0x21 | 0x22 | 0x12 | 0x41, 0x11) | (0x22, 0x12 | 0x21)
                        ))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The byte after the picture's end marker. Inside of coded data a marker byte is always followed
/// by a zero or a restart number, so the first end marker behind the first scan is the end.
pub(super) fn end_of_image(jpeg: &[u8]) -> Option<usize> {
    let scan = jpeg.windows(2).position(|w| w == [0xff, SCAN])?;
    let end = jpeg[scan..].windows(2).position(|w| w == [0xff, END])?;
    Some(scan + end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(frame: u8, sampling: &[u8], between: &[u8]) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8];
        out.extend(between);
        out.extend([0xff, frame, 0, 8 + 3 * sampling.len() as u8, 8, 0, 16, 0, 16]);
        out.push(sampling.len() as u8);
        out.extend(sampling.iter().enumerate().flat_map(|(i, s)| [i as u8, *s, 0]));
        out.extend([0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0, 0xff, 0xd0, 4, 0xff, 0xd9, 9]);
        out
    }

    #[test]
    fn usual_and_unusual_pictures() {
        let usual =
            |frame, sampling: &[u8]| Header::read(&picture(frame, sampling, &[])).map(|h| h.usual);
        for sampling in [
            &[0x11][..],
            &[0x22],
            &[0x11, 0x11, 0x11],
            &[0x21, 0x11, 0x11],
            &[0x22, 0x12, 0x12],
            &[0x22, 0x11, 0x11],
            &[0x12, 0x11, 0x11],
            &[0x41, 0x11, 0x11],
        ] {
            assert_eq!(usual(0xc0, sampling), Some(true), "{sampling:x?}");
            assert_eq!(usual(0xc2, sampling), Some(false), "progressive {sampling:x?}");
        }
        for sampling in
            [&[0x21, 0x11, 0x21][..], &[0x42, 0x11, 0x11], &[0x11; 4], &[0x11, 0x11], &[]]
        {
            assert_eq!(usual(0xc0, sampling), Some(false), "{sampling:x?}");
        }
    }

    #[test]
    fn tables_fill_bytes_and_pieces() {
        let plain = picture(0xc0, &[0x21, 0x11, 0x11], &[]);
        assert_eq!(Header::read(&plain), Some(Header { usual: true, tables: false }));
        let comment = [0xff, 0xfe, 0, 4, 0xff, 0xda, 0xff, 0xff, 0xff, TABLES, 0, 3, 7];
        let more = picture(0xc0, &[0x21, 0x11, 0x11], &comment);
        assert_eq!(Header::read(&more), Some(Header { usual: true, tables: true }));
        for end in 0..plain.len() - 15 {
            assert_eq!(Header::read(&plain[..end]), None, "{end}");
        }
        assert_eq!(Header::read(&[0; 64]), None);
        assert_eq!(Header::read(&[0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xda]), None);
    }

    #[test]
    fn the_end() {
        let whole = picture(0xc0, &[0x11], &[]);
        assert_eq!(end_of_image(&whole), Some(whole.len() - 1));
        assert_eq!(end_of_image(&whole[..whole.len() - 2]), None);
    }
}
