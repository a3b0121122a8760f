//! A register that lies where nothing can be written: a copy on a read-only medium, files of another account's. It's read as
//! it is; nothing is made beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::database::Database;
use crate::definitions::Definitions;
use crate::error::Error;
use crate::{Register, kept, schema};

impl Register {
    /// Opens the register only to look at it. Where its directory or its files can't be written to, or it was moved into another database, they're read as they are.
    /// What would write to such a register fails.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`Error::Journal`] where what was written last lies in a journal that can't be read there,
    /// [`Error::OtherVersion`] where the register would have to be brought up to this version first.
    pub async fn open_to_read(directory: &Path) -> Result<Self, Error> {
        match Self::open(directory).await {
            Err(error) if error.is_sealed() || matches!(error, Error::Moved(_)) => Self::open_sealed(directory).await,
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
            Err(why) if why.is_sealed() => Self::open_as_it_is(directory, true).await,
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
        let database = Database::open_sealed(&path, is_immutable).await?;
        let mut reading = database.reading().await?;
        let is_explained = schema::is_of_another_version(&mut reading).await?
            || schema::differences(&database, &mut reading).await?.problems.is_empty();
        reading.close().await;
        if is_explained {
            database.close().await;
            return Ok(None);
        }
        Ok(Some(Self::of_file(database, directory, definitions, 0)))
    }

    pub(crate) async fn open_sealed(directory: &Path) -> Result<Self, Error> {
        let definitions = Arc::new(Definitions::load(&directory.join("registers.toml"))?);
        let path = directory.join("register.sqlite3");
        let state = Beside::of(&path)?;
        if let Some(journal) = state.unreadable {
            return Err(Error::Journal(journal));
        }
        let database = Database::open_sealed(&path, !state.is_shared).await?;
        // Nothing can be brought up to date where nothing can be written.
        if !database.is_of_these_steps().await? {
            return Err(Error::OtherVersion(path));
        }
        let seen = kept::demand_unchanged(&mut database.clone(), &definitions).await?;
        Ok(Self::of_file(database, directory, definitions, seen))
    }
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
