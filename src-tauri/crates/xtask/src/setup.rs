//! `cargo xtask setup`: finds what is missing, says what it installs and why, installs only that.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::needs::{NEEDS, Need};
use crate::system::{Rights, System};
use crate::{Done, paths, shell};

/// Installs what is missing; with `check_only`, only says so.
///
/// # Errors
/// [`Failure::Setup`] with the exact remedy when something required is missing afterwards.
pub fn run(check_only: bool) -> Done {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !need.probe.present()).collect();
    if missing.is_empty() {
        println!("Set-up: everything is there ({} things checked).", NEEDS.len());
        return Ok(());
    }
    let system = System::detect();
    println!("Set-up: {} of {} things are missing:\n", missing.len(), NEEDS.len());
    print!("{}", table(&missing, &system));
    println!();
    if system == System::Windows {
        println!("{WINDOWS_STEPS}");
        return if missing.iter().any(|n| n.required) { Err(stopped(&missing)) } else { Ok(()) };
    }
    let plan = plan(&missing, &system, Rights::detect(), service_manager());
    if check_only || plan.is_none() {
        return without_installing(&missing, &system, check_only);
    }
    for step in plan.unwrap_or_default() {
        let (program, words) = step.words.split_first().ok_or_else(|| stopped(&missing))?;
        let done = shell::run(Command::new(program).args(words));
        match (done, step.matters) {
            (Err(failure), true) => {
                run_all(&step.after_failure);
                return Err(Failure::Setup(format!(
                    "{failure}. The lines above say why; when it is mended, start again."
                )));
            }
            (Err(failure), false) => println!("(went on without: {failure})"),
            (Ok(()), _) => {}
        }
    }
    finish(&missing)
}

/// Looks again at what was missing.
fn finish(missing: &[&Need]) -> Done {
    let still: Vec<&Need> = missing.iter().filter(|need| !need.probe.present()).copied().collect();
    for need in still.iter().filter(|need| !need.required) {
        println!(
            "Not there: {} – {}. Tests that want it are skipped, and say so.",
            need.name, need.why
        );
    }
    let required: Vec<&Need> = still.into_iter().filter(|need| need.required).collect();
    if required.is_empty() {
        println!("Set-up: done.");
        return Ok(());
    }
    Err(stopped(&required))
}

/// Nothing is installed: because only a check was wanted, or because nobody here may.
fn without_installing(missing: &[&Need], system: &System, check_only: bool) -> Done {
    let as_root = plan(missing, system, Rights::Root, false).unwrap_or_default();
    for step in &as_root {
        println!("  {}", step.words.join(" "));
    }
    let required = missing.iter().any(|need| need.required);
    if !required && (!check_only || as_root.is_empty()) {
        return finish(missing);
    }
    if check_only && !as_root.is_empty() {
        return Err(Failure::Setup(
            "something is missing; `cargo xtask setup` installs it".to_owned(),
        ));
    }
    Err(Failure::Setup(match as_root.is_empty() {
        true => format!(
            "set-up knows no package manager for {}; please install what is listed above",
            name_of(system)
        ),
        false => "packages can be installed by the administrator only, and sudo is not there or asks for a \
                  password; please run the commands above as root, then start again"
            .to_owned(),
    }))
}

fn stopped(missing: &[&Need]) -> Failure {
    let names: Vec<&str> = missing.iter().map(|need| need.name).collect();
    Failure::Setup(format!(
        "missing here: {}. Please install it in the way this system does (versions of FFmpeg from 5.1), \
         then start again",
        names.join(", ")
    ))
}

fn name_of(system: &System) -> String {
    match system {
        System::Other(name) => format!("'{name}'"),
        known => format!("{known:?}"),
    }
}

/// One command of the installation.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    words: Vec<String>,
    /// Whether its failure ends the set-up.
    matters: bool,
    /// What to undo then.
    after_failure: Vec<Vec<String>>,
}

/// The commands that install `missing`, or `None` if this user cannot.
/// `services` is true where systemd runs and would start nginx at its installation.
fn plan(missing: &[&Need], system: &System, rights: Rights, services: bool) -> Option<Vec<Step>> {
    let packages: BTreeSet<&str> =
        missing.iter().flat_map(|need| need.packages(system)).copied().collect();
    let components: BTreeSet<&str> = missing.iter().flat_map(|need| need.rustup).copied().collect();
    let mut steps = Vec::new();
    let mut step = |line: &[&str], packages: &BTreeSet<&str>, privileged: bool, matters: bool| {
        let sudo: &[&str] = if privileged && rights == Rights::Sudo { &["sudo"] } else { &[] };
        let words = sudo.iter().chain(line).chain(packages).map(|w| (*w).to_owned()).collect();
        steps.push(Step { words, matters, after_failure: Vec::new() });
    };
    let none = BTreeSet::new();
    if !packages.is_empty() {
        match system {
            System::MacOs => step(&["brew", "install"], &packages, false, true),
            System::Windows | System::Other(_) => return None,
            System::Debian | System::Fedora if rights == Rights::Nobody => return None,
            System::Fedora => step(&["dnf", "install", "-y"], &packages, true, true),
            System::Debian => {
                let mask = services && packages.contains("nginx");
                if mask {
                    step(MASK, &none, true, false);
                }
                step(&APT_UPDATE, &none, true, true);
                step(&APT_INSTALL, &packages, true, true);
                if mask {
                    step(UNMASK, &none, true, false);
                    step(DISABLE, &none, true, false);
                }
            }
        }
    }
    if !components.is_empty() {
        step(&["rustup", "component", "add"], &components, false, true);
    }
    if services && packages.contains("nginx") {
        let undo =
            steps.iter().find(|s| s.words.ends_with(&owned(UNMASK))).map(|s| s.words.clone());
        for install in steps.iter_mut().filter(|s| s.matters) {
            install.after_failure = undo.iter().cloned().collect();
        }
    }
    (!steps.is_empty()).then_some(steps)
}

const APT_UPDATE: [&str; 3] = ["apt-get", "update", "--quiet"];
/// RUNLEVEL=1 keeps the old service scripts from starting nginx where there is no systemd.
const APT_INSTALL: [&str; 12] = [
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "RUNLEVEL=1",
    "apt-get",
    "install",
    "--yes",
    "--no-install-recommends",
    "-qq",
    "-o",
    "DPkg::Lock::Timeout=300",
    "-o",
    "DPkg::Use-Pty=0",
];
/// Debian starts a service when its package comes; the tests start nginx themselves, on a port of
/// their own. So it is masked while it is installed and left disabled.
const MASK: &[&str] = &["systemctl", "mask", "--runtime", "nginx.service"];
const UNMASK: &[&str] = &["systemctl", "unmask", "--runtime", "nginx.service"];
const DISABLE: &[&str] = &["systemctl", "disable", "nginx.service"];

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

fn run_all(commands: &[Vec<String>]) {
    for words in commands {
        if let Some((program, rest)) = words.split_first() {
            // The set-up has failed already; this only tidies up behind it.
            let _ = shell::run(Command::new(program).args(rest));
        }
    }
}

/// Whether systemd runs here and nginx would newly come: an nginx that is already there stays as it is.
fn service_manager() -> bool {
    Path::new("/run/systemd/system").is_dir() && paths::find_program("nginx").is_none()
}

/// What is missing, by which package it comes, and why.
fn table(missing: &[&Need], system: &System) -> String {
    let rows: Vec<[String; 3]> = missing
        .iter()
        .map(|need| {
            let packages = [need.packages(system), need.rustup].concat().join(" ");
            let packages =
                if packages.is_empty() { "(no package known here)".into() } else { packages };
            [need.name.to_owned(), packages, need.why.to_owned()]
        })
        .collect();
    let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    rows.iter()
        .map(|[name, packages, why]| format!("  {name:first$}  {packages:second$}  {why}\n"))
        .collect()
}

const WINDOWS_STEPS: &str = "\
On Windows please do this once, in a PowerShell, then open a new one and start again:

  winget install --exact --id Microsoft.VisualStudio.2022.BuildTools --override \"--quiet --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended\"
  winget install --exact --id LLVM.LLVM
  winget install --exact --id Gyan.FFmpeg
  git clone https://github.com/microsoft/vcpkg $env:LOCALAPPDATA\\vcpkg
  & $env:LOCALAPPDATA\\vcpkg\\bootstrap-vcpkg.bat -disableMetrics
  & $env:LOCALAPPDATA\\vcpkg\\vcpkg.exe install \"ffmpeg[core,avcodec,avdevice,avformat,swscale,swresample,gpl,x264]:x64-windows\" libjpeg-turbo:x64-windows pkgconf:x64-windows
  setx VCPKG_ROOT $env:LOCALAPPDATA\\vcpkg
  setx VCPKGRS_DYNAMIC 1
  setx PKG_CONFIG $env:LOCALAPPDATA\\vcpkg\\installed\\x64-windows\\tools\\pkgconf\\pkgconf.exe
  setx PKG_CONFIG_PATH $env:LOCALAPPDATA\\vcpkg\\installed\\x64-windows\\lib\\pkgconfig
  setx LIBCLANG_PATH \"C:\\Program Files\\LLVM\\bin\"
";

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(steps: Option<Vec<Step>>) -> Vec<String> {
        steps.unwrap_or_default().iter().map(|s| s.words.join(" ")).collect()
    }

    fn needs(names: &[&str]) -> Vec<&'static Need> {
        NEEDS.iter().filter(|n| names.contains(&n.name)).collect()
    }

    #[test]
    fn debian_installs_only_what_is_missing_and_does_not_start_nginx() {
        let missing = needs(&["libavcodec", "nginx with RTMP"]);
        let got = lines(plan(&missing, &System::Debian, Rights::Sudo, true));
        assert_eq!(got.len(), 5, "{got:?}");
        assert_eq!(got[0], "sudo systemctl mask --runtime nginx.service");
        assert_eq!(got[1], "sudo apt-get update --quiet");
        assert!(got[2].starts_with("sudo env DEBIAN_FRONTEND=noninteractive"));
        assert!(got[2].ends_with(" libavcodec-dev libnginx-mod-rtmp nginx"));
        assert!(got[3].contains("unmask") && got[4].contains("disable"));
        let container = lines(plan(&missing, &System::Debian, Rights::Root, false));
        assert!(container.len() == 2 && container[0] == "apt-get update --quiet", "{container:?}");
    }

    #[test]
    fn a_failed_installation_takes_the_mask_off_again() {
        let steps =
            plan(&needs(&["nginx with RTMP"]), &System::Debian, Rights::Root, true).unwrap();
        let install = steps.iter().find(|s| s.words.contains(&"install".to_owned())).unwrap();
        assert_eq!(install.after_failure, [owned(UNMASK)]);
        assert!(install.matters && !steps[0].matters);
    }

    #[test]
    fn other_systems() {
        let missing = needs(&["libavcodec", "libclang", "rustfmt and clippy"]);
        assert_eq!(
            lines(plan(&missing, &System::Fedora, Rights::Root, false)),
            [
                "dnf install -y clang-devel pkgconfig(libavcodec)",
                "rustup component add clippy rustfmt"
            ]
        );
        assert_eq!(
            lines(plan(&missing, &System::MacOs, Rights::Nobody, false))[0],
            "brew install ffmpeg llvm"
        );
        assert_eq!(plan(&missing, &System::Debian, Rights::Nobody, false), None);
        let elsewhere = System::Other("arch".into());
        assert_eq!(plan(&needs(&["libavcodec"]), &elsewhere, Rights::Root, false), None);
    }

    #[test]
    fn the_table_names_package_and_reason() {
        let shown = table(&needs(&["libclang", "nginx with RTMP"]), &System::Debian);
        assert!(shown.contains("libclang-dev") && shown.contains("reads FFmpeg's headers"));
        assert!(table(&needs(&["nginx with RTMP"]), &System::Fedora).contains("no package known"));
    }
}
