//! The distribution's stock kernel: fetched as a package, never installed, kept in the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::modules;
use crate::system::Rights;
use crate::{paths, shell};

/// The package that stands for the newest stock kernel.
const LATEST: &str = "linux-image-amd64";

/// An unpacked kernel.
#[derive(Debug)]
pub struct Kernel {
    /// The kernel itself.
    pub image: PathBuf,
    /// The modules, in an order in which they can be loaded.
    pub modules: Vec<PathBuf>,
}

/// The kernel with these modules and what they need: from the cache, else from a package.
///
/// # Errors
/// Why there is none, as a sentence with the remedy.
pub fn get(wanted: &[&str]) -> Result<Kernel, String> {
    let cache = paths::cache().join("device-lab/kernels");
    let cached = fs::read_dir(&cache).into_iter().flatten().flatten().map(|e| e.path());
    if let Some(kernel) = cached.filter(|p| !is_unfinished(p)).find_map(|p| open(&p, wanted)) {
        return Ok(kernel);
    }
    if paths::find_program("apt-get").is_none() {
        return Err("the stock kernel comes as a package of Debian, and there is no apt-get here"
            .to_owned());
    }
    // Lists of packages may be missing or name a version that is gone; then they are fetched once.
    fetch(&cache, wanted).or_else(|first| {
        refresh_lists()?;
        fetch(&cache, wanted).map_err(|_| first)
    })
}

fn is_unfinished(folder: &Path) -> bool {
    folder.file_name().is_none_or(|n| n.to_string_lossy().starts_with('.'))
}

/// What an earlier run put into `folder`, if it holds everything wanted.
fn open(folder: &Path, wanted: &[&str]) -> Option<Kernel> {
    let list = fs::read_to_string(folder.join("order")).ok()?;
    let names: Vec<&str> = list.lines().collect();
    if !wanted.iter().all(|w| names.contains(&w.replace('-', "_").as_str())) {
        return None;
    }
    let kernel = Kernel {
        image: folder.join("vmlinuz"),
        modules: names.iter().map(|n| folder.join(format!("{n}.ko"))).collect(),
    };
    let whole = kernel.image.is_file() && kernel.modules.iter().all(|m| m.is_file());
    whole.then_some(kernel)
}

fn refresh_lists() -> Result<(), String> {
    let mut update = match Rights::detect() {
        Rights::Root => Command::new("apt-get"),
        Rights::Sudo => {
            let mut sudo = Command::new("sudo");
            sudo.arg("apt-get");
            sudo
        }
        Rights::Nobody => {
            return Err(format!(
                "the kernel package could not be fetched; please run `apt-get update` as root and see \
                 that `apt-get download {LATEST}` works"
            ));
        }
    };
    shell::run(update.args(["update", "--quiet"])).map_err(|e| e.to_string())
}

/// Fetches the package, and keeps the kernel and the modules that are wanted.
fn fetch(cache: &Path, wanted: &[&str]) -> Result<Kernel, String> {
    let text = |e: &dyn std::fmt::Display| format!("the kernel package could not be unpacked: {e}");
    let mut ask = Command::new("apt-cache");
    ask.env("LC_ALL", "C").args(["depends", LATEST]);
    let answer = shell::capture(&mut ask).map_err(|e| e.to_string())?;
    let package = package_in(&answer)
        .ok_or_else(|| format!("apt knows no kernel package by way of '{LATEST}'"))?;
    let folder = cache.join(format!(".{package}-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|e| text(&e))?;
    let kernel = unpack(&folder, &package, wanted).and_then(|()| {
        let place = cache.join(&package);
        // An older one that lacks something stands in the way; another run may also have been first.
        let _ = fs::remove_dir_all(&place);
        if let Err(e) = fs::rename(&folder, &place)
            && !place.is_dir()
        {
            return Err(text(&e));
        }
        open(&place, wanted).ok_or_else(|| text(&"something of it is missing"))
    });
    // Gone already where all went well.
    let _ = fs::remove_dir_all(&folder);
    kernel
}

/// The kernel that `apt-cache depends` names.
fn package_in(answer: &str) -> Option<String> {
    let mut names = answer.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    names.find(|name| name.starts_with("linux-image-")).map(str::to_owned)
}

fn unpack(folder: &Path, package: &str, wanted: &[&str]) -> Result<(), String> {
    let text = |e: &dyn std::fmt::Display| format!("the kernel package could not be unpacked: {e}");
    println!(
        "The device lab's kernel is fetched once (about 70 MB) and kept in the cache; nothing is installed."
    );
    let mut download = Command::new("apt-get");
    download.current_dir(folder).args(["download", "--quiet", package]);
    // Else apt warns that its own user may not write here.
    download.args(["-o", "APT::Sandbox::User=root"]);
    shell::run(&mut download).map_err(|e| e.to_string())?;
    let deb = fs::read_dir(folder).map_err(|e| text(&e))?.flatten().map(|e| e.path());
    let deb = deb.into_iter().find(|p| p.extension().is_some_and(|e| e == "deb"));
    let deb = deb.ok_or_else(|| format!("apt-get downloaded no file of '{package}'"))?;
    let tree = folder.join("tree");
    shell::run(Command::new("dpkg-deb").arg("-x").arg(&deb).arg(&tree))
        .map_err(|e| e.to_string())?;

    let image = fs::read_dir(tree.join("boot")).map_err(|e| text(&e))?.flatten().map(|e| e.path());
    let image = image
        .into_iter()
        .find(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("vmlinuz")))
        .ok_or_else(|| format!("'{package}' holds no kernel"))?;
    fs::rename(image, folder.join("vmlinuz")).map_err(|e| text(&e))?;

    let found = modules::index(&tree);
    let order = modules::in_order(wanted, |name| {
        let path = found.get(name).ok_or_else(|| format!("'{package}' has no module '{name}'"))?;
        let module = modules::read(path)?;
        fs::write(folder.join(format!("{name}.ko")), &module).map_err(|e| text(&e))?;
        Ok(modules::depends(&module))
    })?;
    fs::remove_dir_all(&tree).and_then(|()| fs::remove_file(&deb)).map_err(|e| text(&e))?;
    fs::write(folder.join("order"), order.join("\n")).map_err(|e| text(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_behind_the_name() {
        let answer = "linux-image-amd64\n  Depends: linux-image-6.1.0-56-amd64\n  Recommends: x\n";
        assert_eq!(package_in(answer).as_deref(), Some("linux-image-6.1.0-56-amd64"));
        assert_eq!(package_in("linux-image-amd64\n"), None);
    }

    #[test]
    fn a_kept_kernel_must_hold_everything_wanted() {
        let folder = std::env::temp_dir().join(format!("vitrine-kernel-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        assert!(open(&folder, &[]).is_none());
        for (name, text) in [("order", "snd\nsnd_aloop"), ("vmlinuz", ""), ("snd.ko", "")] {
            fs::write(folder.join(name), text).unwrap();
        }
        assert!(open(&folder, &["snd-aloop"]).is_none(), "a file is missing");
        fs::write(folder.join("snd_aloop.ko"), "").unwrap();
        let kernel = open(&folder, &["snd-aloop"]).expect("whole");
        assert!(
            kernel.modules[0].ends_with("snd.ko") && kernel.modules[1].ends_with("snd_aloop.ko")
        );
        assert!(open(&folder, &["vivid"]).is_none());
        fs::remove_dir_all(&folder).unwrap();
    }
}
