//! H.264 as FLV carries it: avcC (ISO/IEC 14496-15), the sequence parameter set, NAL units.

use crate::report::Colour;

/// A bit reader.
pub(crate) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// The next `n` bits (at most 32), `None` past the end.
    pub fn take(&mut self, n: u32) -> Option<u32> {
        let mut value = 0u32;
        for _ in 0..n {
            let byte = self.data.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        self.take(1).map(|b| b == 1)
    }

    /// Unsigned Exp-Golomb.
    fn ue(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some((1u32 << zeros) - 1 + self.take(zeros)?)
    }

    /// Signed Exp-Golomb.
    fn se(&mut self) -> Option<i64> {
        let k = i64::from(self.ue()?);
        Some(if k % 2 == 1 { (k + 1) / 2 } else { -(k / 2) })
    }
}

/// What the sequence parameter set says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sps {
    pub profile: String,
    pub level: String,
    pub width: u32,
    pub height: u32,
    /// Frames a second, if the set says so.
    pub frame_rate: Option<f64>,
    /// The colour description, if the set says so.
    pub colour: Option<Colour>,
}

/// avcC: the length of NAL length fields, and the first sequence parameter set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Configuration {
    pub length_size: usize,
    pub sps: Option<Sps>,
}

impl Configuration {
    /// `None` if it is no avcC.
    pub fn parse(data: &[u8]) -> Option<Self> {
        if data.first() != Some(&1) {
            return None;
        }
        let length_size = usize::from(data.get(4)? & 3) + 1;
        let sps = (|| {
            let sets = data.get(5)? & 0x1F;
            let length = usize::from(u16::from_be_bytes([*data.get(6)?, *data.get(7)?]));
            (sets > 0).then(|| Sps::parse(data.get(8..8 + length)?)).flatten()
        })();
        Some(Self { length_size, sps })
    }
}

/// What the NAL units of a frame say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Units {
    /// There is an IDR slice: a decoder can really start here.
    pub idr: bool,
    /// A length field does not fit the frame, or a unit is empty.
    pub broken: bool,
}

/// Walks the units of a frame in AVCC form.
pub(crate) fn units(mut data: &[u8], length_size: usize) -> Units {
    let mut found = Units::default();
    while !data.is_empty() {
        let Some((length, rest)) = data.split_at_checked(length_size) else {
            found.broken = true;
            break;
        };
        let length = length.iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
        let Some((unit, rest)) = rest.split_at_checked(length).filter(|(u, _)| !u.is_empty())
        else {
            found.broken = true;
            break;
        };
        found.idr |= unit[0] & 0x1F == 5;
        data = rest;
    }
    found
}

impl Sps {
    /// From a NAL unit with its header byte. `None` if it is none, or truncated before its size.
    pub fn parse(nal: &[u8]) -> Option<Self> {
        if nal.first()? & 0x1F != 7 {
            return None;
        }
        // A 3 after two zero bytes only keeps start codes from appearing.
        let mut raw: Vec<u8> = Vec::with_capacity(nal.len());
        let mut zeros = 0;
        for &byte in &nal[1..] {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            raw.push(byte);
        }
        let mut b = Bits::new(&raw);
        let (profile, constraints, level) = (b.take(8)?, b.take(8)?, b.take(8)?);
        b.ue()?;
        let mut chroma = 1;
        if matches!(
            profile,
            100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135
        ) {
            chroma = b.ue()?;
            if chroma == 3 {
                b.flag()?;
            }
            b.ue()?;
            b.ue()?;
            b.flag()?;
            if b.flag()? {
                for list in 0..if chroma == 3 { 12 } else { 8 } {
                    if b.flag()? {
                        skip_scaling_list(&mut b, if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        b.ue()?;
        match b.ue()? {
            0 => drop(b.ue()?),
            1 => {
                b.flag()?;
                b.se()?;
                b.se()?;
                for _ in 0..b.ue()?.min(255) {
                    b.se()?;
                }
            }
            _ => {}
        }
        b.ue()?;
        b.flag()?;
        let columns = b.ue()?.checked_add(1)?;
        let rows = b.ue()?.checked_add(1)?;
        let frames_only = b.flag()?;
        if !frames_only {
            b.flag()?;
        }
        b.flag()?;
        let mut width = columns.checked_mul(16)?;
        let mut height = rows.checked_mul(if frames_only { 16 } else { 32 })?;
        if b.flag()? {
            let x = if matches!(chroma, 1 | 2) { 2 } else { 1 };
            let y = if chroma == 1 { 2 } else { 1 } * if frames_only { 1 } else { 2 };
            let (left, right, top, bottom) = (b.ue()?, b.ue()?, b.ue()?, b.ue()?);
            width = width.checked_sub(left.checked_add(right)?.checked_mul(x)?)?;
            height = height.checked_sub(top.checked_add(bottom)?.checked_mul(y)?)?;
        }
        let (colour, frame_rate) = if b.flag()? { usability(&mut b) } else { (None, None) };
        Some(Self {
            profile: profile_name(profile, constraints),
            level: level_name(profile, constraints, level),
            width,
            height,
            frame_rate,
            colour,
        })
    }
}

fn skip_scaling_list(b: &mut Bits<'_>, size: u32) -> Option<()> {
    let (mut last, mut next) = (8i64, 8i64);
    for _ in 0..size {
        if next != 0 {
            next = (last + b.se()?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

/// Video usability information as far as it is there: colour and frame rate.
fn usability(b: &mut Bits<'_>) -> (Option<Colour>, Option<f64>) {
    let mut colour = None;
    let rate = (|| {
        if b.flag()? && b.take(8)? == 255 {
            b.take(32)?;
        }
        if b.flag()? {
            b.flag()?;
        }
        if b.flag()? {
            b.take(3)?;
            let full_range = b.flag()?;
            // 2 is "unspecified" in all three tables.
            let (mut primaries, mut transfer, mut matrix) = (2, 2, 2);
            if b.flag()? {
                (primaries, transfer, matrix) =
                    (b.take(8)? as u8, b.take(8)? as u8, b.take(8)? as u8);
            }
            colour = Some(Colour { primaries, transfer, matrix, full_range });
        }
        if b.flag()? {
            b.ue()?;
            b.ue()?;
        }
        if !b.flag()? {
            return None;
        }
        let (units, scale) = (b.take(32)?, b.take(32)?);
        // A tick is a field, so a frame takes two.
        (units > 0)
            .then(|| f64::from(scale) / (2.0 * f64::from(units)))
            .filter(|r| (0.1..=1000.0).contains(r))
    })();
    (colour, rate)
}

fn profile_name(profile: u32, constraints: u32) -> String {
    match profile {
        66 if constraints & 0x40 != 0 => "Constrained Baseline".to_owned(),
        66 => "Baseline".to_owned(),
        77 => "Main".to_owned(),
        88 => "Extended".to_owned(),
        100 => "High".to_owned(),
        110 => "High 10".to_owned(),
        122 => "High 4:2:2".to_owned(),
        244 => "High 4:4:4".to_owned(),
        n => format!("profile {n}"),
    }
}

fn level_name(profile: u32, constraints: u32, level: u32) -> String {
    let is_1b =
        level == 9 || level == 11 && matches!(profile, 66 | 77 | 88) && constraints & 0x10 != 0;
    if is_1b { "1b".to_owned() } else { format!("{}.{}", level / 10, level % 10) }
}

#[cfg(test)]
mod tests;
