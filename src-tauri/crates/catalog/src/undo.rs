//! Undo and redo of edits, over restarts. The triggers of the schema wrote down what takes each change
//! back; running that writes down, by the same triggers, what does it again.

use serde::Serialize;
use sqlx::AssertSqlSafe;

use crate::catalog::Catalog;
use crate::edit::Edit;
use crate::error::CatalogError;

/// Statements handed over at once.
const TOGETHER: usize = 200;

/// A step of undo.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// Its number.
    pub id: i64,
    /// What the edit was called.
    pub name: String,
    /// When, milliseconds since 1970 UTC.
    pub at: i64,
    /// It was taken back.
    pub undone: bool,
}

impl Catalog {
    /// The newest steps, newest first, at most `most`.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn steps(&self, most: i64) -> Result<Vec<Step>, CatalogError> {
        let rows = sqlx::query!(
            "SELECT id, name, at, undone FROM undo_step ORDER BY id DESC LIMIT ?",
            most
        )
        .fetch_all(self.readers())
        .await?;
        let step = |r: _| {
            let r: StepRow = r;
            Step { id: r.0, name: r.1, at: r.2, undone: r.3 != 0 }
        };
        Ok(rows.into_iter().map(|r| step((r.id, r.name, r.at, r.undone))).collect())
    }

    /// Takes the last edit back and gives its step.
    ///
    /// # Errors
    /// [`CatalogError::NothingTo`] if there is none.
    pub async fn undo(&self) -> Result<Step, CatalogError> {
        let mut edit = self.record("undo").await?;
        let row = sqlx::query!(
            "SELECT id, name, at FROM undo_step WHERE undone = 0 ORDER BY id DESC LIMIT 1"
        )
        .fetch_optional(edit.connection())
        .await?
        .ok_or(CatalogError::NothingTo("undo"))?;
        let step = Step { id: row.id, name: row.name, at: row.at, undone: true };
        turn(&mut edit, &step).await?;
        edit.commit().await?;
        Ok(step)
    }

    /// Does the edit that was taken back last once more.
    ///
    /// # Errors
    /// [`CatalogError::NothingTo`] if nothing was taken back, or something new came since.
    pub async fn redo(&self) -> Result<Step, CatalogError> {
        let mut edit = self.record("redo").await?;
        let row =
            sqlx::query!("SELECT id, name, at FROM undo_step WHERE undone = 1 ORDER BY id LIMIT 1")
                .fetch_optional(edit.connection())
                .await?
                .ok_or(CatalogError::NothingTo("redo"))?;
        let step = Step { id: row.id, name: row.name, at: row.at, undone: false };
        turn(&mut edit, &step).await?;
        edit.commit().await?;
        Ok(step)
    }
}

type StepRow = (i64, String, i64, i64);

/// Runs what takes a step back (or does it again), newest statement first, and keeps what does the
/// opposite in its place.
async fn turn(edit: &mut Edit, step: &Step) -> Result<(), CatalogError> {
    let connection = edit.connection();
    // A product comes back after the variants that name it: hold the checks until the end.
    sqlx::query("PRAGMA defer_foreign_keys = ON").execute(&mut *connection).await?;
    let statements = sqlx::query_scalar!(
        "SELECT statement FROM undo_inverse WHERE step_id = ? ORDER BY id DESC",
        step.id
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!("DELETE FROM undo_inverse WHERE step_id = ?", step.id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("UPDATE edit_context SET step_id = ?", step.id).execute(&mut *connection).await?;
    // Many together: an import is hundreds of thousands of statements, and handing each one over would
    // cost more than running it.
    for together in statements.chunks(TOGETHER) {
        // Written by this crate's own triggers, with every value through SQLite's quote().
        sqlx::raw_sql(AssertSqlSafe(together.join(";\n"))).execute(&mut *connection).await?;
    }
    let undone = i64::from(step.undone);
    sqlx::query!("UPDATE undo_step SET undone = ? WHERE id = ?", undone, step.id)
        .execute(&mut *connection)
        .await?;
    Ok(())
}
