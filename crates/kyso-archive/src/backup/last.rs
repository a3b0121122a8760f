//! The mark of the newest backup, right in the archive's directory: so its age is seen where the archive is looked after, without the
//! medium that it lies on.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::error::Error;
use crate::store::sync_directory;

/// The mark's name.
const MARK: &str = "backup.json";

/// The newest backup that was taken of an archive, as it was told when it was whole. Nothing depends on it but what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastBackup {
    /// When its snapshot was made.
    pub at: Timestamp,
    /// What it's called.
    pub name: String,
    /// The directory that it lies in.
    pub place: PathBuf,
    /// How many entries of the log it has.
    pub log_size: u64,
    /// How many objects the archive should have had and hadn't: they're in no backup.
    pub damaged: u64,
}

impl LastBackup {
    /// The newest backup of the archive with this directory, as far as it was taken on this computer; none where there was none.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Damaged`] where the mark can't be read.
    pub fn of(directory: &Path) -> Result<Option<Self>, Error> {
        let path = directory.join(MARK);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let damaged = |_| Error::Damaged(format!("{} can't be read", path.display()));
                serde_json::from_slice(&bytes).map(Some).map_err(damaged)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(&path)(error)),
        }
    }

    /// Puts the mark in place of the one before.
    pub(super) fn note(&self, directory: &Path) -> Result<(), Error> {
        let path = directory.join(MARK);
        let mut draft = NamedTempFile::new_in(directory).map_err(Error::file(directory))?;
        let bytes = serde_json::to_vec_pretty(self).map_err(Error::internal)?;
        draft.write_all(&bytes).map_err(Error::file(&path))?;
        draft.as_file().sync_all().map_err(Error::file(&path))?;
        draft.persist(&path).map_err(|error| Error::file(&path)(error.error))?;
        sync_directory(directory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_one_is_told() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(LastBackup::of(directory.path()).unwrap(), None);
        for log_size in [1, 2] {
            let (at, name, place) = (Timestamp::UNIX_EPOCH, "x".to_owned(), PathBuf::from("/backups"));
            let last = LastBackup { at, name, place, log_size, damaged: 0 };
            last.note(directory.path()).unwrap();
            assert_eq!(LastBackup::of(directory.path()).unwrap(), Some(last));
        }
        std::fs::write(directory.path().join(MARK), b"{").unwrap();
        assert!(matches!(LastBackup::of(directory.path()), Err(Error::Damaged(_))));
    }
}
