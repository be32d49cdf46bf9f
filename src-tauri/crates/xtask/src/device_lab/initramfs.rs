//! What the machine finds in memory when it starts: busybox, kernel modules, an init script, the job.

use std::fs;

use super::cpio::Archive;
use super::kernel::Kernel;
use super::modules;
use crate::paths;

/// What is to be run, and how its output comes back.
#[derive(Debug)]
pub struct Job {
    /// A shell script, run in the host's root as seen from the machine.
    pub script: String,
    /// The terminal its output goes to, such as `/dev/ttyS1`.
    pub channel: &'static str,
    /// The word (letters, digits, `-`) that marks the lines of the init script itself.
    pub mark: String,
    /// Whether a person types on that terminal.
    pub interactive: bool,
}

/// The archive. `options` are module parameters by module name.
///
/// # Errors
/// Why it cannot be made, as a sentence with the remedy.
pub fn build(kernel: &Kernel, options: &[(&str, &str)], job: &Job) -> Result<Vec<u8>, String> {
    let busybox = paths::find_program("busybox").ok_or(
        "the program 'busybox' is missing; `cargo xtask setup` installs it (busybox-static)",
    )?;
    let busybox =
        fs::read(&busybox).map_err(|e| format!("{} cannot be read: {e}", busybox.display()))?;
    if !is_static(&busybox) {
        return Err("this 'busybox' needs libraries and cannot start a machine; please install \
                    the package busybox-static in its place"
            .to_owned());
    }
    let mut archive = Archive::default();
    for folder in ["bin", "dev", "proc", "sys", "host", "layer", "new", "out", "modules"] {
        archive.folder(folder);
    }
    archive.device("dev/console", 5, 1);
    archive.file("bin/busybox", &busybox);
    archive.file("init", include_bytes!("init.sh"));
    archive.file("job", job.script.as_bytes());
    archive.file("settings", settings(job).as_bytes());
    let mut order = String::new();
    for path in &kernel.modules {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let with = options.iter().find(|(module, _)| *module == name).map_or("", |(_, o)| *o);
        order += &format!("{name} {with}\n");
        archive.file(&format!("modules/{name}.ko"), &modules::read(path)?);
    }
    archive.file("modules/order", order.as_bytes());
    Ok(archive.finish())
}

fn settings(job: &Job) -> String {
    let interactive = if job.interactive { "yes" } else { "" };
    format!("CHANNEL={}\nMARK={}\nINTERACTIVE={interactive}\n", job.channel, job.mark)
}

/// Whether a 64-bit little-endian ELF program asks for no dynamic loader.
fn is_static(program: &[u8]) -> bool {
    const INTERPRETER: u64 = 3;
    let number = |at: usize, size: usize| {
        let bytes = program.get(at..at + size)?;
        Some(bytes.iter().rev().fold(0u64, |sum, b| sum << 8 | u64::from(*b)))
    };
    let is_elf = program.starts_with(b"\x7fELF\x02\x01");
    let headers = || {
        let first = usize::try_from(number(32, 8)?).ok()?;
        let size = usize::try_from(number(54, 2)?).ok()?;
        let count = usize::try_from(number(56, 2)?).ok()?;
        (0..count).map(|n| number(first.checked_add(n * size)?, 4)).collect::<Option<Vec<u64>>>()
    };
    is_elf && headers().is_some_and(|types| !types.contains(&INTERPRETER))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program of two headers of these types.
    fn elf(types: [u8; 2]) -> Vec<u8> {
        let mut bytes = vec![0u8; 64 + 2 * 56];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (bytes[32], bytes[54], bytes[56]) = (64, 56, 2);
        (bytes[64], bytes[64 + 56]) = (types[0], types[1]);
        bytes
    }

    #[test]
    fn programs_that_need_a_loader_are_known() {
        assert!(is_static(&elf([1, 1])));
        assert!(!is_static(&elf([1, 3])));
        assert!(!is_static(b"#!/bin/sh"));
        assert!(!is_static(&elf([1, 1])[..70]), "cut off");
    }

    #[test]
    fn settings_are_words_of_the_shell() {
        let job = Job {
            script: String::new(),
            channel: "/dev/ttyS1",
            mark: "lab-7".to_owned(),
            interactive: false,
        };
        assert_eq!(settings(&job), "CHANNEL=/dev/ttyS1\nMARK=lab-7\nINTERACTIVE=\n");
    }
}
