//! The seam between what is kept and SQL: statements with `$1`, `$2` … that every database takes, rows of [`Value`]s, and one way
//! to write. Whose rows they are ([`Kind`]) says what the tables are and how an error is told; the few statements that differ
//! are [`Statement`]s.
//!
//! ```text
//! rows, row        read beside whoever writes
//! look(work)       the same with several statements, which see one state of the rows
//! write(work)      one transaction: all of it or nothing; durable when it returns
//!
//! sqlite, writer   a file of this machine: one connection writes, what waits shares a commit
//! looking          connections that look at the file meanwhile, several statements on one thread
//! place            whether the file and its journal are still those that were opened
//! written          such connections, whose statements run on the thread that asks
//! postgres         a server: each work its own transaction, for the server groups commits by itself
//! schema           the steps that make the tables, forward only
//! rights           what the service's role may do there, and no more
//! ```

#![forbid(unsafe_code)]

mod ask;
mod error;
mod flaw;
mod looking;
mod place;
mod postgres;
mod rights;
mod schema;
mod sqlite;
mod transaction;
mod value;
mod writer;
mod written;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

pub use ask::Ask;
pub use error::Error;
pub use flaw::{Flaw, How};
pub use postgres::Pools;
pub use schema::{Kind, Rights, Schema, Step};
pub use transaction::Transaction;
pub use value::{Row, Value};
pub use writer::Written;

use postgres::Postgres;
use sqlite::Sqlite;

/// What a transaction does, as a value that can stand in a queue.
pub type Doing<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// Rows, and who keeps them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database<K: Kind>(Kept<K>);

#[derive(Debug, Clone)]
enum Kept<K: Kind> {
    /// A file of this machine, which one connection of the process writes.
    Sqlite(Sqlite<K>),
    /// A server's, for several processes at once.
    Postgres(Postgres<K>),
}

/// A statement that isn't the same for every database.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

impl Statement {
    /// The one for a server, or for a file.
    pub fn of(self, is_shared: bool) -> &'static str {
        if is_shared { self.postgres } else { self.sqlite }
    }
}

impl<K: Kind> Database<K> {
    /// Makes the file, which mustn't be there, with the newest schema.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Database`].
    pub async fn create(path: &Path) -> Result<Self, K::Error> {
        Sqlite::create(path).await.map(Kept::Sqlite).map(Self)
    }

    /// Opens the file, which must be there, and brings it to the newest schema.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Damaged`] where the list of its steps is lost, [`Error::Database`].
    pub async fn open(path: &Path) -> Result<Self, K::Error> {
        Sqlite::open(path).await.map(Kept::Sqlite).map(Self)
    }

    /// Opens the file to read it alone: nothing is written, and a schema that isn't the newest is refused.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Schema`], [`Error::Database`].
    pub async fn open_to_read(path: &Path) -> Result<Self, K::Error> {
        Sqlite::open_to_read(path).await.map(Kept::Sqlite).map(Self)
    }

    /// Connects to a PostgreSQL with the newest schema, for the rows of one agency alone.
    ///
    /// # Errors
    /// [`Error::Setting`] where the server forgets what it has acknowledged, or the address can't be used;
    /// [`Error::TooPowerful`] where the role may do more than it needs; [`Error::Schema`], [`Error::Database`].
    pub async fn connect(url: &str, agency: &str) -> Result<Self, K::Error> {
        Postgres::connect(url, agency, false).await.map(Kept::Postgres).map(Self)
    }

    /// The same, by connections that other agencies of this process use too.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_in(pools: &Pools, url: &str, agency: &str) -> Result<Self, K::Error> {
        Postgres::connect_in(pools, url, agency).await.map(Kept::Postgres).map(Self)
    }

    /// As [`connect`](Self::connect), to read it alone.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_to_read(url: &str, agency: &str) -> Result<Self, K::Error> {
        Postgres::connect(url, agency, true).await.map(Kept::Postgres).map(Self)
    }

    /// The same, whatever the schema is and whatever the role may do: for whoever says what is wrong.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Database`].
    pub async fn connect_as_it_is(url: &str, agency: &str) -> Result<Self, K::Error> {
        Postgres::connect_as_it_is(url, agency).await.map(Kept::Postgres).map(Self)
    }

    /// Brings a PostgreSQL to the newest schema. The URL's role is the schema's owner, not the service's.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Database`].
    pub async fn lay_out(url: &str) -> Result<(), K::Error> {
        Postgres::<K>::lay_out(url).await
    }

    /// Whether other processes may be at work in it too.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Kept::Postgres(_))
    }

    /// The time that leases go by, in microseconds: the server's where there is one, for several clocks differ.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn now(&self) -> Result<i64, K::Error> {
        match &self.0 {
            Kept::Sqlite(_) => Ok(now()),
            Kept::Postgres(_) => self.row(postgres::NOW, values![]).await?.map_or(Ok(0), |row| row.number("now")),
        }
    }

    /// Opens the file to read it alone, whatever its schema is.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Database`].
    pub async fn open_as_it_is(path: &Path) -> Result<Self, K::Error> {
        Sqlite::open_as_it_is(path).await.map(Kept::Sqlite).map(Self)
    }

    /// The same for a file that lies where nothing can be written. `is_fixed`: it's taken for one that nobody writes, and SQLite
    /// neither looks for a journal nor makes anything beside it.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Database`].
    pub async fn open_sealed(path: &Path, is_fixed: bool) -> Result<Self, K::Error> {
        Sqlite::open_sealed(path, is_fixed).await.map(Kept::Sqlite).map(Self)
    }

    /// Whether exactly the steps of this program made the file, by its own list.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_of_these_steps(&self) -> Result<bool, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.is_of_these_steps().await,
            // Else it isn't connected to.
            Kept::Postgres(_) => Ok(true),
        }
    }

    /// A connection that sees the rows as they're now, whatever is written meanwhile, until it runs `COMMIT`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn reading(&self) -> Result<Transaction<K>, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.reading().await,
            Kept::Postgres(postgres) => postgres.reading().await,
        }
    }

    /// What a work of several statements finds; they see one state of the rows, and none of them writes.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Database`].
    pub async fn look<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.look(work).await,
            Kept::Postgres(postgres) => postgres.look(work).await,
        }
    }

    /// The rows that a statement gives.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rows(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row<K>>, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.rows(sql, values).await,
            Kept::Postgres(postgres) => postgres.rows(sql, values).await,
        }
    }

    /// The first row that a statement gives.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn row(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row<K>>, K::Error> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// The first row that a statement gives to whoever opens the database now.
    ///
    /// # Errors
    /// [`Error::Damaged`] where it isn't the one that was opened; [`Error::Database`].
    pub async fn fresh_row(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row<K>>, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => Ok(sqlite.fresh_rows(sql, values).await?.into_iter().next()),
            // The server is asked, and what it remembers of its files is the server's business.
            Kept::Postgres(_) => self.row(sql, values).await,
        }
    }

    /// What was written since it was opened.
    pub fn written(&self) -> Written {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.written(),
            Kept::Postgres(postgres) => postgres.written(),
        }
    }

    /// Refuses to go on where the file or its journal was replaced, overwritten or cut off while it was open: what is written comes to
    /// nobody's eyes.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn demand_same(&self) -> Result<(), K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.fault().map_or(Ok(()), |fault| Err(fault.into())),
            Kept::Postgres(_) => Ok(()),
        }
    }

    /// Whether it was opened to be written to.
    pub fn is_written(&self) -> bool {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.is_written(),
            Kept::Postgres(postgres) => postgres.is_written(),
        }
    }

    /// Does the work in one transaction. It's durable when this returns. Where `work` fails, nothing of it stays; where this
    /// fails otherwise, it may have been done or not.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Raced`] where another process was quicker; [`Error::Database`], [`Error::ReadOnly`].
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl for<'t> FnOnce(&'t mut Transaction<K>) -> Doing<'t, T, K::Error> + Send + 'static,
    ) -> Result<T, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.write(work).await,
            Kept::Postgres(postgres) => postgres.write(work).await,
        }
    }

    /// What isn't as the newest schema has it: tables, columns, triggers that were changed or taken away.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn schema_problems(&self) -> Result<Vec<String>, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => Ok(sqlite.flaws().await?.iter().map(Flaw::to_string).collect()),
            Kept::Postgres(postgres) => postgres.schema_problems().await,
        }
    }

    /// Tables, triggers and the like that aren't as the newest schema has them, as values.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn flaws(&self) -> Result<Vec<Flaw>, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.flaws().await,
            Kept::Postgres(postgres) => postgres.flaws().await,
        }
    }

    /// A new, empty database of SQLite's in memory, with the newest schema: what a file's is held against.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn model() -> Result<Transaction<K>, K::Error> {
        Sqlite::model().await
    }

    /// A copy of the whole database as it is now, in a new file, synced.
    ///
    /// # Errors
    /// [`Error::Setting`] for PostgreSQL, which is copied by its own programs.
    pub async fn snapshot(&self, path: &Path) -> Result<(), K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.snapshot(path).await,
            Kept::Postgres(_) => {
                Err(K::Error::from(Error::Setting("PostgreSQL is copied by pg_dump or pg_basebackup".into())))
            }
        }
    }

    /// What SQLite says of its own file: nothing where it's whole. PostgreSQL has checksums of its own, looked at as it reads.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn integrity_problems(&self) -> Result<Vec<String>, K::Error> {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.integrity_problems().await,
            Kept::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Lets go of the file or of the server.
    pub async fn close(&self) {
        match &self.0 {
            Kept::Sqlite(sqlite) => sqlite.close().await,
            Kept::Postgres(postgres) => postgres.close().await,
        }
    }
}

/// The system's time in microseconds.
fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
