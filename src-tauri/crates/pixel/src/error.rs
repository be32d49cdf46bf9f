//! What can be wrong with pixels handed in.

use std::fmt;

use vitrine_media::Size;

/// A picture's memory is smaller than its size asks for (a truncated or mislabelled buffer).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PixelError {
    /// The size the buffer was said to hold.
    pub size: Size,
    /// Bytes one of its planes has to have.
    pub needed: usize,
    /// Bytes it has.
    pub got: usize,
}

impl fmt::Display for PixelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "A picture of {} arrived incomplete ({} of {} bytes); choose another format or size \
             for this source.",
            self.size, self.got, self.needed
        )
    }
}

impl std::error::Error for PixelError {}

/// `rows` rows of `width` bytes, `stride` apart, lie within `plane`.
pub(crate) fn check(
    plane: &[u8],
    stride: usize,
    width: usize,
    rows: usize,
    size: Size,
) -> Result<(), PixelError> {
    // A stride below the width would make rows overlap: the label is wrong, not the arithmetic.
    let needed = stride.max(width).saturating_mul(rows.saturating_sub(1)).saturating_add(width);
    if plane.len() < needed || stride < width {
        return Err(PixelError { size, needed, got: plane.len() });
    }
    Ok(())
}
