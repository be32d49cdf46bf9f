//! What was measured on this machine once and is remembered: which encoder opens, which preset
//! holds the frame rate.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use vitrine_codec::measure::{self, Measured};
use vitrine_codec::probe::{self, Pick};
use vitrine_codec::{EncoderChoice, Preset};
use vitrine_media::{FrameRate, Size};

/// Measurements kept at most; sizes and rates a seller changes between.
const MOST: usize = 16;

#[derive(Default, Serialize, Deserialize)]
struct Remembered {
    #[serde(default)]
    pick: Option<Pick>,
    #[serde(default)]
    measured: Vec<Measured>,
}

/// The folder for things that can be found out again, by the conventions of each system; `None`
/// where the system names none.
pub fn cache_folder() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        var("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        var("HOME")?.join("Library/Caches")
    } else {
        var("XDG_CACHE_HOME").or_else(|| Some(var("HOME")?.join(".cache")))?
    };
    Some(base.join("vitrine"))
}

fn file() -> Option<PathBuf> {
    Some(cache_folder()?.join("encoder.json"))
}

/// A file that is missing, broken or of another machine counts as empty: it can be made again.
fn read() -> Remembered {
    let text = file().and_then(|f| fs::read_to_string(f).ok()).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn write(remembered: &Remembered) {
    let Some(file) = file() else { return };
    let kept = (|| {
        let folder = file.parent().ok_or(std::io::ErrorKind::NotFound)?;
        fs::create_dir_all(folder)?;
        let part = file.with_extension(format!("part{}", std::process::id()));
        fs::write(&part, serde_json::to_vec_pretty(remembered)?)?;
        fs::rename(&part, &file)
    })();
    if let Err(e) = kept {
        tracing::debug!("measurements are not remembered: {e}");
    }
}

/// The encoder and preset to use. `Auto` takes what was measured before, or measures now (about
/// a second, once per machine, size and rate). `at_once` is how many encoders will run.
pub fn choose(
    encoder: EncoderChoice,
    preset: Preset,
    size: Size,
    rate: FrameRate,
    at_once: usize,
) -> (EncoderChoice, Preset) {
    let mut remembered = read();
    let mut changed = false;
    let encoder = match encoder {
        EncoderChoice::Auto => {
            let known = remembered.pick.clone().is_some_and(probe::restore);
            match probe::pick() {
                Ok(pick) => {
                    changed |= !known;
                    remembered.pick = Some(pick.clone());
                    EncoderChoice::Named(pick.name)
                }
                // Opening will say so, with the names that were tried.
                Err(_) => EncoderChoice::Auto,
            }
        }
        named @ EncoderChoice::Named(_) => named,
    };
    let software = encoder == EncoderChoice::Named("libx264".to_owned());
    let preset = if preset == Preset::Auto && software {
        let fits =
            |m: &&Measured| m.size == size && m.rate == rate && measure::restore((*m).clone());
        let known = remembered.measured.iter().find(fits).cloned();
        let measured = known.or_else(|| {
            let fresh = measure::measure(size, rate).ok()?;
            remembered.measured.retain(|m| m.key == fresh.key && (m.size, m.rate) != (size, rate));
            remembered.measured.truncate(MOST - 1);
            remembered.measured.push(fresh.clone());
            changed = true;
            Some(fresh)
        });
        measured.map_or(Preset::Auto, |m| m.best(at_once as u32))
    } else {
        preset
    };
    if changed {
        write(&remembered);
    }
    (encoder, preset)
}
