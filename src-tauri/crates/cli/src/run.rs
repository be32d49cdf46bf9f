//! `vitrine-cli run`: a whole show from a script of commands, in real time or under a simulated clock.

use std::io::{BufRead, ErrorKind, Read};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use vitrine_studio::catalog::ShowId;
use vitrine_studio::command::LONGEST_ID;
use vitrine_studio::event::{Listener, StudioEvent};
use vitrine_studio::sheet::Sheet;
use vitrine_studio::{
    Action, Canvas, Clock, Command, MediaTime, Stop, Store, Studio, StudioError, StudioSettings,
};

use crate::args::run::RunArgs;
use crate::{interrupt, output, setup};

/// A script beyond this is not read.
const MOST: u64 = 64 << 20;
/// Lines read ahead of the show.
const AHEAD: usize = 256;
/// How often the show is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Steps of simulated time.
const STEP: MediaTime = MediaTime::from_millis(100);
/// From a change to its picture: everything has arrived and stands still.
const SETTLED: MediaTime = MediaTime::from_millis(1200);

/// A line of a script.
#[derive(Debug, Deserialize)]
struct Line {
    /// Second of the script at which it is due.
    #[serde(default)]
    at: Option<f64>,
    #[serde(flatten)]
    command: Command,
}

/// A line that is no command.
struct Unread {
    /// Counted from 1.
    line: usize,
    /// Its name, if it can be made out.
    id: Option<String>,
    error: StudioError,
}

/// What is read of a script: one line after the other.
type NextLine = Result<Line, Unread>;

/// The answer to a line.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    /// Its number in the script; only where it may have no name.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a StudioError>,
}

fn read_line(text: &str, line: usize) -> Option<NextLine> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let read = serde_json::from_str::<Line>(text).map_err(|e| {
        let why = e.to_string();
        // What could stand there instead fills a page; docs/commands.md has it in order.
        let why: String =
            why.split(", expected one of").next().unwrap_or(&why).chars().take(200).collect();
        StudioError::input("command", format!("line {line} of the script is no command: {why}"))
            .remedy("a line is JSON with id and do; see docs/commands.md")
    });
    let read = read.and_then(|read| match read.at {
        Some(at) if !(0.0..=172_800.0).contains(&at) => {
            let what = format!("line {line} is due at no moment of a show");
            Err(StudioError::input("command", what).remedy("give seconds, such as 12.5"))
        }
        _ => Ok(read),
    });
    Some(read.map_err(|error| Unread { line, id: name_of(text), error }))
}

/// The name of a line that cannot be read whole.
fn name_of(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(value.get("id")?.as_str()?.chars().take(LONGEST_ID).collect())
}

/// How a script went.
struct Going {
    studio: Studio,
    events: Listener,
    sheet: Option<Sheet>,
    canvases: Vec<Canvas>,
    refused: u32,
    /// A picture is due for this change.
    picture: Option<(MediaTime, String)>,
}

impl Going {
    fn say_events(&mut self, now: MediaTime) {
        while let Some(told) = self.events.next(Duration::ZERO) {
            output::print_json(&told);
            // What is seen to happen by itself has a picture of its own.
            let name = match (&told.command, &told.what) {
                (None, StudioEvent::LotOver { lot, .. }) => format!("lot {lot} over"),
                (None, StudioEvent::FlashEnded { .. }) => "flash sale over".to_owned(),
                (_, StudioEvent::SoldOut { item }) => format!("item {item} sold out"),
                (None, StudioEvent::PriceChanged { ended: true, .. }) => "price ended".to_owned(),
                _ => continue,
            };
            if self.sheet.is_some() {
                self.picture = Some((now + SETTLED, name));
            }
        }
    }

    fn refuse(&mut self, id: Option<&str>, line: Option<usize>, error: &StudioError) {
        self.refused += 1;
        output::print_json(&Answer { id, line, ok: false, revision: None, error: Some(error) });
    }

    /// The show does not end over a line that was mistyped.
    fn refuse_unread(&mut self, unread: &Unread) {
        self.refuse(unread.id.as_deref(), Some(unread.line), &unread.error);
    }

    fn run(&mut self, command: Command, now: MediaTime) {
        let id = command.id.clone();
        let name = command.action.name();
        let seen = self.sheet.is_some() && is_seen(&command.action);
        if seen {
            self.take_picture(now);
        }
        match self.studio.run(command) {
            Ok(done) => {
                if seen {
                    self.picture = Some((now + SETTLED, format!("{id} {name}")));
                }
                let revision = Some(done.revision);
                output::print_json(&Answer {
                    id: Some(&id),
                    line: None,
                    ok: true,
                    revision,
                    error: None,
                });
            }
            Err(e) => self.refuse(Some(&id), None, &e),
        }
        self.say_events(now);
    }

    /// Takes the picture that is waiting, if its time has come or another change is about to.
    fn take_picture(&mut self, now: MediaTime) {
        let Some((due, name)) = self.picture.take() else { return };
        // A change within a moment of the last leaves that one without a picture of its own.
        if now < due - SETTLED + MediaTime::from_millis(500) {
            return;
        }
        let Some(sheet) = &mut self.sheet else { return };
        for canvas in &self.canvases {
            match self.studio.picture(*canvas) {
                Ok(frame) => sheet.add(*canvas, &name, &frame),
                Err(e) => tracing::warn!("no picture of {name}: {e}"),
            }
        }
    }

    fn picture_if_due(&mut self, now: MediaTime) {
        if self.picture.as_ref().is_some_and(|(due, _)| now >= *due) {
            self.take_picture(now);
        }
    }
}

/// Whether a command changes what viewers see.
const fn is_seen(action: &Action) -> bool {
    use Action as A;
    !matches!(
        action,
        A::Load { .. }
            | A::Arm { .. }
            | A::Prepare { .. }
            | A::Lock { .. }
            | A::Mute { .. }
            | A::Retry { .. }
            | A::Forget
            | A::EndShow
            | A::PreBid { .. }
            | A::Enter { .. }
            | A::Comment { .. }
            | A::Claim(_)
            | A::Review { .. }
            | A::ConfirmClaim { .. }
            | A::MarkSold { .. }
            | A::CancelClaim { .. }
            | A::UndoClaim { .. }
    )
}

/// The canvases a show asks for.
pub fn canvases_of(
    catalogue: Option<&std::path::Path>,
    show: Option<i64>,
) -> Result<Vec<Canvas>, StudioError> {
    let Some(show) = show else { return Ok(Vec::new()) };
    let store = Store::open(catalogue)?;
    let found = store.wait(store.catalog().show(ShowId(show)));
    store.close();
    found?.fields.canvases.iter().map(|c| c.parse()).collect()
}

pub fn run(a: &RunArgs, started: Instant) -> Result<ExitCode, StudioError> {
    let stop = interrupt::flag();
    let own = canvases_of(a.catalogue.as_deref(), a.show)?;
    let setup = setup::setup(&a.setup, &own, true)?;
    let canvases = setup.record.canvases.clone();
    let clock = if a.simulated { Clock::simulated() } else { Clock::real() };
    // Simulated time stands still but for the steps below.
    let held = a.simulated.then(|| clock.participate());
    let studio = Studio::open(StudioSettings {
        catalogue: a.catalogue.clone(),
        setup,
        clock: clock.clone(),
        started,
    })?;
    let events = studio.events();
    let sheet = a.sheet.as_deref().map(Sheet::create).transpose()?;
    let mut going = Going { studio, events, sheet, canvases, refused: 0, picture: None };
    if let Some(show) = a.show {
        going.run(Command::new("load", Action::Load { show }), MediaTime::ZERO);
    }
    let lines = reader(a)?;
    let end = a.seconds.map(MediaTime::from_secs_f64);
    if a.simulated {
        simulate(&mut going, &lines, &clock, &stop, end)?;
    } else {
        in_time(&mut going, &lines, &stop, end);
    }
    going.say_events(MediaTime::ZERO);
    let (sheet, refused) = (going.sheet.take(), going.refused);
    let report = going.studio.close();
    // Not earlier: time would run on while nobody shows anything.
    drop(held);
    if let Some(sheet) = sheet {
        output::print_json(&sheet.finish()?);
    }
    if let Some(report) = report {
        output::print_json(&report);
        if !report.all_arrived() {
            return Ok(ExitCode::from(output::EXIT_DELIVERY));
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(output::EXIT_INPUT) })
}

/// Lines as they are read, on a thread of their own: standard input may be a pipe that stays open.
fn reader(a: &RunArgs) -> Result<Receiver<NextLine>, StudioError> {
    let source: Box<dyn Read + Send> = match &a.script {
        Some(path) => Box::new(std::fs::File::open(path).map_err(|e| {
            let what = format!("script {} cannot be read: {e}", path.display());
            StudioError::input("script", what).remedy("check the path")
        })?),
        None => Box::new(std::io::stdin()),
    };
    let (sender, lines) = sync_channel(AHEAD);
    std::thread::spawn(move || {
        let source = std::io::BufReader::new(source.take(MOST));
        for (n, text) in source.lines().enumerate() {
            let mut last = false;
            let line = match text {
                Ok(text) => read_line(&text, n + 1),
                Err(e) => {
                    // Behind a line that is no text there are others; behind a broken disk nothing.
                    last = e.kind() != ErrorKind::InvalidData;
                    let what = format!("line {} of the script cannot be read: {e}", n + 1);
                    let error = StudioError::input("script", what);
                    Some(Err(Unread { line: n + 1, id: None, error }))
                }
            };
            if line.is_some_and(|line| sender.send(line).is_err()) || last {
                return;
            }
        }
    });
    Ok(lines)
}

fn due(line: &Line) -> MediaTime {
    line.at.map_or(MediaTime::ZERO, MediaTime::from_secs_f64)
}

fn in_time(going: &mut Going, lines: &Receiver<NextLine>, stop: &Stop, end: Option<MediaTime>) {
    let began = Instant::now();
    let now = || MediaTime::from_duration(began.elapsed());
    let (mut waiting, mut open): (Option<Line>, bool) = (None, true);
    while !stop.is_stopped() && end.is_none_or(|end| now() < end) {
        going.say_events(now());
        going.picture_if_due(now());
        if waiting.as_ref().is_some_and(|line| now() >= due(line)) {
            if let Some(line) = waiting.take() {
                going.run(line.command, now());
            }
            continue;
        }
        if waiting.is_some() || !open {
            // Without an end of its own a script is over behind its last line.
            if waiting.is_none() && (end.is_none() && going.picture.is_none()) {
                return;
            }
            let until = waiting.as_ref().map_or(LOOK, |l| (due(l) - now()).to_duration());
            stop.wait(until.min(LOOK));
            continue;
        }
        match lines.recv_timeout(LOOK) {
            Ok(Ok(line)) => waiting = Some(line),
            Ok(Err(unread)) => going.refuse_unread(&unread),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => open = false,
        }
    }
}

fn simulate(
    going: &mut Going,
    lines: &Receiver<NextLine>,
    clock: &Clock,
    stop: &Stop,
    end: Option<MediaTime>,
) -> Result<(), StudioError> {
    let began = clock.now();
    let step_to = |going: &mut Going, to: MediaTime| -> Result<(), StudioError> {
        while clock.now() - began < to && !stop.is_stopped() {
            let next = (clock.now() + STEP).min(began + to);
            clock.sleep_until(next, stop);
            going.studio.turn()?;
            going.say_events(clock.now() - began);
            going.picture_if_due(clock.now() - began);
        }
        Ok(())
    };
    while let Ok(line) = lines.recv() {
        let line = match line {
            Ok(line) => line,
            Err(unread) => {
                going.refuse_unread(&unread);
                continue;
            }
        };
        let at = due(&line);
        if stop.is_stopped() || end.is_some_and(|end| at >= end) {
            break;
        }
        step_to(going, at)?;
        going.run(line.command, clock.now() - began);
    }
    let tail = clock.now() - began + SETTLED;
    step_to(going, end.unwrap_or(tail))
}
