//! A transaction that is open, of either database.

use std::marker::PhantomData;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::error::Error;
use crate::schema::Kind;
use crate::{Row, Value, now, postgres, sqlite, values, written};

/// A connection in a transaction.
#[derive(Debug)]
pub struct Transaction<K: Kind> {
    pub(crate) open: Open,
    kind: PhantomData<K>,
}

#[derive(Debug)]
pub(crate) enum Open {
    /// The one that writes: nobody else does meanwhile. Its statements run on the thread that asks.
    Written(rusqlite::Connection),
    /// One that reads, or one to another file.
    Sqlite(SqliteConnection),
    /// One of several. Where it's dropped before its commit, nothing of it stays.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl<K: Kind> Transaction<K> {
    pub(crate) fn of_sqlite(connection: SqliteConnection) -> Self {
        Self { open: Open::Sqlite(connection), kind: PhantomData }
    }

    pub(crate) fn of_writing(connection: rusqlite::Connection) -> Self {
        Self { open: Open::Written(connection), kind: PhantomData }
    }

    pub(crate) fn of_postgres(transaction: sqlx::Transaction<'static, sqlx::Postgres>) -> Self {
        Self { open: Open::Postgres(transaction), kind: PhantomData }
    }

    /// A connection to a file of SQLite's whatever its schema is, to look at and to add to. Nothing is begun: each statement is a
    /// transaction of its own.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn of_other_file(path: &Path) -> Result<Self, K::Error> {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(false);
        Ok(Self::of_sqlite(options.connect().await.map_err(Error::database)?))
    }

    /// Runs a statement; how many rows it changed.
    ///
    /// # Errors
    /// [`Error::Raced`], [`Error::Database`].
    pub async fn run(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, K::Error> {
        Ok(self.execute(sql, values).await?)
    }

    /// As [`run`](Self::run), with this crate's own error.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, Error> {
        match &mut self.open {
            Open::Written(connection) => written::run(connection, sql, &values).map_err(Error::of_sqlite),
            Open::Sqlite(connection) => {
                let done = sqlite::bound(sql, values).execute(connection).await;
                Ok(done.map_err(Error::database)?.rows_affected())
            }
            Open::Postgres(transaction) => {
                let done = postgres::bound(sql, values).execute(&mut **transaction).await;
                Ok(done.map_err(postgres::failed)?.rows_affected())
            }
        }
    }

    /// The rows that a statement gives.
    ///
    /// # Errors
    /// [`Error::Raced`], [`Error::Database`].
    pub async fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row<K>>, K::Error> {
        match &mut self.open {
            Open::Written(connection) => {
                let rows = written::rows(connection, sql, &values).map_err(Error::of_sqlite)?;
                Ok(rows.into_iter().map(Row::of_written).collect())
            }
            Open::Sqlite(connection) => {
                let rows = sqlite::bound(sql, values).fetch_all(connection).await.map_err(Error::database)?;
                Ok(rows.into_iter().map(Row::of_sqlite).collect())
            }
            Open::Postgres(transaction) => {
                let rows = postgres::bound(sql, values).fetch_all(&mut **transaction).await;
                Ok(rows.map_err(postgres::failed)?.into_iter().map(Row::of_postgres).collect())
            }
        }
    }

    /// The first row that a statement gives.
    ///
    /// # Errors
    /// [`Error::Raced`], [`Error::Database`].
    pub async fn row(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row<K>>, K::Error> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// The connection of SQLite's.
    pub(crate) fn sqlite(&mut self) -> Result<&mut SqliteConnection, Error> {
        match &mut self.open {
            Open::Sqlite(connection) => Ok(connection),
            Open::Written(_) | Open::Postgres(_) => Err(Error::Internal("no connection that steps run on".into())),
        }
    }

    /// Whether it's a server's, and other processes may be at work in it too.
    pub fn is_shared(&self) -> bool {
        matches!(self.open, Open::Postgres(_))
    }

    /// Waits until no other transaction has this lock, and has it until the end of this one. What is read after it, nobody
    /// changes who takes the lock too. Whoever takes two takes them in the order of their names.
    ///
    /// # Errors
    /// [`Error::Database`] where it isn't had in time.
    pub async fn lock(&mut self, agency: &str, subject: &str) -> Result<(), K::Error> {
        match self.open {
            // Who writes to the file has it alone.
            Open::Written(_) | Open::Sqlite(_) => Ok(()),
            Open::Postgres(_) => {
                let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
                self.run(sql, values![format!("{agency} {subject}")]).await.map(|_| ())
            }
        }
    }

    /// The time that leases go by, in microseconds.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn now(&mut self) -> Result<i64, K::Error> {
        match self.open {
            Open::Written(_) | Open::Sqlite(_) => Ok(now()),
            Open::Postgres(_) => self.row(postgres::NOW, values![]).await?.map_or(Ok(0), |row| row.number("now")),
        }
    }

    /// Closes the connection; what wasn't committed doesn't stay.
    pub async fn close(self) {
        match self.open {
            Open::Written(connection) => drop(connection.close()),
            Open::Sqlite(connection) => drop(connection.close().await),
            Open::Postgres(transaction) => drop(transaction.rollback().await),
        }
    }
}
