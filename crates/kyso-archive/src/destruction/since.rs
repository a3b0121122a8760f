//! What was destroyed since a backup was made: the medium's newest backup says so, by its signed list, and what is restored from an
//! older one is destroyed again before the archive opens. Its objects aren't brought at all.

use std::path::{Path, PathBuf};

use kyso::crypto::hex;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::lifted::{self, Entries};
use super::statement::{self, Statement};
use super::told::{Begun, Happening};
use super::{DestructionState, Erased, NotDestroyed, differing, rows};
use crate::archive::{Archive, DATABASE, SOLE, blocking};
use crate::backup::course::{self, Newest};
use crate::backup::{self, Backup, List, copying};
use crate::database::{Database, values};
use crate::error::Error;
use crate::log::{Checkpoint, Note};
use crate::manifest::{Of, Read};
use crate::rebuild;
use crate::store::Store;
use crate::stored_log::{self, Tiles};

/// A destruction, as a medium has it.
#[derive(Debug)]
struct Found {
    number: u32,
    events: Vec<Read>,
    statement: Vec<u8>,
    /// Where it was done.
    certificate: Option<Vec<u8>>,
}

impl Found {
    fn begun(&self) -> impl Iterator<Item = &Begun> {
        self.events.iter().filter_map(|told| match &told.of {
            Of::Destruction(told) => match told.as_ref() {
                Happening::Begun(begun) => Some(begun),
                _ => None,
            },
            _ => None,
        })
    }
}

/// What a medium's newest backup knows of destructions, where another one is restored.
#[derive(Debug, Default)]
pub(crate) struct Since {
    found: Vec<Found>,
    erased: Erased,
    entries: Entries,
    unreadable: Vec<String>,
}

impl Since {
    /// Reads it, on a thread that may wait.
    ///
    /// # Errors
    /// [`Error::NewestBackup`] where a list can't be read that may be the newest; [`Error::Backup`] where what the newest one names isn't
    /// what was copied; [`Error::Damaged`], [`Error::File`].
    pub(crate) fn of(source: &Path, restored: &Backup, key: &[u8; 32]) -> Result<Self, Error> {
        let Newest { backup: newest, unreadable } = course::newest(source, key)?;
        let Some(newest) = newest.filter(|newest| newest.name != restored.name) else {
            return Ok(Self { unreadable, ..Self::default() });
        };
        let list = &newest.list;
        let mut found = found(source, list)?;
        let has: Vec<u32> = found.iter().map(|found| found.number).collect();
        found.extend(Handle::current().block_on(in_rows(source, &newest, &has))?);
        found.sort_by_key(|found| found.number);
        let mut since = Self { found, unreadable, ..Self::default() };
        for begun in since.found.iter().flat_map(Found::begun) {
            since.erased.add(begun);
        }
        if !since.erased.is_empty() {
            let begun = since.found.iter().flat_map(Found::begun);
            since.entries = entries(source, list, begun.flat_map(lifted::commitments).cloned().collect())?;
        }
        Ok(since)
    }

    /// The names of backups of the medium whose lists can't be read.
    pub(crate) fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Whether nothing was destroyed.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The objects of what was destroyed.
    pub(crate) fn erased(&self) -> &Erased {
        &self.erased
    }

    /// The destructions that were carried out to their end.
    pub(crate) fn executed(&self) -> Vec<u32> {
        self.found.iter().filter(|found| found.certificate.is_some()).map(|found| found.number).collect()
    }
}

impl Archive {
    /// The documents that are here and were destroyed since.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn destroyed_of(&self, since: &Since) -> Result<Vec<Uuid>, Error> {
        let mut known = Vec::new();
        let items = since.found.iter().flat_map(Found::begun).flat_map(|begun| &begun.items);
        for item in items {
            let sql = "SELECT id FROM artifact a WHERE agency = $1 AND id = $2 AND NOT EXISTS \
                       (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id)";
            let row = self.database.row(sql, values![&self.agency, item.artifact.to_string()]).await?;
            known.extend(row.map(|_| item.artifact));
        }
        Ok(known)
    }

    /// Destroys again, in an archive that was restored from a backup of this medium, what was destroyed since.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`], [`Error::File`]: called again, it goes on.
    pub(crate) async fn destroy_since(&self, since: Since) -> Result<(), Error> {
        let Since { found, entries, .. } = since;
        let entries = std::sync::Arc::new(entries);
        for found in found {
            self.take_statement(found, entries.clone()).await?;
        }
        self.destroy_again().await.map(|_| ())
    }

    /// Says of destructions that they were carried out to their end, where that isn't known: their certificates are there.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`], [`Error::Store`], [`Error::File`].
    pub(crate) async fn end_again(&self, executed: &[u32], by: &str) -> Result<(), Error> {
        for number in executed.iter().copied() {
            if self.destruction(number).await?.state == DestructionState::Begun {
                // It was put beside the statement.
                let none = |_: &super::Destruction| Err(NotDestroyed::Unknown(number).into());
                self.end_destruction(number, by, 0, none).await?;
            }
        }
        Ok(())
    }

    /// Writes the rows of a destruction and of the holds that it came after, and what lies in the store of it.
    async fn take_statement(&self, found: Found, entries: std::sync::Arc<Entries>) -> Result<(), Error> {
        let (store, number) = (self.store.clone(), found.number);
        let (statement, certificate) = (found.statement.clone(), found.certificate.clone());
        let agency = self.agency.clone();
        let written = self.database.write(move |transaction| {
            Box::pin(async move {
                rebuild::write_rows(transaction, &agency, &found.events).await?;
                // Their manifests aren't in this store.
                for event in &found.events {
                    let sql =
                        "INSERT INTO outbox (agency, event) VALUES ($1, $2) ON CONFLICT (agency, event) DO NOTHING";
                    transaction.run(sql, values![&agency, event.id.to_string()]).await?;
                }
                for begun in found.begun() {
                    lifted::write(transaction, &agency, begun, &entries).await?;
                }
                Ok(())
            })
        });
        written.await?;
        blocking(move || {
            store.put(&statement::object(number), &statement)?;
            certificate.map_or(Ok(()), |pdf| store.put(&statement::certificate(number), &pdf))
        })
        .await
    }
}

/// What a backup has of destructions.
fn found(source: &Path, list: &List) -> Result<Vec<Found>, Error> {
    let read = |path: &str| {
        let Some(at) = whole(source, list, path)? else { return Ok(None) };
        std::fs::read(&at).map(Some).map_err(Error::file(&at))
    };
    let mut numbers: Vec<u32> = (list.files.iter())
        .filter_map(|file| statement::of_object(&file.path))
        .filter_map(|(number, is_certificate)| (!is_certificate).then_some(number))
        .collect();
    numbers.sort_unstable();
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        let Some(statement) = read(&statement::object(number))? else { continue };
        let events = events_of(&statement, number)?;
        found.push(Found { number, events, statement, certificate: read(&statement::certificate(number))? });
    }
    Ok(found)
}

/// What the rows of a backup say was begun, beyond those destructions of which it has a statement: it was taken while a destruction was cut
/// off, by a version that copied the store's statements alone.
async fn in_rows(source: &Path, newest: &Backup, has: &[u32]) -> Result<Vec<Found>, Error> {
    let path = format!("{}/{}/{DATABASE}", backup::SNAPSHOTS, newest.name);
    let missing = || Error::Backup { path: source.join(&path), what: "isn't listed".to_owned() };
    let at = whole(source, &newest.list, &path)?.ok_or_else(missing)?;
    // As it was copied: whatever lies beside it wasn't.
    let database = Database::open_sealed(&at, true).await?;
    let found = begun_in(&database, has).await;
    database.close().await;
    found
}

async fn begun_in(database: &Database, has: &[u32]) -> Result<Vec<Found>, Error> {
    if database.row(differing::HAS_STEPS, values![]).await?.is_none() {
        // Of an earlier version, which destroyed nothing.
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for number in rows::begun(database, SOLE).await?.into_iter().filter(|number| !has.contains(number)) {
        let statement = statement::of_rows(database, SOLE, number).await?;
        found.push(Found { number, events: events_of(&statement, number)?, statement, certificate: None });
    }
    Ok(found)
}

/// The events of a destruction's statement.
fn events_of(statement: &[u8], number: u32) -> Result<Vec<Read>, Error> {
    let (of, events) =
        Statement::read(statement).map_err(|why| Error::Damaged(format!("the statement of a destruction: {why}")))?;
    match of == number {
        true => Ok(events),
        false => Err(Error::Damaged(format!("the statement of destruction {number} is another one's"))),
    }
}

/// Where a file of a backup lies, if it's what was copied; none where the backup has none.
fn whole(source: &Path, list: &List, path: &str) -> Result<Option<PathBuf>, Error> {
    let Some(file) = list.files.iter().find(|file| file.path == path) else { return Ok(None) };
    let at = source.join(path);
    let changed = || Error::Backup { path: at.clone(), what: "isn't what was copied".to_owned() };
    let content = copying::content(&at).map_err(|_| changed())?;
    match content.sha256 == file.sha256 && content.bytes == file.bytes {
        true => Ok(Some(at)),
        false => Err(changed()),
    }
}

/// The entries of a backup's log that have these commitments.
fn entries(source: &Path, list: &List, wanted: std::collections::HashSet<String>) -> Result<Entries, Error> {
    let Some(note) = &list.checkpoint else { return Ok(Entries::new()) };
    // The list is signed, and the note stands in it.
    let wrong = |_| Error::Damaged("the checkpoint of a backup isn't one".into());
    let note = Note::parse(note.as_bytes()).map_err(|_| wrong(()))?;
    let checkpoint: Checkpoint = note.text().parse().map_err(|_| wrong(()))?;
    let mut entries = Entries::new();
    stored_log::read(&Store::open_to_read(source), &checkpoint, Tiles::Demanded, |_, entry| {
        let commitment = hex(entry.commitment().as_bytes());
        if wanted.contains(&commitment) {
            entries.insert(commitment, entry.clone());
        }
        Ok(())
    })?;
    Ok(entries)
}
