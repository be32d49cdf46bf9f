//! Where shows may go. The stream key is not here: it is in the system's keyring, under the reference
//! that is kept beside the address.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::product::found;
use crate::show::ShowId;

/// Names a destination.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct DestinationId(pub i64);

impl fmt::Display for DestinationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a destination says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewDestination {
    /// Its name, 1 to 100 characters, its own over the whole catalogue.
    pub name: String,
    /// The service: `youtube`, `twitch`, `custom` …
    pub service: String,
    /// Address of the server, without the key.
    pub server: String,
    /// What the key is kept under in the system's keyring; `None`: pasted each time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_reference: Option<String>,
    /// `16:9` or `9:16`.
    pub canvas: String,
}

/// A destination as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Destination {
    /// Its number.
    pub id: DestinationId,
    /// Everything else.
    #[serde(flatten)]
    pub fields: NewDestination,
}

impl NewDestination {
    fn check(&self) -> Result<(), CatalogError> {
        // The address is not repeated: a key that was pasted into it would be shown.
        let bad = |text: &str| Err(CatalogError::Invalid(text.to_owned()));
        if self.name.trim().is_empty() || self.name.chars().count() > 100 {
            return bad("a destination's name has 1 to 100 characters");
        }
        if self.canvas != "16:9" && self.canvas != "9:16" {
            return bad("a destination shows the canvas 16:9 or 9:16");
        }
        let Ok(server) = url::Url::parse(&self.server) else {
            return bad("the server is no address; write it like rtmp://host/app");
        };
        if !matches!(server.scheme(), "rtmp" | "rtmps" | "srt" | "http" | "https")
            || !server.has_host()
        {
            return bad("the server is no address of a stream; write it like rtmp://host/app");
        }
        if server.query().is_some() || !server.username().is_empty() || server.password().is_some()
        {
            return bad(
                "the server's address holds a key or a password; move that part into the stream key, which is kept apart",
            );
        }
        Ok(())
    }
}

impl Catalog {
    /// All destinations, by name.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn destinations(&self) -> Result<Vec<Destination>, CatalogError> {
        let rows = sqlx::query!("SELECT * FROM destination ORDER BY name, id")
            .fetch_all(self.readers())
            .await?;
        Ok(rows
            .into_iter()
            .map(|r| Destination {
                id: DestinationId(r.id),
                fields: NewDestination {
                    name: r.name,
                    service: r.service,
                    server: r.server,
                    key_reference: r.key_reference,
                    canvas: r.canvas,
                },
            })
            .collect())
    }

    /// Those a show goes to, by name.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn destinations_of(&self, show: ShowId) -> Result<Vec<Destination>, CatalogError> {
        let ids = sqlx::query_scalar!(
            "SELECT destination_id FROM show_destination WHERE show_id = ?",
            show.0
        )
        .fetch_all(self.readers())
        .await?;
        let mut all = self.destinations().await?;
        all.retain(|d| ids.contains(&d.id.0));
        Ok(all)
    }
}

impl Edit {
    /// Adds a destination.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`] or [`Taken`](CatalogError::Taken), naming the field; never the address.
    pub async fn add_destination(
        &mut self,
        d: &NewDestination,
    ) -> Result<DestinationId, CatalogError> {
        d.check()?;
        let made = sqlx::query!(
            "INSERT INTO destination (name, service, server, key_reference, canvas) VALUES (?, ?, ?, ?, ?)",
            d.name,
            d.service,
            d.server,
            d.key_reference,
            d.canvas
        )
        .execute(self.connection())
        .await?;
        Ok(DestinationId(made.last_insert_rowid()))
    }

    /// Replaces what a destination says of itself.
    ///
    /// # Errors
    /// As for [`add_destination`](Self::add_destination), and [`CatalogError::Missing`].
    pub async fn set_destination(
        &mut self,
        id: DestinationId,
        d: &NewDestination,
    ) -> Result<(), CatalogError> {
        d.check()?;
        let done = sqlx::query!(
            "UPDATE destination SET name = ?, service = ?, server = ?, key_reference = ?, canvas = ? WHERE id = ?",
            d.name,
            d.service,
            d.server,
            d.key_reference,
            d.canvas,
            id.0
        )
        .execute(self.connection())
        .await?;
        found(done.rows_affected(), "destination", id.0)
    }

    /// Removes a destination, from all shows too.
    ///
    /// # Errors
    /// [`CatalogError::Missing`].
    pub async fn remove_destination(&mut self, id: DestinationId) -> Result<(), CatalogError> {
        // By hand, not by the foreign key's cascade: undo must bring them back in this order.
        sqlx::query!("DELETE FROM show_destination WHERE destination_id = ?", id.0)
            .execute(self.connection())
            .await?;
        let done = sqlx::query!("DELETE FROM destination WHERE id = ?", id.0)
            .execute(self.connection())
            .await?;
        found(done.rows_affected(), "destination", id.0)
    }

    /// Says which destinations a show goes to, in place of those it had.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if one of them, or the show, is not there.
    pub async fn set_destinations_of(
        &mut self,
        show: ShowId,
        to: &[DestinationId],
    ) -> Result<(), CatalogError> {
        let known =
            sqlx::query_scalar!(r#"SELECT count(*) AS "n!: i64" FROM show WHERE id = ?"#, show.0)
                .fetch_one(self.connection())
                .await?;
        found(u64::from(known > 0), "show", show.0)?;
        sqlx::query!("DELETE FROM show_destination WHERE show_id = ?", show.0)
            .execute(self.connection())
            .await?;
        for id in to.iter().collect::<BTreeSet<_>>() {
            let done = sqlx::query!(
                "INSERT INTO show_destination (show_id, destination_id) SELECT ?, id FROM destination WHERE id = ?",
                show.0,
                id.0
            )
            .execute(self.connection())
            .await?;
            found(done.rows_affected(), "destination", id.0)?;
        }
        Ok(())
    }
}
