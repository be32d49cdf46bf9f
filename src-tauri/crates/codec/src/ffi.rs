//! Every unsafe line of this crate: what ffmpeg-next's safe side does not offer.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::{Arc, OnceLock};

use ffmpeg_next::format::Pixel;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::software::scaling;
use ffmpeg_next::{Error, codec, ffi, frame};
use vitrine_media::{Frame, Plane};

/// The type of a C `va_list` argument as bindgen sees it on this target.
#[cfg(all(unix, target_arch = "x86_64"))]
type VaList = *mut ffi::__va_list_tag;
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
type VaList = *mut u64;
#[cfg(not(any(
    all(unix, target_arch = "x86_64"),
    all(target_os = "linux", target_arch = "aarch64")
)))]
type VaList = ffi::va_list;

/// Longest piece of a log line taken from FFmpeg.
const LINE: usize = 4096;
/// What is cut off a piece that was longer: the end of a secret must not be left without its middle.
const CUT: usize = 1024;

/// FFmpeg's log callback: any thread, at any time.
unsafe extern "C" fn log_callback(
    context: *mut c_void,
    level: c_int,
    format: *const c_char,
    arguments: VaList,
) {
    if !crate::log::wanted(level) {
        return;
    }
    let mut line = [0u8; LINE];
    let mut prefix = c_int::from(crate::log::at_line_start());
    // SAFETY: FFmpeg gives a valid context (or null), format and argument list to its callback; the
    // buffer's length is passed, and the result is always terminated.
    let length = unsafe {
        ffi::av_log_format_line2(
            context,
            level,
            format,
            arguments,
            line.as_mut_ptr().cast(),
            LINE as c_int,
            &raw mut prefix,
        )
    };
    let Ok(length) = usize::try_from(length) else { return };
    let cut = length >= LINE;
    let text = &line[..if cut { LINE - CUT } else { length }];
    // A panic must not cross into C; a line that cannot be shown is no reason to end a show.
    let _ =
        std::panic::catch_unwind(|| crate::log::take(level, &String::from_utf8_lossy(text), cut));
}

/// Makes [`log_callback`] FFmpeg's log.
pub(crate) fn install_log() {
    // SAFETY: the callback has the signature FFmpeg asks for and lives as long as the program.
    unsafe { ffi::av_log_set_callback(Some(log_callback)) }
}

/// FFmpeg's own version, as its build calls it ("5.1.9-0+deb12u1").
pub(crate) fn version() -> String {
    // SAFETY: returns a constant, terminated string.
    unsafe { CStr::from_ptr(ffi::av_version_info()) }.to_string_lossy().into_owned()
}

/// Version numbers of avutil, avcodec, avformat, swscale, swresample as major.minor.micro.
pub(crate) fn library_versions() -> [(&'static str, String); 5] {
    // SAFETY: these functions only return a number.
    let numbers = unsafe {
        [
            ("avutil", ffi::avutil_version()),
            ("avcodec", ffi::avcodec_version()),
            ("avformat", ffi::avformat_version()),
            ("swscale", ffi::swscale_version()),
            ("swresample", ffi::swresample_version()),
        ]
    };
    numbers.map(|(name, v)| (name, format!("{}.{}.{}", v >> 16, v >> 8 & 255, v & 255)))
}

/// Drops the reference an [`AVBuffer`](ffi::AVBuffer) holds on its frame.
unsafe extern "C" fn release_frame(opaque: *mut c_void, _data: *mut u8) {
    // SAFETY: `opaque` came from `Arc::into_raw` in `lend`, and FFmpeg frees a buffer once.
    drop(unsafe { Arc::from_raw(opaque.cast_const().cast::<Frame>()) });
}

/// The frame as FFmpeg sees it, without a copy: FFmpeg's reference keeps ours alive.
pub(crate) fn lend(frame: &Arc<Frame>) -> Option<frame::Video> {
    let mut out = frame::Video::empty();
    let planes = [Plane::Y, Plane::U, Plane::V];
    // SAFETY: `out` owns a fresh AVFrame (checked for null). Its pointers go to planes that live as
    // long as the Arc the buffer holds, rows are as long as their stride, and the buffer is marked
    // read-only, so that FFmpeg copies before it would write.
    unsafe {
        let raw = out.as_mut_ptr();
        if raw.is_null() {
            return None;
        }
        let luma = frame.plane(Plane::Y);
        let held = Arc::into_raw(Arc::clone(frame));
        let buffer = ffi::av_buffer_create(
            luma.as_ptr().cast_mut(),
            luma.len(),
            Some(release_frame),
            held.cast_mut().cast(),
            ffi::AV_BUFFER_FLAG_READONLY as c_int,
        );
        if buffer.is_null() {
            drop(Arc::from_raw(held));
            return None;
        }
        (*raw).buf[0] = buffer;
        for (i, plane) in planes.into_iter().enumerate() {
            (*raw).data[i] = frame.plane(plane).as_ptr().cast_mut();
            (*raw).linesize[i] = frame.stride(plane) as c_int;
        }
    }
    out.set_width(frame.size().width);
    out.set_height(frame.size().height);
    out.set_format(Pixel::YUV420P);
    Some(out)
}

/// The stream header an opened encoder made: parameter sets or AudioSpecificConfig.
pub(crate) fn extradata(context: &codec::Context) -> Vec<u8> {
    // SAFETY: the context is open and not used meanwhile; extradata is null or `extradata_size` long.
    unsafe {
        let c = context.as_ptr();
        if (*c).extradata.is_null() || (*c).extradata_size <= 0 {
            return Vec::new();
        }
        std::slice::from_raw_parts((*c).extradata, (*c).extradata_size as usize).to_vec()
    }
}

/// Sets average rate, maximum rate and buffer (one second) of a running encoder.
pub(crate) fn set_bitrate(context: &mut codec::Context, bitrate: u32) {
    // SAFETY: the context is ours and no call into the encoder is under way; encoders that can
    // change their rate compare these fields with their own before each picture.
    unsafe {
        let c = context.as_mut_ptr();
        (*c).bit_rate = i64::from(bitrate);
        (*c).rc_max_rate = i64::from(bitrate);
        (*c).rc_buffer_size = bitrate as c_int;
    }
}

/// Opens a local file and finds its streams; no picture of more than `max_pixels` is decoded for it.
pub(crate) fn open_file(path: &str, max_pixels: u64) -> Result<Input, Error> {
    // The protocol is named so that a colon in the path is not read as one.
    let url = CString::new(format!("file:{path}")).map_err(|_| Error::InvalidData)?;
    // SAFETY: the pointers are valid for each call; on failure `avformat_open_input` frees the context
    // and later steps close it; on success `Input` owns it. Each dictionary is freed once.
    unsafe {
        let mut context = ptr::null_mut();
        let opened =
            ffi::avformat_open_input(&raw mut context, url.as_ptr(), ptr::null(), ptr::null_mut());
        if opened < 0 {
            return Err(Error::from(opened));
        }
        let streams = (*context).nb_streams as usize;
        let limit = CString::new(max_pixels.to_string()).map_err(|_| Error::InvalidData)?;
        let mut options: Vec<*mut ffi::AVDictionary> = vec![ptr::null_mut(); streams];
        for o in &mut options {
            ffi::av_dict_set(o, c"max_pixels".as_ptr(), limit.as_ptr(), 0);
        }
        let found = ffi::avformat_find_stream_info(context, options.as_mut_ptr());
        for o in &mut options {
            ffi::av_dict_free(o);
        }
        if found < 0 {
            ffi::avformat_close_input(&raw mut context);
            return Err(Error::from(found));
        }
        Ok(Input::wrap(context))
    }
}

/// Loads libavdevice and makes its devices known to libavformat, once. The error is a sentence's part.
pub(crate) fn load_devices() -> Result<(), String> {
    static LOADED: OnceLock<Result<libloading::Library, String>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        // SAFETY: no arguments, a constant of the library.
        let major = unsafe { ffi::avformat_version() } >> 16;
        // Since FFmpeg 5 both libraries count their versions alike.
        let name = if cfg!(windows) {
            format!("avdevice-{major}.dll")
        } else if cfg!(target_os = "macos") {
            format!("libavdevice.{major}.dylib")
        } else {
            format!("libavdevice.so.{major}")
        };
        let missing = |e: libloading::Error| {
            format!("FFmpeg's libavdevice is not installed: {e}; install {name}")
        };
        // SAFETY: FFmpeg's library runs no initialisers of its own; `avdevice_register_all` takes and
        // gives nothing and may be called at any time. The library is never unloaded.
        unsafe {
            let library = libloading::Library::new(&name).map_err(missing)?;
            let register = library
                .get::<unsafe extern "C" fn()>(b"avdevice_register_all\0")
                .map_err(missing)?;
            register();
            Ok(library)
        }
    });
    loaded.as_ref().map(drop).map_err(Clone::clone)
}

/// Opens a capture device by the name of its input format and starts it.
pub(crate) fn open_device(
    format: &str,
    address: &str,
    options: &[(&str, &str)],
) -> Result<Input, Error> {
    let text = |s: &str| CString::new(s).map_err(|_| Error::InvalidData);
    let (format, address) = (text(format)?, text(address)?);
    let mut pairs = Vec::new();
    for (name, value) in options {
        pairs.push((text(name)?, text(value)?));
    }
    // SAFETY: the strings outlive the calls; on failure `avformat_open_input` frees the context, on
    // success `Input` owns it. The dictionary is freed once, whatever of it was taken.
    unsafe {
        let found = ffi::av_find_input_format(format.as_ptr());
        if found.is_null() {
            return Err(Error::DemuxerNotFound);
        }
        let mut dictionary = ptr::null_mut();
        for (name, value) in &pairs {
            ffi::av_dict_set(&raw mut dictionary, name.as_ptr(), value.as_ptr(), 0);
        }
        let mut context = ptr::null_mut();
        let opened = ffi::avformat_open_input(
            &raw mut context,
            address.as_ptr(),
            found,
            &raw mut dictionary,
        );
        ffi::av_dict_free(&raw mut dictionary);
        if opened < 0 {
            return Err(Error::from(opened));
        }
        Ok(Input::wrap(context))
    }
}

/// Lets `scaler`, which converts YUV to YUV, keep the matrix and make the range limited.
pub(crate) fn set_matrix(scaler: &mut scaling::Context, bt601: bool, full_range: bool) {
    let space = if bt601 { ffi::SWS_CS_ITU601 } else { ffi::SWS_CS_ITU709 };
    // SAFETY: the coefficient table is a constant of the library; the context is ours.
    unsafe {
        let table = ffi::sws_getCoefficients(space as c_int);
        let one = 1 << 16;
        ffi::sws_setColorspaceDetails(
            scaler.as_mut_ptr(),
            table,
            c_int::from(full_range),
            table,
            0,
            0,
            one,
            one,
        );
    }
}

/// Owned scaler that may move to another thread with its reader.
pub(crate) struct Scaler(pub(crate) scaling::Context);

// SAFETY: an SwsContext is plain memory with no tie to the thread that made it, and it is owned here.
unsafe impl Send for Scaler {}

/// The bytes of a plane, as many rows as asked for.
///
/// Returns an empty slice if the plane is missing or its rows run backwards.
pub(crate) fn plane(
    frame: &frame::Video,
    index: usize,
    rows: usize,
    row_bytes: usize,
) -> (&[u8], usize) {
    // SAFETY: the frame holds a decoded picture: `linesize` bytes lie between the starts of two rows and
    // each row has at least `row_bytes` visible bytes, so the last row is counted by those alone.
    unsafe {
        let raw = frame.as_ptr();
        let (data, stride) = ((*raw).data[index], (*raw).linesize[index]);
        if data.is_null() || stride <= 0 || rows == 0 || (stride as usize) < row_bytes {
            return (&[], 0);
        }
        let stride = stride as usize;
        (std::slice::from_raw_parts(data, stride * (rows - 1) + row_bytes), stride)
    }
}

/// FFmpeg only guessed the length of the file from its bitrate.
pub(crate) fn length_is_a_guess(input: &Input) -> bool {
    // SAFETY: reads a plain field of an open context.
    let method = unsafe { (*input.as_ptr()).duration_estimation_method };
    method == ffi::AVDurationEstimationMethod::AVFMT_DURATION_FROM_BITRATE
}

/// Pictures in a VAAPI device's own memory, the only ones its encoder takes.
pub(crate) struct Surfaces(*mut ffi::AVBufferRef);

// SAFETY: a reference to a frames context may be used from any one thread at a time; it is owned here.
unsafe impl Send for Surfaces {}

impl Surfaces {
    /// Opens the default device and prepares NV12 surfaces of this size.
    pub(crate) fn new(width: u32, height: u32) -> Result<Self, Error> {
        let check = |code: c_int| if code < 0 { Err(Error::from(code)) } else { Ok(()) };
        // SAFETY: each reference is checked before use and released once: the device's after the
        // frames context took its own, the frames context's by `Drop`.
        unsafe {
            let mut device = ptr::null_mut();
            let kind = ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_VAAPI;
            check(ffi::av_hwdevice_ctx_create(
                &raw mut device,
                kind,
                ptr::null(),
                ptr::null_mut(),
                0,
            ))?;
            let frames = Self(ffi::av_hwframe_ctx_alloc(device));
            ffi::av_buffer_unref(&raw mut device);
            if frames.0.is_null() {
                return Err(Error::Other { errno: ffmpeg_next::error::ENOMEM });
            }
            let context = (*frames.0).data.cast::<ffi::AVHWFramesContext>();
            (*context).format = ffi::AVPixelFormat::AV_PIX_FMT_VAAPI;
            (*context).sw_format = ffi::AVPixelFormat::AV_PIX_FMT_NV12;
            (*context).width = width as c_int;
            (*context).height = height as c_int;
            (*context).initial_pool_size = 20;
            check(ffi::av_hwframe_ctx_init(frames.0))?;
            Ok(frames)
        }
    }

    /// Tells an encoder that is not open yet where its pictures will come from.
    pub(crate) fn attach(&self, context: &mut codec::Context) {
        // SAFETY: the encoder's context takes a reference of its own and releases it when freed.
        unsafe { (*context.as_mut_ptr()).hw_frames_ctx = ffi::av_buffer_ref(self.0) }
    }

    /// Copies an NV12 picture into a surface.
    pub(crate) fn upload(&self, picture: &frame::Video) -> Result<frame::Video, Error> {
        let mut out = frame::Video::empty();
        // SAFETY: both frames are valid, the frames context is initialised.
        let code = unsafe {
            match ffi::av_hwframe_get_buffer(self.0, out.as_mut_ptr(), 0) {
                0 => ffi::av_hwframe_transfer_data(out.as_mut_ptr(), picture.as_ptr(), 0),
                failed => failed,
            }
        };
        if code < 0 { Err(Error::from(code)) } else { Ok(out) }
    }
}

impl Drop for Surfaces {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, or null, which is allowed.
        unsafe { ffi::av_buffer_unref(&raw mut self.0) }
    }
}
