//! Backups that are no longer wanted. What several backups share stays; drafts, which hold what a citizen handed in, go with the last
//! backup that has them.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::Path;

use super::{BackupPlace, LISTS, SNAPSHOTS, names, read};
use crate::error::Error;
use crate::store::sync_directory;

impl BackupPlace {
    /// Removes all backups but the newest ones; how many.
    pub(super) fn prune(&self, keep: NonZeroUsize, key: &[u8; 32]) -> Result<u64, Error> {
        let names = names(&self.directory)?;
        let (old, kept) = names.split_at_checked(names.len().saturating_sub(keep.get())).unwrap_or((&[], &names));
        for name in old {
            self.remove(name)?;
        }
        if !old.is_empty() {
            self.remove_drafts(kept, key)?;
        }
        u64::try_from(old.len()).map_err(Error::internal)
    }

    /// Removes a backup, but for the files that others share.
    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        let lists = self.directory.join(LISTS);
        // First what makes it a backup.
        remove(&lists.join(format!("{name}.note")))?;
        sync_directory(&lists)?;
        remove(&lists.join(format!("{name}.json")))?;
        let snapshot = self.directory.join(SNAPSHOTS).join(name);
        match std::fs::remove_dir_all(&snapshot) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(&snapshot)(error)),
            _ => Ok(()),
        }
    }

    fn remove_drafts(&self, kept: &[String], key: &[u8; 32]) -> Result<(), Error> {
        let mut wanted = HashSet::new();
        for name in kept {
            let files = read(&self.directory, name, key)?.list.files;
            wanted.extend(files.into_iter().map(|file| file.path).filter(|path| path.starts_with("d/")));
        }
        let store = crate::store::Store::open_to_read(&self.directory);
        for path in store.under("d")?.iter().filter(|path| !wanted.contains(*path)) {
            remove(&self.directory.join(path))?;
        }
        Ok(())
    }
}

pub(super) fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path)(error)),
        _ => Ok(()),
    }
}
