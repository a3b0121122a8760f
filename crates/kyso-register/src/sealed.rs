//! A register that lies where nothing can be written: a copy on a read-only medium, files of another account's. It's read as
//! it is; nothing is made beside it.

use std::fs;
use std::io::ErrorKind;
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::SqliteConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use crate::definitions::Definitions;
use crate::error::Error;
use crate::store::Columns as _;
use crate::{BUSY_TIMEOUT, READERS, Register, kept, schema, steps};

/// SQLite's primary result codes for a file that can't be written to or opened (SQLITE_READONLY, SQLITE_CANTOPEN).
const SEALED: [u32; 2] = [8, 14];

impl Register {
    /// Opens the register only to look at it. Where its directory or its files can't be written to, they're read as they are.
    /// What would write to such a register fails.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`Error::Journal`] where what was written last lies in a journal that can't be read there,
    /// [`Error::OtherVersion`] where the register would have to be brought up to this version first.
    pub async fn open_to_read(directory: &Path) -> Result<Self, Error> {
        match Self::open(directory).await {
            Err(error) if is_sealed(&error) => Self::open_sealed(directory).await,
            opened => opened,
        }
    }

    /// Opens the register for an audit: as [`open_to_read`](Self::open_to_read), and where that fails because a table or a column
    /// was taken away, as it is, so that [`audit`](Self::audit) names it. Anything else fails on such a register.
    ///
    /// # Errors
    /// As [`open_to_read`](Self::open_to_read).
    pub async fn open_to_audit(directory: &Path) -> Result<Self, Error> {
        let error = match Self::open_to_read(directory).await {
            Err(error @ (Error::Database(_) | Error::Damaged(_))) => error,
            opened => return opened,
        };
        let opened = match Self::open_as_it_is(directory, false).await {
            Err(why) if is_sealed(&why) => Self::open_as_it_is(directory, true).await,
            opened => opened,
        };
        // What it fails for was said already.
        opened.ok().flatten().ok_or(error)
    }

    /// The register whose schema isn't this version's any more, with nothing looked at but that; none where it is.
    async fn open_as_it_is(directory: &Path, is_sealed: bool) -> Result<Option<Self>, Error> {
        let definitions = Arc::new(Definitions::load(&directory.join("registers.toml"))?);
        let path = directory.join("register.sqlite3");
        let is_immutable = is_sealed && !Beside::of(&path)?.is_shared;
        let readers = readers(&path, is_immutable).await?;
        let mut connection = readers.acquire().await.map_err(Error::database)?;
        let is_explained = schema::is_of_another_version(&mut connection).await?
            || schema::differences(&mut connection).await?.problems.is_empty();
        drop(connection);
        if is_explained {
            readers.close().await;
            return Ok(None);
        }
        Ok(Some(Self { writer: readers.clone(), readers, definitions, seen: 0, clock_confirmed: false }))
    }

    pub(crate) async fn open_sealed(directory: &Path) -> Result<Self, Error> {
        let definitions = Arc::new(Definitions::load(&directory.join("registers.toml"))?);
        let path = directory.join("register.sqlite3");
        let state = Beside::of(&path)?;
        if let Some(journal) = state.unreadable {
            return Err(Error::Journal(journal));
        }
        let readers = readers(&path, !state.is_shared).await?;
        let mut connection = readers.acquire().await.map_err(Error::database)?;
        demand_this_version(&mut connection, &path).await?;
        let seen = kept::demand_unchanged(&mut connection, &definitions).await?;
        drop(connection);
        Ok(Self { writer: readers.clone(), readers, definitions, seen, clock_confirmed: false })
    }
}

/// Connections that write nothing. `is_immutable`: SQLite then makes no files beside it, and looks for none.
async fn readers(path: &Path, is_immutable: bool) -> Result<SqlitePool, Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(is_immutable)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new().acquire_timeout(BUSY_TIMEOUT).max_connections(READERS);
    pool.connect_with(options).await.map_err(Error::database)
}

/// What lies beside the database.
struct Beside {
    /// A journal that holds something, without what SQLite needs to read it where it can't write.
    unreadable: Option<PathBuf>,
    /// The write-ahead log and its index are there: SQLite reads them, and minds who else is at work.
    is_shared: bool,
}

impl Beside {
    fn of(database: &Path) -> Result<Self, Error> {
        let beside = |suffix: &str| {
            let mut path = database.as_os_str().to_owned();
            path.push(suffix);
            PathBuf::from(path)
        };
        let size = |path: &Path| match fs::metadata(path) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(path)(error)),
        };
        let (log, index, rollback) = (beside("-wal"), beside("-shm"), beside("-journal"));
        let has_index = size(&log)?.is_some() && size(&index)?.is_some();
        let holds = |path: &Path| size(path).map(|size| size.is_some_and(|size| size > 0));
        let unreadable = match (holds(&rollback)?, holds(&log)? && !has_index) {
            (true, _) => Some(rollback),
            (false, true) => Some(log),
            (false, false) => None,
        };
        Ok(Self { unreadable, is_shared: has_index })
    }
}

/// Nothing can be brought up to date where nothing can be written.
async fn demand_this_version(connection: &mut SqliteConnection, path: &Path) -> Result<(), Error> {
    let rows = sqlx::query("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(connection)
        .await
        .map_err(Error::database)?;
    let mut applied = Vec::with_capacity(rows.len());
    for row in &rows {
        applied.push((row.value::<i64>("version")?, row.value::<Vec<u8>>("checksum")?));
    }
    let ours = steps().into_iter().map(|step| (step.version, step.checksum.into_owned()));
    if applied.into_iter().eq(ours) { Ok(()) } else { Err(Error::OtherVersion(path.to_owned())) }
}

/// Whether the error says that nothing can be written there.
fn is_sealed(error: &Error) -> bool {
    match error {
        Error::File { source, .. } => {
            matches!(source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
        }
        Error::Database(error) => {
            let first: &(dyn std::error::Error + 'static) = &**error;
            successors(Some(first), |error| error.source()).any(|error| {
                let error = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
                let code = error.and_then(|error| error.code()?.parse::<u32>().ok());
                // An extended code has its primary one in the lowest byte.
                code.is_some_and(|code| SEALED.contains(&(code & 0xff)))
            })
        }
        _ => false,
    }
}
