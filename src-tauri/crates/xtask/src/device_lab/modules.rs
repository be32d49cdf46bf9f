//! Kernel modules: which others one needs, and an order in which they can be loaded.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every module below `folder`, by its name as the kernel writes it (`_` for `-`).
pub fn index(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|t| t.is_dir()) {
                folders.push(path);
            } else if let Some((name, _)) =
                entry.file_name().to_str().and_then(|n| n.split_once(".ko"))
            {
                found.insert(kernel_name(name), path);
            }
        }
    }
    found
}

fn kernel_name(name: &str) -> String {
    name.replace('-', "_")
}

/// A module as the kernel takes it: newer kernel packages compress theirs.
///
/// # Errors
/// A sentence if the file cannot be read or unpacked.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unpacker = match path.extension().and_then(|e| e.to_str()) {
        Some("xz") => "xz",
        Some("zst") => "zstd",
        Some("gz") => "gzip",
        _ => return fs::read(path).map_err(|e| format!("{} cannot be read: {e}", path.display())),
    };
    let mut unpack = Command::new(unpacker);
    unpack.args(["--decompress", "--stdout"]).arg(path).stdin(Stdio::null());
    match unpack.output() {
        Ok(done) if done.status.success() => Ok(done.stdout),
        _ => Err(format!("{} cannot be unpacked; please install '{unpacker}'", path.display())),
    }
}

/// The names in the `depends=` entry of a module's information. The kernel package has no
/// `modules.dep`: that is made when it is installed.
pub fn depends(module: &[u8]) -> Vec<String> {
    const KEY: &[u8] = b"\0depends=";
    let Some(at) = module.windows(KEY.len()).position(|w| w == KEY) else { return Vec::new() };
    let list = module[at + KEY.len()..].split(|b| *b == 0).next().unwrap_or_default();
    let list = String::from_utf8_lossy(list);
    list.split(',').filter(|name| !name.is_empty()).map(kernel_name).collect()
}

/// `wanted` and everything they need, each behind what it needs itself.
///
/// # Errors
/// What `needs` says about a module it does not have.
pub fn in_order(
    wanted: &[&str],
    mut needs: impl FnMut(&str) -> Result<Vec<String>, String>,
) -> Result<Vec<String>, String> {
    let mut order: Vec<String> = Vec::new();
    // A stack of visits: first to look at what a module needs, then, behind that, to place it.
    let mut visits: Vec<(String, bool)> =
        wanted.iter().rev().map(|name| (kernel_name(name), false)).collect();
    let mut entered = std::collections::BTreeSet::new();
    while let Some((name, needs_are_placed)) = visits.pop() {
        if needs_are_placed {
            order.push(name);
        } else if entered.insert(name.clone()) {
            let needed = needs(&name)?;
            visits.push((name, true));
            visits.extend(needed.into_iter().rev().map(|n| (n, false)));
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_read_from_the_module() {
        let module = b"\x7fELF..\0license=GPL\0depends=snd-pcm,snd,v4l2_tpg\0name=vivid\0";
        assert_eq!(depends(module), ["snd_pcm", "snd", "v4l2_tpg"]);
        assert!(depends(b"\0depends=\0name=mc\0").is_empty());
        assert!(depends(b"no module").is_empty());
    }

    #[test]
    fn each_module_comes_behind_what_it_needs_and_once() {
        let needs = |name: &str| {
            Ok(match name {
                "snd_aloop" => vec!["snd_pcm".to_owned(), "snd".to_owned()],
                "snd_pcm" => vec!["snd_timer".to_owned(), "snd".to_owned()],
                "snd_timer" => vec!["snd".to_owned()],
                "snd" => vec!["soundcore".to_owned()],
                "vivid" | "soundcore" => vec![],
                other => return Err(format!("no {other}")),
            })
        };
        assert_eq!(
            in_order(&["vivid", "snd-aloop"], needs).unwrap(),
            ["vivid", "soundcore", "snd", "snd_timer", "snd_pcm", "snd_aloop"]
        );
        assert_eq!(in_order(&["vivid", "vivd"], needs).unwrap_err(), "no vivd");
    }

    #[test]
    fn modules_are_found_by_the_kernels_name() {
        let folder = std::env::temp_dir().join(format!("vitrine-modules-{}", std::process::id()));
        let deep = folder.join("kernel/sound");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("snd-aloop.ko"), b"one").unwrap();
        fs::write(deep.join("vivid.ko.xz"), b"two").unwrap();
        fs::write(deep.join("notes.txt"), b"three").unwrap();
        let found = index(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["snd_aloop", "vivid"]);
        assert!(found["snd_aloop"].ends_with("kernel/sound/snd-aloop.ko"));
    }
}
