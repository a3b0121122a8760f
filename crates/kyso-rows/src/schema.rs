//! What a database is to look like: the steps that make it, oldest first, and what PostgreSQL lets whom do with its tables.

use std::time::Duration;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::error::Error;

/// The schema that every database has.
const PUBLIC: &str = "public";

/// A kind of rows: whose schema it is, and the errors that who asks for them is answered with.
pub trait Kind: std::fmt::Debug + Copy + Send + Sync + 'static {
    /// What the methods of its database fail with.
    type Error: From<Error> + std::fmt::Debug + Send + 'static;
    /// Its schema.
    const SCHEMA: Schema;

    /// The same error for somebody else who waited for the same commit.
    fn again(error: &Self::Error) -> Self::Error;
}

/// A schema for both databases. Both have the same steps, under the same numbers.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The schema of PostgreSQL that its tables are in: "public", or one of its own, which [`lay_out`](crate::Database::lay_out) makes.
    pub name: &'static str,
    /// Every step for SQLite, oldest first.
    pub sqlite: &'static [Step],
    /// Every step for PostgreSQL, oldest first.
    pub postgres: &'static [Step],
    /// What the service's role may do in PostgreSQL.
    pub rights: Rights,
    /// How long a statement waits for the lock of another connection to SQLite's file.
    pub patience: Duration,
}

/// A step of a schema. One that was released is never changed.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// The name of its file, e.g. "0001_archive"; without the number it's the name in the table of steps.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

/// What the service's role may do with the tables of PostgreSQL, and no more; and the triggers that hold whoever owns them.
#[derive(Debug, Clone, Copy)]
pub struct Rights {
    /// Tables whose rows are written once: nothing but SELECT and INSERT. Each has the trigger `once`.
    pub once: &'static [&'static str],
    /// Tables in which some columns go forward, and those columns with commas between them. No row is deleted: each has the
    /// trigger `kept`.
    pub forward: &'static [(&'static str, &'static str)],
    /// Tables whose rows come and go, and are never changed.
    pub queues: &'static [&'static str],
    /// Further triggers: the table, the trigger.
    pub triggers: &'static [(&'static str, &'static str)],
}

impl Schema {
    pub(crate) fn sqlite_steps(&self) -> Migrator {
        Migrator::with_migrations(self.sqlite.iter().map(Step::migration).collect())
    }

    pub(crate) fn postgres_steps(&self) -> Migrator {
        let mut steps = Migrator::with_migrations(self.postgres.iter().map(Step::migration).collect());
        if self.name != PUBLIC {
            steps.create_schema(self.name);
        }
        steps
    }

    /// The number of the newest step.
    pub(crate) fn newest(&self) -> i64 {
        self.sqlite.iter().map(|step| step.version).max().unwrap_or_default()
    }
}

impl Step {
    fn migration(&self) -> Migration {
        let name = self.name.split_once('_').map_or(self.name, |(_, name)| name).replace('_', " ");
        Migration::new(self.version, name.into(), MigrationType::Simple, self.sql.into_sql_str(), false)
    }
}
