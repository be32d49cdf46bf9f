//! [`Edit`]: one change as a seller sees it, whole or not at all.

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::catalog::now;
use crate::error::CatalogError;
use crate::search;

/// Steps of undo that are kept.
const STEPS_KEPT: i64 = 500;

/// A running change. Everything done through it becomes visible to readers at once when it is
/// [committed](Edit::commit); dropped, it is as if it had never begun.
pub struct Edit {
    transaction: Transaction<'static, Sqlite>,
    step: Option<i64>,
    at: i64,
}

impl Edit {
    pub(crate) async fn begin(
        mut transaction: Transaction<'static, Sqlite>,
        name: Option<&str>,
        source: &str,
    ) -> Result<Self, CatalogError> {
        let at = now();
        let step = match name {
            Some(name) => {
                // What was undone cannot be redone after something new.
                sqlx::query!("DELETE FROM undo_step WHERE undone = 1")
                    .execute(&mut *transaction)
                    .await?;
                let made = sqlx::query!("INSERT INTO undo_step (name, at) VALUES (?, ?)", name, at)
                    .execute(&mut *transaction)
                    .await?;
                Some(made.last_insert_rowid())
            }
            None => None,
        };
        sqlx::query!("UPDATE edit_context SET step_id = ?, source = ?, at = ?", step, source, at)
            .execute(&mut *transaction)
            .await?;
        Ok(Self { transaction, step, at })
    }

    /// The connection of the change.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }

    /// When it began, milliseconds since 1970 UTC.
    pub const fn at(&self) -> i64 {
        self.at
    }

    /// Makes it last. An edit that changed nothing leaves no step of undo.
    ///
    /// # Errors
    /// [`CatalogError::Disk`]; nothing was changed then.
    pub async fn commit(mut self) -> Result<(), CatalogError> {
        search::refresh(&mut self.transaction).await?;
        if let Some(step) = self.step {
            sqlx::query!(
                "DELETE FROM undo_step WHERE id = ?1
                 AND NOT EXISTS (SELECT 1 FROM undo_inverse WHERE step_id = ?1)",
                step
            )
            .execute(&mut *self.transaction)
            .await?;
            sqlx::query!(
                "DELETE FROM undo_step WHERE id <= (SELECT max(id) FROM undo_step) - ?",
                STEPS_KEPT
            )
            .execute(&mut *self.transaction)
            .await?;
        }
        sqlx::query!(
            "UPDATE edit_context SET step_id = NULL, source = '', at = 0, edits = edits + 1"
        )
        .execute(&mut *self.transaction)
        .await?;
        self.transaction.commit().await?;
        Ok(())
    }
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edit").field("step", &self.step).field("at", &self.at).finish()
    }
}
