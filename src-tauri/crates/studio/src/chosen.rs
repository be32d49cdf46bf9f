//! Which camera and microphone were chosen last, by stable id and by name.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vitrine_capture::{AudioSpec, DeviceKind, DeviceName, VideoSpec, present};

/// A device as it is remembered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Remembered {
    id: String,
    name: String,
}

#[derive(Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Chosen {
    #[serde(default)]
    camera: Option<Remembered>,
    #[serde(default)]
    microphone: Option<Remembered>,
}

/// The devices a show is to use: `camera` and `mic` without an id mean the ones chosen last, if they
/// are there, and the system's own choice otherwise. A device that is named and there is remembered,
/// and gets its name beside its id, so that it is found again at another socket.
pub fn resolve(video: &mut VideoSpec, audio: &mut AudioSpec) {
    let wants_camera = matches!(video, VideoSpec::Camera(_));
    let wants_microphone = matches!(audio, AudioSpec::Microphone(_));
    if !wants_camera && !wants_microphone {
        return;
    }
    let file = file();
    let text = file.as_ref().and_then(|f| fs::read_to_string(f).ok()).unwrap_or_default();
    // A file that is broken is no reason not to go on air.
    let before: Chosen = serde_json::from_str(&text).unwrap_or_default();
    let mut now = Chosen { camera: before.camera.clone(), microphone: before.microphone.clone() };
    if let VideoSpec::Camera(choice) = video {
        choose(&mut choice.device, &mut now.camera, &present(DeviceKind::Camera));
    }
    if let AudioSpec::Microphone(name) = audio {
        choose(name, &mut now.microphone, &present(DeviceKind::Microphone));
    }
    if now != before
        && let Some(file) = file
    {
        write(&file, &now);
    }
}

fn choose(name: &mut DeviceName, last: &mut Option<Remembered>, there: &[(String, String)]) {
    let by_name = !name.id.is_empty();
    if !by_name {
        let Some(remembered) = last.clone() else { return };
        *name = DeviceName { id: remembered.id, name: remembered.name };
    } else if let Some(remembered) = last.as_ref().filter(|r| r.id == name.id) {
        name.name.clone_from(&remembered.name);
    }
    let others: [String; 0] = [];
    let found = name.find(there.iter().map(|(id, name)| (id.as_str(), &others[..], name.as_str())));
    match found.map(|i| &there[i]) {
        Some((id, title)) => {
            *last = Some(Remembered { id: id.clone(), name: title.clone() });
            *name = DeviceName { id: id.clone(), name: title.clone() };
        }
        // A path or a number, which only the device's own room knows, or one that is not there.
        None if by_name => {}
        None => *name = DeviceName::default(),
    }
}

/// By the conventions of each system.
fn file() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        var("APPDATA")?
    } else if cfg!(target_os = "macos") {
        var("HOME")?.join("Library/Application Support")
    } else {
        var("XDG_CONFIG_HOME").or_else(|| Some(var("HOME")?.join(".config")))?
    };
    Some(base.join("vitrine/devices.json"))
}

fn write(file: &std::path::Path, chosen: &Chosen) {
    let kept = (|| {
        let folder = file.parent().ok_or(std::io::ErrorKind::NotFound)?;
        fs::create_dir_all(folder)?;
        let part = file.with_extension(format!("part{}", std::process::id()));
        fs::write(&part, serde_json::to_vec_pretty(chosen)?)?;
        fs::rename(&part, file)
    })();
    if let Err(e) = kept {
        tracing::debug!("the chosen devices are not remembered: {e}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn what_was_chosen_is_found_again_at_another_socket() {
        let mut last = None;
        let mut name = DeviceName::new("usb-1");
        choose(&mut name, &mut last, &there(&[("usb-0", "Built-in"), ("usb-1", "Webcam")]));
        assert_eq!((name.id.as_str(), name.name.as_str()), ("usb-1", "Webcam"));
        // The next time nobody names one.
        let mut name = DeviceName::default();
        choose(&mut name, &mut last, &there(&[("usb-0", "Built-in"), ("usb-7", "Webcam")]));
        assert_eq!(name.id, "usb-7");
        assert_eq!(last.as_ref().map(|r| r.id.as_str()), Some("usb-7"));
        // It is not there: the system's own choice, but it is not forgotten.
        let mut name = DeviceName::default();
        choose(&mut name, &mut last, &there(&[("usb-0", "Built-in")]));
        assert_eq!(name, DeviceName::default());
        assert_eq!(last.as_ref().map(|r| r.name.as_str()), Some("Webcam"));
    }

    #[test]
    fn a_path_is_left_to_the_device_and_not_remembered() {
        let mut last = None;
        let mut name = DeviceName::new("/dev/video0");
        choose(&mut name, &mut last, &there(&[("usb-0", "Built-in")]));
        assert_eq!((name, last), (DeviceName::new("/dev/video0"), None));
    }
}
