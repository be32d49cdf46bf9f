//! `vitrine-cli demo`.

use std::process::ExitCode;

use vitrine_studio::{DemoSettings, StudioError, parse_size, run_demo};

use crate::args::DemoArgs;
use crate::{interrupt, output};

pub fn run(a: &DemoArgs, json: bool) -> Result<ExitCode, StudioError> {
    let settings = DemoSettings {
        seconds: a.seconds,
        out: a.out.clone(),
        size: parse_size(&a.size)?,
        bitrate: output::bitrate(&a.bitrate)?,
        preset: crate::setup::preset(a.preset),
    };
    let bar = output::progress(Some(a.seconds), json);
    let report = run_demo(&settings, &interrupt::flag(), |progress| {
        bar.set_position(u64::from(progress.tenths));
        bar.set_message(progress.text.clone());
    });
    bar.finish_and_clear();
    let report = report?;
    if json {
        output::print_json(&report);
    } else {
        output::print_line(&report.to_string());
    }
    Ok(if report.all_arrived() { ExitCode::SUCCESS } else { ExitCode::from(output::EXIT_DELIVERY) })
}
