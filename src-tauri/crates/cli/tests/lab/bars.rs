//! Pictures of the camera's test pattern: eight bars of known colours, and a running clock.

use std::path::Path;
use std::process::Command;

/// The 75 % colour bars, left to right, as red, green, blue.
const COLOURS: [[f64; 3]; 8] = [
    [188.0, 188.0, 188.0],
    [188.0, 188.0, 0.0],
    [0.0, 188.0, 188.0],
    [0.0, 188.0, 0.0],
    [188.0, 0.0, 188.0],
    [188.0, 0.0, 0.0],
    [0.0, 0.0, 188.0],
    [0.0, 0.0, 0.0],
];

/// A decoded picture.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    rgb: Vec<u8>,
}

/// Every picture of a file, in red, green and blue; `size` is known from elsewhere.
pub fn pictures(path: &Path, (width, height): (usize, usize), options: &[&str]) -> Vec<Picture> {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-an", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(options)
        .arg("-")
        .output()
        .expect("ffmpeg runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let picture = |rgb: &[u8]| Picture { width, height, rgb: rgb.to_vec() };
    out.stdout.chunks_exact(width * height * 3).map(picture).collect()
}

/// A PNG.
pub fn png(path: &Path) -> Picture {
    let file = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!(&file[1..4], b"PNG", "{}", path.display());
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes"));
    let size = (number(16) as usize, number(20) as usize);
    pictures(path, size, &["-frames:v", "1"]).remove(0)
}

impl Picture {
    fn mean(&self, x: std::ops::Range<usize>, y: std::ops::Range<usize>) -> [f64; 3] {
        let mut sum = [0.0; 3];
        let count = (x.len() * y.len()) as f64;
        for row in y {
            for column in x.clone() {
                let at = (row * self.width + column) * 3;
                for (sum, sample) in sum.iter_mut().zip(&self.rgb[at..at + 3]) {
                    *sum += f64::from(*sample);
                }
            }
        }
        sum.map(|s| s / count)
    }

    /// The mean colour of each bar, beneath the text and away from its edges.
    pub fn bars(&self) -> [[f64; 3]; 8] {
        let (bar, height) = (self.width / 8, self.height);
        std::array::from_fn(|n| {
            self.mean(
                n * bar + bar / 4..(n + 1) * bar - bar / 4,
                height * 88 / 100..height * 97 / 100,
            )
        })
    }

    /// How far the bars are from what they should be: the greatest difference of a colour, of 255.
    pub fn error(&self) -> f64 {
        let bars = self.bars();
        let pairs = bars.iter().flatten().zip(COLOURS.iter().flatten());
        pairs.fold(0.0, |worst: f64, (got, want)| worst.max((got - want).abs()))
    }

    /// Whether this is the test pattern, upright and not mirrored.
    pub fn is_pattern(&self) -> bool {
        self.error() < 45.0
    }

    /// Whether the camera's clock, in its first line of text, stands at another time.
    pub fn clock_differs(&self, other: &Picture) -> bool {
        let changed = (16..32).flat_map(|y| (24..136).map(move |x| (y * self.width + x) * 3 + 1));
        let sum: u32 = changed.map(|at| u32::from(self.rgb[at].abs_diff(other.rgb[at]))).sum();
        // Digits that change move the mean by ten and more, coding alone by less than one.
        f64::from(sum) / (16.0 * 112.0) > 2.0
    }
}
