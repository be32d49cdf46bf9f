//! Shows on air: what a run was started with and where it is, kept as it changes so that it goes on after the
//! program died; and the log of what happened in it. No part of undo, and never exported.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::catalog::Catalog;
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::item::ItemId;
use crate::product::{found, json};
use crate::show::ShowId;

/// The largest state of a run, in bytes.
pub const MAX_STATE: usize = 4 << 20;
/// The largest detail of one entry of the log, in bytes.
pub const MAX_DETAIL: usize = 64 << 10;

/// One time that a show went on air.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Run {
    /// The show.
    pub show: ShowId,
    /// When it began, milliseconds since 1970 UTC; its own among the show's runs.
    pub started_at: i64,
    /// It went to the built-in endpoint only.
    pub rehearsal: bool,
    /// What it was started with, as JSON.
    pub settings: String,
    /// Where it was when it was last kept; `None`: nothing was kept yet.
    pub state: Option<String>,
    /// Show time of the state, milliseconds.
    pub show_ms: i64,
    /// When the state was kept, milliseconds since 1970 UTC; without a state, when the run began.
    pub committed_at: i64,
    /// When it ended; `None`: it is on air, or the program died.
    pub ended_at: Option<i64>,
}

/// Something that happened in a run, to be logged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewLog {
    /// Show time, milliseconds.
    pub show_ms: i64,
    /// When, milliseconds since 1970 UTC.
    pub at: i64,
    /// What: `cue`, `price`, `stock`, `code`, `lot`, `panic`, `fault` … 1 to 40 characters.
    pub kind: String,
    /// The item it is about; it may be gone from the show meanwhile.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// The rest, at most 64 KiB of JSON; never a key.
    #[serde(default)]
    pub detail: serde_json::Value,
}

/// An entry of the log as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RunLog {
    /// Its number; entries are in the order of their numbers.
    pub id: i64,
    /// The show.
    pub show: ShowId,
    /// The run it happened in: when that began.
    pub run_started_at: i64,
    /// What happened.
    #[serde(flatten)]
    pub entry: NewLog,
}

/// A run of the columns of a row.
macro_rules! run {
    ($row:expr) => {{
        let row = $row;
        Run {
            show: ShowId(row.show_id),
            started_at: row.started_at,
            rehearsal: row.rehearsal != 0,
            settings: row.settings,
            state: row.state,
            show_ms: row.show_ms,
            committed_at: row.committed_at,
            ended_at: row.ended_at,
        }
    }};
}

impl Catalog {
    /// Begins a run of a show at `started_at` (milliseconds since 1970 UTC) with the settings it can be resumed
    /// with: destinations by name, sources, canvases, recordings, and never a key.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Taken`](CatalogError::Taken) if a run of the show is open: it is on air in
    /// another program, or has to be resumed or [ended](Self::end_run) first.
    pub async fn begin_run(
        &self,
        show: ShowId,
        started_at: i64,
        rehearsal: bool,
        settings: &impl Serialize,
    ) -> Result<(), CatalogError> {
        let settings = json(settings)?;
        let mut writer = self.begin().await?;
        let known =
            sqlx::query_scalar!(r#"SELECT count(*) AS "n!: i64" FROM show WHERE id = ?"#, show.0)
                .fetch_one(&mut *writer)
                .await?;
        found(u64::from(known > 0), "show", show.0)?;
        if open_run_of(&mut writer, show).await?.is_some() {
            return Err(CatalogError::Taken(format!(
                "show {show} is on air already, or was when the program ended; resume it or end it first"
            )));
        }
        sqlx::query!(
            "INSERT INTO run (show_id, started_at, rehearsal, settings, committed_at) VALUES (?1, ?2, ?3, ?4, ?2)",
            show.0,
            started_at,
            rehearsal,
            settings
        )
        .execute(&mut *writer)
        .await?;
        writer.commit().await?;
        Ok(())
    }

    /// Keeps where the open run of a show is: JSON of at most 4 MiB that means nothing to the catalogue, its show
    /// time in milliseconds, and now in milliseconds since 1970 UTC. On the disk when it returns.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if the show has no open run or the state is too large, or
    /// [`Disk`](CatalogError::Disk); what was kept before stays then.
    pub async fn keep_run(
        &self,
        show: ShowId,
        state: &str,
        show_ms: i64,
        at: i64,
    ) -> Result<(), CatalogError> {
        let mut writer = self.writer().await?;
        keep(&mut writer, show, state, show_ms, at).await
    }

    /// Adds to the log of the open run of a show, all of it or nothing.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if the show has no open run, or a kind or detail is too long.
    pub async fn log_run(&self, show: ShowId, logs: &[NewLog]) -> Result<(), CatalogError> {
        let mut writer = self.begin().await?;
        log(&mut writer, show, logs).await?;
        writer.commit().await?;
        Ok(())
    }

    /// [`keep_run`](Self::keep_run) and [`log_run`](Self::log_run) in one, so that neither is ever kept without
    /// the other.
    ///
    /// # Errors
    /// As theirs; nothing was changed then.
    pub async fn keep_run_and_log(
        &self,
        show: ShowId,
        state: &str,
        show_ms: i64,
        at: i64,
        logs: &[NewLog],
    ) -> Result<(), CatalogError> {
        if logs.is_empty() {
            return self.keep_run(show, state, show_ms, at).await;
        }
        let mut writer = self.begin().await?;
        keep(&mut writer, show, state, show_ms, at).await?;
        log(&mut writer, show, logs).await?;
        writer.commit().await?;
        Ok(())
    }

    /// Ends the open run of a show: it will not be offered for resuming. Its state and log stay.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] if the show has no open run.
    pub async fn end_run(&self, show: ShowId, at: i64) -> Result<(), CatalogError> {
        let mut writer = self.writer().await?;
        let done = sqlx::query!(
            "UPDATE run SET ended_at = ? WHERE show_id = ? AND ended_at IS NULL",
            at,
            show.0
        )
        .execute(&mut *writer)
        .await?;
        open(done.rows_affected(), show)
    }

    /// The newest run that is on air, or was when the program died.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn open_run(&self) -> Result<Option<Run>, CatalogError> {
        let row = sqlx::query!("SELECT * FROM run WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1")
            .fetch_optional(self.readers())
            .await?;
        Ok(row.map(|row| run!(row)))
    }

    /// The runs of a show, oldest first.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn runs(&self, show: ShowId) -> Result<Vec<Run>, CatalogError> {
        let rows = sqlx::query!("SELECT * FROM run WHERE show_id = ? ORDER BY id", show.0)
            .fetch_all(self.readers())
            .await?;
        Ok(rows.into_iter().map(|row| run!(row)).collect())
    }

    /// The log of a show behind entry number `after`, over all its runs, oldest first, at most `most`.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn run_log(
        &self,
        show: ShowId,
        after: i64,
        most: i64,
    ) -> Result<Vec<RunLog>, CatalogError> {
        let rows = sqlx::query!(
            "SELECT * FROM run_log WHERE show_id = ? AND id > ? ORDER BY id LIMIT ?",
            show.0,
            after,
            most
        )
        .fetch_all(self.readers())
        .await?;
        let entry = |detail: &str| {
            serde_json::from_str(detail).map_err(|e| CatalogError::Internal(e.to_string()))
        };
        rows.into_iter()
            .map(|row| {
                Ok(RunLog {
                    id: row.id,
                    show: ShowId(row.show_id),
                    run_started_at: row.run_started_at,
                    entry: NewLog {
                        show_ms: row.show_ms,
                        at: row.at,
                        kind: row.kind,
                        item: row.item_id.map(ItemId),
                        detail: entry(&row.detail)?,
                    },
                })
            })
            .collect()
    }
}

impl Edit {
    /// As [`Catalog::keep_run`], together with everything else of this change: a claim and the state that shows it.
    ///
    /// # Errors
    /// As there.
    pub async fn keep_run(
        &mut self,
        show: ShowId,
        state: &str,
        show_ms: i64,
        at: i64,
    ) -> Result<(), CatalogError> {
        keep(self.connection(), show, state, show_ms, at).await
    }

    /// As [`Catalog::log_run`], together with everything else of this change.
    ///
    /// # Errors
    /// As there.
    pub async fn log_run(&mut self, show: ShowId, logs: &[NewLog]) -> Result<(), CatalogError> {
        log(self.connection(), show, logs).await
    }
}

async fn keep(
    writer: &mut SqliteConnection,
    show: ShowId,
    state: &str,
    show_ms: i64,
    at: i64,
) -> Result<(), CatalogError> {
    if state.len() > MAX_STATE {
        return Err(CatalogError::Invalid(format!(
            "the state of show {show} takes {} bytes and at most {MAX_STATE} are kept; clear its bids and entries that are over",
            state.len()
        )));
    }
    let done = sqlx::query!(
        "UPDATE run SET state = ?, show_ms = ?, committed_at = ? WHERE show_id = ? AND ended_at IS NULL",
        state,
        show_ms,
        at,
        show.0
    )
    .execute(writer)
    .await?;
    open(done.rows_affected(), show)
}

async fn log(
    writer: &mut SqliteConnection,
    show: ShowId,
    logs: &[NewLog],
) -> Result<(), CatalogError> {
    let run = open_run_of(writer, show).await?;
    open(u64::from(run.is_some()), show)?;
    for entry in logs {
        let detail = json(&entry.detail)?;
        if detail.len() > MAX_DETAIL || !(1..=40).contains(&entry.kind.chars().count()) {
            return Err(CatalogError::Invalid(format!(
                "an entry of the log has a kind of 1 to 40 characters and a detail of at most {MAX_DETAIL} bytes; shorten it"
            )));
        }
        let item = entry.item.map(|i| i.0);
        sqlx::query!(
            "INSERT INTO run_log (show_id, run_started_at, show_ms, at, kind, item_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            show.0,
            run,
            entry.show_ms,
            entry.at,
            entry.kind,
            item,
            detail
        )
        .execute(&mut *writer)
        .await?;
    }
    Ok(())
}

/// When the open run of a show began.
async fn open_run_of(
    writer: &mut SqliteConnection,
    show: ShowId,
) -> Result<Option<i64>, CatalogError> {
    let started = sqlx::query_scalar!(
        "SELECT started_at FROM run WHERE show_id = ? AND ended_at IS NULL",
        show.0
    )
    .fetch_optional(writer)
    .await?;
    Ok(started)
}

fn open(rows: u64, show: ShowId) -> Result<(), CatalogError> {
    if rows == 0 {
        return Err(CatalogError::Invalid(format!("show {show} is not on air; begin a run first")));
    }
    Ok(())
}
