//! Values and rows, as SQL has them: text, whole numbers and bytes. There's neither a Boolean nor a time in the tables: a time
//! is in microseconds since 1970-01-01 UTC.

use std::marker::PhantomData;
use std::sync::Arc;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::error::Error;
use crate::schema::Kind;

/// A value that is bound to a statement.
#[derive(Debug, Clone)]
pub enum Value {
    /// BIGINT.
    Number(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTEA, BLOB.
    Bytes(Option<Vec<u8>>),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

/// Values for a statement, in the order of its `$1`, `$2` and so on.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

/// A row of an answer.
#[derive(Debug)]
pub struct Row<K: Kind> {
    found: Found,
    kind: PhantomData<K>,
}

#[derive(Debug)]
enum Found {
    Sqlite(SqliteRow),
    /// Of the connection that writes.
    Written(WrittenRow),
    Postgres(PgRow),
}

/// A row that the connection of SQLite's gave that writes.
#[derive(Debug)]
pub(crate) struct WrittenRow {
    /// The names of the columns, which all rows of an answer have.
    pub(crate) columns: Arc<[String]>,
    pub(crate) values: Vec<rusqlite::types::Value>,
}

impl WrittenRow {
    fn get<T: rusqlite::types::FromSql>(&self, column: &str) -> Result<T, Error> {
        let index = self.columns.iter().position(|name| name == column);
        let value = index.and_then(|index| self.values.get(index));
        let value = value.ok_or_else(|| Error::of_sqlite(rusqlite::Error::InvalidColumnName(column.to_owned())))?;
        T::column_result(ValueRef::from(value)).map_err(|error| Error::Database(Box::new(error)))
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Number(number) => number.map(ValueRef::Integer),
            Self::Text(text) => text.as_ref().map(|text| ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => bytes.as_ref().map(|bytes| ValueRef::Blob(bytes)),
        };
        Ok(ToSqlOutput::Borrowed(value.unwrap_or(ValueRef::Null)))
    }
}

/// A column of either database, as the type that is wanted.
macro_rules! column {
    ($row:ident, $column:ident) => {
        match &$row.found {
            Found::Sqlite(row) => row.try_get($column).map_err(Error::database),
            Found::Written(row) => row.get($column),
            Found::Postgres(row) => row.try_get($column).map_err(Error::database),
        }
        .map_err(K::Error::from)
    };
}

impl<K: Kind> Row<K> {
    pub(crate) fn of_sqlite(row: SqliteRow) -> Self {
        Self { found: Found::Sqlite(row), kind: PhantomData }
    }

    pub(crate) fn of_written(row: WrittenRow) -> Self {
        Self { found: Found::Written(row), kind: PhantomData }
    }

    pub(crate) fn of_postgres(row: PgRow) -> Self {
        Self { found: Found::Postgres(row), kind: PhantomData }
    }

    /// A number that is there.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn number(&self, column: &str) -> Result<i64, K::Error> {
        column!(self, column)
    }

    /// A number that isn't below zero.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn count(&self, column: &str) -> Result<u64, K::Error> {
        u64::try_from(self.number(column)?).map_err(|_| Error::Damaged(format!("{column} is below zero")).into())
    }

    /// A small number that isn't below zero: an ordinal, a generation.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn ordinal(&self, column: &str) -> Result<u32, K::Error> {
        u32::try_from(self.number(column)?).map_err(|_| Error::Damaged(format!("{column} is out of its range")).into())
    }

    /// A number, where there is one.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn maybe_number(&self, column: &str) -> Result<Option<i64>, K::Error> {
        column!(self, column)
    }

    /// A text that is there.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn text(&self, column: &str) -> Result<String, K::Error> {
        column!(self, column)
    }

    /// A text, where there is one.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn maybe_text(&self, column: &str) -> Result<Option<String>, K::Error> {
        column!(self, column)
    }

    /// Bytes that are there.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`] where the row has no such value.
    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, K::Error> {
        column!(self, column)
    }
}
