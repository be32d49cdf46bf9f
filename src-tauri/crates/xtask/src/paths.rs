//! Where things are: the repository, the build folder, the caches.

use std::env;
use std::path::PathBuf;

/// The top folder of the repository.
pub fn repository() -> PathBuf {
    // Asked at run time: checkouts that share a build folder share this binary as well.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(3).unwrap_or(&here).to_owned()
}

/// Vitrine's folder in the user's cache: builds and generated inputs live here.
pub fn cache() -> PathBuf {
    cache_from(|name| env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from))
        .unwrap_or_else(|| repository().join("target/cache"))
}

fn cache_from(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let base = if cfg!(target_os = "windows") {
        variable("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        variable("HOME")?.join("Library/Caches")
    } else {
        variable("XDG_CACHE_HOME")
            .filter(|p| p.is_absolute())
            .or_else(|| Some(variable("HOME")?.join(".cache")))?
    };
    Some(base.join("vitrine"))
}

/// The build folder of every cargo started from here: the caller's `CARGO_TARGET_DIR`, else one in
/// the user's cache, so that fresh clones share what is already built.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR").filter(|v| !v.is_empty()) {
        Some(given) => env::current_dir().unwrap_or_default().join(given),
        None => cache().join("target"),
    }
}

/// A program built by cargo in the release profile.
pub fn release_program(name: &str) -> PathBuf {
    target().join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// Looks `name` up in PATH and in the system folders that a user's PATH often lacks.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
    env::split_paths(&path)
        .chain(system.iter().map(PathBuf::from))
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_has_the_workspace_manifest() {
        let manifest = std::fs::read_to_string(repository().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_cache_follows_the_desktop_standard() {
        let with = |xdg: Option<&'static str>| {
            cache_from(move |name| match name {
                "XDG_CACHE_HOME" => xdg.map(PathBuf::from),
                "HOME" => Some(PathBuf::from("/h")),
                _ => None,
            })
        };
        assert_eq!(with(Some("/x")), Some(PathBuf::from("/x/vitrine")));
        assert_eq!(with(Some("relative")), Some(PathBuf::from("/h/.cache/vitrine")));
        assert_eq!(with(None), Some(PathBuf::from("/h/.cache/vitrine")));
        assert_eq!(cache_from(|_| None), None);
    }
}
