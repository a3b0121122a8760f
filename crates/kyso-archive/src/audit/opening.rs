//! Opening an archive to look at it, whatever is wrong with it.

use std::path::Path;

use super::finding::{Fault, Findings, Subject};
use crate::archive::{Archive, DATABASE, SOLE, blocking, identity_in};
use crate::database::{Database, Statement};
use crate::error::Error;
use crate::grown::Grown;
use crate::identity::{self, Identity};
use crate::log::VerifierKey;
use crate::second::Second;
use crate::store::Store;

/// The tables of the schema.
pub(super) const TABLES: Statement = Statement {
    sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    postgres: "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
};

/// An archive that is opened to be looked at: nothing is written, no private key is read.
#[derive(Debug)]
pub struct Auditor {
    pub(super) agency: String,
    pub(super) identity: Identity,
    pub(super) key: VerifierKey,
    pub(super) store: Store,
    /// The copy elsewhere that is looked at too.
    pub(super) second: Option<Store>,
    pub(super) database: Database,
    /// What opening found.
    pub(super) found: Findings,
}

impl Auditor {
    /// Over an archive that is open.
    pub(super) fn of(archive: &Archive) -> Result<Self, Error> {
        Ok(Self {
            agency: archive.agency.clone(),
            identity: archive.identity.as_ref().clone(),
            key: archive.log_key()?,
            store: archive.store.clone(),
            second: archive.second.clone(),
            database: archive.database.clone(),
            found: Findings::default(),
        })
    }

    pub(super) async fn open(directory: &Path, key: Option<VerifierKey>) -> Result<Self, Error> {
        if !Archive::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        let database = Database::open_as_it_is(&directory.join(DATABASE)).await?;
        Self::over(SOLE, Store::open_to_read(directory), database, key).await
    }

    pub(super) async fn open_grown(grown: &Grown, key: Option<VerifierKey>) -> Result<Self, Error> {
        let database = Database::connect_as_it_is(&grown.database, &grown.agency).await?;
        Self::over(&grown.agency, grown.store(), database, key).await
    }

    async fn over(agency: &str, store: Store, database: Database, key: Option<VerifierKey>) -> Result<Self, Error> {
        let mut found = Findings::default();
        let row = match identity_in(&database, agency).await {
            Ok(identity) => identity,
            Err(error) => {
                found.problem(Fault::RowChanged, Subject::row("archive", agency), Some(error.to_string()));
                None
            }
        };
        let in_store = store.clone();
        let object =
            blocking(move || Ok((in_store.get(identity::OBJECT), in_store.is_hidden(identity::OBJECT)))).await?;
        let file = Subject::file(identity::OBJECT);
        let object = match object {
            (Ok(object), _) => object,
            (Err(error), is_hidden) => {
                let fault = if is_hidden.unwrap_or(false) { Fault::ObjectHidden } else { Fault::FileUnreadable };
                found.problem(fault, file.clone(), Some(error.to_string()));
                None
            }
        };
        let written = object.as_deref().map(serde_json::from_slice::<Identity>);
        let of_store = match written {
            None if !found.problems.is_empty() => None,
            None => {
                found.problem(Fault::ArchiveMissing, file.clone(), None);
                None
            }
            Some(Err(error)) => {
                found.problem(Fault::ArchiveChanged, file.clone(), Some(error.to_string()));
                None
            }
            Some(Ok(identity)) => Some(identity),
        };
        match (&row, &of_store) {
            (None, _) => found.problem(Fault::ArchiveMissing, Subject::row("archive", agency), None),
            (Some(row), Some(file_says)) if row.id != file_says.id => {
                let detail = format!("the database is of archive {}, the store of archive {}", row.id, file_says.id);
                found.problem(Fault::ArchiveOther, file.clone(), Some(detail));
            }
            (Some(row), Some(file_says)) if row != file_says => {
                found.problem(Fault::ArchiveChanged, file.clone(), Some("its row says something else".to_owned()));
            }
            (Some(row), Some(_)) if object.as_deref() != Some(row.written()?.as_slice()) => {
                found.problem(Fault::ArchiveChanged, file.clone(), Some("it isn't as it was written".to_owned()));
            }
            _ => {}
        }
        let nobody = || Error::Damaged("nothing says which archive it is".into());
        let identity = row.or(of_store).ok_or_else(nobody)?;
        let own = identity.log_key();
        let key = match (key, own) {
            (Some(given), Ok(own)) if given == own => given,
            (Some(given), own) => {
                let own = own.map_or_else(|error| error.to_string(), |own| own.to_string());
                found.problem(Fault::KeyOther, Subject::row("archive", agency), Some(own));
                given
            }
            (None, own) => own?,
        };
        Ok(Self { agency: agency.to_owned(), identity, key, store, second: None, database, found })
    }

    /// Looks at the second store too. Nothing is written to it.
    pub fn with_second(mut self, second: &Second) -> Self {
        self.second = Some(second.to_read());
        self
    }

    /// Lets go of the database.
    pub async fn close(self) {
        self.database.close().await;
    }
}
