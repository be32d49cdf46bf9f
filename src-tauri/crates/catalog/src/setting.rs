//! Plain settings by name, as JSON values. Never keys: those are the system keyring's.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalog::Catalog;
use crate::error::CatalogError;
use crate::product::json;

impl Catalog {
    /// A setting; `None` if it was never set, or holds something else than is asked for.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn setting<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<T>, CatalogError> {
        let kept = sqlx::query_scalar!("SELECT value FROM setting WHERE name = ?", name)
            .fetch_optional(self.readers())
            .await?;
        Ok(kept.and_then(|v| serde_json::from_str(&v).ok()))
    }

    /// Keeps a setting. No step of undo.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub async fn keep_setting(
        &self,
        name: &str,
        value: &impl Serialize,
    ) -> Result<(), CatalogError> {
        let value = json(value)?;
        let mut edit = self.record("setting").await?;
        sqlx::query!(
            "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
            name,
            value
        )
        .execute(edit.connection())
        .await?;
        edit.commit().await
    }
}
