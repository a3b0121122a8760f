//! How far this process has seen the log come. A database server that is put back to an earlier state while it's asked answers on as if
//! nothing had happened: whoever has seen a later checkpoint knows better.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::Archive;
use crate::database::{Row, Transaction, values};
use crate::error::Error;

/// The size of the newest checkpoint, as a column of that name.
pub(crate) const SIGNED: &str = "SELECT max(size) AS size FROM checkpoint WHERE agency = $1";

/// The size of the largest checkpoint that was ever read in the database or the store. Clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<AtomicU64>);

impl Seen {
    /// How large it is: to be asked before the database is, for the log grows meanwhile.
    pub(crate) fn before(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Holds the size of the newest checkpoint that the database gave afterwards against it, and remembers that size.
    ///
    /// # Errors
    /// [`Error::RolledBack`] where a larger one was there before.
    pub(crate) fn demand_not_behind(&self, before: u64, here: u64) -> Result<(), Error> {
        self.0.fetch_max(here, Ordering::AcqRel);
        if here >= before {
            return Ok(());
        }
        let place = "what this process has read in the database before".to_owned();
        Err(Error::RolledBack { here, there: before, place })
    }

    /// The same within a transaction.
    ///
    /// # Errors
    /// [`Error::RolledBack`]; [`Error::Database`].
    pub(crate) async fn demand_in(&self, transaction: &mut Transaction, agency: &str) -> Result<(), Error> {
        let before = self.before();
        let row = transaction.row(SIGNED, values![agency]).await?;
        self.demand_not_behind(before, size(row.as_ref())?)
    }
}

/// The size in a row of [`SIGNED`].
pub(crate) fn size(row: Option<&Row>) -> Result<u64, Error> {
    let size = row.map(|row| row.maybe_number("size")).transpose()?.flatten().unwrap_or_default();
    u64::try_from(size).map_err(|_| Error::Damaged("size is below zero".into()))
}

impl Archive {
    /// Holds the newest checkpoint of the database against what was published and what this process has seen. Once it's behind, nothing is
    /// written any more.
    ///
    /// # Errors
    /// [`Error::RolledBack`]; [`Error::Damaged`] where a checkpoint can't be read; [`Error::Database`], [`Error::Store`],
    /// [`Error::File`].
    pub async fn check_past(&self) -> Result<(), Error> {
        self.demand_not_overtaken()?;
        match self.demand_not_rolled_back().await {
            // What else is wrong with what was published is the log's own business.
            Err(Error::Damaged(_)) | Ok(()) => {}
            Err(error) => return Err(self.remembered(error)),
        }
        self.demand_seen().await
    }

    /// Holds the database's newest checkpoint against the largest that this process has seen.
    ///
    /// # Errors
    /// [`Error::RolledBack`]: nothing is written any more; [`Error::Database`].
    pub async fn demand_seen(&self) -> Result<(), Error> {
        let before = self.seen.before();
        let row = self.database.row(SIGNED, values![&self.agency]).await?;
        self.seen.demand_not_behind(before, size(row.as_ref())?).map_err(|error| self.remembered(error))
    }
}
