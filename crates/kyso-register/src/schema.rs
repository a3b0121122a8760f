//! The database's own rules (its tables, unique indexes and triggers), held against those that this version makes: whoever
//! takes one away can write what no caller may.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};

use crate::error::Error;
use crate::migrations;
use crate::problem::{Problem, Schema};
use crate::store::Columns as _;

/// SQLite's own statistics (ANALYZE) and the migrator's own table: their form is theirs, and nothing rests on it.
const NOT_OURS: [&str; 3] = ["sqlite_stat1", "sqlite_stat4", "_sqlx_migrations"];

/// What a rule is (table, index, trigger, view) and its name.
type Name = (String, String);
/// The table that it's about, and its SQL; SQLite's own indexes have none.
type Rule = (String, Option<String>);

/// Every rule that isn't there, reads otherwise, or was put in.
pub(crate) async fn differences(connection: &mut SqliteConnection) -> Result<Vec<Problem>, Error> {
    let wanted = made().await?;
    let found = rules(connection).await?;
    let problem = |(kind, name): &Name, how| Problem::Schema { kind: kind.clone(), name: name.clone(), how };
    let mut problems = Vec::new();
    for (name, rule) in &wanted {
        match found.get(name) {
            None => problems.push(problem(name, Schema::Missing)),
            Some(other) if other != rule => problems.push(problem(name, Schema::Changed)),
            Some(_) => {}
        }
    }
    problems.extend(found.keys().filter(|name| !wanted.contains_key(*name)).map(|name| problem(name, Schema::Added)));
    Ok(problems)
}

/// The rules of a register that was made just now.
async fn made() -> Result<BTreeMap<Name, Rule>, Error> {
    let options = SqliteConnectOptions::new().in_memory(true);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(Error::database)?;
    migrations().run_direct(None, &mut connection, false).await.map_err(Error::database)?;
    let rules = rules(&mut connection).await?;
    connection.close().await.map_err(Error::database)?;
    Ok(rules)
}

async fn rules(connection: &mut SqliteConnection) -> Result<BTreeMap<Name, Rule>, Error> {
    let rows = sqlx::query("SELECT type, name, tbl_name, sql FROM sqlite_master")
        .fetch_all(connection)
        .await
        .map_err(Error::database)?;
    let mut rules = BTreeMap::new();
    for row in &rows {
        let (kind, name, table): (String, String, String) =
            (row.value("type")?, row.value("name")?, row.value("tbl_name")?);
        let is_not_ours = NOT_OURS.contains(&name.as_str()) && kind == "table";
        // The migrator's table has an index of SQLite's own making.
        let is_index_of_it = row.value::<Option<String>>("sql")?.is_none() && table == "_sqlx_migrations";
        if !is_not_ours && !is_index_of_it {
            rules.insert((kind, name), (table, row.value("sql")?));
        }
    }
    Ok(rules)
}
