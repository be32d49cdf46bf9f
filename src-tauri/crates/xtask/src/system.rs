//! Which operating system and package manager this is, and what is already installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{paths, shell};

/// The families set-up knows, by their package manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum System {
    /// Debian, Ubuntu and what derives from them: apt.
    Debian,
    /// Fedora and what derives from it: dnf.
    Fedora,
    /// macOS: brew.
    MacOs,
    /// Windows: steps are printed, nothing is installed.
    Windows,
    /// Anything else, by the name it gives itself.
    Other(String),
}

impl System {
    /// The system this runs on.
    pub fn detect() -> System {
        if cfg!(target_os = "windows") {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::MacOs
        } else {
            from_os_release(&fs::read_to_string("/etc/os-release").unwrap_or_default())
        }
    }
}

/// Reads `ID` and `ID_LIKE` of an os-release file.
fn from_os_release(text: &str) -> System {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .map(|value| value.trim_matches(['"', '\'']).to_lowercase())
            .unwrap_or_default()
    };
    let id = field("ID");
    let family = format!("{id} {}", field("ID_LIKE"));
    let has = |name: &str| family.split_whitespace().any(|word| word == name);
    if has("debian") || has("ubuntu") {
        System::Debian
    } else if has("fedora") {
        System::Fedora
    } else if id.is_empty() {
        System::Other("an unknown system".to_owned())
    } else {
        System::Other(id)
    }
}

/// How packages can be installed by this user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// This is root.
    Root,
    /// By sudo, which may ask for the password on the terminal.
    Sudo,
    /// Not at all: the user is told the command.
    Nobody,
}

impl Rights {
    /// What this user may do. sudo counts only when it can work: without a terminal it must not
    /// need a password.
    pub fn detect() -> Rights {
        use std::io::IsTerminal;
        if cfg!(windows) {
            return Rights::Nobody;
        }
        let id = shell::capture(Command::new("id").arg("-u")).unwrap_or_default();
        if id.trim() == "0" {
            return Rights::Root;
        }
        let sudo = paths::find_program("sudo").is_some()
            && (std::io::stdin().is_terminal()
                || shell::succeeds(Command::new("sudo").args(["-n", "true"])));
        if sudo { Rights::Sudo } else { Rights::Nobody }
    }
}

/// How to see that something is there. By its effect, not by its package: a library somebody built
/// from source is as good as the distribution's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// A library pkg-config knows, at least of this version.
    Library(&'static str, &'static str),
    /// Programs in PATH or a system folder.
    Programs(&'static [&'static str]),
    /// libclang together with clang's own headers.
    Clang,
    /// nginx together with its RTMP module.
    NginxRtmp,
    /// PulseAudio's server and its control program; or PipeWire in its place, which an installation
    /// of PulseAudio would throw off a developer's desktop. Tests that start PulseAudio are then skipped.
    PulseAudio,
    /// Parts of the Rust toolchain, beside the running cargo.
    CargoParts(&'static [&'static str]),
}

impl Probe {
    /// Whether it is there now.
    pub fn present(self) -> bool {
        match self {
            Probe::Library(name, at_least) => {
                let mut ask = Command::new("pkg-config");
                ask.arg(format!("--atleast-version={at_least}")).arg(name);
                shell::succeeds(&mut ask) || (cfg!(windows) && windows_library(name))
            }
            Probe::Programs(names) => names.iter().all(|n| paths::find_program(n).is_some()),
            Probe::Clang => clang(),
            Probe::NginxRtmp => nginx_rtmp(),
            Probe::PulseAudio => pulse_audio(),
            Probe::CargoParts(names) => names.iter().all(|n| cargo_part(n)),
        }
    }
}

/// FFmpeg's libraries on Windows come by FFMPEG_DIR or vcpkg, where pkg-config does not look.
fn windows_library(name: &str) -> bool {
    let file = format!("{}.lib", name.trim_start_matches("lib"));
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let folders = [
        variable("FFMPEG_DIR").map(|d| d.join("lib")),
        variable("VCPKG_ROOT").map(|d| d.join("installed/x64-windows/lib")),
    ];
    folders.into_iter().flatten().any(|folder| folder.join(&file).is_file())
}

/// libclang lies in one of these, `*` standing for one folder name's part.
const CLANG_FOLDERS: [&str; 10] = [
    "/usr/lib/llvm*/lib",
    "/usr/lib64/llvm*/lib",
    "/usr/lib64",
    "/usr/lib/*-linux-gnu*",
    "/usr/local/lib",
    "/usr/lib",
    "/Library/Developer/CommandLineTools/usr/lib",
    "/Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib",
    "/opt/homebrew/opt/llvm*/lib",
    "/usr/local/opt/llvm*/lib",
];

fn clang() -> bool {
    if let Some(given) = std::env::var_os("LIBCLANG_PATH") {
        return Path::new(&given).exists();
    }
    if cfg!(windows) {
        return Path::new("C:\\Program Files\\LLVM\\bin\\libclang.dll").is_file();
    }
    let library = |name: &str| {
        let ending = if cfg!(target_os = "macos") { ".dylib" } else { ".so" };
        (name.starts_with("libclang.") || name.starts_with("libclang-"))
            && name.contains(ending)
            && !name.starts_with("libclang-cpp")
    };
    let folders: Vec<PathBuf> = CLANG_FOLDERS.iter().flat_map(|f| expand(f)).collect();
    let found = folders.iter().any(|folder| names_in(folder).iter().any(|n| library(n)));
    // The library alone is not enough: bindgen needs stddef.h and its like, which clang ships apart.
    let headers = folders.iter().map(|f| f.join("clang")).any(|clang| {
        names_in(&clang).iter().any(|v| clang.join(v).join("include/stddef.h").is_file())
    });
    found && headers
}

fn nginx_rtmp() -> bool {
    let Some(nginx) = paths::find_program("nginx") else { return false };
    let module = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"]
        .iter()
        .any(|folder| Path::new(folder).join("ngx_rtmp_module.so").is_file());
    // `nginx -V` writes to its error output.
    module
        || Command::new(nginx)
            .arg("-V")
            .output()
            .is_ok_and(|o| String::from_utf8_lossy(&o.stderr).contains("rtmp"))
}

fn pulse_audio() -> bool {
    let there = |name| paths::find_program(name).is_some();
    !cfg!(target_os = "linux") || (there("pactl") && there("pulseaudio")) || there("pipewire-pulse")
}

fn cargo_part(name: &str) -> bool {
    // rustup's stand-ins exist in PATH even where the component is missing, so look beside cargo.
    match std::env::var_os("CARGO").map(PathBuf::from).as_deref().and_then(Path::parent) {
        Some(folder) => folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_file(),
        None => paths::find_program(name).is_some(),
    }
}

/// The folders that match `pattern`, in which each name may hold one or two `*`.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for part in pattern.split('/').filter(|p| !p.is_empty()) {
        found = found
            .iter()
            .flat_map(|folder| match part.contains('*') {
                false => vec![folder.join(part)],
                true => names_in(folder)
                    .into_iter()
                    .filter(|name| matches(part, name))
                    .map(|name| folder.join(name))
                    .collect(),
            })
            .collect();
    }
    found.retain(|folder| folder.is_dir());
    found
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).any(|at| rest.is_char_boundary(at) && matches(tail, &rest[at..]))
        }),
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_by_their_release_file() {
        let of = from_os_release;
        assert_eq!(of("NAME=\"Debian GNU/Linux\"\nID=debian\n"), System::Debian);
        assert_eq!(of("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), System::Debian);
        assert_eq!(of("VERSION_ID=42\nID=fedora\n"), System::Fedora);
        assert_eq!(of("ID=nobara\nID_LIKE='rhel centos fedora'\n"), System::Fedora);
        assert_eq!(of("ID=arch\n"), System::Other("arch".to_owned()));
        assert_eq!(of(""), System::Other("an unknown system".to_owned()));
    }

    #[test]
    fn patterns() {
        assert!(matches("llvm*", "llvm-14") && matches("*-linux-gnu*", "x86_64-linux-gnu"));
        assert!(!matches("llvm*", "xllvm") && matches("a", "a") && !matches("a", "ab"));
        assert!(expand("/").contains(&PathBuf::from("/")));
    }

    #[test]
    fn what_is_not_there_is_missing() {
        assert!(!Probe::Programs(&["vitrine-no-such-program"]).present());
        assert!(!Probe::Library("vitrine-no-such-library", "1").present());
        assert!(!Probe::CargoParts(&["cargo-no-such-part"]).present());
    }
}
