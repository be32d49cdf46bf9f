//! What Vitrine needs beside Rust, why, how to see that it is there, and what it is called where.

use crate::system::{Probe, System};

/// One thing Vitrine needs.
#[derive(Debug)]
pub struct Need {
    /// What it is, in a developer's words.
    pub name: &'static str,
    /// Why it is needed; shown before it is installed.
    pub why: &'static str,
    /// How to see that it is there.
    pub probe: Probe,
    /// False: only some tests want it, and say so loudly when they go without.
    pub required: bool,
    /// Packages of Debian and Ubuntu.
    pub apt: &'static [&'static str],
    /// Packages of Fedora.
    pub dnf: &'static [&'static str],
    /// Formulae of Homebrew.
    pub brew: &'static [&'static str],
    /// Components of rustup.
    pub rustup: &'static [&'static str],
}

impl Need {
    const NONE: Need = Need {
        name: "",
        why: "",
        probe: Probe::Programs(&[]),
        required: true,
        apt: &[],
        dnf: &[],
        brew: &[],
        rustup: &[],
    };

    /// The packages that bring it on `system`; empty where there are none.
    pub fn packages(&self, system: &System) -> &'static [&'static str] {
        match system {
            System::Debian => self.apt,
            System::Fedora => self.dnf,
            System::MacOs => self.brew,
            System::Windows | System::Other(_) => &[],
        }
    }
}

const fn library(
    name: &'static str,
    why: &'static str,
    at_least: &'static str,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
) -> Need {
    let probe = Probe::Library(name, at_least);
    Need { name, why, probe, apt, dnf, brew: &["ffmpeg"], ..Need::NONE }
}

/// Everything, in the order it is listed. Versions are those of FFmpeg 5.1, the oldest supported.
pub const NEEDS: &[Need] = &[
    Need {
        name: "C compiler",
        why: "some Rust packages build C code, and it links every program",
        probe: Probe::Programs(if cfg!(windows) { &[] } else { &["cc"] }),
        apt: &["gcc", "libc6-dev"],
        dnf: &["gcc"],
        ..Need::NONE
    },
    Need {
        name: "pkg-config",
        why: "finds FFmpeg's libraries for the build",
        probe: Probe::Programs(if cfg!(windows) { &[] } else { &["pkg-config"] }),
        apt: &["pkg-config"],
        dnf: &["pkgconf-pkg-config"],
        brew: &["pkgconf"],
        ..Need::NONE
    },
    library(
        "libavcodec",
        "FFmpeg: H.264 and AAC encoders, decoders for files and cameras",
        "59.37",
        &["libavcodec-dev"],
        &["pkgconfig(libavcodec)"],
    ),
    library(
        "libavformat",
        "FFmpeg: RTMP destinations and MP4 recordings",
        "59.27",
        &["libavformat-dev"],
        &["pkgconfig(libavformat)"],
    ),
    library(
        "libavutil",
        "FFmpeg: common ground of its libraries",
        "57.28",
        &["libavutil-dev"],
        &["pkgconfig(libavutil)"],
    ),
    library(
        "libswscale",
        "FFmpeg: unusual pixel formats of files",
        "6.7",
        &["libswscale-dev"],
        &["pkgconfig(libswscale)"],
    ),
    library(
        "libswresample",
        "FFmpeg: unusual sample formats of files",
        "4.7",
        &["libswresample-dev"],
        &["pkgconfig(libswresample)"],
    ),
    Need {
        name: "ALSA",
        why: "microphones and sound cards on Linux",
        probe: if cfg!(target_os = "linux") {
            Probe::Library("alsa", "1.1")
        } else {
            Probe::Programs(&[])
        },
        apt: &["libasound2-dev"],
        dnf: &["pkgconfig(alsa)"],
        ..Need::NONE
    },
    Need {
        brew: &["jpeg-turbo"],
        ..library(
            "libturbojpeg",
            "libjpeg-turbo: cameras' JPEG pictures, at less than half of what FFmpeg takes",
            "2.0",
            &["libturbojpeg0-dev"],
            &["pkgconfig(libturbojpeg)"],
        )
    },
    Need {
        name: "libclang",
        why: "reads FFmpeg's headers when the bindings are built (with clang's own headers)",
        probe: Probe::Clang,
        apt: &["libclang-dev"],
        dnf: &["clang-devel"],
        brew: &["llvm"],
        ..Need::NONE
    },
    Need {
        name: "ffmpeg and ffprobe",
        why: "judge in tests what Vitrine sent and recorded; the peer in the benchmark; bring libavdevice for unusual cameras",
        probe: Probe::Programs(&["ffmpeg", "ffprobe"]),
        apt: &["ffmpeg"],
        dnf: &["/usr/bin/ffmpeg", "/usr/bin/ffprobe"],
        brew: &["ffmpeg"],
        ..Need::NONE
    },
    Need {
        name: "nginx with RTMP",
        why: "a real RTMP server of somebody else, to stream to in tests (not started as a service)",
        probe: Probe::NginxRtmp,
        required: false,
        apt: &["nginx", "libnginx-mod-rtmp"],
        ..Need::NONE
    },
    Need {
        name: "stunnel and openssl",
        why: "a TLS server in front of nginx, to send by rtmps in tests (not started as a service)",
        probe: Probe::Programs(&["stunnel4", "openssl"]),
        required: false,
        apt: &["stunnel4", "openssl"],
        ..Need::NONE
    },
    Need {
        name: "sqlite3",
        why: "SQLite's own shell, the peer of the catalogue's benchmark",
        probe: Probe::Programs(&["sqlite3"]),
        required: false,
        apt: &["sqlite3"],
        dnf: &["sqlite"],
        brew: &["sqlite"],
        ..Need::NONE
    },
    Need {
        name: "PulseAudio",
        why: "a real sound server with virtual devices, as the microphone of tests (not started as a service)",
        probe: Probe::PulseAudio,
        required: false,
        apt: &["pulseaudio", "pulseaudio-utils", "libasound2-plugins"],
        ..Need::NONE
    },
    Need {
        name: "device lab",
        why: "QEMU and what runs in it: a virtual machine with a virtual camera and sound card, for tests",
        probe: Probe::Programs(if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            crate::device_lab::PROGRAMS
        } else {
            &[]
        }),
        required: false,
        apt: &["qemu-system-x86", "busybox-static", "v4l-utils", "alsa-utils"],
        ..Need::NONE
    },
    Need {
        name: "rustfmt and clippy",
        why: "formatting and lints are part of the tests",
        probe: Probe::CargoParts(&["cargo-fmt", "cargo-clippy"]),
        rustup: &["rustfmt", "clippy"],
        ..Need::NONE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_says_what_and_why_and_debian_has_it() {
        for need in NEEDS {
            assert!(!need.name.is_empty() && need.why.len() > 20, "{need:?}");
            assert!(
                !need.packages(&System::Debian).is_empty() || !need.rustup.is_empty(),
                "{}: no way to get it",
                need.name
            );
        }
    }
}
