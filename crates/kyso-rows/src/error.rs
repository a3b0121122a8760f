//! Why a database says no.

use std::path::{Path, PathBuf};

/// The one error of this crate. Who keeps rows by it has an error of its own, which takes this one in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process was quicker: asked again, it's found done, or it's free.
    #[error("another process wrote the same row first")]
    Raced,
    /// What stands in the database, or the file itself, isn't what it was.
    #[error("{0}")]
    Damaged(String),
    /// The file isn't there.
    #[error("{} is missing", .0.display())]
    Missing(PathBuf),
    /// The schema isn't the one that this program knows.
    #[error("the database has schema {found}, and {wanted} is wanted")]
    Schema {
        /// The newest step that the database has.
        found: i64,
        /// The newest step of this program.
        wanted: i64,
    },
    /// Tables or triggers of the database were changed.
    #[error("the database's schema was changed: {}", .0.join("; "))]
    SchemaChanged(Vec<String>),
    /// Nothing is written any more: the database was opened to be read, or the disk failed under it.
    #[error("the database can only be read")]
    ReadOnly,
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A setting that can't be used, or a server that isn't fit.
    #[error("{0}")]
    Setting(String),
    /// The database's role may do more than what is kept can bear: these rights.
    #[error("the database's role may do more than it needs: {}", .0.join("; "))]
    TooPowerful(Vec<String>),
    /// The database says no, in its own words.
    #[error("{0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A defect of this library, or of a work that it was given.
    #[error("{0}")]
    Internal(String),
}

/// PostgreSQL's code for a full disk (appendix A of its manual).
const DISK_FULL: &str = "53100";
/// PostgreSQL's codes, or classes of them, where it ends a connection or takes none: connection exceptions, shutdown and start,
/// too many connections.
const SQLSTATES_AWAY: [&str; 3] = ["08", "57P0", "53300"];
/// SQLite's result codes (<https://sqlite.org/rescode.html>): there's no room; a sync of a file or of a directory failed.
const SQLITE_FULL: &str = "13";
const SQLITE_IOERR_FSYNC: &str = "1034";
const SQLITE_IOERR_DIR_FSYNC: &str = "1290";
/// Its primary codes: another connection has the lock (SQLITE_BUSY, SQLITE_LOCKED); the file can't be written to, or not opened
/// (SQLITE_READONLY, SQLITE_CANTOPEN); it isn't what SQLite wrote (SQLITE_CORRUPT, SQLITE_NOTADB).
const SQLITE_BUSY: [u32; 2] = [5, 6];
const SQLITE_READONLY: [u32; 1] = [8];
const SQLITE_SEALED: [u32; 2] = [8, 14];
const SQLITE_CORRUPT: [u32; 2] = [11, 26];

impl Error {
    pub(crate) fn database(error: impl Into<sqlx::Error>) -> Self {
        Self::Database(Box::new(error.into()))
    }

    pub(crate) fn of_sqlite(error: rusqlite::Error) -> Self {
        Self::Database(Box::new(error))
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        |source| Self::File { path: path.to_owned(), source }
    }

    /// Whether there's no room on the disk.
    pub fn is_full(&self) -> bool {
        matches!(self.code().as_deref(), Some(SQLITE_FULL | DISK_FULL))
    }

    /// Whether SQLite can't write to the file, or make what it needs beside it.
    pub fn is_sealed(&self) -> bool {
        self.has_primary(&SQLITE_SEALED)
    }

    /// Whether SQLite may read the file and not write to it.
    pub fn is_read_only(&self) -> bool {
        self.has_primary(&SQLITE_READONLY)
    }

    /// Whether another program has kept SQLite's lock for longer than is waited: nothing was done.
    pub fn is_locked(&self) -> bool {
        self.has_primary(&SQLITE_BUSY)
    }

    /// Whether SQLite finds that its file isn't what it wrote.
    pub fn is_corrupt(&self) -> bool {
        self.has_primary(&SQLITE_CORRUPT)
    }

    /// Whether PostgreSQL isn't reached, or ends its connections: whether a commit that waited was carried out isn't known. Asked
    /// again, it may answer.
    pub fn is_unreachable(&self) -> bool {
        if self.code().is_some_and(|code| SQLSTATES_AWAY.iter().any(|away| code.len() == 5 && code.starts_with(away))) {
            return true;
        }
        let Self::Database(error) = self else { return false };
        let first: &(dyn std::error::Error + 'static) = &**error;
        let mut errors = std::iter::successors(Some(first), |error| error.source());
        errors.any(|error| matches!(error.downcast_ref(), Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut)))
    }

    /// Whether SQLite's result code is of one of these. An extended code has its primary one in the lowest byte.
    fn has_primary(&self, primary: &[u32]) -> bool {
        // Five characters are an SQLSTATE.
        let code = self.code().filter(|code| code.len() < 5);
        code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| primary.contains(&(code & 0xff)))
    }

    /// Whether a sync failed, after which nobody knows what is on the disk.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.code().as_deref(), Some(SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC))
    }

    /// The database's own code of the error: SQLite's result code, or PostgreSQL's SQLSTATE.
    fn code(&self) -> Option<String> {
        let Self::Database(error) = self else { return None };
        let first: &(dyn std::error::Error + 'static) = &**error;
        // A step of the schema that failed has the database's error within.
        std::iter::successors(Some(first), |error| error.source()).find_map(|error| {
            if let Some(error) = error.downcast_ref::<rusqlite::Error>() {
                return error.sqlite_error().map(|error| error.extended_code.to_string());
            }
            let error = error.downcast_ref::<sqlx::Error>()?.as_database_error()?;
            error.code().map(|code| code.into_owned())
        })
    }
}
