//! AMF0: checked for depth, size and form first, because rml_amf0 recurses as deep as its input says.

use std::collections::HashMap;

use rml_rtmp::rml_amf0::{self, Amf0Value};

/// Longest command or metadata that is looked into.
const MAX_LENGTH: usize = 64 << 10;
/// Deepest nesting. Real commands nest two deep.
const MAX_DEPTH: u32 = 16;

/// The values of a command or data message; `None` if it is no well-formed AMF0 within the limits.
pub(crate) fn decode(data: &[u8]) -> Option<Vec<Amf0Value>> {
    if data.len() > MAX_LENGTH {
        return None;
    }
    let mut rest = data;
    while !rest.is_empty() && skim(&mut rest, MAX_DEPTH)? {}
    rml_amf0::deserialize(&mut &data[..]).ok()
}

/// An object of text and number properties, for answers.
pub(crate) fn object<const N: usize>(properties: [(&str, Amf0Value); N]) -> Amf0Value {
    Amf0Value::Object(properties.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

/// A text value.
pub(crate) fn text(s: impl Into<String>) -> Amf0Value {
    Amf0Value::Utf8String(s.into())
}

/// A text property.
pub(crate) fn text_of(properties: &HashMap<String, Amf0Value>, name: &str) -> Option<String> {
    properties.get(name).cloned().and_then(Amf0Value::get_string)
}

/// A finite number property.
pub(crate) fn number_of(properties: &HashMap<String, Amf0Value>, name: &str) -> Option<f64> {
    properties.get(name).cloned().and_then(Amf0Value::get_number).filter(|n| n.is_finite())
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (now, after) = rest.split_at_checked(n)?;
    *rest = after;
    Some(now)
}

fn u16_of(rest: &mut &[u8]) -> Option<usize> {
    take(rest, 2).map(|b| usize::from(u16::from_be_bytes([b[0], b[1]])))
}

/// Steps over one value as rml_amf0 would read it: `Some(false)` at an end marker, `None` if
/// malformed or nested too deeply.
fn skim(rest: &mut &[u8], depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    match take(rest, 1)?[0] {
        0 => drop(take(rest, 8)?),
        1 => drop(take(rest, 1)?),
        2 => {
            let n = u16_of(rest)?;
            take(rest, n)?;
        }
        3 => skim_object(rest, depth)?,
        5 | 6 => {}
        8 => {
            take(rest, 4)?;
            skim_object(rest, depth)?;
        }
        9 => return Some(false),
        10 => {
            let n = take(rest, 4)?;
            for _ in 0..u32::from_be_bytes([n[0], n[1], n[2], n[3]]) {
                if rest.is_empty() || !skim(rest, depth)? {
                    break;
                }
            }
        }
        _ => return None,
    }
    Some(true)
}

fn skim_object(rest: &mut &[u8], depth: u32) -> Option<()> {
    loop {
        match u16_of(rest)? {
            0 => return (take(rest, 1)?[0] == 9).then_some(()),
            n => {
                take(rest, n)?;
                if !skim(rest, depth)? {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let objects: Vec<u8> = [3, 0, 1, b'a'].repeat(16_000);
        assert_eq!(decode(&objects), None);
        let arrays: Vec<u8> = [10, 0, 0, 0, 1].repeat(13_000);
        assert_eq!(decode(&arrays), None);
        assert_eq!(decode(&vec![5; MAX_LENGTH + 1]), None);
        assert_eq!(decode(&[10, 0xFF, 0xFF, 0xFF, 0xFF]).map(|v| v.len()), Some(1));
    }

    #[test]
    fn what_rml_amf0_writes_is_read() {
        let values = vec![
            text("connect"),
            Amf0Value::Number(1.0),
            object([
                ("app", text("rehearsal")),
                ("list", Amf0Value::StrictArray(vec![Amf0Value::Null])),
            ]),
        ];
        assert_eq!(decode(&rml_amf0::serialize(&values).unwrap()), Some(values));
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in prop::collection::vec(prop_oneof![0u8..12, any::<u8>()], 0..300)) {
            let _ = decode(&data);
        }
    }
}
