//! H.264 byte streams: Annex B start codes to 4-byte lengths, and the avcC record.

/// Access unit parts by number (ISO/IEC 14496-10, table 7-1).
const IDR: u8 = 5;
const SEI: u8 = 6;
const SPS: u8 = 7;
const PPS: u8 = 8;
const AUD: u8 = 9;
const FILLER: u8 = 12;

/// The parts of an Annex B stream, without start codes and trailing zeros.
pub fn nal_units(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = start_code(data, 0).map(|(_, after)| after);
    std::iter::from_fn(move || {
        loop {
            let from = at?;
            let (end, next) = match start_code(data, from) {
                Some((code, after)) => (code, Some(after)),
                None => (data.len(), None),
            };
            at = next;
            // A part ends with its stop bit, so zeros behind it belong to the next start code.
            let len = data[from..end].iter().rposition(|b| *b != 0).map_or(0, |i| i + 1);
            if len > 0 {
                return Some(&data[from..from + len]);
            }
        }
    })
}

/// The next `00 00 01` from `from` on: where it begins and where it ends.
fn start_code(data: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut i = from;
    while i + 2 < data.len() {
        match data[i + 2] {
            0 => i += 1,
            1 if data[i] == 0 && data[i + 1] == 0 => return Some((i, i + 3)),
            _ => i += 3,
        }
    }
    None
}

/// Appends the picture's slices to `out`, each behind its length in four bytes. Parameter sets (they
/// are in the avcC record), delimiters, filler and supplemental information are left out: nothing in
/// a constant-rate stream without HRD needs them. True if the picture is an IDR.
pub fn to_avcc(annex_b: &[u8], out: &mut Vec<u8>) -> bool {
    let mut idr = false;
    for unit in nal_units(annex_b) {
        match unit[0] & 0x1f {
            SEI | SPS | PPS | AUD | FILLER => continue,
            kind => idr |= kind == IDR,
        }
        out.extend_from_slice(&(unit.len() as u32).to_be_bytes());
        out.extend_from_slice(unit);
    }
    idr
}

/// The AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) of a 4:2:0, 8-bit stream from its
/// parameter sets in Annex B form; a record is given back as it is. `None` without both sets.
pub fn configuration(extradata: &[u8]) -> Option<Vec<u8>> {
    if extradata.first() == Some(&1) && extradata.len() > 6 {
        return Some(extradata.to_vec());
    }
    let of = |kind: u8| -> Vec<&[u8]> {
        nal_units(extradata)
            .filter(|u| u[0] & 0x1f == kind && u.len() >= 4 && u.len() < 1 << 16)
            .collect()
    };
    let (sps, pps) = (of(SPS), of(PPS));
    let first = *sps.first()?;
    if pps.is_empty() || sps.len() > 31 || pps.len() > 255 {
        return None;
    }
    // Version, profile, compatibility, level; reserved bits and 4-byte lengths.
    let mut out = vec![1, first[1], first[2], first[3], 0xff, 0xe0 | sps.len() as u8];
    let put = |out: &mut Vec<u8>, unit: &[u8]| {
        out.extend_from_slice(&(unit.len() as u16).to_be_bytes());
        out.extend_from_slice(unit);
    };
    sps.iter().for_each(|u| put(&mut out, u));
    out.push(pps.len() as u8);
    pps.iter().for_each(|u| put(&mut out, u));
    if matches!(first[1], 100 | 110 | 122 | 144) {
        // 4:2:0, 8 bits, 8 bits, no extension sets.
        out.extend_from_slice(&[0xfd, 0xf8, 0xf8, 0]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_both_start_codes() {
        let data = [0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 0, 0, 3, 1, 0x80];
        let units: Vec<_> = nal_units(&data).collect();
        assert_eq!(units, [&[0x67, 1, 2][..], &[0x68, 3], &[0x65, 0, 0, 3, 1, 0x80]]);
        assert_eq!(
            nal_units(&[]).count() + nal_units(&[0, 0, 1]).count() + nal_units(&[9; 20]).count(),
            0
        );
    }

    #[test]
    fn keeps_slices_only() {
        let mut out = Vec::new();
        let data = [0, 0, 1, 9, 0xf0, 0, 0, 1, 6, 5, 0x80, 0, 0, 1, 0x65, 7, 8, 0, 0, 1, 0x65, 9];
        assert!(to_avcc(&data, &mut out));
        assert_eq!(out, [0, 0, 0, 3, 0x65, 7, 8, 0, 0, 0, 2, 0x65, 9]);
        out.clear();
        assert!(!to_avcc(&[0, 0, 1, 0x41, 7], &mut out));
        assert_eq!(out, [0, 0, 0, 2, 0x41, 7]);
    }

    #[test]
    fn record_of_a_high_profile_stream() {
        let extradata = [0, 0, 0, 1, 0x67, 100, 0, 31, 0xac, 0, 0, 1, 0x68, 0xeb, 0xe3, 0xcb];
        let record = configuration(&extradata).expect("a record");
        assert_eq!(record[..6], [1, 100, 0, 31, 0xff, 0xe1]);
        assert_eq!(record[record.len() - 4..], [0xfd, 0xf8, 0xf8, 0]);
        assert_eq!(configuration(&record), Some(record));
        assert_eq!(configuration(&[0, 0, 1, 0x67, 100, 0, 31, 0xac]), None);
    }
}
