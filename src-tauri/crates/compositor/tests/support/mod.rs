//! A compositor in slow floats, written from the definition and not from the kernels: every layer
//! on the whole canvas, every sample by itself.

#![allow(dead_code)]

use std::collections::HashMap;

use vitrine_compositor::{Inputs, Tile};
use vitrine_media::{Frame, Picture, Plane, Size};
use vitrine_scene::{Content, Fit, Layer, PictureId, Scene, SourceId};

pub const PLANES: [Plane; 3] = [Plane::Y, Plane::U, Plane::V];

/// Sources and pictures by name.
#[derive(Default)]
pub struct Store {
    pub frames: HashMap<String, Frame>,
    pub pictures: HashMap<String, (Picture, Tile)>,
}

impl Store {
    pub fn add_picture(&mut self, id: &str, picture: Picture) {
        let tile = Tile::from_picture(&picture);
        self.pictures.insert(id.to_owned(), (picture, tile));
    }
}

impl Inputs for Store {
    fn source(&self, id: &SourceId) -> Option<&Frame> {
        self.frames.get(id.as_str())
    }
    fn picture(&self, id: &PictureId) -> Option<&Tile> {
        self.pictures.get(id.as_str()).map(|(_, tile)| tile)
    }
}

/// Pseudo-random numbers, the same on every machine.
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }
    pub fn below(&mut self, n: u32) -> u32 {
        self.next() % n
    }
    pub fn unit(&mut self) -> f32 {
        self.next() as f32 / (1u32 << 31) as f32
    }
}

/// A frame of soft waves and hard edges, so that errors of place are seen.
pub fn test_frame(size: Size, seed: u64) -> Frame {
    let mut noise = Noise(seed);
    let mut frame = Frame::black(size);
    let p = frame.planes_mut();
    for (plane, (low, high)) in [(p.y, (16, 235)), (p.u, (16, 240)), (p.v, (16, 240))] {
        let (mut value, mut left) = (low, 0);
        for sample in plane {
            if left == 0 {
                left = 1 + noise.below(9);
                value = low + noise.below(high - low + 1);
            }
            left -= 1;
            *sample = value as u8;
        }
    }
    frame
}

/// A card with a soft edge `edge` pixels wide, opaque inside, some holes.
pub fn test_picture(size: Size, edge: u32, seed: u64) -> Picture {
    let mut noise = Noise(seed);
    let mut picture = Picture::transparent(size);
    let mut color = [0; 3];
    for y in 0..size.height {
        for x in 0..size.width {
            if noise.below(11) == 0 {
                color = [0; 3].map(|_: u32| noise.below(256));
            }
            let inside = (x + 1).min(size.width - x).min(y + 1).min(size.height - y);
            let mut alpha = (255 * inside / (edge + 1)).min(255);
            if (x / 40 + y / 24) % 7 == 3 {
                alpha = noise.below(256);
            }
            let at = ((y * size.width + x) * 4) as usize;
            for (i, c) in color.into_iter().enumerate() {
                picture.rgba_mut()[at + i] = (c * alpha / 255) as u8;
            }
            picture.rgba_mut()[at + 3] = alpha as u8;
        }
    }
    picture
}

/// A plane of floats.
#[derive(Clone)]
pub struct Floats {
    pub w: usize,
    pub h: usize,
    pub v: Vec<f64>,
}

impl Floats {
    fn new(w: usize, h: usize, value: f64) -> Self {
        Self { w, h, v: vec![value; w * h] }
    }

    /// A region scaled to a size: bilinear growing, area average shrinking.
    fn scaled(&self, x: (f64, f64), y: (f64, f64), w: usize, h: usize) -> Self {
        let rows: Vec<Vec<f64>> = self.v.chunks(self.w).map(|r| line(r, x.0, x.1, w)).collect();
        let mut out = Self::new(w, h, 0.0);
        for i in 0..w {
            let column: Vec<f64> = rows.iter().map(|r| r[i]).collect();
            for (j, v) in line(&column, y.0, y.1, h).into_iter().enumerate() {
                out.v[j * w + i] = v;
            }
        }
        out
    }
}

fn line(src: &[f64], from: f64, span: f64, n: usize) -> Vec<f64> {
    let step = span / n as f64;
    let low = (from + 1e-3).floor() as usize;
    let high = ((from + span - 1e-3).ceil() as usize).min(src.len()).max(low + 1);
    let value = |i: usize| {
        let at = from + i as f64 * step;
        let (a, b) = if step <= 1.0 {
            (at + step / 2.0 - 0.5, at + step / 2.0 + 0.5)
        } else {
            (at, at + step)
        };
        let (mut sum, mut x) = (0.0, a);
        while x < b - 1e-12 {
            let end = (x.floor() + 1.0).min(b);
            sum += src[(x.floor().max(low as f64) as usize).min(high - 1)] * (end - x);
            x = end;
        }
        sum / (b - a)
    };
    (0..n).map(value).collect()
}

/// Premultiplied values and alpha (0..1) of one plane of some content.
struct Content4 {
    values: Floats,
    alpha: Floats,
}

fn plane_of_frame(frame: &Frame, plane: Plane) -> Content4 {
    let Size { width, height } = frame.plane_size(plane);
    let mut values = Floats::new(width as usize, height as usize, 0.0);
    for y in 0..values.h {
        for (x, &v) in frame.row(plane, y).iter().enumerate() {
            values.v[y * values.w + x] = f64::from(v);
        }
    }
    let alpha = Floats::new(values.w, values.h, 1.0);
    Content4 { values, alpha }
}

fn plane_of_picture(picture: &Picture, plane: Plane) -> Content4 {
    let w = picture.size().width.next_multiple_of(2) as usize;
    let h = picture.size().height.next_multiple_of(2) as usize;
    let by = if plane == Plane::Y { 1 } else { 2 };
    let mut values = Floats::new(w / by, h / by, 0.0);
    let mut alpha = values.clone();
    for y in 0..picture.size().height {
        for x in 0..picture.size().width {
            let [r, g, b, a] = picture.pixel(x, y).map(|c| f64::from(c) / 255.0);
            let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
            let value = match plane {
                Plane::Y => 16.0 * a + 219.0 * luma,
                Plane::U => 128.0 * a + 224.0 * (b - luma) / 1.8556,
                Plane::V => 128.0 * a + 224.0 * (r - luma) / 1.5748,
            };
            let at = (y as usize / by) * values.w + x as usize / by;
            values.v[at] += value / (by * by) as f64;
            alpha.v[at] += a / (by * by) as f64;
        }
    }
    Content4 { values, alpha }
}

fn even(v: f64) -> i64 {
    (v / 2.0).round() as i64 * 2
}

/// Coverage of a rounded rectangle at a luma pixel.
fn coverage(x: i64, y: i64, w: i64, h: i64, radius: f32) -> f64 {
    let r = radius.min(w.min(h) as f32 / 2.0);
    let side = (r.ceil() as u32).next_multiple_of(2) as i64;
    let r = f64::from(if 2 * side > w.min(h) { r - 1.0 } else { r });
    if r < 0.5 {
        return 1.0;
    }
    let (x, y) = (x.min(w - 1 - x) as f64 + 0.5, y.min(h - 1 - y) as f64 + 0.5);
    if x >= r || y >= r {
        1.0
    } else {
        (r - ((r - x).powi(2) + (r - y).powi(2)).sqrt() + 0.5).clamp(0.0, 1.0)
    }
}

/// The scene in floats: Y, U, V planes.
pub fn reference(scene: &Scene, store: &Store, canvas: Size) -> [Floats; 3] {
    PLANES.map(|plane| {
        let by = if plane == Plane::Y { 1 } else { 2 };
        let (w, h) = (canvas.width as usize / by, canvas.height as usize / by);
        let mut out = Floats::new(w, h, if by == 1 { 16.0 } else { 128.0 });
        for layer in scene.layers.iter().filter(|l| l.visible) {
            blend(layer, store, canvas, plane, by, &mut out);
        }
        out
    })
}

fn blend(layer: &Layer, store: &Store, canvas: Size, plane: Plane, by: usize, out: &mut Floats) {
    let (content, size) = match &layer.content {
        Content::Source(id) => {
            let Some(frame) = store.frames.get(id.as_str()) else { return };
            (plane_of_frame(frame, plane), frame.size())
        }
        Content::Picture(id) => {
            let Some((picture, _)) = store.pictures.get(id.as_str()) else { return };
            let s = picture.size();
            let s = Size::new(s.width.next_multiple_of(2), s.height.next_multiple_of(2));
            (plane_of_picture(picture, plane), s)
        }
        Content::Fill(c) => {
            let [r, g, b, _] = [c.r, c.g, c.b, c.a].map(|c| c);
            let flat = Picture::from_rgba(Size::new(2, 2), [r, g, b, 255].repeat(4)).expect("fits");
            let mut flat = plane_of_picture(&flat, plane);
            flat.alpha.v.fill(f64::from(c.a) / 255.0);
            flat.values.v.iter_mut().for_each(|v| *v *= f64::from(c.a) / 255.0);
            (flat, Size::new(2, 2))
        }
    };
    let (cw, ch) = (f64::from(canvas.width), f64::from(canvas.height));
    let p = layer.place;
    let (pw, ph) = (f64::from(p.width) * cw, f64::from(p.height) * ch);
    let s = f64::from(layer.scale);
    let (mut x, mut y) = (
        even(f64::from(p.x) * cw + pw * (1.0 - s) / 2.0),
        even(f64::from(p.y) * ch + ph * (1.0 - s) / 2.0),
    );
    let (mut w, mut h) = (even(pw * s), even(ph * s));
    let (sw, sh) = (f64::from(size.width), f64::from(size.height));
    let c = layer.crop;
    let (mut rx, mut ry) = (f64::from(c.left) * sw, f64::from(c.top) * sh);
    let mut rw = sw * (1.0 - f64::from(c.left) - f64::from(c.right));
    let mut rh = sh * (1.0 - f64::from(c.top) - f64::from(c.bottom));
    let fit = if matches!(layer.content, Content::Fill(_)) { Fit::Stretch } else { layer.fit };
    let (across, down) = (w as f64 / rw, h as f64 / rh);
    match fit {
        Fit::Stretch => {}
        Fit::Cover => {
            let scale = across.max(down);
            let (nw, nh) = (w as f64 / scale, h as f64 / scale);
            if (rw - nw) * scale >= 1.0 || (rh - nh) * scale >= 1.0 {
                (rx, ry) = (rx + (rw - nw) / 2.0, ry + (rh - nh) / 2.0);
                (rw, rh) = (nw, nh);
            }
        }
        Fit::Contain => {
            let scale = across.min(down);
            if w as f64 - rw * scale >= 1.0 || h as f64 - rh * scale >= 1.0 {
                let (nw, nh) = (even(rw * scale), even(rh * scale));
                (x, y) = (x + even((w - nw) as f64 / 2.0), y + even((h - nh) as f64 / 2.0));
                (w, h) = (nw, nh);
            }
        }
    }
    if w <= 0 || h <= 0 {
        return;
    }
    let d = by as f64;
    let (pw, ph) = (w as usize / by, h as usize / by);
    let scale = |f: &Floats| f.scaled((rx / d, rw / d), (ry / d, rh / d), pw, ph);
    let (values, alpha) = (scale(&content.values), scale(&content.alpha));
    let radius = layer.radius * canvas.height as f32;
    for j in 0..ph {
        for i in 0..pw {
            let (cx, cy) = (x / by as i64 + i as i64, y / by as i64 + j as i64);
            if cx < 0 || cy < 0 || cx >= out.w as i64 || cy >= out.h as i64 {
                continue;
            }
            let mut mask = 0.0;
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let (dx, dy) = (dx.min(by as i64 - 1), dy.min(by as i64 - 1));
                let b = by as i64;
                mask += coverage(i as i64 * b + dx, j as i64 * b + dy, w, h, radius) / 4.0;
            }
            let k = mask * f64::from(layer.opacity);
            let at = cy as usize * out.w + cx as usize;
            out.v[at] = values.v[j * pw + i] * k + out.v[at] * (1.0 - alpha.v[j * pw + i] * k);
        }
    }
}

/// Largest difference between a sample of a drawn canvas and the sample (a byte, rounded once, at
/// the end) that the reference gives, and where.
pub fn difference(drawn: &Frame, want: &[Floats; 3]) -> (f64, String) {
    let mut worst = (0.0, String::new());
    for (plane, want) in PLANES.into_iter().zip(want) {
        for y in 0..want.h {
            for (x, &got) in drawn.row(plane, y).iter().enumerate() {
                let want = want.v[y * want.w + x];
                let d = (f64::from(got) - want.round()).abs();
                if d > worst.0 {
                    (worst.0, worst.1) = (d, format!("{plane:?} {x},{y}: {got} for {want:.2}"));
                }
            }
        }
    }
    worst
}
