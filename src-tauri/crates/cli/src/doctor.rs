//! `vitrine-cli doctor`.

use std::io::IsTerminal;
use std::process::ExitCode;

use vitrine_studio::{Health, StudioError, examine};

use crate::args::DoctorArgs;
use crate::output;

pub fn run(a: &DoctorArgs, json: bool) -> Result<ExitCode, StudioError> {
    let checks = examine(&a.folder);
    let worst = checks.iter().map(|c| c.health).max().unwrap_or(Health::Good);
    if json {
        output::print_json(&serde_json::json!({ "health": worst, "checks": checks }));
    } else {
        let colour = std::io::stdout().is_terminal();
        for c in &checks {
            let (word, code) = match c.health {
                Health::Good => ("ok  ", "32"),
                Health::Warning => ("warn", "33"),
                Health::Bad => ("BAD ", "31"),
            };
            let mark = if colour { format!("\x1b[{code}m{word}\x1b[0m") } else { word.to_owned() };
            output::print_line(&format!("{mark}  {:<12} {}", c.name, c.found));
            if let Some(remedy) = &c.remedy {
                output::print_line(&format!("                  {remedy}"));
            }
        }
    }
    Ok(if worst == Health::Bad { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
