//! The unsafe part: an output of libavformat over the network that can be interrupted and frees
//! everything on every path, and the stream parameters of a muxer.
//!
//! ffmpeg-next opens outputs without an interrupt callback and leaks the context when opening
//! fails, so network outputs are opened here.

use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr;
use std::sync::Arc;

use ffmpeg_next::ffi::*;
use vitrine_media::{Packet, StreamInfo, StreamKind};

use crate::interrupt::Interrupt;

/// A negative code of FFmpeg's.
pub(crate) type Code = c_int;

/// Stream indices and time bases of a muxer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Track {
    index: c_int,
    num: c_int,
    den: c_int,
}

/// The tracks of an opened muxer, by [`StreamKind`].
pub(crate) type Tracks = [Option<Track>; 2];

/// An open network output. Must be dropped where waiting is allowed: closing may write.
pub(crate) struct NetworkOutput {
    ctx: *mut AVFormatContext,
    packet: *mut AVPacket,
    tracks: Tracks,
    header: bool,
    /// What `ctx`'s interrupt callback points to: must live as long as `ctx`.
    interrupt: Arc<Interrupt>,
}

// SAFETY: the pointers are owned by this value alone, libavformat ties no context to a thread, and
// the interrupt they point to is `Sync`.
unsafe impl Send for NetworkOutput {}

/// An `AVDictionary` that frees itself.
struct Options(*mut AVDictionary);

impl Options {
    fn new(options: &[(&str, &str)]) -> Self {
        let mut dict = ptr::null_mut();
        for (key, value) in options {
            let (Ok(key), Ok(value)) = (CString::new(*key), CString::new(*value)) else { continue };
            // SAFETY: both strings are terminated and are copied by the call.
            unsafe { av_dict_set(&raw mut dict, key.as_ptr(), value.as_ptr(), 0) };
        }
        Self(dict)
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: owned by this value; a null dictionary is allowed.
        unsafe { av_dict_free(&raw mut self.0) };
    }
}

/// Asked by libavformat while it waits: not zero ends the call.
unsafe extern "C" fn interrupted(opaque: *mut c_void) -> c_int {
    // SAFETY: `opaque` is the `Interrupt` held by the `NetworkOutput` whose call is running.
    let interrupt = unsafe { &*opaque.cast::<Interrupt>() };
    c_int::from(interrupt.fired().is_some())
}

impl NetworkOutput {
    /// Opens `url`, which must hold no secret, and writes the header for `streams`. Waits as long
    /// as `interrupt` allows.
    pub(crate) fn open(
        format: &CStr,
        url: &str,
        io: &[(&str, &str)],
        mux: &[(&str, &str)],
        streams: &[StreamInfo],
        interrupt: &Arc<Interrupt>,
    ) -> Result<Self, Code> {
        let url = CString::new(url).map_err(|_| AVERROR(EINVAL))?;
        let mut out = Self {
            ctx: ptr::null_mut(),
            packet: ptr::null_mut(),
            tracks: [None; 2],
            header: false,
            interrupt: Arc::clone(interrupt),
        };
        // SAFETY: everything allocated is stored in `out` at once, whose drop frees it; the
        // interrupt's address is stable inside its `Arc`, which `out` holds.
        unsafe {
            check(avformat_alloc_output_context2(
                &raw mut out.ctx,
                ptr::null_mut(),
                format.as_ptr(),
                ptr::null(),
            ))?;
            out.packet = av_packet_alloc();
            if out.packet.is_null() {
                return Err(AVERROR(ENOMEM));
            }
            let callback = AVIOInterruptCB {
                callback: Some(interrupted),
                opaque: Arc::as_ptr(&out.interrupt).cast_mut().cast(),
            };
            (*out.ctx).interrupt_callback = callback;
            let mut io = Options::new(io);
            check(avio_open2(
                &raw mut (*out.ctx).pb,
                url.as_ptr(),
                AVIO_FLAG_WRITE,
                &raw const callback,
                &raw mut io.0,
            ))?;
            for info in streams {
                add_stream(out.ctx, info)?;
            }
            let mut mux = Options::new(mux);
            check(avformat_write_header(out.ctx, &raw mut mux.0))?;
            out.header = true;
            out.tracks = tracks(out.ctx, streams);
        }
        Ok(out)
    }

    /// Writes one packet; `pts`, `dts` and `duration` in milliseconds.
    pub(crate) fn write(&mut self, p: &Packet, [pts, dts, duration]: [i64; 3]) -> Result<(), Code> {
        // SAFETY: context and packet are open and owned by this value.
        unsafe {
            write_packet(self.ctx, self.packet, &self.tracks, p, [pts, dts, duration], (1, 1000))
        }
    }

    /// Writes the trailer and closes, within what the interrupt allows. Everything is freed also on
    /// an error.
    pub(crate) fn close(mut self) -> Result<(), Code> {
        // SAFETY: the header was written, and is marked as ended; `avio_closep` clears `pb`, so the
        // drop does not close it again.
        unsafe {
            let ended = if self.header { av_write_trailer(self.ctx) } else { 0 };
            self.header = false;
            let closed = avio_closep(&raw mut (*self.ctx).pb);
            check(ended)?;
            check(closed)
        }
    }
}

impl Drop for NetworkOutput {
    fn drop(&mut self) {
        // SAFETY: each pointer is null or owned by this value; `avio_closep` accepts a null `pb`.
        unsafe {
            av_packet_free(&raw mut self.packet);
            if !self.ctx.is_null() {
                avio_closep(&raw mut (*self.ctx).pb);
                avformat_free_context(self.ctx);
            }
        }
    }
}

/// Adds the described streams to ffmpeg-next's output, whose header is not yet written.
pub(crate) fn add_streams(
    out: &mut ffmpeg_next::format::context::Output,
    streams: &[StreamInfo],
) -> Result<(), Code> {
    for info in streams {
        // SAFETY: the context is open and borrowed for the call.
        unsafe { add_stream(out.as_mut_ptr(), info)? };
    }
    Ok(())
}

/// The tracks of `out`, once its header is written; `streams` as given to [`add_streams`].
pub(crate) fn tracks_of(
    out: &mut ffmpeg_next::format::context::Output,
    streams: &[StreamInfo],
) -> Tracks {
    // SAFETY: the context is open, borrowed, and has as many streams as were added.
    unsafe { tracks(out.as_mut_ptr(), streams) }
}

/// Writes `p` with times in nanoseconds to ffmpeg-next's output, whose header is written.
pub(crate) fn write_to(
    out: &mut ffmpeg_next::format::context::Output,
    tracks: &Tracks,
    p: &Packet,
    times: [i64; 3],
) -> Result<(), Code> {
    // SAFETY: the context is open and borrowed; the packet is made and freed here.
    unsafe {
        let mut packet = av_packet_alloc();
        if packet.is_null() {
            return Err(AVERROR(ENOMEM));
        }
        let written = write_packet(out.as_mut_ptr(), packet, tracks, p, times, (1, 1_000_000_000));
        av_packet_free(&raw mut packet);
        written
    }
}

/// Does this FFmpeg know the output protocol `name`?
pub(crate) fn has_protocol(name: &str) -> bool {
    let mut state = ptr::null_mut();
    // SAFETY: the names are static strings, the list ends with null.
    unsafe {
        loop {
            let found = avio_enum_protocols(&raw mut state, 1);
            if found.is_null() {
                return false;
            }
            if CStr::from_ptr(found).to_bytes() == name.as_bytes() {
                return true;
            }
        }
    }
}

const fn check(code: c_int) -> Result<(), Code> {
    if code < 0 { Err(code) } else { Ok(()) }
}

/// # Safety
/// `ctx` must be an output context whose header is not yet written.
unsafe fn add_stream(ctx: *mut AVFormatContext, info: &StreamInfo) -> Result<(), Code> {
    // SAFETY: the caller's promise; a new stream comes with zeroed parameters, and the extradata
    // is allocated with FFmpeg's own allocator and the padding it asks for.
    unsafe {
        let stream = avformat_new_stream(ctx, ptr::null());
        if stream.is_null() {
            return Err(AVERROR(ENOMEM));
        }
        let par = &mut *(*stream).codecpar;
        let extra = match info {
            StreamInfo::Video(v) => {
                par.codec_type = AVMediaType::AVMEDIA_TYPE_VIDEO;
                par.codec_id = AVCodecID::AV_CODEC_ID_H264;
                par.format = AVPixelFormat::AV_PIX_FMT_YUV420P as c_int;
                par.width = v.size.width as c_int;
                par.height = v.size.height as c_int;
                par.bit_rate = i64::from(v.bitrate);
                par.sample_aspect_ratio = AVRational { num: 1, den: 1 };
                par.color_range = AVColorRange::AVCOL_RANGE_MPEG;
                par.color_primaries = AVColorPrimaries::AVCOL_PRI_BT709;
                par.color_trc = AVColorTransferCharacteristic::AVCOL_TRC_BT709;
                par.color_space = AVColorSpace::AVCOL_SPC_BT709;
                let rate = AVRational { num: v.rate.num as c_int, den: v.rate.den as c_int };
                (*stream).avg_frame_rate = rate;
                (*stream).time_base = AVRational { num: 1, den: 90_000 };
                &v.avcc
            }
            StreamInfo::Audio(a) => {
                par.codec_type = AVMediaType::AVMEDIA_TYPE_AUDIO;
                par.codec_id = AVCodecID::AV_CODEC_ID_AAC;
                par.sample_rate = a.rate as c_int;
                par.frame_size = a.frame_samples as c_int;
                par.bit_rate = i64::from(a.bitrate);
                av_channel_layout_default(&raw mut par.ch_layout, c_int::from(a.channels));
                (*stream).time_base = AVRational { num: 1, den: a.rate as c_int };
                &a.config
            }
        };
        let padded = extra.len() + AV_INPUT_BUFFER_PADDING_SIZE as usize;
        let copy = av_mallocz(padded).cast::<u8>();
        if copy.is_null() {
            return Err(AVERROR(ENOMEM));
        }
        ptr::copy_nonoverlapping(extra.as_ptr(), copy, extra.len());
        par.extradata = copy;
        par.extradata_size = extra.len() as c_int;
    }
    Ok(())
}

/// # Safety
/// `ctx` must have at least as many streams as `streams`, in that order.
unsafe fn tracks(ctx: *mut AVFormatContext, streams: &[StreamInfo]) -> Tracks {
    let mut tracks = [None; 2];
    for (i, info) in streams.iter().enumerate() {
        // SAFETY: `i` is below the number of streams.
        let tb = unsafe { (**(*ctx).streams.add(i)).time_base };
        tracks[info.kind() as usize] = Some(Track { index: i as c_int, num: tb.num, den: tb.den });
    }
    tracks
}

/// Hands a packet to the muxer without copying its bytes.
///
/// # Safety
/// `ctx` must be an output whose header is written and `packet` an empty packet; `tracks` must be
/// those of `ctx`.
unsafe fn write_packet(
    ctx: *mut AVFormatContext,
    packet: *mut AVPacket,
    tracks: &Tracks,
    p: &Packet,
    times: [i64; 3],
    (num, den): (c_int, c_int),
) -> Result<(), Code> {
    let Some(track) = tracks[p.kind as usize] else { return Ok(()) };
    let size = c_int::try_from(p.data.len()).map_err(|_| AVERROR(EINVAL))?;
    let from = AVRational { num, den };
    let to = AVRational { num: track.num, den: track.den };
    // SAFETY: `av_write_frame` neither keeps nor changes the data of a packet without a buffer of
    // its own; the bytes outlive the call, and the packet is emptied before it ends.
    unsafe {
        let [pts, dts, duration] = times.map(|t| av_rescale_q(t, from, to));
        (*packet).data = p.data.as_ptr().cast_mut();
        (*packet).size = size;
        (*packet).stream_index = track.index;
        (*packet).pts = pts;
        (*packet).dts = dts;
        (*packet).duration = duration;
        (*packet).flags = if p.key || p.kind == StreamKind::Audio { AV_PKT_FLAG_KEY } else { 0 };
        let written = av_write_frame(ctx, packet);
        (*packet).data = ptr::null_mut();
        (*packet).size = 0;
        check(written)
    }
}
