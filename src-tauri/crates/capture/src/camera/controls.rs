//! Exposure, white balance, focus, brightness … of a camera, as far as it has them. They are the
//! device's: they hold while it is plugged in, whoever uses it.

use serde::Serialize;

use super::list::Found;
use crate::{CaptureError, DeviceName, ErrorKind};

/// A control of a camera.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Control {
    /// Its name in small letters with underlines, such as `white_balance_temperature`.
    pub name: String,
    /// Where it stands.
    pub value: i32,
    /// Where it stands by itself.
    pub default: i32,
    /// Its least value.
    pub minimum: i32,
    /// Its greatest value.
    pub maximum: i32,
    /// Distance of its values.
    pub step: i32,
    /// Names of the values of a menu, by value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<(i32, String)>,
    /// An automatic control has it at present: setting it does nothing until that one is off.
    pub automatic: bool,
}

impl Control {
    /// The value that `text` means: a number, `on`, `off`, `default`, or the name of a choice.
    ///
    /// # Errors
    /// [`ErrorKind::BadSpec`], naming what is possible.
    pub fn parse(&self, text: &str) -> Result<i32, CaptureError> {
        let lower = text.trim().to_lowercase();
        let switch = (self.minimum, self.maximum) == (0, 1);
        let named = self.choices.iter().find(|(_, name)| name.to_lowercase() == lower);
        let value = match lower.as_str() {
            "default" => Some(self.default),
            "on" | "true" | "yes" if switch => Some(1),
            "off" | "false" | "no" if switch => Some(0),
            number => named.map(|(v, _)| *v).or_else(|| number.parse().ok()),
        };
        let on_step = |v: &i32| {
            (self.minimum..=self.maximum).contains(v)
                && (v - self.minimum) % self.step.max(1) == 0
                && (self.choices.is_empty() || self.choices.iter().any(|(c, _)| c == v))
        };
        value.filter(on_step).ok_or_else(|| {
            CaptureError::new(
                ErrorKind::BadSpec,
                format!("{} cannot be “{text}”; use {}", self.name, self.possible()),
            )
        })
    }

    /// What it can be set to, in words.
    pub fn possible(&self) -> String {
        if !self.choices.is_empty() {
            let names: Vec<String> =
                self.choices.iter().map(|(v, name)| format!("{v} ({name})")).collect();
            return names.join(", ");
        }
        match (self.minimum, self.maximum, self.step) {
            (0, 1, _) => "on or off".to_owned(),
            (from, to, 0 | 1) => format!("{from} to {to}"),
            (from, to, step) => format!("{from} to {to} in steps of {step}"),
        }
    }
}

/// `White Balance Temperature, Auto` → `white_balance_temperature_auto`.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.trim_end_matches('_').to_owned()
}

/// Sets controls of a camera, in order, and gives how they stand afterwards. Automatic ones come
/// before what they hold back: `exposure_auto=manual exposure_absolute=200`.
///
/// # Errors
/// One sentence naming the control; those before it are set.
pub fn set(camera: &DeviceName, wishes: &[(String, String)]) -> Result<Vec<Control>, CaptureError> {
    let found = super::list::find(camera)?;
    for (name, text) in wishes {
        let all = controls(&found)?;
        let wanted = plain(name);
        let control = all.iter().find(|c| c.name == wanted).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|c| c.name.as_str()).collect();
            let has = if names.is_empty() {
                "it has none that can be set".to_owned()
            } else {
                format!("it has {}", names.join(", "))
            };
            let text = format!("{} has no control “{name}”; {has}", found.name);
            CaptureError::new(ErrorKind::BadSpec, text)
        })?;
        let value = control.parse(text)?;
        write(&found, &control.name, value)?;
        let now = controls(&found)?.into_iter().find(|c| c.name == control.name);
        if now.is_none_or(|c| c.value != value) {
            let hint = if control.automatic { "; switch its automatic off first" } else { "" };
            let text = format!("{} does not keep {name}={text}{hint}", found.name);
            return Err(CaptureError::new(ErrorKind::Unsupported, text));
        }
    }
    controls(&found)
}

/// Controls of a camera that can be set. Opens it for a moment, which disturbs nobody on Linux.
#[cfg(target_os = "linux")]
pub(crate) fn controls(camera: &Found) -> Result<Vec<Control>, CaptureError> {
    use super::ffi;
    let device = open(camera)?;
    let found = ffi::controls(&device).into_iter().filter_map(|d| {
        let value = ffi::value(&device, d.id).ok()?;
        let entry = |i: i32| Some((i, ffi::menu_entry(&device, d.id, u32::try_from(i).ok()?)?));
        let choices = match d.kind {
            3 => (d.minimum..=d.maximum.min(d.minimum.saturating_add(64)))
                .filter_map(entry)
                .collect(),
            _ => Vec::new(),
        };
        Some(Control {
            name: plain(&d.name),
            value,
            default: d.default,
            minimum: d.minimum,
            maximum: d.maximum,
            step: d.step,
            choices,
            automatic: d.inactive,
        })
    });
    Ok(found.collect())
}

#[cfg(target_os = "linux")]
fn write(camera: &Found, name: &str, value: i32) -> Result<(), CaptureError> {
    use super::ffi;
    let device = open(camera)?;
    let all = ffi::controls(&device);
    let control = all.iter().find(|d| plain(&d.name) == name);
    let id = control.map(|d| d.id).ok_or_else(|| {
        CaptureError::new(ErrorKind::Lost, format!("{} changed while it was set", camera.name))
    })?;
    ffi::set_value(&device, id, value).map_err(|e| super::device::refused(&camera.name, &e))
}

#[cfg(target_os = "linux")]
fn open(camera: &Found) -> Result<v4l::Device, CaptureError> {
    v4l::Device::with_path(&camera.path).map_err(|e| super::device::refused(&camera.name, &e))
}

/// Controls of a camera that can be set. Opens it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn controls(camera: &Found) -> Result<Vec<Control>, CaptureError> {
    super::nokhwa::controls(camera)
}

#[cfg(not(target_os = "linux"))]
fn write(camera: &Found, name: &str, value: i32) -> Result<(), CaptureError> {
    super::nokhwa::set_control(camera, name, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control() -> Control {
        Control {
            name: "exposure".into(),
            value: 3,
            default: 6,
            minimum: 0,
            maximum: 12,
            step: 3,
            choices: Vec::new(),
            automatic: false,
        }
    }

    #[test]
    fn names_are_plain() {
        assert_eq!(plain("White Balance Temperature, Auto"), "white_balance_temperature_auto");
        assert_eq!(plain("Focus (absolute)"), "focus_absolute");
    }

    #[test]
    fn values_are_checked_and_what_is_possible_is_named() {
        let c = control();
        assert_eq!(c.parse("9").ok(), Some(9));
        assert_eq!(c.parse("default").ok(), Some(6));
        for bad in ["10", "15", "-3", "on", "bright", ""] {
            let e = c.parse(bad).expect_err(bad).to_string();
            assert!(e.contains("0 to 12 in steps of 3"), "{e}");
        }
        let switch = Control { maximum: 1, step: 1, ..control() };
        assert_eq!((switch.parse("on").ok(), switch.parse("OFF").ok()), (Some(1), Some(0)));
        let choices = vec![(1, "Manual Mode".to_owned()), (3, "Auto".to_owned())];
        let menu = Control { step: 1, choices, ..control() };
        assert_eq!(menu.parse("manual mode").ok(), Some(1));
        assert!(menu.parse("2").is_err());
    }
}
