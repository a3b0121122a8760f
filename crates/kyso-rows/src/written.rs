//! The connection that writes to a file of SQLite's, and those that look at it meanwhile: each statement runs on the thread that asks. A
//! work is twenty statements of some microseconds each; handed to another thread and back, each would cost several times that.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, OpenFlags, Result};

use crate::schema::Kind;
use crate::value::{Value, WrittenRow};

/// How many statements stay prepared: more than there are in all works.
const PREPARED: usize = 256;
/// Pages that the connection has in memory, in KiB (negative, for SQLite): the upper pages of all trees, and where rows are added.
const CACHE: i64 = -16_384;
/// After so many pages (16 MB) SQLite copies its journal into the file. A page that many commits change is copied once for all of them.
const JOURNAL_PAGES: i64 = 4_096;

/// Opens a file that is there.
pub(crate) fn open<K: Kind>(path: &Path) -> Result<Connection> {
    // The connection is asked by one thread at a time, so SQLite needs no lock for it.
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.busy_timeout(K::SCHEMA.patience)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "wal_autocheckpoint", JOURNAL_PAGES)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // REPLACE fires delete triggers too, whatever a trigger of a table forgets.
    connection.pragma_update(None, "recursive_triggers", "ON")?;
    // What is deleted is overwritten: a destroyed document leaves nothing in pages that are free.
    connection.pragma_update(None, "secure_delete", "ON")?;
    Ok(connection)
}

/// Opens the same file to look at it.
pub(crate) fn open_to_read<K: Kind>(path: &Path) -> Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.busy_timeout(K::SCHEMA.patience)?;
    Ok(connection)
}

/// Runs a statement; how many rows it changed.
pub(crate) fn run(connection: &Connection, sql: &str, values: &[Value]) -> Result<u64> {
    let mut statement = bound(connection, sql, values)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(connection.changes())
}

/// The rows that a statement gives.
pub(crate) fn rows(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<WrittenRow>> {
    let mut statement = bound(connection, sql, values)?;
    let columns: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let values = (0..columns.len()).map(|index| row.get(index)).collect::<Result<_>>()?;
        found.push(WrittenRow { columns: Arc::clone(&columns), values });
    }
    Ok(found)
}

/// The statement with its values. To SQLite `$7` is a name, and names are numbered as they come; here it's the seventh value.
fn bound<'c>(connection: &'c Connection, sql: &str, values: &[Value]) -> Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql)?;
    for index in 1..=statement.parameter_count() {
        let ordinal = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = ordinal.and_then(|ordinal| values.get(ordinal.checked_sub(1)?));
        let value = value.ok_or(rusqlite::Error::InvalidParameterCount(index, values.len()))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(statement)
}
