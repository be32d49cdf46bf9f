//! Draws every element over a host for both canvases into one PNG, to look at a theme.
//!
//! `cargo run -p vitrine-graphics --example contact_sheet -- OUT.png [THEME_DIR] [VARIANT] [HEIGHT] [WHAT]`
//! where VARIANT is one of `sheet::sample::VARIANTS`, HEIGHT is 720 (default) or 1080, and WHAT is
//! names of elements (each alone and large), `landscape` or `portrait`, with commas between.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use vitrine_graphics::sheet::Sheet;
use vitrine_graphics::sheet::sample::{Sample, VARIANTS};
use vitrine_graphics::{Element, Theme, load_image};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let out = arguments.first().ok_or("name the PNG to write")?;
    let theme = match arguments.get(1).filter(|s| !s.is_empty()) {
        Some(folder) => Theme::load(folder)?,
        None => Theme::classic(),
    };
    let name = arguments.get(2).map_or("usual", String::as_str);
    let height: u32 = arguments.get(3).map_or(Ok(720), |s| s.parse())?;
    let (mut only, mut shapes) = (Vec::new(), [false, false]);
    for what in arguments.get(4).map_or("", String::as_str).split(',').filter(|w| !w.is_empty()) {
        match what {
            "landscape" => shapes[0] = true,
            "portrait" => shapes[1] = true,
            _ => only.push(
                Element::ALL
                    .into_iter()
                    .find(|e| e.name() == what)
                    .ok_or_else(|| format!("there is no element {what}"))?,
            ),
        }
    }
    if shapes == [false, false] {
        shapes = [true, true];
    }
    let samples = PathBuf::from(manifest_folder()).join("../../../assets/sample");
    let picture = |name: &str| load_image(samples.join(name)).ok().map(Arc::new);
    let sheet = Sheet {
        sample: Sample::named(name, picture("milk-frother.png"))
            .ok_or_else(|| format!("choose one of {}", VARIANTS.join(", ")))?,
        height,
        only,
        shapes,
        hosts: [picture("host.png"), picture("host-portrait.png")],
    };
    let (picture, shown) = sheet.draw(&theme);
    for s in shown {
        let ms = s.took.as_secs_f64() * 1e3;
        eprintln!("{} {}: {ms:.1} ms {}", s.canvas, s.element.name(), s.remark.unwrap_or_default());
    }
    let size = picture.size();
    let colour = image::ExtendedColorType::Rgba8;
    image::save_buffer(out, picture.rgba(), size.width, size.height, colour)?;
    Ok(())
}

/// This crate's folder in the checkout that cargo was called in. Asked at run time: checkouts that
/// share a build folder share this binary as well.
fn manifest_folder() -> std::ffi::OsString {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
}
