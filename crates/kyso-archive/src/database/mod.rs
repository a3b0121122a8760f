//! The archive's rows, kept by [`kyso_rows`]: what its tables are, and the archive's own error for whatever a statement fails with.

mod migrations;
mod rights;

use std::time::Duration;

pub(crate) use kyso_rows::{Ask, Statement, Value, values};

use crate::error::Error;

/// The archive's kind of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfArchive;

impl kyso_rows::Kind for OfArchive {
    type Error = Error;
    const SCHEMA: kyso_rows::Schema = kyso_rows::Schema {
        name: "public",
        sqlite: migrations::SQLITE,
        postgres: migrations::POSTGRES,
        rights: rights::RIGHTS,
        patience: Duration::from_secs(10),
    };

    fn again(error: &Error) -> Error {
        error.again()
    }
}

/// The rows of the archive. Cheap to clone.
pub(crate) type Database = kyso_rows::Database<OfArchive>;
/// A transaction on them.
pub(crate) type Transaction = kyso_rows::Transaction<OfArchive>;
/// A row of an answer.
pub(crate) type Row = kyso_rows::Row<OfArchive>;
