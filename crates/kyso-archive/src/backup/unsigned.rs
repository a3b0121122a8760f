//! What is left of backups that were cut off before their note was there, or while they were removed: a snapshot, a list. Nothing can be
//! restored from it, and it has what may be destroyed later.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::{BackupPlace, LISTS, SNAPSHOTS, is_name, names};
use crate::error::Error;

impl BackupPlace {
    /// Removes snapshots and lists that have no note and are older than the backup that was just made; of how many backups. Nobody else is
    /// at work here.
    pub(super) fn remove_unsigned(&self, made: &str) -> Result<u64, Error> {
        let noted: HashSet<String> = names(&self.directory)?.into_iter().collect();
        let mut left = BTreeSet::new();
        for (directory, ending) in [(LISTS, ".json"), (SNAPSHOTS, "")] {
            left.extend(
                within(&self.directory.join(directory), ending)?
                    .into_iter()
                    .filter(|name| is_name(name) && name.as_str() < made && !noted.contains(name)),
            );
        }
        left.iter().try_for_each(|name| self.remove(name))?;
        u64::try_from(left.len()).map_err(Error::internal)
    }
}

/// The names in a directory that end so, without the ending.
fn within(directory: &Path, ending: &str) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(Error::file(directory))? {
        let name = entry.map_err(Error::file(directory))?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(ending)).map(str::to_owned));
    }
    Ok(names)
}
