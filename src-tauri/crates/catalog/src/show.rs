//! Shows: planned, rehearsed, live, ended.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, texts};
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::product::{found, json};

/// Names a show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ShowId(pub i64);

impl fmt::Display for ShowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a show is in its life. It only goes forward, but a rehearsal may be left again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShowState {
    /// Being prepared.
    Planned,
    /// Running, but only to the built-in endpoint.
    Rehearsal,
    /// On air.
    Live,
    /// Over; its ledger is closed.
    Ended,
}

impl ShowState {
    /// As it is kept and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Rehearsal => "rehearsal",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }

    const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Planned, Self::Rehearsal | Self::Live)
                | (Self::Rehearsal, Self::Planned | Self::Live)
                | (Self::Live, Self::Ended)
        )
    }
}

impl FromStr for ShowState {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self, CatalogError> {
        [Self::Planned, Self::Rehearsal, Self::Live, Self::Ended]
            .into_iter()
            .find(|s| s.name() == text)
            .ok_or_else(|| CatalogError::Internal(format!("“{text}” is kept as a show's state")))
    }
}

/// What a show says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShowFields {
    /// Its name, 1 to 200 characters.
    pub title: String,
    /// Language of prices and labels: `en`, `fr` …
    pub language: String,
    /// When it is to begin, milliseconds since 1970 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_start: Option<i64>,
    /// How long it may take, 1 to 1440 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot_minutes: Option<i64>,
    /// `16:9`, `9:16`.
    pub canvases: Vec<String>,
    /// Scenes by name, in the order they are offered.
    #[serde(default)]
    pub scenes: Vec<String>,
}

impl ShowFields {
    /// A landscape show of an hour.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            language: "en".to_owned(),
            planned_start: None,
            slot_minutes: Some(60),
            canvases: vec!["16:9".to_owned()],
            scenes: Vec::new(),
        }
    }

    fn check(&self) -> Result<(), CatalogError> {
        let bad = |text: String| Err(CatalogError::Invalid(text));
        if self.title.trim().is_empty() || self.title.chars().count() > 200 {
            return bad("a show's title has 1 to 200 characters".to_owned());
        }
        if self.slot_minutes.is_some_and(|m| !(1..=1440).contains(&m)) {
            return bad("a show takes 1 to 1440 minutes".to_owned());
        }
        if self.canvases.is_empty() || self.canvases.iter().any(|c| c != "16:9" && c != "9:16") {
            return bad("a show needs a canvas: 16:9, 9:16 or both".to_owned());
        }
        Ok(())
    }
}

/// A show as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Show {
    /// Its number.
    pub id: ShowId,
    /// Everything else.
    #[serde(flatten)]
    pub fields: ShowFields,
    /// Where it is in its life.
    pub state: ShowState,
    /// When it last changed, milliseconds since 1970 UTC.
    pub updated_at: i64,
}

impl Catalog {
    /// A show.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] if there is none of this number.
    pub async fn show(&self, id: ShowId) -> Result<Show, CatalogError> {
        let row = sqlx::query!("SELECT * FROM show WHERE id = ?", id.0)
            .fetch_optional(self.readers())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "show", id: id.to_string() })?;
        Ok(Show {
            id,
            fields: ShowFields {
                title: row.title,
                language: row.language,
                planned_start: row.planned_start,
                slot_minutes: row.slot_minutes,
                canvases: texts(&row.canvases),
                scenes: texts(&row.scenes),
            },
            state: row.state.parse()?,
            updated_at: row.updated_at,
        })
    }

    /// All shows, newest first, at most `most`.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn shows(&self, most: i64) -> Result<Vec<Show>, CatalogError> {
        let ids = sqlx::query_scalar!("SELECT id FROM show ORDER BY id DESC LIMIT ?", most)
            .fetch_all(self.readers())
            .await?;
        let mut shows = Vec::with_capacity(ids.len());
        for id in ids {
            shows.push(self.show(ShowId(id)).await?);
        }
        Ok(shows)
    }
}

impl Edit {
    /// Adds a show.
    ///
    /// # Errors
    /// [`CatalogError::Invalid`], naming the field.
    pub async fn add_show(&mut self, f: &ShowFields) -> Result<ShowId, CatalogError> {
        f.check()?;
        let (canvases, scenes, at) = (json(&f.canvases)?, json(&f.scenes)?, self.at());
        let made = sqlx::query!(
            "INSERT INTO show (title, language, planned_start, slot_minutes, canvases, scenes, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            f.title,
            f.language,
            f.planned_start,
            f.slot_minutes,
            canvases,
            scenes,
            at,
            at
        )
        .execute(self.connection())
        .await?;
        Ok(ShowId(made.last_insert_rowid()))
    }

    /// Replaces what a show says of itself.
    ///
    /// # Errors
    /// [`CatalogError::Missing`] or [`Invalid`](CatalogError::Invalid).
    pub async fn set_show(&mut self, id: ShowId, f: &ShowFields) -> Result<(), CatalogError> {
        f.check()?;
        let (canvases, scenes, at) = (json(&f.canvases)?, json(&f.scenes)?, self.at());
        let done = sqlx::query!(
            "UPDATE show SET title = ?, language = ?, planned_start = ?, slot_minutes = ?, canvases = ?, scenes = ?, updated_at = ?
             WHERE id = ?",
            f.title,
            f.language,
            f.planned_start,
            f.slot_minutes,
            canvases,
            scenes,
            at,
            id.0
        )
        .execute(self.connection())
        .await?;
        found(done.rows_affected(), "show", id.0)
    }

    /// Moves a show on in its life. Do it in a [record](Catalog::record): it cannot be undone. Leaving a
    /// rehearsal takes back what was claimed in it; ending takes what was confirmed and sold off the stock.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid) for a step that does not exist.
    pub async fn set_show_state(
        &mut self,
        id: ShowId,
        next: ShowState,
    ) -> Result<(), CatalogError> {
        let now: ShowState = sqlx::query_scalar!("SELECT state FROM show WHERE id = ?", id.0)
            .fetch_optional(self.connection())
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "show", id: id.to_string() })?
            .parse()?;
        if !now.may_become(next) {
            let text = format!("a show that is {} cannot become {}", now.name(), next.name());
            return Err(CatalogError::Invalid(text));
        }
        if now == ShowState::Rehearsal {
            self.leave_rehearsal(id).await?;
        }
        if next == ShowState::Ended {
            self.settle(id).await?;
        }
        let (name, at) = (next.name(), self.at());
        let done =
            sqlx::query!("UPDATE show SET state = ?, updated_at = ? WHERE id = ?", name, at, id.0)
                .execute(self.connection())
                .await?;
        found(done.rows_affected(), "show", id.0)
    }
}
