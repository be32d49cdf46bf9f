//! What the repository may hold.

use std::process::Command;

use super::Finding;
use crate::{Done, paths, shell};

/// The largest a file may be outside the fonts, in bytes.
const LARGEST: u64 = 1 << 20;

/// Every file of the repository, new ones included, ignored ones not; relative, with `/`.
pub fn tracked() -> Done<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(paths::repository());
    // Quoted names would not be found again, so they come as they are, divided by NUL.
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"]);
    Ok(shell::capture(&mut git)?.split('\0').filter(|n| !n.is_empty()).map(str::to_owned).collect())
}

/// Large files make every clone slow for ever.
pub fn size(name: &str, bytes: u64) -> Option<Finding> {
    (bytes > LARGEST && !name.starts_with("assets/fonts/")).then(|| {
        Finding::new(
            name,
            0,
            format!("{bytes} bytes, {LARGEST} is the most outside assets/fonts; make it smaller or generate it"),
        )
    })
}

/// Folders of one person's machine. Put together so that this file does not hold them itself.
const HOMES: [&str; 3] = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];

/// Registries are configuration of the machine, not of the project.
const REGISTRIES: [&str; 9] = [
    concat!("crates", ".io"),
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("npm", "mirror.com"),
    concat!("py", "pi.org"),
    concat!("pythonhos", "ted.org"),
    concat!("deb.deb", "ian.org"),
    concat!("archive.ubu", "ntu.com"),
    concat!("gh", "cr.io"),
];

/// Checks the text of any file.
pub fn text(name: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(home) = HOMES.into_iter().find(|home| holds_path(line, home)) {
            let what = format!(
                "a path of one machine ({home}…); make it relative, or ask the system for it"
            );
            findings.push(Finding::new(name, at + 1, what));
        }
        let exempt = name == "Cargo.lock" && line.starts_with("source = ");
        if let Some(host) = REGISTRIES.into_iter().find(|host| !exempt && line.contains(host)) {
            let what = format!(
                "the host of a package registry ({host}); leave it out (npm: `omit-lockfile-registry-resolved=true` in .npmrc)"
            );
            findings.push(Finding::new(name, at + 1, what));
        }
    }
    findings
}

/// Whether `home` stands in `line` at the beginning of a path, not in the middle of one.
fn holds_path(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + home.len()..].chars().next();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~}".contains(c))
            && after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_machine() {
        let home = HOMES[0];
        assert_eq!(text("a.md", &format!("see {home}anna/x\nand file://{home}anna")).len(), 2);
        assert!(text("a.md", &format!("https://example.com{home}page or {home}")).is_empty());
        assert_eq!(text("a.rs", &format!("let x = \"{}x\";", HOMES[1]))[0].line, 1);
    }

    #[test]
    fn registries() {
        let host = REGISTRIES[0];
        assert_eq!(text("README.md", &format!("from {host}")).len(), 1);
        let source = format!("source = \"registry+https://example.com/{host}-index\"");
        assert!(text("Cargo.lock", &source).is_empty());
        assert_eq!(text("ui/package-lock.json", &source).len(), 1);
    }

    #[test]
    fn large_files_only_among_the_fonts() {
        assert!(size("assets/fonts/cjk.otf", 9 << 20).is_none());
        assert!(size("assets/sample/film.mp4", 9 << 20).is_some());
        assert!(size("README.md", 1 << 20).is_none());
    }

    #[test]
    fn the_list_holds_this_file() {
        let listed = tracked().unwrap();
        assert!(listed.contains(&"src-tauri/crates/xtask/src/tidy/files.rs".to_owned()));
    }
}
