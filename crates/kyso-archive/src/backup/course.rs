//! The backups of a medium in the order of what they have. A list that can't be read, for a bad byte or because it's gone, doesn't make
//! the others unusable, unless it may be the newest: what was destroyed is known by that one.

use std::path::Path;

use super::{Backup, LISTS, names, read};
use crate::error::Error;

/// The backups of a medium, by name.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// Those whose lists are what was signed, in the order of what they have, the one with the least first: by the log's size, then by
    /// events, then by the register's, and of those that have the same by their names. A name is a clock's word alone, and clocks go wrong.
    pub(super) ordered: Vec<String>,
    /// Those whose lists can't be read, with the reason, sorted.
    pub(super) unreadable: Vec<(String, Error)>,
}

/// The backup of a medium that has the most.
#[derive(Debug, Default)]
pub(crate) struct Newest {
    /// None where there's no backup.
    pub(crate) backup: Option<Backup>,
    /// The names of older ones whose lists can't be read. Nothing can be restored from them.
    pub(crate) unreadable: Vec<String>,
}

impl Course {
    /// Reads every list of a medium.
    ///
    /// # Errors
    /// [`Error::Backup`], [`Error::File`] where there are no lists at all.
    pub(crate) fn of(directory: &Path, public: &[u8; 32]) -> Result<Self, Error> {
        let (mut ordered, mut unreadable) = (Vec::new(), Vec::new());
        for name in names(directory)? {
            match readable(read(directory, &name, public))? {
                Ok(backup) => ordered.push((backup.list.progress(), name)),
                Err(error) => unreadable.push((name, error)),
            }
        }
        ordered.sort();
        Ok(Self { ordered: ordered.into_iter().map(|(_, name)| name).collect(), unreadable })
    }
}

/// Tells a list that can't be read from whatever else fails.
pub(super) fn readable(read: Result<Backup, Error>) -> Result<Result<Backup, Error>, Error> {
    match read {
        Ok(backup) => Ok(Ok(backup)),
        Err(error @ (Error::Backup { .. } | Error::File { .. })) => Ok(Err(error)),
        Err(error) => Err(error),
    }
}

/// The backup in a directory that has the most.
///
/// # Errors
/// [`Error::NewestBackup`] where a list can't be read that is newer by its name: what was destroyed may be known by that one alone.
/// [`Error::Backup`], [`Error::File`] where no list can be read.
pub(crate) fn newest(directory: &Path, public: &[u8; 32]) -> Result<Newest, Error> {
    let Course { mut ordered, mut unreadable } = Course::of(directory, public)?;
    let newest = ordered.pop();
    if unreadable.last().map(|(name, _)| name) > newest.as_ref()
        && let Some((name, error)) = unreadable.pop()
    {
        return Err(match newest {
            Some(readable) => {
                let path = directory.join(LISTS).join(format!("{name}.json"));
                Error::NewestBackup { path, what: error.to_string(), readable }
            }
            None => error,
        });
    }
    let backup = newest.map(|name| read(directory, &name, public)).transpose()?;
    Ok(Newest { backup, unreadable: unreadable.into_iter().map(|(name, _)| name).collect() })
}
