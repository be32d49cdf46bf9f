//! `vitrine-cli live`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use vitrine_studio::{Clock, Live, MediaTime, OnAir, Product, StudioError};

use crate::args::LiveArgs;
use crate::{interrupt, output, setup};

/// How often events and the progress line are looked at.
const LOOK: Duration = Duration::from_millis(100);

pub fn run(a: LiveArgs, json: bool, started: Instant) -> Result<ExitCode, StudioError> {
    let stop = interrupt::flag();
    let setup = setup::setup(&a.setup, &[], json)?;
    let product = a.product.as_deref().map(Product::read).transpose()?;
    let mut settings = setup.live_settings(Clock::real())?;
    settings.overwrite = a.overwrite;
    let nowhere = settings.destinations.is_empty() && settings.record.is_none();
    if nowhere && a.seconds.is_none() {
        return Err(StudioError::input("destination", "the show goes nowhere").remedy(
            "give a destination with --to, a file with --record, or a length with --seconds",
        ));
    }
    let overlay = setup.overlay(&a.language)?;
    let mut on_air = product.map(|p| OnAir::product(p.into())).unwrap_or_default();
    on_air.countdown_to = a.countdown.map(|s| MediaTime::from_secs(i64::from(s)));

    let mut live = Live::start(settings, overlay, on_air, started)?;
    let bar = output::progress(a.seconds, json);
    let begun = live.now();
    let end = a.seconds.map(|s| begun + MediaTime::from_secs(i64::from(s)));
    while !stop.is_stopped() && end.is_none_or(|end| live.now() < end) {
        let left = end.map_or(LOOK, |e| (e - live.now()).to_duration().min(LOOK));
        while let Some(event) = live.event(Duration::ZERO) {
            if json {
                output::print_json(&event);
            } else {
                bar.suspend(|| output::print_line(&vitrine_studio::sentence(&event)));
            }
        }
        bar.set_position(((live.now() - begun).as_millis() / 100) as u64);
        if !bar.is_hidden() {
            bar.set_message(live.summary());
        }
        stop.wait(left);
    }
    bar.finish_and_clear();
    let report = live.stop()?;
    if json {
        output::print_json(&report);
    } else {
        output::print_line(&report.to_string());
    }
    Ok(if report.all_arrived() { ExitCode::SUCCESS } else { ExitCode::from(output::EXIT_DELIVERY) })
}
