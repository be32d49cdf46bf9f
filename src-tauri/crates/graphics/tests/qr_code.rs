//! A drawn code is read by an independent decoder, also after what an encoder does to it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use vitrine_graphics::{Element, Fonts, Slots, Theme};
use vitrine_media::{Picture, Size};

/// The picture over mid grey, as luma.
fn luma(picture: &Picture) -> Vec<u8> {
    picture
        .rgba()
        .chunks_exact(4)
        .map(|p| {
            let over = |c: u8| f32::from(c) + 110.0 * f32::from(255 - p[3]) / 255.0;
            let y = 0.2126 * over(p[0]) + 0.7152 * over(p[1]) + 0.0722 * over(p[2]);
            // Limited range.
            (16.0 + y * 219.0 / 255.0).round() as u8
        })
        .collect()
}

/// A low-bitrate encoder's deeds: blurred, quantised coarsely, with block noise.
fn worn(luma: &[u8], width: usize) -> Vec<u8> {
    let height = luma.len() / width;
    let at = |x: isize, y: isize| {
        let x = x.clamp(0, width as isize - 1) as usize;
        let y = y.clamp(0, height as isize - 1) as usize;
        u32::from(luma[y * width + x])
    };
    let mut out = Vec::with_capacity(luma.len());
    for y in 0..height as isize {
        for x in 0..width as isize {
            let mut sum = 4 * at(x, y);
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                sum += 2 * at(x + dx, y + dy);
            }
            for (dx, dy) in [(-1, -1), (1, 1), (1, -1), (-1, 1)] {
                sum += at(x + dx, y + dy);
            }
            let block = ((x / 8 * 7 + y / 8 * 13) % 5) as i32 * 4 - 8;
            let value = (sum / 16) as i32 + block;
            out.push((value / 12 * 12).clamp(16, 235) as u8);
        }
    }
    out
}

fn read(luma: &[u8], width: usize) -> Option<String> {
    let height = luma.len() / width;
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| luma[y * width + x]);
    let grids = image.detect_grids();
    grids.first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
}

#[test]
fn it_reads_on_both_canvases_after_wear() {
    let theme = Theme::classic().with_fonts(Fonts::bundled_only());
    let photo = Arc::new(Picture::from_rgba(Size::new(2, 2), vec![180; 16]).unwrap());
    for link in [
        "https://shop.example/p/aria-milk-frother",
        "https://shop.example/p/aria-milk-frother?variant=40291817&utm_source=live",
    ] {
        for canvas in [Size::new(1280, 720), Size::new(720, 1280), Size::new(1920, 1080)] {
            let slots = Slots::new()
                .with_text("title", "Aria milk frother")
                .with_text("price", "24,90 €")
                .with_image("image", photo.clone())
                .with_qr("qr", link);
            let drawn = theme.draw(Element::ProductCard, canvas, &slots).unwrap();
            let width = drawn.place.width as usize;
            let clean = luma(&drawn.picture);
            assert_eq!(read(&clean, width).as_deref(), Some(link), "{canvas}");
            assert_eq!(read(&worn(&clean, width), width).as_deref(), Some(link), "{canvas}, worn");
            // Module edges on even canvas pixels.
            let [x, y, right, _] = drawn.slots["qr"];
            assert_eq!(((x as u32 + drawn.place.x) % 2, (y as u32 + drawn.place.y) % 2), (0, 0));
            assert!((right - x) as u32 / 37 >= 4);
        }
    }
}
