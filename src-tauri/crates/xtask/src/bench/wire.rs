//! The end of the wire: an RTMP endpoint on loopback that notes when each picture arrives.
//!
//! Both sides of a comparison send to it, so it must be neither's own; it understands just enough of
//! the protocol to be published to, and it costs next to nothing.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// One coded picture that arrived.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// When its last byte was here.
    pub at: Instant,
    /// Its decode time in milliseconds of the stream.
    pub stamp: u32,
}

/// What arrived of one stream, by the name it was published under.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// Its coded pictures, in order. The codec's settings, which are sent first, are not among them.
    pub pictures: Vec<Arrival>,
    /// Sound packets.
    pub sounds: usize,
}

impl Stream {
    /// The longest time between two pictures, in seconds; counted from the second picture on.
    pub fn longest_silence(&self) -> f64 {
        let gaps = self.pictures.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs_f64());
        gaps.skip(1).fold(0.0, f64::max)
    }
}

type Streams = Arc<Mutex<HashMap<String, Stream>>>;

/// A listening endpoint; it ends with the process.
#[derive(Debug)]
pub struct Endpoint {
    port: u16,
    streams: Streams,
    /// Dropped with the endpoint: wakes streams that have stopped reading.
    _alive: mpsc::Sender<()>,
}

/// A stream published under a name that begins so is read for three seconds and then no more.
pub const STALLING: &str = "stall";

impl Endpoint {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start() -> io::Result<Endpoint> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let streams = Streams::default();
        let (alive, over) = mpsc::channel::<()>();
        let over = Arc::new(Mutex::new(over));
        let shared = Arc::clone(&streams);
        thread::Builder::new().name("wire".into()).spawn(move || {
            for connection in listener.incoming().flatten() {
                let (streams, over) = (Arc::clone(&shared), Arc::clone(&over));
                thread::spawn(move || {
                    // A publisher that goes away ends its own connection; what came is noted.
                    let _ = Session::new(connection, streams).run(&over);
                });
            }
        })?;
        Ok(Endpoint { port, streams, _alive: alive })
    }

    /// Where to publish a stream of this name.
    pub fn url(&self, name: &str) -> String {
        format!("rtmp://127.0.0.1:{}/bench/{name}", self.port)
    }

    /// What arrived under `name`, taken out.
    pub fn take(&self, name: &str) -> Stream {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.remove(name).unwrap_or_default()
    }
}

/// One message being put together from chunks.
#[derive(Debug, Default, Clone)]
struct Message {
    stamp: u32,
    delta: u32,
    length: usize,
    kind: u8,
    extended: bool,
    body: Vec<u8>,
}

struct Session {
    socket: io::BufReader<TcpStream>,
    streams: Streams,
    name: String,
    chunk: usize,
    channels: HashMap<u32, Message>,
}

impl Session {
    fn new(socket: TcpStream, streams: Streams) -> Session {
        let socket = io::BufReader::with_capacity(64 << 10, socket);
        Session { socket, streams, name: String::new(), chunk: 128, channels: HashMap::new() }
    }

    fn run(mut self, over: &Mutex<mpsc::Receiver<()>>) -> io::Result<()> {
        self.shake_hands()?;
        let mut reading_until = None;
        loop {
            let message = self.message()?;
            match message.kind {
                1 => self.chunk = number(&message.body, 4)?.clamp(1, 1 << 24),
                8 => self.note(|stream, _| stream.sounds += 1, &message),
                9 => {
                    // Frame kind and codec, then 1 for pictures (0 are the codec's settings).
                    if message.body.len() > 1 && message.body[0] & 15 == 7 && message.body[1] == 1 {
                        self.note(|stream, arrival| stream.pictures.push(arrival), &message);
                    }
                    if self.name.starts_with(STALLING) {
                        let until =
                            *reading_until.get_or_insert(Instant::now() + Duration::from_secs(3));
                        if Instant::now() >= until {
                            // Ends when the endpoint is dropped; the publisher meanwhile waits in vain.
                            let _ = over.lock().unwrap_or_else(PoisonError::into_inner).recv();
                            return Ok(());
                        }
                    }
                }
                20 => self.command(&message.body)?,
                _ => {}
            }
        }
    }

    fn note(&self, what: impl FnOnce(&mut Stream, Arrival), message: &Message) {
        let arrival = Arrival { at: Instant::now(), stamp: message.stamp };
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        what(streams.entry(self.name.clone()).or_default(), arrival);
    }

    fn shake_hands(&mut self) -> io::Result<()> {
        let mut hello = [0; 1537];
        self.socket.read_exact(&mut hello)?;
        let mut answer = vec![3];
        answer.extend([0; 1536]);
        answer.extend(&hello[1..]);
        self.socket.get_mut().write_all(&answer)?;
        self.socket.read_exact(&mut hello[..1536])
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.socket.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads chunks until a message is whole.
    fn message(&mut self) -> io::Result<Message> {
        loop {
            let [first] = self.bytes()?;
            let channel = match first & 63 {
                0 => u32::from(self.bytes::<1>()?[0]) + 64,
                1 => u32::from(u16::from_le_bytes(self.bytes()?)) + 64,
                small => u32::from(small),
            };
            let mut message = self.channels.remove(&channel).unwrap_or_default();
            let format = first >> 6;
            let mut stamp = 0;
            if format < 3 {
                stamp = number(&self.bytes::<3>()?, 3)? as u32;
                message.extended = stamp == 0xff_ffff;
            }
            if format < 2 {
                message.length = number(&self.bytes::<3>()?, 3)?;
                message.kind = self.bytes::<1>()?[0];
            }
            if format == 0 {
                self.bytes::<4>()?;
            }
            if message.extended {
                let whole = u32::from_be_bytes(self.bytes()?);
                stamp = if format < 3 { whole } else { stamp };
            }
            if message.body.is_empty() {
                match format {
                    0 => (message.stamp, message.delta) = (stamp, 0),
                    1 | 2 => {
                        message.delta = stamp;
                        message.stamp = message.stamp.wrapping_add(stamp);
                    }
                    _ => message.stamp = message.stamp.wrapping_add(message.delta),
                }
            }
            let start = message.body.len();
            let part = (message.length - start.min(message.length)).min(self.chunk);
            message.body.resize(start + part, 0);
            self.socket.read_exact(&mut message.body[start..])?;
            if message.body.len() >= message.length {
                let next = Message { body: Vec::new(), ..message.clone() };
                self.channels.insert(channel, next);
                return Ok(message);
            }
            self.channels.insert(channel, message);
        }
    }

    /// Answers the three commands that a publisher waits for.
    fn command(&mut self, body: &[u8]) -> io::Result<()> {
        let mut values = Values { bytes: body, at: 0 };
        let (Some(name), Some(transaction)) = (values.text(), values.number()) else {
            return Ok(());
        };
        match name.as_str() {
            "connect" => {
                let mut answer = amf_text("_result");
                answer.extend(amf_number(transaction));
                answer.extend(amf_object(&[("fmsVer", "FMS/3,0,1,123")]));
                answer.extend(amf_object(&[
                    ("level", "status"),
                    ("code", "NetConnection.Connect.Success"),
                ]));
                self.send(2, &4096u32.to_be_bytes(), 1)?;
                self.send(3, &answer, 20)
            }
            "createStream" => {
                let mut answer = amf_text("_result");
                answer.extend(amf_number(transaction));
                answer.push(5);
                answer.extend(amf_number(1.0));
                self.send(3, &answer, 20)
            }
            "publish" => {
                values.at += 1; // a null stands for the object of other commands
                self.name = values.text().unwrap_or_default();
                let mut answer = amf_text("onStatus");
                answer.extend(amf_number(0.0));
                answer.push(5);
                answer.extend(amf_object(&[
                    ("level", "status"),
                    ("code", "NetStream.Publish.Start"),
                ]));
                self.send(3, &answer, 20)
            }
            _ => Ok(()),
        }
    }

    /// Sends one short message in one chunk.
    fn send(&mut self, channel: u8, body: &[u8], kind: u8) -> io::Result<()> {
        let mut bytes = vec![channel, 0, 0, 0];
        bytes.extend(&(body.len() as u32).to_be_bytes()[1..]);
        bytes.push(kind);
        bytes.extend([0; 4]);
        bytes.extend(body);
        self.socket.get_mut().write_all(&bytes)
    }
}

/// A big-endian number of `length` bytes.
fn number(bytes: &[u8], length: usize) -> io::Result<usize> {
    let bytes = bytes.get(..length).ok_or(io::ErrorKind::InvalidData)?;
    Ok(bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

/// The values of a command, one after the other.
struct Values<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Values<'_> {
    fn text(&mut self) -> Option<String> {
        let rest = self.bytes.get(self.at..)?;
        let length = number(rest.get(1..)?, 2).ok().filter(|_| rest[0] == 2)?;
        let text = rest.get(3..3 + length)?;
        self.at += 3 + length;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn number(&mut self) -> Option<f64> {
        let rest = self.bytes.get(self.at..)?;
        let bits = rest.get(1..9).filter(|_| rest[0] == 0)?.try_into().ok()?;
        self.at += 9;
        Some(f64::from_be_bytes(bits))
    }
}

fn amf_number(value: f64) -> Vec<u8> {
    std::iter::once(0).chain(value.to_be_bytes()).collect()
}

fn amf_text(text: &str) -> Vec<u8> {
    std::iter::once(2).chain(plain(text)).collect()
}

fn plain(text: &str) -> impl Iterator<Item = u8> {
    (text.len() as u16).to_be_bytes().into_iter().chain(text.bytes())
}

fn amf_object(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = vec![3];
    for (name, value) in fields {
        bytes.extend(plain(name));
        bytes.extend(amf_text(value));
    }
    bytes.extend([0, 0, 9]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;
    use std::process::Command;

    #[test]
    fn silences_are_counted_after_the_first_picture() {
        let start = Instant::now();
        let at = |ms: u64| Arrival { at: start + Duration::from_millis(ms), stamp: ms as u32 };
        let stream = Stream { pictures: [0, 900, 933, 1033].map(at).to_vec(), sounds: 0 };
        assert!((stream.longest_silence() - 0.1).abs() < 1e-9);
        assert_eq!(Stream::default().longest_silence(), 0.0);
    }

    #[test]
    fn values_of_a_command() {
        let mut bytes = amf_text("publish");
        bytes.extend(amf_number(5.0));
        bytes.push(5);
        bytes.extend(amf_text("show"));
        let mut values = Values { bytes: &bytes, at: 0 };
        assert_eq!((values.text().unwrap().as_str(), values.number()), ("publish", Some(5.0)));
        values.at += 1;
        assert_eq!(values.text().as_deref(), Some("show"));
        assert_eq!(values.text(), None);
    }

    #[test]
    fn ffmpeg_publishes_to_it() {
        let Some(ffmpeg) = paths::find_program("ffmpeg") else {
            eprintln!("SKIPPED: ffmpeg is not installed");
            return;
        };
        let endpoint = Endpoint::start().unwrap();
        let mut publish = Command::new(ffmpeg);
        publish.args("-v error -f lavfi -i testsrc=size=320x180:rate=30:duration=1 -f lavfi -i sine=duration=1".split(' '));
        publish.args("-c:v libx264 -preset ultrafast -bf 0 -c:a aac -f flv".split(' '));
        publish.arg(endpoint.url("show"));
        super::super::trial::run(&mut publish, Duration::from_secs(30)).unwrap();
        let stream = endpoint.take("show");
        assert_eq!(stream.pictures.len(), 30);
        assert!(stream.sounds > 40, "{}", stream.sounds);
        assert!(stream.pictures.windows(2).all(|pair| pair[0].stamp < pair[1].stamp));
        assert_eq!(stream.pictures[29].stamp - stream.pictures[0].stamp, 967);
    }
}
