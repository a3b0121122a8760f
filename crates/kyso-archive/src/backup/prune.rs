//! Backups that are no longer wanted. What several backups share stays; drafts, which hold what a citizen handed in, go with the last
//! backup that has them.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::path::Path;

use super::course::Course;
use super::{BackupPlace, LISTS, SNAPSHOTS, read};
use crate::error::Error;
use crate::store::sync_directory;

impl BackupPlace {
    /// Removes all backups but the one that was just made, and those that have the most, so that `keep` stay; how many. Those whose lists
    /// can't be read go first.
    pub(super) fn prune(&self, keep: NonZeroUsize, made: &str, key: &[u8; 32]) -> Result<u64, Error> {
        let Course { ordered, unreadable } = Course::of(&self.directory, key)?;
        let mut names: Vec<String> = unreadable.iter().map(|(name, _)| name.clone()).chain(ordered).collect();
        names.retain(|name| name != made);
        let stay = keep.get() - 1;
        let (old, others) = names.split_at_checked(names.len().saturating_sub(stay)).unwrap_or((&[], &names));
        for name in old {
            self.remove(name)?;
        }
        // What a list names that can't be read isn't known: nothing that it may share with others goes before it does.
        let is_known = others.iter().all(|name| unreadable.iter().all(|(other, _)| other != name));
        if !old.is_empty() && is_known {
            let kept: Vec<String> = others.iter().cloned().chain([made.to_owned()]).collect();
            self.remove_drafts(&kept, key)?;
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
