//! What a video encoder is asked for.

use serde::{Deserialize, Serialize};
use vitrine_media::{FrameRate, Size};

use crate::CodecError;

/// Lowest bitrate of a picture, bits a second.
pub const MIN_BITRATE: u32 = 100_000;
/// Highest bitrate of a picture, bits a second.
pub const MAX_BITRATE: u32 = 50_000_000;

/// Which encoder.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncoderChoice {
    /// The first of [`crate::probe::CANDIDATES`] that really encodes on this machine.
    #[default]
    Auto,
    /// FFmpeg's name of it: `libx264`, `h264_nvenc`, …
    Named(String),
}

/// What matters more: the picture's way to the wire, or its looks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Latency {
    /// Every picture leaves the encoder before the next one enters.
    Low,
    /// A few pictures of look-ahead: under 250 ms in all, better pictures at the same bitrate.
    #[default]
    Quality,
}

/// How much work libx264 puts into a picture. Other encoders take no notice.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// The best that [`crate::measure::measure`] found in this process; a cautious guess from the
    /// number of processors before it ran.
    #[default]
    Auto,
    /// Least work.
    Ultrafast,
    /// Twice that.
    Superfast,
    /// Three times that: the usual choice.
    Veryfast,
    /// Four times that.
    Faster,
}

impl Preset {
    /// libx264's name of it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ultrafast => "ultrafast",
            Self::Superfast => "superfast",
            Self::Veryfast => "veryfast",
            Self::Faster => "faster",
        }
    }
}

/// A video encoder's settings.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct VideoSettings {
    /// Picture size, both sides even.
    pub size: Size,
    /// Nominal rate.
    pub rate: FrameRate,
    /// Bits a second, [`MIN_BITRATE`]..=[`MAX_BITRATE`]: average and maximum alike, over one second.
    pub bitrate: u32,
    /// A keyframe stands at the first picture of each multiple of this, 1 to 10 seconds.
    pub keyframe_seconds: u32,
    /// Which encoder.
    pub encoder: EncoderChoice,
    /// How much work.
    pub preset: Preset,
    /// Fast or fine.
    pub latency: Latency,
    /// Encoder threads; 0 = as many as suit the size and this machine.
    pub threads: u32,
}

impl VideoSettings {
    /// Usual settings for a live stream of `size` at `rate`: 4.5 Mbit/s at 720p30 and in proportion
    /// (a little less than linear), keyframe every 2 s.
    pub fn new(size: Size, rate: FrameRate) -> Self {
        let pixels = size.area() as f64 * rate.as_f64();
        let bitrate = 4_500_000.0 * (pixels / (1280.0 * 720.0 * 30.0)).powf(0.75);
        let step = 100_000.0;
        let bitrate = ((bitrate / step).round() * step) as u32;
        Self {
            size,
            rate,
            bitrate: bitrate.clamp(MIN_BITRATE, MAX_BITRATE),
            keyframe_seconds: 2,
            encoder: EncoderChoice::Auto,
            preset: Preset::Auto,
            latency: Latency::Quality,
            threads: 0,
        }
    }

    /// Refuses what no encoder could do.
    ///
    /// # Errors
    /// [`CodecError::Settings`] with a sentence that names the setting and its range.
    pub fn validate(&self) -> Result<(), CodecError> {
        let refuse = |text: String| Err(CodecError::Settings(text));
        if !self.size.is_video() {
            return refuse(format!(
                "a picture of {} cannot be encoded; both sides must be even and between 16 and {}",
                self.size,
                Size::MAX_SIDE
            ));
        }
        if self.size.width.max(self.size.height) > 4096 {
            return refuse(format!(
                "a picture of {} is too large for H.264; use at most 4096 pixels a side",
                self.size
            ));
        }
        if self.rate.num == 0
            || self.rate.den == 0
            || self.rate.as_f64() > 240.0
            || self.rate.as_f64() < 1.0
        {
            return refuse(format!(
                "{}/{} frames a second is not a usable rate; use 1 to 240",
                self.rate.num, self.rate.den
            ));
        }
        validate_bitrate(self.bitrate)?;
        if !(1..=10).contains(&self.keyframe_seconds) {
            return refuse(format!(
                "a keyframe every {} s is not possible; use 1 to 10 seconds (platforms ask for 2)",
                self.keyframe_seconds
            ));
        }
        if self.threads > 64 {
            return refuse(format!(
                "{} encoder threads are too many; use 0 (auto) to 64",
                self.threads
            ));
        }
        Ok(())
    }
}

/// Refuses a bitrate outside of [`MIN_BITRATE`]..=[`MAX_BITRATE`].
///
/// # Errors
/// [`CodecError::Settings`].
pub fn validate_bitrate(bitrate: u32) -> Result<(), CodecError> {
    if (MIN_BITRATE..=MAX_BITRATE).contains(&bitrate) {
        return Ok(());
    }
    Err(CodecError::Settings(format!(
        "a video bitrate of {} kbit/s is out of range; use {} to {} kbit/s",
        bitrate / 1000,
        MIN_BITRATE / 1000,
        MAX_BITRATE / 1000
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_bitrates() {
        let at = |w, h, fps| VideoSettings::new(Size::new(w, h), FrameRate::whole(fps)).bitrate;
        assert_eq!(at(1280, 720, 30), 4_500_000);
        assert!((7_500_000..9_000_000).contains(&at(1920, 1080, 30)));
        assert!(at(16, 16, 1) >= MIN_BITRATE);
    }

    #[test]
    fn refusals_name_the_setting() {
        let good = VideoSettings::new(Size::new(320, 180), FrameRate::whole(30));
        assert!(good.validate().is_ok());
        let refused = [
            (VideoSettings { size: Size::new(321, 180), ..good.clone() }, "321x180"),
            (VideoSettings { size: Size::new(8000, 180), ..good.clone() }, "8000x180"),
            (VideoSettings { bitrate: 50_000, ..good.clone() }, "50 kbit/s"),
            (VideoSettings { bitrate: 60_000_000, ..good.clone() }, "60000 kbit/s"),
            (VideoSettings { rate: FrameRate { num: 30, den: 0 }, ..good.clone() }, "30/0"),
            (VideoSettings { rate: FrameRate { num: 1, den: 2 }, ..good.clone() }, "1/2"),
            (VideoSettings { keyframe_seconds: 0, ..good.clone() }, "keyframe"),
            (VideoSettings { threads: 1000, ..good }, "1000 encoder threads"),
        ];
        for (settings, word) in refused {
            let text = settings.validate().expect_err(word).to_string();
            assert!(text.contains(word), "{text}");
        }
    }
}
