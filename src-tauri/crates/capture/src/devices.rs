//! The cameras and microphones that are there now, and watching them come and go.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::camera::list::{CameraDevice, cameras};
use crate::microphone::list::{MicrophoneDevice, microphones};

/// Every device of this machine.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Devices {
    /// Cameras, the system's first one first.
    pub cameras: Vec<CameraDevice>,
    /// Microphones and other recording devices, the default one first.
    pub microphones: Vec<MicrophoneDevice>,
}

impl Devices {
    /// Asks the system. Takes from some to some hundred milliseconds; cameras in use by others are
    /// listed as well. Any thread, but not a media thread.
    pub fn list() -> Self {
        Self { cameras: cameras(), microphones: microphones() }
    }
}

/// Whether a device is a camera or a microphone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// Gives pictures.
    Camera,
    /// Gives sound.
    Microphone,
}

/// A device came or went.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeviceChange {
    /// What it is.
    pub kind: DeviceKind,
    /// Its stable id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// It is there now; false: it has gone.
    pub arrived: bool,
}

/// Remembers what was there and tells what changed.
#[derive(Debug, Default)]
pub struct DeviceWatch {
    known: Option<BTreeMap<(DeviceKind, String), String>>,
}

impl DeviceWatch {
    /// What changed since the last call; nothing at the first one. Opens no device. Costs about a
    /// millisecond for cameras; call it about once a second, on a thread that may wait for the
    /// system's sound server.
    pub fn look(&mut self) -> Vec<DeviceChange> {
        let now = all_present();
        let Some(before) = self.known.replace(now.clone()) else { return Vec::new() };
        changes(&before, &now)
    }
}

/// Ids and names of the devices of a kind that are there, without opening one.
pub fn present(kind: DeviceKind) -> Vec<(String, String)> {
    match kind {
        DeviceKind::Camera => crate::camera::list::present(),
        DeviceKind::Microphone => crate::microphone::list::present(),
    }
}

fn all_present() -> BTreeMap<(DeviceKind, String), String> {
    let of = |kind| present(kind).into_iter().map(move |(id, name)| ((kind, id), name));
    of(DeviceKind::Camera).chain(of(DeviceKind::Microphone)).collect()
}

fn changes(
    before: &BTreeMap<(DeviceKind, String), String>,
    now: &BTreeMap<(DeviceKind, String), String>,
) -> Vec<DeviceChange> {
    let one = |((kind, id), name): (&(DeviceKind, String), &String), arrived| DeviceChange {
        kind: *kind,
        id: id.clone(),
        name: name.clone(),
        arrived,
    };
    let gone = before.iter().filter(|(k, _)| !now.contains_key(*k)).map(|d| one(d, false));
    let came = now.iter().filter(|(k, _)| !before.contains_key(*k)).map(|d| one(d, true));
    gone.chain(came).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_and_what_went() {
        let device = |kind, id: &str| ((kind, id.to_owned()), format!("the {id}"));
        let before = [device(DeviceKind::Camera, "a"), device(DeviceKind::Microphone, "m")].into();
        let now = [device(DeviceKind::Camera, "a"), device(DeviceKind::Camera, "b")].into();
        let told: Vec<_> =
            changes(&before, &now).into_iter().map(|c| (c.kind, c.name, c.arrived)).collect();
        assert_eq!(
            told,
            [
                (DeviceKind::Microphone, "the m".to_owned(), false),
                (DeviceKind::Camera, "the b".to_owned(), true)
            ]
        );
        assert_eq!(changes(&now, &now), []);
    }
}
