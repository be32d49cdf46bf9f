//! Which crate may use which: the levels of ARCHITECTURE.md as data.

use super::Finding;
use crate::metadata::{Dependency, Metadata, Package};

/// One of our crates: its package, its level, and which of ours its ordinary dependencies may be.
struct Room {
    package: &'static str,
    level: u8,
    may_use: &'static [&'static str],
}

const fn room(package: &'static str, level: u8, may_use: &'static [&'static str]) -> Room {
    Room { package, level, may_use }
}

const ROOMS: &[Room] = &[
    room("vitrine-media", 0, &[]),
    room("vitrine-flow", 0, &["media"]),
    room("vitrine-secret", 0, &[]),
    room("vitrine-scene", 1, &["media"]),
    room("vitrine-pixel", 1, &["media"]),
    room("vitrine-codec", 1, &["media", "secret"]),
    room("vitrine-capture", 2, &["media", "flow", "pixel", "codec"]),
    room("vitrine-graphics", 2, &["media"]),
    room("vitrine-compositor", 2, &["media", "scene", "pixel"]),
    room("vitrine-mixer", 2, &["media"]),
    room("vitrine-delivery", 2, &["media", "flow", "secret", "codec"]),
    room("vitrine-rehearsal", 2, &["media"]),
    room(
        "vitrine-engine",
        3,
        &[
            "media",
            "flow",
            "secret",
            "scene",
            "pixel",
            "codec",
            "capture",
            "compositor",
            "mixer",
            "delivery",
        ],
    ),
    room("vitrine-catalog", 3, &[]),
    room(
        "vitrine-studio",
        4,
        &[
            "catalog",
            "media",
            "flow",
            "secret",
            "scene",
            "pixel",
            "codec",
            "capture",
            "graphics",
            "compositor",
            "mixer",
            "delivery",
            "rehearsal",
            "engine",
        ],
    ),
    room("vitrine-cli", 5, &["studio", "secret"]),
    room("xtask", 9, &[]),
];

/// Third parties that live in one place only.
const GUESTS: &[(&str, &[&str])] = &[
    ("nokhwa", &["vitrine-capture"]),
    ("v4l", &["vitrine-capture"]),
    ("cpal", &["vitrine-capture"]),
    ("pulseaudio", &["vitrine-capture"]),
    ("alsa", &["vitrine-capture"]),
    ("turbojpeg", &["vitrine-codec"]),
    ("libloading", &["vitrine-codec"]),
    ("ffmpeg-next", &["vitrine-codec", "vitrine-delivery"]),
    ("ffmpeg-sys-next", &["vitrine-codec", "vitrine-delivery"]),
    ("sqlx", &["vitrine-catalog"]),
    ("calamine", &["vitrine-catalog"]),
    ("ureq", &["vitrine-catalog"]),
    ("zip", &["vitrine-catalog"]),
    ("tauri", &["vitrine"]),
    ("tauri-build", &["vitrine"]),
];

/// Checks every edge of the workspace.
pub fn check(metadata: &Metadata) -> Vec<Finding> {
    let ours: Vec<&Package> = metadata.ours().collect();
    let is_ours = |name: &str| ours.iter().any(|p| p.name == name);
    let mut findings = Vec::new();
    for package in &ours {
        let manifest = manifest_of(package);
        let Some(room) = ROOMS.iter().find(|r| r.package == package.name) else {
            findings.push(Finding::new(
                &manifest,
                0,
                format!(
                    "'{}' has no level; give it one in src-tauri/crates/xtask/src/tidy/edges.rs and in ARCHITECTURE.md",
                    package.name
                ),
            ));
            continue;
        };
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let refused = if is_ours(name) { inner(room, dependency) } else { guest(room, name) };
            findings.extend(refused.map(|what| Finding::new(&manifest, 0, what)));
        }
    }
    findings
}

fn inner(room: &Room, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let short = name.strip_prefix("vitrine-").unwrap_or(name);
    if room.may_use.contains(&short) {
        return None;
    }
    // Tests may reach further down than the program does, but never sideways or up.
    let level = ROOMS.iter().find(|r| r.package == name).map_or(u8::MAX, |r| r.level);
    if dependency.kind.as_deref() == Some("dev") && level < room.level {
        return None;
    }
    let may = if room.may_use.is_empty() { "none of ours".into() } else { room.may_use.join(", ") };
    Some(format!(
        "'{}' (level {}) may not use '{name}'; it may use {may}. Move what is shared to a lower level, or pass it in as a parameter",
        room.package, room.level
    ))
}

fn guest(room: &Room, name: &str) -> Option<String> {
    let (_, hosts) = GUESTS.iter().find(|(guest, _)| *guest == name)?;
    (!hosts.contains(&room.package)).then(|| {
        format!(
            "'{}' may not use '{name}', which lives in {} only; call that crate instead",
            room.package,
            hosts.join(" and ")
        )
    })
}

fn manifest_of(package: &Package) -> String {
    let repository = crate::paths::repository();
    let path = std::path::Path::new(&package.manifest_path);
    path.strip_prefix(&repository).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        Package {
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            id: name.to_owned(),
            license: None,
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency {
                    name: (*name).to_owned(),
                    kind: kind.map(str::to_owned),
                })
                .collect(),
            manifest_path: format!("crates/{name}/Cargo.toml"),
        }
    }

    fn found(packages: Vec<Package>) -> Vec<String> {
        let workspace_members = packages.iter().map(|p| p.id.clone()).collect();
        check(&Metadata { packages, workspace_members }).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn edges_down_hold_and_others_are_named() {
        let found = found(vec![
            package("vitrine-media", &[("vitrine-flow", None)]),
            package("vitrine-flow", &[("vitrine-media", None), ("serde", None)]),
            package("vitrine-scene", &[("vitrine-media", None), ("vitrine-flow", Some("dev"))]),
            package("vitrine-pixel", &[("vitrine-scene", Some("dev"))]),
            package("vitrine-engine", &[("vitrine-graphics", Some("dev"))]),
            package("vitrine-graphics", &[]),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("'vitrine-media' (level 0) may not use 'vitrine-flow'"));
        assert!(found[1].contains("'vitrine-pixel' (level 1) may not use 'vitrine-scene'"));
    }

    #[test]
    fn guests_stay_in_their_room() {
        let found = found(vec![
            package("vitrine-codec", &[("ffmpeg-next", None)]),
            package("vitrine-mixer", &[("ffmpeg-next", None), ("cpal", None)]),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("lives in vitrine-codec and vitrine-delivery only"));
    }

    #[test]
    fn the_engine_draws_no_graphics_outside_its_tests() {
        let found = found(vec![
            package("vitrine-engine", &[("vitrine-graphics", None)]),
            package("vitrine-graphics", &[]),
            package("vitrine-nowhere", &[]),
        ]);
        assert!(found[0].contains("may not use 'vitrine-graphics'"));
        assert!(found[1].contains("'vitrine-nowhere' has no level"));
    }

    #[test]
    fn every_edge_goes_down_a_level_or_within_the_lowest() {
        for room in ROOMS {
            for used in room.may_use {
                let level =
                    ROOMS.iter().find(|r| r.package == format!("vitrine-{used}")).unwrap().level;
                assert!(level < room.level || room.level == 0, "{} uses {used}", room.package);
            }
        }
    }
}
