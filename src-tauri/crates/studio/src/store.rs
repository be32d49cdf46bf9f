//! The catalogue for callers that are not asynchronous: where it lies, and waiting for it.

use std::future::Future;
use std::path::{Path, PathBuf};

use vitrine_catalog::{Catalog, CatalogError, Opened};

use crate::error::{ErrorKind, StudioError};

/// An open catalogue with a small runtime of its own. One thread at a time.
pub struct Store {
    runtime: tokio::runtime::Runtime,
    catalog: Catalog,
    /// What opening found out: whether it was made, mended, or brought to a newer form.
    pub opened: Opened,
}

impl Store {
    /// Opens the catalogue at `path`, the user's own one if `None`.
    ///
    /// # Errors
    /// In one sentence: it is damaged beyond its backups, of a newer Vitrine, or cannot be written.
    pub fn open(path: Option<&Path>) -> Result<Self, StudioError> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => usual_place().ok_or_else(|| {
                StudioError::machine("catalogue", "this system names no folder for data")
                    .remedy("name a file with --catalogue")
            })?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| StudioError::new(ErrorKind::Internal, "runtime", e))?;
        let (catalog, opened) = runtime.block_on(Catalog::open(&path))?;
        Ok(Self { runtime, catalog, opened })
    }

    /// The catalogue.
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Waits for something asked of the catalogue.
    ///
    /// # Errors
    /// Whatever it fails with.
    pub fn wait<T>(
        &self,
        asked: impl Future<Output = Result<T, CatalogError>>,
    ) -> Result<T, StudioError> {
        Ok(self.runtime.block_on(asked)?)
    }

    /// Closes it.
    pub fn close(self) {
        self.runtime.block_on(self.catalog.close());
    }
}

/// `vitrine/catalogue.sqlite` in the folder each system has for a user's data.
pub fn usual_place() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        var("APPDATA")?
    } else if cfg!(target_os = "macos") {
        var("HOME")?.join("Library/Application Support")
    } else {
        var("XDG_DATA_HOME").or_else(|| Some(var("HOME")?.join(".local/share")))?
    };
    Some(base.join("vitrine/catalogue.sqlite"))
}
