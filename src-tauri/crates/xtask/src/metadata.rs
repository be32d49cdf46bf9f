//! `cargo metadata`, as far as tidy and licences read it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::failure::Failure;
use crate::{Done, shell};

/// The workspace and everything it depends on, on every platform.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Every package of the resolution.
    pub packages: Vec<Package>,
    /// The ids of our own.
    pub workspace_members: BTreeSet<String>,
}

/// One package.
#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its id within this metadata.
    pub id: String,
    /// Its licence expression, if it states one.
    pub license: Option<String>,
    /// What its manifest asks for, all kinds and platforms.
    pub dependencies: Vec<Dependency>,
    /// Its Cargo.toml.
    pub manifest_path: String,
}

/// One line of a manifest's dependencies.
#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    /// The package asked for.
    pub name: String,
    /// `None` for ordinary ones, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Metadata {
    /// Asks cargo. The lock file must be up to date: nothing is changed by looking.
    pub fn read() -> Done<Metadata> {
        let text = shell::capture(shell::cargo().args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--color=never",
        ]))
        .map_err(|failure| match failure.to_string() {
            text if text.contains("--locked") => Failure::Check(
                "Cargo.lock does not fit the manifests; run `cargo check` and commit Cargo.lock"
                    .to_owned(),
            ),
            text => Failure::Check(text),
        })?;
        serde_json::from_str(&text).map_err(|e| {
            Failure::Check(format!("`cargo metadata` wrote something unreadable: {e}"))
        })
    }

    /// Our own packages.
    pub fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|p| self.workspace_members.contains(&p.id))
    }

    /// Everybody else's.
    pub fn theirs(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|p| !self.workspace_members.contains(&p.id))
    }
}
