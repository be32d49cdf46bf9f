//! The mark of a show that is on air: a lock on a file beside the catalogue, which the system takes away
//! with the program that held it. So a show that runs elsewhere is never taken for an interrupted one.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::StudioError;

/// Held while a show of this catalogue is on air.
#[derive(Debug)]
pub(super) struct Mark(#[expect(dead_code, reason = "held for its lock")] File);

fn beside(catalogue: &Path) -> PathBuf {
    let mut name = catalogue.as_os_str().to_owned();
    name.push(".on-air");
    PathBuf::from(name)
}

impl Mark {
    /// Takes the mark.
    ///
    /// # Errors
    /// `show-elsewhere`: another program has a show of this catalogue on air. Or the file cannot be made.
    pub(super) fn take(catalogue: &Path) -> Result<Self, StudioError> {
        let path = beside(catalogue);
        let failed = |e: std::io::Error| {
            StudioError::machine("show-mark", format!("{} cannot be locked: {e}", path.display()))
                .remedy("check that you may write there")
        };
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StudioError::input(
                "show-elsewhere",
                "a show of this catalogue is on air in another program",
            )
            .remedy("end it there first")),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }
}
