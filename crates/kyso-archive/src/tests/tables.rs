//! What a backup and a move carry, against the schemas.

use std::collections::BTreeSet;

use super::{Place, for_each_pair};
use crate::database::{Statement, values};
use crate::moving::tables::{LEFT, TABLES};

for_each_pair!(every_table_and_every_column_is_carried_or_left);

/// Every column of the schema but those of the agency.
const SCHEMA: Statement = Statement {
    sqlite: "SELECT m.name AS named, c.name AS col FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' \
             AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'finding_words%' AND m.name <> '_sqlx_migrations' \
             AND c.name <> 'agency'",
    postgres: "SELECT CAST(c.relname AS TEXT) AS named, CAST(a.attname AS TEXT) AS col FROM pg_class c \
               JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid \
               WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> '_sqlx_migrations' AND a.attnum > 0 \
               AND NOT a.attisdropped AND a.attname <> 'agency'",
};

async fn every_table_and_every_column_is_carried_or_left(place: Place) {
    let archive = place.archive().await;
    let sql = if archive.database.is_shared() { SCHEMA.postgres } else { SCHEMA.sqlite };
    let rows = archive.database.rows(sql, values![]).await.unwrap();
    let found: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row.text("named").unwrap(), row.text("col").unwrap())).collect();
    let tables: BTreeSet<&str> = found.iter().map(|(table, _)| table.as_str()).collect();
    for left in LEFT {
        assert!(tables.contains(left), "{left}");
    }
    let carried = TABLES
        .iter()
        .flat_map(|table| table.columns.iter().map(|(column, _)| (table.name.to_owned(), (*column).to_owned())));
    let wanted: BTreeSet<(String, String)> = carried.collect();
    let found: BTreeSet<(String, String)> =
        found.into_iter().filter(|(table, _)| !LEFT.contains(&table.as_str())).collect();
    assert_eq!(wanted, found);
}
