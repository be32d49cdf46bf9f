//! `vitrine-cli theme`.

use std::process::ExitCode;

use vitrine_studio::StudioError;
use vitrine_studio::theming::{FindingLevel, built_in, check_theme, draw_sheet};

use crate::args::theme::{ThemeArgs, ThemeCheckArgs, ThemeSheetArgs, ThemeVerb};
use crate::output;

pub fn run(a: &ThemeArgs, json: bool) -> Result<ExitCode, StudioError> {
    match &a.verb {
        ThemeVerb::List => list(json),
        ThemeVerb::Check(a) => return check(a, json),
        ThemeVerb::Sheet(a) => sheet(a, json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(json: bool) {
    let themes = built_in();
    if json {
        let named =
            |(name, title): &(&str, String)| serde_json::json!({ "name": name, "title": title });
        output::print_json(&themes.iter().map(named).collect::<Vec<_>>());
        return;
    }
    for (name, title) in themes {
        output::print_line(&format!("{name:<10} {title}"));
    }
}

fn check(a: &ThemeCheckArgs, json: bool) -> Result<ExitCode, StudioError> {
    let findings = check_theme(&a.theme, a.brand.as_deref())?;
    let count = |level| findings.iter().filter(|f| f.level == level).count();
    let (errors, warnings) = (count(FindingLevel::Error), count(FindingLevel::Warning));
    if json {
        output::print_json(&serde_json::json!({
            "theme": a.theme, "errors": errors, "warnings": warnings, "findings": findings,
        }));
    } else {
        for f in &findings {
            let level = match f.level {
                FindingLevel::Error => "error",
                FindingLevel::Warning => "warning",
                FindingLevel::Note => "note",
            };
            let element = f.element.map_or("theme", |e| e.name());
            let canvas = f.canvas.map_or(String::new(), |c| format!(" ({c})"));
            output::print_line(&format!("{level:<8} {element}{canvas}: {}", f.text));
        }
        output::print_line(&format!("errors: {errors}, warnings: {warnings}"));
    }
    Ok(ExitCode::from(if errors > 0 { output::EXIT_INPUT } else { 0 }))
}

fn sheet(a: &ThemeSheetArgs, json: bool) -> Result<(), StudioError> {
    let shown = draw_sheet(&a.theme, a.brand.as_deref(), &a.sample, &a.element, &a.out)?;
    let remarks: Vec<_> = shown.iter().filter_map(|s| s.remark.as_ref()).collect();
    if json {
        output::print_json(&serde_json::json!({ "picture": a.out, "remarks": remarks }));
        return Ok(());
    }
    output::print_line(&format!("wrote {}", a.out.display()));
    for remark in remarks {
        output::print_line(remark);
    }
    Ok(())
}
