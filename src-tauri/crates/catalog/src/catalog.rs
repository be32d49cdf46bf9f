//! [`Catalog`]: opening, one writer, many readers, backups.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row, Sqlite, Transaction};

use crate::edit::Edit;
use crate::error::CatalogError;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Backups kept beside the database; older ones are removed.
pub const BACKUPS_KEPT: usize = 10;
/// A backup is made at opening if the newest is older than this.
const BACKUP_AFTER: Duration = Duration::from_secs(20 * 3600);
/// How long another process may hold the writer's lock.
const BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// An open catalogue. Cheap to share by reference; closing is by [`Catalog::close`] or by dropping.
#[derive(Debug)]
pub struct Catalog {
    path: PathBuf,
    /// One connection: every change waits its turn.
    writer: SqlitePool,
    readers: SqlitePool,
    /// Damage was seen: the next opening must look at all of it.
    suspect: AtomicBool,
}

/// What opening found out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Opened {
    /// The file was made new.
    pub created: bool,
    /// It was of an older form and has been brought to this one; a copy lies here.
    pub migrated_from: Option<PathBuf>,
    /// It was damaged: the damaged file lies here now …
    pub damaged: Option<PathBuf>,
    /// … and this backup was put in its place.
    pub restored: Option<PathBuf>,
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // In WAL mode a power cut may lose the last commits under NORMAL; a sale must not be lost.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .disable_statement_logging()
}

impl Catalog {
    /// Opens the catalogue at `path`, or makes one. Checks it (`quick_check`), restores the newest whole
    /// backup if it is damaged, brings an older form to the present one after copying it, and makes a
    /// backup if the newest is older than a day.
    ///
    /// # Errors
    /// [`CatalogError::Newer`], [`Damaged`](CatalogError::Damaged) or [`NotUsable`](CatalogError::NotUsable).
    pub async fn open(path: &Path) -> Result<(Self, Opened), CatalogError> {
        let trusted = was_closed_whole(path);
        match Self::open_once(path).await {
            // What was trusted cannot even be opened: now it is looked at.
            Err(_) if trusted => {
                drop(fs::remove_file(beside(path, "closed")));
                Self::open_once(path).await
            }
            done => done,
        }
    }

    async fn open_once(path: &Path) -> Result<(Self, Opened), CatalogError> {
        let mut opened = Opened { created: !path.exists(), ..Opened::default() };
        let unusable = |e: &dyn std::fmt::Display| CatalogError::NotUsable {
            path: path.to_owned(),
            detail: e.to_string(),
        };
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|e| unusable(&e))?;
        }
        if path.is_dir() {
            return Err(unusable(&"it is a folder"));
        }
        if !opened.created
            && !was_closed_whole(path)
            && let Err(detail) = check(path).await
        {
            restore(path, detail, &mut opened).await?;
        }
        let found =
            if opened.created { 0 } else { version(path).await.map_err(|e| unusable(&e))? };
        let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
        if found > known {
            return Err(CatalogError::Newer { path: path.to_owned(), found, known });
        }
        if found < known && !opened.created {
            let copy = beside(path, &format!("before-{known}"));
            copy_whole(path, &copy).await?;
            opened.migrated_from = Some(copy);
        }
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options(path).create_if_missing(true))
            .await
            .map_err(|e| unusable(&e))?;
        MIGRATIONS.run(&writer).await.map_err(|e| CatalogError::Internal(e.to_string()))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options(path).read_only(true))
            .await
            .map_err(|e| unusable(&e))?;
        // From now on it is in use: until it is closed, the next opening looks at all of it.
        drop(fs::remove_file(beside(path, "closed")));
        let catalog =
            Self { path: path.to_owned(), writer, readers, suspect: AtomicBool::new(false) };
        if !opened.created && catalog.newest_backup_age().is_none_or(|age| age > BACKUP_AFTER) {
            // A disk without room for a backup is no reason not to sell; a file that cannot be read is.
            if let Err(e) = catalog.back_up().await {
                if let Err(detail) = check(path).await {
                    catalog.close().await;
                    restore(path, detail, &mut opened).await?;
                    let (catalog, _) = Box::pin(Self::open_once(path)).await?;
                    return Ok((catalog, opened));
                }
                tracing::warn!("no backup of {} was made: {e}", path.display());
            }
        }
        Ok((catalog, opened))
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of pictures beside it.
    pub fn pictures(&self) -> PathBuf {
        beside(&self.path, "pictures")
    }

    /// Connections to read with; they see every finished edit and never wait for one.
    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Begins an edit called `name` in the list of undo steps, from `source` in the price history. The
    /// edit changes nothing until it is committed; dropped, it is as if it had never begun.
    ///
    /// # Errors
    /// If another process holds the catalogue for more than five seconds.
    pub async fn edit(&self, name: &str, source: &str) -> Result<Edit, CatalogError> {
        Edit::begin(self.begin().await?, Some(name), source).await
    }

    /// Begins a change that is no step of undo: the ledger, settings, what was remembered.
    ///
    /// # Errors
    /// As for [`edit`](Self::edit).
    pub async fn record(&self, source: &str) -> Result<Edit, CatalogError> {
        Edit::begin(self.begin().await?, None, source).await
    }

    /// The writer, once it is free, for one statement.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>, CatalogError> {
        Ok(self.writer.acquire().await?)
    }

    /// The writer, once it is free, with the file's lock.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, CatalogError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// How many edits, records, undos and redos were ever committed, by this program and any other that uses the
    /// file: whoever shows what the catalogue says reads it again when this has grown. What
    /// [runs](Self::keep_run) keep and log does not count. Cheap enough to be asked four times a second.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub async fn changes(&self) -> Result<i64, CatalogError> {
        Ok(sqlx::query_scalar!("SELECT edits FROM edit_context").fetch_one(&self.readers).await?)
    }

    /// Writes a backup beside the database and removes all but the newest ten. Gives its path.
    ///
    /// # Errors
    /// [`CatalogError::Disk`]; a half-written backup is never left under a backup's name.
    pub async fn back_up(&self) -> Result<PathBuf, CatalogError> {
        let folder = beside(&self.path, "backups");
        let disk = |e: std::io::Error| CatalogError::Disk(e.to_string());
        fs::create_dir_all(&folder).map_err(disk)?;
        let seconds = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        let target = folder.join(format!("{seconds}.sqlite"));
        copy_whole(&self.path, &target).await?;
        for old in backups(&self.path).iter().skip(BACKUPS_KEPT) {
            // One that cannot be removed now is removed with the next backup.
            drop(fs::remove_file(old));
        }
        Ok(target)
    }

    fn newest_backup_age(&self) -> Option<Duration> {
        let newest = backups(&self.path).into_iter().next()?;
        newest.metadata().ok()?.modified().ok()?.elapsed().ok()
    }

    /// Backups, newest first.
    pub fn backups(&self) -> Vec<PathBuf> {
        backups(&self.path)
    }

    /// Looks at all of the file, as an opening does that does not follow a proper close. Some tenths of a
    /// second for a hundred thousand products.
    ///
    /// # Errors
    /// [`CatalogError::Damaged`]; the next opening puts the newest whole backup in its place.
    pub async fn look_over(&self) -> Result<(), CatalogError> {
        check(&self.path).await.map_err(|detail| {
            self.suspect.store(true, Ordering::Relaxed);
            CatalogError::Damaged { path: self.path.clone(), detail }
        })
    }

    /// Closes every connection and folds the write-ahead log into the file.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
        // Without it the next opening only takes longer.
        if !self.suspect.load(Ordering::Relaxed)
            && let Some(mark) = mark(&self.path)
        {
            drop(fs::write(beside(&self.path, "closed"), mark));
        }
    }
}

/// `show.sqlite` → `show.NAME`.
fn beside(path: &Path, name: &str) -> PathBuf {
    path.with_extension(name)
}

fn backups(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(beside(path, "backups")).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "sqlite"))
        .collect();
    // Names are times, all of one length for the next two hundred years.
    found.sort();
    found.reverse();
    found
}

/// What a file looked like from outside when it was closed.
fn mark(path: &Path) -> Option<String> {
    let log = format!("{}-wal", path.display());
    if fs::metadata(log).is_ok_and(|m| m.len() > 0) {
        return None;
    }
    let file = fs::metadata(path).ok()?;
    let at = file.modified().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{} {}", file.len(), at.as_nanos()))
}

/// The file is as it was left by a [`Catalog::close`]: looking at all of it again, which takes half a second for
/// a hundred thousand products, would find nothing. After a crash or a power cut it never is. Its header is
/// looked at by every opening, and a daily backup reads it whole.
fn was_closed_whole(path: &Path) -> bool {
    let kept = fs::read_to_string(beside(path, "closed"));
    kept.is_ok_and(|kept| mark(path).is_some_and(|now| now == kept))
}

/// `Err` with SQLite's words if the file is no whole database.
async fn check(path: &Path) -> Result<(), String> {
    let mut connection =
        options(path).create_if_missing(false).connect().await.map_err(|e| e.to_string())?;
    let row = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut connection).await;
    let said = row.and_then(|r| r.try_get::<String, _>(0)).map_err(|e| e.to_string());
    drop(connection.close().await);
    match said?.as_str() {
        "ok" => Ok(()),
        other => Err(other.to_owned()),
    }
}

/// The newest migration in a file; 0 for an empty one.
async fn version(path: &Path) -> Result<i64, sqlx::Error> {
    let mut connection = options(path).create_if_missing(false).connect().await?;
    let has = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_optional(&mut connection)
        .await?;
    let version = match has {
        Some(_) => {
            let row = sqlx::query("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
                .fetch_one(&mut connection)
                .await?;
            row.try_get(0)?
        }
        None => 0,
    };
    drop(connection.close().await);
    Ok(version)
}

/// Moves a damaged file away and puts the newest whole backup in its place.
async fn restore(path: &Path, detail: String, opened: &mut Opened) -> Result<(), CatalogError> {
    let disk = |e: std::io::Error| CatalogError::Disk(e.to_string());
    for backup in backups(path) {
        if check(&backup).await.is_err() {
            continue;
        }
        let aside = (1..).map(|n| beside(path, &format!("damaged-{n}"))).find(|p| !p.exists());
        let aside = aside.unwrap_or_else(|| beside(path, "damaged"));
        let part = beside(path, "restored.part");
        fs::copy(&backup, &part).map_err(disk)?;
        sync(&part).map_err(disk)?;
        fs::rename(path, &aside).map_err(disk)?;
        for log in ["-wal", "-shm"] {
            // They belong to the damaged file; not having been there is as good.
            drop(fs::remove_file(format!("{}{log}", path.display())));
        }
        fs::rename(&part, path).map_err(disk)?;
        tracing::warn!("catalogue {} was damaged: {detail}", path.display());
        opened.damaged = Some(aside);
        opened.restored = Some(backup);
        return Ok(());
    }
    Err(CatalogError::Damaged { path: path.to_owned(), detail })
}

/// A consistent copy of a database that may be in use: written beside, synced, then named.
async fn copy_whole(from: &Path, to: &Path) -> Result<(), CatalogError> {
    let disk = |e: std::io::Error| CatalogError::Disk(e.to_string());
    let part = to.with_extension("part");
    if part.exists() {
        fs::remove_file(&part).map_err(disk)?;
    }
    let mut connection = options(from).create_if_missing(false).connect().await?;
    let name = part.to_str().ok_or_else(|| CatalogError::NotUsable {
        path: part.clone(),
        detail: "its name is not valid text".to_owned(),
    })?;
    let copied = sqlx::query("VACUUM INTO ?").bind(name).execute(&mut connection).await;
    drop(connection.close().await);
    copied?;
    sync(&part).map_err(disk)?;
    fs::rename(&part, to).map_err(disk)
}

fn sync(path: &Path) -> std::io::Result<()> {
    fs::OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A JSON list of texts as it is kept in a column.
pub(crate) fn texts(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// A column's text as a currency; what the table's own check let in is one.
pub(crate) fn currency(code: &str) -> Result<iso_currency::Currency, CatalogError> {
    iso_currency::Currency::from_str(code)
        .map_err(|_| CatalogError::Internal(format!("“{code}” is kept as a currency")))
}
