//! Takes turns: peer, we, peer, we, through all rows, as often as asked.

use std::io::Write;

use serde_json::json;

use super::Options;
use super::context::Context;
use super::rows::{self, Row, Side};
use super::{peer, report};
use crate::failure::Failure;
use crate::{Done, paths, setup, shell};

/// The verb: measures, prints the table, writes the JSON.
///
/// # Errors
/// If the machine lacks something, Vitrine does not build, or a row could not be measured. A missed
/// target is no error: machines differ, and the table says it.
pub fn run(options: &Options) -> Done {
    let rows: Vec<&Row> = rows::all().filter(|row| options.wants(row.id)).collect();
    if rows.is_empty() {
        return Err(Failure::Usage(
            "no row has such an id; `cargo xtask bench --list` shows them".to_owned(),
        ));
    }
    if options.list {
        for row in rows {
            println!("{:14} {} ({}) – {}", row.id, row.what, row.unit, row.peer_name);
        }
        return Ok(());
    }
    setup::run(false)?;
    let context = Context::new(options.seconds())?;
    let mut table: Vec<_> = rows.into_iter().map(|row| (row, report::Samples::default())).collect();
    for round in 1..=options.rounds() {
        context.next_round();
        for (row, samples) in &mut table {
            let progress = format!("round {round}/{}, {}", options.rounds(), row.id);
            if !samples.errors.is_empty() {
                continue;
            }
            let ours = row.ours.filter(|_| !options.peers_only);
            for (who, side, into) in
                [("peer", row.peer, &mut samples.peer), ("ours", ours, &mut samples.ours)]
            {
                match measure(&context, side, &format!("{progress}, {who}")) {
                    Some(Ok(figure)) => into.push(figure),
                    Some(Err(failure)) => samples.errors.push(format!("{who}: {failure}")),
                    None => {}
                }
            }
        }
    }
    println!("\n{}", report::table(&table));
    if let Some(file) = &options.json {
        let text = format!("{:#}\n", report::json(&table, machine(options)));
        std::fs::write(file, text)
            .map_err(|e| Failure::Check(format!("cannot write {}: {e}", file.display())))?;
        println!("written: {}", file.display());
    }
    match table.iter().filter(|(_, samples)| !samples.errors.is_empty()).count() {
        0 => Ok(()),
        n => Err(Failure::Check(format!("{n} rows could not be measured, see above"))),
    }
}

fn measure(context: &Context, side: Option<Side>, progress: &str) -> Option<Done<f64>> {
    let side = side?;
    print!("{progress}: ");
    // Progress that cannot be shown is no reason to stop.
    let _ = std::io::stdout().flush();
    let figure = side(context);
    match &figure {
        Ok(figure) => println!("{figure:.4}"),
        Err(_) => println!("failed"),
    }
    Some(figure)
}

/// What the figures were taken on.
fn machine(options: &Options) -> serde_json::Value {
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .map(|l| l.trim_matches([' ', '\t', ':']));
    let version = paths::find_program("ffmpeg")
        .and_then(|ffmpeg| shell::capture(std::process::Command::new(ffmpeg).arg("-version")).ok());
    json!({
        "processor": model,
        "processors": std::thread::available_parallelism().map_or(1, usize::from),
        "system": std::env::consts::OS,
        "ffmpeg": version.as_deref().and_then(|v| v.lines().next()),
        "encoder": format!("x264 {} without B-frames, short look-ahead, {}, AAC 128k fast coder", peer::PRESET, peer::BITRATE),
        "runs": options.rounds(),
        "seconds": options.seconds(),
    })
}
