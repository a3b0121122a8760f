//! The register's rows, kept by [`kyso_rows`]: what its tables are, and the register's own error for whatever a statement fails
//! with.

use std::time::Duration;

pub(crate) use kyso_rows::{Ask, Statement, values};
use kyso_rows::{Kind, Rights, Schema, Step};

use crate::error::Error;

/// The register's kind of rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfRegister;

/// The rows of a register.
pub(crate) type Database = kyso_rows::Database<OfRegister>;
/// A transaction on them.
pub(crate) type Transaction = kyso_rows::Transaction<OfRegister>;
/// A row of an answer.
pub(crate) type Row = kyso_rows::Row<OfRegister>;
/// What a transaction does.
pub(crate) type Doing<'t, T> = kyso_rows::Doing<'t, T, Error>;

/// Forward only: a step that was released is never changed.
pub(crate) const STEPS: &[Step] = &[
    Step { version: 1, name: "0001_register", sql: include_str!("../migrations/sqlite/0001_register.sql") },
    Step { version: 2, name: "0002_for_ever", sql: include_str!("../migrations/sqlite/0002_for_ever.sql") },
    Step { version: 3, name: "0003_times", sql: include_str!("../migrations/sqlite/0003_times.sql") },
];

impl Kind for OfRegister {
    type Error = Error;
    const SCHEMA: Schema = Schema {
        name: "register",
        sqlite: STEPS,
        // It begins where the other database was at that time.
        postgres: &[Step {
            version: 3,
            name: "0003_register",
            sql: include_str!("../migrations/postgres/0003_register.sql"),
        }],
        rights: Rights {
            once: &["begun", "book", "definition", "entry", "event", "number", "number_twice"],
            forward: &[],
            queues: &[],
            triggers: &[
                ("book", "runs_on"),
                ("definition", "runs_on"),
                ("entry", "runs_on"),
                ("event", "runs_on"),
                ("number_twice", "runs_on"),
            ],
        },
        // Many may stand in line to write, each for the time that a disk takes to sync.
        patience: Duration::from_secs(60),
    };

    fn again(error: &Error) -> Error {
        match error {
            Error::Database(error) => Error::Database(error.to_string().into()),
            error => Error::Database(error.to_string().into()),
        }
    }
}

/// A year of a row.
pub(crate) fn year(row: &Row) -> Result<i16, Error> {
    i16::try_from(row.number("year")?).map_err(|_| Error::Damaged("year is out of its range".into()))
}
