//! ALSA's recording devices, from what the kernel tells in `/proc/asound`: each device once, without
//! the dozens of plug-ins under whose names libasound lists it again.

use std::fs;
use std::path::Path;

/// Where the kernel tells of sound cards.
pub(super) const TREE: &str = "/proc/asound";
/// The plug-in that stands for the machine's own choice.
pub(super) const DEFAULT: &str = "default";

/// A device of a card that records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Capture {
    /// The card's number, which changes when cards are plugged in another order.
    pub card: u32,
    /// The card's id, which stays.
    pub card_id: String,
    /// The device's number on its card.
    pub device: u32,
    /// What people call it.
    pub name: String,
}

impl Capture {
    /// Its stable name for libasound.
    pub fn pcm(&self) -> String {
        format!("hw:CARD={},DEV={}", self.card_id, self.device)
    }

    /// Its names in the order in which they are tried: the device itself, then with conversions.
    pub fn forms(&self) -> Vec<String> {
        let cards = [self.card_id.clone(), self.card.to_string()];
        let of = |prefix: &str| {
            let prefix = prefix.to_owned();
            cards.clone().map(|card| format!("{prefix}:CARD={card},DEV={}", self.device))
        };
        [of("hw"), of("plughw")].concat()
    }

    /// Every way in which people write it.
    pub fn aliases(&self) -> Vec<String> {
        let mut all = Vec::new();
        for prefix in ["hw", "plughw"] {
            for card in [&self.card_id, &self.card.to_string()] {
                all.push(format!("{prefix}:CARD={card},DEV={}", self.device));
                all.push(format!("{prefix}:{card},{}", self.device));
                if self.device == 0 {
                    all.push(format!("{prefix}:CARD={card}"));
                    all.push(format!("{prefix}:{card}"));
                }
            }
        }
        let with_host: Vec<_> = all.iter().map(|a| format!("alsa:{a}")).collect();
        all.extend(with_host);
        all
    }
}

/// Every recording device below `tree`, in the kernel's order.
pub(super) fn captures(tree: &Path) -> Vec<Capture> {
    let read = |name: &str| fs::read_to_string(tree.join(name)).unwrap_or_default();
    let cards = cards(&read("cards"));
    let mut found: Vec<Capture> =
        read("pcm").lines().filter_map(|line| capture(line, &cards)).collect();
    let names: Vec<String> = found.iter().map(|c| c.name.clone()).collect();
    for capture in &mut found {
        if names.iter().filter(|n| **n == capture.name).count() > 1 {
            let of = format!(" ({}, {})", capture.card_id, capture.device);
            capture.name.push_str(&of);
        }
    }
    found
}

/// ` 0 [PCH            ]: HDA-Intel - HDA Intel PCH`: number, id, name.
fn cards(text: &str) -> Vec<(u32, String, String)> {
    let card = |line: &str| {
        let (number, rest) = line.split_once('[')?;
        let (id, rest) = rest.split_once(']')?;
        let name = rest.split_once(" - ").map_or(id, |(_, name)| name);
        Some((number.trim().parse().ok()?, id.trim().to_owned(), name.trim().to_owned()))
    };
    text.lines().filter_map(card).collect()
}

/// `00-00: ALC892 Analog : ALC892 Analog : playback 1 : capture 1`.
fn capture(line: &str, cards: &[(u32, String, String)]) -> Option<Capture> {
    let (numbers, rest) = line.split_once(':')?;
    let (card, device) = numbers.split_once('-')?;
    let (card, device): (u32, u32) = (card.trim().parse().ok()?, device.trim().parse().ok()?);
    let mut parts = rest.split(" : ").map(str::trim);
    let (id, name) = (parts.next()?, parts.next()?);
    parts.find(|p| p.starts_with("capture"))?;
    let (_, card_id, card_name) = cards.iter().find(|(number, ..)| *number == card)?;
    let device_name = if name.is_empty() { id } else { name };
    let name = if device_name.is_empty() || device_name == card_name {
        card_name.clone()
    } else {
        format!("{card_name}, {device_name}")
    };
    Some(Capture { card, card_id: card_id.clone(), device, name })
}

/// Keeps what libasound has to say about a device off the terminal, for this thread.
pub(super) fn quiet() {
    if let Err(e) = alsa::Output::local_error_handler() {
        tracing::debug!("libasound writes to the terminal: {e}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(cards: &str, pcm: &str) -> Vec<Capture> {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("cards"), cards).expect("written");
        fs::write(dir.path().join("pcm"), pcm).expect("written");
        captures(dir.path())
    }

    #[test]
    fn each_recording_device_once_with_a_name_of_its_own() {
        let found = tree(
            " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7f10000 irq 31\n 2 [Loopback       ]: Loopback - Loopback\n                      Loopback 1\n",
            "00-00: ALC892 Analog : ALC892 Analog : playback 1 : capture 1\n00-03: HDMI 0 : HDMI 0 : playback 1\n02-00: Loopback PCM : Loopback PCM : playback 8 : capture 8\n02-01: Loopback PCM : Loopback PCM : playback 8 : capture 8\n",
        );
        let seen: Vec<_> = found.iter().map(|c| (c.pcm(), c.name.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("hw:CARD=PCH,DEV=0".to_owned(), "HDA Intel PCH, ALC892 Analog"),
                ("hw:CARD=Loopback,DEV=0".to_owned(), "Loopback, Loopback PCM (Loopback, 0)"),
                ("hw:CARD=Loopback,DEV=1".to_owned(), "Loopback, Loopback PCM (Loopback, 1)"),
            ]
        );
        assert_eq!(
            found[2].forms(),
            [
                "hw:CARD=Loopback,DEV=1",
                "hw:CARD=2,DEV=1",
                "plughw:CARD=Loopback,DEV=1",
                "plughw:CARD=2,DEV=1"
            ]
        );
        let aliases = found[2].aliases();
        for alias in ["hw:2,1", "alsa:plughw:Loopback,1", "hw:CARD=Loopback,DEV=1"] {
            assert!(aliases.iter().any(|a| a == alias), "{alias}");
        }
        assert!(found[0].aliases().iter().any(|a| a == "alsa:hw:PCH"));
    }

    #[test]
    fn no_card_and_nonsense_are_nothing() {
        assert_eq!(tree("--- no soundcards ---\n", ""), []);
        assert_eq!(
            tree("[", "00: : capture\n7-x: a : b : capture 1\n09-00: a : b : capture 1\n"),
            []
        );
        assert_eq!(captures(Path::new("no/such/folder")), []);
    }
}
