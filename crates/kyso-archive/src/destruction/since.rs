//! What was destroyed since a backup was made: the medium's newest backup says so, by its signed list, and what is restored from an
//! older one is destroyed again before the archive opens.

use std::path::Path;

use uuid::Uuid;

use super::statement::{self, Statement};
use super::{DestructionState, NotDestroyed};
use crate::archive::{Archive, blocking};
use crate::backup::{self, Backup, copying};
use crate::database::values;
use crate::error::Error;
use crate::rebuild;

/// The statement of a destruction, as a medium has it, and its certificate where it was done.
struct Found {
    statement: Vec<u8>,
    certificate: Option<Vec<u8>>,
}

impl Archive {
    /// Destroys again, in an archive that was restored from a backup of this medium, what was destroyed since; the documents.
    ///
    /// # Errors
    /// [`Error::Backup`] where the medium's newest list or what it names isn't what was signed; [`Error::Damaged`],
    /// [`Error::Database`], [`Error::File`].
    pub(crate) async fn destroy_since(&self, source: &Path, restored: &Backup, by: &str) -> Result<Vec<Uuid>, Error> {
        let (source, restored) = (source.to_owned(), restored.name.clone());
        let key = *self.keys.as_ref().ok_or(Error::ReadOnly)?.log.public();
        let found = blocking(move || newer(&source, &restored, &key)).await?;
        for found in &found {
            self.take_statement(found).await?;
        }
        let destroyed = self.destroy_again().await?;
        for Found { statement, certificate } in found {
            let Ok((number, _)) = Statement::read(&statement) else { continue };
            if certificate.is_some() && self.destruction(number).await?.state == DestructionState::Begun {
                // It was put beside the statement.
                let none = |_: &super::Destruction| Err(NotDestroyed::Unknown(number).into());
                self.end_destruction(number, by, 0, none).await?;
            }
        }
        Ok(destroyed)
    }

    /// Writes the rows of a destruction, and what lies in the store of it.
    async fn take_statement(&self, found: &Found) -> Result<(), Error> {
        let (number, events) = Statement::read(&found.statement)
            .map_err(|why| Error::Damaged(format!("the statement of a destruction: {why}")))?;
        let agency = self.agency.clone();
        let written = self.database.write(move |transaction| {
            Box::pin(async move {
                let written = rebuild::write_rows(transaction, &agency, &events).await?;
                // Their manifests aren't in this store.
                for event in &events {
                    let sql =
                        "INSERT INTO outbox (agency, event) VALUES ($1, $2) ON CONFLICT (agency, event) DO NOTHING";
                    transaction.run(sql, values![&agency, event.id.to_string()]).await?;
                }
                Ok(written)
            })
        });
        written.await?;
        let (store, statement, certificate) = (self.store.clone(), found.statement.clone(), found.certificate.clone());
        blocking(move || {
            store.put(&statement::object(number), &statement)?;
            certificate.map_or(Ok(()), |pdf| store.put(&statement::certificate(number), &pdf))
        })
        .await
    }
}

/// What the newest backup of a medium has of destructions, where another one is restored.
fn newer(source: &Path, restored: &str, key: &[u8; 32]) -> Result<Vec<Found>, Error> {
    let Some(newest) = backup::names(source)?.pop().filter(|newest| newest != restored) else { return Ok(Vec::new()) };
    let list = backup::read(source, &newest, key)?.list;
    let read = |path: &str| {
        let Some(file) = list.files.iter().find(|file| file.path == path) else { return Ok(None) };
        let at = source.join(path);
        let changed = || Error::Backup { path: at.clone(), what: "isn't what was copied".to_owned() };
        let content = copying::content(&at).map_err(|_| changed())?;
        if content.sha256 != file.sha256 || content.bytes != file.bytes {
            return Err(changed());
        }
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
        found.push(Found { statement, certificate: read(&statement::certificate(number))? });
    }
    Ok(found)
}
