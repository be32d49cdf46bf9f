use proptest::prelude::*;
use rml_rtmp::messages::MessagePayload;
use rml_rtmp::sessions::{
    ClientSession, ClientSessionConfig, ClientSessionEvent, ClientSessionResult, PublishRequestType,
};

use super::*;

/// rml_rtmp's client, which knows nothing of our session.
struct Client {
    session: ClientSession,
    to_server: Vec<u8>,
    events: Vec<ClientSessionEvent>,
}

impl Client {
    /// Through the handshake.
    fn meet(server: &mut Session) -> Self {
        let mut hand = Handshake::new(PeerType::Client);
        let c0c1 = hand.generate_outbound_p0_and_p1().unwrap();
        let mut out = Vec::new();
        assert_eq!(server.feed(&mut &c0c1[..], &mut out), Ok(None));
        let HandshakeProcessResult::Completed { response_bytes, .. } =
            hand.process_bytes(&out).unwrap()
        else {
            panic!("the handshake should be complete")
        };
        let (session, first) = ClientSession::new(ClientSessionConfig::new()).unwrap();
        let mut client = Self { session, to_server: response_bytes, events: Vec::new() };
        client.take(first);
        client
    }

    fn take(&mut self, results: Vec<ClientSessionResult>) {
        for r in results {
            match r {
                ClientSessionResult::OutboundResponse(p) => self.to_server.extend(p.bytes),
                ClientSessionResult::RaisedEvent(e) => self.events.push(e),
                ClientSessionResult::UnhandleableMessageReceived(_) => {}
            }
        }
    }

    /// Carries bytes to and fro until both are quiet or the server has an event.
    fn talk(&mut self, server: &mut Session) -> Option<Event> {
        loop {
            let bytes = std::mem::take(&mut self.to_server);
            let mut input = &bytes[..];
            let mut out = Vec::new();
            let event = server.feed(&mut input, &mut out).unwrap();
            let rest = input.to_vec();
            let results = self.session.handle_input(&out).unwrap();
            self.take(results);
            self.to_server.splice(0..0, rest);
            if event.is_some() || self.to_server.is_empty() {
                return event;
            }
        }
    }

    fn ask(&mut self, server: &mut Session) -> Event {
        let r = self.session.request_connection("rehearsal".into()).unwrap();
        self.take(vec![r]);
        assert_eq!(self.talk(server), None);
        let r = self.session.request_publishing("key".into(), PublishRequestType::Live).unwrap();
        self.take(vec![r]);
        self.talk(server).unwrap()
    }
}

#[test]
fn a_publisher_is_accepted_and_heard() {
    let mut s = Session::new();
    let mut c = Client::meet(&mut s);
    assert_eq!(c.ask(&mut s), Event::Publish { app: "rehearsal".into(), key: "key".into() });
    let mut out = Vec::new();
    s.accept(&mut out).unwrap();
    let results = c.session.handle_input(&out).unwrap();
    c.take(results);
    assert!(c.events.contains(&ClientSessionEvent::PublishRequestAccepted));
    let data = Bytes::from(vec![0x17; 100_000]);
    let r = c.session.publish_video_data(data.clone(), RtmpTimestamp::new(40), false).unwrap();
    c.take(vec![r]);
    assert_eq!(c.talk(&mut s), Some(Event::Video { timestamp: 40, data }));
    let r = c.session.stop_publishing().unwrap();
    c.take(r);
    assert_eq!(c.talk(&mut s), Some(Event::Unpublish));
}

#[test]
fn a_refusal_is_an_on_status() {
    let mut s = Session::new();
    let mut c = Client::meet(&mut s);
    c.ask(&mut s);
    let mut out = Vec::new();
    s.refuse("Already publishing.", &mut out).unwrap();
    let find = |what: &[u8]| out.windows(what.len()).any(|w| w == what);
    assert!(find(b"onStatus") && find(b"error") && find(b"NetStream.Publish.BadName"));
}

#[test]
fn media_before_publish_is_no_event_and_long_messages_are_refused() {
    let mut s = Session::new();
    let mut c = Client::meet(&mut s);
    let mut w = ChunkSerializer::new();
    let mut send = |n: usize| {
        let m = MessagePayload {
            timestamp: RtmpTimestamp::new(0),
            type_id: 9,
            message_stream_id: 1,
            data: vec![0; n].into(),
        };
        w.serialize(&m, false, false).unwrap().bytes
    };
    c.to_server.extend(send(1000));
    assert_eq!(c.talk(&mut s), None);
    let long = send(100_000);
    assert_eq!(s.feed(&mut &long[..], &mut Vec::new()), Err(ProtocolError::TooLong(100_000)));
}

/// A server past the handshake and past `connect`, `createStream`, and maybe publish.
fn prepared(publishing: bool) -> Session {
    let mut s = Session::new();
    let mut c = Client::meet(&mut s);
    c.ask(&mut s);
    if publishing {
        s.accept(&mut Vec::new()).unwrap();
    }
    s
}

fn drain(s: &mut Session, bytes: &[u8]) {
    let (mut input, mut out) = (bytes, Vec::new());
    while let Ok(Some(_)) = s.feed(&mut input, &mut out) {}
    assert!(out.len() < 64 * bytes.len() + 4096, "{} bytes of answers", out.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..6000), rtmp in any::<bool>()) {
        let mut bytes = bytes;
        if let (true, Some(b)) = (rtmp, bytes.first_mut()) {
            *b = 3;
        }
        drain(&mut Session::new(), &bytes);
    }

    #[test]
    fn random_bytes_after_the_handshake_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000), live in any::<bool>()) {
        drain(&mut prepared(live), &bytes);
    }

    #[test]
    fn well_formed_chunks_with_garbage_never_panic(
        messages in prop::collection::vec((1u8..23, 0u32..3, prop::collection::vec(prop_oneof![0u8..12, any::<u8>()], 0..200)), 1..20),
        live in any::<bool>(),
    ) {
        let mut w = ChunkSerializer::new();
        let mut bytes = Vec::new();
        for (type_id, message_stream_id, data) in messages {
            let m = MessagePayload { timestamp: RtmpTimestamp::new(5), type_id, message_stream_id, data: data.into() };
            bytes.extend(w.serialize(&m, false, false).unwrap().bytes);
        }
        drain(&mut prepared(live), &bytes);
    }
}
