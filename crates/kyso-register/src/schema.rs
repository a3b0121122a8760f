//! The database's own rules (its tables, unique indexes and triggers), held against those that this version makes: whoever
//! takes one away can write what no caller may.

use std::collections::BTreeMap;

use kyso_rows::How;

use crate::database::{Ask, Database, OfRegister, STEPS, Transaction, values};
use crate::error::Error;
use crate::problem::{Problem, Schema};

/// The migrator's own table: which versions of the schema were made.
const RECORD: &str = "_sqlx_migrations";
/// SQLite's own statistics (ANALYZE) and the migrator's own table: their form is theirs. Of the latter only what is read is
/// looked at.
const NOT_OURS: [&str; 3] = ["sqlite_stat1", "sqlite_stat4", RECORD];

/// What a rule is (table, index, trigger, view) and its name.
type Name = (String, String);
/// The table that it's about, and its SQL; SQLite's own indexes have none.
type Rule = (String, Option<String>);

/// How the database's rules differ.
pub(crate) struct Differences {
    /// Every rule that isn't there, reads otherwise, or was put in. What goes with a table that was taken away isn't told beside it.
    pub(crate) problems: Vec<Problem>,
    /// A table or a column isn't there: what stands in the others can't be held against it.
    pub(crate) is_unreadable: bool,
}

impl Differences {
    /// Whether a table reads otherwise, be all its columns there.
    pub(crate) fn has_changed_table(&self) -> bool {
        let is_changed =
            |one: &Problem| matches!(one, Problem::Schema { kind, how: Schema::Changed, .. } if kind == "table");
        self.problems.iter().any(is_changed)
    }
}

/// What the migrator's table says.
enum Record {
    /// It says nothing, or can't be read.
    Lost(Schema),
    /// These versions of the schema were made.
    Versions(Vec<i64>),
}

/// Holds the database's rules against those that this version makes.
pub(crate) async fn differences(database: &Database, reading: &mut Transaction) -> Result<Differences, Error> {
    if reading.is_shared() { of_server(database).await } else { of_file(reading).await }
}

/// A server's tables, with what holds them: the triggers, and whose rows are seen.
async fn of_server(database: &Database) -> Result<Differences, Error> {
    let flaws = database.flaws().await?;
    let is_unreadable = flaws.iter().any(|flaw| flaw.kind == "table" && flaw.how == How::Missing);
    let problem = |flaw: kyso_rows::Flaw| {
        let how = match flaw.how {
            How::Missing => Schema::Missing,
            How::Added => Schema::Added,
            _ => Schema::Changed,
        };
        Problem::Schema { kind: flaw.kind, name: flaw.name, how }
    };
    Ok(Differences { problems: flaws.into_iter().map(problem).collect(), is_unreadable })
}

async fn of_file(connection: &mut Transaction) -> Result<Differences, Error> {
    let (wanted, tables) = made().await?;
    let found = rules(connection).await?;
    let is_gone = |table: &str| !found.contains_key(&("table".to_owned(), table.to_owned()));
    let problem = |(kind, name): &Name, how| Problem::Schema { kind: kind.clone(), name: name.clone(), how };
    let mut problems = Vec::new();
    for (name, rule) in &wanted {
        match found.get(name) {
            None if name.0 != "table" && is_gone(&rule.0) => {}
            None => problems.push(problem(name, Schema::Missing)),
            Some(other) if other != rule => problems.push(problem(name, Schema::Changed)),
            Some(_) => {}
        }
    }
    problems.extend(found.keys().filter(|name| !wanted.contains_key(*name)).map(|name| problem(name, Schema::Added)));
    if let Record::Lost(how) = record(connection).await? {
        problems.push(problem(&("table".to_owned(), RECORD.to_owned()), how));
    }
    let mut is_unreadable = false;
    for (table, wanted) in &tables {
        let found = columns(connection, table).await?;
        is_unreadable |= is_gone(table) || wanted.iter().any(|column| !found.contains(column));
    }
    Ok(Differences { problems, is_unreadable })
}

/// Whether another version of this program made the database: its rules are others, and nobody took them away.
pub(crate) async fn is_of_another_version(from: &mut impl Ask<OfRegister>) -> Result<bool, Error> {
    Ok(match record(from).await? {
        Record::Lost(_) => false,
        Record::Versions(versions) => !versions.into_iter().eq(STEPS.iter().map(|step| step.version)),
    })
}

async fn record(from: &mut impl Ask<OfRegister>) -> Result<Record, Error> {
    let columns = columns(from, RECORD).await?;
    if columns.is_empty() {
        return Ok(Record::Lost(Schema::Missing));
    }
    if ["version", "success", "checksum"].iter().any(|wanted| !columns.iter().any(|column| column == wanted)) {
        return Ok(Record::Lost(Schema::Changed));
    }
    let rows = from.rows("SELECT version FROM _sqlx_migrations ORDER BY version", values![]).await?;
    let versions = rows.iter().map(|row| row.number("version")).collect::<Result<Vec<i64>, _>>()?;
    Ok(if versions.is_empty() { Record::Lost(Schema::Changed) } else { Record::Versions(versions) })
}

/// The columns of a table; none where it isn't there.
async fn columns(from: &mut impl Ask<OfRegister>, table: &str) -> Result<Vec<String>, Error> {
    let rows = from.rows("SELECT name FROM pragma_table_info($1)", values![table]).await?;
    rows.iter().map(|row| row.text("name")).collect()
}

/// The rules of a register that was made just now, and the columns of its tables.
async fn made() -> Result<(BTreeMap<Name, Rule>, Vec<(String, Vec<String>)>), Error> {
    let mut connection = Database::model().await?;
    let rules = rules(&mut connection).await?;
    let mut tables = Vec::new();
    for (_, table) in rules.keys().filter(|(kind, _)| kind == "table") {
        tables.push((table.clone(), columns(&mut connection, table).await?));
    }
    connection.close().await;
    Ok((rules, tables))
}

async fn rules(connection: &mut Transaction) -> Result<BTreeMap<Name, Rule>, Error> {
    let rows = connection.rows("SELECT type, name, tbl_name, sql FROM sqlite_master", values![]).await?;
    let mut rules = BTreeMap::new();
    for row in &rows {
        let (kind, name, table) = (row.text("type")?, row.text("name")?, row.text("tbl_name")?);
        let is_not_ours = NOT_OURS.contains(&name.as_str()) && kind == "table";
        // The migrator's table has an index of SQLite's own making.
        let is_index_of_it = row.maybe_text("sql")?.is_none() && table == RECORD;
        if !is_not_ours && !is_index_of_it {
            rules.insert((kind, name), (table, row.maybe_text("sql")?));
        }
    }
    Ok(rules)
}
