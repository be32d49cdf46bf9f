//! Draws every element over a backdrop for both canvases into one PNG, to look at a theme.
//!
//! `cargo run -p vitrine-graphics --example contact_sheet -- OUT.png [THEME_DIR] [VARIANT] [HEIGHT]`
//! where VARIANT is one of those listed in [`variant`] and HEIGHT is 720 (default) or 1080.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use vitrine_graphics::{Element, Price, Slots, Theme, load_image};
use vitrine_media::{Picture, Size};

fn main() -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let fonts = vitrine_graphics::Fonts::bundled();
    eprintln!("fonts {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    drop(fonts);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let out = arguments.first().ok_or("name the PNG to write")?;
    let theme = match arguments.get(1).filter(|s| !s.is_empty()) {
        Some(folder) => Theme::load(folder)?,
        None => Theme::classic(),
    };
    let name = arguments.get(2).map_or("usual", String::as_str);
    let height: u32 = arguments.get(3).map_or(Ok(720), |s| s.parse())?;
    let slots = variant(name)?;
    let wide = Size::new(height * 16 / 9, height);
    let tall = Size::new(height, height * 16 / 9);
    let on_air =
        [Element::ProductCard, Element::PriceBanner, Element::Countdown, Element::PromoCode];
    let mut cells: Vec<(Size, Vec<Element>)> = Vec::new();
    for size in [wide, tall] {
        cells.push((size, on_air.to_vec()));
        cells.push((size, vec![Element::LowerThird]));
        for page in [Element::StartingSoon, Element::Break, Element::Ending, Element::Slate] {
            cells.push((size, vec![page]));
        }
    }
    // Landscape in two columns above, portrait in one row below.
    let gap = 24;
    let sheet_size = Size::new(
        (wide.width * 2 + gap * 3).max(tall.width * 6 + gap * 7),
        wide.height * 3 + tall.height + gap * 5,
    );
    let mut sheet = Picture::transparent(sheet_size);
    sheet.rgba_mut().chunks_exact_mut(4).for_each(|p| p.copy_from_slice(&[90, 90, 96, 255]));
    for (i, (size, elements)) in cells.iter().enumerate() {
        let i = i as u32;
        let (x, y) = if i < 6 {
            (gap + (i % 2) * (wide.width + gap), gap + (i / 2) * (wide.height + gap))
        } else {
            (gap + (i - 6) * (tall.width + gap), gap * 4 + wide.height * 3)
        };
        let mut canvas = backdrop(*size);
        for &element in elements {
            let begin = Instant::now();
            let drawn = theme.draw(element, *size, &for_element(element, &slots))?;
            let first = begin.elapsed();
            let begin = Instant::now();
            theme.draw(element, *size, &for_element(element, &slots))?;
            eprintln!(
                "{size} {}: {:.1} ms, again {:.1} ms, {:?}, overflow {:?}",
                element.name(),
                first.as_secs_f64() * 1e3,
                begin.elapsed().as_secs_f64() * 1e3,
                drawn.place,
                drawn.overflow
            );
            over(&mut canvas, &drawn.picture, drawn.place.x, drawn.place.y);
        }
        over(&mut sheet, &canvas, x, y);
    }
    let size = sheet.size();
    image::save_buffer(
        out,
        sheet.rgba(),
        size.width,
        size.height,
        image::ExtendedColorType::Rgba8,
    )?;
    Ok(())
}

fn for_element(element: Element, slots: &Slots) -> Slots {
    let mut slots = slots.clone();
    match element {
        Element::LowerThird => {
            slots = Slots::new()
                .with_text("title", slots.text.get("host").cloned().unwrap_or_default());
            slots.with_text("subtitle", "Barista and roaster")
        }
        Element::StartingSoon | Element::Break | Element::Ending | Element::Slate => {
            slots.text.remove("title");
            slots
                .with_text("brand", "Sunday kitchen show")
                .with_text("digits", if element == Element::Slate { "20:41:07" } else { "04:30" })
        }
        Element::PromoCode => {
            let label = slots.text.get("promo-label").cloned();
            slots.text.remove("label");
            label.into_iter().fold(slots, |slots, label| slots.with_text("label", label))
        }
        _ => slots,
    }
}

fn variant(name: &str) -> Result<Slots, Box<dyn Error>> {
    let folder = PathBuf::from(manifest_folder()).join("../../../assets/sample");
    let product = |title: &str, price: &str, locale: &str| -> Result<Slots, Box<dyn Error>> {
        let mut slots = Slots::new()
            .with_text("title", title)
            .with_text("price", Price::parse(price, "EUR")?.format(locale))
            .with_text("compare-at", Price::parse("39.90", "EUR")?.format(locale))
            .with_text("badge", "−38 %")
            .with_text("promo-code", "LIVE10")
            .with_text("stock", "Only 31 left")
            .with_text("digits", "02:41")
            .with_text("host", "Inès Moreau")
            .with_qr("qr", "https://shop.example/p/aria-milk-frother");
        let image = folder.join("milk-frother.png");
        if image.exists() {
            slots = slots.with_image("image", Arc::new(load_image(image)?));
        }
        Ok(slots)
    };
    let without = |mut slots: Slots, names: &[&str]| {
        for name in names {
            slots.text.remove(*name);
            slots.images.remove(*name);
            slots.qr.remove(*name);
        }
        slots
    };
    Ok(match name {
        "usual" => product("Aria milk frother", "24.90", "fr")?,
        "long" => product(
            "Aria milk frother with a spare whisk, travel pouch and two-year guarantee",
            "24.90",
            "de",
        )?,
        "two-lines" => product("Pour-over kettle 0.9 l with thermometer", "1234.50", "fr")?,
        "large-price" => product("Espresso machine", "1234567.89", "fr")?
            .with_text("compare-at", "1 999 999,00 €"),
        "arabic" => product("خفاقة حليب كهربائية مع مضرب إضافي", "24.90", "ar")?
            .with_text("promo-label", "رمز الخصم")
            .with_text("stock", "بقي 31 فقط")
            .with_text("label", "ينتهي خلال")
            .with_text("host", "ليلى حداد"),
        "hebrew" => product("מקציף חלב אריה עם מקצף נוסף", "24.90", "he")?
            .with_text("promo-label", "קוד קופון")
            .with_text("label", "נגמר בעוד"),
        "cyrillic" => product("Вспениватель молока Aria с запасным венчиком", "24.90", "ru")?
            .with_text("promo-label", "Промокод")
            .with_text("label", "До конца"),
        "emoji" => product("Milk frother 🥛✨ limited 👩‍🍳", "24.90", "fr")?,
        "cjk" => product("奶泡器 限量版 ミルクフォーマー", "24.90", "zh")?,
        "no-image" => without(product("Aria milk frother", "24.90", "fr")?, &["image"]),
        "no-image-badge" => {
            without(product("Aria milk frother", "24.90", "fr")?, &["image", "badge"])
        }
        "no-badge-compare" => {
            without(product("Aria milk frother", "24.90", "fr")?, &["badge", "compare-at", "stock"])
        }
        "no-promo" => without(product("Aria milk frother", "24.90", "fr")?, &["promo-code"]),
        "no-link" => without(product("Aria milk frother", "24.90", "fr")?, &["qr"]),
        "stock-only" => {
            without(product("Aria milk frother", "24.90", "fr")?, &["qr", "promo-code"])
        }
        "bare" => without(
            product("Cup", "9", "fr")?,
            &["qr", "promo-code", "stock", "image", "badge", "compare-at", "digits"],
        ),
        "image-only" => without(
            product("Aria milk frother", "24.90", "fr")?,
            &["qr", "promo-code", "stock", "badge", "compare-at", "digits"],
        ),
        "long-link" => product("Aria milk frother", "24.90", "fr")?.with_qr(
            "qr",
            format!(
                "https://shop.example/p/{}",
                "aria-milk-frother-2026-".repeat(2).trim_end_matches('-')
            ),
        ),
        _ => return Err("unknown variant".into()),
    })
}

/// A mid-tone picture like a kitchen out of focus.
fn backdrop(size: Size) -> Picture {
    let mut picture = Picture::transparent(size);
    let (w, h) = (size.width as f32, size.height as f32);
    for (i, pixel) in picture.rgba_mut().chunks_exact_mut(4).enumerate() {
        let (x, y) = ((i as u32 % size.width) as f32 / w, (i as u32 / size.width) as f32 / h);
        let blob = |cx: f32, cy: f32, r: f32| {
            (-((x - cx).powi(2) * (w / h).powi(2) + (y - cy).powi(2)) / (r * r)).exp()
        };
        let base = 0.42 - 0.16 * y;
        let warm = 0.30 * blob(0.2, 0.25, 0.35) + 0.22 * blob(0.8, 0.1, 0.3)
            - 0.15 * blob(0.45, 0.95, 0.5);
        let value = |tint: f32| ((base + warm * tint) * 255.0).clamp(0.0, 255.0) as u8;
        pixel.copy_from_slice(&[value(1.15).saturating_add(12), value(0.95), value(0.75), 255]);
    }
    picture
}

fn over(under: &mut Picture, top: &Picture, x: u32, y: u32) {
    let (width, stride) = (top.size().width as usize * 4, under.size().width as usize * 4);
    for (row, source) in top.rgba().chunks_exact(width).enumerate() {
        let start = (y as usize + row) * stride + x as usize * 4;
        let target = &mut under.rgba_mut()[start..start + width];
        for (to, from) in target.chunks_exact_mut(4).zip(source.chunks_exact(4)) {
            let keep = 255 - u32::from(from[3]);
            for i in 0..4 {
                to[i] = (u32::from(from[i]) + (u32::from(to[i]) * keep + 127) / 255).min(255) as u8;
            }
        }
    }
}

/// This crate's folder in the checkout that cargo was called in. Asked at run time: checkouts that
/// share a build folder share this binary as well.
fn manifest_folder() -> std::ffi::OsString {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
}
