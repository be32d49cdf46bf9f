//! `vitrine-cli render`.

use std::process::ExitCode;

use vitrine_studio::{
    Product, RenderSettings, StudioError, load_theme, parse_size, render_picture, sample,
};

use crate::args::RenderArgs;
use crate::output;

pub fn run(a: &RenderArgs, json: bool) -> Result<ExitCode, StudioError> {
    let product = match &a.product {
        Some(file) => Product::read(file)?,
        None => sample::products()?.first().map(|p| (**p).clone()).ok_or_else(|| {
            StudioError::input("product", "there is no sample product; give one with --product")
        })?,
    };
    let settings = RenderSettings {
        product,
        theme: load_theme(a.theme.as_deref())?,
        canvas: a.canvas.parse()?,
        size: parse_size(&a.size)?,
        at_seconds: a.at,
        video: a
            .video
            .as_deref()
            .map(|v| v.parse().map_err(|e| StudioError::input("video", e)))
            .transpose()?,
        countdown: a.countdown,
        language: a.language.clone(),
        scene: a.scene.parse()?,
        elements: a.element.iter().map(|e| e.parse()).collect::<Result<_, _>>()?,
        safe_zones: a.safe_zones.clone(),
    };
    let drawn = render_picture(&settings, &a.out)?;
    if json {
        output::print_json(&serde_json::json!({
            "picture": a.out, "elements": drawn.elements, "touches": drawn.touches,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    output::print_line(&format!("wrote {}", a.out.display()));
    for e in &drawn.elements {
        if e.left_out {
            output::print_line(&format!("{} has no room and is left out", e.element));
        } else if e.moved != [0, 0] {
            let [x, y] = e.moved;
            output::print_line(&format!("{} is moved by {x}, {y}", e.element));
        }
    }
    for t in &drawn.touches {
        let how = if t.soft { "at times lies under" } else { "lies under" };
        output::print_line(&format!("{} {how} {} ({})", t.element, t.what, t.platform));
    }
    Ok(ExitCode::SUCCESS)
}
