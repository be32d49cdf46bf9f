//! libjpeg-turbo, by the calls of its TurboJPEG interface that its second and third major share.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int, c_uchar, c_ulong, c_void};
use std::ptr::NonNull;

use super::planes::{Planes, Sampling};

unsafe extern "C" {
    fn tjInitDecompress() -> *mut c_void;
    fn tjDestroy(handle: *mut c_void) -> c_int;
    fn tjDecompressHeader3(
        handle: *mut c_void,
        jpeg: *const c_uchar,
        bytes: c_ulong,
        width: *mut c_int,
        height: *mut c_int,
        sampling: *mut c_int,
        colors: *mut c_int,
    ) -> c_int;
    fn tjDecompressToYUVPlanes(
        handle: *mut c_void,
        jpeg: *const c_uchar,
        bytes: c_ulong,
        planes: *mut *mut c_uchar,
        width: c_int,
        strides: *mut c_int,
        height: c_int,
        flags: c_int,
    ) -> c_int;
    fn tjGetErrorStr2(handle: *mut c_void) -> *const c_char;
    fn tjGetErrorCode(handle: *mut c_void) -> c_int;
}

/// `TJERR_WARNING`: there is a picture, with something amiss.
const WARNING: c_int = 0;
/// `TJFLAG_LIMITSCANS`: a picture of thousands of passes is an attack.
const LIMIT_SCANS: c_int = 32768;
/// `TJCS_YCbCr` and `TJCS_GRAY`.
const COLORS: [c_int; 2] = [1, 2];

/// What a picture came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// It is in the planes, whole.
    Whole,
    /// It is in the planes; [`Turbo::words`] say what is amiss. Only the first remark is kept.
    Doubtful,
    /// No picture; [`Turbo::words`] say why.
    Refused,
    /// Its colours are not luma and colour differences.
    OtherColors,
    /// It is larger than asked for, or claims to be larger than so few bytes can hold.
    TooLarge,
}

/// A decompressor.
pub(super) struct Turbo(NonNull<c_void>);

// SAFETY: the handle is plain memory with no tie to the thread that made it, and it is owned here.
unsafe impl Send for Turbo {}

impl Turbo {
    /// `None` if there is no memory for one.
    pub(super) fn new() -> Option<Self> {
        // SAFETY: takes nothing; the result is null or a handle of our own.
        NonNull::new(unsafe { tjInitDecompress() }).map(Self)
    }

    /// Decodes the picture in `jpeg`, of no more than `most` pixels, into `planes`. What follows its end
    /// marker is not read.
    pub(super) fn decode(&mut self, jpeg: &[u8], planes: &mut Planes, most: u64) -> Outcome {
        let Ok(bytes) = c_ulong::try_from(jpeg.len()) else { return Outcome::TooLarge };
        let handle = self.0.as_ptr();
        let (mut width, mut height, mut sampling, mut colors) = (0, 0, -1, -1);
        // SAFETY: the handle is valid, `jpeg` is `bytes` long and outlives the call, and the four results
        // are ours.
        let read = unsafe {
            tjDecompressHeader3(
                handle,
                jpeg.as_ptr(),
                bytes,
                &raw mut width,
                &raw mut height,
                &raw mut sampling,
                &raw mut colors,
            )
        };
        if read != 0 && !self.only_warned() {
            return Outcome::Refused;
        }
        let sides = (usize::try_from(width), usize::try_from(height), Sampling::of(sampling));
        let (Ok(width), Ok(height), Some(sampling)) = sides else { return Outcome::Refused };
        if !COLORS.contains(&colors) {
            return Outcome::OtherColors;
        }
        // Each block of 64 samples takes two bits at least.
        let blocks = width.div_ceil(8) * height.div_ceil(8);
        if width as u64 * height as u64 > most || blocks / 4 > jpeg.len() {
            return Outcome::TooLarge;
        }
        planes.prepare(width, height, sampling);
        let mut strides = planes.strides().map(|s| s as c_int);
        let mut pointers = planes.parts().map(<[u8]>::as_mut_ptr);
        // SAFETY: handle and `jpeg` as above. The planes lie in memory of ours that `prepare` made large
        // enough for the size and sampling that this same library read from these same bytes; zeros for
        // width and height ask for exactly that size. A grey picture leaves the other two planes alone.
        let decoded = unsafe {
            tjDecompressToYUVPlanes(
                handle,
                jpeg.as_ptr(),
                bytes,
                pointers.as_mut_ptr(),
                0,
                strides.as_mut_ptr(),
                0,
                LIMIT_SCANS,
            )
        };
        match decoded {
            0 => Outcome::Whole,
            _ if self.only_warned() => Outcome::Doubtful,
            _ => Outcome::Refused,
        }
    }

    fn only_warned(&self) -> bool {
        // SAFETY: the handle is valid; a field of it is read.
        unsafe { tjGetErrorCode(self.0.as_ptr()) == WARNING }
    }

    /// What the library said last, without the name of its function.
    pub(super) fn words(&self) -> Cow<'_, str> {
        // SAFETY: the handle is valid; the text is a field of it, terminated, and stays until the next call,
        // which needs `&mut self`.
        let text = unsafe {
            let text = tjGetErrorStr2(self.0.as_ptr());
            if text.is_null() { c"" } else { CStr::from_ptr(text) }
        };
        match text.to_string_lossy() {
            Cow::Borrowed(text) => {
                Cow::Borrowed(text.split_once("(): ").map_or(text, |(_, rest)| rest))
            }
            owned => owned,
        }
    }
}

impl Drop for Turbo {
    fn drop(&mut self) {
        // SAFETY: the handle is ours and not used again.
        unsafe { tjDestroy(self.0.as_ptr()) };
    }
}
