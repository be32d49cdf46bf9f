//! `vitrine-cli show live` and `show resume`: a show from the catalogue, led from a terminal.

use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use vitrine_studio::event::{Listener, StudioEvent};
use vitrine_studio::setup::Setup;
use vitrine_studio::state::{Phase, State};
use vitrine_studio::{Action, Armable, Clock, Command, Stop, Studio, StudioError, StudioSettings};

use crate::args::run::{ShowLiveArgs, ShowResumeArgs};
use crate::words::{self, Typed};
use crate::{interrupt, output, run, setup};

/// How often the show is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// So long a key is held on the seller's behalf: the command itself was the intention.
const HOLD: Duration = Duration::from_millis(700);

/// A show led from a terminal.
struct Lead {
    studio: Studio,
    events: Listener,
    json: bool,
    count: u32,
    stop: Stop,
}

impl Lead {
    fn open(catalogue: Option<&Path>, setup: Setup, json: bool) -> Result<Self, StudioError> {
        let studio = Studio::open(StudioSettings {
            catalogue: catalogue.map(Path::to_owned),
            setup,
            clock: Clock::real(),
            started: Instant::now(),
        })?;
        let events = studio.events();
        Ok(Self { studio, events, json, count: 0, stop: interrupt::flag() })
    }

    fn act(&mut self, action: Action) -> Result<(), StudioError> {
        self.count += 1;
        let id = format!("terminal-{}-{}", std::process::id(), self.count);
        self.studio.run(Command::new(id, action)).map(drop)
    }

    fn held(&mut self, what: Armable, action: Action) -> Result<(), StudioError> {
        self.act(Action::Arm { what })?;
        // Not the stop flag's wait: a show is ended after the first Ctrl-C, too.
        Stop::new().wait(HOLD);
        self.act(action)
    }

    fn say_events(&self) {
        while let Some(told) = self.events.next(Duration::ZERO) {
            if self.json {
                output::print_json(&told);
            } else if let Some(text) = said(&told.what) {
                let s = told.at_ms / 1000;
                let at = format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
                output::print_line(&format!("{at}  {text}"));
            }
        }
    }

    fn typed(&mut self, line: &str) {
        let done = if line.trim_start().starts_with('{') {
            serde_json::from_str::<Command>(line)
                .map_err(|e| StudioError::input("command", format!("this is no command: {e}")))
                .and_then(|command| self.studio.run(command).map(drop))
        } else {
            words::read(line).and_then(|typed| match typed {
                Typed::Do(action) => self.act(action),
                Typed::Held(what, action) => {
                    // In a rehearsal nothing needs to be held.
                    if what == Armable::EndShow && self.studio.state().phase == Phase::Rehearsal {
                        return self.act(action);
                    }
                    self.held(what, action)
                }
                Typed::State => {
                    print_state(&self.studio.state(), self.json);
                    Ok(())
                }
                Typed::Help => {
                    output::print_line(words::HELP);
                    Ok(())
                }
                Typed::Nothing => Ok(()),
            })
        };
        self.say_events();
        if let Err(e) = done {
            if self.json {
                output::print_json(&serde_json::json!({ "ok": false, "error": e }));
            } else {
                let remedy = e.remedy.as_deref().map(|r| format!(": {r}")).unwrap_or_default();
                output::print_line(&format!("refused: {}{remedy}", e.message));
            }
        }
    }

    /// Leads the show until it is over.
    fn lead(mut self, auto: bool, seconds: Option<u32>) -> Result<ExitCode, StudioError> {
        let lines = terminal();
        let began = Instant::now();
        let end = seconds.map(|s| began + Duration::from_secs(s.into()));
        loop {
            self.say_events();
            let state = self.studio.state();
            if !state.phase.is_on_air() {
                break;
            }
            let over = self.stop.is_stopped() || end.is_some_and(|end| Instant::now() >= end);
            if over || (auto && self.auto(&state)?) {
                let done = match state.phase {
                    Phase::Rehearsal => self.act(Action::EndShow),
                    _ => self.held(Armable::EndShow, Action::EndShow),
                };
                self.say_events();
                done?;
                break;
            }
            match lines.recv_timeout(LOOK) {
                Ok(line) => self.typed(&line),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                // Without a terminal the show goes on to its end.
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                    Stop::new().wait(LOOK);
                }
            }
        }
        self.say_events();
        let Some(report) = self.studio.close() else { return Ok(ExitCode::SUCCESS) };
        if self.json {
            output::print_json(&report);
        } else {
            output::print_line(&report.to_string());
        }
        let code = if report.all_arrived() { 0 } else { output::EXIT_DELIVERY };
        Ok(ExitCode::from(code))
    }

    /// Cues by the plan; says whether the last item's time is over.
    fn auto(&mut self, state: &State) -> Result<bool, StudioError> {
        let Some(pace) = &state.pace else { return Ok(false) };
        let Some(current) = pace.current else {
            self.act(Action::Next)?;
            return Ok(false);
        };
        let rest = pace.items.iter().find(|i| i.id == current).map_or(0, |i| i.rest_ms);
        if rest > 0 {
            return Ok(false);
        }
        if state.items.last().is_some_and(|last| last.id == current) {
            return Ok(true);
        }
        self.act(Action::Next)?;
        Ok(false)
    }
}

/// Lines of the terminal, read on a thread of their own.
fn terminal() -> Receiver<String> {
    let (sender, lines) = sync_channel(64);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

pub fn live(
    catalogue: Option<&Path>,
    a: &ShowLiveArgs,
    json: bool,
) -> Result<ExitCode, StudioError> {
    let own = run::canvases_of(catalogue, Some(a.show))?;
    let setup = setup::setup(&a.setup, &own, json)?;
    if setup.record.destinations.is_empty() && setup.record.record.is_none() && !a.rehearsal {
        return Err(StudioError::input("destination", "the show goes nowhere").remedy(
            "give a destination with --to, a file with --record, or try it with --rehearsal",
        ));
    }
    let mut lead = Lead::open(catalogue, setup, json)?;
    if let Some(offer) = &lead.studio.state().resume {
        let what = format!("show “{}” was interrupted", offer.title);
        return Err(StudioError::input("show-interrupted", what).remedy(
            "go on with it with `vitrine-cli show resume`, or give it up with `show resume --forget`",
        ));
    }
    lead.act(Action::Load { show: a.show })?;
    if a.rehearsal {
        lead.act(Action::GoLive { rehearsal: true })?;
    } else {
        lead.held(Armable::GoLive, Action::GoLive { rehearsal: false })?;
    }
    if !json {
        output::print_line("On air. Type next, cue CODE, price 19.90, undo, panic, end … or help.");
    }
    lead.lead(a.auto, a.seconds)
}

pub fn resume(
    catalogue: Option<&Path>,
    a: &ShowResumeArgs,
    json: bool,
) -> Result<ExitCode, StudioError> {
    let store = vitrine_studio::Store::open(catalogue)?;
    let run = store.wait(store.catalog().open_run());
    store.close();
    let Some(run) = run? else {
        return Err(StudioError::input("resume-none", "no show was interrupted"));
    };
    if a.forget {
        let mut lead = Lead::open(catalogue, Setup::new(Default::default(), Vec::new())?, json)?;
        return lead.held(Armable::Forget, Action::Forget).map(|()| ExitCode::SUCCESS);
    }
    let record: vitrine_studio::setup::SetupRecord =
        serde_json::from_str(&run.settings).map_err(|e| {
            StudioError::input("resume-settings", format!("how the show went on air is lost: {e}"))
                .remedy("give it up with --forget and start it anew with `show live`")
        })?;
    let count = if run.rehearsal { 0 } else { record.destinations.len() };
    let mut keys = setup::keys(count)?;
    if run.rehearsal {
        // Nothing leaves this machine, so no key is needed.
        keys =
            record.destinations.iter().map(|_| vitrine_studio::Secret::new("rehearsal")).collect();
    }
    let mut lead = Lead::open(catalogue, Setup::new(record, keys)?, json)?;
    lead.act(Action::Resume)?;
    lead.lead(false, a.seconds)
}

fn print_state(state: &State, json: bool) {
    if json {
        output::print_json(state);
        return;
    }
    for item in &state.items {
        let mark = if item.on_air { ">" } else { " " };
        let code = item.code.as_deref().unwrap_or("-");
        let price = item.price.as_deref().unwrap_or("");
        let left = item.free.map(|n| format!(", {n} left")).unwrap_or_default();
        output::print_line(&format!("{mark} {code:>4}  {}  {price}{left}", item.title));
    }
    for d in &state.destinations {
        output::print_line(&format!("  {} {}", d.name, d.text));
    }
}

/// An event in a few words; what the seller did is not told back to them.
fn said(event: &StudioEvent) -> Option<String> {
    use StudioEvent as E;
    Some(match event {
        E::WentLive { rehearsal: true } => "rehearsal has begun".to_owned(),
        E::WentLive { rehearsal: false } => "on air".to_owned(),
        E::Ended => "off air".to_owned(),
        E::Resumed { lost_ms } => format!("gone on after {} s", lost_ms / 1000),
        E::Cued { title, .. } => format!("on air: {title}"),
        E::PriceChanged { now, ended, .. } => {
            let now = now.as_deref().unwrap_or("the catalogue's price");
            if *ended { format!("price back to {now}") } else { format!("price {now}") }
        }
        E::SoldOut { item } => format!("item {item} is sold out"),
        E::CatalogueChanged => "the catalogue was changed elsewhere".to_owned(),
        E::Bid { bidder, amount, extended } => {
            format!("{bidder} bids {amount}{}", if *extended { ", clock set back" } else { "" })
        }
        E::LotOver { lot, winner: Some(who), price, .. } => {
            format!("lot {lot} sold to {who} for {}", price.as_deref().unwrap_or("?"))
        }
        E::LotOver { lot, winner: None, .. } => format!("lot {lot} not sold"),
        E::FlashEnded { reason, .. } => format!("flash sale over: {reason}"),
        E::Claimed { quantity, buyer, waitlisted, .. } => {
            format!("{buyer} claims {quantity}{}", if *waitlisted { ", waits" } else { "" })
        }
        E::ToReview { entry, why } => format!("{entry}: {why}"),
        E::Drawn { winner, .. } => format!("winner: {winner}"),
        E::Panic { on: true } => "SLATE AND SILENCE everywhere".to_owned(),
        E::Panic { on: false } => "the room is seen again".to_owned(),
        E::Engine { text } | E::Fault { text } => text.clone(),
        _ => return None,
    })
}
