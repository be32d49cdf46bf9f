//! `vitrine-cli rehearse`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use vitrine_studio::{Rehearsal, RehearsalSettings, StreamReport, StudioError};

use crate::args::RehearseArgs;
use crate::{interrupt, output};

/// How often a line is printed for each stream.
const EVERY: Duration = Duration::from_secs(2);

fn line(r: &StreamReport) -> String {
    vitrine_studio::describe_stream(r)
}

pub fn run(a: &RehearseArgs, json: bool) -> Result<ExitCode, StudioError> {
    let stop = interrupt::flag();
    let settings = RehearsalSettings {
        port: a.port,
        record_dir: a.record.clone(),
        ..RehearsalSettings::default()
    };
    let rehearsal = Rehearsal::start(settings).map_err(|e| StudioError::machine("rehearsal", e))?;
    if json {
        output::print_json(&serde_json::json!({ "listening": rehearsal.url() }));
    } else {
        output::print_line(&format!(
            "Listening on {}/KEY (this computer only). Ctrl-C ends.",
            rehearsal.url()
        ));
    }
    let begun = Instant::now();
    let over = |now: Duration| a.seconds.is_some_and(|s| now.as_secs() >= u64::from(s));
    while !stop.wait(EVERY.min(Duration::from_millis(if a.seconds.is_some() { 500 } else { 2000 })))
    {
        for report in rehearsal.reports() {
            if json {
                output::print_json(&report);
            } else {
                output::print_line(&line(&report));
            }
        }
        if over(begun.elapsed()) {
            break;
        }
    }
    let reports = rehearsal.reports();
    rehearsal.stop();
    if json {
        output::print_json(&serde_json::json!({ "streams": reports }));
    } else {
        for report in &reports {
            output::print_line(&format!("{} (ended)", line(report)));
        }
    }
    Ok(ExitCode::SUCCESS)
}
