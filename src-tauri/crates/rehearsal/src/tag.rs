//! FLV audio and video bodies as RTMP carries them.

/// A video body.
#[derive(Debug, PartialEq)]
pub(crate) struct VideoTag<'a> {
    /// `H.264`, `HEVC`, `AV1`, `VP9`, or the number FLV gives it.
    pub codec: String,
    /// Flagged as a keyframe.
    pub key: bool,
    /// What it carries.
    pub body: VideoBody<'a>,
}

/// What a video body carries.
#[derive(Debug, PartialEq)]
pub(crate) enum VideoBody<'a> {
    /// The decoder configuration (avcC for H.264).
    Header(&'a [u8]),
    /// A coded picture shown `offset_ms` after its timestamp.
    Frame { offset_ms: i32, data: &'a [u8] },
    /// End of sequence, or an Enhanced RTMP message that is no picture.
    Other,
}

/// An audio body.
#[derive(Debug, PartialEq)]
pub(crate) struct AudioTag<'a> {
    /// `AAC`, `MP3`, `Opus`, … or the number FLV gives it.
    pub codec: String,
    /// The decoder configuration (AudioSpecificConfig for AAC) instead of sound.
    pub header: bool,
    /// The bytes.
    pub data: &'a [u8],
}

/// Composition time: signed, 24 bits.
fn offset(b: &[u8]) -> i32 {
    i32::from_be_bytes([b[0], b[1], b[2], 0]) >> 8
}

impl<'a> VideoTag<'a> {
    /// `None` for an empty or truncated body and for FLV's info frames, which are no pictures.
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        let (&first, rest) = data.split_first()?;
        let frame_type = first >> 4 & 7;
        if frame_type == 5 {
            return None;
        }
        let key = frame_type == 1;
        if first & 0x80 != 0 {
            let (fourcc, data) = rest.split_at_checked(4)?;
            let offset_led = matches!(fourcc, b"avc1" | b"hvc1");
            let body = match first & 0x0F {
                0 => VideoBody::Header(data),
                1 if offset_led => {
                    let (time, data) = data.split_at_checked(3)?;
                    VideoBody::Frame { offset_ms: offset(time), data }
                }
                1 | 3 => VideoBody::Frame { offset_ms: 0, data },
                _ => VideoBody::Other,
            };
            return Some(Self { codec: fourcc_name(fourcc), key, body });
        }
        let codec = match first & 0x0F {
            7 => "H.264".to_owned(),
            12 => "HEVC".to_owned(),
            n => {
                return Some(Self {
                    codec: format!("FLV video codec {n}"),
                    key,
                    body: VideoBody::Frame { offset_ms: 0, data: rest },
                });
            }
        };
        let (packet, data) = rest.split_at_checked(4)?;
        let body = match packet[0] {
            0 => VideoBody::Header(data),
            1 => VideoBody::Frame { offset_ms: offset(&packet[1..]), data },
            _ => VideoBody::Other,
        };
        Some(Self { codec, key, body })
    }
}

impl<'a> AudioTag<'a> {
    /// `None` for an empty or truncated body.
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        let (&first, rest) = data.split_first()?;
        match first >> 4 {
            10 => {
                let (&packet, data) = rest.split_first()?;
                Some(Self { codec: "AAC".to_owned(), header: packet == 0, data })
            }
            9 => {
                let (fourcc, data) = rest.split_at_checked(4)?;
                Some(Self { codec: fourcc_name(fourcc), header: first & 0x0F == 0, data })
            }
            2 | 14 => Some(Self { codec: "MP3".to_owned(), header: false, data: rest }),
            n => Some(Self { codec: format!("FLV audio codec {n}"), header: false, data: rest }),
        }
    }
}

fn fourcc_name(fourcc: &[u8]) -> String {
    match fourcc {
        b"avc1" => "H.264".to_owned(),
        b"hvc1" => "HEVC".to_owned(),
        b"av01" => "AV1".to_owned(),
        b"vp09" => "VP9".to_owned(),
        b"mp4a" => "AAC".to_owned(),
        b"Opus" => "Opus".to_owned(),
        other => other.escape_ascii().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_forms() {
        let v = VideoTag::parse(&[0x17, 1, 0xFF, 0xFF, 0xD8, 9]).unwrap();
        assert_eq!((v.codec.as_str(), v.key), ("H.264", true));
        assert_eq!(v.body, VideoBody::Frame { offset_ms: -40, data: &[9] });
        let v = VideoTag::parse(&[0x27, 0, 0, 0, 0, 1, 2]).unwrap();
        assert_eq!((v.key, v.body), (false, VideoBody::Header(&[1, 2])));
        let v = VideoTag::parse(b"\x91hvc1\x00\x00\x21z").unwrap();
        assert_eq!((v.codec.as_str(), v.key), ("HEVC", true));
        assert_eq!(v.body, VideoBody::Frame { offset_ms: 33, data: b"z" });
        assert_eq!(VideoTag::parse(&[0x57, 0]), None);
        let a = AudioTag::parse(&[0xAF, 0, 0x11, 0x90]).unwrap();
        assert_eq!(a, AudioTag { codec: "AAC".into(), header: true, data: &[0x11, 0x90] });
        assert_eq!(AudioTag::parse(&[]), None);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in prop::collection::vec(any::<u8>(), 0..12)) {
            let _ = VideoTag::parse(&data);
            let _ = AudioTag::parse(&data);
        }
    }
}
