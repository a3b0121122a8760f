//! Destroying again: a database that was made again from the store, or an archive that was restored from a backup older than a
//! destruction, has what was destroyed. The destruction's events say so, and it's erased before the archive opens.

use std::collections::HashSet;

use uuid::Uuid;

use super::{Erasing, differing, rows};
use crate::archive::Archive;
use crate::database::{Database, values};
use crate::error::Error;
use crate::store::Store;

/// The commitments (hex) to records that were erased by destructions that hold, each of which has its decision.
///
/// # Errors
/// [`Error::Database`]. A destruction that isn't what its records say gives none: what is missing is missing without reason then.
pub(crate) async fn erased_commitments(database: &Database, agency: &str) -> Result<HashSet<String>, Error> {
    let mut erased = HashSet::new();
    for number in rows::numbers(database, agency).await? {
        match rows::read(database, agency, number).await {
            Ok(founded) => {
                erased.extend(founded.into_iter().flat_map(|founded| founded.destruction.commitments).flatten())
            }
            Err(Error::Damaged(why)) => tracing::error!(number, why, "a destruction isn't what its records say"),
            Err(error) => return Err(error),
        }
    }
    Ok(erased)
}

impl Archive {
    /// Takes away in PostgreSQL what its rows still say of documents that are destroyed by its own word.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub(crate) async fn forget_destroyed(&self) -> Result<(), Error> {
        let sql = "SELECT d.artifact, d.destruction FROM destroyed d WHERE d.agency = $1 AND (EXISTS (SELECT 1 FROM record r \
                   JOIN event e ON e.agency = r.agency AND e.id = r.event WHERE e.agency = d.agency AND e.artifact = d.artifact) \
                   OR EXISTS (SELECT 1 FROM report r WHERE r.agency = d.agency AND r.artifact = d.artifact) \
                   OR EXISTS (SELECT 1 FROM metadata m WHERE m.agency = d.agency AND m.artifact = d.artifact) \
                   OR EXISTS (SELECT 1 FROM request q WHERE q.agency = d.agency AND q.artifact = d.artifact \
                   AND (q.about <> '{}' OR q.answer IS NOT NULL)))";
        let left = self.database.rows(sql, values![&self.agency]).await?;
        let left = left.iter().map(|row| Ok((row.text("artifact")?, row.number("destruction")?)));
        let left = left.collect::<Result<Vec<_>, Error>>()?;
        let done = self.database.write(move |transaction| {
            Box::pin(async move {
                for (artifact, number) in left {
                    transaction.rows(differing::DESTROY, values![number, artifact]).await?;
                }
                Ok(())
            })
        });
        done.await
    }

    /// Erases once more what destructions that were begun have erased; the documents of which something was there.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a destruction isn't what its records say; [`Error::Setting`] where PostgreSQL is asked by a role that may
    /// not destroy; [`Error::Database`], [`Error::File`].
    pub(crate) async fn destroy_again(&self) -> Result<Vec<Uuid>, Error> {
        let mut destroyed = Vec::new();
        for number in rows::numbers(&self.database, &self.agency).await? {
            let founded = self.founded(number).await?;
            let Some(begun) = founded.begun else { continue };
            self.demand_destroyer().await?;
            for item in &begun.items {
                let sql = "SELECT r.event FROM record r JOIN event e ON e.agency = r.agency AND e.id = r.event \
                           WHERE e.agency = $1 AND e.artifact = $2 LIMIT 1";
                let row = self.database.row(sql, values![&self.agency, item.artifact.to_string()]).await?;
                destroyed.extend(row.map(|_| item.artifact));
            }
            self.erase_rows_again(number).await?;
            // In an S3 store the service may not delete: whoever carries the destruction out again does.
            if matches!(self.store, Store::Files(_)) {
                self.erase_objects(number, &Erasing::default()).await?;
            }
        }
        Ok(destroyed)
    }
}
