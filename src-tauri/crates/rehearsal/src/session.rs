//! The RTMP conversation with one publisher, without I/O: bytes in, answers and events out.

use bytes::Bytes;
use rml_rtmp::chunk_io::ChunkSerializer;
use rml_rtmp::handshake::{Handshake, HandshakeProcessResult, PeerType};
use rml_rtmp::messages::{RtmpMessage, UserControlEventType};
use rml_rtmp::rml_amf0::Amf0Value;
use rml_rtmp::time::RtmpTimestamp;

use crate::amf;
use crate::chunk::{ChunkReader, Message, ProtocolError};
use crate::report::Metadata;

mod answers;

/// Bytes of C0, C1 and C2.
const HANDSHAKE: usize = 1 + 1536 + 1536;
/// Streams one connection may create; publishers create one.
const MAX_STREAMS: u32 = 8;
/// Longest application name and key, in bytes.
const MAX_NAME: usize = 512;

/// What a publisher did.
#[derive(Debug, PartialEq)]
pub(crate) enum Event {
    /// Asks to publish; answer with [`Session::accept`] or [`Session::refuse`].
    Publish { app: String, key: String },
    /// A video message of the accepted publish.
    Video { timestamp: u32, data: Bytes },
    /// An audio message of the accepted publish.
    Audio { timestamp: u32, data: Bytes },
    /// Metadata: as FLV's script tag wants it, and what we read of it.
    Metadata { timestamp: u32, script: Bytes, metadata: Metadata },
    /// Ended the accepted publish in an orderly way.
    Unpublish,
}

/// One connection's conversation.
pub(crate) struct Session {
    handshake: Handshake,
    shaken: usize,
    reader: ChunkReader,
    writer: ChunkSerializer,
    app: Option<String>,
    created: u32,
    asked: Option<u32>,
    publishing: Option<u32>,
    received: u64,
    acknowledged: u64,
    /// The peer wants to hear of its bytes this often.
    ack_every: Option<u64>,
}

impl Session {
    pub fn new() -> Self {
        Self {
            handshake: Handshake::new(PeerType::Server),
            shaken: 0,
            reader: ChunkReader::new(),
            writer: ChunkSerializer::new(),
            app: None,
            created: 0,
            asked: None,
            publishing: None,
            received: 0,
            acknowledged: 0,
            ack_every: None,
        }
    }

    /// Takes bytes off `input` until there is an event (`Some`) or none are left (`None`), and appends to
    /// `out` what must be sent. After an error the connection is of no further use.
    pub fn feed(
        &mut self,
        input: &mut &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Event>, ProtocolError> {
        if self.shaken < HANDSHAKE {
            let (now, rest) = input.split_at(input.len().min(HANDSHAKE - self.shaken));
            if now.is_empty() {
                return Ok(None);
            }
            *input = rest;
            self.shaken += now.len();
            match self.handshake.process_bytes(now).map_err(|_| ProtocolError::Handshake)? {
                HandshakeProcessResult::InProgress { response_bytes }
                | HandshakeProcessResult::Completed { response_bytes, .. } => {
                    out.extend(response_bytes);
                }
            }
        }
        loop {
            let before = input.len();
            let message = self.reader.next(input)?;
            self.received += (before - input.len()) as u64;
            if self.ack_every.is_some_and(|n| self.received - self.acknowledged >= n) {
                self.acknowledged = self.received;
                // The number wraps at 2³², as the protocol has it.
                let sequence_number = self.received as u32;
                self.say(RtmpMessage::Acknowledgement { sequence_number }, 0, out)?;
            }
            let Some(message) = message else { return Ok(None) };
            if let Some(event) = self.message(message, out)? {
                return Ok(Some(event));
            }
        }
    }

    /// Answers the last [`Event::Publish`] with yes.
    pub fn accept(&mut self, out: &mut Vec<u8>) -> Result<(), ProtocolError> {
        let Some(stream) = self.asked.take() else { return Ok(()) };
        self.publishing = Some(stream);
        self.reader.allow_media();
        let begin = RtmpMessage::UserControl {
            event_type: UserControlEventType::StreamBegin,
            stream_id: Some(stream),
            buffer_length: None,
            timestamp: None,
        };
        self.say(begin, 0, out)?;
        self.status("status", "NetStream.Publish.Start", "Publishing.", stream, out)
    }

    /// Answers the last [`Event::Publish`] with no, as services do: an `onStatus` of level `error`.
    pub fn refuse(&mut self, description: &str, out: &mut Vec<u8>) -> Result<(), ProtocolError> {
        let Some(stream) = self.asked.take() else { return Ok(()) };
        self.status("error", "NetStream.Publish.BadName", description, stream, out)
    }

    fn message(&mut self, m: Message, out: &mut Vec<u8>) -> Result<Option<Event>, ProtocolError> {
        let first_u32 = || m.data.first_chunk().map(|b| u32::from_be_bytes(*b));
        let live = self.publishing == Some(m.stream);
        match m.kind {
            1 => {
                let size = first_u32().ok_or(ProtocolError::Command("chunk size"))?;
                // The top bit is reserved.
                self.reader.set_chunk_size(size & 0x7FFF_FFFF)?;
            }
            2 => {
                if let Some(id) = first_u32() {
                    self.reader.abort(id);
                }
            }
            4 if m.data.len() >= 6 && m.data[..2] == [0, 6] => {
                let sent = u32::from_be_bytes([m.data[2], m.data[3], m.data[4], m.data[5]]);
                let pong = RtmpMessage::UserControl {
                    event_type: UserControlEventType::PingResponse,
                    stream_id: None,
                    buffer_length: None,
                    timestamp: Some(RtmpTimestamp::new(sent)),
                };
                self.say(pong, 0, out)?;
            }
            // A tiny window would make us answer every byte.
            5 => self.ack_every = first_u32().map(|n| u64::from(n).max(64 << 10)),
            8 if live => return Ok(Some(Event::Audio { timestamp: m.timestamp, data: m.data })),
            9 if live => return Ok(Some(Event::Video { timestamp: m.timestamp, data: m.data })),
            15 | 18 if live => return Ok(metadata(m)),
            17 | 20 => {
                // "AMF3" commands are AMF0 behind a zero byte.
                let skip = usize::from(m.kind == 17 && m.data.first() == Some(&0));
                let values =
                    amf::decode(&m.data[skip..]).ok_or(ProtocolError::Command("command"))?;
                return self.command(m.stream, values, out);
            }
            _ => {}
        }
        Ok(None)
    }

    fn command(
        &mut self,
        stream: u32,
        values: Vec<Amf0Value>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Event>, ProtocolError> {
        let mut values = values.into_iter();
        let name = values.next().and_then(Amf0Value::get_string);
        let name = name.ok_or(ProtocolError::Command("command name"))?;
        let transaction = values.next().and_then(Amf0Value::get_number).unwrap_or(0.0);
        let object = values.next().and_then(Amf0Value::get_object_properties);
        let argument = values.next();
        match name.as_str() {
            "connect" => {
                let app =
                    object.and_then(|o| amf::text_of(&o, "app")).filter(|a| a.len() <= MAX_NAME);
                self.app = Some(app.ok_or(ProtocolError::Command("application name"))?);
                self.connected(transaction, out)?;
            }
            "createStream" if self.created < MAX_STREAMS => {
                self.created += 1;
                let id = Amf0Value::Number(f64::from(self.created));
                self.result(transaction, Amf0Value::Null, id, out)?;
            }
            "releaseStream" | "FCPublish" => {
                self.result(transaction, Amf0Value::Null, Amf0Value::Undefined, out)?;
            }
            "publish" => {
                let key = argument.and_then(Amf0Value::get_string).filter(|k| k.len() <= MAX_NAME);
                let (Some(key), Some(app)) = (key, self.app.clone()) else {
                    return Err(ProtocolError::Command("publish"));
                };
                if !(1..=self.created).contains(&stream) {
                    return Err(ProtocolError::Command("publish: it names no stream"));
                }
                if self.publishing.is_some() {
                    self.asked = Some(stream);
                    self.refuse("This connection publishes already.", out)?;
                    return Ok(None);
                }
                self.asked = Some(stream);
                return Ok(Some(Event::Publish { app, key }));
            }
            "play" => {
                let description = "This endpoint only receives.";
                self.status("error", "NetStream.Play.StreamNotFound", description, stream, out)?;
            }
            "FCUnpublish" | "closeStream" | "deleteStream" => {
                let other = argument
                    .and_then(Amf0Value::get_number)
                    .is_some_and(|id| self.publishing.is_some_and(|p| f64::from(p) != id));
                if !other && self.publishing.take().is_some() {
                    return Ok(Some(Event::Unpublish));
                }
            }
            _ => {}
        }
        Ok(None)
    }
}

/// `@setDataFrame`, `onMetaData` and the properties; other data messages are passed over.
fn metadata(m: Message) -> Option<Event> {
    const SET: &[u8] = b"\x02\x00\x0D@setDataFrame";
    let skip = usize::from(m.kind == 15 && m.data.first() == Some(&0));
    let mut script = m.data.slice(skip..);
    if script.starts_with(SET) {
        script = script.slice(SET.len()..);
    }
    let mut values = amf::decode(&script)?.into_iter();
    if values.next()?.get_string()? != "onMetaData" {
        return None;
    }
    let o = values.next()?.get_object_properties()?;
    let metadata = Metadata {
        encoder: amf::text_of(&o, "encoder"),
        width: amf::number_of(&o, "width"),
        height: amf::number_of(&o, "height"),
        frame_rate: amf::number_of(&o, "framerate"),
        video_kbps: amf::number_of(&o, "videodatarate"),
        audio_kbps: amf::number_of(&o, "audiodatarate"),
        audio_rate: amf::number_of(&o, "audiosamplerate"),
    };
    Some(Event::Metadata { timestamp: m.timestamp, script, metadata })
}

#[cfg(test)]
mod tests;
