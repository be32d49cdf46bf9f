//! The microphones that are there now.

use std::panic::catch_unwind;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, SupportedStreamConfigRange};
use serde::Serialize;

use super::refusal::missing;
use crate::{CaptureError, DeviceName, ErrorKind};

/// Rates worth naming, samples a second.
const USUAL: [u32; 9] = [8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000];
/// Asking the devices themselves may hang.
const ASK_WITHIN: Duration = Duration::from_secs(5);
/// A sound server that does not answer within this hangs.
#[cfg(target_os = "linux")]
const SERVER_WITHIN: Duration = Duration::from_secs(1);

/// A microphone or other recording device.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MicrophoneDevice {
    /// Stable over restarts and replugging, as far as the system allows.
    pub id: String,
    /// What the system calls it.
    pub name: String,
    /// The sound system it was found in: `pulseaudio`, `alsa`, `wasapi`, `coreaudio`.
    pub host: &'static str,
    /// The one the system uses where nobody chooses.
    pub default: bool,
    /// It hears what a loudspeaker of this machine plays; never the default one.
    pub monitor: bool,
    /// Rates it offers, samples a second, among the usual ones. Empty where it cannot be asked,
    /// because another program holds it.
    pub rates: Vec<u32>,
    /// Channels it offers at most; 0 where it cannot be asked.
    pub channels: u16,
}

/// A device, and how to open it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub device: MicrophoneDevice,
    /// Other ways to write its id.
    pub aliases: Vec<String>,
    /// cpal's ids for it, in the order in which they are tried; none for one of PulseAudio's.
    pub forms: Vec<String>,
    /// What PulseAudio knows of it, where it is one of PulseAudio's.
    #[cfg(target_os = "linux")]
    pub source: Option<super::pulse::Source>,
}

/// Every microphone: the default one first, monitors of loudspeakers last. Asks each device what it
/// offers, which takes some milliseconds; at most some seconds if the sound system hangs. Not
/// for media threads.
pub fn microphones() -> Vec<MicrophoneDevice> {
    let known = known();
    let bare: Vec<_> = known.iter().map(|k| k.device.clone()).collect();
    within(ASK_WITHIN, move || offered(known)).unwrap_or(bare)
}

/// Ids and names of the microphones that are there, without opening one. Cheap enough for once a
/// second; waits up to two seconds for a sound server that hangs, and then tells what was there before.
pub fn present() -> Vec<(String, String)> {
    known().into_iter().map(|k| (k.device.id, k.device.name)).collect()
}

/// The device that is meant.
pub(super) fn find(wanted: &DeviceName) -> Result<Known, CaptureError> {
    let none = || {
        let text = if !(wanted.id.is_empty() && wanted.name.is_empty()) {
            let told = if wanted.name.is_empty() { &wanted.id } else { &wanted.name };
            missing(told)
        } else {
            "this machine has no microphone; plug one in, or choose a monitor of those that `vitrine-cli devices` lists".to_owned()
        };
        CaptureError::new(ErrorKind::NotFound, text)
    };
    let known = choice_of(wanted)?;
    let fits = known.iter().map(|k| (k.device.id.as_str(), k.aliases.as_slice(), &*k.device.name));
    let position = wanted.find(fits).ok_or_else(none)?;
    let found = known.into_iter().nth(position).ok_or_else(none)?;
    // What the loudspeakers play goes on air only if somebody says so.
    let chosen = !(wanted.id.is_empty() && wanted.name.is_empty());
    if found.device.monitor && !chosen { Err(none()) } else { Ok(found) }
}

/// Runs `ask` on a thread of its own; `None` if it panics or takes longer than `limit`.
fn within<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> T + Send + std::panic::UnwindSafe + 'static,
) -> Option<T> {
    let (sender, receiver) = channel();
    let asking = move || drop(sender.send(catch_unwind(ask).ok()));
    thread::Builder::new().name("microphones".to_owned()).spawn(asking).ok()?;
    receiver.recv_timeout(limit).ok().flatten()
}

/// Default first, monitors last, otherwise in the system's order.
fn sorted(mut known: Vec<Known>) -> Vec<Known> {
    known.sort_by_key(|k| (k.device.monitor, !k.device.default));
    known
}

/// The usual rates and the channels among `configs`.
fn fill(device: &mut MicrophoneDevice, configs: &[SupportedStreamConfigRange]) {
    let offered =
        |r: &u32| configs.iter().any(|c| (c.min_sample_rate()..=c.max_sample_rate()).contains(r));
    device.rates = USUAL.into_iter().filter(offered).collect();
    device.channels = configs.iter().map(|c| c.channels()).max().unwrap_or(0);
}

/// With what a device of cpal says it offers; an empty answer where it does not say.
fn asked(device: &Device) -> Vec<SupportedStreamConfigRange> {
    device.supported_input_configs().map(Iterator::collect).unwrap_or_default()
}

#[cfg(target_os = "linux")]
mod system {
    use std::path::Path;
    use std::sync::{Mutex, PoisonError};

    use super::super::alsa::{self, Capture};
    use super::super::pulse::{self, Absent, Source};
    use super::super::refusal::silent;
    use super::*;

    /// What PulseAudio told last, for while it hangs.
    static TOLD: Mutex<Vec<Known>> = Mutex::new(Vec::new());

    /// What PulseAudio offers where a server runs, else what ALSA has.
    pub fn known() -> Vec<Known> {
        match pulse_known() {
            Ok(known) => known,
            Err(Absent::NoServer) => alsa_known(),
            Err(Absent::Silent) => TOLD.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// The devices among which `wanted` chooses: an id of ALSA's names its device past the server.
    pub fn choice_of(wanted: &DeviceName) -> Result<Vec<Known>, CaptureError> {
        if let Some(pcm) = wanted.id.strip_prefix("alsa:") {
            let mut known = alsa_known();
            if !known.iter().any(|k| k.device.id == wanted.id || k.aliases.contains(&wanted.id)) {
                // A name of the machine's own configuration of ALSA; opening it will tell.
                known.extend(named(pcm));
            }
            return Ok(known);
        }
        match pulse_known() {
            Ok(known) => Ok(known),
            Err(Absent::NoServer) => Ok(alsa_known()),
            Err(Absent::Silent) => Err(silent()),
        }
    }

    /// A plug-in by its name, unless that name is one of hardware's which is not there.
    fn named(pcm: &str) -> Option<Known> {
        let hardware = pcm.starts_with("hw:") || pcm.starts_with("plughw:");
        (!hardware).then(|| alsa_device(pcm, pcm, false))
    }

    fn pulse_known() -> Result<Vec<Known>, Absent> {
        let sources = pulse::sources(SERVER_WITHIN)?;
        let default = pulse::default_source(SERVER_WITHIN);
        let known = |s: Source| {
            Known {
                device: MicrophoneDevice {
                    id: format!("pulseaudio:{}", s.name),
                    name: s.description.clone(),
                    host: "pulseaudio",
                    default: !s.monitor && default.as_ref() == Some(&s.name),
                    monitor: s.monitor,
                    // The server converts.
                    rates: USUAL.to_vec(),
                    channels: s.channels,
                },
                aliases: vec![s.name.clone()],
                forms: Vec::new(),
                source: Some(s),
            }
        };
        let known = sorted(sources.into_iter().map(known).collect());
        TOLD.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&known);
        Ok(known)
    }

    fn alsa_known() -> Vec<Known> {
        let captures = alsa::captures(Path::new(alsa::TREE));
        let default = (!captures.is_empty())
            .then(|| alsa_device(alsa::DEFAULT, "Default microphone of ALSA", true));
        let known = |c: &Capture| {
            let mut known = alsa_device(&c.pcm(), &c.name, false);
            known.aliases = c.aliases();
            known.forms = c.forms().into_iter().map(|f| format!("alsa:{f}")).collect();
            known
        };
        default.into_iter().chain(captures.iter().map(known)).collect()
    }

    fn alsa_device(pcm: &str, name: &str, default: bool) -> Known {
        let id = format!("alsa:{pcm}");
        Known {
            device: MicrophoneDevice {
                id: id.clone(),
                name: name.to_owned(),
                host: "alsa",
                default,
                monitor: false,
                rates: Vec::new(),
                channels: 0,
            },
            aliases: vec![pcm.to_owned()],
            forms: vec![id],
            source: None,
        }
    }

    /// ALSA's devices are opened for a moment; one that is in use tells nothing.
    pub fn offered(known: Vec<Known>) -> Vec<MicrophoneDevice> {
        if known.iter().all(|k| k.device.host != "alsa") {
            return known.into_iter().map(|k| k.device).collect();
        }
        alsa::quiet();
        let host = cpal::host_from_id(cpal::HostId::Alsa);
        let there = host.as_ref().map(all).unwrap_or_default();
        let ask = |known: Known| {
            let mut device = known.device;
            if let Some((_, asked_of)) = pick(&there, &known.forms).first() {
                fill(&mut device, &asked(asked_of));
            }
            if device.default {
                // A plug-in makes any number of channels out of one.
                device.channels = device.channels.min(2);
            }
            device
        };
        known.into_iter().map(ask).collect()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::*;

    /// The devices among which one is chosen.
    pub fn choice_of(_wanted: &DeviceName) -> Result<Vec<Known>, CaptureError> {
        Ok(known())
    }

    /// What the system's sound interface has.
    pub fn known() -> Vec<Known> {
        let ask = || {
            let host = cpal::default_host();
            let default = host.default_input_device().and_then(|d| d.id().ok());
            let devices =
                host.input_devices().map(Iterator::collect).unwrap_or_else(|_| Vec::new());
            let known = |d: Device| {
                let id = d.id().ok()?;
                let name = d.description().ok()?.name().to_owned();
                let device = MicrophoneDevice {
                    id: id.to_string(),
                    name,
                    host: if cfg!(windows) { "wasapi" } else { "coreaudio" },
                    default: Some(&id) == default.as_ref(),
                    monitor: false,
                    rates: Vec::new(),
                    channels: 0,
                };
                let forms = vec![device.id.clone()];
                Some(Known { device, aliases: Vec::new(), forms })
            };
            sorted(devices.into_iter().filter_map(known).collect())
        };
        within(ASK_WITHIN, ask).unwrap_or_default()
    }

    /// With what each device says it offers.
    pub fn offered(known: Vec<Known>) -> Vec<MicrophoneDevice> {
        let there = all(&cpal::default_host());
        let ask = |known: Known| {
            let mut device = known.device;
            if let Some((_, asked_of)) = pick(&there, &known.forms).first() {
                fill(&mut device, &asked(asked_of));
            }
            device
        };
        known.into_iter().map(ask).collect()
    }
}

use system::{choice_of, known, offered};

/// Every device of `host`, with its id in cpal's words.
pub(super) fn all(host: &cpal::Host) -> Vec<(String, Device)> {
    let devices = host.devices().into_iter().flatten().chain(host.default_input_device());
    devices.filter_map(|d| Some((d.id().ok()?.to_string(), d))).collect()
}

/// Those of `forms` that are there, in the order of `forms`.
pub(super) fn pick<'a>(
    there: &'a [(String, Device)],
    forms: &'a [String],
) -> Vec<&'a (String, Device)> {
    forms.iter().filter_map(|form| there.iter().find(|(id, _)| id == form)).collect()
}
