use proptest::prelude::*;
use rml_rtmp::chunk_io::ChunkSerializer;
use rml_rtmp::messages::MessagePayload;
use rml_rtmp::time::RtmpTimestamp;

use super::*;

fn all(reader: &mut ChunkReader, mut bytes: &[u8]) -> Result<Vec<Message>, ProtocolError> {
    let mut found = Vec::new();
    while let Some(m) = reader.next(&mut bytes)? {
        found.push(m);
    }
    Ok(found)
}

/// Format 0 header.
fn full(id: u8, timestamp: u32, length: u32, kind: u8, stream: u32) -> Vec<u8> {
    let mut h = vec![id];
    h.extend(&timestamp.min(EXTENDED).to_be_bytes()[1..]);
    h.extend(&length.to_be_bytes()[1..]);
    h.push(kind);
    h.extend(stream.to_le_bytes());
    if timestamp >= EXTENDED {
        h.extend(timestamp.to_be_bytes());
    }
    h
}

#[test]
fn interleaved_chunks_are_kept_apart() {
    let mut r = ChunkReader::new();
    let mut bytes = full(4, 40, 200, 9, 1);
    bytes.extend([1; 128]);
    bytes.extend(full(5, 41, 3, 8, 1));
    bytes.extend([2; 3]);
    bytes.push(0xC0 | 4);
    bytes.extend([1; 72]);
    let m = all(&mut r, &bytes).unwrap();
    assert_eq!(m.len(), 2);
    assert_eq!((m[0].kind, m[0].timestamp, &m[0].data[..]), (8, 41, &[2; 3][..]));
    assert_eq!((m[1].kind, m[1].timestamp, &m[1].data[..]), (9, 40, &[1; 200][..]));
    assert_eq!(r.held, 0);
}

#[test]
fn extended_timestamps_also_on_continuations() {
    let mut r = ChunkReader::new();
    let at = 0x0100_0000u32;
    let mut bytes = full(4, at, 130, 9, 1);
    bytes.extend([7; 128]);
    bytes.push(0xC0 | 4);
    bytes.extend(at.to_be_bytes());
    bytes.extend([7; 2]);
    // The next message by delta, which is short again.
    bytes.extend([0x80 | 4, 0, 0, 33]);
    bytes.extend([7; 128]);
    bytes.push(0xC0 | 4);
    bytes.extend([7; 2]);
    let m = all(&mut r, &bytes).unwrap();
    assert_eq!(m.iter().map(|m| m.timestamp).collect::<Vec<_>>(), [at, at + 33]);
}

#[test]
fn limits_hold() {
    let mut r = ChunkReader::new();
    assert_eq!(all(&mut r, &full(4, 0, 70_000, 9, 1)), Err(ProtocolError::TooLong(70_000)));
    let mut r = ChunkReader::new();
    assert_eq!(all(&mut r, &[0xC4]), Err(ProtocolError::NoHeader));
    assert_eq!(ChunkReader::new().set_chunk_size(0), Err(ProtocolError::ChunkSize));
    // Many unfinished messages share one limit.
    let mut r = ChunkReader::new();
    r.set_chunk_size(60_000).unwrap();
    let mut bytes = Vec::new();
    for id in 3..6 {
        bytes.extend(full(id, 0, 60_001, 9, 1));
        bytes.extend(vec![0; 60_000]);
    }
    assert!(matches!(all(&mut r, &bytes), Err(ProtocolError::TooLong(_))));
    let mut r = ChunkReader::new();
    let bytes: Vec<u8> = (2..=63).chain([0, 0]).flat_map(|id| full(id, 0, 0, 9, 1)).collect();
    assert!(all(&mut r, &bytes).is_ok());
}

proptest! {
    #[test]
    fn garbage_never_panics(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..20)) {
        let mut r = ChunkReader::new();
        for p in &pieces {
            if all(&mut r, p).is_err() {
                break;
            }
            prop_assert!(r.held <= MAX_COMMAND);
        }
    }

    #[test]
    fn what_rml_rtmp_writes_is_read(sizes in prop::collection::vec((1usize..3000, 0u32..0x0200_0000, prop::sample::select(vec![8u8, 9, 18, 20])), 1..20), cut in 1usize..700) {
        let mut w = ChunkSerializer::new();
        let mut bytes = Vec::new();
        let mut at = 0;
        let mut sent = Vec::new();
        for (n, step, kind) in sizes {
            at += step;
            let p = MessagePayload { timestamp: RtmpTimestamp::new(at), type_id: kind, message_stream_id: 1, data: vec![n as u8; n].into() };
            bytes.extend(w.serialize(&p, false, false).unwrap().bytes);
            sent.push((kind, at, n));
        }
        let mut r = ChunkReader::new();
        let mut got = Vec::new();
        for piece in bytes.chunks(cut) {
            got.extend(all(&mut r, piece).unwrap());
        }
        let got: Vec<_> = got.iter().map(|m| (m.kind, m.timestamp, m.data.len())).collect();
        prop_assert_eq!(got, sent);
    }
}
