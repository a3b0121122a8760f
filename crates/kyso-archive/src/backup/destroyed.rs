//! What was destroyed leaves the medium too: until the day that the decision names, older backups may be restored, and destroy it
//! again; after that day they're removed, and so is every file of a destroyed document that no backup names any more.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::course::{Course, readable};
use super::{BackupPlace, List, name_of, names, read};
use crate::archive::Archive;
use crate::database::values;
use crate::error::Error;
use crate::store::{Store, sync_directory};

/// A destruction, as far as backups are concerned.
#[derive(Debug)]
pub(super) struct Gone {
    /// What the documents' objects begin with.
    names: Vec<String>,
    /// The objects of what else was said of them.
    records: Vec<String>,
    /// From when on a snapshot has nothing of them.
    begun: Timestamp,
    /// The place in the log that says so; none while it waits for its place.
    position: Option<u64>,
    /// The last day on which a backup may have them.
    until: Date,
}

impl Archive {
    /// Every destruction that was begun.
    pub(super) async fn gone(&self) -> Result<Vec<Gone>, Error> {
        let mut gone = Vec::new();
        for number in crate::destruction::rows::numbers(&self.database, &self.agency).await? {
            let founded = self.founded(number).await?;
            let (Some(begun), Some(act), Some(decision)) =
                (founded.begun, founded.destruction.begun, founded.destruction.decision)
            else {
                continue;
            };
            let sql = "SELECT l.position FROM destruction_step s JOIN leaf l ON l.agency = s.agency AND l.event = s.event \
                       WHERE s.agency = $1 AND s.destruction = $2 AND s.step = 'begun'";
            let row = self.database.row(sql, values![&self.agency, number]).await?;
            let position = row.map(|row| row.count("position")).transpose()?;
            let events = begun.items.iter().flat_map(|item| &item.events);
            gone.push(Gone {
                records: events.map(|event| crate::manifest::other(&event.id.to_string())).collect(),
                names: begun.items.into_iter().map(|item| item.name).collect(),
                begun: act.at,
                position,
                until: decision.backups,
            });
        }
        Ok(gone)
    }
}

impl Gone {
    /// Whether a backup has them: one that was made before, by its log. Where that doesn't say, by the clock.
    fn is_in(&self, list: &List) -> bool {
        self.position.map_or(list.made < self.begun, |position| list.log_size() <= position)
    }

    /// What the names of its objects begin with, and the paths of the others.
    fn files(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.records).map(String::as_str)
    }
}

/// What the name of an object begins with: the document that it's of.
fn document(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('.').next().unwrap_or_default()
}

impl BackupPlace {
    /// Removes backups that still have what mayn't be in any by this day, and files of destroyed documents that no backup names; how
    /// many backups. The one that was just made stays.
    pub(super) fn forget_destroyed(
        &self,
        gone: &[Gone],
        made: &str,
        today: Date,
        key: &[u8; 32],
    ) -> Result<u64, Error> {
        let over: Vec<&Gone> = gone.iter().filter(|gone| today > gone.until).collect();
        let mut removed = 0;
        if !over.is_empty() {
            let Course { ordered, unreadable } = Course::of(&self.directory, key)?;
            for name in ordered.iter().filter(|name| *name != made) {
                let list = read(&self.directory, name, key)?.list;
                if over.iter().any(|gone| gone.is_in(&list)) {
                    self.remove(name)?;
                    removed += 1;
                }
            }
            // What they have isn't known; they were made when their names say.
            for (name, _) in &unreadable {
                if over.iter().any(|gone| *name < name_of(gone.begun)) {
                    self.remove(name)?;
                    removed += 1;
                }
            }
        }
        self.remove_files_of(gone, &over, key)?;
        Ok(removed)
    }

    /// Removes the files of destroyed documents that no backup names. Where a list can't be read, which may name them, those alone that
    /// mayn't be in any backup by this day.
    fn remove_files_of(&self, gone: &[Gone], over: &[&Gone], key: &[u8; 32]) -> Result<(), Error> {
        let destroyed: HashSet<&str> = gone.iter().flat_map(Gone::files).collect();
        if destroyed.is_empty() {
            return Ok(());
        }
        let over: HashSet<&str> = over.iter().copied().flat_map(Gone::files).collect();
        let store = Store::open_to_read(&self.directory);
        let mut there: Vec<String> = Vec::new();
        for directory in ["o", "quarantine"] {
            there.extend(store.under(directory)?.into_iter().filter(|path| destroyed.contains(document(path))));
        }
        for record in gone.iter().flat_map(|gone| &gone.records) {
            if store.has(record)? {
                there.push(record.clone());
            }
        }
        if there.is_empty() {
            return Ok(());
        }
        // Which of them a backup has that is still there.
        let mut wanted = HashSet::new();
        let (found, mut is_known): (HashSet<&String>, bool) = (there.iter().collect(), true);
        for name in names(&self.directory)? {
            let Ok(backup) = readable(read(&self.directory, &name, key))? else {
                is_known = false;
                continue;
            };
            let files = backup.list.files;
            wanted.extend(files.into_iter().map(|file| file.path).filter(|path| found.contains(path)));
        }
        let is_over = |path: &String| over.contains(document(path)) || over.contains(path.as_str());
        let mut dirty = BTreeSet::new();
        for path in there.iter().filter(|path| !wanted.contains(*path) && (is_known || is_over(path))) {
            let path = self.directory.join(path);
            super::prune::remove(&path)?;
            dirty.extend(path.parent().map(std::path::Path::to_owned));
        }
        dirty.iter().try_for_each(|directory| sync_directory(directory))
    }
}
