//! Who answers statements: a database as it is now, or a transaction on it.

use crate::schema::Kind;
use crate::{Database, Doing, Row, Transaction, Value};

/// Something that statements which only read can be put to.
pub trait Ask<K: Kind>: Send {
    /// The rows that a statement gives.
    fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Doing<'_, Vec<Row<K>>, K::Error>;

    /// The first row that a statement gives.
    fn row(&mut self, sql: &'static str, values: Vec<Value>) -> Doing<'_, Option<Row<K>>, K::Error> {
        let rows = self.rows(sql, values);
        Box::pin(async move { Ok(rows.await?.into_iter().next()) })
    }
}

impl<K: Kind> Ask<K> for Database<K> {
    fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Doing<'_, Vec<Row<K>>, K::Error> {
        Box::pin(Database::rows(self, sql, values))
    }
}

impl<K: Kind> Ask<K> for Transaction<K> {
    fn rows(&mut self, sql: &'static str, values: Vec<Value>) -> Doing<'_, Vec<Row<K>>, K::Error> {
        Box::pin(Transaction::rows(self, sql, values))
    }
}
