//! AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).

use crate::h264::Bits;

const RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

/// What a player learns from the configuration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AudioConfig {
    /// `AAC-LC`, `HE-AAC`, …
    pub codec: &'static str,
    /// Samples a second that come out of the decoder.
    pub rate: u32,
    /// Channels; 0 if described elsewhere in the stream.
    pub channels: u16,
    /// Sample frames of one packet, at `rate`.
    pub frame_samples: u32,
}

impl AudioConfig {
    /// `None` if truncated or reserved values are used.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let mut b = Bits::new(data);
        let mut kind = object_type(&mut b)?;
        let core_rate = rate(&mut b)?;
        let channels = match b.take(4)? {
            n @ 0..=6 => n as u16,
            7 => 8,
            11 => 7,
            12 | 14 => 8,
            _ => return None,
        };
        let codec = match kind {
            1 => "AAC Main",
            2 => "AAC-LC",
            5 => "HE-AAC",
            29 => "HE-AAC v2",
            _ => "AAC (unusual type)",
        };
        let mut out_rate = core_rate;
        if kind == 5 || kind == 29 {
            out_rate = rate(&mut b)?;
            kind = object_type(&mut b)?;
        }
        let short = matches!(kind, 1..=4) && b.take(1) == Some(1);
        let core_samples = if short { 960 } else { 1024 };
        let frame_samples = u32::try_from(
            u64::from(core_samples as u32) * u64::from(out_rate) / u64::from(core_rate),
        )
        .ok()?;
        Some(Self { codec, rate: out_rate, channels, frame_samples })
    }
}

fn object_type(b: &mut Bits<'_>) -> Option<u32> {
    match b.take(5)? {
        31 => Some(32 + b.take(6)?),
        n => Some(n),
    }
}

fn rate(b: &mut Bits<'_>) -> Option<u32> {
    let rate = match b.take(4)? {
        15 => b.take(24)?,
        n => *RATES.get(n as usize)?,
    };
    (rate > 0).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_configurations() {
        let lc = AudioConfig { codec: "AAC-LC", rate: 48_000, channels: 2, frame_samples: 1024 };
        assert_eq!(AudioConfig::parse(&[0x11, 0x90]), Some(lc.clone()));
        // As FFmpeg writes it, with the backward compatible extension behind it.
        assert_eq!(AudioConfig::parse(&[0x11, 0x90, 0x56, 0xE5, 0x00]), Some(lc));
        let mono = AudioConfig { codec: "AAC-LC", rate: 44_100, channels: 1, frame_samples: 1024 };
        assert_eq!(AudioConfig::parse(&[0x12, 0x08]), Some(mono));
        // HE-AAC, 24 kHz core, 48 kHz out: type 5, rate 6, 2 channels, rate 3, type 2.
        let he = AudioConfig::parse(&[0x2B, 0x11, 0x88, 0x00]).unwrap();
        assert_eq!((he.codec, he.rate, he.frame_samples), ("HE-AAC", 48_000, 2048));
        assert_eq!(AudioConfig::parse(&[0x11]), None);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(data in prop::collection::vec(any::<u8>(), 0..10)) {
            let _ = AudioConfig::parse(&data);
        }
    }
}
