//! The register (sổ chứng thực; Nghị định 23/2015/NĐ-CP, Điều 13; Thông tư 01/2020/TT-BTP, Điều 4): numbers allotted once,
//! the columns of the book, what happened to each number, books, closings.
//!
//! A number is on the page before it's signed, so an entry goes this way:
//!
//! ```text
//! allot -> rendered -> issued -> cancelled     the decision is noted; the entry stays
//!     \________\____-> void                    a number once allotted is never used again
//! ```
//!
//! - Several processes may have it open at once: it's a SQLite file of its own (`register.sqlite3`), apart from the
//!   archive's lock. Allotting is one `BEGIN IMMEDIATE` transaction, durable when it returns (WAL, `synchronous = FULL`).
//!   It must lie on a local disk: write-ahead logs don't work over network file systems.
//! - Or it's in PostgreSQL, beside those of other agencies ([`Grown`]), for processes on several machines. A file's register moves there
//!   whole ([`Register::move_up`]).
//! - A request has a key; asked again under it after a crash, the same number comes back.
//! - Nothing is changed or deleted: what an entry is follows from its events, which are chained by SHA-256. Triggers in
//!   the database hold to this too, and [`Register::audit`] proves it, and that they're all there. What was cut off the end, or put back from a backup,
//!   shows by a [`Head`] that was written down outside ([`Register::audit_since`]).
//! - A number is given out once for ever: symbol, year and ordinal are unique, whichever register gives them out. The
//!   definitions in use are kept with the numbers, and a change of them that would change what was given out is refused.
//! - A clock in doubt enters nothing, for what it enters would speak for it: it opens no year's book and closes none, unless somebody answers for it
//!   ([`Register::with_clock_confirmed`]).
//! - Ordinals begin at 1 with each year and run on over its books. A year's first book is 01: that a paper book is used
//!   on in the next year ("01/2015 + 01/2016-SCT/BS") has no counterpart here.
//!
//! Time is an argument ([`Stamp`]); the date that decides the year is Vietnam's.

mod allot;
mod audit;
mod books;
mod changes;
mod clock;
mod database;
mod definitions;
mod entry;
mod error;
mod event;
pub mod export;
mod grown;
mod head;
mod kept;
mod moving;
mod once;
mod private;
mod problem;
mod reading;
mod refusal;
mod schema;
mod sealed;
mod since;
mod snapshot;
mod standing;
mod store;
#[cfg(test)]
mod tests;

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Date;
use kyso::local_time::VIETNAM;

use database::{Database, Doing, Transaction};

pub use allot::{Allotment, Allotted};
pub use audit::{Audit, UncheckedEntry, YearAudit};
pub use books::{Book, Closing};
pub use definitions::{Columns, Definition, Definitions, Office, Symbol};
pub use entry::{
    Cancellation, Certifier, Entry, EntryId, How, Languages, Link, Person, Prepared, Quantity, Row, State, Totals,
};
pub use error::Error;
pub use event::{Doubt, Event, Unchecked, What};
pub use grown::Grown;
pub use head::{Head, NoHead};
pub use kept::Redefined;
pub use moving::{MoveWatch, Moved};
pub use problem::{Problem, Schema};
pub use reading::Filter;
pub use refusal::{Fault, Refusal, Rule};
pub use since::{Compared, Difference, First};
pub use standing::Standing;

/// How long a process waits for its turn to write: many may stand in line, each for the time that a disk takes to sync.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a process waits before it asks for the lock again.
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// An office's register. Cheap to clone; several processes may have it open.
#[derive(Debug, Clone)]
pub struct Register {
    /// Whose it is, in a database of several agencies; empty in a file.
    agency: String,
    database: Database,
    /// Where it says, beside a file, that the register was moved from there.
    moved: Option<PathBuf>,
    definitions: Arc<Definitions>,
    /// The version of the kept definitions when the register was opened; 0 before the first.
    seen: u32,
    /// Somebody answers for the clock.
    clock_confirmed: bool,
}

/// Who does something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The officer's name, or that of a system.
    pub by: String,
    /// The time.
    pub at: Timestamp,
}

impl Stamp {
    /// The date in Vietnam, which has one zone and no summer time.
    pub fn today(&self) -> Date {
        VIETNAM.to_datetime(self.at).date()
    }
}

impl Register {
    /// Opens the register in this directory. A directory without one isn't given a new one, for it would begin at 01.
    ///
    /// # Errors
    /// [`Error::Absent`] where there is none; [`Error::Moved`] where it was moved into another database; [`Error::Definitions`], [`Error::File`], [`Error::Database`].
    pub async fn open(directory: &Path) -> Result<Self, Error> {
        if !Self::is_in(directory) {
            return Err(Error::Absent(directory.to_owned()));
        }
        moving::demand_here(&moving::mark_in(directory))?;
        Self::open_file(directory).await
    }

    /// Whether there's a register in this directory.
    pub fn is_in(directory: &Path) -> bool {
        directory.join("register.sqlite3").is_file()
    }

    /// Opens the register in this directory, or makes it.
    ///
    /// # Errors
    /// [`Error::Definitions`], [`Error::File`], [`Error::Database`].
    pub async fn create(directory: &Path) -> Result<Self, Error> {
        private::make_directory(directory).map_err(Error::file(directory))?;
        moving::demand_here(&moving::mark_in(directory))?;
        Self::open_file(directory).await
    }

    async fn open_file(directory: &Path) -> Result<Self, Error> {
        let definitions = Arc::new(Definitions::load(&directory.join("registers.toml"))?);
        // Two that make the schema at once would meet in the middle; nobody else looks at this lock.
        let _turn = turn(directory).await?;
        let path = directory.join("register.sqlite3");
        let database = Database::create(&path).await?;
        let seen = kept::demand_unchanged(&mut database.clone(), &definitions).await?;
        File::open(directory).and_then(|directory| directory.sync_all()).map_err(Error::file(directory))?;
        Ok(Self::of_file(database, directory, definitions, seen))
    }

    /// A register in a file of its own.
    fn of_file(database: Database, directory: &Path, definitions: Arc<Definitions>, seen: u32) -> Self {
        let moved = Some(moving::mark_in(directory));
        Self { agency: String::new(), database, moved, definitions, seen, clock_confirmed: false }
    }

    /// One transaction that nobody else writes beside: all of the work or nothing, durable when this returns.
    async fn write<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction) -> Doing<'t, T> + Send + 'static,
    ) -> Result<T, Error> {
        let (agency, moved) = (self.agency.clone(), self.moved.clone());
        self.database
            .write(move |transaction| {
                Box::pin(async move {
                    transaction.lock(&agency, grown::LOCK).await?;
                    // Who moves it holds the same lock.
                    moved.as_deref().map_or(Ok(()), moving::demand_here)?;
                    work(transaction).await
                })
            })
            .await
    }

    /// The register in the hands of somebody who has looked at the clock and answers for it: whatever
    /// would be refused for a clock in doubt ([`Refusal::Clock`]) goes through, and the confirmation is an event.
    #[must_use]
    pub fn with_clock_confirmed(&self) -> Self {
        Self { clock_confirmed: true, ..self.clone() }
    }

    /// Which registers there are.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Lets go of the database: what is left of its journal goes into its file, if nobody else is at work.
    pub async fn close(self) {
        self.database.close().await;
    }
}

/// Waits for the right to make or open the file; it ends when the value is dropped, or with the process. Whoever holds the
/// lock and doesn't let go of it stops nobody for ever.
async fn turn(directory: &Path) -> Result<File, Error> {
    let path = directory.join("register.lock");
    let waited = tokio::task::spawn_blocking(move || {
        let file = private::file(&path).map_err(Error::file(&path))?;
        let until = Instant::now() + BUSY_TIMEOUT;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::WouldBlock) => return Err(Error::file(&path)(ErrorKind::ResourceBusy.into())),
                Err(TryLockError::Error(error)) => return Err(Error::file(&path)(error)),
            }
        }
    });
    waited.await.map_err(Error::internal)?
}
