//! Why the catalogue refuses, each in one sentence with its remedy.

use std::path::PathBuf;

/// Something of the catalogue could not be done; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file was written by a newer Vitrine.
    #[error(
        "the catalogue {} was made by a newer Vitrine (its form is {found}, this program knows {known}); install the newer one, or open another catalogue",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The newest migration in it.
        found: i64,
        /// The newest migration here.
        known: i64,
    },
    /// The file is damaged and there is no good backup.
    #[error("the catalogue {} is damaged ({detail}) and there is no backup that is whole; move it away to begin a new one", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        detail: String,
    },
    /// The file or its folder cannot be used.
    #[error("the catalogue {} cannot be opened ({detail}); check the path and that you may write there", path.display())]
    NotUsable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// No such product, show, item …
    #[error("there is no {kind} {id}; `vitrine-cli {kind_verb} list` shows what there is", kind_verb = verb(kind))]
    Missing {
        /// `product`, `show`, `item` …
        kind: &'static str,
        /// What was asked for.
        id: String,
    },
    /// A field is not right.
    #[error("{0}")]
    Invalid(String),
    /// Two things would have the same name.
    #[error("{0}")]
    Taken(String),
    /// There is nothing to take back.
    #[error("there is nothing to {0}")]
    NothingTo(&'static str),
    /// A picture cannot be used.
    #[error("{0}")]
    Picture(String),
    /// The disk is full or fails.
    #[error(
        "the catalogue could not be written ({0}); free some space and try again, nothing was changed"
    )]
    Disk(String),
    /// A fault of the program.
    #[error("the catalogue failed inside ({0}); nothing was changed")]
    Internal(String),
}

fn verb(kind: &str) -> &'static str {
    match kind {
        "show" | "item" => "show",
        _ => "catalog",
    }
}

impl From<sqlx::Error> for CatalogError {
    fn from(e: sqlx::Error) -> Self {
        let text = e.to_string();
        match &e {
            sqlx::Error::Database(d) => match d.code().as_deref() {
                // SQLITE_FULL, SQLITE_IOERR and its kinds, SQLITE_READONLY.
                Some("13" | "10" | "8") => Self::Disk(d.message().to_owned()),
                Some(code) if code.parse::<i32>().is_ok_and(|c| c & 0xff == 10) => {
                    Self::Disk(d.message().to_owned())
                }
                _ if d.is_unique_violation() => Self::Taken(taken(d.message())),
                _ if d.is_foreign_key_violation() => Self::Invalid(
                    "something else needs what would go, such as a claim made in the show or its having been on air; nothing was changed"
                        .to_owned(),
                ),
                // A trigger of ours said no.
                Some("1811") if d.message().starts_with("something was claimed") => Self::Invalid(
                    "something was claimed in the item, so it stays in its show; take the claims back first, or move it to the end"
                        .to_owned(),
                ),
                _ if d.is_check_violation() => {
                    Self::Invalid(format!("a value is out of its range ({})", d.message()))
                }
                _ => Self::Internal(text),
            },
            sqlx::Error::Io(e) => Self::Disk(e.to_string()),
            _ => Self::Internal(text),
        }
    }
}

/// `UNIQUE constraint failed: variant.sku` in a seller's words.
fn taken(message: &str) -> String {
    let what = message.rsplit("failed: ").next().unwrap_or(message);
    match what {
        w if w.contains("variant.sku") => {
            "another variant has this SKU already; give each its own".to_owned()
        }
        w if w.contains("product.handle") => {
            "another product has this handle already; give each its own".to_owned()
        }
        w if w.contains("claim_code") => {
            "another item of this show has this claim code already; choose another".to_owned()
        }
        w => format!("{w} is there already; choose another"),
    }
}
