//! What drawing costs beside what it must cost: our draw of a show's scene (camera, card, banner,
//! countdown, logo) against a straight-line kernel that does the same blend by hand: one copy of
//! the camera, then per overlay and row the same stretches of `memcpy` and of AVX2 blending, with no
//! scene, no lookup, no clipping. Medians in microseconds; ours and the floor take turns.
//! `--json` prints one JSON object instead of a table.

#[path = "floor/simd/mod.rs"]
mod simd;

use std::hint::black_box;
use std::time::Instant;

use vitrine_compositor::{Compositor, Inputs, Tile};
use vitrine_media::{Frame, MediaTime, Picture, Plane, Size};
use vitrine_scene::{
    Content, Easing, Edge, Effect, Layer, Motion, PictureId, Place, Scene, SourceId,
    interpolate_into,
};

/// Name, place and size at 720p of the overlays. At 1080p all is half as large again.
const OVERLAYS: [(&str, [u32; 4]); 4] = [
    ("card", [820, 60, 420, 560]),
    ("banner", [0, 624, 1280, 96]),
    ("countdown", [40, 40, 240, 96]),
    ("logo", [40, 440, 160, 160]),
];
const ROUNDS: usize = 401;

struct Show {
    cameras: Vec<Frame>,
    camera: usize,
    tiles: Vec<(&'static str, Tile)>,
}

impl Inputs for Show {
    fn source(&self, _: &SourceId) -> Option<&Frame> {
        self.cameras.get(self.camera)
    }
    fn picture(&self, id: &PictureId) -> Option<&Tile> {
        self.tiles.iter().find(|(name, _)| *name == id.as_str()).map(|(_, tile)| tile)
    }
}

fn main() {
    let json = std::env::args().any(|a| a == "--json");
    let sizes = [Size::new(1280, 720), Size::new(1920, 1080)];
    let results: Vec<_> = sizes.into_iter().map(|size| (size, measure(size))).collect();
    if json {
        let sizes: Vec<_> = results
            .iter()
            .map(|(size, lines)| {
                let lines: Vec<_> = lines.iter().map(|(n, v)| format!("\"{n}\":{v:.1}")).collect();
                format!("\"{size}\":{{{}}}", lines.join(","))
            })
            .collect();
        println!("{{\"kernels\":\"{}\",\"microseconds\":{{{}}}}}", kernels(), sizes.join(","));
        return;
    }
    println!("kernels: {}; microseconds a frame, median of {ROUNDS}", kernels());
    for (size, lines) in results {
        let get = |name| lines.iter().find(|(n, _)| *n == name).map_or(0.0, |(_, v)| *v);
        for (name, us) in &lines {
            println!("{size:>10} {name:10} {us:9.1}");
        }
        println!(
            "{:>10} still {:.2} x floor, sliding {:.2} x, fading {:.2} x still",
            "",
            get("still") / get("floor"),
            get("sliding") / get("still"),
            get("fading") / get("still")
        );
    }
}

fn kernels() -> &'static str {
    vitrine_pixel::simd::name()
}

fn measure(size: Size) -> Vec<(&'static str, f64)> {
    let at = |v: u32| v * size.height / 720;
    let mut layers = vec![Layer::new("camera", Content::Source("camera".into()), Place::FULL)];
    let (mut tiles, mut plain) = (Vec::new(), Vec::new());
    for (name, area) in OVERLAYS {
        let [x, y, w, h] = area.map(|v| at(v) / 2 * 2);
        let picture = overlay(Size::new(w, h));
        tiles.push((name, Tile::from_picture(&picture)));
        plain.push(simd::Overlay::new(&picture, x as usize, y as usize));
        let place = Place::of_pixels(x as i32, y as i32, w, h, size);
        layers.push(Layer::new(name, Content::Picture(name.into()), place));
    }
    let cameras = (0..4).map(|n| camera(size, n)).collect();
    let mut show = Show { cameras, camera: 0, tiles };

    let now = Scene::new(layers);
    let mut before = now.clone();
    before.layers.remove(1);
    let with = |effect| {
        let mut now = now.clone();
        now.layers[1].enter = Motion::new(effect, MediaTime::from_secs(1), Easing::Linear);
        now
    };
    let (slide, fade) = (with(Effect::Slide(Edge::Right)), with(Effect::Fade));
    let scale = with(Effect::Scale);

    let mut compositor = Compositor::new(size);
    let mut outs = [Frame::black(size), Frame::black(size), Frame::black(size)];
    let mut shown = Scene::default();
    let names = ["floor", "still", "sliding", "fading", "scaling", "copy"];
    let mut times = vec![Vec::with_capacity(ROUNDS); names.len()];
    for round in 0..ROUNDS {
        // Through the whole transition, so that every position counts.
        let t = MediaTime::from_millis(1 + (round * 997 / ROUNDS) as i64);
        for (i, times) in times.iter_mut().enumerate() {
            // Frames take turns, as a camera's and an encoder's queues make them.
            show.camera = (round + i) % show.cameras.len();
            let out = &mut outs[(round + i) % 3];
            let scene = [&now, &now, &slide, &fade, &scale, &now][i];
            interpolate_into(if i > 1 && i < 5 { &before } else { scene }, scene, t, &mut shown);
            let start = Instant::now();
            match i {
                0 => floor(&show.cameras[show.camera], &plain, out),
                5 => floor(&show.cameras[show.camera], &[], out),
                _ => compositor.draw(&shown, &show, out),
            }
            black_box(&out);
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    let median = |mut v: Vec<f64>| {
        v.sort_by(f64::total_cmp);
        v[v.len() / 2]
    };
    names.into_iter().zip(times.into_iter().map(median)).collect()
}

/// The same picture by hand.
fn floor(camera: &Frame, overlays: &[simd::Overlay], out: &mut Frame) {
    let planes = out.planes_mut();
    planes.y.copy_from_slice(camera.plane(Plane::Y));
    planes.u.copy_from_slice(camera.plane(Plane::U));
    planes.v.copy_from_slice(camera.plane(Plane::V));
    let below = [planes.y, planes.u, planes.v];
    for (i, (below, stride)) in below.into_iter().zip(planes.strides).enumerate() {
        for overlay in overlays {
            overlay.planes[i].draw(below, stride);
        }
    }
}

fn camera(size: Size, n: u32) -> Frame {
    let mut frame = Frame::black(size);
    for (i, v) in frame.planes_mut().y.iter_mut().enumerate() {
        *v = (16 + (i as u32 * 7 + n * 50) % 220) as u8;
    }
    frame
}

/// A card: rounded, its outer twelve pixels a soft edge, opaque inside.
fn overlay(size: Size) -> Picture {
    let mut picture = Picture::transparent(size);
    for y in 0..size.height {
        for x in 0..size.width {
            let (dx, dy) = (x.min(size.width - 1 - x), y.min(size.height - 1 - y));
            let far = |d: u32| f64::from(24u32.saturating_sub(d)) / 24.0;
            let inside = (1.0 - far(dx).hypot(far(dy))) * 2.0;
            let alpha = (inside * 255.0).clamp(0.0, 255.0) as u32;
            let at = ((y * size.width + x) * 4) as usize;
            let color = [200 + x % 50, 40 + y % 200, 120, 255].map(|c| (c * alpha / 255) as u8);
            picture.rgba_mut()[at..at + 4].copy_from_slice(&color);
        }
    }
    picture
}
