//! The test card: a calm studio picture in which something moves in every frame, with the time in
//! large numbers and a white flash at each whole second.
//!
//! Everything that stands still is drawn once. The flash covers [`FLASH_AREA`], which cards on the
//! right, banners at the bottom and lower thirds leave free, in both directions of the picture.

use std::sync::Arc;

use vitrine_flow::{Clock, Stop};
use vitrine_media::{Frame, FrameMut, FramePool, FrameRate, MediaTime, Plane, Size};
use vitrine_pixel::rgb_to_yuv709;

use crate::digits::Digits;
use crate::pace::FramePace;
use crate::paint::{Rect, disc, fill, rect, ring};
use crate::{Camera, CaptureError, SourceInfo, Stamped, VideoWish};

/// The flash as fractions of the picture: x, y, width, height. Mean luma in it is above
/// [`FLASH_LUMA`] during a flash and below half of that otherwise.
pub const FLASH_AREA: [f32; 4] = [0.05, 0.25, 0.4, 0.4];
/// Mean luma that tells a flash.
pub const FLASH_LUMA: u8 = 180;
/// How long a flash (and the test tone's beep) lasts.
pub const FLASH_LENGTH: MediaTime = MediaTime::from_millis(100);

/// One round of the moving element.
const ROUND: f64 = 4.0;
const AMBER: [u8; 3] = [255, 180, 84];

/// Is a frame of this time white in [`FLASH_AREA`]? From each whole second, for [`FLASH_LENGTH`].
pub fn is_flash(at: MediaTime) -> bool {
    at.as_nanos().rem_euclid(1_000_000_000) < FLASH_LENGTH.as_nanos()
}

/// Mean luma of [`FLASH_AREA`] in a frame: what a test compares with [`FLASH_LUMA`].
pub fn flash_luma(frame: &Frame) -> u8 {
    let area = flash_area(frame.size());
    let (from, width) = (area.x as usize, (area.width as usize).max(1));
    let rows = area.y as usize..(area.y + area.height) as usize;
    let count = (rows.len() * width).max(1) as u64;
    let sum: u64 = rows
        .map(|y| {
            frame.row(Plane::Y, y)[from..from + width].iter().map(|v| u64::from(*v)).sum::<u64>()
        })
        .sum();
    (sum / count) as u8
}

fn flash_area(size: Size) -> Rect {
    let [x, y, w, h] = FLASH_AREA;
    Rect::part(size, x, y, w, h)
}

/// Draws test cards of one size.
pub struct TestPicture {
    still: Frame,
    digits: Digits,
    amber: [u8; 3],
    white: [u8; 3],
}

impl TestPicture {
    /// Draws what stands still, some 20 ms of work at 720p. `size` must be [`Size::is_video`].
    pub fn new(size: Size) -> Self {
        let height = (size.height as f32 * 0.085).min(size.width as f32 * 0.085);
        let [r, g, b] = AMBER;
        Self {
            still: still(size),
            digits: Digits::new(height as u32),
            amber: rgb_to_yuv709(r, g, b),
            white: rgb_to_yuv709(255, 255, 255),
        }
    }

    /// Draws the card for time `at` over all of `out`, which must be of its size.
    pub fn draw(&self, at: MediaTime, out: &mut Frame) {
        let size = self.still.size();
        copy(&self.still, out);
        let (w, h) = (size.width as f32, size.height as f32);
        let least = w.min(h);
        if is_flash(at) {
            fill(out, flash_area(size), self.white);
        }
        // The second that passes, as a line that grows.
        let seconds = at.as_secs_f64();
        let passed = seconds.rem_euclid(1.0) as f32;
        let track = second_track(size);
        rect(
            out,
            Rect { width: (track.width * passed).max(track.height), ..track },
            track.height,
            self.amber,
            1.0,
        );
        // The element on the circle.
        let angle =
            (seconds / ROUND).rem_euclid(1.0) * std::f64::consts::TAU - std::f64::consts::FRAC_PI_2;
        let (cx, cy, radius) = circle(size);
        let (x, y) = (cx + radius * angle.cos() as f32, cy + radius * angle.sin() as f32);
        disc(out, x, y, least * 0.045, self.amber, 0.25);
        disc(out, x, y, least * 0.028, self.amber, 1.0);
        let (left, top) = clock_corner(size);
        self.digits.draw(out, left, top, &at.to_string(), self.white);
    }
}

fn circle(size: Size) -> (f32, f32, f32) {
    let (w, h) = (size.width as f32, size.height as f32);
    (w / 2.0, h / 2.0, w.min(h) * 0.44)
}

/// Below the pane, where neither card nor countdown of a theme lies.
fn clock_corner(size: Size) -> (usize, usize) {
    ((size.width as f32 * 0.05) as usize, (size.height as f32 * 0.705) as usize)
}

fn second_track(size: Size) -> Rect {
    let line = (size.width.min(size.height) as f32 * 0.008).max(2.0);
    let area = flash_area(size);
    Rect { x: area.x, y: area.y + area.height + 2.0 * line, width: area.width, height: line }
}

fn copy(from: &Frame, to: &mut Frame) {
    let out = to.planes_mut();
    // Frames of one size have one layout, padding included.
    out.y.copy_from_slice(from.plane(Plane::Y));
    out.u.copy_from_slice(from.plane(Plane::U));
    out.v.copy_from_slice(from.plane(Plane::V));
}

/// Backdrop, grid, circle, colour bars and the dark pane the flash lights up.
fn still(size: Size) -> Frame {
    let mut frame = Frame::black(size);
    backdrop(&mut frame);
    let (w, h) = (size.width as f32, size.height as f32);
    let least = w.min(h);
    let line = (least / 540.0).max(1.0);
    let pale = rgb_to_yuv709(150, 170, 190);
    let step = least / 9.0;
    for (across, length, other) in [(true, w, h), (false, h, w)] {
        let half = (length / 2.0 / step) as i32;
        for i in -half..=half {
            let at = length / 2.0 + i as f32 * step - line / 2.0;
            let area = if across {
                Rect { x: at, y: 0.0, width: line, height: other }
            } else {
                Rect { x: 0.0, y: at, width: other, height: line }
            };
            rect(&mut frame, area, 0.0, pale, if i == 0 { 0.2 } else { 0.09 });
        }
    }
    let (cx, cy, radius) = circle(size);
    ring(&mut frame, cx, cy, radius, 2.0 * line, pale, 0.55);
    ring(&mut frame, cx, cy, radius * 0.5, line, pale, 0.25);
    colour_bars(
        &mut frame,
        Rect { x: w * 0.05, y: h * 0.805, width: w * 0.4, height: (h * 0.04).min(w * 0.04) },
    );
    let pane = flash_area(size);
    rect(&mut frame, pane, least * 0.012, rgb_to_yuv709(12, 16, 24), 0.72);
    let frame_line = Rect {
        x: pane.x + 2.0 * line,
        y: pane.y + 2.0 * line,
        width: pane.width - 4.0 * line,
        height: pane.height - 4.0 * line,
    };
    let bounds = frame_line;
    crate::paint::shape(&mut frame, bounds, pale, 0.3, |x, y| {
        frame_line.distance(least * 0.01, x, y).abs() - line / 2.0
    });
    let track = second_track(size);
    rect(&mut frame, track, track.height, rgb_to_yuv709(12, 16, 24), 0.7);
    frame
}

/// A wall in slate blue, lit from the upper left, over a darker floor; dithered, so that no steps show.
fn backdrop(frame: &mut Frame) {
    let size = frame.size();
    let FrameMut { y: luma, u, v, strides } = frame.planes_mut();
    let (w, h) = (size.width as f32, size.height as f32);
    let color = |x: f32, y: f32| {
        let (fx, fy) = (x / w, y / h);
        let glow = (-((fx - 0.36).powi(2) * 3.2 + (fy - 0.3).powi(2) * 4.0)).exp();
        let floor = ((fy - 0.78) * 14.0).clamp(0.0, 1.0);
        let wall = [38.0 + 62.0 * glow, 52.0 + 66.0 * glow, 70.0 + 62.0 * glow];
        let ground = [34.0 + 26.0 * glow, 36.0 + 22.0 * glow, 44.0 + 16.0 * glow];
        [0, 1, 2].map(|i| wall[i] + (ground[i] - wall[i]) * floor)
    };
    // The matrix of `rgb_to_yuv709` without its rounding.
    let yuv = |[r, g, b]: [f32; 3]| {
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        [
            16.0 + y * 219.0 / 255.0,
            128.0 + (b - y) / 1.8556 * 224.0 / 255.0,
            128.0 + (r - y) / 1.5748 * 224.0 / 255.0,
        ]
    };
    const DITHER: [[f32; 4]; 4] = [
        [0.0, 8.0, 2.0, 10.0],
        [12.0, 4.0, 14.0, 6.0],
        [3.0, 11.0, 1.0, 9.0],
        [15.0, 7.0, 13.0, 5.0],
    ];
    let dithered =
        |value: f32, x: usize, y: usize| (value + (DITHER[y % 4][x % 4] + 0.5) / 16.0) as u8;
    // Light changes slowly: four points a step are enough, and a large card opens in time.
    for y in 0..size.height as usize {
        let row = &mut luma[y * strides[0]..][..size.width as usize];
        for (block, four) in row.chunks_mut(4).enumerate() {
            let [value, ..] = yuv(color(block as f32 * 4.0 + 2.0, y as f32 + 0.5));
            for (i, to) in four.iter_mut().enumerate() {
                *to = dithered(value, i, y);
            }
        }
    }
    for y in 0..size.height as usize / 2 {
        for x in 0..size.width as usize / 2 {
            let [_, cb, cr] = yuv(color(2.0 * x as f32 + 1.0, 2.0 * y as f32 + 1.0));
            u[y * strides[1] + x] = dithered(cb, x, y);
            v[y * strides[2] + x] = dithered(cr, x, y);
        }
    }
}

/// White, yellow, cyan, green, magenta, red, blue at 75 %.
fn colour_bars(frame: &mut Frame, area: Rect) {
    const BARS: [[u8; 3]; 7] = [
        [191, 191, 191],
        [191, 191, 0],
        [0, 191, 191],
        [0, 191, 0],
        [191, 0, 191],
        [191, 0, 0],
        [0, 0, 191],
    ];
    let width = area.width / 7.0;
    let gap = (width * 0.04).max(1.0);
    for (i, [r, g, b]) in BARS.into_iter().enumerate() {
        let bar = Rect { x: area.x + i as f32 * width, width: width - gap, ..area };
        rect(frame, bar, area.height * 0.18, rgb_to_yuv709(r, g, b), 1.0);
    }
}

/// The test card as a camera of the wished size and rate.
pub struct TestCard {
    picture: TestPicture,
    pool: FramePool,
    pace: FramePace,
}

impl TestCard {
    /// A card on `clock`; the wish's size must be [`Size::is_video`].
    pub fn new(wish: &VideoWish, clock: Clock) -> Self {
        Self {
            picture: TestPicture::new(wish.size),
            pool: FramePool::new(wish.size),
            pace: FramePace::new(clock, wish.rate),
        }
    }
}

impl Camera for TestCard {
    fn next(&mut self, stop: &Stop) -> Result<Stamped<Arc<Frame>>, CaptureError> {
        let (_, at) = self.pace.next(stop)?;
        let (value, ()) = self.pool.draw(|frame| self.picture.draw(at, frame));
        Ok(Stamped { at, value })
    }

    fn describe(&self) -> SourceInfo {
        let rate: FrameRate = self.pace.rate();
        SourceInfo {
            name: "Test card".to_owned(),
            size: self.pool.size(),
            rate,
            free_running: false,
            format: None,
        }
    }
}
