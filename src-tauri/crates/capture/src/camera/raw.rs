//! The bytes a camera hands over, to a frame.

use std::sync::Arc;

use vitrine_codec::{Decoded, Layout, Matrix, MjpegDecoder};
use vitrine_media::{Frame, MediaTime, Size};

use super::format::{CameraFormat, CameraLayout};
use crate::convert::{FrameMaker, frame_size};
use crate::{CaptureError, ErrorKind, VideoWish};

/// Makes frames of one camera format. Raw pictures are converted straight into the frame; a JPEG is
/// decoded to planes and those are.
pub(crate) struct RawMaker {
    format: CameraFormat,
    stride: usize,
    matrix: Matrix,
    full_range: bool,
    jpeg: Option<MjpegDecoder>,
    maker: FrameMaker,
}

impl RawMaker {
    /// `stride` is the bytes from one row of the first plane to the next; zero: no gaps.
    pub(crate) fn new(
        format: CameraFormat,
        stride: usize,
        matrix: Matrix,
        full_range: bool,
        wish: &VideoWish,
    ) -> Result<Self, CaptureError> {
        let jpeg = match format.layout {
            CameraLayout::Mjpeg => Some(MjpegDecoder::open()?),
            _ => None,
        };
        let maker = FrameMaker::new(frame_size(format.size, wish.size));
        Ok(Self { format, stride, matrix, full_range, jpeg, maker })
    }

    /// The size of its frames.
    pub(crate) fn size(&self) -> Size {
        self.maker.size()
    }

    /// The picture in `bytes`, of which a tail may be stale.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`] if it is cut short or cannot be decoded; the next may be good.
    pub(crate) fn make(&mut self, bytes: &[u8]) -> Result<Arc<Frame>, CaptureError> {
        if let Some(jpeg) = &mut self.jpeg {
            return self.maker.make(&jpeg.decode(bytes)?);
        }
        let planes = self.planes(bytes).ok_or_else(|| {
            let text = format!(
                "a picture of {} bytes is too short for {}; the cable or the camera is failing",
                bytes.len(),
                self.format
            );
            CaptureError::new(ErrorKind::Damaged, text)
        })?;
        self.maker.make(&planes)
    }

    fn planes<'a>(&self, bytes: &'a [u8]) -> Option<Decoded<'a>> {
        let size = self.format.size;
        let layout = match self.format.layout {
            CameraLayout::Nv12 => Layout::Nv12,
            CameraLayout::Yuyv => Layout::Yuyv,
            CameraLayout::I420 => Layout::Yuv420,
            CameraLayout::Uyvy => Layout::Uyvy,
            CameraLayout::Mjpeg => return None,
        };
        let (width, _) = layout.plane(0, size);
        let first = self.stride.max(width);
        let (mut planes, mut strides) = ([&[][..]; 3], [0; 3]);
        let mut at = 0;
        for i in 0..layout.planes() {
            let (row, rows) = layout.plane(i, size);
            // Chroma planes of their own are half as wide, gaps included.
            let stride = if i > 0 && layout == Layout::Yuv420 { first / 2 } else { first };
            // The last row may come without its gap.
            let length = stride * (rows - 1) + row;
            planes[i] = bytes.get(at..at + length)?;
            strides[i] = stride;
            at += stride * rows;
        }
        let (matrix, full_range) = (self.matrix, self.full_range);
        Some(Decoded { size, layout, matrix, full_range, at: MediaTime::ZERO, planes, strides })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_media::{FrameRate, Plane};

    fn maker(layout: CameraLayout, stride: usize) -> RawMaker {
        let size = Size::new(32, 16);
        let format = CameraFormat { layout, size, rate: FrameRate::whole(30) };
        let wish = VideoWish::new(size, FrameRate::whole(30));
        RawMaker::new(format, stride, Matrix::Bt709, false, &wish).expect("a decoder")
    }

    #[test]
    fn rows_with_gaps_are_read_by_their_stride() {
        // Luma 100, chroma 90 and 160, gaps of 255 that must not be seen.
        let row = |pixels: &[u8], stride: usize| {
            let mut row: Vec<u8> = pixels.to_vec();
            row.resize(stride, 255);
            row
        };
        let yuyv: Vec<u8> = [100, 90, 100, 160].repeat(16);
        let packed = row(&yuyv, 80).repeat(16);
        let frame = maker(CameraLayout::Yuyv, 80).make(&packed).expect("whole");
        let uyvy: Vec<u8> = [90, 100, 160, 100].repeat(16);
        let other = maker(CameraLayout::Uyvy, 80).make(&row(&uyvy, 80).repeat(16)).expect("whole");
        assert_eq!(frame, other);
        let mut nv12 = row(&[100; 32], 48).repeat(16);
        nv12.extend(row(&[90, 160].repeat(16), 48).repeat(8));
        assert_eq!(maker(CameraLayout::Nv12, 48).make(&nv12).expect("whole"), frame);
        let mut i420 = row(&[100; 32], 48).repeat(16);
        i420.extend(row(&[90; 16], 24).repeat(8));
        i420.extend(row(&[160; 16], 24).repeat(8));
        assert_eq!(maker(CameraLayout::I420, 48).make(&i420).expect("whole"), frame);
        assert!(frame.row(Plane::Y, 15).iter().all(|v| *v == 100));
        assert!(frame.row(Plane::U, 7).iter().all(|v| *v == 90));
        assert!(frame.row(Plane::V, 0).iter().all(|v| *v == 160));
    }

    #[test]
    fn a_short_picture_is_refused_and_a_stale_tail_ignored() {
        for layout in [CameraLayout::Nv12, CameraLayout::Yuyv, CameraLayout::I420] {
            let whole = layout.bytes(Size::new(32, 16)).expect("raw");
            let mut maker = maker(layout, 0);
            assert!(maker.make(&vec![16; whole]).is_ok());
            assert!(maker.make(&vec![16; whole + 4096]).is_ok());
            let e = maker.make(&vec![16; whole - 1]).expect_err("short");
            assert_eq!(e.kind(), ErrorKind::Damaged);
            assert!(maker.make(&[]).is_err());
        }
    }

    #[test]
    fn what_is_no_jpeg_is_refused_and_the_next_may_be_good() {
        let mut maker = maker(CameraLayout::Mjpeg, 0);
        assert!(maker.make(b"no picture at all").is_err());
        assert!(maker.make(&[]).is_err());
    }
}
