//! RTMP chunks → messages. Bounded: what is held for one connection never exceeds the limit for a
//! message, and no input makes it panic.

use std::collections::HashMap;

use bytes::Bytes;

/// Longest message: the length field has 24 bits, so nothing longer can be announced.
pub(crate) const MAX_MESSAGE: usize = 16 << 20;
/// Longest message before a publish was accepted: commands are short.
const MAX_COMMAND: usize = 64 << 10;
/// Chunk streams of one connection. Publishers use three to five.
const MAX_STREAMS: usize = 64;
/// Chunk size of both directions until told otherwise.
const FIRST_CHUNK_SIZE: usize = 128;
/// A 24-bit timestamp with this value says that 32 bits follow the header.
const EXTENDED: u32 = 0xFF_FFFF;

/// Why a connection cannot go on.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum ProtocolError {
    /// The first bytes are no RTMP handshake.
    #[error("it does not speak RTMP")]
    Handshake,
    /// A compressed header refers to a header that never came.
    #[error("a chunk refers to a header that was never sent")]
    NoHeader,
    /// More chunk streams than any publisher uses.
    #[error("more than {MAX_STREAMS} chunk streams")]
    TooManyStreams,
    /// A message, or all unfinished messages together, above the limit.
    #[error("a message of {0} bytes")]
    TooLong(usize),
    /// A chunk size of zero.
    #[error("a chunk size of zero")]
    ChunkSize,
    /// A command that is not AMF0, nested too deeply, or lacks what it must have.
    #[error("an unreadable {0}")]
    Command(&'static str),
    /// An answer could not be written down.
    #[error("no answer could be made: {0}")]
    Answer(String),
}

/// A complete message.
#[derive(Debug, PartialEq)]
pub(crate) struct Message {
    /// Message type: 8 is audio, 9 video, 20 a command.
    pub kind: u8,
    /// Message stream id.
    pub stream: u32,
    /// Milliseconds, modulo 2³².
    pub timestamp: u32,
    /// The body.
    pub data: Bytes,
}

#[derive(Default)]
struct ChunkStream {
    timestamp: u32,
    /// The timestamp field of the last header: what a header without one repeats as its delta.
    field: u32,
    extended: bool,
    length: usize,
    kind: u8,
    stream: u32,
    partial: Vec<u8>,
    /// A message has begun and is not complete.
    open: bool,
}

/// Puts messages together from chunks, which may be interleaved.
pub(crate) struct ChunkReader {
    chunk_size: usize,
    limit: usize,
    streams: HashMap<u32, ChunkStream>,
    /// Bytes of unfinished messages.
    held: usize,
    header: [u8; 18],
    header_len: usize,
    /// The chunk being read, and how many of its bytes are still to come.
    current: Option<(u32, usize)>,
}

impl ChunkReader {
    pub fn new() -> Self {
        Self {
            chunk_size: FIRST_CHUNK_SIZE,
            limit: MAX_COMMAND,
            streams: HashMap::new(),
            held: 0,
            header: [0; 18],
            header_len: 0,
            current: None,
        }
    }

    /// Media may come now: messages up to [`MAX_MESSAGE`].
    pub fn allow_media(&mut self) {
        self.limit = MAX_MESSAGE;
    }

    /// The peer's Set Chunk Size.
    pub fn set_chunk_size(&mut self, size: u32) -> Result<(), ProtocolError> {
        if size == 0 {
            return Err(ProtocolError::ChunkSize);
        }
        self.chunk_size = (size as usize).min(MAX_MESSAGE);
        Ok(())
    }

    /// The peer's Abort: forgets the unfinished message of a chunk stream.
    pub fn abort(&mut self, chunk_stream: u32) {
        if let Some(s) = self.streams.get_mut(&chunk_stream) {
            self.held -= s.partial.len();
            s.partial = Vec::new();
            s.open = false;
        }
    }

    /// Takes bytes off `input` until a message is complete (`Some`) or none are left (`None`).
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<Message>, ProtocolError> {
        loop {
            let Some((id, left)) = self.current else {
                let Some((&byte, rest)) = input.split_first() else { return Ok(None) };
                *input = rest;
                self.header[self.header_len] = byte;
                self.header_len += 1;
                if self.header_len == self.header_length()? {
                    self.begin_chunk()?;
                    self.header_len = 0;
                }
                continue;
            };
            let Some(s) = self.streams.get_mut(&id) else { return Err(ProtocolError::NoHeader) };
            let take = left.min(input.len());
            let (now, rest) = input.split_at(take);
            *input = rest;
            s.partial.extend_from_slice(now);
            self.held += take;
            if self.held > self.limit {
                return Err(ProtocolError::TooLong(self.held));
            }
            if take < left {
                self.current = Some((id, left - take));
                return Ok(None);
            }
            self.current = None;
            if s.partial.len() == s.length {
                s.open = false;
                self.held -= s.length;
                let data = Bytes::from(std::mem::take(&mut s.partial));
                return Ok(Some(Message {
                    kind: s.kind,
                    stream: s.stream,
                    timestamp: s.timestamp,
                    data,
                }));
            }
        }
    }

    /// Chunk stream id and the length of the basic header, as far as its bytes are there.
    fn basic(&self) -> (u32, usize) {
        let h = &self.header;
        match h[0] & 0x3F {
            0 => (u32::from(h[1]) + 64, 2),
            1 => (u32::from(h[2]) * 256 + u32::from(h[1]) + 64, 3),
            id => (u32::from(id), 1),
        }
    }

    /// Bytes of the header that has begun, as far as can be told; never above 18.
    fn header_length(&self) -> Result<usize, ProtocolError> {
        let (id, basic) = self.basic();
        if self.header_len < basic {
            return Ok(basic);
        }
        let format = self.header[0] >> 6;
        let plain = basic + [11, 7, 3, 0][usize::from(format)];
        if self.header_len < plain {
            return Ok(plain);
        }
        let extended = if format == 3 {
            self.streams.get(&id).ok_or(ProtocolError::NoHeader)?.extended
        } else {
            self.u24(basic) == EXTENDED
        };
        Ok(plain + if extended { 4 } else { 0 })
    }

    fn u24(&self, at: usize) -> u32 {
        u32::from_be_bytes([0, self.header[at], self.header[at + 1], self.header[at + 2]])
    }

    fn begin_chunk(&mut self) -> Result<(), ProtocolError> {
        let (id, basic) = self.basic();
        let format = self.header[0] >> 6;
        let tail = self.header_len;
        let mut field = if format == 3 { 0 } else { self.u24(basic) };
        let length = if format < 2 { self.u24(basic + 3) as usize } else { 0 };
        let h = self.header;
        let full = self.streams.len() >= MAX_STREAMS;
        let s = match self.streams.entry(id) {
            std::collections::hash_map::Entry::Occupied(e) => e.into_mut(),
            std::collections::hash_map::Entry::Vacant(_) if format != 0 => {
                return Err(ProtocolError::NoHeader);
            }
            std::collections::hash_map::Entry::Vacant(_) if full => {
                return Err(ProtocolError::TooManyStreams);
            }
            std::collections::hash_map::Entry::Vacant(e) => e.insert(ChunkStream::default()),
        };
        if format == 3 && s.open {
            // A further chunk of the same message; its extended timestamp says nothing new.
            self.current = Some((id, self.chunk_size.min(s.length - s.partial.len())));
            return Ok(());
        }
        // A new message while one is unfinished: the publisher gave that one up.
        self.held -= s.partial.len();
        s.partial.clear();
        if format == 3 {
            field = s.field;
        } else {
            s.extended = field == EXTENDED;
        }
        if s.extended {
            field = u32::from_be_bytes([h[tail - 4], h[tail - 3], h[tail - 2], h[tail - 1]]);
        }
        s.field = field;
        s.timestamp = if format == 0 { field } else { s.timestamp.wrapping_add(field) };
        if format < 2 {
            s.length = length;
            s.kind = h[basic + 6];
        }
        if format == 0 {
            s.stream =
                u32::from_le_bytes([h[basic + 7], h[basic + 8], h[basic + 9], h[basic + 10]]);
        }
        if s.length > self.limit {
            return Err(ProtocolError::TooLong(s.length));
        }
        s.open = true;
        // Grows with what arrives: an announced length alone reserves little.
        s.partial.reserve(s.length.min(64 << 10));
        self.current = Some((id, self.chunk_size.min(s.length)));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
