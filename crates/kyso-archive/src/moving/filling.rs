//! A place of PostgreSQL and S3 that an archive comes to. Until all of it is there and proved, the place says of nobody whose it is,
//! and so nobody opens it; cut off, it's filled on.

use std::path::PathBuf;

use super::rows::{Into, Sum, carry, sum};
use super::tables::{Kind, TABLES, Table};
use crate::archive::{Archive, blocking, identity_in, introduce};
use crate::database::{Transaction, values};
use crate::error::Error;
use crate::grown::Grown;
use crate::identity::{self, Identity, Keys};
use crate::log::Note;
use crate::store::Store;

/// What came from each table.
pub(crate) type Told = Vec<(&'static Table, Sum)>;

/// The place while it's filled.
pub(crate) struct Filling {
    /// The archive as it's there so far. Nobody else can open it.
    pub(crate) archive: Archive,
    /// Whether its row says whose it is: then it's open.
    pub(crate) is_open: bool,
}

impl Filling {
    /// Looks at the place: laid out, fit, and nobody's or this archive's.
    pub(crate) async fn of(grown: &Grown, identity: &Identity, keys: Keys) -> Result<Self, Error> {
        identity.demand_own(&keys)?;
        let (store, in_store) = (grown.store(), grown.store());
        let object = blocking(move || {
            in_store.check()?;
            in_store.get(identity::OBJECT)
        });
        let object = object.await?;
        let database = grown.connected().await?;
        let problems = database.schema_problems().await?;
        if !problems.is_empty() {
            return Err(Error::SchemaChanged(problems));
        }
        let row = identity_in(&database, &grown.agency).await?;
        let other = |there: String| Err(Error::OtherArchive { database: identity.id.to_string(), store: there });
        if let Some(row) = row.as_ref().filter(|row| *row != identity) {
            return other(row.id.to_string());
        }
        if object.as_ref().is_some_and(|object| identity.written().is_ok_and(|own| own != *object)) {
            let there = object.and_then(|object| serde_json::from_slice::<Identity>(&object).ok());
            return other(there.map(|there| there.id.to_string()).unwrap_or_default());
        }
        let archive = Archive::put_together(&grown.agency, identity.clone(), store, database, Some(keys), None).await?;
        Ok(Self { archive, is_open: row.is_some() })
    }

    /// Brings rows: those that are written once, or, where nobody writes to the source any more, all of them.
    pub(crate) async fn rows(
        &self,
        from: &mut Transaction,
        agency: &str,
        all: bool,
        mut told: impl FnMut(u64),
    ) -> Result<Told, Error> {
        let into =
            Into { database: &self.archive.database, agency: &self.archive.agency, store: Some(&self.archive.store) };
        if all {
            // Only who may destroy may write what was destroyed: that is said before anything comes.
            let sql = "SELECT artifact FROM destroyed WHERE agency = $1 LIMIT 1";
            if from.row(sql, values![agency]).await?.is_some() {
                self.archive.demand_destroyer().await?;
            }
        }
        let mut sums = Vec::new();
        for table in TABLES {
            // What is destroyed while the source is at work comes once it's stopped: until then its events may go on coming.
            if !all && (table.kind != Kind::Once || table.name == "destroyed") {
                continue;
            }
            sums.push((table, carry(table, from, agency, &into, &mut told).await?));
        }
        if all {
            // What came of a document before it was destroyed goes.
            self.archive.forget_destroyed().await?;
        }
        Ok(sums)
    }

    /// Holds the rows against those that came.
    pub(crate) async fn demand_same(&self, sums: &Told) -> Result<(), Error> {
        let mut there = self.archive.database.reading().await?;
        for (table, expected) in sums {
            if table.kind == Kind::Operational {
                continue;
            }
            let found = sum(table, &mut there, &self.archive.agency).await?;
            if found != *expected {
                let (rows, wanted) = (found.rows, expected.rows);
                let what = match rows == wanted {
                    true => "its rows aren't those of the source".to_owned(),
                    false => format!("it has {rows} rows, and the source {wanted}"),
                };
                let (place, table) = (self.shown(), table.name);
                return Err(Error::Damaged(format!("table {table} in {place}: {what}; empty it, or take another")));
            }
        }
        there.run("COMMIT", values![]).await?;
        Ok(())
    }

    /// Shows the newest checkpoint.
    pub(crate) async fn publish(&self, note: Option<&Note>) -> Result<(), Error> {
        match note {
            Some(note) => self.archive.publish(note).await,
            None => Ok(()),
        }
    }

    /// Says whose it is: from here on it can be opened.
    pub(crate) async fn open(self) -> Result<Archive, Error> {
        self.archive.demand_not_rolled_back().await?;
        let Archive { database, agency, identity, store, .. } = &self.archive;
        if !self.is_open {
            introduce(database, agency, identity.as_ref().clone()).await?;
        }
        let (object, in_store): (_, Store) = (identity.written()?, store.clone());
        blocking(move || in_store.put(identity::OBJECT, &object)).await?;
        Ok(self.archive)
    }

    /// For messages.
    pub(crate) fn shown(&self) -> String {
        PathBuf::from(self.archive.store.shown()).display().to_string()
    }
}
