//! A recording's file: fragmented MP4 while it grows, so that a crash or a power cut costs no more
//! than the last two seconds; made into an ordinary MP4 once it is finished.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use ffmpeg_next::format::context::{Output, StreamIo};
use ffmpeg_next::{Dictionary, Packet as AvPacket, codec, encoder, format};
use vitrine_media::{MediaTime, Packet, StreamInfo, StreamKind};

use crate::ffi::{Tracks, add_streams, tracks_of, write_to};
use crate::lock;
use crate::rebase::Rebase;

/// The muxer asks for times that grow; two equal ones are set apart by this, in nanoseconds
/// (more than one tick of either track).
const APART: i64 = 25_000;

/// Units of a second in which the file says where its sound begins: whole samples. Milliseconds, which
/// are usual, would play it up to one too early.
const UNITS: (&str, &str) = ("movie_timescale", "48000");

/// What went wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system said no.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// FFmpeg said no.
    #[error("{0}")]
    Ffmpeg(#[from] ffmpeg_next::Error),
    /// It was told to stop.
    #[error("there was no time left")]
    Cancelled,
}

impl FileError {
    /// The disk has no room left.
    pub fn is_full(&self) -> bool {
        let full = |k: io::ErrorKind| {
            matches!(
                k,
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
            )
        };
        matches!(self, Self::Io(e) if full(e.kind()))
    }
}

/// Takes the muxer's bytes; remembers how many arrived and the first thing that went wrong, since
/// the muxer only passes a number on.
struct Sink {
    file: Arc<File>,
    book: Arc<Book>,
}

#[derive(Default)]
struct Book {
    written: AtomicU64,
    error: Mutex<Option<io::Error>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match (&*self.file).write(bytes) {
            Ok(n) => {
                self.book.written.fetch_add(n as u64, Ordering::Relaxed);
                Ok(n)
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => Err(e),
            Err(e) => {
                let told =
                    e.raw_os_error().map_or_else(|| e.kind().into(), io::Error::from_raw_os_error);
                lock(&self.book.error).get_or_insert(e);
                Err(told)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A growing fragmented MP4. Its calls wait for the disk.
pub struct FragmentedFile {
    out: Output,
    tracks: Tracks,
    file: Arc<File>,
    book: Arc<Book>,
    path: PathBuf,
    rebase: Rebase,
    last: [Option<i64>; 2],
    /// Bytes that make up whole, synced fragments.
    safe: u64,
    end: MediaTime,
}

impl FragmentedFile {
    /// Creates `path`. An existing file is replaced only with `overwrite`; when opening fails,
    /// nothing new is left behind.
    ///
    /// # Errors
    /// [`FileError`], with [`io::ErrorKind::AlreadyExists`] for an existing file.
    pub fn create(path: &Path, streams: &[StreamInfo], overwrite: bool) -> Result<Self, FileError> {
        vitrine_codec::log::install();
        let mut options = OpenOptions::new();
        options.write(true);
        if overwrite {
            options.create(true).truncate(true)
        } else {
            options.create_new(true)
        };
        let file = Arc::new(options.open(path)?);
        Self::begin(path, streams, file).inspect_err(|_| drop(fs::remove_file(path)))
    }

    fn begin(path: &Path, streams: &[StreamInfo], file: Arc<File>) -> Result<Self, FileError> {
        sync_folder(path)?;
        let book = Arc::new(Book::default());
        let sink = Sink { file: Arc::clone(&file), book: Arc::clone(&book) };
        let mut out = format::output_to_stream(StreamIo::from_write(sink)?, None, Some("mp4"))?;
        add_streams(&mut out, streams).map_err(ffmpeg_next::Error::from)?;
        // The index is delayed until the first fragment: only then does it know where each track
        // begins, and sound would otherwise be moved to the first picture.
        let flags = [
            ("movflags", "frag_keyframe+empty_moov+delay_moov+default_base_moof"),
            ("flush_packets", "1"),
            UNITS,
        ];
        drop(out.write_header_with(flags.iter().collect::<Dictionary>())?);
        let tracks = tracks_of(&mut out, streams);
        let has_video = streams.iter().any(|s| s.kind() == StreamKind::Video);
        Ok(Self {
            out,
            tracks,
            file,
            book,
            path: path.to_owned(),
            rebase: Rebase::new(has_video),
            last: [None; 2],
            safe: 0,
            end: MediaTime::ZERO,
        })
    }

    /// Adds a packet; `false` if it lies before the first keyframe and was left out. When a
    /// fragment was completed it is on the disk when this returns.
    ///
    /// # Errors
    /// [`FileError`]; the file is then cut to its last whole fragment and takes nothing more.
    pub fn write(&mut self, p: &Packet) -> Result<bool, FileError> {
        let Some(at) = self.rebase.stamp(p) else { return Ok(false) };
        let last = &mut self.last[p.kind as usize];
        let dts = last.map_or(at.dts.as_nanos(), |l| at.dts.as_nanos().max(l + APART));
        *last = Some(dts);
        let times = [at.pts.as_nanos().max(dts), dts, p.duration.as_nanos()];
        let written = write_to(&mut self.out, &self.tracks, p, times);
        self.check(written)?;
        self.end = self.end.max(at.pts + p.duration);
        let now = self.bytes();
        if now > self.safe {
            if let Err(e) = self.file.sync_data() {
                return Err(self.cut(e.into()));
            }
            self.safe = now;
        }
        Ok(true)
    }

    /// Bytes in the file.
    pub fn bytes(&self) -> u64 {
        self.book.written.load(Ordering::Relaxed)
    }

    /// Length of what was written.
    pub const fn duration(&self) -> MediaTime {
        self.end
    }

    /// Ends the last fragment. Afterwards the file is whole and on the disk.
    ///
    /// # Errors
    /// [`FileError`]; the file is then cut to its last whole fragment.
    pub fn finish(&mut self) -> Result<(), FileError> {
        let ended = self.out.write_trailer().map_err(i32::from);
        self.check(ended)?;
        self.file.sync_all().map_err(|e| self.cut(e.into()))?;
        self.safe = self.bytes();
        Ok(())
    }

    fn check(&mut self, result: Result<(), i32>) -> Result<(), FileError> {
        let told = lock(&self.book.error).take();
        match (told, result) {
            (Some(e), _) => Err(self.cut(e.into())),
            (None, Err(code)) => Err(self.cut(ffmpeg_next::Error::from(code).into())),
            (None, Ok(())) => Ok(()),
        }
    }

    /// Cuts what a failed write left behind the last whole fragment.
    fn cut(&self, e: FileError) -> FileError {
        let cut = self.file.set_len(self.safe).and_then(|()| self.file.sync_all());
        if let Err(cut) = cut {
            tracing::warn!("{} could not be cut to its last fragment: {cut}", self.path.display());
        }
        e
    }

    /// Bytes on the disk in whole fragments.
    pub const fn safe_bytes(&self) -> u64 {
        self.safe
    }
}

/// Makes the fragmented file at `path` an ordinary MP4 with its index in front. The new file takes
/// the old one's place at once or not at all. Needs as much room again.
///
/// # Errors
/// [`FileError`]; the fragmented file is untouched then and nothing else is left.
pub fn make_ordinary(path: &Path, cancel: &AtomicBool) -> Result<(), FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let made = remux(path, &part, cancel).and_then(|()| {
        File::open(&part)?.sync_all()?;
        fs::rename(&part, path)?;
        sync_folder(path)?;
        Ok(())
    });
    made.inspect_err(|_| drop(fs::remove_file(&part)))
}

fn remux(from: &Path, to: &Path, cancel: &AtomicBool) -> Result<(), FileError> {
    // Without the prefix a colon in a name would be taken for a protocol.
    let url = |p: &Path| -> Result<String, FileError> {
        let whole = std::path::absolute(p)?;
        let text = whole.to_str().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        Ok(format!("file:{text}"))
    };
    let mut input = format::input(&url(from)?)?;
    let mut out = format::output_as(&url(to)?, "mp4")?;
    let mut bases = Vec::new();
    for stream in input.streams() {
        let mut added = out.add_stream(encoder::find(codec::Id::None))?;
        added.set_parameters(stream.parameters());
        added.set_time_base(stream.time_base());
        added.set_avg_frame_rate(stream.avg_frame_rate());
        bases.push(stream.time_base());
    }
    let flags = [("movflags", "faststart"), UNITS];
    drop(out.write_header_with(flags.iter().collect::<Dictionary>())?);
    let targets: Vec<_> = out.streams().map(|s| s.time_base()).collect();
    let mut packet = AvPacket::empty();
    loop {
        if cancel.load(Ordering::Relaxed) {
            return Err(FileError::Cancelled);
        }
        match packet.read(&mut input) {
            Ok(()) => {}
            Err(ffmpeg_next::Error::Eof) => break,
            Err(e) => return Err(e.into()),
        }
        let i = packet.stream();
        packet.rescale_ts(bases[i], targets[i]);
        packet.set_position(-1);
        packet.write_interleaved(&mut out)?;
    }
    Ok(out.write_trailer()?)
}

/// Free bytes for this user on the disk of `path`'s folder; `None` where that cannot be told.
pub fn free_space(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder(path)).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

/// Makes a created or renamed name outlive a power cut.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
