//! Opening a stream of cpal's: which of a device's formats, and how large its blocks.

use std::sync::mpsc::SyncSender;
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{
    BufferSize, Device, ErrorKind as Said, SampleFormat, Stream, StreamConfig, SupportedBufferSize,
    SupportedStreamConfigRange,
};
use vitrine_flow::Clock;

use super::list::{Known, all, pick};
use super::tap::{Spout, tap};

/// Rates by preference: the show's own, then those nearest to it, upwards first.
const RATES: [u32; 9] = [48_000, 96_000, 44_100, 88_200, 192_000, 32_000, 22_050, 16_000, 8_000];
/// What the mixer takes, samples a second.
pub(super) const RATE_RANGE: (u32, u32) = (8_000, 192_000);
/// Blocks are such a part of a second long, where the system lets us choose. Under ALSA a thread that is
/// woken a block late loses sound, since cpal asks for a ring of two.
const BLOCKS: u32 = if cfg!(target_os = "linux") { 32 } else { 50 };
/// A device that does not open within this is given up.
const OPEN_WITHIN: Duration = Duration::from_secs(2);

/// A stream that runs, with its reading end.
pub(super) struct Opened {
    /// Ends when it is dropped, which may hang.
    pub stream: Stream,
    pub spout: Spout,
    pub rate: u32,
    pub channels: u16,
}

/// What a device is asked for.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Choice {
    rate: u32,
    channels: u16,
    format: SampleFormat,
    buffer: BufferSize,
}

/// Opens the first form of `known` that offers something usable, and starts it. Later failures go to
/// `failures`. May hang.
pub(super) fn open(
    known: &Known,
    clock: &Clock,
    failures: &SyncSender<cpal::Error>,
) -> Result<Opened, cpal::Error> {
    let mut refused = cpal::Error::new(Said::DeviceNotAvailable);
    let there = all(&host()?);
    for (_, device) in pick(&there, &known.forms) {
        match open_device(device, clock, failures) {
            Err(e) if matches!(e.kind(), Said::UnsupportedConfig | Said::UnsupportedOperation) => {
                refused = e;
            }
            other => return other,
        }
    }
    Err(refused)
}

#[cfg(target_os = "linux")]
fn host() -> Result<cpal::Host, cpal::Error> {
    super::alsa::quiet();
    cpal::host_from_id(cpal::HostId::Alsa)
}

#[cfg(not(target_os = "linux"))]
fn host() -> Result<cpal::Host, cpal::Error> {
    Ok(cpal::default_host())
}

fn open_device(
    device: &Device,
    clock: &Clock,
    failures: &SyncSender<cpal::Error>,
) -> Result<Opened, cpal::Error> {
    let choice = choose(device)?;
    match build(device, choice, clock, failures) {
        // Some systems do not let programs choose.
        Err(e) if e.kind() == Said::UnsupportedConfig && choice.buffer != BufferSize::Default => {
            build(device, Choice { buffer: BufferSize::Default, ..choice }, clock, failures)
        }
        other => other,
    }
}

fn build(
    device: &Device,
    choice: Choice,
    clock: &Clock,
    failures: &SyncSender<cpal::Error>,
) -> Result<Opened, cpal::Error> {
    let kept = choice.channels.min(2);
    let (mut tap, spout) = tap(clock.clone(), choice.rate, choice.channels, kept);
    let failures = failures.clone();
    let config = StreamConfig {
        channels: choice.channels,
        sample_rate: choice.rate,
        buffer_size: choice.buffer,
    };
    let stream = device.build_input_stream_raw(
        config,
        choice.format,
        move |data, info| tap.take(data, info),
        // More failures than there is room for say nothing new.
        move |e| drop(failures.try_send(e)),
        Some(OPEN_WITHIN),
    )?;
    stream.play()?;
    Ok(Opened { stream, spout, rate: choice.rate, channels: kept })
}

/// What to ask `device` for.
fn choose(device: &Device) -> Result<Choice, cpal::Error> {
    let offered: Vec<_> = device.supported_input_configs()?.collect();
    best(&offered).ok_or_else(|| cpal::Error::new(Said::UnsupportedConfig))
}

/// How good a format is; `None` for one that cannot be read.
fn usable(format: SampleFormat) -> Option<u8> {
    Some(match format {
        SampleFormat::F32 => 9,
        SampleFormat::I32 => 8,
        SampleFormat::I24 => 7,
        SampleFormat::I16 => 6,
        SampleFormat::F64 => 5,
        SampleFormat::U32 => 4,
        SampleFormat::U24 => 3,
        SampleFormat::U16 => 2,
        SampleFormat::U8 => 1,
        SampleFormat::I8 => 0,
        _ => return None,
    })
}

/// The best of what is offered: first the rate, then two channels, one, or as few as possible, then
/// the format.
fn best(offered: &[SupportedStreamConfigRange]) -> Option<Choice> {
    let rated = |c: &SupportedStreamConfigRange| {
        let range = c.min_sample_rate()..=c.max_sample_rate();
        let usual = RATES.iter().position(|r| range.contains(r));
        let odd = c.max_sample_rate().min(RATE_RANGE.1);
        match usual {
            Some(place) => Some((place, RATES[place])),
            None => (odd >= RATE_RANGE.0 && range.contains(&odd)).then_some((RATES.len(), odd)),
        }
    };
    let channels = |n: u16| match n {
        2 => 0,
        1 => 1,
        more => u32::from(more),
    };
    offered
        .iter()
        .filter(|c| c.channels() > 0)
        .filter_map(|c| Some((c, rated(c)?, usable(c.sample_format())?)))
        .min_by_key(|(c, (place, _), good)| (*place, channels(c.channels()), 9 - good))
        .map(|(c, (_, rate), _)| Choice {
            rate,
            channels: c.channels(),
            format: c.sample_format(),
            buffer: buffer(c.buffer_size(), rate / BLOCKS),
        })
}

/// `wanted` frames, or the nearest there is. Where a system does not say, its own choice.
fn buffer(offered: &SupportedBufferSize, wanted: u32) -> BufferSize {
    match *offered {
        SupportedBufferSize::Range { min, max } if min <= max => {
            BufferSize::Fixed(wanted.clamp(min, max))
        }
        _ => BufferSize::Default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(
        channels: u16,
        min: u32,
        max: u32,
        format: SampleFormat,
    ) -> SupportedStreamConfigRange {
        let buffer = SupportedBufferSize::Range { min: 64, max: 8192 };
        SupportedStreamConfigRange::new(channels, min, max, buffer, format)
    }

    #[test]
    fn the_rate_comes_first_then_channels_then_the_format() {
        let pick = |offered: &[SupportedStreamConfigRange]| {
            best(offered).map(|c| (c.rate, c.channels, c.format, c.buffer))
        };
        let fixed = |n| BufferSize::Fixed(n);
        // A loopback whose rate the other side has fixed.
        let offered = [range(2, 44_100, 44_100, SampleFormat::I16)];
        assert_eq!(pick(&offered), Some((44_100, 2, SampleFormat::I16, fixed(44_100 / BLOCKS))));
        // A camera's microphone, one channel, up to 16 kHz; odd rates below what is usual.
        let offered = [range(1, 11_025, 16_000, SampleFormat::I16)];
        assert_eq!(pick(&offered), Some((16_000, 1, SampleFormat::I16, fixed(16_000 / BLOCKS))));
        let offered = [range(1, 11_025, 11_025, SampleFormat::I16)];
        assert_eq!(pick(&offered), Some((11_025, 1, SampleFormat::I16, fixed(11_025 / BLOCKS))));
        // A studio interface: the fewest channels, the best format.
        let offered = [
            range(18, 44_100, 96_000, SampleFormat::I32),
            range(10, 44_100, 96_000, SampleFormat::I16),
            range(10, 44_100, 96_000, SampleFormat::I32),
        ];
        assert_eq!(pick(&offered), Some((48_000, 10, SampleFormat::I32, fixed(48_000 / BLOCKS))));
        // One channel at the show's rate rather than two at another.
        let offered = [
            range(2, 44_100, 44_100, SampleFormat::F32),
            range(1, 48_000, 48_000, SampleFormat::I16),
        ];
        assert_eq!(pick(&offered), Some((48_000, 1, SampleFormat::I16, fixed(48_000 / BLOCKS))));
        // Nothing that can be read.
        assert_eq!(pick(&[range(2, 2_822_400, 2_822_400, SampleFormat::DsdU8)]), None);
        assert_eq!(pick(&[range(2, 384_000, 768_000, SampleFormat::F32)]), None);
        assert_eq!(pick(&[]), None);
    }

    #[test]
    fn blocks_fit_what_the_device_can_do() {
        let offers = |min, max| SupportedBufferSize::Range { min, max };
        assert_eq!(buffer(&offers(16, 512), 960), BufferSize::Fixed(512));
        assert_eq!(buffer(&offers(1024, 8192), 960), BufferSize::Fixed(1024));
        assert_eq!(buffer(&SupportedBufferSize::Unknown, 960), BufferSize::Default);
    }
}
