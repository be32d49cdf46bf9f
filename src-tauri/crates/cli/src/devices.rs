//! `vitrine-cli devices`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use vitrine_studio::devices::{self, Control, DeviceWatch, Devices, Trial, TrialSettings};
use vitrine_studio::{
    AudioSpec, DeviceName, Event, MediaTime, Stop, StudioError, VideoSpec, VideoWish, chosen,
    parse_rate, parse_size, sentence,
};

use crate::args::{DevicesArgs, DevicesSetArgs, DevicesTestArgs, DevicesVerb};
use crate::{interrupt, output};

pub fn run(a: &DevicesArgs, json: bool) -> Result<ExitCode, StudioError> {
    match &a.verb {
        Some(DevicesVerb::Test(test)) => try_out(test, json),
        Some(DevicesVerb::Set(set)) => set_controls(set, json),
        None => {
            let list = devices::list();
            print_list(&list, json);
            if a.watch {
                watch(&list, a.seconds, json);
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn print_list(list: &Devices, json: bool) {
    if json {
        return output::print_json(list);
    }
    if list.cameras.is_empty() {
        output::print_line("Cameras: none. Plug one in; a virtual machine must be given it.");
    }
    for camera in &list.cameras {
        let backend = camera.backend.map_or("cannot be used", |b| b.name());
        output::print_line(&format!("{}  ({}, {backend})", camera.name, camera.path));
        output::print_line(&format!("    camera:{}", camera.id));
        for f in &camera.formats {
            let rates: Vec<String> = f.rates.iter().map(ToString::to_string).collect();
            let size = format!("{}x{}", f.width, f.height);
            let (layout, backend) = (f.layout.name(), f.backend.name());
            let line = format!("    {layout:<6} {size:<10} {}  ({backend})", rates.join(" "));
            output::print_line(&line);
        }
        let names: Vec<&str> = camera.controls.iter().map(|c| c.name.as_str()).collect();
        if !names.is_empty() {
            output::print_line(&format!("    controls: {}", names.join(", ")));
        }
    }
    if list.microphones.is_empty() {
        output::print_line(
            "Microphones: none. Plug one in, or look at the system's sound settings.",
        );
    }
    for microphone in &list.microphones {
        let mark = if microphone.default { ", default" } else { "" };
        output::print_line(&format!("{}  ({}{mark})", microphone.name, microphone.host));
        output::print_line(&format!("    mic:{}", microphone.id));
        let rates: Vec<String> = microphone.rates.iter().map(ToString::to_string).collect();
        let (channels, rates) = (microphone.channels, rates.join(" "));
        output::print_line(&format!("    {channels} channels at {rates} Hz"));
    }
}

/// Tells changes until it is ended, with the level of the microphone on a terminal.
fn watch(list: &Devices, seconds: Option<u32>, json: bool) {
    let stop = interrupt::flag();
    let end = seconds.map(|s| Instant::now() + Duration::from_secs(u64::from(s)));
    let mut watch = DeviceWatch::default();
    watch.look();
    let meter = Meter::start(list, json, &stop);
    while !stop.is_stopped() && end.is_none_or(|e| Instant::now() < e) {
        for change in watch.look() {
            meter.clear();
            if json {
                output::print_json(&change);
            } else {
                let event = Event::Device { change };
                output::print_line(&sentence(&event));
            }
        }
        stop.wait(Duration::from_millis(900));
    }
    stop.stop();
    meter.clear();
}

/// The level of the default microphone, drawn on one line of a terminal while devices are watched.
struct Meter {
    shown: bool,
}

impl Meter {
    fn start(list: &Devices, json: bool, stop: &Stop) -> Self {
        let shown = !json && std::io::stderr().is_terminal();
        let Some(microphone) = list.microphones.first().filter(|_| shown) else {
            return Self { shown: false };
        };
        let (id, name) = (microphone.id.clone(), microphone.name.clone());
        let stop = stop.clone();
        // Let go at the end: it only draws, and its device may keep it waiting.
        drop(std::thread::spawn(move || {
            let spec = AudioSpec::Microphone(DeviceName::new(id));
            let draw = |level: f32| {
                let bar = ((level + 60.0) / 60.0 * 40.0).clamp(0.0, 40.0) as usize;
                let bar = "█".repeat(bar);
                drop(write!(std::io::stderr(), "\r{bar:<40} {level:6.1} dBFS  {name}\x1b[K"));
            };
            while !stop.is_stopped() {
                if devices::follow_level(&spec, &stop, draw).is_err() {
                    stop.wait(Duration::from_secs(1));
                }
            }
        }));
        Self { shown }
    }

    fn clear(&self) {
        if self.shown {
            drop(write!(std::io::stderr(), "\r\x1b[K"));
        }
    }
}

fn try_out(a: &DevicesTestArgs, json: bool) -> Result<ExitCode, StudioError> {
    let stop = interrupt::flag();
    let (mut video, mut audio) = (None, None);
    let all =
        if a.devices.is_empty() { vec!["camera".into(), "mic".into()] } else { a.devices.clone() };
    for text in &all {
        match (text.parse::<VideoSpec>(), text.parse::<AudioSpec>()) {
            (Ok(spec), _) => video = Some(spec),
            (_, Ok(spec)) => audio = Some(spec),
            _ => {
                let e =
                    StudioError::input("devices", format!("{text:?} is no camera or microphone"));
                return Err(e.remedy(
                    "name one or both: camera:ID mic:ID; `vitrine-cli devices` lists them",
                ));
            }
        }
    }
    let size = a.size.as_deref().map(parse_size).transpose()?;
    let rate = a.fps.as_deref().map(parse_rate).transpose()?;
    if let Some(VideoSpec::Camera(choice)) = &mut video {
        choice.size = size.or(choice.size);
        choice.rate = rate.or(choice.rate);
        if let Some(name) = &a.format {
            let form: VideoSpec =
                format!("camera:#{name}").parse().map_err(|e| StudioError::input("format", e))?;
            if let VideoSpec::Camera(form) = form {
                choice.layout = form.layout;
            }
        }
    }
    let mut picked =
        (video.clone().unwrap_or(VideoSpec::TestCard), audio.clone().unwrap_or(AudioSpec::Silence));
    chosen::resolve(&mut picked.0, &mut picked.1);
    let settings = TrialSettings {
        video: video.map(|_| picked.0),
        wish: VideoWish::new(
            size.unwrap_or(parse_size("1280x720")?),
            rate.unwrap_or(parse_rate("30")?),
        ),
        audio: audio.map(|_| picked.1),
        length: MediaTime::from_secs(i64::from(a.seconds)),
        out: a.out.clone(),
    };
    let bar = output::progress(Some(a.seconds), json);
    let trial = devices::try_out(&settings, &stop, |level| {
        bar.inc(1);
        bar.set_message(format!("{level:.0} dBFS"));
    });
    bar.finish_and_clear();
    let trial = trial?;
    if json {
        output::print_json(&trial)
    } else {
        print_trial(&trial)
    }
    Ok(ExitCode::SUCCESS)
}

fn print_trial(trial: &Trial) {
    if let Some(c) = &trial.camera {
        let how = match (c.layout, c.backend) {
            (Some(layout), Some(backend)) => format!("{layout} by {backend}, "),
            _ => String::new(),
        };
        output::print_line(&format!(
            "{}: {how}{}x{}, {} pictures, {:.2} a second (promised {:.2}), opened in {:.1} s",
            c.name, c.width, c.height, c.frames, c.measured_rate, c.rate, c.opened_in
        ));
        output::print_line(&format!(
            "    jitter {:.1} ms, 95 of 100 below {:.1}, at most {:.1}; {} damaged or overtaken",
            c.jitter_ms.p50, c.jitter_ms.p95, c.jitter_ms.max, c.unusable
        ));
        output::print_line(&format!("    picture: {}", c.picture.display()));
    }
    if let Some(m) = &trial.microphone {
        output::print_line(&format!(
            "{}: {} Hz, {} channels, {:.1} samples a second, {} gaps",
            m.name, m.rate, m.channels, m.measured_rate, m.gaps
        ));
        output::print_line(&format!(
            "    peak {:.1} dBFS, RMS {:.1} dBFS\n    {}",
            m.peak_dbfs,
            m.rms_dbfs,
            devices::sparkline(&m.curve)
        ));
        if m.peak_dbfs < -60.0 {
            output::print_line(
                "    nearly silent: look whether it is muted, or another one is meant",
            );
        } else if m.peak_dbfs > -1.0 {
            output::print_line("    too loud: turn its level down in the system's sound settings");
        }
    }
}

fn set_controls(a: &DevicesSetArgs, json: bool) -> Result<ExitCode, StudioError> {
    let name = a.camera.strip_prefix("camera:").unwrap_or(&a.camera);
    let wishes = a.controls.iter().map(|text| {
        let pair = text.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned()));
        pair.ok_or_else(|| {
            StudioError::input("control", format!("{text:?} sets nothing"))
                .remedy("write NAME=VALUE, such as brightness=140")
        })
    });
    let wishes = wishes.collect::<Result<Vec<_>, _>>()?;
    let controls = devices::set_controls(&DeviceName::new(name), &wishes)?;
    if json {
        output::print_json(&serde_json::json!({ "controls": controls }));
        return Ok(ExitCode::SUCCESS);
    }
    for Control { name, value, default, automatic, .. } in &controls {
        let c = controls.iter().find(|c| c.name == *name);
        let possible = c.map(Control::possible).unwrap_or_default();
        let held = if *automatic { ", set automatically" } else { "" };
        output::print_line(&format!("{name} = {value}  (default {default}; {possible}{held})"));
    }
    Ok(ExitCode::SUCCESS)
}
