//! `vitrine-cli render`.

use std::process::ExitCode;

use vitrine_studio::{
    Product, RenderSettings, StudioError, load_theme, parse_size, render_picture,
};

use crate::args::RenderArgs;
use crate::output;

pub fn run(a: &RenderArgs, json: bool) -> Result<ExitCode, StudioError> {
    let settings = RenderSettings {
        product: Product::read(&a.product)?,
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
        page: a.page.as_deref().map(str::parse).transpose()?,
    };
    render_picture(&settings, &a.out)?;
    if json {
        output::print_json(&serde_json::json!({ "picture": a.out }));
    } else {
        output::print_line(&format!("wrote {}", a.out.display()));
    }
    Ok(ExitCode::SUCCESS)
}
